"""Sounds of one's own from a few takes: how well are they found, and how long does it take to teach them?

Three classes of ESC-10 stand for a learner's own sounds: four to six clips of five seconds each are the takes, every
clip of other sources tests, those of the seven other classes included. The network that hears was trained on
UrbanSound and the built-in sounds, which hold no recording of these classes; the built-in sounds are the ``other`` to
learn from as well. Learnt three ways: the decision anew (`helpers.transfer`), all weights from where that network
stands, and all weights from scratch (`helpers.train`).

A clip's score is the mean of its three highest windows. Per own class: AUC against all other clips, and recall and
share of false alarms at the threshold that was chosen on left-out takes, and at 0.5.

    REAL_SOUNDS=… python benchmarks/own_sounds.py [draws] [draws of the two slow ways]
"""

import random
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._common import machine, real_sounds, table  # noqa: E402
from helpers import datasets, environment  # noqa: E402
from helpers.checkpoint import load, save  # noqa: E402
from helpers.datasets import OTHER, TARGET  # noqa: E402
from helpers.evaluate import RULES, hear  # noqa: E402
from helpers.model import BINARY, Network  # noqa: E402
from helpers.train import gather, join, train  # noqa: E402
from helpers.transfer import teach  # noqa: E402


def ears(real, builtin):
    """The network that hears; kept in the cache, for it takes minutes to train."""
    kept = environment.data_dir() / "benchmarks" / "own_sounds.safetensors"
    if not kept.exists():
        examples = join(gather(datasets.load(real / "UrbanSound"), on_skip=lambda error: None), builtin)
        save(kept, train(examples, labels=BINARY, epochs=24, steps=60)[0])
    return load(kept)


def draw(esc10, seed):
    """Three classes, their takes in folds, and the clips of all other sources."""
    chance = random.Random(seed)
    classes = sorted(chance.sample([label for label in esc10.labels if label != TARGET], 3))
    takes = []
    for label in classes:
        by_source = {recording.source: recording for recording in esc10.recordings if recording.label == label}
        chosen = chance.sample(sorted(by_source), 4 + seed % 3)
        takes += [replace(by_source[source], fold=1 + number) for number, source in enumerate(chosen)]
    used = {recording.source for recording in takes}
    tests = [recording for recording in esc10.recordings if recording.source not in used]
    return classes, replace(esc10, recordings=tuple(takes)), tests


def from_there(start):
    """The class of a network that begins with another one's convolutions."""

    class Started(Network):
        def __init__(self, labels, floor_db):
            super().__init__(labels, floor_db)
            self.blocks.load_state_dict(start.network.blocks.state_dict())

    return Started


def figures(model, classes, tests, thresholds):
    """Mean over the classes: accuracy among them, AUC, and (recall, false alarms) at each kind of threshold."""
    said = np.stack([RULES["top3"](heard.windows) for heard in hear(model, tests)])
    truth = np.array([recording.label for recording in tests])
    own = np.isin(truth, classes)
    columns = [model.labels.index(label) for label in classes]
    right = np.array(classes)[said[own][:, columns].argmax(axis=1)] == truth[own]
    found = [
        right.mean(),
        np.mean([roc_auc_score(truth == c, said[:, n]) for c, n in zip(classes, columns, strict=True)]),
    ]
    for kind in thresholds:
        for wanted in (True, False):
            shares = [
                np.mean(said[(truth == c) == wanted, n] >= kind[c]) for c, n in zip(classes, columns, strict=True)
            ]
            found.append(np.mean(shares))
    return found


def main(draws=12, slow=3):
    """Draw, teach, test, and print the table."""
    real = real_sounds()
    if not real:
        return
    torch.set_num_threads(1)
    esc10, builtin = datasets.load(real / "ESC-10"), gather(datasets.load("builtin"))
    start = ears(real, builtin)
    rows = {}
    for seed in range(draws):
        classes, takes, tests = draw(esc10, seed)
        labels, examples = (*classes, OTHER), join(gather(takes), builtin)
        half = dict.fromkeys(classes, 0.5)
        began = time.perf_counter()
        taught = {label: teach(start, examples, labels, label) for label in classes}
        seconds = (time.perf_counter() - began) / len(classes)
        chosen = {label: model.threshold for label, model in taught.items()}
        rows.setdefault("decision anew", []).append(
            (*figures(taught[classes[0]], classes, tests, (chosen, half)), seconds)
        )
        for name, network in (("all, from there", from_there(start)), ("all, from scratch", Network)):
            if seed < slow:
                began = time.perf_counter()
                model, _ = train(examples, labels=labels, network=network, epochs=6, steps=20, progress=False)
                seconds = time.perf_counter() - began
                accuracy, auc, *at_half = figures(model, classes, tests, (half,))
                rows.setdefault(name, []).append((accuracy, auc, np.nan, np.nan, *at_half, seconds))
        print(seed, *classes, *(f"{name} {values[-1][1]:.3f}" for name, values in rows.items()), file=sys.stderr)
    header = (
        "learnt",
        "draws",
        "accuracy",
        "AUC",
        "recall",
        "false alarms",
        "recall at 0.5",
        "false alarms at 0.5",
        "s",
    )
    first = {f"{name}, first {slow}": values[:slow] for name, values in rows.items() if 0 < slow < len(values)}
    print(f"Three classes of ESC-10, 4 to 6 takes each; mean ± standard deviation over draws. {machine()}")
    cells = [
        (name, len(values), *(f"{m:.3f} ± {s:.3f}" for m, s in zip(np.mean(values, 0), np.std(values, 0), strict=True)))
        for name, values in (rows | first).items()
    ]
    print(table(header, cells))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
