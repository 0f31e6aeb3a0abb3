"""Listening for days: events are told, kept in a diary and passed on, and a microphone that vanishes is waited for."""

import contextlib
import json
import queue
import subprocess
import threading
import time
from collections import Counter
from datetime import datetime, timedelta

import psutil

from helpers.live import LiveError
from helpers.live.listener import listen, total
from helpers.messages import LessonError, text

AGAIN_S = 5.0  # between two looks for a microphone that has vanished
STRETCH_S = 600.0  # so often the diary learns that somebody listens
COMMAND_S = 10.0  # how long the command of one event may take
_MOST_WAITING = 20  # events whose command has not begun


class Watch:
    """A source, a detector, and what is to happen with each event.

    ``tell`` gets the facts and the Detection of an event that begins (``ended`` None) and of one that has ended;
    ``say``, a sentence for what goes wrong meanwhile. ``began`` is when a recording was made; None for now.
    """

    def __init__(self, source, detector, label, *, tell, say, diary=None, began=None):
        self.source, self.detector, self.label = source, detector, label
        self.tell, self.say, self.diary = tell, say, diary
        self.began = began or (None if source.live else datetime.now().astimezone())
        self.total = Counter()

    def listen(self, seconds=None):
        """Listen until the source ends, for so many seconds of sound, or until Ctrl-C; ``total`` adds up."""
        with contextlib.suppress(KeyboardInterrupt):  # how listening to a microphone ends
            while seconds is None or self.total["heard_s"] < seconds:
                before = self.total["heard_s"]
                try:
                    return self._stretch(seconds and seconds - before)
                except LiveError as error:
                    if not (self.diary and self.total["heard_s"]):  # it was never there
                        raise
                    if self.total["heard_s"] > before:
                        self.say(text("watch.waits", reason=error))
                time.sleep(AGAIN_S)

    def _stretch(self, seconds):
        """Listen as long as the source is there."""
        self._events, self._written_s = 0, 0.0
        try:
            for window in listen(self.source, self.detector, seconds=seconds):
                self._take(window)
        finally:
            for window in self.detector.finish():  # the event that lasted then
                self._take(window)
            self._note_listening()
            if self.detector.heard_s:
                self.total.update(total(self.source, self.detector, self._events))

    def _take(self, window):
        """Tell what a window began or ended."""
        if event := window.event:
            if event.end_s is None:
                self._event_began = self._when(event.start_s)
            facts = {"label": self.label, "began": self._event_began, "ended": None, "peak": event.peak}
            if event.end_s is not None:
                self._events += 1
                facts["ended"] = (self._event_began + timedelta(seconds=event.end_s - event.start_s)).astimezone()
                if self.diary:
                    with self._going_on():
                        facts["clip"] = str(self.diary.add(**facts, sound=self.detector.sound(event)))
            self.tell(facts, event)
        if window.end_s - self._written_s >= STRETCH_S:
            self._note_listening()

    def _note_listening(self):
        if self.diary and self.detector.heard_s > self._written_s:
            ended = self._when(self.detector.heard_s)
            began = (ended - timedelta(seconds=self.detector.heard_s - self._written_s)).astimezone()
            with self._going_on():
                self.diary.listened(began, ended)
            self._written_s = self.detector.heard_s

    def _when(self, second):
        """The time of day, with its zone, of a second of the stream."""
        if self.began:
            return (self.began + timedelta(seconds=second)).astimezone()
        return (datetime.now().astimezone() - timedelta(seconds=self.detector.heard_s - second)).astimezone()

    @contextlib.contextmanager
    def _going_on(self):
        """A disk that refuses is told, and listening goes on."""
        try:
            yield
        except LessonError as error:
            self.say(str(error))


class Command:
    """A command of one's own, run for each event in a thread: it gets the facts as JSON on its standard input.

    One runs after the other. One that takes longer than `COMMAND_S` is ended with all that it started; what it prints
    goes nowhere. Events that come faster than it are not passed on, which is counted in ``missed``.
    """

    def __init__(self, command, say):
        self.command, self.say, self.missed = command, say, 0
        self._waiting = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._run, daemon=True, name="command")
        self._thread.start()

    def __call__(self, facts):
        """Pass the facts on, soon; returns at once."""
        try:
            self._waiting.put_nowait(as_json(facts))
        except queue.Full:
            self.missed += 1

    def close(self):
        """Let the commands that wait be run, as long as one may take."""
        with contextlib.suppress(queue.Full):
            self._waiting.put(None, timeout=COMMAND_S)
        self._thread.join(COMMAND_S)
        self.missed += self._waiting.qsize()
        if self.missed:
            self.say(text("watch.missed", count=self.missed, command=self.command))

    def _run(self):
        while facts := self._waiting.get():
            silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            process = subprocess.Popen(self.command, shell=True, stdin=subprocess.PIPE, **silent)
            try:
                process.communicate(facts.encode() + b"\n", COMMAND_S)
            except subprocess.TimeoutExpired:
                _end(process)
                self.say(text("watch.late", command=self.command, seconds=f"{COMMAND_S:g}"))
            else:
                if process.returncode:
                    self.say(text("watch.failed", command=self.command, code=process.returncode))


def as_json(facts):
    """The facts of an event on one line, times in ISO 8601."""
    return json.dumps(facts, ensure_ascii=False, default=lambda time: time.isoformat(timespec="milliseconds"))


def _end(process):
    """End a shell's command with all that it started: the shell alone would leave them running."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in [*psutil.Process(process.pid).children(recursive=True), process]:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
    process.communicate()
