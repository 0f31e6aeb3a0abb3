"""Execute, compare and store the lessons.

    python -m tools.build_notebooks build            rebuild every lesson in both languages (make notebooks)
    python -m tools.build_notebooks build 04 05      only these
    python -m tools.build_notebooks dress            write heads, feet, minutes and glossaries anew, and execute nothing
    python -m tools.build_notebooks translated 04    declare the English cells of 04 up to date with the Korean ones
    python -m tools.build_notebooks run              execute every lesson in order and print a table (make run)
    python -m tools.build_notebooks figures          print what each lesson holds, and its honest minutes

Korean is the source. `build` carries the code to English, executes each lesson in a clean kernel, lets strict nbval
execute it once more, and stores it only when both agree; then it dresses them. Run twice, it
changes no byte.
"""

import argparse
import base64
import io
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from tqdm import tqdm

from tools.lesson_figures import Figures, row, table
from tools.lesson_language import KEPT, carry, digest
from tools.lesson_page import BuildError, dress, schedule
from tools.sheets import glossary, terms

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
SANITISE = Path(__file__).with_name("sanitise.cfg")  # what nbval takes out of outputs before it compares them
LANGUAGES = ("ko", "en")
VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
IGNORED = "nbval-ignore-output"  # the tag of a cell whose outputs are not compared
CELL_TIMEOUT = 300  # seconds; the first cell may have to make the synthetic recordings
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")
SOUND = re.compile(r"(?<=data:audio/wav;base64,)[A-Za-z0-9+/=]+")


def lessons(language, chosen=()):
    """Paths of the lessons in order; ``chosen`` picks by number or name."""
    paths = sorted((NOTEBOOKS / language).glob("[0-9][0-9]_*.ipynb"))
    return [path for path in paths if not chosen or any(path.stem.startswith(part) for part in chosen)]


def read(path):
    return nbformat.read(path, as_version=4)


def write(notebook, path):
    _store(nbformat.writes(notebook, indent=1) + "\n", path)


def _store(text, path):
    """Store a text whole or not at all; an unchanged file is not touched."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        part = path.with_suffix(".part")
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)


def translated(chosen, ids=()):
    """Declare English cells up to date: all of the chosen lessons, or those named by id."""
    for path in lessons("en", chosen):
        korean, english = read(NOTEBOOKS / "ko" / path.name), read(path)
        carry(korean, english)
        source = {cell.id: digest(cell) for cell in korean.cells}
        for cell in english.cells:
            if source[cell.id] and (not ids or cell.id in ids):
                cell.metadata["translated_from"] = source[cell.id]
        write(english, path)


# --- executing -------------------------------------------------------------------------------------------------------


def execute(notebook, folder, on_cell=None):
    """Run all cells in a clean kernel that starts in ``folder``, named by language; outputs land in ``notebook``.

    ``on_cell()`` is called after each cell. Raises CellExecutionError if one fails.
    """
    notebook.metadata = nbformat.from_dict(METADATA)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        on_cell_executed=(lambda **_: on_cell()) if on_cell else None,
    )
    # the kernel's own remarks go to stderr; what a cell writes there is in its outputs
    client.execute(stderr=subprocess.DEVNULL, env=_environment())
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)


def _environment():
    """This process's variables without those that would decide what a lesson shows in place of its folder."""
    return {name: value for name, value in os.environ.items() if name not in ("MPLBACKEND", "SOUND_LESSON_LANGUAGE")}


def normalise(notebook):
    """Take out of a notebook what differs from run to run and teaches nothing."""
    notebook.metadata = nbformat.from_dict(METADATA)
    count = 0
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({key: cell.metadata[key] for key in KEPT if key in cell.metadata})
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        cell.outputs = [output for output in map(_normal_output, cell.outputs) if output.get("data", True)]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count


def _joined(outputs):
    """One stream after another is one text: where a kernel divides what a cell prints is chance."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def _normal_output(output):
    if "data" in output:
        kept = {kind: value for kind, value in output.metadata.items() if kind in output.data or kind == "alt"}
        output.metadata = nbformat.from_dict(
            {kind: kept[kind] for kind in sorted(kept) if not kind.startswith("text/")}
        )
        output.data.pop(VIEW, None)  # without its kernel a widget cannot be drawn; its text and picture can
        if "text/html" in output.data:
            output.data["text/html"] = SOUND.sub(_first_second, output.data["text/html"])
    return output


def _first_second(found):
    """A stored notebook keeps one second of a sound; executed, it plays the whole."""
    with wave.open(io.BytesIO(base64.b64decode(found[0]))) as whole:
        if whole.getnframes() <= whole.getframerate():
            return found[0]
        parameters, frames = whole.getparams(), whole.readframes(whole.getframerate())
    short = io.BytesIO()
    with wave.open(short, "wb") as out:
        out.setparams(parameters)
        out.writeframes(frames)
    return base64.b64encode(short.getvalue()).decode()


def faults(notebook):
    """Why outputs cannot be stored: what nbval would not reproduce or a reader should not see. One sentence each."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            shown = output.get("text", "") + "".join(
                value for kind, value in output.get("data", {}).items() if not kind.startswith("image/")
            )
            if output.output_type == "error" or output.get("name") == "stderr":
                found.append(f"{cell.id}: {output.get('ename', 'stderr')}: {shown or output.get('evalue')}")
            elif match := ADDRESS.search(shown):
                found.append(f"{cell.id}: a memory address is shown ({match[0]}): the object needs a __repr__")
            elif any(
                str(folder) in shown for folder in (Path.home(), NOTEBOOKS.parent, sys.prefix, tempfile.gettempdir())
            ):
                found.append(f"{cell.id}: a path of this computer is shown")
    return found


def nbval(paths, *options):
    """Strict nbval in a process of its own, over notebooks whose folders are named by language."""
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider"]
    command += ["--nbval-sanitize-with", str(SANITISE), f"--nbval-cell-timeout={CELL_TIMEOUT}"]
    command += ["--rootdir", str(NOTEBOOKS.parent), "-c", os.devnull, "--color=no", *options, *map(str, paths)]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=NOTEBOOKS.parent, env=_environment(), check=False
    )


def build(chosen=()):
    """Rebuild the chosen lessons in both languages; BuildError if one fails or would not be reproduced."""
    for path in lessons("en", chosen):
        english = read(path)
        carry(read(NOTEBOOKS / "ko" / path.name), english)
        write(english, path)
    took = {}
    for path in (path for language in LANGUAGES for path in lessons(language, chosen)):
        first, second = _rebuild(path)
        took[path.stem] = min(first, second, took.get(path.stem, math.inf))
        print(f"{path.parent.name}/{path.stem}  {first + second:.0f} s", flush=True)
    _dress(_wait(took))


def _rebuild(path):
    """Execute one lesson, have it executed again, and store it. Returns how many seconds each took."""
    start = time.perf_counter()
    notebook = read(path)
    uncompared = {cell.id: cell.outputs for cell in notebook.cells if IGNORED in cell.metadata.get("tags", ())}
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / path.parent.name / path.name
        copy.parent.mkdir()
        try:
            execute(notebook, path.parent)
        except CellExecutionError as error:
            raise BuildError(f"{path.parent.name}/{path.name} failed:\n{error}") from None
        normalise(notebook)
        for cell in notebook.cells:
            if cell.id in uncompared and _words(uncompared[cell.id]) == _words(cell.outputs):
                cell.outputs = uncompared[cell.id]  # numbers that differ on every run stay, so that no byte changes
        if found := faults(notebook):
            raise BuildError(f"{path.parent.name}/{path.name} cannot be stored:\n" + "\n".join(found))
        write(notebook, copy)
        executed = time.perf_counter()
        second = nbval([copy])
        if second.returncode:
            raise BuildError(f"{path.parent.name}/{path.name} gave other outputs the second time:\n{second.stdout}")
    write(notebook, path)
    return executed - start, time.perf_counter() - executed


def _words(outputs):
    """What outputs say, apart from their numbers."""
    said = "".join(output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in outputs)
    return re.sub(r"[-\d.\s]+", " ", said)


def waiting():
    """Minutes that a learner waits in each lesson, as measured when it was built."""
    stored = NOTEBOOKS / "waiting.json"
    return json.loads(stored.read_text(encoding="utf-8")) if stored.exists() else {}


def _wait(took):
    """Store the seconds that lessons took in begun half minutes; one half minute more or less changes nothing."""
    stored = waiting()
    for name, seconds in took.items():
        measured = math.ceil(seconds / 30) / 2
        if abs(stored.get(name, -1) - measured) > 0.5:
            stored[name] = measured
    _store(json.dumps(stored, indent=1, sort_keys=True) + "\n", NOTEBOOKS / "waiting.json")
    return stored


def _dress(waited):
    """Write what stands around the lessons, all of them, for each names its neighbours; and the glossaries."""
    paths = {language: lessons(language) for language in LANGUAGES}
    stored = {language: {path.name: read(path) for path in paths[language]} for language in LANGUAGES}
    dress(stored, waited)
    for language, readme in (("ko", "README.ko.md"), ("en", "README.md")):
        for path in paths[language]:
            write(stored[language][path.name], path)
        schedule(NOTEBOOKS.parent / readme, language, stored[language])
        if (NOTEBOOKS / "terms.csv").exists():
            _store(glossary(terms(NOTEBOOKS), paths[language], language), NOTEBOOKS / f"glossary.{language}.md")


# --- run -------------------------------------------------------------------------------------------------------------


def run(chosen=(), language="ko"):
    """Execute the lessons as a learner would and store nothing: a line each, then a table. Returns how many failed."""
    rows, failed = [], 0
    paths = lessons(language, chosen)
    for number, path in enumerate(paths, 1):
        notebook = read(path)
        codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
        start = time.perf_counter()
        with tqdm(total=len(codes), desc=f"{number}/{len(paths)} {path.stem}", unit="cell") as bar:
            try:
                execute(notebook, path.parent, bar.update)
                result = main_result(notebook)
            except CellExecutionError as error:
                failed += 1
                result = f"FAILED: {error.ename}: {error.evalue}"
        rows.append((path.stem, str(len(codes)), f"{time.perf_counter() - start:.1f}", result))
    header = ("lesson", "cells", "seconds", "main result")
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(3)]
    print()
    for name, cells, seconds, result in [header, *rows]:
        print(f"{name:<{widths[0]}}  {cells:>{widths[1]}}  {seconds:>{widths[2]}}  {result}")
    return failed


def main_result(notebook):
    """Last printed line of the cell tagged ``main-result``."""
    for cell in notebook.cells:
        if "main-result" in cell.metadata.get("tags", ()):
            printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
            return printed.strip().splitlines()[-1]
    return ""


def figures(folder):
    """Print what each lesson in ``folder`` holds, and which names they import from helpers."""
    rows, helpers = [], set()
    for path in sorted((folder / "ko").glob("[0-9][0-9]_*.ipynb")):
        korean, english = Figures(read(path), "ko"), Figures(read(folder / "en" / path.name), "en")
        rows.append(row(path.stem, korean, english))
        helpers |= korean.helpers
    print(*table(rows), f"{len(helpers)} names from helpers: {', '.join(sorted(helpers))}", sep="\n")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("build", "dress", "translated", "run", "figures"))
    parser.add_argument("lessons", nargs="*", help="numbers or names of lessons; without any: all")
    parser.add_argument("--language", choices=LANGUAGES, default="ko", help="of the lessons to run")
    parser.add_argument("--cells", nargs="+", default=(), help="for 'translated': ids of cells; without any: all")
    parser.add_argument(
        "--folder", type=Path, default=NOTEBOOKS, help="for 'figures': the lessons' folder, of any time"
    )
    given = parser.parse_args(arguments)
    try:
        if given.command == "run":
            return 1 if run(given.lessons, given.language) else 0
        if given.command == "figures":
            figures(given.folder)
        elif given.command == "dress":
            _dress(waiting())
        elif given.command == "translated":
            translated(given.lessons, given.cells)
        else:
            build(given.lessons)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
