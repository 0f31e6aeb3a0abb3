"""What lesson 06 calculates by hand is what torch and its helpers give, for more sounds than the lesson shows.

The lesson's own cells are run, not copies of them: each prints whether its result is the same.
"""

import ast
import contextlib
import io
import re
from unittest import mock

import build
import numpy as np
import pytest
import torch

from helpers.augment import NONE
from helpers.config import AudioConfig
from helpers.model import Model, Network, layers
from helpers.train import Epoch, Examples, _Course, _rate, _score

BY_HAND = ("batch", "convolve", "layers", "untrained", "loss", "slope", "step", "mix", "curves")
LABELS = ("dog_bark", "other")


def examples(seed, config, pieces=12):
    """Noise of several levels that rises and falls, half of it called dogs."""
    random = np.random.default_rng(seed)
    envelope = np.abs(np.sin(np.linspace(0, random.uniform(3, 30, (pieces, 1)), config.piece_samples, axis=-1)))
    noise = random.uniform(-1, 1, (pieces, config.piece_samples)) * envelope.reshape(pieces, -1)
    sounds = noise * random.uniform(0.05, 1, (pieces, 1))
    names = tuple(map(str, range(pieces)))
    return Examples(
        sounds=torch.from_numpy((32767 * sounds).astype(np.int16)),
        starts=torch.zeros(pieces, dtype=torch.int64),
        labels=("dog_bark", "siren") * (pieces // 2),
        recordings=names,
        sources=names,
        folds=(1,) * pieces,
        config=config,
        data="noise",
    )


@pytest.fixture(scope="module")
def cells():
    return {cell.id: cell.source for cell in build.read(build.HERE / "ko" / "06_train.ipynb").cells}


def verdicts(cells, seed, chosen=BY_HAND):
    """What the lesson's cells, run on other sounds, say of by hand and helper: cell → True or False."""
    config = AudioConfig()
    learn = examples(seed, config)
    torch.manual_seed(seed)
    network = Network(2)
    network.decide.weight.data *= 1000  # an untrained one says nearly the same of all pieces
    model = Model(network=network, config=config, labels=LABELS)
    imports = [node for node in ast.parse(cells["start"]).body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {"config": config, "rate": config.sample_rate, "learn": learn, "validate": learn, "model": model}
    names["history"] = [Epoch(1, 0.7, _score(model, learn, LABELS), 1.0)]
    exec("\n".join(map(ast.unparse, imports)), names)
    names["plots"], names["play"] = mock.MagicMock(), mock.MagicMock()  # drawing takes no part in the comparison
    names["plots"].panels.return_value = mock.MagicMock(), (mock.MagicMock(), mock.MagicMock())
    names["plots"].panels.side_effect = lambda rows=1, **_: (
        mock.MagicMock(),
        [mock.MagicMock() for _ in range(rows)] if rows > 1 else mock.MagicMock(),
    )
    names["plots"].plot_history.return_value.axes[0].lines[0].get_ydata.return_value = [0.7]
    names["describe"] = mock.MagicMock()
    found = {}
    for name in chosen:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(cells[name], names)
        if words := re.findall(r"same as [\w ]+: (\w+)", said.getvalue()):
            found[name] = words == ["True"]
    return found


@pytest.mark.parametrize("seed", range(3))
def test_by_hand_is_what_torch_and_the_helpers_give(seed, cells):
    found = verdicts(cells, seed)
    assert found == dict.fromkeys([name for name in BY_HAND if name != "layers"], True)


@pytest.mark.parametrize(
    ("cell", "right", "wrong", "unequal"),
    [
        ("batch", '0 if label == "dog_bark" else 1', '1 if label == "dog_bark" else 0', {"batch"}),
        ("convolve", "* kernel)", "* kernel.T)", {"convolve"}),
        ("untrained", "dim=1, keepdim=True", "dim=0, keepdim=True", {"untrained"}),
        ("loss", "-torch.log(right)", "-torch.log2(right)", {"loss", "step"}),
        ("slope", "/ 0.02", "/ 0.01", {"slope"}),
        ("step", "learning_rate * weight.grad", "weight.grad", {"step"}),
        ("mix", "(1 - share) / share)", "share / (1 - share) * 2)", {"mix"}),
        ("curves", "[:, None] > said", "[:, None] < said", {"curves"}),
    ],
)
def test_another_formula_is_noticed(cell, right, wrong, unequal, cells):
    assert right in cells[cell]
    found = verdicts(cells | {cell: cells[cell].replace(right, wrong)}, 0)
    assert {name for name, same in found.items() if not same} == unequal


def test_the_loop_takes_the_same_step_as_the_helper(cells):
    """One batch of all pieces: the lesson's ten lines and `train`'s own step end in the same weights."""
    config, highest = AudioConfig(), 1e-2
    learn = examples(5, config)
    course = _Course(Network, LABELS, config, {"seed": 0}, "cpu", 100, highest, None)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = Network(2)
    course.network.dropout.p = network.dropout.p = 0  # it would hide other features where the order is another
    network.load_state_dict(course.network.state_dict())
    rows = torch.arange(len(learn))
    names = {"labels": LABELS, "config": config}
    imports = [node for node in ast.parse(cells["start"]).body if isinstance(node, ast.Import | ast.ImportFrom)]
    exec("\n".join(map(ast.unparse, imports)), names)
    exec("from helpers.train import targets_of", names)
    exec(cells["loop"], names)
    (loss,) = names["teach"](network, learn, epochs=1, batch=len(learn), learning_rate=highest * _rate(0))
    answers = torch.nn.functional.one_hot(names["targets_of"](learn, LABELS)).float()
    assert course.step(learn.heard(rows), answers, NONE, torch.Generator()) == pytest.approx(loss, rel=1e-4)
    pairs = zip(course.network.parameters(), network.parameters(), strict=True)
    same = torch.cat([torch.isclose(helpers, lessons, atol=1e-5).flatten() for helpers, lessons in pairs])
    assert same.double().mean() > 0.999  # where the gradient is nearly 0, the last digit decides which way Adam steps


def test_all_weights_are_in_the_table(cells):
    """Our table's rows add up to its sum, which is what torch counts."""
    *rows, total = layers(Network(2))
    assert sum(count for *_, count in rows) == total[2] == sum(map(torch.numel, Network(2).parameters()))


def test_the_solutions_do_what_their_tasks_ask(cells):
    names = {"np": np}
    for exercise in ("ex1", "ex2"):
        exec(cells[f"{exercise}-solution"].split("check(")[0], names)
    pieces = np.random.default_rng(0).exponential(size=70)
    batches = np.split(pieces, [32, 64])
    assert names["epoch_loss"]([batch.mean() for batch in batches], list(map(len, batches))) == pytest.approx(
        pieces.mean()
    )
    assert names["numbering"](["siren", "dog_bark", "siren"]) == {"dog_bark": 0, "siren": 1}
