"""Diagrams of lesson 08: taking turns against doing both at once, and a window that moves on."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.features import log_mel
from helpers.live.simulated import make_yard
from helpers.plots import BLUE, DPI, GREY, ORANGE, SHARP, VERMILION, WIDTH, png

RATE = 22_050
BARKS_S = (0.15, 0.85, 1.75, 2.6)  # of the first diagram
BARK_S = 0.3


def draw(folder):
    """Write the pictures of lesson 08."""
    for name, figure in {"08_yard": yard_head(), "08_turns": turns(), "08_windows": windows()}.items():
        (folder / f"{name}.png").write_bytes(png(figure, scale=SHARP, facecolor="none"))


def yard_head():
    """The yard as a picture, and below it as a wave."""
    yard = make_yard()
    sound = yard.sound[: round(22.5 * RATE)]
    figure = Figure(figsize=(WIDTH + 1.5, 2.3), dpi=DPI)
    above, below = figure.add_axes((0, 0.36, 1, 0.64)), figure.add_axes((0, 0, 1, 0.34))
    above.imshow(log_mel(sound)[:, ::8], origin="lower", aspect="auto", cmap="magma", vmin=-80, vmax=0)
    low, high = (edge(sound[: len(sound) // 500 * 500].reshape(500, -1), axis=1) for edge in (np.min, np.max))
    below.fill_between(np.arange(500), low, high, color=BLUE)
    below.set_xlim(0, 499)
    for start, end in yard.barks:
        below.axvspan(start * RATE / len(sound) * 500, end * RATE / len(sound) * 500, color=ORANGE, alpha=0.5)
    for ax in (above, below):
        ax.axis("off")
    return figure


def turns():
    """A: one who listens and works in turn; B: two who do one thing each. Barks, in grey, fall where they may."""
    figure = Figure(figsize=(WIDTH + 1.5, 3.0), dpi=DPI)
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set(xlim=(-0.25, 3.05), ylim=(-0.2, 4.0))
    ax.axis("off")
    for start in BARKS_S:
        ax.add_patch(Rectangle((start, -0.1), BARK_S, 4.0, color=GREY, alpha=0.3, linewidth=0))

    def box(start, end, height, colour):
        ax.add_patch(Rectangle((start, height), end - start, 0.75, facecolor=colour, alpha=0.75))

    for turn in range(3):
        box(turn, turn + 0.49, 2.9, BLUE)
        box(turn + 0.5, turn + 0.99, 2.9, ORANGE)
    box(0, 2.99, 1.1, BLUE)
    box(0, 2.99, 0.2, ORANGE)
    for name, height in (("A", 3.27), ("B", 1.02)):
        ax.text(-0.08, height, name, ha="right", va="center", color=GREY, fontsize=16)
    return figure


def windows():
    """A bark, the windows that move over it a hop at a time, and the moment from which it is reported."""
    figure = Figure(figsize=(WIDTH + 1.5, 3.0), dpi=DPI)
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set(xlim=(-0.1, 2.2), ylim=(-2.5, 1.3))
    ax.axis("off")
    seconds = np.linspace(0, 2.1, 3000)
    wave = np.random.default_rng(0).normal(0, 0.03, len(seconds))
    inside = (seconds > 1.05) & (seconds < 1.4)
    wave[inside] += np.sin(np.pi * (seconds[inside] - 1.05) / 0.35) * np.sin(300 * seconds[inside])
    ax.plot(seconds, 0.8 * wave, color=GREY, linewidth=0.7)
    for number in range(4):
        start, height, last = 0.05 + 0.2 * number, -1.15 - 0.4 * number, number == 3
        colour = ORANGE if last else BLUE
        ax.add_patch(Rectangle((start, height), 1.0, 0.25, facecolor=colour, alpha=0.9 if last else 0.45))
    ax.text(0.03, -1.02, "①", ha="right", va="center", color=GREY, fontsize=12)
    arrow = {"arrowstyle": "<|-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (0.05, -1.45), (0.25, -1.45), arrowprops=arrow)
    ax.text(0.15, -1.75, "②", ha="center", color=GREY, fontsize=12)
    ax.plot([1.05, 1.05], [-0.75, 1.0], color=VERMILION, linestyle="--")
    ax.plot([1.65, 1.65], [-2.35, 1.0], color=VERMILION, linestyle="--")
    ax.annotate("", (1.05, 0.95), (1.65, 0.95), arrowprops=arrow | {"color": VERMILION})
    ax.text(1.35, 1.02, "③", ha="center", color=VERMILION, fontsize=12)
    return figure
