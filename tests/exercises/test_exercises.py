"""Each check tells a right answer from the typical wrong ones, and says which idea led there."""

import importlib
import string
import sys
from pathlib import Path

import pytest

import exercises
from helpers.messages import LANGUAGES
from tests.shared import refused

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
ANSWERS = {
    name: answers
    for module in sorted(HERE.glob("answers_*.py"))
    for name, answers in importlib.import_module(module.stem).ANSWERS.items()
}
WRONG = [(name, *wrong) for name, answers in ANSWERS.items() for wrong in answers.wrong]
MODULES = [
    importlib.import_module(f"exercises.{path.stem}")
    for path in sorted(Path(exercises.__file__).parent.glob("lesson_*.py"))
]
SENTENCES = {name: sentences for module in MODULES for name, sentences in module.SENTENCES.items()}


@pytest.mark.parametrize("name", ANSWERS)
def test_right_answers_pass_and_an_untouched_stub_is_no_answer(name):
    for answer in ANSWERS[name].right:
        assert exercises.verdict(name, answer) == ("right", f"Right! {SENTENCES[name]['right']['en']}")
    for stub in (ANSWERS[name].stub, None):
        assert exercises.verdict(name, stub)[0] == "not_yet"


@pytest.mark.parametrize(("name", "misconception", "answer"), WRONG)
def test_wrong_answers_are_told_why(name, misconception, answer):
    key, sentence = exercises.verdict(name, answer)
    assert key == misconception
    assert sentence.startswith(f"Not quite. {SENTENCES[name][key]['en'].split('{')[0]}")


def test_every_exercise_has_a_check_sentences_and_answers():
    checks = [name for module in MODULES for name in vars(module) if name.startswith("check_")]
    assert sorted(checks) == [f"check_{name.replace('-', '_')}" for name in sorted(SENTENCES)]
    assert sorted(SENTENCES) == sorted(ANSWERS) != []
    for name, answers in ANSWERS.items():
        tried = {misconception for misconception, _ in answers.wrong}
        assert len(tried) >= 2 and tried | {"right"} == set(SENTENCES[name]), name


def test_every_sentence_exists_in_both_languages_with_the_same_values():
    def values(sentence):
        return {field for _, field, _, _ in string.Formatter().parse(sentence) if field is not None}

    faults = []
    for name, sentences in SENTENCES.items():
        for key, languages in sentences.items():
            if set(languages) != set(LANGUAGES) or values(languages["ko"]) != values(languages["en"]):
                faults.append((name, key))
    assert not faults


def test_a_learner_reads_their_own_language(capsys, monkeypatch):
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "ko")
    exercises.check("01-1", 144_000)
    assert capsys.readouterr().out == "아직이에요. 한 채널만 셌어요. 스테레오는 왼쪽과 오른쪽을 따로 적어요.\n"


@pytest.mark.parametrize("name", ["02-99", "99-1", "04_1", "", "x", len])
def test_an_unknown_exercise_is_told(name):
    with refused("exercises.unknown", "no exercise"):
        exercises.check(name, 1)
