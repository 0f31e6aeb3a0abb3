"""A decision learnt anew: what the ears are, that a few takes teach it, and that nothing left out was learnt from."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from helpers import checkpoint, transfer
from helpers.audio import to_int16
from helpers.config import AudioConfig
from helpers.evaluate import best_threshold
from helpers.features import FrontEnd
from helpers.live.detector import Detector
from helpers.model import BINARY, Ears, GuideNetwork, Model, Network
from helpers.train import Examples, TrainError, targets_of, weights_of
from helpers.transfer import TransferError, decide, ears_of, features, left_out, teach

RATE = 8_000
CONFIG = AudioConfig(sample_rate=RATE, f_max=4_000, n_fft=256, hop_length=128, n_mels=16)
LABELS = ("high", "low", "other")
PITCH = {"high": 2200, "low": 400}


def examples(takes=5, config=CONFIG):
    """High and low tones in noise, and noise alone: two pieces a take, each take in a fold of its own, and some more
    noise under labels that nobody asks for."""
    random, sounds, named = np.random.default_rng(0), [], []
    for label in ("high", "low", "other", "rain", "wind"):
        for take in range(takes):
            for _ in range(2):
                sound = 0.02 * random.standard_normal(config.piece_samples)
                if label in PITCH:
                    hz = PITCH[label] * random.uniform(0.9, 1.1)
                    sound += 0.2 * np.sin(2 * np.pi * hz * np.arange(config.piece_samples) / config.sample_rate)
                sounds.append(to_int16(sound))
                named.append((label, f"{label}/{take}.wav", f"{label}/{take}", 1 + take % 5))
    labels, recordings, sources, folds = zip(*named, strict=True)
    starts = torch.zeros(len(labels), dtype=torch.int64)
    return Examples(torch.from_numpy(np.stack(sounds)), starts, labels, recordings, sources, folds, config, "mine")


def model(kind=Network, **card):
    torch.manual_seed(0)
    network = kind(2, CONFIG.floor_db)
    with torch.no_grad():
        for _ in range(20):  # what batch norms level out
            network(-80 * torch.rand(8, CONFIG.n_mels, CONFIG.piece_frames))
    return Model(network=network, config=CONFIG, labels=BINARY, threshold=0.9, card=card)


@pytest.fixture(scope="module")
def start():
    return model(sources=["old"], data="old", stream_threshold=0.99)


@pytest.fixture(scope="module")
def taught(start):
    return teach(start, examples(), LABELS, "high")


def numbers(some):
    targets = targets_of(some, LABELS)
    return targets.numpy(), weights_of(some, targets).numpy()


# Ears


def test_the_ears_are_the_first_three_blocks(start):
    ears, pictures = ears_of(start), FrontEnd(CONFIG)(examples().heard(torch.arange(4)))
    with torch.inference_mode():
        found, parts = pictures.unsqueeze(1) * (2 / -CONFIG.floor_db) + 1, []
        for block in start.network.blocks[:3]:
            found = block(found)
            strip, flat = found.mean(2), found.flatten(2)
            parts += [strip.mean(2), strip.max(2).values, flat.max(2).values, flat.numpy().std(2)]
        assert np.allclose(ears.hear(pictures), np.concatenate(parts, axis=1), atol=1e-5)
    assert features(start, examples()).shape[1] == sum(np.asarray(part).shape[1] for part in parts) == 448


def test_a_taught_model_can_be_taught_again(taught):
    again = teach(taught, examples(), ("low", "other"), "low")
    assert isinstance(again.network, Ears)
    assert np.array_equal(features(again, examples()), features(taught, examples()))


def test_the_start_is_left_as_it_was(start):
    before = {name: value.clone() for name, value in start.network.state_dict().items()}
    teach(start, examples(), LABELS, "high")
    assert all(torch.equal(value, before[name]) for name, value in start.network.state_dict().items())


def test_a_network_without_such_blocks_is_refused(language):
    with pytest.raises(TransferError, match="GuideNetwork"):
        features(model(GuideNetwork), examples())


def test_pieces_of_other_settings_are_refused(start, language):
    other = replace(CONFIG, n_mels=20)
    with pytest.raises(TransferError) as error:
        features(start, examples(2, other))
    assert error.value.key == "transfer.config" and str(error.value)


# The decision


@given(seed=st.integers(0, 20), labels=st.integers(2, 4))
def test_a_decision_is_the_logistic_regression_of_levelled_numbers(seed, labels):
    random = np.random.default_rng(seed)
    heard = (random.standard_normal((40, 6)) * [1, 9, 0.1, 3, 1, 1] + 5).astype(np.float32)
    targets, weights = np.arange(40) % labels, random.uniform(0.1, 2, 40)
    scaled = StandardScaler().fit_transform(heard)
    wanted = LogisticRegression(C=transfer.STRENGTH, max_iter=1000).fit(scaled, targets, weights / weights.mean())
    with torch.inference_mode():
        said = torch.softmax(decide(heard, targets, weights)(torch.from_numpy(heard)), dim=1).numpy()
    assert np.allclose(said, wanted.predict_proba(scaled), atol=1e-3)


def test_a_few_takes_teach_it(taught):
    some = examples(7)
    said = taught.probabilities(some.heard(torch.arange(len(some))))
    right = said.argmax(axis=1) == numbers(some)[0]
    assert taught.labels == LABELS and right.mean() > 0.9


def test_what_it_met_and_what_it_is_for_stand_on_its_card(taught, start):
    assert set(taught.card["sources"]) == {"old", *examples().sources}
    assert (taught.card["target"], taught.card["pieces"]) == ("high", len(examples()))
    assert Detector(taught, target="high").threshold == taught.threshold != start.threshold


def test_it_is_saved_and_loaded_whole(taught, tmp_path):
    checkpoint.save(tmp_path / "own.safetensors", taught)
    loaded = checkpoint.load(tmp_path / "own.safetensors")
    heard = examples().heard(torch.arange(6)).numpy()
    assert np.array_equal(loaded.probabilities(heard), taught.probabilities(heard))
    assert (loaded.threshold, loaded.labels) == (taught.threshold, LABELS)


# What is left out


def test_the_threshold_is_chosen_on_what_was_left_out(taught, start):
    some = examples()
    truth, said = left_out(features(start, some), *numbers(some), some)
    assert taught.threshold == best_threshold(truth == 0, said[:, 0])
    assert len(truth) == len(set(some.recordings)) and said.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_no_fold_is_judged_by_what_learnt_from_it():
    """Numbers drawn by lot have nothing to teach: a judge that met them knows them, one that did not can only guess."""
    some, random = examples(10), np.random.default_rng(1)
    heard = random.standard_normal((len(some), 300)).astype(np.float32)
    targets, weights = random.integers(0, 2, len(some)), np.ones(len(some))
    take = replace(
        some, recordings=tuple(map(str, range(len(some)))), folds=tuple(random.integers(1, 6, len(some)).tolist())
    )
    truth, said = left_out(heard, targets, weights, take)
    layer = decide(heard, targets, weights)
    with torch.inference_mode():
        met = layer(torch.from_numpy(heard)).numpy()
    assert np.mean(met.argmax(axis=1) == targets) == 1
    assert 0.3 < np.mean(said.argmax(axis=1) == truth) < 0.7


def test_sources_without_a_fold_are_left_out_together(start):
    some = examples()
    loose = replace(some, folds=tuple(None if fold == 2 else fold for fold in some.folds))
    heard = features(start, some)
    for one, other in zip(*(left_out(heard, *numbers(some), which) for which in (some, loose)), strict=True):
        assert np.allclose(np.sort(one, axis=0), np.sort(other, axis=0))


@pytest.mark.parametrize(("labels", "target"), [(("high", "other"), "low"), (("high", "bell", "other"), "high")])
def test_a_label_without_a_piece_is_told(labels, target, start, language):
    with pytest.raises(TransferError) as error:
        teach(start, examples(), labels, target)
    assert error.value.key == "transfer.nothing" and ("low" in str(error.value) or "bell" in str(error.value))


def test_a_label_in_one_fold_only_is_told(start, language):
    some = examples()
    single = some.where(lambda number: some.labels[number] != "low" or some.folds[number] == 3)
    with pytest.raises(TransferError, match="low"):
        teach(start, single, LABELS, "high")


def test_pieces_of_other_labels_need_an_other(start):
    with pytest.raises(TrainError):
        teach(start, examples(), ("high", "low"), "high")
