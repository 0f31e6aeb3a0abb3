"""Diagram of lesson 05: a window on a sound becomes a spectrum, the spectrum a column, the columns a picture.

Without words, so that both languages share it, and on no ground of its own, so that light and dark pages do.
"""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch, Rectangle

import synth
from helpers.config import AudioConfig
from helpers.datasets import TARGET
from helpers.features import spectrogram
from helpers.plots import BLUE, DPI, GREY, ORANGE, SHARP, WIDTH, png
from tools.benchmarks._common import heard

CONFIG = AudioConfig()
SOURCE, START_S = 900_000_309, 4.291383  # the second that the lesson looks at
FRAME = 17  # its loudest
TOP_HZ = 6000


def draw(folder):
    """Write the picture of lesson 05."""
    (folder / "05_window.png").write_bytes(png(window(), scale=SHARP, facecolor="none"))


def window():
    """Sound, spectrum, column, picture, with an arrow from each to the next."""
    sound = _bark()
    levels, size = spectrogram(sound, CONFIG)[: round(TOP_HZ * CONFIG.n_fft / CONFIG.sample_rate)], CONFIG.n_fft
    figure = Figure(figsize=(WIDTH + 1.5, 2.5), dpi=DPI)
    places = ((0.01, 0.31), (0.37, 0.18), (0.60, 0.03), (0.68, 0.31))
    axes = [figure.add_axes((left, 0.06, width, 0.72)) for left, width in places]
    wave, spectrum, column, picture = axes
    wave.plot(np.arange(len(sound)), sound, color=BLUE, linewidth=0.6)
    for step in range(-2, 5):
        left = (FRAME + 2 * step) * CONFIG.hop_length - size // 2
        height = 0.9 * np.abs(sound).max()
        chosen = step == 0
        look = {"facecolor": ORANGE if chosen else "none", "edgecolor": ORANGE, "alpha": 0.6 if chosen else 0.5}
        wave.add_patch(Rectangle((left, -height), size, 2 * height, zorder=3, **look))
    spectrum.plot(levels[:, FRAME], np.arange(len(levels)), color=ORANGE, linewidth=1.2)
    spectrum.set_ylim(-0.5, len(levels) - 0.5)
    look = {"origin": "lower", "aspect": "auto", "cmap": "magma", "vmin": CONFIG.floor_db, "vmax": 0}
    column.imshow(levels[:, FRAME : FRAME + 1], **look)
    picture.imshow(levels, **look)
    picture.add_patch(Rectangle((FRAME - 0.5, -0.5), 1, len(levels), facecolor="none", edgecolor=ORANGE, linewidth=1.5))
    for ax, number, (left, width) in zip(axes, "①②③④", places, strict=True):
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        figure.text(left + width / 2, 0.86, number, ha="center", color=GREY, fontsize=14)
    for start, end in zip(axes, axes[1:], strict=False):
        ends = {"xyA": (1.02, 0.5), "xyB": (-0.02, 0.5), "coordsA": "axes fraction", "coordsB": "axes fraction"}
        figure.add_artist(
            ConnectionPatch(axesA=start, axesB=end, arrowstyle="-|>", mutation_scale=16, color=GREY, **ends)
        )
    return figure


def _bark():
    sound = heard(synth.synthesise(TARGET, (0, SOURCE)), CONFIG)
    start = round(START_S * CONFIG.sample_rate)
    return sound[start : start + CONFIG.segment_samples]
