"""A prediction: the first choice counts, stays known, and is answered with its reason."""

import importlib
from pathlib import Path

import pytest

import exercises
from exercises import predictions, predictions_05, record
from helpers.messages import LANGUAGES
from tests.shared import refused

MODULES = [
    importlib.import_module(f"exercises.{path.stem}")
    for path in sorted(Path(exercises.__file__).parent.glob("predictions_*.py"))
]


def both(word):
    return {"ko": f"말 {word}", "en": f"word {word}"}


WINDOWS = {
    "question": both("q"),
    "choices": [
        both("a") | {"why": both("because a")},
        both("b") | {"why": both("because b"), "right": True},
        both("c") | {"why": both("because c")},
    ],
}


def faults(name, prediction):
    """What a lesson's prediction lacks, one sentence each."""
    choices = prediction["choices"]
    if not 2 <= len(choices) <= 4:
        yield f"{name}: two to four choices"
    if [choice.get("right") for choice in choices].count(True) != 1:
        yield f"{name}: one choice is right"
    for place, words in [("question", prediction["question"]), *enumerate(choices, 1)]:
        for said in filter(None, (words, words.get("why") if place != "question" else None)):
            if not all(said.get(language, "").strip() for language in LANGUAGES):
                yield f"{name}, {place}: Korean and English"
    if not all(choice.get("why") for choice in choices):
        yield f"{name}: each choice says why"


@pytest.fixture(autouse=True)
def windows(monkeypatch):
    monkeypatch.setattr(predictions_05, "PREDICTIONS", {"05-windows": WINDOWS})


@pytest.fixture
def question():
    return predictions.Question("05-windows")


def test_the_lessons_predictions_are_whole(monkeypatch):
    monkeypatch.undo()
    found = []
    for module in MODULES:
        for name, prediction in module.PREDICTIONS.items():
            found += faults(name, prediction)
            if not name.startswith(f"{module.__name__[-2:]}-"):
                found.append(f"{name}: begins with the number of its lesson")
    assert not found


@pytest.mark.parametrize(
    ("broken", "count"),
    [
        (WINDOWS, 0),
        (WINDOWS | {"question": {"ko": "말"}}, 1),
        (WINDOWS | {"choices": WINDOWS["choices"][1:2]}, 1),
        (WINDOWS | {"choices": WINDOWS["choices"][:1] * 2}, 1),
        (WINDOWS | {"choices": WINDOWS["choices"][1:2] * 2}, 1),
        (WINDOWS | {"choices": [both("a"), WINDOWS["choices"][1]]}, 1),
        (WINDOWS | {"choices": [WINDOWS["choices"][0] | {"why": {"ko": "말", "en": " "}}, WINDOWS["choices"][1]]}, 1),
    ],
)
def test_a_prediction_that_lacks_something_is_noticed(broken, count):
    assert len(list(faults("05-x", broken))) == count


def test_the_text_form_is_the_same_before_and_after_a_choice(question):
    text = "word q\n1. word a\n2. word b\n3. word c"
    assert question._repr_mimebundle_()["text/plain"] == text
    question.buttons[2].click()
    assert question._repr_mimebundle_()["text/plain"] == text
    assert [button.description for button in question.buttons] == text.splitlines()[1:]


def test_the_first_choice_counts_and_locks_the_buttons(question):
    second = predictions.Question("05-windows")
    question.buttons[2].click()
    second.buttons[1].click()
    for box in (question, second, predictions.Question("05-windows")):
        assert all(button.disabled for button in box.buttons)
        assert [bool(button.button_style) for button in box.buttons] == [False, False, True]
        assert "You chose 3." in box.note.value
    assert predictions.chosen("05-windows") == 3 and len(record.entries()) == 1


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (None, "The answer: 2. word b\nword because b"),
        (2, "You predicted it! 2. word b\nword because b"),
        (1, "You chose: 1. word a\nword because a\nThe answer: 2. word b\nword because b"),
    ],
)
def test_the_answer_says_what_was_chosen_and_why(number, said, question, shown):
    if number:
        question.buttons[number - 1].click()
    for _ in range(2):
        assert shown(exercises.answer, "05-windows") == said


def test_a_choice_is_known_after_the_kernel_restarts(copies, question, restart):
    question.buttons[0].click()
    restart()
    assert predictions.chosen("05-windows") == 1
    (entry,) = record.entries()
    assert (entry.lesson, entry.kind, entry.name) == ("lesson_05", "prediction", "windows")
    assert (entry.result, entry.answer) == ("wrong", "1")


def test_outside_the_copies_a_choice_lasts_as_long_as_the_kernel(question, restart):
    question.buttons[0].click()
    assert predictions.chosen("05-windows") == 1
    restart()
    assert predictions.chosen("05-windows") is None


def test_a_choice_that_the_lesson_no_longer_has_does_not_count(question):
    record.keep("05", "prediction", "windows", "wrong", "4")
    assert predictions.chosen("05-windows") is None


def test_a_question_shows_that_the_file_could_not_be_written(copies, question):
    (copies / "progress.csv").mkdir()
    question.buttons[0].click()
    assert "You chose 1." in question.note.value and "my_lessons/progress.csv" in question.note.value


@pytest.mark.parametrize("name", ["05-nothing", "99-x", "", "05"])
def test_an_unknown_prediction_is_told(name):
    for call in (exercises.predict, exercises.answer):
        with refused("exercises.no_prediction", "no prediction"):
            call(name)
