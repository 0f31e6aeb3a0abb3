"""How much faster is our picture of a segment than the guide's?

    python -m tools.benchmarks.pictures

Peer: the guide's way, a librosa mel spectrogram drawn as a matplotlib figure and saved; at 128 × 128, where the guide's
figure has no room for axes, the same without them. Both read the same wav files and write PNG files of the same size,
one after the other, on one core, warmed up on a few segments. Ours is all of `write_pictures`.
"""

import shutil
import tempfile
from pathlib import Path

import librosa
import librosa.display
import matplotlib
import matplotlib.pyplot as plt
import numpy as np

from helpers.batch import atomic_write
from helpers.features import write_pictures
from helpers.segments import GRAPH, MADE, TABLE, read_segments
from helpers.segments import table as segments_table
from helpers.split import split
from tools.benchmarks._common import machine, sounds, table, timed

SEGMENTS = 256  # spread evenly over all
WARM_UP = 8
SIZES = (1200, 400), (128, 128)


def guide(folder, out, size):
    """The guide's loop over the segments of a folder."""
    for path in folder.rglob("*.wav"):
        y, sr = librosa.load(path)
        power = librosa.feature.melspectrogram(y=y, sr=sr, n_mels=128)
        levels = librosa.amplitude_to_db(power, ref=np.max)
        figure = plt.figure(figsize=(size[0] / 100, size[1] / 100), dpi=100)
        if size == (128, 128):
            figure.add_axes((0, 0, 1, 1))
            librosa.display.specshow(levels)
        else:
            librosa.display.specshow(levels, sr=sr, x_axis="time", y_axis="mel")
            plt.title("mel power spectrogram")
            plt.tight_layout()
            plt.axis("off")
            plt.subplots_adjust(left=0, bottom=0, right=1, top=1, hspace=0, wspace=0)
        plt.savefig(out / f"{path.stem}.png")
        plt.close(figure)


def ours(folder, out, size):
    write_pictures(folder, out=out, size=size, progress=False)


def only(rows, whole, folder):
    """A folder with a graph of some rows of another one."""
    for row in rows:
        target = folder / GRAPH / row.segment
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(whole / GRAPH / row.segment, target)
    atomic_write(folder / GRAPH / TABLE, segments_table(rows))
    shutil.copy(whole / GRAPH / MADE, folder / GRAPH / MADE)
    return folder


def main():
    matplotlib.use("Agg")
    dataset = sounds()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        split(dataset, out=scratch, jobs=2)
        rows = read_segments(scratch / GRAPH)
        chosen = [rows[number] for number in np.linspace(0, len(rows) - 1, SEGMENTS).astype(int)]
        warm_up, measured = only(chosen[:WARM_UP], scratch, scratch / "few"), only(chosen, scratch, scratch / "many")
        lines = []
        for size in SIZES:
            milliseconds = []
            for way in (guide, ours):
                for folder in (warm_up, measured):
                    _, *taken = timed(way, folder, Path(tempfile.mkdtemp(dir=scratch)), size)
                milliseconds.append(np.array(taken) * 1e3 / len(chosen))
            for kind, theirs, mine in zip(("clock", "processor"), *milliseconds, strict=True):
                lines.append((f"{size[0]} × {size[1]}", kind, f"{theirs:.1f}", f"{mine:.1f}", f"{theirs / mine:.0f}"))
    print(table(("pixels", "time", "guide (ms)", "ours (ms)", "times faster"), lines))
    print(f"{len(chosen)} segments of {dataset.name}. {machine()}.")


if __name__ == "__main__":
    main()
