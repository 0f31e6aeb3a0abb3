"""Is sound lost between microphone and listener while other programs take every core?

    python benchmarks/lost_samples.py [minutes]

A counter is played through a virtual sound card and heard in real time by PyAudio at the card's own rate, while one
busy process for each core runs beside. Reader and detector work as they do live. Counts that are missing were lost;
stillness between two counts that follow each other was put in by a player that came late, and is no loss of the
listener's. Peer: the guide, which records, saves, draws and loads in turn, hears nothing in between.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._common import machine, table  # noqa: E402
from benchmarks._sound_card import RATE, SPEAKER, SoundCard, missing  # noqa: E402
from helpers.audio import Resampler, to_int16  # noqa: E402
from helpers.checkpoint import load  # noqa: E402
from helpers.config import AudioConfig  # noqa: E402
from helpers.live.detector import Detector  # noqa: E402
from helpers.live.listen import MOST  # noqa: E402
from helpers.live.microphone import MicrophoneSource  # noqa: E402

TURN = 32_000
RAW = ("--raw", "--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=2000")


@contextlib.contextmanager
def busy():
    """A process that never rests, for each core."""
    spin = [sys.executable, "-c", "while True: pass"]
    processes = [subprocess.Popen(spin) for _ in range(os.cpu_count())]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def hear(card, source, detector, seconds, folder):
    """What the source delivers of the counter, int16 [samples]; the longest time between two reads (s)."""
    (folder / "counter").write_bytes(counter(round(seconds * RATE)).tobytes())
    resample, parts, longest, last = Resampler(RATE, detector.model.config.sample_rate), [], 0.0, None
    with source, card.start("pacat", "-d", SPEAKER, *RAW, str(folder / "counter")) as player:
        while player.poll() is None:
            samples = source.read()
            now = time.monotonic()
            longest, last = max(longest, now - (last or now)), now
            parts.append(to_int16(samples))
            detector.feed(resample(samples), most=MOST, clock=lambda: source.arrived_s)
    return np.concatenate(parts), longest


def counter(size):
    """Samples that say which they are: in pairs of a low digit above zero and a high one below; 0 is stillness."""
    high, low = np.divmod(np.arange((size + 1) // 2), TURN)
    return np.stack([low + 1, -high - 1], axis=1).astype("<i2").ravel()[:size]


def lost(heard):
    """Counts missing between the first pair heard and the last, and samples of stillness there."""
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
    source = MicrophoneSource(config=AudioConfig(sample_rate=RATE))
    detector = Detector(load())
    with tempfile.TemporaryDirectory() as folder, SoundCard() as card, busy():
        os.environ.update(card.environment)
        heard, longest = hear(card, source, detector, minutes * 60, Path(folder))
    gone, still = lost(heard)
    filled = round(source.lost_s * RATE)
    rows = [
        ("samples heard", len(heard)),
        ("counts missing: lost", gone),
        ("samples the source reports as lost", filled),
        ("overflows the source reports", source.overflows),
        ("stillness put in by the player (samples)", still - filled),
        ("longest time between two reads (ms)", round(longest * 1000)),
        ("windows judged", detector.pieces),
        ("windows skipped", detector.skipped),
    ]
    print(f"{len(heard) / RATE / 60:.1f} minutes of a counter at {RATE} Hz, all cores busy. {machine()}")
    print(table(("", ""), rows))


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
