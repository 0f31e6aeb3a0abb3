"""A stream's score: what was found, what was not, and the threshold in between."""

from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from helpers.config import AudioConfig
from helpers.datasets import Event, Recording
from helpers.live.detector import Detection
from tools.score_streams import TOLERANCE_S, Stream, compare, make_stream, stream_threshold

CONFIG = AudioConfig()
RATE = CONFIG.sample_rate


def recording(folder, label, seconds, spans=None, level=0.3):
    path = folder / f"{label}.wav"
    sound = level * np.random.default_rng(len(label)).standard_normal(round(seconds * RATE)).clip(-1, 1)
    soundfile.write(path, sound, RATE)
    events = None if spans is None else tuple(Event(*span, label) for span in spans)
    return Recording(path, label, label, 1, events)


@pytest.fixture
def three(tmp_path):
    dog = recording(tmp_path, "dog_bark", 4.0, [(0.5, 1.0), (2.0, 3.5)])
    return [dog, recording(tmp_path, "siren", 2.0), recording(tmp_path, "rain", 3.0)]


@pytest.mark.parametrize("whole", [False, True])
def test_a_stream_holds_every_other_recording_once_and_barks_where_it_says(three, whole):
    orders = set()
    for seed in range(20):
        stream = make_stream(three, CONFIG, seed=seed, whole=whole)
        spans = {label: (start, end) for start, end, label in stream.parts}
        labels = [label for *_, label in stream.parts]
        orders.add(tuple(labels))
        assert sorted(labels) == ["dog_bark"] * (1 if whole else 2) + ["rain", "siren"]
        assert spans["siren"][1] - spans["siren"][0] == pytest.approx(2.0)
        assert sum(map(len, stream.sounds)) / RATE == pytest.approx(stream.parts[-1][1])
        assert stream.parts[-1][1] == pytest.approx(9.0 if whole else 7.0)
        assert all(before[1] == after[0] for before, after in zip(stream.parts, stream.parts[1:], strict=False))
        assert sorted(round(end - start, 3) for start, end in stream.barks) == [0.5, 1.5]
        if whole:
            start = spans["dog_bark"][0]
            assert stream.barks == [pytest.approx((start + a, start + b)) for a, b in ((0.5, 1.0), (2.0, 3.5))]
        else:
            assert {(start, end) for start, end, label in stream.parts if label == "dog_bark"} == set(stream.barks)
    assert len(orders) > 3, "seeds draw the order"


def test_only_loud_barks_count_and_a_recording_without_annotation_is_one(tmp_path):
    rain = recording(tmp_path, "rain", 1.0)
    quiet = recording(tmp_path, "dog_bark", 2.0, [(0.0, 1.0)], level=0.001)
    assert make_stream([quiet, rain], CONFIG).barks == []
    whole = recording(tmp_path, "dog_bark", 2.0)
    ((start, end),) = make_stream([whole, rain], CONFIG).barks
    assert end - start == pytest.approx(2.0)


def found(start, end):
    return Detection(start, end, end, 0.9)


def test_events_answer_barks_they_touch_and_all_others_are_false_positives():
    parts = [(0.0, 10.0, "rain"), (10.0, 11.0, "dog_bark"), (11.0, 20.0, "siren"), (20.0, 25.0, "dog_bark")]
    events = [found(3, 4), found(10.2, 10.9), found(15, 16), found(23.5, 24)]
    answered, false = compare(events, Stream([], [(10.0, 11.0), (20.0, 21.0)], parts))
    assert answered == [True, False]
    assert false == [(events[0], "rain"), (events[2], "siren")]  # the last lies in a recording with a dog


@given(st.floats(0, 3), st.floats(0.01, 2))
def test_the_tolerance_is_the_same_on_both_sides(gap, length):
    parts = [(0.0, 10.0, "rain"), (10.0, 11.0, "dog_bark"), (11.0, 20.0, "rain")]
    for event in (found(11 + gap, 11 + gap + length), found(10 - gap - length, 10 - gap)):
        answered, false = compare([event], Stream([], [(10.0, 11.0)], parts))
        beside = max(event.start_s - 11, 10 - event.end_s)  # as floats have it
        assert answered == [beside < TOLERANCE_S] and bool(false) == (beside >= TOLERANCE_S)


def test_the_threshold_for_streams_is_the_lowest_above_what_fools_the_folds(tmp_path):
    asked = []

    def loudness(windows):
        asked.append(len(windows))
        return np.abs(windows).max(axis=-1)

    tested = []
    for number, other in enumerate((0.604, 0.754)):
        levels = {"siren": 0.1, "rain": other, "dog_bark": 0.92}  # the siren will lie between the others
        folder = tmp_path / str(number)
        folder.mkdir()
        recordings = [recording(folder, label, 3, level=level) for label, level in levels.items()]
        tested.append((SimpleNamespace(score=loudness, config=CONFIG), recordings))
    assert stream_threshold(tested, progress=False) == 0.76
    windows = 2 * (10 * (9 - 1) + 1)
    assert windows <= sum(asked) <= windows + 2 * 3, "once each, but for warming up"
