"""Sources of sound: all of it, each sample at its place, what is lost counted, and the choice among them explained."""

import itertools
import sys
import threading
import time
import tracemalloc
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

import helpers.live
from helpers import audio
from helpers.audio import AudioError
from helpers.environment import System
from helpers.live import BACKLOG_S, sources
from helpers.live.sources import BrowserSource, FileSource, LiveError, MicrophoneSource, Ring, open_source
from helpers.messages import text
from tests.live.stand_in import CONFIG, RATE, Device, joined

KEPT = round(BACKLOG_S * RATE)


def noise(count, seed=0):
    return np.random.default_rng(seed).uniform(-0.9, 0.9, count).astype(np.float32)


@given(
    size=st.integers(1, 20),
    steps=st.lists(st.tuples(st.integers(0, 50), st.integers(-5, 150), st.integers(-5, 150) | st.none()), max_size=20),
)
def test_a_ring_is_the_end_of_a_list_of_all_that_was_written(size, steps):
    ring, everything, read = Ring(size), [], []
    for count, start, stop in steps:
        new = np.arange(len(everything), len(everything) + count, dtype=np.float32)
        ring.write(new)
        everything += new.tolist()
        oldest = max(0, len(everything) - size)
        assert (ring.written, ring.oldest) == (len(everything), oldest)
        wanted = everything[max(start, oldest) : len(everything) if stop is None else max(stop, 0)]
        found = ring.read(start, stop)
        assert found.dtype == np.float32 and found.tolist() == wanted
        read.append((found, wanted))
    assert all(found.tolist() == wanted for found, wanted in read)  # a copy, which later writing leaves alone


# ---- live sources ----------------------------------------------------------------------------------------------------


counts = st.integers(0, 300) | st.integers(1, KEPT)


@settings(max_examples=60)
@given(st.lists(st.tuples(counts, st.integers(0, 3), st.booleans()), min_size=1, max_size=12))
def test_what_did_not_come_or_was_fetched_too_late_is_silence_in_its_place_and_counted_once(blocks):
    arrived, unread, losses = 0, [], []
    with Device() as source:
        for number, (count, lost, read_now) in enumerate(blocks, 1):
            sound = np.arange(arrived, arrived + count) % 1000 + 1
            source.push(sound, lost=lost)
            arrived += lost + count
            unread += [np.zeros(lost), sound]  # silence is what did not come: no sound is 0
            losses += [lost] * (lost > 0)
            assert source.arrived_s == arrived / RATE
            if (read_now or number == len(blocks)) and sum(map(len, unread)):
                expected, unread = joined(unread), []
                late = max(0, len(expected) - KEPT)
                overwritten = int(np.count_nonzero(expected[:late]))
                losses += [overwritten] * (overwritten > 0)
                expected[:late] = 0
                found = source.read()
                while len(found) < len(expected):
                    found = np.append(found, source.read())
                assert (found == expected).all()  # so that places in the stream stay times
            assert source.overflows == len(losses)
            assert source.lost_s == pytest.approx(sum(losses) / RATE)


def test_an_hour_that_did_not_come_is_read_as_silence_piece_by_piece():
    with Device() as source:
        source.push([0.5] * 100)
        tracemalloc.start()
        source.push([0.25], lost=3600 * RATE)
        heard, rest = 0, source.read()
        while not rest.any():
            heard, rest = heard + len(rest), source.read()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert heard + len(rest) == 3600 * RATE + 101 and rest[-1] == 0.25
        assert most < 60 * 4 * RATE  # bytes of a minute
        assert (source.overflows, source.lost_s) == (2, pytest.approx(3600 + 100 / RATE))


@settings(max_examples=40)
@given(
    rate=st.sampled_from([8_000, 11_025, 16_000, 44_100, 48_000]),
    counts=st.lists(st.integers(1, 3_000), min_size=1, max_size=12),
)
def test_the_rate_is_changed_as_for_the_whole_sound(rate, counts):
    everything = noise(sum(counts))
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
    with Device() as source:
        thread = threading.Thread(target=lambda: [source.push(part) for part in np.split(everything, 200)])
        thread.start()
        blocks = []
        while sum(map(len, blocks)) < len(everything):
            blocks.append(source.read())
        thread.join()
        assert (joined(blocks) == everything).all()
        assert source.overflows == source.lost_s == 0


@pytest.mark.parametrize(("action", "expected"), [("push", [0.5, 0.25]), ("close", None)])
def test_a_read_that_waits_returns_as_soon_as_something_happens(action, expected, monkeypatch):
    monkeypatch.setattr(helpers.live, "_POLL_S", 60)  # so long that nobody would wait
    with Device() as source:
        act = {"push": lambda: source.push([0.5, 0.25]), "close": source.close}[action]
        thread = threading.Timer(0.1, act)
        thread.start()
        found = source.read()
        assert (found if found is None else found.tolist()) == expected
        thread.join()
        source.close()
        source.close()  # a second time does nothing
        assert source.read() is None


def test_nothing_has_come_yet():
    class Silent(Device):
        def open(self):
            self._listen()  # and the rate is not known before someone presses a button

    for kind in (Silent, Device):
        with kind() as source:
            assert source.read().shape == (0,) and source.arrived_s == 0


def test_sound_that_stops_coming_is_a_source_that_has_vanished():
    class Slow(Device):
        patience_s = 0.2

        def open(self):
            super().open()
            time.sleep(0.3)  # patience begins with the first read, however long opening took

    with Slow() as source:
        assert source.read().shape == (0,)
        source.push([0.5])
        pushed = time.monotonic()
        time.sleep(0.25)
        assert source.read().tolist() == [0.5]  # what came before it vanished is still read
        with pytest.raises(LiveError) as caught:
            while time.monotonic() - pushed < 10:
                assert not len(source.read())
        assert 0.2 <= time.monotonic() - pushed < 5
        assert caught.value.key == "live.vanished"
        assert "a device" in str(caught.value) and "0.2" in str(caught.value)
        source.push([0.25])
        assert source.read().tolist() == [0.25]  # plugged in again


@pytest.mark.parametrize("rate", [RATE, 16_000])
def test_opened_again_it_begins_anew(rate):
    source, sound, heard = Device(rate), noise(4_000), []
    for _ in range(2):
        with source:
            assert source.arrived_s == source.overflows == source.lost_s == 0
            source.push(sound)
            heard.append(source.read())
            source.push(sound[:99], lost=7)  # stays unread
            assert source.overflows == 1
    assert len(heard[0]) and (heard[0] == heard[1]).all()


# ---- recordings ------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 1_500), max_size=5))
def test_recordings_follow_one_another_in_blocks_of_a_twentieth_of_a_second(lengths):
    recordings = [noise(length, seed) for seed, length in enumerate(lengths)]
    source = FileSource(*recordings, config=CONFIG)
    assert source.arrived_s == 0 and not source.live
    for _ in range(2):  # opened again it begins at the beginning
        with source:
            assert source.arrived_s == 0
            blocks = list(source.blocks())
            assert source.read() is None
        assert (joined(blocks) == joined(recordings)).all()
        assert all(0 < len(block) <= RATE // 20 and block.dtype == np.float32 for block in blocks)
        assert source.arrived_s == sum(lengths) / RATE
    assert source.overflows == source.lost_s == 0


@pytest.mark.parametrize("rate", [RATE, 16_000, 44_100])
def test_files_of_any_rate_and_arrays_mix(tmp_path, rate):
    paths = [tmp_path / "a.wav", tmp_path / "b.ogg"]
    for seed, path in enumerate(paths):
        soundfile.write(path, noise(rate, seed).repeat(2).reshape(-1, 2), rate)
    with FileSource(paths[0], noise(77), str(paths[1]), config=CONFIG) as source:
        found = joined(source.blocks())
    expected = [audio.load(paths[0], CONFIG), noise(77), audio.load(paths[1], CONFIG)]
    assert (found == joined(expected)).all()
    assert source.name == "a.wav … (3)" and FileSource(paths[1]).name == "b.ogg"


@pytest.mark.parametrize(
    ("given", "key", "named"),
    [
        (np.zeros(9, dtype=np.int16), "not_samples", "int16 [9]"),
        (np.zeros(9), "not_samples", "float64 [9]"),
        (np.zeros((9, 2), dtype=np.float32), "not_samples", "float32 [9, 2]"),
        (np.float32(1), "not_samples", "float32"),
        ([0.0, 0.5], "not_samples", "list"),
        (None, "not_samples", "NoneType"),
        (np.array([0, np.nan, np.inf], dtype=np.float32), "not_finite", "2"),
    ],
)
def test_an_array_that_would_be_heard_wrongly_is_refused(given, key, named):
    with pytest.raises(LiveError) as caught:
        FileSource(given)
    assert caught.value.key == f"live.{key}" and named in str(caught.value)


def test_a_path_may_begin_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    audio.save(tmp_path / "x.wav", noise(99), RATE)
    with open_source("file:~/x.wav", config=CONFIG, say=lambda _sentence: None) as source:
        assert len(joined(source.blocks())) == 99


def test_what_is_missing_in_a_recording_is_noted_each_time_it_is_read(tmp_path):
    path = tmp_path / "half.wav"
    audio.save(path, noise(RATE), RATE)
    path.write_bytes(path.read_bytes()[:-RATE])  # its header promises twice as much
    source = FileSource(noise(9), path, config=CONFIG)
    for _ in range(2):
        with source:
            assert len(joined(source.blocks())) == 9 + RATE // 2
        assert len(source.notes) == 1 and "half.wav" in str(source.notes[0])


def test_in_real_time_no_sound_comes_before_it_would_have_been_made():
    with FileSource(noise(RATE // 2), config=CONFIG, real_time=True) as source:
        begun = time.monotonic()
        while source.read() is not None:
            assert time.monotonic() - begun >= source.arrived_s - 0.02
        lasted = time.monotonic() - begun
    assert 0.48 <= lasted < 2


def test_a_missing_file_says_so_when_it_is_opened_or_reached(tmp_path):
    heard = []
    with pytest.raises(AudioError, match=r"nowhere\.wav"):
        FileSource(tmp_path / "nowhere.wav", config=CONFIG).open()
    with FileSource(noise(RATE), tmp_path / "nowhere.wav", noise(RATE), config=CONFIG) as source:
        with pytest.raises(AudioError, match=r"nowhere\.wav"):
            heard.extend(source.blocks())
        assert (joined(heard) == noise(RATE)).all()
        assert source.read() is None


def test_closing_a_recording_ends_it_at_any_time():
    source = FileSource(noise(RATE), config=CONFIG)
    source.close()  # before it was opened
    assert source.read() is None
    source.open()
    assert len(source.read())
    for _ in range(2):  # a second time does nothing
        source.close()
        assert source.read() is None and source.arrived_s < 1


# ---- the choice ------------------------------------------------------------------------------------------------------

SOUND = np.zeros(100, dtype=np.float32)
KINDS = {"mic": MicrophoneSource, "browser": BrowserSource, "file": FileSource}


@pytest.fixture
def place(monkeypatch):
    """Be somewhere: ``place(remote="Colab", inputs=None, notebook=True)``; no inputs means no PyAudio."""

    def be(*, remote="", inputs=(), notebook=False):
        missing = LiveError("live.no_pyaudio", command="pip install pyaudio")
        devices = mock.Mock(return_value=inputs, side_effect=missing if inputs is None else None)
        shell = SimpleNamespace(kernel=SimpleNamespace()) if notebook else None
        monkeypatch.setattr(System, "this", lambda: System(family="debian", remote=remote))
        monkeypatch.setattr(sys.modules["IPython"], "get_ipython", lambda: shell)
        monkeypatch.setattr(sources, "devices", devices)

    pytest.importorskip("IPython")
    return be


def best(remote, inputs, notebook, recording):
    """(kind, why) as the documentation has it; a kind of None is an error."""
    if inputs and not remote:
        return "mic", "local"
    if recording is None and not notebook:
        return None, "nothing_here"
    return ("browser" if notebook else "file"), ("remote" if remote else "no_input")


@pytest.mark.parametrize(
    ("remote", "inputs", "notebook", "recording"),
    list(itertools.product(["", "Google Colab"], [("a microphone",), (), None], [True, False], [SOUND, None])),
)
def test_auto_takes_what_the_place_has(place, remote, inputs, notebook, recording):
    place(remote=remote, inputs=inputs, notebook=notebook)
    kind, why = best(remote, inputs, notebook, recording)
    said = []
    if kind is None:
        with pytest.raises(LiveError) as caught:
            open_source(recording=recording, say=said.append)
        assert caught.value.key == f"live.{why}" and not said
        return
    source = open_source(recording=recording, config=CONFIG, say=said.append)
    assert type(source) is KINDS[kind] and source.config is CONFIG
    assert said == [text(f"live.why_{why}", kind=text(f"live.kind_{kind}"), place=remote)]
    assert text(f"live.kind_{kind}") in said[0] and (remote in said[0]) == (why == "remote" or not remote)


@pytest.mark.parametrize("wanted", ["mic", "mic:3", "browser", "file", "file:a bark:1.wav"])
def test_what_is_asked_for_is_taken_wherever_that_is(place, wanted):
    place(remote="Binder", inputs=None, notebook=True)
    said = []
    source = open_source(wanted, recording=SOUND, config=CONFIG, real_time=True, say=said.append)
    kind, _, rest = wanted.partition(":")
    assert type(source) is KINDS[kind] and source.config is CONFIG
    assert said == [text("live.why_asked", kind=text(f"live.kind_{kind}"))]
    if kind == "mic":
        assert source.device == (3 if rest else None)
    if kind == "file":
        assert source.real_time and [str(one) for one in source.recordings] == [rest or str(SOUND)]


@pytest.mark.parametrize(
    ("wanted", "notebook"),
    [(wanted, True) for wanted in ("", "file", "file:", "mic:x", "mic:-1", "mic:1.5", "browser:1", "auto:1", "a.wav")]
    + [("browser", False)],  # a terminal has no page
)
def test_what_there_is_not_is_named_in_a_sentence(place, wanted, notebook):
    place(notebook=notebook)
    with pytest.raises(LiveError) as caught:
        open_source(wanted)
    assert caught.value.key == "live.no_such_source" and f"'{wanted}'" in str(caught.value)
