"""Diagrams of lesson 06: the network as boxes with the shapes between them, and the loop of learning.

Their only words are code, so that both languages share them; without a ground, so that light and dark pages do.
"""

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

import synth
from helpers.config import AudioConfig
from helpers.datasets import OTHER, TARGET
from helpers.features import log_mel
from helpers.plots import BLUE, DPI, GREY, ORANGE, SHARP, VERMILION, WIDTH, png
from tools.benchmarks._common import heard

CONFIG = AudioConfig()
SOURCE, START_S = 900_000_202, 0.5  # the second of a bark that goes in
BLOCKS = (  # what a block turns its input into; sheets, width and height as drawn
    ("block(1, 16)", "16 × 32 × 44", 4, 9.5, 10),
    ("block(16, 32)", "32 × 16 × 22", 6, 6, 6.5),
    ("block(32, 64)", "64 × 8 × 11", 9, 4, 4.5),
)
STEPS = ("network(x)", "cross_entropy(…, y)", "loss.backward()", "optimizer.step()")
CODE = {"family": "monospace", "size": 9}
MIDDLE, TOP, BOTTOM = 16, 29, 3


def draw(folder):
    """Write the pictures of lesson 06."""
    for picture in (network, loop):
        (folder / f"06_{picture.__name__}.png").write_bytes(png(picture(), scale=SHARP, facecolor="none"))


def _empty(height):
    figure = Figure(figsize=(WIDTH, height), dpi=DPI)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.axis("off")
    return figure, ax


def _say(ax, x, y, words, **look):
    ax.text(x, y, words, va="center", color=GREY, **{"ha": "center"} | CODE | look)


def _arrow(ax, start, end):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": GREY, "linewidth": 1.6, "mutation_scale": 14})


def _box(ax, left, bottom, width, height, colour):
    ax.add_patch(Rectangle((left, bottom), width, height, facecolor=colour, edgecolor="white", linewidth=0.6))


def _to(ax, start, end, name):
    """An arrow from one thing to the next, with the code that leads there above."""
    _arrow(ax, (start + 0.8, MIDDLE), (end - 0.8, MIDDLE))
    _say(ax, (start + end) / 2, TOP, name)


def network():
    """The picture, three stacks of ever smaller and ever more maps, the pooled column, two answers."""
    figure, ax = _empty(2.3)
    sound = heard(synth.synthesise(TARGET, (0, SOURCE)), CONFIG)
    begin = round(START_S * CONFIG.sample_rate)
    levels = log_mel(sound[begin : begin + CONFIG.segment_samples], CONFIG)
    look = {"origin": "lower", "aspect": "auto", "cmap": "magma", "vmin": CONFIG.floor_db, "vmax": 0}
    right = 17
    ax.imshow(levels, extent=(2, right, MIDDLE - 7.5, MIDDLE + 7.5), **look)
    _say(ax, 9.5, BOTTOM, "1 × 64 × 87")
    for name, shape, sheets, width, height in BLOCKS:
        left = right + 7
        _to(ax, right, left, name)
        for sheet in reversed(range(sheets)):
            _box(ax, left + 0.6 * sheet, MIDDLE - height / 2 + 0.6 * sheet, width, height, BLUE)
        right = left + width + 0.6 * (sheets - 1)
        _say(ax, (left + right) / 2, BOTTOM, shape)
    left = right + 8
    _to(ax, right, left, "mean, amax")
    for place in range(8):
        _box(ax, left, MIDDLE - 8 + 2 * place, 2, 2, ORANGE)
    _say(ax, left + 1, BOTTOM, "64")
    _to(ax, left + 2, left + 9, "head")
    for number, answer in enumerate((TARGET, OTHER)):
        _box(ax, left + 9, MIDDLE + 2.5 - 8 * number, 3, 3, VERMILION)
        _say(ax, left + 12.6, MIDDLE + 4 - 8 * number, f"{number}: {answer}", ha="left", size=8)
    _say(ax, left + 10.5, BOTTOM, "2")
    ax.set(xlim=(0, 100), ylim=(0, 32))
    return figure


def loop():
    """Four boxes in a ring: answer, loss, gradient, step."""
    figure, ax = _empty(1.1)
    places = (13, 38, 63, 88)
    for x, step, colour in zip(places, STEPS, (BLUE, VERMILION, ORANGE, BLUE), strict=True):
        look = {"boxstyle": "round,pad=0.6", "facecolor": "none", "edgecolor": colour, "linewidth": 1.8}
        ax.add_patch(FancyBboxPatch((x - 9.4, 7), 18.8, 5, **look))
        _say(ax, x, 9.5, step)
    for start, end in zip(places, places[1:], strict=False):
        _arrow(ax, (start + 10.2, 9.5), (end - 10.2, 9.5))
    ax.plot([88, 88, 13], [6.4, 2.5, 2.5], color=GREY, linewidth=1.6)
    _arrow(ax, (13, 2.5), (13, 6.4))
    ax.set(xlim=(0, 100), ylim=(0, 14.7))
    return figure
