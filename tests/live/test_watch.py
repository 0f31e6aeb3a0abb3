"""Listening for days: events have times, a lost microphone is waited for, a command disturbs nothing."""

import json
import sys
import threading
import time
from datetime import datetime, timedelta

import pytest

from helpers.live import watch as module
from helpers.live.detector import Detector
from helpers.live.diary import Diary, read
from helpers.live.sources import FileSource, LiveError
from helpers.live.watch import Command, Watch
from helpers.messages import LessonError
from tests.live.stand_in import CONFIG, HOP, RATE, Device, last_sample, sound_of, within

BARK = sound_of([0.0] * 5 + [1.0] * 6 + [0.0] * 12)
BEGAN = datetime.fromisoformat("2026-03-01T23:59:59+09:00")


def watch(source, **settings):
    told, said = [], []
    made = Watch(
        source,
        Detector(last_sample, CONFIG),
        "dog",
        tell=lambda facts, _: told.append(facts),
        say=said.append,
        **settings,
    )
    return made, told, said


def test_an_event_is_told_when_it_begins_and_when_it_has_ended(tmp_path):
    listening, told, said = watch(FileSource(BARK, config=CONFIG), diary=Diary(tmp_path, RATE, 500), began=BEGAN)
    listening.listen()
    begin, end = told
    assert begin["ended"] is None and "clip" not in begin
    assert begin["began"] == end["began"] and begin["began"].utcoffset() is not None
    [event], [stretch], _ = read(tmp_path)
    assert event.began == end["began"].replace(microsecond=end["began"].microsecond // 1000 * 1000)
    assert BEGAN < event.began < event.ended <= BEGAN + timedelta(seconds=len(BARK) / RATE)
    assert (tmp_path / "clips" / event.clip).samefile(end["clip"])
    assert stretch == (BEGAN, BEGAN + timedelta(seconds=len(BARK) / RATE))
    assert listening.total["events"] == 1 and not said


def test_what_is_heard_now_has_the_time_of_now():
    listening, told, _ = watch(FileSource(BARK, config=CONFIG))
    listening.listen()
    assert abs(datetime.now().astimezone() - told[-1]["ended"]) < timedelta(seconds=30)


class Unplugged(Device):
    """A microphone that is gone after each bark, and back at the third look."""

    def open(self):
        self.looks = getattr(self, "looks", 0) + 1
        if self.looks in (2, 3):
            raise LiveError("live.no_input")
        super().open()
        self.rest = BARK

    def read(self):
        if not len(self.rest):
            raise LiveError("live.vanished", name=self.name, seconds=5)
        self.push(self.rest[:HOP])
        self.rest = self.rest[HOP:]
        return super().read()


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(module, "AGAIN_S", 0.01)


def test_a_microphone_that_vanishes_is_waited_for_and_told_once(tmp_path, at_once):
    source = Unplugged()
    listening, told, said = watch(source, diary=Diary(tmp_path, RATE, 500))
    listening.listen(1.5 * len(BARK) / RATE)
    assert source.looks == 4 and len(said) == 1
    events, stretches, _ = read(tmp_path)
    assert len(events) == listening.total["events"] == 2 and len(stretches) == 2
    assert listening.total["heard_s"] == pytest.approx(1.5 * len(BARK) / RATE, abs=0.01)


def test_one_that_was_never_there_or_is_not_logged_ends_the_listening(tmp_path, at_once):
    source = Unplugged()
    source.looks = 1
    with pytest.raises(LiveError, match="."):
        watch(source, diary=Diary(tmp_path, RATE, 500))[0].listen()
    with pytest.raises(LiveError, match="."):
        watch(Unplugged())[0].listen()


def test_a_full_disk_is_told_and_listening_goes_on(tmp_path, monkeypatch):
    diary = Diary(tmp_path, RATE, 500)

    def refuse(**_facts):
        raise LessonError("batch.cannot_write", place=tmp_path, reason="full")

    monkeypatch.setattr(diary, "add", refuse)
    listening, told, said = watch(FileSource(BARK, BARK, config=CONFIG), diary=diary)
    listening.listen()
    assert len(said) == 2 and listening.total["events"] == 2 and len(told) == 4


# ---- the command -----------------------------------------------------------------------------------------------------


def run(code, tmp_path, *facts, say=None):
    """Pass facts to a Python program by way of the shell; what was said."""
    said = []
    script = tmp_path / "command.py"
    script.write_text(code, encoding="utf-8")
    command = Command(f'"{sys.executable}" "{script}" "{tmp_path}"', say or said.append)
    for each in facts:
        command(each)
    command.close()
    return said


def test_a_command_gets_each_event_as_a_line_of_json(tmp_path):
    code = "import sys\nopen(sys.argv[1] + '/got', 'ab').write(sys.stdin.buffer.read())"
    assert not run(code, tmp_path, {"label": "멍멍", "began": BEGAN, "ended": None}, {"label": "b", "peak": 0.5})
    first, second = map(json.loads, (tmp_path / "got").read_text(encoding="utf-8").splitlines())
    assert first == {"label": "멍멍", "began": "2026-03-01T23:59:59.000+09:00", "ended": None}
    assert second == {"label": "b", "peak": 0.5}


def test_a_command_that_hangs_is_ended_with_what_it_started(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "COMMAND_S", 1.0)
    child = f"import time, pathlib; time.sleep(3); pathlib.Path({str(tmp_path / 'late')!r}).touch()"
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])"
    began = time.monotonic()
    [said] = run(code, tmp_path, {"label": "dog"})
    assert time.monotonic() - began < 3 and "1" in said
    time.sleep(3)
    assert not (tmp_path / "late").exists()


def test_one_that_fails_is_told_and_one_that_floods_is_not_heard(tmp_path, capfd):
    [said] = run("import sys\nprint('x' * 1_000_000)\nsys.exit(7)", tmp_path, {"label": "dog"})
    assert "7" in said
    assert capfd.readouterr() == ("", "")


def test_events_that_come_faster_than_their_command_hold_nobody_up(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "COMMAND_S", 0.5)
    said, began = [], time.monotonic()
    command = Command(f'"{sys.executable}" -c "import time; time.sleep(60)"', said.append)
    for number in range(100):
        command({"number": number})
    assert time.monotonic() - began < 0.4 and command.missed >= 100 - 21
    command.close()
    assert within(5, lambda: not any(thread.name == "command" for thread in threading.enumerate()) or said)
    assert str(command.missed) in said[-1]
