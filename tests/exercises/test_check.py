"""What `check` shows a learner: a verdict to see, their own line where it stopped, an answer not run again."""

import html
import json
import re
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

import exercises
from exercises.cards import LOOKS, Card
from helpers import lesson
from helpers.messages import text
from tests.shared import refused

CHECK = 'from exercises import check\ncheck("03-2", mono)'


@pytest.fixture
def run(shell, capsys):
    """``run(cell)`` → what a cell displays, as text."""

    def call(cell):
        capsys.readouterr()
        shell.run_cell(cell)
        return capsys.readouterr().out

    return call


def test_each_look_is_another_and_its_text_is_the_sentence_alone():
    cards = [Card(look, "one <b>", "", "two") for look in LOOKS]
    assert {repr(card) for card in cards} == {"one <b>\ntwo"}
    shown = [card._repr_html_() for card in cards]
    assert len({re.search(r"<b .*?</b>", card)[0] for card in shown}) == len(LOOKS)
    assert all(html.escape("one <b>") + "<br>two" in card and "var(--jp-" in card for card in shown)


def test_a_card_leads_on():
    card = Card("open", "one", link=("05_a.ipynb", "05 <a>"))
    assert repr(card) == "one\n→ 05 <a>" and '<a href="05_a.ipynb">05 &lt;a&gt;</a>' in card._repr_html_()


@pytest.mark.parametrize(
    ("body", "line", "error"),
    [
        ("return smaples.mean(axis=1)", 3, "NameError: name 'smaples' is not defined"),
        ("return samples[0, 0, 0, 0]", 3, "IndexError: too many indices"),
        ("return samples.mean(axis=1) + 'x'", 3, "UFuncTypeError: "),
        ("raise KeyError", 3, "KeyError: "),
        ("import numpy as np\n    return np.mean(samples, axis=7)", 4, "AxisError: axis 7"),
    ],
)
def test_an_error_in_the_answer_names_the_learners_own_line(body, line, error, run):
    run(f"# mine\ndef mono(samples):\n    {body}")
    said = run(CHECK)
    assert f"line {line}: {body.splitlines()[-1].strip()} ({error}" in said and "Traceback" not in said
    assert len(said.splitlines()) == 1


def test_an_answer_that_cannot_be_judged_is_told():
    key, sentence = exercises.verdict("11-1", ["loud"])
    assert key == "stopped" and "could not convert string to float" in sentence


@pytest.mark.parametrize(
    "broken",
    ["def mono(samples) return 1", "def mono(samples):\nreturn 1", "deff mono(samples):\n    pass", "mono = 1 / 0"],
)
def test_a_cell_that_stopped_is_told_instead_of_judging_the_answer_before(broken, run, capsys):
    run("mono = lambda samples: samples")
    run(broken)
    said = run(CHECK)
    assert said.startswith("The cell with your answer stopped with ") and len(said.splitlines()) == 1
    run("mono = lambda samples: samples.mean(axis=1)")
    assert run(CHECK).startswith("Right!")


@pytest.mark.parametrize("other", ["1 / 0", "mono(5, 5)", "x = mono(5, 5)", "print(mono", "mono == 1 / 0"])
def test_an_error_in_another_cell_is_not_the_answers(other, run):
    run("def mono(samples):\n    return samples.mean(axis=1)")
    run(other)
    assert run(CHECK).startswith("Right!")


def test_a_wrong_answer_that_has_not_run_again_is_told(run):
    again = text("exercises.same_answer")
    run("def mono(samples):\n    return samples")
    assert again not in run(CHECK)
    assert again in run(CHECK)
    run("def mono(samples):\n    return samples")
    assert again not in run(CHECK)
    run("mono = lambda samples: samples.mean(axis=1)")
    assert [again in run(CHECK) for _ in range(2)] == [False, False]


def test_an_answer_in_the_cell_of_the_check_is_judged_as_it_stands(run):
    run("mono = 1 / 0")
    assert run(f"mono = lambda samples: samples.mean(axis=1)\n{CHECK}").startswith("Right!")
    wrong = f"mono = lambda samples: samples\n{CHECK}"
    assert [text("exercises.same_answer") in run(wrong) for _ in range(2)] == [False, False]


def test_what_is_solved_stays_known(copies, restart, shown):
    assert shown(exercises.check, "01-1", None) == text("exercises.not_yet")
    shown(exercises.check, "01-1", 144_000)
    assert shown(exercises.check, "01-1", None) == text("exercises.not_yet")
    shown(exercises.check, "01-1", np.int64(288_000))
    restart()
    assert shown(exercises.check, "01-1", None) == text("exercises.solved_before")
    assert shown(exercises.check, "01-1", 144_000).startswith("Not quite.")


def test_the_record_keeps_every_verdict_and_a_short_answer(copies, shown):
    for answer in (None, 144_000, "x" * 1000, 288_000):
        shown(exercises.check, "01-1", answer)
    shown(exercises.check, "03-2", np.mean)
    kept = [(entry.name, entry.result, entry.answer) for entry in exercises.record.entries()]
    assert [row[:2] for row in kept] == [("1", "one_channel"), ("1", "other"), ("1", "right"), ("2", "axis")]
    assert kept[0][2] == "144000" and len(kept[1][2]) < 50 and kept[3][2] == "mean"


def test_an_unknown_exercise_is_told_even_after_an_error(run, shell):
    run("x = 1")
    run("x = 1 / 0")
    shell.user_ns["failed"] = []
    run(
        "from exercises import check\ntry:\n    check('03-99', x)\nexcept Exception as error:\n    failed.append(error)"
    )
    (error,) = shell.user_ns["failed"]
    with refused("exercises.unknown"):
        raise error


# --- a name that no cell has defined ---------------------------------------------------------------------------------


@pytest.fixture
def errors(shell, monkeypatch, tmp_path):
    """What the lesson's cells show of their errors, one text each."""
    monkeypatch.setenv("SOUND_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(lesson, "get_ipython", lambda: shell)
    shown = []
    monkeypatch.setattr(shell, "_showtraceback", lambda kind, error, lines: shown.append("\n".join(lines)))
    lesson.start("02_install", sounds=False)
    return shown


def test_a_name_that_no_cell_defined_shows_its_remedy_and_the_line(shell, errors):
    shell.run_cell("x = 1\nprint(bark)")
    assert errors == [text("exercises.unknown_name", name="bark", number=2, line="print(bark)")]


def test_a_typo_deep_in_a_program_shows_its_line(shell, errors):
    shell.run_cell("def count(words):\n    total = 0\n    return totl\n\ndef program():\n    return count([])")
    shell.run_cell("program()")
    assert errors == [text("exercises.unknown_name", name="totl", number=3, line="return totl")]


STRANGE = """
from types import FunctionType
FunctionType(compile("x = mine", "", "exec"), {"__name__": "helpers.x"})()  # a name that is not the learner's
"""


@pytest.mark.parametrize("cell", ["def f():\n    x += 1\nf()", "raise NameError('mine')", "1 / 0", STRANGE])
def test_other_errors_keep_their_traceback(cell, shell, errors):
    shell.run_cell(cell)
    assert "Traceback" in errors[0]


def test_the_remedy_has_the_menus_own_words():
    assert "Run → Run All Above Selected Cell" in text("exercises.unknown_name", name="", number=1, line="")
    package = metadata.distribution("jupyterlab-language-pack-ko-KR")
    (path,) = (file for file in package.files if file.name == "jupyterlab.json")
    words = json.loads(Path(package.locate_file(path)).read_text(encoding="utf-8"))
    menu = " → ".join(words[key][0] for key in ("menu\x04Run", "Run All Above Selected Cell"))
    assert menu in text("exercises.unknown_name", lang="ko", name="", number=1, line="")
