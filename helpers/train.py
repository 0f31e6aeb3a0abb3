"""Training: pictures from a folder, batches drawn from them, and the loop that changes the weights a little."""

import contextlib
import copy
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import metadata
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import recall_score, roc_auc_score
from torch.nn import functional
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader, Dataset, WeightedRandomSampler
from tqdm import tqdm

from helpers import datasets
from helpers.augment import Augment
from helpers.config import AudioConfig
from helpers.datasets import OTHER, TARGET, DataError
from helpers.environment import data_dir
from helpers.features import levels, read_picture, write_pictures
from helpers.messages import LessonError, text
from helpers.model import Model, Network
from helpers.segments import GRAPH, PICTURES, TABLE, fingerprint, read_made, read_segments
from helpers.split import NEGATIVES, split

_HALVES = {"config": AudioConfig(segment_hop_seconds=0.5), "negatives": 20}
_LONG = {"config": AudioConfig(segment_seconds=2.5, segment_hop_seconds=0.5)}
RECIPES = {
    "dog": {"target": TARGET, "cut": _HALVES, "epochs": 20, "steps_per_epoch": 48},
    "all": {"target": None, "cut": _LONG, "epochs": 120, "steps_per_epoch": 48},
}
"""What the commands train by. Segments that overlap show a network each sound at several places; to tell all labels
apart takes longer segments, and longer training."""


@dataclass(frozen=True, eq=False)
class PictureSet(Dataset):
    """Pictures to learn from, with the lines of ``segments.csv`` that belong to them; a torch Dataset.

    Item i is (log-mel picture, float32 tensor [n_mels, frames] dB; index of its label).

    Parameters
    ----------
    pictures : uint8 tensor [n, n_mels, frames], palette indices
    rows : list of SegmentRow
    labels : tuple of str, what a network is to answer; labels not among them count as ``other``
    config : AudioConfig
    data : str, name of the data set
    """

    pictures: torch.Tensor
    rows: list
    labels: tuple
    config: AudioConfig
    data: str

    @classmethod
    def read(cls, folder):
        """Read a folder of pictures of one pixel a band and frame, such as ``graph_mfcc/``."""
        folder = Path(folder)
        made, rows = read_made(folder), read_segments(folder)
        config, target = made["config"], made["target"]
        if made.get("size") != [config.segment_frames, config.n_mels] or not rows:
            raise LessonError("train.not_for_training", folder=folder)
        graph = folder.with_name(GRAPH) / TABLE
        if graph.exists() and graph.read_bytes() != (folder / TABLE).read_bytes():
            raise LessonError("train.stale", folder=folder)
        pictures = np.stack([read_picture((folder / row.segment).with_suffix(".png")) for row in rows])
        labels = (target, OTHER) if target else tuple(sorted({row.label for row in rows}))
        return cls(torch.from_numpy(pictures), rows, labels, config, made["data"])

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        return levels(self.pictures[index], self.config), self.y[index]

    @cached_property
    def y(self):
        """Index of each picture's label: int64 tensor [n]."""
        return encode_labels([row.label for row in self.rows], self.labels)

    def levels(self):
        """All pictures in dB: float32 tensor [n, n_mels, frames]."""
        return levels(self.pictures, self.config)

    def subset(self, indices):
        """The pictures of these indices, as a PictureSet."""
        indices = torch.as_tensor(indices, dtype=torch.int64)
        return replace(self, pictures=self.pictures[indices], rows=[self.rows[index] for index in indices])

    def louder(self, gain_db):
        """The same pictures so many dB louder or quieter (to a palette step), as a PictureSet."""
        steps = round(255 * gain_db / -self.config.floor_db)
        return replace(self, pictures=(self.pictures.int() + steps).clamp(0, 255).to(torch.uint8))

    def in_folds(self, *folds):
        """The pictures of these folds. A source is never divided, since a fold divides none."""
        return self.subset([index for index, row in enumerate(self.rows) if row.fold in folds])


def join(*sets):
    """Several PictureSets as one, with the labels of the first."""
    pictures = torch.cat([one.pictures for one in sets])
    rows = [row for one in sets for row in one.rows]
    return replace(sets[0], pictures=pictures, rows=rows, data="+".join(one.data for one in sets))


def walk(data, target=TARGET, *, cut=None, jobs=1, progress=True, say=print):
    """The folder of pictures for a data set (Path); recordings are cut and drawn first where there is none.

    Parameters
    ----------
    data : path or name, as for `datasets.load`; or a folder that `split` and `write_pictures` wrote into
    target : str or None, as for `split`
    cut : dict, ``config`` and ``negatives`` for `split`, where there are no pictures yet
    jobs, progress : as for `split`
    say : function of str, called before recordings are cut

    Raises
    ------
    LessonError
        If the folder's pictures were made from recordings that have changed since.
    """
    options = {"jobs": jobs, "progress": progress}
    try:
        dataset = datasets.load(data, progress=progress)
        beside = dataset.folder
    except DataError:
        beside = Path(data)
        if not (beside / GRAPH).exists():
            raise
        dataset = datasets.load(read_made(beside / GRAPH)["folder"])
    for name in (PICTURES, GRAPH):
        if not (beside / name).exists() or (made := read_made(beside / name))["target"] != target:
            continue
        if made["recordings"] != fingerprint(dataset):
            raise LessonError("train.stale", folder=beside / name)
        if name == GRAPH:
            say(text("train.draws", folder=beside / PICTURES))
            write_pictures(beside, **options)
        return beside / PICTURES
    cut = {"config": AudioConfig(), "negatives": NEGATIVES} | (cut or {})
    key = f"{dataset.name}-{fingerprint(dataset)}-{target or 'all'}-{cut['config'].digest}-{cut['negatives']}"
    cached = data_dir() / "walks" / key
    if not (cached / PICTURES).exists():
        say(text("train.cuts", data=dataset.name, folder=cached))
        split(dataset, out=cached, target=target, **cut, **options)
        write_pictures(cached, **options)
    return cached / PICTURES


def encode_labels(found, labels):
    """Index of each label in ``labels``, that of ``other`` for those not among them: int64 tensor [n]."""
    indices = {label: index for index, label in enumerate(labels)}
    encoded = [indices.get(label, indices.get(OTHER)) for label in found]
    if None in encoded:
        raise LessonError("train.no_label", label=found[encoded.index(None)], labels=", ".join(labels))
    return torch.tensor(encoded)


def sample_weights(rows, y):
    """How likely each picture is to be drawn: float64 tensor [n] that sums to 1.

    Every answer in ``y`` (of `encode_labels`) is drawn equally often. Within it a label of many recordings counts more
    than one of few, and a recording of many segments more than one of a single segment, but only by the square root.
    """
    weights = torch.zeros(len(rows), dtype=torch.float64)
    labels, recordings = (np.array([getattr(row, name) for row in rows]) for name in ("label", "recording"))
    for answer in y.unique():
        is_answer = (y == answer).numpy()
        for kind in np.unique(labels[is_answer]):
            chosen = np.flatnonzero(is_answer & (labels == kind))
            _, recording, counts = np.unique(recordings[chosen], return_inverse=True, return_counts=True)
            share = 1 / np.sqrt(counts[recording])
            weights[chosen] = torch.from_numpy(share / share.sum() * np.sqrt(len(counts)))
        weights[is_answer] /= weights[is_answer].sum()
    return weights / weights.sum()


@dataclass(frozen=True)
class Epoch:
    """One line of a training's history."""

    number: int  # from 1
    loss: float  # mean cross-entropy of its batches (nats)
    val_score: float | None  # of the validation pictures: AUC of the first label, or balanced accuracy of several


def train(
    examples,
    validation=None,
    *,
    network=Network,
    epochs=16,
    steps_per_epoch=None,
    batch_size=32,
    learning_rate=3e-3,
    augment=Augment(),
    seed=0,
    progress=True,
    whole=False,
):
    """Train a network to name pictures.

    The weights returned are an average over about the last hundred steps, which is steadier than the last ones alone.
    A training that is stopped (the notebook's stop button, Ctrl-C) keeps what it had learnt by its last whole epoch.

    Parameters
    ----------
    examples : PictureSet
    validation : PictureSet or None, of other sources; scored after each epoch, never learnt from
    network : class, Network or GuideNetwork
    epochs : int
    steps_per_epoch : int or None, batches an epoch; None draws as many pictures as there are
    batch_size : int, pictures a step
    learning_rate : float, the highest; it climbs to it and falls to nearly 0 along a cosine
    augment : Augment
    seed : int; the same gives the same model on the same computer
    progress : bool, draw a bar on stderr
    whole : bool, whether a training that is stopped is worth nothing, as where several are compared

    Returns
    -------
    Model, list of Epoch

    Raises
    ------
    LessonError
        If there are fewer than two labels, a source is in both sets, or a number is not positive.
    KeyboardInterrupt
        If it is stopped in its first epoch, or is to be ``whole``.

    Source: one cycle of the learning rate (Smith 2018), averaged weights (Polyak & Juditsky 1992).
    """
    steps = max(1, len(examples) // batch_size) if steps_per_epoch is None else steps_per_epoch
    numbers = {"epochs": epochs, "steps_per_epoch": steps, "batch_size": batch_size, "learning_rate": learning_rate}
    config, labels = examples.config, examples.labels
    validation = replace(validation, labels=labels) if validation else None
    _check(examples, validation, numbers)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    weights = sample_weights(examples.rows, examples.y)
    is_other = torch.tensor([row.label != TARGET for row in examples.rows])
    history = []
    bar = tqdm(total=epochs * steps, desc="train", unit="step", disable=not progress)
    with torch.random.fork_rng(), bar, _stoppable(history, epochs, whole):
        torch.manual_seed(seed)
        random = torch.Generator().manual_seed(seed)
        learner = network(len(labels), config.floor_db).to(device)
        averaged = AveragedModel(learner, avg_fn=_moving_average, use_buffers=True)
        optimizer = torch.optim.AdamW(learner.parameters())
        schedule = OneCycleLR(
            optimizer, learning_rate, epochs * steps, pct_start=0.15, div_factor=20, cycle_momentum=False
        )
        batches = _batches(examples, weights, steps, batch_size, random)
        backgrounds = _batches(examples, weights * is_other if is_other.any() else weights, steps, batch_size, random)
        for number in range(1, epochs + 1):
            learner.train()
            losses = []
            for (log_mel, y), (others, _) in zip(batches, backgrounds, strict=True):
                targets = functional.one_hot(y, len(labels)).float()
                log_mel, targets = augment(log_mel, targets, others, config.floor_db, random)
                loss = functional.cross_entropy(learner(log_mel.to(device)), targets.to(device))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
                averaged.update_parameters(learner)
                losses.append(loss.item())
                bar.update()
            network_now = copy.deepcopy(averaged.module)  # which the next epoch leaves as it is
            trained = Model(network=network_now, config=config, labels=labels, target=_target(labels))
            val_score = _score(trained, validation) if validation else None
            model = trained
            history.append(Epoch(number, float(np.mean(losses)), val_score))
            bar.set_postfix(loss=f"{history[-1].loss:.3f}", score="" if val_score is None else f"{val_score:.3f}")
    recipe = {**numbers, "epochs": len(history), "network": network.__name__, "augment": repr(augment), "seed": seed}
    model.metadata = _about(examples, validation) | {"training": recipe}
    return model, history


@contextlib.contextmanager
def _stoppable(history, epochs, whole):
    """Let a training be stopped once an epoch is over: what was learnt by then is worth keeping."""
    try:
        yield
    except KeyboardInterrupt:
        if whole or not history:
            raise
        print(text("train.stopped", done=len(history), epochs=epochs))


def _check(examples, validation, numbers):
    for name, value in numbers.items():
        if not value > 0:
            raise LessonError("train.not_positive", name=name, value=value)
    if len(examples.y.unique()) < 2:
        raise LessonError("train.one_label", labels=", ".join(sorted({row.label for row in examples.rows})))
    if validation is None:
        return
    _ = validation.y  # a label that is not learnt is an error now, not after an epoch
    if shared := {row.source for row in examples.rows} & {row.source for row in validation.rows}:
        raise LessonError("train.shared_source", count=len(shared), source=min(shared))


def _about(examples, validation):
    """What a model's file says of its training; ``sources`` are all that a test of it must leave out."""
    known = [*examples.rows, *(validation.rows if validation else ())]
    return {
        "data": examples.data,
        "recordings": len({row.recording for row in examples.rows}),
        "segments": len(examples),
        "sources": sorted({row.source for row in known}),
        "folds": sorted({row.fold for row in examples.rows if row.fold is not None}),
        "versions": {name: metadata.version(name) for name in ("torch", "numpy", "soundfile", "soxr")},
    }


def _batches(examples, weights, steps, batch_size, random):
    sampler = WeightedRandomSampler(weights, steps * batch_size, generator=random)
    return DataLoader(examples, batch_size, sampler=sampler)


def _moving_average(average, new, count):
    """Exponential, over about a hundred steps; fewer in the beginning, when every step changes much."""
    return average + (new - average) * max(0.01, 5 / (int(count) + 6))


def _target(labels):
    """What a trained model's `score` is about: the one label that is not ``other``, else the dog if it is learnt."""
    return labels[0] if labels[1:] == (OTHER,) else TARGET if TARGET in labels else None


def _score(model, validation):
    y_true = validation.y.numpy()
    y_score = model.predict_levels(validation.levels()).numpy()
    if len(model.labels) == 2 and len(set(y_true)) == 2:
        return float(roc_auc_score(y_true == 0, y_score[:, 0]))
    return float(recall_score(y_true, y_score.argmax(axis=1), labels=np.unique(y_true), average="macro"))
