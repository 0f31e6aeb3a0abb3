"""What a lesson holds, counted: for its honest minutes, its contract and the table of `build_notebooks figures`."""

import ast
import difflib
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from helpers.messages import columns

PACE = {"ko": 100, "en": 150}  # words that a learner reads in a minute
WIDGETS = {"explore", "dataset_menu", "source_menu", "monitor", "recorder"}
WIDGETS |= {"IntSlider", "FloatSlider", "FloatLogSlider", "SelectionSlider", "Dropdown", "RadioButtons", "Checkbox"}
LIBRARIES = ("librosa", "soundfile", "pydub", "matplotlib", "torch", "sklearn", "pyaudio", "ipywidgets")
FENCE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
FOLDED = re.compile(r"<details.*?</details>", re.DOTALL)
UNREAD = re.compile(r"```.*?```|!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|<[^>]*>", re.DOTALL)  # code, pictures, addresses, HTML
PARTS = ("task", "stub", "check", "hints", "solution")
GENERATED = ("head", "foot")


def words(source):
    """How many words a learner reads in a markdown text; what is folded is read on demand."""
    return len(re.findall(r"\S*\w\S*", UNREAD.sub(" ", FOLDED.sub(" ", source))))


def written(cell):
    """The code of an exercise's solution, without the line that checks it."""
    if cell.cell_type == "markdown":
        return "".join(FENCE.findall(cell.source))
    return "\n".join(line for line in cell.source.splitlines() if not line.startswith("check("))


@dataclass
class Figures:
    """The figures of one stored lesson; ``language`` decides how fast its words are read."""

    notebook: dict
    language: str

    @cached_property
    def cells(self):
        return {cell.id: cell for cell in self.notebook.cells}

    @cached_property
    def exercises(self):
        """Names of the exercises in order: an exercise is what has a stub."""
        return [name.removesuffix("-stub") for name in self.cells if name.endswith("-stub")]

    @cached_property
    def inside(self):
        """The exercises that stand inside sections, before those at the end."""
        before = list(self.cells)[: list(self.cells).index("exercises")] if "exercises" in self.cells else []
        return [name for name in self.exercises if f"{name}-stub" in before]

    @cached_property
    def codes(self):
        """The code cells apart from those of exercises."""
        parts = {f"{name}-{part}" for name in self.exercises for part in PARTS}
        return [cell for cell in self.notebook.cells if cell.cell_type == "code" and cell.id not in parts]

    @property
    def prose(self):
        """The markdown cells that an author writes for everybody to read: not solutions, hints, head and foot."""
        unread = {f"{name}-{part}" for name in self.exercises for part in ("hints", "solution")} | set(GENERATED)
        return [cell for cell in self.notebook.cells if cell.cell_type == "markdown" and cell.id not in unread]

    @property
    def words(self):
        return sum(words(cell.source) for cell in self.prose)

    @property
    def lengths(self):
        """Lines of each code cell, without the empty ones."""
        return [sum(map(bool, map(str.strip, cell.source.splitlines()))) for cell in self.codes]

    @cached_property
    def calls(self):
        """How often each function is called, by its full name: ``plt.subplots`` is matplotlib.pyplot.subplots."""
        return Counter(
            name for node in self._nodes if isinstance(node, ast.Call) if (name := self.full_name(node.func))
        )

    @property
    def names(self):
        """Full names of all that the code uses, ``.name`` of attributes, and ``name=`` of arguments."""
        found = {f".{node.attr}" for node in self._nodes if isinstance(node, ast.Attribute)}
        found |= {f"{node.arg}=" for node in self._nodes if isinstance(node, ast.keyword)}
        return found | set(filter(None, map(self.full_name, self._nodes)))

    @property
    def predictions(self):
        return self.calls["exercises.predict"]

    @property
    def widgets(self):
        return sum(count for name, count in self.calls.items() if name.rpartition(".")[2] in WIDGETS)

    @property
    def learner_lines(self):
        """Lines that a learner writes: those of the solutions that do not stand in the stubs."""
        lines = []
        for name in self.exercises:
            if f"{name}-solution" in self.cells:
                stub = self.cells[f"{name}-stub"].source.splitlines()
                lines += difflib.ndiff(stub, written(self.cells[f"{name}-solution"]).splitlines())
        return sum(line.startswith("+ ") and not line[2:].lstrip().startswith("#") and line != "+ " for line in lines)

    @property
    def players(self):
        return sum(output.get("data", {}).get("text/html", "").count("data:audio/wav") for output in self._outputs)

    @property
    def pictures(self):
        return sum("image/png" in output.get("data", {}) for output in self._outputs)

    @property
    def diagrams(self):
        return sum(len(re.findall(r"!\[[^\]]*\]\(", cell.source)) for cell in self.prose)

    @property
    def helpers(self):
        """Names imported from helpers."""
        return {name for name in self._imported.values() if name.startswith("helpers.")}

    @property
    def minutes(self):
        """Reading, typing along, predicting, playing with widgets, exercises; without waiting."""
        at_end = len(self.exercises) - len(self.inside)
        reading = self.words / PACE[self.language] + sum(self.lengths) / 15
        return reading + self.predictions / 2 + 2 * self.widgets + 2 * len(self.inside) + 5 * at_end

    @property
    def _outputs(self):
        return [output for cell in self.notebook.cells for output in cell.get("outputs", ())]

    @cached_property
    def _nodes(self):
        sources = [cell.source for cell in self.notebook.cells if cell.cell_type == "code"]
        return [node for source in sources for node in ast.walk(ast.parse(source))]

    @cached_property
    def _imported(self):
        """Name in the lesson → full name."""
        found = {}
        for node in self._nodes:
            if isinstance(node, ast.ImportFrom):
                found |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
            elif isinstance(node, ast.Import):
                found |= {name.asname or name.name.split(".")[0]: name.name for name in node.names if name.asname}
                found |= {name.name.split(".")[0]: name.name.split(".")[0] for name in node.names if not name.asname}
        return found

    def full_name(self, node):
        if isinstance(node, ast.Attribute):
            owner = self.full_name(node.value)
            return f"{owner}.{node.attr}" if owner else None
        return self._imported.get(node.id, node.id) if isinstance(node, ast.Name) else None


def row(name, korean, english):
    """The figures of one lesson under their headings; of both languages where they differ."""
    libraries = dict.fromkeys(LIBRARIES, 0)
    for called, count in korean.calls.items():
        if (library := called.split(".")[0]) in libraries:
            libraries[library] += count
    return {
        "lesson": name,
        "ko": korean.words,
        "en": english.words,
        "cells": len(korean.codes),
        "lines": sum(korean.lengths),
        "longest": max(korean.lengths, default=0),
        "minutes": round(max(korean.minutes, english.minutes)),
        "predict": korean.predictions,
        "exercises": len(korean.exercises),
        "inside": len(korean.inside),
        "written": korean.learner_lines,
        "players": korean.players,
        "pictures": korean.pictures,
        "diagrams": korean.diagrams,
        "widgets": korean.widgets,
        **libraries,
        "helpers": len(korean.helpers),
    }


def table(rows):
    """Rows of figures as lines of text, each column as wide as it needs to be."""
    lines = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    return columns(lines, numbers=range(len(rows[0])))
