"""The detector: the same events whatever the blocks, one for each sound, at its place, and memory that stays small."""

import json
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.audio import rms_dbfs
from helpers.live.detector import HISTORY_S, Detection, Detector, OnnxModel
from helpers.live.sources import LiveError
from tests.live.stand_in import CONFIG, HOP, RATE, WINDOW, last_sample, sound_of
from tests.shared import refused

WINDOW_S = CONFIG.segment_seconds
score = st.sampled_from([0.0, 0.25, 0.375, 0.5, 0.75, 1.0])  # sums of these are exact
scripts = st.lists(score, min_size=1, max_size=40)
blocks = st.lists(st.integers(0, 3 * RATE), min_size=1, max_size=8).filter(sum)


def run(detector, sound, sizes=(), **options):
    """All windows of a sound that comes in blocks of these sizes, over and over; at once if there are none."""
    windows, begin = [], 0
    while begin < len(sound):
        for size in sizes or [len(sound)]:
            windows += detector.feed(sound[begin : begin + size], **options)
            begin += size
    return windows + detector.finish()


def events(windows):
    """(begun, ended) of each event."""
    found = [window.event for window in windows if window.event]
    return list(zip(found[::2], found[1::2], strict=True))


# ---- windows and events ----------------------------------------------------------------------------------------------


@settings(max_examples=300)
@given(
    script=scripts,
    sizes=blocks,
    gate=st.sampled_from([-200, -40]),
    hop_s=st.sampled_from([0.01, 0.05, 0.1, 0.5]),
    threshold=st.sampled_from([0.004, 0.25, 0.5, 0.75, 1.0]),
    release=st.sampled_from([0.0, 0.5, 1.0]),
    smooth=st.sampled_from([1, 2, 4]),
    refractory_s=st.sampled_from([0.0, 0.05, 0.25, 0.55]),
)
def test_an_event_begins_at_the_threshold_and_ends_below_the_release(
    script, sizes, gate, threshold, release, **settings
):
    """Window by window, of a sound that comes in any blocks; and at once it gives the same."""
    config, settings = CONFIG.replace(gate_dbfs=gate), settings | {"threshold": threshold}
    detector, sound = Detector(last_sample, config, release=release * threshold, **settings), sound_of(script)
    windows = run(detector, sound, sizes)
    ends = range(WINDOW, len(sound) + 1, round(settings["hop_s"] * RATE))
    scores = [sound[end - 1] if rms_dbfs(sound[end - WINDOW : end]) >= gate else 0 for end in ends]
    assert (detector.windows, detector.skipped, detector.heard_s) == (len(ends), 0, len(sound) / RATE)
    lasting, peak, free_at = None, 0.0, 0.0
    for row, window in enumerate(windows):
        event = window.event
        if row == len(ends):  # the stream has ended, and an event with it
            assert lasting and event.end_s == window.end_s == detector.heard_s
        else:
            last = scores[max(0, row - settings["smooth"] + 1) : row + 1]
            assert (window.end_s, window.probability) == (ends[row] / RATE, scores[row])
            assert window.smoothed == sum(last) / settings["smooth"]
            if lasting:
                peak = max(peak, window.probability)
                assert (event is not None) == (window.smoothed < detector.release)
            else:
                assert (event is not None) == (window.smoothed >= threshold and window.end_s >= free_at)
        if event and not lasting:
            lasting, peak = event, max(last)
            assert event == Detection(event.start_s, None, window.end_s, peak)
            assert window.end_s - WINDOW_S <= event.start_s <= window.end_s
        elif event:
            assert event == replace(lasting, end_s=event.end_s, peak=peak)
            assert lasting.start_s < event.end_s <= window.end_s
            lasting, free_at = None, window.end_s + settings["refractory_s"]
    assert lasting is None and len(windows) - len(ends) in (0, 1)
    detector.reset()
    assert run(detector, sound) == windows


@pytest.mark.parametrize("offset", [0.0, 0.3])
def test_a_quiet_window_is_counted_and_not_asked_even_on_top_of_a_constant_offset(offset):
    def predict(windows):
        asked.append(len(windows))
        return np.ones(len(windows))

    asked = []
    loud = np.random.default_rng(0).choice([-0.02, 0.02], 2 * RATE).astype(np.float32)  # -34 dBFS
    quiet = loud / 4  # -46 dBFS
    detector = Detector(predict, CONFIG.replace(gate_dbfs=-40))
    asked.clear()  # of the warming up
    windows = detector.feed(np.concatenate([quiet, loud, quiet]) + np.float32(offset))
    times = [window.end_s for window in windows if window.probability]
    assert sum(asked) == len(times) == detector.windows - detector.quiet > 0
    assert len(windows) == detector.windows
    assert 2.05 < times[0] < 2.25 and 4.25 < times[-1] < 4.45  # the windows in which some of the loud part is


@given(
    onset=st.floats(0.7, 1.3),
    level=st.sampled_from([0.0, 0.003, 0.01, 0.03]),
    seconds=st.floats(0.06, 0.15),
    rises_s=st.sampled_from([0.001, 0.04]),
    offset=st.sampled_from([0.0, 0.05]),
)
def test_an_event_starts_where_its_sound_does(onset, level, seconds, rises_s, offset):
    """A burst in noise, found once a twentieth of a second of its loud part is in the window."""
    noise = np.random.default_rng(0)
    sound = level * noise.standard_normal(2 * RATE) + offset
    time_s = np.arange(round(seconds * RATE)) / RATE
    begin = round(onset * RATE)
    sound[begin : begin + len(time_s)] += 0.9 * np.minimum(1, time_s / rises_s) * noise.choice([-1, 1], len(time_s))
    loud_before = lambda windows: (np.abs(windows[:, : -RATE // 20]) > 0.5).any(axis=1)  # noqa: E731
    found = Detector(loud_before, CONFIG, smooth=1)
    [(begun, ended)] = events(run(found, sound.astype(np.float32), [500]))
    assert begun.start_s == pytest.approx(onset, abs=0.02)
    assert ended.start_s == begun.start_s
    assert 0.05 < begun.reported_s - onset < 0.2
    assert ended.end_s == pytest.approx(onset + seconds, abs=0.11)  # no window that begins later holds any of it
    loud = found.sound(ended)
    assert len(loud) == pytest.approx((ended.end_s - ended.start_s + 0.5) * RATE, abs=2)
    assert np.abs(loud).max() > 0.5


def test_the_report_tells_how_much_had_come_in_by_then():
    detector, times = Detector(last_sample, CONFIG, smooth=1), iter([0.3, 7.0])
    sound = sound_of([1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    [(first, _), (second, _)] = events(run(detector, sound, clock=lambda: next(times)))
    assert (first.reported_s, second.reported_s) == (WINDOW_S, 7.0)  # never before the window had come in


# ---- the end of a stream ---------------------------------------------------------------------------------------------


@given(count=st.integers(1, WINDOW - 1), last=st.floats(0, 1, width=32))
def test_a_stream_shorter_than_a_window_is_judged_at_its_end(count, last):
    seen = []
    detector = Detector(lambda windows: seen.append(windows) or windows[:, count - 1], CONFIG)
    sound = np.zeros(count, dtype=np.float32)
    sound[-1] = last
    assert detector.feed(sound) == []
    first, *rest = detector.finish()
    assert (seen[-1] == np.resize(sound, WINDOW)).all()
    assert (first.end_s, first.probability, detector.windows) == (count / RATE, last, 1)
    assert first.smoothed == last  # no window before it speaks against it, or for it
    assert bool(first.event) == (last >= 0.5)
    if first.event:
        assert first.event.start_s < first.event.reported_s == count / RATE and first.event.peak == last
        assert [window.event.end_s for window in rest] == [count / RATE]
    assert detector.finish() == []


def test_reset_begins_a_new_stream():
    detector = Detector(last_sample, CONFIG, refractory_s=100)
    assert detector.feed(np.zeros(0, dtype=np.float32)) == detector.finish() == []
    first = run(detector, sound_of([1.0] * 8 + [0.0] * 8))
    detector.feed(sound_of([1.0] * 8), most=1)  # an event lasts, and windows are left out
    detector.reset()
    assert (detector.windows, detector.quiet, detector.skipped, detector.heard_s) == (0, 0, 0, 0)
    assert run(detector, sound_of([1.0] * 8 + [0.0] * 8)) == first


# ---- falling behind --------------------------------------------------------------------------------------------------


@given(script=scripts, sizes=blocks, most=st.integers(1, 6))
def test_of_too_many_windows_the_oldest_are_left_out_and_counted(script, sizes, most):
    detector, sound = Detector(last_sample, CONFIG, threshold=1, release=0, smooth=1), sound_of(script)
    place, found = 0, []
    while place < len(sound):
        for size in sizes:
            due = [end for end in range(WINDOW, len(sound) + 1, HOP) if place < end <= min(place + size, len(sound))]
            windows = detector.feed(sound[place : place + size], most=most)
            assert [round(window.end_s * RATE) for window in windows] == due[-most:]
            assert [window.probability for window in windows] == [sound[end - 1] for end in due[-most:]]
            found += windows
            place = min(place + size, len(sound))
            assert detector.heard_s == place / RATE
    assert detector.windows == len(found)
    assert detector.windows + detector.skipped == len(script)


def test_memory_does_not_grow():
    detector = Detector(last_sample, CONFIG, smooth=1, refractory_s=0)
    sound = sound_of([1.0, 0.0] * 450)
    run(detector, sound[: 15 * RATE], [HOP])
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for begin in range(0, len(sound), HOP):
            detector.feed(sound[begin : begin + HOP])  # a number kept of each window would come to more
        assert tracemalloc.get_traced_memory()[0] - before < 20_000
    finally:
        tracemalloc.stop()
    assert len(detector.history.read(0)) == HISTORY_S * RATE


def test_the_sound_of_a_long_event_is_what_the_memory_still_holds():
    detector = Detector(last_sample, CONFIG)
    [(begun, ended)] = events(run(detector, sound_of([1.0] * 300 + [0.0] * 10), [HOP]))
    assert ended.end_s - begun.start_s > HISTORY_S
    assert HISTORY_S - 1.5 < len(detector.sound(ended)) / RATE <= HISTORY_S
    lasts = Detection(29.0, None, 29.5, 1.0)
    assert len(detector.sound(lasts)) / RATE == pytest.approx(detector.heard_s - 28.75, abs=0.001)


# ---- what it is made of, and what it refuses -------------------------------------------------------------------------


class Stub:
    """What a Model offers a detector."""

    config, threshold, stream_threshold = CONFIG, 0.3, 0.75
    score = staticmethod(last_sample)


def test_of_a_model_it_takes_the_threshold_for_streams_unless_one_is_given():
    assert (Detector.of(Stub()).threshold, Detector.of(Stub()).release) == (0.75, 0.375)
    chosen = Detector.of(Stub(), threshold=0.9, smooth=3)
    assert (chosen.threshold, chosen.release, chosen.smooth, chosen.config) == (0.9, 0.45, 3, CONFIG)
    sound = sound_of([0.8] * 5)
    assert run(Detector.of(Stub()), sound) == run(Detector(last_sample, CONFIG, threshold=0.75), sound)


@pytest.mark.parametrize(
    "options",
    [{"threshold": -0.1}, {"threshold": 1.5}, {"threshold": float("nan")}, {"threshold": 0.5, "release": 0.6}]
    + [{"release": -0.1}, {"smooth": 0}, {"hop_s": 0}, {"hop_s": WINDOW_S + 0.1}, {"refractory_s": -1}],
)
def test_a_number_out_of_range_is_named(options):
    with pytest.raises(LiveError) as caught:
        Detector(last_sample, CONFIG, **options)
    *_, (name, value) = options.items()
    assert f"{name}={value}" in str(caught.value)


@pytest.mark.parametrize("predict", [lambda w: w[0, 0], lambda w: w[:, :2], lambda w: [0.5], lambda w: None])
def test_a_function_that_gives_no_score_for_each_window_is_told_before_it_listens(predict):
    with pytest.raises(LiveError) as caught:
        Detector(predict, CONFIG)
    assert caught.value.key == "live.bad_scores" and str(caught.value)


# ---- a model without torch -------------------------------------------------------------------------------------------


def onnx_file(path, **facts):
    """A model that answers with the mean of a waveform's samples for "other", and with its double for "bell"."""
    from onnx import TensorProto, helper, save

    rows = np.array([[1, 2]] * WINDOW) / WINDOW
    constants = [helper.make_tensor("rows", TensorProto.FLOAT, rows.shape, rows.ravel())]
    nodes = [helper.make_node("MatMul", ["audio", "rows"], ["probabilities"])]
    given = helper.make_tensor_value_info("audio", TensorProto.FLOAT, ["n", WINDOW])
    result = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 2])
    graph = helper.make_graph(nodes, "test", [given], [result], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    known = {"labels": ["other", "bell"], "target": "bell", "threshold": 0.4, "stream_threshold": 0.6}
    known |= {"pooling": "top_fifth", "config": CONFIG.as_dict()} | facts
    helper.set_model_props(model, {name: json.dumps(value) for name, value in known.items() if value is not ...})
    save(model, path)
    return path


def test_an_exported_model_detects_without_torch(tmp_path):
    model = OnnxModel(onnx_file(tmp_path / "bell.onnx"))
    assert (model.config, model.labels, model.target, model.pooling) == (CONFIG, ("other", "bell"), "bell", "top_fifth")
    assert (model.threshold, model.stream_threshold) == (0.4, 0.6)
    sound = np.random.default_rng(0).uniform(0, 0.5, (5, WINDOW)).astype(np.float32)
    means = sound.mean(axis=1)
    np.testing.assert_allclose(model.predict_proba(sound), np.stack([means, 2 * means], axis=1), atol=1e-5)
    np.testing.assert_allclose(model.score(sound), 2 * means, atol=1e-5)
    assert Detector.of(model).threshold == 0.6
    assert len(events(run(Detector.of(model), np.full(RATE, 0.35, dtype=np.float32)))) == 1
    model.target = "cat"
    with refused("model.no_label", "bell"):
        model.score(sound)


@pytest.mark.parametrize(
    "content",
    [{"config": ...}, {"labels": ...}, {"stream_threshold": ...}, {"config": {"n_mels": 0}}, {"config": {"x": 1}}]
    + [b"", b"no protobuf", None],
)
def test_a_file_that_is_no_model_of_ours_is_told(content, tmp_path):
    path = tmp_path / "strange.onnx"
    if isinstance(content, dict):
        onnx_file(path, **content)
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(LiveError) as caught:
        OnnxModel(path)
    key = "live.no_file" if content is None else "live.not_a_model"
    assert caught.value.key == key and "strange.onnx" in str(caught.value)
