"""Voices by source and filter: what vibrates, and what it sounds through.

Air from the lungs makes the vocal folds open and close `f0` times a second: a buzz with all overtones. The vocal tract
between the folds and the lips is a tube whose resonances (formants) colour the buzz. Size sets both, independently:
long folds are low, a long tube has close formants. Dogs, children, cats and crows differ in numbers, not in kind.

`voice` makes one call, `cry` a call of a simple shape.

Source: Fant 1960, Acoustic Theory of Speech Production; Taylor & Reby 2010, The contribution of source-filter theory to
mammal vocal communication research, J. Zool. 280.
"""

import numpy as np

from synth.sound import coloured, contour, harmonics, resonate, rms, swell, unit, wander

SPEED_OF_SOUND = 350.0  # m/s in warm, moist breath
VOWELS = np.array(
    [[730, 1090, 2440], [530, 1840, 2480], [270, 2290, 3010], [570, 840, 2410], [300, 870, 2240], [490, 1350, 1690]]
)
"""The first three formants (Hz) of a, e, i, o, u, er: men's means in Peterson & Barney 1952."""


def tube(length_m, n=None, rng=None, spread=0.08):
    """Resonances (Hz) of a tube closed at one end, odd multiples of c/4L; by default all below 12 kHz.

    With too few of them a voice sounds muffled. A generator moves each by ``spread``: no tract is a perfect tube.
    """
    if n is None:
        n = max(round(12_000 / (SPEED_OF_SOUND / (2 * length_m))), 3)
    hz = SPEED_OF_SOUND / (4 * length_m) * (2 * np.arange(n) + 1)
    return hz if rng is None else hz * np.exp(spread * rng.standard_normal(n))


def vowel(rng, tract):
    """Formants of a random vowel in a human tract with these resonances: the first three move."""
    shaped = tract.copy()
    shaped[:3] = VOWELS[rng.integers(len(VOWELS))] * (tract[2] / 2500) * np.exp(0.05 * rng.standard_normal(3))
    return np.sort(shaped)


def voice(
    rng, rate, f0, loud, *, tract, mouth=None, width=0.12, bright=0.85, breath=0.1, jitter=0.01, rough=0.0, period2=0.0
):  # fmt: skip
    """One call of a throat.

    Parameters
    ----------
    rng : numpy Generator
    rate : int, sample rate (Hz)
    f0 : array [n], frequency at which the folds close (Hz)
    loud : array [n], envelope 0…1; loud calls are brighter too
    tract : array of formants (Hz) with the mouth open
    mouth : sequence or None, breakpoints of how far it is open, 0…1; a closing mouth lowers and dims the sound
    width : float, bandwidth of a formant relative to its frequency
    bright : float, 0…1, overtones of the buzz
    breath : float, noise of the air relative to the buzz
    jitter : float, relative unsteadiness of f0
    rough : float, 0…1, chaos: folds that lose their rhythm
    period2 : float, 0…1, how much weaker every second cycle is, which sounds like an octave below

    Returns
    -------
    array [n], float64, RMS equal to that of ``loud``

    Source: Klatt & Klatt 1990 (breath, bandwidths); Riede, Herzel, Mehwald et al. 2000 (jitter, subharmonics and chaos
    in dogs' voices).
    """
    n = len(f0)
    f0 = f0 * np.exp(jitter * wander(rng, n, rate, 90) + 0.25 * rough * wander(rng, n, rate, 350))
    buzz, phase = harmonics(f0, rate, bright * (0.72 + 0.28 * loud))
    buzz *= (1 + period2 * np.cos(phase / 2)) * (1 + rough * wander(rng, n, rate, 180))
    air = breath * rng.standard_normal(n) * (0.6 + 0.4 * np.cos(phase))  # rushes while the folds are apart
    source = (buzz + air) * loud
    wide = 50 + width * tract
    out = resonate(source, rate, tract, wide)
    if mouth is not None:
        opened = contour(mouth, n)
        shut = resonate(source, rate, tract * np.linspace(0.62, 0.95, len(tract)), 1.5 * wide)  # lowers F1 most
        out = opened * out + 0.35 * (1 - opened) * shut
    out += 0.12 * air * loud  # hisses at the lips, past the tract
    return out * (rms(loud) / rms(out))


def syllable(rng, n, peak_hz, *, start=0.8, end=0.75, at=0.35):
    """Pitch (Hz) of one call, [n]: up to a peak at ``at`` (0…1) and down again, both ends relative to the peak."""
    start, end = np.array([start, end]) * np.exp(0.06 * rng.standard_normal(2))
    at = np.clip(at + 0.08 * rng.standard_normal(), 0.05, 0.9)
    return peak_hz * contour([start, 1, end], n, [0, at, 1])


def cry(rng, rate, length_s, peak_hz, *, start=0.8, end=0.75, at=0.35, attack_s=0.02, release_s=0.06, **throat):
    """A call of peak 1, float64 [n], that rises and falls once in pitch (`syllable`) and in level (`swell`)."""
    n = int(rate * length_s)
    f0 = syllable(rng, n, peak_hz, start=start, end=end, at=at)
    return unit(voice(rng, rate, f0, swell(n, rate, attack_s, release_s), **throat))


def hiss(rng, rate, length_s, hz, db):
    """Turbulent air, float64 [n]: noise with a spectrum through these points (`coloured`) that flickers as jets do."""
    n = int(rate * length_s)
    return coloured(rng, n, rate, hz, db) * np.exp(0.25 * wander(rng, n, rate, 60))
