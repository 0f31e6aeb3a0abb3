"""Dog against the rest, by official folds: ESC-10, and UrbanSound with the guide's network beside ours.

ESC-10: one fold tests, the next one chooses threshold and rule, the others teach. UrbanSound, where AUCs are compared,
which need neither: one fold tests, the others teach, the rule is the one set beforehand (top3), F1 is at 0.5. The
answers of all folds are pooled. The interval is a bootstrap over recordings (2000 draws), and over their differences
where two networks met the same pieces.

    REAL_SOUNDS=… python benchmarks/dog_folds.py [ESC-10|UrbanSound] [seeds]
"""

import sys
import time
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._common import machine, real_sounds, table  # noqa: E402
from helpers import datasets  # noqa: E402
from helpers.datasets import TARGET  # noqa: E402
from helpers.evaluate import RULES, fold_by_fold, scores  # noqa: E402
from helpers.model import GuideNetwork, Network  # noqa: E402
from helpers.train import RECIPES, gather  # noqa: E402

PEERS = {
    "ESC-10": "published: random forest F1 0.785; BirdNET's dog output, untrained on the set, AUC 0.983, F1 0.962",
    "UrbanSound": "a plain CNN on the same recordings: AUC 0.94 per piece, 0.975 per recording",
}
DRAWS = 2000


def answers(dataset, examples, network, seed):
    """For each recording: (holds the dog, its score, its threshold, its pieces' scores), each tested once."""
    recipe = {name: value for name, value in RECIPES["dog"].items() if name != "config"}
    settings = recipe | {"network": network, "seed": seed, "choose": dataset.name == "ESC-10", "progress": False}
    found = {}
    for model, heard in fold_by_fold(dataset, examples, on_skip=lambda _: None, **settings):
        dog = model.labels.index(TARGET)
        for h in heard:
            score = RULES[model.rule](h.windows)[dog]
            found[h.recording.path] = h.holds_target, score, model.threshold, h.pieces[:, dog]
    return found


def figures(found):
    """AUC per piece and per recording, F1 and accuracy of the recordings at their folds' thresholds."""
    truth, said, thresholds, pieces = zip(*found, strict=True)
    labels = np.concatenate([np.full(len(p), dog) for dog, p in zip(truth, pieces, strict=True)])
    told = scores(np.array(truth), np.array(said), np.array(thresholds))
    return roc_auc_score(labels, np.concatenate(pieces)), told["auc"], told["f1"], told["accuracy"]


def interval(draw):
    """The middle 95 % of ``draw(random)``, which resamples recordings."""
    random = np.random.default_rng(0)
    drawn = [value for value in (draw(random) for _ in range(DRAWS)) if value is not None]
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return " / ".join(f"{a:+.3f}…{b:+.3f}" for a, b in zip(low, high, strict=True))


def resampled(*runs):
    """A draw of recordings, the same for each run: their AUCs, or the difference of two runs'."""

    def draw(random):
        rows = random.integers(len(runs[0]), size=len(runs[0]))
        if len({runs[0][row][0] for row in rows}) < 2:
            return None
        told = [np.array(figures([run[row] for row in rows])[:2]) for run in runs]
        return told[0] - told[1] if len(told) == 2 else told[0]

    return draw


def main(name="ESC-10", seeds=3):
    """Train and test each fold with each seed, print a line each, then the intervals."""
    if not (folder := real_sounds()):
        return
    dataset = datasets.load(folder / name)
    examples = gather(dataset, on_skip=lambda _: None)
    networks = [Network, GuideNetwork] if name == "UrbanSound" else [Network]
    print(
        f"{name}: {len(dataset.recordings)} recordings, {len(examples)} pieces. {machine()}\n{PEERS[name]}", flush=True
    )
    rows, runs = [], {}
    for seed in range(seeds):
        for network in networks:
            began = time.perf_counter()
            found = answers(dataset, examples, network, seed)
            runs[network, seed] = [found[path] for path in sorted(found)]
            told = [f"{value:.4f}" for value in figures(runs[network, seed])]
            rows.append((network.__name__, seed, *told, f"{time.perf_counter() - began:.0f}"))
            print(*rows[-1], flush=True)
    print(table(("network", "seed", "AUC piece", "AUC recording", "F1 recording", "accuracy", "s"), rows))
    print("95 % of the AUCs (piece / recording), seed 0:", interval(resampled(runs[Network, 0])))
    if GuideNetwork in networks:
        print("ours minus the guide's, seed 0:", interval(resampled(runs[Network, 0], runs[GuideNetwork, 0])))


if __name__ == "__main__":
    main(*sys.argv[1:2], *map(int, sys.argv[2:3]))
