"""How much a random split flatters: the same recordings, the same network, divided by piece and divided by source.

Both train on the same number of UrbanSound's pieces and test on a fifth of them: once drawn at random among all pieces,
so that pieces of one recording land on both sides, once by official folds.

    REAL_SOUNDS=… python benchmarks/random_split.py [seeds]
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._common import machine, sounds, table  # noqa: E402
from helpers.datasets import TARGET  # noqa: E402
from helpers.train import RECIPES, gather, judge, train  # noqa: E402


def pooled(examples, part_of, seed):
    """AUC and balanced error of all pieces, each tested by a network that learnt from the other parts."""
    settings = {name: RECIPES["dog"][name] for name in ("labels", "epochs", "steps")}
    truth = np.array([label == TARGET for label in examples.labels])
    said = np.zeros(len(examples))
    for part in sorted(set(part_of)):
        test = [row for row in range(len(examples)) if part_of[row] == part]
        # `train` itself refuses a source on both sides only where it is shown both: here the test part is kept from it
        model, _ = train(examples.where(lambda row: part_of[row] != part), seed=seed, progress=False, **settings)  # noqa: B023
        said[test] = judge(model, examples.where(set(test).__contains__))[:, model.labels.index(TARGET)]
    wrong = (said >= 0.5) != truth
    return roc_auc_score(truth, said), (wrong[truth].mean() + wrong[~truth].mean()) / 2


def main(seeds=1):
    """A line for each seed and split."""
    examples = gather(sounds(), on_skip=lambda _: None)
    examples = examples.where(lambda row: examples.folds[row] is not None)
    folds = np.array(examples.folds)
    rows = []
    for seed in range(seeds):
        random = np.random.default_rng(seed).permutation(np.resize(np.unique(folds), len(folds)))
        for name, part_of in (("random pieces", random), ("official folds", folds)):
            auc, error = pooled(examples, part_of, seed)
            rows.append((seed, name, f"{auc:.4f}", f"{error:.3f}"))
            print(*rows[-1], flush=True)
    print(f"{len(examples)} pieces of {len(set(examples.recordings))} recordings of {examples.data}. {machine()}")
    print(table(("seed", "split", "AUC piece", "balanced error"), rows))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
