"""The detector: the same events whatever the blocks, one for each sound, at its place, and memory that stays small."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.live.detector import HISTORY_S, Detector, Event
from helpers.live.source import LiveError
from helpers.model import BINARY, Model, ModelError, Network
from tests.live.stand_in import CONFIG, HOP, RATE, WINDOW, Parrot, sound_of

WINDOW_S = CONFIG.piece_seconds
said = st.sampled_from([0.0, 0.25, 0.375, 0.5, 0.75, 1.0])  # sums of these are exact
scripts = st.lists(said, min_size=1, max_size=40)


def run(detector, sound, sizes=(), **options):
    """All steps of a sound that comes in blocks of these sizes, over and over; at once if there are none."""
    steps, begin = [], 0
    while begin < len(sound):
        for size in sizes or [len(sound)]:
            steps += detector.feed(sound[begin : begin + size], **options)
            begin += size
    return steps + detector.finish()


def events(steps):
    """(begun, ended) of each event."""
    found = [step.event for step in steps if step.event]
    return list(zip(found[::2], found[1::2], strict=True))


blocks = st.lists(st.integers(0, 3 * RATE), min_size=1, max_size=8).filter(sum)


# ---- blocks ----------------------------------------------------------------------------------------------------------


@given(script=scripts, sizes=blocks, gate=st.sampled_from([-200, -40]))
def test_the_same_sound_gives_the_same_steps_whatever_blocks_it_comes_in(script, sizes, gate):
    detector = Detector(Parrot(replace(CONFIG, gate_dbfs=gate)))
    sound = sound_of(script)
    whole = run(detector, sound)
    detector.reset()
    assert run(detector, sound, sizes) == whole
    assert detector.heard_s == len(sound) / RATE
    assert (detector.pieces, detector.skipped) == (len(script), 0)


@settings(max_examples=8)
@given(seed=st.integers(0, 99), sizes=blocks, seconds=st.floats(0.1, 3))
def test_a_network_says_the_same_whatever_blocks_it_is_given(seed, sizes, seconds):
    torch.manual_seed(seed)
    model = Model(network=Network(2, widths=(4, 8)), config=CONFIG, labels=BINARY)
    detector = Detector(model, threshold=1, release=0)  # no event: a score may lie within rounding of any threshold
    sound = np.random.default_rng(seed).uniform(-1, 1, round(seconds * RATE)).astype(np.float32)
    whole = run(detector, sound)
    detector.reset()
    parts = run(detector, sound, sizes)
    assert [step.time_s for step in parts] == [step.time_s for step in whole]
    for name in ("probability", "score"):
        values = [[getattr(step, name) for step in steps] for steps in (parts, whole)]
        assert values[0] == pytest.approx(values[1], abs=1e-5)


@given(script=scripts, hop_s=st.sampled_from([0.01, 0.05, 0.1, 0.5]), smooth=st.integers(1, 5))
def test_each_hop_has_its_step_and_the_score_is_the_mean_of_the_last_ones(script, hop_s, smooth):
    detector, sound = Detector(Parrot(), hop_s=hop_s, smooth=smooth), sound_of(script)
    steps = run(detector, sound)
    ends = range(WINDOW, len(sound) + 1, round(hop_s * RATE))
    windows = [step for step in steps if not (step.event and step.event.end_s == detector.heard_s)]
    assert [round(step.time_s * RATE) for step in windows] == list(ends)
    assert [step.probability for step in windows] == [sound[end - 1] for end in ends]
    before = [0.0] * (smooth - 1) + [step.probability for step in windows]
    assert [step.score for step in windows] == pytest.approx(
        [np.mean(before[row : row + smooth]) for row in range(len(ends))]
    )


def test_a_quiet_window_is_not_asked():
    model = Parrot(replace(CONFIG, gate_dbfs=-40), judge=lambda windows: np.ones(len(windows)))
    detector = Detector(model)
    loud = np.random.default_rng(0).choice([-0.02, 0.02], 2 * RATE).astype(np.float32)  # -34 dBFS
    quiet = loud / 4  # -46 dBFS
    model.asked = 0
    steps = run(detector, np.concatenate([quiet, loud, quiet]))
    asked = [step.probability == 1 for step in steps if not (step.event and step.event.end_s == detector.heard_s)]
    assert model.asked == sum(asked) < len(asked) == detector.pieces
    times = [step.time_s for step in steps if step.probability]
    assert 2.05 < times[0] < 2.25 and 4.25 < times[-1] < 4.45  # the windows in which some of the loud part is


# ---- events ----------------------------------------------------------------------------------------------------------


@settings(max_examples=300)
@given(
    script=scripts,
    threshold=st.sampled_from([0.25, 0.5, 0.75, 1.0]),
    release=st.sampled_from([0.0, 0.5, 1.0]),
    smooth=st.sampled_from([1, 2, 4]),
    refractory_s=st.sampled_from([0.0, 0.05, 0.25, 0.55]),
)
def test_an_event_begins_at_the_threshold_and_ends_below_the_release(script, threshold, release, smooth, refractory_s):
    release *= threshold
    detector = Detector(Parrot(), threshold=threshold, release=release, smooth=smooth, refractory_s=refractory_s)
    steps = run(detector, sound_of(script))
    lasting, free_at = None, 0.0
    for row, step in enumerate(steps):
        heard = script[max(0, row - smooth + 1) : row + 1]
        if row == len(script):  # the stream has ended, and an event with it
            assert lasting and step.event.end_s == step.time_s == detector.heard_s
        elif lasting is None:
            assert (step.event is not None) == (step.score >= threshold and step.time_s >= free_at)
            if step.event:
                lasting = step.event
                assert lasting.end_s is None and lasting.reported_s == step.time_s
                assert lasting.peak == max(heard)
                peak = lasting.peak
                assert step.time_s - WINDOW_S <= lasting.start_s <= step.time_s
        else:
            peak = max(peak, step.probability)
            assert (step.event is not None) == (step.score < release)
        if step.event and step.event.end_s is not None:
            assert step.event == replace(lasting, end_s=step.event.end_s, peak=peak)
            assert lasting.start_s < step.event.end_s <= step.time_s
            lasting, free_at = None, step.time_s + refractory_s
    assert lasting is None
    assert len(steps) - len(script) in (0, 1)


def test_a_score_that_trembles_around_the_threshold_is_one_event():
    script = [0.0] * 5 + [0.51, 0.49] * 20 + [0.0] * 5
    assert len(events(run(Detector(Parrot(), smooth=1), sound_of(script)))) == 1
    many = Detector(Parrot(), smooth=1, release=0.5, refractory_s=0)  # without what keeps them one
    assert len(events(run(many, sound_of(script)))) == 20


def test_threshold_and_release_come_from_the_model_unless_given():
    assert (Detector(Parrot()).threshold, Detector(Parrot()).release) == (0.5, 0.25)
    for_streams = Parrot()
    for_streams.card["stream_threshold"] = 0.75
    assert Detector(for_streams).threshold == 0.75
    chosen = Detector(for_streams, threshold=0.9)
    assert (chosen.threshold, chosen.release) == (0.9, 0.45)


@given(
    onset=st.floats(0.7, 1.3),
    level=st.sampled_from([0.0, 0.003, 0.01, 0.03]),
    seconds=st.floats(0.06, 0.15),
    rises_s=st.sampled_from([0.001, 0.04]),
)
def test_an_event_starts_where_its_sound_does(onset, level, seconds, rises_s):
    """A burst in noise, found once a twentieth of a second of its loud part is in the window."""
    noise = np.random.default_rng(0)
    sound = level * noise.standard_normal(2 * RATE)
    time_s = np.arange(round(seconds * RATE)) / RATE
    begin = round(onset * RATE)
    sound[begin : begin + len(time_s)] += 0.9 * np.minimum(1, time_s / rises_s) * noise.choice([-1, 1], len(time_s))
    found = Detector(
        Parrot(judge=lambda windows: (np.abs(windows[:, : -RATE // 20]) > 0.5).any(axis=1).astype(float)), smooth=1
    )
    [(begun, ended)] = events(run(found, sound.astype(np.float32), [500]))
    assert begun.start_s == pytest.approx(onset, abs=0.02)
    assert ended.start_s == begun.start_s
    assert 0.05 < begun.reported_s - onset < 0.2
    assert ended.end_s == pytest.approx(onset + seconds, abs=0.11)  # no window that begins later holds any of it
    loud = found.sound(ended)
    assert len(loud) == pytest.approx((ended.end_s - ended.start_s + 0.5) * RATE, abs=2)
    assert np.abs(loud).max() > 0.5


def test_the_report_tells_how_much_had_come_in_by_then():
    detector = Detector(Parrot(), smooth=1)
    times = iter([0.3, 7.0])
    sound = sound_of([1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    [(first, _), (second, _)] = events(run(detector, sound, clock=lambda: next(times)))
    assert (first.reported_s, second.reported_s) == (WINDOW_S, 7.0)  # never before the window had come in


# ---- the end of a stream ---------------------------------------------------------------------------------------------


@given(count=st.integers(1, WINDOW - 1), said=st.floats(0, 1, width=32))
def test_a_stream_shorter_than_a_window_is_judged_at_its_end(count, said):
    heard = []

    def judge(windows):
        heard.append(windows)
        return windows[:, count - 1]

    detector = Detector(Parrot(judge=judge))
    sound = np.zeros(count, dtype=np.float32)
    sound[-1] = said
    assert detector.feed(sound) == []
    first, *rest = detector.finish()
    assert (heard[-1] == np.resize(sound, WINDOW)).all()
    assert (first.time_s, first.probability) == (count / RATE, said)
    assert detector.pieces == 1
    assert first.score == said  # no window before it speaks against it, or for it
    assert bool(first.event) == (said >= 0.5)
    if first.event:
        assert first.event.start_s < first.event.reported_s == count / RATE and first.event.peak == said
        assert [step.event.end_s for step in rest] == [count / RATE]
    assert detector.finish() == []


def test_a_stream_without_sound_has_no_steps():
    detector = Detector(Parrot())
    assert detector.feed(np.zeros(0, dtype=np.float32)) == detector.finish() == []
    assert (detector.pieces, detector.skipped, detector.heard_s) == (0, 0, 0)


def test_an_event_that_lasts_ends_with_the_stream():
    detector = Detector(Parrot())
    steps = run(detector, sound_of([1.0] * 10), [700])
    [(begun, ended)] = events(steps)
    assert begun.end_s is None and ended.end_s == steps[-1].time_s == detector.heard_s
    assert detector.finish() == []


def test_reset_begins_a_new_stream():
    detector = Detector(Parrot(), refractory_s=100)
    first = run(detector, sound_of([1.0] * 8 + [0.0] * 8))
    detector.feed(sound_of([1.0] * 8), most=1)  # an event lasts, and windows are left out
    detector.reset()
    assert (detector.pieces, detector.skipped, detector.heard_s) == (0, 0, 0)
    assert run(detector, sound_of([1.0] * 8 + [0.0] * 8)) == first


# ---- falling behind --------------------------------------------------------------------------------------------------


@given(script=scripts, sizes=blocks, most=st.integers(1, 6))
def test_of_too_many_windows_the_oldest_are_left_out_and_counted(script, sizes, most):
    detector, sound = Detector(Parrot(), threshold=1, release=0, smooth=1), sound_of(script)
    place, size, judged = 0, 0, []
    while place < len(sound):
        for size in sizes:
            due = [end for end in range(WINDOW, len(sound) + 1, HOP) if place < end <= min(place + size, len(sound))]
            steps = detector.feed(sound[place : place + size], most=most)
            assert [round(step.time_s * RATE) for step in steps] == due[-most:]
            assert [step.probability for step in steps] == [sound[end - 1] for end in due[-most:]]
            judged += steps
            place = min(place + size, len(sound))
            assert detector.heard_s == place / RATE
    assert detector.pieces == len(judged)
    assert detector.pieces + detector.skipped == len(script)


def test_memory_does_not_grow():
    detector = Detector(Parrot(), smooth=1, refractory_s=0)
    minute = sound_of([1.0, 0.0] * 300)
    run(detector, minute, [HOP])
    kept = len(detector.history.read(0))
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(3):
            for begin in range(0, len(minute), HOP):
                detector.feed(minute[begin : begin + HOP])
        assert tracemalloc.get_traced_memory()[0] - before < 20_000
    finally:
        tracemalloc.stop()
    assert len(detector.history.read(0)) == kept == HISTORY_S * RATE


def test_the_sound_of_a_long_event_is_what_the_memory_still_holds():
    detector = Detector(Parrot())
    [(begun, ended)] = events(run(detector, sound_of([1.0] * 300 + [0.0] * 10), [HOP]))
    assert ended.end_s - begun.start_s > HISTORY_S
    assert HISTORY_S - 1.5 < len(detector.sound(ended)) / RATE <= HISTORY_S
    lasts = Event(29.0, None, 29.5, 1.0)
    assert len(detector.sound(lasts)) / RATE == pytest.approx(detector.heard_s - 28.75, abs=0.001)


# ---- what it refuses -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"threshold": -0.1},
        {"threshold": 1.5},
        {"threshold": float("nan")},
        {"threshold": 0.5, "release": 0.6},
        {"release": -0.1},
        {"smooth": 0},
        {"hop_s": 0},
        {"hop_s": WINDOW_S + 0.1},
        {"refractory_s": -1},
    ],
)
def test_a_number_out_of_range_is_named(options, language):
    with pytest.raises(LiveError) as caught:
        Detector(Parrot(), **options)
    *_, (name, value) = options.items()
    assert f"{name}={value}" in str(caught.value)


def test_a_label_the_model_does_not_know_is_named_with_those_it_does(language):
    with pytest.raises(ModelError) as caught:
        Detector(Parrot(), target="cat")
    assert all(label in str(caught.value) for label in ("cat", *Parrot.labels))


def test_any_label_can_be_listened_for():
    steps = run(Detector(Parrot(), target="other"), sound_of([0.25, 1.0]))
    assert [step.probability for step in steps][:2] == [0.75, 0.0]


@pytest.mark.parametrize("threads", [1, 2])
def test_the_network_is_asked_on_one_thread_and_the_others_come_back(threads):
    before, seen = torch.get_num_threads(), []
    torch.set_num_threads(threads)
    try:
        detector = Detector(Parrot(judge=lambda windows: (seen.append(torch.get_num_threads()), windows[:, -1])[1]))
        seen.clear()  # of the warming up
        run(detector, sound_of([0.2, 0.9]), [HOP])
        assert set(seen) == {1} and torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
