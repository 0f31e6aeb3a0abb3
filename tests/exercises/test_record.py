"""The record: whole lines in a file that a spreadsheet opens, and whatever else stands there passed over."""

import csv
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import exercises
from exercises import predictions_04, record
from helpers.messages import text
from tests.shared import refused


def test_the_file_is_one_that_spreadsheets_read(copies):
    assert record.keep("05", "exercise", "1", "right", '한글, "quoted"\n둘째 줄') == ""
    written = (copies / "progress.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf") and written.endswith(b"\n")
    header, row = csv.reader(written.decode("utf-8-sig").splitlines())
    assert header == ["time", "lesson", "kind", "name", "result", "answer"]
    assert row[1:] == ["lesson_05", "exercise", "1", "right", '한글, "quoted" 둘째 줄'] and len(row[0]) == 19
    assert [entry.answer for entry in record.find("05", "exercise", "1")] == [row[-1]]


@pytest.mark.parametrize("folder", ["notebooks/en", "my_lessons", "my_lessons/data", "en"])
def test_nothing_is_written_elsewhere(folder, tmp_path, monkeypatch):
    (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / folder)
    assert record.keep("05", "exercise", "1", "right", "") == ""
    assert len(record.find("05", "exercise", "1")) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.binary(max_size=60), after=st.binary(max_size=60))
def test_damaged_and_foreign_lines_are_passed_over(before, after, copies):
    """Whatever stands around our lines, ours are found, and nobody else's bytes are touched."""
    path = copies / "progress.csv"
    path.write_bytes(before)
    record.keep("05", "exercise", "1", "right", "x")
    with path.open("ab") as file:
        file.write(after.replace(b"\n", b""))
    record.keep("05", "exercise", "2", "wrong", "y")
    written = path.read_bytes()
    assert written.startswith(before)
    assert [(entry.name, entry.answer) for entry in record.entries()] == [("1", "x"), ("2", "y")]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "a,b",
        "2026-11-30T10:00:00,lesson_05,exercise,1,right",
        "x,lesson_05,guess,1,right,1",
        "x,5,exercise,1,right,1",
    ],
)
def test_a_line_that_is_not_ours_is_no_answer(line, copies):
    (copies / "progress.csv").write_text(f"{line}\n", encoding="utf-8")
    assert record.entries() == []


def _write(number):
    for _ in range(50):
        record.keep("05", "exercise", str(number), "right", 200 * str(number))


def test_two_kernels_do_not_cut_each_others_lines(copies):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_write, (1, 2)))
    for number in (1, 2):
        answers = [entry.answer for entry in record.find("05", "exercise", str(number))]
        assert answers == [200 * str(number)] * 50


def test_a_file_that_cannot_be_written_is_told_and_the_lesson_goes_on(copies, shown):
    (copies / "progress.csv").mkdir()
    said = shown(exercises.check, "01-1", 144_000)
    assert said.startswith("Not quite.") and "Could not write to my_lessons/progress.csv" in said
    assert len(record.find("01", "exercise", "1")) == 1


# --- progress --------------------------------------------------------------------------------------------------------


def test_progress_says_one_sentence_outside_the_copies(shown):
    record.keep("04", "exercise", "1", "right", "starts")
    assert shown(exercises.progress, "04") == text("exercises.elsewhere")


def test_progress_counts_what_is_done_and_names_what_is_open(copies, shown, monkeypatch):
    lesson = exercises.lessons.lesson("04")
    monkeypatch.setattr(predictions_04, "PREDICTIONS", {f"04-{word}": {} for word in ("a", "b", "c")})
    monkeypatch.setattr(lesson, "SENTENCES", {"04-1": {}, "04-2": {}})
    for name in ("04_split", "05_mfcc", "05_mfcc.new", "06_train"):
        (copies / "en" / f"{name}.ipynb").write_text("{}", encoding="utf-8")
    record.keep("04", "prediction", "a", "right", "1")
    record.keep("04", "prediction", "b", "wrong", "1")
    record.keep("04", "prediction", "b", "right", "2")  # the first choice counts
    record.keep("04", "exercise", "2", "segments", "divide")
    record.keep("04", "exercise", "1", "right", "starts")
    record.keep("04", "exercise", "1", "last", "starts")  # once solved, solved
    assert shown(exercises.progress, "04").splitlines() == [
        "Predictions: 1 of 3 right.",
        "Exercises: 1 of 2 solved. ✔ 04-1  ○ 04-2",
        "Still open: 04-c, 04-2",
        "→ 05_mfcc",
    ]
    record.keep("04", "exercise", "2", "right", "divide")
    record.keep("04", "prediction", "c", "wrong", "1")
    assert text("exercises.all_done") in shown(exercises.progress, "04")


def test_the_last_lesson_leads_nowhere(copies, shown):
    (copies / "en" / "09_your_sounds.ipynb").write_text("{}", encoding="utf-8")
    assert "→" not in shown(exercises.progress, "09")


@pytest.mark.parametrize("number", ["99", "", 5])
def test_an_unknown_lesson_is_told(number):
    with refused("exercises.no_lesson", "no lesson"):
        exercises.progress(number)
