"""The network: the picture of a piece goes in, a number for each label comes out. Readable in one sitting."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from helpers.config import AudioConfig
from helpers.datasets import OTHER, TARGET
from helpers.features import FrontEnd
from helpers.messages import LessonError

WIDTHS = (16, 32, 64, 128)
BINARY = (TARGET, OTHER)
_BATCH = 64  # pieces judged at once


class ModelError(LessonError, ValueError):
    """A question that a model has not learnt to answer."""


def number_of(label, labels):
    """Which of a model's numbers stands for a label.

    Raises
    ------
    ModelError
        If the label is not among those it knows.

    Lesson: 06_train.
    """
    if label not in labels:
        raise ModelError("model.no_label", label=label, labels=", ".join(labels))
    return labels.index(label)


class Network(nn.Module):
    """Convolutions that look at ever larger patches of the log-mel picture, and one decision about the whole.

    When in the piece a bark sounds does not matter: what the patches show is gathered over time, by mean and by
    maximum. So pieces of any length can be judged.

    Parameters
    ----------
    labels : int, how many answers there are
    floor_db : float, the level of silence in the pictures
    widths : sequence of int, channels of each block
    dropout : float, share of the gathered features that is hidden while it learns

    Lesson: 06_train. Source: the blocks are VGG's (Simonyan & Zisserman 2015), the pooling is that of PANNs (Kong et
    al. 2020), both much smaller here.
    """

    def __init__(self, labels, floor_db=AudioConfig().floor_db, widths=WIDTHS, dropout=0.2):
        super().__init__()
        self.floor_db = floor_db
        self.blocks = nn.Sequential(*map(_block, (1, *widths), widths))
        self.dropout = nn.Dropout(dropout)
        self.decide = nn.Linear(widths[-1], labels)
        self.to(memory_format=torch.channels_last)  # the order in memory that processors like best

    def forward(self, log_mel):
        """Log-mel pictures [batch, n_mels, frames] dB → logits [batch, labels]."""
        x = _scaled(log_mel, self)  # [batch, 1, n_mels, frames], -1…1
        x = self.blocks(x)  # [batch, 128, n_mels / 16, frames / 16]
        x = x.mean(dim=2)  # [batch, 128, frames / 16]: all heights together
        x = x.mean(dim=2) + x.amax(dim=2)  # [batch, 128]: all moments together
        return self.decide(self.dropout(x))  # [batch, labels]


def _scaled(log_mel, network):
    """dB → -1…1, with one channel; a picture too small to be halved by each block is filled up with silence."""
    least = 2 ** len(network.blocks)
    missing = [max(0, least - size) for size in log_mel.shape[1:]]
    x = log_mel.unsqueeze(1) * (2 / -network.floor_db) + 1
    return functional.pad(x, (0, missing[1], 0, missing[0]), value=-1) if any(missing) else x


def _block(before, width):
    """Two convolutions, then a picture half as wide and half as high."""
    layers = []
    for channels in (before, width):  # ReLU in place: nothing needs what it overwrites, and fresh memory costs time
        layers += [nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.AvgPool2d(2))


class GuideNetwork(nn.Module):
    """The network of the 2019 guide, which looked at 128 × 128 pictures in three colours; here it sees the log-mel.

    Five blocks of one convolution, then a last one that gives the labels, and the mean over all of the picture.

    Parameters
    ----------
    labels, floor_db : as for `Network`

    Lesson: 06_train.
    """

    def __init__(self, labels, floor_db=AudioConfig().floor_db):
        super().__init__()
        self.floor_db = floor_db
        widths = (16, 32, 64, 128, 256)
        self.blocks = nn.Sequential(*map(_guide_block, (1, *widths), widths))
        self.decide = nn.Conv2d(widths[-1], labels, 3, padding=1)

    def forward(self, log_mel):
        """Log-mel pictures [batch, n_mels, frames] dB → logits [batch, labels]."""
        x = _scaled(log_mel, self)  # [batch, 1, n_mels, frames], -1…1
        x = self.decide(self.blocks(x))  # [batch, labels, n_mels / 32, frames / 32]
        return x.mean(dim=(2, 3))  # [batch, labels]


def _guide_block(before, width):
    """One convolution, then a picture half as wide and half as high."""
    convolution = nn.Conv2d(before, width, 3, padding=1)
    return nn.Sequential(convolution, nn.BatchNorm2d(width), nn.LeakyReLU(), nn.MaxPool2d(2))


class Ears(nn.Module):
    """The first blocks of a `Network`, and one decision about all that they find.

    Its last block finds what it was trained to tell apart; the first three find edges, stripes and patches that any
    sound is made of. Of each of their channels the decision is told the mean, the strongest moment, the strongest
    place, and how unevenly it answers.

    Parameters
    ----------
    labels, floor_db : as for `Network`

    Lesson: 09_your_sounds. Source: on which blocks carry over, Yosinski et al. 2014.
    """

    def __init__(self, labels, floor_db=AudioConfig().floor_db):
        super().__init__()
        self.floor_db = floor_db
        widths = WIDTHS[:-1]
        self.blocks = nn.Sequential(*map(_block, (1, *widths), widths))
        self.decide = nn.Linear(4 * sum(widths), labels)
        self.to(memory_format=torch.channels_last)

    def hear(self, log_mel):
        """Log-mel pictures [batch, n_mels, frames] dB → what the decision is told [batch, 448]."""
        x, heard = _scaled(log_mel, self), []
        for block in self.blocks:
            x = block(x)
            moments, places = x.mean(dim=2), x.flatten(2)  # [batch, channels, frames], [batch, channels, places]
            heard += [moments.mean(dim=2), moments.amax(dim=2), places.amax(dim=2), places.std(dim=2, correction=0)]
        return torch.cat(heard, dim=1)

    def forward(self, log_mel):
        """Log-mel pictures [batch, n_mels, frames] dB → logits [batch, labels]."""
        return self.decide(self.hear(log_mel))


NETWORKS = {network.__name__: network for network in (Network, GuideNetwork, Ears)}


def layers(network, config=AudioConfig()):
    """What a piece becomes on its way through a network.

    Parameters
    ----------
    network : Network or GuideNetwork
    config : AudioConfig

    Returns
    -------
    list of (layer, shape of one piece behind it, parameters), and a last row with their sum

    Lesson: 06_train.
    """
    rows = [("log-mel", [config.n_mels, config.piece_frames], 0)]

    def note(name):
        def hook(module, _inputs, output):
            shape = list(output.shape[1:])
            rows.append((name, shape, sum(parameter.numel() for parameter in module.parameters())))

        return hook

    hooks = [block.register_forward_hook(note(f"block {number}")) for number, block in enumerate(network.blocks, 1)]
    hooks.append(network.decide.register_forward_hook(note("decide")))
    was_training = network.training
    try:
        with torch.inference_mode():
            network.eval()(torch.zeros(1, config.n_mels, config.piece_frames))
    finally:
        network.train(was_training)
        for hook in hooks:
            hook.remove()
    return [*rows, ("sum", "", sum(parameter.numel() for parameter in network.parameters()))]


@dataclass(frozen=True, eq=False, kw_only=True)
class Model:
    """A trained network with all that belongs to it, so that it is never fed what it was not trained on.

    Parameters
    ----------
    network : Network or GuideNetwork
    config : AudioConfig, of the pieces it was trained on
    labels : tuple of str, what its numbers stand for
    threshold : float, from this probability of the target on a recording holds the target
    rule : str, how a recording's windows become one number, one of `evaluate.RULES`
    card : dict of plain JSON values: data, sources, folds, seed, scores, versions

    Lesson: 06_train, 07_evaluate.
    """

    network: nn.Module
    config: AudioConfig
    labels: tuple
    threshold: float = 0.5
    rule: str = "top3"
    card: dict = field(default_factory=dict)

    def __post_init__(self):
        object.__setattr__(self, "_front_end", FrontEnd(self.config))
        self.network.eval()

    def probabilities(self, audio):
        """What each piece is taken for.

        Parameters
        ----------
        audio : array [pieces, samples] or [samples], float32 in -1…1, at ``config.sample_rate``

        Returns
        -------
        array [pieces, labels] or [labels], float32; each row sums to 1

        Raises
        ------
        FeatureError
            If a piece is shorter than one STFT window, or not float32.

        Lesson: 06_train.
        """
        sound = torch.as_tensor(np.ascontiguousarray(audio))
        device = next(self.network.parameters()).device
        with torch.inference_mode():
            batches = [
                torch.softmax(self.network(self._front_end(batch).to(device)), dim=1).cpu()
                for batch in torch.atleast_2d(sound).split(_BATCH)
            ]
        return torch.cat(batches).reshape(*sound.shape[:-1], len(self.labels)).numpy()

    def target(self, audio):
        """The probability of the target in each piece: array [pieces], or a number for a single one.

        Raises
        ------
        ModelError
            If it does not know the target.

        Lesson: 06_train.
        """
        return self.probabilities(audio)[..., number_of(TARGET, self.labels)]
