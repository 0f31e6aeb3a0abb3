"""One's own sounds: what is kept of a learner's recordings, the recorder, and a head that learns from a few takes."""

import base64
import contextlib
import datetime
import html
import io
import shutil
import zipfile
from dataclasses import replace
from unittest import mock

import ipywidgets
import numpy as np
import pytest
import soundfile
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from helpers import audio, datasets
from helpers.config import AudioConfig
from helpers.evaluate import POOLING, best_threshold
from helpers.features import FrontEnd
from helpers.live import own_sounds, view
from helpers.live import recorder as own_recorder
from helpers.live.detector import Detector
from helpers.live.own_sounds import (
    ENOUGH,
    Takes,
    backbone_of,
    checked,
    collect,
    cross_val_predict,
    embeddings,
    fine_tune,
    fit_head,
)
from helpers.live.recorder import Download, recorder, signal_menu
from helpers.live.sources import AudioSource, FileSource, LiveError
from helpers.messages import LessonError, text
from helpers.model import Backbone, GuideNetwork, Model, Network, load_model
from helpers.segments import SegmentRow
from helpers.split import cut_segments
from helpers.train import PictureSet, encode_labels, join, sample_weights
from tests.live import stand_in
from tests.live.stand_in import Device, within

RATE = 8_000
CONFIG = AudioConfig(sample_rate=RATE, n_fft=256, hop_length=128, n_mels=16)


def tone(seconds=2.0, level=0.3, hz=440):
    return stand_in.tone(seconds, level, hz, RATE)


def played(samples):
    return FileSource(samples, config=CONFIG)


@pytest.fixture
def own(tmp_path):
    return Takes(tmp_path / "own", CONFIG)


class Blocks(AudioSource):
    """A source that gives these blocks, and may lose sound on the way."""

    name, arrived_s = "blocks", 0.0

    def __init__(self, *blocks, lost_s=0.0):
        super().__init__(CONFIG)
        self.coming, self.losing_s, self.opened, self.closed = list(blocks), lost_s, 0, 0

    def open(self):
        self.opened += 1

    def close(self):
        self.closed += 1

    def read(self):
        self.lost_s = self.losing_s
        return self.coming.pop(0) if self.coming else None


def refused(own, key, call, **values):
    before = sorted(own.folder.rglob("*"))
    with pytest.raises(LessonError) as error:
        call()
    assert error.value.key == f"own_sounds.{key}" and error.value.values == error.value.values | values
    assert sorted(own.folder.rglob("*")) == before
    return str(error.value)


# ---- takes -----------------------------------------------------------------------------------------------------------


def test_a_take_is_a_wav_in_the_folder_of_its_label_and_says_what_it_is(own, language):
    first = own.record("Door/bell", played(tone(5)), seconds=2)
    second = own.record("door bell", played(tone(5, hz=600)), seconds=2)
    assert [first.path, second.path] == [own.folder / "door_bell" / f"door_bell-0{n}.wav" for n in (1, 2)]
    assert np.array_equal(audio.load(first.path, CONFIG), audio.to_int16(tone(2)) / np.float32(32768))
    assert (first.label, first.seconds, first.number, second.number) == ("door_bell", 2.0, 1, 2)
    assert first.peak == pytest.approx(0.3, abs=0.01) and first.level_dbfs == pytest.approx(-13.5, abs=0.1)
    rounded = {"seconds": "2.0", "peak": "0.30", "level": "-13.5"}
    assert str(first) == text("own_sounds.take", label="door_bell", number=1, **rounded)
    assert own.counts == {"door_bell": 2}


@given(sizes=st.lists(st.integers(0, 3000), max_size=20), seconds=st.floats(0.3, 3.0))
def test_a_take_does_not_depend_on_the_blocks_it_came_in(sizes, seconds):
    whole = tone(2)
    blocks = np.split(whole, np.minimum(np.cumsum(sizes), len(whole)).astype(int))
    assert np.array_equal(collect(Blocks(*blocks), seconds), whole[: round(seconds * RATE)])


def test_the_source_is_opened_once_and_closed_even_after_a_refusal(own):
    for source in (Blocks(tone(1)), Blocks(np.zeros(RATE, np.float32)), Blocks()):
        with contextlib.suppress(LessonError):
            own.record("tone", source, seconds=1)
        assert (source.opened, source.closed) == (1, 1)
    unopened = Blocks(tone(1))
    refused(own, "bad_label", lambda: own.record("??", unopened))
    assert unopened.opened == 0


@pytest.mark.parametrize(("level", "offset"), [(0.0, 0.0), (0.001, 0.1)])
def test_silence_is_refused_even_on_top_of_a_constant_offset(level, offset, own):
    said = refused(own, "silent", lambda: own.keep("tone", tone(2, level) + np.float32(offset)), gate="-40")
    assert "dBFS" in said


def test_what_is_kept_can_be_learnt_from(own):
    """Whatever passes the check, a segment is cut from it: nothing is kept in vain."""
    loud = tone(3, 0.001)
    loud[RATE : 2 * RATE] = tone(1)
    assert own.keep("tone", loud).level_dbfs > -20  # one loud segment is enough
    for level in np.geomspace(0.005, 0.05, 12):
        with contextlib.suppress(LessonError):
            own.keep("tone", tone(2.5, level))
    assert 1 < own.counts["tone"] < 12
    for (label, _), path in own.paths.items():
        recording = datasets.Recording(path, label, path.stem)
        assert cut_segments(audio.load(path, CONFIG), recording, CONFIG, target=None)


def test_clipped_sound_is_refused_but_not_a_loud_one(own):
    assert own.keep("tone", tone(2, 0.99)).peak == pytest.approx(0.99, abs=0.001)
    refused(own, "clipped", lambda: own.keep("tone", np.clip(tone(2, 1.5), -1, 1)))
    below = np.minimum(tone(2, 0.5), np.float32(0.2))
    below[:20] = -1.0
    refused(own, "clipped", lambda: own.keep("tone", below), count=20)


def test_of_a_take_that_is_short_or_lost_sound_nothing_is_kept(own):
    refused(own, "short", lambda: own.record("tone", played(tone(0.2))), least="0.25")
    refused(own, "lost", lambda: own.record("tone", Blocks(tone(2), lost_s=0.5)), seconds="0.5")
    before = Blocks(tone(1))
    before.lost_s = before.losing_s = 3.0  # lost before the take began
    assert len(collect(before, 1)) == RATE


def test_only_the_first_sound_is_waited_for_in_vain(own, monkeypatch):
    monkeypatch.setattr(own_sounds, "_PATIENCE_S", 0.02)
    nothing = [np.zeros(0, np.float32)] * 1_000_000
    refused(own, "nothing_came", lambda: own.record("tone", Blocks(*nothing)), name="blocks")
    monkeypatch.setattr(own_sounds, "_PATIENCE_S", 0.0)
    assert len(collect(Blocks(tone(1), *nothing[:100], tone(1)), 2)) == 2 * RATE


@pytest.mark.parametrize("label", ["", "  ", "?!", "CON", "com1", "x" * 41, "../..", "🐕"])
def test_what_cannot_be_a_folder_is_no_label(label, own):
    assert refused(own, "bad_label", lambda: checked(label), label=label)


@given(st.text(max_size=30))
def test_a_label_is_one_plain_folder_and_stays_itself(label):
    try:
        stored = checked(label)
    except LessonError:
        return
    assert checked(stored) == stored == datasets.label(stored)
    assert not set(stored) & set('<>:"/\\|?*. \0') and len(stored.encode()) <= 200


@pytest.mark.parametrize("dropped", [(2,), (3,), (1, 2, 3)])
def test_dropped_numbers_are_not_given_again(own, dropped):
    for _ in range(3):
        own.keep("tone", tone())
    for number in dropped:
        own.drop("tone", number)
    assert list(own.paths) == [("tone", number) for number in (1, 2, 3) if number not in dropped]
    assert own.keep("tone", tone()).number == 4


def test_what_was_cleared_begins_with_number_1(own):
    for _ in range(2):
        own.keep("tone", tone())
    own.drop("tone", 2)
    own.clear()
    assert own.counts == {} and own.keep("tone", tone()).number == 1


def test_the_last_take_takes_its_folder_along_and_what_is_not_there_cannot_be_dropped(own):
    for label in ("tone", "bell"):
        own.keep(label, tone())
    own.drop("tone", 1)
    assert [path.name for path in own.folder.iterdir()] == ["bell"]
    for label, number in (("tone", 1), ("bell", 2)):
        refused(own, "no_take", lambda: own.drop(label, number), counts="bell 1")  # noqa: B023


def test_recordings_made_elsewhere_are_added_and_what_is_left_out_is_named(own, tmp_path):
    outside = tmp_path / "phone"
    (outside / "deeper").mkdir(parents=True)
    soundfile.write(outside / "b.flac", tone(1), RATE)
    soundfile.write(outside / "deeper" / "a.WAV", np.tile(np.clip(tone(1, 2), -1, 1)[:, None], (1, 2)), 2 * RATE)
    soundfile.write(outside / "quiet.wav", tone(1, 0.0001), RATE)
    (outside / "broken.ogg").write_bytes(b"OggS nothing")
    (outside / "notes.txt").write_text("not a sound", encoding="utf-8")
    (outside / ".DS_Store").write_bytes(b"")
    whole = (outside / "b.flac").read_bytes()
    skipped = []
    kept = own.add("tone", outside, on_skip=skipped.append)
    assert [(take.number, take.seconds) for take in kept] == [(1, 1.0), (2, 0.5)]
    keys = [error.key for error in skipped]
    assert sorted(keys)[1:] == ["own_sounds.no_sound", "own_sounds.silent"] and keys[0].startswith("audio.")
    assert "notes.txt" in str(skipped[keys.index("own_sounds.no_sound")])
    (outside / "b.flac").rename(outside / "no ending")
    assert [take.number for take in own.add("tone", outside / "no ending")] == [3]
    assert (outside / "no ending").read_bytes() == whole


def test_what_is_missing_in_an_added_recording_is_said(own, tmp_path):
    audio.save(tmp_path / "half.wav", tone(2), RATE)
    content = (tmp_path / "half.wav").read_bytes()
    (tmp_path / "half.wav").write_bytes(content[: len(content) // 2])
    notes = []
    assert own.add("tone", tmp_path / "half.wav", on_skip=notes.append)[0].seconds == pytest.approx(1, abs=0.01)
    assert len(notes) == 1 and "half.wav" in str(notes[0])


def test_where_nothing_could_be_added_it_is_told(own, tmp_path):
    (tmp_path / "notes.txt").write_text("not a sound", encoding="utf-8")
    for path in (tmp_path, tmp_path / "nowhere", tmp_path / "notes.txt"):
        skipped = []
        refused(own, "nothing_added", lambda: own.add("tone", path, on_skip=skipped.append), path=path)  # noqa: B023
        assert len(skipped) == 1 and str(skipped[0])


def test_the_disk_says_what_there_is(own):
    for label in ("휘파람 소리", "bell"):
        own.keep(label, tone())
    again = Takes(own.folder, CONFIG)
    assert again.counts == {"bell": 1, "휘파람_소리": 1} == datasets.load(own.folder).counts
    (own.folder / "bell" / "mine.wav").write_bytes(b"")
    (own.folder / "bell" / "tone-07.wav").write_bytes(b"")
    assert again.counts == {"bell": 1, "휘파람_소리": 1}
    shutil.rmtree(own.folder)
    assert own.counts == {}


# ---- the recorder ----------------------------------------------------------------------------------------------------


@pytest.fixture
def microphone():
    """A live source that a test speaks into."""
    return Device(RATE, CONFIG)


def press(widget, label="bell", seconds=1.0):
    widget.label.value, widget.seconds.value = label, seconds
    widget.record.click()


def record(widget, label="bell"):
    """A whole take of what needs no one to speak."""
    press(widget, label)
    widget.wait()


def take_of(widget, source):
    """Speak until the take that was asked for is there."""
    assert within(20, lambda: source.opened)
    assert within(20, lambda: source.push(tone(0.1)) or not widget.record.disabled)


def test_a_take_appears_with_picture_player_and_number(own, language):
    widget = recorder(own, played(tone()))
    assert widget._repr_mimebundle_()["text/plain"] == text("own_sounds.recorder", counts="0")
    record(widget)
    assert own.counts == {"bell": 1} and own.paths["bell", 1].stat().st_size == 44 + 2 * RATE
    (row,) = widget.rows.children
    named, player, picture, _ = row.children
    assert "bell 1" in named.value and "<audio" in player.value and bytes(picture.value).startswith(b"\x89PNG")
    rounded = {"seconds": "1.0", "peak": "0.30", "level": "-13.5"}
    assert text("own_sounds.take", label="bell", number=1, **rounded) in widget.note.value
    assert (widget.record.disabled, widget.free.disabled) == (False, True)
    assert repr(widget) == text("own_sounds.recorder", counts="bell 1")


def test_it_says_that_it_records_only_when_sound_comes(own, microphone):
    microphone.widget = ipywidgets.HTML("the browser's own button")
    widget = recorder(own, microphone)
    assert widget.place.children == (microphone.widget,)
    press(widget)
    assert within(20, lambda: microphone.opened)
    assert text("own_sounds.waiting") in html.unescape(widget.note.value)
    microphone.push(tone(0.1))
    going = text("own_sounds.going", label="bell", seconds="1")
    assert within(20, lambda: going in widget.note.value)
    widget.close_source()


def test_drop_deletes_the_take_and_leaves_the_other_rows(own):
    widget = recorder(own, played(tone()))
    for _ in range(3):
        record(widget)
    first, second, third = widget.rows.children
    second.children[-1].click()
    assert list(own.paths) == [("bell", 1), ("bell", 3)]
    assert widget.rows.children == (first, third)
    second.children[-1].click()  # a second time, before the page has noticed
    assert text("own_sounds.no_take", label="bell", number=2, counts="bell 2") in widget.note.value


def test_a_take_that_was_dropped_in_a_cell_lends_its_row_to_nobody(own):
    widget = recorder(own, played(tone(level=0.5)))
    own.keep("bell", tone())
    record(widget)
    shown = [row.children[1].value for row in widget.rows.children]
    own.drop("bell", 2)
    record(widget)
    assert [row.children[0].value.count("bell 3") for row in widget.rows.children] == [0, 1]
    assert shown[0] == widget.rows.children[0].children[1].value


def test_a_take_that_replaced_another_is_the_one_that_is_shown(own):
    widget = recorder(own, played(tone(level=0.5)))
    own.keep("bell", tone())
    record(widget)
    shown = widget.rows.children[1].children[1].value
    Takes(own.folder, CONFIG).drop("bell", 2)  # as a cell that runs again does: it begins with number 2 anew
    Takes(own.folder, CONFIG).keep("bell", tone(level=0.2))
    record(widget)
    assert [row.children[0].value.count("bell 2") for row in widget.rows.children] == [0, 1, 0]
    assert widget.rows.children[1].children[1].value != shown


@pytest.mark.parametrize(("label", "level", "key"), [("?", 0.3, "bad_label"), ("bell", 0.001, "silent")])
def test_a_refusal_is_a_sentence_and_the_button_works_again(label, level, key, own):
    widget = recorder(own, played(tone(level=level)))
    record(widget, label)
    beginning = text(f"own_sounds.{key}", label=label, longest=40, level="", gate="")[:8]
    assert beginning in widget.note.value and "color" in widget.note.value
    assert own.counts == {} and not widget.record.disabled


def test_it_shows_what_was_recorded_before_and_says_when_there_is_enough(own):
    own.keep("bell", tone())
    widget = recorder(own, played(tone()))
    assert len(widget.rows.children) == 1
    for label in ["bell"] * (ENOUGH - 1) + ["clap"] * ENOUGH:
        counts = ", ".join(f"{name} {count}" for name, count in own.counts.items())
        assert text("own_sounds.few", counts=counts, least=ENOUGH) in widget.state.value
        record(widget, label)
    assert text("own_sounds.enough", counts=f"bell {ENOUGH}, clap {ENOUGH}") in widget.state.value


def test_a_microphone_stays_open_between_takes_and_what_it_hears_meanwhile_is_let_go(own, microphone):
    widget = recorder(own, microphone)
    press(widget)
    take_of(widget, microphone)
    microphone.push(tone(0.5, 0.001))
    assert within(20, lambda: microphone._taken == microphone._ring.written)
    press(widget)
    take_of(widget, microphone)
    assert own.counts == {"bell": 2} and microphone.opened == 1 and not widget.free.disabled
    assert np.abs(audio.load(own.paths["bell", 2], CONFIG)[:100]).max() > 0.2
    widget.free.click()
    assert microphone.read() is None and widget.free.disabled and not widget.record.disabled
    press(widget)
    take_of(widget, microphone)
    assert own.counts == {"bell": 3} and microphone.opened == 2
    widget.close_source()


def test_freeing_the_microphone_ends_a_take_early(own, microphone):
    widget = recorder(own, microphone)
    press(widget, seconds=30)
    assert within(20, lambda: microphone.opened)
    microphone.push(tone(1))
    assert within(20, lambda: microphone._taken == microphone._ring.written)
    widget.free.click()
    assert own.counts == {"bell": 1} and not widget.record.disabled


@pytest.mark.parametrize(
    ("method", "failure", "told"),
    [("open", LiveError("live.no_such_source", wanted="mic:9"), "mic:9"), ("read", OSError("full"), "OSError: full")],
)
def test_what_a_source_raises_is_shown(own, microphone, monkeypatch, method, failure, told):
    monkeypatch.setattr(microphone, method, mock.Mock(side_effect=failure))
    widget = recorder(own, microphone)
    record(widget)
    assert told in widget.note.value and not widget.record.disabled


def test_without_a_source_it_says_what_to_do(own, language):
    widget = recorder(own)
    record(widget)
    assert text("own_sounds.no_source") in widget.note.value and own.counts == {}


def test_the_source_that_was_chosen_is_the_one_that_is_heard(own, monkeypatch):
    monkeypatch.setattr(view.SourceMenu, "chosen", "file")
    monkeypatch.setattr(
        own_recorder, "open_source", lambda wanted, **_more: played(tone()) if wanted == "auto" else None
    )
    widget = recorder(own)
    widget.sources.menu.value = "auto"
    record(widget)
    assert own.counts == {"bell": 1}
    record(recorder(own))  # run again, it keeps the choice
    assert own.counts == {"bell": 2}


def test_files_of_a_phone_become_takes_of_the_label_and_the_rest_is_named(own):
    widget = recorder(own)
    widget.label.value = "bell"
    now = datetime.datetime.now(datetime.UTC)
    given = [("a.wav", audio.wav_bytes(tone(), RATE)), ("b.wav", b"none")]
    file = {"type": "", "last_modified": now}
    widget.upload.value = [{"name": name, "size": len(data), "content": data, **file} for name, data in given]
    assert own.counts == {"bell": 1} and len(widget.rows.children) == 1
    assert "bell 1번" in widget.note.value or "bell 1:" in widget.note.value
    assert "b.wav" in widget.note.value and widget.upload.value == ()


def test_what_is_downloaded_is_what_is_on_the_disk(own):
    widget = Download(own.folder)
    widget.button.click()
    assert own.folder.name in widget.link.value and "<a" not in widget.link.value
    kept = own.keep("종", tone())
    widget.button.click()
    with zipfile.ZipFile(io.BytesIO(linked(widget))) as archive:
        (name,) = archive.namelist()
        assert name == "own/종/종-01.wav" and archive.read(name) == kept.path.read_bytes()
    single = Download(kept.path)
    single.button.click()
    assert linked(single) == kept.path.read_bytes() and 'download="종-01.wav"' in single.link.value


def linked(widget):
    """What a click on the link gives."""
    return base64.b64decode(widget.link.value.split("base64,")[1].split('"')[0])


def test_the_signal_is_one_of_the_labels_recorded_and_stays_chosen(own, monkeypatch, language):
    monkeypatch.setattr(own_recorder.SignalMenu, "chosen", None)
    assert signal_menu(own).value is None
    for label in ("종", "whistle"):
        own.keep(label, tone())
    assert signal_menu(own).value == "whistle"
    signal_menu(own).menu.value = "종"
    again = signal_menu(own)
    assert again.value == "종" and repr(again) == text("own_sounds.signal_menu", signal="종", labels="whistle, 종")
    own.drop("종", 1)
    assert signal_menu(own).value == "whistle"


def test_there_is_enough_with_two_labels_of_four_takes(own):
    for label in ("bell", "clap"):
        for _ in range(ENOUGH):
            assert not own.enough
            own.keep(label, tone())
    assert own.enough
    own.drop("clap", 1)
    assert not own.enough


def test_takes_become_pictures_that_share_nothing_between_folds(own):
    for number in range(4):
        own.keep(("bell", "clap")[number % 2], tone(3, hz=400 + 100 * number))
    pictures = own.pictures()
    assert pictures.labels == ("bell", "clap") and len(pictures) == 12
    assert len({row.recording for row in pictures.rows}) == 4 == len({row.source for row in pictures.rows})
    folds = {
        row.recording: {other.fold for other in pictures.rows if other.recording == row.recording}
        for row in pictures.rows
    }
    assert all(len(found) == 1 for found in folds.values())
    own.drop("bell", 1)
    assert len(own.pictures()) == 9
    assert sorted(own.folder.parent.rglob("*.wav")) == sorted(own.paths.values())  # of what was dropped nothing is left


# ---- a head for one's own sounds -------------------------------------------------------------------------------------

LABELS = ("high", "low", "other")
PITCH = {"high": 2200, "low": 400}


def picture_set(takes=5, config=CONFIG):
    """High and low tones in noise, and noise alone: two segments a take, each take in a fold of its own; and more noise
    under labels that nobody asks for."""
    random, sounds, rows = np.random.default_rng(0), [], []
    for label in ("high", "low", "other", "rain", "wind"):
        for take in range(takes):
            for half in range(2):
                sound = 0.02 * random.standard_normal(config.segment_samples)
                if label in PITCH:
                    hz = PITCH[label] * random.uniform(0.9, 1.1)
                    sound += 0.2 * np.sin(2 * np.pi * hz * np.arange(len(sound)) / config.sample_rate)
                sounds.append(sound.astype(np.float32))
                places = f"{label}/{take}-{half}.wav", f"{label}/{take}.wav", f"{label}/{take}"
                rows.append(SegmentRow(*places, label, 1 + take % 5, half, half + 1, None, -20.0, 0.0))
    levels = FrontEnd(config)(torch.from_numpy(np.stack(sounds)))
    indices = (255 * (1 - levels / config.floor_db)).round().to(torch.uint8)
    return PictureSet(indices, rows, LABELS, config, "mine"), np.stack(sounds)


PICTURES, SOUNDS = picture_set()


def model(kind=Network, **more):
    torch.manual_seed(0)
    network = kind(2, CONFIG.floor_db)
    with torch.no_grad():
        for _ in range(20):  # what batch norms level out
            network(-80 * torch.rand(8, CONFIG.n_mels, CONFIG.segment_frames))
    return Model(network=network, config=CONFIG, labels=("dog_bark", "other"), threshold=0.9, **more)


@pytest.fixture(scope="module")
def start():
    return model(metadata={"sources": ["old"], "data": "old"}, stream_threshold=0.99)


@pytest.fixture(scope="module")
def tuned(start):
    return fine_tune(start, PICTURES, "high")


def learnt_from(pictures):
    y = encode_labels([row.label for row in pictures.rows], LABELS)
    return y.numpy(), sample_weights(pictures.rows, y).numpy()


def test_a_tuned_model_can_be_tuned_again_and_the_start_is_left_as_it_was(start, tuned):
    before = {name: value.clone() for name, value in start.network.state_dict().items()}
    again = fine_tune(tuned, PICTURES, "low", labels=("low", "other"))
    assert isinstance(again.network, Backbone) and again.labels == ("low", "other")
    assert np.array_equal(embeddings(again, PICTURES), embeddings(tuned, PICTURES))
    assert all(torch.equal(value, before[name]) for name, value in start.network.state_dict().items())
    assert isinstance(start.network, Network) and start.metadata["sources"] == ["old"]


def test_pictures_of_another_gate_may_be_learnt_from(start):
    found = embeddings(start, replace(PICTURES, config=CONFIG.replace(gate_dbfs=-60)))
    assert found.shape == (50, 704) and found.dtype == np.float32


@given(seed=st.integers(0, 20), labels=st.integers(2, 4))
def test_a_head_is_the_logistic_regression_of_scaled_numbers(seed, labels):
    random = np.random.default_rng(seed)
    found = (random.standard_normal((40, 6)) * [1, 9, 0.1, 3, 1, 1] + 5).astype(np.float32)
    y, weights = np.arange(40) % labels, random.uniform(0.1, 2, 40)
    scaled = StandardScaler().fit_transform(found)
    wanted = LogisticRegression(C=own_sounds.STRENGTH, max_iter=1000).fit(scaled, y, weights / weights.mean())
    with torch.inference_mode():
        probabilities = torch.softmax(fit_head(found, y, weights)(torch.from_numpy(found)), dim=1).numpy()
    assert np.allclose(probabilities, wanted.predict_proba(scaled), atol=1e-3)


def test_a_few_takes_teach_it_and_it_detects(tuned):
    pictures, sounds = picture_set(7)
    y, _ = learnt_from(pictures)
    assert (tuned.predict_proba(sounds).argmax(axis=1) == y).mean() > 0.9
    assert (tuned.labels, tuned.target) == (LABELS, "high")
    assert Detector.of(tuned).threshold == tuned.stream_threshold == tuned.threshold


def test_what_it_learnt_from_stands_in_its_metadata_and_is_saved_with_it(tuned, tmp_path):
    assert set(tuned.metadata["sources"]) == {"old", *(row.source for row in PICTURES.rows)}
    assert (tuned.metadata["segments"], tuned.metadata["recordings"]) == (50, 25)
    tuned.save(tmp_path / "own.safetensors")
    loaded = load_model(tmp_path / "own.safetensors")
    assert np.array_equal(loaded.score(SOUNDS[:6]), tuned.score(SOUNDS[:6]))
    assert (loaded.threshold, loaded.labels, loaded.target) == (tuned.threshold, LABELS, "high")


def test_other_sounds_count_as_other_whatever_they_are_called(start):
    """Also where a learner's label is one of theirs: one's own dog is not every dog."""
    mine = PICTURES.subset([n for n, row in enumerate(PICTURES.rows) if row.label in ("high", "low")])
    mine = replace(mine, labels=("high", "low"))
    noise = PICTURES.subset([n for n, row in enumerate(PICTURES.rows) if row.label == "rain"])
    others = replace(noise, rows=[replace(row, label="high") for row in noise.rows])
    one = fine_tune(start, mine, "high", others=others)
    assert one.labels == ("high", "low", "other")
    sounds = SOUNDS[[n for n, row in enumerate(PICTURES.rows) if row.label == "wind"]]
    assert (one.predict_proba(sounds).argmax(axis=1) == 2).mean() > 0.9


@pytest.mark.parametrize("pooling", list(POOLING))
def test_the_threshold_is_chosen_on_what_was_left_out(start, pooling):
    tuned = fine_tune(start, PICTURES, "low", pooling=pooling)
    learnt = join(*map(PICTURES.louder, own_sounds.GAINS_DB))
    y_true, y_score = cross_val_predict(embeddings(start, learnt), *learnt_from(learnt), learnt.rows, pooling=pooling)
    assert tuned.threshold == best_threshold(y_true == 1, y_score[:, 1]) and tuned.pooling == pooling
    assert len(y_true) == 25
    if pooling == "mean":
        assert y_score.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_no_fold_is_predicted_by_a_head_that_learnt_from_it():
    """Numbers drawn by lot have nothing to teach: a head that met them knows them, one that did not can only guess."""
    random = np.random.default_rng(1)
    found = random.standard_normal((100, 300)).astype(np.float32)
    y, weights, folds = random.integers(0, 2, 100), np.ones(100), random.integers(1, 6, 100)
    one = PICTURES.rows[0]
    rows = [replace(one, recording=str(number), fold=int(fold)) for number, fold in enumerate(folds)]
    y_true, y_score = cross_val_predict(found, y, weights, rows)
    with torch.inference_mode():
        met = fit_head(found, y, weights)(torch.from_numpy(found)).numpy()
    assert np.mean(met.argmax(axis=1) == y) == 1
    assert 0.3 < np.mean(y_score.argmax(axis=1) == y_true) < 0.7


def test_sources_without_a_fold_are_left_out_together(start):
    found = embeddings(start, PICTURES)
    loose = [replace(row, fold=None if row.fold == 2 else row.fold) for row in PICTURES.rows]
    both = [cross_val_predict(found, *learnt_from(PICTURES), rows) for rows in (PICTURES.rows, loose)]
    for one, other in zip(*both, strict=True):
        assert np.allclose(np.sort(one, axis=0), np.sort(other, axis=0))


LOW_IN_ONE_FOLD = [index for index, row in enumerate(PICTURES.rows) if row.label != "low" or row.fold == 3]


@pytest.mark.parametrize(
    ("key", "named", "attempt"),
    [
        ("own_sounds.network", "GuideNetwork", lambda start: backbone_of(model(GuideNetwork))),
        ("own_sounds.config", "", lambda start: embeddings(start, picture_set(2, CONFIG.replace(n_mels=20))[0])),
        ("model.no_label", "low", lambda start: fine_tune(start, PICTURES, "low", labels=("high", "other"))),
        ("own_sounds.nothing", "bell", lambda start: fine_tune(start, PICTURES, "high", labels=(*LABELS, "bell"))),
        # what is rain, then?
        ("train.no_label", "high, low", lambda start: fine_tune(start, PICTURES, "high", labels=("high", "low"))),
        ("own_sounds.one_fold", "low", lambda start: fine_tune(start, PICTURES.subset(LOW_IN_ONE_FOLD), "high")),
    ],
)
def test_what_nothing_can_be_learnt_from_is_told(key, named, attempt, start):
    with pytest.raises(LessonError) as error:
        attempt(start)
    assert error.value.key == key and named in str(error.value)
