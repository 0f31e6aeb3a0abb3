"""How much a random split flatters: the same recordings and network, divided by segment and divided by source.

Both train on the same number of UrbanSound's segments and test on a fifth of them: once drawn at random among all, so
that segments of one recording land on both sides, once by official folds.

    REAL_SOUNDS=… python -m tools.benchmarks.random_split [seeds]
"""

import sys

import numpy as np
from sklearn.metrics import recall_score, roc_auc_score

from helpers.train import train
from tools.benchmarks._common import dog_pictures, dog_recipe, machine, sounds, table


def pooled(pictures, part_of, seed):
    """AUC and balanced error of all segments, each tested by a network that learnt from the other parts."""
    y_true, y_score = pictures.y.numpy() == 0, np.zeros(len(pictures))
    for part in np.unique(part_of):
        learning, testing = (np.flatnonzero(is_one) for is_one in (part_of != part, part_of == part))
        model, _ = train(pictures.subset(learning), seed=seed, progress=False, **dog_recipe())
        y_score[testing] = model.predict_levels(pictures.subset(testing).levels())[:, 0]
    return roc_auc_score(y_true, y_score), 1 - recall_score(y_true, y_score >= 0.5, average="macro")


def main(seeds=1):
    """A line for each seed and split."""
    pictures = dog_pictures(sounds().folder)
    pictures = pictures.subset([index for index, row in enumerate(pictures.rows) if row.fold is not None])
    folds = np.array([row.fold for row in pictures.rows])
    rows = []
    for seed in range(seeds):
        random = np.random.default_rng(seed).permutation(np.resize(np.unique(folds), len(folds)))
        for name, part_of in (("random segments", random), ("official folds", folds)):
            auc, error = pooled(pictures, part_of, seed)
            rows.append((seed, name, f"{auc:.4f}", f"{error:.3f}"))
            print(*rows[-1], flush=True)
    recordings = len({row.recording for row in pictures.rows})
    print(f"{len(pictures)} segments of {recordings} recordings of {pictures.data}. {machine()}")
    print(table(("seed", "split", "AUC segment", "balanced error"), rows))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
