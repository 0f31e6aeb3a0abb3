"""Scores: right by hand, chosen on other recordings than they are given for, and never on what a model has met."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from helpers import datasets, evaluate
from helpers.audio import read, save
from helpers.augment import NONE
from helpers.config import AudioConfig
from helpers.datasets import OTHER, TARGET, Event, Recording
from helpers.evaluate import Prediction, best_threshold, cross_validate, grad_cam, predict, scores, threshold_for
from helpers.features import log_mel, mel_frequencies, write_pictures
from helpers.messages import LessonError, text
from helpers.model import GuideNetwork, Model, Network, load_model
from helpers.split import cut_segments, split
from helpers.train import PictureSet
from tests.shared import refused, store

RATE = 8_000
CONFIG = AudioConfig(sample_rate=RATE, segment_seconds=0.5, segment_hop_seconds=0.5, n_fft=256, n_mels=16)
BINARY = (TARGET, OTHER)
SIREN = "siren"
LABELS = (SIREN, TARGET)


class LoudModel(Model):
    """Takes whatever is loud for the target: 0 dBFS at the peak is a probability of 1."""

    def predict_proba(self, audio):
        loud = np.abs(audio).max(axis=-1)[:, None]
        return np.where([label == TARGET for label in self.labels], loud, (1 - loud) / (len(self.labels) - 1))


def loud_model(labels=LABELS, **options):
    return LoudModel(network=Network(len(labels)), config=CONFIG, labels=labels, **options)


def recording(label=TARGET, source="1", fold=1, events=None):
    return Recording(Path(f"{source}.wav"), label, source, fold, events)


def prediction(label, *windows, segments=(), source="1", labels=LABELS):
    """One recording with these probabilities of the target in its windows."""
    starts_s = np.arange(len(windows)) * 0.5
    both = [np.array([[p if one == TARGET else 1 - p for one in labels] for p in ps]) for ps in (windows, segments)]
    return Prediction(recording(label, source), label == TARGET, starts_s, *(part.reshape(-1, 2) for part in both))


def noise(seconds, seed=0, level=0.1):
    return (level * np.random.default_rng(seed).standard_normal(round(seconds * RATE))).clip(-1, 1)


# ---- figures ---------------------------------------------------------------------------------------------------------

kinds = st.lists(st.booleans(), min_size=2, max_size=20)


@st.composite
def answers(draw, dtype=np.float32):
    """Some of each kind, with probabilities of which many are equal, or nearly so."""
    y_true = np.array(draw(kinds))
    assume(len(set(y_true)) == 2)
    one = np.array(draw(st.floats(0.125, 1, width=32)), dtype)
    often = [0, 0.25, 0.5, 1, float(one), float(np.nextafter(one, dtype(0)))]
    value = st.sampled_from(often) | st.floats(0, 1, width=32)
    return y_true, np.array(draw(st.lists(value, min_size=len(y_true), max_size=len(y_true))), dtype)


def f1(y_true, yes):
    right = (y_true & yes).sum()
    return 2 * right / (2 * right + (y_true != yes).sum()) if right else 0.0


@given(data=st.data())
@settings(max_examples=50)
def test_scores_are_those_one_counts(data):
    y_true, y_score = data.draw(answers())
    level = st.sampled_from(y_score.tolist()) | st.floats(0, 1.125, width=32)
    threshold = data.draw(st.lists(level, min_size=len(y_true), max_size=len(y_true)).map(np.array) | level)
    yes = y_score >= threshold  # from the threshold on, so with it
    pairs = y_score[y_true][:, None] - y_score[~y_true][None]
    assert scores(y_true, y_score, threshold) == {
        "n": len(y_true),
        "auc": pytest.approx(((pairs > 0) + 0.5 * (pairs == 0)).mean()),
        "f1": pytest.approx(f1(y_true, yes)),
        "precision": pytest.approx((y_true & yes).sum() / max(1, yes.sum())),
        "recall": pytest.approx(yes[y_true].mean()),
        "accuracy": pytest.approx((y_true == yes).mean()),
    }


def test_a_model_that_does_not_know_the_dog_says_so(language):
    cats = replace(loud_model(), labels=("cat", "other"))
    for ask in (evaluate.recording_scores, evaluate.segment_scores):
        with pytest.raises(LessonError, match="dog_bark.*cat"):
            ask([], cats)


@pytest.mark.parametrize("y_true", [[True] * 3, [False] * 3, []])
def test_one_class_has_no_score_and_a_sentence(language, y_true):
    with pytest.raises(LessonError, match=str(len(y_true))):
        scores(np.array(y_true, bool), np.zeros(len(y_true)), 0.5)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(data=st.data())
def test_no_threshold_has_a_higher_f1_than_the_best(dtype, data):
    y_true, y_score = data.draw(answers(dtype))
    best = best_threshold(y_true, y_score)
    assert type(best) is float
    reached = f1(y_true, y_score >= best)
    assert reached == pytest.approx(max(f1(y_true, y_score >= threshold) for threshold in np.unique(y_score)))
    assert scores(y_true, y_score, np.full(len(y_score), best))["f1"] == pytest.approx(reached)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(data=st.data(), max_fpr=st.floats(0, 1))
def test_no_lower_threshold_keeps_so_few_false_max_fpr(dtype, data, max_fpr):
    y_true, y_score = data.draw(answers(dtype))
    found = threshold_for(max_fpr, y_true, y_score)
    assert type(found) is float
    assert (y_score[~y_true] >= found).mean() <= max_fpr or found == 1  # more are certain of what is not there
    for lower in y_score[y_score < found]:
        assert (y_score[~y_true] >= lower).mean() > max_fpr


def test_a_threshold_lies_halfway_between_what_it_separates():
    y_true, y_score = np.array([False, False, True, True]), np.array([0.1, 0.2, 0.6, 0.9])
    assert best_threshold(y_true, y_score) == pytest.approx(0.4)
    assert best_threshold(y_true, y_score[::-1]) == pytest.approx(0.1)  # all are taken: there is nothing below
    y_true, y_score = np.array([False] * 4 + [True] * 2), np.array([0.1, 0.2, 0.6, 0.8, 0.5, 0.9])
    found = [threshold_for(max_fpr, y_true, y_score) for max_fpr in (0, 0.25, 0.49, 0.5)]
    assert found == pytest.approx([0.85, 0.7, 0.7, 0.35])


@given(windows=st.lists(st.lists(st.floats(0, 1), min_size=2, max_size=2), min_size=1, max_size=40))
def test_pooling_makes_one_number_of_many(windows):
    table = np.array(windows)
    for column, values in enumerate(zip(*windows, strict=True)):
        ranked = sorted(values, reverse=True)
        assert evaluate.POOLING["max"](table)[column] == ranked[0]
        assert evaluate.POOLING["mean"](table)[column] == pytest.approx(sum(values) / len(values))
        top = ranked[: max(3, len(ranked) // 5)]
        assert evaluate.POOLING["top_fifth"](table)[column] == pytest.approx(sum(top) / len(top))


def test_recordings_are_scored_by_windows_and_pooling_segments_by_themselves():
    some = [prediction(TARGET, 0.1, 0.9, 0.5, 0.3, segments=[0.7, 0.6]), prediction(SIREN, 0.2, segments=[0.4])]
    model = loud_model(pooling="mean")
    y_true, y_score = evaluate.recording_scores(some, model)
    assert y_true.tolist() == [True, False] and y_score.tolist() == pytest.approx([0.45, 0.2])
    assert evaluate.recording_scores(some, model, "max")[1].tolist() == pytest.approx([0.9, 0.2])
    y_true, y_score = evaluate.segment_scores(some, model)
    assert y_true.tolist() == [True, True, False] and y_score.tolist() == pytest.approx([0.7, 0.6, 0.4])


def test_a_threshold_is_chosen_by_what_it_is_given(language):
    some = [prediction(TARGET, 0.9), prediction(TARGET, 0.8), prediction(SIREN, 0.6), prediction(SIREN, 0.7)]
    model = evaluate.choose_threshold(loud_model(pooling="max"), some)
    assert model.threshold == model.stream_threshold == pytest.approx(0.75)
    told = evaluate.recording_scores(some[1:], model)
    assert evaluate.choose_threshold(model, some[1:], max_fpr=0.5).threshold == threshold_for(0.5, *told)
    for one_class in (some[:2], some[2:]):
        with pytest.raises(LessonError, match="2"):
            evaluate.choose_threshold(model, one_class)


def test_recall_of_each_label_counts_recordings():
    told = [(TARGET, 0.9), (TARGET, 0.2), (SIREN, 0.8), ("rain", 0.1), ("rain", 0.5)]
    some = [prediction(label, p) for label, p in told]
    assert evaluate.recall_by_label(some, loud_model(threshold=0.5)) == {TARGET: (1, 2), "rain": (1, 2), SIREN: (0, 1)}


def test_the_worst_mistakes_come_first():
    y_score = {"a": (SIREN, 0.7), "b": (SIREN, 0.9), "c": (SIREN, 0.3), "d": (SIREN, 0.8), "e": (SIREN, 0.6)}
    y_score |= {"f": (TARGET, 0.4), "g": (TARGET, 0.9), "h": (TARGET, 0.1)}
    some = [prediction(label, p, source=name) for name, (label, p) in y_score.items()]
    model = loud_model(threshold=0.5)

    def names(part):
        return [(one.recording.source, pytest.approx(p)) for one, p in part]

    false, misses = evaluate.worst(some, model)
    assert names(false) == [("b", 0.9), ("d", 0.8), ("a", 0.7)]
    assert names(misses) == [("h", 0.1), ("f", 0.4)]
    assert names(evaluate.worst(some, model, 1)[0]) == [("b", 0.9)]
    assert len(evaluate.worst(some, model, 9)[0]) == 4
    assert evaluate.worst(some[:1], loud_model(threshold=0.95)) == ([], [])


# ---- predicting ------------------------------------------------------------------------------------------------------


@pytest.fixture
def sounds(tmp_path):
    """A small UrbanSound: loud dogs, fainter sirens, one faint throughout, one shorter than a segment, one broken."""
    folder = tmp_path / "Sounds"
    barks = np.r_[noise(1, 1), noise(0.5, 2, 0.3), noise(2, 3)]
    store(folder, TARGET, "1001.wav", barks, (1.0, 1.5, TARGET), rate=RATE)
    store(folder, TARGET, "1002.wav", noise(3, 4, 0.2), (0.0, 0.4, TARGET), (2.0, 3.0, TARGET), rate=RATE)
    wail = (0.0, 0.3, SIREN)
    store(folder, SIREN, "1003.wav", np.r_[noise(2, 5), 0 * noise(2)], wail, rate=RATE)
    store(folder, SIREN, "1004.wav", np.r_[noise(1, 6, 1e-4), noise(1, 7, 2e-3), noise(1, 8, 1e-4)], wail, rate=RATE)
    store(folder, SIREN, "1005.wav", noise(0.3, 9), wail, rate=RATE)
    (folder / "data" / SIREN / "1006.wav").write_bytes(b"no sound")
    return datasets.load(folder)


def by_name(predictions):
    return {one.recording.source: one for one in predictions}


def test_windows_lie_all_along_and_are_what_the_model_says_of_them(sounds):
    one = by_name(predict(loud_model(), sounds.recordings[:2]))["1001"]
    assert one.starts_s.tolist() == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    samples, _ = read(one.recording.path, CONFIG)
    for start, window in zip(one.starts_s, one.windows, strict=True):
        at = round(start * RATE)
        expected = loud_model().predict_proba(samples[None, at : at + CONFIG.segment_samples])[0]
        np.testing.assert_allclose(window, expected)
    assert one.windows[:, 1].argmax() == 2  # where it barks


def test_segments_are_those_that_split_cuts(sounds):
    for negatives in (2, 10):
        for one in predict(loud_model(), sounds.recordings[:3], negatives=negatives):
            samples, _ = read(one.recording.path, CONFIG)
            cut = cut_segments(samples, one.recording, CONFIG, negatives=negatives)
            expected = loud_model().predict_proba(np.stack([segment.samples for segment in cut]))
            np.testing.assert_allclose(one.segments, expected)


@pytest.mark.parametrize("label", [TARGET, SIREN])
@pytest.mark.parametrize("events", [None, (Event(0.2, 0.9, TARGET),), (Event(0, 4, TARGET),), (Event(9, 9, TARGET),)])
def test_windows_do_not_look_at_the_annotation(sounds, label, events):
    for original in sounds.recordings[:4]:
        (blind,) = predict(loud_model(), [original])
        (other,) = predict(loud_model(), [replace(original, label=label, events=events)])
        np.testing.assert_array_equal(other.starts_s, blind.starts_s)
        np.testing.assert_array_equal(other.windows, blind.windows)


def test_quiet_windows_are_not_asked_about_but_one_always_is(sounds):
    found = by_name(predict(loud_model(), sounds.recordings, on_skip=str))  # one is broken
    assert found["1003"].starts_s.tolist() == [0.0, 0.5, 1.0, 1.5]
    assert found["1004"].starts_s.tolist() in ([1.0], [1.5])
    assert found["1004"].windows.shape == (1, 2) and found["1004"].segments.shape == (0, 2)
    assert found["1005"].windows.shape == (1, 2) and found["1005"].starts_s.tolist() == [0.0]


def test_what_cannot_be_read_is_said_and_left_out_and_what_is_not_whole_is_said(sounds, language):
    path = sounds.recordings[1].path
    path.write_bytes(path.read_bytes()[:30_000])
    told = []
    found = predict(loud_model(), iter(sounds.recordings), on_skip=told.append)
    assert [one.recording for one in found] == [r for r in sounds.recordings if r.path.stem != "1006"]
    assert [error.values["file"] for error in told] == ["dog_bark/1002.wav", "siren/1006.wav"]


def test_the_windows_of_a_long_recording_are_asked_a_few_at_a_time(tmp_path, monkeypatch):
    path, asked, answer = tmp_path / "1.wav", [], LoudModel.predict_proba
    save(path, noise(200), RATE)
    monkeypatch.setattr(LoudModel, "predict_proba", lambda self, audio: asked.append(len(audio)) or answer(self, audio))
    (one,) = predict(loud_model(), [replace(recording(), path=path)])
    assert len(one.windows) > 300 >= max(asked)


# ---- a model on a data set -------------------------------------------------------------------------------------------


def test_what_the_model_met_is_left_out(sounds, language):
    model = loud_model(BINARY, threshold=0.7, pooling="max", metadata={"sources": ["1002", "1003", "not here"]})
    report = evaluate.evaluate(model, sounds, on_skip=str)
    assert report["left_out"] == 2
    assert report["recording"]["n"] == 3  # 1, 4 and 5; 6 cannot be read
    assert report["recording"] == report["recording"] | {"auc": 1.0, "threshold": 0.7, "pooling": "max"}
    assert report["segment"]["n"] == 2  # the bark, and the short siren
    *figures, last = evaluate.as_text(report).splitlines()
    assert len(figures) == 2 and last == text("evaluate.left_out", count=2)
    assert evaluate.evaluate(replace(model, metadata={}), sounds, on_skip=str)["left_out"] == 0
    with refused("evaluate.all_met", "Sounds"):
        evaluate.evaluate(loud_model(metadata={"sources": list(sounds.sources)}), sounds)


@pytest.mark.parametrize(
    ("learnt", "tested", "left_out", "n"), [("ESC-10", "UrbanSound", 4, 188), ("UrbanSound", "ESC-10", 5, 395)]
)
def test_recordings_that_two_sets_share_never_stand_on_both_sides(
    real_sounds, monkeypatch, learnt, tested, left_out, n
):
    """Four dogs on Freesound are in both ESC-10 (as five clips) and UrbanSound."""
    asked = []

    def asked_about(_model, recordings, **_):
        asked.extend(recordings)
        return [prediction(one.label, 0.5, segments=[0.5]) for one in asked]

    monkeypatch.setattr(evaluate, "predict", asked_about)
    first, second = datasets.load(real_sounds / learnt), datasets.load(real_sounds / tested)
    report = evaluate.evaluate(loud_model(BINARY, metadata={"sources": list(first.sources)}), second)
    assert report["left_out"] == left_out
    assert report["recording"]["n"] == len(asked) == n
    missing = set(second.recordings) - set(asked)
    assert {one.label for one in missing} == {TARGET}
    assert {one.source for one in missing} == {"100032", "118964", "170015", "203128"}


# ---- cross-validation ------------------------------------------------------------------------------------------------

FOLDS = (1, 2, 3, 4)
TINY = {"epochs": 1, "steps_per_epoch": 2, "batch_size": 8, "augment": NONE, "progress": False}


@pytest.fixture(scope="module")
def folded(tmp_path_factory):
    """Two tones and three noises of two labels in each of four folds, and a source that stands in two."""
    folder = tmp_path_factory.mktemp("folded") / "Folded"
    t = np.arange(RATE) / RATE
    rows = []
    for fold in FOLDS:
        for number in range(5):
            label, level = (TARGET, TARGET, SIREN, SIREN, "rain")[number], 0.05 + 0.03 * number
            name = f"{10 * fold + number}"
            tone = level * np.sin(6.283 * (400 + 90 * fold) * t)
            sound = tone if label == TARGET else noise(1, 10 * fold + number, level)
            store(folder, label, f"{name}.wav", sound, rate=RATE)
            rows.append((label, name, f"data/{label}/{name}.wav", fold))
    for copy, fold in (("90", 1), ("91", 2)):
        store(folder, SIREN, f"{copy}.wav", noise(1, 90), rate=RATE)
        rows.append((SIREN, "90", f"data/{SIREN}/{copy}.wav", fold))
    lines = [",".join(map(str, row)) + "\n" for row in rows]
    (folder / "folds.csv").write_text("class,freesound_id,file,fold\n" + "".join(lines), encoding="utf-8")
    return datasets.load(folder)


@pytest.fixture(scope="module")
def drawn(folded, tmp_path_factory):
    """Its pictures, with and without a target."""
    sets = {}
    for target in (TARGET, None):
        out = tmp_path_factory.mktemp("drawn")
        split(folded, out=out, target=target, config=CONFIG, progress=False)
        write_pictures(out, progress=False)
        sets[target] = PictureSet.read(out / "graph_mfcc")
    return sets


@pytest.fixture
def watched(monkeypatch):
    """What each fold learnt from, which recordings chose the threshold, and which were asked about."""
    seen = {"learnt": [], "chosen": [], "asked": []}
    originals = {name: getattr(evaluate, name) for name in ("train", "predict", "choose_threshold")}

    def watch_train(examples, **options):
        seen["learnt"].append({row.fold for row in examples.rows})
        return originals["train"](examples, **options)

    def watch_predict(model, recordings, **options):
        seen["asked"].append([one.source for one in recordings])
        return originals["predict"](model, recordings, **options)

    def watch_choice(model, predictions):
        seen["chosen"].append({one.recording.fold for one in predictions})
        return originals["choose_threshold"](model, predictions)

    for name, function in {"train": watch_train, "predict": watch_predict, "choose_threshold": watch_choice}.items():
        monkeypatch.setattr(evaluate, name, function)
    return seen


def test_each_recording_is_tested_once_by_a_model_that_met_none_of_its_fold(folded, drawn, watched):
    report = cross_validate(folded, drawn[TARGET], **TINY)
    tested = watched["asked"][1::2]  # first the validation fold is predicted, then the test fold
    each = Counter(one.source for one in folded.recordings if one.source != "90")
    assert Counter(name for part in tested for name in part) == each
    assert [fold["fold"] for fold in report["folds"]] == list(FOLDS)
    for fold, learnt, validating in zip(FOLDS, watched["learnt"], watched["chosen"], strict=True):
        assert len(validating) == 1
        assert not learnt & validating and fold not in learnt | validating
        assert learnt | validating | {fold} == set(FOLDS)
    assert Counter(fold for part in watched["chosen"] for fold in part) == Counter(FOLDS)
    assert report["recording"]["n"] == 20 == sum(fold["recording"]["n"] for fold in report["folds"])
    shown = evaluate.as_text(report)
    assert f"{report['segment']['auc']:.3f}" in shown and len(shown.splitlines()) == 2 + len(FOLDS)


def test_all_labels_are_told_apart_by_what_all_other_folds_teach(folded, drawn, watched, language):
    report = cross_validate(folded, drawn[None], **TINY)
    assert watched["learnt"] == [set(FOLDS) - {fold} for fold in FOLDS]
    assert not watched["chosen"]
    assert sum(map(len, watched["asked"])) == 20
    assert report["class_recall"].keys() == {TARGET, "rain", SIREN}
    assert report["class_accuracy"] == pytest.approx(np.mean([fold["class_accuracy"] for fold in report["folds"]]))
    shown = evaluate.as_text(report)
    assert all(f"{label}: {share:.2f}" in shown for label, share in report["class_recall"].items())
    assert json.loads(json.dumps(report)) == report


def test_where_nothing_is_to_be_chosen_no_fold_is_kept_for_it(folded, drawn, watched):
    pairs = list(evaluate.fold_by_fold(folded, drawn[TARGET], choose=False, **TINY))
    assert watched["learnt"] == [set(FOLDS) - {fold} for fold in FOLDS] and not watched["chosen"]
    assert [{one.recording.fold for one in found} for _model, found in pairs] == [{fold} for fold in FOLDS]
    assert all((model.pooling, model.threshold, model.labels) == ("top_fifth", 0.5, BINARY) for model, _found in pairs)
    list(evaluate.fold_by_fold(folded, drawn[TARGET], test_folds=[2], **TINY))
    assert watched["learnt"][-1] == {1, 4} and watched["chosen"] == [{3}]


def relabelled(dataset, fold):
    """The same sounds; in one fold dogs are called sirens and all else dogs."""
    swapped = tuple(
        replace(one, label=SIREN if one.label == TARGET else TARGET) if one.fold == fold else one
        for one in dataset.recordings
    )
    return replace(dataset, recordings=swapped)


def test_the_threshold_comes_from_the_validation_fold_alone(folded, drawn):
    def told(dataset):
        settings = TINY | {"epochs": 2, "steps_per_epoch": 6}
        return cross_validate(dataset, drawn[TARGET], test_folds=[1], **settings)["recording"]

    honest, test_swapped, validation_swapped = told(folded), told(relabelled(folded, 1)), told(relabelled(folded, 2))
    assert honest["threshold"] == test_swapped["threshold"] != validation_swapped["threshold"]
    assert test_swapped["auc"] == pytest.approx(1 - honest["auc"])  # the same answers


def test_each_fold_is_scored_by_its_own_threshold():
    """One model answers high, one low; each threshold suits its own."""
    tested = []
    for threshold, pooling, *answers in ((0.8, "top_fifth", 0.9, 0.7), (0.2, "max", 0.3, 0.1)):
        model = loud_model(BINARY, threshold=threshold, pooling=pooling)
        told = zip((TARGET, SIREN), answers, strict=True)
        tested.append((model, [prediction(label, p, segments=[p], labels=BINARY) for label, p in told]))
    report = evaluate._report(tested)
    assert report["recording"]["accuracy"] == report["segment"]["accuracy"] == 1
    assert report["recording"]["auc"] == pytest.approx(3 / 4)
    assert (report["recording"]["threshold"], report["recording"]["pooling"]) == (None, None)


@pytest.mark.parametrize("folds", [(1, 2), (1,), ()])
def test_too_few_folds_are_refused(folded, drawn, language, folds):
    kept = tuple(one for one in folded.recordings if one.fold in folds) or tuple(
        replace(one, fold=None) for one in folded.recordings
    )
    with refused("evaluate.few_folds", f"Folded.*{len(folds)}"):
        cross_validate(replace(folded, recordings=kept), drawn[TARGET], **TINY)


def test_a_fold_of_one_class_is_refused_before_anything_is_learnt(folded, drawn, language, monkeypatch):
    monkeypatch.setattr(evaluate, "train", lambda *_args, **_options: pytest.fail("it begins to learn"))
    kept = tuple(one for one in folded.recordings if (one.fold, one.label) != (2, TARGET))
    with refused("evaluate.one_class"):
        cross_validate(replace(folded, recordings=kept), drawn[TARGET], **TINY)
    rows = drawn[TARGET].rows  # the recording is there, but it gave no segment
    heard = [number for number, row in enumerate(rows) if (row.fold, row.label) != (2, TARGET)]
    with refused("evaluate.one_class"):
        cross_validate(folded, drawn[TARGET].subset(heard), **TINY)


def test_class_scores_are_those_one_counts_by_hand():
    model = loud_model(("rain", SIREN, TARGET), pooling="mean")

    def one(label, *windows):
        return Prediction(recording(label), False, np.arange(len(windows)), np.array(windows), np.zeros((0, 3)))

    some = [
        one("rain", [0.5, 0.3, 0.2], [0.1, 0.8, 0.1]),  # together siren
        one("rain", [0.9, 0.0, 0.1]),
        one(TARGET, [0.2, 0.1, 0.7]),
        one("thunder", [0.2, 0.1, 0.7]),  # of no fold it learnt from
    ]
    found = evaluate.class_scores([(model, some[:2]), (model, some[2:])])
    assert found["class_accuracy"] == 0.5
    assert found["class_recall"] == {"rain": 0.5, TARGET: 1.0, "thunder": 0.0}
    assert found["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)


# ---- Grad-CAM --------------------------------------------------------------------------------------------------------


class LoudnessNetwork(nn.Module):
    """Finds a dog wherever its picture is above −40 dB, and nothing else."""

    def __init__(self):
        super().__init__()
        self.look, self.bend = nn.Conv2d(1, 1, 1), nn.ReLU()
        with torch.no_grad():
            self.look.weight.fill_(1)
            self.look.bias.fill_(40)

    def forward(self, levels):
        found = self.bend(self.look(levels.unsqueeze(1))).mean(dim=(1, 2, 3))
        return torch.stack([found, -found], dim=1)


def looking(network, config=AudioConfig()):
    return Model(network=network, config=config, labels=BINARY)


def burst(start_s=0.6, end_s=0.8, hertz=2_000):
    config = AudioConfig()
    time_s = np.arange(config.segment_samples) / config.sample_rate
    inside = (start_s < time_s) & (time_s < end_s)
    return (0.5 * inside * np.sin(2 * np.pi * hertz * time_s)).astype(np.float32)


@pytest.mark.parametrize(("start_s", "hertz"), [(0.1, 500), (0.6, 2_000), (0.7, 6_000)])
def test_it_looks_where_and_when_the_sound_is(start_s, hertz):
    config, segment = AudioConfig(), burst(start_s, start_s + 0.2, hertz)
    where = grad_cam(looking(LoudnessNetwork()), segment)
    band, frame = np.unravel_index(where.argmax(), where.shape)
    assert start_s - 0.03 < frame * config.hop_length / config.sample_rate < start_s + 0.23
    assert mel_frequencies(config)[band] < hertz < mel_frequencies(config)[band + 2]
    levels = log_mel(segment, config)
    assert np.allclose(where, np.maximum(0, levels + 40) / (levels.max() + 40), atol=1e-3)
    assert (grad_cam(looking(LoudnessNetwork()), segment, label=OTHER) == 0).all()


@pytest.mark.parametrize("network", [Network, GuideNetwork])
@pytest.mark.parametrize("config", [AudioConfig(), AudioConfig(n_mels=40, hop_length=200)], ids=["ours", "another"])
def test_it_is_as_large_as_the_picture_and_leaves_the_network_as_it_was(network, config):
    torch.manual_seed(1)
    model = looking(network(2), config)
    before = {name: value.clone() for name, value in model.network.state_dict().items()}
    with torch.no_grad():
        where = grad_cam(model, burst())
    assert where.shape == (config.n_mels, config.segment_frames) and where.dtype == np.float32
    assert where.min() >= 0 and where.max() == pytest.approx(1) or (where == 0).all()
    assert not model.network.training
    assert all(value.grad is None for value in model.network.parameters())
    assert all(torch.equal(value, before[name]) for name, value in model.network.state_dict().items())
    assert not any(module._forward_hooks or module._backward_hooks for module in model.network.modules())


def test_hiding_where_the_pretrained_detector_looks_costs_more_than_hiding_elsewhere(builtin_sounds):
    model = load_model()
    dogs = [recording for recording in builtin_sounds.recordings if recording.label == TARGET][::20]
    costs = []
    for recording in dogs:
        samples, _ = read(recording.path, model.config)
        segment = cut_segments(samples, recording, model.config)[0].samples
        levels, where = log_mel(segment, model.config), grad_cam(model, segment)
        hidden = [
            np.where(shade >= np.quantile(shade, 0.75), model.config.floor_db, levels) for shade in (where, -where)
        ]
        costs.append(model.predict_levels(torch.tensor(np.stack([levels, *hidden]), dtype=torch.float32))[:, 0].numpy())
    whole, looked_at, elsewhere = np.mean(costs, axis=0)
    assert looked_at < min(whole, elsewhere) - 0.1


def test_what_it_cannot_hear_or_does_not_know_is_an_error(language):
    with pytest.raises(LessonError):
        grad_cam(looking(Network(2)), burst()[:100])
    with pytest.raises(LessonError, match="siren"):
        grad_cam(looking(Network(2)), burst(), label="siren")
