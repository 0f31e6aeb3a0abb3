"""How good a model is, said honestly: on recordings it never met, by a threshold that was chosen elsewhere.

Probabilities of a recording's windows become one number by a *rule*, and that number an answer by a *threshold*. Both
are chosen on validation recordings; the test recordings only meet them.
"""

import json
from dataclasses import dataclass, replace

import numpy as np
from sklearn import metrics

from helpers.audio import load_each
from helpers.config import AudioConfig
from helpers.datasets import OTHER, TARGET
from helpers.messages import LessonError, text
from helpers.model import BINARY, number_of
from helpers.split import NEGATIVES, consider, cut
from helpers.train import gather, train

WINDOW_HOP_S = 0.5
RULES = {
    "mean": lambda windows: windows.mean(axis=0),
    "top3": lambda windows: np.sort(windows, axis=0)[-3:].mean(axis=0),
    "max": lambda windows: windows.max(axis=0),
}
"""How probabilities [windows, labels] become one of the recording: [labels]."""


class EvaluateError(LessonError, ValueError):
    """Recordings that no score can be given for."""


@dataclass(frozen=True, eq=False)
class Heard:
    """What a model made of one recording.

    Parameters
    ----------
    recording : Recording
    starts_s : array [windows], where each window begins (s)
    windows : array [windows, labels], probabilities all along the recording, as a detector hears it
    pieces : array [pieces, labels], probabilities of the pieces that `split.cut` cuts, which look at the annotation
    """

    recording: object
    starts_s: np.ndarray
    windows: np.ndarray
    pieces: np.ndarray

    @property
    def holds_target(self):
        return self.recording.label == TARGET


def hear(model, recordings, *, negatives=NEGATIVES, on_skip=print):
    """Let a model judge recordings: window after window without looking at the annotation, and piece by piece.

    Windows below ``model.config.gate_dbfs`` are not asked, as pieces that quiet are not learnt from; of a recording
    that is quiet throughout, the loudest window is.

    Parameters
    ----------
    model : Model
    recordings : iterable of Recording
    negatives : int, pieces of one recording without the target
    on_skip : function of an AudioError, called for each recording that cannot be read

    Returns
    -------
    list of Heard

    Lesson: 07_evaluate.
    """
    by_path = {recording.path: recording for recording in recordings}
    blind = replace(model.config, piece_hop_seconds=WINDOW_HOP_S)
    found = []
    for path, sound in load_each(by_path, model.config, on_skip=lambda _path, error: on_skip(error)):
        recording = by_path[path]
        unseen = replace(recording, label=OTHER, events=())
        windows = consider(sound, unseen, blind, negatives=len(sound))
        loud = [window for window in windows if window.fate == "kept"]
        loud = loud or [max(windows, key=lambda window: window.loudness_dbfs)]
        pieces = cut(sound, recording, model.config, negatives=negatives)
        said = model.probabilities(np.stack([piece.samples for piece in (*loud, *pieces)]))
        starts = np.array([window.start_s for window in loud])
        found.append(Heard(recording, starts, said[: len(loud)], said[len(loud) :]))
    return found


def targets(heard, model, rule=None):
    """Whether each recording holds the target, and how probable the model finds it: arrays [recordings].

    Raises
    ------
    ModelError
        If the model does not know the target.

    Lesson: 07_evaluate.
    """
    number = number_of(TARGET, model.labels)
    score = RULES[rule or model.rule]
    return np.array([h.holds_target for h in heard]), np.array([score(h.windows)[number] for h in heard])


def piece_targets(heard, model):
    """The same for pieces: arrays [pieces].

    Lesson: 07_evaluate.
    """
    number = number_of(TARGET, model.labels)
    truth = np.array([h.holds_target for h in heard for _ in h.pieces])
    return truth, np.array([piece[number] for h in heard for piece in h.pieces])


def scores(truth, said, threshold):
    """The figures of yes-or-no answers.

    Parameters
    ----------
    truth : bool array [n]
    said : array [n], probabilities
    threshold : float, or array [n] where each answer has its own; from it on the answer is yes

    Returns
    -------
    dict: n, auc, f1, precision, recall, accuracy

    Raises
    ------
    EvaluateError
        If all are of one kind, of which no AUC can be told.

    Lesson: 07_evaluate.
    """
    if len(np.unique(truth)) < 2:
        raise EvaluateError("evaluate.one_kind", count=len(truth))
    yes = said >= threshold
    return {
        "n": len(truth),
        "auc": float(metrics.roc_auc_score(truth, said)),
        "f1": float(metrics.f1_score(truth, yes, zero_division=0)),
        "precision": float(metrics.precision_score(truth, yes, zero_division=0)),
        "recall": float(metrics.recall_score(truth, yes)),
        "accuracy": float(metrics.accuracy_score(truth, yes)),
    }


def best_threshold(truth, said):
    """The threshold with the highest F1, halfway between the two probabilities it separates.

    Lesson: 07_evaluate.
    """
    precision, recall, steps = metrics.precision_recall_curve(truth, said)
    total = precision + recall
    f1 = np.divide(2 * precision * recall, total, out=np.zeros_like(total), where=total > 0)[:-1]
    best = int(f1.argmax())
    return _above(said[said < steps[best]].max(initial=-np.inf), steps[best])


def threshold_for(alarms, truth, said):
    """The lowest threshold by which at most this share of the others is a false alarm, halfway between two as well.

    Parameters
    ----------
    alarms : float, 0…1
    truth : bool array [n]
    said : array [n], probabilities

    Lesson: 07_evaluate. Source: Neyman & Pearson 1933, who bound one kind of error and then mind the other.
    """
    false, _, steps = metrics.roc_curve(truth, said, drop_intermediate=False)
    steps = np.append(steps, -np.inf).clip(max=1).astype(said.dtype)  # the first is infinite, by which nothing is found
    last = np.flatnonzero(false <= alarms)[-1]
    return _above(steps[last + 1], steps[last])


def _above(low, high):
    """A threshold that divides two probabilities, or all from nothing below them."""
    middle = (low + high) / 2
    return float(middle if low < middle else high)  # no number may lie between the two


def both_kinds(recordings):
    """Refuse recordings that neither a threshold nor an AUC can be told by.

    Raises
    ------
    EvaluateError
        If all hold the target, or none does.

    Lesson: 07_evaluate.
    """
    if len({recording.label == TARGET for recording in recordings}) < 2:
        raise EvaluateError("evaluate.one_kind", count=len(recordings))


def calibrate(model, heard, *, alarms=None):
    """The model with the rule and the threshold that suit these validation recordings.

    The rule stays ``top3`` unless another one ranks the recordings better by more than a standard error: a smaller
    difference is chance, and would be another one on the next recordings.

    Parameters
    ----------
    model : Model
    heard : list of Heard; by the models of a cross-validation, if it is one like them that was taught all recordings
    alarms : float or None, the share of other recordings that may be taken for the target, for `threshold_for`; None
        for the threshold with the highest F1

    Raises
    ------
    EvaluateError
        If all are of one kind, so that there is nothing to choose by.

    Lesson: 07_evaluate. Source: one standard error, Breiman et al. 1984; that of an AUC, Hanley & McNeil 1982.
    """
    both_kinds([h.recording for h in heard])
    ranked = {rule: metrics.roc_auc_score(*targets(heard, model, rule)) for rule in RULES}
    best = max(ranked, key=ranked.get)
    chance = _standard_error(ranked["top3"], [h.holds_target for h in heard])
    rule = best if ranked[best] - ranked["top3"] > chance else "top3"
    told = targets(heard, model, rule)
    threshold = best_threshold(*told) if alarms is None else threshold_for(alarms, *told)
    return replace(model, rule=rule, threshold=threshold)


def _standard_error(auc, truth):
    yes, no = sum(truth), len(truth) - sum(truth)
    two_yes, two_no = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    return np.sqrt((auc * (1 - auc) + (yes - 1) * (two_yes - auc**2) + (no - 1) * (two_no - auc**2)) / (yes * no))


def recall_by_label(heard, model):
    """Share of recordings answered rightly, for each label: dict of label → (right, recordings).

    Lesson: 07_evaluate.
    """
    truth, said = targets(heard, model)
    right = (said >= model.threshold) == truth
    found = {}
    for h, good in zip(heard, right, strict=True):
        hits, count = found.get(h.recording.label, (0, 0))
        found[h.recording.label] = hits + bool(good), count + 1
    return dict(sorted(found.items()))


def evaluate(model, dataset, *, labels=BINARY, negatives=NEGATIVES, on_skip=print):
    """A model's scores on a data set, without the recordings whose source it has met.

    Parameters
    ----------
    model : Model
    dataset : DataSet
    labels : `BINARY`, or None to say as well which label each recording is given
    negatives, on_skip : as for `hear`

    Returns
    -------
    dict: ``piece`` and ``recording`` as `scores` gives them (``recording`` with rule and threshold), ``left_out``
    (recordings of a source the model has met), ``folds`` (empty), ``config``; what `classes` gives if labels is None

    Raises
    ------
    EvaluateError
        If nothing is left, or only one kind.

    Lesson: 07_evaluate.
    """
    met = set(model.card.get("sources", ()))
    fresh = [recording for recording in dataset.recordings if recording.source not in met]
    if not fresh:
        raise EvaluateError("evaluate.all_met", data=dataset.name, count=len(dataset.recordings))
    heard = hear(model, fresh, negatives=negatives, on_skip=on_skip)
    left_out = len(dataset.recordings) - len(fresh)
    return _report([(model, heard)], labels) | {"left_out": left_out, "folds": [], "config": model.config.as_dict()}


def folds_of(dataset):
    """The folds of a data set in order, at least three.

    Raises
    ------
    EvaluateError
        If there are fewer.

    Lesson: 07_evaluate.
    """
    folds = sorted({recording.fold for recording in dataset.recordings} - {None})
    if len(folds) < 3:
        raise EvaluateError("evaluate.few_folds", data=dataset.name, count=len(folds))
    return folds


def cross_validate(
    dataset,
    *,
    labels=BINARY,
    config=AudioConfig(),
    test_folds=None,
    examples=None,
    on_skip=print,
    **training,
):
    """Cross-validation by the set's own folds: each recording is tested once, by a model that met none of its fold.

    Where the target is told from the rest, the fold after the test fold validates: rule and threshold are chosen on
    it, and the others are learnt from. Where all labels are told apart there is nothing to choose, and all other folds
    are learnt from.

    Parameters
    ----------
    dataset : DataSet
    labels : `BINARY`, or None for all labels of the set
    config : AudioConfig
    test_folds : sequence of int, only these are tested; None tests all
    examples : Examples of this set and configuration, where they are in memory already
    on_skip : function of an AudioError, called for each recording that cannot be read
    **training : for `train`: seed, network, epochs, steps, augment, progress, …

    Returns
    -------
    dict: ``piece`` and ``recording`` as for `evaluate`, all folds together; with all labels told apart also what
    `classes` gives; ``folds``, the same of each with its threshold and rule; ``mean_sd``, their mean and standard
    deviation; ``config``

    Raises
    ------
    EvaluateError
        If there are fewer than three folds, or one of them is of one kind: said before anything is learnt.

    Lesson: 07_evaluate.
    """
    official = folds_of(dataset)
    for fold in official:
        both_kinds(dataset.in_fold(fold))
    folds = test_folds or official
    examples = examples or gather(dataset, config, on_skip=on_skip)
    tested = list(fold_by_fold(dataset, examples, labels=labels, test_folds=test_folds, on_skip=on_skip, **training))
    by_fold = [{"fold": fold, **_report([one], labels)} for fold, one in zip(folds, tested, strict=True)]
    names = ("auc", "f1", "precision", "recall", "accuracy")
    spread = {part: {name: _mean_sd([one[part][name] for one in by_fold]) for name in names} for part in _PARTS}
    return _report(tested, labels) | {"folds": by_fold, "mean_sd": spread, "config": examples.config.as_dict()}


_PARTS = ("piece", "recording")


def fold_by_fold(dataset, examples, *, labels=BINARY, choose=None, test_folds=None, on_skip=print, **training):
    """The models of a cross-validation, each with what it made of the fold it was kept from.

    Parameters
    ----------
    dataset, examples, labels, test_folds, on_skip, **training : as for `cross_validate`
    choose : bool, whether a fold validates; False learns from it as well, and leaves the rule as it is and the
        threshold at 0.5, neither of which an AUC by pieces needs. None: where the target is told from the rest

    Yields
    ------
    (Model, list of Heard), a pair for each test fold, in order

    Raises
    ------
    EvaluateError
        If there are fewer than three folds.

    Lesson: 07_evaluate.
    """
    folds = folds_of(dataset)
    choose = labels is not None if choose is None else choose
    for fold in test_folds or folds:
        validating = folds[(folds.index(fold) + 1) % len(folds)] if choose else None
        learning = [other for other in folds if other not in (fold, validating)]
        model, _ = train(examples.in_folds(*learning), labels=labels, **training)
        if choose:
            model = calibrate(model, hear(model, dataset.in_fold(validating), on_skip=on_skip))
        elif not labels:
            model = replace(model, rule="mean")
        yield model, hear(model, dataset.in_fold(fold), on_skip=on_skip)


def _mean_sd(values):
    return [float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else 0.0]


def _report(tested, labels):
    """The scores of pairs (model, heard), each by its own model's threshold."""
    pieces = [piece_targets(heard, model) for model, heard in tested]
    recordings = [targets(heard, model) for model, heard in tested]

    def together(parts):
        truth, said = (np.concatenate(column) for column in zip(*parts, strict=True))
        thresholds = [np.full(len(part[0]), model.threshold) for part, (model, _) in zip(parts, tested, strict=True)]
        return scores(truth, said, np.concatenate(thresholds))

    told = {"piece": together(pieces), "recording": together(recordings)}
    one = {model.threshold for model, _ in tested}, {model.rule for model, _ in tested}
    told["recording"] |= {
        "threshold": one[0].pop() if len(one[0]) == 1 else None,  # of several folds each has its own
        "rule": one[1].pop() if len(one[1]) == 1 else None,
    }
    return told | ({} if labels else classes(tested))


def classes(tested):
    """Which label each recording is given, where all are told apart.

    Parameters
    ----------
    tested : list of (Model, list of Heard)

    Returns
    -------
    dict: class_accuracy, macro_f1, class_recall (label → share), confusion (label → label → recordings)

    Lesson: 07_evaluate.
    """
    truth, said, labels = [], [], set()
    for model, heard in tested:
        labels.update(model.labels)
        for h in heard:
            unknown = h.recording.label not in model.labels and OTHER in model.labels
            truth.append(OTHER if unknown else h.recording.label)
            said.append(model.labels[int(RULES[model.rule](h.windows).argmax())])
    labels = sorted(labels | set(truth))
    table = metrics.confusion_matrix(truth, said, labels=labels)
    recall = metrics.recall_score(truth, said, labels=labels, average=None, zero_division=0)
    return {
        "class_accuracy": float(metrics.accuracy_score(truth, said)),
        "macro_f1": float(metrics.f1_score(truth, said, labels=labels, average="macro", zero_division=0)),
        "class_recall": dict(zip(labels, map(float, recall), strict=True)),
        "confusion": {
            row: {column: int(count) for column, count in zip(labels, counts, strict=True) if count}
            for row, counts in zip(labels, table, strict=True)
        },
    }


def worst(heard, model, count=3):
    """The mistakes worth hearing: (false alarms, misses), the surest first, each a (Heard, probability).

    Lesson: 07_evaluate.
    """
    truth, said = targets(heard, model)
    alarms = [row for row in np.argsort(-said, kind="stable") if not truth[row] and said[row] >= model.threshold]
    misses = [row for row in np.argsort(said, kind="stable") if truth[row] and said[row] < model.threshold]
    return tuple([(heard[row], float(said[row])) for row in rows[:count]] for rows in (alarms, misses))


def as_text(report):
    """A report as a learner reads it: a line for pieces, one for recordings, and more where there is more.

    Lesson: 07_evaluate.
    """
    lines = [text(f"evaluate.{part}", **report[part]) for part in _PARTS]
    for part, spread in report.get("mean_sd", {}).items():
        values = {f"{name}_mean": mean for name, (mean, _) in spread.items()}
        values |= {f"{name}_sd": sd for name, (_, sd) in spread.items()}
        lines.append(text(f"evaluate.{part}_folds", count=len(report["folds"]), **values))
    if "class_accuracy" in report:
        lines.append(text("evaluate.classes", accuracy=report["class_accuracy"], macro_f1=report["macro_f1"]))
        lines += [f"  {label}: {share:.2f}" for label, share in report["class_recall"].items()]
    if report.get("left_out"):
        lines.append(text("evaluate.left_out", count=report["left_out"]))
    return "\n".join(lines)


def as_json(report):
    """A report as text that other programs read."""
    return json.dumps(report, ensure_ascii=False, indent=1)
