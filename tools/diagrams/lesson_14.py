"""Diagrams of lesson 14: one sound through three windows, and where each parameter works."""

import numpy as np
from matplotlib.patches import FancyArrowPatch, Rectangle

from helpers.bench import woodpecker
from helpers.config import AudioConfig
from helpers.features import log_mel
from helpers.plots import BLUE, GREY, ORANGE, panels, png

RATE = AudioConfig().sample_rate


def turn():
    """A woodpecker and a hum by a short, a middle and a long window, and under each a slider at its place."""
    figure, axes = panels(2, 3, height=1.2)
    figure.set_size_inches(7.5, 2.2)
    axes[0, 0].get_gridspec().set_height_ratios([5, 1])
    sound = woodpecker()[round(1.3 * RATE) : round(1.9 * RATE)]
    for place, (picture, slider) in enumerate(zip(*axes, strict=True)):
        config = AudioConfig(n_fft=(256, 1024, 4096)[place], hop_length=64)
        picture.imshow(log_mel(sound, config), origin="lower", aspect="auto", cmap="magma", vmin=-80, vmax=0)
        slider.plot([0, 1], [0, 0], color=GREY, linewidth=3)
        slider.plot([0.1 + 0.4 * place], [0], "o", color=ORANGE, markersize=13)
        slider.set(xlim=(-0.1, 1.1), ylim=(-1, 1))
        for ax in (picture, slider):
            ax.axis("off")
    return figure


STATIONS = (  # where each parameter works, from the sound to the score
    "sample_rate",
    "segment_seconds\nsegment_hop_seconds\ngate_dbfs",
    "n_fft\nhop_length\nwindow",
    "n_mels\nf_min\nf_max",
    "floor_db",
    "n_mfcc",
)


def path():
    """Waveform, segments, windows, mel bands and colours as small drawings in a row; under each its parameters."""
    figure, ax = panels(height=2.5)
    middles = [0.9, 3.0, 5.15, 7.05, 8.8, 10.3]
    time = np.linspace(0, 1, 200)
    wave = 0.45 * np.sin(2 * np.pi * 9 * time) * np.exp(-(((time - 0.5) / 0.22) ** 2))
    for x in (middles[0], middles[1], middles[2]):
        ax.plot(x - 0.7 + 1.4 * time, wave, color=BLUE if x == middles[0] else GREY, linewidth=1)
    ax.plot(middles[0] - 0.7 + 1.4 * time[::8], wave[::8], "o", color=BLUE, markersize=3)
    for begin in (-0.7, 0):
        ax.add_patch(Rectangle((middles[1] + begin, -0.55), 0.66, 1.1, fill=False, edgecolor=ORANGE, linewidth=2))
    for begin in (-0.6, -0.3, 0, 0.3):
        bell = 0.6 * np.sin(np.pi * time) ** 2
        ax.plot(middles[2] + begin - 0.2 + 0.7 * time, bell - 0.05, color=ORANGE, linewidth=1.5)
    for number, width in enumerate((0.12, 0.18, 0.28, 0.42)):
        begin = middles[3] - 0.6 + (0, 0.12, 0.32, 0.62)[number]
        ax.plot([begin, begin + width, begin + 2 * width], [-0.5, 0.5, -0.5], color=BLUE, linewidth=1.5)
    colours = np.linspace(0, 1, 64)[:, None]
    ax.imshow(colours, extent=(middles[4] - 0.2, middles[4] + 0.2, -0.55, 0.55), origin="lower", cmap="magma", zorder=2)
    for number in (1, 2, 3):
        ax.plot(middles[5] - 0.4 + 0.8 * time, 0.15 * np.cos(np.pi * number * time) + 0.8 - 0.4 * number, color=BLUE)
    for left, right in zip(middles, middles[1:], strict=False):
        gap = (left + right) / 2
        arrow = {"arrowstyle": "-|>", "mutation_scale": 12, "color": GREY}
        ax.add_patch(FancyArrowPatch((gap - 0.22, 0.85), (gap + 0.22, 0.85), **arrow))
    for x, names in zip(middles, STATIONS, strict=True):
        ax.text(x, -0.8, names, ha="center", va="top", color=GREY, family="monospace", fontsize=8)
    ax.set(xlim=(-0.1, 11), ylim=(-1.65, 1.1), aspect="auto")
    ax.axis("off")
    return figure


def draw(folder):
    """Write the diagrams into a folder."""
    for diagram in (turn, path):
        (folder / f"14_{diagram.__name__}.png").write_bytes(png(diagram(), scale=2, facecolor="none"))
