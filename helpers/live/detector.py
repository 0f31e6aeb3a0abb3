"""The detector: window after window of a stream becomes a probability, a smoothed one, and now and then an event."""

import json
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from helpers.audio import rms_dbfs
from helpers.config import AudioConfig
from helpers.datasets import label_index
from helpers.live.sources import LiveError, Ring

HISTORY_S = 12.0  # what stays in memory of the stream: the longest sound of an event that can be heard again
_AROUND_S = 0.25  # heard before and after an event
_FRAME_S = 0.01  # in which an onset is looked for
_FACTS = ("config", "labels", "target", "threshold", "stream_threshold", "pooling")  # in an exported model


@dataclass(frozen=True)
class Detection:
    """An event that was found; times are those of the stream (s)."""

    start_s: float  # where its loud part begins
    end_s: float | None  # where the first window begins that no longer holds it; None while it lasts
    reported_s: float  # how much of the stream had come in when it was reported
    peak: float  # the highest probability of its windows


@dataclass(frozen=True)
class Window:
    """What the detector makes of one window."""

    end_s: float  # where in the stream it ends (s)
    probability: float  # of the target; 0 where the window is quieter than the gate
    smoothed: float  # the mean over the last windows, which is compared with the threshold
    event: Detection | None = None  # one without an end has just been reported, one with an end has just ended


class Detector:
    """Follow a stream. Whatever blocks it comes in, the same sound gives the same events.

    Parameters
    ----------
    predict : function of waveforms float32 [n, samples] that returns scores [n], 0…1, such as ``model.score``; it is
        tried with silence first
    config : AudioConfig; a window is ``segment_seconds`` long, and one below ``gate_dbfs`` counts as 0
    threshold : float; an event begins when the mean score reaches it
    release : float or None; it ends when the mean falls below (None: half the threshold). Between the two nothing
        changes, so a score that trembles around one number is one event
    smooth : int, windows in the mean; each more is a hop later, and windows that overlap say much the same
    hop_s : float, from the start of one window to that of the next (s)
    refractory_s : float, how long after an event no other one begins (s)

    Attributes
    ----------
    history : Ring, the last `HISTORY_S` seconds of the stream
    windows, quiet, skipped : windows judged; those of them below the gate, for which ``predict`` was not called; and
        windows left out in order to catch up
    """

    def __init__(
        self, predict, config=AudioConfig(), *, threshold=0.5, release=None, smooth=1, hop_s=0.1, refractory_s=0.5
    ):
        self.predict, self.config, self.threshold = predict, config, threshold
        self.release = threshold / 2 if release is None else release
        self.smooth, self.refractory_s = smooth, refractory_s
        for name, value, low, high in (
            ("threshold", threshold, 0, 1),
            ("release", self.release, 0, threshold),
            ("smooth", smooth, 1, 100),
            ("hop_s", hop_s, 0.01, config.segment_seconds),
            ("refractory_s", refractory_s, 0, 3600),
        ):
            if not low <= value <= high:
                raise LiveError("live.bad_value", name=name, value=value, low=low, high=high)
        self._rate, self._size = config.sample_rate, config.segment_samples
        self._hop = round(hop_s * self._rate)
        self.reset()
        for count in (1, 2):  # the first calls are slow, and a stream does not wait
            self._scores(np.zeros((count, self._size), dtype=np.float32))

    @classmethod
    def of(cls, model, **settings):
        """The detector of a `Model` or `OnnxModel`, at its threshold for streams unless another is given."""
        return cls(model.score, model.config, **{"threshold": model.stream_threshold} | settings)

    def reset(self):
        """Forget the stream; the next sound is the first of a new one."""
        self.history = Ring(round(max(HISTORY_S, 2 * self.config.segment_seconds) * self._rate))
        self.windows = self.quiet = self.skipped = 0
        self._next = self._size  # where the next window ends
        self._last = deque([0.0] * self.smooth, maxlen=self.smooth)
        self._event, self._free_at, self._ended_s = None, 0.0, 0.0

    @property
    def heard_s(self):
        """How much of the stream it has been fed (s)."""
        return self.history.written / self._rate

    def feed(self, samples, *, most=None, clock=None):
        """Take what comes next in the stream, array [n] float32 of any length: list of Window, one for each judged.

        ``most`` limits their number, and the oldest are skipped; ``clock()`` is how much of the stream has come in by
        now (s), if that is more than what was fed.
        """
        due = max(0, (self.history.written + len(samples) - self._next) // self._hop + 1)
        skip = max(0, due - most) if most else 0
        self.skipped += skip
        self._next += skip * self._hop
        found = []
        for begin in range(0, len(samples), self._rate):  # a second at a time, which the history can hold
            self.history.write(samples[begin : begin + self._rate])
            ends = range(self._next, self.history.written + 1, self._hop)
            if ends:
                self._next = ends[-1] + self._hop
                found += self._judge([self.history.read(end - self._size, end) for end in ends], ends, clock)
        return found

    def finish(self):
        """End the stream, and an event that lasts: list of Window.

        A stream shorter than a window is judged now, repeated until it fills one, as short recordings are everywhere.
        """
        found = []
        if not self.windows and self.history.written:
            whole = self.history.read(0)
            self._last.clear()  # no window before it can speak against it
            found += self._judge([np.resize(whole, self._size)], [len(whole)], None)
        if self._event:
            ended = replace(self._event, end_s=self.heard_s)
            self._event = None
            found.append(Window(self.heard_s, 0.0, 0.0, ended))
        return found

    def sound(self, event):
        """What is still in memory of an event, with a little before and after it: array [n] float32."""
        end_s = self.heard_s if event.end_s is None else event.end_s + _AROUND_S
        return self.history.read(max(0, round((event.start_s - _AROUND_S) * self._rate)), round(end_s * self._rate))

    def _judge(self, waveforms, ends, clock):
        loud = [rms_dbfs(waveform) >= self.config.gate_dbfs for waveform in waveforms]
        probabilities = np.zeros(len(waveforms))
        if any(loud):
            probabilities[loud] = self._scores(np.stack(waveforms)[loud])
        self.windows += len(waveforms)
        self.quiet += loud.count(False)
        pairs = zip(ends, map(float, probabilities), strict=True)
        return [self._step(end / self._rate, probability, clock) for end, probability in pairs]

    def _scores(self, waveforms):
        scores = np.asarray(self.predict(waveforms))
        if scores.shape != (len(waveforms),):
            raise LiveError("live.bad_scores", count=len(waveforms), shape=list(scores.shape))
        return scores

    def _step(self, end_s, probability, clock):
        self._last.append(probability)
        smoothed = sum(self._last) / len(self._last)
        event = None
        if self._event:
            self._event = replace(self._event, peak=max(self._event.peak, probability))
            if smoothed < self.release:
                first_s = end_s - (self.smooth - 1) * self._hop / self._rate - self.config.segment_seconds
                event = replace(self._event, end_s=max(first_s, self._event.start_s + _FRAME_S))
                self._event, self._free_at, self._ended_s = None, end_s + self.refractory_s, event.end_s
        elif smoothed >= self.threshold and end_s >= self._free_at:
            reported_s = max(end_s, clock()) if clock else end_s
            start_s = max(self._onset(end_s), self._ended_s)  # one sound is not the start of two events
            event = self._event = Detection(start_s, None, reported_s, max(self._last))
        return Window(end_s, probability, smoothed, event)

    def _onset(self, end_s):
        """Where the loudest moment of the window that ends at ``end_s`` began: there its level rises half way up."""
        end = round(end_s * self._rate)
        sound = self.history.read(end - self._size, end)
        frame = min(round(_FRAME_S * self._rate), len(sound))
        frames = (sound - sound.mean())[len(sound) % frame :].reshape(-1, frame)
        levels = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-20)
        loudest = int(levels.argmax())
        below = np.flatnonzero(levels[:loudest] < (levels[loudest] + np.median(levels)) / 2)
        onset = below[-1] + 1 if len(below) else 0
        return float(end - (len(frames) - onset) * frame) / self._rate


class OnnxModel:
    """A model written by `helpers.model.export_onnx`, run by onnxruntime on one thread; it needs no torch.

    It has the ``config``, ``labels``, ``target``, ``threshold``, ``stream_threshold`` and ``pooling`` of the Model.
    """

    def __init__(self, path):
        import onnxruntime

        path, settings = Path(path).expanduser(), onnxruntime.SessionOptions()
        if not path.is_file():
            raise LiveError("live.no_file", path=path)
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
            written = self._session.get_modelmeta().custom_metadata_map
            facts = {name: json.loads(written[name]) for name in _FACTS}
            vars(self).update(facts, config=AudioConfig(**facts["config"]), labels=tuple(facts["labels"]))
        except Exception as error:  # onnxruntime's errors have no kind of their own
            raise LiveError("live.not_a_model", path=path) from error

    def predict_proba(self, samples):
        """Probabilities [n, labels] of waveforms [n, samples], float32."""
        return self._session.run(["probabilities"], {"audio": samples})[0]

    def score(self, samples):
        """Probability of the target [n] in waveforms [n, samples], float32."""
        return self.predict_proba(samples)[:, label_index(self.target, self.labels)]
