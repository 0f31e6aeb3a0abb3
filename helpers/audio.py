"""Any sound file → float32 mono in −1…1 at one rate, with a note on whatever is missing or was changed."""

import functools
import io
import itertools
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from formats.sound import BLOCK, CannotDecode
from formats.sound import sounds as sounds_in
from helpers.batch import atomic_write
from helpers.config import AudioConfig
from helpers.messages import LessonError

SILENCE_DBFS = -200.0
"""What `rms_dbfs` says of silence, whose level has no logarithm."""

_RATES = (1_000, 768_000)  # Hz; another rate is a damaged header, and resampling from it would fill the memory
_CHANNELS_S = 30  # seconds that decide whether the channels are averaged
_FAR_BELOW = 10**-0.9  # 9 dB, as a ratio of powers
_CLIPPED = 10**0.005  # 0.1 dB: less is not worth a change
_UNSCALED = 8.0  # above this, samples were stored as integers are
_FULL_SCALES = (2.0**7, 2.0**15, 2.0**23, 2.0**31)


class AudioError(LessonError):
    """Nothing of a sound file can be used."""


class AudioWarning(LessonError, UserWarning):
    """A sound file can be used, but something is missing or was changed; ``str()`` says what."""


@dataclass(frozen=True)
class AudioInfo:
    """What a sound file says about itself."""

    sample_rate: int  # Hz
    channels: int
    seconds: float
    format: str  # the container: "WAV", "FLAC", "OGG", "MP3", "M4A", …
    subtype: str  # the coding: "PCM_16", "IMA_ADPCM", "VORBIS", "AAC", …


def load(path, config=AudioConfig()):
    """Read a sound file of any kind: with libsndfile, or with pydub and ffmpeg what libsndfile does not know.

    The content decides, not the name's ending. A damaged file is used as far as it can be decoded; an `AudioWarning`
    says what is missing or was changed.

    Parameters
    ----------
    path : str or Path
    config : AudioConfig; only its ``sample_rate`` counts here

    Returns
    -------
    array [samples], float32, mono, −1…1, at ``config.sample_rate``; never empty

    Raises
    ------
    AudioError
        If the file is missing or unreadable, or nothing of it can be decoded.
    """
    samples, notes = read(path, config)
    for note in notes:
        warnings.warn(note, stacklevel=2)
    return samples


def read(path, config=AudioConfig()):
    """`load` without warnings: returns (samples, tuple of AudioWarning)."""
    notes = []
    return np.concatenate(list(stream(path, config, notes))), tuple(notes)


def stream(path, config=AudioConfig(), notes=None):
    """Yield what `load` returns block by block, so that an hour of sound does not fill the memory.

    Each `AudioWarning` goes to the list ``notes``; without one it is issued as a warning.
    """
    path, seconds = Path(path), 0.0

    def say(key, **values):
        note = AudioWarning(f"audio.{key}", file=_shown(path), **values)
        notes.append(note) if notes is not None else warnings.warn(note, stacklevel=3)

    try:
        for sound in sounds_in(path, _content(path)):
            resampler = None
            for block in _scaled(sound, say):
                if resampler is None:
                    if not _RATES[0] <= sound.rate <= _RATES[1]:
                        raise _error("damaged", path)
                    resampler = Resampler(sound.rate, config.sample_rate)
                yield np.clip(resampler(block), -1.0, 1.0)
            if resampler is not None:
                yield np.clip(resampler(None), -1.0, 1.0)
                seconds += sound.frames / sound.rate
                if missing := sound.missing():
                    key, lost = missing
                    say(key, seconds=f"{seconds:.2f}", missing=f"{lost:.2f}", total=f"{seconds + lost:.2f}")
    except CannotDecode as problem:
        if not seconds:
            raise _error(str(problem), path) from None
        say("breaks_off", seconds=f"{seconds:.2f}")
    if not seconds:
        raise _error("damaged" if sound.broken or sound.promised or sound.cut else "empty", path)


def load_each(paths, config=AudioConfig(), on_skip=lambda path, error: print(error)):
    """Yield (path, array [samples] float32) for each file; call ``on_skip(path, AudioError)`` for each left out."""
    for path in paths:
        try:
            samples = load(path, config)
        except AudioError as error:
            on_skip(path, error)
        else:
            yield path, samples


def info(path):
    """Read what a sound file says about itself: `AudioInfo`. Its sound is not checked."""
    path = Path(path)
    try:
        sounds = list(sounds_in(path, _content(path)))
    except CannotDecode as problem:
        raise _error(str(problem), path) from None
    first = sounds[0]
    return AudioInfo(first.rate, first.channels, sum(s.seconds() for s in sounds), first.format, first.subtype)


def to_mono(audio):
    """Mean of all channels: array [samples] or [samples, channels] → array [samples] of the same type."""
    if audio.ndim == 1:
        return audio
    return functools.reduce(np.add, audio.T) / audio.shape[1]  # column by column: many times faster than mean(axis=1)


def resample(audio, rate_in, rate_out):
    """Change the sample rate; what lies above half the lower rate is filtered away, so that nothing aliases.

    Parameters
    ----------
    audio : array [samples], float32
    rate_in, rate_out : int, Hz

    Returns
    -------
    array [about samples · rate_out / rate_in, at least 1], float32

    Source: soxr ("HQ"), https://sourceforge.net/projects/soxr/.
    """
    resampler = Resampler(rate_in, rate_out)
    return np.concatenate([resampler(audio), resampler(None)])


class Resampler:
    """`resample` for sound that comes in blocks: call it with one after another, at the end with None.

    Source: soxr ("HQ").
    """

    def __init__(self, rate_in, rate_out):
        same = rate_in == rate_out
        self._stream = None if same else soxr.ResampleStream(rate_in, rate_out, 1, dtype="float32", quality="HQ")
        self._first = np.zeros(0, np.float32)
        self._anything_out = same

    def __call__(self, block):
        """Samples [m] that a block [n] adds at the new rate; for None those that the filter still holds back."""
        last = block is None
        block = np.zeros(0, np.float32) if last else np.asarray(block, np.float32)
        if self._stream is None:
            return block
        if not len(self._first):
            self._first = block[:1].copy()
        changed = self._stream.resample_chunk(block, last=last)
        self._anything_out |= len(changed) > 0
        return changed if self._anything_out or not last else self._first  # no sound is too short for a sample


def rms_dbfs(audio):
    """RMS level in decibels re full scale, without the mean: a constant offset cannot be heard.

    A square wave of amplitude 1 has 0 dBFS, a full-scale sine −3.01.

    Parameters
    ----------
    audio : array [samples], float in −1…1

    Returns
    -------
    float, dBFS; at least `SILENCE_DBFS`, which is also the level of an empty array
    """
    power = np.var(audio, dtype=np.float64) if len(audio) else 0.0
    return max(SILENCE_DBFS, 10.0 * float(np.log10(power))) if power > 0 else SILENCE_DBFS


def to_int16(audio):
    """Samples as a 16-bit wav stores them: −1…1 becomes −32768…32767, clipped."""
    return np.clip(np.rint(np.asarray(audio) * 32_768.0), -32_768, 32_767).astype(np.int16)


def wav_bytes(audio, sample_rate):
    """Bytes of a 16-bit wav of audio [samples] or [samples, channels], float in −1…1 or int16 as it is."""
    audio, content = np.asarray(audio), io.BytesIO()
    samples = audio if audio.dtype == np.int16 else to_int16(audio)
    soundfile.write(content, samples, sample_rate, format="WAV", subtype="PCM_16")
    return content.getvalue()


def save(path, audio, sample_rate):
    """Write `wav_bytes` into a file, whole or not at all; raises LessonError where the file cannot be written."""
    atomic_write(Path(path), wav_bytes(audio, sample_rate))


def _error(key, path, **values):
    return AudioError(f"audio.{key}", file=_shown(path), path=str(path), **values)


def _shown(path):
    """Folder and name of a file."""
    return "/".join(filter(None, (path.parent.name, path.name))) or str(path)


def _content(path):
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise _error("missing", path) from error
    except OSError as error:
        raise _error("folder" if path.is_dir() else "unreadable", path, reason=error.strerror) from error
    if not content:
        raise _error("empty", path)
    return content


def _scaled(sound, say):
    """Mono blocks of a sound, scaled to −1…1 where the samples are stored as floats."""
    if sound.subtype not in {"FLOAT", "DOUBLE"}:
        yield from _mono(sound, say)
        return
    peak = max((np.abs(block).max() for block in _mono(sound, lambda *_, **__: None)), default=0.0)
    divisor = 1.0
    if peak > _UNSCALED:
        divisor = next(scale for scale in _FULL_SCALES if peak <= scale)
        say("unscaled", peak=f"{peak:.0f}", divisor=f"{divisor:.0f}")
    elif peak > _CLIPPED:
        divisor = peak
        say("turned_down", decibels=f"{20 * np.log10(peak):.1f}")
    for block in _mono(sound, say):
        yield block / np.float32(divisor)


def _mono(sound, say):
    """Mono blocks of a sound: the mean of the channels, or the loudest channel where the mean is far quieter."""
    blocks, channel = _finite(sound, say), None
    head = list(itertools.islice(blocks, _CHANNELS_S * sound.rate // BLOCK + 1)) if sound.channels > 1 else []
    if head:
        power, power_of_mean = _powers(head)
        if power_of_mean < _FAR_BELOW * power.max():
            channel = int(np.argmax(power > 0.98 * power.max()))  # the first of equals, on every computer
            say("one_channel", number=channel + 1, count=sound.channels)
    blocks, head = itertools.chain(head, blocks), None
    for block in blocks:
        yield to_mono(block) if channel is None else block[:, channel].copy()


def _powers(blocks):
    """Power of each channel, and that of the mean of all channels; a constant offset does not count."""
    frames = sum(map(len, blocks))
    products = sum(block.T @ block for block in blocks) / frames
    means = sum(np.ones(len(block), np.float32) @ block for block in blocks) / frames
    covariance = products - np.outer(means, means)
    return np.diag(covariance), covariance.sum() / len(means) ** 2


def _finite(sound, say):
    """Blocks of a sound, with silence where values are not finite or too large to be samples."""
    bad = 0
    for block in sound.blocks():
        if not np.vdot(block, block) <= _FULL_SCALES[-1] ** 2:  # quick, and false of NaN
            good = np.abs(block) <= _FULL_SCALES[-1]
            block = np.where(good, block, np.float32(0))
            bad += int(good.size - good.sum())
        yield block
    if bad and bad == sound.frames * sound.channels:
        raise CannotDecode("nothing_finite")
    if bad:
        say("not_finite", count=bad)
