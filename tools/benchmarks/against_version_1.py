"""Version 1 and this one in one run, on the same recordings; figures of different days or machines cannot be compared.

Version 1 is checked out into a temporary folder and run by this same Python, with a cache of its own there. AUCs and
accuracies are those of the recordings that both can read.

    REAL_SOUNDS=… python -m tools.benchmarks.against_version_1 [PART …] [--seeds 3] [--epochs 16] [--commit 0313c11]

builtin    trained on the synthetic sounds alone: AUC by recording on UrbanSound and ESC-10
urban      UrbanSound, 5 folds, one tests and the others teach: AUC by segment and by recording
esc10      ESC-10, dog or not, 5 folds: AUC by clip
classes    ESC-10, ten classes, 5 folds, the first seed only: accuracy
detector   the detector that comes with the lessons: largest difference of its scores on all real segments
seconds    to train on the synthetic sounds, quiet and beside two busy programs: version 1 on two threads, this on one
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
from sklearn.metrics import accuracy_score

from helpers import datasets
from helpers.audio import load
from helpers.evaluate import predict
from helpers.model import load_model
from helpers.segments import GRAPH, read_segments
from helpers.train import walk
from tools.benchmarks import all_classes, builtin_network, dog_folds
from tools.benchmarks._common import answers, busy, dog_pictures, figures, ignore, machine, real_sounds, table

ROOT = Path(__file__).parents[2]
SETS = ("UrbanSound", "ESC-10")


class VersionOne:
    """A checkout of version 1; calling it runs a part there and returns what it prints."""

    def __init__(self, folder, epochs):
        self.folder, self.epochs = folder, epochs

    def __call__(self, part, seed, data, threads=1):
        ours = {"SOUND_THREADS", "OPENBLAS_NUM_THREADS", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT"}  # set by `helpers`
        variables = {name: value for name, value in os.environ.items() if name not in ours} | {
            "PYTHONPATH": os.pathsep.join((str(self.folder), str(self.folder / "benchmarks"))),
            "SOUND_DATA_DIR": str(self.folder / "cache"),
            "OMP_NUM_THREADS": str(threads),
        }
        command = [sys.executable, "-P", str(Path(__file__).with_name("_version_1.py")), part, str(seed)]
        command += [str(self.epochs or 0), str(data)]
        said = subprocess.run(command, cwd=self.folder, env=variables, stdout=subprocess.PIPE, check=True)
        return json.loads(said.stdout.splitlines()[-1])

    def answers(self, *given):
        """What a part prints of recordings: dict path → answer, as `_common.answers` gives them."""
        return {Path(path): answer for path, *answer in self(*given)}


@contextlib.contextmanager
def checked_out(commit):
    """A worktree of a commit in a folder that does not stay."""
    with tempfile.TemporaryDirectory() as folder:
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", f"{folder}/version-1", commit], check=True)
        try:
            yield Path(folder, "version-1")
        finally:
            subprocess.run([*git, "remove", "--force", f"{folder}/version-1"], check=True)


def both(theirs, ours, paths, figure):
    """``figure`` of two dicts path → answer, by the recordings that both hold."""
    common = sorted(theirs.keys() & ours.keys() & set(paths))
    return [figure([found[path] for path in common]) for found in (theirs, ours)]


def auc(kind):
    return lambda found: figures(found)[("segment", "recording").index(kind)]


def paths_of(folder):
    return [recording.path for recording in datasets.load(folder).recordings]


def builtin(old, real, seed, epochs):
    theirs, ours = old.answers("builtin", seed, real), {}
    model, _ = builtin_network.trained(seed, epochs)
    for name in SETS:
        ours |= answers(predict(model, datasets.load(real / name).recordings, on_skip=ignore), model)
    for name in SETS:
        yield f"{name}, by recording", *both(theirs, ours, paths_of(real / name), auc("recording"))


def folds(name, *kinds):
    def part(old, real, seed, epochs):
        folder = real / name
        ours = dog_folds.tested(datasets.load(folder), dog_pictures(folder), seed=seed, epochs=epochs)
        theirs = old.answers("dog", seed, folder)
        for kind in kinds:
            yield f"by {kind}", *both(theirs, ours, paths_of(folder), auc(kind))

    return part


def classes(old, real, seed, epochs):
    folder, ours = real / "ESC-10", {}
    for fold in all_classes.tested(folder, seed, epochs=epochs):
        ours |= fold
    theirs = old.answers("classes", seed, folder)
    yield "accuracy", *both(theirs, ours, paths_of(folder), lambda found: accuracy_score(*zip(*found, strict=True)))


def detector(old, real, _seed, _epochs):
    model = load_model()
    for name in SETS:
        graph = walk(real / name).with_name(GRAPH)
        segments = np.stack([load(graph / row.segment, model.config) for row in read_segments(graph)])
        np.save(old.folder / "segments.npy", segments)
        theirs, ours = np.array(old("detector", 0, old.folder / "segments.npy")), model.score(segments)
        print(f"{name}: largest difference of a score {np.abs(theirs - ours).max():.1e} in {len(segments)} segments")
        yield f"{name}, mean score", theirs.mean(), ours.mean()


def seconds(old, _real, seed, epochs):
    for name, programs in (("quiet", 0), ("beside two busy programs", 2)):
        with busy(programs):
            theirs = old("seconds", seed, "-", 2)
            yield name, theirs, builtin_network.trained(seed, epochs)[1][0]


PARTS = {
    "builtin": builtin,
    "urban": folds("UrbanSound", "segment", "recording"),
    "esc10": folds("ESC-10", "recording"),
    "classes": classes,
    "detector": detector,
    "seconds": seconds,
}
ONE_SEED = ("classes", "detector", "seconds")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; without any: all")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, help="of every training; without it, those of each recipe")
    parser.add_argument("--commit", default="0313c11", help="version 1")
    given = parser.parse_args()
    real, rows = real_sounds(), defaultdict(list)
    with checked_out(given.commit) as folder:
        for name in given.parts or PARTS:
            for seed in range(1 if name in ONE_SEED else given.seeds):
                for what, *pair in PARTS[name](VersionOne(folder, given.epochs), real, seed, given.epochs):
                    rows[name, what].append(pair)
                    print(f"{name}, {what}, seed {seed}: version 1 {pair[0]:.4f}, this one {pair[1]:.4f}", flush=True)
    means = [
        (*key, len(pairs), *(f"{mean:.4f}" for mean in np.mean(pairs, axis=0)), f"{np.mean(np.diff(pairs)):+.4f}")
        for key, pairs in rows.items()
    ]
    print(table(("part", "figure", "seeds", "version 1", "this one", "difference"), means))
    print(f"Version 1 is commit {given.commit}. {machine()}")


if __name__ == "__main__":
    main()
