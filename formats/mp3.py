"""How long an mp3 is: libsndfile reads no further than its index (Xing, Info, VBRI) counts, too little in joined files,
and without one than it guesses from the first frame (its issue 1001). Each frame tells where the next begins, though.

Source: ISO/IEC 11172-3, 2.4.2.3; the index: http://gabriel.mp3-tech.org/mp3infotag.html.
"""

import re
from itertools import groupby, pairwise
from typing import NamedTuple

_SYNC = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")  # eleven set bits, MPEG 2.5, 2 or 1, layer III
_RATES = {1: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 2.5: (11_025, 12_000, 8_000)}
_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_TAG = re.compile(rb"\0|TAG|ID3|APETAGEX|LYRICS")  # what may stand between frames without anything being lost


class _Frame(NamedTuple):
    start: int  # bytes from the start of the file
    end: int
    kbits: int  # a second
    stream: tuple  # version, rate and whether mono: a decoder stops where they change


def after_tag(content):
    """Where the sound begins behind an ID3 tag, whose size stands in four bytes of seven bits; 0 if there is none."""
    if not content.startswith(b"ID3"):
        return 0
    header = content[:10].ljust(10, b"\0")
    size = sum(byte << 7 * place for place, byte in enumerate(reversed(header[6:])))
    return 10 + size + (10 if header[5] & 0x10 else 0)  # the flag of a footer as long as the header


def first_frame(content, begin, end):
    """Where the first frame begins between two places, if five more follow it; 0 if none does."""
    for found in _SYNC.finditer(content, begin, end):
        frame = _frame(content, found.start())
        if frame and _chained(content, frame, 5):
            return frame.start
    return 0


def parts(content):
    """The streams of an mp3 (one, unless files were joined) as bytes that libsndfile reads to the end, and samples.

    The samples include damaged stretches; they are 0 where the index states them rightly.
    """
    streams = [list(frames) for _, frames in groupby(_frames(content), key=lambda frame: frame.stream)]
    return [_part(content, frames, alone=len(streams) == 1) for frames in streams] or [(content, 0)]


def _part(content, frames, alone):
    index, each = _index_count(content, frames[0]), 1152 if frames[0].stream[0] == 1 else 576
    gaps = [(one.end, two.start) for one, two in pairwise(frames) if one.end != two.start]
    if alone and not gaps:
        as_it_is = content[frames[0].start :]
        if index is not None and index + 2 >= len(frames):
            return as_it_is, 0
        if index is None and len({frame.kbits for frame in frames}) == 1:
            return as_it_is, len(frames) * each
    if index is not None:
        frames = frames[1:]  # the index holds no sound
    sound = b"".join(content[frame.start : frame.end] for frame in frames)
    lost = sum(end - begin for begin, end in gaps if not _TAG.match(content, begin)) / len(sound)
    return _index(sound, len(frames)) + sound, round(len(frames) * each * (1 + lost))


def _frames(content):
    """The frames of an mp3, in order; stretches that are none are passed over."""
    at, stream = after_tag(content), None
    while found := _SYNC.search(content, at):
        frame = _frame(content, found.start())
        if frame and frame.stream != stream and _chained(content, frame, 1 if stream is None else 5):
            stream = frame.stream
        if frame and frame.stream == stream and (frame.start == at or _chained(content, frame, 1)):
            yield frame
            at = frame.end
        else:
            at = found.start() + 1


def _chained(content, frame, count):
    """Whether ``count`` more frames of the same stream follow: chance hits do not chain."""
    following = _frame(content, frame.end)
    alike = following is not None and following.stream == frame.stream
    return alike and (count == 1 or _chained(content, following, count - 1))


def _frame(content, start):
    header = content[start : start + 4]
    if len(header) < 4 or not _SYNC.match(header):
        return None
    version = {3: 1, 2: 2, 0: 2.5}[header[1] >> 3 & 3]
    kbits_index, rate_index, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if kbits_index in (0, 15) or rate_index == 3:
        return None
    kbits = (_KBITS_1 if version == 1 else _KBITS_2)[kbits_index]
    rate = _RATES[version][rate_index]
    size = (144 if version == 1 else 72) * kbits * 1000 // rate + padding
    return _Frame(start, start + size, kbits, (version, rate, header[3] >> 6 == 3))


def _index_count(content, frame):
    """The number of frames that an index states, 0 if it leaves it out; None if the frame is no index."""
    found = re.search(rb"(?s)(?:Xing|Info)...(.)(....)|VBRI.{10}(....)", content[frame.start : frame.end])
    if not found:
        return None
    flags, count, vbri_count = found.groups()
    return int.from_bytes(vbri_count or (count if flags[0] & 1 else b""), "big")


def _index(content, frames):
    """A frame without sound that says how many frames follow it."""
    header = bytes([content[0], content[1] | 1, 9 << 4 | content[2] & 0x0C, content[3]])  # no checksum; room enough
    frame = _frame(header, 0)
    version, _, mono = frame.stream
    side = (17 if mono else 32) if version == 1 else (9 if mono else 17)  # bytes between the header and the sound
    body = header + bytes(side) + b"Xing" + (1).to_bytes(4, "big") + frames.to_bytes(4, "big")
    return body.ljust(frame.end, b"\0")
