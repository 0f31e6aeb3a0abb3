"""A live source: another thread brings sound, and what is lost on the way is silence, counted, at its own place."""

import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import audio
from helpers.live import source as sources
from helpers.live.source import BACKLOG_S, LiveError
from tests.live.stand_in import RATE, Device, joined

KEPT = round(BACKLOG_S * RATE)


@pytest.fixture
def patient(monkeypatch):
    """A `read` that waits so long that nobody would."""
    monkeypatch.setattr(sources, "_POLL_S", 60)


def later(action):
    thread = threading.Timer(0.1, action)
    thread.start()
    return thread


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 3), st.booleans()), max_size=20))
def test_lost_samples_are_silence_in_their_place_and_counted(blocks):
    expected, found = [], []
    with Device() as source:
        for number, (count, lost, read_now) in enumerate(blocks, 1):
            source.push(np.full(count, number), lost=lost)
            expected += [0.0] * lost + [number] * count
            assert source.arrived_s == len(expected) / RATE
            if (read_now or number == len(blocks)) and len(expected) > len(found):
                found += source.read().tolist()
        assert found == expected
        losses = [lost for _count, lost, _read_now in blocks if lost]
        assert source.overflows == len(losses)
        assert source.lost_s == pytest.approx(sum(losses) / RATE)


@settings(max_examples=40)
@given(st.lists(st.lists(st.integers(1, KEPT), max_size=4).filter(sum), min_size=1, max_size=4))
def test_a_late_reader_finds_silence_for_what_was_overwritten_and_it_is_counted(rounds):
    with Device() as source:
        assert source.live
        place = overflows = lost = 0
        for counts in rounds:
            for count in counts:
                source.push(np.arange(place + 1, place + count + 1) % 1000 + 1)
                place += count
            late = max(0, sum(counts) - KEPT)
            expected = np.arange(place - sum(counts) + 1, place + 1) % 1000 + 1
            expected[:late] = 0
            assert (source.read() == expected).all()  # so that places in the stream stay times
            overflows, lost = overflows + (late > 0), lost + late
            assert source.overflows == overflows
            assert source.lost_s == pytest.approx(lost / RATE)


@settings(max_examples=40)
@given(
    rate=st.sampled_from([8_000, 11_025, 16_000, 44_100, 48_000]),
    counts=st.lists(st.integers(1, 3_000), min_size=1, max_size=12),
)
def test_the_rate_is_changed_as_for_the_whole_sound(rate, counts):
    everything = np.random.default_rng(0).uniform(-1, 1, sum(counts)).astype(np.float32)
    with Device(rate) as source:
        blocks = []
        for part in np.split(everything, np.cumsum(counts)[:-1]):
            source.push(part)
            blocks.append(source.read())
    found, whole = joined(blocks), audio.resample(everything, rate, RATE)
    assert (found == whole[: len(found)]).all()
    assert len(whole) - len(found) < 0.5 * RATE  # what the filter still holds back


def test_another_thread_brings_sound_while_it_is_read():
    everything = np.arange(1, 20_001, dtype=np.float32) / 20_000

    def bring():
        for part in np.split(everything, 200):
            source.push(part)
            time.sleep(0.001)

    with Device() as source:
        thread = threading.Thread(target=bring)
        thread.start()
        blocks, longest = [], 0.0
        while sum(map(len, blocks)) < len(everything):
            begun = time.monotonic()
            blocks.append(source.read())
            longest = max(longest, time.monotonic() - begun)
        thread.join()
        assert (joined(blocks) == everything).all()
        assert source.overflows == source.lost_s == 0
        assert longest < 2


def test_a_read_that_waits_returns_as_soon_as_sound_comes(patient):
    with Device() as source:
        thread = later(lambda: source.push([0.5, 0.25]))
        assert source.read().tolist() == [0.5, 0.25]
        thread.join()


def test_closing_in_another_thread_lets_a_waiting_read_go(patient):
    with Device() as source:
        thread = later(source.close)
        assert source.read() is None
        thread.join()
        source.close()  # a second time does nothing
        assert source.read() is None


def test_nothing_has_come_yet():
    class Silent(Device):
        def open(self):
            self._listen()  # and the rate is not known before someone presses a button

    with Silent() as source:
        begun = time.monotonic()
        assert source.read().shape == (0,) and source.arrived_s == 0
        assert time.monotonic() - begun < 2
    with Device() as source:
        assert source.read().shape == (0,) and source.arrived_s == 0


def test_sound_that_stops_coming_is_a_source_that_has_vanished(language):
    class Unplugged(Device):
        patience_s = 0.3

    with Unplugged() as source:
        source.push([0.5])
        pushed = time.monotonic()
        assert source.read().tolist() == [0.5]
        with pytest.raises(LiveError) as caught:
            while time.monotonic() - pushed < 10:
                assert not len(source.read())
        assert 0.3 <= time.monotonic() - pushed < 5
        assert caught.value.key == "live.vanished"
        assert "a device" in str(caught.value) and "0.3" in str(caught.value)
        source.push([0.25])
        assert source.read().tolist() == [0.25]  # plugged in again


@pytest.mark.parametrize("rate", [RATE, 16_000])
def test_opened_again_it_begins_anew(rate):
    source, sound = Device(rate), np.random.default_rng(1).uniform(-1, 1, 4_000)
    heard = []
    for _ in range(2):
        with source:
            assert source.arrived_s == source.overflows == source.lost_s == 0
            source.push(sound)
            heard.append(source.read())
            source.push(sound[:99], lost=7)  # stays unread
            assert source.overflows == 1
    assert len(heard[0]) and (heard[0] == heard[1]).all()


def test_an_error_inside_closes_it():
    source = Device()
    with pytest.raises(ZeroDivisionError), source:
        raise ZeroDivisionError
    assert source.read() is None
