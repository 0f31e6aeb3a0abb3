"""How good a detector is on a stream: barks found, false alarms, and the threshold that suits both."""

import hashlib

import numpy as np

from helpers.audio import dbfs, load_each
from helpers.datasets import TARGET
from helpers.live.detector import Detector
from helpers.live.file import FileSource
from helpers.live.listen import listen

TOLERANCE_S = 0.5
"""How far an event may lie beside a bark and still be an answer to it (s)."""

THRESHOLDS = tuple(number / 100 for number in range(50, 100, 2))
_FLAT = 0.005  # a difference of F1 that means nothing: about its standard error with a thousand barks
_LONGEST_S = 10.0  # of one bark; a longer stretch of barking is one event anyway


def tape(recordings, config, *, seed=0, whole=False):
    """Recordings as one stream, in an order that the seed draws: sound joined to sound, without silence between.

    Parameters
    ----------
    recordings : iterable of Recording
    config : AudioConfig; barks quieter than its gate are left out
    seed : int
    whole : bool, whether recordings with the target are heard whole, or only their annotated stretches, each hard
        beside whatever came before

    Returns
    -------
    sounds, a list of arrays [samples] float32; barks, their (start, end) in the stream (s); parts, (start, end, label)
    of each sound

    Lesson: 08_live_mic.
    """
    every, rate = [], config.sample_rate
    by_path = {recording.path: recording for recording in recordings}
    for path, sound in load_each(by_path, config, on_skip=lambda _path, _error: None):
        recording, length = by_path[path], len(sound) / rate
        if recording.label != TARGET:
            every.append((recording.label, sound, []))
            continue
        spans = [(event.start_s, min(event.end_s, event.start_s + _LONGEST_S)) for event in recording.events]
        stretches = {span: sound[round(span[0] * rate) : round(span[1] * rate)] for span in spans or [(0.0, length)]}
        loud = {span: stretch for span, stretch in stretches.items() if dbfs(stretch) >= config.gate_dbfs}
        if whole:
            every.append((TARGET, sound, list(loud)))
        else:
            every += [(TARGET, stretch, [(0.0, len(stretch) / rate)]) for stretch in loud.values()]
    sounds, barks, parts, at = [], [], [], 0.0
    for number in np.random.default_rng(seed).permutation(len(every)):
        label, sound, spans = every[number]
        sounds.append(sound)
        barks += [(at + start, at + end) for start, end in spans]
        parts.append((at, at + len(sound) / rate, label))
        at = parts[-1][1]
    return sounds, barks, parts


def compare(events, barks, parts):
    """Which barks were found, and what fooled the detector.

    An event that touches no bark is a false alarm, unless it lies in a sound with the target, where not every bark may
    be annotated.

    Parameters
    ----------
    events : list of Event, all ended
    barks, parts : as `tape` gives them

    Returns
    -------
    list of bool, one for each bark; list of (Event, label of the sound it lies in), one for each false alarm

    Lesson: 08_live_mic.
    """

    def apart(event, span):
        return max(span[0] - event.end_s, event.start_s - span[1])

    found = [any(apart(event, bark) < TOLERANCE_S for event in events) for bark in barks]
    dogs = [part for part in parts if part[2] == TARGET]
    false = [event for event in events if all(apart(event, span) >= TOLERANCE_S for span in (*barks, *dogs))]
    return found, [(event, min(parts, key=lambda part, event=event: apart(event, part))[2]) for event in false]


def heard(model, sounds, **settings):
    """The events of a stream, by a `Detector` of these settings: list of Event.

    Lesson: 08_live_mic.
    """
    steps = listen(FileSource(*sounds, config=model.config), Detector(model, **settings))
    return [step.event for step in steps if step.event and step.event.end_s is not None]


def stream_threshold(tested):
    """The lowest of `THRESHOLDS` whose F1 by events is the best but for chance, on streams of validation recordings.

    A stream asks ten times a second, a recording has one answer: the threshold that suits the one is too low for the
    other. The lowest, because whoever plays back the log hears a false alarm, but never a bark that was missed.

    Parameters
    ----------
    tested : iterable of (Model, iterable of Recording), recordings which that model has not learnt from

    Returns
    -------
    float

    Lesson: 08_live_mic.
    """
    right, wrong = np.zeros(len(THRESHOLDS)), np.zeros(len(THRESHOLDS))
    for model, recordings in tested:
        sounds, barks, parts = tape(recordings, model.config)
        remembers = _Remembers(model)
        for number, threshold in enumerate(THRESHOLDS):
            found, false = compare(heard(remembers, sounds, threshold=threshold), barks, parts)
            right[number] += sum(found)
            wrong[number] += len(false) + len(barks) - sum(found)
    f1 = 2 * right / (2 * right + wrong)
    return THRESHOLDS[int(np.argmax(f1 >= f1.max() - _FLAT))]


class _Remembers:
    """A model that says of the same windows what it said before: for a stream that is judged several times."""

    def __init__(self, model):
        self._model, self._said = model, {}

    def __getattr__(self, name):
        return getattr(self._model, name)

    def probabilities(self, windows):
        key = hashlib.sha256(windows).digest()
        if key not in self._said:
            self._said[key] = self._model.probabilities(windows)
        return self._said[key]
