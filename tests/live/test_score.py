"""A stream's score: what was found, what was not, and the threshold in between."""

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from helpers.config import AudioConfig
from helpers.datasets import Event, Recording
from helpers.live.detector import Event as Found
from helpers.live.score import THRESHOLDS, TOLERANCE_S, compare, stream_threshold, tape

CONFIG = AudioConfig()
RATE = CONFIG.sample_rate


def recording(folder, name, label, seconds, spans=(), level=0.3):
    path = folder / f"{name}.wav"
    sound = level * np.random.default_rng(len(name)).standard_normal(round(seconds * RATE)).clip(-1, 1)
    soundfile.write(path, sound, RATE)
    return Recording(path, label, name, 1, tuple(Event(start, end, label) for start, end in spans))


@pytest.fixture
def three(tmp_path):
    dog = recording(tmp_path, "dog", "dog_bark", 4.0, [(0.5, 1.0), (2.0, 3.5)])
    return [dog, recording(tmp_path, "siren", "siren", 2.0), recording(tmp_path, "rain", "rain", 3.0)]


@pytest.mark.parametrize("seed", range(4))
def test_a_tape_holds_every_other_recording_once_and_barks_where_it_says(three, seed):
    sounds, barks, parts = tape(three, CONFIG, seed=seed)
    assert sorted(label for _, _, label in parts) == ["dog_bark", "dog_bark", "rain", "siren"]
    assert [round(end - start, 3) for start, end, label in parts if label == "siren"] == [2.0]
    assert sorted(round(end - start, 3) for start, end in barks) == [0.5, 1.5]
    assert {(start, end) for start, end, label in parts if label == "dog_bark"} == set(barks)
    assert sum(map(len, sounds)) / RATE == pytest.approx(parts[-1][1]) == pytest.approx(7.0)
    for before, after in zip(parts, parts[1:], strict=False):
        assert before[1] == after[0]  # no silence between


def test_seeds_draw_the_order(three):
    assert len({tuple(label for *_, label in tape(three, CONFIG, seed=seed)[2]) for seed in range(20)}) > 3


def test_whole_recordings_keep_what_is_around_their_barks(three):
    sounds, barks, parts = tape(three, CONFIG, whole=True)
    (start, end) = next((start, end) for start, end, label in parts if label == "dog_bark")
    assert end - start == pytest.approx(4.0) and sum(map(len, sounds)) / RATE == pytest.approx(9.0)
    assert barks == [pytest.approx((start + 0.5, start + 1.0)), pytest.approx((start + 2.0, start + 3.5))]


def test_a_bark_below_the_gate_is_none(tmp_path):
    quiet = recording(tmp_path, "quiet", "dog_bark", 2.0, [(0.0, 1.0)], level=0.001)
    assert tape([quiet, recording(tmp_path, "rain", "rain", 1.0)], CONFIG)[1] == []


def found(start, end):
    return Found(start, end, end, 0.9)


def test_events_answer_barks_they_touch_and_all_others_are_false_alarms():
    parts = [(0.0, 10.0, "rain"), (10.0, 11.0, "dog_bark"), (11.0, 20.0, "siren"), (20.0, 25.0, "dog_bark")]
    barks = [(10.0, 11.0), (20.0, 21.0)]
    events = [found(3, 4), found(10.2, 10.9), found(15, 16), found(23.5, 24)]
    answered, false = compare(events, barks, parts)
    assert answered == [True, False]
    assert false == [(events[0], "rain"), (events[2], "siren")]  # the last lies in a recording with a dog


@given(st.floats(0, 3), st.floats(0.01, 2))
def test_the_tolerance_is_the_same_on_both_sides(gap, length):
    barks, parts = [(10.0, 11.0)], [(0.0, 10.0, "rain"), (10.0, 11.0, "dog_bark"), (11.0, 20.0, "rain")]
    for event in (found(11 + gap, 11 + gap + length), found(10 - gap - length, 10 - gap)):
        answered, false = compare([event], barks, parts)
        beside = max(event.start_s - 11, 10 - event.end_s)  # as floats have it
        assert answered == [beside < TOLERANCE_S] and bool(false) == (beside >= TOLERANCE_S)


class Loudness:
    """A model that finds a window the more probable the louder it is, and counts how often it is asked."""

    config, labels, card, threshold = CONFIG, ("dog_bark", "other"), {}, 0.5

    def __init__(self):
        self.asked = 0

    def probabilities(self, windows):
        self.asked += len(windows)
        dogs = np.abs(windows).max(axis=-1)
        return np.stack([dogs, 1 - dogs], axis=-1)


def test_the_threshold_for_streams_is_the_lowest_above_what_fools_the_folds(tmp_path):
    folds = []
    for number, other in enumerate((0.604, 0.754)):
        levels = {"siren": 0.1, "rain": other, "dog_bark": 0.92}  # the siren will lie between the others
        folds.append([recording(tmp_path, f"{label} {number}", label, 3, (), level) for label, level in levels.items()])
    models = Loudness(), Loudness()
    assert stream_threshold(zip(models, folds, strict=True)) == 0.76
    windows = 10 * (9 - 1) + 1
    assert all(windows <= model.asked <= windows + 3 * len(THRESHOLDS) for model in models)  # once, but for warming up
