"""Right and typical wrong answers to the exercises of 07_evaluate."""

import librosa
import numpy as np
from answers import Answers
from sklearn.metrics import accuracy_score, f1_score, precision_recall_curve, precision_score, recall_score


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


def of_all(y_true, y_score, allowed):
    return np.sort(y_score)[::-1][allowed] + 1e-9


def mix(bark, noise, snr_db):
    return bark + noise * np.sqrt(np.mean(bark**2) / np.mean(noise**2)) * 10 ** (-snr_db / 20)


def mix_by_decibels(bark, noise, snr_db):
    levels = [10 * np.log10(np.mean(sound**2)) for sound in (bark, noise)]
    return bark + librosa.db_to_amplitude(levels[0] - levels[1] - snr_db) * noise


def shares(y_true, yes, *, misses=None, false_alarms=None):
    hits = np.sum(y_true & yes)
    misses = y_true & ~yes if misses is None else misses
    false_alarms = yes & ~y_true if false_alarms is None else false_alarms
    return hits / (hits + np.sum(misses)), hits / (hits + np.sum(false_alarms))


def best_threshold(y_true, y_score, judge=f1_score, compare=np.greater_equal):
    best, best_mark = 0.0, -1.0
    for threshold in y_score:
        mark = judge(y_true, compare(y_score, threshold))
        if mark > best_mark:
            best, best_mark = threshold, mark
    return best


def best_threshold_by_curve(y_true, y_score):
    precision, recall, steps = precision_recall_curve(y_true, y_score)
    return steps[(2 * precision * recall / (precision + recall))[:-1].argmax()]


def by_f1(y_true, y_score):
    return [f1_score(y_true, y_score >= threshold) for threshold in y_score]


def silent_precision(y_true, yes):
    return precision_score(y_true, yes, zero_division=0)


ANSWERS = {
    "07-1": Answers(
        right=[shares, lambda y_true, yes: [recall_score(y_true, yes), precision_score(y_true, yes)]],
        wrong=[
            ("swapped", lambda y_true, yes: shares(y_true, yes)[::-1]),
            ("not_two", lambda y_true, yes: recall_score(y_true, yes)),
            ("other", lambda y_true, yes: tuple(100 * share for share in shares(y_true, yes))),
            ("all", lambda y_true, yes: (np.sum(y_true & yes) / np.sum(y_true | yes),) * 2),
            ("silence", lambda y_true, yes: shares(y_true, yes, misses=~yes)),
            ("others", lambda y_true, yes: shares(y_true, yes, false_alarms=~y_true)),
            ("other", lambda y_true, yes: (np.mean(y_true), np.mean(yes))),
            ("other", lambda y_true, yes: (recall_score(y_true, yes),) * 2),
        ],
        stub=lambda y_true, yes: None,
    ),
    "07-2": Answers(
        right=[mix, mix_by_decibels],
        wrong=[
            ("unscaled", lambda bark, noise, snr_db: bark + noise * 10 ** (-snr_db / 20)),
            ("unscaled", lambda bark, noise, snr_db: bark + noise),
            ("flipped", lambda bark, noise, snr_db: mix(bark, noise, -snr_db)),
            ("power", lambda bark, noise, snr_db: mix(bark, noise, 2 * snr_db)),
            ("bark_changed", lambda bark, noise, snr_db: mix(bark, noise, snr_db) / 2),
            ("bark_changed", lambda bark, noise, snr_db: mix(bark, noise, snr_db) - bark),
            ("length", lambda bark, noise, snr_db: np.concatenate([bark, noise])),
            ("other", lambda bark, noise, snr_db: mix(bark, noise, snr_db + 5)),
        ],
        stub=lambda bark, noise, snr_db: None,
    ),
    "07-3": Answers(
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
    "07-4": Answers(
        right=[keep_promise, keep_promise_by_trying],
        wrong=[
            ("equal", at_the_other),
            ("too_many", lambda y_true, y_score, allowed: 0.5),
            ("too_many", lambda y_true, y_score, allowed: best_threshold(y_true, y_score)),
            ("none", lambda y_true, y_score, allowed: y_score[~y_true].max() + 1e-9),
            ("none", lambda y_true, y_score, allowed: 1.0),
            ("none", of_all),
            ("too_strict", lambda y_true, y_score, allowed: np.sort(y_score[~y_true])[::-1][max(0, allowed - 1)]),
            ("not_a_threshold", lambda y_true, y_score, allowed: allowed + 2),
        ],
        stub=lambda y_true, y_score, allowed: None,
    ),
    "07-5": Answers(
        right=[best_threshold, best_threshold_by_curve],
        wrong=[
            ("the_f1", lambda y_true, y_score: max(by_f1(y_true, y_score))),
            ("index", lambda y_true, y_score: int(np.argmax(by_f1(y_true, y_score)))),
            ("strict", lambda y_true, y_score: best_threshold(y_true, y_score, compare=np.greater)),
            ("last", lambda y_true, y_score: y_score[-1]),
            ("accuracy", lambda y_true, y_score: best_threshold(y_true, y_score, judge=accuracy_score)),
            ("precision", lambda y_true, y_score: best_threshold(y_true, y_score, judge=silent_precision)),
            ("other", lambda y_true, y_score: y_score.max() + 1),
            ("other", lambda y_true, y_score: y_score.min()),
        ],
        stub=lambda y_true, y_score: None,
    ),
}
