"""Sounds of one's own from a few takes: how well are they found, and how long does it take to train on them?

Three classes of ESC-10 stand for a learner's own sounds: four to six clips of five seconds each are the takes, every
clip of other sources tests, those of the seven other classes included. The backbone was trained on UrbanSound and the
synthetic sounds, which hold no recording of these classes; the synthetic sounds are also the ``other`` to learn from.
Trained three ways: the head alone (`fine_tune`), all weights from where the backbone stands, all weights from scratch.

A clip's score is the mean of its three highest windows. Per own class: AUC against all other clips, and recall and
false-positive rate at 0.5 and at the threshold that cross-validation chose.

    REAL_SOUNDS=… python -m tools.benchmarks.own_sounds [draws]
"""

import random
import sys
from dataclasses import replace

import numpy as np
from sklearn.metrics import roc_auc_score

from helpers import datasets, environment
from helpers.datasets import OTHER, TARGET
from helpers.evaluate import POOLING, predict
from helpers.live.own_sounds import fine_tune
from helpers.model import Network, load_model
from helpers.train import PictureSet, join, train, walk
from tools.benchmarks._common import dog_pictures, ignore, machine, real_sounds, table, timed


def base_model(real):
    """The model whose backbone is used; kept in the cache, for it takes minutes to train."""
    kept = environment.data_dir() / "benchmarks" / "own_sounds_base.safetensors"
    if not kept.exists():
        pictures = join(dog_pictures(real / "UrbanSound"), dog_pictures("builtin"))
        train(pictures, epochs=24, steps_per_epoch=60)[0].save(kept)
    return load_model(kept)


def draw(esc10, pictures, seed):
    """Three classes, the pictures of their takes in folds, and the clips of all other sources."""
    chance = random.Random(seed)
    classes = sorted(chance.sample([label for label in esc10.labels if label != TARGET], 3))
    folds = {}
    for label in classes:
        sources = sorted({recording.source for recording in esc10.recordings if recording.label == label})
        folds |= {source: 1 + number for number, source in enumerate(chance.sample(sources, 4 + seed % 3))}
    one_take = {row.source: row.recording for row in pictures.rows if row.source in folds and row.label in classes}
    takes = pictures.subset([i for i, row in enumerate(pictures.rows) if one_take.get(row.source) == row.recording])
    takes = replace(takes, rows=[replace(row, fold=folds[row.source]) for row in takes.rows])
    return classes, takes, [recording for recording in esc10.recordings if recording.source not in folds]


def beginning_as(model):
    """The class of a network that begins with another one's convolutions."""

    class Started(Network):
        def __init__(self, labels, floor_db):
            super().__init__(labels, floor_db)
            self.blocks.load_state_dict(model.network.blocks.state_dict())

    return Started


def figures(model, classes, tests, chosen):
    """Means over the classes: accuracy among them, AUC, recall and false-positive rate at 0.5 and where chosen."""
    y_score = np.stack([POOLING["top3"](one.windows) for one in predict(model, tests, on_skip=ignore)])
    labels, names = np.array([recording.label for recording in tests]), np.array(model.labels)
    own, columns = np.isin(labels, classes), [model.labels.index(label) for label in classes]
    right = names[columns][y_score[own][:, columns].argmax(axis=1)] == labels[own]
    rows = []
    for label, column in zip(classes, columns, strict=True):
        y_true, score = labels == label, y_score[:, column]
        shares = [np.mean(score[part] >= 0.5) for part in (y_true, ~y_true)]
        shares += [np.mean(score[part] >= chosen[label]) for part in (y_true, ~y_true)] if chosen else [np.nan, np.nan]
        rows.append([roc_auc_score(y_true, score), *shares])
    return [right.mean(), *np.mean(rows, axis=0)]


def main(draws=12):
    """Draw, train, test, and print the table."""
    real = real_sounds()
    esc10, synthetic = datasets.load(real / "ESC-10"), PictureSet.read(walk("builtin"))
    pictures, base = PictureSet.read(walk(real / "ESC-10", None)), base_model(real)
    ways = {"all, from there": beginning_as(base), "all, from scratch": Network}
    found = {name: [] for name in ("head alone", *ways)}
    for seed in range(draws):
        classes, takes, tests = draw(esc10, pictures, seed)
        examples = replace(join(takes, synthetic), labels=(*classes, OTHER))
        tuned = [timed(fine_tune, base, examples, label) for label in classes]  # each chooses its threshold
        chosen = {model.target: model.threshold for model, _, _ in tuned}
        model, _, seconds = tuned[0]
        found["head alone"].append([*figures(model, classes, tests, chosen), seconds])
        for name, network in ways.items():
            settings = {"network": network, "epochs": 6, "steps_per_epoch": 20, "progress": False}
            (model, _), _, seconds = timed(train, examples, **settings)
            found[name].append([*figures(model, classes, tests, {}), seconds])
        print(seed, *classes, *(f"{name} {values[-1][1]:.3f}" for name, values in found.items()), file=sys.stderr)
    print(f"Three classes of ESC-10, 4 to 6 takes each; mean ± deviation over {draws} draws. {machine()}")
    header = ("trained", "accuracy", "AUC", "recall", "FPR", "recall, chosen", "FPR, chosen", "processor s")
    spreads = {name: zip(np.mean(rows, axis=0), np.std(rows, axis=0), strict=True) for name, rows in found.items()}
    print(table(header, [(name, *(f"{m:.3f} ± {s:.3f}" for m, s in spread)) for name, spread in spreads.items()]))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
