"""A source, a detector and a log at work together: as a loop, or in a thread while a notebook goes on."""

import threading
from collections import deque

from helpers.live.log import EventLog

MOST = 10
"""Windows judged at once of a live source: a listener later than that leaves out the oldest, and counts them."""


def listen(source, detector, *, seconds=None):
    """Listen until the source ends, or for so many seconds of its sound.

    Parameters
    ----------
    source : AudioSource; it is opened here, and closed
    detector : Detector; it begins a new stream
    seconds : float or None

    Yields
    ------
    Step

    Raises
    ------
    LiveError, AudioError
        If there is nothing to hear, or the source vanishes.

    Lesson: 08_live_mic.
    """
    detector.reset()
    most = MOST if source.live else None
    with source:
        for samples in source.blocks(seconds):
            yield from detector.feed(samples, most=most, clock=lambda: source.arrived_s)
    yield from detector.finish()


def total(source, detector, events):
    """What a run comes to: dict of heard_s, pieces, skipped, overflows, events.

    Lesson: 08_live_mic.
    """
    return {
        "heard_s": round(detector.heard_s, 3),
        "pieces": detector.pieces,
        "skipped": detector.skipped,
        "overflows": source.overflows,
        "events": events,
    }


class Listener:
    """`listen` in a thread of its own, so that the notebook goes on.

    Parameters
    ----------
    source : AudioSource
    detector : Detector
    on_event : function of an Event or None, called at the moment an event is reported; quick, or the detector falls
        behind. If it raises, `error` keeps what, and the function is not called again
    log : EventLog or None, where events go when they have ended

    Attributes
    ----------
    steps : deque of Step, the last minute's
    error : Exception or None, what ended the listening, or the function

    Lesson: 08_live_mic.
    """

    def __init__(self, source, detector, on_event=None, *, log=None):
        self.source, self.detector, self.on_event = source, detector, on_event
        self.log = EventLog(detector.model.config) if log is None else log
        self.steps = deque(maxlen=600)
        self.error = None
        self._thread = None

    @property
    def running(self):
        return self._thread is not None and self._thread.is_alive()

    def start(self):
        """Begin to listen; if it does already, nothing happens.

        Lesson: 08_live_mic.
        """
        if self.running:
            return
        self.error, self._wanted = None, self.on_event
        self.steps.clear()
        self._thread = threading.Thread(target=self._run, daemon=True, name="listener")
        self._thread.start()

    def stop(self):
        """End, and free the device.

        Lesson: 08_live_mic.
        """
        self.source.close()
        if self._thread is not threading.current_thread():
            while self.running:
                self.source.close()  # again, for the thread may only now have opened it
                self._thread.join(0.1)

    def wait(self):
        """Until the source has ended by itself.

        Lesson: 08_live_mic.
        """
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self):
        try:
            for step in listen(self.source, self.detector):
                self.steps.append(step)
                if step.event and step.event.end_s is not None:
                    self.log.add(step.event, self.detector.sound(step.event))
                elif step.event:
                    self._tell(step.event)
        except Exception as error:  # a thread has no one to raise to: whoever looks finds it here
            self.error = error

    def _tell(self, event):
        try:
            if self._wanted:
                self._wanted(event)
        except Exception as error:
            self.error, self._wanted = error, None
