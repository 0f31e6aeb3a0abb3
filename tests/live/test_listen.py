"""Source, detector and log together: in a loop, and in a thread that ends when it should and tells what went wrong."""

import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.audio import AudioError
from helpers.live.detector import Detector
from helpers.live.file import FileSource
from helpers.live.listen import MOST, Listener, listen, total
from helpers.live.log import EventLog
from helpers.live.source import LiveError
from tests.live.stand_in import CONFIG, HOP, RATE, WINDOW, Device, Parrot, sound_of

TWO = sound_of(([0.0] * 5 + [1.0] * 6 + [0.0] * 12) * 2)  # two events


def listener(*recordings, on_event=None, real_time=False, **options):
    source = FileSource(*recordings, config=CONFIG, real_time=real_time)
    return Listener(source, Detector(Parrot()), on_event, **options)


@pytest.fixture
def device():
    """A device that goes on bringing events, as long as someone listens."""
    source = Device()
    source.ended = threading.Event()

    def bring():
        place = 0
        while not source.ended.wait(0.01):
            with source._news:
                if source._ring:
                    source.push(np.take(TWO, range(place, place + HOP), mode="wrap"))
                    place += HOP

    thread = threading.Thread(target=bring)
    thread.start()
    yield source
    source.ended.set()
    thread.join()


def within(seconds, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.005)
    return False


# ---- the loop --------------------------------------------------------------------------------------------------------


def test_the_loop_yields_what_the_detector_makes_of_the_sound():
    detector = Detector(Parrot())
    expected = detector.feed(TWO) + detector.finish()
    source = FileSource(TWO, config=CONFIG)
    for _ in range(2):  # each time it begins a new stream
        assert list(listen(source, detector)) == expected
        assert source.read() is None
        events = sum(step.event is not None and step.event.end_s is not None for step in expected)
        assert total(source, detector, events) == {
            "heard_s": round(len(TWO) / RATE, 3),
            "pieces": 46,
            "skipped": 0,
            "overflows": 0,
            "events": 2,
        }


@given(seconds=st.floats(0, 6))
def test_it_hears_no_more_than_asked_for(seconds):
    detector, source = Detector(Parrot()), FileSource(TWO, config=CONFIG)
    list(listen(source, detector, seconds=seconds))
    assert detector.heard_s == min(round(seconds * RATE), len(TWO)) / RATE
    assert source.read() is None


def test_a_loop_that_is_left_closes_the_source():
    source = FileSource(TWO, config=CONFIG)
    for _step in listen(source, Detector(Parrot())):
        assert source.read() is not None
        break
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

    source, detector = Late(), Detector(Parrot())
    assert len(list(listen(source, detector))) == MOST
    assert total(source, detector, 0)["skipped"] == 50 - MOST
    assert total(source, detector, 0)["pieces"] == MOST
    source.live = False
    assert len(list(listen(source, detector))) == 50
    assert total(source, detector, 0)["skipped"] == 0


def test_the_report_counts_what_had_come_in_meanwhile():
    class Ahead(FileSource):
        arrived_s = 100.0

    reported = [
        step.event.reported_s
        for step in listen(Ahead(TWO, config=CONFIG), Detector(Parrot()))
        if step.event and step.event.end_s is None
    ]
    assert reported == [100.0, 100.0]


# ---- the thread ------------------------------------------------------------------------------------------------------


def test_a_recording_is_listened_to_in_a_thread_and_each_event_is_told_when_it_is_reported():
    told = []
    heard = listener(TWO, on_event=lambda event: told.append((event, threading.current_thread(), len(heard.log))))
    assert not heard.running and heard.error is None
    heard.start()
    heard.wait()
    assert not heard.running and heard.error is None
    assert [(event.end_s, logged) for event, _thread, logged in told] == [(None, 0), (None, 1)]
    assert all(thread is not threading.current_thread() for _event, thread, _logged in told)
    assert [event.start_s for event in heard.log.events] == [event.start_s for event, *_ in told]
    assert all(event.end_s > event.start_s for event in heard.log.events)
    for number, event in enumerate(heard.log.events, 1):
        assert (heard.log.sound(number) == heard.detector.sound(event)).all()
    assert [step.time_s for step in heard.steps] == pytest.approx([(WINDOW + k * HOP) / RATE for k in range(46)])


def test_the_notebook_goes_on_while_it_listens_and_stop_frees_the_source(device):
    heard = Listener(device, Detector(Parrot()))
    heard.start()
    thread = heard._thread
    heard.start()  # it does already
    assert heard._thread is thread
    assert within(20, lambda: len(heard.log) >= 3)
    assert heard.running
    heard.stop()
    assert not heard.running and heard.error is None and device.read() is None
    heard.stop()  # a second time does nothing
    logged = len(heard.log)
    heard.start()
    assert within(20, lambda: len(heard.log) > logged) and heard.running
    heard.stop()
    assert heard.error is None


def test_stop_ends_a_source_that_was_only_being_opened():
    class Slow(Device):
        def open(self):
            opening.set()
            time.sleep(0.2)  # importing PyAudio
            super().open()

    opening = threading.Event()
    heard = Listener(Slow(), Detector(Parrot()))
    heard.start()
    opening.wait()
    stopper = threading.Thread(target=heard.stop, daemon=True)
    stopper.start()
    stopper.join(10)
    assert not stopper.is_alive() and not heard.running and heard.error is None


def test_before_the_start_there_is_nothing_to_stop():
    heard = listener(TWO)
    heard.stop()
    heard.wait()
    assert not heard.running


def test_a_function_that_raises_is_told_and_not_called_again_and_listening_goes_on():
    calls = []

    def break_down(event):
        calls.append(event)
        raise ValueError("no food left")

    heard = listener(TWO, on_event=break_down)
    heard.start()
    heard.wait()
    assert len(calls) == 1 and isinstance(heard.error, ValueError)
    assert len(heard.log) == 2 and len(heard.steps) == 46
    heard.start()  # the function may be mended by now
    heard.wait()
    assert len(calls) == 2 and len(heard.log) == 4


def test_a_function_may_stop_the_listening():
    heard = listener(TWO, on_event=lambda event: heard.stop())
    heard.start()
    heard.wait()
    assert not heard.running and heard.error is None
    assert len(heard.log) == 1 and heard.detector.heard_s < 2


def test_a_source_that_cannot_be_opened_is_an_error(tmp_path):
    heard = listener(tmp_path / "nowhere.wav")
    heard.start()
    heard.wait()
    assert isinstance(heard.error, AudioError) and not heard.running and not heard.steps
    heard.source = FileSource(TWO, config=CONFIG)
    heard.start()
    heard.wait()
    assert heard.error is None and len(heard.log) == 2


def test_a_source_that_vanishes_is_an_error_and_closed():
    class Unplugged(Device):
        patience_s = 0.1

    heard = Listener(Unplugged(), Detector(Parrot()))
    heard.start()
    heard.wait()
    assert isinstance(heard.error, LiveError) and heard.error.key == "live.vanished"
    assert heard.source.read() is None


def test_a_sound_that_cannot_be_kept_is_an_error_and_the_source_is_closed(tmp_path):
    (tmp_path / "a file").write_text("", encoding="utf-8")
    heard = listener(TWO, log=EventLog(CONFIG, keep=0, folder=tmp_path / "a file"))
    heard.start()
    heard.wait()
    assert heard.error is not None and heard.source.read() is None


def test_the_steps_are_those_of_the_last_minute():
    heard = listener(sound_of([0.0] * 700))
    heard.start()
    heard.wait()
    assert heard.detector.pieces == 700 and len(heard.steps) == 600
    assert heard.steps[-1].time_s == heard.detector.heard_s
