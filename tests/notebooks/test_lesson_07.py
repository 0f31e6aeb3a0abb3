"""What lesson 07 counts by hand is what its helpers give, for other answers than the lesson's.

The lesson's own cells are run, not copies of them: each prints whether its result is the helper's.
"""

import contextlib
import io
from unittest import mock

import build
import numpy as np
import pytest
from sklearn import metrics

from helpers.evaluate import best_threshold

BY_HAND = ("outcomes", "figures", "pairs", "choose")


def answers(seed, count=60, steps=None):
    """Truth and probabilities that know something of it; ``steps`` makes many of them equal."""
    random = np.random.default_rng(seed)
    truth = random.random(count) < 0.4
    said = np.clip(0.5 + 0.3 * (truth - 0.5) + 0.25 * random.standard_normal(count), 0, 1)
    said[np.argmax(truth)] = 1  # somebody is answered, whatever the threshold
    return truth, (said if steps is None else np.round(said * steps) / steps)


CASES = {
    "many": answers(0),
    "few": answers(1, count=12),
    "ties": answers(2, steps=5),
    "float32": (answers(3)[0], answers(3)[1].astype(np.float32)),
    "perfect": (np.arange(10) > 6, np.linspace(0, 1, 10)),
    "all yes": (np.array([True, False, True, False]), np.array([0.95, 0.9, 0.97, 0.94])),
    "lowest": (np.array([False, True, True, True]), np.array([0.95, 0.9, 0.97, 0.94])),
}


@pytest.fixture(scope="module")
def cells():
    return {cell.id: cell.source for cell in build.read(build.HERE / "ko" / "07_evaluate.ipynb").cells}


def run(cells, truth, said):
    """The names the lesson's cells leave, run on these answers, and what they said: cell → [True or False]."""
    names = {"np": np, "metrics": metrics, "truth": truth, "said": said}
    names |= {name: mock.MagicMock() for name in ("plots", "describe", "table")}
    verdicts = {}
    for name in BY_HAND:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(cells[name], names)
        lines = [line.rpartition(": ") for line in printed.getvalue().splitlines()]
        verdicts[name] = [word == "True" for said, _, word in lines if said.startswith("same as")]
    return names, verdicts


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_by_hand_is_what_the_helpers_give(case, cells):
    names, verdicts = run(cells, *case)
    assert verdicts == {name: [True] for name in BY_HAND}
    assert names["chosen"] == pytest.approx(best_threshold(*case))


@pytest.mark.parametrize(
    ("cell", "right", "wrong", "unequal"),
    [
        ("outcomes", "truth & ~yes", "~truth & yes", "outcomes figures"),
        (
            "outcomes",
            "return hits, misses, alarms, rejections",
            "return hits, alarms, misses, rejections",
            "outcomes figures",
        ),
        ("outcomes", "yes = said >= 0.9", "yes = said >= 0.8", "figures"),
        ("figures", "hits / (hits + alarms)", "hits / (hits + misses)", "figures"),
        ("figures", "hits / (hits + misses)", "hits / len(truth)", "figures"),
        ("figures", "2 * precision * recall / (precision + recall)", "(precision + recall) / 2", "figures"),
        ("pairs", "np.mean(difference == 0) / 2", "np.mean(difference == 0)", "pairs"),
        ("pairs", "difference > 0", "difference >= 0", "pairs"),
        ("choose", "np.argmax(f1)", "np.argmin(f1)", "choose"),
        ("choose", "best - 1, 0) : best + 1", "best - 1, 0) : best", "choose"),
        ("choose", "[2] for step", "[0] for step", "choose"),
    ],
)
def test_another_formula_is_noticed(cell, right, wrong, unequal, cells):
    assert right in cells[cell]
    changed = cells | {cell: cells[cell].replace(right, wrong)}
    noticed = set()
    for case in (CASES["many"], CASES["ties"]):
        noticed |= {name for name, said in run(changed, *case)[1].items() if said != [True]}
    assert set(unequal.split()) <= noticed


def test_the_explorer_tells_what_it_draws(cells):
    truth, said = CASES["many"]
    names, _ = run(cells, truth, said)
    names["explore"] = mock.Mock()
    exec(cells["explorer"], names)
    _, facts = names["at"](threshold=0.6)
    (hits, misses), (alarms, rejections) = metrics.confusion_matrix(truth, said >= 0.6, labels=[True, False])
    assert facts.startswith(f"hits {hits}, misses {misses}, false alarms {alarms}, correct rejections {rejections}, ")
    assert f"precision {metrics.precision_score(truth, said >= 0.6):.2f}" in facts
    names["plots"].plot_scores.assert_called_with(truth, said, 0.6)


def test_the_rules_of_the_lesson_rank_as_its_text_says(cells):
    names = {"np": np, "table": mock.Mock()}
    exec(cells["rules"], names)
    rows = {name: dict(zip(names["RULES"], values, strict=True)) for name, *values in names["rows"]}
    barks, click, hum = rows.values()
    assert barks["mean"] < hum["mean"]
    assert barks["max"] == click["max"] > hum["max"]
    assert barks["top3"] > max(click["top3"], hum["top3"])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_second_solution_keeps_its_promise(case, cells):
    truth, said = case
    names = {"np": np}
    exec(cells["ex2-solution"].split("check(")[0], names)
    for allowed in range(sum(~truth) + 1):
        threshold = names["keep_promise"](truth, said, allowed)
        assert np.sum(said[~truth] >= threshold) <= allowed
        better = [step for step in said if np.sum(said[~truth] >= step) <= allowed]
        assert np.sum(said[truth] >= threshold) == max((np.sum(said[truth] >= step) for step in better), default=0)
