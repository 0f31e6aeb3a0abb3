"""What lesson 08 writes in ten lines is what its helpers do, on other sounds than the lesson's; its prose is true.

The lesson's own cells are run, not copies of them.
"""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, poisson
from stored import Stored, changed, figures

from helpers.live.detector import Detector
from helpers.live.sources import Ring
from tests.live.stand_in import CONFIG, HOP, RATE, WINDOW, last_sample, sound_of

LESSON = Stored("08")
printed = LESSON.printed


def taught(name, **names):
    return LESSON.function(name, np=np, **names)


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
    return Detector(last_sample, CONFIG, threshold=0.6, smooth=3, **settings)


def by_hand(follow, series, helper):
    probability = np.asarray(series, dtype=np.float32).astype(float)
    smoothed = np.convolve(probability, np.ones(helper.smooth) / helper.smooth)[: len(probability)]
    follow.__globals__["times"] = (WINDOW + HOP * np.arange(len(series))) / RATE
    return follow(smoothed, helper.threshold, helper.release, helper.refractory_s)


def by_helper(series, helper):
    eventful = [window for window in helper.feed(sound_of(series)) + helper.finish() if window.event]
    begun, ended = ([w.end_s for w in eventful if (w.event.end_s is None) == begins] for begins in (True, False))
    return list(zip(begun, ended, strict=True))


SERIES = st.lists(st.sampled_from([0.0, 0.13, 0.37, 0.51, 0.77, 0.98]), min_size=1, max_size=40)


@given(SERIES, st.sampled_from([0.2, 0.5, 0.6]), st.sampled_from([0.0, 0.35, 1.25]))
def test_the_ten_lines_report_and_end_when_the_detector_does(series, release, refractory_s):
    helper = detector(release=release, refractory_s=refractory_s)
    assert np.allclose(by_hand(taught("follow"), series, helper), by_helper(series, helper))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("value < release", "value < threshold"),
        ("value >= threshold", "value > threshold + 0.2"),
        ("and time_s >= free_at", ""),
        ("free_at = None, time_s + refractory_s", "free_at = None, time_s"),
        ("(begun, times[-1])", "(begun, begun)"),
    ],
)
def test_another_rule_is_noticed(right, wrong):
    names = {"np": np}
    exec(changed(LESSON.sources, "machine", right, wrong)["machine"].partition("print(")[0], names)
    helper = detector(release=0.2, refractory_s=0.35)
    series = [0, 0, 0.7, 0.9, 0.9, 0.5, 0.4, 0.9, 0, 0, 0, *[0.95] * 4, 0, 0, 0, 0, *[0.7] * 4]
    found, wanted = by_hand(names["follow"], series, helper), by_helper(series, helper)
    assert len(found) != len(wanted) or not np.allclose(found, wanted)


def test_a_bark_is_found_within_a_window_before_the_report_and_any_other_report_is_false():
    grade = taught("grade", barks_at=[(10.0, 10.3), (20.0, 25.0)])
    assert grade([]) == ([False, False], [])
    assert grade([(10.2, 11.0), (26.5, 27.0)]) == ([True, False], [(26.5, 27.0)])
    assert grade([(9.9, 10.1), (11.2, 12.0)]) == ([True, False], [(9.9, 10.1)])  # it began before the bark
    assert grade([(22.0, 23.0)]) == ([False, True], [])


@given(st.integers(0, 60))
def test_the_interval_holds_just_the_rates_that_make_the_count_likely(count):
    rate, low, high = taught("per_hour", chi2=chi2)(count, 2.0)
    assert rate == count / 2
    assert poisson.cdf(count, 2 * high) == pytest.approx(0.025)
    assert (low == 0) if count == 0 else (poisson.sf(count - 1, 2 * low) == pytest.approx(0.025))


def test_the_explorer_tells_what_it_draws():
    times = np.arange(10, 310) / 10
    probability = np.where((times > 5) & (times < 8), 0.9, 0.1)
    names = {"times": times, "probability": probability, "smoothed": probability, "begins": 1.0}
    names |= {"restless": slice(0, 200), "plots": mock.MagicMock(), "barks_at": [(4.9, 7.0), (20.0, 20.5)]}
    names |= {name: taught(name, **names) for name in ("follow", "grade")}
    at, plot = taught("at", **names), names["plots"].plot_windows
    assert at(threshold=0.5, release=0.9)[1] == "1 events, 1 of 2 barks found, 0 false positives"
    *_, thresholds, shown = plot.call_args.args
    assert thresholds == [0.5, 0.5] and np.allclose(shown, [[4.1, 7.0]])
    assert at(threshold=0.95)[1].startswith("0 events") and np.shape(plot.call_args.args[-1]) == (0, 2)


# --- what the prose says of the stored outputs -----------------------------------------------------------------------


def test_the_loop_loses_barks_that_streaming_finds():
    heard_whole, cut, lost = figures(printed("gaps").splitlines()[1])
    assert lost >= 1 and heard_whole < cut + lost
    barks, said = figures(printed("loop").splitlines()[-1])
    assert said < barks == heard_whole + cut + lost


def test_a_shorter_hop_reports_sooner_and_the_mean_later():
    found, median, _ = zip(*rows("latency"), strict=True)
    loop, second, half, fifth, tenth, mean = range(6)
    assert median[second] > median[half] > median[fifth] >= median[tenth]
    assert found[loop] < found[second] <= min(found[half:])
    assert 0.05 <= median[mean] - median[tenth] <= 0.25  # a window or two
    assert median[mean] < median[loop] and found[mean] >= 1.3 * found[loop]


def test_each_device_takes_away_false_positives_and_hardly_any_bark():
    events, found, barks, false = zip(*rows("rules"), strict=True)
    times, changes = printed("flicker").splitlines()[:2]
    assert figures(printed("machine"))[0] == events[0] == figures(times)[0]
    assert abs(events[0] - barks[0]) <= 0.1 * barks[0]  # near the number of barks, and wrong all the same:
    assert events[0] - false[0] < found[0] and false[0] > 10  # barks in a row are one, other sounds are many
    assert list(events) == sorted(events, reverse=True) and list(false) == sorted(false, reverse=True)
    assert events[-1] < 0.7 * events[0] and false[-1] < 0.6 * false[0]
    assert found[-1] >= 0.95 * found[0] and events[-1] < barks[0]
    assert figures(changes)[0] >= 6
    assert "same as the helper: True" in printed("twin") and "same as the helper: True" in printed("ring-same")


def test_an_interval_is_wide_and_a_quiet_hour_is_quiet():
    _, per_hour, _, low, high = figures(printed("hour").splitlines()[-1])
    assert 0 < low < per_hour < high and high > 2 * low
    (hour, _, asked), (reports, at_most, _) = map(figures, printed("quiet").splitlines())
    assert (hour, asked, reports) == (1, 0, 0) and at_most == 3.7


def test_a_pause_saves_food_and_costs_answers():
    lines = [figures(line) for line in printed("cost").splitlines()[1:]]
    _, recall, per_hour, grams, *_ = np.array([line[:4] for line in lines]).T
    assert all(np.diff(recall) < 0) and all(np.diff(per_hour) < 0) and all(np.diff(grams) < 0)


def test_there_are_fewer_meals_than_barks_and_each_is_logged():
    barks, eaten = figures(printed("feeder").splitlines()[-1])
    assert printed("feeder").count("Dinner, Bori!") == eaten < barks
    assert printed("live").count("Dinner, Bori!") == printed("log").count(".wav") == eaten
    assert printed("live").splitlines()[-1].startswith("0 overflows, 0.0 s lost")


def test_the_menu_decides_what_is_heard():
    view = mock.Mock()  # whose import takes longer than this test
    view.source_menu.return_value.value = "mic:2"
    names = {"display": mock.Mock(), "stream": None, "config": CONFIG}
    with (
        mock.patch.dict("sys.modules", {"helpers.live.view": view}),
        mock.patch("helpers.live.sources.open_source") as opened,
    ):
        exec(LESSON.sources["source"], names)
    assert opened.call_args.args == ("mic:2",) and names["source"] is opened.return_value
