"""The picture of the live view, read off its pixels: what is drawn stands where the axes say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageColor

from helpers.config import AudioConfig
from helpers.live.detector import Event, Step
from helpers.live.ring import Ring
from helpers.live.scene import CLIPPED, SIZE, scene
from helpers.plots import BLUE, ORANGE, VERMILION

CONFIG = AudioConfig()
RATE = CONFIG.sample_rate


def history(sound, config=CONFIG):
    ring = Ring(12 * config.sample_rate)
    ring.write(np.asarray(sound, dtype=np.float32))
    return ring


def tone(hz, seconds=1.0, amplitude=0.5, rate=RATE):
    return amplitude * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


def is_colour(pixels, colour):
    return (pixels == ImageColor.getrgb(colour)).all(axis=-1)


def frames():
    """The insides of the five axes, found by their black lines: wave, spectrum, mel picture, steps, now."""
    dark = np.asarray(scene(history([]))).sum(axis=-1) < 60
    upper, lower = np.flatnonzero(dark[:, 90:390].mean(axis=1) > 0.9)[:2]
    rows = np.flatnonzero(dark[:, 120:700].mean(axis=1) > 0.9)
    mel, bottom = rows[rows > lower][0], rows[-1]
    below = rows[rows > mel + 150]
    top = below[np.flatnonzero(np.diff(below) > 50)[0]]
    edges = np.flatnonzero(dark[upper + 2 : lower - 2].mean(axis=0) > 0.9)
    down = np.flatnonzero(dark[top + 3 : bottom - 2].mean(axis=0) > 0.9)
    panels = [(edges[0], upper, edges[1], lower), (edges[2], upper, edges[3], lower)]
    panels += [(down[0], mel, down[1], top - 14), (down[0], top, down[1], bottom), (down[2], top, down[3], bottom)]
    return dict(zip(("wave", "spectrum", "mel", "steps", "now"), panels, strict=True))


FRAMES = frames()


def inside(image, name):
    left, top, right, bottom = FRAMES[name]
    return np.asarray(image)[top + 1 : bottom, left + 1 : right]


def share(pixels, axis):
    """Where the middle of some pixels stands: 0…1 from the left, or from the bottom."""
    across = np.flatnonzero(pixels.any(axis=1 - axis)).mean() / (pixels.shape[axis] - 1)
    return across if axis else 1 - across


def test_the_axes_stand_where_a_reader_expects_them():
    assert all(right > left and bottom > top for left, top, right, bottom in FRAMES.values())
    assert FRAMES["mel"][0] == FRAMES["steps"][0] and FRAMES["mel"][2] == FRAMES["steps"][2]  # one time axis
    assert scene(history([])).size == SIZE and scene(history([])).mode == "RGB"


@given(hz=st.floats(80, 10_000), amplitude=st.sampled_from([1.0, 0.1, 0.01]))
def test_the_peak_of_a_tone_stands_at_its_frequency_and_level(hz, amplitude):
    line = is_colour(inside(scene(history(tone(hz, amplitude=amplitude))), "spectrum"), BLUE)
    top = np.flatnonzero(line.any(axis=1))[0]
    octaves = np.log2(RATE / 2 / 50)
    expected = np.log2(hz / 50) / octaves
    nearest = np.log2(1 + RATE / 2048 / hz) / octaves  # as far as the next frequency of the spectrum
    assert abs(share(line[top : top + 1], 1) - expected) < nearest + 3 / line.shape[1]
    level = -80 + 85 * (1 - top / line.shape[0])
    assert level == pytest.approx(20 * np.log10(amplitude), abs=2.5)  # between two frequencies a peak loses 1.4 dB


@pytest.mark.parametrize("rate", [8000, 16_000, 48_000])
def test_the_frequency_axis_ends_at_half_of_any_rate(rate):
    config = AudioConfig(sample_rate=rate, f_max=rate / 2)
    image = scene(history(tone(1000, rate=rate), config), config=config)
    line = is_colour(inside(image, "spectrum"), BLUE)
    top = np.flatnonzero(line.any(axis=1))[0]
    assert share(line[top : top + 1], 1) == pytest.approx(np.log(20) / np.log(rate / 100), abs=0.02)


def test_silence_is_a_line_at_zero_and_the_floor():
    image = scene(history(np.zeros(6 * RATE)))
    wave, line = (is_colour(inside(image, name), BLUE) for name in ("wave", "spectrum"))
    assert share(wave, 0) == pytest.approx(0.5, abs=0.01) and wave.all(axis=1).sum() == wave.any(axis=1).sum() == 1
    assert share(line, 0) < 0.02
    assert inside(image, "mel").max() < 10


@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_clipped_is_red_and_nothing_else(sign):
    sound = np.full(RATE, 0.9 * CLIPPED)
    assert not is_colour(inside(scene(history(sound)), "wave"), VERMILION).any()
    sound[RATE // 4 : RATE // 2] = sign
    red = is_colour(inside(scene(history(sound)), "wave"), VERMILION).any(axis=0)
    assert np.flatnonzero(red)[[0, -1]] / len(red) == pytest.approx([0.25, 0.5], abs=0.01) and red.mean() < 0.27


@given(ago=st.floats(0.05, 0.95))
def test_the_waveform_is_the_last_second_with_the_newest_at_the_right(ago):
    sound = np.zeros(3 * RATE)
    sound[-round(ago * RATE)] = 0.8
    wave = is_colour(inside(scene(history(sound)), "wave"), BLUE)
    above = wave[: wave.shape[0] // 3]
    assert share(above, 1) == pytest.approx(1 - ago, abs=0.01)
    assert np.flatnonzero(above.any(axis=1))[0] / wave.shape[0] == pytest.approx(0.1, abs=0.02)


@given(ago=st.floats(0.3, 4.7), hz=st.sampled_from([200, 800, 3000]))
def test_the_mel_picture_is_the_last_five_seconds_low_at_the_bottom(ago, hz):
    sound = np.zeros(7 * RATE)
    at = len(sound) - round((ago + 0.1) * RATE)
    sound[at : at + round(0.2 * RATE)] = tone(hz, 0.2)
    bright = inside(scene(history(sound)), "mel").sum(axis=-1) > 500
    assert share(bright, 1) == pytest.approx(1 - ago / 5, abs=0.02)
    band = np.argmin(abs(CONFIG.mel_edges[1:-1] - hz))
    assert share(bright, 0) == pytest.approx((band + 0.5) / CONFIG.n_mels, abs=0.03)


def test_the_mel_picture_moves_by_whole_columns_only():
    sound = np.random.default_rng(0).normal(0, 0.1, 8 * RATE)
    start = 6 * RATE // CONFIG.hop_length * CONFIG.hop_length
    first, *others, next_one = (
        inside(scene(history(sound[:end])), "mel") for end in (start, start + 100, start + 255, start + 256)
    )
    assert all((first == other).all() for other in others)
    assert not (first == next_one).all()


@given(count=st.integers(0, 5 * RATE), seed=st.integers(0, 9))
def test_a_short_history_is_drawn_as_if_silence_had_been_before(count, seed):
    sound = np.random.default_rng(seed).normal(0, 0.1, count)
    before = np.zeros(6 * RATE // CONFIG.hop_length * CONFIG.hop_length)
    assert scene(history(sound)).tobytes() == scene(history(np.concatenate([before, sound]))).tobytes()


def steps(score, seconds=10.0, events=()):
    found = {round(event.reported_s if event.end_s is None else event.end_s, 1): event for event in events}
    times = np.arange(1, seconds + 0.01, 0.1).round(1)
    return [Step(float(time), score, score, found.get(time)) for time in times]


@given(score=st.floats(0, 1), threshold=st.floats(0.02, 1))
def test_score_and_threshold_stand_at_their_height_and_the_bar_tells_which_is_higher(score, threshold):
    image = scene(history(np.zeros(10 * RATE)), steps(score), threshold)
    for name in ("steps", "now"):
        red = is_colour(inside(image, name), VERMILION)
        assert share(red, 0) * 1.05 == pytest.approx(threshold, abs=0.03)
    bar = inside(image, "now")
    filled = is_colour(bar, BLUE), is_colour(bar, ORANGE)
    assert filled[score >= threshold].any() and not filled[score < threshold].any()
    top = np.flatnonzero((filled[0] | filled[1]).any(axis=1))[0]
    assert 1.05 * (1 - top / bar.shape[0]) == pytest.approx(score, abs=0.05)


def test_events_are_shaded_from_start_to_end_and_one_that_lasts_until_now():
    begun, ended = Event(6.0, None, 6.3, 0.9), Event(6.0, 7.5, 6.3, 0.9)
    lasts, old = Event(9.0, None, 9.2, 0.9), Event(2.0, 3.0, 2.4, 0.9)
    plain = inside(scene(history(np.zeros(10 * RATE)), steps(0.0)), "steps")
    image = scene(history(np.zeros(10 * RATE)), steps(0.0, events=(old, begun, ended, lasts)))
    shaded = np.flatnonzero((inside(image, "steps")[2] != plain[2]).any(axis=-1)) / plain.shape[1]
    gap = np.flatnonzero(np.diff(shaded) > 0.1)
    assert len(gap) == 1
    ends = shaded[[0, gap[0], gap[0] + 1, -1]]
    assert ends == pytest.approx([0.2, 0.5, 0.8, 1.0], abs=0.01)
