"""What lesson 11 calculates by hand is what librosa, scipy and the front end give; what its prose claims is so.

The lesson's own cells are run, not copies of them, for more sounds and settings than the lesson shows.
"""

import contextlib
import io
from unittest import mock

import librosa
import numpy as np
import pytest
import scipy.fft
from scipy.signal import get_window
from stored import Stored, changed, figures, imports, solution

from helpers import audio, features
from helpers.config import AudioConfig

LESSON = Stored("11")
CONFIGS = [
    AudioConfig(),
    AudioConfig(n_fft=2048, hop_length=512, n_mels=128, f_min=0.0),  # the guide's
    AudioConfig(n_fft=512, hop_length=100, n_mels=24, f_max=7_000.0, floor_db=-50.0),
]
RATE = AudioConfig().sample_rate
TIME = np.arange(RATE) / RATE
SOUNDS = {
    "noise": np.random.default_rng(5).uniform(-1, 1, RATE),
    "faint glide": 1e-3 * np.sin(2 * np.pi * (300 + 900 * TIME) * TIME),
    "silence": np.zeros(RATE),
}
STEADY = slice(round(0.68 * RATE), round(0.82 * RATE))  # where the howl keeps its pitch
BY_HAND = ("stft", "filters", "log-mel", "mfcc", "ex5-solution")


def world(sound, config, cells=LESSON.sources, run=BY_HAND):
    """The names that the lesson's cells leave behind when they calculate with another sound."""
    names = {"howl": sound, "config": config, "rate": config.sample_rate, "n_fft": config.n_fft}
    names |= {"hop_length": config.hop_length, "window": get_window("hann", config.n_fft)}
    names["hertz"] = np.fft.rfftfreq(config.n_fft, 1 / config.sample_rate)
    exec(imports(cells["start"]), names)
    names["plt"] = mock.MagicMock()  # drawing takes most of the time, and no part in the comparison
    names["plt"].subplots.return_value = mock.MagicMock(), mock.MagicMock()
    specshow = mock.patch("librosa.display.specshow")
    with specshow, contextlib.redirect_stdout(io.StringIO()):
        for name in run:
            exec(solution(cells[name]) or cells[name], names)
    return names


def unlike(names, sound, config):
    """What of the results by hand is not what a library gives."""
    spectrum = librosa.stft(sound, n_fft=config.n_fft, hop_length=config.hop_length, pad_mode="constant")
    levels = features.log_mel(sound, config)
    coefficients = scipy.fft.dct(levels, axis=0, norm="ortho")[:13]
    wanted = {
        "amplitude": np.abs(spectrum) * 2 / get_window("hann", config.n_fft).sum(),
        "filters": features.mel_filters(config),
        "levels": levels,
        "coefficients": coefficients,
        "slopes": librosa.feature.delta(coefficients)[0, 4:-4],
    }
    found = names | {"slopes": names["slopes"](names["coefficients"][0])}
    return {name for name, value in wanted.items() if not np.allclose(found[name], value, atol=1e-6)}


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: f"n_fft={config.n_fft}")
@pytest.mark.parametrize("sound", SOUNDS.values(), ids=SOUNDS)
def test_by_hand_is_what_the_libraries_give(sound, config):
    assert unlike(world(sound, config), sound, config) == set()


@pytest.mark.parametrize(
    ("cell", "right", "wrong", "noticed"),
    [
        ("stft", "np.abs(spectrum) * 2", "np.abs(spectrum)", {"amplitude", "levels", "coefficients"}),
        ("filters", "[0, 1, 0]", "[0, 1, 0.1]", {"filters", "levels", "coefficients", "slopes"}),
        ("log-mel", "10 * np.log10", "20 * np.log10", {"levels", "coefficients", "slopes"}),
        ("mfcc", "(band + 0.5)", "band", {"coefficients", "slopes"}),
        ("ex5-solution", "/ (steps @ steps)", "/ len(steps)", {"slopes"}),
    ],
)
def test_another_formula_is_noticed(cell, right, wrong, noticed):
    cells = changed(LESSON.sources, cell, right, wrong)
    found = unlike(world(SOUNDS["noise"], AudioConfig(), cells), SOUNDS["noise"], AudioConfig())
    assert noticed - {"slopes"} <= found  # the slope of a level does not depend on its scale
    assert (found == {"slopes"}) == (cell == "ex5-solution")


def test_the_differences_to_librosa_are_printed_as_nothing():
    for name in ("stft", "log-mel", "mfcc"):
        assert figures(LESSON.printed(name))[-1] == 0, name


def test_a_tone_between_two_bins_reads_lower_as_its_window_says():
    """The spectrum of a chopped tone falls as a sinc; 1000 Hz swings 46.44 times in a frame."""
    astray = 1000 * 1024 / RATE % 1
    lines = LESSON.printed("tone").splitlines()
    boxcar = 20 * np.log10(np.sinc(astray))
    hann = 20 * np.log10(np.sinc(astray) / (1 - astray**2))
    for line, level in zip(lines, (boxcar, hann), strict=True):
        assert figures(line)[0] == round(46 * RATE / 1024)
        assert figures(line)[1] == pytest.approx(level, abs=0.1)


def test_a_tone_that_swings_a_whole_number_of_times_does_not_leak():
    tone = np.sin(2 * np.pi * 47 * np.arange(1024) / 1024)
    assert np.delete(np.abs(np.fft.rfft(tone)), 47).max() < 1e-9 * 512


def howl(sounds):
    (recording,) = [recording for recording in sounds.recordings if recording.path.stem == "900000140"]
    first = round(2.9 * RATE)
    return audio.load(recording.path, AudioConfig())[first : first + RATE].astype(np.float64)


def test_the_peaks_stand_at_multiples_of_the_pitch(builtin_sounds):
    pitch = np.median(librosa.yin(howl(builtin_sounds)[STEADY], fmin=150, fmax=600, sr=RATE))
    peaks = figures(LESSON.printed("harmonics").splitlines()[0])
    assert peaks == pytest.approx([number * pitch for number in range(1, len(peaks) + 1)], abs=RATE / 1024)


def test_short_windows_part_clicks_and_long_ones_tones():
    short, long = (figures(line)[1:] for line in LESSON.printed("windows").splitlines())
    assert short[0] == long[1] == 0 and min(short[1], long[0]) > 20


def test_the_whisper_is_as_good_as_the_picture(builtin_sounds):
    """Filtered noise has the picture's levels and pitch; rebuilt from 13 coefficients it has no pitch left."""
    config, sound = AudioConfig(), howl(builtin_sounds)
    names = world(sound, config)
    exec(LESSON.sources["whisper"].replace("print(", "str("), names)
    rebuilt = names["cosines"][:13].T @ names["coefficients"]
    heard = names["whisper"](names["levels"])
    difference = features.log_mel(heard, config) - names["levels"]
    assert np.std(difference) < 6  # noise: its level in a cell is a matter of chance
    repeats = [names["repeats"](one) for one in (sound, heard, names["whisper"](rebuilt))]
    assert repeats == pytest.approx([figures(line)[-1] for line in LESSON.printed("hear").splitlines()], abs=0.01)
    assert repeats[0] > repeats[1] > 0.5 > 0.2 > repeats[2]
    pitches = [np.median(librosa.yin(one[STEADY], fmin=150, fmax=600, sr=RATE)) for one in (sound, heard)]
    assert pitches[1] == pytest.approx(pitches[0], rel=0.05)
