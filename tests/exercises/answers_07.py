"""Right and typical wrong answers to the exercises of 07_evaluate."""

import numpy as np
from answers import Answers
from sklearn.metrics import precision_recall_curve


def precision_at(recall, alarms, dogs):
    return recall * dogs / (recall * dogs + alarms * (1 - dogs))


def precision_by_counting(recall, alarms, dogs):
    barks, rest = 1_000_000 * dogs, 1_000_000 * (1 - dogs)
    hits, false_alarms = round(barks * recall), round(rest * alarms)
    return hits / (hits + false_alarms)


def keep_promise(truth, said, allowed):
    others = np.sort(said[~truth])[::-1]
    return 0.0 if allowed >= len(others) else np.nextafter(others[allowed], 1)


def keep_promise_by_trying(truth, said, allowed):
    steps = [0.0, *sorted(said + 1e-9)]
    return next(step for step in steps if np.sum(said[~truth] >= step) <= allowed)


def at_the_other(truth, said, allowed):
    others = np.sort(said[~truth])[::-1]
    return others[min(allowed, len(others) - 1)]


def best_f1(truth, said, allowed):
    precision, recall, steps = precision_recall_curve(truth, said)
    return steps[(2 * precision * recall / (precision + recall))[:-1].argmax()]


def of_all(truth, said, allowed):
    return np.sort(said)[::-1][allowed] + 1e-9


ANSWERS = {
    "07-1": Answers(
        right=[precision_at, precision_by_counting],
        wrong=[
            ("no_share", lambda recall, alarms, dogs: recall / (recall + alarms)),
            ("not_others", lambda recall, alarms, dogs: recall * dogs / (recall * dogs + alarms)),
            ("rest", lambda recall, alarms, dogs: 1 - alarms),
            ("recall", lambda recall, alarms, dogs: recall),
            ("alarms", lambda recall, alarms, dogs: 1 - precision_at(recall, alarms, dogs)),
            ("percent", lambda recall, alarms, dogs: 100 * precision_at(recall, alarms, dogs)),
            ("other", lambda recall, alarms, dogs: dogs),
        ],
        stub=lambda recall, alarms, dogs: None,
    ),
    "07-2": Answers(
        right=[keep_promise, keep_promise_by_trying],
        wrong=[
            ("equal", at_the_other),
            ("too_many", lambda truth, said, allowed: 0.5),
            ("too_many", best_f1),
            ("none", lambda truth, said, allowed: said[~truth].max() + 1e-9),
            ("none", lambda truth, said, allowed: 1.0),
            ("none", of_all),
            ("too_strict", lambda truth, said, allowed: np.sort(said[~truth])[::-1][max(0, allowed - 1)]),
            ("not_a_threshold", lambda truth, said, allowed: allowed + 2),
        ],
        stub=lambda truth, said, allowed: None,
    ),
}
