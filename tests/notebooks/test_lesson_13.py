"""What lesson 13 writes by hand is what its helpers do, on other sounds than the lesson's; its prose is true.

The lesson's own cells are run, not copies of them.
"""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaincinv
from scipy.stats import poisson
from stored import Stored, changed, figures, solution

from helpers import audio
from helpers import model as pretrained
from helpers.config import AudioConfig
from helpers.datasets import synthetic
from helpers.live.detector import Detector
from helpers.live.sources import Ring
from tests.live.stand_in import CONFIG, HOP, RATE, WINDOW, last_sample, sound_of

LESSON = Stored("13")
printed = LESSON.printed


def taught(name, **names):
    return LESSON.function(name, np=np, gammaincinv=gammaincinv, **names)


def rows(name):
    """A printed table: the figures of each row, without its first column."""
    return [figures(line.partition("  ")[2]) for line in printed(name).splitlines()[1:]]


# --- by hand and by helper -------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 40), max_size=8), st.integers(1, 30))
def test_the_tiny_ring_keeps_what_the_ring_keeps(sizes, kept):
    names = {"np": np}
    exec(LESSON.sources["ring"].partition("tiny = ")[0], names)
    tiny, ring, number = names["TinyRing"](kept), Ring(kept), 0
    for size in sizes:
        samples = np.arange(number, number + size, dtype=np.float32)
        tiny.write(samples)
        ring.write(samples)
        number += size
        assert tiny.written == ring.written == number
        for start in range(ring.oldest, number + 1):
            assert np.array_equal(tiny.read(start), ring.read(start))


def detector(**settings):
    return Detector(last_sample, CONFIG, threshold=0.6, **settings)


def by_hand(follow, series, helper):
    series = np.asarray(series, dtype=np.float32).astype(float)
    mean = np.convolve(series, np.ones(helper.smooth) / helper.smooth)[: len(series)]
    follow.__globals__["times"] = (WINDOW + HOP * np.arange(len(series))) / RATE
    return follow(mean, helper.threshold, helper.release, helper.refractory_s)


def by_helper(series, helper):
    eventful = [window for window in helper.feed(sound_of(series)) + helper.finish() if window.event]
    begun, ended = ([w.end_s for w in eventful if (w.event.end_s is None) == begins] for begins in (True, False))
    return list(zip(begun, ended, strict=True))


SERIES = st.lists(st.sampled_from([0.0, 0.13, 0.37, 0.51, 0.77, 0.98]), min_size=1, max_size=40)


@given(SERIES, st.sampled_from([0.2, 0.5, 0.6]), st.sampled_from([0.0, 0.35, 1.25]), st.sampled_from([1, 3]))
def test_our_rule_reports_and_ends_when_the_detector_does(series, release, refractory_s, smooth):
    helper = detector(release=release, refractory_s=refractory_s, smooth=smooth)
    assert np.allclose(by_hand(taught("follow"), series, helper), by_helper(series, helper))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("value < release", "value < threshold"),
        ("value >= threshold", "value > threshold + 0.2"),
        (" and time_s >= free_at", ""),
        ("free_at = None, time_s + pause", "free_at = None, time_s"),
        ("(begun, times[-1])", "(begun, begun)"),
    ],
)
def test_another_rule_is_noticed(right, wrong):
    names = {"np": np}
    exec(changed(LESSON.sources, "follow", right, wrong)["follow"].partition("\n\n\nfor")[0], names)
    helper = detector(release=0.2, refractory_s=0.35)
    series = [0, 0, 0.7, 0.9, 0.9, 0.5, 0.4, 0.9, 0, 0, 0, *[0.95] * 4, 0, 0.9, 0, 0, *[0.7] * 4]
    found, wanted = by_hand(names["follow"], series, helper), by_helper(series, helper)
    assert len(found) != len(wanted) or not np.allclose(found, wanted)


def test_a_bark_is_found_within_a_window_before_the_report_and_any_other_report_is_false():
    grade = taught("grade", barks=[(10.0, 10.3), (20.0, 25.0)])
    assert grade([]) == (0, [])
    assert grade([(10.2, 11.0), (26.5, 27.0)]) == (1, [(26.5, 27.0)])
    assert grade([(9.9, 10.1), (11.2, 12.0)]) == (1, [(9.9, 10.1)])  # it began before the bark
    assert grade([(22.0, 23.0)]) == (1, [])


@given(st.integers(0, 60))
def test_the_interval_holds_just_the_rates_that_make_the_count_likely(count):
    low, high = taught("interval")(count)
    assert poisson.cdf(count, high) == pytest.approx(0.025)
    assert (low == 0) if count == 0 else (poisson.sf(count - 1, low) == pytest.approx(0.025))


# --- what the prose says ---------------------------------------------------------------------------------------------


def test_the_detector_has_not_met_these_sounds(tmp_path):
    """Its card names the seed it has learnt from; the lesson's are other sounds, and none stands there twice."""
    card = (Path(pretrained.__file__).parent / "pretrained_detector.md").read_text(encoding="utf-8")
    learnt = set(re.findall(r"synthetic sounds, seed (\d+)", card))
    (own,) = re.findall(r"seed=(\d+)", LESSON.sources["sounds"])
    assert learnt and own not in learnt
    sounds = []
    for seed in [*learnt, own]:
        recordings = synthetic(tmp_path / seed, size=6, seed=int(seed), progress=False).recordings
        sounds += [recording.path.read_bytes() for recording in recordings]
    assert len(set(sounds)) == len(sounds) == 6 * (len(learnt) + 1)


def test_a_sample_is_its_two_bytes():
    count, size = figures(printed("pairs").splitlines()[0])
    assert size == 2 * count
    for line in printed("pairs").splitlines()[2:]:
        sample, low, high = figures(line)
        number = low + 256 * high
        assert sample == (number - 65536 if number >= 32768 else number)


def test_a_late_listener_loses_what_the_ring_does_not_hold():
    wanted, oldest = figures(printed("late").splitlines()[0])
    assert figures(printed("late").splitlines()[1]) == [3.0, 2.0] and oldest - wanted == 3 * 22_050


def test_waiting_for_the_sound_is_the_largest_part_of_the_latency_and_less_than_a_window():
    needed, hop, buffer = (line[0] for line in rows("parts"))
    assert hop == 50 and buffer == round(1000 * 1024 / 22_050 / 2)
    assert 1000 > needed > hop + buffer
    dogs, found, median = figures(printed("share").splitlines()[0])
    shortest, longest = figures(printed("share").splitlines()[1])
    assert median == needed and found <= dogs and 20 <= shortest <= median <= longest < 1000


def test_each_device_does_what_the_prose_says():
    alone, hysteresis, pause, mean = ([int(figure) for figure in line[-3:]] for line in rows("rules"))
    reports, found, false = range(3)
    assert hysteresis[reports] < alone[reports] and hysteresis[false] < alone[false]
    assert hysteresis[found] >= alone[found]  # no bark was lost
    assert pause[reports] < hysteresis[reports] and pause[found] < hysteresis[found]
    assert mean[false] < hysteresis[false]
    follow = [figures(line)[-1] for line in printed("follow").splitlines()]
    assert follow == [alone[reports], hysteresis[reports]]
    barks, found_alone, false_alone = figures(printed("grade"))
    assert (found_alone, false_alone) == (alone[found], alone[false]) and barks >= hysteresis[found]
    assert figures(printed("twin").splitlines()[-1])[-1] == 0


def test_next_door_the_gate_keeps_most_of_the_dogs_from_the_network(tmp_path):
    """As the fifth exercise says, for other dogs than the lesson's."""
    names = {"np": np, "audio": audio, "rate": RATE, "config": AudioConfig()}
    names["dogs"] = [
        one for one in synthetic(tmp_path, size=12, seed=5, progress=False).recordings if "dog" in one.label
    ]
    exec(solution(LESSON.sources["ex5-solution"]), names)
    shares = [names["loud_share"](names["barking"] * 10 ** (gain / 20), -40) for gain in (0, -25)]
    assert shares[0] > 0.5 > 0.2 > shares[1]


@given(st.lists(st.floats(0, 1, width=16), min_size=12, max_size=40))
def test_the_mean_never_reports_earlier(series):
    first = [by_hand(taught("follow"), series, detector(smooth=smooth)) for smooth in (1, 3)]
    assert not first[1] or first[0][0][0] <= first[1][0][0]


def test_one_siren_makes_most_of_the_false_alarms_of_the_threshold_alone():
    crossings = figures(printed("flicker"))[0]
    counts = {line.split()[0] + line.split()[1]: int(line.split()[2]) for line in printed("clusters").splitlines()[1:]}
    ((siren, most),) = [(name, count) for name, count in counts.items() if name.startswith("siren")]
    assert most == crossings and 1 < most < 10 and most > sum(counts.values()) / 2
    assert sum(counts.values()) == figures(printed("grade"))[-1] == rows("hour")[0][0]
    assert len(counts) == rows("hour")[1][0]  # with hysteresis there is one for each recording


def test_rates_and_intervals_are_those_of_the_counts():
    minutes = figures(printed("join"))[0]
    for count, per_hour, low, high in (map(abs, line[:4]) for line in rows("hour")):
        assert per_hour == pytest.approx(60 * count / minutes, rel=0.03)
        assert poisson.sf(count - 1, low / 60 * minutes) == pytest.approx(0.025, abs=0.006)
        assert poisson.cdf(count, high / 60 * minutes) == pytest.approx(0.025, abs=0.006)


def coverage(cluster):
    """How likely the interval holds the true mean of 10, where alarms come so many at a time: summed up, not drawn."""
    interval, holds = taught("interval"), 0.0
    for clusters in range(100):
        low, high = interval(cluster * clusters)
        holds += poisson.pmf(clusters, 10 / cluster) * (low <= 10 <= high)
    return holds


def test_the_interval_holds_for_single_alarms_and_not_for_clusters():
    single, clustered = (figures(line)[-1] / figures(line)[-2] for line in printed("coverage").splitlines())
    assert single == pytest.approx(coverage(1), abs=0.03) and coverage(1) >= 0.95
    assert clustered == pytest.approx(coverage(5), abs=0.05) and coverage(5) < 0.8


def test_a_quiet_room_is_short_and_repeats_nothing():
    first, last = map(figures, printed("quiet").splitlines())
    minutes, windows, asked, reports = first
    assert reports == 0 and 0 < asked < windows / 4
    assert last[-1] == pytest.approx(60 * -np.log(0.025) / minutes, rel=0.03)
    assert "resize" not in LESSON.sources["quiet"] and "tile" not in LESSON.sources["quiet"]
