"""A source, a detector and a log at work together: as a loop, or in a thread while the notebook goes on."""

import threading
from collections import deque
from pathlib import Path

from helpers.audio import wav_bytes
from helpers.batch import atomic_write, csv_text
from helpers.config import AudioConfig
from helpers.live.sources import LiveError

MOST = 10  # windows judged at once of a live source: a listener later than that skips the oldest, and counts them
HEADER = ("number", "start_s", "end_s", "reported_s", "peak", "file")
_MINUTE = 600  # windows


def listen(source, detector, *, seconds=None):
    """Yield each Window of a source until it ends, or for so many seconds of its sound.

    The source is opened here, and closed; the detector begins a new stream. Raises LiveError or AudioError if there is
    nothing to hear, or the source vanishes.
    """
    detector.reset()
    most = MOST if source.live else None
    with source:
        for samples in source.blocks(seconds):
            yield from detector.feed(samples, most=most, clock=lambda: source.arrived_s)
    yield from detector.finish()


def total(source, detector, events):
    """What a run comes to: dict of heard_s, windows, quiet, skipped, overflows, events."""
    counted = {name: getattr(detector, name) for name in ("windows", "quiet", "skipped")}
    return {"heard_s": round(detector.heard_s, 3), **counted, "overflows": source.overflows, "events": events}


class Listener:
    """`listen` in a thread of its own, so that the notebook goes on.

    Parameters
    ----------
    source, detector : AudioSource, Detector
    on_event : function of a Detection or None, called at the moment an event is reported; quick, or the detector falls
        behind

    Attributes
    ----------
    log : EventLog; each run begins a new one
    windows : deque of Window, the last minute's
    error : Exception or None, what ended the listening: of the source, the detector or ``on_event``
    """

    def __init__(self, source, detector, on_event=None):
        self.source, self.detector, self.on_event = source, detector, on_event
        self._thread = None
        self._begin()

    def _begin(self):
        self.log, self.windows, self.error = EventLog(self.detector.config), deque(maxlen=_MINUTE), None

    @property
    def running(self):
        """Whether it listens now."""
        return self._thread is not None and self._thread.is_alive()

    def start(self):
        """Begin to listen, with a new log; if it does already, nothing happens."""
        if not self.running:
            self._begin()
            self._thread = threading.Thread(target=self._run, daemon=True, name="listener")
            self._thread.start()

    def stop(self):
        """End, and free the device."""
        self.source.close()
        if self._thread is not threading.current_thread():
            while self.running:
                self.source.close()  # again, for the thread may only now have opened it
                self._thread.join(0.1)

    def wait(self):
        """Wait until the source has ended by itself."""
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self):
        try:
            for window in listen(self.source, self.detector):
                self.windows.append(window)
                if window.event and window.event.end_s is not None:
                    self.log.add(window.event, self.detector.sound(window.event))
                elif window.event and self.on_event:
                    self.on_event(window.event)
        except Exception as error:  # a thread has nobody to raise to
            self.error = error


class EventLog:
    """Events in the order they ended, and the sounds of the last ``keep``."""

    def __init__(self, config=AudioConfig(), *, keep=100):
        self.config, self.keep = config, keep
        self.events = []
        self._sounds = {}  # number → samples, oldest first

    def __len__(self):
        return len(self.events)

    def add(self, event, sound):
        """Keep a Detection that has ended, and its sound [samples]."""
        self._sounds[len(self.events) + 1] = sound  # first: a reader in another thread finds it with its event
        self.events.append(event)
        if len(self._sounds) > self.keep:
            del self._sounds[next(iter(self._sounds))]

    def sound(self, number):
        """The sound of an event, counted from 1: float32 [samples]. LiveError if there is none, or it was let go."""
        if number not in self._sounds:
            raise LiveError("live.no_sound", number=number, count=len(self.events), keep=self.keep)
        return self._sounds[number]

    def export(self, folder):
        """Write ``events.csv``, and a 16-bit wav for each event whose sound is kept; returns the path of the table."""
        folder, rows = Path(folder), [HEADER]
        for number, event in enumerate(self.events, 1):
            name = f"event_{number:04}.wav" if number in self._sounds else ""
            if name:
                atomic_write(folder / name, wav_bytes(self._sounds[number], self.config.sample_rate))
            times = [f"{value:.3f}" for value in (event.start_s, event.end_s, event.reported_s, event.peak)]
            rows.append([number, *times, name])
        atomic_write(folder / "events.csv", csv_text(rows).encode())
        return folder / "events.csv"
