"""Street music: strings, pipes, voices and drums that keep a tempo and a scale.

Source: Moorer 1976 for the tones (`sound.harmonics`).
"""

import numpy as np

from synth import people
from synth.scene import outdoors, place
from synth.sound import (
    band,
    contour,
    gain,
    harmonics,
    high_pass,
    log_uniform,
    resonate,
    seconds,
    strike,
    swell,
    unit,
)
from synth.voice import tube, voice, vowel

MAJOR = np.array([0, 2, 4, 5, 7, 9, 11])  # semitones above the keynote


def street_music(scene):
    """A busker or a small band; every part moves along a scale, some in chords; some have an audience."""
    who, rng, rate, _ = scene.drawn
    beat = 60 / who.uniform(70, 170)
    scale = log_uniform(who, 98, 260) * 2 ** (MAJOR / 12)
    if who.random() < 0.4:
        scale[[2, 5, 6]] *= 2 ** (-1 / 12)  # minor
    layers = []
    for instrument in who.choice([plucked, piped, sung, drummed], who.integers(2, 6)):
        timbre, layer, step = who.random(4), scene.silence(), beat / who.choice([1, 2, 4])
        octave, degree, chords = 2.0 ** who.integers(0, 3), who.integers(7), who.random() < 0.4
        at = -rng.uniform(0, step)
        while at < scene.seconds:
            if rng.random() < 0.75:
                degree = (degree + rng.integers(-2, 3)) % 7
                length = step * rng.choice([0.5, 1, 1, 2, 4])
                for note in [0, 2, 4] if chords and instrument is not drummed else [0]:
                    tone = instrument(rng, rate, octave * scale[(degree + note) % 7], length, timbre)
                    place(layer, tone * rng.uniform(0.5, 1), at, rate)
            at += step
        layers.append(layer * gain(-10 * who.random()))
    if who.random() < 0.4:
        layers.append(audience(scene))
    return outdoors(layers, scene), scene.whole()


def audience(scene):
    """Listeners, and singers between two songs: they talk, shout and laugh; float64 [n]."""
    who, rng, rate, _ = scene.drawn
    crowd = [people.person(who) for _ in range(who.integers(1, 6))]
    layer, rest = scene.silence(), log_uniform(who, 0.1, 2)
    at = rng.uniform(-0.5, 1)
    while at < scene.seconds:
        tract, pitch = crowd[rng.integers(len(crowd))]
        words = rng.choice([people.chat, people.yell, people.laugh])(rng, rate, tract, pitch)
        at = place(layer, words * gain(-12 * rng.random()), at, rate)[1] + rest * np.exp(rng.standard_normal())
    return layer * gain(-10 * who.random())


# An instrument: (rng, rate, hz, length_s, timbre) -> one note, float64 [n]; timbre is four numbers in 0…1 of its own.


def plucked(rng, rate, hz, length_s, timbre):
    """A string: the higher the overtone, the sooner it dies; that is ``bright`` falling with time."""
    n = int(rate * min(length_s * (1 + 2 * timbre[1]), 3))
    decay = 0.2 + 1.5 * timbre[2]
    bright = (0.6 + 0.38 * timbre[3]) ** (1 + 6 * seconds(n, rate) / decay)
    return harmonics(np.full(n, hz), rate, bright)[0] * strike(n, rate, 0.003, decay) * swell(n, rate, 0.002, 0.03)


def piped(rng, rate, hz, length_s, timbre):
    """A flute, fiddle, horn or accordion: steady overtones, vibrato, a body's resonances."""
    n = int(rate * (length_s + 0.05))
    vibrato = 1 + 0.008 * timbre[0] * np.sin(2 * np.pi * (4 + 3 * timbre[1]) * seconds(n, rate))
    tone = harmonics(hz * vibrato, rate, 0.2 + 0.75 * timbre[2])[0] + 0.03 * rng.standard_normal(n)
    body = tube(0.05 + 0.15 * timbre[3], 3)
    return unit(resonate(tone, rate, body, 0.5 * body)) * swell(n, rate, 0.02 + 0.06 * timbre[1], 0.06)


def sung(rng, rate, hz, length_s, timbre):
    """A grown-up's voice on a note, approached from below."""
    n = int(rate * (length_s + 0.1))
    f0 = hz / 2 ** np.ceil(max(np.log2(hz / 600), 0)) * contour([0.94, 1, 1], n, [0, min(0.06 * rate / n, 0.5), 1])
    f0 *= 1 + 0.012 * np.sin(2 * np.pi * 5.5 * seconds(n, rate))
    tract = vowel(rng, tube(0.14 + 0.04 * timbre[0]))
    return unit(voice(rng, rate, f0, swell(n, rate, 0.05, 0.08), tract=tract, width=0.07, breath=0.05))


def drummed(rng, rate, hz, length_s, timbre):
    """A skin (a tone that sinks), a snare or a cymbal (noise)."""
    n = int(rate * 0.4)
    kind = rng.integers(3)
    if kind == 0:
        sinking = (50 + 150 * timbre[0]) * (1 + 1.5 * np.exp(-seconds(n, rate) / 0.03))
        return harmonics(sinking, rate, 0.2)[0] * strike(n, rate, 0.002, 0.06 + 0.15 * timbre[1])
    noise = rng.standard_normal(n)
    snare = band(noise, rate, 1200 + 1500 * timbre[2], 2500)
    cymbal = high_pass(high_pass(noise, rate, 5000), rate, 5000)
    return 0.5 * unit(snare if kind == 1 else cymbal) * strike(n, rate, 0.001, 0.03 + 0.1 * timbre[3])
