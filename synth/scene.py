"""When things sound: the scene, calls and runs in it, and the street around it.

A *maker* takes a `Scene` and returns ``(layers, spans)``: a list of float64 arrays [n], each a sound from a place of
its own, and a list of (start_s, end_s) in which its class sounds. It draws from ``scene.who`` what all recordings of
one source share (this dog, this engine), and from ``scene.rng`` what happens in this recording only.
"""

from dataclasses import dataclass

import numpy as np

from synth.sound import band, coloured, gain, log_uniform, rms, seconds, wander


@dataclass(frozen=True)
class Scene:
    """Length and sample rate of a recording, and the random generators of its source and of itself."""

    rate: int  # Hz
    seconds: float
    who: np.random.Generator
    rng: np.random.Generator

    @property
    def samples(self):
        """Length of the recording in samples."""
        return round(self.seconds * self.rate)

    @property
    def drawn(self):
        """``(who, rng, rate, samples)``, for makers that need them all."""
        return self.who, self.rng, self.rate, self.samples

    def silence(self):
        """A recording with nothing in it yet, float64 [samples]."""
        return np.zeros(self.samples)

    def whole(self):
        """One span, from the first sample to the last."""
        return [(0.0, self.samples / self.rate)]


def place(recording, sound, at_s, rate):
    """Add a sound to a recording, in place; parts beyond either end are cut off.

    Parameters
    ----------
    recording : array [n], float64; changed
    sound : array [m]
    at_s : float, when the sound begins (s)
    rate : int, sample rate (Hz)

    Returns
    -------
    (start_s, end_s) : where the sound lies in the recording (s)
    """
    start = round(at_s * rate)
    sound = sound[max(-start, 0) :]
    start = min(max(start, 0), len(recording))
    sound = sound[: len(recording) - start]
    recording[start : start + len(sound)] += sound
    return start / rate, (start + len(sound)) / rate


def merge(spans, gap_s=0.5):
    """Sorted spans without empty ones; those less than ``gap_s`` apart are joined."""
    merged = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start - merged[-1][1] < gap_s:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def calls(kind):
    """Maker of groups of calls.

    ``kind(who)`` returns (call, pauses, rests): ``call(rng, rate)`` makes one call, float64 [n]; ``pauses`` and
    ``rests`` are the shortest and the longest time (s) between calls and between groups.
    """

    def maker(scene):
        who, rng, rate, _ = scene.drawn
        call, pauses, rests = kind(who)
        usual = log_uniform(who, *pauses)
        out, spans = scene.silence(), []
        latest = max(scene.seconds - 0.1, 0.02)
        at = rng.uniform(0, min(1, 0.5 * scene.seconds))
        while at < latest:
            for _ in range(rng.geometric(0.35)):
                if at < latest:
                    spans.append(place(out, call(rng, rate) * gain(-5 * rng.random()), at, rate))
                    at = spans[-1][1] + usual * np.exp(0.25 * rng.standard_normal())
            at += log_uniform(rng, *rests)
        return [out], merge(spans)

    return maker


def runs(rng, n, rate, on_s, off_s, ramp_s):
    """(switch, spans): an array [n] that is 1 while a machine runs and 0 while it rests, and when it runs (s)."""
    length = n / rate
    times, levels, spans = [], [], []
    at = -rng.random() * on_s if rng.random() < 0.6 else 0.5 * rng.random() * min(1, length)
    while at < length:
        stop = at + ramp_s + on_s * np.exp(0.5 * rng.standard_normal())
        times += [at, at + ramp_s, stop, stop + ramp_s]
        levels += [0, 1, 1, 0]
        spans.append((max(at, 0.0), min(stop + ramp_s, length)))
        at = stop + ramp_s + off_s * np.exp(0.5 * rng.standard_normal())
    return np.interp(seconds(n, rate), times, levels), merge(spans, 0.1)


def street(scene):
    """A distant city of RMS 1, float64 [n]: traffic, passing cars, a crowd."""
    who, rng, rate, n = scene.drawn
    corner, slope = log_uniform(who, 60, 900), who.uniform(-9, -3)
    bed = coloured(rng, n, rate, [30, corner, 16 * corner], [who.uniform(-10, 3), 0, 4 * slope])
    tyres = coloured(rng, n, rate, [100, 900, 3500, 12000], [-15, 0, -6, -22])
    tyres *= np.exp(1.5 * wander(rng, n, rate, who.uniform(0.1, 0.3)))
    crowd = band(rng.standard_normal(n), rate, log_uniform(who, 350, 1200), 900) * np.exp(0.3 * wander(rng, n, rate, 8))
    levels = gain(-20 * who.random(3))
    out = sum(level * part / rms(part) for level, part in zip(levels, (bed, tyres, crowd), strict=True))
    return out / rms(out)


def outdoors(layers, scene):
    """The layers, for about half of all sources with a street around them, at most as loud as they are."""
    if scene.who.random() < 0.45:
        return layers
    level = gain(-40 * scene.who.random()) * rms(sum(layers))
    return [*layers, level * street(scene)]


def mixed(scene, makers):
    """Sounds of several makers in one scene, the first at full level."""
    layers, spans = [], []
    for number, maker in enumerate(makers):
        made, when = maker(scene)
        level = gain(-10 * scene.who.random() * (number > 0))
        layers += [level * layer for layer in made]
        spans += when
    return layers, merge(spans)
