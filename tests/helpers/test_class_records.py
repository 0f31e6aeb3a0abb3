"""The records of a class: one table of whatever can be read, and every file that was not counted whole named."""

import csv
import io
import re

import pytest

from helpers import record
from helpers.__main__ import main
from helpers.messages import LessonError
from tests.shared import refused

LINE = "2026-11-30T10:0{minute}:00,lesson_{lesson},{kind},{name},{result},1\n"


def line(lesson, kind, name, result, minute=0):
    return LINE.format(lesson=lesson, kind=kind, name=name, result=result, minute=minute)


def keep(path, *lines, header=True):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(("\ufeff" + ",".join(record.HEADER) + "\n") * header + "".join(lines), encoding="utf-8")


@pytest.fixture
def room(tmp_path):
    """A folder with the records of three learners, one of them damaged, and a file that is none."""
    folder = tmp_path / "우리 반"
    keep(
        folder / "김하늘/my_lessons/progress.csv",
        line("04", "prediction", "share", "wrong"),
        line("04", "prediction", "share", "right", minute=1),  # the first choice counts
        line("04", "prediction", "gate", "right", minute=2),
        line("04", "exercise", "1", "right", minute=3),
        line("04", "exercise", "1", "last", minute=4),  # once solved, solved
        line("04", "exercise", "2", "stopped", minute=5),
        line("05", "exercise", "1", "other", minute=6),
    )
    keep(folder / "lee-progress.csv", line("04", "exercise", "1", "right"), "2026-11-30T10:\x00,les\n", "half a li")
    keep(folder / "park/progress.csv", line("04", "prediction", "share", "right"), header=False)
    (folder / "marks.csv").write_text("name,mark\nkim,1\n", encoding="utf-8")
    return folder


def test_three_learners_in_one_table_and_what_is_damaged_or_foreign_named(room, capsys, language):
    assert main(["progress", str(room)]) == 0
    shown = capsys.readouterr()
    heading, *lines = shown.out.splitlines()
    assert [re.split("  +", one) for one in lines] == [
        ["lee", "04", "0/0", "1/1", "2026-11-30 10:00"],
        ["park", "04", "1/1", "0/0", "2026-11-30 10:00"],
        ["김하늘", "04", "1/2", "1/2", "2026-11-30 10:05"],
        ["김하늘", "05", "0/0", "0/1", "2026-11-30 10:06"],
    ]
    assert bool(re.search("[가-힣]", heading)) == (language == "ko")
    damaged, foreign = shown.err.splitlines()
    assert "lee-progress.csv" in damaged and "2" in damaged and "park" not in shown.err
    assert "marks.csv" in foreign and "lee" not in foreign


def test_columns_line_up_although_hangul_is_wider(room):
    def columns(words):
        return sum(2 if "가" <= letter <= "힣" else 1 for letter in words)

    rows, _ = record.of_class(room)
    lines = record.as_text(rows).splitlines()[1:]
    assert len({columns(one[: one.index("2026")]) for one in lines}) == 1


def test_csv_is_what_a_spreadsheet_reads(room, capsys):
    assert main(["progress", str(room), "--csv"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(shown.removeprefix("\ufeff"))))
    assert rows[2] == {
        "learner": "김하늘",
        "lesson": "lesson_04",
        "predictions_right": "1",
        "predictions_asked": "2",
        "exercises_solved": "1",
        "exercises_tried": "2",
        "last_seen": "2026-11-30 10:05",
    }


def test_a_record_handed_in_twice_counts_once(room):
    before, _ = record.of_class(room)
    keep(
        room / "lee/progress.csv", line("04", "exercise", "1", "right"), line("04", "exercise", "3", "right", minute=9)
    )
    after, _ = record.of_class(room)
    assert [row.learner for row in after] == [row.learner for row in before]
    assert (after[0].exercises_solved, after[0].last_seen) == (2, "2026-11-30 10:09")


def test_ones_own_record_bears_the_name_of_its_folder(tmp_path):
    keep(tmp_path / "my_lessons/progress.csv", line("01", "exercise", "1", "right"))
    assert [row.learner for row in record.of_class(tmp_path)[0]] == [tmp_path.name]


def test_many_foreign_files_do_not_fill_the_screen(room):
    for number in range(20):
        (room / f"segments{number}.csv").write_text("a,b\n", encoding="utf-8")
    _, notes = record.of_class(room)
    assert len(notes[-1]) < 300 and "16" in notes[-1]


def test_a_folder_without_records_is_told(tmp_path):
    (tmp_path / "progress.csv").mkdir()  # cannot be read as a file
    with refused("record.nobody", re.escape(str(tmp_path))):
        record.of_class(tmp_path)
    with pytest.raises(LessonError, match="nowhere"):
        record.of_class(tmp_path / "nowhere")
