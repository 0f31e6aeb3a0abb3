"""Other labels for a trained network: its first blocks stay as they are, and a decision about them is learnt anew.

A handful of takes cannot teach a hundred thousand weights, but it can teach the last one or two thousand.
"""

from dataclasses import replace

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from torch import nn

from helpers.evaluate import RULES, best_threshold
from helpers.features import FrontEnd
from helpers.messages import LessonError
from helpers.model import Ears, Network
from helpers.train import targets_of, weights_of

STRENGTH = 0.1
"""How far the weights may grow (scikit-learn's C)."""


class TransferError(LessonError, ValueError):
    """A model or takes that no other decision can be learnt from."""


def ears_of(model, labels=1):
    """The first blocks of a trained network, with a decision that has learnt nothing yet.

    Parameters
    ----------
    model : Model of a `Network`, or one that was taught by this module
    labels : int, how many answers the decision is to have

    Returns
    -------
    Ears

    Raises
    ------
    TransferError
        If the model's network has no such blocks.

    Lesson: 09_your_sounds.
    """
    if not isinstance(model.network, (Network, Ears)):
        raise TransferError("transfer.network", network=type(model.network).__name__)
    ears = Ears(labels, model.network.floor_db)
    ears.blocks.load_state_dict(model.network.blocks[: len(ears.blocks)].state_dict())
    return ears.eval()


def features(model, examples):
    """What the first blocks of a model find in pieces: array [pieces, 448] float32.

    Raises
    ------
    TransferError
        If the model's network has no such blocks, or the pieces were cut by other settings.

    Lesson: 09_your_sounds.
    """
    if model.config != examples.config:
        raise TransferError("transfer.config")
    ears, front_end = ears_of(model), FrontEnd(model.config)
    with torch.inference_mode():
        rows = torch.arange(len(examples)).split(64)
        return torch.cat([ears.hear(front_end(examples.heard(part))) for part in rows]).numpy()


def teach(model, examples, labels, target, *, rule="top3"):
    """A model for other labels that hears with the ears of a trained one.

    Its threshold for the target is chosen on recordings that were left out, fold by fold: with few takes there are
    none to set aside for good.

    Parameters
    ----------
    model : Model, such as the ready detector
    examples : Examples of all labels
    labels : sequence of str; what else there is counts as ``other``, which is then one of them
    target : str, the label that the threshold is for
    rule : str, one of `evaluate.RULES`, by which a recording's pieces are judged

    Returns
    -------
    Model

    Raises
    ------
    TransferError
        As for `features`, or if there is no piece of a label, or only in one fold.
    TrainError
        If a piece has a label that is not among ``labels``, and ``other`` is not either.

    Lesson: 09_your_sounds. Source: Yosinski et al. 2014, How transferable are features in deep neural networks?
    """
    labels = tuple(labels)
    heard = features(model, examples)
    targets = targets_of(examples, labels)
    for label in (*labels, target):
        if label not in labels or labels.index(label) not in targets:
            raise TransferError("transfer.nothing", label=label)
    weights = weights_of(examples, targets).numpy()
    truth, said = left_out(heard, targets.numpy(), weights, examples, rule=rule)
    network = ears_of(model, len(labels))
    network.decide = decide(heard, targets.numpy(), weights)
    number = labels.index(target)
    card = {
        "data": f"{model.card.get('data', '')}, {examples.data}",
        "recordings": len(set(examples.recordings)),
        "pieces": len(examples),
        "sources": sorted({*model.card.get("sources", ()), *examples.sources}),
        "target": target,
    }
    threshold = best_threshold(truth == number, said[:, number])
    return replace(model, network=network, labels=labels, threshold=threshold, rule=rule, card=card)


def decide(heard, targets, weights):
    """Learn a decision.

    Parameters
    ----------
    heard : array [pieces, 448], of `features`
    targets : int array [pieces], the number of each piece's label, as `train.targets_of` gives it
    weights : array [pieces], how much each piece counts, as `train.weights_of` gives it

    Returns
    -------
    torch.nn.Linear, features → logits

    Lesson: 09_your_sounds.
    """
    scale = StandardScaler().fit(heard)
    shares = weights / weights.mean()
    learnt = LogisticRegression(C=STRENGTH, max_iter=1000).fit(scale.transform(heard), targets, shares)
    weight, bias = learnt.coef_, learnt.intercept_
    if len(weight) == 1:  # of two labels scikit-learn keeps the second one's only
        weight, bias = np.concatenate([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    weight = weight / scale.scale_
    layer = nn.Linear(heard.shape[1], len(weight))
    values = {"weight": weight, "bias": bias - weight @ scale.mean_}
    layer.load_state_dict({name: torch.from_numpy(value).float() for name, value in values.items()})
    return layer


def left_out(heard, targets, weights, examples, *, rule="top3"):
    """What is said of each recording by a decision that did not learn from its fold.

    Parameters
    ----------
    heard, targets, weights : as for `decide`
    examples : Examples, the same pieces
    rule : str, one of `evaluate.RULES`

    Returns
    -------
    truth, said : int array [recordings], numbers of labels, and array [recordings, labels], probabilities

    Raises
    ------
    TransferError
        If a label is in one fold only.

    Lesson: 09_your_sounds.
    """
    folds = np.array([fold or 0 for fold in examples.folds])  # none: its source is in two, and left out with its like
    recordings = np.array(examples.recordings)
    for number in np.unique(targets):
        if len(set(folds[targets == number])) < 2:
            raise TransferError("transfer.few", label=examples.labels[np.argmax(targets == number)])
    truth, said = [], []
    for fold in np.unique(folds):
        learning = folds != fold
        layer = decide(heard[learning], targets[learning], weights[learning])
        with torch.inference_mode():
            shares = torch.softmax(layer(torch.from_numpy(heard)), dim=1).numpy()
        for recording in np.unique(recordings[~learning]):
            rows = recordings == recording
            truth.append(targets[rows][0])
            said.append(RULES[rule](shares[rows]))
    return np.array(truth), np.stack(said)
