"""What is heard, to be looked at in a terminal: its spectrum as text."""

import os
import shutil
import sys

import numpy as np

from helpers.audio import rms_dbfs
from helpers.config import AudioConfig
from helpers.live.sources import Ring
from helpers.live.view import LOWEST_HZ, RATE, WAVE_S, spectrum
from helpers.messages import text

BANDS = 16  # bars in a terminal of 24 lines, half an octave each at the usual rate


def watch(source, seconds=None, out=None):
    """Show the spectrum of a source as text until it ends, or for so many seconds of its sound.

    A terminal is redrawn in place; anything else gets a block of lines for each second of sound.
    """
    out = out or sys.stdout
    terminal, rate, height = out.isatty(), source.config.sample_rate, 0
    if terminal and os.name == "nt":
        os.system("")  # wakes an older Windows console up to escape sequences
    ring, shown, every = Ring(round(WAVE_S * rate)), 0, round(rate / RATE if terminal else rate)

    def show():
        nonlocal shown, height
        columns, rows = shutil.get_terminal_size()
        level = f"{max(source.config.floor_db, rms_dbfs(ring.read(0))):.0f}"
        facts = {"level": level, "overflows": source.overflows, "lost": f"{source.lost_s:.1f}"}
        block = [text("view.terminal", name=source.name, heard=f"{ring.written / rate:.1f}", **facts)]
        block += bars(ring.read(0), source.config, columns - 1, max(4, min(BANDS, rows - 2)), _block(out))
        if terminal:  # over what was there; a longer line is cut (?7l) instead of wrapped, which would add a line
            back = f"\x1b[{height}A" if height else ""
            out.write(f"{back}\x1b[?7l" + "\n".join(f"\x1b[K{line}" for line in block) + "\x1b[?7h\n")
        else:
            out.write("\n".join([*block, "", ""]))
        out.flush()
        shown, height = ring.written, len(block)

    with source:
        for samples in source.blocks(seconds):
            ring.write(samples)
            if ring.written // every > shown // every:
                show()
        if ring.written > shown:
            show()


def _block(out):
    """What bars are made of: a full block, or a number sign where the encoding has none (cp949)."""
    try:
        "█".encode(out.encoding or "utf-8")
    except UnicodeEncodeError:
        return "#"
    return "█"


def bars(samples, config=AudioConfig(), columns=80, bands=BANDS, block="█"):
    """The spectrum as lines of text, the highest band first; a bar goes from ``config.floor_db`` to 0 dB.

    A line names the band's middle frequency, and the level of its loudest one.
    """
    frequencies, levels = spectrum(samples, config)
    edges = np.geomspace(LOWEST_HZ, config.sample_rate / 2, bands + 1)
    # a band too narrow to hold a frequency of the spectrum shows the next one above it
    loudest = np.maximum.reduceat(levels, np.searchsorted(frequencies, edges[:-1]))
    lines = []
    for middle, level in zip(np.sqrt(edges[:-1] * edges[1:]), loudest, strict=True):
        label, end = f"{middle:6.0f} Hz ", f" {level:4.0f} dB"
        width = max(8, columns - len(label) - len(end))
        share = np.clip(1 - level / config.floor_db, 0, 1)
        lines.append(label + (block * round(share * width)).ljust(width) + end)
    return lines[::-1]
