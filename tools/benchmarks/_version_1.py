"""The half of `against_version_1` that runs in a checkout of version 1 and imports its modules; prints JSON at its end.

python -P _version_1.py PART SEED EPOCHS FOLDER      (EPOCHS 0: as many as its recipe says)
"""

import json
import sys
import time
from pathlib import Path

import dog_folds
import numpy as np
from helpers.checkpoint import load

from helpers import datasets
from helpers.evaluate import RULES, calibrate, fold_by_fold, hear
from helpers.model import Network
from helpers.train import RECIPES, gather, train


def skip(_error):
    pass


def builtin(seed, real):
    """Trained on its synthetic sounds alone; the seconds of it."""
    made = datasets.load("builtin")
    examples = gather(made)
    settings = {name: RECIPES["dog"][name] for name in ("labels", "epochs", "steps")}
    began = time.perf_counter()
    model, _ = train(examples.in_folds(1, 2, 3, 4), seed=seed, progress=False, **settings)
    seconds = time.perf_counter() - began
    if real is None:
        return seconds
    model = calibrate(model, hear(model, made.in_fold(5)))
    found = {}
    for name in ("UrbanSound", "ESC-10"):
        for heard in hear(model, datasets.load(real / name).recordings, on_skip=skip):
            dog = model.labels.index("dog_bark")
            score, segments = RULES[model.rule](heard.windows)[dog], heard.pieces[:, dog]
            found[heard.recording.path] = heard.holds_target, score, 0.5, segments
    return found


def dog(seed, folder):
    """Cross-validation of one set, as its benchmark does it."""
    dataset = datasets.load(folder)
    return dog_folds.answers(dataset, gather(dataset, on_skip=skip), Network, seed)


def classes(seed, folder):
    """Cross-validation of ESC-10's ten classes: path → (label, predicted label)."""
    recipe, dataset, found = dict(RECIPES["all"]), datasets.load(folder), {}
    examples = gather(dataset, recipe.pop("config"))
    for model, fold in fold_by_fold(dataset, examples, seed=seed, progress=False, **recipe):
        for heard in fold:
            predicted = model.labels[int(RULES[model.rule](heard.windows).argmax())]
            found[heard.recording.path] = heard.recording.label, predicted
    return found


def main(part, seed, epochs, folder):
    for recipe in RECIPES.values():
        recipe["epochs"] = int(epochs) or recipe["epochs"]
    seed, folder = int(seed), Path(folder)
    if part == "detector":
        result = load().target(np.load(folder)).tolist()
    elif part == "seconds":
        result = builtin(seed, None)
    else:
        found = {"builtin": builtin, "dog": dog, "classes": classes}[part](seed, folder)
        result = [[str(path), *answer] for path, answer in found.items()]
    print(json.dumps(result, default=lambda value: value.tolist()))


if __name__ == "__main__":
    main(*sys.argv[1:])
