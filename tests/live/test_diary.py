"""The diary on disk: nothing that has ended is lost, whatever happens to the computer, and all is counted right."""

import csv
import re
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from helpers.live.diary import Diary, read
from helpers.live.diary_page import Summary, write_page
from tests.shared import refused

SEOUL = timezone(timedelta(hours=9))
RATE = 8_000
SOUND = np.zeros(RATE, dtype=np.float32)


def at(hour, minute=0, second=0.0, *, day=1, zone=SEOUL):
    return datetime(2026, 3, day, hour, minute, tzinfo=zone) + timedelta(seconds=second)


def keep(diary, began, seconds=1.0, sound=SOUND):
    return diary.add(label="dog_bark", began=began, ended=began + timedelta(seconds=seconds), peak=0.97, sound=sound)


def test_an_event_is_a_line_and_a_clip_and_a_later_run_goes_on(tmp_path):
    first = keep(Diary(tmp_path, RATE, 500), at(22, 10, 5.25), sound=0.5 * np.ones(RATE, dtype=np.float32))
    keep(Diary(tmp_path, RATE, 500), at(23))
    with (tmp_path / "events.csv").open(encoding="utf-8", newline="") as file:
        header, line, _ = csv.reader(file)
    assert header == ["began", "ended", "peak", "label", "clip"]
    assert line[:4] == ["2026-03-01T22:10:05.250+09:00", "2026-03-01T22:10:06.250+09:00", "0.970", "dog_bark"]
    sound, rate = soundfile.read(first)
    assert first == tmp_path / "clips" / line[4] and rate == RATE and len(sound) == RATE and sound[0] == 0.5
    events, stretches, damaged = read(tmp_path)
    assert [event.began for event in events] == [at(22, 10, 5.25), at(23)] and not stretches and not damaged


@given(cut=st.integers(1, 200))
def test_a_line_that_was_cut_off_costs_no_other(cut, tmp_path_factory):
    folder = tmp_path_factory.mktemp("diary")
    for hour in (1, 2):
        keep(Diary(folder, RATE, 500), at(hour))
    table = folder / "events.csv"
    whole = table.read_bytes()
    last = whole.splitlines(keepends=True)[-1]
    cut = min(cut, len(last))
    table.write_bytes(whole[: len(whole) - cut])
    keep(Diary(folder, RATE, 500), at(3))
    events, _, damaged = read(folder)
    hours = [event.began.hour for event in events]
    torn = 1 < cut < len(last)
    assert {1, 3} <= set(hours) <= {1, 2, 3}
    assert (2 in hours or damaged == [("events.csv", 3)]) if torn else (2 in hours) == (cut == 1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for the size of a file.")
@pytest.mark.parametrize("room", [0, 10, 60])
def test_where_a_disk_is_full_the_line_waits_and_the_table_stays_whole(tmp_path, room):
    import resource  # not on Windows

    diary = Diary(tmp_path, RATE, 500)
    keep(diary, at(1))
    before = (tmp_path / "events.csv").read_bytes()
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + room, most))
    try:
        with refused("batch.cannot_write"):
            keep(diary, at(2))
        assert (tmp_path / "events.csv").read_bytes() == before
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    keep(diary, at(3))
    events, _, damaged = read(tmp_path)
    assert [(event.began.hour, bool(event.clip)) for event in events] == [(1, True), (2, False), (3, True)]
    assert not damaged and len(list((tmp_path / "clips").iterdir())) == 2


def test_of_too_many_clips_the_oldest_go_and_their_lines_stay(tmp_path):
    clip_mb = (2 * RATE + 44) / 1e6
    for hour in range(6):
        keep(Diary(tmp_path, RATE, 3.5 * clip_mb), at(hour))
    kept = sorted(path.name[11:13] for path in (tmp_path / "clips").iterdir())
    assert kept == ["03", "04", "05"] and len(read(tmp_path)[0]) == 6


def test_a_clip_that_windows_does_not_let_go_of_stays_and_the_next_oldest_goes(tmp_path, monkeypatch):
    unlink = Path.unlink

    def held(path, **options):
        if path.name[11:13] == "00":
            raise PermissionError("a player holds it")
        unlink(path, **options)

    monkeypatch.setattr(Path, "unlink", held)
    diary = Diary(tmp_path, RATE, 2.5 * (2 * RATE + 44) / 1e6)
    for hour in range(4):
        keep(diary, at(hour))
    assert sorted(path.name[11:13] for path in (tmp_path / "clips").iterdir()) == ["00", "03"]
    monkeypatch.undo()
    keep(diary, at(4))
    assert sorted(path.name[11:13] for path in (tmp_path / "clips").iterdir()) == ["03", "04"]


def test_another_table_of_that_name_is_left_alone(tmp_path):
    (tmp_path / "events.csv").write_text("number,start_s\n1,2.0\n", encoding="utf-8")
    with refused("diary.other_table", "events.csv"):
        Diary(tmp_path, RATE, 500)
    assert [path.name for path in tmp_path.iterdir()] == ["events.csv"]


def test_a_day_is_counted_by_the_clock_that_hung_there(tmp_path):
    """Across midnight, and across a night in which the hour from two to three is lived twice."""
    summer, winter = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))
    diary = Diary(tmp_path, RATE, 500)
    for began in (
        at(23, 59, 59.5),
        at(0, 0, 1, day=2),
        *(at(2, minute, day=5, zone=summer) for minute in (10, 50)),
        at(2, 10, day=5, zone=winter),
        at(3, 0, day=5, zone=winter),
    ):
        keep(diary, began)
    diary.listened(at(22, 30), at(0, 30, day=2))
    summary = Summary(tmp_path)
    first, second, autumn = summary.days
    assert [summary.sums(day)[0] for day in summary.days] == [1, 1, 4]
    assert summary.cells(first)[21:24] == ["", 0, 1]
    assert summary.cells(autumn)[1:4] == ["", 3, 1]
    assert [summary.sums(day)[2] for day in (first, second)] == [1.5, 0.5]
    assert [len(run) for run in summary.episodes] == [2, 1, 1, 1, 1]  # one barked on over midnight
    assert sum(event.began.astimezone(UTC).hour == 1 for event in summary.events) == 1


def test_the_longest_episode_is_named(tmp_path, language):
    diary = Diary(tmp_path, RATE, 500)
    for minute in (0, 0.9, 1.8, 30, 30.5):
        keep(diary, at(8, 0, 60 * minute), seconds=2)
    [said] = [sentence for sentence in Summary(tmp_path).sentences() if "08:00" in sentence]
    assert list(map(int, re.findall(r"\d+", said)))[:8] == [2026, 3, 1, 8, 0, 1, 50, 3]


def test_the_page_holds_the_table_the_picture_and_what_was_damaged(tmp_path, language):
    diary = Diary(tmp_path, RATE, 500)
    keep(diary, at(8))
    diary.listened(at(8), at(8, 10))
    with (tmp_path / "events.csv").open("a", encoding="utf-8") as file:
        file.write("2026-03-01T09:0\n")
    summary = Summary(tmp_path)
    page = write_page(summary, tmp_path).read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in page and "$" not in page
    assert page.count("<td></td>") == 23 and "<td>1</td>" in page
    assert (tmp_path / "diary.png").read_bytes().startswith(b"\x89PNG")
    assert "events.csv" in summary.sentences()[-1] and "3" in summary.sentences()[-1]
    assert summary.sentences()[-1] in page
    assert f"{summary.days[0]}" + "    " * 8 + "   1" in str(summary)


def test_without_a_diary_there_is_nothing_to_count(tmp_path):
    with refused("diary.empty", tmp_path.name):
        Summary(tmp_path)
