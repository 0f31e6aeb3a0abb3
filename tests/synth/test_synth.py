"""Synthetic sounds: the same for a seed anywhere, in UrbanSound's layout, whole or not there."""

import csv
import hashlib
import itertools
import multiprocessing

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

import synth
from tests.shared import contents

pytestmark = pytest.mark.slow  # forty sounds are made

GOLDEN = {  # label → the beginning of the sha256 of its seed 1's 16-bit samples: the same on any computer
    "air_conditioner": "cb739bd88948a549",
    "car_horn": "0171428c58cfc460",
    "children_playing": "7db3d3827da81c98",
    "dog_bark": "aa8ccbd4da475c9c",
    "drilling": "f881991b1e42ce8a",
    "engine_idling": "88b3da02ddd00bb5",
    "gun_shot": "11f1afb3a0ec6e46",
    "jackhammer": "c9f328d36325c4d1",
    "siren": "491a2b780ca2c27a",
    "street_music": "193649f282a8aff4",
    "other_sounds": "33685f8cd5ca9fae",
}


def sha256(made):
    return hashlib.sha256(made.samples.astype("<i2").tobytes()).hexdigest()[:16]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Forty recordings, as written."""
    return synth.write(tmp_path_factory.mktemp("small") / "set", size=40, seed=3)


def content(folder):
    """File → bytes; of an ogg, whose stream gets a random number, the decoded sound."""
    oggs = {path.relative_to(folder).as_posix(): soundfile.read(path)[0].tobytes() for path in folder.rglob("*.ogg")}
    return contents(folder) | oggs


def sounds(folder):
    return [path for path in sorted(folder.glob("data/*/*")) if path.suffix != ".csv"]


@pytest.mark.parametrize("label", GOLDEN)
def test_the_samples_of_a_seed_are_the_same_anywhere(label):
    assert sha256(synth.synthesise(label, 1, length_s=1.5)) == GOLDEN[label]


@pytest.mark.parametrize("label", GOLDEN)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 2**32), length_s=st.floats(synth.SHORTEST_S, 1.5))
def test_any_seed_and_length_gives_sound_with_events_in_it(label, seed, length_s):
    made = synth.synthesise(label, seed, length_s=length_s)
    assert made.samples.dtype == np.int16 and made.samples.ndim == 2
    assert made.samples.any()
    assert made.events
    for event in made.events:
        assert 0 <= event.start_s < event.end_s <= (len(made.samples) + 1) / made.sample_rate
    assert sha256(synth.synthesise(label, seed, length_s=length_s)) == sha256(made)


@pytest.mark.parametrize(
    ("label", "seed"), [("children_playing", 1), ("drilling", 39), ("jackhammer", 24), ("siren", 59)]
)
def test_a_short_recording_is_not_over_before_anything_begins(label, seed):
    made = synth.synthesise(label, seed, length_s=0.5)  # at the first moment drawn, all of these are silent
    heard = [made.samples[int(e.start_s * made.sample_rate) : int(e.end_s * made.sample_rate)] for e in made.events]
    assert heard and all(np.abs(sound.astype(float)).max() > 100 for sound in heard)


@pytest.mark.parametrize(
    ("label", "length_s", "named"),
    [("unicorn", 1, "unicorn.*dog_bark")] + [("dog_bark", short, "length_s") for short in (0, -1, 0.09, float("nan"))],
)
def test_what_it_cannot_make_is_named(label, length_s, named):
    with pytest.raises(ValueError, match=named):
        synth.synthesise(label, 0, length_s=length_s)


def test_a_larger_set_begins_with_the_smaller_one():
    assert synth.entries(450, seed=3)[:40] == synth.entries(40, seed=3)


def test_folds_never_divide_a_source_and_hold_every_class():
    planned = synth.entries(450)
    for source, group in itertools.groupby(sorted(planned, key=lambda e: e.source), key=lambda e: e.source):
        assert len({entry.fold for entry in group}) == 1, source
    for label in GOLDEN:
        assert {entry.fold for entry in planned if entry.label == label} == set(range(1, 1 + synth.FOLDS))


@pytest.mark.parametrize(
    ("seed", "first", "second_take", "samples"),
    [(0, 900_000_001, "900000020-2", "f8b2faa0f4b531a8"), (7, 907_000_001, "907000020-2", "de1b7561ffbc708e")],
)
def test_a_seed_has_ids_and_sources_of_its_own(seed, first, second_take, samples):
    planned = synth.entries(450, seed)
    assert planned[0].source == first
    assert {entry.source for entry in planned} <= set(range(first, first + 450))
    assert next(entry.stem for entry in planned if entry.take) == second_take
    assert sha256(synth.synthesise(planned[0].label, planned[0].drawn_from)) == samples


def test_it_has_the_layout_of_urbansound(small):
    with (small / "folds.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [small / row["file"] for row in rows] == sounds(small)
    for row in rows:
        path = small / row["file"]
        assert path.parent.name == row["class"]
        assert path.stem.removesuffix("-2") == row["freesound_id"]
        assert int(row["freesound_id"]) >= synth.FIRST_ID  # never one of Freesound's
        for line in path.with_suffix(".csv").read_text(encoding="utf-8").splitlines():
            start_s, end_s, salience, label = line.split(",")
            assert 0 <= float(start_s) < float(end_s) <= soundfile.info(path).duration + 0.01
            assert (salience, label) == ("1", row["class"])


def test_files_are_as_mixed_as_found_ones(small):
    facts = [soundfile.info(path) for path in sounds(small)]
    assert {fact.format for fact in facts} >= {"WAV", "FLAC", "OGG"}
    assert len({fact.samplerate for fact in facts}) >= 5
    assert {fact.channels for fact in facts} == {1, 2}
    assert len({fact.subtype for fact in facts}) >= 4
    levels = [20 * np.log10(soundfile.read(path)[0].std()) for path in sounds(small)]
    assert np.ptp(levels) > 20


def test_lossless_files_hold_the_samples_that_were_made(small):
    planned = {entry.stem: entry for entry in synth.entries(40, seed=3)}
    lossless = [path for path in sounds(small) if soundfile.info(path).subtype in ("PCM_16", "PCM_24", "FLOAT")]
    assert len(lossless) > 10
    for path in lossless[::2]:
        entry = planned[path.stem]
        made = synth.synthesise(entry.label, entry.drawn_from, take=entry.take)
        stored, rate = soundfile.read(path, always_2d=True)
        assert rate == made.sample_rate
        assert np.array_equal(stored * 32_768, made.samples)


def test_processes_change_no_byte(small, tmp_path):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        folder = synth.write(tmp_path / "set", size=8, seed=3, run=pool.imap)
    data = {name: stored for name, stored in content(folder).items() if name.startswith("data/")}
    assert len(data) == 16 and data.items() <= content(small).items()


def test_a_finished_set_is_left_as_it_is(small):
    before = {path: path.stat().st_mtime_ns for path in small.rglob("*")}
    synth.write(small, size=40, seed=3, run=None)
    assert {path: path.stat().st_mtime_ns for path in small.rglob("*")} == before


@pytest.mark.parametrize("other", [{"size": 41, "seed": 3}, {"size": 40, "seed": 4}])
def test_another_set_is_not_overwritten(small, other):
    with pytest.raises(synth.SynthError, match=small.name):
        synth.write(small, run=None, **other)


@pytest.mark.parametrize("name", ["mine.txt", "README.txt"])
def test_foreign_files_are_not_overwritten(tmp_path, name):
    (tmp_path / name).write_bytes(b"mine \xff")
    with pytest.raises(synth.SynthError, match="something else"):
        synth.write(tmp_path, run=None)
    with pytest.raises(synth.SynthError, match="something else"):
        synth.write(tmp_path / name, run=None)
    assert content(tmp_path) == {name: b"mine \xff"}


def test_an_interrupted_run_leaves_nothing_and_an_empty_folder_is_filled(tmp_path):
    def interrupted(function, items):
        yield "wav", b"sound", ""
        raise KeyboardInterrupt

    def made(function, items):
        return [("wav", b"sound", "")] * len(items)

    (tmp_path / "set").mkdir()
    with pytest.raises(KeyboardInterrupt):
        synth.write(tmp_path / "set", size=30, run=interrupted)
    assert list(tmp_path.rglob("*")) == [tmp_path / "set"]
    (tmp_path / ".set.part").mkdir()  # of a run that was killed
    (tmp_path / ".set.part" / "left").touch()
    synth.write(tmp_path / "set", size=30, run=made)
    assert len(sounds(tmp_path / "set")) == 30
    assert list(tmp_path.iterdir()) == [tmp_path / "set"] and not (tmp_path / "set" / "left").exists()
