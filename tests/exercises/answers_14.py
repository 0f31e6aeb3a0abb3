"""Right and typical wrong answers to the exercises of 14_parameter_lab."""

import librosa
import numpy as np
from answers import Answers

from helpers.config import AudioConfig
from helpers.messages import LessonError
from helpers.model import load_model

RATE = 22_050
SECONDS = np.arange(RATE) / RATE


def tone(hertz, seconds=SECONDS):
    return 0.3 * np.sin(2 * np.pi * hertz * seconds)


def by_library(low, high):
    return 0.3 * (librosa.tone(low, sr=RATE, duration=1) + librosa.tone(high, sr=RATE, duration=1))


def costs(shape, seconds=0.001):
    return {hop: (shape(hop), seconds) for hop in (64, 256, 1024)}


def smallest(low, high, rate):
    n_fft = 64
    while True:
        y = librosa.tone(low, sr=rate, duration=1) + librosa.tone(high, sr=rate, duration=1)
        power = (np.abs(librosa.stft(y, n_fft=n_fft)) ** 2).mean(axis=1)
        first, between, second = (power[round(f * n_fft / rate)] for f in (low, (low + high) / 2, high))
        if between < min(first, second) / 10:
            return n_fft
        n_fft = 2 * n_fft


def by_rows(rows):
    """By a rule: so many rows of the FFT lie between the two."""
    return lambda low, high, rate: 2 ** int(np.ceil(np.log2(rows * rate / (high - low))))


def refused(changes):
    names = []
    for name, value in changes.items():
        try:
            load_model(config=AudioConfig(**{name: value}))
        except LessonError:
            names.append(name)
    return names


ANSWERS = {
    "14-1": Answers(
        right=[costs(lambda hop: (64, 1 + RATE // hop)), costs(lambda hop: [64, 1 + RATE // hop], np.float64(0.02))],
        wrong=[
            ("keys", {64: ((64, 345), 0.1)}),
            ("pair", costs(lambda hop: 64)),
            ("same", costs(lambda hop: (64, 87))),
            ("whole", costs(lambda hop: (64, 1 + 6 * RATE // hop))),
            ("clock", costs(lambda hop: (64, 1 + RATE // hop), 81234.5)),
            ("clock", costs(lambda hop: (64, 1 + RATE // hop), -0.01)),
        ],
        stub=None,
    ),
    "14-2": Answers(
        right=[lambda low, high: tone(low) + tone(high), by_library],
        wrong=[
            ("length", lambda low, high: (tone(low) + tone(high))[:-1]),
            ("clipped", lambda low, high: 4 * (tone(low) + tone(high))),
            ("quiet", lambda low, high: 0.001 * (tone(low) + tone(high))),
            ("product", lambda low, high: tone(low) * tone(high) * 3),
            ("turns", lambda low, high: 0.3 * np.sin(low * SECONDS) + 0.3 * np.sin(high * SECONDS)),
            ("one", lambda low, high: tone(low)),
            ("other", lambda low, high: tone(low) + tone(high + 50)),
        ],
        stub=lambda low, high: None,
    ),
    "14-3": Answers(
        right=[smallest, by_rows(2.6)],
        wrong=[
            ("power", lambda low, high, rate: round(4 * rate / (high - low))),
            ("small", by_rows(1)),
            ("large", by_rows(8)),
            ("large", lambda low, high, rate: 8192),
        ],
        stub=lambda low, high, rate: None,
    ),
    "14-4": Answers(
        right=[refused, lambda changes: set(refused(changes))],
        wrong=[
            ("accepted", lambda changes: [name for name in changes if name not in refused(changes)]),
            ("all", list),
            ("first", lambda changes: refused(changes)[:1]),
            ("other", lambda changes: []),
        ],
        stub=lambda changes: None,
    ),
}
