"""What lesson 07 says of scores holds by other means than its own, and no recording serves on two sides."""

import ast
import contextlib
import io
import re
from unittest import mock

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.stats import binomtest, mannwhitneyu
from sklearn import metrics
from stored import Stored, changed, figures, solution

import synth
from helpers.evaluate import best_threshold
from helpers.model import POOLING, PRETRAINED, load_model

LESSON = Stored("07")
CELLS = LESSON.sources


def answers(seed, count=60, steps=None):
    """Truth and scores that know something of it; ``steps`` makes many of them equal."""
    random = np.random.default_rng(seed)
    y_true = random.random(count) < 0.4
    y_score = np.clip(0.5 + 0.3 * (y_true - 0.5) + 0.25 * random.standard_normal(count), 0, 1)
    y_score[np.argmax(y_true)] = 1  # somebody is answered, whatever the threshold
    return y_true, (y_score if steps is None else np.round(y_score * steps) / steps)


CASES = {"many": answers(0), "few": answers(1, count=12), "perfect": (np.arange(10) > 6, np.linspace(0, 1, 10))}


def run(sources, *cells, **names):
    """Run cells up to where they draw; returns what they defined and what they printed."""
    names = {"np": np, "metrics": metrics, "table": lambda rows, header: print(rows)} | names
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        for cell in cells:
            exec(sources[cell].partition("\nfig")[0], names)
    return names, printed.getvalue()


# --- what serves on which side ---


def folds_in(cell, variable):
    """The folds that a cell's comprehension picks for a variable."""
    (found,) = re.findall(rf"^{variable} = .* in \(([\d, ]+)\)\]", CELLS[cell], re.MULTILINE)
    return {int(fold) for fold in found.split(",")}


def test_no_source_is_in_validation_and_test_and_none_was_learnt_from():
    size, seed = map(int, re.search(r"size=(\d+), seed=(\d+)", CELLS["first"]).groups())
    planned, met = synth.entries(size, seed), load_model().metadata["sources"]
    sides = [folds_in("split", name) for name in ("validation", "test")]
    validation, test = ({str(entry.source) for entry in planned if entry.fold in side} for side in sides)
    assert not sides[0] & sides[1] and sides[0] | sides[1] == {entry.fold for entry in planned}
    assert not validation & test and not (validation | test) & {str(source) for source in met}
    assert "learnt" in PRETRAINED.with_suffix(".md").read_text(encoding="utf-8") and len(met) > 1000
    counts = [sum(entry.fold in side for entry in planned) for side in sides]
    assert figures(LESSON.printed("split"))[::2] == counts


def test_recordings_that_are_named_are_validation_ones():
    """They are heard, drawn and looked into before the test."""
    size, seed = map(int, re.search(r"size=(\d+), seed=(\d+)", CELLS["first"]).groups())
    folds = {entry.stem: entry.fold for entry in synth.entries(size, seed)}
    named = {stem for name, source in CELLS.items() for stem in re.findall(r'"(9\d{8})"', source)}
    assert len(named) >= 5 and {folds[stem] for stem in named} <= folds_in("split", "validation")


def test_the_test_recordings_are_opened_once_after_everything_was_settled():
    order = [name for name, cell in LESSON.cells.items() if cell.cell_type == "code"]
    for name in order[: order.index("final")]:
        used = {node.id for node in ast.walk(ast.parse(CELLS[name])) if isinstance(node, ast.Name)}
        assert not used & {"test", "testing", "test_true", "test_score"} or name == "split"
    assert re.findall(r"\btest\b", CELLS["split"].replace('"', "")) == ["test", "test"]  # made, and counted
    assert CELLS["final"].count("evaluate.predict(tuned, test)") == 1
    assert "choose_threshold" not in CELLS["final"] and "(model, validating)" in CELLS["choose"]


def test_a_threshold_that_peeked_is_only_used_in_the_row_that_says_so():
    assert re.findall(r"^.*peeked.*$", CELLS["final"], re.MULTILINE) == [
        "peeked = evaluate.best_threshold(test_true, test_score)",
        '    ("시험, 엿봄", test_true, test_score, peeked),',
    ]
    validation, test, peeked = (figures(line) for line in LESSON.printed("final").strip().splitlines()[1:])
    assert validation[0] == test[0] == figures(LESSON.printed("choose").splitlines()[-1])[0]
    assert peeked[3] >= test[3]


# --- counting ---


def test_the_box_wins_by_accuracy_and_feeds_nobody():
    box, detector = (figures(line) for line in LESSON.printed("day").splitlines())
    sounds, share, fed = box
    assert (share, fed) == (round(100 * (sounds - 3) / sounds), 0)
    assert detector[1] < share and detector[2] == 3


def test_the_shares_follow_from_the_four_squares():
    hits, misses, false_alarms, rejections = figures(LESSON.printed("matrix"))
    detector, box, chatterbox = (figures(line)[:4] for line in LESSON.printed("report").splitlines()[1:])
    precision, recall = hits / (hits + false_alarms), hits / (hits + misses)
    harmonic = 2 / (1 / precision + 1 / recall)
    assert detector == pytest.approx([precision, recall, (precision + recall) / 2, harmonic], abs=0.005)
    dogs = (hits + misses) / (hits + misses + false_alarms + rejections)
    assert box == [0, 0, 0, 0]
    assert chatterbox == pytest.approx([dogs, 1, (1 + dogs) / 2, 2 * dogs / (1 + dogs)], abs=0.006)


def test_the_words_stand_in_the_squares_of_what_they_name():
    """Counts that differ on both sides of each diagonal, so that no square could change places unnoticed."""
    y_true = np.array([1] * 4 + [0] * 6, bool)
    y_score = np.array([0.95] * 3 + [0.1] + [0.9] * 2 + [0.2] * 4)
    names, _ = run(CELLS, "matrix", y_true=y_true, y_score=y_score)
    words = re.search(r"zip\(shown\.text_\.flat, (\[.*?\])\)", CELLS["matrix"])[1]
    assert dict(zip(ast.literal_eval(words), names["counts"].flat, strict=True)) == {
        "적중": 3,
        "놓침": 1,
        "오경보": 2,
        "바른 거절": 4,
    }


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_auc_is_the_share_of_pairs_that_the_dog_wins(case):
    y_true, y_score = case
    _, printed = run(CELLS, "auc", y_true=y_true, y_score=y_score)
    wins = mannwhitneyu(y_score[y_true], y_score[~y_true]).statistic
    pairs, won, share, auc = figures(printed)
    assert (pairs, won) == (y_true.sum() * (~y_true).sum(), wins)
    assert share == auc == pytest.approx(wins / pairs, abs=0.0005)


def f1_at(threshold, y_true, y_score):
    right = np.sum(y_true & (y_score >= threshold))
    return 2 * right / (y_true.sum() + np.sum(y_score >= threshold))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_chosen_threshold_has_the_highest_f1(case):
    y_true, y_score = case
    shown = {"shown": solution(CELLS["ex5-solution"]).partition("\n\n\nprint")[0]}
    by_hand = run(shown, "shown")[0]["best_threshold"](y_true, y_score)
    for threshold in (by_hand, best_threshold(y_true, y_score)):
        assert f1_at(threshold, y_true, y_score) == max(f1_at(step, y_true, y_score) for step in y_score)


def test_the_chosen_threshold_is_as_good_as_the_text_says():
    """Folded solution and helper agree on the lesson's own recordings, up to the gap between two scores."""
    assert "evaluate.choose_threshold(model, validating)" in CELLS["choose"]
    validation = figures(LESSON.printed("final").strip().splitlines()[1])
    assert figures(LESSON.printed("choose"))[0::2] == [validation[0], validation[-1]]


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.95])
def test_the_slider_tells_and_plays_the_mistakes(threshold):
    y_true, y_score = CASES["many"]
    names = {"np": np, "plt": plt, "metrics": metrics, "y_true": y_true, "y_score": y_score, "player": int}
    curve = dict(zip(("precision", "recall", "steps"), metrics.precision_recall_curve(y_true, y_score), strict=True))
    at = LESSON.function("at", **names, **curve, side=y_true.astype(float))
    fig, counted, *heard = at(threshold=threshold)
    plt.close(fig)
    (hits, misses), (false_alarms, _) = metrics.confusion_matrix(y_true, y_score >= threshold, labels=[True, False])
    shares = round(hits / (hits + false_alarms), 2), round(hits / (hits + misses), 2)
    assert figures(counted) == pytest.approx([misses, false_alarms, *shares])
    wrong = [n for n in range(len(y_true)) if (y_score[n] >= threshold) != y_true[n]]
    far = sorted(wrong, key=lambda n: abs(y_score[n] - threshold))
    assert len(far) > 5 and heard == far[:-6:-1]


@pytest.mark.parametrize(
    ("right", "wrong"), [("score > other", "score >= other"), ("len(dogs) * len(others)", "len(y_true) ** 2")]
)
def test_another_way_of_counting_pairs_is_noticed(right, wrong):
    y_true, y_score = answers(2, steps=5)
    printed = [
        run(sources, "auc", y_true=y_true, y_score=y_score)[1]
        for sources in (CELLS, changed(CELLS, "auc", right, wrong))
    ]
    assert printed[0] != printed[1]


# --- windows, mistakes, heat maps, cards ---


def test_a_low_window_pulls_down_the_dog_that_was_missed():
    """As the text says: two windows near 1, and a mean of three that stays below the threshold."""
    (missed,) = [line for line in LESSON.printed("mistakes").splitlines() if line.startswith("놓침")]
    score, *windows = figures(missed)
    assert sorted(windows)[-2] > 0.95 and POOLING["max"](np.array(windows)) > 0.95
    assert POOLING["top_fifth"](np.array(windows)) == pytest.approx(score, abs=0.01)
    assert score < figures(LESSON.printed("choose").splitlines()[-1])[0] < np.mean(sorted(windows)[-2:])


def test_hiding_what_is_red_costs_more_than_hiding_anything_and_less_than_the_loudest():
    whole, red, loudest, anywhere = (figures(line)[0] for line in LESSON.printed("hide").splitlines())
    assert loudest < red - 0.1 < red < anywhere - 0.1 < whole


def test_intervals_are_wilsons():
    share = LESSON.function("share", binomtest=binomtest)
    for found, count in ((16, 17), (44, 52), (3, 136), (40, 40)):
        p, z = found / count, 1.959964
        middle = (p + z**2 / (2 * count)) / (1 + z**2 / count)
        half = z * np.sqrt(p * (1 - p) / count + z**2 / (4 * count**2)) / (1 + z**2 / count)
        assert figures(share(found, count)) == pytest.approx([p, middle - half, middle + half], abs=0.006)
    dogs, found, recall = figures(LESSON.printed("interval"))[:3]
    assert recall == round(found / dogs, 2) == figures(LESSON.printed("final").splitlines()[2])[2]


def test_the_same_detector_is_less_precise_where_dogs_are_rare():
    """The folded solution, given the stored test: of the 46 sounds in it, 17 are dogs; one other sound is answered."""
    dogs, found = figures(LESSON.printed("interval"))[:2]
    sounds, precision = figures(LESSON.printed("split"))[-1], figures(LESSON.printed("final").splitlines()[2])[1]
    test_true = np.arange(sounds) < dogs
    alarms = round(found / precision - found)
    test_score = np.where(test_true, np.arange(sounds) < found, np.arange(sounds) >= sounds - alarms).astype(float)
    names = {"test_true": test_true, "test_score": test_score, "tuned": mock.Mock(threshold=0.5)}
    _, printed = run({"shown": solution(CELLS["ex3-solution"])}, "shown", found=found, count=dogs, **names)
    assert figures(printed) == [round(100 * dogs / sounds), precision, 1, 0.22]


def test_the_figures_on_real_dogs_are_those_of_the_model_card():
    card = PRETRAINED.with_suffix(".md").read_text(encoding="utf-8")
    (row,) = [line for line in card.splitlines() if line.startswith("| UrbanSound,")]
    dogs, others, auc, low, high, recall, false_percent = figures(row)
    esc10, urban = (line for line in CELLS["card"].splitlines() if line.startswith("    ("))
    assert f'"{auc} ({low}…{high})"' in urban
    (found, of_dogs), (false, of_others) = (map(int, pair) for pair in re.findall(r"share\((\d+), (\d+)\)", urban))
    assert (of_dogs, of_others) == (dogs, others)
    assert (round(found / dogs, 2), round(100 * false / others, 1)) == (recall, false_percent)
    assert "(AUC 0.999)" in card and '"0.999"' in esc10 and "share(40, 40)" in esc10 and "0.01" in esc10
    assert "40 of them dogs" in card and "all of its dogs are found" in card and "one ESC-10 clip" in card


def test_without_the_learners_network_the_test_on_real_dogs_is_left_out():
    real = mock.Mock()
    _, printed = run(CELLS, "real", lesson=mock.MagicMock(), menu=mock.Mock(value="builtin"), evaluate=real)
    assert printed == LESSON.printed("real") and not real.mock_calls
