"""Teaching a network: pieces in memory, batches drawn from them, and the loop that turns the weights a little."""

import copy
import hashlib
import json
import math
import time
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from sklearn.metrics import roc_auc_score
from torch.nn import functional
from tqdm import tqdm

from helpers.audio import load_each, to_int16
from helpers.augment import Augment
from helpers.batch import publish
from helpers.config import AudioConfig
from helpers.datasets import OTHER, TARGET
from helpers.features import FrontEnd
from helpers.messages import LessonError
from helpers.model import BINARY, Model, Network
from helpers.split import NEGATIVES, cut

MARGIN_S = 0.5
"""What is kept of a recording on both sides of a piece, so that it can be heard a little earlier or later (s)."""

_LONG = AudioConfig(piece_seconds=2.5, piece_hop_seconds=1.25)
RECIPES = {
    "dog": {"labels": BINARY, "config": AudioConfig(), "epochs": 16, "steps": 48},
    "all": {"labels": None, "config": _LONG, "epochs": 48, "steps": 48},
}
"""What the commands train by. To tell all labels apart takes longer pieces, and longer."""

_WARM_UP = 0.15  # share of the steps in which the learning rate climbs
_MEMORY = 0.99  # of the averaged weights: about the last hundred steps count


class TrainError(LessonError, ValueError):
    """Data or settings that nothing can be learnt from."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Pieces to learn from, each with what lies around it in its recording.

    Parameters
    ----------
    sounds : int16 tensor [pieces, samples], the piece and up to `MARGIN_S` before and after
    starts : int64 tensor [pieces], where in its row the piece begins
    labels, recordings, sources : tuples of str, one for each piece
    folds : tuple of int or None
    config : AudioConfig
    data : str, the name of the set

    Lesson: 06_train.
    """

    sounds: torch.Tensor
    starts: torch.Tensor
    labels: tuple
    recordings: tuple
    sources: tuple
    folds: tuple
    config: AudioConfig
    data: str

    def __len__(self):
        return len(self.labels)

    def where(self, keep):
        """Those for which ``keep(number)`` is true.

        Lesson: 06_train.
        """
        rows = [number for number in range(len(self)) if keep(number)]
        named = {name: tuple(getattr(self, name)[row] for row in rows) for name in _NAMES}
        return replace(self, sounds=self.sounds[rows], starts=self.starts[rows], **named)

    def in_folds(self, *folds):
        """Those of these folds. A recording's pieces are never divided, since a fold divides no source.

        Lesson: 06_train.
        """
        return self.where(lambda number: self.folds[number] in folds)

    def heard(self, rows, shift=None):
        """Waveforms of some pieces.

        Parameters
        ----------
        rows : int64 tensor [batch]
        shift : tensor [batch] of s, or None: how much later each is to begin, as far as its row reaches

        Returns
        -------
        float32 tensor [batch, config.piece_samples] in −1…1

        Lesson: 06_train.
        """
        size = self.config.piece_samples
        starts = self.starts[rows]
        if shift is not None:
            starts = starts + (shift * self.config.sample_rate).long()
        starts = starts.clamp(0, self.sounds.shape[1] - size)
        return self.sounds[rows].gather(1, starts.unsqueeze(1) + torch.arange(size)).float() / 32768


_NAMES = ("labels", "recordings", "sources", "folds")


def gather(dataset, config=AudioConfig(), *, negatives=NEGATIVES, on_skip=print):
    """Read the pieces of a data set into memory, as `split.cut` cuts them.

    Parameters
    ----------
    dataset : DataSet
    config : AudioConfig
    negatives : int, pieces kept of one recording without the target
    on_skip : function of an AudioError, called for each recording that cannot be read

    Returns
    -------
    Examples, in the order of the recordings

    Raises
    ------
    TrainError
        If no piece is loud enough to be kept.

    Lesson: 06_train.
    """
    size, margin = config.piece_samples, round(MARGIN_S * config.sample_rate)
    by_path = {recording.path: recording for recording in dataset.recordings}
    sounds, starts, named = [], [], []
    for path, sound in load_each(by_path, config, on_skip=lambda _path, error: on_skip(error)):
        recording = by_path[path]
        whole = sound if len(sound) >= size else np.resize(sound, size)
        name = path.relative_to(dataset.folder).as_posix()
        for piece in cut(sound, recording, config, negatives=negatives):
            start = min(round(piece.start_s * config.sample_rate), len(whole) - size)
            begin = max(0, min(start - margin, len(whole) - size - 2 * margin))
            sounds.append(to_int16(np.resize(whole[begin : begin + size + 2 * margin], size + 2 * margin)))
            starts.append(start - begin)
            named.append((recording.label, name, recording.source, recording.fold))
    if not sounds:
        raise TrainError("train.nothing", data=dataset.name)
    labels, recordings, sources, folds = zip(*named, strict=True)
    return Examples(
        sounds=torch.from_numpy(np.stack(sounds)),
        starts=torch.tensor(starts),
        labels=labels,
        recordings=recordings,
        sources=sources,
        folds=folds,
        config=config,
        data=dataset.name,
    )


def join(*examples):
    """Several sets as one.

    Lesson: 09_your_sounds.
    """
    first = examples[0]
    return replace(
        first,
        sounds=torch.cat([one.sounds for one in examples]),
        starts=torch.cat([one.starts for one in examples]),
        data="+".join(one.data for one in examples),
        **{name: sum((getattr(one, name) for one in examples), ()) for name in _NAMES},
    )


def targets_of(examples, labels):
    """The number of each piece's label, ``other`` for those the network does not name: int64 tensor [pieces].

    Raises
    ------
    TrainError
        If a piece has a label that is not among ``labels``, and ``other`` is not either.

    Lesson: 06_train.
    """
    numbers = {label: number for number, label in enumerate(labels)}
    other = numbers.get(OTHER)
    found = [numbers.get(label, other) for label in examples.labels]
    if None in found:
        raise TrainError("train.no_label", label=examples.labels[found.index(None)], labels=", ".join(labels))
    return torch.tensor(found)


def weights_of(examples, targets):
    """How likely each piece is to be drawn: every target equally, in it every label, in it recordings nearly so.

    A recording of forty pieces counts more than one of a single piece, but not forty times: by the square root.

    Returns
    -------
    float64 tensor [pieces]; sums to 1

    Lesson: 06_train.
    """
    weights = torch.zeros(len(examples), dtype=torch.float64)
    labels, recordings = np.array(examples.labels), np.array(examples.recordings)
    for target in targets.unique():
        of_target = (targets == target).numpy()
        kinds = np.unique(labels[of_target])
        for kind in kinds:
            rows = np.flatnonzero(of_target & (labels == kind))
            _, recording, pieces = np.unique(recordings[rows], return_inverse=True, return_counts=True)
            share = 1 / np.sqrt(pieces[recording])
            weights[rows] = torch.from_numpy(share / share.sum() / len(kinds))
    return weights / weights.sum()


@dataclass(frozen=True)
class Epoch:
    """One line of the history.

    Parameters
    ----------
    number : int, from 1
    loss : float, mean cross-entropy of its batches (nats)
    score : float or None, of the validation pieces: AUC of the target, or balanced accuracy where there is none
    seconds : float, since the training began
    """

    number: int
    loss: float
    score: float | None
    seconds: float


def train(
    examples,
    validation=None,
    *,
    labels=None,
    network=Network,
    epochs=16,
    steps=None,
    batch=32,
    learning_rate=3e-3,
    augment=Augment(),
    seed=0,
    patience=None,
    budget_s=None,
    resume=None,
    device=None,
    progress=True,
):
    """Teach a network to name pieces.

    The weights returned are an average over about the last hundred steps, which is steadier than the last ones alone.

    Parameters
    ----------
    examples : Examples
    validation : Examples or None, of other sources; judged after each epoch, never learnt from
    labels : sequence of str or None; ``BINARY`` tells the target from the rest, None tells apart all labels there are
    network : Network or GuideNetwork, the class
    epochs : int
    steps : int or None, batches an epoch; None draws as many pieces as there are
    batch : int, pieces a step
    learning_rate : float, the highest; it climbs to it and falls to 0 along a cosine
    augment : Augment
    seed : int; the same gives the same model on the same computer
    patience : int or None, epochs without a better validation score before it stops; the best epoch is then returned
    budget_s : float or None, no epoch begins after so many seconds
    resume : path or None, a file where each epoch is kept: interrupted and called again, it goes on after the last one
    device : str or None, such as ``"cpu"``; a GPU if there is one by default
    progress : bool, draw a bar on stderr

    Returns
    -------
    Model, list of Epoch

    Raises
    ------
    TrainError
        If there are fewer than two labels, a source is in both sets, a number is not positive, or ``resume`` holds a
        training of other settings.

    Lesson: 06_train. Source: one cycle of the learning rate (Smith 2018), averaged weights (Polyak & Juditsky 1992).
    """
    labels = tuple(labels or sorted(set(examples.labels)))
    targets = targets_of(examples, labels)
    validation = validation or None  # an empty one judges nothing
    if validation:
        targets_of(validation, labels)  # what cannot be judged is said now, not after an epoch
    steps = max(1, len(examples) // batch) if steps is None else steps
    numbers = {"epochs": epochs, "steps": steps, "batch": batch, "learning_rate": learning_rate}
    _check(examples, validation, targets, **numbers, **({} if patience is None else {"patience": patience}))
    config = examples.config
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    settings = {
        "network": network.__name__,
        "labels": labels,
        "epochs": epochs,
        "steps": steps,
        "batch": batch,
        "learning_rate": learning_rate,
        "augment": repr(augment),
        "seed": seed,
        "config": config.digest,
        "examples": hashlib.sha256(repr((examples.recordings, examples.labels)).encode()).hexdigest()[:12],
    }
    course = _Course(network, labels, config, settings, device, epochs * steps, learning_rate, resume)
    weights = weights_of(examples, targets)
    others = torch.tensor([label != TARGET for label in examples.labels]) * weights
    began = time.monotonic() - (course.history[-1].seconds if course.history else 0)
    bar = tqdm(total=epochs, initial=len(course.history), desc="train", unit="epoch", disable=not progress)
    with bar, torch.random.fork_rng():
        while len(course.history) < epochs and (patience is None or course.since_best() < patience):
            number = len(course.history) + 1
            if budget_s is not None and time.monotonic() - began >= budget_s and course.history:
                break
            random = torch.Generator().manual_seed(1_000_003 * seed + number)  # an epoch does not depend on the last
            torch.manual_seed(1_000_003 * seed + number)  # dropout draws from torch's own
            losses = [
                course.step(*_draw(examples, targets, weights, others, len(labels), batch, augment, random))
                for _ in range(steps)
            ]
            score = _score(course.model(), validation, labels) if validation is not None else None
            course.keep(Epoch(number, float(np.mean(losses)), score, time.monotonic() - began))
            bar.update()
            said = {"loss": course.history[-1].loss} | ({} if score is None else {"score": score})
            bar.set_postfix({name: f"{value:.3f}" for name, value in said.items()})
    card = {
        "data": examples.data,
        "recordings": len(set(examples.recordings)),
        "pieces": len(examples),
        "sources": sorted(set(examples.sources) | set(validation.sources if validation else ())),
        "folds": sorted({fold for fold in examples.folds if fold is not None}),
        "training": {**settings, "labels": list(labels), "epochs_done": len(course.history)},
        "versions": {name: metadata.version(name) for name in ("torch", "numpy", "soundfile", "soxr")},
    }
    return replace(course.model(best=patience is not None), card=card), course.history


def _check(examples, validation, targets, **numbers):
    for name, value in numbers.items():
        if not value > 0:
            raise TrainError("train.not_positive", name=name, value=value)
    if len(targets.unique()) < 2:
        raise TrainError("train.one_label", labels=", ".join(sorted(set(examples.labels))))
    if validation is not None and (shared := set(examples.sources) & set(validation.sources)):
        raise TrainError("train.shared_source", count=len(shared), source=min(shared))


def _draw(examples, targets, weights, others, labels, batch, augment, random):
    """One batch, drawn and changed: waveforms [batch, samples], shares [batch, labels], and what pictures need."""

    def draw(chances):
        rows = torch.multinomial(chances, batch, replacement=True, generator=random)
        shift = augment.shift_s * (torch.rand(batch, generator=random) * 2 - 1)
        return rows, examples.heard(rows, shift)

    rows, audio = draw(weights)
    background = draw(others)[1] if augment.background and others.any() else audio
    shares = functional.one_hot(targets[rows], labels).float()
    audio, shares = augment.sound(audio, shares, background, random)
    return audio, shares, augment, random


class _Course:
    """A training in progress: network, its averaged copy, optimiser, history, and the file that outlives a kill."""

    def __init__(self, network, labels, config, settings, device, steps, learning_rate, resume):
        self.config, self.labels, self.settings, self.device = config, labels, settings, device
        self.front_end = FrontEnd(config).to(device)
        with torch.random.fork_rng():
            torch.manual_seed(settings["seed"])
            self.network, self.average = (network(len(labels), config.floor_db).to(device) for _ in range(2))
        self.average.load_state_dict(self.network.state_dict())
        self.best = None
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=learning_rate)
        self.steps, self.highest, self.done = steps, learning_rate, 0
        self.history = []
        self.file = Path(resume) if resume else None
        if self.file and self.file.exists():
            self._load()

    def step(self, audio, shares, augment, random):
        """Turn the weights once; the batch's loss."""
        self.network.train()
        for group in self.optimiser.param_groups:
            group["lr"] = self.highest * _rate(self.done / self.steps)
        with torch.no_grad():
            pictures = augment.picture(self.front_end(audio.to(self.device)).cpu(), random).to(self.device)
        loss = -(shares.to(self.device) * functional.log_softmax(self.network(pictures), dim=1)).sum(dim=1).mean()
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        self.done += 1
        memory = min(_MEMORY, self.done / (self.done + 5))  # short at first, when every step changes much
        with torch.no_grad():
            states = self.average.state_dict().values(), self.network.state_dict().values()
            for kept, new in zip(*states, strict=True):
                kept.lerp_(new, 1 - memory) if kept.is_floating_point() else kept.copy_(new)
        return loss.item()

    def model(self, best=False):
        network = copy.deepcopy(self.average)
        if best and self.best:
            network.load_state_dict(self.best)
        return Model(network=network, config=self.config, labels=self.labels)

    def keep(self, epoch):
        self.history.append(epoch)
        if epoch.score is not None and self.since_best() == 0:
            self.best = {name: value.clone() for name, value in self.average.state_dict().items()}
        if self.file:
            self._save()

    def since_best(self):
        """Epochs since the one with the highest score (0: the last one is it)."""
        scores = [epoch.score for epoch in self.history if epoch.score is not None]
        return len(scores) - 1 - scores.index(max(scores)) if scores else 0

    def _tensors(self):
        parts = {"network": self.network.state_dict(), "average": self.average.state_dict(), "best": self.best or {}}
        for number, values in self.optimiser.state_dict()["state"].items():
            parts[f"optimiser.{number}"] = values
        return {f"{part}/{name}": value for part, values in parts.items() for name, value in values.items()}

    def _save(self):
        facts = {"settings": self.settings, "done": self.done, "history": [vars(epoch) for epoch in self.history]}
        tensors = {name: value.contiguous().cpu() for name, value in self._tensors().items()}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        publish(self.file, save(tensors, {"training": json.dumps(facts)}))

    def _load(self):
        try:
            with safe_open(self.file, "pt") as stored:
                facts = json.loads(stored.metadata()["training"])
                tensors = {name: stored.get_tensor(name).clone() for name in stored.keys()}  # noqa: SIM118  not a dict
        except (SafetensorError, OSError, TypeError, KeyError, ValueError) as error:
            raise TrainError("train.not_resumable", file=self.file) from error
        asked = json.loads(json.dumps(self.settings))
        if different := [name for name in asked if facts["settings"].get(name) != asked[name]]:
            raise TrainError("train.other_settings", file=self.file, names=", ".join(different))
        parts = {}
        for name, value in tensors.items():
            part, _, inner = name.partition("/")
            parts.setdefault(part, {})[inner] = value
        self.network.load_state_dict(parts["network"])
        self.average.load_state_dict(parts["average"])
        self.best = parts.get("best")
        state = self.optimiser.state_dict()
        state["state"] = {
            int(part.removeprefix("optimiser.")): values
            for part, values in parts.items()
            if part.startswith("optimiser.")
        }
        self.optimiser.load_state_dict(state)
        self.done = facts["done"]
        self.history = [Epoch(**epoch) for epoch in facts["history"]]


def _rate(progress):
    """The learning rate as a share of the highest: up in a straight line, down along a cosine."""
    if progress < _WARM_UP:
        return 0.05 + 0.95 * progress / _WARM_UP
    return 0.5 + 0.5 * math.cos(math.pi * (progress - _WARM_UP) / (1 - _WARM_UP))


def judge(model, examples):
    """A model's probabilities for pieces as they were cut: array [pieces, labels].

    Lesson: 06_train.
    """
    rows = torch.arange(len(examples))
    return np.concatenate([model.probabilities(examples.heard(part)) for part in rows.split(256)])


def _score(model, validation, labels):
    truth = targets_of(validation, labels).numpy()
    said = judge(model, validation)
    if TARGET in labels and len({label == TARGET for label in validation.labels}) == 2:
        number = labels.index(TARGET)
        return float(roc_auc_score(truth == number, said[:, number]))
    right = said.argmax(axis=1) == truth
    return float(np.mean([right[truth == number].mean() for number in np.unique(truth)]))  # balanced accuracy
