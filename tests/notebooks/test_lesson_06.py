"""What lesson 06 calculates by hand is what torch and its helpers give, for more sounds than the lesson shows.

The lesson's own cells are run, not copies of them: each prints whether its result is the same.
"""

import contextlib
from unittest import mock

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score
from stored import Stored, changed, imports, run, unequal
from torch.utils.data import DataLoader

from helpers import audio
from helpers.augment import NONE
from helpers.config import AudioConfig
from helpers.features import write_pictures
from helpers.model import Model, Network
from helpers.split import split
from helpers.train import Epoch, PictureSet, train

CONFIG = AudioConfig()
CELLS = Stored("06").sources
BY_HAND = ("gather", "batch", "convolve", "layers", "untrained", "loss", "slope", "step", "mix", "curves")


class WithoutDropout(Network):
    def __init__(self, labels, floor_db):
        super().__init__(labels, floor_db, dropout=0)


@pytest.fixture(scope="module")
def noise(tmp_path_factory):
    """``noise(seed)`` → a folder of pictures, of noises of several levels that rise and fall, half of them dogs."""

    def draw(seed):
        folder = tmp_path_factory.mktemp("noise")
        random = np.random.default_rng(seed)
        for number in range(12):
            place = folder / "sounds" / "data" / ("dog_bark", "siren")[number % 2]
            place.mkdir(parents=True, exist_ok=True)
            envelope = np.abs(np.sin(np.linspace(0, random.uniform(3, 30), CONFIG.segment_samples)))
            sound = random.uniform(0.1, 0.9) * random.uniform(-1, 1, CONFIG.segment_samples) * envelope
            audio.save(place / f"{number}.wav", sound.astype(np.float32), CONFIG.sample_rate)
        split(folder / "sounds", out=folder, progress=False)
        return write_pictures(folder, progress=False).folder

    folders = {}
    return lambda seed: folders[seed] if seed in folders else folders.setdefault(seed, draw(seed))


def verdicts(cells, folder, seed=0):
    learn = PictureSet.read(folder)
    torch.manual_seed(seed)
    network = Network(2)
    network.head.weight.data *= 1000  # an untrained one says nearly the same of all segments
    model = Model(network=network, config=CONFIG, labels=learn.labels)
    auc = roc_auc_score(learn.y == 0, model.predict_levels(learn.levels())[:, 0])
    names = {"config": CONFIG, "learn": learn, "validate": learn, "model": model, "history": [Epoch(1, 0.7, auc)]}
    exec(imports(cells["start"]), names)
    names |= dict.fromkeys(("play", "describe", "table"), mock.Mock())
    names["progress_bar"] = contextlib.nullcontext
    with mock.patch("helpers.train.walk", lambda *_, **__: folder):
        return run(cells, BY_HAND, names)


@pytest.mark.parametrize("seed", range(2))
def test_by_hand_is_what_torch_and_the_helpers_give(seed, noise):
    assert verdicts(CELLS, noise(seed), seed) == dict.fromkeys([name for name in BY_HAND if name != "layers"], True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "right", "wrong", "noticed"),
    [
        ("gather", "[::-1]  #", "  #", {"gather"}),
        ("gather", "1 - index / 255", "1 - index / 256", {"gather"}),
        ("batch", '0 if row.label == "dog_bark" else 1', '1 if row.label == "dog_bark" else 0', {"batch"}),
        ("convolve", "* kernel)", "* kernel.T)", {"convolve"}),
        ("untrained", "dim=1, keepdim=True", "dim=0, keepdim=True", {"untrained"}),
        ("loss", "-torch.log(right)", "-torch.log2(right)", {"loss", "step"}),
        ("slope", "/ 0.02", "/ 0.01", {"slope"}),
        ("step", "learning_rate * weight.grad", "weight.grad", {"step"}),
        ("mix", "1 / (1 + louder)", "louder / (1 + louder)", {"mix"}),
        ("mix", "(bark / 10)", "(bark / 20)", {"mix"}),
        ("curves", "[:, None] > y_score", "[:, None] < y_score", {"curves"}),
    ],
)
def test_another_formula_is_noticed(cell, right, wrong, noticed, noise):
    assert unequal(verdicts(changed(CELLS, cell, right, wrong), noise(0))) == noticed


def test_the_loop_takes_the_same_step_as_the_helper(noise):
    """One batch of all segments: the lesson's ten lines and `train` end in the same weights."""
    learn, names = PictureSet.read(noise(1)), {}
    exec(imports(CELLS["start"]), names)
    exec(CELLS["loop"], names)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = WithoutDropout(2, CONFIG.floor_db)
        (loss,) = names["teach"](network, learn, epochs=1, batch_size=len(learn), learning_rate=1e-3)
    settings = {"epochs": 1, "steps_per_epoch": 100, "learning_rate": 20e-3, "augment": NONE}  # a 20th at first
    with mock.patch("helpers.train._batches", lambda *_: DataLoader(learn, len(learn))):
        model, (epoch,) = train(learn, network=WithoutDropout, progress=False, **settings)
    assert epoch.loss == pytest.approx(loss, rel=1e-4)
    pairs = zip(model.network.parameters(), network.parameters(), strict=True)
    same = torch.cat([torch.isclose(helpers, lessons, atol=1e-5).flatten() for helpers, lessons in pairs])
    assert same.double().mean() > 0.999  # where the gradient is nearly 0, the last digit decides which way Adam steps
