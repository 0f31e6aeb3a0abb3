"""Any sound file → float32 mono in −1…1 at one rate, or one clear error."""

import contextlib
import functools
import io
import math
import os
import re
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
import soxr

from helpers import environment, mpeg
from helpers.batch import publish
from helpers.config import AudioConfig
from helpers.messages import LessonError

SILENCE_DBFS = -200.0
"""What `dbfs` says of digital silence, whose level has no logarithm."""

_BLOCK = 16_384  # frames decoded at a time: bounds memory, and tells roughly where a damaged file breaks off
_RATES = (1_000, 768_000)  # Hz; a header that says otherwise is damaged, and resampling from it would fill the memory
_PEAK = 8.0  # decoders overshoot 1.0 a little (mp3: up to 1.7 seen); beyond this the samples were never scaled to −1…1
_HEADER_BYTES = 8  # some writers count a chunk's own header as content
_LENGTHS = re.compile(r"^ *(?:data|SSND|Data Size|riff|Riff size) *: (\d+) \(should be (\d+)\)", re.MULTILINE)
_STREAMED = 0x7FFF_0000  # bytes; programs that write into a pipe put such numbers where the length should stand
_FRAMES_UNKNOWN = 2**63 - 1  # libsndfile's number for a flac written into a pipe
_MP3_SLACK = 2 * 1152  # frames; decoders drop the first ones where they lean on sound that was cut away

# Containers libsndfile does not know: name, offset, the bytes there. Everything else is libsndfile's, and ffmpeg gets
# no second try: it decodes damaged files without a word, and two machines would cut different pieces of one recording.
_FFMPEG_ONLY = (
    ("MP4", 4, b"ftyp"),
    ("MATROSKA", 0, b"\x1aE\xdf\xa3"),
    ("ASF", 0, b"0&\xb2u\x8ef\xcf\x11"),
    ("AMR", 0, b"#!AMR"),
    ("AAC", 0, b"\xff\xf1"),
    ("AAC", 0, b"\xff\xf9"),
)

_one_at_a_time = threading.Lock()  # for what `quiet` does to the whole process


class AudioError(LessonError):
    """A sound file that cannot be used; the sentence says what is wrong, in which file, and what to do."""


@dataclass(frozen=True)
class AudioInfo:
    """What a sound file says about itself.

    Parameters
    ----------
    sample_rate : int, Hz
    channels : int
    seconds : float
    format : str, the container: ``"WAV"``, ``"FLAC"``, ``"OGG"``, ``"MP3"``, ``"AIFF"``, ``"MP4"``, …
    subtype : str, how samples are stored: ``"PCM_16"``, ``"IMA_ADPCM"``, ``"VORBIS"``, …

    Lesson: 03_download.
    """

    sample_rate: int
    channels: int
    seconds: float
    format: str
    subtype: str


def load(path, config=AudioConfig()):
    """Read a sound file of any kind.

    wav (u8, 16, 24, 32-bit, float, ADPCM), flac, ogg, mp3, aiff and what else libsndfile knows; m4a and the like where
    ffmpeg is installed. The content decides, not the name's ending. Channels are averaged, then the rate is changed.

    Parameters
    ----------
    path : str or Path
    config : AudioConfig, of which ``sample_rate`` counts

    Returns
    -------
    array [samples], float32, mono, −1…1 (what a decoder overshoots is clipped), at ``config.sample_rate``; never empty

    Raises
    ------
    AudioError
        If the file is missing, unreadable, empty, no sound, truncated, damaged, or holds values that are not finite.

    Lesson: 03_download.
    """
    path = Path(path)
    with quiet(), (opened := _open(path)).sound as sound:
        audio, rate = np.concatenate(list(_decode(opened, path))), sound.samplerate
    return np.clip(resample(audio, rate, config.sample_rate), -1.0, 1.0)


def stream(path, config=AudioConfig()):
    """Read a sound file bit by bit, as a listener hears it: an hour of sound does not fill the memory.

    Parameters
    ----------
    path, config : as for `load`

    Yields
    ------
    array [n] float32; joined they are what `load` returns (nothing, where the sound is too short for a sample)

    Raises
    ------
    AudioError
        As for `load`; damage is found where it is reached.

    Lesson: 08_live_mic.
    """
    path = Path(path)
    with quiet():
        opened = _open(path)
    with opened.sound as sound:
        resampler = Resampler(sound.samplerate, config.sample_rate)
        blocks = _decode(opened, path)
        while True:
            with quiet():
                block = next(blocks, None)
            yield np.clip(resampler(block), -1.0, 1.0)
            if block is None:
                return


def load_each(paths, config=AudioConfig(), *, on_skip=lambda path, error: print(error)):
    """Read many sound files; name the ones that cannot be read and go on.

    Parameters
    ----------
    paths : iterable of str or Path
    config : AudioConfig
    on_skip : called with (path, AudioError) for each file left out; prints the sentence by default

    Yields
    ------
    (path, array [samples] float32), in the order given

    Lesson: 03_download.
    """
    for path in paths:
        try:
            audio = load(path, config)
        except AudioError as error:
            on_skip(path, error)
        else:
            yield path, audio


def info(path):
    """What a sound file says about itself; its sound is not checked.

    Returns
    -------
    AudioInfo

    Raises
    ------
    AudioError
        If the file is missing, unreadable, empty, no sound or visibly truncated.

    Lesson: 03_download.
    """
    path = Path(path)
    with quiet(), (opened := _open(path)).sound as sound:
        frames = sum(map(len, _decode(opened, path))) if sound.frames == _FRAMES_UNKNOWN else sound.frames
        return AudioInfo(
            sound.samplerate, sound.channels, frames / sound.samplerate, opened.container or sound.format, sound.subtype
        )


def to_mono(audio):
    """The mean of all channels.

    Parameters
    ----------
    audio : array [samples] or [samples, channels], float

    Returns
    -------
    array [samples], of the same type

    Lesson: 03_download.
    """
    if audio.ndim == 1:
        return audio
    return functools.reduce(np.add, audio.T) / audio.shape[1]  # column by column: many times faster than mean(axis=1)


def resample(audio, rate_in, rate_out):
    """Change the sample rate; what lies above half the lower rate is filtered away first, so that nothing aliases.

    Parameters
    ----------
    audio : array [samples], float32
    rate_in, rate_out : int, Hz

    Returns
    -------
    array [about samples · rate_out / rate_in, at least 1], float32

    Lesson: 03_download. Source: soxr ("HQ"), https://sourceforge.net/projects/soxr/.
    """
    if rate_in == rate_out:
        return audio
    changed = soxr.resample(audio, rate_in, rate_out, quality="HQ")
    return changed if len(changed) else audio[:1]


class Resampler:
    """`resample` for sound that comes in blocks: call it with one after another.

    Parameters
    ----------
    rate_in, rate_out : int, Hz

    Lesson: 08_live_mic. Source: soxr ("HQ").
    """

    def __init__(self, rate_in, rate_out):
        same = rate_in == rate_out
        self._stream = None if same else soxr.ResampleStream(rate_in, rate_out, 1, dtype="float32", quality="HQ")

    def __call__(self, block):
        """What a block [n] adds at the new rate; None as the last one brings what the filter still holds back."""
        last, block = block is None, np.zeros(0, dtype=np.float32) if block is None else block
        return self._stream.resample_chunk(block, last=last) if self._stream else block


def dbfs(audio):
    """Loudness: root mean square in decibels re full scale.

    A square wave of amplitude 1 reads 0 dBFS, a full-scale sine −3.01.

    Parameters
    ----------
    audio : array [samples], float in −1…1

    Returns
    -------
    float, dBFS, never below `SILENCE_DBFS`, which is also the level of no samples at all

    Lesson: 04_split.
    """
    power = np.mean(np.square(audio, dtype=np.float64)) if len(audio) else 0.0
    return max(SILENCE_DBFS, 10.0 * math.log10(power)) if power > 0 else SILENCE_DBFS


def to_int16(audio):
    """Samples as a 16-bit wav stores them: −1…1 becomes −32768…32767, clipped.

    What `load` read from a 16-bit file at its own rate comes back bit for bit.

    Parameters
    ----------
    audio : array, float in −1…1

    Returns
    -------
    array of the same shape, int16

    Lesson: 04_split.
    """
    return np.clip(np.rint(np.asarray(audio) * 32_768.0), -32_768, 32_767).astype(np.int16)


def wav_bytes(audio, sample_rate):
    """A 16-bit wav file, as the bytes of it.

    Parameters
    ----------
    audio : array [samples] or [samples, channels]; float in −1…1, or int16 as it is
    sample_rate : int, Hz

    Returns
    -------
    bytes

    Lesson: 04_split.
    """
    audio = np.asarray(audio)
    content = io.BytesIO()
    samples = audio if audio.dtype == np.int16 else to_int16(audio)
    soundfile.write(content, samples, sample_rate, format="WAV", subtype="PCM_16")
    return content.getvalue()


def save(path, audio, sample_rate):
    """Write a 16-bit wav, all of it or nothing: whoever interrupts leaves no half file.

    Parameters
    ----------
    path : str or Path, in an existing folder
    audio : array [samples] or [samples, channels]; float in −1…1, or int16 as it is
    sample_rate : int, Hz

    Raises
    ------
    AudioError
        If the file cannot be written.

    Lesson: 04_split.
    """
    path = Path(path)
    content = wav_bytes(audio, sample_rate)
    try:
        publish(path, content)
    except OSError as error:
        raise _error("not_saved", path, reason=error.strerror) from error


@contextlib.contextmanager
def quiet():
    """Keep the terminal clean of what C libraries say past Python, with no switch to stop them here.

    libmpg123 tells of each odd frame it mends, PortAudio of each device it does not find. One thread at a time; what
    others write to stderr meanwhile is lost.

    Lesson: 08_live_mic.
    """
    with _one_at_a_time, contextlib.ExitStack() as undo:
        with contextlib.suppress(OSError):  # a program without a terminal has nothing to keep clean
            terminal = os.dup(2)
            undo.callback(os.close, terminal)
            undo.callback(os.dup2, terminal, 2)
            with Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), 2)
        yield


def _error(key, path, **values):
    return AudioError(f"audio.{key}", file=f"{path.parent.name}/{path.name}", path=str(path), **values)


class _Nameless(io.BytesIO):
    """A file's content without its name: libsndfile, which trusts an ending such as .vox, then goes by the content."""

    def seek(self, offset, whence=io.SEEK_SET):
        try:
            return super().seek(offset, whence)
        except ValueError:  # a damaged header sent libsndfile before the start; it sees from tell() that nothing moved
            return self.tell()


class _Stream(soundfile.SoundFile):
    """A sound file read straight on.

    After each block soundfile seeks to where it is already, and an mp3 decoder that lands anywhere has lost the frames
    before, on which the next ones lean: every block would begin with a gap.
    """

    def seekable(self):
        return False


class _Opened(NamedTuple):
    sound: _Stream
    container: str | None  # what ffmpeg unpacked it from
    exact: bool  # whether sound.frames is what the file promises, not an estimate


def _open(path):
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise _error("missing", path) from error
    except OSError as error:
        raise _error("folder" if path.is_dir() else "unreadable", path, reason=error.strerror) from error
    if not content:
        raise _error("empty", path)
    container = next((name for name, at, magic in _FFMPEG_ONLY if content.startswith(magic, at)), None)
    if container:
        content = _by_ffmpeg(path, container)
    content, counted = mpeg.with_length(content)
    try:
        sound = _Stream(_Nameless(content))
    except soundfile.LibsndfileError as error:
        unrecognised = error.code == 1
        raise _error("not_a_sound", path) if unrecognised else _damaged(path) from error
    if not _RATES[0] <= sound.samplerate <= _RATES[1]:
        raise _damaged(path)
    if _cut_off(sound, content):
        raise _error("truncated", path, seconds=f"{sound.frames / sound.samplerate:.2f}")
    if not sound.frames:
        raise _error("empty", path)
    return _Opened(sound, container, counted or sound.format != "MP3")


def _by_ffmpeg(path, container):
    """What ffmpeg makes of a container that libsndfile does not know: the bytes of a float wav."""
    program = environment.ffmpeg()
    if not program:
        raise _error("needs_ffmpeg", path, container=container)
    command = [program, "-nostdin", "-v", "error", "-xerror", "-i", f"file:{path}", "-map", "0:a:0"]
    done = subprocess.run([*command, "-c:a", "pcm_f32le", "-f", "wav", "-"], capture_output=True)
    if done.returncode or not done.stdout:
        raise _damaged(path)
    return done.stdout


def _damaged(path, seconds=0.0):
    return _error("damaged", path, seconds=f"{seconds:.2f}")


def _cut_off(sound, content):
    """Whether the file ends before its own header, or its last page, says it should.

    libsndfile reads such files to where they end and notes the difference in its log.
    """
    if sound.format == "OGG":
        flags = content.rfind(b"OggS") + 5  # of the last page
        return not any(byte & 4 for byte in content[flags : flags + 1])  # 4: the stream ends here
    said = _LENGTHS.search(sound.extra_info)
    if not said:
        return False
    promised, there = int(said[1]), int(said[2])
    return there + _HEADER_BYTES < promised < _STREAMED


def _decode(opened, path):
    """All samples, mono, at the file's own rate, block by block."""
    sound, frames = opened.sound, 0
    try:
        while len(block := sound.read(_BLOCK, dtype="float32", always_2d=True)):
            yield _checked(to_mono(block), sound.subtype, path)
            frames += len(block)
    except soundfile.LibsndfileError as error:
        raise _damaged(path, frames / sound.samplerate) from error
    slack = _MP3_SLACK if sound.format == "MP3" else 0
    if not frames or (opened.exact and frames + slack < sound.frames != _FRAMES_UNKNOWN):
        raise _error("truncated", path, seconds=f"{frames / sound.samplerate:.2f}")


def _checked(audio, subtype, path):
    peak = max(audio.max(), -audio.min())  # NaN if any sample is
    if not math.isfinite(peak):
        raise _error("not_finite", path)
    if peak > _PEAK:
        stored_so = subtype in {"FLOAT", "DOUBLE"}
        raise _error("not_scaled", path, peak=f"{peak:.0f}") if stored_so else _damaged(path)
    return audio
