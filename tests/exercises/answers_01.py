"""Right and typical wrong answers to the exercises of 01_overview."""

from answers import Answers


def first_only(levels, threshold):
    for level in levels:
        return 1 if level >= threshold else 0


def of_the_example(levels, threshold):
    return 5  # what the first list of levels gives, whatever comes after it


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
    "01-4": Answers(
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
