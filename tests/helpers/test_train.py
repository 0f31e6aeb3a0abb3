"""Learning: from which pictures, how often each, what comes of it, and that a seed decides everything."""

import copy
import itertools
import json
import math
from dataclasses import replace

import numpy as np
import pytest
import soundfile
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image
from sklearn.metrics import roc_auc_score

from helpers import train as training
from helpers.augment import NONE, Augment
from helpers.config import AudioConfig
from helpers.datasets import OTHER, TARGET
from helpers.features import log_mel, write_pictures
from helpers.messages import LessonError, text
from helpers.model import GuideNetwork, Model, load_model
from helpers.segments import SegmentRow, read_segments
from helpers.split import split
from helpers.train import RECIPES, PictureSet, encode_labels, join, sample_weights, train, walk
from tests.shared import refused

RATE = 8_000
CONFIG = AudioConfig(sample_rate=RATE, segment_seconds=0.5, segment_hop_seconds=0.5, n_fft=256, n_mels=16)
BINARY = (TARGET, OTHER)
SIREN = "siren"
QUICK = {"epochs": 2, "steps_per_epoch": 3, "batch_size": 8, "progress": False}


def row(label, number, source=None, fold=1):
    name = f"{number}.wav"
    return SegmentRow(name, name, source or str(number), label, fold, 0.0, 0.5, None, -20.0, 0.0)


def pictures(count=24, *, first=0, labels=(TARGET, "rain", SIREN), answers=BINARY):
    """Dogs are one bright band, the rest is noise: a recording of one segment each, in five folds."""
    shape = CONFIG.n_mels, CONFIG.segment_frames
    drawn, rows = [], []
    for number in range(first, first + count):
        picture = np.random.default_rng(number).integers(0, 60, shape, dtype=np.uint8)
        if labels[number % len(labels)] == TARGET:
            picture[number % CONFIG.n_mels] += 150
        drawn.append(picture)
        rows.append(row(labels[number % len(labels)], number, fold=1 + number % 5))
    return PictureSet(torch.from_numpy(np.stack(drawn)), rows, answers, CONFIG, "bands")


def named(labels, sources=None):
    """A set of which only the names matter."""
    sources = sources or [None] * len(labels)
    rows = [row(label, number, source) for number, (label, source) in enumerate(zip(labels, sources, strict=True))]
    empty = torch.zeros(len(rows), CONFIG.n_mels, CONFIG.segment_frames, dtype=torch.uint8)
    return PictureSet(empty, rows, BINARY, CONFIG, "names")


def same(one, other):
    one, other = one.network.state_dict(), other.network.state_dict()
    return all(torch.equal(one[name], other[name]) for name in one)


def dog_scores(model, examples):
    return model.predict_levels(examples.levels())[:, 0].numpy()


def is_dog(examples):
    return np.array([row.label == TARGET for row in examples.rows])


# The pictures of a folder


def noise(seconds, seed=0, level=0.1):
    return (level * np.random.default_rng(seed).standard_normal(round(seconds * RATE))).astype(np.float32)


@pytest.fixture
def recordings(tmp_path):
    """Own recordings, a folder a label, each in five folds."""
    for label in ("dog", "rain"):
        (tmp_path / "mine" / label).mkdir(parents=True)
        for number in range(10):
            sound = noise(1.6, seed=number + 50 * (label == "dog"))
            soundfile.write(tmp_path / "mine" / label / f"{number}.wav", sound, RATE)
    return tmp_path / "mine"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUND_DATA_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_picture_is_the_log_mel_of_its_segment_in_steps_of_a_third_of_a_decibel(recordings):
    split(recordings, config=CONFIG, progress=False)
    write_pictures(recordings, progress=False)
    found = PictureSet.read(recordings / "graph_mfcc")
    assert (found.config, found.labels, found.data) == (CONFIG, BINARY, "mine")
    assert found.rows == read_segments(recordings / "graph")
    for index in range(len(found)):
        sound, _ = soundfile.read(recordings / "graph" / found.rows[index].segment, dtype="float32")
        picture, y = found[index]
        assert np.abs(picture.numpy() - log_mel(sound, CONFIG)).max() <= 80 / 255 / 2 + 1e-4
        assert BINARY[y] == (TARGET if found.rows[index].label == TARGET else OTHER)


def test_folds_divide_no_source_and_keep_all_that_belongs_to_them():
    examples = pictures(30)
    parts = [examples.in_folds(fold) for fold in range(1, 6)]
    assert sum(map(len, parts)) == len(examples) and all(map(len, parts))
    for number, part in enumerate(parts, 1):
        assert {one.fold for one in part.rows} == {number}
        for index, one in enumerate(part.rows):
            assert torch.equal(part.pictures[index], examples.pictures[int(one.source)])


@given(gain_db=st.floats(-100, 100))
def test_louder_pictures_are_so_much_louder_within_what_a_picture_can_show(gain_db):
    examples = pictures(4)
    louder = examples.louder(gain_db)
    wanted = (examples.levels() + gain_db).clamp(CONFIG.floor_db, 0)
    assert (louder.levels() - wanted).abs().max() <= 80 / 255 / 2 + 1e-4
    assert (louder.rows, louder.data) == (examples.rows, examples.data)


def test_joined_sets_hold_each_picture_once():
    first, second = pictures(4), replace(pictures(6, first=10), data="more")
    both = join(first, second)
    assert len(both) == 10 and both.data == "bands+more" and both.rows == first.rows + second.rows
    assert torch.equal(both.pictures[4:], second.pictures)


@pytest.mark.parametrize("change", ["size", "segments", "nothing drawn", "true colours"])
def test_a_folder_that_is_not_to_be_learnt_from_is_refused(recordings, change):
    split(recordings, config=CONFIG, progress=False)
    write_pictures(recordings, progress=False, size=(30, 20) if change == "size" else None)
    folder = recordings / ("graph_mfcc_30x20" if change == "size" else "graph_mfcc")
    if change == "segments":
        split(recordings, config=CONFIG, negatives=1, progress=False)
    elif change == "nothing drawn":
        folder = recordings / "graph"
    elif change == "true colours":
        first = folder / "positive/0_dogbark.png"
        Image.open(first).convert("RGB").save(first)
    with pytest.raises(LessonError, match="mfcc"):
        PictureSet.read(folder)


def test_the_walk_uses_what_lies_there_and_makes_in_the_cache_what_does_not(recordings, cache):
    said = []
    options = {"cut": {"config": CONFIG}, "progress": False, "say": said.append}
    cached = walk(recordings, **options)
    assert cache in cached.parents and len(said) == 1
    assert walk(recordings, **options) == cached and len(said) == 1  # made once
    assert walk(recordings, None, **options) != cached  # other labels never share a folder
    for cut in ({"config": CONFIG.replace(n_mels=20)}, {"config": CONFIG, "negatives": 3}):
        assert walk(recordings, **options | {"cut": cut}) != cached

    split(recordings, config=CONFIG.replace(segment_hop_seconds=0.25), progress=False)
    beside = walk(recordings, **options)
    assert beside == recordings / "graph_mfcc"
    assert PictureSet.read(beside).config.segment_hop_seconds == 0.25  # as the learner has cut them
    (beside / "made.json").unlink()
    with pytest.raises(LessonError, match="graph_mfcc"):
        walk(recordings, **options)


def test_the_walk_finds_what_was_written_elsewhere(recordings, tmp_path, cache):
    out = tmp_path / "out"
    split(recordings, out=out, config=CONFIG, progress=False)
    assert walk(out, progress=False, say=str) == out / "graph_mfcc"
    assert len(PictureSet.read(out / "graph_mfcc")) == 60


def test_pictures_of_recordings_that_have_changed_are_refused(recordings, cache):
    split(recordings, config=CONFIG, progress=False)
    write_pictures(recordings, progress=False)
    soundfile.write(recordings / "dog/new.wav", noise(1, 99), RATE)
    with refused("train.stale"):
        walk(recordings, cut={"config": CONFIG}, progress=False)


# What is to be learnt, and how often each is drawn


def test_labels_are_encoded_and_the_rest_is_other(language):
    found = [TARGET, "rain", SIREN, TARGET]
    assert encode_labels(found, BINARY).tolist() == [0, 1, 1, 0]
    assert encode_labels(found, (OTHER, SIREN, TARGET)).tolist() == [2, 0, 1, 2]
    with pytest.raises(LessonError, match="rain"):
        encode_labels(found, (TARGET, SIREN))


counts = st.lists(
    st.tuples(st.sampled_from([TARGET, SIREN, "rain", "clock"]), st.integers(1, 40)), min_size=1, max_size=12
)


@given(counts=counts, order=st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_answers_are_drawn_equally_labels_and_recordings_in_them_by_the_root_of_what_they_hold(counts, order):
    segments = [(label, number) for number, (label, count) in enumerate(counts) for _ in range(count)]
    order.shuffle(segments)
    rows = [row(label, number) for label, number in segments]
    labels, recordings = map(np.array, zip(*segments, strict=True))
    y = encode_labels(labels.tolist(), BINARY)
    drawn = sample_weights(rows, y).numpy()
    assert drawn.sum() == pytest.approx(1)
    assert (drawn > 0).all()
    for answer in y.unique():
        chosen = y.numpy() == int(answer)
        assert drawn[chosen].sum() == pytest.approx(1 / len(y.unique()))
        recordings_of = {kind: sum(label == kind for label, _ in counts) for kind in set(labels[chosen])}
        for one, other in itertools.combinations(recordings_of, 2):
            shares = drawn[labels == one].sum() / drawn[labels == other].sum()
            assert shares == pytest.approx(math.sqrt(recordings_of[one] / recordings_of[other]))
    for number, (label, count) in enumerate(counts):
        for other, (its_label, its_count) in enumerate(counts):
            if label == its_label:
                mine, its = (drawn[recordings == n].sum() for n in (number, other))
                assert mine / its == pytest.approx(math.sqrt(count / its_count))


def test_batches_are_drawn_as_the_weights_say_and_no_dog_is_laid_under_another_sound():
    seen = []

    class Watching(Augment):
        def __call__(self, log_mel, targets, others, floor_db, random):
            seen.append((log_mel, targets, others))
            return super().__call__(log_mel, targets, others, floor_db, random)

    examples = pictures()
    train(examples, augment=Watching(), **QUICK | {"steps_per_epoch": 40})
    log_mel, targets, others = (torch.cat(part) for part in zip(*seen, strict=True))
    assert targets[:, 0].mean().item() == pytest.approx(0.5, abs=0.06)
    bright = log_mel.amax(dim=(1, 2)) > -40
    assert torch.equal(bright, targets[:, 0] == 1)
    assert others.amax() < -40 and not torch.equal(log_mel, others)


# Learning


@pytest.mark.slow
def test_bands_are_told_from_noise():
    test = pictures(30, first=100)
    settings = {"epochs": 4, "steps_per_epoch": 10, "batch_size": 16, "progress": False}
    model, history = train(pictures(60), augment=NONE, **settings)
    assert roc_auc_score(is_dog(test), dog_scores(model, test)) == 1
    assert history[-1].loss < history[0].loss
    assert (model.labels, model.config, model.target) == (BINARY, CONFIG, TARGET)
    model, history = train(pictures(60), test, **settings | {"epochs": 8})  # with all that makes it harder
    assert roc_auc_score(is_dog(test), dog_scores(model, test)) == history[-1].val_score == 1


@pytest.mark.parametrize(
    ("answers", "target"), [((TARGET, "rain", SIREN), TARGET), (("bell", OTHER), "bell"), (("bell", "clap"), None)]
)
def test_a_model_answers_about_the_labels_of_its_pictures(answers, target):
    model, _ = train(pictures(labels=answers, answers=answers), pictures(9, first=60, labels=answers), **QUICK)
    assert (model.labels, model.target) == (answers, target)


@pytest.mark.parametrize("options", [{}, {"network": GuideNetwork, "augment": NONE}])
def test_one_seed_gives_one_model_and_another_another(options):
    options = QUICK | options
    one, history = train(pictures(), **options)
    torch.manual_seed(99)  # what was drawn before has no part in it
    again, other_history = train(pictures(), **options)
    assert same(one, again) and history == other_history
    assert not same(one, train(pictures(), **options, seed=1)[0])


def test_validation_is_never_learnt_from_and_training_leaves_chance_and_pictures_as_they_were():
    examples = pictures()
    drawn, before = examples.pictures.clone(), torch.random.get_rng_state()
    assert same(train(examples, **QUICK)[0], train(examples, pictures(9, first=60), **QUICK)[0])
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(examples.pictures, drawn)


def test_the_weights_are_an_average_that_forgets_the_beginning(monkeypatch):
    last = []
    monkeypatch.setattr(training, "_moving_average", lambda average, new, count: last.append(new.clone()) or new)
    one, _ = train(pictures(), **QUICK)
    monkeypatch.undo()
    assert not same(one, train(pictures(), **QUICK)[0])
    kept = 0.0
    for count in range(400):
        kept = training._moving_average(kept, 1.0, count)
    assert kept == pytest.approx(1.0, abs=0.01)


def stopped_at(step):
    """Stands in for an augmentation during which the stop button is pressed."""
    steps = itertools.count()

    def augment(*given):
        if next(steps) == step:
            raise KeyboardInterrupt
        return NONE(*given)

    return augment


@pytest.mark.parametrize(("step", "kept"), [(6, 2), (8, 2), (9, 3)])
def test_a_stopped_training_keeps_what_it_had_learnt_by_its_last_whole_epoch(step, kept, capsys, monkeypatch):
    after_each, score = [], training._score

    def remember(model, validation):
        after_each.append(Model(network=copy.deepcopy(model.network), config=CONFIG, labels=BINARY))
        return score(model, validation)

    monkeypatch.setattr(training, "_score", remember)
    sets, settings = (pictures(), pictures(9, first=60)), QUICK | {"epochs": 5}
    _, history = train(*sets, augment=stopped_at(None), **settings)
    assert capsys.readouterr().out == ""
    model, shorter = train(*sets, augment=stopped_at(step), **settings)
    assert shorter == history[:kept]
    assert same(model, after_each[kept - 1]) and not same(model, after_each[kept])
    assert model.metadata["training"]["epochs"] == kept
    assert capsys.readouterr().out == text("train.stopped", done=kept, epochs=5) + "\n"


def test_a_training_stopped_in_its_first_epoch_or_meant_to_be_whole_is_given_up():
    for step, whole in ((2, False), (4, True)):
        with pytest.raises(KeyboardInterrupt):
            train(pictures(), augment=stopped_at(step), whole=whole, **QUICK)


def test_the_bar_moves_with_every_step(capsys):
    train(pictures(), **QUICK | {"progress": True})
    assert " 6/6 " in capsys.readouterr().err


def test_history_and_metadata_say_what_was_done(tmp_path):
    validation = pictures(10, first=40)
    model, history = train(pictures(), validation, **QUICK, seed=5)
    assert [epoch.number for epoch in history] == [1, 2]
    assert all(0 <= epoch.val_score <= 1 and epoch.loss > 0 for epoch in history)
    facts = model.metadata
    assert (facts["data"], facts["recordings"], facts["segments"], facts["folds"]) == ("bands", 24, 24, [1, 2, 3, 4, 5])
    assert set(facts["sources"]) == {one.source for one in pictures().rows + validation.rows}  # validating is meeting
    assert facts["training"]["seed"] == 5 and json.dumps(facts)
    model.save(tmp_path / "m")
    back = load_model(tmp_path / "m")
    np.testing.assert_array_equal(dog_scores(back, pictures()), dog_scores(model, pictures()))
    assert back.metadata == facts


def test_the_score_is_the_auc_of_the_first_label_or_the_balanced_accuracy():
    class Sure(Model):
        def predict_levels(self, log_mel):
            sure = torch.tensor([0.9, 0.2, 0.6, 0.1, 0.3, 0.7])[:, None]
            return torch.hstack([sure, 1 - sure, torch.zeros(6, len(self.labels) - 2)])

    def score(found, labels):
        model = Sure(network=GuideNetwork(len(labels)), config=CONFIG, labels=labels)
        return training._score(model, replace(named(found), labels=labels))

    assert score([TARGET, TARGET, SIREN, SIREN, SIREN, SIREN], BINARY) == pytest.approx(5 / 8)
    assert score([TARGET] * 6, BINARY) == pytest.approx(3 / 6)
    rain = ["rain", "rain", SIREN, SIREN, SIREN, "clock"]
    assert score(rain, ("rain", SIREN, "clock")) == pytest.approx((1 / 2 + 2 / 3 + 0) / 3)


# What nothing can be learnt from


@given(one=st.sets(st.integers(0, 30), min_size=1), other=st.sets(st.integers(0, 30), min_size=1))
def test_any_shared_source_is_found(one, other):
    assume(one & other)
    sets = [named([TARGET, SIREN] * len(part), [str(n) for n in part for _ in "ab"]) for part in (one, other)]
    with refused("train.shared_source") as error:
        train(*sets, **QUICK)
    assert error.value.values["count"] == len(one & other)


@pytest.mark.parametrize("labels", [(TARGET,), ("rain", SIREN)])
def test_one_answer_only_is_refused(language, labels):
    with refused("train.one_label", labels[0]):
        train(pictures(labels=labels), **QUICK)


@pytest.mark.parametrize("name", ["epochs", "steps_per_epoch", "batch_size", "learning_rate"])
@pytest.mark.parametrize("value", [0, -3, float("nan")])
def test_numbers_that_are_not_positive_are_refused_by_name(language, name, value):
    with pytest.raises(LessonError, match=f"{name}={value}"):
        train(pictures(), **QUICK | {name: value})


def test_a_label_that_only_the_validation_has_is_refused_before_any_epoch(monkeypatch):
    monkeypatch.setattr(training, "AveragedModel", None)
    labels = (TARGET, SIREN)
    validation = pictures(6, first=60, labels=("thunder", TARGET), answers=labels)
    with pytest.raises(LessonError, match="thunder"):
        train(pictures(labels=labels, answers=labels), validation, **QUICK)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_a_recipe_is_what_train_and_the_walk_take(recipe):
    options = dict(recipe)
    config, target = options.pop("cut")["config"], options.pop("target")
    examples = replace(pictures(8), config=config, labels=(target, OTHER) if target else (TARGET, "rain", SIREN))
    model, _ = train(examples, **options | {"epochs": 1, "steps_per_epoch": 1}, batch_size=2, progress=False)
    assert model.labels == examples.labels
