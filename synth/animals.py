"""Cats great and small, birds, frogs and cattle: the same bricks as a dog, other numbers.

Each function takes ``who`` and returns what `synth.scene.calls` needs: a caller and its rhythm.
"""

import numpy as np

from synth.sound import blows, contour, harmonics, log_uniform, ring, seconds, swell, unit
from synth.voice import cry, hiss, syllable, tube, voice


def cat(who):
    """Meow: the mouth opens slowly and shuts slowly, the pitch arches; now and then it spits."""
    tract, pitch = tube(who.uniform(0.055, 0.085), None, who), log_uniform(who, 350, 900)

    def call(rng, rate):
        if rng.random() < 0.12:
            spit = hiss(rng, rate, rng.uniform(0.3, 1), [500, 3000, 6000, 14000], [-30, 0, 0, -15])
            return 0.5 * unit(spit * swell(len(spit), rate, 0.05, 0.2))
        return cry(
            rng, rate, log_uniform(rng, 0.3, 1.4), pitch * rng.uniform(0.8, 1.3),
            start=0.75, end=rng.uniform(0.5, 0.95), at=rng.uniform(0.2, 0.7), attack_s=0.08, release_s=0.2,
            tract=tract, mouth=[0, 1, 0.6, 0], breath=0.06, rough=0.3 * (rng.random() < 0.2),
        )  # fmt: skip

    return call, (0.3, 2), (1, 4)


def frog(who):
    """A croak: one tone chopped into pulses by the air that shuttles between lungs and sac."""
    hz, pulses, length = log_uniform(who, 350, 3200), log_uniform(who, 12, 90), log_uniform(who, 0.08, 0.9)

    def call(rng, rate):
        n = int(rate * length * np.exp(0.15 * rng.standard_normal()))
        tone, _ = harmonics(hz * contour(rng.uniform(0.9, 1.1, 3), n), rate, rng.uniform(0.1, 0.6))
        chop = ring(blows(rng, n, rate, pulses * contour([1, 1.2, 0.9], n), 0.2), rate, [1.0], [0.3 / pulses], [1])
        return unit(unit(np.abs(chop)) * tone * swell(n, rate, 0.02, 0.04))

    return call, (0.15, 0.8), (0.5, 3)


def hen(who):
    """Clucks, short and soft, and the loud long one when an egg is laid."""
    tract, pitch = tube(who.uniform(0.05, 0.09), None, who, 0.15), log_uniform(who, 320, 800)

    def call(rng, rate):
        laid = rng.random() < 0.2
        length = log_uniform(rng, 0.25, 0.7) if laid else log_uniform(rng, 0.04, 0.14)
        peak = pitch * (1.6 if laid else 1) * rng.uniform(0.85, 1.2)
        cluck = cry(
            rng, rate, length, peak, start=0.7, at=0.5, attack_s=0.01, release_s=0.03,
            tract=tract, width=0.15, breath=rng.uniform(0.1, 0.5), rough=0.2,
        )  # fmt: skip
        return cluck * (1 if laid else rng.uniform(0.2, 0.7))

    return call, (0.12, 0.6), (0.4, 2)


def rooster(who):
    """Cock-a-doodle-doo: four tones full of overtones, the last long and falling."""
    tract, pitch = tube(who.uniform(0.07, 0.12), None, who, 0.12), log_uniform(who, 420, 950)
    bright, rough = who.uniform(0.75, 0.95), 0.5 * who.random()

    def call(rng, rate):
        parts = []
        lengths = [rng.uniform(0.12, 0.35), rng.uniform(0.08, 0.2), rng.uniform(0.2, 0.5), rng.uniform(0.5, 1.5)]
        for length, height, end in zip(lengths, (0.75, 0.85, 1.1, 1), (0.9, 1, 0.9, 0.5), strict=True):
            parts.append(
                cry(rng, rate, length, pitch * height, start=0.85, end=end, tract=tract, bright=bright, rough=rough)
            )
            parts.append(np.zeros(int(rate * rng.uniform(0, 0.06))))
        return np.concatenate(parts)

    return call, (1.5, 5), (1, 4)


def crow(who):
    """Caw: a syrinx driven into roughness, several in a row."""
    tract, pitch = tube(who.uniform(0.045, 0.07), None, who, 0.12), log_uniform(who, 280, 650)
    rough = who.uniform(0.3, 0.9)

    def call(rng, rate):
        return cry(
            rng, rate, log_uniform(rng, 0.18, 0.5), pitch * rng.uniform(0.9, 1.1), start=0.85, attack_s=0.03,
            tract=tract, width=0.15, bright=0.93, breath=0.4, rough=rough, period2=0.5,
        )  # fmt: skip

    return call, (0.15, 0.5), (0.5, 3)


def sheep(who):
    """Baa: a voice that trembles eight times a second. A cow has a longer throat and holds still."""
    cow = who.random() < 0.3
    tract = tube(who.uniform(0.3, 0.5) if cow else who.uniform(0.13, 0.2), None, who)
    pitch = log_uniform(who, 80, 180) if cow else log_uniform(who, 130, 380)
    tremble, pace = 0.0 if cow else who.uniform(0.2, 0.7), who.uniform(6, 14)

    def call(rng, rate):
        n = int(rate * log_uniform(rng, 0.5, 2.2 if cow else 1.3))
        shake = tremble * np.sin(2 * np.pi * pace * seconds(n, rate))
        f0 = syllable(rng, n, pitch, start=0.85, end=0.85, at=0.4) * (1 + 0.1 * shake)
        loud = swell(n, rate, 0.06, 0.15) * (1 + shake) / (1 + tremble)
        return unit(voice(rng, rate, f0, loud, tract=tract, width=0.1, bright=0.93, breath=0.2))

    return call, (0.5, 3), (1, 4)


def duck(who):
    """Quack: a reed-like syrinx, short and falling. A goose's honk breaks into the next register."""
    tract, pitch = tube(who.uniform(0.06, 0.14), None, who, 0.15), log_uniform(who, 200, 650)
    length, goose = log_uniform(who, 0.08, 0.35), who.random() < 0.4

    def call(rng, rate):
        n = int(rate * length * np.exp(0.2 * rng.standard_normal()))
        f0 = syllable(rng, n, pitch * rng.uniform(0.9, 1.1), start=0.95, end=0.85, at=0.2)
        if goose:
            f0[int(n * rng.uniform(0.3, 0.6)) :] *= 1.6
        loud = swell(n, rate, 0.01, 0.05)
        return unit(voice(rng, rate, f0, loud, tract=tract, width=0.08, bright=0.95, jitter=0.015))

    return call, (0.08, 0.5), (0.5, 3)


def monkey(who):
    """Hoots in a row, and screams."""
    tract, pitch = tube(who.uniform(0.08, 0.14), None, who), log_uniform(who, 250, 900)

    def call(rng, rate):
        if rng.random() < 0.25:
            length, peak = log_uniform(rng, 0.3, 1), pitch * rng.uniform(1.8, 3)
            return cry(rng, rate, length, peak, start=0.7, end=0.6, at=0.6, tract=tract, bright=0.75, rough=0.4)
        length = log_uniform(rng, 0.08, 0.35)
        return cry(rng, rate, length, pitch, start=0.7, end=1.1, at=0.6, tract=tract, bright=0.4, breath=0.15)

    return call, (0.08, 0.4), (0.5, 3)


def pig(who):
    """Grunts out of a long, wet throat, one after another; now and then a squeal."""
    tract, pitch = tube(who.uniform(0.14, 0.26), None, who, 0.12), log_uniform(who, 45, 150)
    rough, squeals = who.uniform(0.2, 0.8), 0.4 * who.random()

    def call(rng, rate):
        if rng.random() < squeals:
            length, peak = log_uniform(rng, 0.2, 1.2), log_uniform(rng, 500, 1500)
            return cry(rng, rate, length, peak, start=0.8, end=0.7, at=0.4, tract=tract, bright=0.95, rough=0.6 * rough)
        length = log_uniform(rng, 0.08, 0.4)
        return cry(
            rng, rate, length, pitch * rng.uniform(0.8, 1.25), start=0.85, end=0.8, at=0.3,
            tract=tract, mouth=[0.2, 0.7, 0.2], bright=0.9, breath=rng.uniform(0.2, 0.9), rough=rough,
        )  # fmt: skip

    return call, (0.08, 0.5), (0.4, 3)


def lion(who):
    """A roar out of a throat as long as an arm, hoarse and slow; a bear or a tiger growls like it."""
    tract, pitch = tube(who.uniform(0.24, 0.45), None, who, 0.1), log_uniform(who, 45, 220)
    breath, rough = who.uniform(0.2, 1), who.uniform(0.2, 0.9)

    def call(rng, rate):
        return cry(
            rng, rate, log_uniform(rng, 0.3, 2.5), pitch * rng.uniform(0.8, 1.3), start=0.7, end=0.6, at=0.4,
            attack_s=0.08, release_s=0.2, tract=tract, mouth=[0.2, 1, 0.8, 0.2],
            bright=0.95, breath=breath, rough=rough,
        )  # fmt: skip

    return call, (0.15, 1), (1, 4)
