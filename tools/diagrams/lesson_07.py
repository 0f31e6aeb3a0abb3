"""Diagrams of lesson 07: folds that are open or locked, and the four squares with their words."""

from matplotlib.figure import Figure
from matplotlib.patches import Arc, Circle, Ellipse, FancyBboxPatch, Polygon, Rectangle

from helpers.plots import BLUE, GREY, ORANGE, SHARP, VERMILION, png

WORDS = {
    "ko": {
        "squares": ("적중", "놓침", "오경보", "바른 거절"),
        "answers": ("“개!”", "조용"),
        "shares": ("재현율", "정밀도"),
    },
    "en": {
        "squares": ("hit", "miss", "false alarm", "correct rejection"),
        "answers": ("“dog!”", "silence"),
        "shares": ("recall", "precision"),
    },
}


def draw(folder):
    """Write the pictures of lesson 07."""
    _write(folder / "07_split.png", split())
    for language, words in WORDS.items():
        _write(folder / f"07_squares.{language}.png", squares(**words))


def _write(path, figure):
    path.write_bytes(png(figure, scale=SHARP, facecolor="none"))


def _sheet(width, height):
    """A figure whose axes count in hundredths of an inch."""
    figure = Figure(figsize=(width / 100, height / 100))
    ax = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.set_axis_off()
    return figure, ax


def _box(ax, x, y, width, height, colour=GREY, style="-", line=1.6):
    box = FancyBboxPatch((x, y), width, height, "round,pad=0,rounding_size=8", fc="none", ec=colour, lw=line, ls=style)
    ax.add_patch(box)


def split():
    """Five folds with dogs and other sounds; the last two are locked."""
    figure, ax = _sheet(760, 170)
    for fold in range(5):
        left, locked = 16 + 148 * fold, fold > 2
        _box(ax, left, 12, 136, 146, VERMILION if locked else BLUE, line=2)
        if locked:
            _lock(ax, left + 68, 78)
        else:
            for place, (right, up) in enumerate(((36, 112), (100, 112), (36, 52), (100, 52))):
                (_dog if place == fold else _siren)(ax, left + right, up, 0.7)
    return figure


def _lock(ax, x, y):
    ax.add_patch(Arc((x, y + 14), 36, 48, theta1=0, theta2=180, color=VERMILION, lw=5))
    ax.add_patch(FancyBboxPatch((x - 28, y - 34), 56, 46, "round,pad=0,rounding_size=6", fc=VERMILION, ec="none"))
    ax.add_patch(Circle((x, y - 8), 6, fc="white", ec="none"))


def squares(squares, answers, shares):
    """The confusion matrix: who is heard beside each row, what the bowl does above each column."""
    figure, ax = _sheet(700, 380)
    for column, (word, food) in enumerate(zip(answers, (True, False), strict=True)):
        x = 260 + 230 * column
        _bowl(ax, x - 42, 338, food)
        ax.text(x + 4, 338, word, color=GREY, ha="left", va="center", size=15)
    for row, icon in enumerate((_dog, _siren)):
        y = 236 - 124 * row
        icon(ax, 92, y, 1.3)
        for column in range(2):
            right = row == column
            x, colour = 260 + 230 * column, BLUE if right else VERMILION
            ax.add_patch(Rectangle((x - 106, y - 52), 212, 104, fc=colour, ec="none"))
            word, short = squares[2 * row + column], (("TP", "FN"), ("FP", "TN"))[row][column]
            ax.text(x, y + 12, word, color="white", ha="center", va="center", size=17)
            ax.text(x, y - 20, short, color="white", ha="center", va="center", size=13)
    recall, precision = shares
    _box(ax, 146, 178, 462, 116, GREY, "--")
    ax.text(616, 236, recall, color=GREY, ha="left", va="center", size=14)
    _box(ax, 140, 42, 240, 260, GREY, ":", line=2.2)
    ax.text(260, 22, precision, color=GREY, ha="center", va="center", size=14)
    return figure


def _dog(ax, x, y, size):
    ax.add_patch(Ellipse((x, y), 44 * size, 40 * size, fc=ORANGE, ec="none"))
    for side in (-1, 1):
        ear = [(10, 16), (24, 26), (24, 2)]
        ax.add_patch(Polygon([(x + side * size * a, y + size * b) for a, b in ear], fc=GREY, ec="none"))
        ax.add_patch(Circle((x + side * 8 * size, y + 5 * size), 2.6 * size, fc="white", ec="none"))
    ax.add_patch(Ellipse((x, y - 8 * size), 12 * size, 9 * size, fc="white", ec="none"))
    ax.add_patch(Ellipse((x, y - 6 * size), 7 * size, 5 * size, fc=GREY, ec="none"))


def _siren(ax, x, y, size):
    ax.add_patch(Rectangle((x - 16 * size, y - 18 * size), 32 * size, 9 * size, fc=GREY, ec="none"))
    ax.add_patch(Polygon([(x + a * size, y + b * size) for a, b in ((-12, -9), (-9, 10), (9, 10), (12, -9))], fc=BLUE))
    for side in (-1, 1):
        for far in (0, 6):
            begin, end = (x + side * (14 + far) * size, y + 10 * size), (x + side * (20 + far) * size, y + 17 * size)
            ax.plot(*zip(begin, end, strict=True), color=GREY, linewidth=1.6)


def _bowl(ax, x, y, food):
    if food:
        for right, up in ((-12, 3), (-4, 9), (5, 5), (12, 3), (-19, 2), (19, 2)):
            ax.add_patch(Circle((x + right, y + up), 5.5, fc=ORANGE, ec="none"))
    ax.add_patch(Polygon([(x - 32, y), (x + 32, y), (x + 23, y - 22), (x - 23, y - 22)], fc=GREY, ec="none"))
