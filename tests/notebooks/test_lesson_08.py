"""What lesson 08 writes in ten lines is what its helpers do, on other sounds than the lesson's; its prose is true.

The lesson's own cells are run, not copies of them.
"""

import contextlib
import io
import re
from unittest import mock

import build
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, poisson

from helpers.config import AudioConfig
from helpers.exercises.lesson_08 import _fed
from helpers.live.detector import Detector
from helpers.live.ring import Ring

CELLS = {cell.id: cell for cell in build.read(build.HERE / "ko" / "08_live_mic.ipynb").cells}
CONFIG = AudioConfig(gate_dbfs=-200)
HOP = CONFIG.sample_rate // 10


def run(name, names, until=None):
    """The names a cell leaves; ``until`` cuts it before a line that begins so."""
    source = CELLS[name].source
    if until:
        source = source[: source.index(until)]
    with contextlib.redirect_stdout(io.StringIO()):
        exec(source, names)
    return names


def printed(name):
    return "".join(output.get("text", "") for output in CELLS[name].outputs)


def figures(text):
    return [float(figure) for figure in re.findall(r"-?\d+(?:\.\d+)?", text)]


def rows(name):
    """A printed table: first column → the figures behind it."""
    found = (re.match(r"(.+?) {2,}(.+)", line) for line in printed(name).splitlines()[1:])
    return {row[1].strip(): figures(row[2]) for row in found if row}


# --- by hand and by helper -------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 40), max_size=8), st.integers(1, 30))
def test_the_tiny_ring_keeps_what_the_ring_keeps(sizes, kept):
    names = run("ring", {"np": np}, until="tiny = ")
    tiny, ring, number = names["TinyRing"](kept), Ring(kept), 0
    for size in sizes:
        samples = np.arange(number, number + size, dtype=np.float32)
        tiny.write(samples)
        ring.write(samples)
        number += size
        assert tiny.written == ring.written == number
        for start in range(ring.oldest, number + 1):
            assert np.array_equal(tiny.read(start), ring.read(start))


class Parrot:
    """A model that finds the target as probable as the last sample of the window says."""

    labels, threshold, config, card = ("other", "dog_bark"), 0.6, CONFIG, {}

    def probabilities(self, windows):
        return np.stack([1 - windows[:, -1], windows[:, -1]], axis=1)


def by_hand(names, probabilities, detector):
    probabilities = np.asarray(probabilities, dtype=np.float32).astype(float)
    scores = np.convolve(probabilities, np.ones(detector.smooth) / detector.smooth)[: len(probabilities)]
    names["times"] = (CONFIG.piece_samples + HOP * np.arange(len(probabilities))) / CONFIG.sample_rate
    return names["follow"](scores, detector.threshold, detector.release, detector.refractory_s)


def by_helper(probabilities, detector):
    sound = np.zeros(CONFIG.piece_samples + HOP * (len(probabilities) - 1), dtype=np.float32)
    sound[CONFIG.piece_samples - 1 :: HOP] = probabilities
    steps = detector.feed(sound) + detector.finish()
    begun = [step.time_s for step in steps if step.event and step.event.end_s is None]
    return list(zip(begun, [step.time_s for step in steps if step.event and step.event.end_s is not None], strict=True))


SERIES = st.lists(st.sampled_from([0.0, 0.13, 0.37, 0.51, 0.77, 0.98]), min_size=1, max_size=40)


@given(SERIES, st.sampled_from([0.2, 0.5, 0.6]), st.sampled_from([0.0, 0.35, 1.25]))
def test_the_ten_lines_report_and_end_when_the_detector_does(probabilities, release, refractory_s):
    names = run("machine", {"np": np}, until="print(")
    detector = Detector(Parrot(), smooth=3, release=release, refractory_s=refractory_s, hop_s=0.1)
    assert np.allclose(by_hand(names, probabilities, detector), by_helper(probabilities, detector))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("score < release", "score < threshold"),
        ("score >= threshold", "score > threshold + 0.2"),
        ("and time_s >= free_at", ""),
        ("free_at = None, time_s + refractory_s", "free_at = None, time_s"),
        ("(begun, times[-1])", "(begun, begun)"),
    ],
)
def test_another_rule_is_noticed(right, wrong):
    names = {"np": np}
    assert right in CELLS["machine"].source
    exec(CELLS["machine"].source.split("print(")[0].replace(right, wrong), names)
    detector = Detector(Parrot(), smooth=3, release=0.2, refractory_s=0.35)
    series = np.array(
        [0, 0, 0.7, 0.9, 0.9, 0.5, 0.4, 0.9, 0, 0, 0, 0.95, 0.95, 0.95, 0.95, 0, 0, 0, 0, 0.7, 0.7, 0.7, 0.7]
    )
    with pytest.raises((AssertionError, ValueError)):
        assert np.allclose(by_hand(names, series, detector), by_helper(series, detector))


def test_a_bark_is_found_within_a_window_before_the_report_and_any_other_report_is_false():
    names = {"np": np, "barks_at": [(10.0, 10.3), (20.0, 25.0)]}
    exec(CELLS["rules"].source.split("\n\n\n")[0], names)
    judge = names["judge"]
    assert judge([]) == ([False, False], [])
    assert judge([(10.2, 11.0), (26.5, 27.0)]) == ([True, False], [(26.5, 27.0)])
    assert judge([(9.9, 10.1), (11.2, 12.0)]) == ([True, False], [(9.9, 10.1)])  # it began before the bark
    assert judge([(22.0, 23.0)]) == ([False, True], [])


@given(st.integers(0, 60))
def test_the_interval_holds_just_the_rates_that_make_the_count_likely(count):
    names = run("hour", {"chi2": chi2}, until="found, false")
    rate, low, high = names["per_hour"](count, 2.0)
    assert rate == count / 2
    assert poisson.cdf(count, 2 * high) == pytest.approx(0.025)
    assert (low == 0) if count == 0 else (poisson.sf(count - 1, 2 * low) == pytest.approx(0.025))


def test_the_explorer_tells_what_it_draws():
    times = np.arange(10, 310) / 10
    said = np.where((times > 5) & (times < 8), 0.9, 0.1)
    names = {"np": np, "times": times, "said": said, "scores": said, "begins": 1.0, "restless": slice(0, 200)}
    names |= {"plots": mock.MagicMock(), "explore": mock.Mock(), "barks_at": [(4.9, 7.0), (20.0, 20.5)]}
    run("machine", names, until="print(")
    exec(CELLS["rules"].source.split("\n\n\n")[0], names)
    run("explorer", names)
    _, facts = names["at"](threshold=0.5, release=0.9)
    assert facts == "1 events, 1 of 2 barks found, 0 false alarms"
    *series, thresholds, shown = names["plots"].plot_steps.call_args.args
    assert thresholds == [0.5, 0.5] and np.allclose(shown, [[4.1, 7.0]])
    assert names["at"](threshold=0.95)[1].startswith("0 events") and np.shape(
        names["plots"].plot_steps.call_args.args[-1]
    ) == (0, 2)


def test_the_second_solution_gives_the_meals_of_the_check():
    names = {}
    exec(CELLS["ex2-solution"].source.split("check(")[0], names)
    random = np.random.default_rng(0)
    for _ in range(50):
        reports = list(np.cumsum(random.integers(1, 8, 12)).astype(float))
        assert names["meals_at"](reports, 6.0) == _fed(reports, 6.0)


# --- what the prose says of the stored outputs -----------------------------------------------------------------------


def test_the_loop_loses_barks_that_streaming_finds():
    heard_whole, cut, lost = figures(printed("gaps").splitlines()[1])
    assert lost >= 1 and heard_whole < cut + lost
    barks, said = figures(printed("loop").splitlines()[-1])
    assert said < barks == heard_whole + cut + lost
    assert "소리: 1.00초" in printed("gaps")


def test_a_shorter_hop_reports_sooner_and_the_mean_later():
    found, median, longest = zip(*rows("latency").values(), strict=True)
    loop, second, half, fifth, tenth, mean = range(6)
    assert median[second] > median[half] > median[fifth] >= median[tenth]
    assert found[loop] < found[second] <= min(found[half:])
    assert 0.05 <= median[mean] - median[tenth] <= 0.25  # a window or two
    assert median[mean] < median[loop] and found[mean] >= 1.3 * found[loop]


def test_each_device_takes_away_alarms_and_hardly_any_bark():
    events, found, barks, false = zip(*rows("rules").values(), strict=True)
    assert figures(printed("machine"))[0] == events[0] == figures(printed("flicker"))[0] > barks[0]
    assert list(events) == sorted(events, reverse=True) and list(false) == sorted(false, reverse=True)
    assert events[-1] < 0.7 * events[0] and false[-1] < 0.6 * false[0]
    assert found[-1] >= 0.95 * found[0] and events[-1] < barks[0]
    assert figures(printed("flicker").splitlines()[1])[0] >= 6
    assert "same as the helper: True" in printed("twin") and "same as the helper: True" in printed("ring-same")


def test_an_interval_is_wide_and_a_quiet_hour_is_quiet():
    _, per_hour, _, low, high = figures(printed("hour").splitlines()[-1])
    assert 0 < low < per_hour < high and high > 2 * low
    (hour, _, asked), (alarms, at_most, _) = map(figures, printed("quiet").splitlines())
    assert (hour, asked, alarms) == (1, 0, 0) and at_most == 3.7


def test_a_pause_saves_food_and_costs_answers():
    table = np.array(
        [
            [pause, *figures(line)[1:]]
            for pause, line in zip((0.5, 10, 60), printed("cost").splitlines()[1:], strict=True)
        ]
    )
    _, recall, alarms, grams, *_ = table.T
    assert all(np.diff(recall) < 0) and all(np.diff(alarms) < 0) and all(np.diff(grams) < 0)


def test_there_are_fewer_meals_than_barks_and_each_is_logged():
    barks, meals = figures(printed("feeder").splitlines()[-1])
    assert printed("feeder").count("eat, Shiba!") == meals < barks
    *lines, counts = printed("live").splitlines()
    assert sum("eat, Shiba!" in line for line in lines) == meals and counts.startswith("0 overflows, 0.0 s lost")
    assert printed("log").count(".wav") == meals
