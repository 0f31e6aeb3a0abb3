"""What lesson 06 builds and says holds by other means than its own: counting, numpy, and the helpers' own training."""

import contextlib
import itertools
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest
import torch
from stored import Stored, changed, figures, imports, solution
from torch import nn
from torch.utils.data import DataLoader

from helpers import audio
from helpers.augment import NONE
from helpers.config import AudioConfig
from helpers.features import log_mel, write_pictures
from helpers.model import Network
from helpers.segments import read_segments
from helpers.split import split
from helpers.train import PictureSet, train

LESSON = Stored("06")
CELLS = LESSON.sources
CONFIG = AudioConfig()


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    """A walk with pictures of noises that rise and fall, half of them dogs, in all five folds."""
    folder = tmp_path_factory.mktemp("noise")
    random = np.random.default_rng(0)
    for number in range(40):
        place = folder / "sounds" / "data" / ("dog_bark", "siren")[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        envelope = np.abs(np.sin(np.linspace(0, random.uniform(3, 30), CONFIG.segment_samples)))
        sound = random.uniform(0.1, 0.9) * random.uniform(-1, 1, CONFIG.segment_samples) * envelope
        audio.save(place / f"{number}.wav", sound.astype(np.float32), CONFIG.sample_rate)
    split(folder / "sounds", out=folder, progress=False)
    write_pictures(folder, progress=False)
    return folder


def world(walk, *cells, sources=CELLS):
    """What the lesson knows after these cells."""
    names = {"lesson": SimpleNamespace(walk=walk), "folder": walk / "graph_mfcc"}
    exec(imports(sources["start"]), names)
    with contextlib.redirect_stdout(None), mock.patch("tqdm.tqdm", lambda batches, **_: batches):
        for cell in cells:
            exec(sources[cell], names)
    return names


def scaled(pictures):
    """Pictures as the helpers know them, low bands first and in dB, as the lesson's network gets them."""
    return (pictures.levels() / 40 + 1).flip(1)[:, None]


def as_the_helpers_read_it(walk, sources=CELLS):
    names = world(walk, "dataset", sources=sources)
    pictures, own = PictureSet.read(walk / "graph_mfcc"), names["Pictures"](1, 2, 3, 4, 5)
    x, y = next(iter(DataLoader(own, len(own))))
    return torch.allclose(x, scaled(pictures), atol=1e-5), torch.equal(y, pictures.y)


def test_the_data_set_holds_what_the_helpers_read(walk):
    assert as_the_helpers_read_it(walk) == (True, True)


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        ("127.5 - 1", "128 - 1", (False, True)),
        ("- 1, dtype", ", dtype", (False, True)),
        ("0 if self.rows[i].positive else 1", "1 if self.rows[i].positive else 0", (True, False)),
    ],
)
def test_another_data_set_is_noticed(right, wrong, found, walk):
    assert as_the_helpers_read_it(walk, changed(CELLS, "dataset", right, wrong)) == found


def test_no_source_is_on_two_sides_and_the_test_fold_stays_shut(walk):
    names = world(walk, "dataset", "folds")
    learnt, watched = ({row.source for row in names[name].rows} for name in ("train_set", "val_set"))
    folds = [{row.fold for row in names[name].rows} for name in ("train_set", "val_set")]
    assert not learnt & watched and folds == [{1, 2, 3}, {4}]
    shut = {row.source for row in read_segments(walk / "graph") if row.fold == 5}
    assert shut and not shut & (learnt | watched)
    opened = [source for name, source in CELLS.items() if LESSON.cells[name].cell_type == "code"]
    assert not any("Pictures(5" in source or "in_folds(5" in source for source in opened)


def test_the_split_that_is_printed_adds_up():
    trained, watched, both = (figures(line) for line in LESSON.printed("folds").splitlines())
    assert trained[0] > watched[0] > 0 and both == [0]
    assert figures(LESSON.printed("loader"))[-1] == np.ceil(trained[0] / 32)
    assert figures(LESSON.printed("train"))[:2] == [4, 4 * np.ceil(trained[0] / 32)]
    assert 1 - trained[1] / trained[0] == pytest.approx(0.7, abs=0.02)  # “seven in ten are not dogs”
    assert f"{watched[1]:.0f}" in CELLS["s6-ask"] and f"(0, {watched[0] - 1:.0f}, 1)" in CELLS["ask"]


def test_shapes_and_weights_are_as_printed():
    """A pattern of 3 × 3 for each pair of channels, a bias, and two numbers a channel of BatchNorm."""
    rows, before, total, height, width = LESSON.printed("shapes").splitlines(), 1, 0, 64, 87
    for number, (line, channels) in enumerate(zip(rows, (16, 32, 64), strict=False), 1):
        height, width = -(-height // 2), -(-width // 2)
        weights = channels * (9 * before + 3)
        assert figures(line) == [number, channels, height, width, weights]
        before, total = channels, total + weights
    assert figures(rows[-1]) == [total + 2 * 64 + 2]


def test_the_helpers_network_is_larger_as_the_text_says():
    network = Network(labels=2)
    assert sum(isinstance(layer, nn.Conv2d) for layer in network.modules()) == 7
    own = figures(LESSON.printed("shapes").splitlines()[-1])[0]
    assert sum(weight.numel() for weight in network.parameters()) / own == pytest.approx(12, abs=0.5)


def test_an_untrained_network_is_a_coin_and_learns_what_it_sees():
    assert figures(LESSON.printed("coin")) == [0.7, round(np.log(2), 1)]
    before, after = figures(LESSON.printed("steps"))
    assert round(before, 1) == 0.7 and after < before


def test_steps_on_the_same_pictures_lower_the_loss(walk):
    """As the text after the exercise says; the folded solution is run."""
    names = world(walk, "dataset", "folds", "loader", "block", "model")
    exec(solution(CELLS["ex5-solution"]).partition("\n\n\npath")[0], names)
    torch.manual_seed(0)
    losses = names["walk"](names["SmallCNN"](), names["x"], names["y"], 20)
    assert np.mean(losses[10:]) < np.mean(losses[:10]) and losses[-1] < losses[0] / 2


class Steady(Network):
    """The helpers' network without chance, for pictures as the lesson scales them."""

    def __init__(self, labels=2, floor_db=CONFIG.floor_db):
        super().__init__(labels, floor_db, dropout=0)

    def forward(self, x):
        return super().forward(x if x.ndim == 3 else (x[:, 0].flip(1) - 1) * 40)


@pytest.fixture
def examples(walk):
    return PictureSet.read(walk / "graph_mfcc")


def test_the_loop_takes_the_same_steps_as_the_helper(walk, examples):
    """Two batches of all pictures: the lesson's loop and `train` end in the same weights."""
    names = world(walk, "dataset", "folds", "loop", "fit")
    everything = names["Pictures"](1, 2, 3, 4, 5)
    names |= {"val_set": everything, "loader": [next(iter(DataLoader(everything, len(everything))))]}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = Steady()
        losses, scores = names["fit"](network, epochs=1, lr=1e-3)
    settings = {"epochs": 1, "steps_per_epoch": 100, "learning_rate": 20e-3, "augment": NONE}  # a 20th at first
    with mock.patch("helpers.train._batches", lambda *_: DataLoader(examples, len(examples))):
        model, (epoch,) = train(examples, network=Steady, progress=False, **settings)
    assert epoch.loss == pytest.approx(losses[0], rel=1e-4) and len(scores) == 1
    pairs = zip(model.network.parameters(), network.parameters(), strict=True)
    same = torch.cat([torch.isclose(helpers, lessons, atol=1e-5).flatten() for helpers, lessons in pairs])
    assert same.double().mean() > 0.999  # where the gradient is nearly 0, the last digit decides which way Adam steps


class Brightness(nn.Module):
    """Says “dog” the more surely, the brighter the picture."""

    def forward(self, x):
        return torch.stack([x.mean(dim=(1, 2, 3)), torch.zeros(len(x))], dim=1)


def test_the_score_is_the_share_of_pairs_in_which_the_dog_is_ahead(walk, examples):
    names = world(walk, "dataset", "folds", "loop")
    pictures = names["Pictures"](1, 2, 3, 4, 5)
    for quieter in (0, 20):
        bright = (examples.levels() - quieter).clamp(min=CONFIG.floor_db).mean(dim=(1, 2))
        pairs = list(itertools.product(bright[examples.y == 0], bright[examples.y == 1]))
        ahead = np.mean([float(dog > other) + 0.5 * float(dog == other) for dog, other in pairs])
        assert names["score"](Brightness(), pictures, quieter / 40) == pytest.approx(ahead, abs=1e-3)


def test_quieter_pictures_are_those_of_quieter_sounds(walk):
    """Each by a number of its own from 0 to 20 dB; 0.5 of a picture is 20 dB, a tenth of a sound."""
    quieter = LESSON.function("quieter", torch=torch)
    darker = torch.zeros(400, 1, 2, 3) - quieter(torch.zeros(400, 1, 2, 3))
    assert (darker.std(dim=(1, 2, 3)) < 1e-6).all() and len(darker[:, 0, 0, 0].unique()) > 300
    decibels = 40 * darker
    assert 0 <= decibels.min() < 1 and 19 < decibels.max() <= 20
    sound = np.random.default_rng(1).uniform(-1, 1, CONFIG.segment_samples).astype(np.float32)
    near, far = log_mel(sound, CONFIG), log_mel(sound * np.float32(0.1), CONFIG)
    assert np.allclose(far, near - 20, atol=0.01)


def test_the_quiz_shows_validation_pictures_of_two_dogs_that_are_b_and_c():
    said = [line.split(": ")[1] for line in LESSON.printed("eyes").splitlines()]
    assert [label == "dog_bark" for label in said] == [False, True, True, False]


def test_saving_loses_nothing_and_the_small_learning_rate_stands_still():
    assert figures(LESSON.printed("save"))[-1] == 0
    assert figures(LESSON.printed("rate")) == [0.001]
    rows = [figures(line) for line in LESSON.printed("results").splitlines()[1:]]
    (slow, *_), _, (fast, *_) = (row[-2:] for row in rows)
    assert slow == pytest.approx(np.log(2), abs=0.05) and fast > 2 * np.log(2)


def test_stored_scores_are_as_good_as_the_lesson_says():
    assert figures(LESSON.printed("curves"))[0] > 0.8
    (plain, plain_quiet), (varied, varied_quiet) = (
        figures(line) for line in LESSON.printed("quiet-scores").splitlines()[1:]
    )
    assert plain - plain_quiet > varied - varied_quiet
    assert plain_quiet == pytest.approx(varied_quiet, abs=0.02)  # “about the same”
