"""Checks of lesson 06: what an epoch's loss is, and numbers that do not depend on an order."""

import numpy as np

from helpers.exercises import Wrong, ask, exercise, idea_behind


@exercise("06-1")
def _(answer):
    """A function (mean loss of each batch, pieces in each batch) → the mean loss of a piece."""
    for losses, sizes in (([1.0, 3.0, 0.5], [32, 32, 6]), ([0.2, 0.9], [10, 30]), ([0.7], [5])):
        losses_and_sizes = np.array(losses), np.array(sizes)
        total = float(np.dot(*losses_and_sizes))
        wanted = total / sum(sizes)
        said = float(ask(answer, *losses_and_sizes))
        if np.isclose(said, wanted, atol=1e-4):
            continue
        ideas = {
            "last": losses[-1],
            "batches": np.mean(losses),
            "total": total,
            "sum": sum(losses),
            "divided_by_batches": total / len(losses),
        }
        values = {"losses": losses, "sizes": sizes, "said": f"{said:.3f}", "wanted": f"{wanted:.3f}"}
        idea = idea_behind(ideas, lambda result, said=said: np.isclose(said, result, atol=1e-4))
        raise Wrong(f"exercises.06_1_{idea}", **values)


class _Label(str):
    """A word whose hash is that of any other, so that a set of such words keeps the order in which they came."""

    __slots__ = ()

    def __hash__(self):
        return 0


@exercise("06-2")
def _(answer):
    """A function (labels, repeated, in any order) → dict of label → 0, 1, 2 …, the same for every order."""
    labels = ["dog_bark", "siren", "dog_bark", "car_horn", "siren", "siren", "drilling"]
    first = _numbers(ask(answer, list(labels)), labels)
    rolled = labels[3:] + labels[:3]
    for order in (labels[::-1], rolled, list(map(_Label, labels)), list(map(_Label, labels[::-1]))):
        if _numbers(ask(answer, list(order)), labels) != first:
            raise Wrong("exercises.06_2_order", first=labels[0], other=str(order[0]))


def _numbers(said, labels):
    """The answer as a plain dict, if it numbers these labels without gaps."""
    if not isinstance(said, dict):
        raise Wrong("exercises.06_2_not_a_dict", kind=type(said).__name__)
    if set(map(str, said.values())) == set(labels):
        raise Wrong("exercises.06_2_turned")
    numbers = {str(label): number for label, number in said.items()}
    if set(numbers) != set(labels):
        raise Wrong("exercises.06_2_labels", said=", ".join(sorted(numbers)), wanted=", ".join(sorted(set(labels))))
    found = sorted(numbers.values())
    if found != list(range(len(found))):
        idea = "from_one" if found == list(range(1, len(found) + 1)) else "gaps"
        raise Wrong(f"exercises.06_2_{idea}", said=", ".join(map(str, found)))
    return numbers
