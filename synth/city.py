"""A city's machines, horns and guns, each by its physics: makers, as `synth.scene` describes."""

import numpy as np

from synth.scene import merge, outdoors, place, runs
from synth.sound import (
    blows,
    coloured,
    contour,
    gain,
    harmonics,
    high_pass,
    log_uniform,
    low_pass,
    resonate,
    ring,
    rms,
    seconds,
    strike,
    swell,
    unit,
    wander,
)
from synth.voice import tube


def air_conditioner(scene):
    """A fan: air noise, blades that chop it, a humming motor, a loose grille."""
    who, rng, rate, n = scene.drawn
    corner, slope = log_uniform(who, 80, 800), who.uniform(-12, -4)
    air = coloured(rng, n, rate, [30, corner, 16 * corner], [who.uniform(-12, 3), 0, 4 * slope])
    turns = who.uniform(8, 30) * (1 + 0.003 * wander(rng, n, rate, 2))
    blades = who.integers(3, 9)
    tone, phase = harmonics(blades * turns, rate, who.uniform(0.2, 0.8))
    hum, _ = harmonics(np.full(n, who.choice([100.0, 120.0])), rate, who.uniform(0.2, 0.9))
    modes = log_uniform(who, 200, 2000) * np.array([1, 1.6, 2.7])
    rattle = ring(blows(rng, n, rate, turns, 0.5), rate, modes, [0.01, 0.006, 0.004], [1, 0.7, 0.5])
    out = air * (1 + who.uniform(0, 0.3) * np.sin(phase / blades))
    for part, loudest in (tone, -3), (hum, -3), (rattle, -8):
        out += gain(who.uniform(-38, loudest)) * part / rms(part)
    if who.random() < 0.2:
        out *= contour([0, 1, 1], n, [0, rng.uniform(0.1, 0.6), 1])  # switched on
    return [out], scene.whole()


def car_horn(scene):
    """Two diaphragms a third apart, full of overtones, on and off like a switch."""
    who, rng, rate, _ = scene.drawn
    low = log_uniform(who, 250, 560)
    pair = [low] if who.random() < 0.25 else [low, low * who.choice([1.19, 1.25, 1.26, 1.33, 1.5])]
    bright, bell = who.uniform(0.75, 0.97), tube(who.uniform(0.03, 0.12), 3, who)
    usual, attack = log_uniform(who, 0.08, 1.5), log_uniform(who, 0.004, 0.03)
    out, spans = scene.silence(), []
    latest = max(scene.seconds - 0.15, 0.02)
    at = rng.uniform(0, 0.5) * latest * (rng.random() < 0.7)
    while at < latest:
        n = int(rate * (usual * np.exp(0.5 * rng.standard_normal()) + 0.06))
        sag = contour([0.985, 1, 1, 0.97], n, [0, 0.08, 0.95, 1])
        honk = resonate(sum(harmonics(f * sag, rate, bright)[0] for f in pair), rate, bell, 0.4 * bell)
        spans.append(place(out, unit(honk * swell(n, rate, attack, 0.03)), at, rate))
        at = spans[-1][1] + (log_uniform(rng, 0.06, 0.4) if rng.random() < 0.6 else log_uniform(rng, 0.5, 4))
    return outdoors([out], scene), merge(spans)


def drilling(scene):
    """A geared motor that sags under load, a bit that scrapes, sometimes a hammer."""
    who, rng, rate, n = scene.drawn
    load = np.clip(wander(rng, n, rate, who.uniform(0.3, 2)) + 0.3, 0, 2) * 0.5
    on, spans = runs(rng, n, rate, log_uniform(who, 0.8, 8), log_uniform(who, 0.3, 2), 0.15)
    hz = log_uniform(who, 70, 600) * (1 - 0.25 * load) * (0.4 + 0.6 * on) * (1 + 0.004 * wander(rng, n, rate, 25))
    motor, _ = harmonics(hz, rate, who.uniform(0.6, 0.95))
    gears, _ = harmonics(np.minimum(who.integers(5, 17) * hz, 0.45 * rate), rate, who.uniform(0.1, 0.6))
    tilt = who.uniform(-15, 3, 4) + [-20, 0, 0, -3]
    scrape = coloured(rng, n, rate, [100, 800, 3000, 12000], tilt) * (0.2 + load)
    if who.random() < 0.4:
        train = blows(rng, n, rate, who.uniform(20, 60), 0.3)
        hammer = ring(train, rate, log_uniform(who, 300, 2500) * np.array([1, 2.3]), [0.008, 0.004], [1, 1])
        scrape += who.uniform(0.5, 3) * hammer / rms(hammer)
    body = ring(motor, rate, tube(who.uniform(0.05, 0.3), 4, who, 0.2), [0.002] * 4, who.uniform(0.2, 1, 4))
    out = body / rms(body) + gain(who.uniform(-20, 3)) * gears + gain(who.uniform(-12, 9)) * scrape
    return outdoors([out * on**1.5], scene), spans


def engine(scene, firing, cylinders, rasp):
    """Explosions (``firing``, [n], a second) in unequal cylinders, through exhaust and body; ``rasp`` is the noise."""
    who, rng, rate, n = scene.drawn
    train = blows(rng, n, rate, firing, 0.1)
    train[train > 0] *= np.resize(np.exp(0.25 * who.standard_normal(cylinders)), np.count_nonzero(train))
    pipe, damping = tube(who.uniform(0.4, 2.5), 6, who, 0.1), np.full(6, log_uniform(who, 0.008, 0.05))
    thump = ring(low_pass(train, rate, log_uniform(who, 200, 2500)), rate, pipe, damping, who.uniform(0.2, 1, 6))
    tilt = who.uniform(-10, 4, 3) + [0, -4, -16]
    noise = coloured(rng, n, rate, [60, 400, 2000, 10000], [-12, *tilt])
    valves = noise * die_away(train, rate, log_uniform(who, 0.004, 0.02))
    clatter = high_pass(train, rate, 2000) + 0.3 * noise
    return thump / rms(thump) + rasp * (valves / rms(valves) + 0.3 * clatter / rms(clatter))


def die_away(train, rate, decay_s):
    """The blows, each falling by a factor e in ``decay_s``."""
    return low_pass(train, rate, 1 / (2 * np.pi * decay_s))


def engine_idling(scene):
    """A car, lorry or motorcycle that stands; some drivers rev."""
    who, rng, rate, n = scene.drawn
    firing = log_uniform(who, 9, 45) * (1 + 0.02 * wander(rng, n, rate, 3))
    if who.random() < 0.25:
        firing = firing * contour(np.maximum(1, rng.uniform(0, 3.5, 6)), n)
    return [engine(scene, firing, int(who.choice([1, 2, 3, 4, 6, 8])), gain(who.uniform(-20, 3)))], scene.whole()


class Gun:
    """One weapon in one landscape, drawn from ``who``."""

    def __init__(self, who):
        self.positive_s = log_uniform(who, 0.0003, 0.004)
        self.gas_s, self.gas_hz = log_uniform(who, 0.008, 0.09), log_uniform(who, 300, 4000)
        self.crack_s = who.uniform(0.005, 0.08) if who.random() < 0.4 else None
        self.clicks = who.random() < 0.3
        self.echoes = [(who.uniform(0.03, 0.7), gain(-who.uniform(0, 24))) for _ in range(who.integers(0, 7))]
        self.rumble_s, self.rumble_hz = log_uniform(who, 0.05, 0.6), log_uniform(who, 300, 9000)
        self.rumble = gain(who.uniform(-30, -4))
        self.cycle_s = who.uniform(0.06, 0.15)

    def shot(self, rng, rate):
        """One shot with its tail, float64 [n], peak near 1."""
        n = int(rate * min(0.2 + 5 * self.rumble_s, 2.5))
        t = seconds(n, rate)
        blast = (1 - t / self.positive_s) * np.exp(-1.2 * t / self.positive_s)  # Friedlander's wave
        gas = unit(low_pass(rng.standard_normal(n), rate, self.gas_hz)) * strike(n, rate, 0.0005, self.gas_s)
        dry = blast + 0.8 * gas
        if self.crack_s is not None:  # the bullet's N-wave runs ahead
            lead, crack = int(self.crack_s * rate), np.linspace(1, -1, int(0.0003 * rate) + 3)
            dry = np.concatenate([0.7 * crack, np.zeros(lead), dry])[:n]
        out = dry + self.rumble * unit(low_pass(rng.standard_normal(n), rate, self.rumble_hz)) * np.exp(
            -t / self.rumble_s
        )
        for late, level in self.echoes:
            place(out, level * low_pass(dry, rate, 2500), late, rate)
        if self.clicks:
            bolt = ring(
                0.05 * (t == 0), rate, log_uniform(rng, 1500, 5000) * np.array([1, 1.7]), [0.008, 0.005], [1, 1]
            )
            place(out, bolt, rng.uniform(0.05, 0.12), rate)
        return unit(out) * gain(-2 * rng.random())


def gun_shot(scene):
    """A blast: overpressure, the suction behind it, hot gas; a crack from bullets faster than sound; echoes.

    Source: Maher 2007, Acoustical characterization of gunshots.
    """
    who, rng, rate, _ = scene.drawn
    gun, automatic = Gun(who), who.random() < 0.3
    out, spans = scene.silence(), []
    latest = max(scene.seconds - 0.1, 0.02)
    at = rng.uniform(0, 0.4) * min(latest, 4) * (rng.random() < 0.6)
    while at < latest:
        for _ in range(rng.integers(3, 15) if automatic else 1):
            if at < latest:
                start, end = place(out, gun.shot(rng, rate), at, rate)
                spans.append((start, min(end, start + 0.15 + gun.rumble_s)))
                at += gun.cycle_s * (1 + 0.02 * rng.standard_normal())
        at += log_uniform(rng, 0.4, 5)
    return [out], merge(spans, 0.3)


def jackhammer(scene):
    """Steel on stone a dozen times a second, and the air that drives it."""
    who, rng, rate, n = scene.drawn
    on, spans = runs(rng, n, rate, log_uniform(who, 1, 8), log_uniform(who, 0.3, 2), 0.04)
    pace = log_uniform(who, 8, 30) * (1 + 0.02 * wander(rng, n, rate, 3)) * (0.6 + 0.4 * on)
    hits = blows(rng, n, rate, pace, 0.25)
    modes = log_uniform(who, 250, 1800) * np.cumprod([1, *who.uniform(1.15, 1.8, 6)])
    damping = log_uniform(who, 0.003, 0.03) * who.uniform(0.3, 1.5, 7)
    steel = ring(hits, rate, modes, damping, who.uniform(0.1, 1, 7))
    grit = coloured(rng, n, rate, [80, 500, 2500, 12000], [-10, *(who.uniform(-8, 4, 3) + [0, 0, -8])])
    stone = grit * die_away(hits, rate, log_uniform(who, 0.004, 0.02))
    air = grit * (0.3 + 10 * die_away(np.roll(hits, int(0.02 * rate)), rate, 0.02))
    out = (
        steel / rms(steel)
        + gain(who.uniform(-12, 9)) * stone / rms(stone)
        + gain(who.uniform(-25, -6)) * air / rms(air)
    )
    return outdoors([out * on], scene), spans


# A siren's course: turn (array, 0…1 within each period) -> height between its lowest and highest tone, 0…1.
COURSES = {
    "wail": lambda turn: 0.5 - 0.5 * np.cos(2 * np.pi * turn),
    "yelp": lambda turn: 1 - turn,
    "two-tone": lambda turn: 0.2 + 0.6 * (turn < 0.5),
    "wind-up": lambda turn: np.minimum(3 * turn, 1 - 0.6 * turn),
    "whoop": lambda turn: np.sin(np.pi * np.minimum(1.5 * turn, 1)),
}
PERIODS = {"wail": (0.5, 8), "yelp": (0.2, 0.9), "two-tone": (0.5, 2.5), "wind-up": (3, 16), "whoop": (0.4, 1.5)}  # s


def siren(scene):
    """A sweeping tone on a roof: wail, yelp, two-tone, wind-up or whoop; it comes nearer and goes (Doppler)."""
    who, rng, rate, n = scene.drawn
    low, high = log_uniform(who, 250, 900), log_uniform(who, 800, 2200)
    layers = []
    for _ in range(2 if who.random() < 0.2 else 1):
        course = who.choice(list(COURSES))
        turn = (seconds(n, rate) / log_uniform(who, *PERIODS[course]) + rng.random()) % 1
        hz = low * (high / low) ** low_pass(COURSES[course](turn), rate, 30)
        passes = np.tanh(4 * (seconds(n, rate) / scene.seconds - rng.uniform(0.1, 0.9)))
        hz *= 1 + who.uniform(-20, 20) * passes / 343  # m/s over the speed of sound
        horn = tube(who.uniform(0.05, 0.1), 3, who, 0.1)
        tone = harmonics(hz, rate, 0.98 - 0.7 * who.random() ** 2)[0]
        if who.random() < 0.6:
            tone = resonate(tone, rate, horn, 0.6 * horn)
        tone = unit(tone)
        if course == "whoop":
            tone *= np.sqrt(COURSES[course](turn))
        if who.random() < 0.3:  # the driver only touches the switch
            tone *= low_pass(
                runs(rng, n, rate, log_uniform(who, 0.15, 2), log_uniform(who, 0.1, 1.5), 0.02)[0], rate, 20
            )
        layers.append(tone * contour(gain(-14 * rng.random(4)), n))
    return outdoors(layers, scene), scene.whole()
