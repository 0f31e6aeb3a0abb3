"""Dog against the rest, by official folds: ESC-10, and UrbanSound with the guide's network beside ours.

ESC-10: one fold tests, the next one chooses the threshold, the others teach. UrbanSound, where AUCs are compared, which
need no threshold: one fold tests, the others teach, F1 is at 0.5. The answers of all folds are pooled. The interval is
a bootstrap over recordings (2000 draws), and over their differences where two networks met the same segments.

    REAL_SOUNDS=… python -m tools.benchmarks.dog_folds [ESC-10|UrbanSound] [seeds]
"""

import sys
import time

from helpers import datasets
from helpers.evaluate import fold_by_fold
from helpers.model import GuideNetwork, Network
from tools.benchmarks._common import (
    answers,
    dog_pictures,
    dog_recipe,
    figures,
    ignore,
    interval,
    machine,
    real_sounds,
    table,
)

PEERS = {
    "ESC-10": "published: random forest F1 0.785; BirdNET's dog output, untrained on the set, AUC 0.983, F1 0.962",
    "UrbanSound": "a plain CNN on the same recordings: AUC 0.94 by segment, 0.975 by recording",
}


def tested(dataset, pictures, network=Network, seed=0, epochs=None):
    """What `answers` says of each recording, each tested once by a network that has met none of its fold."""
    choose, recipe = dataset.name == "ESC-10", dog_recipe(epochs)
    settings = recipe | {"network": network, "seed": seed, "choose": choose, "progress": False}
    found = {}
    for model, predictions in fold_by_fold(dataset, pictures, on_skip=ignore, **settings):
        found |= answers(predictions, model)
    return found


def main(name="ESC-10", seeds=3):
    """Train and test each fold with each seed, print a line each, then the intervals."""
    folder = real_sounds() / name
    dataset, pictures = datasets.load(folder), dog_pictures(folder)
    networks = [Network, GuideNetwork] if name == "UrbanSound" else [Network]
    print(f"{name}: {len(dataset.recordings)} recordings, {len(pictures)} segments. {machine()}\n{PEERS[name]}")
    rows, runs = [], {}
    for seed in range(seeds):
        for network in networks:
            began = time.perf_counter()
            found = tested(dataset, pictures, network, seed)
            runs[network, seed] = [found[path] for path in sorted(found)]
            told = [f"{value:.4f}" for value in figures(runs[network, seed])]
            rows.append((network.__name__, seed, *told, f"{time.perf_counter() - began:.0f}"))
            print(*rows[-1], flush=True)
    print(table(("network", "seed", "AUC segment", "AUC recording", "F1 recording", "accuracy", "s"), rows))
    print("95 % of the AUCs (segment / recording), seed 0:", interval(runs[Network, 0]))
    if GuideNetwork in networks:
        print("ours minus the guide's, seed 0:", interval(runs[Network, 0], runs[GuideNetwork, 0]))


if __name__ == "__main__":
    main(*sys.argv[1:2], *map(int, sys.argv[2:3]))
