"""The simulated PyAudio loses what a late reader of PortAudio's would lose, and the yard holds what it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import audio
from helpers.config import AudioConfig
from helpers.datasets import TARGET
from helpers.live.simulated import BARK_DBFS, DOGS, OTHERS, SimulatedPyAudio, make_yard

CONFIG = AudioConfig()
RATE = 1000
COUNTED = (np.arange(10 * RATE) / 32_768).astype(np.float32)  # each 16-bit sample is its own place


def opened(**settings):
    device = SimulatedPyAudio(COUNTED, RATE)
    how = {"rate": RATE, "channels": 1, "format": device.paInt16, "input": True, "frames_per_buffer": 100}
    return device, device.PyAudio().open(**how | settings)


def places(*contents):
    return np.frombuffer(b"".join(contents), dtype=np.int16)


@given(st.lists(st.integers(1, 400), max_size=12))
def test_a_reader_who_only_reads_hears_everything(sizes):
    device, stream = opened()
    heard = places(*(stream.read(size) for size in sizes))
    assert np.array_equal(heard, np.arange(sum(sizes)))
    assert device.monotonic() == pytest.approx(sum(sizes) / RATE)


@pytest.mark.parametrize(("late", "lost"), [(0.2, 0), (0.201, 201), (3, 3000)])
def test_two_buffers_wait_for_a_reader_and_all_of_more_is_lost(late, lost):
    device, stream = opened()
    stream.read(50)
    device.sleep(late)
    assert places(stream.read(10, exception_on_overflow=False))[0] == 50 + lost
    if lost:
        device.sleep(late)
        with pytest.raises(OSError, match="Input overflowed"):
            stream.read(10)
    assert len(places(stream.read(10))) == 10  # and goes on


def test_after_the_last_sample_there_is_silence_and_a_new_stream_begins_anew():
    device, stream = opened()
    device.sleep(0.1)
    assert len(stream.read(len(COUNTED))) == 2 * len(COUNTED) and not places(stream.read(200)).any()
    again = device.open(RATE, 1, device.paInt16, True, 100)
    assert np.array_equal(places(again.read(5)), np.arange(5))


@given(st.lists(st.floats(0, 0.7), max_size=8))
def test_a_callback_hears_every_buffer_whatever_the_pauses(pauses):
    heard = []
    device, stream = opened(stream_callback=lambda data, count, _time, _status: (heard.append(data), 0))
    for pause in pauses:
        device.sleep(pause)
    whole = sum(round(pause * RATE) for pause in pauses) // 100 * 100
    assert np.array_equal(places(*heard), np.arange(whole))


def test_a_callback_that_does_not_go_on_or_is_closed_is_called_no_more():
    heard = []
    device, stream = opened(stream_callback=lambda data, *_: (heard.append(data), SimulatedPyAudio.paComplete))
    device.sleep(5)
    assert len(heard) == 1
    device, stream = opened(stream_callback=lambda data, *_: (heard.append(data), 0))
    stream.close()
    device.sleep(5)
    assert len(heard) == 1


def test_the_yard_has_its_barks_where_it_says_and_quiet_around_everything():
    yard = make_yard()
    assert len(yard.barks) == sum(map(len, DOGS.values())) == 12
    assert [label for _, _, label in yard.others] == list(OTHERS) and TARGET not in OTHERS
    spans = sorted([*yard.barks, *((start, end) for start, end, _ in yard.others)])
    quiet = np.ones(len(yard.sound), dtype=bool)
    for start, end in spans:
        quiet[round(start * CONFIG.sample_rate) : round(end * CONFIG.sample_rate)] = False
    assert audio.rms_dbfs(yard.sound[quiet]) < CONFIG.gate_dbfs
    for start, end in yard.barks:
        bark = yard.sound[round(start * CONFIG.sample_rate) : round(end * CONFIG.sample_rate)]
        assert audio.rms_dbfs(bark) == pytest.approx(BARK_DBFS, abs=1.5)
    assert all(before[1] + 1 < after[0] for before, after in zip(spans, spans[1:], strict=False))
    assert np.array_equal(yard.sound, make_yard().sound)
