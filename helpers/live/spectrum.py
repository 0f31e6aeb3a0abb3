"""The spectrum of the newest sound: what the picture of the notebook and the lines of the terminal both show."""

from dataclasses import replace

import numpy as np

from helpers.config import AudioConfig
from helpers.features import spectrogram

CHUNK = 2048
"""Samples in one spectrum, as in the guide's ``audio_spectrum.py``."""

WAVE_S = 1.0
"""How much of the newest sound is drawn as a waveform (s)."""

LOWEST_HZ = 50.0
"""Where the logarithmic axis begins: it has no 0 Hz, and barks have nothing below."""


def newest(samples, count):
    """The last ``count`` samples, with silence before them if there are not so many yet.

    Lesson: 08_live_mic.
    """
    samples = samples[-count:]
    return np.concatenate([np.zeros(count - len(samples), dtype=np.float32), samples])


def spectrum(samples, config=AudioConfig()):
    """Levels over frequency of the newest `CHUNK` samples.

    Parameters
    ----------
    samples : array [n] float32 in −1…1, at ``config.sample_rate``; silence is put before fewer than `CHUNK`
    config : AudioConfig, of which ``sample_rate``, ``window`` and ``floor_db`` count

    Returns
    -------
    array [n], Hz, from `LOWEST_HZ` to half the sample rate, and array [n], dB re a full-scale tone

    Lesson: 08_live_mic.
    """
    chunk = replace(  # its window is centred on the second of three frames, so that it covers the whole chunk
        config, n_fft=CHUNK, hop_length=CHUNK // 2, n_mels=1, n_mfcc=1, f_min=0, f_max=config.sample_rate / 2
    )
    levels = spectrogram(newest(samples, CHUNK), chunk)[:, 1]
    frequencies = np.fft.rfftfreq(CHUNK, 1 / config.sample_rate)
    return frequencies[frequencies >= LOWEST_HZ], levels[frequencies >= LOWEST_HZ]
