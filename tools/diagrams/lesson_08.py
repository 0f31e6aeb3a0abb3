"""Diagrams of lesson 08: taking turns against doing both at once, and a window that moves on."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.features import log_mel
from helpers.live.simulated import make_yard
from helpers.messages import LANGUAGES
from helpers.plots import BLUE, DPI, GREY, ORANGE, SHARP, VERMILION, WIDTH, png, set_style

RATE = 22_050
BARKS_S = (0.15, 0.85, 1.75, 2.6)  # of the first diagram
BARK_S = 0.3
LANES = {
    "ko": ("번갈아 하기", "동시에 하기", "듣기", "일하기", "듣는 스레드", "일하는 스레드", "왈"),
    "en": ("taking turns", "both at once", "listen", "work", "thread that listens", "thread that works", "woof"),
}
WINDOWS = {
    "ko": ("이동 간격", "창 1초", "지연", "확률이 문턱값을 넘은 창"),
    "en": ("hop", "window, 1 s", "latency", "the window that crosses the threshold"),
}


def draw(folder):
    """Write the pictures of lesson 08."""
    set_style()
    pictures = {"08_yard": yard_head()}
    for language in LANGUAGES:
        pictures[f"08_turns.{language}"] = turns(*LANES[language])
        pictures[f"08_windows.{language}"] = windows(*WINDOWS[language])
    for name, figure in pictures.items():
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


def turns(taking_turns, at_once, listen, work, listening, working, woof):
    """Above one who listens and works in turn, below two who do one thing each; barks fall where they may."""
    figure = Figure(figsize=(WIDTH + 1.5, 3.0), dpi=DPI)
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set(xlim=(-0.85, 3.05), ylim=(-0.2, 4.6))
    ax.axis("off")
    for start in BARKS_S:
        ax.add_patch(Rectangle((start, -0.1), BARK_S, 4.2, color=GREY, alpha=0.25, linewidth=0))
        ax.text(start + BARK_S / 2, 4.15, woof, ha="center", color=GREY)

    def box(start, end, height, words, colour):
        ax.add_patch(Rectangle((start, height), end - start, 0.75, facecolor=colour, alpha=0.75))
        ax.text((start + end) / 2, height + 0.37, words, ha="center", va="center", color="white", fontsize=9)

    for turn in range(3):
        box(turn, turn + 0.49, 2.9, listen, BLUE)
        box(turn + 0.5, turn + 0.99, 2.9, work, VERMILION)
    box(0, 2.99, 1.1, listening, BLUE)
    box(0, 2.99, 0.2, working, VERMILION)
    ax.text(-0.05, 3.27, taking_turns, ha="right", va="center", color=GREY, fontsize=11)
    ax.text(-0.05, 1.02, at_once, ha="right", va="center", color=GREY, fontsize=11)
    return figure


def windows(hop, window, latency, crossing):
    """A bark, the windows that move over it a hop at a time, and the moment from which it is reported."""
    figure = Figure(figsize=(WIDTH + 1.5, 3.0), dpi=DPI)
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set(xlim=(-0.05, 2.6), ylim=(-2.75, 1.25))
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
    ax.text(0.55, -1.02, window, ha="center", va="center", color="white", fontsize=9)
    ax.text(1.7, -2.22, crossing, va="center", color=GREY)
    arrow = {"arrowstyle": "<|-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (0.05, -1.45), (0.25, -1.45), arrowprops=arrow)
    ax.text(0.03, -1.7, hop, ha="left", color=GREY, fontsize=9)
    ax.plot([1.05, 1.05], [-0.75, 1.0], color=VERMILION, linestyle="--")
    ax.plot([1.65, 1.65], [-2.35, 1.0], color=VERMILION, linestyle="--")
    ax.annotate("", (1.05, 0.95), (1.65, 0.95), arrowprops=arrow | {"color": VERMILION})
    ax.text(1.35, 1.02, latency, ha="center", color=VERMILION)
    return figure
