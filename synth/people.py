"""People, small and grown: talk, shouts, laughter, coughs, sneezes, a baby that cries.

A dog detector's hardest opponents: throats driven hard, in bursts as short as barks.
"""

import numpy as np

from synth.scene import outdoors, place
from synth.sound import blows, contour, gain, log_uniform, ring, strike, swell, unit
from synth.voice import cry, hiss, syllable, tube, voice, vowel


def person(who):
    """A grown-up or a child: (formants, usual pitch), Hz."""
    grown = who.random()
    return tube(0.11 + 0.07 * grown, None, who, 0.05), 420 * (100 / 420) ** grown * np.exp(0.15 * who.standard_normal())


def talk(rng, rate, tract, pitch, *, syllables, length, raised, pause=(0, 1.5), bright=0.8, breath=0.12, rough=0.0):
    """Syllables of a `person`, some after a consonant, of peak 1.

    ``length`` (s) is that of a usual syllable, and ``pause`` the shortest and the longest rest between two, relative to
    it; below 0 one runs into the next.
    """
    said, at, pause = [], 0.0, rng.uniform(*pause)
    for number in range(syllables):
        if rng.random() < 0.35:
            air = hiss(rng, rate, rng.uniform(0.03, 0.1), [300, log_uniform(rng, 2500, 7000), 14000], [-30, 0, -12])
            said.append((at, rng.uniform(0.02, 0.15) * air * swell(len(air), rate, 0.01)))
            at += len(air) / rate
        vowels = cry(
            rng, rate, length * np.exp(0.25 * rng.standard_normal()), pitch * raised * (1 - 0.03 * min(number, 9)),
            start=0.9, end=0.85, at=0.4, release_s=0.05,
            tract=vowel(rng, tract), mouth=[0.3, 1, 0.4], width=0.08, bright=bright, breath=breath, rough=rough,
        )  # fmt: skip
        said.append((at, gain(-8 * rng.random()) * vowels))
        at += len(vowels) / rate + length * pause * rng.uniform(0.3, 1)
    words = np.zeros(1 + max(round(at * rate) + len(sound) for at, sound in said))
    for at, sound in said:
        place(words, sound, at, rate)
    return unit(words)


def chat(rng, rate, tract, pitch):
    """A few words."""
    syllables, length = rng.integers(2, 13), log_uniform(rng, 0.1, 0.25)
    return talk(rng, rate, tract, pitch, syllables=syllables, length=length, raised=1, pause=(-0.5, 0.8))


def yell(rng, rate, tract, pitch):
    """One to three loud vowels ("Hey!", "Mama!") of a throat much like a dog's."""
    raised, bright = rng.uniform(1.1, 3), rng.uniform(0.85, 0.98)
    rough = 0.5 * rng.random() * (rng.random() < 0.4)
    length = log_uniform(rng, 0.12, 0.8)
    return talk(
        rng, rate, tract, pitch, syllables=rng.integers(1, 4), length=length, raised=raised, bright=bright, rough=rough
    )  # fmt: skip


def laugh(rng, rate, tract, pitch):
    """The same syllable over and over, five times a second."""
    raised, bright = rng.uniform(1.1, 3), rng.uniform(0.8, 0.97)
    breath, length = rng.uniform(0.05, 0.5), log_uniform(rng, 0.04, 0.16)
    return talk(
        rng, rate, tract, pitch,
        syllables=rng.integers(3, 13), length=length, raised=raised, bright=bright, breath=breath,
    )  # fmt: skip


def scream(rng, rate, tract, pitch):
    """As high and as long as breath allows."""
    length, rough = log_uniform(rng, 0.4, 1.6), 0.3 * rng.random()
    return cry(
        rng, rate, length, pitch * rng.uniform(2, 4.5),
        start=0.8, end=0.85, at=0.5, tract=vowel(rng, tract), bright=0.7, rough=rough,
    )  # fmt: skip


def children_playing(scene):
    """Small throats all over a playground: chatter, shouts, laughter, screams; now and then a ball."""
    who, rng, rate, n = scene.drawn
    layers = []
    for _ in range(who.choice([1, 2, 3, 5, 7], p=[0.3, 0.25, 0.2, 0.15, 0.1])):
        tract, pitch = tube(who.uniform(0.1, 0.14), None, who, 0.05), log_uniform(who, 230, 450)
        lively, layer = who.dirichlet([2, 2, 2, 1]), scene.silence()
        rest = log_uniform(who, 0.1, 1.5)
        at = rng.uniform(-0.3, 0.7)
        while at < scene.seconds:
            spoken = rng.choice([chat, yell, laugh, scream], p=lively)(rng, rate, tract, pitch)
            at = place(layer, spoken * gain(-8 * rng.random()), at, rate)[1] + rest * np.exp(rng.standard_normal())
        layers.append(layer * gain(-12 * who.random()))
    if who.random() < 0.3:
        bounces = blows(rng, n, rate, who.uniform(0.5, 2.5), 0.4)
        layers.append(0.4 * unit(ring(bounces, rate, [log_uniform(who, 90, 400)], [0.03], [1])))
    return outdoors(layers, scene), scene.whole()


def speech(who):
    """A grown-up or a child talks."""
    tract, pitch = person(who)
    return lambda rng, rate: chat(rng, rate, tract, pitch), (0.1, 0.6), (0.2, 1.5)


def shout(who):
    """A grown-up or a child calls someone, or laughs."""
    tract, pitch = person(who)

    def call(rng, rate):
        return (laugh if rng.random() < 0.2 else yell)(rng, rate, tract, pitch)

    return call, (0.1, 0.5), (0.4, 3)


def cough(who):
    """The glottis bursts open: a blast of air, then a hoarse voice."""
    tract, pitch = person(who)
    dull = who.uniform(-30, -8)

    def call(rng, rate):
        blast = hiss(
            rng, rate, log_uniform(rng, 0.04, 0.12), [150, tract[0], tract[1], 3500, 11000], [-20, 0, -2, -5, dull]
        )  # fmt: skip
        n = int(rate * log_uniform(rng, 0.1, 0.35))
        f0 = syllable(rng, n, pitch * rng.uniform(0.9, 1.5), start=1.1, end=0.8, at=0.2)
        loud = strike(n, rate, 0.02, 0.12) * swell(n, rate, 0.001, 0.05)
        hoarse = voice(
            rng, rate, f0, loud, tract=vowel(rng, tract), width=0.15, breath=rng.uniform(0.3, 1.5), rough=0.4
        )
        return np.concatenate(
            [unit(blast * strike(len(blast), rate, 0.003, 0.03)), rng.uniform(0.2, 0.9) * unit(hoarse)]
        )

    return call, (0.1, 0.6), (0.4, 3)


def sneeze(who):
    """Gasps in, "ah"; then the air explodes, "tchoo": first through the teeth, then with more voice or less.

    Every second one cries out over it.
    """
    tract, pitch = person(who)
    low, high, voiced = log_uniform(who, 700, 3000), log_uniform(who, 2500, 7000), who.uniform(0, 2.5)
    cries, gasps = who.random() < 0.5, who.integers(1, 4)

    def call(rng, rate):
        parts = []
        for _ in range(rng.integers(0, gasps + 1)):
            n = int(rate * log_uniform(rng, 0.08, 0.6))
            f0 = pitch * rng.uniform(1.1, 1.9) * contour([0.8, 1, 1.25], n)
            loud = contour([0, 0.6, 1, 0], n, [0, 0.3, 0.9, 1])
            ah = voice(rng, rate, f0, loud, tract=vowel(rng, tract), bright=0.6, breath=rng.uniform(0.3, 2))
            parts += [rng.uniform(0.05, 0.6) * unit(ah), np.zeros(int(rate * rng.uniform(0.02, 0.25)))]
        choo = hiss(
            rng, rate, log_uniform(rng, 0.15, 0.7), [200, 0.4 * low, low, 2.2 * low, 16000], [-25, -8, 0, -4, -20]
        )
        choo *= strike(len(choo), rate, 0.01, rng.uniform(0.05, 0.25)) * swell(len(choo), rate, 0.002, 0.05)
        teeth = hiss(rng, rate, log_uniform(rng, 0.04, 0.2), [400, 0.5 * high, high, 16000], [-30, -10, 0, -12])
        choo = unit(choo) * rng.uniform(0.3, 1)
        place(choo, unit(teeth * swell(len(teeth), rate, 0.005, 0.7 * len(teeth) / rate)), 0, rate)
        if voiced > 0.5:
            f0 = syllable(rng, len(choo), pitch * rng.uniform(1.2, 2.2), start=1.1, end=0.6, at=0.1)
            loud = strike(len(choo), rate, 0.01, 0.15)
            choo += 0.3 * voiced * unit(voice(rng, rate, f0, loud, tract=vowel(rng, tract), breath=0.5))
        if cries:
            outcry = cry(
                rng, rate, log_uniform(rng, 0.12, 0.6), pitch * rng.uniform(1.2, 2.5),
                start=1.1, end=rng.uniform(0.4, 0.9), at=0.15, attack_s=0.01, release_s=0.1,
                tract=vowel(rng, tract), bright=0.92, breath=rng.uniform(0.05, 0.5),
            )  # fmt: skip
            late = int(len(teeth) * rng.random())
            choo = np.pad(gain(-12 * rng.random()) * unit(choo), (0, max(0, late + len(outcry) - len(choo))))
            choo[late : late + len(outcry)] += outcry
        return np.concatenate([*parts, unit(choo)])

    return call, (0.3, 1.5), (0.7, 4)


def baby(who):
    """Cries, breath after breath, each an arch of pitch, some cracking into noise; others sob, many times a breath."""
    tract, pitch = tube(who.uniform(0.075, 0.1), None, who, 0.06), log_uniform(who, 330, 620)
    bright, sobbing, pace = who.uniform(0.7, 0.95), who.random(), log_uniform(who, 3, 9)

    def sobs(rng, rate, rough):
        peak, end = pitch * rng.uniform(0.8, 1.4), rng.uniform(0.7, 1)
        for number in range(rng.integers(2, 9)):
            length, breath = rng.uniform(0.35, 0.9) / pace, rng.uniform(0.02, 0.4)
            sob = cry(
                rng, rate, length, peak * (1 - 0.02 * number), start=rng.uniform(0.8, 1), end=end, at=0.3,
                attack_s=0.01, release_s=0.03, tract=tract, bright=bright, breath=breath, rough=rough,
            )  # fmt: skip
            yield gain(-6 * rng.random()) * sob
            yield np.zeros(int(rate * (1 / pace - length)))

    def call(rng, rate):
        rough = 0.6 * (rng.random() < 0.35)
        if rng.random() < sobbing:
            return np.concatenate([*sobs(rng, rate, rough)])
        return cry(
            rng, rate, log_uniform(rng, 0.35, 1.6), pitch * rng.uniform(0.9, 1.25), start=0.75, end=0.7, at=0.3,
            attack_s=0.05, release_s=0.12, tract=tract, mouth=[0.4, 1, 0.8, 0.4], bright=bright, rough=rough,
        )  # fmt: skip

    return call, (0.15, 0.6), (0.5, 2)
