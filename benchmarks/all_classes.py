"""ESC-10, all ten classes, by its five official folds: `evaluate --data ESC-10 --folds --classes all`, fold by fold.

Each clip is tested once, by a network that learnt from the other four folds, from scratch. Nothing is chosen:
epochs and rule are fixed.

    REAL_SOUNDS=… python benchmarks/all_classes.py [seed] [folds …]
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._common import machine, real_sounds, table  # noqa: E402
from helpers import datasets  # noqa: E402
from helpers.evaluate import cross_validate  # noqa: E402
from helpers.train import RECIPES, gather  # noqa: E402

PEERS = "published, from scratch: random forest 0.727, EnvNet-v2 0.914, ACDNet 0.9665; humans 0.957"


def main(seed=0, *folds):
    """A line for each fold as it ends, then the mean."""
    if not (folder := real_sounds()):
        return
    recipe = RECIPES["all"]
    dataset = datasets.load(folder / "ESC-10")
    examples = gather(dataset, recipe["config"])
    print(f"ESC-10, ten classes, clip accuracy. {machine()}\n{PEERS}\n{recipe}", flush=True)
    rows, right = [], 0
    for fold in folds or (1, 2, 3, 4, 5):
        began = time.perf_counter()
        told = cross_validate(dataset, examples=examples, test_folds=[fold], seed=seed, progress=False, **recipe)
        clips = told["recording"]["n"]
        right += told["class_accuracy"] * clips
        seconds = f"{time.perf_counter() - began:.0f}"
        rows.append((fold, clips, f"{told['class_accuracy']:.4f}", f"{told['macro_f1']:.4f}", seconds))
        print(*rows[-1], told["confusion"], flush=True)
    print(table(("fold", "clips", "accuracy", "macro F1", "s"), rows))
    print(f"mean {right / sum(row[1] for row in rows):.4f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
