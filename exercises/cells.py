"""What the learner's cells did: which one holds the answer to an exercise, and whether it stopped with an error."""

import ast
import re
from dataclasses import dataclass

from IPython import get_ipython


@dataclass
class Run:
    """One run of a cell."""

    source: str
    error: BaseException | None = None


_runs = []
_judged = {}  # name of an exercise → the run of the answer that its last check found wrong


def watch():
    """From now on, note every cell that runs in this kernel."""
    if shell := get_ipython():
        shell.events.register("pre_run_cell", _begin)
        shell.events.register("post_run_cell", _end)


def _begin(info):
    _runs.append(Run(info.raw_cell))


def _end(result):
    if _runs:  # the cell that called `watch` had begun before
        _runs[-1].error = result.error_before_exec or result.error_in_exec


def answer_run(exercise):
    """The last run of the cell that holds the answer which the running cell hands to ``check``, or None."""
    names = _answers(_runs[-1].source, exercise) if _runs else ()
    for run in reversed(_runs):
        if any(re.search(rf"^(?:\w+\s+{name}\b|{name}\s*[:=](?!=))", run.source, re.MULTILINE) for name in names):
            return run
    return None


def _answers(source, exercise):
    """The names in the second argument of ``check(exercise, …)``."""
    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except SyntaxError:  # a line for IPython alone, such as %time
        return []
    chosen = [call.args[1] for call in calls if len(call.args) == 2 and _is_check(call, exercise)]
    return [node.id for answer in chosen for node in ast.walk(answer) if isinstance(node, ast.Name)]


def _is_check(call, exercise):
    name = call.args[0]
    return getattr(call.func, "id", "") == "check" and isinstance(name, ast.Constant) and name.value == exercise


def same_as_before(exercise, run, key):
    """Whether this very run was found wrong already; remembers it for the next check."""
    before = _judged.pop(exercise, None)
    if run and key not in ("right", "not_yet"):
        _judged[exercise] = run
    return run is not None and before is run
