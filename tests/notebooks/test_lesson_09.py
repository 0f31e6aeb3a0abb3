"""What lesson 09 works out by hand is what its helpers give, for other numbers than the lesson's."""

import contextlib
import io
from unittest import mock

import build
import numpy as np
import pytest
import torch

from helpers.audio import dbfs
from helpers.config import AudioConfig
from helpers.model import BINARY, Model, Network

CONFIG = AudioConfig()


@pytest.fixture(scope="module")
def cells():
    return {cell.id: cell.source for cell in build.read(build.HERE / "ko" / "09_your_sounds.ipynb").cells}


def pieces(seed, count=12):
    """Stands in for `Examples`: noise of any colour, half of it called a bell."""
    random = np.random.default_rng(seed)
    sounds = 0.1 * random.standard_normal((count, CONFIG.piece_samples)) * random.uniform(0.05, 1, (count, 1))
    some = mock.MagicMock(config=CONFIG, labels=("bell", "whistle") * (count // 2))
    some.__len__.return_value = count
    some.heard = lambda rows: torch.from_numpy(sounds.astype(np.float32))[rows]
    return some


def run(cells, names, given):
    """What these cells leave, and whether each said that it is the same as the helper."""
    verdicts = []
    for name in names:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), mock.patch("helpers.train.gather", return_value=given["examples"]):
            exec(cells[name], given)
        verdicts += [line.endswith("True") for line in printed.getvalue().splitlines() if line.startswith("same as")]
    return verdicts


def given(seed):
    torch.manual_seed(seed)
    network = Network(2)
    model = Model(network=network, config=CONFIG, labels=BINARY)
    stand_ins = {name: mock.MagicMock() for name in ("kitchen", "describe")}
    return {"np": np, "torch": torch, "config": CONFIG, "model": model, "examples": pieces(seed)} | stand_ins


@pytest.mark.parametrize("seed", range(3))
def test_by_hand_is_what_the_helpers_give(seed, cells):
    assert run(cells, ("ears", "decide"), given(seed)) == [True, True]


@pytest.mark.parametrize(
    ("cell", "right", "wrong"),
    [
        ("ears", "blocks[:3]", "blocks[:2]"),
        ("ears", "/ 40 + 1", "/ 40"),
        ("ears", "moments.amax", "moments.amin"),
        ("ears", "correction=0", "correction=9"),
        ("decide", "C=0.1", "C=1.0"),
        ("decide", "np.ones(len(heard))", "np.arange(len(heard)) + 1.0"),
    ],
)
def test_another_formula_is_noticed(cell, right, wrong, cells):
    assert right in cells[cell]
    changed = cells | {cell: cells[cell].replace(right, wrong, 1)}
    try:
        verdicts = run(changed, ("ears", "decide"), given(0))
    except ValueError:  # numbers of another count cannot even be compared
        return
    assert False in verdicts


def test_the_first_solution_is_what_takes_are_kept_by(cells, tmp_path):
    """`Takes` and the exercise agree about noise of every level, cut off or not."""
    from helpers.takes import TakeError, Takes

    names = {"np": np, "dbfs": dbfs, "rate": CONFIG.sample_rate}
    exec(cells["ex1-solution"].split("check(")[0], names)
    takes, said, wanted = Takes(tmp_path, CONFIG), [], []
    for seed, level in enumerate(np.geomspace(0.002, 1.0, 12)):
        noise = level * np.random.default_rng(seed).standard_normal(2 * CONFIG.sample_rate)
        samples = np.clip(noise, -1, 1).astype(np.float32)
        said.append(names["verdict"](samples))
        try:
            takes.keep("noise", samples)
            wanted.append("good")
        except TakeError as error:
            wanted.append({"takes.silent": "quiet", "takes.clipped": "clipped"}[error.key])
    assert said == wanted and set(said) == {"quiet", "good", "clipped"}
