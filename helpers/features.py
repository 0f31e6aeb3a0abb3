"""From sound to numbers a network can read: spectrograms, log-mel, MFCC, and the picture of a piece.

Levels are dB re a full-scale tone: a sine of amplitude 1 reads about 0 dB, and silence reads ``config.floor_db``. The
reference is fixed, so a quiet piece looks quiet; the guide of 2019 took each piece's own maximum instead.
"""

import hashlib
import io
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import matplotlib
import numpy as np
import scipy.fft
import scipy.signal
import torch
from PIL import Image

from helpers.audio import AudioError, load
from helpers.batch import Store, in_order
from helpers.config import AudioConfig
from helpers.messages import LessonError, text
from helpers.split import GRAPH

PICTURES = "graph_mfcc"
REFERENCES = ("full_scale", "piece")
_CLASSES = ("positive", "negative")
_BATCH = 32  # pieces; their spectra together still fit into a processor's cache
_SHOWN = ("sample_rate", "n_fft", "hop_length", "window", "n_mels", "f_min", "f_max", "floor_db")  # in a picture
_RULES = 1  # counts up when this module draws otherwise, so that old pictures are not taken for new ones


class FeatureError(LessonError, ValueError):
    """Sound, or a configuration, that no feature can be made of."""


class FrontEnd(torch.nn.Module):
    """Sound to log-mel: the one front end of pictures, training, the microphone and the exported model.

    Parameters
    ----------
    config : AudioConfig
    dtype : torch.float32 or torch.float64, of the sound and of the result (``.double()`` would keep rounded tables)

    Raises
    ------
    FeatureError
        If no window has that name, or a mel band is so narrow that no frequency of the STFT falls into it.

    Lesson: 05_mfcc. Source: Davis & Mermelstein 1980, with the mel scale of Slaney's Auditory Toolbox, 1998; equal to
    librosa within 1e-4 dB in float64.
    """

    def __init__(self, config, dtype=torch.float32):
        super().__init__()
        self.config = config
        try:
            window = scipy.signal.get_window(config.window, config.n_fft)
        except ValueError as error:
            raise FeatureError("features.window", window=config.window) from error
        tables = {
            # A sine of amplitude 1 gives half the window's sum: scaled so, it reads a power of 1, which is 0 dB.
            "window": window * 2 / window.sum(),
            "mel": mel_filters(config),
            "dct": scipy.fft.dct(np.eye(config.n_mels), axis=0, norm="ortho")[: config.n_mfcc],
        }
        for name, table in tables.items():  # not persistent: the config alone says what they are
            self.register_buffer(name, torch.tensor(table, dtype=dtype), persistent=False)

    def forward(self, audio):
        """Log-mel of a tensor [..., samples] → [..., n_mels, frames] dB."""
        return self.decibels(self.mel @ self.power(audio))

    def spectrogram(self, audio):
        """Levels of the STFT of a tensor [..., samples] → [..., 1 + n_fft // 2, frames] dB."""
        return self.decibels(self.power(audio))

    def mfcc(self, log_mel):
        """Cepstral coefficients of a log-mel tensor [..., n_mels, frames] → [..., n_mfcc, frames]."""
        return self.dct @ log_mel

    def power(self, audio):
        """Power of the STFT, zeros beyond the edges: tensor [..., samples] → [..., 1 + n_fft // 2, frames]."""
        if audio.ndim == 0 or audio.shape[-1] < self.config.n_fft:
            raise FeatureError("features.short", shape=list(audio.shape), n_fft=self.config.n_fft)
        if audio.dtype != self.window.dtype:
            raise FeatureError("features.dtype", dtype=audio.dtype, wanted=self.window.dtype)
        spectrum = torch.stft(
            audio.reshape(-1, audio.shape[-1]),
            n_fft=self.config.n_fft,
            hop_length=self.config.hop_length,
            window=self.window,
            pad_mode="constant",
            return_complex=True,
        )
        power = spectrum.real.square() + spectrum.imag.square()
        return power.reshape(*audio.shape[:-1], *power.shape[1:])

    def decibels(self, power):
        """Power in dB, never below the floor. 1e-30 lies below every floor and keeps the logarithm finite."""
        return (10 * torch.log10(power.clamp(min=1e-30))).clamp(min=self.config.floor_db)


def mel_filters(config):
    """The triangles that gather the STFT's frequencies into mel bands, each with a peak of 1.

    Returns
    -------
    array [n_mels, 1 + n_fft // 2], float64

    Raises
    ------
    FeatureError
        If a band is so narrow that no frequency of the STFT falls into it.

    Lesson: 05_mfcc. Source: Slaney, Auditory Toolbox, 1998; equal to ``librosa.filters.mel``, whose import alone
    takes a second in every process.
    """
    edges = config.mel_edges[:, None]
    low, peak, high = edges[:-2], edges[1:-1], edges[2:]
    frequencies = np.fft.rfftfreq(config.n_fft, 1 / config.sample_rate)
    filters = np.minimum((frequencies - low) / (peak - low), (high - frequencies) / (high - peak)).clip(min=0)
    if empty := int(np.sum(~filters.any(axis=1))):
        raise FeatureError("features.empty_bands", empty=empty, n_mels=config.n_mels, n_fft=config.n_fft)
    return filters


@contextmanager
def one_thread():
    """Within it torch computes on one thread.

    Sums in another order could colour a pixel otherwise; and where other programs hold a core, a thread that waits for
    another one waits for seconds.

    Lesson: 05_mfcc, 08_live_mic.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@lru_cache(maxsize=8)  # a slider's way through a few configurations
def _front_end(config, dtype):
    return FrontEnd(config, getattr(torch, dtype))


def _apply(method, audio, config):
    """Run one method of the front end on a numpy array, after the checks that need to look at the samples."""
    audio = np.asarray(audio)
    if audio.dtype not in (np.float32, np.float64):
        raise FeatureError("features.dtype", dtype=audio.dtype, wanted="float32")
    if not audio.size:
        raise FeatureError("features.nothing", shape=list(audio.shape))
    if not np.isfinite(audio).all():
        raise FeatureError("features.not_finite", count=int(np.sum(~np.isfinite(audio))))
    with torch.inference_mode():
        return method(_front_end(config, audio.dtype.name), torch.from_numpy(np.ascontiguousarray(audio))).numpy()


def spectrogram(audio, config=AudioConfig()):
    """Levels of the short-time Fourier transform.

    Parameters
    ----------
    audio : array [..., samples], float32 or float64 in -1…1, at ``config.sample_rate``
    config : AudioConfig

    Returns
    -------
    array [..., 1 + n_fft // 2, frames], dB re a full-scale tone, of the sound's type; the first row is 0 Hz

    Raises
    ------
    FeatureError
        If a piece is shorter than ``config.n_fft`` samples, not float, holds NaN or infinity, or there is none.

    Lesson: 05_mfcc.
    """
    return _apply(FrontEnd.spectrogram, audio, config)


def log_mel(audio, config=AudioConfig()):
    """Log-mel spectrogram of one or many pieces.

    Parameters
    ----------
    audio : array [..., samples], float32 or float64 in -1…1, at ``config.sample_rate``
    config : AudioConfig

    Returns
    -------
    array [..., n_mels, frames], dB re a full-scale tone, never below ``config.floor_db``, of the sound's type; the
    first row is the lowest band

    Raises
    ------
    FeatureError
        If a piece is shorter than ``config.n_fft`` samples, not float, holds NaN or infinity, or there is none.

    Lesson: 05_mfcc. Source: Davis & Mermelstein 1980; equal to librosa within 1e-4 dB in float64.
    """
    return _apply(FrontEnd.forward, audio, config)


def mfcc(audio, config=AudioConfig()):
    """Mel-frequency cepstral coefficients of one or many pieces.

    Parameters
    ----------
    audio : array [..., samples], float32 or float64 in -1…1, at ``config.sample_rate``
    config : AudioConfig

    Returns
    -------
    array [..., n_mfcc, frames], of the sound's type; coefficient 0 follows the level, the next ones the rough shape of
    the spectrum

    Raises
    ------
    FeatureError
        As `log_mel`.

    Lesson: 05_mfcc. Source: Davis & Mermelstein 1980; equal to ``librosa.feature.mfcc``.
    """
    return _apply(lambda front_end, sound: front_end.mfcc(front_end(sound)), audio, config)


def deltas(features, width=9):
    """How fast features change: the slope of a straight line fitted to each ``width`` frames.

    Parameters
    ----------
    features : array [..., frames]
    width : int, odd, 3 or more

    Returns
    -------
    array [..., frames], change a frame

    Raises
    ------
    FeatureError
        If ``width`` is even or below 3, or there are fewer frames than ``width``.

    Lesson: 05_mfcc. Source: Furui 1986; equal to ``librosa.feature.delta``.
    """
    features = np.asarray(features)
    frames = features.shape[-1] if features.ndim else 0
    if width < 3 or width % 2 == 0 or frames < width:
        raise FeatureError("features.width", width=width, frames=frames)
    return scipy.signal.savgol_filter(features, width, polyorder=1, deriv=1)


def picture(log_mel, config=AudioConfig(), size=(1200, 400), reference="full_scale"):
    """The borderless picture of a piece: time to the right, low frequencies at the bottom, colour is level.

    Every value becomes one block of pixels, as ``librosa.display.specshow`` draws it; where there are more values than
    pixels, those that share a pixel are averaged.

    Parameters
    ----------
    log_mel : array [n_mels, frames], dB
    config : AudioConfig
    size : (width, height) in pixels
    reference : "full_scale" colours from ``config.floor_db`` to 0 dB, the same for every piece; "piece" from the
        piece's own minimum to its own maximum, as the guide did

    Returns
    -------
    PIL.Image, palette mode, matplotlib's "magma"

    Raises
    ------
    FeatureError
        If ``log_mel`` is not one piece, ``size`` not positive, or ``reference`` unknown.

    Lesson: 05_mfcc.
    """
    levels = np.asarray(log_mel)
    if levels.ndim != 2 or not levels.size:
        raise FeatureError("features.not_a_piece", shape=levels.shape)
    _check_size(size)
    if reference not in REFERENCES:
        raise FeatureError("features.reference", reference=reference, legal=", ".join(REFERENCES))
    low, high = (config.floor_db, 0.0) if reference == "full_scale" else (levels.min(), levels.max())
    share = (levels - low) / max(high - low, 1e-6)
    colours = np.clip(share * 256, 0, 255).astype(np.uint8)[::-1]
    enlarged = size[0] >= levels.shape[1] and size[1] >= levels.shape[0]
    image = Image.fromarray(colours).resize(size, Image.Resampling.NEAREST if enlarged else Image.Resampling.BOX)
    image.putpalette(_magma())
    return image


def _check_size(size):
    if min(size) < 1:
        raise FeatureError("features.size", size=size)


@lru_cache(maxsize=1)
def _magma():
    return (np.array(matplotlib.colormaps["magma"].colors) * 255).round().astype(np.uint8).tobytes()


@dataclass(frozen=True)
class Summary:
    """What `write_pictures` drew and left out.

    Parameters
    ----------
    folder : Path, of the pictures
    positive, negative : int, pictures drawn
    skipped : tuple of (piece, LessonError), pieces that could not be drawn, and why

    Lesson: 05_mfcc.
    """

    folder: Path
    positive: int
    negative: int
    skipped: tuple

    def __str__(self):
        drawn = text("features.drawn", folder=self.folder, positive=self.positive, negative=self.negative)
        return "\n".join([drawn, *(text("features.skipped", name=name, error=error) for name, error in self.skipped)])


def write_pictures(folder, *, out=None, config=AudioConfig(), size=(1200, 400), jobs=1, fresh=False, progress=True):
    """Draw the picture of every piece: ``graph/positive/7_dogbark.wav`` → ``graph_mfcc/positive/7_dogbark.png``.

    Stopped at any moment and called again it goes on where it was; when everything is there it only reports.

    Parameters
    ----------
    folder : path, the folder that holds ``graph/``
    out : path, where ``graph_mfcc/`` is made; ``folder`` if None
    config : AudioConfig
    size : (width, height) in pixels
    jobs : int, processes
    fresh : bool, delete the pictures an earlier run drew (nothing else) and begin again
    progress : bool, draw a progress bar on stderr

    Returns
    -------
    Summary

    Raises
    ------
    FeatureError
        If there are no pieces, or the configuration or size cannot be used.
    BatchError
        If ``graph_mfcc/`` holds pictures of another configuration, size or other pieces, or files of someone else.

    Lesson: 05_mfcc.
    """
    graph = Path(folder) / GRAPH
    pieces = [path for name in _CLASSES for path in sorted((graph / name).glob("*.wav"), key=_number)]
    if not pieces:
        raise FeatureError("features.no_pieces", folder=graph)
    _check_size(size)  # what is wrong with the size or the configuration is wrong for every piece:
    FrontEnd(config)  # say it before anything is written
    settings = {
        "rules": _RULES,
        "batch": _BATCH,
        **{name: getattr(config, name) for name in _SHOWN},
        "size": list(size),
        "pieces": _digest(graph, pieces),
    }
    target = Path(out or folder) / PICTURES
    with Store(target, settings, fresh=fresh) as store:
        if not store.finished:
            work = partial(_draw, graph, config, size)
            done = len(store.records)
            todo = [pieces[start : start + _BATCH] for start in range(done * _BATCH, len(pieces), _BATCH)]
            for record, pictures in in_order(
                work, todo, processes=jobs, done=done, progress=progress, description=PICTURES, unit="batch"
            ):
                store.add(record, pictures)
            store.finish({})
        drawn = sum((Counter(record["drawn"]) for record in store.records), Counter())
        skipped = tuple(
            (name, LessonError(error["key"], **error["values"]))
            for record in store.records
            for name, error in record["skipped"].items()
        )
        return Summary(target, *(drawn[name] for name in _CLASSES), skipped)


def _number(path):
    """Sorts 2_dogbark before 10_dogbark."""
    return len(path.name), path.name


def _digest(graph, pieces):
    """Changes when a piece comes, goes or sounds otherwise."""
    digest = hashlib.sha256()
    for path in pieces:
        digest.update(_name(graph, path).encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _name(graph, path):
    return path.relative_to(graph).as_posix()


def _draw(graph, config, size, paths):
    """One batch's line in the journal, and its pictures as PNG files."""
    alike, pictures, skipped = defaultdict(dict), {}, {}
    for path in paths:
        try:
            sound = load(path, config)
        except AudioError as error:
            skipped[_name(graph, path)] = error
        else:
            alike[len(sound)][path] = sound
    for sounds in alike.values():  # pieces are equally long, unless someone put others among them
        try:
            with one_thread():
                levels = log_mel(np.stack(list(sounds.values())), config)
        except FeatureError as error:
            skipped |= dict.fromkeys((_name(graph, path) for path in sounds), error)
        else:
            for path, level in zip(sounds, levels, strict=True):
                pictures[_name(graph, path.with_suffix(".png"))] = _png(picture(level, config, size))
    reasons = {name: error.plain() for name, error in skipped.items()}
    return {"drawn": Counter(name.split("/")[0] for name in pictures), "skipped": reasons}, pictures


def _png(image):
    content = io.BytesIO()
    image.save(content, "png", compress_level=2)  # more than twice as fast as the default, a third larger
    return content.getvalue()
