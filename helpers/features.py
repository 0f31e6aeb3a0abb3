"""From sound to numbers a network can read: spectrograms, log-mel, MFCC, and the picture of a segment.

Levels are dB re a full-scale tone: a sine of amplitude 1 reads about 0 dB, and silence reads ``config.floor_db``. The
reference is fixed, so a quiet segment looks quiet; the guide of 2019 took each segment's own maximum instead.
"""

import hashlib
import io
import wave
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import matplotlib
import numpy as np
import scipy.fft
import scipy.signal
import torch
from PIL import Image

from helpers.batch import in_order, new_folder
from helpers.config import AudioConfig
from helpers.messages import LessonError, text
from helpers.segments import GRAPH, MADE, PICTURES, TABLE, made, read_made, read_segments, written_before

_BATCH = 32  # segments; their spectra together still fit into a processor's cache


class FrontEnd(torch.nn.Module):
    """Sound to log-mel: the one front end of pictures, the microphone and the exported model.

    Parameters
    ----------
    config : AudioConfig
    dtype : torch.float32 or torch.float64, of the sound and of the result (``.double()`` would keep rounded tables)

    Raises
    ------
    LessonError
        If no window has that name, or a mel band is so narrow that no frequency of the STFT falls into it.

    Source: Davis & Mermelstein 1980; equal to librosa within 1e-4 dB in float64.
    """

    def __init__(self, config, dtype=torch.float32):
        super().__init__()
        self.config = config
        try:
            window = scipy.signal.get_window(config.window, config.n_fft)
        except ValueError as error:
            raise LessonError("features.window", window=config.window) from error
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

    def mfcc(self, audio):
        """Cepstral coefficients of a tensor [..., samples] → [..., n_mfcc, frames]."""
        return self.dct @ self(audio)

    def power(self, audio):
        """Power of the STFT, zeros beyond the edges: tensor [..., samples] → [..., 1 + n_fft // 2, frames]."""
        if audio.ndim == 0 or audio.shape[-1] < self.config.n_fft:
            raise LessonError("features.short", shape=list(audio.shape), n_fft=self.config.n_fft)
        if audio.dtype != self.window.dtype:
            raise LessonError("features.dtype", dtype=audio.dtype, wanted=self.window.dtype)
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


@lru_cache(maxsize=32)  # importing librosa's takes a second or two, once
def mel_filters(config):
    """Triangles that gather the STFT's frequencies into mel bands: array [n_mels, 1 + n_fft // 2] with peaks of 1.

    Source: `librosa.filters.mel` with ``norm=None``; the scale is that of Slaney 1998.
    """
    from librosa.filters import mel

    edges = mel_frequencies(config)
    frequencies = np.fft.rfftfreq(config.n_fft, 1 / config.sample_rate)
    inside = (frequencies > edges[:-2, None]) & (frequencies < edges[2:, None])
    if empty := int(np.sum(~inside.any(axis=1))):
        raise LessonError("features.empty_bands", empty=empty, n_mels=config.n_mels, n_fft=config.n_fft)
    bands = {"n_mels": config.n_mels, "fmin": config.f_min, "fmax": config.f_max}
    return mel(sr=config.sample_rate, n_fft=config.n_fft, norm=None, dtype=np.float64, **bands)


def mel_frequencies(config):
    """Edges of the mel bands in Hz, array [n_mels + 2]: band k begins at edge k, peaks at k + 1, ends at k + 2.

    Source: `librosa.mel_frequencies`.
    """
    import librosa

    return librosa.mel_frequencies(config.n_mels + 2, fmin=config.f_min, fmax=config.f_max)


@lru_cache(maxsize=8)  # a slider's way through a few configurations
def _front_end(config, dtype):
    return FrontEnd(config, dtype)


def _apply(method, samples, config):
    """Run one method of the front end on a numpy array, after the checks that need to look at the samples."""
    samples = np.asarray(samples)
    if samples.dtype not in (np.float32, np.float64):
        raise LessonError("features.dtype", dtype=samples.dtype, wanted="float32")
    if not samples.size:
        raise LessonError("features.nothing", shape=list(samples.shape))
    if not np.isfinite(samples).all():
        raise LessonError("features.not_finite", count=int(np.sum(~np.isfinite(samples))))
    sound = torch.from_numpy(np.ascontiguousarray(samples))
    with torch.inference_mode():
        return method(_front_end(config, sound.dtype), sound).numpy()


def spectrogram(samples, config=AudioConfig()):
    """Levels of the short-time Fourier transform.

    Parameters
    ----------
    samples : array [..., n], float32 or float64 in -1…1, at ``config.sample_rate``
    config : AudioConfig

    Returns
    -------
    array [..., 1 + n_fft // 2, frames], dB re a full-scale tone, of the sound's type; the first row is 0 Hz

    Raises
    ------
    LessonError
        If the sound is shorter than ``config.n_fft`` samples, not float, holds NaN or infinity, or is empty.
    """
    return _apply(FrontEnd.spectrogram, samples, config)


def log_mel(samples, config=AudioConfig()):
    """Log-mel spectrogram; parameters and errors as for `spectrogram`.

    Returns
    -------
    array [..., n_mels, frames], dB re a full-scale tone, never below ``config.floor_db``; the first row is the lowest
    band

    Source: Davis & Mermelstein 1980; equal to librosa within 1e-4 dB in float64.
    """
    return _apply(FrontEnd.forward, samples, config)


def mfcc(samples, config=AudioConfig()):
    """Mel-frequency cepstral coefficients; parameters and errors as for `spectrogram`.

    Returns
    -------
    array [..., n_mfcc, frames]; coefficient 0 follows the level, the next ones the rough shape of the spectrum

    Source: Davis & Mermelstein 1980; equal to ``librosa.feature.mfcc``.
    """
    return _apply(FrontEnd.mfcc, samples, config)


def picture(log_mel, config=AudioConfig(), size=None):
    """Picture of a segment: time to the right, low frequencies at the bottom.

    A pixel's palette index is its level, round(255 · (dB − floor) / (0 − floor)); the palette, matplotlib's "magma", is
    for the eye.

    Parameters
    ----------
    log_mel : array [n_mels, frames], dB
    config : AudioConfig
    size : (width, height) in pixels; None for one pixel a band and frame. Larger pictures repeat pixels, as
        ``librosa.display.specshow`` draws them; smaller ones average.

    Returns
    -------
    PIL.Image in palette mode
    """
    levels = np.asarray(log_mel)
    if levels.ndim != 2 or not levels.size:
        raise LessonError("features.not_a_segment", shape=levels.shape)
    share = (levels - config.floor_db) / (0 - config.floor_db)
    image = Image.fromarray(np.rint(share * 255).clip(0, 255).astype(np.uint8)[::-1])
    if size:
        _check_size(size)
        enlarged = size[0] >= image.width and size[1] >= image.height
        image = image.resize(size, Image.Resampling.NEAREST if enlarged else Image.Resampling.BOX)
    image.putpalette(_magma())
    return image


def levels(pictures, config=AudioConfig()):
    """Log-mel of pictures: palette indices [..., n_mels, frames] as `read_picture` gives them → dB, float32 tensor."""
    return config.floor_db * (1 - pictures.float() / 255)


def read_picture(path):
    """Palette indices of a picture, low frequencies first: uint8 array [n_mels, frames]."""
    with Image.open(path) as image:
        if image.mode != "P":
            raise LessonError("features.not_a_picture", path=path)
        return np.asarray(image)[::-1]


def _check_size(size):
    if not 1 <= min(size) <= max(size) <= 10_000:
        raise LessonError("features.size", size=size)


@lru_cache(maxsize=1)
def _magma():
    return (np.array(matplotlib.colormaps["magma"].colors) * 255).round().astype(np.uint8).tobytes()


@dataclass(frozen=True)
class PictureSummary:
    """What `write_pictures` did; printed, it says so."""

    folder: Path
    drawn: int
    size: tuple

    def __str__(self):
        return text("features.drawn", folder=self.folder, drawn=self.drawn, width=self.size[0], height=self.size[1])


def write_pictures(folder, *, out=None, size=None, jobs=1, progress=True, **changes):
    """Draw the picture of every segment: ``graph/positive/7_dogbark.wav`` → ``graph_mfcc/positive/7_dogbark.png``.

    Parameters
    ----------
    folder : path, the folder that holds ``graph/``
    out : path, where ``graph_mfcc/`` is made; ``folder`` if None
    size : (width, height) in pixels; None for one pixel a mel band and frame, which is what a network learns from.
        Pictures of another size are for the eye and go to a folder of their own, such as ``graph_mfcc_1200x400/``.
    jobs : int, processes
    progress : bool, draw a progress bar on stderr
    **changes : parameters of the pictures (``n_fft``, ``n_mels``, …) in place of those in ``graph/made.json``

    Returns
    -------
    PictureSummary

    Raises
    ------
    LessonError
        If there are no segments, or the pictures cannot be drawn or written.
    """
    graph = Path(folder) / GRAPH
    facts, rows = read_made(graph), read_segments(graph)
    config = facts.pop("config").replace(**changes)
    _front_end(config, torch.float32)  # what is wrong with the configuration is said before anything is written
    name = PICTURES if size is None else f"{PICTURES}_{size[0]}x{size[1]}"
    size = size or (config.segment_frames, config.n_mels)
    _check_size(size)
    target = Path(out or folder) / name
    batches = [rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH)]
    options = {"processes": jobs, "progress": progress, "description": name, "unit": "batch"}
    with new_folder(target, partial(written_before, ending=".png")) as new:
        with closing(in_order(partial(_draw, graph, config, size), batches, **options)) as drawn:
            for batch, pictures in zip(batches, drawn, strict=True):
                for row, png in zip(batch, pictures, strict=True):
                    path = (new / row.segment).with_suffix(".png")
                    path.parent.mkdir(exist_ok=True)
                    path.write_bytes(png)
        segments = (graph / TABLE).read_bytes()
        facts |= {"size": list(size), "segments": hashlib.sha256(segments).hexdigest()[:16]}
        (new / MADE).write_bytes(made(config, **facts))
        (new / TABLE).write_bytes(segments)
    return PictureSummary(target, len(rows), size)


def _draw(graph, config, size, rows):
    """Pictures of a few segments, as PNG files."""
    sounds = [_read_segment(graph / row.segment, config) for row in rows]
    return [_png(picture(levels, config, size)) for levels in log_mel(np.stack(sounds), config)]


def _read_segment(path, config):
    """Samples of a segment as `split` wrote it; six times as fast as `audio.load`, which looks for every format."""
    expected = 1, 2, config.sample_rate, config.segment_samples  # channels, bytes a sample, Hz, samples
    try:
        with wave.open(str(path)) as file:
            found, content = file.getparams()[:4], file.readframes(config.segment_samples)
    except (OSError, EOFError, wave.Error) as error:
        raise LessonError("segments.changed", path=path) from error
    if found != expected or len(content) != 2 * config.segment_samples:
        raise LessonError("segments.changed", path=path)
    return np.frombuffer(content, "<i2").astype(np.float32) / 32_768


def _png(image):
    content = io.BytesIO()
    image.save(content, "png", compress_level=2)  # more than twice as fast as the default, a third larger
    return content.getvalue()
