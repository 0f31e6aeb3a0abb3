"""Bytes of a sound file → blocks of samples: with libsndfile, or with pydub and ffmpeg where libsndfile cannot.

A length that a header states is not believed: sound that goes on behind it is read, and sound that is missing is named.
"""

import contextlib
import functools
import io
import itertools
import os
import re
import shutil
import threading
import warnings

import numpy as np
import soundfile

from formats import mp3

BLOCK = 65_536  # frames decoded at a time
_FFMPEG_S = 600  # seconds decoded at a time by pydub, which keeps them in memory several times over
_UNKNOWN = 2**62  # frames; libsndfile's number for "not stated" is larger
_LOSSY = ("MPEG", "VORBIS", "OPUS")
_SLACK_S = 0.12  # may be missing in these and in what ffmpeg decodes: an encoder's delay and padding
_TOO_SHORT_S = 0.005  # shorter stretches are not named
_STREAMED = {4: 0x7FFF_0000, 8: 2**40}  # bytes; programs that write into a pipe state such lengths
_TAIL = 512  # bytes of tags or padding behind the sound that need not look like anything

# How a file begins; a second beginning in the same file means that files were joined.
_BEGINNING = re.compile(
    rb"(?s)R(?:IFF|IFX|F64).{4}WAVE|BW64.{4}WAVE|FORM.{4}AIF[FC]|caff\0\x01\0\0|\.snd\0\0\0[\x18-\xff]"
    rb"|OggS\0\x02|fLaC[\0\x80]\0\0\x22|\0\0\0.ftyp|FLV\x01.\0\0\0\x09|0&\xb2u\x8ef\xcf\x11"
)
# What is damaged if nothing of it can be decoded; anything else is no sound.
_CONTAINER = re.compile(
    rb"(?s)R(?:IFF|F64).{4}(?:WAVE|AVI )|FORM.{4}AIF|fLaC|OggS|caff|\.snd|\x1aE\xdf\xa3|#!AMR|ID3"
    rb"|.{4}ftyp(?!hei|mif|avi)"
)
# Offset of the first chunk; bytes of a chunk's name and of its length; byte order; alignment.
_CHUNKS = {
    b"RIFF": (12, 4, 4, "little", 2),
    b"RF64": (12, 4, 4, "little", 2),
    b"RIFX": (12, 4, 4, "big", 2),
    b"FORM": (12, 4, 4, "big", 2),
    b"caff": (8, 4, 8, "big", 1),
    b"riff": (40, 16, 8, "little", 8),
}
_CHUNK_NAME = re.compile(rb"TAG|ID3|[\w(][\w ).]{3}")
_STATES_LENGTH = re.compile("mov|matroska|asf|avi|flv|caf|wav|w64|aiff|tta|wv")  # ffprobe guesses that of others
_READ_BY_PYDUB = (".wav", ".raw", ".pcm")  # by itself, whatever is in a file of such a name
_PICTURE = re.compile("pipe|image|tty|gif|apng")


class CannotDecode(Exception):
    """Nothing can be decoded; the argument is the key of the sentence that says why."""


def sounds(path, content):
    """Yield each sound in a file (several if files were joined); decode one before asking for the next."""
    parts, problem = _split(content), None
    for part in parts:
        found = _by_libsndfile(part)
        yield from found
        if all(sound.broken and not sound.frames for sound in found):
            try:
                by_ffmpeg = _Ffmpeg(part, path if len(parts) == 1 else None)
            except CannotDecode as error:
                problem = problem or error
            else:
                yield by_ffmpeg
    if problem:
        raise problem


class _Sound:
    """A stretch of sound; its header states ``promised`` frames, or 0 if none that can be believed."""

    frames = 0  # decoded so far
    broken = False  # whether the decoder gave up
    slack_s = _SLACK_S

    def missing(self):
        """Key of the sentence that says what was not decoded, and the seconds of it where they are known, or None."""
        lost_s = (self.promised - self.frames) / self.rate
        if lost_s > self.slack_s:
            return ("damaged_end" if self.broken else "incomplete"), lost_s
        if self.cut or (self.broken and not self.promised):
            return "breaks_off", 0.0
        return None

    def seconds(self):
        """Length as the header states it, else as decoded."""
        frames = self.stated or sum(map(len, self.blocks()))
        return frames / self.rate


class _Libsndfile(_Sound):
    """A sound that libsndfile decodes."""

    def __init__(self, content, frames=None):
        self.content, share = _with_true_length(content)
        flac_frames = int.from_bytes(content[21:26], "big") % 2**36 if content.startswith(b"fLaC") else 0
        if flac_frames:  # unknown from now on, or libsndfile reads no further
            self.content = _replaced(content, 21, bytes([content[21] & 0xF0, 0, 0, 0, 0]))
        with self._open() as file:
            self.rate, self.channels = file.samplerate, file.channels
            self.format, self.subtype = file.format, file.subtype
            self.stated = flac_frames or (file.frames if file.frames < _UNKNOWN else 0)
        self.promised = frames or round(self.stated * share)
        self.slack_s = _SLACK_S if self.subtype.startswith(_LOSSY) else _TOO_SHORT_S
        self.cut = share > 1 or _cut_in_a_page(content)

    def _open(self):
        with quiet():
            return _Stream(_Nameless(self.content))

    def blocks(self):
        """Yield arrays [n, channels], up to the end or to where the decoder gives up."""
        self.frames, self.broken = 0, False
        mpeg = self.subtype.startswith("MPEG")
        with self._open() as file:
            while not self.broken:
                block = np.full((BLOCK, self.channels), np.nan, np.float32)
                try:
                    with quiet() if mpeg else contextlib.nullcontext():
                        block = file.read(out=block)
                except soundfile.LibsndfileError:
                    self.broken = True
                    self.slack_s = _TOO_SHORT_S if mpeg else self.slack_s
                    block = block[: np.isfinite(block[:, 0]).sum()]  # what came before the fault
                if not len(block):
                    return
                self.frames += len(block)
                yield block


class _Stream(soundfile.SoundFile):
    """A sound file read straight on.

    After each block soundfile seeks to where it is already, and an mp3 decoder that lands anywhere has lost the frames
    before, on which the next ones lean: every block would begin with a gap.
    """

    def seekable(self):
        return False


class _Nameless(io.BytesIO):
    """A file's content without its name: libsndfile, which trusts an ending such as .vox, then goes by the content."""

    def seek(self, offset, whence=io.SEEK_SET):
        try:
            return super().seek(offset, whence)
        except ValueError:  # a damaged header sent libsndfile before the start; it sees from tell() that nothing moved
            return self.tell()


def _by_libsndfile(content):
    """The sounds that libsndfile finds in a part of a file; none where it cannot open it."""
    if content.startswith(b"OggS") and not _position_grows(content):
        return []  # libsndfile would read up to there only
    try:
        sound = _Libsndfile(content)
        if sound.subtype != "MPEG_LAYER_III":
            return [sound]
        stream = sound.content
        if chunk := _sound_chunk(stream):  # in a wav
            *_, length, begin = chunk
            stream = stream[begin : begin + length]
        streams = [_Libsndfile(*part) for part in mp3.parts(stream)]
        streams[-1].cut = sound.cut
        return streams
    except soundfile.LibsndfileError:
        if _CONTAINER.match(content):
            return []
        hidden = _BEGINNING.search(content, 0, 4096)
        # an mp3 that began at the start would have been recognised
        begin = hidden.start() if hidden else mp3.first_frame(content[: 2**16], 3, 2**16)
        return _by_libsndfile(content[begin:]) if begin > 0 else []


@functools.cache
def _pydub():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the modules that it imports itself
        import pydub.utils
    return pydub


class _Ffmpeg(_Sound):
    """A sound that pydub decodes with ffmpeg; ``path`` is None for a part of a file."""

    def __init__(self, content, path):
        if content.isascii():
            raise CannotDecode("not_a_sound")
        if not (shutil.which("ffmpeg") and shutil.which("ffprobe")):
            raise CannotDecode("needs_ffmpeg")
        content, share = _with_true_length(original := content)
        by_path = path and content is original and path.suffix.lower() not in _READ_BY_PYDUB
        self._source = (lambda: str(path.absolute())) if by_path else (lambda: io.BytesIO(content))
        try:
            said = _pydub().utils.mediainfo_json(self._source())
        except (LookupError, ValueError):
            said = {}
        container, streams = said.get("format", {}), said.get("streams", [])
        names = container.get("format_name", "")
        kinds = [stream.get("codec_type") for stream in streams]
        stream = streams[kinds.index("audio")] if "audio" in kinds else None
        if stream is None and "video" in kinds and not _PICTURE.search(names):
            raise CannotDecode("no_sound_track")
        if stream is None or container["probe_score"] < 25:  # ffprobe finds a chance mp3 in many a file
            raise CannotDecode("damaged" if _CONTAINER.match(content) else "not_a_sound")
        if "codec_name" not in stream:
            raise CannotDecode("not_a_sound")
        self.rate, self.channels = int(stream["sample_rate"]), stream["channels"]
        self.subtype, ending = stream["codec_name"].upper(), path.suffix[1:].lower() if path else ""
        self.format = (ending if ending in names.split(",") else names.split(",")[0]).upper()
        # pydub asks ffmpeg for samples of these bits; of others (4 in ADPCM) only where it is told the coding
        self._codec = None if stream["bits_per_sample"] in (8, 16, 24, 32) else stream["codec_name"]
        length = stream.get("duration") or stream.get("tags", {}).get("DURATION")
        if not length and len(streams) == 1:
            length = container.get("duration")
        self.stated = round(_seconds(length or "0") * self.rate)
        self.promised = self.stated if _STATES_LENGTH.search(names) else 0
        self.cut = share > 1 or _cut_in_a_page(content)

    def blocks(self):
        """Yield arrays [n, channels], up to the end or to where the decoder gives up."""
        self.frames, self.broken = 0, False
        short = 0 < self.promised <= _FFMPEG_S * self.rate
        how = {"codec": self._codec, "parameters": ["-max_error_rate", "1"]}  # what there is of a damaged file
        for start in itertools.count(0, _FFMPEG_S):
            part = {} if short else {"start_second": start, "duration": _FFMPEG_S}
            try:
                segment = _pydub().AudioSegment.from_file(self._source(), **how, **part)
            except (_pydub().exceptions.PydubException, LookupError, ValueError):
                self.broken = True
                return
            self.rate, width = segment.frame_rate, segment.sample_width
            samples = np.frombuffer(segment.raw_data, f"<i{width}").reshape(-1, segment.channels)
            for at in range(0, len(samples), BLOCK):
                block = (samples[at : at + BLOCK] / 2.0 ** (8 * width - 1)).astype(np.float32)
                self.frames += len(block)
                yield block
            if short or len(samples) < (_FFMPEG_S - 1) * self.rate:  # the first may begin a little late
                return


def _seconds(text):
    """``"4.0"`` or ``"00:00:04.0"`` → 4.0."""
    return sum(float(part) * 60**place for place, part in enumerate(reversed(text.split(":"))))


# lengths


def _split(content):
    """The files that were joined into one (usually a single one), without tags in front that hide the first."""
    begin = 0
    while content.startswith(b"ID3", begin):
        begin += mp3.after_tag(content[begin : begin + 10])
    if not _BEGINNING.match(content, begin):  # an mp3: the tag may state a size that leads past its first frames
        begin = mp3.first_frame(content, 10, mp3.after_tag(content) + 2)
    content = content[begin:]
    begins = [0]
    if content.startswith(b"OggS"):
        first = [(begin, end) for begin, end, header in _pages(content) if header[5] & 2]  # of each logical stream
        begins += [begin for (_, end), (begin, _) in itertools.pairwise(first) if begin > end]
    elif _BEGINNING.match(content):
        word = slice(4, 8) if content[4:8] == b"ftyp" else slice(0, 4)
        at = word.start
        while (at := content.find(content[word], at + 4)) >= 0:
            if _BEGINNING.match(content, at - word.start):
                begins.append(at - word.start)
    return [content[begin:end] for begin, end in itertools.pairwise([*begins, len(content)])]


def _pages(content):
    """Yield (begin, end, header) of each page of an ogg; the end of the last may lie behind the file's."""
    at = 0
    while (begin := content.find(b"OggS\0", at)) >= 0:
        header = content[begin : begin + 27].ljust(27, b"\xff")
        sizes = content[begin + 27 : begin + 27 + header[26]]
        at = begin + 27 + header[26] + sum(sizes)
        yield begin, at, header


def _position_grows(content):
    """Whether the last page of an ogg states the latest position, which is the length of the sound."""
    positions = [int.from_bytes(header[6:14], "little", signed=True) for _, _, header in _pages(content)]
    return positions and positions[-1] >= max(1, *positions)


def _cut_in_a_page(content):
    """Whether an ogg ends inside a page."""
    return content.startswith(b"OggS") and max((end for _, end, _ in _pages(content)), default=0) > len(content)


def _with_true_length(content):
    """The content with the true length in its header, and the stated length as a multiple of it where that is more."""
    if content.startswith(b"BW64"):
        content = _replaced(content, 0, b"RF64")
    chunk = _sound_chunk(content)
    if chunk is None:
        return content, 1.0
    field, width, order, length, begin = chunk
    there = max(1, len(content) - begin)
    if length <= there and not _goes_on(content[begin + length :]):
        return content, 1.0
    share = length / there if there + 8 < length < _STREAMED[width] else 1.0  # 8: a header counted as content
    if length < there or content.startswith((b"caff", b"RF64", b".snd")):  # libsndfile mends the others itself
        stated = min(there, 256**width - 1).to_bytes(width, order)
        content = _replaced(content, field, stated)
    return content, share


def _replaced(content, at, new):
    view = memoryview(content)  # a slice of bytes would be another copy of a long recording
    return b"".join((view[:at], new, view[at + len(new) :]))


def _sound_chunk(content):
    """The chunk of the samples: (offset of its length, bytes of that, byte order, length, offset of the samples)."""
    if content.startswith(b".snd"):
        return 8, 4, "big", int.from_bytes(content[8:12], "big"), int.from_bytes(content[4:8], "big")
    if content[8:12] == b"AVI ":
        return 4, 4, "little", int.from_bytes(content[4:8], "little"), 8
    at, name, width, order, multiple = _CHUNKS.get(content[:4], (len(content), 0, 0, "", 1))
    while at + name + width < len(content):
        field, begin = at + name, at + name + width
        length = int.from_bytes(content[field:begin], order)
        if content.startswith(b"riff"):
            length = max(0, length - name - width)  # W64 counts a chunk's header
        if content[at : at + 4] in (b"data", b"SSND", b"BODY"):
            if content.startswith(b"RF64") and content[12:16] == b"ds64":
                return 28, 8, order, int.from_bytes(content[28:36], order), begin
            return field, width, order, length, begin
        at = begin + length
        at += -at % multiple
    return None


def _goes_on(rest):
    """Whether sound stands behind the stated end, not further chunks, tags or padding."""
    return len(rest.strip(b"\0")) > _TAIL and not (_CHUNK_NAME.match(rest) or _CHUNK_NAME.match(rest, 1))


# stderr

_stderr_lock = threading.Lock()
_quiet_depth, _stderr = 0, None


@contextlib.contextmanager
def quiet():
    """Keep C libraries (libmpg123, PortAudio) from writing to stderr; may be nested, in many threads at once."""
    _silence(+1)
    try:
        yield
    finally:
        _silence(-1)


def _silence(step):
    global _quiet_depth, _stderr
    with _stderr_lock, contextlib.suppress(OSError):  # a program without a terminal has nothing to keep clean
        _quiet_depth += step
        if _quiet_depth == 1 and step > 0:
            _stderr = os.dup(2)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
            os.close(nowhere)
        elif _quiet_depth == 0 and _stderr is not None:
            os.dup2(_stderr, 2)
            os.close(_stderr)
            _stderr = None
