"""The pretrained detector on long streams of real recordings it has not met: barks found, false positives per hour.

Every recording without a dog is heard once, in an order that a seed draws. Between them stand the annotated barks of
the others, each hard beside whatever came before, or (``whole``) those recordings as they are. No silence is added. A
bark counts as found if an event overlaps it (half a second of tolerance on both sides). An event that touches no bark
is a false positive, unless it lies in a recording with a dog, where not every bark is annotated. The interval of the
false positives is Poisson's (exact), the one of the recall Wilson's.

    REAL_SOUNDS=… python -m tools.benchmarks.live_streams [seeds] [whole]
"""

import sys
from collections import Counter

import numpy as np
from scipy import stats

from helpers import datasets
from helpers.datasets import TARGET
from helpers.model import load_model
from tools.benchmarks._common import machine, real_sounds, table
from tools.score_streams import compare, detect, make_stream


def poisson(count):
    """The exact 95 % interval of a count."""
    return stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0, stats.chi2.ppf(0.975, 2 * count + 2) / 2


def main(seeds=5, whole=False):
    """A line for each stream, then the labels of the false positives."""
    folder, model = real_sounds() / "UrbanSound", load_model()
    fresh = [one for one in datasets.load(folder).recordings if one.source not in model.metadata["sources"]]
    rows, labels = [], Counter()
    for seed in range(seeds):
        stream = make_stream(fresh, model.config, seed=seed, whole=whole)
        events = detect(model.score, model.config, stream.sounds, threshold=model.stream_threshold)
        found, false = compare(events, stream)
        labels.update(label for _, label in false)
        hours = sum(end - start for start, end, label in stream.parts if label != TARGET) / 3600
        low, high = (bound / hours for bound in poisson(len(false)))
        interval = stats.binomtest(sum(found), len(found)).proportion_ci(method="wilson")
        recall = f"{np.mean(found):.3f} ({interval.low:.3f}…{interval.high:.3f})"
        rate = f"{len(false) / hours:.1f} ({low:.1f}…{high:.1f})"
        rows.append((seed, f"{stream.parts[-1][1] / 60:.1f}", len(found), recall, len(false), rate))
    print(f"{len(stream.parts)} sounds in each stream, {60 * hours:.1f} minutes of them without a dog. {machine()}")
    print(table(("seed", "minutes", "barks", "recall (95 %)", "false positives", "per hour (95 %)"), rows))
    print("false positives by label:", ", ".join(f"{name} {count}" for name, count in sorted(labels.items())))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), whole="whole" in sys.argv)
