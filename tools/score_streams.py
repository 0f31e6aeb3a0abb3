"""How good a detector is on a stream: barks found, false positives, and the threshold that suits both."""

from typing import NamedTuple

import numpy as np

from helpers.audio import AudioError, read, rms_dbfs
from helpers.batch import in_order
from helpers.datasets import TARGET
from helpers.live.detector import Detector

TOLERANCE_S = 0.5  # an event this near to a bark still answers it
THRESHOLDS = tuple(number / 100 for number in range(50, 100, 2))
_LONGEST_S = 10.0  # of one bark; a longer stretch of barking is one event anyway


class Stream(NamedTuple):
    """Recordings one after another, without silence between them; times are those of the stream (s)."""

    sounds: list  # arrays [samples] float32
    barks: list  # (start, end) of each
    parts: list  # (start, end, label) of each sound


def make_stream(recordings, config, *, seed=0, whole=False):
    """Join recordings to a Stream, in an order that the seed draws; barks quieter than the gate are left out.

    Recordings of the target are heard ``whole``, or only in their annotated stretches.
    """
    sounds = []  # (label, samples, barks in them)
    for recording in recordings:
        try:
            samples, _ = read(recording.path, config)
        except AudioError:
            continue
        if recording.label != TARGET:
            sounds.append((recording.label, samples, []))
            continue
        barks = _loud_barks(recording, samples, config)
        if whole:
            sounds.append((TARGET, samples, [span for span, _ in barks]))
        else:
            sounds += [(TARGET, bark, [(0.0, len(bark) / config.sample_rate)]) for _, bark in barks]
    stream, at = Stream([], [], []), 0.0
    for number in np.random.default_rng(seed).permutation(len(sounds)):
        label, samples, spans = sounds[number]
        stream.sounds.append(samples)
        stream.barks.extend((at + start, at + end) for start, end in spans)
        stream.parts.append((at, at + len(samples) / config.sample_rate, label))
        at = stream.parts[-1][1]
    return stream


def _loud_barks(recording, samples, config):
    """Annotated barks not below the gate, all of a recording that is not annotated: ((start, end), samples) of each."""
    rate = config.sample_rate
    if recording.events is None:
        spans = [(0.0, len(samples) / rate)]
    else:
        events = [event for event in recording.events if event.label == TARGET]
        spans = [(event.start_s, min(event.end_s, event.start_s + _LONGEST_S)) for event in events]
    barks = [(span, samples[round(span[0] * rate) : round(span[1] * rate)]) for span in spans]
    return [(span, bark) for span, bark in barks if rms_dbfs(bark) >= config.gate_dbfs]


def detect(predict, config, sounds, **settings):
    """The Detections of a Detector in sounds [samples] that follow one another: list."""
    detector = Detector(predict, config, **settings)
    windows = [window for sound in sounds for window in detector.feed(sound)] + detector.finish()
    return [window.event for window in windows if window.event and window.event.end_s is not None]


def compare(events, stream):
    """Whether each bark was found: list of bool; and the false positives: list of (Detection, label of its sound).

    An event that touches no bark is a false positive, unless it lies in a sound of the target, where not every bark may
    be annotated.
    """

    def apart(event, span):
        return max(span[0] - event.end_s, event.start_s - span[1])

    found = [any(apart(event, bark) < TOLERANCE_S for event in events) for bark in stream.barks]
    dogs = [part for part in stream.parts if part[2] == TARGET]
    false = [event for event in events if all(apart(event, span) >= TOLERANCE_S for span in (*stream.barks, *dogs))]
    return found, [(event, min(stream.parts, key=lambda part, event=event: apart(event, part))[2]) for event in false]


def stream_threshold(tested, **options):
    """The one of `THRESHOLDS` with the best F1 by events.

    ``tested`` yields (Model, recordings it has not learnt from); ``options`` are those of `in_order`. A stream is
    judged ten times a second, a recording once: a threshold that suits recordings is too low for streams.
    """
    right, wrong = np.sum([*in_order(_answers, tested, unit="fold", **options)], axis=0)
    return THRESHOLDS[int(np.argmax(2 * right / np.maximum(2 * right + wrong, 1)))]


def _answers(tested):
    """Barks that were found, and misses and false positives together: array [2, THRESHOLDS]."""
    model, recordings = tested
    stream, scores = make_stream(recordings, model.config), []

    def kept(windows):
        scores.append(model.score(windows))
        return scores[-1]

    detect(kept, model.config, stream.sounds)

    def counted(threshold):
        again = iter(scores)  # no threshold changes which windows are asked about, or their order
        events = detect(lambda windows: next(again), model.config, stream.sounds, threshold=threshold)
        found, false = compare(events, stream)
        return sum(found), len(false) + len(found) - sum(found)

    return np.transpose([counted(threshold) for threshold in THRESHOLDS])
