"""The detector on long streams of real recordings it has not met: barks found, and false alarms per hour.

Every recording without a dog is heard once, in an order that a seed draws. Between them stand the annotated barks of
the others, each hard beside whatever came before, or (``whole``) those recordings as they are. No silence is added. A
bark counts as found if an event overlaps it (half a second of tolerance on both sides). An event that touches no bark
is a false alarm, unless it lies in a recording with a dog, where not every bark is annotated. The interval of the
alarms is Poisson's (exact), the one of the recall Wilson's.

    REAL_SOUNDS=… python benchmarks/live_streams.py [seeds] [whole]
"""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
from scipy import stats

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._common import machine, real_sounds, table  # noqa: E402
from helpers import datasets  # noqa: E402
from helpers.checkpoint import load  # noqa: E402
from helpers.datasets import TARGET  # noqa: E402
from helpers.live.score import compare, heard, tape  # noqa: E402


def poisson(count):
    """The exact 95 % interval of a count."""
    return stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0, stats.chi2.ppf(0.975, 2 * count + 2) / 2


def main(seeds=5, whole=False):
    """A line for each stream, then the labels of the false alarms."""
    if not (folder := real_sounds()):
        return
    model = load()
    met = set(model.card["sources"])
    fresh = [one for one in datasets.load(folder / "UrbanSound").recordings if one.source not in met]
    rows, wrong = [], Counter()
    for seed in range(seeds):
        sounds, barks, parts = tape(fresh, model.config, seed=seed, whole=whole)
        found, false = compare(heard(model, sounds), barks, parts)
        wrong.update(label for _, label in false)
        hours = sum(end - start for start, end, label in parts if label != TARGET) / 3600
        low, high = (bound / hours for bound in poisson(len(false)))
        interval = stats.binomtest(sum(found), len(found)).proportion_ci(method="wilson")
        recall = f"{np.mean(found):.3f} ({interval.low:.3f}…{interval.high:.3f})"
        rate = f"{len(false) / hours:.1f} ({low:.1f}…{high:.1f})"
        rows.append((seed, f"{parts[-1][1] / 60:.1f}", len(barks), recall, len(false), rate))
    print(f"{len(parts)} sounds in each stream, {60 * hours:.1f} minutes of them without a dog. {machine()}")
    print(table(("seed", "minutes", "barks", "recall (95 %)", "false alarms", "per hour (95 %)"), rows))
    print("false alarms by label:", ", ".join(f"{name} {count}" for name, count in sorted(wrong.items())))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), whole="whole" in sys.argv)
