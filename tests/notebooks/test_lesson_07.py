"""What lesson 07 counts by hand is what its helpers give, for other answers than the lesson's.

The lesson's own cells are run, not copies of them: each prints whether its result is the helper's.
"""

from unittest import mock

import numpy as np
import pytest
from sklearn import metrics
from stored import Stored, changed, run, unequal

from helpers.evaluate import best_threshold

CELLS = Stored("07").sources
BY_HAND = ("outcomes", "figures", "pairs", "choose")


def answers(seed, count=60, steps=None):
    """Truth and probabilities that know something of it; ``steps`` makes many of them equal."""
    random = np.random.default_rng(seed)
    y_true = random.random(count) < 0.4
    y_score = np.clip(0.5 + 0.3 * (y_true - 0.5) + 0.25 * random.standard_normal(count), 0, 1)
    y_score[np.argmax(y_true)] = 1  # somebody is answered, whatever the threshold
    return y_true, (y_score if steps is None else np.round(y_score * steps) / steps)


CASES = {
    "many": answers(0),
    "few": answers(1, count=12),
    "ties": answers(2, steps=5),
    "float32": (answers(3)[0], answers(3)[1].astype(np.float32)),
    "perfect": (np.arange(10) > 6, np.linspace(0, 1, 10)),
    "all yes": (np.array([True, False, True, False]), np.array([0.95, 0.9, 0.97, 0.94])),
    "lowest": (np.array([False, True, True, True]), np.array([0.95, 0.9, 0.97, 0.94])),
}


def names_of(y_true, y_score):
    """The world that the lesson's cells find."""
    names = {"np": np, "metrics": metrics, "y_true": y_true, "y_score": y_score}
    return names | {name: mock.MagicMock() for name in ("plots", "describe", "table")}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_by_hand_is_what_the_helpers_give(case):
    names = names_of(*case)
    assert run(CELLS, BY_HAND, names) == dict.fromkeys(BY_HAND, True)
    assert names["chosen"] == pytest.approx(best_threshold(*case))


@pytest.mark.parametrize(
    ("cell", "right", "wrong", "noticed"),
    [
        ("outcomes", "y_true & ~yes", "~y_true & yes", "outcomes figures"),
        ("outcomes", "return tp, fn, fp, tn", "return tp, fp, fn, tn", "outcomes figures"),
        ("outcomes", "yes = y_score >= 0.9", "yes = y_score >= 0.8", "figures"),
        ("figures", "tp / (tp + fp)", "tp / (tp + fn)", "figures"),
        ("figures", "tp / (tp + fn)", "tp / len(y_true)", "figures"),
        ("figures", "2 * precision * recall / (precision + recall)", "(precision + recall) / 2", "figures"),
        ("pairs", "np.mean(difference == 0) / 2", "np.mean(difference == 0)", "pairs"),
        ("pairs", "difference > 0", "difference >= 0", "pairs"),
        ("choose", "np.argmax(f1)", "np.argmin(f1)", "choose"),
        ("choose", "best - 1, 0) : best + 1", "best - 1, 0) : best", "choose"),
        ("choose", "[2] for step", "[0] for step", "choose"),
    ],
)
def test_another_formula_is_noticed(cell, right, wrong, noticed):
    cells = changed(CELLS, cell, right, wrong)
    found = [unequal(run(cells, BY_HAND, names_of(*CASES[case]))) for case in ("many", "ties")]
    assert set(noticed.split()) <= set.union(*found)


def test_the_explorer_tells_what_it_draws():
    y_true, y_score = CASES["many"]
    names = names_of(y_true, y_score) | {"explore": mock.Mock()}
    run(CELLS, BY_HAND, names)
    exec(CELLS["explorer"], names)
    _, facts = names["at"](threshold=0.6)
    (tp, fn), (fp, tn) = metrics.confusion_matrix(y_true, y_score >= 0.6, labels=[True, False])
    counts = f"true positives {tp}, false negatives {fn}, false positives {fp}, true negatives {tn}, "
    assert facts.startswith(counts + f"precision {metrics.precision_score(y_true, y_score >= 0.6):.2f}")
    names["plots"].plot_scores.assert_called_with(y_true, y_score, 0.6)


def test_the_ways_of_pooling_rank_as_the_text_says():
    names = {"np": np, "table": mock.Mock()}
    exec(CELLS["rules"], names)
    rows = {name: dict(zip(names["POOLING"], values, strict=True)) for name, *values in names["rows"]}
    barks, click, hum = rows.values()
    assert barks["mean"] < hum["mean"]
    assert barks["max"] == click["max"] > hum["max"]
    assert barks["top_fifth"] > max(click["top_fifth"], hum["top_fifth"])
