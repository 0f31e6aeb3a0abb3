"""What lesson 12 calculates by hand is what scipy, scikit-learn and torch give; what its prose claims is so."""

import contextlib
import io
import re
from unittest import mock

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d
from sklearn.metrics import log_loss
from stored import Stored, changed, figures, imports, solution
from test_contract import text_of

import synth
from helpers.augment import mixup
from helpers.model import load_model

LESSON = Stored("12")
CELLS = LESSON.sources


def world(*cells, sources=CELLS, **names):
    """``(names, printed)`` after these cells of the lesson, which begin with ``names``."""
    exec(imports(sources["start"]), names)
    names |= {"plt": mock.MagicMock(), "play": mock.Mock(), "table": mock.Mock(), "display": mock.Mock()}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        for cell in cells:
            exec(sources[cell], names)
    return names, printed.getvalue()


def untrained(seed=0):
    """A network like the lesson's and another batch for it."""
    source = CELLS["network"].split("batch = ")[0].replace("manual_seed(4)", f"manual_seed({seed})")
    names, _ = world("it", sources=CELLS | {"it": source})
    random = torch.Generator().manual_seed(seed)
    return names | {"x": torch.rand(6, 1, 64, 87, generator=random) * 2 - 1, "y": torch.tensor([0, 1, 1, 0, 1, 0])}


def shown(exercise, name, **names):
    """A function as the folded solution of an exercise defines it."""
    exec(imports(CELLS["start"]), names)
    exec(solution(CELLS[f"{exercise}-solution"]).partition("\n\n\n")[0], names)
    return names[name]


@pytest.mark.parametrize("seed", range(3))
def test_the_convolution_by_loops_and_that_of_torch_are_that_of_scipy(seed):
    levels = torch.tensor(np.random.default_rng(seed).uniform(-80, 0, (64, 87)), dtype=torch.float32)
    names, printed = world("convolve", bark=levels)
    wanted = correlate2d(levels, names["kernel"], mode="valid")
    assert np.allclose(names["seen"], wanted, atol=1e-3)
    assert np.allclose(shown("ex5", "convolve")(levels, names["kernel"]), wanted, atol=1e-3)
    assert figures(printed.splitlines()[1]) == pytest.approx([wanted[22, 40]] * 2, abs=0.01)


def test_the_cell_by_hand_is_that_of_torch():
    by_hand, torchs = figures(LESSON.printed("convolve").splitlines()[1])
    assert by_hand == torchs != 0


@pytest.mark.parametrize("seed", range(3))
def test_the_loss_by_hand_is_that_of_sklearn(seed):
    random = torch.Generator().manual_seed(seed)
    logits, y = torch.randn(9, 2, generator=random, dtype=torch.float64), torch.tensor([0, 1, 1] * 3)
    wanted = log_loss(y, torch.softmax(logits, dim=1))
    assert LESSON.function("cross_entropy", torch=torch)(logits, y).item() == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_nudging_gives_the_gradient_and_a_step_is_that_of_sgd(seed):
    names = untrained(seed) | {"cross_entropy": LESSON.function("cross_entropy", torch=torch)}
    names, _ = world("slope", "step", **names)
    low, high = names["losses"]
    gradient = names["twin"][-1].weight.grad[0, names["steepest"]].item()
    assert (high - low) / 0.02 == pytest.approx(gradient, abs=1e-3) and abs(gradient) > 5e-3
    assert names["after"] < names["loss"]
    by_hand = shown("ex6", "sgd_step")(names["network"], lr=0.03)
    pairs = zip(by_hand.parameters(), names["twin"].parameters(), strict=True)
    assert all(torch.allclose(hand, torchs, atol=1e-6) for hand, torchs in pairs)


def test_states_differ_and_only_learning_with_dropout_is_by_chance():
    rows = {tuple(line.split()[:2]): line.split()[2:] for line in LESSON.printed("states").splitlines()[1:]}
    assert rows["eval", "0"] == rows["eval", "0.5"] and len(set(rows["eval", "0"])) == 1
    assert len({*rows["train", "0"]}) == 1 and rows["train", "0"] != rows["eval", "0"]
    assert len({*rows["train", "0.5"]}) == 2
    assert float(rows["eval", "0"][0]) == pytest.approx(np.log(2), abs=0.05)


def test_the_valley_is_as_steep_as_it_is_said_to_be():
    """Without momentum a weight shrinks by 1 − lr · curvature at each step, and grows where that is beyond −1."""
    carried, leaping = (figures(line)[-1] for line in LESSON.printed("valleys").splitlines() if "0." in line)
    plain = figures(text_of(LESSON.cells["explorer"]))[-1]
    for lr, loss in ((0.09, plain), (0.11, leaping)):
        w = np.array([-8 * (1 - lr) ** 30, (1 - 20 * lr) ** 30])
        assert loss == pytest.approx(w[0] ** 2 / 2 + 10 * w[1] ** 2, abs=0.01)
    assert carried < plain < leaping
    plt = mock.MagicMock()
    plt.subplots.return_value = mock.Mock(), mock.Mock()
    descend = LESSON.function("descend", np=np, plt=plt)
    much, *carried = (figures(descend(*given)[1])[-1] for given in ((0.09, 0.9), (0.11, 0.5), (0.11, 0.9)))
    assert much > plain and max(carried) < 10 < leaping


def test_the_shown_step_with_momentum_is_that_of_torch():
    momentum_step = shown("ex2", "momentum_step")
    weight = torch.nn.Parameter(torch.tensor(3.0))
    optimizer = torch.optim.SGD([weight], lr=0.1, momentum=0.8)
    w, velocity = 3.0, 0.0
    for gradient in (2.0, -1.0, 0.5):
        weight.grad = torch.tensor(gradient)
        optimizer.step()
        w, velocity = momentum_step(w, gradient, velocity, 0.1, 0.8)
        assert w == pytest.approx(weight.item(), abs=1e-5)


def test_adam_by_hand_is_that_of_torch_and_its_first_step_is_the_learning_rate():
    for line in LESSON.printed("adam").splitlines():
        torchs, hand = figures(line)[1:3], figures(line)[3:]
        assert torchs == hand
    assert figures(LESSON.printed("adam").splitlines()[0]) == [1] + [-0.01] * 4
    names, _ = world("adam")
    assert torch.allclose(names["weight"].data, names["w"], atol=1e-6)
    wrong = changed(CELLS, "adam", "/ (1 - 0.9**t)", "/ 1")
    names, _ = world("adam", sources=wrong)
    assert not torch.allclose(names["weight"].data, names["w"], atol=1e-6)


def test_powers_are_added_as_the_helper_does():
    """Two noises equally loud, so that equal amplitudes are equal shares; the helper keeps the level of one of them."""
    random = torch.Generator().manual_seed(0)
    bark, music = (torch.rand(64, 87, generator=random) * -80 for _ in range(2))
    music += 10 * torch.log10((10 ** (bark / 10)).mean() / (10 ** (music / 10)).mean())
    source = CELLS["mix"][CELLS["mix"].index("power = ") : CELLS["mix"].index("drawn")]
    names, _ = world("it", sources=CELLS | {"it": source}, bark=bark, music=music)
    helpers = mixup(bark[None], music[None], torch.tensor([0.5]))[0]
    assert torch.allclose(names["added"] + 10 * np.log10(2), helpers, atol=1e-3)


def test_the_mixtures_picture_is_nearly_the_sum_of_powers():
    assert figures(LESSON.printed("mix"))[-1] >= 95


def test_a_tilted_tone_slides_as_far_as_ten_degrees_lead():
    """Its bands are as even as pixels: 86 frames at 10 degrees are 15 bands."""
    first, last = figures(LESSON.printed("slide").replace("…", " "))[-2:]
    bands = world(*())[0]["librosa"].mel_frequencies(66, fmin=50, fmax=11_025)[1:-1]
    apart = np.abs(bands - first).argmin() - np.abs(bands - last).argmin()
    assert apart == pytest.approx(86 * np.tan(np.radians(10)), abs=1)


def test_the_stranger_runs_once_and_torch_refuses():
    run, refused = LESSON.printed("stranger").splitlines()
    assert "낯선 사람의 코드" in run and refused == "torch.load: Weights only load failed"


def test_another_order_of_labels_turns_every_answer():
    (right, total), (turned, same) = (figures(line) for line in LESSON.printed("order").splitlines())
    assert right + turned == total == same and right > total / 2


def test_the_detector_has_learnt_from_the_sounds_it_is_asked_about():
    """As the text says: its marks on them mean little."""
    met = set(load_model().metadata["sources"])
    assert {str(entry.source) for entry in synth.entries(450)} <= {str(source) for source in met}


def test_what_is_learnt_from_and_what_is_asked_about_are_other_folds():
    learnt, asked = (re.findall(r"in_folds\(([\d, ]+)\)", CELLS[name]) for name in ("hear", "order"))
    assert learnt == ["1, 2, 3"] and asked == ["4"]


def test_onnx_answers_as_torch_does():
    elsewhere, here = map(figures, LESSON.printed("onnx").splitlines())
    assert elsewhere == here
