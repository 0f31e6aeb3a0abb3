"""The quiz of sounds: a learner ticks boxes, presses the button, and reads how many were found."""

import numpy as np
import pytest

from exercises.quiz import quiz


@pytest.fixture
def six():
    return quiz({name: np.full(80, 0.1, np.float32) for name in "123456"}, right=["2", "4", "5"], rate=8000)


@pytest.mark.parametrize(
    ("ticked", "said"),
    [
        ("245", "All right! Found 3 of 3"),
        ("", "Found 0 of 3; wrong boxes: 0"),
        ("24", "Found 2 of 3; wrong boxes: 0"),
        ("2456", "Found 3 of 3; wrong boxes: 1"),
        ("136", "Found 0 of 3; wrong boxes: 3"),
    ],
)
def test_the_button_counts_what_was_found_and_what_fooled(six, ticked, said):
    for name in ticked:
        six.boxes[name].value = True
    six.button.click()
    assert said in six.result.value
    assert ("✔" in six.result.value) == (ticked == "245")


def test_a_changed_mind_is_judged_anew(six):
    six.boxes["1"].value = True
    six.button.click()
    six.boxes["1"].value = False
    for name in "245":
        six.boxes[name].value = True
    six.button.click()
    assert "Found 3 of 3" in six.result.value


def test_its_text_names_each_sound_and_gives_nothing_away(six):
    before = repr(six)
    assert before.count("\n") == 6 and "6: 0.01 s" in before
    six.boxes["2"].value = True
    six.button.click()
    assert repr(six) == before
    assert six._repr_mimebundle_()["text/plain"] == before
