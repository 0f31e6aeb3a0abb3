"""Right and typical wrong answers to the exercises of 01_overview."""

import numpy as np
from answers import Answers

RATE = 22_050
SECONDS = np.arange(RATE) / RATE
BARK = 0.01 * np.sin(2 * np.pi * 100 * SECONDS)  # hum, with barks where the lesson's dog barks
for begin, end in ((0.1, 0.2), (0.35, 0.43), (0.53, 0.65), (0.83, 0.93)):
    BARK[int(begin * RATE) : int(end * RATE)] += (
        0.4 * np.sin(2 * np.pi * 600 * SECONDS[: int((end - begin) * RATE)])[: int(end * RATE) - int(begin * RATE)]
    )


def cut(begin, end):
    return BARK[int(begin * RATE) : int(end * RATE)]


def first_only(levels, threshold):
    for level in levels:
        return 1 if level >= threshold else 0


def of_the_example(levels, threshold):
    return 5  # what the first list of levels gives, whatever comes after it


def both(scores, is_dog, threshold):
    caught, fooled = 0, 0
    for score, dog in zip(scores, is_dog, strict=True):
        if score >= threshold and dog:
            caught += 1
        if score >= threshold and not dog:
            fooled += 1
    return caught, fooled


def both_in_numpy(scores, is_dog, threshold):
    found, dogs = np.array(scores) >= threshold, np.array(is_dog)
    return np.array([np.sum(found & dogs), np.sum(found & ~dogs)])


def both_too_early(scores, is_dog, threshold):
    for score, dog in zip(scores, is_dog, strict=True):
        return int(score >= threshold and dog), int(score >= threshold and not dog)


def strictly_both(scores, is_dog, threshold):
    return both(scores, is_dog, np.nextafter(threshold, 1))


def found_and_missed(scores, is_dog, threshold):
    caught, _ = both(scores, is_dog, threshold)
    return caught, sum(is_dog) - caught


def all_found(scores, is_dog, threshold):
    caught, fooled = both(scores, is_dog, threshold)
    return caught + fooled, fooled


ANSWERS = {
    "01-1": Answers(
        right=[288_000, 288_000.0],
        wrong=[("one_channel", 144_000), ("our_rate", 132_300), ("other", 48_000), ("other", "many")],
    ),
    "01-2": Answers(
        right=[44_100, 2 * 22_050, 44_000],
        wrong=[("slower", 11_025), ("factor", 2), ("factor", 0.5), ("same", 22_050), ("other", 88_200), ("other", -1)],
    ),
    "01-3": Answers(
        right=[cut(0.05, 0.25), cut(0.48, 0.75).astype(np.float32), list(cut(0.75, 1))],
        wrong=[
            ("not_samples", 1102),
            ("not_samples", (0.05, 0.25)),
            ("empty", BARK[0:0]),
            ("empty", BARK[10:90]),
            ("silent", cut(0.66, 0.8)),
            ("several", BARK),
            ("several", cut(0.05, 0.5)),
            ("middle", cut(0.15, 0.3)),
            ("middle", cut(0.3, 0.4)),
        ],
    ),
    "01-4": Answers(
        right=[lambda levels, threshold: sum(level >= threshold for level in levels)],
        wrong=[
            ("strict", lambda levels, threshold: sum(level > threshold for level in levels)),
            ("below", lambda levels, threshold: sum(level < threshold for level in levels)),
            ("early", first_only),
            ("everything", lambda levels, threshold: len(levels)),
            ("other", lambda levels, threshold: sum(levels)),
            ("other", of_the_example),
        ],
        stub=lambda levels, threshold: None,
    ),
    "01-5": Answers(
        right=[both, both_in_numpy],
        wrong=[
            ("not_two", lambda *given: both(*given)[0]),
            ("swapped", lambda *given: both(*given)[::-1]),
            ("strict", strictly_both),
            ("missed", found_and_missed),
            ("no_label", all_found),
            ("no_label", lambda *given: (sum(both(*given)), 0)),
            ("early", both_too_early),
            ("other", lambda *given: (0, 0)),
        ],
        stub=lambda scores, is_dog, threshold: None,
    ),
    "01-6": Answers(
        right=[lambda caught, dogs, fooled, others: (caught / dogs + (others - fooled) / others) / 2],
        wrong=[
            ("accuracy", lambda caught, dogs, fooled, others: (caught + others - fooled) / (dogs + others)),
            ("dogs_only", lambda caught, dogs, fooled, others: caught / dogs),
            ("fooled", lambda caught, dogs, fooled, others: (caught / dogs + fooled / others) / 2),
            ("sum", lambda caught, dogs, fooled, others: caught / dogs + 1 - fooled / others),
            ("percent", lambda caught, dogs, fooled, others: 50 * (caught / dogs + 1 - fooled / others)),
            ("other", lambda caught, dogs, fooled, others: 0.0),
        ],
        stub=lambda caught, dogs, fooled, others: None,
    ),
}
