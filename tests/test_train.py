"""Learning: from which pieces, how often each, what comes of it, and that a seed, a stop or a file changes nothing."""

import math
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import soundfile
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from helpers import checkpoint, datasets
from helpers import train as training
from helpers.audio import load, to_int16
from helpers.augment import NONE, Augment
from helpers.config import AudioConfig
from helpers.datasets import OTHER, TARGET
from helpers.model import BINARY, GuideNetwork
from helpers.split import cut
from helpers.train import RECIPES, Epoch, Examples, TrainError, gather, join, judge, targets_of, train, weights_of

RATE = 8_000
CONFIG = AudioConfig(
    sample_rate=RATE, f_max=4_000, piece_seconds=0.5, piece_hop_seconds=0.5, n_fft=256, hop_length=128, n_mels=16
)
SIZE = CONFIG.piece_samples
MARGIN = RATE // 2
SIREN = "siren"
QUICK = {"epochs": 2, "steps": 3, "batch": 8, "progress": False, "device": "cpu"}


def tone(frequency, seconds, level=0.1):
    return (level * np.sin(2 * np.pi * frequency * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def noise(seconds, seed=0, level=0.1):
    return (level * np.random.default_rng(seed).standard_normal(round(seconds * RATE))).astype(np.float32)


def examples(count=24, *, first=0, labels=(TARGET, "rain", SIREN)):
    """Tones are dogs, noises the rest: a recording of one piece each, in five folds."""
    sounds, named = [], []
    for number in range(first, first + count):
        label = labels[number % len(labels)]
        sounds.append(tone(500 + 37 * (number % 20), 1.5) if label == TARGET else noise(1.5, number))
        named.append((label, f"{number}.wav", str(number), 1 + number % 5))
    kinds, recordings, sources, folds = zip(*named, strict=True)
    return Examples(
        sounds=torch.from_numpy(to_int16(np.stack(sounds))),
        starts=torch.full((count,), MARGIN),
        labels=kinds,
        recordings=recordings,
        sources=sources,
        folds=folds,
        config=CONFIG,
        data="tones",
    )


def named(labels, recordings=None, folds=None):
    """Examples of which only the names matter."""
    count = len(labels)
    recordings = recordings or [f"{number}.wav" for number in range(count)]
    return Examples(
        sounds=torch.zeros(count, SIZE, dtype=torch.int16),
        starts=torch.zeros(count, dtype=torch.int64),
        labels=tuple(labels),
        recordings=tuple(recordings),
        sources=tuple(recordings),
        folds=tuple(folds or [1] * count),
        config=CONFIG,
        data="names",
    )


def weights(model):
    return model.network.state_dict()


def same(one, other):
    return all(torch.equal(weights(one)[name], weights(other)[name]) for name in weights(one))


# The pieces in memory


def write(folder, label, name, audio, *events):
    path = folder / "data" / label / name
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, audio, RATE, subtype="PCM_16")
    lines = [f"{start},{end},1,{kind}\n" for start, end, kind in events]
    path.with_suffix(".csv").write_text("".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """A small UrbanSound: pieces in the middle and at both ends, and recordings of every length about a piece's."""
    folder = tmp_path_factory.mktemp("set") / "Sounds"
    write(folder, TARGET, "1.wav", noise(4, 1), (0.0, 0.3, TARGET), (1.5, 2.1, TARGET), (3.8, 4.0, TARGET))
    for number, seconds in enumerate((0.1, 0.3, 0.4999, 0.5, 0.5001, 0.9, 1.3, 1.5, 1.6), 2):
        write(folder, TARGET, f"{number}.wav", noise(seconds, number), (0.0, seconds, TARGET))
        write(folder, SIREN, f"{number + 20}.wav", noise(seconds, number + 20))
    write(folder, SIREN, "40.wav", noise(9, 40))
    write(folder, SIREN, "41.wav", noise(2, 41, level=1e-4))
    rows = [(path.parent.name, path.stem, f"data/{path.parent.name}/{path.name}") for path in folder.rglob("*.wav")]
    lines = [f"{label},{number},{file},{1 + int(number) % 3}\n" for label, number, file in sorted(rows)]
    (folder / "folds.csv").write_text("class,freesound_id,file,fold\n" + "".join(lines), encoding="utf-8")
    return datasets.load(folder)


def expected(dataset, **options):
    for recording in dataset.recordings:
        for piece in cut(load(recording.path, CONFIG), recording, CONFIG, **options):
            yield recording, piece


@pytest.mark.parametrize("negatives", [3, 10])
def test_gathered_pieces_are_those_that_split_cuts(dataset, negatives):
    found = gather(dataset, CONFIG, negatives=negatives)
    pieces = list(expected(dataset, negatives=negatives))
    assert len(found) == len(pieces) > 20
    heard = found.heard(torch.arange(len(found)))
    assert heard.dtype == torch.float32
    for row, (recording, piece) in enumerate(pieces):
        np.testing.assert_array_equal(heard[row].numpy() * 32_768, to_int16(piece.samples))
        assert found.labels[row] == recording.label
        assert found.recordings[row] == recording.path.relative_to(dataset.folder).as_posix()
        assert (found.sources[row], found.folds[row]) == (recording.source, recording.fold)
    assert found.data == "Sounds" and found.config == CONFIG
    assert len({piece.padded_s > 0 for _, piece in pieces}) == 2  # some recordings are shorter than a piece


@pytest.mark.parametrize("shift", [-0.5, -0.21, 0.013, 0.5])
def test_around_a_piece_lies_its_own_recording(dataset, shift):
    """Heard a little earlier or later, it is what the recording holds there, up to the recording's ends."""
    found = gather(dataset, CONFIG)
    heard = found.heard(torch.arange(len(found)), torch.full((len(found),), shift)).numpy() * 32_768
    compared = 0
    for row, (recording, piece) in enumerate(expected(dataset)):
        whole = to_int16(load(recording.path, CONFIG))
        if len(whole) >= SIZE + 2 * MARGIN:
            start = min(max(0, round(piece.start_s * RATE) + int(shift * RATE)), len(whole) - SIZE)
            np.testing.assert_array_equal(heard[row], whole[start : start + SIZE])
            compared += 1
        assert set(heard[row]) <= set(whole)
    assert compared > 5


@given(shift=st.floats(-1e6, 1e6), start=st.integers(0, 2 * MARGIN))
@settings(max_examples=60)
def test_no_shift_leaves_the_row(shift, start):
    rows = torch.arange(2 * (SIZE + 2 * MARGIN), dtype=torch.int32).reshape(2, -1) % 30_000
    one = replace(named([TARGET, OTHER]), sounds=rows.short(), starts=torch.tensor([start, 0]))
    heard = one.heard(torch.tensor([0]), torch.tensor([shift], dtype=torch.float64))[0] * 32_768
    begin = min(max(0, start + int(shift * RATE)), 2 * MARGIN)
    assert torch.equal(heard.long(), torch.arange(begin, begin + SIZE))


def test_recordings_that_cannot_be_read_are_told_and_left_out(dataset, tmp_path, language):
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"no sound")
    broken = replace(dataset.recordings[0], path=bad)
    told = []
    found = gather(replace(dataset, recordings=(broken, *dataset.recordings[1:3])), CONFIG, on_skip=told.append)
    assert len(told) == 1 and "bad.wav" in str(told[0])
    assert len(set(found.recordings)) == 2


def test_nothing_loud_enough_is_said_in_a_sentence(dataset, language):
    quiet = [recording for recording in dataset.recordings if recording.path.stem == "41"]
    with pytest.raises(TrainError, match="Sounds") as error:
        gather(replace(dataset, recordings=tuple(quiet)), CONFIG)
    assert "gate_dbfs" in str(error.value)


def test_folds_divide_no_source(dataset):
    found = gather(dataset, CONFIG)
    parts = [found.in_folds(fold) for fold in (1, 2, 3)]
    assert sum(map(len, parts)) == len(found)
    assert all(map(len, parts))
    for number, part in enumerate(parts, 1):
        assert set(part.folds) == {number}
        rest = found.in_folds(*({1, 2, 3} - {number}))
        assert not set(part.sources) & set(rest.sources)
        assert len(rest) + len(part) == len(found)


@given(
    sources=st.lists(st.integers(0, 6), min_size=2, max_size=30),
    listed=st.lists(st.sampled_from([1, 2, 3, None]), min_size=7, max_size=7),
    asked=st.sets(st.sampled_from([1, 2, 3]), min_size=1),
)
@settings(max_examples=40)
def test_those_of_some_folds_keep_all_that_belongs_to_them(sources, listed, asked):
    one = named([TARGET] * len(sources), [f"{source}.wav" for source in sources], [listed[s] for s in sources])
    one = replace(one, starts=torch.arange(len(one)))
    kept = one.in_folds(*asked)
    rows = [number for number, source in enumerate(sources) if listed[source] in asked]
    assert kept.starts.tolist() == rows and len(kept.sounds) == len(kept) == len(rows)
    assert kept.recordings == tuple(one.recordings[row] for row in rows)
    assert not set(kept.sources) & set(one.where(lambda row: one.folds[row] not in asked).sources)


def test_joined_sets_hold_each_piece_once():
    first, second = examples(4), replace(examples(6, first=10), data="more")
    both = join(first, second)
    assert len(both) == 10 and both.data == "tones+more"
    assert torch.equal(both.heard(torch.arange(4, 10)), second.heard(torch.arange(6)))
    for name in ("labels", "recordings", "sources", "folds"):
        assert getattr(both, name) == getattr(first, name) + getattr(second, name)
    assert join(first).recordings == first.recordings


# What is to be learnt, and how often each is drawn


def test_targets_are_numbers_of_labels_and_the_rest_is_other():
    one = named([TARGET, "rain", SIREN, TARGET])
    assert targets_of(one, BINARY).tolist() == [0, 1, 1, 0]
    assert targets_of(one, (OTHER, SIREN, TARGET)).tolist() == [2, 0, 1, 2]
    assert targets_of(one, ("rain", SIREN, TARGET)).tolist() == [2, 0, 1, 2]


def test_a_label_nobody_learns_is_refused_by_name(language):
    with pytest.raises(TrainError, match="rain") as error:
        targets_of(named([TARGET, "rain"]), (TARGET, SIREN))
    assert SIREN in str(error.value)


counts = st.lists(
    st.tuples(st.sampled_from([TARGET, SIREN, "rain", "clock"]), st.integers(1, 40)), min_size=1, max_size=12
)


@given(counts=counts, order=st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_targets_are_drawn_equally_in_them_labels_and_recordings_by_the_root_of_their_pieces(counts, order):
    pieces = [(label, f"{number}.wav") for number, (label, count) in enumerate(counts) for _ in range(count)]
    order.shuffle(pieces)
    labels, recordings = map(np.array, zip(*pieces, strict=True))
    one = named(labels.tolist(), recordings.tolist())
    targets = targets_of(one, BINARY)
    drawn = weights_of(one, targets).numpy()
    assert drawn.sum() == pytest.approx(1)
    assert (drawn > 0).all()
    for target in targets.unique():
        of_target = targets.numpy() == int(target)
        assert drawn[of_target].sum() == pytest.approx(1 / len(targets.unique()))
        kinds = set(labels[of_target])
        for kind in kinds:
            share = drawn[labels == kind].sum()
            assert share == pytest.approx(1 / len(targets.unique()) / len(kinds))
    for number, (label, count) in enumerate(counts):
        for other, (its_label, its_count) in enumerate(counts):
            if label == its_label:
                mine, its = (drawn[recordings == f"{n}.wav"].sum() for n in (number, other))
                assert mine / its == pytest.approx(math.sqrt(count / its_count))


def test_batches_are_drawn_as_the_weights_say():
    one = replace(named([TARGET, SIREN, SIREN]), sounds=torch.tensor([[1], [2], [4]]).repeat(1, SIZE).short())
    targets = targets_of(one, BINARY)
    weights, random = weights_of(one, targets), torch.Generator().manual_seed(0)
    audio, shares, *_ = training._draw(one, targets, weights, weights, 2, 4_000, NONE, random)
    seen = (audio[:, 0] * 32_768).long()
    assert [(seen == value).float().mean().item() for value in (1, 2, 4)] == pytest.approx([0.5, 0.25, 0.25], abs=0.03)
    assert torch.equal(shares.argmax(dim=1), (seen > 1).long())


@pytest.mark.parametrize("labels", [BINARY, None])
def test_no_target_is_laid_under_another_sound(labels):
    """Pieces of the target are loud here, others faint: no background may be loud, nor the sound itself."""
    seen = []

    class Ears(Augment):
        def sound(self, audio, targets, others, random):
            seen.append((audio, others))
            return super().sound(audio, targets, others, random)

    one = examples()
    loud = torch.tensor([label == TARGET for label in one.labels])
    one.sounds[~loud] //= 64
    train(one, labels=labels, augment=Ears(), **QUICK)
    audio, others = (torch.cat(part).abs().amax(dim=1) for part in zip(*seen, strict=True))
    assert audio.max() > 0.05 and others.max() < 0.02
    assert not torch.equal(audio, others)


# Learning


def test_tones_are_told_from_noise():
    test = examples(30, first=100)
    model, history = train(examples(60), epochs=4, steps=10, batch=16, labels=BINARY, progress=False, augment=NONE)
    said = model.target(test.heard(torch.arange(len(test))))
    assert roc_auc_score([label == TARGET for label in test.labels], said) == 1
    assert history[-1].loss < history[0].loss
    assert model.labels == BINARY and model.config == CONFIG


@pytest.mark.slow
def test_tones_are_told_from_noise_with_all_that_makes_it_harder():
    test = examples(30, first=100)
    model, history = train(examples(60), test, epochs=8, steps=10, batch=16, labels=BINARY, progress=False)
    said = judge(model, test)[:, 0]
    assert roc_auc_score([label == TARGET for label in test.labels], said) == history[-1].score == 1


def test_all_labels_are_told_apart_where_none_are_named():
    clicks = examples(30, first=200, labels=("clock", TARGET))
    clicks.sounds[::2] = torch.from_numpy(to_int16(np.where(np.arange(12_000) % 1_000 < 20, noise(1.5), 0)))
    model, history = train(clicks, clicks.where(lambda _: False), epochs=5, steps=10, batch=16, progress=False)
    assert model.labels == ("clock", TARGET)
    assert all(epoch.score is None for epoch in history)  # nothing there to judge by
    assert (judge(model, clicks).argmax(axis=1) == targets_of(clicks, model.labels).numpy()).mean() > 0.9


@pytest.mark.parametrize("options", [{}, {"network": GuideNetwork}, {"augment": NONE}])
def test_one_seed_gives_one_model_and_another_another(options):
    options = QUICK | options
    one, history = train(examples(), **options)
    torch.manual_seed(99)  # what was drawn before has no part in it
    again, other_history = train(examples(), **options)
    assert same(one, again)
    assert [epoch.loss for epoch in history] == [epoch.loss for epoch in other_history]
    assert not same(one, train(examples(), **options, seed=1)[0])


def test_training_leaves_chance_and_examples_as_they_were():
    one = examples()
    sounds, before = one.sounds.clone(), torch.random.get_rng_state()
    train(one, examples(6, first=50), **QUICK)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(one.sounds, sounds)


def test_the_history_and_the_card_say_what_was_done():
    validation = examples(10, first=40)
    model, history = train(examples(), validation, **QUICK, labels=BINARY, seed=5)
    assert [epoch.number for epoch in history] == [1, 2]
    assert 0 < history[0].seconds < history[1].seconds
    assert all(0 <= epoch.score <= 1 and epoch.loss > 0 for epoch in history)
    card = model.card
    assert (card["data"], card["recordings"], card["pieces"], card["folds"]) == ("tones", 24, 24, [1, 2, 3, 4, 5])
    assert set(card["sources"]) == set(examples().sources) | set(validation.sources)  # validating is meeting, too
    assert card["training"] | {"seed": 5, "epochs_done": 2, "labels": list(BINARY)} == card["training"]


def test_a_trained_model_survives_its_file(tmp_path):
    model, _ = train(examples(), **QUICK)
    checkpoint.save(tmp_path / "m", model)
    back = checkpoint.load(tmp_path / "m")
    np.testing.assert_array_equal(judge(back, examples()), judge(model, examples()))
    assert back.card == model.card


def test_validation_is_judged_and_never_learnt_from():
    assert same(train(examples(), **QUICK)[0], train(examples(), examples(9, first=60), **QUICK)[0])


@pytest.mark.parametrize("labels", [BINARY, None])
@pytest.mark.parametrize("kinds", [(TARGET,), ("rain",), (TARGET, SIREN)])
def test_whatever_kinds_the_validation_lacks_it_is_scored(labels, kinds):
    _, history = train(examples(), examples(8, first=60, labels=kinds), **QUICK, labels=labels)
    assert all(0 <= epoch.score <= 1 for epoch in history)


def test_the_score_is_the_auc_of_the_target_or_the_balanced_accuracy():
    """By hand: a model that says what its ears are told."""

    class Sure:
        config = CONFIG

        def probabilities(self, audio):
            loud = audio.abs().max(dim=1).values.numpy()[:, None]
            return np.hstack([loud, 1 - loud]).astype(np.float32)

    heard = torch.tensor([[0.9], [0.2], [0.6], [0.1], [0.3], [0.7]]).repeat(1, SIZE) * 32_768
    dogs = replace(named([TARGET, TARGET, SIREN, SIREN, SIREN, SIREN]), sounds=heard.short())
    assert training._score(Sure(), dogs, BINARY) == pytest.approx(5 / 8)
    mixed = replace(dogs, labels=("rain", SIREN, TARGET, TARGET, SIREN, SIREN))
    assert training._score(Sure(), mixed, ("rain", TARGET, OTHER)) == pytest.approx(6 / 8)  # by the second column
    assert training._score(Sure(), dogs, ("rain", OTHER)) == pytest.approx(3 / 6)  # nothing asks for the target
    rain = replace(dogs, labels=("rain", "rain", SIREN, SIREN, SIREN, SIREN))
    assert training._score(Sure(), rain, ("rain", SIREN)) == pytest.approx((1 / 2 + 2 / 4) / 2)


def test_the_rate_of_learning_climbs_and_falls_once():
    rates = [training._rate(step / 100) for step in range(100)]
    top = int(np.argmax(rates))
    assert rates[top] == pytest.approx(1) and 0 < rates[0] < 0.1 and 0 < rates[-1] < 0.01
    assert rates[: top + 1] == sorted(rates[: top + 1]) and rates[top:] == sorted(rates[top:], reverse=True)


# When it ends


def scored(monkeypatch, *scores):
    """Each epoch is given the next of these scores; returns the models that were scored."""
    models, left = [], iter(scores)

    def score(model, *_):
        models.append(model)
        return next(left)

    monkeypatch.setattr(training, "_score", score)
    return models


@pytest.mark.parametrize(
    ("patience", "scores", "best"),
    [
        (2, [0.5, 0.9, 0.8, 0.9], 1),  # equally good is not better
        (1, [0.5, 0.4], 0),
        (3, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], 5),
        (3, [0.5, 0.6, 0.2, 0.3, 0.7, 0.1], 4),
    ],
)
def test_patience_ends_the_training_and_gives_the_best_epoch(monkeypatch, patience, scores, best):
    models = scored(monkeypatch, *scores)
    options = QUICK | {"epochs": 6, "steps": 1}
    model, history = train(examples(), examples(6, first=60), **options, patience=patience)
    assert [epoch.score for epoch in history] == scores
    assert [same(model, one) for one in models] == [number == best for number in range(len(scores))]


def test_without_patience_the_last_epoch_is_given(monkeypatch):
    models = scored(monkeypatch, 0.9, 0.1)
    model, _ = train(examples(), examples(6, first=60), **QUICK)
    assert same(model, models[-1]) and not same(model, models[0])


def test_patience_needs_something_to_judge_by():
    _, history = train(examples(), **QUICK | {"epochs": 4, "steps": 1}, patience=1)
    assert len(history) == 4


def test_patience_that_has_ended_a_training_ends_it_when_resumed(monkeypatch, tmp_path):
    options = QUICK | {"epochs": 6, "steps": 1, "patience": 2, "resume": tmp_path / "t"}
    scored(monkeypatch, 0.9, 0.5, 0.4, 1.0)
    first, history = train(examples(), examples(6, first=60), **options)
    again, other_history = train(examples(), examples(6, first=60), **options)
    assert history == other_history and len(history) == 3
    assert same(first, again)


def test_no_epoch_begins_when_the_budget_is_spent():
    _, history = train(examples(), **QUICK, budget_s=1e-9)
    assert len(history) == 1  # a model of no epoch is none
    _, history = train(examples(), **QUICK, budget_s=600)
    assert len(history) == 2


# Interrupted and resumed


@pytest.mark.parametrize("options", [{}, {"network": GuideNetwork, "augment": NONE, "patience": 3}])
def test_interrupted_after_any_epoch_and_resumed_nothing_differs(tmp_path, monkeypatch, options):
    options = QUICK | options | {"epochs": 4}
    validation = examples(9, first=60)
    whole, history = train(examples(), validation, **options)
    for after in (1, 2, 3):
        file = tmp_path / "new" / str(after)

        left = iter(range(after))

        def interrupted(*arguments, left=left, score=training._score):
            if next(left, None) is None:
                raise KeyboardInterrupt
            return score(*arguments)

        with monkeypatch.context() as patch:
            patch.setattr(training, "_score", interrupted)
            with pytest.raises(KeyboardInterrupt):
                train(examples(), validation, **options, resume=file)
        resumed, other_history = train(examples(), validation, **options, resume=str(file))
        assert same(whole, resumed)
        assert [(e.number, e.loss, e.score) for e in history] == [(e.number, e.loss, e.score) for e in other_history]
        assert other_history[after].seconds > other_history[after - 1].seconds


def test_a_budget_spent_is_an_interruption_like_any_other(tmp_path):
    whole, _ = train(examples(), **QUICK)
    _, history = train(examples(), **QUICK, resume=tmp_path / "t", budget_s=1e-9)
    assert len(history) == 1
    resumed, history = train(examples(), **QUICK, resume=tmp_path / "t")
    assert len(history) == 2 and same(whole, resumed)


def test_finished_and_called_again_it_only_reports(tmp_path, monkeypatch):
    first, history = train(examples(), **QUICK, resume=tmp_path / "t")
    monkeypatch.setattr(training._Course, "step", None)
    again, other_history = train(examples(), **QUICK, resume=tmp_path / "t")
    assert same(first, again) and history == other_history


def test_killed_while_an_epoch_is_stored_the_one_before_is_there(tmp_path, monkeypatch):
    file = tmp_path / "t"
    train(examples(), **QUICK, resume=file, budget_s=1e-9)
    before = file.read_bytes()

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            train(examples(), **QUICK, resume=file)
    assert file.read_bytes() == before
    assert same(train(examples(), **QUICK, resume=file)[0], train(examples(), **QUICK)[0])


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("seed", {"seed": 1}),
        ("epochs", {"epochs": 3}),
        ("steps", {"steps": 4}),
        ("batch", {"batch": 4}),
        ("learning_rate", {"learning_rate": 0.1}),
        ("labels", {"labels": BINARY}),
        ("network", {"network": GuideNetwork}),
        ("augment", {"augment": Augment(gain_db=3)}),
    ],
)
def test_a_training_of_other_settings_is_refused_by_name(tmp_path, language, name, change):
    train(examples(), **QUICK | {"steps": 1, "epochs": 1}, resume=tmp_path / "t")
    with pytest.raises(TrainError) as error:
        train(examples(), **QUICK | {"steps": 1, "epochs": 1} | change, resume=tmp_path / "t")
    assert error.value.values["names"] == name
    assert name in str(error.value)


@pytest.mark.parametrize("other", ["pieces", "labels", "config"])
def test_a_training_on_other_examples_is_refused(tmp_path, other):
    train(examples(), **QUICK, resume=tmp_path / "t", budget_s=1e-9)
    one = {
        "pieces": examples(25),
        "labels": replace(examples(), labels=examples().labels[::-1]),
        "config": replace(examples(), config=replace(CONFIG, n_mels=20)),
    }[other]
    with pytest.raises(TrainError) as error:
        train(one, **QUICK, resume=tmp_path / "t")
    assert error.value.values["names"] == ("config" if other == "config" else "examples")


@pytest.mark.parametrize("damage", ["cut", "empty", "pickle", "torch", "model", "foreign", "folder"])
def test_what_is_no_training_is_refused_and_left_alone(tmp_path, language, damage):
    file = tmp_path / "t.unfinished"
    model, _ = train(examples(), **QUICK, resume=file, budget_s=1e-9)
    content = file.read_bytes()
    if damage == "folder":
        file.unlink()
        file.mkdir()
    elif damage == "torch":
        torch.save({"a": torch.zeros(3)}, file)
    elif damage == "model":
        checkpoint.save(file, model)
    else:
        foreign = safetensors.torch.save({"a": torch.zeros(3)})
        file.write_bytes(
            {"cut": content[:-1], "empty": b"", "pickle": pickle.dumps([1]), "foreign": foreign}.get(damage)
        )
    left = file.read_bytes() if file.is_file() else None
    with pytest.raises(TrainError, match=r"t\.unfinished") as error:
        train(examples(), **QUICK, resume=file)
    assert error.value.key == "train.not_resumable"
    assert (file.read_bytes() if file.is_file() else None) == left


# What nothing can be learnt from


def test_a_source_on_both_sides_is_refused(language):
    with pytest.raises(TrainError, match="27") as error:
        train(examples(30), examples(10, first=27), **QUICK)
    assert error.value.values["count"] == 3


def test_recordings_of_two_sets_that_share_a_source_are_kept_apart(language):
    """Two sets may hold the same Freesound recording under other names and in other folds."""
    other = replace(examples(), recordings=tuple(f"b/{name}" for name in examples().recordings), folds=(9,) * 24)
    both = join(examples(), other)
    with pytest.raises(TrainError):
        train(both.in_folds(1, 2), both.in_folds(9), **QUICK)


@pytest.mark.parametrize("labels", [BINARY, None])
def test_one_label_only_is_refused(language, labels):
    with pytest.raises(TrainError, match=TARGET) as error:
        train(examples(labels=(TARGET,)), labels=labels, **QUICK)
    assert error.value.key == "train.one_label"
    with pytest.raises(TrainError):
        train(examples(labels=("rain", SIREN)), labels=BINARY, **QUICK)  # two labels, but both are "other"
    with pytest.raises(TrainError):
        train(examples().where(lambda _: False), labels=labels, **QUICK)


@pytest.mark.parametrize("name", ["epochs", "steps", "batch", "learning_rate", "patience"])
@pytest.mark.parametrize("value", [0, -3, float("nan")])
def test_numbers_that_are_not_positive_are_refused_by_name(language, name, value):
    with pytest.raises(TrainError, match=f"{name}={value}"):
        train(examples(), **QUICK | {name: value})


def test_a_label_that_only_the_validation_has_is_refused_before_any_epoch(monkeypatch, language):
    monkeypatch.setattr(training._Course, "step", None)
    with pytest.raises(TrainError, match="thunder"):
        train(examples(), examples(6, first=60, labels=("thunder", TARGET)), **QUICK)


@given(
    one=st.sets(st.integers(0, 30), min_size=1),
    other=st.sets(st.integers(0, 30), min_size=1),
)
def test_any_shared_source_is_found(one, other):
    assume(one & other)
    first, second = (named([TARGET, SIREN] * len(part), [str(n) for n in part for _ in "ab"]) for part in (one, other))
    with pytest.raises(TrainError) as error:
        train(first, second, **QUICK)
    assert error.value.values["count"] == len(one & other)


# The recipes of the commands


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_a_recipe_is_what_train_and_gather_take(recipe):
    options = dict(recipe)
    config = options.pop("config")
    assert isinstance(config, AudioConfig)
    size = config.piece_samples
    one = replace(
        examples(8), config=config, sounds=torch.zeros(8, size, dtype=torch.int16), starts=torch.zeros(8).long()
    )
    model, history = train(one, **options | {"epochs": 1, "steps": 1}, batch=2, progress=False)
    assert isinstance(history[0], Epoch)
    assert model.labels == (options["labels"] or ("dog_bark", "rain", "siren"))
