"""Lesson 01: what its prose claims is what its outputs show, whatever the synthetic sounds are tuned to."""

import re

from stored import Stored, figures

import synth
from helpers.datasets import TARGET

LESSON = Stored("01")
printed = LESSON.printed


def level(name):
    return figures(printed(name).splitlines()[-1])[-1]


def test_the_confusable_sound_is_about_as_loud_as_the_bark():
    assert figures(printed("bark"))[0] == 22_050
    assert abs(level("bark") - level("knock")) < 6


def test_three_of_the_six_are_dogs():
    """The answers folded in the text are the labels, which only the score tells."""
    answers = LESSON.sources["guess-answers"].split("</details>")[0]
    dogs = re.findall(r"\*\*(\d)", answers)
    assert len(dogs) == 3
    labels = {str(entry.source): entry.label for entry in synth.entries(450)}
    quiz = re.search(r"quiz = \[(.*)\]", LESSON.sources["guess-widget"])[1].replace('"', "").split(", ")
    assert [str(number) for number, name in enumerate(quiz, 1) if labels[name] == TARGET] == dogs
    assert f"{sum(digit in '123' for digit in dogs)} of 3" in printed("guess-twin")


def test_level_is_no_detector():
    dogs, others = (figures(line)[1:4] for line in printed("levels").splitlines())
    assert abs(dogs[2] - others[2]) < 4 and others[1] > dogs[1] - 2  # much the same; some others as loud as any dog
    rules = [figures(line) for line in printed("rule-table").splitlines()]
    for _, caught, dogs, fooled, others, *_ in rules:
        assert caught / dogs - fooled / others < 0.25  # no good place in between
    assert rules[0][1] == rules[0][2] and rules[0][3] == rules[0][4]  # everybody is fed
    *_, never, total = rules[-1]
    assert rules[-1][1] == 0 and never >= max(rule[-2] for rule in rules) - 0.05 * total


def test_the_detector_beats_the_rule():
    """The prose counts dogs found and times fooled in words, and bids the reader listen to one of the mistakes."""
    (found, dogs), (fooled, others), wrong = map(figures, printed("detector-twin").splitlines()[1:])
    assert (found, dogs, fooled, others) == (10, 11, 0, 19) and wrong == [8]
    assert "열한 마리 가운데 열 마리를" in LESSON.sources["detector-said"]
