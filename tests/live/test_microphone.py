"""The microphone, for real: PyAudio on a virtual sound card that plays what the test knows."""

import contextlib
import locale
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from helpers import audio
from helpers.config import AudioConfig
from helpers.environment import System
from helpers.live import sources
from helpers.live.detector import Detector
from helpers.live.listener import Listener
from helpers.live.sources import LiveError, MicrophoneSource, devices
from tests.live.stand_in import tone, within
from tools.benchmarks._sound_card import MICROPHONE, RATE, SPEAKER

AS_PLAYED = AudioConfig(sample_rate=RATE)  # nothing is resampled
SETTLE_S = 0.3  # of stillness before what is played


def noise(seconds, seed=0):
    """A waveform that is like itself in one place only, 16-bit, never still."""
    drawn = np.random.default_rng(seed).integers(1_000, 20_000, round(seconds * RATE))
    return (drawn * np.random.default_rng(seed + 1).choice([-1, 1], len(drawn))).astype(np.int16)


def heard(listener, seconds):
    """What comes in during the next seconds of its stream."""
    parts, wanted = [], seconds * listener.config.sample_rate
    while sum(map(len, parts)) < wanted:
        parts.append(listener.read())
    return np.concatenate(parts)


def played(card, folder, sound):
    """Begin to play it."""
    audio.save(folder / "played.wav", sound, RATE)
    return card.play(folder / "played.wav")


def recorded(card, folder, sound, listener):
    """What the listener hears of a sound, with stillness around it."""
    with listener:
        parts, player = [heard(listener, SETTLE_S)], played(card, folder, sound)
        while player.poll() is None:
            parts.append(listener.read())
        parts.append(heard(listener, SETTLE_S))
    return np.concatenate(parts)


def recorders(card):
    """Streams that somebody records from the card."""
    return len(card.ask("list", "short", "source-outputs").splitlines())


def waiting():
    """Threads that wait for PortAudio's answer."""
    return [thread for thread in threading.enumerate() if thread.name == "PortAudio"]


@contextlib.contextmanager
def hanging(card):
    """The sound server hangs, and answers again at the end."""
    card.server.send_signal(signal.SIGSTOP)
    yield
    threads = waiting()
    assert threads, "it never hung: this test tests nothing"
    card.server.send_signal(signal.SIGCONT)
    for thread in threads:
        thread.join(10)
    assert not waiting()


@pytest.mark.slow
def test_what_is_played_arrives_bit_for_bit_in_a_listener_and_is_detected(card, tmp_path):
    def loud(windows):
        return (np.abs(windows).max(axis=1) > 0.01).astype(float)

    sound, told = noise(1.5), threading.Event()
    detector = Detector(loud, AS_PLAYED)
    listener = Listener(MicrophoneSource(config=AS_PLAYED), detector, lambda _event: told.set())
    listener.start()
    try:
        assert within(10, lambda: detector.heard_s > 1)
        assert not told.is_set()
        player = played(card, tmp_path, sound)
        assert told.wait(10) and within(10, lambda: len(listener.log))
        player.wait()
    finally:
        listener.stop()
    assert listener.error is None and listener.source.overflows == 0
    got = audio.to_int16(detector.history.read(0))
    (begin,) = np.flatnonzero(got)[:1]
    np.testing.assert_array_equal(got[begin : begin + len(sound)], sound)
    assert not got[begin + len(sound) :].any()
    assert audio.rms_dbfs(listener.log.sound(1)) > -40


@pytest.mark.slow
def test_it_arrives_at_the_rate_that_was_asked_for(card, tmp_path):
    rate = 16_000
    listener = MicrophoneSource(config=AudioConfig(sample_rate=rate))
    got = recorded(card, tmp_path, tone(1, 0.5, 1_000, RATE), listener)
    assert listener.rate == RATE
    begin, end = np.flatnonzero(np.abs(got) > 0.1)[[0, -1]]
    assert (end - begin) / rate == pytest.approx(1, abs=0.002)
    crossings = np.count_nonzero(np.diff(np.signbit(got[begin:end])))
    assert crossings == pytest.approx(2_000, abs=4)


def test_a_list_to_choose_from(card):
    found = devices()
    assert [one.default for one in found].count(True) == 1
    (one,) = [one for one in found if one.name == MICROPHONE]
    assert (one.api, one.rate) == ("ALSA", RATE)
    assert one.channels >= 1
    assert SPEAKER not in {one.name for one in found}


@pytest.mark.slow
def test_two_listen_at_once_and_one_goes_on_alone(card, tmp_path):
    (index,) = [one.index for one in devices() if one.name == MICROPHONE]
    first, second = MicrophoneSource(config=AS_PLAYED), MicrophoneSource(index, config=AS_PLAYED)
    with first:
        player = played(card, tmp_path, tone(30, 0.5, 500, RATE))
        with second:
            assert second.name == MICROPHONE
            assert all(within(10, lambda one=one: audio.rms_dbfs(heard(one, 0.1)) > -12) for one in (first, second))
        first.read()
        assert audio.rms_dbfs(heard(first, 0.5)) > -12
        player.kill()
        player.wait()


def test_closing_frees_the_device_and_it_opens_again(card):
    before, listener = recorders(card), MicrophoneSource()
    for _ in range(2):
        with listener:
            heard(listener, 0.2)
            assert recorders(card) == before + 1
            assert 0.15 < listener.arrived_s < 2
        listener.close()
        assert listener.read() is None
        assert recorders(card) == before


def test_closing_from_elsewhere_while_it_opens(card, monkeypatch):
    before, listener, look = recorders(card), MicrophoneSource(), sources._inputs
    closer = threading.Thread(target=listener.close)

    def interrupted(port):
        closer.start()
        while listener.read() is not None:
            pass
        return look(port)

    monkeypatch.setattr(sources, "_inputs", interrupted)
    with listener:
        assert listener.read() is None
        closer.join(5)
        assert recorders(card) == before


@pytest.mark.slow
@pytest.mark.parametrize("how", ["server killed", "speaker removed"])
def test_a_device_that_vanishes_is_told_and_closes(fragile, how):
    with MicrophoneSource() as listener:
        listener.patience_s = 0.5
        heard(listener, 0.2)
        if how == "server killed":
            fragile.server.kill()
        else:
            fragile.ask("unload-module", "module-null-sink")
        began = time.monotonic()
        with pytest.raises(LiveError) as error:
            heard(listener, 60)
        assert (error.value.key, error.value.values["name"]) == ("live.vanished", listener.name)
        listener.close()
        assert time.monotonic() - began < 5
    assert not waiting()


@pytest.mark.slow
def test_a_sound_server_that_hangs_keeps_neither_one_who_closes_nor_one_who_opens(fragile, monkeypatch):
    ask = sources._ask_portaudio
    monkeypatch.setattr(sources, "_ask_portaudio", lambda action, _seconds=None: ask(action, 1))
    before, listener = recorders(fragile), MicrophoneSource()
    listener.patience_s = 0.5
    with contextlib.ExitStack() as undone, listener:
        heard(listener, 0.2)
        undone.enter_context(hanging(fragile))
        with pytest.raises(LiveError):
            heard(listener, 60)
        began = time.monotonic()
        listener.close()
        assert time.monotonic() - began < 3
    with hanging(fragile), pytest.raises(LiveError) as error, listener:
        pass
    assert error.value.key == "live.no_answer"
    assert recorders(fragile) == before, "what was opened too late stays open"
    with listener:
        heard(listener, 0.2)


def test_what_portaudio_says_it_lost_is_counted_without_a_guess_how_much(card, monkeypatch):
    pyaudio = pytest.importorskip("pyaudio")
    status, really = iter([pyaudio.paInputOverflow, 0, pyaudio.paInputOverflow]), pyaudio.PyAudio.open

    def open(self, *words, stream_callback, **more):
        return really(self, *words, stream_callback=lambda *given: stream_callback(*given[:3], next(status, 0)), **more)

    monkeypatch.setattr(pyaudio.PyAudio, "open", open)
    with MicrophoneSource() as listener:
        heard(listener, 0.3)
        assert (listener.overflows, listener.lost_s) == (2, 0)
    with listener:
        assert listener.overflows == 0


def test_a_device_without_a_mono_mode_is_averaged(card, tmp_path, monkeypatch):
    refuse(monkeypatch, lambda _rate, channels: channels == 1)
    look = sources._inputs
    monkeypatch.setattr(sources, "_inputs", lambda port: [one._replace(channels=2) for one in look(port)])
    left, right = noise(1, seed=2) // 2, noise(1, seed=3) // 4
    listener = MicrophoneSource(config=AS_PLAYED)
    got = recorded(card, tmp_path, np.stack([left, right], axis=1), listener)
    begin = np.flatnonzero(got)[0]
    expected = (left.astype(float) + right) / 2 / 32_768
    np.testing.assert_allclose(got[begin : begin + len(left)], expected, atol=1e-6)


def test_a_device_that_refuses_is_told_with_its_reason(card, monkeypatch):
    refuse(monkeypatch, lambda *_: True)
    listener = MicrophoneSource()
    before = recorders(card)
    with pytest.raises(LiveError) as error, listener:
        pass
    assert listener.name in str(error.value)
    assert "Invalid number of channels" in str(error.value)
    assert recorders(card) == before
    assert listener.read() is None


def test_a_device_that_is_not_there_is_told_with_those_that_are(card):
    there = devices()
    outputs = {*range(len(there) + 1)} - {one.index for one in there}
    assert outputs, "the card's speaker is missing: nothing here is no input"
    for index in (*outputs, 99):
        with pytest.raises(LiveError) as error, MicrophoneSource(index):
            pass
        assert error.value.values["device"] == index
        assert all(f"{one.index}: {one.name}" in str(error.value) for one in there)


def test_a_computer_without_an_input(card, tmp_path, monkeypatch):
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path / 'nobody'}")
    if devices():
        pytest.skip("This computer has a microphone of its own.")
    with pytest.raises(LiveError) as error, MicrophoneSource():
        pass
    assert error.value.key == "live.no_input"


@pytest.mark.parametrize("ask", [devices, MicrophoneSource().open])
def test_without_pyaudio_there_is_the_command_that_installs_it(monkeypatch, ask):
    monkeypatch.setitem(sys.modules, "pyaudio", None)
    with pytest.raises(LiveError) as error:
        ask()
    assert System.this().microphone() in str(error.value)


@pytest.mark.slow
def test_nothing_is_printed_and_without_care_much_would_be(card):
    loud = "import pyaudio; pyaudio.PyAudio().terminate()"
    quiet = (
        "from helpers.live.sources import MicrophoneSource, devices\n"
        "assert devices()\n"
        "with MicrophoneSource() as source:\n"
        "    while not len(source.read()): pass\n"
    )
    said = {"capture_output": True, "encoding": "utf-8", "check": True, "env": os.environ}
    assert subprocess.run([sys.executable, "-c", loud], **said).stderr
    done = subprocess.run([sys.executable, "-c", quiet], **said)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("page", ["cp949", "cp1252", "utf-8", "ascii"])
@pytest.mark.parametrize("name", ["마이크(USB 소리)", "마이", "Mikrofon für Büro", "default"])
def test_a_name_is_readable_whatever_the_code_page(monkeypatch, page, name):
    monkeypatch.setattr(locale, "getpreferredencoding", lambda do_setlocale=True: page)
    given = name.encode()
    for codec in (page, "utf-8"):  # as PyAudio does
        try:
            given = given.decode(codec)
            break
        except UnicodeError:
            continue
    assert sources._readable(given) == name
    assert sources._readable("마이크(USB 소리)") == "마이크(USB 소리)"  # in the code page after all
    assert isinstance(sources._readable(b"\xff\xfe"), str)


@pytest.mark.parametrize(
    ("facts", "refused", "opened_at"),
    [({"defaultSampleRate": 0.0}, (), 48_000), ({}, (RATE, 48_000), 16_000), ({"name": None}, (), RATE)],
)
def test_a_device_with_odd_facts_is_heard_at_a_usual_rate(card, monkeypatch, facts, refused, opened_at):
    pyaudio = pytest.importorskip("pyaudio")
    look = pyaudio.PyAudio.get_device_info_by_index
    monkeypatch.setattr(pyaudio.PyAudio, "get_device_info_by_index", lambda *given: look(*given) | facts)
    refuse(monkeypatch, lambda rate, _channels: rate in refused)
    with MicrophoneSource() as listener:
        heard(listener, 0.1)
        assert (listener.rate, bool(listener.name)) == (opened_at, True)


def refuse(monkeypatch, refused):
    """PyAudio refuses what drivers do: ``refused`` is a function of rate and channels."""
    pyaudio = pytest.importorskip("pyaudio")
    really = pyaudio.PyAudio.open

    def open(self, rate, channels, *words, **more):
        if refused(rate, channels):
            raise OSError(-9998, "Invalid number of channels")
        return really(self, rate, channels, *words, **more)

    monkeypatch.setattr(pyaudio.PyAudio, "open", open)
