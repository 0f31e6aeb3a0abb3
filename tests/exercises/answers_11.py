"""Right and typical wrong answers to the exercises of 11_inside_the_picture."""

import librosa
import numpy as np
import scipy.fft
from answers import Answers

RATE, N_FFT = 22_050, 1024
CLEAN = [swings * RATE / N_FFT for swings in range(42, 52)]


def grid(samples, sample_rate, n_fft, hop_length):
    return 1 + samples // hop_length, sample_rate / n_fft


def grid_by_counting(samples, sample_rate, n_fft, hop_length):
    return np.array([len(range(0, samples + 1, hop_length)), np.fft.rfftfreq(n_fft, 1 / sample_rate)[1]])


def triangles(n_mels, n_fft):
    edges = librosa.mel_frequencies(n_mels + 2, fmin=50, fmax=11_025)
    hertz = np.fft.rfftfreq(n_fft, 1 / RATE)
    return np.array([np.interp(hertz, edges[band : band + 3], [0, 1, 0]) for band in range(n_mels)])


def empty_bands(n_mels, n_fft):
    empty = 0
    for weights in triangles(n_mels, n_fft):
        if weights.max() == 0:
            empty = empty + 1
    return empty


def smooth(levels, keep):
    kept = scipy.fft.dct(np.eye(64), axis=0, norm="ortho")[:keep]
    return kept.T @ (kept @ levels)


def smooth_by_scipy(levels, keep):
    coefficients = scipy.fft.dct(levels, axis=0, norm="ortho")
    coefficients[keep:] = 0
    return scipy.fft.idct(coefficients, axis=0, norm="ortho")


def smooth_fast(levels, keep):
    coefficients = scipy.fft.dct(levels, axis=0, norm="ortho")
    coefficients[:-keep] = 0
    return scipy.fft.idct(coefficients, axis=0, norm="ortho")


def lowest_bands(levels, keep):
    levels[keep:] = 0
    return levels


def slopes(values, by=60):
    steps = np.arange(-4, 5)
    return [values[center - 4 : center + 5] @ steps / by for center in range(4, len(values) - 4)]


def slopes_by_polyfit(values):
    return [np.polyfit(range(9), values[first : first + 9], 1)[0] for first in range(len(values) - 8)]


def period(sound, rate):
    alike = librosa.autocorrelate(sound)
    return rate // 500 + np.argmax(alike[rate // 500 : rate // 100])


def pitch(sound, rate):
    return rate / period(sound, rate)


def pitch_by_numpy(sound, rate):
    alike = np.correlate(sound, sound, "full")[len(sound) - 1 :]
    lags = range(rate // 500, rate // 100)
    return rate / max(lags, key=lambda lag: alike[lag])


def strongest(sound, rate):
    return np.argmax(np.abs(np.fft.rfft(sound))) * rate / len(sound)


ANSWERS = {
    "11-1": Answers(
        right=[CLEAN, np.array(CLEAN), tuple(round(hertz, 3) for hertz in CLEAN)],
        wrong=[
            ("list", 47 * RATE / N_FFT),
            ("missing", [47 * RATE / N_FFT]),
            ("missing", CLEAN[:-1]),
            ("missing", []),
            ("range", [swings * RATE / N_FFT for swings in range(1, 60)]),
            ("range", list(range(42, 52))),
            ("rounded", [round(hertz) for hertz in CLEAN]),
            ("cycles", list(range(900, 1101))),
            ("cycles", [swings * RATE / N_FFT / 2 for swings in range(84, 103)]),
        ],
    ),
    "11-2": Answers(
        right=[grid, grid_by_counting],
        wrong=[
            ("pair", lambda samples, sample_rate, n_fft, hop_length: 1 + samples // hop_length),
            ("ends", lambda samples, rate, n_fft, hop: (1 + (samples - n_fft) // hop, rate / n_fft)),
            ("first", lambda samples, rate, n_fft, hop: (samples // hop, rate / n_fft)),
            ("frames", lambda samples, rate, n_fft, hop: (samples // n_fft, rate / n_fft)),
            ("half", lambda samples, rate, n_fft, hop: (1 + samples // hop, rate / n_fft / 2)),
            ("hertz", lambda samples, rate, n_fft, hop: (1 + samples // hop, n_fft / rate)),
        ],
        stub=lambda samples, sample_rate, n_fft, hop_length: None,
    ),
    "11-3": Answers(
        right=[empty_bands, lambda n_mels, n_fft: np.sum(triangles(n_mels, n_fft).max(axis=1) == 0)],
        wrong=[
            ("full", lambda n_mels, n_fft: n_mels - empty_bands(n_mels, n_fft)),
            ("other", lambda n_mels, n_fft: 0),
            ("other", lambda n_mels, n_fft: np.sum(triangles(n_mels, n_fft).sum(axis=1) < 1)),
        ],
        stub=lambda n_mels, n_fft: None,
    ),
    "11-4": Answers(
        right=[smooth, smooth_by_scipy],
        wrong=[
            ("coefficients", lambda levels, keep: scipy.fft.dct(levels, axis=0, norm="ortho")[:keep]),
            ("fast", smooth_fast),
            ("other", lowest_bands),
            ("coefficients", lambda levels, keep: levels[:keep]),
            ("other", lambda levels, keep: levels),
            ("other", lambda levels, keep: smooth(levels, keep + 1)),
        ],
        stub=lambda levels, keep: None,
    ),
    "11-5": Answers(
        right=[slopes, lambda values: librosa.feature.delta(values, width=9)[4:-4], slopes_by_polyfit],
        wrong=[
            ("ends", lambda values: librosa.feature.delta(values, width=9)),
            ("ends", lambda values: slopes(values)[:-1]),
            ("scale", lambda values: slopes(values, by=9)),
            ("scale", lambda values: slopes(values, by=1)),
            ("turned", lambda values: slopes(values[::-1])[::-1]),
            ("difference", np.diff),
            ("other", lambda values: slopes(np.roll(values, 1))),
            ("other", lambda values: slopes(values, by=8)),
        ],
        stub=lambda values: None,
    ),
    "11-6": Answers(
        right=[pitch, pitch_by_numpy],
        wrong=[
            ("strongest", strongest),
            ("period", period),
            ("offset", lambda sound, rate: rate / (period(sound, rate) - rate // 500)),
            ("zero", lambda sound, rate: rate / np.argmax(librosa.autocorrelate(sound))),
            ("zero", lambda sound, rate: np.argmax(librosa.autocorrelate(sound))),
            ("other", lambda sound, rate: 2 * pitch(sound, rate) / 3),
        ],
        stub=lambda sound, rate: None,
    ),
}
