"""The microphone, for real: PyAudio on a virtual sound card that plays what the test knows."""

import locale
import os
import pkgutil
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import helpers.live
from benchmarks._sound_card import MICROPHONE, RATE, SPEAKER
from helpers import audio, checkpoint
from helpers.config import AudioConfig
from helpers.datasets import TARGET
from helpers.environment import System
from helpers.live import microphone, source
from helpers.live.detector import Detector
from helpers.live.listen import Listener
from helpers.live.microphone import MicrophoneSource, devices
from helpers.live.source import LiveError

AS_PLAYED = AudioConfig(sample_rate=RATE)  # nothing is resampled
SETTLE_S = 0.3  # of stillness before what is played


def noise(seconds, seed=0):
    """A waveform that is like itself in one place only, 16-bit, never still."""
    drawn = np.random.default_rng(seed).integers(1_000, 20_000, round(seconds * RATE))
    return (drawn * np.random.default_rng(seed + 1).choice([-1, 1], len(drawn))).astype(np.int16)


def tone(seconds, frequency):
    return audio.to_int16(0.5 * np.sin(2 * np.pi * frequency / RATE * np.arange(round(seconds * RATE))))


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


def until(ready):
    """Wait for it, ten seconds at most."""
    end = time.monotonic() + 10
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.05)


def recorders(card):
    """Streams that somebody records from the card."""
    return len(card.ask("list", "short", "source-outputs").splitlines())


def index_of(name):
    (found,) = [one.index for one in devices() if one.name == name]
    return found


def waiting():
    """Threads that wait for PortAudio's answer."""
    return [thread for thread in threading.enumerate() if thread.name == "PortAudio"]


def go_on(card):
    """The server that was stopped answers again."""
    threads = waiting()
    assert threads, "it never hung: this test tests nothing"
    card.server.send_signal(signal.SIGCONT)
    for thread in threads:
        thread.join(10)
    assert not waiting()


@pytest.mark.slow
def test_what_is_played_arrives_bit_for_bit(card, tmp_path):
    sound = noise(2)
    got = audio.to_int16(recorded(card, tmp_path, sound, MicrophoneSource(config=AS_PLAYED)))
    (loud,) = np.flatnonzero(got)[:1]
    np.testing.assert_array_equal(got[loud : loud + len(sound)], sound)
    assert not got[loud + len(sound) :].any()


@pytest.mark.slow
@pytest.mark.parametrize("rate", [22_050, 16_000, 48_000])
def test_it_arrives_at_the_rate_that_was_asked_for(card, tmp_path, rate):
    listener = MicrophoneSource(config=AudioConfig(sample_rate=rate, f_max=8_000))
    got = recorded(card, tmp_path, tone(2, 1_000), listener)
    assert listener.rate == RATE
    still = 0.05 * rate  # of fading in and out by the resampler
    begin, end = np.flatnonzero(np.abs(got) > 0.1)[[0, -1]]
    assert (end - begin) / rate == pytest.approx(2, abs=0.002)
    middle = got[round(begin + still) : round(end - still)]
    assert audio.dbfs(middle) == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.05)
    power = np.abs(np.fft.rfft(middle * np.hanning(len(middle)))) ** 2
    frequencies = np.fft.rfftfreq(len(middle), 1 / rate)
    assert frequencies[power.argmax()] == pytest.approx(1_000, abs=1)
    assert power[np.abs(frequencies - 1_000) > 20].sum() < 1e-6 * power.sum()


@pytest.mark.slow
def test_a_dog_that_is_played_is_detected(card, tmp_path, builtin_sounds):
    model = checkpoint.load()
    recording = next(one for one in builtin_sounds.recordings if one.label == TARGET and one.fold == 5)
    bark = audio.resample(audio.load(recording.path), model.config.sample_rate, RATE)
    told = threading.Event()
    listener = Listener(MicrophoneSource(config=model.config), Detector(model), lambda _event: told.set())
    listener.start()
    try:
        until(lambda: listener.source.arrived_s > 1)
        played(card, tmp_path, tone(1, 300)).wait()
        assert not told.is_set(), "a tone is no dog"
        played(card, tmp_path, audio.to_int16(bark)).wait()
        assert told.wait(2)
        until(lambda: len(listener.log))
    finally:
        listener.stop()
    assert listener.error is None
    assert audio.dbfs(listener.log.sound(1)) > -40


def test_a_list_to_choose_from(card):
    found = devices()
    assert [one.default for one in found].count(True) == 1
    (one,) = [one for one in found if one.name == MICROPHONE]
    assert (one.api, one.rate) == ("ALSA", RATE)
    assert one.channels >= 1
    assert SPEAKER not in {one.name for one in found}


@pytest.mark.slow
def test_two_listen_at_once_and_one_goes_on_alone(card, tmp_path):
    first, second = MicrophoneSource(config=AS_PLAYED), MicrophoneSource(index_of(MICROPHONE), config=AS_PLAYED)
    with first:
        player = played(card, tmp_path, tone(30, 500))
        with second:
            assert second.name == MICROPHONE
            for one in (first, second):
                heard(one, 1)
            assert min(audio.dbfs(heard(one, 0.3)) for one in (first, second)) > -12
        first.read()
        assert audio.dbfs(heard(first, 0.5)) > -12
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


def test_closing_ends_a_read_that_waits(card):
    listener = MicrophoneSource()
    answers = []

    def listen():
        while (samples := listener.read()) is not None:
            answers.append(samples)

    with listener:
        thread = threading.Thread(target=listen)
        thread.start()
        time.sleep(0.3)
        listener.close()
        thread.join(1)
    assert not thread.is_alive() and answers


def test_closing_from_elsewhere_while_it_opens(card, monkeypatch):
    before, listener, look = recorders(card), MicrophoneSource(), microphone._inputs
    closer = threading.Thread(target=listener.close)

    def interrupted(port):
        closer.start()
        time.sleep(0.1)
        return look(port)

    monkeypatch.setattr(microphone, "_inputs", interrupted)
    with listener:
        assert listener.read() is None
        closer.join(5)
        assert recorders(card) == before


@pytest.mark.slow
@pytest.mark.parametrize("how", ["server killed", "speaker removed"])
def test_a_device_that_vanishes_is_told_and_closes(fragile, how):
    with MicrophoneSource() as listener:
        heard(listener, 0.2)
        if how == "server killed":
            fragile.server.kill()
        else:
            fragile.ask("unload-module", "module-null-sink")
        began = time.monotonic()
        with pytest.raises(LiveError) as error:
            heard(listener, 60)
        assert time.monotonic() - began < 6
        assert (error.value.key, error.value.values["name"]) == ("live.vanished", listener.name)
        listener.close()
        assert time.monotonic() - began < 8
    assert not waiting()


@pytest.mark.slow
def test_a_sound_server_that_hangs_does_not_keep_one_who_closes(fragile):
    listener = MicrophoneSource()
    with listener:
        heard(listener, 0.2)
        fragile.server.send_signal(signal.SIGSTOP)
        with pytest.raises(LiveError):
            heard(listener, 60)
        began = time.monotonic()
    assert time.monotonic() - began < 4
    go_on(fragile)
    with listener:
        heard(listener, 0.2)


@pytest.mark.slow
def test_a_sound_server_that_hangs_does_not_keep_one_who_opens(fragile, monkeypatch):
    ask = microphone._ask_portaudio
    monkeypatch.setattr(microphone, "_ask_portaudio", lambda action, seconds=1: ask(action, seconds))
    before, listener = recorders(fragile), MicrophoneSource()
    fragile.server.send_signal(signal.SIGSTOP)
    with pytest.raises(LiveError) as error, listener:
        pass
    assert error.value.key == "live.no_answer"
    go_on(fragile)
    assert recorders(fragile) == before, "what was opened too late stays open"
    with listener:
        heard(listener, 0.2)


@pytest.mark.slow
def test_sound_that_nobody_fetched_in_time_is_counted_to_the_sample(card, tmp_path, monkeypatch):
    monkeypatch.setattr(source, "BACKLOG_S", 0.5)
    sound = noise(3)
    with MicrophoneSource(config=AS_PLAYED) as listener:
        got = heard(listener, SETTLE_S)
        player = played(card, tmp_path, sound)
        got = np.concatenate([got, heard(listener, 1)])
        assert (listener.overflows, listener.lost_s) == (0, 0)
        time.sleep(1.2)
        got = audio.to_int16(np.concatenate([got, heard(listener, 1)]))
        player.wait()
    assert listener.overflows == 1
    lost = round(listener.lost_s * RATE)
    assert 0.5 < listener.lost_s < 1
    begin = np.flatnonzero(got)[0]
    known = np.concatenate([np.zeros(begin, dtype=np.int16), sound])[: len(got)]
    (wrong,) = np.nonzero(got != known)
    assert (len(wrong), wrong[-1] - wrong[0] + 1) == (lost, lost)
    assert not got[wrong].any(), "what was lost is silence"


def test_what_portaudio_says_it_lost_is_counted_without_a_guess_how_much(card, monkeypatch):
    pyaudio = pytest.importorskip("pyaudio")
    status = iter([pyaudio.paInputOverflow, 0, pyaudio.paInputOverflow])
    change_stream(monkeypatch, lambda hear: lambda *said: hear(*said[:3], next(status, 0)))
    with MicrophoneSource() as listener:
        heard(listener, 0.3)
        assert (listener.overflows, listener.lost_s) == (2, 0)
    with listener:
        assert listener.overflows == 0


def test_a_device_without_a_mono_mode_is_averaged(card, tmp_path, monkeypatch):
    refuse_channels(monkeypatch, lambda channels: channels == 1)
    look = microphone._inputs
    monkeypatch.setattr(microphone, "_inputs", lambda port: [one._replace(channels=2) for one in look(port)])
    left, right = noise(1, seed=2) // 2, noise(1, seed=3) // 4
    listener = MicrophoneSource(config=AS_PLAYED)
    got = recorded(card, tmp_path, np.stack([left, right], axis=1), listener)
    begin = np.flatnonzero(got)[0]
    expected = (left.astype(float) + right) / 2 / 32_768
    np.testing.assert_allclose(got[begin : begin + len(left)], expected, atol=1e-6)


def test_a_device_that_refuses_is_told_with_its_reason(card, monkeypatch, language):
    refuse_channels(monkeypatch, lambda channels: True)
    listener = MicrophoneSource()
    before = recorders(card)
    with pytest.raises(LiveError) as error, listener:
        pass
    assert listener.name in str(error.value) and f"{RATE} Hz" in str(error.value)
    assert "Invalid number of channels" in str(error.value)
    assert recorders(card) == before
    assert listener.read() is None


def test_a_device_that_is_not_there_is_told_with_those_that_are(card, language):
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
def test_without_pyaudio_there_is_the_command_that_installs_it(monkeypatch, language, ask):
    monkeypatch.setitem(sys.modules, "pyaudio", None)
    with pytest.raises(LiveError) as error:
        ask()
    assert System.this().microphone() in str(error.value)


@pytest.mark.slow
def test_nothing_is_printed_and_without_care_much_would_be(card):
    loud = "import pyaudio; pyaudio.PyAudio().terminate()"
    quiet = (
        "from helpers.live.microphone import MicrophoneSource, devices\n"
        "assert devices()\n"
        "with MicrophoneSource() as source:\n"
        "    while not len(source.read()): pass\n"
    )
    said = {"capture_output": True, "encoding": "utf-8", "check": True, "env": os.environ}
    assert subprocess.run([sys.executable, "-c", loud], **said).stderr
    done = subprocess.run([sys.executable, "-c", quiet], **said)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.slow
def test_no_part_of_live_imports_pyaudio_before_it_is_used():
    modules = [f"helpers.live.{module.name}" for module in pkgutil.iter_modules(helpers.live.__path__)]
    assert "helpers.live.microphone" in modules
    code = f"import sys, {', '.join(modules)}\nassert 'pyaudio' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


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
    assert microphone._readable(given) == name


def test_a_name_in_the_code_page_stays_what_it_is(monkeypatch):
    monkeypatch.setattr(locale, "getpreferredencoding", lambda do_setlocale=True: "cp949")
    assert microphone._readable("마이크(USB 소리)") == "마이크(USB 소리)"
    assert isinstance(microphone._readable(b"\xff\xfe"), str)


def change_stream(monkeypatch, change):
    """PyAudio opens its streams with another callback: what `change` makes of the one it was given."""
    pyaudio = pytest.importorskip("pyaudio")
    really = pyaudio.PyAudio.open

    def open(self, *words, stream_callback, **more):
        return really(self, *words, stream_callback=change(stream_callback), **more)

    monkeypatch.setattr(pyaudio.PyAudio, "open", open)


def refuse_channels(monkeypatch, refused):
    """PyAudio refuses numbers of channels as drivers do."""
    pyaudio = pytest.importorskip("pyaudio")
    really = pyaudio.PyAudio.open

    def open(self, rate, channels, *words, **more):
        if refused(channels):
            raise OSError(pyaudio.paInvalidChannelCount, "Invalid number of channels")
        return really(self, rate, channels, *words, **more)

    monkeypatch.setattr(pyaudio.PyAudio, "open", open)
