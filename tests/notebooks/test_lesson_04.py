"""Lesson 04: what its cells do by hand is what the helper does, and what its prose claims is what its outputs show."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stored import Stored, figures

from helpers import audio
from helpers.config import AudioConfig
from helpers.datasets import TARGET, Event, Recording
from helpers.split import candidate_segments

CONFIG = AudioConfig()
LESSON = Stored("04")
printed = LESSON.printed


def taught(name):
    return LESSON.function(name, rate=CONFIG.sample_rate, config=CONFIG, np=np)


@st.composite
def annotated(draw):
    """(recording's length in samples, a bark that lies in it)."""
    total = draw(st.integers(CONFIG.segment_samples, 12 * CONFIG.segment_samples))
    begin = draw(st.integers(0, total - 1))
    end = draw(st.integers(begin + 1, total))
    return total, Event(begin / CONFIG.sample_rate, end / CONFIG.sample_rate, TARGET)


@given(annotated())
def test_the_cut_by_hand_is_the_helpers(case):
    total, event = case
    recording = Recording(Path("dog.wav"), TARGET, "1", events=(event,))
    segments = candidate_segments(np.ones(total, np.float32), recording, CONFIG)
    helper = [round(segment.start_s * CONFIG.sample_rate) for segment in segments]
    assert taught("starts_in")(event, total, CONFIG.segment_samples) == helper


@given(annotated(), st.floats(0.1, 1.0))
def test_the_overlap_by_hand_counts_shared_samples(case, length):
    total, event = case
    rate = CONFIG.sample_rate
    start = total // 2
    barking, cut = np.zeros(total + rate, bool), np.zeros(total + rate, bool)
    barking[round(event.start_s * rate) : round(event.end_s * rate)] = True
    cut[start : start + round(length * rate)] = True
    assert taught("overlap")(start / rate, event, length) == pytest.approx(np.sum(barking & cut) / rate, abs=1 / rate)


@pytest.mark.parametrize(
    ("event", "second", "segment", "starts"),
    [  # worked out from the guide's script: times × SECOND_MS, SEGMENT_MS long, until a tenth of the event is left
        ((8.0, 12.0), 0.5, 0.5, [4.0, 4.5, 5.0, 5.5]),
        ((8.0, 8.3), 0.5, 0.5, [4.0]),
        ((0.0, 1.2), 0.5, 0.5, [0.0, 0.5]),
        ((0.0, 1.1), 0.5, 0.5, [0.0]),
        ((8.0, 10.5), 1.0, 1.0, [8.0, 9.0, 10.0]),
    ],
)
def test_the_guides_rule_is_written_as_it_was(event, second, segment, starts):
    assert taught("guide_starts")(Event(*event, TARGET), second, segment) == pytest.approx(starts)


def test_the_padded_bark_is_a_short_one_before_the_end(builtin_sounds):
    (stem,) = re.findall(r'stem == "([^"]+)"', LESSON.sources["padded"])
    (ending,) = (recording for recording in builtin_sounds.recordings if recording.path.stem == stem)
    last = ending.events[-1]
    assert last.end_s - last.start_s < 1
    assert last.start_s + 1 > audio.info(ending.path).seconds


def test_outputs_show_what_the_prose_claims():
    assert "True" in printed("by-hand")
    assert max(figures(line)[-1] for line in printed("share").splitlines()) < 70  # plenty of time without a bark
    lengths = [figures(line)[2] for line in printed("events").splitlines()[2:]]
    assert min(lengths) < 1 < max(lengths)  # both rules are needed

    _, stray, cut = printed("guide-heard").splitlines()
    assert -40 < figures(stray)[-1] < figures(cut)[-1] - 10  # much softer than the bark, but it passes the gate
    _, guide, mended = map(figures, printed("guide-count").splitlines())
    assert guide[3] < guide[2] and guide[4] < 80 and guide[5] > 0  # numbers with gaps, barks missed, and none at all
    assert mended[4:] == [100, 0]
    events, _, short = figures(printed("short").splitlines()[0])  # in between: "shorter than 1 s"
    assert 0.25 * events < short

    noise, background = figures(printed("padded").splitlines()[1])
    assert noise < background - 10  # a seam that can be seen
    dog, other = (figures(line)[-1] for line in printed("padding-rule").splitlines())
    assert dog > 10 and other == 0
    assert figures(printed("centred").splitlines()[1])[-1] == 0
    quiet = {line.split()[0]: figures(line)[0] for line in printed("gate").splitlines() if " / " in line}
    assert quiet["dog_bark"] > 0 and max(quiet, key=quiet.get) == "other_sounds"
    assert -42 < figures(printed("gate").splitlines()[-1])[-1] <= -40  # it just misses the gate

    *_, places, padded, _, again = printed("split-all").splitlines()
    assert figures(places)[2] == 0 and min(figures(padded)) > 0 and again.endswith("True")
    assert printed("trace").count("True") == 2
    near, far = figures(printed("features").splitlines()[0])
    assert 2 * near < far
    scores = {line.split()[0]: figures(line)[0] for line in printed("score").splitlines()[:4]}
    assert scores["random"] - 10 > scores["recording"] > scores["source"]
    assert abs(scores["source"] - scores["fold"]) <= 5
    assert figures(printed("who").splitlines()[0])[0] > 50
