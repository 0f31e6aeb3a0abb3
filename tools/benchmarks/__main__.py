"""How fast the house is, each figure beside a named peer that did the same work in the same run: `make bench`.

    REAL_SOUNDS=… python -m tools.benchmarks

Ours and the peer take turns, `ROUNDS` of each after calls that do not count; the table holds the medians, in seconds of
the processor on one thread, with all that a way starts (ffmpeg). With REAL_SOUNDS the recordings are UrbanSound's,
else the synthetic ones. What takes longer, or measures how well rather than how fast, has a script of its own here.
"""

import math
import shutil
import statistics
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import librosa
import matplotlib
import numpy as np
import torch

from helpers import audio, environment
from helpers.batch import atomic_write
from helpers.features import log_mel, write_pictures
from helpers.live.detector import OnnxModel
from helpers.model import Network, export_onnx, load_model
from helpers.segments import GRAPH, MADE, PICTURES, TABLE, read_segments
from helpers.segments import table as segments_table
from helpers.split import split
from helpers.train import PictureSet, train
from tools.benchmarks import _guide
from tools.benchmarks._common import machine, sounds, table, timed
from tools.benchmarks.librosa_difference import librosa_log_mel

ROUNDS = 5
TURN_S, MOST_CALLS = 0.5, 200
RECORDINGS = 24  # spread evenly over all
SEGMENTS = 32  # as many as a batch


def medians(*ways):
    """Median processor seconds of each way."""
    calls = [_calls(way) for way in ways]
    turns = [[_seconds(way, count) for way, count in zip(ways, calls, strict=True)] for _ in range(ROUNDS)]
    return [statistics.median(taken) for taken in zip(*turns, strict=True)]


def _calls(way):
    """How many calls make a turn: the processor's clock ticks a hundred times a second."""
    way()  # what is loaded or made once does not count
    return math.ceil(TURN_S / max(_seconds(way, 1), TURN_S / MOST_CALLS))


def _seconds(way, count):
    _, _, processor = timed(lambda: [way() for _ in range(count)])
    return processor / count


def in_new_folder(way, *given, **named):
    """Run ``way`` with a folder that does not stay as its last argument."""
    with tempfile.TemporaryDirectory() as folder:
        way(*given, Path(folder), **named)


def our_walk(dataset, out):
    split(dataset, out=out, progress=False)
    write_pictures(out, progress=False)
    train(PictureSet.read(out / PICTURES), epochs=1, progress=False)


def guides_walk(dataset, rows, out):
    _guide.cut(dataset, rows, out / "graph")
    _guide.draw(out / "graph", out / "graph_mfcc")
    _guide.epoch(out / "graph_mfcc")


def step(network, size):
    """A function that changes the weights of a network once, by random pictures of this size."""
    pictures, y = torch.rand(SEGMENTS, *size), torch.arange(SEGMENTS) % 2
    return partial(_guide.step, network.train(), torch.optim.AdamW(network.parameters()), pictures, y)


def only(rows, whole, folder):
    """A folder with a graph of some rows of another one."""
    for row in rows:
        target = folder / GRAPH / row.segment
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(whole / GRAPH / row.segment, target)
    atomic_write(folder / GRAPH / TABLE, segments_table(rows))
    shutil.copy(whole / GRAPH / MADE, folder / GRAPH / MADE)
    return folder


def rows_of(dataset, scratch):
    """Yield (work, seconds of ours, the peer's name, its seconds)."""
    model = load_model()
    export_onnx(scratch / "model.onnx", model)
    exported = OnnxModel(scratch / "model.onnx")
    split(dataset, out=scratch, progress=False)
    segments = read_segments(scratch / GRAPH)
    few = only(segments[:: len(segments) // SEGMENTS][:SEGMENTS], scratch, scratch / "few")
    waves = np.stack([audio.load(few / GRAPH / row.segment) for row in read_segments(few / GRAPH)])
    seconds = sum(audio.info(recording.path).seconds for recording in dataset.recordings)
    whole = max((one.path for one in dataset.recordings), key=lambda path: path.stat().st_size)

    def compared(work, ours, peer, theirs):
        mine, others = medians(ours, theirs)
        return work, mine, peer, others

    yield compared(
        f"{len(dataset.recordings)} recordings, {seconds:.0f} s, to {len(segments)} wav files",
        partial(in_new_folder, lambda out: split(dataset, out=out, progress=False)),
        "pydub",
        partial(in_new_folder, _guide.cut, dataset, segments),
    )
    for size in (_guide.SIZE, _guide.SEEN):
        yield compared(
            f"{SEGMENTS} pictures of {size[0]} × {size[1]}",
            partial(in_new_folder, lambda out, size=size: write_pictures(few, out=out, size=size, progress=False)),
            "librosa, matplotlib",
            partial(in_new_folder, partial(_guide.draw, few / GRAPH), size=size),
        )
    yield compared(
        f"log-mel of {SEGMENTS} segments",
        partial(log_mel, waves, model.config),
        "librosa",
        partial(librosa_log_mel, waves, model.config),
    )
    yield compared(
        f"{whole.name} to {model.config.sample_rate} Hz mono",
        partial(audio.read, whole),
        "librosa",
        partial(librosa.load, whole, sr=model.config.sample_rate),
    )
    yield compared(
        f"one step on {SEGMENTS} segments",
        step(Network(2), (model.config.n_mels, model.config.segment_frames)),
        "the guide's network, 128 × 128 RGB",
        step(_guide.network(), (3, *_guide.SEEN)),
    )
    yield compared(
        f"split, mfcc and an epoch of {len(dataset.recordings)} recordings",
        partial(in_new_folder, our_walk, dataset),
        "the guide's way",
        partial(in_new_folder, guides_walk, dataset, segments),
    )
    yield compared(
        "one window judged, exported (ONNX)",
        partial(exported.score, waves[:1]),
        "PyTorch",
        partial(model.score, waves[:1]),
    )


def main():
    if not environment.ffmpeg():
        print("There is no ffmpeg on this computer, and the peer pydub needs it.")
        return
    matplotlib.use("Agg")
    dataset = sounds()
    chosen = np.linspace(0, len(dataset.recordings) - 1, RECORDINGS).astype(int)
    dataset = replace(dataset, recordings=tuple(dataset.recordings[number] for number in chosen))
    lines = []
    with tempfile.TemporaryDirectory() as scratch:
        for work, ours, peer, theirs in rows_of(dataset, Path(scratch)):
            lines.append((work, f"{ours:.4f}", peer, f"{theirs:.4f}", f"{theirs / ours:.1f}"))
            print(*lines[-1], sep="  ", flush=True)
    print(table(("work", "ours (s)", "peer", "peer (s)", "times faster"), lines))
    print(f"Medians of {ROUNDS} turns; recordings of {dataset.name}. {machine()}.")


if __name__ == "__main__":
    main()
