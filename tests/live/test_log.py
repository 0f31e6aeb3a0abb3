"""The log keeps what it says it keeps: the last sounds, older ones where asked, and all of it in a table."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import audio
from helpers.audio import AudioError
from helpers.live.detector import Event
from helpers.live.log import HEADER, EventLog
from helpers.live.source import LiveError
from tests.live.stand_in import CONFIG, RATE


def fill(log, count):
    for number in range(1, count + 1):
        log.add(Event(number, number + 0.5, number + 0.25, 1 / number), tone(number))
    return log


def tone(number):
    return np.full(100, number / 512, dtype=np.float32)  # a number that 16 bits hold


def read(table):
    with table.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@given(count=st.integers(0, 30), keep=st.integers(0, 12))
def test_it_keeps_all_events_and_the_last_sounds(count, keep):
    log = fill(EventLog(CONFIG, keep=keep), count)
    assert len(log) == count and [event.start_s for event in log.events] == list(range(1, count + 1))
    for number in range(-1, count + 3):
        if max(0, count - keep) < number <= count:
            assert (log.sound(number) == tone(number)).all()
        else:
            with pytest.raises(LiveError) as caught:
                log.sound(number)
            assert caught.value.key == "live.no_sound"


def test_a_hundred_sounds_stay_in_memory_unless_asked_otherwise(language):
    log = fill(EventLog(CONFIG), 130)
    assert (log.sound(31) == tone(31)).all()
    with pytest.raises(LiveError) as caught:
        log.sound(30)
    assert all(number in str(caught.value) for number in ("30", "130", "100"))


def test_older_sounds_go_to_disk_if_asked(tmp_path):
    folder = tmp_path / "new" / "sounds"
    log = fill(EventLog(CONFIG, keep=3, folder=folder), 8)
    assert sorted(path.name for path in folder.iterdir()) == [f"event_{number:04}.wav" for number in range(1, 6)]
    for number in range(1, 9):
        assert (log.sound(number) == tone(number)).all()


def test_sounds_that_another_run_left_in_the_folder_are_not_this_ones(tmp_path):
    fill(EventLog(CONFIG, keep=1, folder=tmp_path), 5)
    log = fill(EventLog(CONFIG, keep=1, folder=tmp_path), 2)
    with pytest.raises(LiveError):
        log.sound(3)


def test_a_sound_that_cannot_be_written_is_said_so(tmp_path):
    (tmp_path / "event_0001.wav").mkdir()
    with pytest.raises(AudioError):
        fill(EventLog(CONFIG, keep=1, folder=tmp_path), 2)


@pytest.mark.parametrize("on_disk", [False, True])
def test_what_is_exported_reads_back(tmp_path, on_disk):
    log = fill(EventLog(CONFIG, keep=3, folder=tmp_path / "older" if on_disk else None), 7)
    table = log.export(tmp_path / "taken" / "along")
    rows = read(table)
    assert table.name == "events.csv" and tuple(rows[0]) == HEADER
    for number, (row, event) in enumerate(zip(rows, log.events, strict=True), 1):
        assert int(row["number"]) == number
        for name in ("start_s", "end_s", "reported_s", "peak"):
            assert float(row[name]) == pytest.approx(getattr(event, name), abs=0.0005)
        if on_disk or number > 4:
            path = table.parent / row["file"]
            assert (audio.load(path, CONFIG) == tone(number)).all() and audio.info(path).sample_rate == RATE
        else:
            assert row["file"] == ""
    assert len(list(table.parent.glob("*.wav"))) == (7 if on_disk else 3)


def test_exported_again_the_table_is_the_newer_one(tmp_path):
    log = fill(EventLog(CONFIG), 1)
    log.export(tmp_path)
    fill(log, 1)
    assert len(read(log.export(tmp_path))) == 2
    assert read(EventLog(CONFIG).export(tmp_path)) == []
