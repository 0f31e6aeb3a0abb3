"""A detector of one's own sounds: takes that are checked and kept, and a new head on a trained network.

A handful of takes cannot teach a hundred thousand weights, but it can teach the last one or two thousand.
"""

import re
import shutil
import tempfile
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from helpers import audio, datasets
from helpers.config import AudioConfig
from helpers.datasets import OTHER
from helpers.evaluate import POOLING, best_threshold
from helpers.features import write_pictures
from helpers.messages import LessonError, text
from helpers.model import Backbone, Network
from helpers.segments import PICTURES
from helpers.split import candidate_segments, split
from helpers.train import PictureSet, encode_labels, join, sample_weights

SECONDS = 3.0  # length of a take
ENOUGH = 4  # takes of a label from which on there is something to learn
GAINS_DB = (0, -10, 10)  # a take is also learnt quieter and louder: nobody stands in the same place twice
STRENGTH = 0.1  # how far the weights of a head may grow (scikit-learn's C)
_PATIENCE_S = 20.0  # for the first sound: a browser asks for permission first
_SHORTEST_S = 0.25
_CLIPPED, _FULL_SCALE = 10, 0.999  # so many samples at full scale; a single one may be chance
_LONGEST = 40  # letters of a label: three bytes each in Korean, and file systems end at 255
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")  # no folder of Windows may be called so


@dataclass(frozen=True)
class Take:
    """One recording of a label; printed, it says what it is."""

    label: str
    number: int  # from 1; one that was dropped is not given again
    path: Path
    seconds: float
    peak: float  # 0…1
    level_dbfs: float  # RMS level of its loudest segment

    def __str__(self):
        rounded = {"seconds": f"{self.seconds:.1f}", "peak": f"{self.peak:.2f}", "level": f"{self.level_dbfs:.1f}"}
        return text("own_sounds.take", label=self.label, number=self.number, **rounded)


class Takes:
    """One's own recordings: a folder for each label, and in it a wav for each take, ``whistle/whistle-01.wav``.

    What is on the disk is what there is, and a data set like any other: `helpers.split.split` cuts it.

    Parameters
    ----------
    folder : path, made with the first take
    config : AudioConfig, by which takes are stored and checked
    """

    def __init__(self, folder, config=AudioConfig()):
        self.folder, self.config = Path(folder), config
        self._dropped = Counter()  # label → the highest number that was dropped

    @property
    def paths(self):
        """The wav of each take: dict (label, number) → Path, sorted. Files with other names are no takes."""
        found = {}
        for path in self.folder.glob("*/*.wav"):
            label, stem = (unicodedata.normalize("NFC", name) for name in (path.parent.name, path.stem))
            if number := re.fullmatch(rf"{re.escape(label)}-(\d+)", stem):
                found[label, int(number[1])] = path
        return dict(sorted(found.items()))

    @property
    def counts(self):
        """Takes of each label: dict, sorted by label."""
        return dict(Counter(label for label, _ in self.paths))

    @property
    def enough(self):
        """Whether there is something to learn: two labels or more, and `ENOUGH` takes of each."""
        return len(self.counts) > 1 and min(self.counts.values()) >= ENOUGH

    def pictures(self):
        """All takes as pictures, on the walk of every data set (`split`, `write_pictures`): PictureSet."""
        with tempfile.TemporaryDirectory() as beside:  # a take that is dropped leaves no copy behind
            split(self.folder, out=beside, target=None, config=self.config, progress=False)
            write_pictures(beside, progress=False)
            return PictureSet.read(Path(beside) / PICTURES)

    def record(self, label, source, seconds=SECONDS):
        """Listen to an AudioSource, which is opened and closed here, and keep what it gives: a Take.

        Nothing is kept, and a LessonError says why, if the label cannot name a folder, or nothing could be learnt from
        the take: no sound came, some was lost, it is too short, too quiet throughout, or clipped.
        """
        label = checked(label)
        with source:
            return self.keep(label, collect(source, seconds))

    def keep(self, label, samples):
        """Check a take [samples] float32 and store it; returns and raises as `record` does."""
        full = int(np.sum(np.abs(samples) >= _FULL_SCALE))
        if full >= _CLIPPED:
            raise LessonError("own_sounds.clipped", count=full)
        return self._store(checked(label), samples)

    def add(self, label, path, *, on_skip=print):
        """Copy recordings made elsewhere, a file or a folder with all below it, clipped or not: list of Take.

        ``on_skip`` is called with a LessonError for each file left out, and for what is missing in one that is taken.
        """
        label, path, endings = checked(label), Path(path), datasets.ENDINGS
        inside = sorted(one for one in path.rglob("[!.]*") if not one.is_dir()) if path.is_dir() else [path]
        kept = []
        for file in inside:
            try:
                if not file.is_file() or (file != path and file.suffix.lower() not in endings):
                    raise LessonError("own_sounds.no_sound", path=file)
                samples, notes = audio.read(file, self.config)
                kept.append(self._store(label, samples))
            except LessonError as error:
                notes = [error]
            for note in notes:
                on_skip(note)
        if not kept:
            raise LessonError("own_sounds.nothing_added", path=path)
        return kept

    def drop(self, label, number):
        """Delete a take."""
        path = self.paths.get((label, number))
        if path is None:
            raise LessonError("own_sounds.no_take", label=label, number=number, counts=listed(self.counts))
        self._dropped[label] = max(self._dropped[label], number)
        path.unlink(missing_ok=True)
        if not any(path.parent.iterdir()):
            path.parent.rmdir()

    def clear(self):
        """Delete all takes, and begin to count anew."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._dropped.clear()

    def _store(self, label, samples):
        number = 1 + max([self._dropped[label], *(number for other, number in self.paths if other == label)])
        path = self.folder / label / f"{label}-{number:02}.wav"
        seconds = len(samples) / self.config.sample_rate
        if seconds < _SHORTEST_S:
            raise LessonError("own_sounds.short", seconds=f"{seconds:.2f}", least=f"{_SHORTEST_S:g}")
        recording = datasets.Recording(path, label, path.stem)
        segments = candidate_segments(samples, recording, self.config, target=None)
        level = max(segment.rms_dbfs for segment in segments)
        if level < self.config.gate_dbfs:
            raise LessonError("own_sounds.silent", level=f"{level:.1f}", gate=f"{self.config.gate_dbfs:g}")
        audio.save(path, samples, self.config.sample_rate)
        return Take(label, number, path, seconds, float(np.abs(samples).max()), level)


def checked(label):
    """A label as it is stored: lower_snake, in any script, and a name for a folder on any system."""
    stored = datasets.label(label)
    if not any(map(str.isalnum, stored)) or len(stored) > _LONGEST or _RESERVED.fullmatch(stored):
        raise LessonError("own_sounds.bad_label", label=label, longest=_LONGEST)
    return stored


def collect(source, seconds, on_sound=lambda: None):
    """So many seconds of an open source, or what it has: float32 [n]; ``on_sound`` is called when the first comes."""
    parts, lost_s, began = [np.zeros(0, dtype=np.float32)], source.lost_s, time.monotonic()
    for block in source.blocks(seconds):
        if len(block):
            if len(parts) == 1:
                on_sound()
            parts.append(block)
        elif len(parts) == 1 and time.monotonic() - began > _PATIENCE_S:
            raise LessonError("own_sounds.nothing_came", name=source.name, seconds=f"{_PATIENCE_S:g}")
    if source.lost_s > lost_s:
        raise LessonError("own_sounds.lost", seconds=f"{source.lost_s - lost_s:.1f}")
    return np.concatenate(parts)


def listed(counts):
    """Takes of each label, in words."""
    return ", ".join(f"{label} {count}" for label, count in counts.items()) or "0"


def backbone_of(model, labels=1):
    """Backbone of a Model whose network is a `Network` or `Backbone`; its head for so many labels is untrained."""
    if not isinstance(model.network, (Network, Backbone)):
        raise LessonError("own_sounds.network", network=type(model.network).__name__)
    backbone = Backbone(labels, model.network.floor_db)
    backbone.blocks.load_state_dict(model.network.blocks.state_dict())
    return backbone.eval()


def embeddings(model, pictures):
    """What the backbone of a model finds in a PictureSet drawn by its configuration: array [pictures, 704] float32."""
    no_matter = {"segment_hop_seconds": 1.0, "gate_dbfs": 0.0}  # they change no picture
    if model.config.replace(**no_matter) != pictures.config.replace(**no_matter):
        raise LessonError("own_sounds.config")
    backbone = backbone_of(model)
    with torch.inference_mode():
        return torch.cat([backbone.embed(levels) for levels in pictures.levels().split(64)]).numpy()


def fit_head(embeddings, y, weights):
    """A head, trained by logistic regression of scaled embeddings: torch.nn.Linear, embeddings → logits.

    Parameters
    ----------
    embeddings : array [n, 704]
    y : int array [n], index of each picture's label, of `helpers.train.encode_labels`
    weights : array [n], how much each picture counts, of `helpers.train.sample_weights`
    """
    embeddings = np.asarray(embeddings, np.float64)  # and far enough down that every processor finds the same head
    scale = StandardScaler().fit(embeddings)
    model = LogisticRegression(C=STRENGTH, tol=1e-6, max_iter=1000)
    model.fit(scale.transform(embeddings), y, weights / weights.mean())
    weight, bias = model.coef_, model.intercept_
    if len(weight) == 1:  # of two labels scikit-learn keeps the second one's only
        weight, bias = np.concatenate([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    head, weight = torch.nn.Linear(embeddings.shape[1], len(weight)), weight / scale.scale_
    values = {"weight": weight, "bias": bias - weight @ scale.mean_}
    head.load_state_dict({name: torch.from_numpy(value).float() for name, value in values.items()})
    return head


def cross_val_predict(embeddings, y, weights, rows, *, pooling="top_fifth"):
    """Predict each recording by a head that did not learn from its fold.

    Parameters
    ----------
    embeddings, y, weights, rows : arrays as for `fit_head`, and a SegmentRow for each picture
    pooling : str, a name of `helpers.evaluate.POOLING`

    Returns
    -------
    y_true, y_score : int array [recordings], and array [recordings, labels], probabilities
    """
    folds = np.array([row.fold or 0 for row in rows])  # no fold: its source is in two, and left out with its like
    recordings = np.array([row.recording for row in rows])
    for index in np.unique(y):
        if len(set(folds[y == index])) < 2:
            raise LessonError("own_sounds.one_fold", label=rows[np.argmax(y == index)].label)
    y_true, y_score = [], []
    for fold in np.unique(folds):
        learning = folds != fold
        head = fit_head(embeddings[learning], y[learning], weights[learning])
        with torch.inference_mode():
            probabilities = torch.softmax(head(torch.from_numpy(embeddings)), dim=1).numpy()
        for recording in np.unique(recordings[~learning]):
            segments = recordings == recording
            y_true.append(y[segments][0])
            y_score.append(POOLING[pooling](probabilities[segments]))
    return np.array(y_true), np.stack(y_score)


def fine_tune(model, pictures, target, *, others=None, labels=None, pooling="top_fifth"):
    """A Model for other labels on the frozen backbone of a trained one.

    Each picture is learnt from at three levels (`GAINS_DB`), others as they are. The threshold is chosen by
    `cross_val_predict`: with few takes there are none to set aside.

    Parameters
    ----------
    model, pictures : Model, such as the pretrained detector; PictureSet of all labels
    target : str, the label that the threshold is for
    others : PictureSet or None, learnt from as ``other``, whatever their own labels
    labels : sequence of str; what else there is counts as ``other``, which is then one of them. None: those of the
        pictures, and ``other`` if there are others
    pooling : str, a name of `helpers.evaluate.POOLING`

    Source: Yosinski et al. 2014, How transferable are features in deep neural networks?
    """
    labels = tuple(labels or dict.fromkeys([*pictures.labels, *([OTHER] if others else [])]))
    learnt = join(*map(pictures.louder, GAINS_DB))
    if others:
        learnt = join(learnt, replace(others, rows=[replace(row, label=OTHER) for row in others.rows]))
    index = datasets.label_index(target, labels)
    y = encode_labels([row.label for row in learnt.rows], labels)
    for number, label in enumerate(labels):
        if number not in y:
            raise LessonError("own_sounds.nothing", label=label)
    found, weights, y = embeddings(model, learnt), sample_weights(learnt.rows, y).numpy(), y.numpy()
    y_true, y_score = cross_val_predict(found, y, weights, learnt.rows, pooling=pooling)
    network = backbone_of(model, len(labels))
    network.head = fit_head(found, y, weights)
    threshold = best_threshold(y_true == index, y_score[:, index])
    sources = sorted({*model.metadata.get("sources", ()), *(row.source for row in learnt.rows)})
    given = [pictures, *([others] if others else [])]
    data, segments = "+".join(one.data for one in given), sum(map(len, given))
    metadata = {"data": data, "sources": sources, "recordings": len(y_true), "segments": segments}
    changes = {"network": network, "labels": labels, "target": target, "pooling": pooling, "metadata": metadata}
    return replace(model, threshold=threshold, stream_threshold=threshold, **changes)
