"""A model as a file: the one that was saved or none, nothing in it is run, and other programs hear the same."""

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

from helpers import audio as sound
from helpers import datasets
from helpers.checkpoint import READY, CheckpointError, different, export_onnx, load, save
from helpers.config import AudioConfig
from helpers.model import BINARY, NETWORKS, Model, Network

CONFIG = AudioConfig(
    sample_rate=8_000, f_max=4_000, piece_seconds=0.5, piece_hop_seconds=0.5, n_fft=256, hop_length=128, n_mels=16
)


def tiny(labels, floor_db=-80.0):
    """A `Network` of few parameters: a file small enough to be damaged everywhere."""
    return Network(labels, floor_db, widths=(1, 2, 2, 2))


def model(network=None, config=CONFIG, **card):
    torch.manual_seed(0)
    network = network or Network(2, config.floor_db)
    with torch.no_grad():
        network(-80 * torch.rand(16, config.n_mels, config.piece_frames))  # its batch norms have seen something
    return Model(network=network, config=config, labels=BINARY, threshold=0.4, rule="mean", card=card)


def sounds(count, samples=CONFIG.piece_samples, seed=0):
    return (0.1 * np.random.default_rng(seed).standard_normal((count, samples))).astype(np.float32)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setitem(NETWORKS, "Network", tiny)


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    """A small model's file."""
    path = tmp_path_factory.mktemp("whole") / "m.safetensors"
    save(path, model(tiny(2), data="tones", sources=["1", "2"]))
    return path.read_bytes()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("damaged") / "m.safetensors"


def said(error):
    return error.value.key.removeprefix("checkpoint.")


# There and back


@pytest.mark.parametrize("kind", NETWORKS.values(), ids=NETWORKS)
def test_what_was_saved_answers_bit_for_bit_the_same(tmp_path, kind):
    deep = replace(CONFIG, floor_db=-100.0)
    one = model(kind(2, deep.floor_db), deep, data="tones", folds=[1, 2], scores={"auc": 0.5})
    path = tmp_path / "new folder/m.safetensors"
    save(str(path), one)
    back = load(str(path))
    batch = sounds(70)
    np.testing.assert_array_equal(back.probabilities(batch), one.probabilities(batch))
    assert type(back.network) is kind and not back.network.training
    for name in ("config", "labels", "threshold", "rule", "card"):
        assert getattr(back, name) == getattr(one, name)
    assert list(path.parent.iterdir()) == [path]


def test_a_header_of_any_length_is_read(tmp_path, small):
    """The file begins with that length: some look like the beginning of a pickle or of a zip."""
    path, one = tmp_path / "m.safetensors", model(tiny(2))
    save(path, replace(one, card={"note": ""}))
    shortest = int.from_bytes(path.read_bytes()[:8], "little")
    begun = set()
    for length in [*range(0, 260, 4), int.from_bytes(b"PK", "little") - shortest]:
        save(path, replace(one, card={"note": "x" * length}))
        begun.add(path.read_bytes()[:2])
        assert load(path).card["note"] == "x" * length
    assert any(two[:1] == b"\x80" for two in begun) and b"PK" in begun


def test_killed_while_writing_the_old_file_stays(tmp_path, monkeypatch):
    path = tmp_path / "m.safetensors"
    save(path, model(data="old"))

    def killed(*_):
        raise KeyboardInterrupt

    for name in ("replace", "write_bytes"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, name, killed)
            with pytest.raises(KeyboardInterrupt):
                save(path, model(data="new"))
        assert load(path).card == {"data": "old"}
    save(path, model(data="new"))
    assert load(path).card == {"data": "new"}


# Damaged, changed, or something else


def test_a_file_that_is_not_there_is_named(tmp_path, language):
    for path in (tmp_path / "none.safetensors", tmp_path):
        with pytest.raises(CheckpointError, match=path.name) as error:
            load(path)
        assert said(error) == "missing"


@given(data=st.data())
@settings(max_examples=150)
def test_a_file_cut_short_anywhere_is_refused(content, place, data):
    place.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(CheckpointError) as error:
        load(place)
    assert said(error) == "damaged"


@given(data=st.data())
@settings(max_examples=250)
def test_a_byte_changed_anywhere_is_refused_or_makes_no_difference(content, place, data):
    at = data.draw(st.integers(0, len(content) - 1))
    place.write_bytes(content[:at] + bytes([content[at] ^ data.draw(st.integers(1, 255))]) + content[at + 1 :])
    refused_or_the_same(content, place)


def test_a_type_changed_anywhere_is_refused(content, place):
    """One letter: the same bytes, read as whole numbers."""
    count = 0
    for at in range(len(content) - 3):
        if content[at : at + 3] == b"F32":
            for letter in b"IU":
                place.write_bytes(content[:at] + bytes([letter]) + content[at + 1 :])
                with pytest.raises(CheckpointError) as error:
                    load(place)
                assert said(error) == "changed"
                count += 1
    assert count > 40


def refused_or_the_same(content, place):
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(NETWORKS, "Network", tiny)
        try:
            one = load(place)
        except CheckpointError as error:
            assert place.name in str(error)
            return
        whole = place.with_name("whole")
        whole.write_bytes(content)
        other = load(whole)
    assert all(
        torch.equal(*pair) for pair in zip(*(m.network.state_dict().values() for m in (one, other)), strict=True)
    )
    for name in ("config", "labels", "threshold", "rule", "card"):
        assert getattr(one, name) == getattr(other, name)


@pytest.mark.parametrize(
    "change",
    [
        {"n_mels": 32},
        {"f_max": 3_000.0},
        {"gate_dbfs": -50.0},
        {"sample_rate": 16_000},
    ],
)
def test_another_configuration_in_the_header_is_refused(tmp_path, content, change):
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    with safetensors.safe_open(path, "pt") as stored:
        header = stored.metadata()
    facts = json.loads(header["model"])
    facts["config"] |= change
    header["model"] = json.dumps(facts, sort_keys=True)
    safetensors.torch.save_file(safetensors.torch.load_file(path), path, header)
    with pytest.raises(CheckpointError) as error:
        load(path)
    assert said(error) == "changed"


@pytest.mark.parametrize(
    ("change", "key"),
    [({"format": 2}, "format"), ({"network": "Transformer"}, "format"), ({"threshold": 0.1}, "changed")],
)
def test_what_a_later_version_wrote_is_refused(tmp_path, content, change, key):
    header = {"model": json.dumps({"format": 1, "network": "Network"} | change), "seal": "0"}
    (tmp_path / "m").write_bytes(safetensors.torch.save(safetensors.torch.load(content), header))
    with pytest.raises(CheckpointError) as error:
        load(tmp_path / "m")
    assert said(error) == key


@pytest.mark.parametrize("header", [None, {"model": "{}"}, {"model": "no json", "seal": ""}])
def test_somebody_elses_safetensors_are_refused(tmp_path, header):
    safetensors.torch.save_file({"weight": torch.zeros(3)}, tmp_path / "other.safetensors", header)
    with pytest.raises(CheckpointError) as error:
        load(tmp_path / "other.safetensors")
    assert said(error) == "damaged"


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
    with pytest.raises(CheckpointError, match="pickle") as error:
        load(path)
    assert said(error) == "pickle"
    assert not sprung.exists()
    with path.open("rb") as file:
        read(file)
    assert sprung.exists()  # the trap is a real one


# Heard by another configuration


@pytest.mark.parametrize(
    "change", [{"n_mels": 24}, {"piece_seconds": 1.0}, {"floor_db": -90.0}, {"window": "hamming"}, {"f_min": 20.0}]
)
def test_another_configuration_is_refused_by_name(tmp_path, language, change):
    save(tmp_path / "m", model())
    ((name, value),) = change.items()
    with pytest.raises(CheckpointError) as error:
        load(tmp_path / "m", config=replace(CONFIG, **change))
    assert said(error) == "other_config"
    assert f"{name} {getattr(CONFIG, name)} ≠ {value}" in str(error.value)


def test_what_changes_no_feature_may_differ(tmp_path):
    save(tmp_path / "m", model())
    same = replace(CONFIG, piece_hop_seconds=0.1, gate_dbfs=-70.0, n_mfcc=5)
    assert load(tmp_path / "m", config=same).config == CONFIG
    assert different(CONFIG, same) == [] != different(CONFIG, replace(CONFIG, n_fft=512))


# ONNX


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """What `export_onnx` wrote, and its model; in a process of its own, as a command runs it."""
    folder = tmp_path_factory.mktemp("onnx")
    torch.manual_seed(0)
    save(folder / "m.safetensors", model())
    code = "import sys; from helpers.checkpoint import *; export_onnx(sys.argv[2], load(sys.argv[1]))"
    command = [sys.executable, "-c", code, folder / "m.safetensors", folder / "m.onnx"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    assert done.returncode == 0, done.stderr
    return folder / "m.onnx", load(folder / "m.safetensors"), done.stdout + done.stderr


def session(path):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


@pytest.mark.slow
def test_exporting_says_nothing(exported):
    assert exported[2] == ""


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2, 7])
def test_onnx_hears_what_pytorch_hears(exported, count):
    path, one, _ = exported
    batch = sounds(count, seed=count) * np.geomspace(1e-3, 3, count, dtype=np.float32)[:, None]
    (said,) = session(path).run(["probabilities"], {"audio": batch})
    np.testing.assert_allclose(said, one.probabilities(batch), atol=1e-5)


@pytest.mark.slow
def test_onnx_says_how_it_wants_to_be_used(exported):
    path, one, _ = exported
    runs = session(path)
    facts = runs.get_modelmeta().custom_metadata_map
    assert json.loads(facts["labels"]) == list(BINARY)
    assert facts | {"labels": None} == {"labels": None, "sample_rate": "8000", "samples": "4000", "threshold": "0.4"}
    assert [entry.shape[1] for entry in (*runs.get_inputs(), *runs.get_outputs())] == [CONFIG.piece_samples, 2]
    assert [path.name] == [file.name for file in path.parent.glob("*.onnx*")]  # the weights are in it


@pytest.mark.slow
def test_exporting_here_says_nothing_and_leaves_the_model_and_the_log_alone(tmp_path, capfd):
    one = model()
    before = one.probabilities(sounds(3)), logging.getLogger("torch.onnx").level
    export_onnx(tmp_path / "new/m.onnx", one)
    assert capfd.readouterr() == ("", "")
    np.testing.assert_array_equal(one.probabilities(sounds(3)), before[0])
    assert logging.getLogger("torch.onnx").level == before[1]


@pytest.mark.slow
def test_a_detector_may_ask_the_model_while_it_is_exported(tmp_path):
    one, written, audio = model(), threading.Event(), sounds(1)
    before = one.probabilities(audio)

    def ask():
        while not written.is_set():
            np.testing.assert_array_equal(one.probabilities(audio), before)
        return True

    with ThreadPoolExecutor() as threads:
        asking = threads.submit(ask)
        export_onnx(tmp_path / "m.onnx", one)
        written.set()
        assert asking.result()


@pytest.mark.slow
def test_the_ready_detector_in_onnx_hears_real_pieces_as_it_does(real_sounds, tmp_path):
    one = load()
    export_onnx(tmp_path / "m.onnx", one)
    paths = sorted((real_sounds / "ESC-10").glob("*/2-*.ogg"))[::6]
    size = one.config.piece_samples
    real = np.stack([sound.load(path, one.config)[:size] for path in paths])
    assert len(real) > 10
    (said,) = session(tmp_path / "m.onnx").run(None, {"audio": real})
    np.testing.assert_allclose(said, one.probabilities(real), atol=1e-3)


# The detector that comes with the lessons


def test_the_ready_detector_is_there_and_small():
    one = load()
    assert READY.stat().st_size <= 2_000_000
    assert one.labels == BINARY and one.config == AudioConfig()
    assert 0 < one.threshold < 1
    assert load(config=AudioConfig()).threshold == one.threshold  # it hears as the lessons cut
    assert len(one.card["sources"]) > 300


def test_the_ready_detector_has_met_no_recording_of_urbansounds_but_those_of_esc10(real_sounds):
    met = set(load().card["sources"])
    esc10, urbansound = (set(datasets.load(real_sounds / name).sources) for name in ("ESC-10", "UrbanSound"))
    assert met & urbansound == esc10 & urbansound
    assert len(met & esc10) > 200
