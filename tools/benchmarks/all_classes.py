"""ESC-10, all ten classes, by its five official folds, as `evaluate --data ESC-10 --folds --classes all` does it.

Each clip is tested once, by a network that learnt from the other four folds, from scratch. Nothing is chosen: epochs
and pooling are fixed.

    REAL_SOUNDS=… python -m tools.benchmarks.all_classes [seed] [folds …]
"""

import sys

from sklearn.metrics import accuracy_score, f1_score

from helpers import datasets
from helpers.evaluate import POOLING, fold_by_fold
from helpers.train import RECIPES, PictureSet, walk
from tools.benchmarks._common import machine, real_sounds

PEERS = "published, from scratch: random forest 0.727, EnvNet-v2 0.914, ACDNet 0.9665; humans 0.957"


def tested(folder, seed=0, folds=None, epochs=None):
    """Yield {path: (label, predicted label)} for each fold of ESC-10."""
    recipe = dict(RECIPES["all"])
    pictures = PictureSet.read(walk(folder, recipe.pop("target"), cut=recipe.pop("cut")))
    recipe["epochs"] = epochs or recipe["epochs"]
    for model, predictions in fold_by_fold(
        datasets.load(folder), pictures, test_folds=folds, seed=seed, progress=False, **recipe
    ):
        pool = POOLING[model.pooling]
        yield {
            one.recording.path: (one.recording.label, model.labels[int(pool(one.windows).argmax())])
            for one in predictions
        }


def main(seed=0, *folds):
    """A line for each fold as it ends, then all together."""
    folder, found = real_sounds() / "ESC-10", {}
    print(f"ESC-10, ten classes, clip accuracy. {RECIPES['all']['epochs']} epochs. {machine()}\n{PEERS}", flush=True)
    for fold in tested(folder, seed, folds or None):
        found |= fold
        for clips in (fold, found):
            y_true, y_pred = zip(*clips.values(), strict=True)
            macro_f1 = f1_score(y_true, y_pred, average="macro", zero_division=0)
            said = f"{len(clips)} clips: accuracy {accuracy_score(y_true, y_pred):.4f}, macro F1 {macro_f1:.4f}"
            print("this fold," if clips is fold else "so far,", said, flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
