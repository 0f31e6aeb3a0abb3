"""The detector: window after window of a stream becomes a probability, a score, and now and then an event."""

from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from helpers.audio import dbfs
from helpers.datasets import TARGET
from helpers.features import one_thread
from helpers.live.ring import Ring
from helpers.live.source import LiveError
from helpers.model import number_of

HOP_S = 0.1
HISTORY_S = 12.0
"""How much of the stream stays in memory (s): the longest sound of an event that can be heard again."""

_AROUND_S = 0.25  # heard before and after an event
_FRAME_S = 0.01  # in which an onset is looked for


@dataclass(frozen=True)
class Event:
    """A sound that was found; times are those of the stream (s).

    Parameters
    ----------
    start_s : float, where its loud part begins
    end_s : float, where the first window that no longer scored enough begins; None while it lasts
    reported_s : float, how much of the stream had come in when it was reported
    peak : float, the highest probability of its windows

    Lesson: 08_live_mic.
    """

    start_s: float
    end_s: float | None
    reported_s: float
    peak: float


@dataclass(frozen=True)
class Step:
    """What the detector makes of one window.

    Parameters
    ----------
    time_s : float, where in the stream the window ends (s)
    probability : float, of the target in this window; 0 where it is quieter than the gate
    score : float, the mean over the last windows, which meets the threshold
    event : Event or None; one without an end has just been reported, one with an end has just ended

    Lesson: 08_live_mic.
    """

    time_s: float
    probability: float
    score: float
    event: Event | None = None


class Detector:
    """Follow a stream. Whatever blocks it comes in, the same sound gives the same events.

    Parameters
    ----------
    model : Model
    target : str, the label that is listened for
    threshold : float or None; an event begins when the score reaches it (None: the one that the model's card names
        for streams, else the model's own)
    release : float or None; it ends when the score falls below (None: half the threshold). Between the two nothing
        changes, so that a score that trembles around one number is not many events
    smooth : int, windows in the mean
    hop_s : float, from the start of one window to that of the next (s)
    refractory_s : float, how long after an event no other one begins (s)

    Attributes
    ----------
    history : Ring of the last `HISTORY_S` seconds, at the model's sample rate
    pieces, skipped : int, windows judged, and left out in order to catch up

    Raises
    ------
    ModelError
        If the model does not know the target.
    LiveError
        If a number is out of range.

    Lesson: 08_live_mic.
    """

    def __init__(self, model, *, target=TARGET, threshold=None, release=None, smooth=2, hop_s=HOP_S, refractory_s=0.5):
        self.model, self.smooth, self.refractory_s = model, smooth, refractory_s
        self.threshold = model.card.get("stream_threshold", model.threshold) if threshold is None else threshold
        self.release = self.threshold / 2 if release is None else release
        for name, value, low, high in (
            ("threshold", self.threshold, 0.01, 1),  # nothing falls below a release of 0
            ("release", self.release, 0, self.threshold),
            ("smooth", smooth, 1, 100),
            ("hop_s", hop_s, 0.01, model.config.piece_seconds),
            ("refractory_s", refractory_s, 0, 3600),
        ):
            if not low <= value <= high:
                raise LiveError("live.bad_value", name=name, value=value, low=low, high=high)
        self._number = number_of(target, model.labels)
        self._rate, self._window = model.config.sample_rate, model.config.piece_samples
        self._hop = round(hop_s * self._rate)
        self.reset()
        for count in (1, 2):  # the first calls are slow, and a stream does not wait
            model.probabilities(np.zeros((count, self._window), dtype=np.float32))

    def reset(self):
        """Forget the stream; the next sound is the first of a new one.

        Lesson: 08_live_mic.
        """
        self.history = Ring(round(max(HISTORY_S, 2 * self.model.config.piece_seconds) * self._rate))
        self.pieces = self.skipped = 0
        self._next = self._window  # where the next window ends
        self._last = deque([0.0] * self.smooth, maxlen=self.smooth)
        self._event, self._free_at, self._ended_s = None, 0.0, 0.0

    @property
    def heard_s(self):
        """How much of the stream it has been fed (s)."""
        return self.history.written / self._rate

    def feed(self, samples, *, most=None, clock=None):
        """Hear what comes next in the stream.

        Parameters
        ----------
        samples : array [n] float32 at the model's sample rate, any length
        most : int or None, windows judged in this call; of more, the oldest are skipped
        clock : function or None, how much of the stream has come in by now (s); None: what was fed

        Returns
        -------
        list of Step, one for each window judged

        Lesson: 08_live_mic.
        """
        due = max(0, (self.history.written + len(samples) - self._next) // self._hop + 1)
        skip = max(0, due - most) if most else 0
        self.skipped += skip
        self._next += skip * self._hop
        steps = []
        for begin in range(0, len(samples), self._rate):  # a second at a time, which the history can hold
            self.history.write(samples[begin : begin + self._rate])
            ends = range(self._next, self.history.written + 1, self._hop)
            if ends:
                self._next = ends[-1] + self._hop
                steps += self._judge([self.history.read(end - self._window, end) for end in ends], ends, clock)
        return steps

    def finish(self):
        """The stream has ended: an event that lasts ends here.

        A stream shorter than a window is judged now, repeated until it fills one, as short recordings are everywhere.

        Returns
        -------
        list of Step

        Lesson: 08_live_mic.
        """
        steps = []
        if not self.pieces and self.history.written:
            whole = self.history.read(0)
            self._last.clear()  # no window before it can speak against it
            steps += self._judge([np.resize(whole, self._window)], [len(whole)], None)
        if self._event:
            ended = replace(self._event, end_s=self.heard_s)
            self._event = None
            steps.append(Step(self.heard_s, 0.0, 0.0, ended))
        return steps

    def sound(self, event):
        """What is still in memory of an event, with a little before and after it: array [n] float32.

        Lesson: 08_live_mic.
        """
        end = self.heard_s if event.end_s is None else event.end_s + _AROUND_S
        return self.history.read(max(0, round((event.start_s - _AROUND_S) * self._rate)), round(end * self._rate))

    def _judge(self, windows, ends, clock):
        loud = [dbfs(window) >= self.model.config.gate_dbfs for window in windows]
        probabilities = np.zeros(len(windows))
        if any(loud):
            heard = np.stack([window for window, ok in zip(windows, loud, strict=True) if ok])
            with one_thread():
                probabilities[loud] = self.model.probabilities(heard)[:, self._number]
        self.pieces += len(windows)
        pairs = zip(ends, map(float, probabilities), strict=True)
        return [self._step(end / self._rate, probability, clock) for end, probability in pairs]

    def _step(self, time_s, probability, clock):
        self._last.append(probability)
        score = sum(self._last) / len(self._last)
        event = None
        if self._event:
            self._event = replace(self._event, peak=max(self._event.peak, probability))
            if score < self.release:
                first_s = time_s - (self.smooth - 1) * self._hop / self._rate - self.model.config.piece_seconds
                event = replace(self._event, end_s=max(first_s, self._event.start_s + _FRAME_S))
                self._event, self._free_at, self._ended_s = None, time_s + self.refractory_s, event.end_s
        elif score >= self.threshold and time_s >= self._free_at:
            reported = max(time_s, clock()) if clock else time_s
            start = max(self._onset(time_s), self._ended_s)  # one sound is not the start of two events
            event = self._event = Event(start, None, reported, max(self._last))
        return Step(time_s, probability, score, event)

    def _onset(self, time_s):
        """Where the loudest moment of the window that ends at ``time_s`` began: there its level rises half way up."""
        end = round(time_s * self._rate)
        sound = self.history.read(end - self._window, end)
        frame = min(round(_FRAME_S * self._rate), len(sound))
        frames = sound[len(sound) % frame :].reshape(-1, frame)
        levels = np.array([dbfs(one) for one in frames])
        loudest = int(levels.argmax())
        below = np.flatnonzero(levels[:loudest] < (levels[loudest] + np.median(levels)) / 2)
        onset = below[-1] + 1 if len(below) else 0
        return float(end - (len(frames) - onset) * frame) / self._rate
