"""Where a network looks is where the thing is that it was built to find, and the network is left as it was."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from helpers import checkpoint
from helpers.attention import where_it_looks
from helpers.audio import load
from helpers.config import AudioConfig
from helpers.features import FeatureError, log_mel
from helpers.model import GuideNetwork, Model, Network
from helpers.split import cut

CONFIG = AudioConfig()
LABELS = ("dog_bark", "other")


class LoudnessNetwork(nn.Module):
    """Finds a dog wherever its picture is above −40 dB, and nothing else."""

    def __init__(self):
        super().__init__()
        self.look, self.bend = nn.Conv2d(1, 1, 1), nn.ReLU()
        with torch.no_grad():
            self.look.weight.fill_(1)
            self.look.bias.fill_(40)

    def forward(self, levels):
        said = self.bend(self.look(levels.unsqueeze(1))).mean(dim=(1, 2, 3))
        return torch.stack([said, -said], dim=1)


def model(network, config=CONFIG):
    return Model(network=network, config=config, labels=LABELS)


def burst(start_s=0.6, end_s=0.8, hertz=2_000):
    time_s = np.arange(CONFIG.piece_samples) / CONFIG.sample_rate
    inside = (start_s < time_s) & (time_s < end_s)
    return (0.5 * inside * np.sin(2 * np.pi * hertz * time_s)).astype(np.float32)


@pytest.mark.parametrize(("start_s", "hertz"), [(0.1, 500), (0.6, 2_000), (0.7, 6_000)])
def test_it_looks_where_and_when_the_sound_is(start_s, hertz):
    piece = burst(start_s, start_s + 0.2, hertz)
    where = where_it_looks(model(LoudnessNetwork()), piece)
    band, frame = np.unravel_index(where.argmax(), where.shape)
    assert start_s - 0.03 < frame * CONFIG.hop_length / CONFIG.sample_rate < start_s + 0.23
    assert CONFIG.mel_edges[band] < hertz < CONFIG.mel_edges[band + 2]
    levels = log_mel(piece, CONFIG)
    assert np.allclose(where, np.maximum(0, levels + 40) / (levels.max() + 40), atol=1e-3)


def test_what_speaks_against_a_label_is_nothing_for_it():
    where = where_it_looks(model(LoudnessNetwork()), burst(), label="other")
    assert (where == 0).all()


@pytest.mark.parametrize("network", [Network, GuideNetwork])
@pytest.mark.parametrize("config", [CONFIG, replace(CONFIG, n_mels=40, hop_length=200)], ids=["ours", "another"])
def test_it_is_as_large_as_the_picture_for_either_network(network, config):
    torch.manual_seed(1)
    where = where_it_looks(model(network(2), config), burst())
    assert where.shape == (config.n_mels, config.piece_frames) and where.dtype == np.float32
    assert where.min() >= 0 and where.max() == pytest.approx(1) or (where == 0).all()


def test_hiding_where_the_ready_detector_looks_costs_more_than_hiding_elsewhere(builtin_sounds):
    ready = checkpoint.load()
    dogs = [recording for recording in builtin_sounds.recordings if recording.label == "dog_bark"][::20]
    costs = []
    for recording in dogs:
        piece = cut(load(recording.path, ready.config), recording, ready.config)[0].samples
        picture, where = log_mel(piece, ready.config), where_it_looks(ready, piece)
        hidden = [
            np.where(shade >= np.quantile(shade, 0.75), ready.config.floor_db, picture) for shade in (where, -where)
        ]
        with torch.inference_mode():
            logits = ready.network(torch.tensor(np.stack([picture, *hidden]), dtype=torch.float32))
        costs.append(torch.softmax(logits, dim=1)[:, 0].numpy())
    whole, looked_at, elsewhere = np.mean(costs, axis=0)
    assert looked_at < min(whole, elsewhere) - 0.1


def test_the_network_stays_as_it_was():
    torch.manual_seed(0)
    one = model(Network(2))
    before = {name: value.clone() for name, value in one.network.state_dict().items()}
    said = one.probabilities(burst())
    with torch.no_grad():
        where_it_looks(one, burst())
    assert not one.network.training
    assert all(value.grad is None for value in one.network.parameters())
    assert all(torch.equal(value, before[name]) for name, value in one.network.state_dict().items())
    assert np.array_equal(one.probabilities(burst()), said)
    assert not any(module._forward_hooks or module._backward_hooks for module in one.network.modules())


def test_what_it_cannot_hear_or_does_not_know_is_an_error(language):
    with pytest.raises(FeatureError):
        where_it_looks(model(Network(2)), burst()[:100])
    with pytest.raises(ValueError):
        where_it_looks(model(Network(2)), burst(), label="siren")
