"""Strict nbval: every lesson runs from a clean kernel, prints what is stored, and bears every move of its controls.

Its solutions are right.
"""

import nbformat
from stored import solution

from exercises.cards import Card
from exercises.lessons import lesson
from helpers.messages import text
from tools import build_notebooks as build

# Moves each control of each widget the lesson made to all its ends; a function that raises anything but a LessonError
# fails the cell, and so does one that the very same sweep does not notice raising.
SWEEP = """
import functools
import gc
from helpers.widgets import Explorer

def _ends(control):
    if hasattr(control, "options"):
        return list(control.options)
    return [control.min, control.max] if hasattr(control, "min") else [True, False]

def _sweep(explorer):
    for control in explorer.controls.values():
        begin = control.value
        for value in (*_ends(control), begin):
            control.value = value

def _noticed(explorer):
    function, explorer._function = explorer._function, lambda **values: 1 / 0
    try:
        _sweep(explorer)
    except ZeroDivisionError:
        return True
    finally:
        explorer._function = function

# type(), for isinstance() asks every object, and torch's dead or deprecated ones answer with an error or a warning.
gc.unfreeze()  # an explorer freezes all that there is when it is made
explorers = [thing for thing in gc.get_objects() if issubclass(type(thing), Explorer)]
for explorer in explorers:
    explorer._function = functools.cache(explorer._function)  # training anew for values met before takes long
    _sweep(explorer)
print(len(explorers), sum(map(_noticed, explorers)))
"""


def test_outputs_are_reproduced_controls_work_and_solutions_are_right(executed, strict):
    notebook = build.read(executed)
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    made = sum(cell.source.count("explore(") for cell in codes)
    said = nbformat.v4.new_output("stream", text=f"{made} {made}\n")
    added = [nbformat.v4.new_code_cell(SWEEP, outputs=[said], execution_count=1), *solved(notebook, executed)]
    notebook.cells += added
    verdicts, said = strict(notebook, executed)
    assert len(added) > 1 and verdicts == ["passed"] * len(codes + added), said


def solved(notebook, path):
    """For each exercise, its solution as it is shown, run in place of the stub, and its check finding that right."""
    language, cells = path.parent.name, {cell.id: cell for cell in notebook.cells}
    for name in (name.removesuffix("-solution") for name in cells if name.endswith("-solution")):
        yield nbformat.v4.new_code_cell(
            solution(cells[f"{name}-solution"].source), metadata={"tags": [build.IGNORED]}, execution_count=1
        )
        exercise = f"{path.stem[:2]}-{name.removeprefix('ex')}"
        why = lesson(path.stem[:2]).SENTENCES[exercise]["right"][language]
        card = Card("right", text("exercises.right", why=why, lang=language))
        shown = nbformat.v4.new_output("display_data", data={"text/html": card._repr_html_(), "text/plain": repr(card)})
        yield nbformat.v4.new_code_cell(cells[f"{name}-check"].source, outputs=[shown], execution_count=1)
