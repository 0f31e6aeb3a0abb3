"""Scores: right by hand, chosen on other recordings than they are given for, and never on what a model has met."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn import metrics

from helpers import datasets, evaluate
from helpers.audio import load
from helpers.augment import NONE
from helpers.config import AudioConfig
from helpers.datasets import TARGET, Event, Recording
from helpers.evaluate import (
    RULES,
    EvaluateError,
    Heard,
    best_threshold,
    cross_validate,
    hear,
    scores,
    threshold_for,
    worst,
)
from helpers.messages import text
from helpers.model import BINARY, Model, ModelError, Network
from helpers.split import cut
from helpers.train import gather, join, train

RATE = 8_000
CONFIG = AudioConfig(
    sample_rate=RATE, f_max=4_000, piece_seconds=0.5, piece_hop_seconds=0.5, n_fft=256, hop_length=128, n_mels=16
)
SIREN = "siren"
LABELS = (SIREN, TARGET)
FIGURES = ("auc", "f1", "precision", "recall", "accuracy")


class Ear(Model):
    """A model that takes whatever is loud for the target: 0 dBFS at the peak is a probability of 1."""

    def probabilities(self, audio):
        loud = np.abs(audio).max(axis=-1)[:, None]
        return np.where([label == TARGET for label in self.labels], loud, (1 - loud) / (len(self.labels) - 1))


def ear(labels=LABELS, **options):
    return Ear(network=Network(len(labels)), config=CONFIG, labels=labels, **options)


def recording(label=TARGET, source="1", fold=1, events=()):
    return Recording(Path(f"{source}.wav"), label, source, fold, events)


def heard(label, *windows, pieces=(), source="1"):
    """One recording with these probabilities of the target in its windows."""
    both = [np.array([[1 - p, p] for p in part], np.float32).reshape(-1, 2) for part in (windows, pieces)]
    return Heard(recording(label, source), np.arange(len(windows)) * 0.5, *both)


def noise(seconds, seed=0, level=0.1):
    return (level * np.random.default_rng(seed).standard_normal(round(seconds * RATE))).clip(-1, 1)


def write(folder, label, name, audio, *events):
    path = folder / "data" / label / name
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, audio, RATE, subtype="PCM_16")
    path.with_suffix(".csv").write_text("".join(f"{a},{b},1,{kind}\n" for a, b, kind in events), encoding="utf-8")


# ---- figures ---------------------------------------------------------------------------------------------------------

kinds = st.lists(st.booleans(), min_size=2, max_size=40)


@st.composite
def answers(draw, dtype=np.float32):
    """Some of each kind, with probabilities of which many are equal, or nearly so."""
    truth = np.array(draw(kinds))
    assume(len(set(truth)) == 2)
    one = np.array(draw(st.floats(0.125, 1, width=32)), dtype)
    value = st.sampled_from([0, 0.25, 0.5, 1, float(one), float(np.nextafter(one, dtype(0)))]) | st.floats(
        0, 1, width=32
    )
    return truth, np.array(draw(st.lists(value, min_size=len(truth), max_size=len(truth))), dtype)


def f1(truth, yes):
    right = (truth & yes).sum()
    return 2 * right / (2 * right + (truth != yes).sum()) if right else 0.0


def test_scores_are_those_one_counts_by_hand():
    truth = np.array([True, True, True, False, False])
    said = np.array([0.9, 0.6, 0.2, 0.6, 0.1])
    assert scores(truth, said, 0.5) == {
        "n": 5,
        "auc": pytest.approx(4.5 / 6),  # of six pairs four are in order and one is equal
        "precision": pytest.approx(2 / 3),
        "recall": pytest.approx(2 / 3),
        "f1": pytest.approx(2 / 3),
        "accuracy": pytest.approx(3 / 5),
    }
    assert scores(truth, said, 0.6)["recall"] == pytest.approx(2 / 3)  # from the threshold on, so with it
    assert scores(truth, said, 0.7)["precision"] == 1
    assert scores(truth, said, np.array([1, 1, 1, 0, 0]))["accuracy"] == 0  # each by its own


@given(case=answers(), threshold=st.floats(0, 1.125, width=32))
@settings(max_examples=50)
def test_scores_are_counts_and_scikit_learns(case, threshold):
    truth, said = case
    found, yes = scores(truth, said, threshold), said >= threshold
    pairs = said[truth][:, None] - said[~truth][None]
    assert found["auc"] == pytest.approx(((pairs > 0) + 0.5 * (pairs == 0)).mean())
    assert found["f1"] == pytest.approx(f1(truth, yes)) == pytest.approx(metrics.f1_score(truth, yes, zero_division=0))
    assert found["precision"] == pytest.approx((truth & yes).sum() / max(1, yes.sum()))
    assert found["recall"] == pytest.approx(yes[truth].mean())
    assert found["accuracy"] == pytest.approx((truth == yes).mean())
    assert found["n"] == len(truth)


def test_a_model_that_does_not_know_the_dog_says_so(language):
    cats = replace(ear(), labels=("cat", "other"))
    for ask in (evaluate.targets, evaluate.piece_targets):
        with pytest.raises(ModelError, match="dog_bark.*cat"):
            ask([], cats)


@pytest.mark.parametrize("truth", [[True] * 3, [False] * 3, []])
def test_one_kind_has_no_score_and_a_sentence(language, truth):
    with pytest.raises(EvaluateError, match=str(len(truth))):
        scores(np.array(truth, bool), np.zeros(len(truth)), 0.5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(data=st.data())
def test_no_threshold_has_a_higher_f1_than_the_best(dtype, data):
    truth, said = data.draw(answers(dtype))
    best = best_threshold(truth, said)
    assert type(best) is float
    reached = f1(truth, said >= best)
    assert reached == pytest.approx(max(f1(truth, said >= threshold) for threshold in np.unique(said)))
    assert scores(truth, said, np.full(len(said), best))["f1"] == pytest.approx(reached)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(data=st.data(), alarms=st.floats(0, 1))
def test_no_lower_threshold_keeps_so_few_false_alarms(dtype, data, alarms):
    truth, said = data.draw(answers(dtype))
    found = threshold_for(alarms, truth, said)
    assert type(found) is float
    assert (said[~truth] >= found).mean() <= alarms or found == 1  # more are certain of what is not there
    for lower in said[said < found]:
        assert (said[~truth] >= lower).mean() > alarms


def test_a_threshold_for_false_alarms_lies_halfway_too():
    truth, said = np.array([False] * 4 + [True] * 2), np.array([0.1, 0.2, 0.6, 0.8, 0.5, 0.9])
    found = [threshold_for(alarms, truth, said) for alarms in (0, 0.25, 0.49, 0.5)]
    assert found == pytest.approx([0.85, 0.7, 0.7, 0.35])


@pytest.mark.parametrize("low", [0.5, 0.7, 0.99999994, 1e-3])
def test_neighbouring_numbers_are_separated_too(low):
    """Very sure models answer so; halfway between two neighbours lies no number, and rounding may go either way."""
    for _ in range(2):
        low = np.float32(low)
        said = np.array([low, np.nextafter(low, np.float32(2))])
        assert ((said >= best_threshold(np.array([False, True]), said)) == [False, True]).all()
        low = said[1]


def test_the_best_threshold_lies_halfway_between_what_it_separates():
    truth, said = np.array([False, False, True, True]), np.array([0.1, 0.2, 0.6, 0.9])
    assert best_threshold(truth, said) == pytest.approx(0.4)
    assert best_threshold(truth, said[::-1]) == pytest.approx(0.1)  # all are taken: there is nothing below


@given(windows=st.lists(st.lists(st.floats(0, 1), min_size=2, max_size=2), min_size=1, max_size=9))
def test_a_rule_makes_one_number_of_many(windows):
    table = np.array(windows)
    for column, values in enumerate(zip(*windows, strict=True)):
        ranked = sorted(values, reverse=True)
        assert RULES["max"](table)[column] == ranked[0]
        assert RULES["mean"](table)[column] == pytest.approx(sum(values) / len(values))
        assert RULES["top3"](table)[column] == pytest.approx(sum(ranked[:3]) / len(ranked[:3]))


def test_recordings_are_judged_by_windows_and_rule_pieces_by_themselves():
    some = [heard(TARGET, 0.1, 0.9, 0.5, 0.3, pieces=[0.7, 0.6]), heard(SIREN, 0.2, pieces=[0.4])]
    model = ear(rule="mean")
    truth, said = evaluate.targets(some, model)
    assert truth.tolist() == [True, False] and said.tolist() == pytest.approx([0.45, 0.2])
    assert evaluate.targets(some, model, "max")[1].tolist() == pytest.approx([0.9, 0.2])
    truth, said = evaluate.piece_targets(some, model)
    assert truth.tolist() == [True, True, False] and said.tolist() == pytest.approx([0.7, 0.6, 0.4])


def test_calibrating_chooses_rule_and_threshold_by_what_it_is_given():
    """Short barks in long recordings: the mean mistakes them."""
    dogs = [heard(TARGET, 0.9, 0.0, 0.0, 0.0, 0.0, 0.0), heard(TARGET, 0.8, 0.0, 0.0, 0.0, 0.0, 0.0)]
    others = [heard(SIREN, *[0.6] * 6), heard(SIREN, 0.5, 0.5)]
    model = evaluate.calibrate(ear(rule="mean"), dogs + others)
    assert model.rule == "max" and model.threshold == pytest.approx(0.7)
    steady = [heard(TARGET, 0.5, 0.5, 0.5, 0.5), heard(SIREN, 0.9, 0.9, 0.9, 0.0, 0.0, 0.0, 0.0, 0.0)]
    model = evaluate.calibrate(ear(), steady)
    assert model.rule == "mean" and 0.3375 < model.threshold < 0.5


def one_mistaken(rule, sirens, count):
    """As many dogs as sirens, which the rule all ranks rightly; ``top3`` takes one dog for less than some sirens."""
    dog, siren = ([0.9, 0.3, 0.3], [0.6] * 3) if rule == "max" else ([0.5] * 3, [0.6] * 3 + [0.0] * 9)
    dogs = [heard(TARGET, *dog), *[heard(TARGET, 0.8, 0.8, 0.8)] * (count - 1)]
    return dogs + [heard(SIREN, *siren)] * sirens + [heard(SIREN, 0.1)] * (count - sirens)


@pytest.mark.parametrize("rule", ["max", "mean"])
@pytest.mark.parametrize("count", [10, 30])
def test_another_rule_must_be_better_by_more_than_chance(rule, count):
    chosen = []
    for sirens in range(count + 1):
        some = one_mistaken(rule, sirens, count)
        model = evaluate.calibrate(ear(), some)
        chosen.append(model.rule)
        truth, said = evaluate.targets(some, ear(), "top3")
        auc = metrics.roc_auc_score(truth, said)
        assert auc == pytest.approx(1 - sirens / count**2)
        assert (1 - auc > evaluate._standard_error(auc, truth)) == (model.rule == rule)
        told = evaluate.targets(some, model)
        assert model.threshold == best_threshold(*told)
        assert evaluate.calibrate(ear(), some, alarms=0.1).threshold == threshold_for(0.1, *told)
    first = chosen.index(rule)
    assert first > 1 and chosen == ["top3"] * first + [rule] * (count + 1 - first)


@pytest.mark.parametrize(("yes", "no", "scale"), [(20, 60, 4), (60, 20, 4), (40, 40, 12)])
def test_the_standard_error_is_how_far_other_recordings_would_lie(yes, no, scale):
    """Of answers that are spread exponentially, from which Hanley and McNeil derived it."""
    chance = np.random.default_rng(0)
    targets, others = chance.exponential(scale, (4000, yes, 1)), chance.exponential(1, (4000, 1, no))
    areas = (targets > others).mean(axis=(1, 2))
    assert areas.mean() == pytest.approx(scale / (1 + scale), abs=0.005)
    said = evaluate._standard_error(scale / (1 + scale), [True] * yes + [False] * no)
    assert said == pytest.approx(areas.std(), rel=0.05)


@pytest.mark.parametrize("label", [TARGET, SIREN])
def test_calibrating_on_one_kind_is_refused(language, label):
    with pytest.raises(EvaluateError, match="2"):
        evaluate.calibrate(ear(), [heard(label, 0.1), heard(label, 0.3)])


def test_recall_of_each_label_counts_recordings():
    some = [heard(TARGET, 0.9), heard(TARGET, 0.2), heard(SIREN, 0.8), heard("rain", 0.1), heard("rain", 0.5)]
    assert evaluate.recall_by_label(some, ear(threshold=0.5)) == {TARGET: (1, 2), "rain": (1, 2), SIREN: (0, 1)}


def test_the_worst_mistakes_come_first():
    said = {"a": (SIREN, 0.7), "b": (SIREN, 0.9), "c": (SIREN, 0.3), "d": (SIREN, 0.8), "e": (SIREN, 0.6)}
    said |= {"f": (TARGET, 0.4), "g": (TARGET, 0.9), "h": (TARGET, 0.1)}
    some = [heard(label, p, source=name) for name, (label, p) in said.items()]
    model = ear(threshold=0.5)

    def names(part):
        return [(one.recording.source, pytest.approx(p)) for one, p in part]

    alarms, misses = worst(some, model)
    assert names(alarms) == [("b", 0.9), ("d", 0.8), ("a", 0.7)]
    assert names(misses) == [("h", 0.1), ("f", 0.4)]
    assert names(worst(some, model, 1)[0]) == [("b", 0.9)]
    assert len(worst(some, model, 9)[0]) == 4
    assert worst(some[:1], ear(threshold=0.95)) == ([], [])


# ---- hearing ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def sounds(tmp_path):
    """A small UrbanSound: loud dogs, fainter sirens, one faint throughout, one shorter than a piece, one broken."""
    folder = tmp_path / "Sounds"
    barks = np.r_[noise(1, 1), noise(0.5, 2, 0.3), noise(2, 3)]
    write(folder, TARGET, "1.wav", barks, (1.0, 1.5, TARGET))
    write(folder, TARGET, "2.wav", noise(3, 4, 0.2), (0.0, 0.4, TARGET), (2.0, 3.0, TARGET))
    write(folder, SIREN, "3.wav", np.r_[noise(2, 5), 0 * noise(2)])
    write(folder, SIREN, "4.wav", np.r_[noise(1, 6, 1e-4), noise(1, 7, 2e-3), noise(1, 8, 1e-4)])
    write(folder, SIREN, "5.wav", noise(0.3, 9))
    (folder / "data" / SIREN / "6.wav").write_bytes(b"no sound")
    return datasets.load(folder)


def by_name(found):
    return {one.recording.source: one for one in found}


def test_windows_lie_all_along_and_are_what_the_model_says_of_them(sounds):
    found = by_name(hear(ear(), sounds.recordings[:2]))
    one = found["1"]
    assert one.starts_s.tolist() == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    audio = load(one.recording.path, CONFIG)
    for start, window in zip(one.starts_s, one.windows, strict=True):
        at = round(start * RATE)
        np.testing.assert_allclose(window, ear().probabilities(audio[None, at : at + CONFIG.piece_samples])[0])
    assert one.windows[:, 1].argmax() == 2  # where it barks


def test_pieces_are_those_that_split_cuts(sounds):
    for negatives in (2, 10):
        for one in hear(ear(), sounds.recordings[:3], negatives=negatives):
            pieces = cut(load(one.recording.path, CONFIG), one.recording, CONFIG, negatives=negatives)
            np.testing.assert_allclose(one.pieces, ear().probabilities(np.stack([piece.samples for piece in pieces])))


@pytest.mark.parametrize("label", [TARGET, SIREN])
@pytest.mark.parametrize("events", [(), (Event(0.2, 0.9, TARGET),), (Event(0, 4, TARGET),), (Event(9, 9, TARGET),)])
def test_windows_do_not_look_at_the_annotation(sounds, label, events):
    for original in sounds.recordings[:4]:
        (blind,) = hear(ear(), [original])
        (other,) = hear(ear(), [replace(original, label=label, events=events)])
        np.testing.assert_array_equal(other.starts_s, blind.starts_s)
        np.testing.assert_array_equal(other.windows, blind.windows)
        assert other.holds_target == (label == TARGET)


def test_quiet_windows_are_not_asked_and_of_a_quiet_recording_the_loudest_is(sounds):
    found = by_name(hear(ear(), sounds.recordings, on_skip=lambda error: None))
    assert found["3"].starts_s.tolist() == [0.0, 0.5, 1.0, 1.5]
    assert found["4"].starts_s.tolist() == [1.0] or found["4"].starts_s.tolist() == [1.5]
    assert found["4"].windows.shape == (1, 2) and found["4"].pieces.shape == (0, 2)
    assert found["5"].windows.shape == (1, 2) and found["5"].starts_s.tolist() == [0.0]


def test_what_cannot_be_read_is_told_and_left_out(sounds, language):
    told = []
    found = hear(ear(), iter(sounds.recordings), on_skip=told.append)
    assert [one.recording for one in found] == [r for r in sounds.recordings if r.source != "6"]
    assert len(told) == 1 and "6.wav" in str(told[0])


# ---- a model on a data set -------------------------------------------------------------------------------------------


def test_what_the_model_met_is_left_out(sounds):
    model = ear(threshold=0.7, rule="max", card={"sources": ["2", "3", "not here"]})
    report = evaluate.evaluate(model, sounds, on_skip=lambda error: None)
    assert report["left_out"] == 2
    assert report["recording"]["n"] == 3  # 1, 4 and 5; 6 cannot be read
    assert report["recording"] == report["recording"] | {"auc": 1.0, "threshold": 0.7, "rule": "max"}
    assert report["piece"]["n"] == 2  # the bark, and the short siren
    assert report["folds"] == [] and report["config"] == CONFIG.as_dict()
    assert evaluate.evaluate(replace(model, card={}), sounds, on_skip=lambda error: None)["left_out"] == 0


def test_nothing_left_is_said_in_a_sentence(sounds, language):
    met = ear(card={"sources": list(sounds.sources)})
    with pytest.raises(EvaluateError, match="Sounds") as error:
        evaluate.evaluate(met, sounds)
    assert error.value.key == "evaluate.all_met"


def test_nothing_readable_is_said_in_a_sentence(sounds, language):
    for path in sounds.folder.rglob("*.wav"):
        path.write_bytes(b"no sound")
    told = []
    with pytest.raises(EvaluateError):
        evaluate.evaluate(ear(), sounds, on_skip=told.append)
    assert len(told) == 6


@pytest.mark.parametrize(
    ("learnt", "tested", "left_out", "n"), [("ESC-10", "UrbanSound", 4, 188), ("UrbanSound", "ESC-10", 5, 395)]
)
def test_recordings_that_two_sets_share_never_stand_on_both_sides(
    real_sounds, monkeypatch, learnt, tested, left_out, n
):
    """Four dogs on Freesound are in both ESC-10 (as five clips) and UrbanSound."""
    monkeypatch.setattr(evaluate, "load_each", lambda paths, *_, **__: ((path, noise(0.6)) for path in paths))
    asked = []
    hearing = evaluate.hear
    monkeypatch.setattr(
        evaluate, "hear", lambda _, recordings, **__: asked.extend(recordings) or hearing(_, recordings)
    )
    first, second = datasets.load(real_sounds / learnt), datasets.load(real_sounds / tested)
    report = evaluate.evaluate(ear(BINARY, card={"sources": list(first.sources)}), second)
    assert report["left_out"] == left_out
    assert report["recording"]["n"] == len(asked) == n
    assert not {one.source for one in asked} & set(first.sources)
    missing = set(second.recordings) - set(asked)
    assert {one.label for one in missing} == {TARGET}
    assert {one.source for one in missing} == {"100032", "118964", "170015", "203128"}


def test_a_shared_recording_cannot_be_learnt_from_and_validated_on(real_sounds):
    """Its clip in ESC-10 stands in fold 1, the recording in UrbanSound in fold 5."""
    parts = []
    for name in ("ESC-10", "UrbanSound"):
        dataset = datasets.load(real_sounds / name)
        dogs = [one for one in dataset.recordings if one.source == "100032"]
        others = [one for one in dataset.recordings if one.label != TARGET and one.path.suffix in (".ogg", ".wav")][:1]
        parts.append(gather(replace(dataset, recordings=(*dogs, *others)), CONFIG))
    both = join(*parts)
    assert {fold for fold, source in zip(both.folds, both.sources, strict=True) if source == "100032"} == {1, 5}
    with pytest.raises(ValueError, match="100032"):
        train(both.where(lambda row: both.folds[row] != 5), both.in_folds(5), labels=BINARY, progress=False)


# ---- cross-validation ------------------------------------------------------------------------------------------------

FOLDS = (1, 2, 3, 4)
TINY = {"epochs": 1, "steps": 2, "batch": 8, "augment": NONE, "progress": False, "config": CONFIG}


@pytest.fixture(scope="module")
def folded(tmp_path_factory):
    """Two tones and three noises of two labels in each of four folds, and a source that stands in two."""
    folder = tmp_path_factory.mktemp("folded") / "Folded"
    t = np.arange(RATE) / RATE
    rows = []
    for fold in FOLDS:
        for number in range(5):
            label = (TARGET, TARGET, SIREN, SIREN, "rain")[number]
            name = f"{10 * fold + number}"
            level = 0.05 + 0.03 * number
            audio = (
                level * np.sin(6.283 * (400 + 90 * fold) * t)
                if label == TARGET
                else noise(1, 10 * fold + number, level)
            )
            write(folder, label, f"{name}.wav", audio)
            rows.append((label, name, f"data/{label}/{name}.wav", fold))
    for copy, fold in (("90", 1), ("91", 2)):
        write(folder, SIREN, f"{copy}.wav", noise(1, 90))
        rows.append((SIREN, "90", f"data/{SIREN}/{copy}.wav", fold))
    lines = [",".join(map(str, row)) + "\n" for row in rows]
    (folder / "folds.csv").write_text("class,freesound_id,file,fold\n" + "".join(lines), encoding="utf-8")
    return datasets.load(folder)


@pytest.fixture
def watched(monkeypatch):
    """What each fold learnt from, was calibrated on, and was asked about."""
    seen = {"learnt": [], "validated": [], "calibrated": [], "heard": []}
    originals = {name: getattr(evaluate, name) for name in ("train", "hear", "calibrate")}

    def trained(examples, validation=None, **options):
        seen["learnt"].append(set(examples.folds))
        seen["validated"].append(validation)
        return originals["train"](examples, validation, **options)

    def heard(model, recordings, **options):
        seen["heard"].append([one.source for one in recordings])
        return originals["hear"](model, recordings, **options)

    def calibrated(model, given):
        seen["calibrated"].append({one.recording.fold for one in given})
        return originals["calibrate"](model, given)

    for function in (trained, heard, calibrated):
        name = {"trained": "train", "heard": "hear", "calibrated": "calibrate"}[function.__name__]
        monkeypatch.setattr(evaluate, name, function)
    return seen


def test_each_recording_is_tested_once_by_a_model_that_met_none_of_its_fold(folded, watched):
    report = cross_validate(folded, **TINY)
    tested = watched["heard"][1::2]  # first the validation fold is heard, then the test fold
    assert Counter(name for part in tested for name in part) == Counter(
        one.source for one in folded.recordings if one.source != "90"
    )
    assert [fold["fold"] for fold in report["folds"]] == list(FOLDS)
    for fold, learnt, validating in zip(FOLDS, watched["learnt"], watched["calibrated"], strict=True):
        assert len(validating) == 1
        assert not learnt & validating and fold not in learnt | validating
        assert learnt | validating | {fold} == set(FOLDS)
    assert Counter(fold for part in watched["calibrated"] for fold in part) == Counter(FOLDS)
    assert report["recording"]["n"] == 20 == sum(fold["recording"]["n"] for fold in report["folds"])


def test_all_labels_are_told_apart_by_what_all_other_folds_teach(folded, watched):
    report = cross_validate(folded, labels=None, **TINY)
    assert watched["learnt"] == [set(FOLDS) - {fold} for fold in FOLDS]
    assert not watched["calibrated"]
    assert Counter(name for part in watched["heard"] for name in part).total() == 20
    assert report["class_recall"].keys() == {TARGET, "rain", SIREN}
    confusion = report["confusion"]
    assert {label: sum(row.values()) for label, row in confusion.items()} == {TARGET: 8, "rain": 4, SIREN: 8}
    right = {label: row.get(label, 0) for label, row in confusion.items()}
    assert report["class_accuracy"] == pytest.approx(sum(right.values()) / 20)
    for label, row in confusion.items():
        assert report["class_recall"][label] == pytest.approx(right[label] / sum(row.values()))
    assert report["recording"]["rule"] == "mean" and report["recording"]["threshold"] == 0.5
    assert all(fold["class_recall"].keys() <= report["class_recall"].keys() for fold in report["folds"])


def test_where_nothing_is_to_be_chosen_no_fold_is_kept_for_it(folded, watched):
    examples = gather(folded, CONFIG)
    options = {name: value for name, value in TINY.items() if name != "config"}
    pairs = list(evaluate.fold_by_fold(folded, examples, choose=False, **options))
    assert watched["learnt"] == [set(FOLDS) - {fold} for fold in FOLDS] and not watched["calibrated"]
    assert [{one.recording.fold for one in heard} for _model, heard in pairs] == [{fold} for fold in FOLDS]
    assert all((model.rule, model.threshold, model.labels) == ("top3", 0.5, BINARY) for model, _heard in pairs)
    list(evaluate.fold_by_fold(folded, examples, test_folds=[2], **options))
    assert watched["learnt"][-1] == {1, 4} and watched["calibrated"] == [{3}]


def test_a_report_has_the_documented_keys(folded):
    binary = cross_validate(folded, test_folds=[2, 3], **TINY)
    parts = {"piece", "recording"}
    assert binary.keys() == parts | {"folds", "mean_sd", "config"}
    for one in (binary, *binary["folds"]):
        assert one["piece"].keys() == {"n", *FIGURES}
        assert one["recording"].keys() == {"n", *FIGURES, "threshold", "rule"}
    assert [fold["fold"] for fold in binary["folds"]] == [2, 3]
    assert binary["config"] == CONFIG.as_dict()
    for part in parts:
        for name in FIGURES:
            values = [fold[part][name] for fold in binary["folds"]]
            assert binary["mean_sd"][part][name] == pytest.approx([np.mean(values), np.std(values, ddof=1)])
    every = cross_validate(folded, labels=None, test_folds=[1], **TINY)
    assert every.keys() == binary.keys() | {"class_accuracy", "macro_f1", "class_recall", "confusion"}
    assert every["mean_sd"]["piece"]["auc"] == [every["piece"]["auc"], 0.0]


def relabelled(dataset, fold):
    """The same sounds; in one fold dogs are called sirens and all else dogs."""
    swapped = tuple(
        replace(one, label=SIREN if one.label == TARGET else TARGET) if one.fold == fold else one
        for one in dataset.recordings
    )
    return replace(dataset, recordings=swapped)


def test_the_threshold_comes_from_the_validation_fold_alone(folded):
    def told(dataset):
        return cross_validate(dataset, test_folds=[1], **TINY | {"epochs": 2, "steps": 6})

    honest, test_swapped, validation_swapped = told(folded), told(relabelled(folded, 1)), told(relabelled(folded, 2))
    chosen = [(one["recording"]["threshold"], one["recording"]["rule"]) for one in (honest, test_swapped)]
    assert chosen[0] == chosen[1]
    assert test_swapped["recording"]["auc"] == pytest.approx(1 - honest["recording"]["auc"])  # the same answers
    assert validation_swapped["recording"]["threshold"] != honest["recording"]["threshold"]


def test_each_fold_is_scored_by_its_own_threshold():
    """One model answers high, one low; each threshold suits its own."""
    high = ear(threshold=0.8), [heard(TARGET, 0.9, pieces=[0.9]), heard(SIREN, 0.7, pieces=[0.7])]
    low = ear(threshold=0.2, rule="max"), [heard(TARGET, 0.3, pieces=[0.3]), heard(SIREN, 0.1, pieces=[0.1])]
    report = evaluate._report([high, low], BINARY)
    assert report["recording"]["accuracy"] == report["piece"]["accuracy"] == 1
    assert report["recording"]["auc"] == pytest.approx(3 / 4)
    assert (report["recording"]["threshold"], report["recording"]["rule"]) == (None, None)


def test_sounds_in_memory_are_not_read_again(folded, monkeypatch):
    examples = gather(folded, CONFIG)
    expected = cross_validate(folded, test_folds=[1], **TINY)
    monkeypatch.setattr(evaluate, "gather", None)
    assert cross_validate(folded, test_folds=[1], examples=examples, **TINY) == expected


@pytest.mark.parametrize("folds", [(1, 2), (1,), ()])
def test_too_few_folds_are_refused(folded, language, folds):
    kept = tuple(one for one in folded.recordings if one.fold in folds) or tuple(
        replace(one, fold=None) for one in folded.recordings
    )
    with pytest.raises(EvaluateError, match="Folded") as error:
        cross_validate(replace(folded, recordings=kept), **TINY)
    assert error.value.values["count"] == len(folds)


def test_a_fold_of_one_kind_is_refused_before_anything_is_learnt(folded, language, monkeypatch):
    monkeypatch.setattr(evaluate, "gather", lambda *_args, **_options: pytest.fail("it begins to learn"))
    kept = tuple(one for one in folded.recordings if (one.fold, one.label) != (2, TARGET))
    with pytest.raises(EvaluateError) as error:
        cross_validate(replace(folded, recordings=kept), **TINY)
    assert error.value.key == "evaluate.one_kind"


def test_labels_are_confused_as_one_counts_by_hand():
    model = ear(("rain", SIREN, TARGET), rule="mean")

    def one(label, *windows):
        return Heard(recording(label), np.arange(len(windows)), np.array(windows), np.zeros((0, 3)))

    some = [
        one("rain", [0.5, 0.3, 0.2], [0.1, 0.8, 0.1]),  # together siren
        one("rain", [0.9, 0.0, 0.1]),
        one(TARGET, [0.2, 0.1, 0.7]),
        one("thunder", [0.2, 0.1, 0.7]),  # of no fold it learnt from
    ]
    found = evaluate.classes([(model, some[:2]), (model, some[2:])])
    assert found["confusion"] == {"rain": {"rain": 1, SIREN: 1}, TARGET: {TARGET: 1}, "thunder": {TARGET: 1}, SIREN: {}}
    assert found["class_accuracy"] == 0.5
    assert found["class_recall"] == {"rain": 0.5, TARGET: 1.0, "thunder": 0.0, SIREN: 0.0}
    assert found["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 0 + 0) / 4)


# ---- what a learner reads --------------------------------------------------------------------------------------------


def test_a_report_is_read_as_text_and_as_json(folded, language):
    report = cross_validate(folded, labels=None, **TINY)
    assert json.loads(evaluate.as_json(report)) == report
    shown = evaluate.as_text(report)
    assert f"{report['piece']['auc']:.3f}" in shown and f"{report['mean_sd']['recording']['f1'][1]:.3f}" in shown
    assert all(f"{label}: {share:.2f}" in shown for label, share in report["class_recall"].items())
    assert len(shown.splitlines()) == 2 + 2 + 1 + 3


def test_a_report_tells_what_was_left_out(sounds, language):
    report = evaluate.evaluate(ear(card={"sources": ["3"]}), sounds, on_skip=lambda error: None)
    *figures, last = evaluate.as_text(report).splitlines()
    assert len(figures) == 2
    assert last == text("evaluate.left_out", count=1)
    whole = evaluate.evaluate(ear(), sounds, on_skip=lambda error: None)
    assert len(evaluate.as_text(whole).splitlines()) == 2
