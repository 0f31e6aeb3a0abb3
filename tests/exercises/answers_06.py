"""Right and typical wrong answers to the exercises of 06_train."""

import numpy as np
from answers import Answers


def epoch_loss(losses, sizes):
    return np.average(losses, weights=sizes)


def epoch_loss_without_numpy(losses, sizes):
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)


def numbering(labels):
    return {label: number for number, label in enumerate(sorted(set(labels)))}


def numbering_backwards(labels):
    return {label: number for number, label in enumerate(np.unique(labels)[::-1])}


def numbered_from_one(labels):
    return {label: number for number, label in enumerate(sorted(set(labels)), 1)}


def numbered_as_they_come(labels):
    return {label: number for number, label in enumerate(dict.fromkeys(labels))}


ANSWERS = {
    "06-1": Answers(
        right=[epoch_loss, epoch_loss_without_numpy],
        wrong=[
            ("last", lambda losses, sizes: losses[-1]),
            ("batches", lambda losses, sizes: np.mean(losses)),
            ("total", lambda losses, sizes: np.sum(losses * sizes)),
            ("sum", lambda losses, sizes: np.sum(losses)),
            ("divided_by_batches", lambda losses, sizes: np.sum(losses * sizes) / len(losses)),
            ("other", lambda losses, sizes: np.max(losses)),
            ("other", lambda losses, sizes: np.median(losses) * 2),
        ],
        stub=lambda losses, sizes: None,
    ),
    "06-2": Answers(
        right=[numbering, numbering_backwards],
        wrong=[
            ("order", numbered_as_they_come),
            ("order", lambda labels: {label: number for number, label in enumerate(set(labels))}),
            ("gaps", lambda labels: {label: number for number, label in enumerate(labels)}),
            ("gaps", lambda labels: {label: number for number, label in enumerate(sorted(labels))}),
            ("gaps", lambda labels: dict.fromkeys(labels, 0)),
            ("from_one", numbered_from_one),
            ("turned", lambda labels: dict(enumerate(sorted(set(labels))))),
            ("not_a_dict", lambda labels: sorted(set(labels))),
            ("labels", lambda labels: {"dog_bark": 0, "other": 1}),
        ],
        stub=lambda labels: None,
    ),
}
