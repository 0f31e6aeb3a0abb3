"""Right and typical wrong answers to the exercises of 05_mfcc."""

import librosa
import numpy as np
from answers import Answers
from PIL import Image

RATE = 22_050
SECONDS = np.arange(RATE) / RATE
BARK = sum(
    level * np.sin(2 * np.pi * hertz * SECONDS) for level, hertz in ((0.1, 90), (0.3, 780), (0.1, 900), (0.1, 1640))
)
D = librosa.stft(BARK, n_fft=1024, hop_length=256)


def erased(rows=slice(None), columns=slice(None)):
    """The bark without some rows and columns of its spectrogram."""
    kept = D.copy()
    kept[rows, columns] = 0
    return librosa.istft(kept, hop_length=256)


def index_of(path):
    return np.asarray(Image.open(path))[::-1]


def with_a_ruler(path):
    return np.interp(index_of(path), [0, 255], [-80, 0])


ANSWERS = {
    "05-1": Answers(
        right=[erased(slice(47, None)), erased(slice(48, None)), erased(slice(47, None)).astype(np.float32)],
        wrong=[
            ("rows", erased(slice(1000, None))),
            ("rows", BARK),
            ("side", erased(slice(None, 47))),
            ("time", erased(columns=slice(47, None))),
            ("much", erased(slice(20, None))),
            ("much", 0 * BARK),
            ("much", erased(slice(38, None))),
            ("picture", D),
            ("picture", np.abs(D)),
        ],
    ),
    "05-2": Answers(
        right=[2048, 2**11, 2048.0],
        wrong=[
            ("wide", 1024),
            ("wide", 256),
            ("long", 4096),
            ("long", 16_384),
            ("power", 1200),
            ("power", 2000),
            ("hertz", 11),
        ],
    ),
    "05-3": Answers(
        right=[
            librosa.power_to_db,
            lambda S: librosa.power_to_db(S, ref=512**2, top_db=None),
            lambda S: 10 * np.log10(S),
            lambda S: librosa.amplitude_to_db(np.sqrt(S)),
        ],
        wrong=[
            ("floating", lambda S: librosa.amplitude_to_db(S, ref=np.max)),
            ("floating", lambda S: librosa.power_to_db(S, ref=np.max)),
            ("doubled", librosa.amplitude_to_db),
            ("power", lambda S: S),
            ("shape", lambda S: librosa.power_to_db(S).mean()),
            ("shape", lambda S: librosa.power_to_db(S)[:64]),
            ("other", np.log),
        ],
        stub=lambda S: None,
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
