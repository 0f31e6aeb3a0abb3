"""Falsified copies of the lessons: every falsification must be noticed, by nbval or by the contract.

Without these, a comparison that compares nothing would pass for ever. Each test prints how many falsifications it tried
and how many were caught (``pytest -rP``). Copies that are executed take minutes: all but two lessons weekly.
"""

import copy
import io
import random
import re
import tokenize
from types import SimpleNamespace

import nbformat
import pytest
from nbval.plugin import IPyNbCell, coalesce_streams, get_sanitize_patterns, nocolors
from test_contract import SANITISER, codes, compared, problems, tags

from tests.alone import name_of
from tools import build_notebooks as build

LESSONS = build.lessons("ko")
FIGURE = re.compile(r"\d+(?:\.\d+)?")
LOOK = re.compile(r"\b(linewidth|alpha|zorder|vmin|vmax|figsize)\b\W*[\d., ]*$")  # before a number

# Put into a lesson's first cell: whatever matplotlib draws is a tenth smaller than what the lesson hands it.
SHRUNK_PLOTS = """
from inspect import signature
from matplotlib import collections, image, lines, patches
import numpy

def smaller(value):
    return [0.9 * numpy.asarray(one) for one in value] if isinstance(value, list) else 0.9 * numpy.asarray(value)

def shrink(kind, method, *names):
    draw = getattr(kind, method)
    def drawn(*given, **options):
        bound = signature(draw).bind(*given, **options)
        bound.arguments.update({name: smaller(bound.arguments[name]) for name in names})
        return draw(*bound.args, **bound.kwargs)
    setattr(kind, method, drawn)

shrink(lines.Line2D, "set_ydata", "y")
shrink(image.AxesImage, "set_data", "A")
shrink(collections.QuadMesh, "set_array", "A")
shrink(collections.PolyCollection, "set_verts", "verts")
shrink(patches.Rectangle, "__init__", "width", "height")
"""


def weekly_but(number):
    """Every Korean lesson; all but one weekly, because executing takes long."""
    marks = {path: () if path.name.startswith(number) else pytest.mark.weekly for path in LESSONS}
    return [pytest.param(path, id=name_of(path), marks=mark) for path, mark in marks.items()]


def falsify(figure):
    """The same figure with its last digit one higher (9 becomes 0)."""
    return figure[:-1] + str((int(figure[-1]) + 1) % 10)


def compare(fresh, stored):
    """nbval's own comparison of two lists of outputs, without a kernel."""
    patterns = dict(get_sanitize_patterns(SANITISER))
    skipped = ("metadata", "traceback", "prompt_number", "output_type", "name", "execution_count", build.VIEW)
    cell = SimpleNamespace(
        parent=SimpleNamespace(skip_compare=(*skipped, "image/png", "image/jpeg"), sanitize_patterns=patterns),
        colors=nocolors,
        format_output_compare=lambda *_: None,
    )
    cell.sanitize = lambda value: IPyNbCell.sanitize(cell, value)
    fresh, stored = (coalesce_streams(copy.deepcopy(outputs)) for outputs in (fresh, stored))
    return IPyNbCell.compare_outputs(cell, fresh, stored)


def falsifications(cell):
    """Copies of the cell's outputs with one figure changed each; those in images and sound samples are not figures."""
    for at, output in enumerate(cell.outputs):
        kinds = ["text"] if "text" in output else [kind for kind in output.data if kind.startswith("text/")]
        for kind in kinds:
            value = output.text if kind == "text" else output.data[kind]
            for figure in FIGURE.finditer(build.SOUND.sub(lambda wav: "·" * len(wav[0]), value)):
                false = copy.deepcopy(cell.outputs)
                changed = value[: figure.start()] + falsify(figure[0]) + value[figure.end() :]
                if kind == "text":
                    false[at].text = changed
                else:
                    false[at].data[kind] = changed
                yield figure[0], false


def test_every_stored_figure_bites(lesson):
    tried, missed = 0, []
    for cell in codes(build.read(lesson)):
        if build.IGNORED not in tags(cell):
            assert compare(cell.outputs, cell.outputs), cell.id
            for figure, false in falsifications(cell):
                tried += 1
                if compare(cell.outputs, false):
                    missed.append(f"{cell.id}: {figure}")
    print(f"{lesson.parent.name}/{lesson.stem}: {tried - len(missed)} of {tried} falsified figures caught")
    assert tried >= 10 and not missed


@pytest.mark.slow
@pytest.mark.parametrize("copied", weekly_but("02"))
def test_every_compared_cell_bites_in_a_real_run(copied, strict):
    """One figure or letter of each compared cell is false: those cells fail in nbval, and no other."""
    notebook = build.read(copied)
    false = []
    for cell in codes(notebook):
        changed = list(falsifications(cell))
        if compared(cell) and changed:
            cell.outputs = changed[-1][1]
        elif compared(cell):
            cell.outputs[0] = nbformat.v4.new_output("stream", text="?")
        false.append("failed" if compared(cell) else "passed")
    verdicts, said = strict(notebook, copied)
    print(f"{copied.stem}: {verdicts.count('failed')} of {false.count('failed')} falsified cells caught")
    assert verdicts == false, said


@pytest.mark.slow
@pytest.mark.parametrize("copied", weekly_but("05"))
def test_changed_plot_data_bite(copied, strict):
    """An image is never compared; the printed line that reads the drawn data back must differ instead."""
    notebook = build.read(copied)
    drawn = [compared(cell) and any(map(_plotted, cell.outputs)) for cell in codes(notebook)]
    if not any(drawn):
        pytest.skip(f"{copied.stem} draws nothing outside its widgets.")
    start = codes(notebook)[0]
    start.source = SHRUNK_PLOTS + start.source
    verdicts, said = strict(notebook, copied)
    caught = [verdict == "failed" for verdict, picture in zip(verdicts, drawn, strict=True) if picture]
    print(f"{copied.stem}: {sum(caught)} of {len(caught)} falsified plots caught")
    assert all(caught) and "caused an exception" not in said, said


def _plotted(output):
    """Whether a cell drew this with matplotlib: not Pillow, whose image the lesson describes, and not a widget."""
    data = output.get("data", {})
    return "image/png" in data and not data["text/plain"].startswith(("<PIL.", "[위젯]", "[widget]", "[실시간 화면]"))


@pytest.mark.slow
@pytest.mark.weekly
@pytest.mark.parametrize("copied", LESSONS, ids=name_of)
def test_a_changed_parameter_bites(copied, strict):
    """Two of three numbers are noticed; the third may be one that only the ear compares, such as a pitch."""
    assert sum(_is_noticed(copied, seed, strict) for seed in range(3)) >= 2


def _is_noticed(copied, seed, strict):
    notebook = build.read(copied)
    places = [(cell, token) for cell in codes(notebook) for token in _literals(cell)]
    cell, token = random.Random(f"{copied.stem} {seed}").choice(places)
    (row, begin), (_, end) = token.start, token.end
    lines = cell.source.splitlines()
    lines[row - 1] = lines[row - 1][:begin] + _other(token.string) + lines[row - 1][end:]
    cell.source = "\n".join(lines)
    verdicts, _ = strict(notebook, copied, "--exitfirst")
    found = f"caught by cell {len(verdicts)}" if "failed" in verdicts else "not noticed"
    print(f"{copied.stem}, {cell.id}: {lines[row - 1].strip()}: {found}")
    return "failed" in verdicts


def _literals(cell):
    """Number tokens of a cell that nbval compares, but for those that only say how a picture looks."""
    if not compared(cell):
        return []
    tokens = tokenize.generate_tokens(io.StringIO(cell.source + "\n").readline)
    return [one for one in tokens if one.type == tokenize.NUMBER and not LOOK.search(one.line[: one.start[1]])]


def _other(number):
    """Far enough from ``number`` to show in rounded figures."""
    return str(2 * int(number) + 1) if number.isdigit() else str(1.5 * float(number.replace("_", "")) + 0.5)


def _strip(notebook):
    for cell in codes(notebook):
        cell.outputs, cell.execution_count = [], None


def _run_twice(notebook):
    codes(notebook)[-1].execution_count += 1


def _ignore_everything(notebook):
    for cell in codes(notebook):
        cell.metadata["tags"] = [*tags(cell), build.IGNORED]


def _grow(notebook):
    codes(notebook)[0].source += "\nx = 1" * 16


def _falsify_the_text(notebook):
    notebook.cells[1].source += "\n\n123.457 Hz"


def _lose_a_key_point(notebook):
    notebook.cells = [cell for cell in notebook.cells if cell.id != "key-points"]


def _leave_a_solution_open(notebook):
    (folded, *_) = (cell for cell in notebook.cells if "solution" in tags(cell))
    folded.source = folded.source.replace("<details>", "")


def _picture_alone(notebook):
    codes(notebook)[0].outputs = [nbformat.v4.new_output("display_data", data={"image/png": "", "text/plain": "x"})]


@pytest.mark.parametrize(
    ("break_it", "named"),
    [
        (_strip, ("in order", "compared")),  # nbval passes a notebook without outputs
        (_run_twice, ("in order",)),
        (_ignore_everything, ("compared",)),
        (_grow, ("lines",)),
        (_falsify_the_text, ("123.457",)),
        (_lose_a_key_point, ("key-points",)),
        (_leave_a_solution_open, ("solution",)),
        (_picture_alone, ("picture",)),
    ],
)
def test_a_broken_contract_is_noticed(lesson, break_it, named):
    notebook = build.read(lesson)
    break_it(notebook)
    found = list(problems(notebook, lesson.parent.name, lesson.stem[:2], 0))
    assert all(any(word in problem for problem in found) for word in named)
