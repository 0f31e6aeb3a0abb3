"""``other_sounds``: sounds that a dog detector trained on city noise takes for a dog.

Bursts and cries of other bodies and things: coughs, sneezes, shouts, ticks, cats, frogs, hens, crows … A recording
holds one kind, or a few that occur in one place.
"""

import numpy as np

from synth import animals, people
from synth.city import engine
from synth.scene import calls, merge, mixed, place, street
from synth.sound import (
    band,
    coloured,
    contour,
    gain,
    log_uniform,
    ring,
    rms,
    strike,
    swell,
    unit,
    wander,
)


def tick(scene):
    """A clock: a wheel stopped by a pallet, tick and tock in turn; each is two to four blows in a case that rings."""
    who, rng, rate, _ = scene.drawn
    modes = log_uniform(who, 300, 4500) * np.cumprod([1, *who.uniform(1.2, 1.9, 5)])
    damping, levels = log_uniform(who, 0.001, 0.03) * who.uniform(0.3, 1, 6), who.uniform(0.1, 1, 6)
    grain, grit_s = who.uniform(0, 0.8), log_uniform(who, 0.001, 0.02)
    period, lower = who.choice([0.2, 0.25, 0.33, 0.5, 1.0]) * who.uniform(0.9, 1.1), who.uniform(0.7, 1)
    lags = np.cumsum([0, *(log_uniform(who, 0.003, 0.04) for _ in range(who.integers(1, 4)))])
    strengths = np.array([1, *who.uniform(0, 1, len(lags) - 1)])
    n = int(0.25 * rate)
    out, spans = scene.silence(), []
    for number, at in enumerate(np.arange(rng.uniform(0, min(period, 0.5 * scene.seconds)), scene.seconds, period)):
        blow, odd = np.zeros(n), number % 2
        blow[(lags * (1.3 if odd else 1) * rate).astype(int)] = strengths * np.exp(0.2 * rng.standard_normal(len(lags)))
        grit = rng.standard_normal(n // 4) * strike(n // 4, rate, 0.0005, grit_s)
        scrape = np.convolve(blow, grit)[:n]
        clang = unit(ring(blow, rate, modes * (lower if odd else 1), damping, levels)) + grain * unit(scrape)
        spans.append(place(out, clang * gain(-3 * rng.random()), at, rate))
    return [out], merge(spans)


def knock(who):
    """Knuckles on a door, a dropped thing, a clap, a slammed lid: blows on wood, metal, skin."""
    modes = log_uniform(who, 90, 1500) * np.cumprod([1, *who.uniform(1.2, 2, 5)])
    damping = log_uniform(who, 0.004, 0.06) * (5 if who.random() < 0.1 else 1)
    grain, sharp = who.uniform(0, 1.5), log_uniform(who, 800, 3000)

    def call(rng, rate):
        n = int(0.5 * rate)
        blow = rng.standard_normal(n) * strike(n, rate, 0.0005, log_uniform(rng, 0.0008, 0.004))
        body = ring(blow, rate, modes, damping * rng.uniform(0.5, 1, 6), rng.uniform(0.1, 1, 6))
        return (
            (unit(body) + grain * unit(band(blow, rate, sharp, 2500)))
            * gain(-8 * rng.random())
            * swell(n, rate, 0.0005, 0.1)
        )

    return call, (0.08, 0.5), (0.4, 3)


def weather(scene):
    """Rain, waves, wind or a fire: noise that patters, swells or crackles."""
    who, rng, rate, n = scene.drawn
    noise = coloured(rng, n, rate, [60, 500, 3000, 12000], who.uniform(-12, 3, 4))
    slow = np.exp(who.uniform(0.1, 1.1) * wander(rng, n, rate, log_uniform(who, 0.15, 1.5)))
    falls = rng.random(n) < log_uniform(who, 3, 1500) / rate
    drops = falls * rng.standard_normal(n) * rng.exponential(1, n) ** who.uniform(1, 3)
    modes, damping = log_uniform(who, 500, 5000) * np.array([1, 1.5, 2.6]), np.full(3, log_uniform(who, 0.0005, 0.004))
    patter = ring(drops, rate, modes, damping, [1, 0.8, 0.6])
    return [noise * slow + gain(who.uniform(-20, 15)) * patter / rms(patter)], scene.whole()


def machine(scene):
    """A chainsaw, mower or helicopter: an engine that is no car's."""
    who, rng, rate, n = scene.drawn
    hand_held = who.random() < 0.5
    pace = (log_uniform(who, 50, 220) if hand_held else log_uniform(who, 8, 28)) * (1 + 0.01 * wander(rng, n, rate, 3))
    if hand_held:
        pace *= contour(rng.uniform(0.6, 1.5, 7), n)
    out = engine(scene, pace, int(who.integers(1, 4)), gain(who.uniform(-6, 9)))
    return [out * np.exp(0.3 * wander(rng, n, rate, 0.7))], scene.whole()


def town(scene):
    """A street, a yard, a hall where nothing happens."""
    return [street(scene)], scene.whole()


CALLERS = (
    people.cough, people.sneeze, people.shout, people.speech, people.baby, knock,
    animals.hen, animals.rooster, animals.sheep, animals.pig, animals.duck, animals.crow, animals.cat, animals.frog,
    animals.monkey, animals.lion,
)  # fmt: skip
KINDS = {kind.__name__: calls(kind) for kind in CALLERS} | {
    kind.__name__: kind for kind in (tick, weather, machine, town)
}
"""The makers behind ``other_sounds``, by name."""

PLACES = {
    ("cough", "sneeze", "shout", "speech", "baby", "tick", "knock"): 10,  # at home
    ("hen", "rooster", "sheep", "pig", "duck", "cat"): 5,  # on a farm
    ("crow", "frog", "monkey", "lion", "duck"): 3,  # in the woods
    ("weather", "machine", "town"): 3,  # outside, alone
}
"""Kinds that occur together, and how often."""


def other_sounds(scene):
    """Maker of one to three hard confusions from one place."""
    who, chances = scene.who, np.array(list(PLACES.values()))
    company = list(PLACES)[who.choice(len(PLACES), p=chances / chances.sum())]
    kinds = who.choice(company, who.choice([1, 2, 3], p=[0.35, 0.4, 0.25]), replace=False)
    return mixed(scene, [KINDS[kind] for kind in kinds])
