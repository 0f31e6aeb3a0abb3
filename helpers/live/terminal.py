"""Waveform and spectrum in a terminal, made of block characters."""

import os
import shutil
import sys

import numpy as np

from helpers.audio import dbfs
from helpers.config import AudioConfig
from helpers.live.ring import Ring
from helpers.live.spectrum import LOWEST_HZ, WAVE_S, newest, spectrum
from helpers.messages import text

BANDS = 16
"""Bars: half an octave each at the usual rate, and a terminal of 24 lines holds them all."""

_UP, _ACROSS = " ▁▂▃▄▅▆▇█", " ▏▎▍▌▋▊▉█"
_REDRAWN_S, _PRINTED_S = 1 / 15, 1.0


def lines(samples, config=AudioConfig(), columns=80, bands=BANDS):
    """The newest sound as text: a line for the waveform, and a bar for each band of a logarithmic frequency axis.

    Parameters
    ----------
    samples : array [n] float32 in −1…1, at ``config.sample_rate``; the last second counts
    config : AudioConfig
    columns : int, characters in a line
    bands : int

    Returns
    -------
    list of bands + 1 str: the height of the waveform (full at 1.0), then from the highest band to the lowest its middle
    frequency, a bar from ``config.floor_db`` to 0 dB, and its level, which is that of its loudest frequency

    Lesson: 08_live_mic.
    """
    frequencies, levels = spectrum(samples, config)
    edges = np.geomspace(LOWEST_HZ, config.sample_rate / 2, bands + 1)
    middles = np.sqrt(edges[:-1] * edges[1:])
    # A band too narrow to hold a frequency of the spectrum shows the next one above it.
    loudest = np.maximum.reduceat(levels, np.searchsorted(frequencies, edges[:-1]))
    labels = [f"{middle:6.0f} Hz " for middle in middles]
    ends = [f" {level:4.0f} dB" for level in loudest]
    width = max(8, columns - len(labels[0]) - len(ends[0]))
    shares = np.clip(1 - loudest / config.floor_db, 0, 1)
    bars = [label + _bar(share, width) + end for label, share, end in zip(labels, shares, ends, strict=True)]
    return [" " * len(labels[0]) + _wave(newest(samples, round(WAVE_S * config.sample_rate)), width), *reversed(bars)]


def _wave(sound, width):
    starts = np.linspace(0, len(sound), width, endpoint=False).astype(int)
    peaks = np.maximum.reduceat(np.abs(sound), starts)
    return "".join(_UP[height] for height in np.ceil(np.clip(peaks, 0, 1) * 8).astype(int))


def _bar(share, width):
    full, eighths = divmod(round(share * width * 8), 8)
    return (_ACROSS[8] * full + _ACROSS[eighths]).ljust(width)[:width]


def watch(source, seconds=None, out=None):
    """Show waveform and spectrum of a source until it ends, or for so many seconds of its sound.

    A terminal is redrawn in place; anything else gets a block of lines for each second of sound.

    Parameters
    ----------
    source : AudioSource; it is opened here, and closed. A recording should be one in real time to be looked at
    seconds : float or None
    out : text file; stdout if None

    Raises
    ------
    LiveError, AudioError
        If there is nothing to hear, or the source vanishes.

    Lesson: 08_live_mic.
    """
    screen = _Screen(sys.stdout if out is None else out)
    rate = source.config.sample_rate
    ring, shown, every = Ring(round(WAVE_S * rate)), 0, round(screen.every_s * rate)
    with source:
        for samples in source.blocks(seconds):
            ring.write(samples)
            if ring.written // every > shown // every:
                screen.show(source, ring)
                shown = ring.written
        if ring.written > shown:
            screen.show(source, ring)


class _Screen:
    """A terminal, or a file in its place."""

    def __init__(self, out):
        self.out, self.terminal, self.height = out, out.isatty(), 0
        self.every_s = _REDRAWN_S if self.terminal else _PRINTED_S
        if self.terminal and os.name == "nt":
            os.system("")  # wakes an older Windows console up to escape sequences

    def show(self, source, ring):
        samples, config = ring.read(0), source.config
        said = text(
            "monitor.terminal",
            name=source.name,
            heard=f"{ring.written / config.sample_rate:.1f}",
            level=f"{max(config.floor_db, dbfs(samples)):.0f}",
            overflows=source.overflows,
            lost=f"{source.lost_s:.1f}",
        )
        columns, rows = shutil.get_terminal_size()
        block = [said, *lines(samples, config, columns - 1, max(4, min(BANDS, rows - 3)))]
        if self.terminal:  # over what was there; a longer line is cut (?7l) instead of wrapped, which would add a line
            back = f"\x1b[{self.height}A" if self.height else ""
            self.out.write(f"{back}\x1b[?7l" + "\n".join(f"\x1b[K{line}" for line in block) + "\x1b[?7h\n")
            self.height = len(block)
        else:
            self.out.write("\n".join([*block, "", ""]))
        self.out.flush()
