"""Lesson 04: what its cells do by hand is what the helper does, and what its prose claims is what its outputs show."""

import contextlib
import csv
import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from stored import Stored, figures, imports, solution

from helpers.config import AudioConfig
from helpers.datasets import TARGET, Event, Recording
from helpers.split import candidate_segments, split

CONFIG = AudioConfig(sample_rate=16_000)  # 16 samples a millisecond, and the rate of the lesson's recording
LESSON = Stored("04")
printed = LESSON.printed
taught = LESSON.function


@pytest.fixture
def read(builtin_sounds):
    """``read(name)`` → samples and rate of one recording of a dog, and its events in seconds."""

    def sound(name):
        path = builtin_sounds.folder / "data" / TARGET / f"{name}.wav"
        with path.with_suffix(".csv").open(encoding="utf-8") as file:
            events = [tuple(map(float, row[:2])) for row in csv.reader(file)]
        return *soundfile.read(path), events

    return sound


def dbfs(samples):
    return 10 * np.log10(np.mean(samples**2))


@st.composite
def annotated(draw):
    """(recording's length, beginning and end of a bark in it), in milliseconds."""
    total = draw(st.integers(1_000, 12_000))
    begin = draw(st.integers(0, total - 1))
    return total, begin, draw(st.integers(begin + 1, total))


@given(annotated())
def test_the_cut_by_hand_is_the_helpers_to_a_millisecond(case):
    total, begin, end = case
    recording = Recording(Path("dog.wav"), TARGET, "1", events=(Event(begin / 1000, end / 1000, TARGET),))
    segments = candidate_segments(np.ones(16 * total, np.float32), recording, CONFIG)
    assert taught("our_starts")(begin, end, total) == pytest.approx([1000 * s.start_s for s in segments], abs=1)


@given(annotated(), st.sampled_from([500, 1000]))
def test_a_segment_touches_the_bark_that_it_shares_milliseconds_with(case, length):
    total, begin, end = case
    start = total // 2
    shared = set(range(begin, end)) & set(range(start, start + length))
    event = Event(begin / 1000, end / 1000, TARGET)
    assert taught("touches")(start, start + length, event) == bool(shared)


@pytest.mark.parametrize(
    ("event", "unit", "starts"),
    [  # worked out from the guide's script: times × SECOND_MS, SEGMENT_MS long, until a tenth of the event is left
        ((8.0, 12.0), 500, [4000, 4500, 5000, 5500]),
        ((8.0, 8.3), 500, [4000]),
        ((0.0, 1.2), 500, [0, 500]),
        ((0.0, 1.1), 500, [0]),
        ((8.0, 10.5), 1000, [8000, 9000, 10000]),
    ],
)
def test_the_guides_rule_is_written_as_it_was(event, unit, starts):
    guide = taught("guide_starts")
    assert guide(*event, unit, unit) == pytest.approx(starts)
    assert guide(*event) == guide(*event, 500, 500)


def test_the_recording_is_as_the_lesson_measures_it(read):
    samples, rate, events = read("900000292")
    length, shown_rate, level = figures(printed("hear"))
    assert (length, shown_rate) == (pytest.approx(1000 * len(samples) / rate, abs=1), rate)
    assert level == pytest.approx(dbfs(samples), abs=0.1)
    share = 100 * sum(end - start for start, end in events) / (len(samples) / rate)
    this, all_dogs = (figures(line)[-1] for line in printed("share").splitlines())
    assert this == pytest.approx(share, abs=1) and 30 <= this <= 50 and all_dogs < 70
    assert any(end - start < 1 for start, end in events) and any(end - start > 1 for start, end in events)


def test_the_gate_takes_segments_that_hold_a_bark(read):
    samples, rate, events = read("900000292")
    starts = range(0, len(samples) - rate + 1, rate // 2)
    levels = [dbfs(samples[start : start + rate]) for start in starts]
    kept = sum(level >= -20 for level in levels)
    assert figures(printed("explore-twin")) == [len(levels), kept]
    lost = [start / rate for start, level in zip(starts, levels, strict=True) if level < -20]
    barking = [any(start < e_end and e_start < start + 1 for e_start, e_end in events) for start in lost]
    assert 0 < sum(barking) < len(lost) and kept


def test_the_guides_segments_lie_in_the_first_half_and_miss_barks(read):
    samples, rate, events = read("900000292")
    starts = figures(printed("guide-cut").split(":")[1])
    assert starts == pytest.approx([start for e in events for start in taught("guide_starts")(*e)], abs=1)
    assert max(starts) < 500 * len(samples) / rate
    begin = round(2.292 * rate / 2)
    assert -40 < dbfs(samples[begin : begin + rate // 2]) < dbfs(samples[round(2.348 * rate) :][:rate]) - 10
    assert not any(start < 1.646 and end > 1.146 for start, end in events)

    (_, cut, own, silent), (_, *mended) = map(figures, printed("guide-count").splitlines())
    assert own < 0.7 * cut and silent > 0 and mended == [cut, cut, 0]


def test_the_padding_is_a_seam_and_gives_dogs_away(read):
    samples, rate, events = read("900000371")
    real, padded = figures(printed("padded"))
    assert real == pytest.approx(1000 * (len(samples) / rate - 9.221), abs=1) and padded == 1000
    uniform = -50 - 10 * np.log10(3)  # the RMS level of noise whose peaks are at −50 dBFS
    assert uniform < dbfs(samples[-rate // 10 :]) - 10
    padded, cut = sorted(figures(printed("padding-rule")))
    assert 10 < padded < cut == figures(printed("guide-count").splitlines()[1])[1]
    start, end = figures(printed("centred"))
    assert start <= 1000 * events[-1][0] < 1000 * events[-1][1] <= end == pytest.approx(start + 1000)


def test_the_five_exams_share_no_source_and_shuffling_scores_higher_in_each(builtin_sounds, tmp_path):
    summary = split(builtin_sounds, out=tmp_path, progress=False)
    with (summary.folder / "segments.csv").open(encoding="utf-8") as file:
        names = {"rows": list(csv.DictReader(file)), "summary": summary}
    exec(imports(LESSON.sources["start"]), names)
    names["progress_bar"] = contextlib.nullcontext
    with contextlib.redirect_stdout(io.StringIO()) as said:
        for source in (LESSON.sources["features"], LESSON.sources["score"], solution(LESSON.sources["ex4-solution"])):
            exec(source, names)
    assert figures(printed("score")) == figures(said.getvalue().splitlines()[1])

    folds = {}
    for row, fold in zip(names["rows"], names["by_source"], strict=True):
        folds.setdefault(row["source"], set()).add(int(fold))
    assert all(len(one) == 1 for one in folds.values()) and set.union(*folds.values()) == {1, 2, 3, 4, 5}
    recordings = {recording.path.name: recording for recording in builtin_sounds.recordings}
    assert all(recordings[Path(row["recording"]).name].source == row["source"] for row in names["rows"])
    shuffled, by_source = (names["scores"](names["X"], names["y"], names[fold]) for fold in ("shuffled", "by_source"))
    assert min(shuffled) > max(by_source) + 0.1 and min(by_source) > 0.5


def test_outputs_show_what_the_prose_claims():
    cut = [figures(line)[0] for line in printed("helper").splitlines()[1:]]
    assert figures(printed("by-hand").split(":")[1]) == pytest.approx([1000 * start for start in cut], abs=6)

    *_, places, padded, _ = printed("split-all").splitlines()
    assert figures(places)[2] == 0 and min(figures(padded)) > 0
    stored, again = figures(printed("trace"))
    row = printed("table").splitlines()[3]
    assert stored == again == pytest.approx(figures(row)[-1], abs=0.06)

    shuffled, by_source = figures(printed("score"))
    assert shuffled - 15 > by_source > 50
    test, same = figures(printed("who").splitlines()[0])
    assert same == pytest.approx(2 / 3 * test, rel=0.05)
    one, other = printed("who").splitlines()[1].split()
    assert Path(one).stem[:9] == Path(other).stem[:9]
