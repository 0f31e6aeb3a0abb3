"""The network: any length goes in, probabilities come out, and what `layers` says of it is true."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.config import AudioConfig
from helpers.features import FeatureError
from helpers.model import BINARY, NETWORKS, GuideNetwork, Model, Network, layers

CONFIG = AudioConfig(
    sample_rate=8_000, f_max=4_000, piece_seconds=0.5, piece_hop_seconds=0.5, n_fft=256, hop_length=128, n_mels=16
)
PIECE = CONFIG.piece_samples
LABELS = ("clock", "dog_bark", "rain")


def sounds(*shape, seed=0):
    return (0.1 * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


def model(kind=Network, labels=LABELS, config=CONFIG):
    """One that disagrees with itself about different sounds: its batch norms have seen what they are to level out."""
    torch.manual_seed(0)
    network = kind(len(labels), config.floor_db)
    with torch.no_grad():
        for _ in range(30):
            network(-80 * torch.rand(16, config.n_mels, config.piece_frames) ** 2)
    return Model(network=network, config=config, labels=labels)


@pytest.fixture(scope="module", params=NETWORKS.values(), ids=NETWORKS)
def trained(request):
    return model(request.param)


# What it answers


@given(samples=st.integers(CONFIG.n_fft, 3 * PIECE), seed=st.integers(0, 9))
@settings(max_examples=40)
def test_a_sound_of_any_length_from_one_window_on_is_judged(trained, samples, seed):
    said = trained.probabilities(sounds(samples, seed=seed))
    assert said.shape == (3,) and said.dtype == np.float32
    assert (said >= 0).all() and said.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("n_mels", [1, 8, 15, 40])
def test_a_picture_of_any_height_is_judged(trained, n_mels):
    low = AudioConfig(**CONFIG.as_dict() | {"n_mels": n_mels, "n_mfcc": 1, "n_fft": 1024})
    one = Model(network=trained.network, config=low, labels=LABELS)
    assert one.probabilities(sounds(2, 1024)).sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_what_is_too_small_to_be_halved_is_filled_up_with_silence(trained):
    floor = trained.network.floor_db
    loud = -40 * torch.rand(2, 8, 5)
    filled = torch.full((2, 32, 32), floor)
    filled[:, :8, :5] = loud
    least = 2 ** len(trained.network.blocks)
    with torch.inference_mode():
        torch.testing.assert_close(trained.network(loud), trained.network(filled[:, :least, :least]))


def test_what_is_shorter_than_a_window_is_refused_in_a_sentence(trained, language):
    with pytest.raises(FeatureError, match="256"):
        trained.probabilities(sounds(CONFIG.n_fft - 1))


@given(count=st.integers(1, 140), seed=st.integers(0, 9))
@settings(max_examples=8)
def test_a_batch_of_any_size_is_its_pieces(trained, count, seed):
    batch = sounds(count, PIECE, seed=seed) * np.geomspace(1e-3, 1, count, dtype=np.float32)[:, None]
    together = trained.probabilities(batch)
    assert together.shape == (count, 3)
    np.testing.assert_allclose(together, np.stack([trained.probabilities(one) for one in batch]), atol=1e-5)


def test_order_does_not_matter_and_pieces_do(trained):
    batch = sounds(70, PIECE) * np.geomspace(1e-3, 1, 70, dtype=np.float32)[:, None]
    order = np.random.default_rng(0).permutation(70)
    said = trained.probabilities(batch)
    np.testing.assert_allclose(trained.probabilities(batch[order]), said[order], atol=1e-5)
    assert np.ptp(said, axis=0).max() > 1e-2  # else any order would do


def test_judging_twice_gives_the_same_and_teaches_nothing(trained):
    before = {name: value.clone() for name, value in trained.network.state_dict().items()}
    batch = sounds(3, PIECE)
    np.testing.assert_array_equal(trained.probabilities(batch), trained.probabilities(batch))
    assert all(torch.equal(before[name], value) for name, value in trained.network.state_dict().items())


def test_a_model_is_never_in_training_mode():
    network = Network(2).train()
    assert not Model(network=network, config=AudioConfig(), labels=BINARY).network.training


@pytest.mark.parametrize("labels", [LABELS, ("dog_bark", "other", "siren"), ("a", "b", "dog_bark")])
def test_the_target_is_the_dogs_column_wherever_it_stands(labels):
    one = model(labels=labels)
    batch = sounds(5, PIECE)
    np.testing.assert_array_equal(one.target(batch), one.probabilities(batch)[:, labels.index("dog_bark")])
    assert one.target(batch[0]).shape == ()


def test_the_model_hears_by_its_own_configuration():
    """The level of silence in its pictures is one of the parameters."""
    batch, deep = 0 * sounds(1, PIECE), AudioConfig(**CONFIG.as_dict() | {"floor_db": -120})
    network = model().network
    own, other = (
        Model(network=network, config=config, labels=LABELS).probabilities(batch) for config in (CONFIG, deep)
    )
    assert np.abs(own - other).max() > 1e-4


# What it is made of


@pytest.mark.parametrize("labels", [2, 10])
def test_the_network_stays_small(labels):
    assert layers(Network(labels))[-1][2] <= 300_000


@pytest.mark.parametrize(
    "config", [AudioConfig(), CONFIG, AudioConfig(piece_seconds=2.5)], ids=["1 s", "small", "2.5 s"]
)
@pytest.mark.parametrize(("kind", "blocks"), [(Network, 4), (GuideNetwork, 5)])
def test_layers_tells_every_block_and_counts_every_parameter(kind, blocks, config):
    network = kind(2, config.floor_db)
    *rows, (last, _, total) = layers(network, config)
    assert [name for name, _, _ in rows] == ["log-mel", *(f"block {n}" for n in range(1, blocks + 1)), "decide"]
    assert last == "sum"
    assert total == sum(count for _, _, count in rows) == sum(p.numel() for p in network.parameters())
    assert all(count > 0 for _, _, count in rows[1:])


@pytest.mark.parametrize("kind", NETWORKS.values())
def test_each_block_halves_the_picture(kind):
    (_, first, none), *blocks, _, _ = layers(kind(2))
    assert (first, none) == ([64, 87], 0)
    height, width = first
    for _, (_, now_high, now_wide), _ in blocks:
        height, width = height // 2, width // 2
        assert (now_high, now_wide) == (height, width)


def test_the_parameters_of_a_block_are_those_one_counts_by_hand():
    rows = {name: count for name, _, count in layers(Network(2))}
    assert rows["block 1"] == 16 * 9 + 2 * 16 + 16 * 16 * 9 + 2 * 16
    assert rows["decide"] == 128 * 2 + 2
    guide = {name: count for name, _, count in layers(GuideNetwork(2))}
    assert guide["block 2"] == 16 * 32 * 9 + 32 + 2 * 32
    assert guide["decide"] == 256 * 2 * 9 + 2


@pytest.mark.parametrize("kind", NETWORKS.values())
def test_looking_at_the_layers_changes_nothing(kind):
    network = kind(2).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert layers(network) == layers(network)
    assert network.training
    assert not any(module._forward_hooks for module in network.modules())
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


def test_when_a_bark_sounds_hardly_matters():
    """A picture moved by as many frames as the blocks halve together gives the same patches, one place later."""
    network = model(config=AudioConfig()).network
    early = torch.full((1, 64, 512), -80.0)  # long, so that no patch sees both the sound and an edge
    early[:, 10:40, 200:230] = -20.0
    with torch.inference_mode():
        torch.testing.assert_close(network(early.roll(64, dims=2)), network(early), atol=1e-4, rtol=1e-4)
        assert (network(early.roll(64, dims=1)) - network(0 * early - 80)).abs().max() > 1e-3  # it is heard at all
