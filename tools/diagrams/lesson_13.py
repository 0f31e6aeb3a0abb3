"""Diagrams of lesson 13: a ring buffer, and hysteresis."""

import numpy as np
from matplotlib.patches import FancyArrowPatch, Wedge

from helpers.plots import BLUE, GREY, ORANGE, VERMILION, panels, png

CELLS = 8


def ring():
    """Samples 0 to 10 in a ring of eight: the three newest lie over the oldest, and an arrow shows the next place."""
    figure, ax = panels(height=3.2)
    turn = 360 / CELLS
    for place in range(CELLS):
        number = place + CELLS if place < 3 else place
        begin = 90 - turn * place
        colour = ORANGE if number >= CELLS else BLUE
        ax.add_patch(Wedge((0, 0), 1, begin - turn + 2, begin - 2, width=0.42, color=colour))
        at = np.deg2rad(begin - turn / 2)
        ax.text(0.79 * np.cos(at), 0.79 * np.sin(at), str(number), ha="center", va="center", color="white", fontsize=15)
        if number >= CELLS:
            spot = 1.13 * np.cos(at), 1.13 * np.sin(at)
            ax.text(*spot, str(place), ha="center", va="center", color=GREY, fontsize=13)
            ax.plot([spot[0] - 0.07, spot[0] + 0.07], [spot[1] - 0.04, spot[1] + 0.04], color=GREY, linewidth=1.5)
    middle = np.deg2rad(90 - turn * 3.5)
    arrow = FancyArrowPatch(
        (1.6 * np.cos(middle), 1.6 * np.sin(middle)),
        (1.03 * np.cos(middle), 1.03 * np.sin(middle)),
        arrowstyle="-|>",
        mutation_scale=22,
        color=VERMILION,
        linewidth=2.5,
    )
    ax.add_patch(arrow)
    ax.text(1.72 * np.cos(middle), 1.72 * np.sin(middle), "11", ha="center", va="center", color=VERMILION, fontsize=16)
    turning = {"arrowstyle": "-|>", "mutation_scale": 18, "color": GREY, "linewidth": 1.5}
    ax.add_patch(FancyArrowPatch((-0.3, 0.15), (0.3, 0.15), connectionstyle="arc3,rad=-0.6", **turning))
    ax.set(xlim=(-1.9, 1.9), ylim=(-1.45, 1.25), aspect="equal")
    ax.axis("off")
    return figure


def hysteresis():
    """A trembling probability with two thresholds, and under it what one threshold and what both make of it."""
    figure, (curve, one, two) = panels(3, height=0.9)
    figure.set_size_inches(7.5, 3)
    time = np.linspace(0, 10, 600)
    value = 0.9 * np.exp(-(((time - 5) / 3) ** 4)) + 0.13 * np.sin(6 * time) * np.exp(-(((time - 5) / 2.9) ** 8))
    high, low = 0.85, 0.42
    curve.plot(time, value, color=BLUE, linewidth=2)
    curve.axhline(high, color=VERMILION, linestyle="--", linewidth=1.5)
    curve.axhline(low, color=ORANGE, linestyle="--", linewidth=1.5)
    state, held = False, []
    for now in value:
        state = now >= high or (state and now >= low)
        held.append(state)
    for ax, on, colour in ((one, value >= high, VERMILION), (two, held, ORANGE)):
        ax.fill_between(time, 0, on, step="mid", color=colour, linewidth=0)
        ax.plot(time, np.zeros_like(time), color=GREY, linewidth=1)
        ax.set(xlim=(0, 10), ylim=(0, 1.2))
        ax.axis("off")
    curve.set(xlim=(0, 10), ylim=(-0.1, 1.15))
    curve.axis("off")
    return figure


def draw(folder):
    """Write the diagrams into a folder."""
    for diagram in (ring, hysteresis):
        (folder / f"13_{diagram.__name__}.png").write_bytes(png(diagram(), scale=2, facecolor="none"))
