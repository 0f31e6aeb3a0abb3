"""Checks of lesson 07: what a score becomes where barks are rare, and a threshold that keeps a promise."""

import numpy as np

from helpers.exercises import Wrong, ask, exercise, idea_behind


@exercise("07-1")
def _(answer):
    """A function (recall, share of the others that raise an alarm, share of dogs) → the precision to expect."""
    for recall, alarms, dogs in ((0.8, 0.05, 0.02), (0.9, 0.2, 0.3), (0.95, 0.1, 0.5)):
        hits, false = recall * dogs, alarms * (1 - dogs)
        wanted = hits / (hits + false)
        said = float(ask(answer, recall, alarms, dogs))
        if np.isclose(said, wanted, atol=0.001):
            continue
        ideas = {
            "no_share": recall / (recall + alarms),
            "not_others": hits / (hits + alarms),
            "recall": recall,
            "rest": 1 - alarms,
            "alarms": false / (hits + false),
            "percent": 100 * wanted,
        }
        values = {"recall": recall, "alarms": alarms, "dogs": dogs, "said": f"{said:.3f}", "wanted": f"{wanted:.3f}"}
        idea = idea_behind(ideas, lambda result, said=said: np.isclose(said, result, atol=0.001))
        raise Wrong(f"exercises.07_1_{idea}", **values)


@exercise("07-2")
def _(answer):
    """A function (truth, probabilities, false alarms allowed) → a threshold with as many hits as that allows."""
    truth = np.array([1, 1, 0, 1, 0, 1, 0, 1, 0, 0], bool)
    said = np.array([0.95, 0.9, 0.85, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
    tied = np.array([0.9, 0.8, 0.8, 0.8, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3])
    for scored, allowed in ((said, 2), (said, 0), (said, 1), (said, 5), (tied, 1)):
        threshold = float(ask(answer, truth.copy(), scored.copy(), allowed))
        others, dogs = np.sort(scored[~truth])[::-1], scored[truth]
        alarms, hits = int((others >= threshold).sum()), int((dogs >= threshold).sum())
        values = {"allowed": allowed, "said": f"{threshold:.2f}", "alarms": alarms, "hits": hits}
        if not 0 <= threshold <= 1.5:
            raise Wrong("exercises.07_2_not_a_threshold", **values)
        if alarms > allowed:
            raise Wrong(f"exercises.07_2_{'equal' if threshold in others else 'too_many'}", **values)
        best = int((dogs > others[allowed]).sum()) if allowed < len(others) else len(dogs)
        if hits < best:
            raise Wrong(f"exercises.07_2_{'none' if alarms == 0 else 'too_strict'}", **values, best=best)
