"""Where segments lie, what they hold, and that none is lost, doubled or given away by its padding."""

import csv
import errno
import os
import re
from collections import Counter, defaultdict
from dataclasses import astuple
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from helpers.audio import read, rms_dbfs, to_int16
from helpers.config import AudioConfig
from helpers.datasets import TARGET, Event, Recording
from helpers.messages import LessonError
from helpers.segments import read_segments
from helpers.split import candidate_segments, cut_segments, split
from tests.shared import contents, refused
from tests.shared import store as store_at

RATE = 4_000
CONFIG = AudioConfig(sample_rate=RATE)
DOG, SIREN = TARGET, "siren"


def noise(seconds, level=0.3, seed=0):
    return (np.random.default_rng(seed).standard_normal(round(seconds * RATE)) * level).clip(-1, 1).astype(np.float32)


def recording(label, *events, annotated=False):
    known = bool(events) or annotated
    return Recording(Path("1.wav"), label, "1", 1, tuple(Event(*event) for event in events) if known else None)


def starts(segments):
    return [segment.start_s for segment in segments]


# ---- every recording, every annotation -------------------------------------------------------------------------------

times = st.floats(-2, 8).map(lambda t: round(t, 3))
annotations = st.lists(st.builds(Event, times, times, st.sampled_from([DOG, SIREN])), max_size=6)
configs = st.builds(
    AudioConfig,
    sample_rate=st.just(RATE),
    segment_seconds=st.sampled_from([0.2, 0.5, 1.0, 1.5]),
    segment_hop_seconds=st.sampled_from([0.25, 0.5, 1.0, 1.7]),
    gate_dbfs=st.sampled_from([-200.0, -40.0, -20.0, -12.0]),
)


loudness = st.lists(st.floats(0, 1), min_size=13, max_size=13)


@st.composite
def cases(draw, label=None):
    """A recording whose loudness wanders through the gates, with any annotation."""
    audio = noise(draw(st.floats(0.01, 6)), seed=draw(st.integers(0, 9)))
    audio *= np.interp(np.arange(len(audio)), np.linspace(0, 6 * RATE, 13), draw(loudness))
    taken = recording(label or draw(st.sampled_from([DOG, SIREN])), *map(astuple, draw(annotations)))
    return audio, taken, draw(configs)


def clipped(event, audio):
    return max(0.0, event.start_s), min(len(audio) / RATE, event.end_s)


@given(cases())
def test_pieces_are_real_audio_of_the_right_length_none_twice_and_again_the_same(case):
    audio, taken, config = case
    segments = candidate_segments(audio, taken, config)
    for segment in segments:
        start, end = round(segment.start_s * RATE), round(segment.end_s * RATE)
        assert 0 <= start < end <= len(audio)
        assert np.array_equal(segment.samples[: end - start], audio[start:end])
        assert len(segment.samples) == config.segment_samples == end - start + round(segment.padding_s * RATE)
        assert (segment.padding_s > 0) == (len(audio) < config.segment_samples)  # else nothing is padded
        assert segment.rms_dbfs == rms_dbfs(audio[start:end])
    facts = [(segment.start_s, segment.event, segment.status) for segment in segments]
    assert len(set(facts)) == len(facts)
    again = candidate_segments(audio.copy(), taken, config)
    assert [(segment.start_s, segment.event, segment.status) for segment in again] == facts


@given(cases(label=DOG))
def test_a_positive_lies_inside_its_event_or_is_centred_on_a_short_one(case):
    audio, taken, config = case
    sample = 1.01 / RATE  # times are rounded to samples
    for segment in candidate_segments(audio, taken, config):
        if segment.event is None:
            assert taken.events is None
            continue
        event = taken.events[segment.event]
        assert event.label == DOG
        start, end = clipped(event, audio)
        overlap = min(end, segment.end_s) - max(start, segment.start_s)
        assert overlap >= min(0.5, end - start, config.segment_seconds) - sample
        if end - start >= config.segment_seconds + sample:
            assert start - sample <= segment.start_s and segment.end_s <= end + sample
        elif (
            end - start < config.segment_seconds - sample and segment.start_s > 0 and segment.end_s < len(audio) / RATE
        ):
            assert abs((segment.start_s + segment.end_s) / 2 - (start + end) / 2) <= sample


@given(cases(label=DOG))
def test_every_usable_event_is_heard_in_a_piece(case):
    """No event disappears: what is not cut for it is nearly the same as something else that is."""
    audio, taken, config = case
    considered = candidate_segments(audio, taken, config)
    for number, event in enumerate(taken.events or ()):
        start, end = clipped(event, audio)
        if event.label == DOG and event.start_s < event.end_s and end - start > 1 / RATE:
            assert number in [segment.event for segment in considered]
    taken_starts = [segment.start_s for segment in considered if segment.status != "repeated"]
    apart = min(config.segment_seconds, config.segment_hop_seconds) / 2
    for segment in considered:
        nearest = min(
            (abs(segment.start_s - other) for other in taken_starts if other != segment.start_s), default=apart
        )
        if segment.status != "repeated":
            assert nearest >= apart - 1 / RATE
        else:
            assert min(abs(segment.start_s - other) for other in taken_starts) < apart


@given(cases(label=SIREN), st.integers(1, 4))
def test_a_negative_touches_no_event_of_the_target(case, most):
    audio, taken, config = case
    segments = cut_segments(audio, taken, config, negatives=most)
    assert len(segments) <= most
    for segment in candidate_segments(audio, taken, config, negatives=most):
        assert segment.event is None and segment.status != "repeated"
        for event in taken.events or ():
            start, end = clipped(event, audio)
            if event.label == DOG and event.start_s < event.end_s and start < end:
                assert segment.end_s <= start + 0.51 / RATE or end - 0.51 / RATE <= segment.start_s


@given(cases(), st.floats(-60, -5))
def test_a_higher_gate_never_gives_more(case, gate):
    audio, taken, config = case
    higher = AudioConfig(**config.as_dict() | {"gate_dbfs": max(gate, config.gate_dbfs)})
    low, high = cut_segments(audio, taken, config), cut_segments(audio, taken, higher)
    assert len(high) <= len(low)
    assert all(segment.rms_dbfs >= config.gate_dbfs for segment in low)
    if taken.label == DOG:
        assert set(starts(high)) <= set(starts(low))


# ---- by hand ---------------------------------------------------------------------------------------------------------


NAN, INF = float("nan"), float("inf")
SILENT = (9.0, 9.5), (2.0, 1.0), (2.0, 2.0), (-3.0, -1.0), (NAN, 1.0), (0.0, NAN)  # there is no sound in these events


@pytest.mark.parametrize(
    ("seconds", "label", "events", "expected"),
    [
        (10, DOG, [(2.0, 5.5, DOG)], [2.25, 3.25, 4.25]),  # as many as fit, centred as a group
        (4, DOG, [(1.9, 2.1, DOG)], [1.5]),  # a short one stands in the middle, at an edge as near as can be
        (4, DOG, [(0.1, 0.3, DOG)], [0.0]),
        (4, DOG, [(3.8, 4.0, DOG)], [3.0]),
        (4, DOG, [(-5.0, 99.0, DOG)], [0.0, 1.0, 2.0, 3.0]),  # one that reaches beyond the audio is cut at its ends
        (4, DOG, [(3.9, INF, DOG)], [3.0]),
        *((4, DOG, [(*span, DOG)], []) for span in SILENT),
        (3.5, DOG, None, [0.25, 1.25, 2.25]),  # not annotated: cut as a whole
        (3.5, DOG, [(0.0, 3.0, SIREN)], []),  # annotated with something else, or with nothing
        (3.5, DOG, [], []),
        (0, DOG, None, []),
        (10, SIREN, [(1.0, 8.0, DOG), (2.0, 3.0, DOG)], [0.0, 8.0, 9.0]),  # away from the whole of nested events
        (60, SIREN, None, [3.0 + 6 * number for number in range(10)]),  # spread over the whole recording
    ],
)
def test_where_segments_lie(seconds, label, events, expected):
    found = candidate_segments(noise(seconds), recording(label, *(events or ()), annotated=events is not None), CONFIG)
    assert starts(segment for segment in found if segment.status == "kept") == expected
    assert expected or not found


def test_two_short_barks_side_by_side_are_cut_once_and_two_apart_twice():
    side_by_side = candidate_segments(noise(4), recording(DOG, (1.0, 1.2, DOG), (1.3, 1.5, DOG)), CONFIG)
    assert [segment.status for segment in side_by_side] == ["kept", "repeated"]
    apart = candidate_segments(noise(4), recording(DOG, (1.0, 1.2, DOG), (1.6, 1.8, DOG)), CONFIG)
    assert [segment.status for segment in apart] == ["kept", "kept"]


def test_overlapping_events_give_no_stretch_twice():
    segments = candidate_segments(noise(8), recording(DOG, (0.0, 4.0, DOG), (2.0, 6.0, DOG)), CONFIG)
    assert [(p.start_s, p.status) for p in segments] == [
        *((float(start), "kept") for start in (0, 1, 2, 3)),
        *((float(start), "repeated") for start in (2, 3)),
        *((float(start), "kept") for start in (4, 5)),
    ]


def test_without_a_target_every_recording_is_cut_by_its_own_events():
    siren = recording(SIREN, (1.0, 2.4, SIREN), (4.0, 5.0, DOG))
    assert starts(cut_segments(noise(8), siren, CONFIG, target=None)) == [1.2]
    assert len(cut_segments(noise(30), recording(SIREN), CONFIG, target=None, negatives=3)) == 30


def test_another_target_swaps_the_roles():
    siren = recording(SIREN, (1.0, 2.0, SIREN))
    assert starts(cut_segments(noise(4), siren, CONFIG, target=SIREN)) == [1.0]
    assert starts(cut_segments(noise(2), recording(DOG, (0.0, 0.5, DOG)), CONFIG, target=SIREN)) == [0.0, 1.0]


def test_a_constant_offset_is_no_sound():
    hiss = noise(3, level=10 ** (-70 / 20))
    assert cut_segments(hiss + np.float32(0.02), recording(DOG), CONFIG) == []


def test_quiet_stretches_do_not_use_up_the_negatives():
    audio = noise(20)
    audio[: 10 * RATE] *= 0.001
    statuses = Counter(segment.status for segment in candidate_segments(audio, recording(SIREN), CONFIG, negatives=10))
    assert statuses == {"quiet": 10, "kept": 10}


# ---- padding ---------------------------------------------------------------------------------------------------------


def test_padding_is_the_recording_again_whatever_its_label():
    """Silence or a noise of its own would give the label away where dogs lie in short recordings, others in long."""
    audio = noise(0.3)
    for taken in (recording(DOG, (0.1, 0.2, DOG)), recording(SIREN)):
        (segment,) = cut_segments(audio, taken, CONFIG)
        assert np.array_equal(segment.samples, np.concatenate([audio, audio, audio, audio[: RATE // 10]]))
        assert segment.padding_s == pytest.approx(0.7)


def test_the_gate_hears_the_recording_and_not_its_padding():
    assert cut_segments(noise(0.05, level=0.02), recording(DOG), CONFIG)[0].rms_dbfs == pytest.approx(-34, abs=1)


# ---- a data set ------------------------------------------------------------------------------------------------------


store = partial(store_at, rate=22_050)


def tone(seconds, rate=22_050, level=0.3):
    """A tone that rises, so that no two stretches are alike."""
    t = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * (300 + 40 * t) * t)).astype(np.float32)


@pytest.fixture
def sounds(tmp_path):
    """A small UrbanSound: every rule meets a recording."""
    folder = tmp_path / "UrbanSound"
    store(folder, DOG, "1001.wav", tone(5), (0.5, 3.6, DOG), (4.2, 4.4, DOG))
    store(folder, DOG, "1002.flac", tone(0.4), (0.0, 0.4, DOG))
    store(folder, DOG, "1003.wav", tone(4, level=0.001), (0.0, 4.0, DOG))
    store(folder, DOG, "1004.wav", tone(3, 44_100), (1.0, 1.2, DOG), (1.25, 1.4, DOG), (9.0, 9.5, DOG), rate=44_100)
    store(folder, SIREN, "1005.ogg", tone(14), (0.0, 14.0, SIREN))
    store(folder, SIREN, "1006.wav", tone(0.5), (0.0, 0.5, SIREN))
    store(folder, SIREN, "1007.wav", tone(3), (0.0, 3.0, SIREN))
    damaged = folder / "data" / SIREN / "1007.wav"
    damaged.write_bytes(damaged.read_bytes()[:20_000])
    return folder


def test_a_set_is_cut_into_the_guides_folders_and_each_file_holds_what_its_line_says(sounds, tmp_path):
    summary = split(sounds, out=tmp_path, progress=False)
    rows = read_segments(tmp_path / "graph")
    names = {path.relative_to(tmp_path / "graph").as_posix() for path in (tmp_path / "graph").rglob("*.wav")}
    assert names == {row.segment for row in rows}
    assert names == {f"positive/{n}_dogbark.wav" for n in range(6)} | {f"negative/{n}_other.wav" for n in range(12)}
    assert summary.written == {"positive": 6, "negative": 12}
    with (tmp_path / "graph/segments.csv").open(encoding="utf-8") as file:
        assert file.readline() == "segment,recording,source,label,fold,start_s,end_s,event,rms_dbfs,padding_s\n"
    for row in rows:
        path = tmp_path / "graph" / row.segment
        facts = soundfile.info(path)
        assert (facts.samplerate, facts.channels, facts.subtype, facts.frames) == (22_050, 1, "PCM_16", 22_050)
        start, end = round(row.start_s * 22_050), round(row.end_s * 22_050)
        real = read(sounds / row.recording)[0][start:end]
        assert np.array_equal(soundfile.read(path, dtype="int16")[0][: end - start], to_int16(real))
        assert row.rms_dbfs == pytest.approx(rms_dbfs(real), abs=0.006)
        assert row.end_s - row.start_s + row.padding_s == pytest.approx(1.0)
        assert row.positive == (row.label == DOG)
        assert row.source == Path(row.recording).stem
        assert (row.event is None) == (row.label == SIREN)
        assert row.fold is None or isinstance(row.fold, int)


def test_the_summary_counts_everything_and_names_what_is_not_whole(sounds, tmp_path, language):
    (sounds / "data" / SIREN / "1008.wav").write_text("no sound", encoding="utf-8")
    (sounds / "data" / SIREN / "notes.txt").write_text("", encoding="utf-8")
    summary = split(sounds, out=tmp_path, progress=False)
    assert [error.values["file"] for error in summary.skipped] == ["siren/1008.wav"]
    assert [note.values["file"] for note in summary.incomplete] == ["siren/1007.wav"]
    shown = str(summary)
    for named in ("siren/1008.wav", "siren/1007.wav", "data/dog_bark/1003.wav", "1004.wav[2]", ".txt"):
        assert named in shown
    numbers = [list(map(float, re.findall(r"\d+(?:\.\d+)?", line))) for line in shown.splitlines()]
    assert [7, pytest.approx(27.4, abs=0.1)] in numbers  # recordings and seconds
    assert [6, 12] in numbers and [3, 3, 0] in numbers  # written; inside, around and outside their events
    assert [1, 1] in numbers and [4, 1, 4] in numbers  # padded; too quiet, repeated, spare
    assert ("recordings read" in shown) == (language == "en")


def test_without_a_target_each_label_has_a_folder(sounds, tmp_path):
    summary = split(sounds, out=tmp_path, target=None, progress=False)
    assert summary.written == {DOG: 6, SIREN: 16}
    assert {path.parent.name for path in (tmp_path / "graph").rglob("*.wav")} == {DOG, SIREN}
    assert (tmp_path / "graph/siren/0_siren.wav").exists()


def test_events_of_another_name_than_their_recording_are_named(tmp_path):
    store(tmp_path / "set", DOG, "1001.wav", tone(3), (0.5, 2.6, "woofing"))
    store(tmp_path / "set", SIREN, "1002.wav", tone(3), (0.5, 2.6, DOG))
    summary = split(tmp_path / "set", out=tmp_path, progress=False)
    assert summary.written["positive"] == 0 and "data/dog_bark/1001.wav (woofing)" in str(summary)
    assert "1002.wav (" not in str(summary)


def test_a_full_disk_ends_the_bar_before_it_is_told(sounds, tmp_path, monkeypatch, capsys):
    def full(_path, _data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with refused("batch.cannot_write", "No space left"):
        split(sounds, out=tmp_path)
    assert capsys.readouterr().err.endswith("\n")


def test_a_name_that_is_not_utf8_is_cut_and_listed(tmp_path):
    store(tmp_path / "set", DOG, "1.wav", tone(2))
    path = tmp_path / "set/data" / DOG / "1.wav"
    try:
        path.rename(path.with_name(os.fsdecode("멍멍.wav".encode("cp949"))))
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    split(tmp_path / "set", out=tmp_path, jobs=2, progress=False)
    rows = read_segments(tmp_path / "graph")
    assert len(rows) == 2 and all(row.recording.encode().endswith(b".wav") for row in rows)


def test_a_missing_target_is_said_with_the_labels_there_are(sounds, tmp_path):
    with refused("split.no_target", "dog_bark, siren"):
        split(sounds, out=tmp_path, target="cat", progress=False)
    assert not (tmp_path / "graph").exists()


def test_the_result_does_not_depend_on_the_number_of_processes(sounds, tmp_path):
    split(sounds, out=tmp_path / "one", jobs=1, progress=False)
    split(sounds, out=tmp_path / "two", jobs=2, progress=False)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_without_out_the_segments_lie_in_the_data_set_and_are_not_taken_for_recordings(sounds):
    first = split(sounds, progress=False)
    before = contents(sounds)
    assert str(split(sounds, progress=False)) == str(first)
    assert contents(sounds) == before


def test_own_recordings_are_cut_where_they_lie_and_not_mixed_with_their_segments(tmp_path):
    for number in range(2):
        for label in ("dog", "other"):
            path = tmp_path / label / f"{number}.wav"
            path.parent.mkdir(exist_ok=True)
            soundfile.write(path, noise(2, seed=number), RATE)
    first = split(tmp_path, progress=False)
    assert first.written == {"positive": 4, "negative": 4}
    assert len(str(first).splitlines()) == 4, "nothing about events, since none is annotated"
    assert str(split(tmp_path, progress=False)) == str(first)


def test_other_settings_take_the_old_results_place(sounds, tmp_path):
    split(sounds, out=tmp_path / "a", progress=False)
    split(sounds, out=tmp_path / "a", progress=False, config=AudioConfig(gate_dbfs=-80.0), negatives=3)
    split(sounds, out=tmp_path / "b", progress=False, config=AudioConfig(gate_dbfs=-80.0), negatives=3)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_results_of_version_1_are_refused_with_what_to_do(sounds, tmp_path, language):
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph/journal.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(LessonError, match="1"):
        split(sounds, out=tmp_path, progress=False)


def test_segments_that_are_not_there_are_asked_for_in_a_sentence(tmp_path):
    with pytest.raises(LessonError, match="split"):
        read_segments(tmp_path)


@pytest.mark.parametrize("content", ["", "segment,recording\n1.wav\n", "a,b\n1,2\n"])
def test_a_damaged_table_is_said(tmp_path, content):
    (tmp_path / "segments.csv").write_text(content or "segment\nx\n", encoding="utf-8")
    with refused("segments.damaged"):
        read_segments(tmp_path)


# ---- real recordings -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_real_recordings_are_cut_where_the_dogs_bark(real_sounds, tmp_path, monkeypatch):
    """The annotation files are read here once more, apart from the code under test."""
    monkeypatch.setenv("PATH", str(tmp_path))  # without ffmpeg the result is the same
    sounds = real_sounds / "UrbanSound"
    summary = split(sounds, out=tmp_path, progress=False)
    assert not summary.skipped
    (note,) = summary.incomplete
    assert note.key == "audio.damaged_end" and note.values["file"] == "dog_bark/7383.mp3"
    assert (note.values["total"], note.values["missing"]) == ("37.43", "0.03")
    assert re.search(r"192.*2289\.[23]", str(summary))  # recordings and seconds

    places, of_recording = Counter(), defaultdict(list)
    for row in read_segments(tmp_path / "graph"):
        of_recording[row.recording].append(row)
    for name, rows in of_recording.items():
        assert len({(row.start_s, row.end_s) for row in rows}) == len(rows)
        seconds = len(read(sounds / name)[0]) / 22_050
        assert {round(row.padding_s, 3) for row in rows} == {round(max(0.0, 1 - seconds), 3)}
        with (sounds / name).with_suffix(".csv").open(encoding="utf-8") as file:
            events = [(float(a), min(float(b), seconds)) for a, b, _, label in csv.reader(file) if label == DOG]
        places.update(place(row, *events[row.event], seconds) for row in rows if row.label == DOG)
    assert places["inside"] > 200 and places["around"] > 25 and places["outside"] == 0
    assert 1 < summary.written["negative"] / summary.written["positive"] < 3  # neither class drowns the other


def place(row, start, end, seconds, near=1e-4):
    overlap = min(end, row.end_s) - max(start, row.start_s)
    assert overlap >= min(0.5, end - start) - near
    if end - start >= 1 - near:
        return "inside" if start - near <= row.start_s and row.end_s <= end + near else "outside"
    centred = abs((start + end) - (row.start_s + row.end_s)) < near
    at_an_edge = row.start_s < near or row.end_s > seconds - near
    return "around" if centred or at_an_edge else "outside"
