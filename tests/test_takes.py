"""Takes: what is kept of a learner's recordings, what is refused and why, and that the disk says what there is."""

import contextlib
import shutil

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from helpers import audio, datasets, takes
from helpers.config import AudioConfig
from helpers.datasets import layouts
from helpers.live.file import FileSource
from helpers.live.source import AudioSource, LiveError
from helpers.messages import text
from helpers.takes import TakeError, Takes, checked
from helpers.train import gather

RATE = 8_000
CONFIG = AudioConfig(sample_rate=RATE, f_max=4_000, n_fft=256, hop_length=128, n_mels=16)


def tone(seconds=2.0, level=0.3, hz=440):
    return (level * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def played(samples):
    return FileSource(samples, config=CONFIG)


@pytest.fixture
def own(tmp_path):
    return Takes(tmp_path / "own", CONFIG)


class Blocks(AudioSource):
    """A source that gives these blocks, None where it is at its end, and may lose sound on the way."""

    name = "blocks"
    arrived_s = 0.0

    def __init__(self, *blocks, lost_s=0.0):
        super().__init__(CONFIG)
        self.coming, self.losing_s, self.opened, self.closed = list(blocks), lost_s, 0, 0

    def open(self):
        self.opened += 1

    def close(self):
        self.closed += 1

    def read(self):
        self.lost_s = self.losing_s
        block = self.coming.pop(0) if self.coming else None
        if isinstance(block, Exception):
            raise block
        return block


def refused(own, key, call, **values):
    before = sorted(own.folder.rglob("*"))
    with pytest.raises(TakeError) as error:
        call()
    assert (error.value.key, error.value.values | values) == (f"takes.{key}", error.value.values)
    assert sorted(own.folder.rglob("*")) == before
    return str(error.value)


def test_a_take_is_a_wav_in_the_folder_of_its_label(own):
    first = own.record("whistle", played(tone(5)), seconds=2)
    second = own.record("whistle", played(tone(5, hz=600)), seconds=2)
    assert [first.path, second.path] == [own.folder / "whistle" / f"whistle-0{n}.wav" for n in (1, 2)]
    assert np.array_equal(audio.load(first.path, CONFIG), audio.to_int16(tone(2)) / np.float32(32768))
    assert (first.seconds, first.number, second.number) == (2.0, 1, 2)
    assert first.peak == pytest.approx(0.3, abs=0.01) and first.level_dbfs == pytest.approx(-13.5, abs=0.1)
    assert own.counts == {"whistle": 2}


def test_a_take_says_what_it_is(own, language):
    said = str(own.record("bell", played(tone(2))))
    assert said == text("takes.take", label="bell", number=1, seconds="2.0", peak="0.30", level="-13.5")


@given(
    sizes=st.lists(st.integers(0, 3000), max_size=20),
    seconds=st.floats(0.3, 1.5),
)
def test_a_take_does_not_depend_on_the_blocks_it_came_in(sizes, seconds, tmp_path_factory):
    own = Takes(tmp_path_factory.mktemp("own"), CONFIG)
    whole = tone(2)
    blocks = np.split(whole, np.minimum(np.cumsum(sizes), len(whole)).astype(int))
    take = own.record("tone", Blocks(*blocks), seconds)
    assert np.array_equal(audio.load(take.path, CONFIG), audio.to_int16(whole[: round(seconds * RATE)]) / 32768)


def test_a_recording_that_ends_early_is_taken_as_it_is(own):
    assert own.record("tone", played(tone(0.5)), seconds=10).seconds == 0.5


def test_the_source_is_opened_once_and_closed_even_after_a_refusal(own):
    for source in (Blocks(tone(1)), Blocks(np.zeros(RATE, np.float32)), Blocks()):
        with contextlib.suppress(TakeError):
            own.record("tone", source, seconds=1)
        assert (source.opened, source.closed) == (1, 1)


def test_a_bad_label_is_told_before_anything_is_recorded(own):
    source = Blocks(tone(1))
    refused(own, "bad_label", lambda: own.record("??", source))
    assert source.opened == 0


@pytest.mark.parametrize("level", [0.0, 0.001])
def test_silence_is_refused(level, own, language):
    said = refused(own, "silent", lambda: own.record("tone", played(tone(2, level))), gate="-40")
    assert "dBFS" in said


def test_one_loud_piece_is_enough(own):
    quiet = tone(3, 0.001)
    quiet[RATE : 2 * RATE] = tone(1)
    assert own.record("tone", played(quiet)).level_dbfs > -20


def test_what_is_kept_can_be_learnt_from(own):
    """Whatever passes the check, `gather` finds a piece in it: nothing is kept in vain."""
    for level in np.geomspace(0.005, 0.05, 12):
        try:
            own.record("tone", played(tone(2.5, level)))
        except TakeError as error:
            assert error.key == "takes.silent"
    found = gather(own.dataset(), CONFIG)
    assert 0 < own.counts["tone"] < 12 and set(found.recordings) == {f"tone/{p.name}" for p in own.paths.values()}


def test_clipped_sound_is_refused_but_not_a_loud_one(own):
    assert own.record("tone", played(tone(2, 0.99))).peak == pytest.approx(0.99, abs=0.001)
    refused(own, "clipped", lambda: own.record("tone", played(np.clip(tone(2, 1.5), -1, 1))))
    below = np.minimum(tone(2, 0.5), 0.2)
    below[:20] = -1.0
    refused(own, "clipped", lambda: own.record("tone", played(below)), count=20)


def test_nothing_lost_is_kept(own):
    refused(own, "lost", lambda: own.record("tone", Blocks(tone(2), lost_s=0.5)), seconds="0.5")


def test_what_was_lost_before_a_take_does_not_count():
    source = Blocks(tone(1))
    source.lost_s = source.losing_s = 3.0
    assert len(takes.collect(source, 1)) == RATE


@pytest.mark.parametrize("seconds", [0.0, 0.2])
def test_a_moment_is_too_short(seconds, own):
    refused(own, "short", lambda: own.record("tone", played(tone(seconds))), least="0.25")


def test_waiting_for_the_first_sound_ends(own, monkeypatch):
    monkeypatch.setattr(takes, "_PATIENCE_S", 0.05)
    nothing = Blocks(*[np.zeros(0, np.float32)] * 1_000_000)
    refused(own, "nothing_came", lambda: own.record("tone", nothing), name="blocks")


def test_a_pause_after_the_first_sound_is_waited_for(own, monkeypatch):
    monkeypatch.setattr(takes, "_PATIENCE_S", 0.0)
    paused = Blocks(tone(1), *[np.zeros(0, np.float32)] * 100, tone(1))
    assert own.record("tone", paused, seconds=2).seconds == 2.0


def test_a_vanishing_source_leaves_nothing(own):
    with pytest.raises(LiveError):
        own.record("tone", Blocks(tone(1), LiveError("live.vanished", name="x", seconds="3")), seconds=2)
    assert own.counts == {}


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("Whistle", "whistle"),
        ("door bell", "door_bell"),
        ("휘파람 소리", "휘파람_소리"),
        ("dog", "dog_bark"),
        ("a/b\\c", "a_b_c"),
    ],
)
def test_labels_are_stored_lower_snake(said, stored, own):
    take = own.record(said, played(tone()))
    assert take.label == stored == take.path.parent.name
    assert own.counts == {stored: 1} == datasets.load(own.folder).counts


@pytest.mark.parametrize("label", ["", "  ", "?!", "CON", "com1", "x" * 41, "../..", "🐕"])
def test_what_cannot_be_a_folder_is_no_label(label, language):
    with pytest.raises(TakeError) as error:
        checked(label)
    assert error.value.key == "takes.bad_label" and str(error.value)


@given(st.text(max_size=30))
def test_a_label_is_one_plain_folder_and_stays_itself(label):
    try:
        stored = checked(label)
    except TakeError:
        return
    assert checked(stored) == stored == layouts.label(stored)
    assert not set(stored) & set('<>:"/\\|?*. \0') and len(stored.encode()) <= 200


def test_dropped_numbers_are_not_given_again_while_later_ones_stay(own):
    for _ in range(3):
        own.record("tone", played(tone()))
    own.drop("tone", 2)
    assert list(own.paths) == [("tone", 1), ("tone", 3)]
    assert own.record("tone", played(tone())).number == 4


def test_the_last_take_takes_its_folder_along(own):
    own.record("tone", played(tone()))
    own.record("bell", played(tone()))
    own.drop("tone", 1)
    assert [path.name for path in own.folder.iterdir()] == ["bell"]
    assert own.counts == {"bell": 1} == datasets.load(own.folder).counts


def test_what_is_not_there_cannot_be_dropped(own):
    own.record("tone", played(tone()))
    refused(own, "no_take", lambda: own.drop("tone", 2), counts="tone 1")
    refused(own, "no_take", lambda: own.drop("bell", 1))


def test_recordings_made_elsewhere_are_added(own, tmp_path):
    outside = tmp_path / "phone"
    outside.mkdir()
    soundfile.write(outside / "b.flac", tone(1), RATE)
    soundfile.write(outside / "a.wav", np.tile(np.clip(tone(1, 2), -1, 1)[:, None], (1, 2)), 2 * RATE)
    soundfile.write(outside / "quiet.wav", tone(1, 0.0001), RATE)
    (outside / "broken.ogg").write_bytes(b"OggS nothing")
    (outside / "notes.txt").write_text("not a sound", encoding="utf-8")
    skipped = []
    kept = own.add("tone", outside, on_skip=skipped.append)
    assert [(take.number, take.seconds) for take in kept] == [(1, 0.5), (2, 1.0)]
    assert sorted(error.key.partition(".")[0] for error in skipped) == ["audio", "takes"]
    assert [take.number for take in own.add("tone", outside / "b.flac")] == [3]
    assert (outside / "b.flac").exists()


def test_a_folder_without_sounds_is_told(own, tmp_path):
    for path in (tmp_path, tmp_path / "nowhere", tmp_path / "x.txt"):
        refused(own, "no_sounds", lambda path=path: own.add("tone", path))


def test_the_disk_says_what_there_is(own):
    for label in ("tone", "bell"):
        own.record(label, played(tone()))
    again = Takes(own.folder, CONFIG)
    assert again.counts == {"bell": 1, "tone": 1}
    (own.folder / "tone" / "mine.wav").write_bytes(b"")
    (own.folder / "tone" / "bell-07.wav").write_bytes(b"")
    assert again.counts == {"bell": 1, "tone": 1}
    shutil.rmtree(own.folder)
    assert own.counts == {} and own.dataset().recordings == ()


def test_its_data_set_is_the_folders_with_even_folds(own):
    for label, count in (("tone", 7), ("bell", 5)):
        for _ in range(count):
            own.record(label, played(tone()))
    own.drop("tone", 1)
    ours, loaded = own.dataset(), datasets.load(own.folder)
    assert [(r.path, r.label, r.source) for r in ours.recordings] == [
        (r.path, r.label, r.source) for r in loaded.recordings
    ]
    assert len(ours.sources) == len(ours.recordings) == 11
    for label in own.counts:
        folds = [r.fold for r in ours.recordings if r.label == label]
        sizes = [folds.count(fold) for fold in range(1, layouts.FOLDS + 1)]
        assert sum(sizes) == len(folds) and max(sizes) - min(sizes) <= 1
