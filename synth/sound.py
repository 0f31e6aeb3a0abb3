"""Contours, noise, harmonics and resonances, which every synthetic sound is made of.

Everything is float64 and random only by the generator passed in, so a seed gives the same 16-bit samples on any
computer: single precision would differ with the processor's vector units.
"""

import numpy as np
from scipy import fft
from scipy.signal import lfilter, sosfilt


def log_uniform(rng, low, high):
    """Random number between two positive bounds, uniform in its logarithm: every octave is equally likely."""
    return low * (high / low) ** rng.random()


def gain(db):
    """Amplitude factor of a level difference in dB."""
    return 10.0 ** (np.asarray(db) / 20)


def seconds(n, rate):
    """Time of each sample in s, float64 [n]."""
    return np.arange(n) / rate


def contour(values, n, at=None):
    """Smooth curve through breakpoints, flat at each of them and never beyond their range.

    Parameters
    ----------
    values : sequence of float, the breakpoints; at least two
    n : int, number of samples
    at : increasing sequence in 0…1 or None, position of each breakpoint; evenly spaced by default

    Returns
    -------
    array [n], float64
    """
    values = np.asarray(values, dtype=float)
    at = np.linspace(0, 1, len(values)) if at is None else at
    place = np.interp(np.linspace(0, 1, n), at, np.arange(len(values)))
    left = np.minimum(place.astype(int), len(values) - 2)
    x = place - left
    return values[left] + (values[left + 1] - values[left]) * x * x * (3 - 2 * x)


def wander(rng, n, rate, hz):
    """Smooth random curve, float64 [n], mean near 0 and spread near 1, with ``hz`` breakpoints a second."""
    return contour(rng.standard_normal(int(n / rate * hz) + 3), n)


def swell(n, rate, attack_s, release_s=None):
    """Envelope that rises from 0 to 1 and falls back to 0 along half cosines.

    Parameters
    ----------
    n : int, number of samples
    rate : int, sample rate (Hz)
    attack_s : float, duration of the rise (s)
    release_s : float or None, duration of the fall (s); as long as the rise by default

    Returns
    -------
    array [n], float64
    """
    rise = min(max(int(attack_s * rate), 1), n)
    fall = min(max(int((attack_s if release_s is None else release_s) * rate), 1), n)
    envelope = np.ones(n)
    envelope[:rise] = 0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / rise)
    envelope[n - fall :] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(fall) / fall)
    return envelope


def strike(n, rate, attack_s, decay_s):
    """Envelope of a struck object, float64 [n]: up within ``attack_s``, then down by a factor e every ``decay_s``."""
    t = seconds(n, rate)
    return np.minimum(t / attack_s, 1) * np.exp(-t / decay_s)


def harmonics(hz, rate, bright):
    """Harmonic tone whose overtone k has the amplitude ``bright**k``, in closed form.

    The overtones are the imaginary part of a geometric series, the sum of ``(bright * exp(i * phase))**k``, which needs
    one sine and one cosine for any number of them. ``bright`` is limited so that overtones above the Nyquist frequency,
    which would fold back down, lie 30 dB or more below the fundamental.

    Parameters
    ----------
    hz : array [n], fundamental frequency at each sample (Hz)
    rate : int, sample rate (Hz)
    bright : float or array [n], 0 (a sine) … 1 (a buzz)

    Returns
    -------
    (tone, phase) : arrays [n], float64; the tone has an RMS near 0.7 whatever ``bright``; the phase is in radians

    Source: Moorer 1976, The synthesis of complex audio spectra by means of discrete summation formulas.
    """
    phase = 2 * np.pi * np.cumsum(hz) / rate
    a = np.clip(bright, 1e-3, 0.03 ** (2 * hz / rate))
    return np.sqrt(1 - a * a) * np.sin(phase) / (1 - 2 * a * np.cos(phase) + a * a), phase


def resonate(x, rate, hz, width):
    """Filter by resonances in series, as along a vocal tract.

    Parameters
    ----------
    x : array [n]
    rate : int, sample rate (Hz)
    hz, width : sequences, centre and bandwidth of each resonance (Hz); those above 0.45 ``rate`` are left out

    Returns
    -------
    array [n], float64; the gain at 0 Hz is 1

    Source: Klatt 1980, Software for a cascade/parallel formant synthesizer.
    """
    poles = [(f, w) for f, w in zip(hz, width, strict=True) if f < 0.45 * rate]
    sections = np.zeros((len(poles), 6))
    for section, (f, w) in zip(sections, poles, strict=True):
        radius = np.exp(-np.pi * w / rate)
        section[3:] = 1, -2 * radius * np.cos(2 * np.pi * f / rate), radius * radius
        section[0] = section[3:].sum()
    return sosfilt(sections, x) if poles else x


def ring(x, rate, hz, decay_s, level):
    """Filter by resonances in parallel, as the modes of a struck bell.

    Parameters
    ----------
    x : array [n], the excitation, such as a single 1 for one blow
    rate : int, sample rate (Hz)
    hz : sequence, frequency of each mode (Hz); those above 0.45 ``rate`` are left out
    decay_s : sequence, time in which each mode falls by a factor e (s)
    level : sequence, amplitude of each mode

    Returns
    -------
    array [n], float64
    """
    out = np.zeros(len(x))
    for f, decay, amplitude in zip(hz, decay_s, level, strict=True):
        if f < 0.45 * rate:
            radius, angle = np.exp(-1 / (decay * rate)), 2 * np.pi * f / rate
            out += lfilter([amplitude * np.sin(angle)], [1, -2 * radius * np.cos(angle), radius * radius], x)
    return out


def low_pass(x, rate, hz):
    """One-pole low-pass filter: −6 dB an octave above ``hz``."""
    keep = np.exp(-2 * np.pi * hz / rate)
    return lfilter([1 - keep], [1, -keep], x)


def high_pass(x, rate, hz):
    """One-pole high-pass filter: −6 dB an octave below ``hz``."""
    return x - low_pass(x, rate, hz)


def band(x, rate, hz, width):
    """Band-pass filter: one resonance of gain 1 at ``hz``, ``width`` Hz wide."""
    radius, angle = np.exp(-np.pi * width / rate), 2 * np.pi * min(hz, 0.45 * rate) / rate
    return lfilter([1 - radius, 0, radius - 1], [1, -2 * radius * np.cos(angle), radius * radius], x)


def spectrum_gain(rate, n, hz, db):
    """Gain of each bin of a real FFT of ``n`` samples, through points of (Hz, dB), linear over log frequency."""
    bins = np.maximum(fft.rfftfreq(n, 1 / rate), 1.0)
    return gain(np.interp(np.log(bins), np.log(hz), db))


def coloured(rng, n, rate, hz, db):
    """Noise of RMS 1, float64 [n], with a spectrum through points of frequency and dB (`spectrum_gain`)."""
    size = fft.next_fast_len(n, real=True)
    noise = fft.irfft(fft.rfft(rng.standard_normal(size)) * spectrum_gain(rate, size, hz, db), size)[:n]
    return noise / rms(noise)


def rms(x):
    """Root mean square, never 0."""
    return np.sqrt(np.mean(x * x)) + 1e-12


def unit(x):
    """The sound scaled to a peak of 1."""
    return x / (np.max(np.abs(x), initial=0.0) + 1e-12)


def blows(rng, n, rate, per_second, uneven=0.05):
    """Train of single samples near 1, float64 [n]: ``per_second`` (float or [n]) of them, spread by ``uneven``."""
    turns = np.floor(np.cumsum(np.broadcast_to(np.asarray(per_second, dtype=float), n)) / rate + rng.random())
    at = np.flatnonzero(np.diff(turns, prepend=turns[0]))
    train = np.zeros(n)
    train[at] = np.maximum(1 + uneven * rng.standard_normal(len(at)), 0.05)
    return train
