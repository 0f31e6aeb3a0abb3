"""Right and typical wrong answers to the exercises of 05_mfcc."""

import librosa
import numpy as np
from answers import Answers
from PIL import Image

RATE = 22_050


def parted(low=slice(47, None), high=slice(None, 47), *, back=lambda part: librosa.istft(part, hop_length=256)):
    """An answer that erases these places in a copy for each half."""

    def halves(D):
        first, second = D.copy(), D.copy()
        first[low] = second[high] = 0
        return back(first), back(second)

    return halves


def without_a_copy(D):
    low, high = D, D
    low[47:] = 0
    high[:47] = 0
    return librosa.istft(low, hop_length=256), librosa.istft(high, hop_length=256)


def with_the_difference(D):
    low, whole = D.copy(), librosa.istft(D, hop_length=256)
    low[round(1000 * 1024 / RATE) :] = 0
    low = librosa.istft(low, hop_length=256)
    return [low, whole - low]


def choose_window(sr):
    n_fft = 2
    while sr / n_fft >= 20:
        n_fft = 2 * n_fft
    return n_fft


def longest(sr):
    return max(2**power for power in range(16) if 2**power / sr <= 0.1)


def guide_picture(path, *, sr=None, to_db=lambda S: librosa.power_to_db(S, top_db=None), **bands):
    y, rate = librosa.load(path, sr=sr)
    return to_db(librosa.feature.melspectrogram(y=y, **{"sr": rate, "n_mels": 128} | bands))


def by(**ways):
    return lambda path: guide_picture(path, **ways)


def without_the_rate(path):
    y, _ = librosa.load(path, sr=None)
    return librosa.power_to_db(librosa.feature.melspectrogram(y=y, n_mels=128), ref=1.0)


def index_of(path):
    return np.asarray(Image.open(path))[::-1]


def with_a_ruler(path):
    return np.interp(index_of(path), [0, 255], [-80, 0])


ANSWERS = {
    "05-1": Answers(
        right=[parted(), parted(slice(48, None), slice(None, 48)), with_the_difference],
        wrong=[
            ("pair", lambda D: librosa.istft(D, hop_length=256)),
            ("picture", parted(back=lambda part: part)),
            ("picture", parted(back=np.abs)),
            ("rows", parted(slice(1000, None))),
            ("rows", parted(slice(100, None), slice(None, 100))),
            ("much", parted(slice(20, None), slice(None, 20))),
            ("side", parted(slice(None, 47), slice(47, None))),
            ("time", parted((slice(None), slice(47, None)), (slice(None), slice(None, 47)))),
            ("copy", without_a_copy),
            ("sum", parted(high=slice(None, 51))),
        ],
        stub=lambda D: None,
    ),
    "05-2": Answers(
        right=[choose_window, longest, lambda sr: float(longest(sr))],
        wrong=[
            ("wide", lambda sr: 1024),
            ("wide", lambda sr: choose_window(sr) // 2),
            ("long", lambda sr: 2048),
            ("long", lambda sr: 2 * choose_window(sr)),
            ("power", lambda sr: sr // 20 + 1),
            ("power", lambda sr: sr // 10),
            ("hertz", lambda sr: np.log2(choose_window(sr))),
        ],
        stub=lambda sr: None,
    ),
    "05-3": Answers(
        right=[
            guide_picture,
            by(to_db=lambda S: librosa.power_to_db(S, ref=512**2, top_db=None)),
            by(to_db=lambda S: 10 * np.log10(S)),
            by(to_db=lambda S: np.maximum(10 * np.log10(S), -80)),
            by(to_db=lambda S: librosa.amplitude_to_db(np.sqrt(S), top_db=None)),
        ],
        wrong=[
            ("floating", by(to_db=lambda S: librosa.amplitude_to_db(S, ref=np.max))),
            ("floating", by(to_db=lambda S: librosa.power_to_db(S, ref=np.max))),
            ("doubled", by(to_db=librosa.amplitude_to_db)),
            ("power", by(to_db=lambda S: S)),
            ("rate", by(sr=22_050)),
            ("bands", without_the_rate),
            ("floor", by(to_db=librosa.power_to_db)),
            ("floor", by(to_db=lambda S: librosa.amplitude_to_db(np.sqrt(S), ref=1.0))),
            ("shape", by(n_mels=64)),
            ("shape", by(to_db=lambda S: librosa.power_to_db(S).mean())),
            ("other", by(to_db=np.log)),
        ],
        stub=lambda path: None,
    ),
    "05-4": Answers(
        right=[lambda path: -80 + index_of(path) / 255 * 80, with_a_ruler],
        wrong=[
            ("upside", lambda path: with_a_ruler(path)[::-1]),
            ("index", index_of),
            ("index", lambda path: np.asarray(Image.open(path))),
            ("floor", lambda path: index_of(path) / 255 * 80),
            ("turned", lambda path: -80 * (index_of(path) / 255)),
            ("overflow", lambda path: -80 + index_of(path) * 80 / 255),
            ("colour", lambda path: np.asarray(Image.open(path).convert("RGB"))),
            ("other", lambda path: index_of(path) - 80.0),
            ("other", lambda path: 0.0),
        ],
        stub=lambda path: None,
    ),
}
