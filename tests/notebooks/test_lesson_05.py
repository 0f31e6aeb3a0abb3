"""What lesson 05 says of pictures holds by other means than its own, and for more sounds than it shows."""

import contextlib
import io
import re

import librosa
import numpy as np
import pytest
import scipy.signal
from PIL import Image
from stored import Stored, changed, figures

from helpers.audio import load
from helpers.config import AudioConfig
from helpers.features import log_mel, picture, read_picture

LESSON = Stored("05")
CELLS = LESSON.sources
CONFIG = AudioConfig()
RATE = CONFIG.sample_rate
TIME = np.arange(CONFIG.segment_samples) / RATE
SOUNDS = {
    "noise": np.random.default_rng(5).uniform(-1, 1, len(TIME)),
    "full-scale tone": np.sin(2 * np.pi * 1000 * TIME),
    "faint glide": 1e-3 * np.sin(2 * np.pi * (300 + 900 * TIME) * TIME),
}


def run(sources, *cells, **names):
    """Run the cells up to where they draw; returns what they defined and what they printed."""
    names = {"np": np, "librosa": librosa, "log_mel": log_mel, "sr": RATE} | names
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        for cell in cells:
            exec(sources[cell].partition("fig")[0], names)
    return names, printed.getvalue()


def difference(sources, sound):
    _, printed = run(sources, "mel", "decibels", bark=sound)
    return figures(printed)[-1]


@pytest.mark.parametrize("sound", SOUNDS.values(), ids=SOUNDS)
def test_the_librosa_way_gives_the_pictures_of_the_front_end(sound):
    assert difference(CELLS, sound) == 0.0


@pytest.mark.parametrize(
    ("cell", "right", "wrong"),
    [
        ("mel", "norm=None, ", ""),
        ("mel", "fmin=50", "fmin=0"),
        ("mel", ', pad_mode="constant"', ', pad_mode="reflect"'),
        ("decibels", "ref=256**2", "ref=256"),
        ("decibels", "power_to_db", "amplitude_to_db"),
        ("decibels", "-80)", "-60)"),
    ],
)
def test_another_formula_is_noticed(cell, right, wrong):
    assert difference(changed(CELLS, cell, right, wrong), SOUNDS["faint glide"]) > 0.0


def test_the_reference_is_a_tone_of_amplitude_1():
    """A hann window of 1024 samples, by hand: the sum of its halves."""
    window = scipy.signal.get_window("hann", 1024)
    on_a_row = np.sin(2 * np.pi * 32 * np.arange(1024) / 1024)
    assert np.abs(np.fft.rfft(window * on_a_row)).max() == pytest.approx(1024 / 4)
    names, _ = run(CELLS, "stft", bark=np.sin(2 * np.pi * 32 * np.arange(RATE) / 1024))
    assert names["S_db"][32, 40] == names["S_db"][:, 40].max() == pytest.approx(0, abs=0.01)


def test_half_of_the_mel_bands_lie_below_2000_hz():
    """By Slaney's own formula: 200 / 3 Hz a mel up to 1000 Hz, from there a factor of 6.4 in 27 mel."""

    def mel(hertz):
        return 3 * hertz / 200 if hertz < 1000 else 15 + 27 * np.log(hertz / 1000) / np.log(6.4)

    centres = np.linspace(mel(50), mel(11_025), 66)[1:-1]
    assert np.sum(centres < mel(2000)) == 32
    assert np.sum(np.arange(513) * RATE / 1024 < 2000) == 93
    stft, bands = (figures(line) for line in LESSON.printed("mel-rows").splitlines())
    assert stft[1:3] == [513, 93] and bands[1:3] == [64, 32]


@pytest.mark.parametrize("sound", SOUNDS.values(), ids=SOUNDS)
def test_the_guides_formula_doubles_decibels(sound):
    _, printed = run(CELLS, "half", bark=sound)
    assert re.findall(r"-\d+", printed) == ["-6", "-12"]
    assert figures(LESSON.printed("half")) == [-6, -12]


def test_doubled_decibels_blacken_what_lies_more_than_40_below_the_strongest():
    black = figures(LESSON.printed("black"))
    names, printed = run(CELLS, "half", bark=SOUNDS["noise"] * np.exp(-8 * TIME))
    share = names["S"] / names["S"].max()
    assert np.mean(10 * np.log10(share) < -40) > 2 * np.mean(10 * np.log10(share) < -80)
    assert len(black) == 2 and black[0] > 2 * black[1]


def widths(n_fft):
    """How wide a click (s) and a tone (Hz) are in the STFT of the lesson, at half their height."""
    click = np.zeros(RATE)
    click[RATE // 2] = 1
    spans = []
    for sound, axis, step in ((click, 0, 16 / RATE), (np.sin(2 * np.pi * 1000 * TIME), 1, RATE / n_fft)):
        mean = np.abs(librosa.stft(sound, n_fft=n_fft, hop_length=16)).mean(axis=axis)
        spans.append(np.sum(mean > mean.max() / 2) * step)
    return spans


def test_a_long_window_trades_moments_for_pitches():
    (short_s, short_hz), (long_s, long_hz) = widths(1024), widths(4096)
    assert long_s == pytest.approx(4 * short_s, rel=0.1) and long_hz == pytest.approx(short_hz / 4, rel=0.1)


def test_a_quiet_room_outshines_a_bark_only_by_its_own_maximum(builtin_sounds):
    recordings = {recording.path.stem: recording for recording in builtin_sounds.recordings}
    room = load(recordings["900000148"].path, CONFIG)[3 * RATE : 4 * RATE]
    bark = load(recordings["900000309"].path, CONFIG)[round(4.291383 * RATE) :][:RATE]
    rows = [figures(line)[-2:] for line in LESSON.printed("silence").splitlines() if re.search(r"\d", line)]
    for sound, (floating, fixed) in zip((bark, room), (rows[:2], rows[2:]), strict=True):
        levels = log_mel(sound)
        assert fixed == pytest.approx([levels.max(), levels.mean()], abs=1)
        assert floating == pytest.approx([0, (levels - levels.max()).mean()], abs=1)
    assert rows[2][1] > rows[0][1] and rows[3][0] < rows[1][0] - 40
    assert rows[2][1] == -9  # as the answer to the prediction says


def test_numbers_become_levels_as_the_lesson_says(tmp_path):
    levels = np.random.default_rng(0).uniform(-80, 0, (64, 87))
    path = tmp_path / "a.png"
    picture(levels).save(path)
    with Image.open(path) as image:
        assert image.mode == "P"
    np.testing.assert_allclose(-80 + read_picture(path) / 255 * 80, levels, atol=0.16)


def test_dogs_are_darker_than_other_sounds():
    dogs, others = (figures(line) for line in LESSON.printed("wall-twin").strip().splitlines())
    assert dogs[0] + others[0] == figures(LESSON.printed("files"))[0]
    assert dogs[1] < others[1] - 3
