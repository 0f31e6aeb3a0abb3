"""Right and typical wrong answers to the exercises of 06_train."""

import numpy as np
import torch
from answers import Answers
from torch import nn
from torch.nn import functional


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


def walk(network, x, y, steps, order="measure keep forget find step"):
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.001)
    losses = []
    for _ in range(steps):
        for part in order.split():
            if part == "measure":
                loss = functional.cross_entropy(network(x), y)
            elif part == "keep":
                losses.append(loss.item())
            elif part == "forget":
                optimizer.zero_grad()
            elif part == "find":
                loss.backward()
            elif part == "step":
                optimizer.step()
    return losses


def in_order(order):
    return lambda *given: walk(*given, order=order)


def first_loss(network, x, y, steps):
    return walk(network, x, y, 1)


def with_another_rate(network, x, y, steps):
    optimizer, losses = torch.optim.AdamW(network.parameters(), lr=0.1), []
    for _ in range(steps):
        losses.append(functional.cross_entropy(network(x), y))
        optimizer.zero_grad()
        losses[-1].backward()
        optimizer.step()
    return [loss.item() for loss in losses]


def probability(network, x, *, state=False, dim=1, index=0):
    network.train(state)
    with torch.no_grad():
        return torch.softmax(network(x[None]), dim=dim)[0, index].item()


@torch.inference_mode()
def probability_by_hand(network, x):
    dog, other = network.eval()(x[None])[0].exp()
    return float(dog / (dog + other))


def with_gradients(network, x):
    return torch.softmax(network.eval()(x[None]), dim=1)[0, 0].item()


def both(network, x):
    with torch.no_grad():
        return torch.softmax(network.eval()(x[None]), dim=1)


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
    "06-5": Answers(
        right=[walk, in_order("forget measure keep find step"), in_order("measure find keep step forget")],
        wrong=[
            ("not_a_list", lambda *given: walk(*given)[-1]),
            ("tensors", lambda *given: [torch.tensor(loss) for loss in walk(*given)]),
            ("count", first_loss),
            ("count", in_order("measure forget find step")),
            ("still", in_order("measure keep forget find")),
            ("still", in_order("measure keep find forget step")),
            ("accumulated", in_order("measure keep find step")),
            ("late", in_order("measure forget find step measure keep")),
            ("other", with_another_rate),
        ],
        stub=lambda network, x, y, steps: None,
    ),
    "06-6": Answers(
        right=[probability, probability_by_hand],
        wrong=[
            ("tensor", both),
            ("training", lambda network, x: probability(network, x, state=True)),
            ("gradients", with_gradients),
            ("score", lambda network, x: network.eval()(x[None])[0, 0].item()),
            ("nobody", lambda network, x: probability(network, x, index=1)),
            ("across", lambda network, x: probability(network, x, dim=0)),
            ("other", lambda network, x: 100 * probability(network, x)),
        ],
        stub=lambda network, x: None,
    ),
}
