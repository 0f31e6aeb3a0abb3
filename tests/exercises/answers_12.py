"""Right and typical wrong answers to the exercises of 12_inside_training."""

import numpy as np
import torch
from answers import Answers
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import convolve2d, correlate2d


def momentum_step(w, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + gradient
    return w - lr * velocity, velocity


def uphill(w, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + gradient
    return w + lr * velocity, velocity


def old_velocity(w, gradient, velocity, lr, momentum):
    return w - lr * velocity, momentum * velocity + gradient


def plain(w, gradient, velocity, lr, momentum):
    return w - lr * gradient, momentum * velocity + gradient


def mean_of_both(w, gradient, velocity, lr, momentum):
    velocity = momentum * velocity + (1 - momentum) * gradient
    return w - lr * velocity, velocity


def rms(x):
    return np.sqrt(np.mean(x**2))


def background(sound, noise, below):
    return sound + noise * rms(sound) / rms(noise) * 10 ** (-below / 20)


def background_by_power(sound, noise, below):
    share = np.sum(sound**2) / np.sum(noise**2) / 10 ** (below / 10)
    return sound + noise * share**0.5


def by_peaks(sound, noise, below):
    return sound + noise * np.abs(sound).max() / np.abs(noise).max() * 10 ** (-below / 20)


def numbering(labels):
    return {label: number for number, label in enumerate(sorted(set(labels)))}


def numbered_as_they_come(labels):
    numbers = {}
    for label in labels:
        numbers.setdefault(label, len(numbers))
    return numbers


def convolve(picture, kernel, *, gather=torch.sum, lost=2):
    height, width = picture.shape
    seen = torch.zeros(height - lost, width - lost)
    for row in range(height - lost):
        for column in range(width - lost):
            patch = picture[row : row + 3, column : column + 3]
            seen[row, column] = gather(patch * kernel[: patch.shape[0], : patch.shape[1]])
    return seen


def sgd_step(network, lr, *, scale=1.0, size=lambda gradient: gradient, layers=slice(None)):
    with torch.no_grad():
        for layer in list(network)[layers]:
            for weight in layer.parameters():
                weight -= scale * lr * size(weight.grad)
    return network


def sgd_step_by_optimizer(network, lr):
    torch.optim.SGD(network.parameters(), lr=lr).step()


def sgd_step_by_data(network, lr):
    for weight in network.parameters():
        weight.data -= lr * weight.grad
    return network


def new_names(network, lr):
    for weight in network.parameters():
        weight = weight - lr * weight.grad
    return network


def in_grad_mode(network, lr):
    for weight in network.parameters():
        weight -= lr * weight.grad
    return network


ANSWERS = {
    "12-1": Answers(
        right=[
            [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
            np.array([[0, 0, 0], [0, -1, 1], [0, 0, 0]]),
            [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
        ],
        wrong=[
            ("shape", [-1, 0, 1]),
            ("uneven", [[0, 0, 1], [0, 0, 1], [0, 0, 1]]),
            ("lines", [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]]),
            ("ends", [[1, 0, -1], [1, 0, -1], [1, 0, -1]]),
            ("ends", [[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]]),
            ("nothing", np.zeros((3, 3))),
        ],
    ),
    "12-2": Answers(
        right=[momentum_step, lambda *values: np.array(momentum_step(*values))],
        wrong=[
            ("pair", lambda *values: momentum_step(*values)[0]),
            ("uphill", uphill),
            ("old", old_velocity),
            ("plain", plain),
            ("other", mean_of_both),
            ("other", lambda *values: momentum_step(*values)[::-1]),
        ],
        stub=lambda w, gradient, velocity, lr, momentum: None,
    ),
    "12-3": Answers(
        right=[background, background_by_power],
        wrong=[
            ("raw", lambda sound, noise, below: sound + noise * 10 ** (-below / 20)),
            ("power", lambda sound, noise, below: background(sound, noise, 2 * below)),
            ("louder", lambda sound, noise, below: background(sound, noise, -below)),
            ("other", lambda sound, noise, below: background(sound, noise, below) - sound / 2),
            ("other", lambda sound, noise, below: background(sound, noise, below) - sound + 0.1),
            ("other", lambda sound, noise, below: (sound + noise) / 2),
            ("level", by_peaks),
        ],
        stub=lambda sound, noise, below: None,
    ),
    "12-4": Answers(
        right=[numbering, lambda labels: numbering(labels[::-1])],
        wrong=[
            ("order", numbered_as_they_come),
            ("order", lambda labels: {label: number for number, label in enumerate(set(labels))}),
            ("gaps", lambda labels: {label: number for number, label in enumerate(sorted(labels))}),
            ("from_one", lambda labels: {label: number + 1 for label, number in numbering(labels).items()}),
            ("turned", lambda labels: dict(enumerate(sorted(set(labels))))),
            ("not_a_dict", lambda labels: sorted(set(labels))),
            ("labels", lambda labels: {"dog_bark": 0, "other": 1}),
        ],
        stub=lambda labels: None,
    ),
    "12-5": Answers(
        right=[
            convolve,
            lambda picture, kernel: correlate2d(picture, kernel, mode="valid"),
            lambda picture, kernel: (sliding_window_view(picture, (3, 3)) * kernel.numpy()).sum(axis=(2, 3)),
        ],
        wrong=[
            ("one_number", lambda picture, kernel: (picture[:3, :3] * kernel).sum()),
            ("shape", lambda picture, kernel: convolve(picture, kernel, lost=0)),
            ("shape", lambda picture, kernel: convolve(picture, kernel, lost=3)),
            ("turned", lambda picture, kernel: convolve(picture, kernel.T)),
            ("turned", lambda picture, kernel: convolve2d(picture, kernel, mode="valid")),
            ("mean", lambda picture, kernel: convolve(picture, kernel, gather=torch.mean)),
            ("unweighted", lambda picture, kernel: convolve(picture, torch.ones(3, 3))),
            ("empty", lambda picture, kernel: convolve(picture, 0 * kernel)),
            ("other", lambda picture, kernel: convolve(picture, kernel, gather=torch.max)),
        ],
        stub=lambda picture, kernel: None,
    ),
    "12-6": Answers(
        right=[sgd_step, sgd_step_by_optimizer, sgd_step_by_data],
        wrong=[
            ("still", new_names),
            ("in_grad_mode", in_grad_mode),
            ("uphill", lambda network, lr: sgd_step(network, lr, scale=-1)),
            ("whole", lambda network, lr: sgd_step(network, 1)),
            ("sign", lambda network, lr: sgd_step(network, lr, size=torch.sign)),
            ("some", lambda network, lr: sgd_step(network, lr, layers=slice(1, None))),
            ("other", lambda network, lr: sgd_step(network, lr, scale=0.5)),
        ],
        stub=lambda network, lr: None,
    ),
}
