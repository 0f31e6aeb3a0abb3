"""A trained model as a file: safetensors, which holds numbers and text and runs no code; ONNX for other programs."""

import contextlib
import copy
import hashlib
import json
import logging
import warnings
from dataclasses import fields
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import nn

from helpers.batch import publish
from helpers.config import AudioConfig
from helpers.features import FrontEnd
from helpers.messages import LessonError
from helpers.model import NETWORKS, Model

READY = Path(__file__).with_name("ready_detector.safetensors")
"""The detector that comes with the lessons; ``ready_detector.md`` beside it says what it learnt from and can do."""

_FORMAT = 1  # counts up when the file is laid out otherwise


class CheckpointError(LessonError):
    """A file that holds no model of ours, or not the one that was saved."""


def save(path, model):
    """Write a model whole or not at all.

    Parameters
    ----------
    path : path, by custom ending in ``.safetensors``
    model : Model

    Lesson: 06_train.
    """
    tensors = {name: value.contiguous().cpu() for name, value in model.network.state_dict().items()}
    facts = {
        "format": _FORMAT,
        "network": type(model.network).__name__,
        "labels": list(model.labels),
        "threshold": model.threshold,
        "rule": model.rule,
        "config": model.config.as_dict(),
        "card": model.card,
    }
    said = json.dumps(facts, sort_keys=True)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    publish(path, save_tensors(tensors, {"model": said, "seal": _seal(said, tensors)}))


def load(path=READY, config=None):
    """Read a model, and check that it is the one that was saved.

    Nothing in the file is executed: a pickle, which could run whatever it likes, is refused unread.

    Parameters
    ----------
    path : path; the ready detector by default
    config : AudioConfig or None, what the caller will cut and hear by; None takes what the model was trained on

    Returns
    -------
    Model

    Raises
    ------
    CheckpointError
        If there is no such file, it is no whole safetensors file of ours, it was changed after it was saved, or it was
        trained with another configuration than ``config``; the sentence says which.

    Lesson: 06_train.
    """
    path = Path(path)
    if not path.is_file():
        raise CheckpointError("checkpoint.missing", file=path)
    content = path.read_bytes()
    if content[8:9] != b"{" and (content[:2] == b"PK" or content[:1] == b"\x80"):  # torch.save's zip, a bare pickle
        raise CheckpointError("checkpoint.pickle", file=path)
    try:
        tensors = load_tensors(content)
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"]
        facts, said, seal = json.loads(header["model"]), header["model"], header["seal"]
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError("checkpoint.damaged", file=path) from error
    if facts.get("format") != _FORMAT or facts.get("network") not in NETWORKS:
        raise CheckpointError("checkpoint.format", file=path)
    if seal != _seal(said, tensors):
        raise CheckpointError("checkpoint.changed", file=path)
    trained = AudioConfig(**facts["config"])
    if config is not None and (names := different(trained, config)):
        raise CheckpointError("checkpoint.other_config", file=path, names=", ".join(names))
    network = NETWORKS[facts["network"]](len(facts["labels"]), trained.floor_db)
    if _layout(tensors) != _layout(network.state_dict()):  # the seal knows their bytes, not how to read them
        raise CheckpointError("checkpoint.changed", file=path)
    network.load_state_dict(tensors)
    return Model(
        network=network,
        config=trained,
        labels=tuple(facts["labels"]),
        threshold=facts["threshold"],
        rule=facts["rule"],
        card=facts["card"],
    )


def different(first, second):
    """Names of the parameters in which two configurations differ, with both values.

    How far apart pieces are cut, and from which level on, changes no feature and does not count.

    Lesson: 06_train.
    """
    pairs = ((field.name, getattr(first, field.name), getattr(second, field.name)) for field in fields(AudioConfig))
    return [
        f"{name} {one} ≠ {other}"
        for name, one, other in pairs
        if one != other and name not in ("piece_hop_seconds", "gate_dbfs", "n_mfcc")
    ]


def _layout(tensors):
    return {name: (value.dtype, value.shape) for name, value in tensors.items()}


def _seal(said, tensors):
    digest = hashlib.sha256(said.encode())
    for name in sorted(tensors):
        digest.update(name.encode() + tensors[name].numpy().tobytes())
    return digest.hexdigest()


def export_onnx(path, model):
    """Write a model for programs without PyTorch: waveforms go in, probabilities come out.

    The front end is inside the graph, so whoever uses the file cannot feed it other features. Input ``audio``: float32
    [pieces, samples] in −1…1; output ``probabilities``: float32 [pieces, labels]. Labels, sample rate and threshold
    stand in the file's metadata.

    Parameters
    ----------
    path : path, by custom ending in ``.onnx``
    model : Model

    Lesson: 06_train.
    """
    import onnx  # here, and torch.onnx too: they take seconds to import, and only this needs them

    # a copy: the exporter puts placeholders where the weights are, and a detector may be asking the network meanwhile
    network = copy.deepcopy(model.network).cpu()
    whole = nn.Sequential(FrontEnd(model.config), network, nn.Softmax(dim=1)).eval()
    example = torch.zeros(2, model.config.piece_samples)
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
            dynamic_shapes=({0: torch.export.Dim("pieces")},),
        )
    graph = program.model_proto
    facts = {
        "labels": json.dumps(model.labels),
        "sample_rate": str(model.config.sample_rate),
        "samples": str(model.config.piece_samples),
        "threshold": str(model.threshold),
    }
    onnx.helper.set_model_props(graph, facts)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    publish(path, graph.SerializeToString())


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
