"""A dinner bell, a whistle and a kitchen fan: what stands in for a learner's own sounds, and the rooms they are in."""

import numpy as np
from scipy import signal

from synth import room, synthesise
from synth.scene import place
from synth.sound import contour, gain, harmonics, ring, rms, swell

RATE = 22_050


def bell(rng):
    """One stroke: four tones that die away, each at its own pace; float64 [n]."""
    blow, hz, fades = np.zeros(RATE), 1150 * np.array([1, 2.4, 3, 4.5]), np.array([0.3, 0.22, 0.15, 0.1])
    blow[0] = 1
    return ring(blow, RATE, hz, fades, rng.uniform(0.3, 1, 4)) * swell(RATE, RATE, 0.0005, 0.3)


def whistle(rng):
    """One tone that glides up and down again; float64 [n]."""
    n = int(RATE * rng.uniform(0.5, 0.8))
    pitch = contour(rng.uniform(0.9, 1.1) * np.array([1300, 2300, 1500]), n)
    return harmonics(pitch, RATE, 0.05)[0] * swell(n, RATE, 0.05, 0.3)


def in_room(call, where, take=0, seconds=3):
    """A call again and again, recorded in a room: float32 [seconds · RATE].

    Parameters
    ----------
    call : `bell` or `whistle`
    where : int, which room and microphone
    take : int, another recording in the same room
    seconds : int
    """
    who, rng = np.random.default_rng(where), np.random.default_rng([where, take])
    layer, at = np.zeros(seconds * RATE), 0.2
    while at < seconds - 0.5:
        sound = call(rng)
        _, end = place(layer, sound / np.abs(sound).max(), at, RATE)
        at = end + rng.uniform(0.1, 0.4)
    return (room.record([layer], room.draw(who), who, rng, RATE, channels=1)[:, 0] / 32768).astype(np.float32)


def fan(count, seconds=3):
    """A kitchen fan in so many stretches that follow one another, at −22 dBFS: float32 [count, seconds · RATE]."""
    made = synthesise("air_conditioner", 5, length_s=count * seconds)
    sound = signal.resample_poly(made.samples.mean(axis=1), RATE, made.sample_rate)[: count * seconds * RATE]
    return (sound / rms(sound) * gain(-22)).astype(np.float32).reshape(count, -1)
