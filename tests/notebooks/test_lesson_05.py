"""What lesson 05 calculates by hand is what its helpers give, for more sounds and settings than the lesson shows.

The lesson's own cells are run, not copies of them: each prints whether its result is the helper's.
"""

from unittest import mock

import numpy as np
import pytest
from stored import Stored, changed, imports, run, unequal

from helpers.config import AudioConfig

CELLS = Stored("05").sources
BY_HAND = ("tone", "stft", "spectrogram", "filters", "mel-power", "decibels", "picture", "mfcc", "deltas")
CONFIGS = [
    AudioConfig(),
    AudioConfig(n_fft=2048, hop_length=512, n_mels=128, f_min=0.0),  # the guide's
    AudioConfig(n_fft=512, hop_length=100, n_mels=24, n_mfcc=24, f_max=7_000.0, window="hamming", floor_db=-50.0),
]
TIME = np.arange(AudioConfig().segment_samples) / AudioConfig().sample_rate
SOUNDS = {
    "noise": np.random.default_rng(5).uniform(-1, 1, len(TIME)),
    "faint glide": 1e-3 * np.sin(2 * np.pi * (300 + 900 * TIME) * TIME),
    "silence": np.zeros(len(TIME)),
}


def verdicts(cells, sound, config):
    names = {"bark": sound, "config": config, "rate": config.sample_rate}
    exec(imports(cells["start"]), names)
    names["plots"] = mock.MagicMock()  # drawing takes most of the time, and no part in the comparison
    names["plots"].panels.return_value = mock.MagicMock(), mock.MagicMock()
    return run(cells, BY_HAND, names)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: f"n_fft={config.n_fft}")
@pytest.mark.parametrize("sound", SOUNDS.values(), ids=SOUNDS)
def test_by_hand_is_what_the_helpers_give(sound, config):
    compared = ("spectrogram", "filters", "decibels", "picture", "mfcc", "deltas")
    assert verdicts(CELLS, sound, config) == dict.fromkeys(compared, True)


@pytest.mark.parametrize(
    ("cell", "right", "wrong", "noticed"),
    [
        ("stft", "* 2 / window.sum()", "/ window.sum()", {"spectrogram", "decibels"}),
        ("filters", "(edges[2:] - hertz)", "(edges[2:] - hertz - 1)", {"filters", "decibels"}),
        ("decibels", "10 * np.log10", "20 * np.log10", {"decibels"}),
        ("picture", "255 * share", "256 * share", {"picture"}),
        ("mfcc", "(band + 0.5)", "band", {"mfcc"}),
        ("deltas", "(steps @ steps)", "np.sum(np.abs(steps))", {"deltas"}),
    ],
)
def test_another_formula_is_noticed(cell, right, wrong, noticed):
    cells = changed(CELLS, cell, right, wrong)
    assert unequal(verdicts(cells, SOUNDS["noise"], AudioConfig())) == noticed
