"""The built-in sounds: the same for a seed anywhere, in UrbanSound's layout, whole or not there."""

import hashlib
import itertools

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import audio
from helpers.datasets import TARGET, builtin, layouts

CITY = (
    "air_conditioner", "car_horn", "children_playing", TARGET, "drilling",
    "engine_idling", "gun_shot", "jackhammer", "siren", "street_music",
)  # fmt: skip
LABELS = (*CITY, "other_sounds")
GOLDEN = {  # label → the beginning of the sha256 of its seed 1's 16-bit samples: the same on any computer
    "air_conditioner": "d481b9ae39f04dab",
    "car_horn": "90304289e0e62596",
    "children_playing": "b00a6e6dfbad2538",
    "dog_bark": "c1a88ea8e7afc7d1",
    "drilling": "47e401777f4d208e",
    "engine_idling": "36ad0397302ea07f",
    "gun_shot": "373497f6439b470b",
    "jackhammer": "caf18449b09f5e1c",
    "siren": "b06da381a640f85e",
    "street_music": "2bb10bbfd86b0be6",
    "other_sounds": "7c2127c7b3c12b7b",
}


def sha256(made):
    return hashlib.sha256(made.samples.astype("<i2").tobytes()).hexdigest()[:16]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Thirty recordings, as written."""
    return builtin.write(tmp_path_factory.mktemp("small") / "set", size=30, seed=3, progress=False, jobs=1)


def content(folder):
    """File → bytes; of an ogg, whose stream gets a random number, the decoded sound."""
    return {
        path.relative_to(folder).as_posix(): soundfile.read(path)[0].tobytes()
        if path.suffix == ".ogg"
        else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("label", LABELS)
def test_the_samples_of_a_seed_are_the_same_anywhere(label):
    assert sha256(builtin.synthesise(label, 1, length_s=1.5)) == GOLDEN[label]


@pytest.mark.parametrize("label", LABELS)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 2**32), length_s=st.floats(builtin.SHORTEST_S, 1.5))
def test_any_seed_and_length_gives_sound_with_events_in_it(label, seed, length_s):
    made = builtin.synthesise(label, seed, length_s=length_s)
    assert made.samples.dtype == np.int16 and made.samples.ndim == 2
    assert made.samples.any()
    seconds = len(made.samples) / made.sample_rate
    assert made.events
    for event in made.events:
        assert event.label == label
        assert 0 <= event.start_s < event.end_s <= seconds + 1 / made.sample_rate
    assert sha256(builtin.synthesise(label, seed, length_s=length_s)) == sha256(made)


@pytest.mark.parametrize(
    ("label", "seed"), [("children_playing", 1), ("drilling", 39), ("jackhammer", 24), ("siren", 59)]
)
def test_a_short_recording_is_not_over_before_anything_begins(label, seed):
    made = builtin.synthesise(label, seed, length_s=0.5)  # at the first moment drawn, all of these are silent
    sounds = [made.samples[int(e.start_s * made.sample_rate) : int(e.end_s * made.sample_rate)] for e in made.events]
    assert sounds and all(np.abs(sound.astype(float)).max() > 100 for sound in sounds)


@pytest.mark.parametrize("length_s", [0, -1, 0.09, float("nan")])
def test_a_length_too_short_for_a_sound_is_named(length_s, language):
    with pytest.raises(builtin.BuiltinError, match="length_s"):
        builtin.synthesise(TARGET, 0, length_s=length_s)


def test_another_seed_gives_another_dog():
    assert len({sha256(builtin.synthesise(TARGET, seed, length_s=1.5)) for seed in range(5)}) == 5


def test_a_label_it_does_not_know_is_named(language):
    with pytest.raises(builtin.BuiltinError, match="unicorn"):
        builtin.synthesise("unicorn", 0)


def test_a_larger_set_begins_with_the_smaller_one():
    assert builtin.entries(300)[:40] == builtin.entries(40)


def test_folds_never_divide_a_source_and_hold_every_class():
    planned = builtin.entries(300)
    for source, group in itertools.groupby(sorted(planned, key=lambda e: e.source), key=lambda e: e.source):
        assert len({entry.fold for entry in group}) == 1, source
    assert {entry.label for entry in planned} == set(LABELS)
    for label in LABELS:
        assert {entry.fold for entry in planned if entry.label == label} == set(range(1, 1 + builtin.FOLDS))
    assert any(entry.take for entry in planned)  # some sources own two recordings


def test_it_looks_like_urbansound(small):
    dataset = layouts.read(small)
    assert dataset.layout == "urbansound" and dataset.folds == "official"
    assert len(dataset.recordings) == 30 and not dataset.missing
    for recording in dataset.recordings:
        assert int(recording.source) >= builtin.FIRST_ID  # never one of Freesound's
        sound = audio.load(recording.path)
        assert recording.events and recording.events[-1].end_s <= len(sound) / 22_050 + 0.01


def test_files_are_as_mixed_as_found_ones(builtin_sounds):
    facts = [audio.info(recording.path) for recording in builtin_sounds.recordings]
    assert {fact.format for fact in facts} >= {"WAV", "FLAC", "OGG"}
    assert len({fact.sample_rate for fact in facts}) >= 5
    assert {fact.channels for fact in facts} == {1, 2}
    assert len({fact.subtype for fact in facts}) >= 5
    levels = [audio.dbfs(audio.load(recording.path)) for recording in builtin_sounds.recordings[::5]]
    assert np.ptp(levels) > 20


def test_lossless_files_hold_the_samples_that_were_made(small):
    entries = {entry.stem: entry for entry in builtin.entries(30)}
    compared = 0
    for path in small.glob("data/*/*"):
        if path.suffix in (".wav", ".flac") and audio.info(path).subtype in ("PCM_16", "PCM_24", "FLOAT"):
            entry = entries[path.stem]
            made = builtin.synthesise(entry.label, (3, entry.source), take=entry.take)
            stored, rate = soundfile.read(path, always_2d=True)
            assert rate == made.sample_rate
            assert np.array_equal(stored * 32_768, made.samples)
            compared += 1
    assert compared > 10


@pytest.mark.slow
def test_the_number_of_processes_changes_no_byte(small, tmp_path):
    again = builtin.write(tmp_path / "set", size=30, seed=3, progress=False, jobs=2)
    assert content(again) == content(small)


def test_a_finished_set_is_left_as_it_is(small):
    before = {path: path.stat().st_mtime_ns for path in small.rglob("*")}
    builtin.write(small, size=30, seed=3, progress=False)
    assert {path: path.stat().st_mtime_ns for path in small.rglob("*")} == before


def test_another_set_or_someone_elses_files_are_not_overwritten(small, tmp_path, language):
    with pytest.raises(builtin.BuiltinError, match=small.name):
        builtin.write(small, size=31, seed=3, progress=False)
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(builtin.BuiltinError):
        builtin.write(tmp_path, size=30, seed=3, progress=False)
    assert content(tmp_path) == {"mine.txt": b"mine"}


def test_an_interrupted_run_leaves_nothing(tmp_path, monkeypatch):
    made = iter(range(5))

    def stops(*_):
        if next(made, None) is None:
            raise KeyboardInterrupt
        return "wav", b"sound", ""

    monkeypatch.setattr(builtin, "encode", stops)
    with pytest.raises(KeyboardInterrupt):
        builtin.write(tmp_path / "set", size=30, progress=False, jobs=1)
    assert not (tmp_path / "set").exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_a_worker_that_runs_the_script_again_says_so_instead_of_waiting_for_its_parent(tmp_path, monkeypatch):
    monkeypatch.setattr("multiprocessing.parent_process", lambda: object())
    with pytest.raises(builtin.BuiltinError, match="__main__"):
        builtin.write(tmp_path / "set", size=30, progress=False)
