"""The network: the picture of a segment goes in, a number for each label comes out. Readable in one sitting."""

import contextlib
import copy
import json
import logging
import warnings
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as save_tensors
from torch import nn
from torch.nn import functional

from helpers.batch import atomic_write
from helpers.config import AudioConfig
from helpers.datasets import TARGET, label_index
from helpers.features import FrontEnd
from helpers.messages import LessonError

PRETRAINED = Path(__file__).with_name("pretrained_detector.safetensors")
"""The detector that comes with the lessons; ``pretrained_detector.md`` says what it learnt from and how good it is."""

POOLING = {
    "mean": lambda windows: windows.mean(axis=0),
    "top_fifth": lambda windows: np.sort(windows, axis=0)[-max(3, len(windows) // 5) :].mean(axis=0),
    "max": lambda windows: windows.max(axis=0),
}
"""Ways to pool window probabilities [windows, labels] into one vector per recording [labels]."""

WIDTHS = (16, 32, 64, 128)
_FORMAT = 3  # of the metadata in a model's file
_BATCH = 64  # segments predicted at once


class Network(nn.Module):
    """Convolutions that look at ever larger patches of the log-mel picture, and one decision about the whole.

    When in the segment a bark sounds does not matter: what the patches show is pooled over time, by mean and by
    maximum. So segments of any length can be judged.

    Parameters
    ----------
    labels : int, how many answers there are
    floor_db : float, the level of silence in the pictures
    widths : sequence of int, channels of each block
    dropout : float, share of the pooled features that is dropped while it learns

    Source: the blocks are VGG's (Simonyan & Zisserman 2015), the pooling is that of PANNs (Kong et
    al. 2020), both much smaller here.
    """

    def __init__(self, labels, floor_db=AudioConfig().floor_db, widths=WIDTHS, dropout=0.2):
        super().__init__()
        self.floor_db = floor_db
        self.blocks = _blocks(widths)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(widths[-1], labels)
        self.to(memory_format=torch.channels_last)  # the order in memory that processors like best

    def forward(self, log_mel):
        """Log-mel pictures [batch, n_mels, frames] dB → logits [batch, labels]."""
        x = _scaled(log_mel, self)  # [batch, 1, n_mels, frames], -1…1
        x = self.blocks(x)  # [batch, 128, n_mels / 16, frames / 16]
        x = x.mean(dim=2)  # [batch, 128, frames / 16]: all frequencies together
        x = x.mean(dim=2) + x.amax(dim=2)  # [batch, 128]: all moments together
        return self.head(self.dropout(x))  # [batch, labels]


def _scaled(log_mel, network):
    """dB → -1…1, with one channel; a picture too small to be halved by each block is padded with silence."""
    least = 2 ** len(network.blocks)
    missing = [max(0, least - size) for size in log_mel.shape[1:]]
    x = log_mel.unsqueeze(1) * (2 / -network.floor_db) + 1
    return functional.pad(x, (0, missing[1], 0, missing[0]), value=-1) if any(missing) else x


def _blocks(widths):
    """One convolution, then blocks of two; each halves the picture early, since large pictures cost time."""
    first = nn.Sequential(*_convolution(1, widths[0], size=5, stride=2))
    rest = [
        nn.Sequential(*_convolution(before, width), nn.AvgPool2d(2), *_convolution(width, width))
        for before, width in pairwise(widths)
    ]
    return nn.Sequential(first, *rest)


def _convolution(before, width, size=3, stride=1):
    """A convolution; its ReLU works in place, since nothing needs what it overwrites, and fresh memory costs time."""
    convolution = nn.Conv2d(before, width, size, stride, padding=size // 2, bias=False)
    return convolution, nn.BatchNorm2d(width), nn.ReLU(inplace=True)


class GuideNetwork(nn.Module):
    """The network of the 2019 guide, which looked at 128 × 128 pictures in three colours; here it sees the log-mel.

    Five blocks of one convolution, then a last one that gives the labels, and the mean over all of the picture.
    """

    def __init__(self, labels, floor_db=AudioConfig().floor_db):
        super().__init__()
        self.floor_db = floor_db
        widths = (16, 32, 64, 128, 256)
        self.blocks = nn.Sequential(*map(guide_block, (1, *widths), widths))
        self.head = nn.Conv2d(widths[-1], labels, 3, padding=1)

    def forward(self, log_mel):
        """Log-mel pictures [batch, n_mels, frames] dB → logits [batch, labels]."""
        x = _scaled(log_mel, self)  # [batch, 1, n_mels, frames], -1…1
        x = self.head(self.blocks(x))  # [batch, labels, n_mels / 32, frames / 32]
        return x.mean(dim=(2, 3))  # [batch, labels]


def guide_block(before, width):
    """One convolution, then a picture half as wide and half as high."""
    convolution = nn.Conv2d(before, width, 3, padding=1)
    return nn.Sequential(convolution, nn.BatchNorm2d(width), nn.LeakyReLU(), nn.MaxPool2d(2))


class Backbone(nn.Module):
    """The blocks of a `Network`, and a head about all that they find.

    The first three find edges, stripes and patches that any sound is made of. Of each of their channels the head is
    given the mean, the strongest moment, the strongest place, and how unevenly it responds. The last block finds what
    it was trained to tell apart: of its channels, mean and strongest moment.

    Source: on which blocks carry over, Yosinski et al. 2014.
    """

    def __init__(self, labels, floor_db=AudioConfig().floor_db):
        super().__init__()
        self.floor_db = floor_db
        self.blocks = _blocks(WIDTHS)
        self.head = nn.Linear(4 * sum(WIDTHS[:-1]) + 2 * WIDTHS[-1], labels)
        self.to(memory_format=torch.channels_last)

    def embed(self, log_mel):
        """Log-mel pictures [batch, n_mels, frames] dB → embeddings [batch, 704]."""
        x, found = _scaled(log_mel, self), []
        for block in self.blocks:
            x = block(x)
            moments, places = x.mean(dim=2), x.flatten(2)  # [batch, channels, frames], [batch, channels, places]
            found += [moments.mean(dim=2), moments.amax(dim=2), places.amax(dim=2), places.std(dim=2, correction=0)]
        return torch.cat(found[:-2], dim=1)  # of the last block no places

    def forward(self, log_mel):
        """Log-mel pictures [batch, n_mels, frames] dB → logits [batch, labels]."""
        return self.head(self.embed(log_mel))


NETWORKS = {network.__name__: network for network in (Network, GuideNetwork, Backbone)}


def layers(network, config=AudioConfig()):
    """Rows of (layer, shape of one segment behind it, parameters) for a network, and a last one with the sum."""
    rows = [("log-mel", [config.n_mels, config.segment_frames], 0)]

    def note(name):
        def hook(module, _inputs, output):
            rows.append((name, list(output.shape[1:]), sum(parameter.numel() for parameter in module.parameters())))

        return hook

    hooks = [block.register_forward_hook(note(f"block {number}")) for number, block in enumerate(network.blocks, 1)]
    hooks.append(network.head.register_forward_hook(note("head")))
    try:
        with torch.inference_mode():
            copy.deepcopy(network).eval()(torch.zeros(1, config.n_mels, config.segment_frames))
    finally:
        for hook in hooks:
            hook.remove()
    return [*rows, ("sum", "", sum(parameter.numel() for parameter in network.parameters()))]


@dataclass(eq=False, kw_only=True)
class Model:
    """A trained network with all that belongs to it, so that it is never fed what it was not trained on.

    Parameters
    ----------
    network : Network, GuideNetwork or Backbone
    config : AudioConfig, of the segments it was trained on
    labels : tuple of str, in the order of its outputs
    target : str or None, the label that `score` is about
    threshold : float, from this score on a recording counts as the target
    stream_threshold : float or None, the same for a live stream; None for ``threshold``
    pooling : str, how a recording's windows become one score, a name of `POOLING`
    metadata : dict of plain JSON values: data, sources, folds, seed, scores, versions
    """

    network: nn.Module
    config: AudioConfig
    labels: tuple
    target: str | None = TARGET
    threshold: float = 0.5
    stream_threshold: float | None = None
    pooling: str = "top_fifth"
    metadata: dict = field(default_factory=dict)

    def __post_init__(self):
        self._front_end = FrontEnd(self.config)
        self.network.eval()
        if self.stream_threshold is None:
            self.stream_threshold = self.threshold

    def predict_proba(self, samples):
        """Probability of each label: array [segments, labels] or [labels], float32; each row sums to 1.

        Parameters
        ----------
        samples : array [segments, n] or [n], float32 in -1…1, at ``config.sample_rate``, one STFT window or longer
        """
        sound = torch.as_tensor(np.ascontiguousarray(samples))
        batches = torch.atleast_2d(sound).split(_BATCH)
        with torch.inference_mode():
            probabilities = torch.cat([self.predict_levels(self._front_end(batch)) for batch in batches])
        return probabilities.reshape(*sound.shape[:-1], len(self.labels)).numpy()

    def predict_levels(self, log_mel):
        """The same for log-mel pictures: tensor [segments, n_mels, frames] dB → tensor [segments, labels]."""
        device = next(self.network.parameters()).device
        with torch.inference_mode():
            return torch.cat(
                [torch.softmax(self.network(batch.to(device)), dim=1).cpu() for batch in log_mel.split(_BATCH)]
            )

    def score(self, samples):
        """Probability of the target: array [segments], or a number for a single one; samples as for `predict_proba`."""
        return self.predict_proba(samples)[..., label_index(self.target, self.labels)]

    def save(self, path):
        """Write the model whole or not at all, as safetensors: numbers and text, nothing that could be executed."""
        tensors = {name: value.contiguous().cpu() for name, value in self.network.state_dict().items()}
        facts = {"format": _FORMAT, "network": type(self.network).__name__, **_facts(self), "metadata": self.metadata}
        atomic_write(Path(path), save_tensors(tensors, {"model": json.dumps(facts, sort_keys=True)}))


def _facts(model):
    return {
        "labels": list(model.labels),
        "target": model.target,
        "threshold": model.threshold,
        "stream_threshold": model.stream_threshold,
        "pooling": model.pooling,
        "config": model.config.as_dict(),
    }


def load_model(path=PRETRAINED, config=None):
    """Read a Model that `Model.save` wrote; a pickle, which could run any code, is refused unread.

    Parameters
    ----------
    path : path; the pretrained detector by default
    config : AudioConfig or None, what the caller cuts and draws by; None takes what the model was trained on

    Raises
    ------
    LessonError
        If the file is missing or no model of ours, or was trained with another configuration than ``config``.
    """
    path = Path(path)
    if not path.is_file():
        raise LessonError("model.missing", file=path)
    with path.open("rb") as file:
        begin = file.read(9)
    if begin[8:] != b"{" and (begin[:2] == b"PK" or begin[:1] == b"\x80"):  # torch.save's zip, a bare pickle
        raise LessonError("model.pickle", file=path)
    try:
        with safe_open(path, "pt") as stored:
            facts = json.loads(stored.metadata()["model"])
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118  not a dict
        if known := facts["format"] == _FORMAT:
            trained = AudioConfig(**facts["config"])
            network = NETWORKS[facts["network"]](len(facts["labels"]), trained.floor_db)
            network.load_state_dict(tensors)
            model = Model(
                network=network,
                config=trained,
                labels=tuple(facts["labels"]),
                target=facts["target"],
                threshold=float(facts["threshold"]),
                stream_threshold=float(facts["stream_threshold"]),
                pooling=facts["pooling"],
                metadata=dict(facts["metadata"]),
            )
            _ = POOLING[model.pooling], set(model.metadata.get("sources", ()))  # else an error only when it is used
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, RuntimeError, LessonError) as error:
        raise LessonError("model.damaged", file=path) from error
    if not known:
        raise LessonError("model.version", file=path)
    if config is not None and (names := differences(trained, config)):
        raise LessonError("model.other_config", file=path, names=", ".join(names))
    return model


def differences(first, second):
    """Parameters of the pictures in which two configurations differ, with both values."""
    ours, theirs = first.as_dict(), second.as_dict()
    elsewhere = ("segment_hop_seconds", "gate_dbfs", "n_mfcc")  # they change no picture
    return [f"{n} {ours[n]} ≠ {theirs[n]}" for n in ours if ours[n] != theirs[n] and n not in elsewhere]


def export_onnx(path, model):
    """Write a model for programs without PyTorch: waveforms go in, probabilities come out.

    The front end is inside the graph, so nobody can feed it other features. Input ``audio``: float32 [segments,
    samples] in −1…1; output ``probabilities``: float32 [segments, labels]. What else a detector needs to know stands in
    the file's metadata.
    """
    import onnx  # here, and torch.onnx too: they take seconds to import, and only this needs them

    # a copy: the exporter puts placeholders where the weights are, and a detector may be asking the network meanwhile
    network = copy.deepcopy(model.network).cpu()
    whole = nn.Sequential(FrontEnd(model.config), network, nn.Softmax(dim=1)).eval()
    example = torch.zeros(2, model.config.segment_samples)
    with warnings.catch_warnings(), _silent("torch.onnx"):
        warnings.simplefilter("ignore", FutureWarning)  # torch's own, about what it will call itself
        warnings.simplefilter("ignore", DeprecationWarning)
        program = torch.onnx.export(
            whole,
            (example,),
            dynamo=True,
            verbose=False,
            input_names=["audio"],
            output_names=["probabilities"],
            dynamic_shapes=({0: torch.export.Dim("segments")},),
        )
    graph = program.model_proto
    onnx.helper.set_model_props(graph, {name: json.dumps(value) for name, value in _facts(model).items()})
    atomic_write(Path(path), graph.SerializeToString())


@contextlib.contextmanager
def _silent(name):
    """Keep what a library tells its own log off the learner's screen."""
    log = logging.getLogger(name)
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)
