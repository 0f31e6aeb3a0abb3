"""What every lesson begins with and keeps using: `start`, `table`, `play`, and the widgets."""

import io
import logging
import math
import re
import shutil
import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import PIL.Image
from IPython import get_ipython
from matplotlib.figure import Figure
from matplotlib_inline.config import InlineBackend

from helpers import audio, datasets
from helpers.config import AudioConfig
from helpers.environment import in_copies, work_dir
from helpers.messages import columns, language, text
from helpers.players import play, sound
from helpers.plots import SHARP, png, set_style
from helpers.remedy import load_ipython_extension
from helpers.segments import GRAPH, PICTURES, TABLE, fingerprint, read_made
from helpers.widgets import dataset_menu, explore, progress_bar

__all__ = ["dataset_menu", "explore", "play", "progress_bar", "sound", "start", "table"]


@dataclass(frozen=True)
class Lesson:
    """What `start` returns: the synthetic recordings (or None), and folders that stay between runs.

    ``folder`` is the lesson's own. In ``walk`` lie ``graph/`` and ``graph_mfcc/``; the learner's copies share one.
    """

    name: str
    config: AudioConfig
    dataset: datasets.Dataset | None
    folder: Path
    walk: Path

    def reset(self):
        """Empty the work folder, to begin the lesson again as if for the first time."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        print(text("lesson.reset", folder=f"{self.folder.parent.name}/{self.folder.name}"))


def start(name, *, sounds=True, needs=None):
    """Make a lesson ready; its first cell.

    From here on a `LessonError` or `AudioWarning` shows as its one sentence, and so does a name that no cell has
    defined. The synthetic recordings are made the first time and then come from the cache; what is printed is the same
    both times.

    Parameters
    ----------
    name : str, the lesson's file name without its ending
    sounds : bool, whether the lesson needs the synthetic recordings
    needs : str or None, ``"graph"`` or ``"graph_mfcc"``: what an earlier lesson leaves, made now if it did not

    Returns
    -------
    Lesson
    """
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # a first import reports its cache on stderr
    if shell := get_ipython():
        load_ipython_extension(shell)
        InlineBackend.instance(parent=shell).figure_formats = set()  # else pyplot's pictures come before ours
        shell.display_formatter.mimebundle_formatter.for_type(Figure, _shown)
    set_style()
    warnings.simplefilter("always", audio.AudioWarning)  # by default a cell that runs again would not warn again
    warnings.filterwarnings("ignore", module="pydub")  # it asks for ffmpeg at every import; a wav needs none
    warnings.showwarning = partial(_show_warning, warnings.showwarning)
    folder = work_dir() / f"{name}-{language()}"
    folder.mkdir(parents=True, exist_ok=True)
    walk = work_dir() if in_copies() else folder
    lesson = Lesson(name, AudioConfig(), _synthetic_sounds() if sounds else None, folder, walk)
    if needs:
        _make(lesson, needs)
    if sounds:
        count, rate = len(lesson.dataset.recordings), lesson.config.sample_rate
        print(text("lesson.ready_with_sounds", name=name, count=count, rate=rate))
    else:
        print(text("lesson.ready", name=name))
    return lesson


def _make(lesson, needs):
    """The segments, or the pictures too, of the synthetic recordings, unless what is there is still theirs."""
    from helpers.features import write_pictures  # here, because it needs torch
    from helpers.split import split

    graph = lesson.walk / GRAPH
    made = read_made(graph) if graph.exists() else None
    with progress_bar():
        if not made or (made["data"] == lesson.dataset.name and made["recordings"] != fingerprint(lesson.dataset)):
            split(lesson.dataset, out=lesson.walk)
        pictures = lesson.walk / PICTURES / TABLE
        if needs == PICTURES and not (pictures.exists() and pictures.read_bytes() == (graph / TABLE).read_bytes()):
            write_pictures(lesson.walk)


def _show_warning(usual, message, category, *where, **more):
    if issubclass(category, audio.AudioWarning):
        print(message)
    else:
        usual(message, category, *where, **more)


def _synthetic_sounds():
    with progress_bar():
        return datasets.load("builtin")


def _panels(figure):
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]


def _shown(figure):
    """A figure as a notebook shows and stores it: sharp, for blind readers in words, for nbval as its drawn data."""
    # as pyplot's figures are shown, whose labels may stick out
    tight = "tight" if figure.canvas.manager and not figure.get_layout_engine() else None
    picture = png(figure, scale=SHARP, facecolor="none", bbox_inches=tight)
    drawn = "\n".join(map(_drawn, _panels(figure)))
    words = [figure.get_suptitle()]
    for axes in _panels(figure):
        words += axes.get_title(), ", ".join(filter(None, (axes.get_xlabel(), axes.get_ylabel())))
    alt = text("lesson.plot", facts="; ".join(filter(None, words))) if any(words) else drawn
    width = PIL.Image.open(io.BytesIO(picture)).width // SHARP
    return {"image/png": picture, "text/plain": drawn}, {"image/png": {"width": width, "alt": alt}}


def _drawn(axes):
    """The data that an axes really shows, not what the caller meant to draw."""
    heights, colours = [line.get_ydata() for line in axes.lines], list(axes.images)
    for collection in axes.collections:
        if collection.get_array() is None:
            heights += [path.vertices[:, 1] for path in collection.get_paths()]
        else:
            colours.append(collection)
    ends = [(patch.get_x() + patch.get_width(), patch.get_y() + patch.get_height()) for patch in axes.patches]
    drawn = [np.concatenate([np.ravel(np.asarray(part, dtype=float)) for part in heights])] if heights else []
    drawn += [np.ma.filled(np.ma.asarray(part.get_array(), dtype=float), np.nan) for part in colours]
    # bars and shaded stretches: where they end, to the right and upwards; a stretch is as high as the axes, which is 1
    drawn += [sides for sides in np.array(ends).T if (sides != 1).any()]
    across, up = f"{axes.get_xlabel()} {_ends(axes.get_xlim())}", f"{axes.get_ylabel()} {_ends(axes.get_ylim())}"
    limits = f"{across.strip()}, {up.strip()}"
    return text("lesson.plot", facts="; ".join([limits, *map(_spread, drawn)]))


def _ends(limits):
    digits = _digits(max(map(abs, limits)), 3)
    return "…".join(_trimmed(limit, digits) for limit in limits)


def _spread(values):
    """Lowest … highest and mean, to three digits of the largest: the last bits differ between processors."""
    finite = values[np.isfinite(values)]
    missing = text("lesson.not_finite", count=values.size - finite.size)
    if not finite.size:
        return missing
    digits = _digits(np.abs(finite).max(), 3)
    low, high, mean = (f"{value:z.{digits}f}" for value in (finite.min(), finite.max(), finite.mean()))
    line = text("lesson.spread", low=low, high=high, mean=mean)
    return f"{line}, {missing}" if values.size > finite.size else line


def _digits(value, significant):
    """Decimal places that show ``value`` with so many significant digits (at least none)."""
    return 0 if value == 0 else max(0, significant - 1 - math.floor(math.log10(abs(value))))


def _trimmed(value, digits):
    number = f"{value:z.{digits}f}"  # z: no minus sign before a zero
    return number.rstrip("0").rstrip(".") if digits else number


def _short(value):
    if isinstance(value, (float, np.floating)) and math.isfinite(value):
        return _trimmed(value, _digits(value, 4))
    if isinstance(value, Path):
        return value.name
    if getattr(value, "shape", ()):
        return f"[{' × '.join(map(str, value.shape))}]"
    if isinstance(value, (list, tuple)):
        return text("lesson.items", count=len(value))
    return str(value)


def table(rows, header=None):
    """Print rows as columns; columns of numbers stand to the right.

    Parameters
    ----------
    rows : sequence of sequences, or dict whose items are the rows
    header : sequence of str, optional
    """
    rows = rows.items() if isinstance(rows, dict) else rows
    cells = [[_short(value) for value in row] for row in ([header, *rows] if header else rows)]
    values = cells[1 if header else 0 :]
    numbers = [place for place, column in enumerate(zip(*values, strict=True)) if all(map(_NUMBER.fullmatch, column))]
    for line in columns(cells, numbers):
        print(line)


_NUMBER = re.compile(r"[-+]?[\d.,]+ ?%?")
