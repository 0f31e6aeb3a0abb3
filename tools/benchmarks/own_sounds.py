"""Sounds of one's own from a few takes: how many of the rest are told apart?

Labels of UrbanSound stand for a learner's own: of each, a few recordings of different sources are the takes, and all
recordings of other sources test. Only recordings count whose source the pretrained detector never met. A head learns
from the embeddings of the detector's backbone, as in lesson 09; its peer learns from the mean, standard deviation and
maximum of each band of the same log-mel pictures. A recording's answer is the mean of its segments.

    REAL_SOUNDS=… python -m tools.benchmarks.own_sounds [draws]
"""

import sys
from collections import defaultdict
from dataclasses import replace

import numpy as np
import torch
from sklearn.metrics import balanced_accuracy_score

from helpers.live.own_sounds import GAINS_DB, embeddings, fit_head
from helpers.model import load_model
from helpers.train import PictureSet, sample_weights, walk
from tools.benchmarks._common import machine, real_sounds, table

TAKES = (3, 5)  # recordings of each label to learn from
SOURCES = 8  # of a label, at least: five teach, the others test


def statistics(pictures):
    """Mean, standard deviation and maximum of each band: array [pictures, 3 * n_mels]."""
    levels = pictures.levels()
    return torch.cat([levels.mean(dim=2), levels.std(dim=2), levels.amax(dim=2)], dim=1).numpy()


def unmet(pictures, met):
    """The pictures of sources that were not met, of labels that have enough of them."""
    sources = defaultdict(set)
    for row in pictures.rows:
        sources[row.label].add(row.source)
    labels = tuple(sorted(label for label, found in sources.items() if len(found - set(met)) >= SOURCES))
    kept = [i for i, row in enumerate(pictures.rows) if row.label in labels and row.source not in met]
    return replace(pictures.subset(kept), labels=labels)


def balanced_accuracy(features, y, rows, takes, random):
    """Balanced accuracy of one draw; ``features`` are arrays [pictures, n], the first of the pictures as they are."""
    sources, recordings = (np.array([getattr(row, name) for row in rows]) for name in ("source", "recording"))
    recording_of = {(row.label, row.source): row.recording for row in rows}  # the last of each
    taken = []
    for label in sorted({row.label for row in rows}):
        own = [one for one in recording_of if one[0] == label]
        taken += [own[number] for number in random.choice(len(own), takes, replace=False)]
    chosen = np.flatnonzero(np.isin(recordings, [recording_of[one] for one in taken]))
    weights = sample_weights([rows[i] for i in chosen], y[chosen]).numpy()
    learnt = np.concatenate([one[chosen] for one in features])
    head = fit_head(learnt, np.tile(y[chosen].numpy(), len(features)), np.tile(weights, len(features)))
    with torch.inference_mode():
        probabilities = torch.softmax(head(torch.from_numpy(features[0])), dim=1).numpy()
    tested = [recordings == one for one in np.unique(recordings[~np.isin(sources, [source for _, source in taken])])]
    y_pred = [probabilities[one].mean(axis=0).argmax() for one in tested]
    return balanced_accuracy_score([y[one][0] for one in tested], y_pred)


def main(draws=40):
    """A line for each way and number of takes."""
    model = load_model()
    pictures = PictureSet.read(walk(real_sounds() / "UrbanSound", None))
    pictures = unmet(pictures, model.metadata["sources"])
    levels = [embeddings(model, pictures.louder(gain_db)) for gain_db in GAINS_DB]
    ways = {"backbone, three levels": levels, "backbone": levels[:1], "statistics": [statistics(pictures)]}
    rows = []
    for name, features in ways.items():
        for takes in TAKES:
            randoms = map(np.random.default_rng, range(draws))
            found = [balanced_accuracy(features, pictures.y, pictures.rows, takes, random) for random in randoms]
            rows.append((name, takes, f"{np.mean(found):.3f} ± {np.std(found) / np.sqrt(draws):.3f}"))
    recordings = len({row.recording for row in pictures.rows})
    print(f"{recordings} recordings, {len(pictures.labels)} labels: {', '.join(pictures.labels)}. {machine()}")
    print(table(("features", "takes", f"balanced accuracy, mean of {draws} ± its error"), rows))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
