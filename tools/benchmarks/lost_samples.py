"""Is sound lost between microphone and listener while other programs take every core?

    python -m tools.benchmarks.lost_samples [minutes]

A counter is played through a virtual sound card and heard in real time by PyAudio at the card's own rate, while one
busy process for each core runs beside. Reader and detector work as they do live. Counts that are missing were lost;
silence between two counts that follow each other was put in by a player that came late, and is no loss of the
listener's. Peer: the guide, which records, saves, draws and loads in turn, hears nothing in between.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from helpers.audio import Resampler, to_int16
from helpers.config import AudioConfig
from helpers.live.detector import Detector
from helpers.live.listener import MOST
from helpers.live.sources import MicrophoneSource
from helpers.model import load_model
from tools.benchmarks._common import busy, machine, table
from tools.benchmarks._sound_card import RATE, SPEAKER, SoundCard, missing

TURN = 32_000
RAW = ("--raw", "--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=2000")


def hear(card, source, detector, seconds, folder):
    """What the source delivers of the counter, int16 [samples]; the longest time between two reads (s)."""
    (folder / "counter").write_bytes(counter(round(seconds * RATE)).tobytes())
    resample, parts, longest, last = Resampler(RATE, detector.config.sample_rate), [], 0.0, None
    with source, card.start("pacat", "-d", SPEAKER, *RAW, str(folder / "counter")) as player:
        while player.poll() is None:
            samples = source.read()
            now = time.monotonic()
            longest, last = max(longest, now - (last or now)), now
            parts.append(to_int16(samples))
            detector.feed(resample(samples), most=MOST, clock=lambda: source.arrived_s)
    return np.concatenate(parts), longest


def counter(size):
    """Samples that say which they are: in pairs of a low digit above zero and a high one below; 0 is silence."""
    high, low = np.divmod(np.arange((size + 1) // 2), TURN)
    return np.stack([low + 1, -high - 1], axis=1).astype("<i2").ravel()[:size]


def lost(heard):
    """Counts missing between the first pair heard and the last, and samples of silence there."""
    pairs = np.flatnonzero((heard[:-1] > 0) & (heard[1:] < 0))[[0, -1]]
    first, last = (2 * ((-int(heard[at + 1]) - 1) * TURN + int(heard[at]) - 1) for at in pairs)
    between = heard[slice(*pairs)]
    counts = np.count_nonzero(between)
    return last - first - counts, len(between) - counts


def main(minutes=10.0):
    """Play, hear, count, print the table."""
    if lacks := missing():
        print(f"The virtual sound card needs {lacks}.")
        return
    source, detector = MicrophoneSource(config=AudioConfig(sample_rate=RATE)), Detector.of(load_model())
    with tempfile.TemporaryDirectory() as folder, SoundCard() as card, busy(os.cpu_count()):
        os.environ.update(card.environment)
        heard, longest = hear(card, source, detector, minutes * 60, Path(folder))
    gone, silent = lost(heard)
    filled = round(source.lost_s * RATE)
    rows = [
        ("samples heard", len(heard)),
        ("counts missing: lost", gone),
        ("samples the source reports as lost", filled),
        ("overflows the source reports", source.overflows),
        ("silence put in by the player (samples)", silent - filled),
        ("longest time between two reads (ms)", round(longest * 1000)),
        ("windows judged", detector.windows),
        ("windows skipped", detector.skipped),
    ]
    print(f"{len(heard) / RATE / 60:.1f} minutes of a counter at {RATE} Hz, all cores busy. {machine()}")
    print(table(("", ""), rows))


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
