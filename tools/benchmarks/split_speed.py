"""How many seconds of audio does `split` cut in a second of one core, and the guide's way?

    python -m tools.benchmarks.split_speed

Peer: the guide's loop, where pydub starts ffmpeg and ffprobe for each file; same recordings, one after the other, in
one process. Its core seconds count ffmpeg's too. Imports are excluded, writing the segments is not.
"""

import tempfile
from pathlib import Path

from helpers import environment
from helpers.audio import load_each, read
from helpers.split import split
from tools.benchmarks._common import machine, sounds, table, timed


def ours(dataset, out):
    """Everything `split` does."""
    split(dataset, out=out, progress=False)


def guide(dataset, out):
    """Decode and cut as the guide does: half a second at a time, every 4th piece kept."""
    from pydub import AudioSegment

    for number, recording in enumerate(dataset.recordings):
        try:
            audio = AudioSegment.from_file(recording.path).set_frame_rate(44_100).set_channels(1).set_sample_width(2)
        except Exception:  # the guide's: whatever it cannot decode vanishes
            continue
        for start in range(0, len(audio) // 500, 4):
            audio[start * 500 : (start + 1) * 500].export(out / f"{number}_{start}.wav", format="wav")


def main():
    dataset = sounds()
    paths = [recording.path for recording in dataset.recordings]
    list(load_each(paths[:3]))  # warm up
    seconds = sum(len(read(path)[0]) for path in paths) / 22_050
    ways = {"split": ours} | ({"the guide (pydub, ffmpeg)": guide} if environment.ffmpeg() else {})
    rows = []
    for name, way in ways.items():
        with tempfile.TemporaryDirectory() as folder:
            _, clock, core = timed(way, dataset, Path(folder))
        rows.append((name, f"{clock:.2f}", f"{core:.2f}", f"{seconds / core:.0f}"))
    print(table(("", "clock (s)", "core (s)", "audio per core second (s)"), rows))
    print(f"{len(paths)} recordings of {dataset.name}, {seconds:.0f} s. {machine()}.")


if __name__ == "__main__":
    main()
