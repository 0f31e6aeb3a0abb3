"""A network that has met built-in sounds only, on real dogs: AUC by recording, and how long it learnt.

Seeds change the network, not the sounds. Fold 5 of the built-in set chooses threshold and rule; real recordings only
test. The peers are earlier figures: a heuristic without learning, and a first network on first sounds.

    REAL_SOUNDS=… python benchmarks/builtin_network.py [seeds] [size of the built-in set]
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._common import machine, real_sounds, table  # noqa: E402
from helpers import datasets  # noqa: E402
from helpers.datasets import builtin  # noqa: E402
from helpers.evaluate import calibrate, evaluate, hear  # noqa: E402
from helpers.train import RECIPES, gather, train  # noqa: E402

PEERS = "heuristic 0.91 / 0.85; probe 0.977 / 0.93 (UrbanSound / ESC-10)"
NAMES = ("UrbanSound", "ESC-10")


def main(seeds=3, size=300):
    """Train on the built-in set of this size, test on both real sets, a line for each seed."""
    if not (folder := real_sounds()):
        return
    real = {name: datasets.load(folder / name) for name in NAMES}
    recipe = RECIPES["dog"]
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        made = datasets.load(builtin.write(Path(temporary) / "builtin", size=size, progress=False))
        examples = gather(made)
        for seed in range(seeds):
            began, work = time.perf_counter(), time.process_time()
            settings = {name: recipe[name] for name in ("labels", "epochs", "steps")}
            model, _ = train(examples.in_folds(1, 2, 3, 4), seed=seed, progress=False, **settings)
            spent = f"{time.perf_counter() - began:.0f}", f"{time.process_time() - work:.0f}"
            model = calibrate(model, hear(model, made.in_fold(5)))
            told = [evaluate(model, dataset, on_skip=lambda _: None)["recording"] for dataset in real.values()]
            aucs = [f"{one['auc']:.4f}" for one in told]
            f1s = [f"{one['f1']:.3f}" for one in told]
            rows.append((seed, *aucs, *f1s, model.rule, f"{model.threshold:.2f}", *spent))
            print(*rows[-1], flush=True)
    header = ("seed", *(f"AUC {name}" for name in NAMES), *(f"F1 {name}" for name in NAMES), "rule", "threshold")
    print(f"{size} built-in recordings, {len(examples)} pieces. {machine()}\n{PEERS}")
    print(table((*header, "s", "processor s"), rows))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
