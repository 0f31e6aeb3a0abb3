"""Right and typical wrong answers to the exercises of 07_evaluate."""

import numpy as np
from answers import Answers
from sklearn.metrics import precision_recall_curve


def precision_at(recall, fpr, dogs):
    return recall * dogs / (recall * dogs + fpr * (1 - dogs))


def precision_by_counting(recall, fpr, dogs):
    barks, rest = 1_000_000 * dogs, 1_000_000 * (1 - dogs)
    true_positives, false_positives = round(barks * recall), round(rest * fpr)
    return true_positives / (true_positives + false_positives)


def keep_promise(y_true, y_score, allowed):
    others = np.sort(y_score[~y_true])[::-1]
    return 0.0 if allowed >= len(others) else np.nextafter(others[allowed], 1)


def keep_promise_by_trying(y_true, y_score, allowed):
    steps = [0.0, *sorted(y_score + 1e-9)]
    return next(step for step in steps if np.sum(y_score[~y_true] >= step) <= allowed)


def at_the_other(y_true, y_score, allowed):
    others = np.sort(y_score[~y_true])[::-1]
    return others[min(allowed, len(others) - 1)]


def best_f1(y_true, y_score, allowed):
    precision, recall, steps = precision_recall_curve(y_true, y_score)
    return steps[(2 * precision * recall / (precision + recall))[:-1].argmax()]


def of_all(y_true, y_score, allowed):
    return np.sort(y_score)[::-1][allowed] + 1e-9


ANSWERS = {
    "07-1": Answers(
        right=[precision_at, precision_by_counting],
        wrong=[
            ("no_share", lambda recall, fpr, dogs: recall / (recall + fpr)),
            ("not_others", lambda recall, fpr, dogs: recall * dogs / (recall * dogs + fpr)),
            ("rest", lambda recall, fpr, dogs: 1 - fpr),
            ("recall", lambda recall, fpr, dogs: recall),
            ("false_positives", lambda recall, fpr, dogs: 1 - precision_at(recall, fpr, dogs)),
            ("percent", lambda recall, fpr, dogs: 100 * precision_at(recall, fpr, dogs)),
            ("other", lambda recall, fpr, dogs: dogs),
        ],
        stub=lambda recall, fpr, dogs: None,
    ),
    "07-2": Answers(
        right=[keep_promise, keep_promise_by_trying],
        wrong=[
            ("equal", at_the_other),
            ("too_many", lambda y_true, y_score, allowed: 0.5),
            ("too_many", best_f1),
            ("none", lambda y_true, y_score, allowed: y_score[~y_true].max() + 1e-9),
            ("none", lambda y_true, y_score, allowed: 1.0),
            ("none", of_all),
            ("too_strict", lambda y_true, y_score, allowed: np.sort(y_score[~y_true])[::-1][max(0, allowed - 1)]),
            ("not_a_threshold", lambda y_true, y_score, allowed: allowed + 2),
        ],
        stub=lambda y_true, y_score, allowed: None,
    ),
}
