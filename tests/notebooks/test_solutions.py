"""A learner who solves every exercise and moves every control: nothing fails, and each check agrees."""

import build
import nbformat
import pytest

from helpers.messages import text
from tests.alone import alone

# Moves each control of each widget the lesson made to all its ends; a function that raises anything but a LessonError
# fails the cell, and so does one that the very same sweep does not notice raising.
SWEEP = """
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
    sweep(explorer)
print(len(explorers), sum(map(noticed, explorers)))
"""


@pytest.mark.slow
def test_solutions_and_controls_work(korean, builtin_sounds):
    notebook = build.read(korean)
    cells = {cell.id: cell for cell in notebook.cells}
    solved = [cell.id.removesuffix("-solution") for cell in notebook.cells if cell.id.endswith("-solution")]
    for exercise in solved:
        solution = cells[f"{exercise}-solution"].source.splitlines()
        cells[f"{exercise}-stub"].source = "\n".join(line for line in solution if not line.startswith("check("))
    notebook.cells.append(nbformat.v4.new_code_cell(SWEEP))

    with alone(korean):
        build.execute(notebook, korean.parent)

    right = text("exercises.right", why="", lang="ko").strip()
    for exercise in solved:
        assert right in cells[f"{exercise}-check"].outputs[0].text
    made, noticed = map(int, notebook.cells[-1].outputs[-1].text.split())
    assert (
        made
        == noticed
        == sum(cell.source.count("explore(") for cell in notebook.cells[:-1] if cell.cell_type == "code")
    )
