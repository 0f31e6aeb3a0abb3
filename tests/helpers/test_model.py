"""The network: any length goes in, probabilities come out; as a file it answers the same, and nothing in it is run."""

import json
import logging
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import audio, datasets
from helpers.config import AudioConfig
from helpers.messages import LessonError
from helpers.model import NETWORKS, PRETRAINED, GuideNetwork, Model, Network, export_onnx, layers, load_model
from tests.shared import refused

CONFIG = AudioConfig(sample_rate=8_000, segment_seconds=0.5, segment_hop_seconds=0.5, n_fft=256, n_mels=16)
BINARY = ("dog_bark", "other")
SIZE = CONFIG.segment_samples
LABELS = ("clock", "dog_bark", "rain")


def sounds(*shape, seed=0):
    return (0.1 * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


def model(kind=Network, labels=LABELS, config=CONFIG):
    """One that disagrees with itself about different sounds: its batch norms have seen what they are to level out."""
    torch.manual_seed(0)
    network = kind(len(labels), config.floor_db)
    with torch.no_grad():
        for _ in range(30):
            network(-80 * torch.rand(16, config.n_mels, config.segment_frames) ** 2)
    return Model(network=network, config=config, labels=labels)


@pytest.fixture(scope="module", params=NETWORKS.values(), ids=NETWORKS)
def trained(request):
    return model(request.param)


# What it answers


@given(samples=st.integers(CONFIG.n_fft, 3 * SIZE), seed=st.integers(0, 9))
@settings(max_examples=40)
def test_a_sound_of_any_length_from_one_window_on_is_judged(trained, samples, seed):
    said = trained.predict_proba(sounds(samples, seed=seed))
    assert said.shape == (3,) and said.dtype == np.float32
    assert (said >= 0).all() and said.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("n_mels", [1, 8, 15, 40])
def test_a_picture_of_any_height_is_judged(trained, n_mels):
    low = CONFIG.replace(n_mels=n_mels, n_fft=1024)
    one = Model(network=trained.network, config=low, labels=LABELS)
    assert one.predict_proba(sounds(2, 1024)).sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_what_is_too_small_to_be_halved_is_filled_up_with_silence(trained):
    floor = trained.network.floor_db
    loud = -40 * torch.rand(2, 8, 5)
    filled = torch.full((2, 32, 32), floor)
    filled[:, :8, :5] = loud
    least = 2 ** len(trained.network.blocks)
    with torch.inference_mode():
        torch.testing.assert_close(trained.network(loud), trained.network(filled[:, :least, :least]))


def test_what_is_shorter_than_a_window_is_refused_in_a_sentence(trained, language):
    with pytest.raises(LessonError, match="256"):
        trained.predict_proba(sounds(CONFIG.n_fft - 1))


@pytest.mark.slow
@given(count=st.integers(1, 140), seed=st.integers(0, 9))
@settings(max_examples=8)
def test_a_batch_of_any_size_is_its_pieces(trained, count, seed):
    batch = sounds(count, SIZE, seed=seed) * np.geomspace(1e-3, 1, count, dtype=np.float32)[:, None]
    together = trained.predict_proba(batch)
    assert together.shape == (count, 3)
    np.testing.assert_allclose(together, np.stack([trained.predict_proba(one) for one in batch]), atol=1e-5)


def test_judging_twice_gives_the_same_and_teaches_nothing(trained):
    before = {name: value.clone() for name, value in trained.network.state_dict().items()}
    batch = sounds(3, SIZE)
    np.testing.assert_array_equal(trained.predict_proba(batch), trained.predict_proba(batch))
    assert all(torch.equal(before[name], value) for name, value in trained.network.state_dict().items())


@pytest.mark.parametrize("labels", [LABELS, ("dog_bark", "other", "siren"), ("a", "b", "dog_bark")])
def test_the_target_is_the_dogs_column_wherever_it_stands(labels):
    one = model(labels=labels)
    batch = sounds(5, SIZE)
    np.testing.assert_array_equal(one.score(batch), one.predict_proba(batch)[:, labels.index("dog_bark")])
    assert one.score(batch[0]).shape == ()


def test_the_model_hears_by_its_own_configuration():
    """The level of silence in its pictures is one of the parameters."""
    batch, deep = 0 * sounds(1, SIZE), CONFIG.replace(floor_db=-120)
    network = model().network
    own, other = (
        Model(network=network, config=config, labels=LABELS).predict_proba(batch) for config in (CONFIG, deep)
    )
    assert np.abs(own - other).max() > 1e-4


# What it is made of


@pytest.mark.parametrize("labels", [2, 10])
def test_the_network_stays_small(labels):
    assert layers(Network(labels))[-1][2] <= 300_000


@pytest.mark.parametrize(
    "config", [AudioConfig(), CONFIG, AudioConfig(segment_seconds=2.5)], ids=["1 s", "small", "2.5 s"]
)
@pytest.mark.parametrize(("kind", "blocks"), [(Network, 4), (GuideNetwork, 5)])
def test_layers_tells_every_block_and_counts_every_parameter(kind, blocks, config):
    network = kind(2, config.floor_db)
    *rows, (last, _, total) = layers(network, config)
    assert [name for name, _, _ in rows] == ["log-mel", *(f"block {n}" for n in range(1, blocks + 1)), "head"]
    assert last == "sum"
    assert total == sum(count for _, _, count in rows) == sum(p.numel() for p in network.parameters())
    assert all(count > 0 for _, _, count in rows[1:])


@pytest.mark.parametrize("kind", NETWORKS.values())
def test_each_block_halves_the_picture_and_looking_at_the_layers_changes_nothing(kind):
    network = kind(2).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    (_, first, none), *blocks, _, _ = rows = layers(network)
    assert layers(network) == rows
    assert (first, none) == ([64, 87], 0)
    height, width = first
    for _, (_, now_high, now_wide), _ in blocks:
        assert 2 * now_high - height in (-1, 0, 1) and 2 * now_wide - width in (-1, 0, 1)
        height, width = now_high, now_wide
    assert network.training
    assert not any(module._forward_hooks for module in network.modules())
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


def test_the_parameters_of_a_block_are_those_one_counts_by_hand():
    rows = {name: count for name, _, count in layers(Network(2))}
    assert rows["block 1"] == 16 * 25 + 2 * 16
    assert rows["block 2"] == 16 * 32 * 9 + 2 * 32 + 32 * 32 * 9 + 2 * 32
    assert rows["head"] == 128 * 2 + 2
    guide = {name: count for name, _, count in layers(GuideNetwork(2))}
    assert guide["block 2"] == 16 * 32 * 9 + 32 + 2 * 32
    assert guide["head"] == 256 * 2 * 9 + 2


def test_when_a_bark_sounds_hardly_matters():
    """A picture moved by as many frames as the blocks halve together gives the same patches, one place later."""
    network = model(config=AudioConfig()).network
    early = torch.full((1, 64, 512), -80.0)  # long, so that no patch sees both the sound and an edge
    early[:, 10:40, 200:230] = -20.0
    with torch.inference_mode():
        torch.testing.assert_close(network(early.roll(64, dims=2)), network(early), atol=1e-4, rtol=1e-4)
        assert (network(early.roll(64, dims=1)) - network(0 * early - 80)).abs().max() > 1e-3  # it is heard at all


# As a file


def tiny(labels, floor_db=-80.0):
    """A `Network` of few parameters: a file small enough to be damaged everywhere."""
    return Network(labels, floor_db, widths=(1, 2, 2, 2))


def saved_model(network=None, config=CONFIG, **metadata):
    torch.manual_seed(0)
    network = network or Network(2, config.floor_db)
    with torch.no_grad():
        network(-80 * torch.rand(16, config.n_mels, config.segment_frames))  # its batch norms have seen something
    said = {"threshold": 0.4, "stream_threshold": 0.6, "pooling": "mean", "metadata": metadata}
    return Model(network=network, config=config, labels=BINARY, **said)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setitem(NETWORKS, "Network", tiny)


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    """A small model's file."""
    path = tmp_path_factory.mktemp("whole") / "m.safetensors"
    saved_model(tiny(2), data="tones", sources=["1", "2"]).save(path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("damaged") / "m.safetensors"


# There and back


@pytest.mark.parametrize("kind", NETWORKS.values(), ids=NETWORKS)
def test_what_was_saved_answers_bit_for_bit_the_same(tmp_path, kind):
    deep = CONFIG.replace(floor_db=-100.0)
    one = saved_model(kind(2, deep.floor_db), deep, data="tones", folds=[1, 2], scores={"auc": 0.5})
    path = tmp_path / "new folder/m.safetensors"
    one.save(str(path))
    back = load_model(str(path))
    batch = sounds(70, SIZE)
    np.testing.assert_array_equal(back.predict_proba(batch), one.predict_proba(batch))
    assert type(back.network) is kind and not back.network.training
    for name in ("config", "labels", "target", "threshold", "stream_threshold", "pooling", "metadata"):
        assert getattr(back, name) == getattr(one, name)
    assert list(path.parent.iterdir()) == [path]


def test_a_header_of_any_length_is_read(tmp_path, small):
    """The file begins with that length: some look like the beginning of a pickle or of a zip."""
    path, one = tmp_path / "m.safetensors", saved_model(tiny(2))
    replace(one, metadata={"note": ""}).save(path)
    shortest = int.from_bytes(path.read_bytes()[:8], "little")
    begun = set()
    for length in [*range(0, 260, 4), int.from_bytes(b"PK", "little") - shortest]:
        replace(one, metadata={"note": "x" * length}).save(path)
        begun.add(path.read_bytes()[:2])
        assert load_model(path).metadata["note"] == "x" * length
    assert any(two[:1] == b"\x80" for two in begun) and b"PK" in begun


def test_killed_while_writing_the_old_file_stays(tmp_path, monkeypatch):
    path = tmp_path / "m.safetensors"
    saved_model(data="old").save(path)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "replace", killed)
        saved_model(data="new").save(path)
    assert load_model(path).metadata == {"data": "old"}
    saved_model(data="new").save(path)
    assert load_model(path).metadata == {"data": "new"}


# Damaged, changed, or something else


def test_a_file_that_is_not_there_is_named(tmp_path, language):
    for path in (tmp_path / "none.safetensors", tmp_path):
        with refused("model.missing", path.name):
            load_model(path)


@given(data=st.data())
@settings(max_examples=150)
def test_a_file_cut_short_anywhere_is_refused(content, place, data):
    place.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with refused("model.damaged"):
        load_model(place)


@given(data=st.data())
@settings(max_examples=200)
def test_a_byte_changed_anywhere_ends_in_a_sentence_or_in_a_model(content, place, data):
    at = data.draw(st.integers(0, len(content) - 1))
    place.write_bytes(content[:at] + bytes([content[at] ^ data.draw(st.integers(1, 255))]) + content[at + 1 :])
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(NETWORKS, "Network", tiny)
        try:
            assert isinstance(load_model(place), Model)
        except LessonError as error:
            assert place.name in str(error)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        *((facts, "damaged") for facts in (None, "[]", "null", "no json", "{}", '{"format": 3}')),  # somebody else's
        ('{"format": 3, "network": "Network", "config": 3}', "damaged"),
        ({"format": 2}, "version"),
        ({"network": "Transformer"}, "damaged"),
        ({"labels": ["dog_bark"]}, "damaged"),
        ({"config": {"n_mels": -1}}, "damaged"),
        ({"threshold": None}, "damaged"),
        ({"stream_threshold": "high"}, "damaged"),
        ({"pooling": "sum"}, "damaged"),
        ({"metadata": None}, "damaged"),
        ({"metadata": {"sources": 5}}, "damaged"),
    ],
)
def test_other_safetensors_and_models_of_another_version_or_of_other_weights_are_refused(
    tmp_path, language, content, change, key
):
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    if isinstance(change, dict):
        with safetensors.safe_open(path, "pt") as stored:
            change = json.dumps(json.loads(stored.metadata()["model"]) | change)
    safetensors.torch.save_file(safetensors.torch.load_file(path), path, change and {"model": change})
    with refused(f"model.{key}", "m.safetensors"):
        load_model(path)


TORCH = partial(torch.load, weights_only=False)


class Trap:
    """Unpickled, it makes a folder."""

    def __init__(self, folder):
        self.folder = str(folder)

    def __reduce__(self):
        return os.mkdir, (self.folder,)


@pytest.mark.parametrize(
    ("write", "read"),
    [
        (torch.save, TORCH),
        (partial(torch.save, _use_new_zipfile_serialization=False), TORCH),
        *((partial(pickle.dump, protocol=protocol), pickle.load) for protocol in (2, 3, 4, 5)),
    ],
    ids=["torch", "old torch", "2", "3", "4", "5"],
)
def test_a_pickle_is_refused_unread(tmp_path, language, write, read):
    path, sprung = tmp_path / "m.safetensors", tmp_path / "sprung"
    with path.open("wb") as file:
        write({"weights": Trap(sprung), "more": list(range(300))}, file)
    with refused("model.pickle", "pickle"):
        load_model(path)
    assert not sprung.exists()
    with path.open("rb") as file:
        read(file)
    assert sprung.exists()  # the trap is a real one


# Heard by another configuration


@pytest.mark.parametrize(
    "change", [{"n_mels": 24}, {"segment_seconds": 1.0}, {"floor_db": -90.0}, {"window": "hamming"}, {"f_min": 20.0}]
)
def test_another_configuration_is_refused_by_name(tmp_path, language, change):
    saved_model().save(tmp_path / "m")
    ((name, value),) = change.items()
    with refused("model.other_config", f"{name} {getattr(CONFIG, name)} ≠ {value}"):
        load_model(tmp_path / "m", config=CONFIG.replace(**change))


def test_what_changes_no_feature_may_differ(tmp_path):
    saved_model().save(tmp_path / "m")
    same = CONFIG.replace(segment_hop_seconds=0.1, gate_dbfs=-70.0, n_mfcc=5)
    assert load_model(tmp_path / "m", config=same).config == CONFIG


# ONNX


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """What `export_onnx` wrote, and its model; in a process of its own, as a command runs it."""
    folder = tmp_path_factory.mktemp("onnx")
    torch.manual_seed(0)
    saved_model().save(folder / "m.safetensors")
    code = "import sys; from helpers.model import *; export_onnx(sys.argv[2], load_model(sys.argv[1]))"
    command = [sys.executable, "-c", code, folder / "m.safetensors", folder / "m.onnx"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    assert done.returncode == 0, done.stderr
    return folder / "m.onnx", load_model(folder / "m.safetensors"), done.stdout + done.stderr


def session(path):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2, 7])
def test_onnx_hears_what_pytorch_hears(exported, count):
    path, one, _ = exported
    batch = sounds(count, SIZE, seed=count) * np.geomspace(1e-3, 3, count, dtype=np.float32)[:, None]
    (said,) = session(path).run(["probabilities"], {"audio": batch})
    np.testing.assert_allclose(said, one.predict_proba(batch), atol=1e-5)


@pytest.mark.slow
def test_onnx_says_how_it_wants_to_be_used(exported):
    path, _, printed = exported
    assert printed == ""
    runs = session(path)
    facts = {name: json.loads(value) for name, value in runs.get_modelmeta().custom_metadata_map.items()}
    assert facts.pop("config") == CONFIG.as_dict()
    assert facts == {
        "labels": list(BINARY),
        "target": "dog_bark",
        "threshold": 0.4,
        "stream_threshold": 0.6,
        "pooling": "mean",
    }
    assert [entry.shape[1] for entry in (*runs.get_inputs(), *runs.get_outputs())] == [CONFIG.segment_samples, 2]
    assert [path.name] == [file.name for file in path.parent.glob("*.onnx*")]  # the weights are in it


@pytest.mark.slow
def test_a_detector_may_ask_while_the_export_says_nothing_and_leaves_model_and_log_alone(tmp_path, capfd):
    one, written, sound = saved_model(), threading.Event(), sounds(3, SIZE)
    before, log = one.predict_proba(sound), logging.getLogger("torch.onnx").level

    def ask():
        while not written.is_set():
            np.testing.assert_array_equal(one.predict_proba(sound), before)
        return one.predict_proba(sound)

    with ThreadPoolExecutor() as threads:
        asking = threads.submit(ask)
        export_onnx(tmp_path / "new/m.onnx", one)
        written.set()
        np.testing.assert_array_equal(asking.result(), before)
    assert capfd.readouterr() == ("", "") and logging.getLogger("torch.onnx").level == log


@pytest.mark.slow
def test_the_pretrained_detector_in_onnx_hears_real_pieces_as_it_does(real_sounds, tmp_path):
    one = load_model()
    export_onnx(tmp_path / "m.onnx", one)
    paths = sorted((real_sounds / "ESC-10").glob("*/2-*.ogg"))[::6]
    size = one.config.segment_samples
    real = np.stack([audio.load(path, one.config)[:size] for path in paths])
    assert len(real) > 10
    (said,) = session(tmp_path / "m.onnx").run(None, {"audio": real})
    np.testing.assert_allclose(said, one.predict_proba(real), atol=1e-3)


# The detector that comes with the lessons


def test_the_pretrained_detector_is_there_and_small():
    one = load_model()
    assert PRETRAINED.stat().st_size <= 2_000_000
    assert one.labels == BINARY and one.config == AudioConfig()
    assert 0 < one.threshold < 1
    assert load_model(config=AudioConfig()).threshold == one.threshold  # it hears as the lessons cut
    assert len(one.metadata["sources"]) > 300


def test_the_pretrained_detector_has_met_no_recording_of_urbansounds_but_those_of_esc10(real_sounds):
    met = set(load_model().metadata["sources"])
    esc10, urbansound = (set(datasets.load(real_sounds / name).sources) for name in ("ESC-10", "UrbanSound"))
    assert met & urbansound == esc10 & urbansound
    assert len(met & esc10) > 200
