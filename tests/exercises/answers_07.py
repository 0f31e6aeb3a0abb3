"""Right and typical wrong answers to the exercises of 07_evaluate."""

import librosa
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


def mix(bark, noise, snr_db):
    return bark + noise * np.sqrt(np.mean(bark**2) / np.mean(noise**2)) * 10 ** (-snr_db / 20)


def mix_by_decibels(bark, noise, snr_db):
    levels = [10 * np.log10(np.mean(sound**2)) for sound in (bark, noise)]
    return bark + librosa.db_to_amplitude(levels[0] - levels[1] - snr_db) * noise


ANSWERS = {
    "07-1": Answers(
        right=[
            lambda hits, misses, false_alarms: (hits / (hits + misses), hits / (hits + false_alarms)),
            lambda hits, misses, false_alarms: [1 - misses / (hits + misses), 1 - false_alarms / (hits + false_alarms)],
        ],
        wrong=[
            ("swapped", lambda hits, misses, false_alarms: (hits / (hits + false_alarms), hits / (hits + misses))),
            ("not_two", lambda hits, misses, false_alarms: hits / (hits + misses)),
            ("other", lambda hits, misses, fa: (100 * hits / (hits + misses), 100 * hits / (hits + fa))),
            ("all", lambda hits, misses, false_alarms: (hits / (hits + misses + false_alarms),) * 2),
            ("other", lambda hits, misses, fa: (misses / (hits + misses), fa / (hits + fa))),
            ("other", lambda hits, misses, false_alarms: (hits / (hits + misses), hits / (hits + misses))),
        ],
        stub=lambda hits, misses, false_alarms: None,
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
