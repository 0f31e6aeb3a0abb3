"""A network that has met synthetic sounds only, on real dogs: figures by recording, and how long it was trained.

Seeds change the network, not the sounds. Fold 5 of the synthetic set chooses the threshold; real recordings only test.
The peers are earlier figures: a heuristic without learning, and a first network on first sounds.

    REAL_SOUNDS=… python -m tools.benchmarks.builtin_network [seeds]
"""

import sys

from helpers import datasets
from helpers.evaluate import choose_threshold, predict
from helpers.train import train
from tools.benchmarks._common import (
    answers,
    dog_pictures,
    dog_recipe,
    figures,
    ignore,
    machine,
    real_sounds,
    table,
    timed,
)

PEERS = "heuristic 0.91 / 0.85; probe 0.977 / 0.93 (AUC, UrbanSound / ESC-10)"
NAMES = ("UrbanSound", "ESC-10")


def trained(seed, epochs=None):
    """The model, and the seconds its training took: of the clock, and of the processor."""
    made, learning = datasets.load("builtin"), dog_pictures("builtin").in_folds(1, 2, 3, 4)
    (model, _), *seconds = timed(train, learning, seed=seed, progress=False, **dog_recipe(epochs))
    return choose_threshold(model, predict(model, made.in_fold(5))), seconds


def main(seeds=3):
    """Train, test on both real sets, print a line for each seed."""
    folder = real_sounds()
    real = [datasets.load(folder / name) for name in NAMES]
    rows = []
    for seed in range(seeds):
        model, seconds = trained(seed)
        row = [seed, f"{model.threshold:.2f}", *(f"{one:.0f}" for one in seconds)]
        for dataset in real:
            found = answers(predict(model, dataset.recordings, on_skip=ignore), model)
            row += [f"{figure:.4f}" for figure in figures(found.values())[1:3]]
        rows.append(row)
        print(*row, flush=True)
    names = [f"{figure} {name}" for name in NAMES for figure in ("AUC", "F1")]
    print(f"By recording. {machine()}\n{PEERS}")
    print(table(("seed", "threshold", "s", "processor s", *names), rows))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
