"""From the mouth to the file: air, walls, background, microphone, converter.

Two recordings of one bark differ more than two dogs do. Every label draws from the same rooms, so a room cannot give
the label away.
"""

from dataclasses import dataclass

import numpy as np
from scipy import fft

from synth.scene import place
from synth.sound import (
    coloured,
    contour,
    gain,
    harmonics,
    log_uniform,
    low_pass,
    rms,
    seconds,
    spectrum_gain,
    strike,
    wander,
)

EDGES = np.array([30, 80, 200, 500, 1200, 3000, 7000, 16000])  # Hz, where random spectra have their corners


@dataclass(frozen=True)
class Room:
    """Where a source is recorded, and with what.

    Parameters
    ----------
    echo_s : float, time for the sound to fall by 60 dB
    wet_db : float, level of walls against direct sound
    reflections : int, single early ones
    far : float, 0 at the microphone … 1 a street away; air takes the highs
    microphone : array of dB at ``EDGES``
    low_cut, high_cut : float, limits of the recorder (Hz)
    noise : array of dB at ``EDGES``, the background's spectrum
    noise_db : float, background against sound, RMS; −inf for none
    hum_db : float, mains hum against sound
    stir : float, how much the background comes and goes
    level_db : float, RMS of the loudest second in the file (dBFS)
    overload : str, what happens to peaks beyond full scale: ``hard`` (cut), ``soft`` (squeezed), ``none`` (all of the
        recording is turned down)
    drive_db : float, how far beyond ``level_db`` a recorder is driven that cuts or squeezes
    turned_down : float, 0…1, share of that which is taken back afterwards
    """

    echo_s: float
    wet_db: float
    reflections: int
    far: float
    microphone: np.ndarray
    low_cut: float
    high_cut: float
    noise: np.ndarray
    noise_db: float
    hum_db: float
    stir: float
    level_db: float
    overload: str
    drive_db: float
    turned_down: float


def draw(rng):
    """Draw a random room: studio, kitchen, stairwell, yard or street.

    Parameters
    ----------
    rng : numpy Generator

    Returns
    -------
    Room
    """
    far = rng.beta(1, 3)
    tilt = rng.uniform(-9, -1) * np.log2(EDGES / 1000)
    return Room(
        echo_s=log_uniform(rng, 0.1, 2.0),
        wet_db=-30 + 26 * far + 6 * rng.standard_normal(),
        reflections=int(rng.integers(2, 25)),
        far=far,
        microphone=np.clip(3.5 * rng.standard_normal(len(EDGES)), -9, 9),
        low_cut=log_uniform(rng, 20, 220),
        high_cut=22000 if rng.random() < 0.8 else log_uniform(rng, 3500, 14000),
        noise=tilt + 5 * rng.standard_normal(len(EDGES)),
        noise_db=-np.inf if rng.random() < 0.1 else -70 * rng.beta(1.3, 1.1) - 8 + 12 * far,
        hum_db=rng.uniform(-65, -30) if rng.random() < 0.25 else -np.inf,
        stir=rng.uniform(0, 0.5),
        level_db=-4 - 30 * rng.beta(1.6, 1.8),
        overload=rng.choice(["none", "hard", "soft"], p=[0.6, 0.2, 0.2]),
        drive_db=rng.uniform(0, 36) if rng.random() < 0.4 else 0,
        turned_down=rng.random(),
    )


def walls(room, rng, rate, pan):
    """Impulse response of the room, float64 [n]; ``pan`` is the amplitude of the direct sound, sample 0.

    Source: Moorer 1979, About this reverberation business (exponential noise); highs die first, as in air and cloth.
    """
    n = int(rate * min(room.echo_s, 1.5))
    fall = np.exp(-6.9 * seconds(n, rate) / room.echo_s)
    tail = rng.standard_normal(n) * fall
    tail = low_pass(tail, rate, 2500) * 1.5 + 0.4 * tail * fall
    tail[: int(0.012 * rate)] = 0
    early = np.zeros(n)
    at = (0.003 + 0.07 * rng.random(room.reflections) ** 1.5) * rate
    np.add.at(early, np.minimum(at.astype(int), n - 1), rng.uniform(-1, 1, room.reflections))
    wet = early / (rms(early) * np.sqrt(n)) + tail / (rms(tail) * np.sqrt(n))
    response = gain(room.wet_db) * wet
    response[0] += pan
    return response


def record(layers, room, who, rng, rate, channels):
    """Record sounds in a room.

    Parameters
    ----------
    layers : list of arrays [n], float64: sounds, each from a place of its own; not all silent
    room : Room
    who, rng : numpy Generators of the source and of this recording
    rate : int, sample rate (Hz)
    channels : int, 1 or 2

    Returns
    -------
    array [n, channels], int16
    """
    n = len(layers[0])
    size = fft.next_fast_len(n + int(1.5 * rate), real=True)
    colour = microphone(room, rate, size)
    spectra = [fft.rfft(layer, size) for layer in layers]
    pans = who.uniform(0.35, 1, (channels, len(layers)))
    ears = []
    for ear in pans:
        arriving = sum(s * fft.rfft(walls(room, who, rate, pan), size) for s, pan in zip(spectra, ear, strict=True))
        ears.append(fft.irfft(arriving * colour, size)[:n])
    sound = np.stack(ears)
    level = rms(sound[np.abs(sound) > 0.05 * np.max(np.abs(sound))])  # while something sounds
    common = background(room, rng, n, rate)
    for ear in sound:
        own = 0.3 * coloured(rng, n, rate, EDGES, room.noise) * gain(room.noise_db) if channels > 1 else 0
        ear += level * (common + own)
    return convert(sound.T, room, rate)


def microphone(room, rate, size):
    """Gain of each FFT bin: the microphone's colour, air, and the recorder's limits."""
    air = -30 * room.far * (EDGES / 12000) ** 1.3
    f = fft.rfftfreq(size, 1 / rate)
    limits = f**2 / (f**2 + room.low_cut**2) / np.sqrt(1 + (f / room.high_cut) ** 12)
    return spectrum_gain(rate, size, EDGES, room.microphone + air) * limits


def background(room, rng, n, rate):
    """Background, float64 [n]: coloured noise that comes and goes, mains hum, now and then a bird or a bump."""
    noise = np.zeros(n)
    if room.noise_db > -np.inf:
        noise += coloured(rng, n, rate, EDGES, room.noise) * np.exp(room.stir * wander(rng, n, rate, 1.5))
        for _ in range(rng.poisson(0.12 * n / rate)):
            place(noise, rng.choice([bird, bump])(rng, rate) * log_uniform(rng, 0.3, 6), rng.uniform(0, n / rate), rate)
        noise *= gain(room.noise_db)
    if room.hum_db > -np.inf:
        mains = np.full(n, rng.choice([50.0, 60.0]))
        noise += harmonics(mains, rate, rng.uniform(0.3, 0.85))[0] * gain(room.hum_db)
    return noise


def bird(rng, rate):
    """One chirp."""
    n = int(rate * log_uniform(rng, 0.04, 0.4))
    f0 = log_uniform(rng, 2000, 6000) * contour(rng.uniform(0.75, 1.25, rng.integers(2, 6)), n)
    return harmonics(np.minimum(f0, 0.45 * rate), rate, 0.15)[0] * strike(n, rate, 0.01, n / rate / 2)


def bump(rng, rate):
    """Someone touches the microphone or a table."""
    n = int(rate * 0.3)
    thud = low_pass(rng.standard_normal(n), rate, log_uniform(rng, 80, 1500))
    return 3 * thud * strike(n, rate, 0.002, log_uniform(rng, 0.01, 0.06))


def convert(sound, room, rate):
    """Set the level, overload, and convert to int16."""
    loudest = max(rms(second) for second in np.array_split(sound, max(len(sound) // rate, 1)))
    sound = sound * (gain(room.level_db) / loudest)
    if room.overload != "none":
        limit = np.tanh if room.overload == "soft" else lambda sound: np.clip(sound, -1, 1)
        sound = limit(sound * gain(room.drive_db)) * gain(-room.drive_db * room.turned_down)
    sound = sound / max(np.max(np.abs(sound)), 1)
    return np.rint(sound * 32767).astype(np.int16)
