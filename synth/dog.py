"""Dogs: barks, yelps, howls and growls of animals from Chihuahua to mastiff.

A bark is a short, loud call: the pitch rises while the mouth opens and falls while it closes, and much of it is noise,
because the folds are driven so hard that they lose their rhythm. Size decides most: a large dog has long folds (low
pitch) and a long tract (close, low formants).

Source: Feddersen-Petersen 2000, Vocalization of European wolves and various dog breeds; Yin & McCowan 2004, Barking in
domestic dogs, Anim. Behav. 68; Pongrácz et al. 2005 (barks of 0.1–0.5 s, pitch, harshness, pauses); Riede & Fitch 1999,
Vocal tract length and acoustics of vocalization in the domestic dog, J. Exp. Biol. 202 (tracts of 8–24 cm).
"""

from dataclasses import dataclass

import numpy as np

from synth.scene import merge, place
from synth.sound import contour, gain, log_uniform, strike, swell, wander
from synth.voice import hiss, syllable, tube, voice


@dataclass(frozen=True)
class Dog:
    """One animal, and how it barks."""

    size: float  # 0 a toy dog … 1 a mastiff
    pitch: float  # peak of a usual bark (Hz)
    tract: np.ndarray  # formants with the mouth open (Hz)
    width: float  # bandwidth of the formants relative to their frequency
    length: float  # of a usual bark (s)
    pause: float  # from one bark to the next within a bout (s)
    harsh: float  # 0 tonal … 1 hoarse
    bright: float  # overtones, as for `voice`
    punch: float  # how sharply the level peaks
    rise: float  # 0…1, how much lower than its peak a bark begins
    fall: float  # 0…1, how much lower than its peak a bark ends

    def say(self, rng, rate, f0, loud, **manner):
        """A call through this dog's tract; ``manner`` goes to `voice`."""
        return voice(rng, rate, f0, loud, **{"tract": self.tract, "width": self.width, **manner})


def draw(rng):
    """A random dog."""
    size = rng.beta(1.1, 1.3)
    return Dog(
        size=size,
        pitch=np.clip(1250 * (240 / 1250) ** size * np.exp(0.35 * rng.standard_normal()), 150, 2600),
        tract=tube(0.075 * (0.23 / 0.075) ** size * np.exp(0.1 * rng.standard_normal()), None, rng),
        width=log_uniform(rng, 0.08, 0.35),
        length=log_uniform(rng, 0.06, 0.3) * (1 + 0.35 * size),
        pause=log_uniform(rng, 0.05, 0.9),
        harsh=rng.beta(1.1, 1.3),
        bright=rng.uniform(0.78, 0.985),
        punch=rng.uniform(0.8, 2.5),
        rise=rng.uniform(0.05, 0.55),
        fall=rng.uniform(0.1, 0.6),
    )


def bark(dog, rng, rate):
    """One bark, float64 [n] with a level near 1."""
    n = int(rate * dog.length * np.exp(0.18 * rng.standard_normal()))
    peak = dog.pitch * np.exp(0.07 * rng.standard_normal())
    attack = min(log_uniform(rng, 0.003, 0.04) * rate / n, 0.4)
    loud = contour([0, 1, rng.uniform(0.55, 0.95), 0], n, [0, attack, rng.uniform(0.5, 0.75), 1])
    harsh = np.clip(dog.harsh + 0.15 * rng.standard_normal(), 0, 1)
    return dog.say(
        rng,
        rate,
        syllable(rng, n, peak, start=1 - dog.rise, end=1 - dog.fall, at=rng.uniform(0.15, 0.5)),
        loud**dog.punch,
        mouth=[rng.uniform(0.1, 0.6), 1, rng.uniform(0.4, 1), rng.uniform(0, 0.3)],
        bright=dog.bright,
        breath=0.08 + 1.1 * harsh**1.3,
        jitter=0.01 + 0.03 * harsh,
        rough=0.9 * max(harsh - 0.25, 0),
        period2=rng.uniform(0, 0.9) if rng.random() < 0.3 else 0.0,
    )


def yelp(dog, rng, rate):
    """A cry of pain or joy: high, tonal, mostly falling."""
    n = int(rate * log_uniform(rng, 0.08, 0.45))
    top = min(dog.pitch * log_uniform(rng, 1.3, 2.6), 2600)
    f0 = syllable(rng, n, top, start=rng.uniform(0.6, 1), end=rng.uniform(0.35, 0.9), at=rng.uniform(0.1, 0.5))
    return dog.say(rng, rate, f0, swell(n, rate, 0.015, 0.08), mouth=[0.4, 1, 0.2], bright=0.6, breath=0.05)


def whine(dog, rng, rate):
    """A thin, wavering tone through the nose."""
    n = int(rate * log_uniform(rng, 0.25, 1.2))
    f0 = dog.pitch * rng.uniform(1, 2) * contour(rng.uniform(0.8, 1.2, 4), n)
    loud = swell(n, rate, 0.08) * contour(rng.uniform(0.4, 1, 5), n)
    return 0.4 * dog.say(rng, rate, f0, loud, width=0.3, bright=0.35, breath=0.08, jitter=0.02)


def howl(dog, rng, rate):
    """A long call: a glide up, a plateau that wavers, a slow fall."""
    n = int(rate * log_uniform(rng, 0.8, 3.5))
    top = np.clip(dog.pitch * rng.uniform(0.7, 1.4), 220, 1100)
    shape = [rng.uniform(0.45, 0.8), 1, rng.uniform(0.85, 1.05), rng.uniform(0.5, 0.9)]
    f0 = top * contour(shape, n, [0, 0.2, 0.75, 1])
    bright = rng.uniform(0.4, 0.8)
    return dog.say(rng, rate, f0, swell(n, rate, 0.15, 0.4), mouth=[0.1, 0.7, 0.5, 0.2], bright=bright, jitter=0.008)


def growl(dog, rng, rate):
    """Slow, irregular pulses of the folds with the mouth nearly shut."""
    n = int(rate * log_uniform(rng, 0.4, 2.0))
    f0 = log_uniform(rng, 45, 130) * (1.3 - 0.5 * dog.size) * contour(rng.uniform(0.8, 1.25, 4), n)
    loud = swell(n, rate, 0.12, 0.2) * np.exp(0.3 * wander(rng, n, rate, 12))
    manner = {"tract": 0.8 * dog.tract, "bright": 0.95, "breath": 0.8, "jitter": 0.08, "rough": 0.5, "period2": 0.3}
    return 0.6 * dog.say(rng, rate, f0, loud, **manner)


def gasp(dog, rng, rate):
    """The breath drawn between two barks."""
    air = hiss(rng, rate, 0.15, [200, dog.tract[0], 2500, 9000], [-20, 0, -6, -18])
    return 0.05 * air * strike(len(air), rate, 0.05, 0.05)


def bout(dog, rng, rate):
    """Yield the calls of one bout: (seconds after the last call's end, sound)."""
    kind = rng.choice([bark, yelp, whine, howl, growl], p=[0.83, 0.06, 0.03, 0.05, 0.03])
    if kind is bark and rng.random() < 0.06:
        yield 0.0, growl(dog, rng, rate)
    for _ in range(1 + rng.geometric(0.3) if kind in (bark, yelp) else 1):
        call = yelp if rng.random() < 0.06 else kind
        yield dog.pause * np.exp(0.35 * rng.standard_normal()), call(dog, rng, rate) * gain(-8 * rng.random())
        if rng.random() < 0.08:
            yield 0.0, gasp(dog, rng, rate)


def dog_bark(scene):
    """Maker of one to four dogs; calls less than half a second apart are one event."""
    who, rng, rate, _ = scene.drawn
    layers, spans = [], []
    latest = max(scene.seconds - 0.3, 0.02)
    rest = log_uniform(who, 0.4, 2.5)
    for number in range(who.choice([1, 2, 3, 4], p=[0.64, 0.21, 0.1, 0.05])):
        dog, layer = draw(who), scene.silence()
        at = rng.uniform(0, min(0.5 * latest, 1.0 + number)) if rng.random() < 0.8 else 0.0
        while at < latest:
            for pause, call in bout(dog, rng, rate):
                if at < latest:
                    spans.append(place(layer, call, at, rate))
                    at = spans[-1][1] + pause
            at += rest * np.exp(0.6 * rng.standard_normal())
        layers.append(layer * gain(-14 * who.random() * (number > 0)))
    return layers, merge(spans)
