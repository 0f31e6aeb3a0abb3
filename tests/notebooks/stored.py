"""What tests of one lesson read in its stored Korean notebook, and how they run its cells."""

import ast
import contextlib
import io
import re

from tools import build_notebooks as build


class Stored:
    """The cells of a lesson by id: their source, what they printed, the functions they define."""

    def __init__(self, number):
        (path,) = build.lessons("ko", [number])
        self.cells = {cell.id: cell for cell in build.read(path).cells}
        self.sources = {name: cell.source for name, cell in self.cells.items()}

    def printed(self, name):
        return "".join(output.get("text", "") for output in self.cells[name].outputs)

    def function(self, name, **names):
        """A function as a cell defines it, in a world of ``names``."""
        for cell in self.cells.values():
            if cell.cell_type == "code" and f"def {name}(" in cell.source:
                found = [node for node in ast.parse(cell.source).body if getattr(node, "name", "") == name]
                exec(compile(ast.Module(found, []), cell.id, "exec"), names)
                return names[name]
        raise AssertionError(f"no cell defines {name}")


FOLDED = re.compile(r"<details><summary>[^\n]+</summary>\n\n```python\n(.+)\n```\n\n</details>", re.DOTALL)


def solution(source):
    """The code of a folded solution, or None where it is not folded as it should be."""
    found = FOLDED.fullmatch(source)
    return found[1] if found and found[1].count("```") == 0 else None


def figures(text):
    """Every number in a text, in order."""
    return [float(figure) for figure in re.findall(r"-?\d+(?:\.\d+)?", text)]


def imports(source):
    """What a cell imports, without the rest of it."""
    found = [node for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(map(ast.unparse, found))


def run(sources, chosen, names):
    """Run chosen cells in a world of ``names``: cell → whether it says that what it does by hand is the helper's."""
    verdicts = {}
    for name in chosen:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(sources[name], names)
        if words := re.findall(r"^same as [^:]+: (\w+)", printed.getvalue(), re.MULTILINE):
            verdicts[name] = words == ["True"]
    return verdicts


def changed(sources, cell, right, wrong):
    """The same cells but for a formula in one of them."""
    assert right in sources[cell]
    return sources | {cell: sources[cell].replace(right, wrong)}


def unequal(verdicts):
    return {name for name, same in verdicts.items() if not same}
