"""How good a model is, measured honestly: on recordings it never met, with a threshold that was chosen elsewhere.

A recording is heard as the live detector hears it: window after window, without a look at the annotation. *Pooling*
makes one score of its windows, a *threshold* an answer of that score. Both are chosen on validation recordings.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from sklearn import metrics
from torch import nn

from helpers.audio import AudioError, read, rms_dbfs
from helpers.datasets import OTHER, label_index
from helpers.features import FrontEnd
from helpers.messages import LessonError, text
from helpers.model import POOLING
from helpers.split import NEGATIVES, cut_segments
from helpers.train import train

WINDOW_HOP_S = 0.5
_PARTS = ("segment", "recording")


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a model made of one recording.

    Parameters
    ----------
    recording : Recording
    is_target : bool, whether its label is the model's target
    starts_s : array [windows], where each window begins (s)
    windows : array [windows, labels], probabilities all along the recording, as a detector hears it
    segments : array [segments, labels], probabilities of the segments that are cut by the annotation
    """

    recording: object
    is_target: bool
    starts_s: np.ndarray
    windows: np.ndarray
    segments: np.ndarray


def predict(model, recordings, *, negatives=NEGATIVES, on_skip=print):
    """Let a model judge recordings: window after window without looking at the annotation, and segment by segment.

    Windows below ``model.config.gate_dbfs`` are not asked, as segments that quiet are not learnt from; of a recording
    that is quiet throughout, the loudest window is. A recording shorter than a window is repeated to fill it.

    Parameters
    ----------
    model : Model
    recordings : iterable of Recording
    negatives : int, segments of one recording without the target
    on_skip : function of an AudioError or AudioWarning, called for each recording that cannot be read, or not whole

    Returns
    -------
    list of Prediction
    """
    predictions = []
    for recording in recordings:
        try:
            samples, notes = read(recording.path, model.config)
        except AudioError as error:
            on_skip(error)
            continue
        for note in notes:
            on_skip(note)
        starts, windows = _loud_windows(samples, model.config)
        segments = cut_segments(samples, recording, model.config, target=model.target, negatives=negatives)
        predictions.append(
            Prediction(
                recording=recording,
                is_target=recording.label == model.target,
                starts_s=np.array(starts) / model.config.sample_rate,
                windows=_probabilities(model, windows),
                segments=_probabilities(model, [segment.samples for segment in segments]),
            )
        )
    return predictions


def _probabilities(model, sounds):
    """Probabilities of many windows, a few at a time: an hour of them would fill the memory."""
    batches = [sounds[start : start + 256] for start in range(0, len(sounds), 256)]
    probabilities = [model.predict_proba(np.stack(batch)) for batch in batches]
    return np.concatenate([np.zeros((0, len(model.labels)), dtype=np.float32), *probabilities])


def _loud_windows(samples, config):
    """Starts and samples of the windows that a detector would be asked about; the loudest one where all are quiet."""
    size, hop = config.segment_samples, round(WINDOW_HOP_S * config.sample_rate)
    whole = samples if len(samples) >= size else np.resize(samples, size)
    spare = (len(whole) - size) % hop  # shared by both ends
    starts = range(spare // 2, len(whole) - size + 1, hop)
    windows = [whole[start : start + size] for start in starts]
    levels = [rms_dbfs(window) for window in windows]
    loud = [index for index, level in enumerate(levels) if level >= config.gate_dbfs] or [int(np.argmax(levels))]
    return [starts[index] for index in loud], [windows[index] for index in loud]


def recording_scores(predictions, model, pooling=None):
    """Whether each recording holds the target, and the score it gets.

    Returns
    -------
    y_true : bool array [recordings]
    y_score : float array [recordings]
    """
    index, pool = label_index(model.target, model.labels), POOLING[pooling or model.pooling]
    y_true = np.array([one.is_target for one in predictions])
    return y_true, np.array([pool(one.windows)[index] for one in predictions])


def segment_scores(predictions, model):
    """The same for segments: arrays [segments]."""
    index = label_index(model.target, model.labels)
    y_true = np.array([one.is_target for one in predictions for _ in one.segments])
    return y_true, np.array([segment[index] for one in predictions for segment in one.segments])


def scores(y_true, y_score, threshold):
    """Figures of yes-or-no answers.

    Parameters
    ----------
    y_true : bool array [n]
    y_score : array [n], probabilities
    threshold : float, or array [n] where each answer has its own; from it on the answer is yes

    Returns
    -------
    dict: n, auc, f1, precision, recall, accuracy

    Raises
    ------
    LessonError
        If only one class occurs, so that there is no AUC.
    """
    _need_both_classes(y_true)
    yes = y_score >= threshold
    return {
        "n": len(y_true),
        "auc": float(metrics.roc_auc_score(y_true, y_score)),
        "f1": float(metrics.f1_score(y_true, yes, zero_division=0)),
        "precision": float(metrics.precision_score(y_true, yes, zero_division=0)),
        "recall": float(metrics.recall_score(y_true, yes)),
        "accuracy": float(metrics.accuracy_score(y_true, yes)),
    }


def _need_both_classes(y_true):
    if len(set(y_true)) < 2:
        raise LessonError("evaluate.one_class", count=len(y_true))


def need_both_classes(recordings, target):
    """Raise unless the target and something else occur; otherwise no threshold or AUC is defined."""
    _need_both_classes([recording.label == target for recording in recordings])


def best_threshold(y_true, y_score):
    """Threshold with the highest F1, midway between the two scores it separates."""
    precision, recall, steps = metrics.precision_recall_curve(y_true, y_score)
    total = precision + recall
    f1 = np.divide(2 * precision * recall, total, out=np.zeros_like(total), where=total > 0)[:-1]
    best = int(f1.argmax())
    return _between(y_score[y_score < steps[best]].max(initial=-np.inf), steps[best])


def threshold_for(max_fpr, y_true, y_score):
    """Lowest threshold whose false-positive rate is at most ``max_fpr``, midway between neighbouring scores.

    Source: Neyman & Pearson 1933, who bound one kind of error and then minimise the other.
    """
    fpr, _, steps = metrics.roc_curve(y_true, y_score, drop_intermediate=False)
    steps = np.append(steps, -np.inf).clip(max=1).astype(y_score.dtype)  # the first is infinite
    last = np.flatnonzero(fpr <= max_fpr)[-1]
    return _between(steps[last + 1], steps[last])


def _between(low, high):
    middle = (low + high) / 2
    return float(middle if low < middle else high)  # no number may lie between the two


def choose_threshold(model, predictions, *, max_fpr=None):
    """The model with the threshold that suits these validation recordings.

    Parameters
    ----------
    model : Model
    predictions : list of Prediction; by the models of a cross-validation, if it is one like them that learnt from all
    max_fpr : float or None, for `threshold_for`; None takes the threshold with the highest F1

    Raises
    ------
    LessonError
        If only one class occurs, so that there is nothing to choose by.
    """
    _need_both_classes([one.is_target for one in predictions])
    told = recording_scores(predictions, model)
    threshold = best_threshold(*told) if max_fpr is None else threshold_for(max_fpr, *told)
    return replace(model, threshold=threshold, stream_threshold=None)


def recall_by_label(predictions, model):
    """Recordings answered rightly, for each label: dict label → (right, recordings)."""
    y_true, y_score = recording_scores(predictions, model)
    right = (y_score >= model.threshold) == y_true
    found = {}
    for one, good in zip(predictions, right, strict=True):
        count, total = found.get(one.recording.label, (0, 0))
        found[one.recording.label] = count + bool(good), total + 1
    return dict(sorted(found.items()))


def worst(predictions, model, count=3):
    """The mistakes worth hearing: (false positives, misses), the surest first, each a (Prediction, score)."""
    y_true, y_score = recording_scores(predictions, model)
    false = [row for row in np.argsort(-y_score, kind="stable") if not y_true[row] and y_score[row] >= model.threshold]
    missed = [row for row in np.argsort(y_score, kind="stable") if y_true[row] and y_score[row] < model.threshold]
    return tuple([(predictions[row], float(y_score[row])) for row in rows[:count]] for rows in (false, missed))


def grad_cam(model, samples, label=None):
    """How much each place of a segment's mel picture speaks for a label (Grad-CAM).

    Taken from the last convolutions, which see the picture in patches of about a fifth of a second: finer than that
    it cannot tell. A place that speaks against the label counts as 0.

    Parameters
    ----------
    model : Model
    samples : array [n], float32 in -1…1, at ``model.config.sample_rate``
    label : str or None, one of ``model.labels``; None for its target

    Returns
    -------
    float32 array [n_mels, frames], 0…1; the highest is 1, or all are 0 where nothing speaks for the label

    Source: Selvaraju et al. 2017, as captum calculates it.
    """
    from captum.attr import LayerAttribution, LayerGradCam

    index = label_index(label or model.target, model.labels)
    network = model.network
    log_mel = FrontEnd(model.config)(torch.as_tensor(np.ascontiguousarray(samples)).unsqueeze(0))
    log_mel = log_mel.to(next(network.parameters()).device)
    last = [layer for layer in network.modules() if isinstance(layer, (nn.ReLU, nn.LeakyReLU))][-1]
    with torch.enable_grad():
        shown = LayerGradCam(network, last).attribute(log_mel, target=index, relu_attributions=True)
    shown = LayerAttribution.interpolate(shown.detach(), tuple(log_mel.shape[1:]), "bilinear")[0, 0]
    return (shown / shown.max().clamp_min(torch.finfo(shown.dtype).tiny)).cpu().numpy()


def evaluate(model, dataset, *, on_skip=print):
    """Score a model on a data set, without the recordings whose source it has met in training.

    The report is a dict: ``segment`` and ``recording`` as `scores` gives them where the model has one target, what
    `class_scores` gives where it tells several labels apart; ``left_out``, recordings whose source it has met.
    """
    met = set(model.metadata.get("sources", ()))
    fresh = [recording for recording in dataset.recordings if recording.source not in met]
    if not fresh:
        raise LessonError("evaluate.all_met", data=dataset.name, count=len(dataset.recordings))
    report = _report([(model, predict(model, fresh, on_skip=on_skip))])
    return report | {"left_out": len(dataset.recordings) - len(fresh)}


def folds_of(dataset):
    """Folds of a data set in order, at least three."""
    folds = sorted({recording.fold for recording in dataset.recordings} - {None})
    if len(folds) < 3:
        raise LessonError("evaluate.few_folds", data=dataset.name, count=len(folds))
    return folds


def cross_validate(dataset, pictures, *, test_folds=None, on_skip=print, **training):
    """Cross-validation by the set's own folds: each recording is tested once, by a model that met none of its fold.

    With a target, the fold after the test fold validates: the threshold is chosen on it, and the others are learnt
    from. Where all labels are told apart there is nothing to choose, and all other folds are learnt from. Returns a
    report as `evaluate` does, all folds together, and the same of each in ``folds``.
    """
    folds = test_folds or folds_of(dataset)
    tested = list(fold_by_fold(dataset, pictures, test_folds=folds, on_skip=on_skip, **training))
    by_fold = [{"fold": fold, **_report([one])} for fold, one in zip(folds, tested, strict=True)]
    return _report(tested) | {"folds": by_fold}


def fold_by_fold(dataset, pictures, *, choose=None, test_folds=None, on_skip=print, **training):
    """Yield (Model, list of Prediction) for each test fold; ``choose`` says whether another fold validates."""
    folds = folds_of(dataset)
    with_target = pictures.labels[1:] == (OTHER,)
    choose = with_target if choose is None else choose
    if with_target:
        for fold in folds:
            need_both_classes(dataset.in_fold(fold), pictures.labels[0])
            _need_both_classes(pictures.in_folds(fold).y.tolist())
    for fold in test_folds or folds:
        validating = folds[(folds.index(fold) + 1) % len(folds)] if choose else None
        learning = [other for other in folds if other not in (fold, validating)]
        model, _ = train(pictures.in_folds(*learning), whole=True, **training)
        if choose:
            model = choose_threshold(model, predict(model, dataset.in_fold(validating), on_skip=on_skip))
        elif not with_target:
            model = replace(model, pooling="mean")
        yield model, predict(model, dataset.in_fold(fold), on_skip=on_skip)


def _report(tested):
    """Scores of pairs (model, predictions), each by its own model's threshold."""
    first, _ = tested[0]
    if first.labels[1:] != (OTHER,):
        return class_scores(tested)
    report = {}
    for part, told in zip(_PARTS, (segment_scores, recording_scores), strict=True):
        pairs = [told(predictions, model) for model, predictions in tested]
        y_true, y_score = (np.concatenate(column) for column in zip(*pairs, strict=True))
        thresholds = [np.full(len(pair[0]), model.threshold) for pair, (model, _) in zip(pairs, tested, strict=True)]
        report[part] = scores(y_true, y_score, np.concatenate(thresholds))
    common = {name: {getattr(model, name) for model, _ in tested} for name in ("threshold", "pooling")}
    report["recording"] |= {name: values.pop() if len(values) == 1 else None for name, values in common.items()}
    return report


def class_scores(tested):
    """Which label each recording is given, where several are told apart; ``tested`` holds (model, predictions)."""
    y_true, y_pred = [], []
    for model, predictions in tested:
        for one in predictions:
            unknown = one.recording.label not in model.labels and OTHER in model.labels
            y_true.append(OTHER if unknown else one.recording.label)
            y_pred.append(model.labels[int(POOLING[model.pooling](one.windows).argmax())])
    labels = sorted(set(y_true))
    recall = metrics.recall_score(y_true, y_pred, labels=labels, average=None, zero_division=0)
    return {
        "class_accuracy": float(metrics.accuracy_score(y_true, y_pred)),
        "macro_f1": float(metrics.f1_score(y_true, y_pred, labels=labels, average="macro", zero_division=0)),
        "class_recall": dict(zip(labels, map(float, recall), strict=True)),
    }


def as_text(report):
    """A report as a learner reads it, a line each for segments, recordings, folds and labels."""
    lines = [text(f"evaluate.{part}", **report[part]) for part in _PARTS if part in report]
    for fold in report.get("folds", ()):
        if "recording" in fold:
            lines.append(text("evaluate.fold", **fold["recording"], fold=fold["fold"]))
        else:
            lines.append(text("evaluate.fold_classes", **fold))
    if "class_accuracy" in report:
        lines.append(text("evaluate.classes", **report))
        lines += [f"  {label}: {share:.2f}" for label, share in report["class_recall"].items()]
    if report.get("left_out"):
        lines.append(text("evaluate.left_out", count=report["left_out"]))
    return "\n".join(lines)
