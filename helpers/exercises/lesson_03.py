"""Checks of 03_download: what is in a data set, and how channels become one."""

import numpy as np

from helpers.exercises import Wrong, ask, exercise, idea_behind


@exercise("03-1")
def _(answer):
    """A function (list of (label, seconds)) → dict of label → all its seconds."""
    pairs = [("dog_bark", 1.25), ("siren", 4.0), ("dog_bark", 2.5), ("cat", 0.5), ("dog_bark", 0.75), ("siren", 1.5)]
    wanted = {"dog_bark": 4.5, "siren": 5.5, "cat": 0.5}
    totals = _dictionary(ask(answer, list(pairs)))
    if set(totals) != set(wanted):
        raise Wrong("exercises.03_1_labels", said=", ".join(map(str, totals)), wanted=", ".join(wanted))
    ideas = {
        "count": {"dog_bark": 3, "siren": 2, "cat": 1},
        "last": {"dog_bark": 0.75, "siren": 1.5, "cat": 0.5},
        "first": {"dog_bark": 1.25, "siren": 4.0, "cat": 0.5},
        "mean": {"dog_bark": 1.5, "siren": 2.75, "cat": 0.5},
        "round": {label: round(seconds) for label, seconds in wanted.items()},
        "int": {label: int(seconds) for label, seconds in wanted.items()},
    }
    for idea, result in ideas.items():
        if _equal(totals, result):
            raise Wrong(f"exercises.03_1_{'whole' if idea in {'round', 'int'} else idea}")
    if not _equal(totals, wanted):
        raise Wrong("exercises.03_1_other", said=totals["dog_bark"], wanted=wanted["dog_bark"])
    if _dictionary(ask(answer, [])):
        raise Wrong("exercises.03_1_kept")


def _dictionary(totals):
    if not hasattr(totals, "keys"):
        raise Wrong("exercises.03_1_not_a_dict")
    return dict(totals)


def _equal(totals, others):
    try:
        return all(np.isclose(float(totals[label]), seconds) for label, seconds in others.items())
    except (TypeError, ValueError):
        return False


@exercise("03-2")
def _(answer):
    """A function (samples [n, channels]) → samples [n], the mean of the channels."""
    for channels in (2, 1, 8):
        samples = np.random.default_rng(channels).uniform(-1, 1, (50, channels))
        mean, total = samples.mean(axis=1), samples.sum(axis=1)
        said = _array(ask(answer, samples.copy()))
        values = {"channels": channels, "shape": list(said.shape)}
        if said.shape in {(channels,), ()}:
            raise Wrong("exercises.03_2_axis", **values)
        if said.shape != mean.shape:
            raise Wrong(f"exercises.03_2_{'still_two' if said.ndim == 2 else 'shape'}", **values)
        if np.allclose(said, mean, atol=1e-6):
            continue
        ideas = {"sum": total, "cut": total.clip(-1, 1), "first": samples[:, 0], "two_only": total / 2}
        idea = idea_behind(ideas, lambda result, said=said: np.allclose(said, result, atol=1e-6))
        raise Wrong(f"exercises.03_2_{idea}", **values)


def _array(said):
    try:
        return np.asarray(said, dtype=float)
    except (TypeError, ValueError):
        raise Wrong("exercises.03_2_shape", channels=2, shape=type(said).__name__) from None
