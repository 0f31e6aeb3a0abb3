"""Diagrams of lesson 11: overlapping windows, triangles on two scales, a line as a sum of cosines."""

import librosa
import numpy as np
from matplotlib.patches import ConnectionPatch
from scipy.fft import dct
from scipy.signal import get_window

from helpers.plots import BLUE, GREY, ORANGE, VERMILION, panels, png

COLOURS = (BLUE, ORANGE, VERMILION, "#009E73")


def frames():
    """A waveform with four overlapping windows, and under each the spectrum that becomes a column."""
    rate, size, hop = 800, 400, 200
    seconds = np.arange(5 * hop) / rate
    phase = 2 * np.pi * np.cumsum(20 + 60 * seconds) / rate
    sound = 0.75 * np.sin(phase) + 0.2 * np.sin(2 * phase)
    figure, (wave, columns) = panels(2, height=1.4)
    wave.plot(sound, color=GREY, linewidth=0.8)
    for number, colour in enumerate(COLOURS):
        first = number * hop
        window = get_window("hann", size)
        wave.plot(np.arange(first, first + size), 1.25 * window, color=colour, linewidth=2)
        spectrum = np.abs(np.fft.rfft(sound[first : first + size] * window))[2:62].reshape(-1, 1)
        middle = first + size / 2
        columns.imshow(spectrum, origin="lower", aspect="auto", extent=(middle - 60, middle + 60, 0, 1), cmap="magma")
        ends = {"xyA": (middle, -1.1), "coordsA": wave.transData, "xyB": (middle, 1.02), "coordsB": columns.transData}
        figure.add_artist(ConnectionPatch(**ends, arrowstyle="->", color=colour, linewidth=2))
    for ax, limits in ((wave, (-1.1, 1.35)), (columns, (0, 1))):
        ax.set(xlim=(0, len(sound)), ylim=limits)
        ax.axis("off")
    return figure


def filters():
    """Points even in mel, apart in hertz, with a triangle over each three neighbours."""
    hertz = librosa.mel_frequencies(10, fmin=50, fmax=8000)
    even = np.linspace(50, 8000, 10)
    figure, (above, below) = panels(2, height=1.3)
    for ax, points, name in ((above, even, "mel"), (below, hertz, "Hz")):
        for number in range(8):
            ax.plot(points[number : number + 3], [0, 1, 0], color=COLOURS[number % 2], linewidth=2)
        ax.plot(points, np.zeros(10), "o", color=GREY, clip_on=False)
        ax.set(xlim=(0, 8100), ylim=(0, 1.05), xticks=[], yticks=[])
        ax.set_xlabel(name, loc="right", fontsize=13)
        ax.spines["left"].set_visible(False)
    for top, bottom in zip(even[1:-1], hertz[1:-1], strict=True):
        ends = {"xyA": (top, -0.06), "coordsA": above.transData, "xyB": (bottom, 1.0), "coordsB": below.transData}
        figure.add_artist(ConnectionPatch(**ends, color=GREY, linewidth=0.8, linestyle=":"))
    return figure


def cosines():
    """Four cosines from slow to fast, and under each what the sum of the first ones makes of a jagged line."""
    band = np.arange(64)
    line = 6 * np.cos(band / 11) - band / 6 + 3 * np.cos(2 * np.pi * band / 6) * np.exp(-band / 30)
    waves = dct(np.eye(64), axis=0, norm="ortho")
    figure, axes = panels(2, 4, height=1.3)
    for column, number in enumerate((1, 2, 4, 20)):
        axes[0, column].plot(waves[number], color=COLOURS[column], linewidth=2)
        kept = waves[: number + 1]
        axes[1, column].plot(line, color=GREY, linewidth=1)
        axes[1, column].plot(kept.T @ (kept @ line), color=COLOURS[column], linewidth=2)
        axes[0, column].set_title(f"{number}", fontsize=13)
        axes[1, column].set_title(f"0 + … + {number}" if number > 1 else "0 + 1", fontsize=13)
        for ax in axes[:, column]:
            ax.axis("off")
    return figure


def draw(folder):
    """Write the diagrams into a folder."""
    for diagram in (frames, filters, cosines):
        (folder / f"11_{diagram.__name__}.png").write_bytes(png(diagram(), scale=2, facecolor="none"))
