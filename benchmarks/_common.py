"""What every benchmark shares: the sounds it runs on, and the words above and below its table."""

import os
import platform
from pathlib import Path

from helpers import datasets


def sounds():
    """The data set to measure on: the real recordings that ``REAL_SOUNDS`` names, else the built-in ones."""
    real = os.environ.get("REAL_SOUNDS")
    return datasets.load(Path(real) / "UrbanSound" if real else "builtin")


def real_sounds():
    """The folder that ``REAL_SOUNDS`` names, or None after saying that it is needed."""
    if folder := os.environ.get("REAL_SOUNDS"):
        return Path(folder)
    print("REAL_SOUNDS is not set: it names the folder with the real recordings this benchmark needs.")
    return None


def machine():
    """The computer the figures hold for."""
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def table(header, rows):
    """Rows of text and numbers as lines with aligned columns."""
    cells = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in cells]
    return "\n".join("  ".join(line).rstrip() for line in lines)
