"""Source, detector and log together: in a loop, and in a thread that ends when it should and tells what went wrong."""

import csv
import threading
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import audio
from helpers.audio import AudioError
from helpers.live.detector import Detection, Detector
from helpers.live.listener import HEADER, MOST, EventLog, Listener, listen, total
from helpers.live.sources import FileSource, LiveError
from helpers.messages import LessonError
from tests.live.stand_in import CONFIG, HOP, RATE, WINDOW, Device, last_sample, sound_of, within

TWO = sound_of(([0.0] * 5 + [1.0] * 6 + [0.0] * 12) * 2)  # two events


def detector(**settings):
    return Detector(last_sample, CONFIG, **settings)


def listener(*recordings, on_event=None):
    return Listener(FileSource(*recordings, config=CONFIG), detector(), on_event)


def run(listener):
    """From its start to its end."""
    listener.start()
    listener.wait()
    assert not listener.running and listener.source.read() is None
    return listener


# ---- the loop --------------------------------------------------------------------------------------------------------


def test_the_loop_yields_what_the_detector_makes_of_the_sound():
    by_hand = detector()
    expected = by_hand.feed(TWO) + by_hand.finish()
    source, looped = FileSource(TWO, config=CONFIG), detector()
    for _ in range(2):  # each time it begins a new stream
        assert list(listen(source, looped)) == expected
        assert source.read() is None
        counts = {"windows": 46, "quiet": 0, "skipped": 0, "overflows": 0, "events": 2}
        assert total(source, looped, 2) == {"heard_s": round(len(TWO) / RATE, 3), **counts}


@given(seconds=st.floats(0, 6))
def test_it_hears_no_more_than_asked_for_and_closes_the_source(seconds):
    heard, source = detector(), FileSource(TWO, config=CONFIG)
    list(listen(source, heard, seconds=seconds))
    assert heard.heard_s == min(round(seconds * RATE), len(TWO)) / RATE
    assert source.read() is None
    for _window in listen(source, heard):
        assert source.read() is not None
        break  # a loop that is left closes it, too
    assert source.read() is None


def test_of_a_live_source_what_is_too_old_is_left_out_and_of_a_recording_nothing():
    class Late(Device):
        def open(self):
            super().open()
            self.push(sound_of([0.0] * 50))

        def read(self):
            samples = super().read()
            self.close()
            return samples

    source, heard = Late(), detector()
    for live, judged in ((True, MOST), (False, 50)):
        source.live = live
        assert len(list(listen(source, heard))) == judged
        assert (heard.windows, heard.skipped) == (judged, 50 - judged)


def test_the_report_counts_what_had_come_in_meanwhile():
    class Ahead(FileSource):
        arrived_s = 100.0

    windows = listen(Ahead(TWO, config=CONFIG), detector())
    assert [one.event.reported_s for one in windows if one.event and one.event.end_s is None] == [100.0, 100.0]


# ---- the thread ------------------------------------------------------------------------------------------------------


def test_a_recording_is_listened_to_in_a_thread_and_each_event_is_told_when_it_is_reported():
    told, logs = [], []
    heard = listener(TWO, on_event=lambda event: told.append((event, threading.current_thread(), len(heard.log))))
    assert not heard.running and heard.error is None
    for _ in range(2):  # each run has a log and a clock of its own
        told.clear()
        assert run(heard).error is None
        assert [(event.end_s, logged) for event, _thread, logged in told] == [(None, 0), (None, 1)]
        assert all(thread is not threading.current_thread() for _event, thread, _logged in told)
        assert [event.start_s for event in heard.log.events] == [event.start_s for event, *_ in told]
        assert all(event.end_s > event.start_s for event in heard.log.events)
        for number, event in enumerate(heard.log.events, 1):
            assert (heard.log.sound(number) == heard.detector.sound(event)).all()
        ends = [(WINDOW + k * HOP) / RATE for k in range(46)]
        assert [window.end_s for window in heard.windows] == pytest.approx(ends)
        logs.append(heard.log)
    assert logs[0] is not logs[1] and logs[0].events == logs[1].events


def test_the_notebook_goes_on_while_it_listens_and_stop_frees_the_source():
    device = Device()
    heard = Listener(device, detector())
    device.live = False  # all windows are judged, however much comes at once
    for times in (1, 2):
        heard.start()
        thread = heard._thread
        heard.start()  # it does already
        assert heard._thread is thread
        assert within(20, lambda times=times: device.opened == times)
        device.push(TWO)
        assert within(20, lambda: len(heard.log) == 2) and heard.running
        heard.stop()
        assert not heard.running and heard.error is None and device.read() is None
        heard.stop()  # a second time does nothing


def test_stop_ends_a_source_that_was_only_being_opened():
    class Slow(Device):
        def open(self):
            opening.set()
            stopping.wait(10)
            super().open()

    opening, stopping = threading.Event(), threading.Event()
    heard = Listener(Slow(), detector())
    heard.start()
    opening.wait(10)
    stopper = threading.Thread(target=heard.stop, daemon=True)
    stopper.start()
    stopping.set()
    stopper.join(10)
    assert not stopper.is_alive() and not heard.running and heard.error is None


def test_a_function_that_raises_ends_the_listening_and_may_be_mended():
    heard = run(listener(TWO, on_event=mock.Mock(side_effect=ValueError("no food left"))))
    assert isinstance(heard.error, ValueError)
    heard.on_event = None
    assert run(heard).error is None and len(heard.log) == 2


def test_a_function_may_stop_the_listening():
    heard = listener(TWO, on_event=lambda event: heard.stop())
    heard.stop()  # before the start there is nothing to stop
    assert run(heard).error is None
    assert len(heard.log) == 1 and heard.detector.heard_s < 2


def test_a_source_that_cannot_be_opened_is_an_error(tmp_path):
    heard = run(listener(tmp_path / "nowhere.wav"))
    assert isinstance(heard.error, AudioError) and not heard.windows
    heard.source = FileSource(TWO, config=CONFIG)
    assert run(heard).error is None and len(heard.log) == 2


def test_a_source_that_vanishes_is_an_error_and_closed():
    device = Device()
    device.patience_s = 0.1
    error = run(Listener(device, detector())).error
    assert isinstance(error, LiveError) and error.key == "live.vanished"


def test_the_windows_are_those_of_the_last_minute():
    heard = run(listener(sound_of([0.0] * 700)))
    assert (heard.detector.windows, len(heard.windows)) == (700, 600)
    assert heard.windows[-1].end_s == heard.detector.heard_s


# ---- the log ---------------------------------------------------------------------------------------------------------


def fill(log, count):
    for number in range(1, count + 1):
        log.add(Detection(number, number + 0.5, number + 0.25, 1 / number), sound(number))
    return log


def sound(number):
    return np.full(100, number / 512, dtype=np.float32)  # a number that 16 bits hold


def read(table):
    with table.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@given(count=st.integers(0, 30), keep=st.integers(0, 12))
def test_it_keeps_all_events_and_the_last_sounds(count, keep):
    log = fill(EventLog(CONFIG, keep=keep), count)
    assert len(log) == count and [event.start_s for event in log.events] == list(range(1, count + 1))
    for number in range(-1, count + 3):
        if max(0, count - keep) < number <= count:
            assert (log.sound(number) == sound(number)).all()
        else:
            with pytest.raises(LiveError) as caught:
                log.sound(number)
            assert caught.value.values == {"number": number, "count": count, "keep": keep} and str(caught.value)


def test_what_is_exported_reads_back(tmp_path):
    log = fill(EventLog(CONFIG, keep=3), 7)
    table = log.export(tmp_path / "taken" / "along")
    rows = read(table)
    assert table.name == "events.csv" and tuple(rows[0]) == HEADER
    for number, (row, event) in enumerate(zip(rows, log.events, strict=True), 1):
        assert int(row["number"]) == number
        for name in ("start_s", "end_s", "reported_s", "peak"):
            assert float(row[name]) == pytest.approx(getattr(event, name), abs=0.0005)
        assert bool(row["file"]) == (number > 4)
        if row["file"]:
            path = table.parent / row["file"]
            assert (audio.load(path, CONFIG) == sound(number)).all() and audio.info(path).sample_rate == RATE
    assert len(list(table.parent.glob("*.wav"))) == 3


def test_exported_again_the_table_is_the_newer_one(tmp_path):
    for count in (1, 2, 0):
        assert len(read(fill(EventLog(CONFIG), count).export(tmp_path))) == count


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path):
    (tmp_path / "a file").write_text("", encoding="utf-8")
    with pytest.raises(LessonError) as caught:
        fill(EventLog(CONFIG), 1).export(tmp_path / "a file")
    assert caught.value.key == "batch.cannot_write"
