"""Right and typical wrong answers to the exercises of 06_train."""

import numpy as np
import torch
from answers import Answers
from torch import nn


class CNN(nn.Module):
    """The lesson's network, with blocks of these channels and a head that takes so many numbers."""

    def __init__(self, *channels, head=None, answers=2):
        super().__init__()
        blocks = [nn.Sequential(nn.Conv2d(*pair, 3, stride=2, padding=1), nn.ReLU()) for pair in channels]
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(head or channels[-1][1], answers)

    def forward(self, x):
        return self.head(self.blocks(x).mean(dim=2).amax(dim=2))


THREE = ((1, 16), (16, 32), (32, 64))
FOUR = (*THREE, (64, 128))


def epoch_loss(losses, sizes):
    return np.average(losses, weights=sizes)


def epoch_loss_without_numpy(losses, sizes):
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)


def mask(x, *, frames=20, widest=68, copy=True, axis=2, place=None):
    x = x.clone() if copy else x
    for picture in x:
        begin = np.random.randint(widest) if place is None else place
        picture.movedim(axis, 0)[begin : begin + frames] = -1
    return x


def mask_with_where(x):
    begin = torch.randint(0, 68, (len(x), 1, 1, 1))
    columns = torch.arange(87)
    return torch.where((columns >= begin) & (columns < begin + 20), -1.0, x)


ANSWERS = {
    "06-1": Answers(
        right=[CNN(*FOUR), CNN((1, 8), (8, 16), (16, 32), (32, 128))],
        wrong=[
            ("not_a_network", CNN),
            ("blocks", CNN(*THREE)),
            ("blocks", CNN(*FOUR, (128, 256))),
            ("chain", CNN(*THREE, (128, 128))),
            ("width", CNN(*THREE, (64, 64))),
            ("head", CNN(*FOUR, head=64)),
            ("answers", CNN(*FOUR, answers=1)),
        ],
    ),
    "06-2": Answers(
        right=[epoch_loss, epoch_loss_without_numpy],
        wrong=[
            ("last", lambda losses, sizes: losses[-1]),
            ("batches", lambda losses, sizes: np.mean(losses)),
            ("total", lambda losses, sizes: np.sum(losses * sizes)),
            ("sum", lambda losses, sizes: np.sum(losses)),
            ("divided_by_batches", lambda losses, sizes: np.sum(losses * sizes) / len(losses)),
            ("other", lambda losses, sizes: np.max(losses)),
            ("other", lambda losses, sizes: np.median(losses) * 2),
        ],
        stub=lambda losses, sizes: None,
    ),
    "06-3": Answers(
        right=[lambda y: y * 0.1, lambda y: list(y / 10)],
        wrong=[
            ("power", lambda y: y / 100),
            ("divided", lambda y: y / 20),
            ("subtracted", lambda y: y - 20),
            ("louder", lambda y: y * 10),
            ("other", lambda y: y / 2),
            ("other", lambda y: y),
        ],
        stub=lambda y: None,
    ),
    "06-4": Answers(
        right=[mask, mask_with_where],
        wrong=[
            ("shape", lambda x: mask(x)[:, 0]),
            ("in_place", lambda x: mask(x, copy=False)),
            ("bands", lambda x: mask(x, widest=45, axis=1)),
            ("width", lambda x: mask(x, frames=19)),
            ("width", lambda x: mask(x, widest=87)),
            ("width", lambda x: x),
            ("same_for_all", lambda x: mask(x, place=np.random.randint(68))),
            ("same_for_all", lambda x: mask(x, place=30)),
            ("fixed", lambda x: torch.cat([mask(x[i : i + 1], place=5 * i) for i in range(len(x))])),
        ],
        stub=lambda x: None,
    ),
}
