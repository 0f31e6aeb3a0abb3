"""Recordings as a source: all of their sound, in blocks as a device would bring them, as fast as wanted."""

import threading
import time

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from helpers import audio
from helpers.audio import AudioError
from helpers.live.file import FileSource
from tests.live.stand_in import CONFIG, RATE, joined


def noise(count, seed=0):
    return np.random.default_rng(seed).uniform(-0.9, 0.9, count).astype(np.float32)


def blocks_of(source):
    while (block := source.read()) is not None:
        yield block


@given(st.lists(st.integers(0, 1_500), max_size=5))
def test_recordings_run_on_into_one_another_in_blocks_of_a_twentieth_of_a_second(lengths):
    recordings = [noise(length, seed) for seed, length in enumerate(lengths)]
    source = FileSource(*recordings, config=CONFIG)
    assert source.arrived_s == 0 and not source.live
    for _ in range(2):  # opened again it begins at the beginning
        with source:
            assert source.arrived_s == 0
            blocks = list(blocks_of(source))
            assert source.read() is None
        assert (joined(blocks) == joined(recordings)).all()
        assert all(len(block) == RATE // 20 for block in blocks[:-1])
        assert all(0 < len(block) <= RATE // 20 and block.dtype == np.float32 for block in blocks)
        assert source.arrived_s == sum(lengths) / RATE
    assert source.overflows == source.lost_s == 0


@pytest.mark.parametrize("rate", [RATE, 16_000, 44_100])
def test_files_of_any_rate_and_arrays_mix(tmp_path, rate):
    paths = [tmp_path / "a.wav", tmp_path / "b.ogg"]
    for seed, path in enumerate(paths):
        soundfile.write(path, noise(rate, seed).repeat(2).reshape(-1, 2), rate)
    with FileSource(paths[0], noise(77), str(paths[1]), config=CONFIG) as source:
        found = joined(blocks_of(source))
    expected = [audio.load(paths[0], CONFIG), noise(77), audio.load(paths[1], CONFIG)]
    assert (found == joined(expected)).all()
    assert source.name == "a.wav … (3)" and FileSource(paths[1]).name == "b.ogg"


def test_in_real_time_no_sound_comes_before_it_would_have_been_made():
    with FileSource(noise(RATE // 2), config=CONFIG, real_time=True) as source:
        begun = time.monotonic()
        while source.read() is not None:
            assert time.monotonic() - begun >= source.arrived_s - 0.02
        lasted = time.monotonic() - begun
    assert 0.48 <= lasted < 2


def test_as_fast_as_possible_ten_minutes_take_seconds():
    begun = time.monotonic()
    with FileSource(np.zeros(600 * RATE, dtype=np.float32), config=CONFIG) as source:
        assert sum(1 for _block in blocks_of(source)) == 12_000
    assert time.monotonic() - begun < 10


def test_a_missing_file_says_so_when_it_is_opened(tmp_path, language):
    with pytest.raises(AudioError) as caught:
        FileSource(tmp_path / "nowhere.wav", config=CONFIG).open()
    assert caught.value.key == "audio.missing" and "nowhere.wav" in str(caught.value)


def test_all_before_a_missing_file_is_heard(tmp_path):
    heard = []
    with FileSource(noise(RATE), tmp_path / "nowhere.wav", noise(RATE), config=CONFIG) as source:
        with pytest.raises(AudioError, match=r"nowhere\.wav"):
            heard.extend(blocks_of(source))
        assert (joined(heard) == noise(RATE)).all()
        assert source.read() is None


@pytest.mark.parametrize("real_time", [False, True])
def test_closing_in_another_thread_ends_it(real_time):
    for _ in range(3):
        source = FileSource(np.zeros(3600 * RATE, dtype=np.float32), config=CONFIG, real_time=real_time)
        source.open()
        thread = threading.Timer(0.05, source.close)
        thread.start()
        begun = time.monotonic()
        while source.read() is not None:
            assert time.monotonic() - begun < 10
        thread.join()
        source.close()  # a second time does nothing
        assert source.read() is None


def test_closed_before_it_was_opened_it_has_nothing_to_say():
    source = FileSource(noise(RATE), config=CONFIG)
    source.close()
    assert source.read() is None
