"""Strict nbval: every lesson runs from a clean kernel, prints what is stored, and bears every move of its controls."""

import nbformat

from helpers.messages import text
from tools import build_notebooks as build

# Moves each control of each widget the lesson made to all its ends; a function that raises anything but a LessonError
# fails the cell, and so does one that the very same sweep does not notice raising.
SWEEP = """
import functools
import gc
from helpers.widgets import Explorer

def ends(control):
    if hasattr(control, "options"):
        return list(control.options)
    return [control.min, control.max] if hasattr(control, "min") else [True, False]

def sweep(explorer):
    for control in explorer.controls.values():
        begin = control.value
        for value in (*ends(control), begin):
            control.value = value

def noticed(explorer):
    function, explorer._function = explorer._function, lambda **values: 1 / 0
    try:
        sweep(explorer)
    except ZeroDivisionError:
        return True
    finally:
        explorer._function = function

# type(), for isinstance() asks every object, and torch's dead or deprecated ones answer with an error or a warning.
explorers = [thing for thing in gc.get_objects() if issubclass(type(thing), Explorer)]
for explorer in explorers:
    explorer._function = functools.cache(explorer._function)  # training anew for values met before takes long
    sweep(explorer)
print(len(explorers), sum(map(noticed, explorers)))
"""


def test_outputs_are_reproduced_and_controls_work(executed, strict):
    notebook = build.read(executed)
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    made = sum(cell.source.count("explore(") for cell in codes)
    said = nbformat.v4.new_output("stream", text=f"{made} {made}\n")
    notebook.cells.append(nbformat.v4.new_code_cell(SWEEP, outputs=[said], execution_count=1))
    verdicts, said = strict(notebook, executed)
    assert verdicts == ["passed"] * (len(codes) + 1), said


def test_a_solution_is_right(lesson):
    """As its stored output has it, which the test above compares with a run."""
    right = text("exercises.right", why="", lang=lesson.parent.name).strip()
    solutions = [cell for cell in build.read(lesson).cells if cell.id.endswith("-solution")]
    assert solutions and all(right in cell.outputs[0].text for cell in solutions)
