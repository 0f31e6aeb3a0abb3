"""Execute, compare and store the lessons.

    python -m tools.build_notebooks build            rebuild every lesson in both languages (make notebooks)
    python -m tools.build_notebooks build 04 05      only these
    python -m tools.build_notebooks translated 04    declare the English cells of 04 up to date with the Korean ones
    python -m tools.build_notebooks run              execute every lesson in order and print a table (make run)

Korean is the source. `build` carries the code to English, executes each lesson in a clean kernel, lets strict nbval
execute it once more, and stores it only when both agree. Run twice, it changes no byte.
"""

import argparse
import base64
import hashlib
import io
import os
import re
import subprocess
import sys
import tempfile
import time
import tokenize
import wave
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from tqdm import tqdm

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
SANITISE = Path(__file__).with_name("sanitise.cfg")  # what nbval takes out of outputs before it compares them
LANGUAGES = ("ko", "en")
VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
KEPT = ("tags", "reason", "translated_from", "jupyter")  # of a cell's metadata
IGNORED = "nbval-ignore-output"  # the tag of a cell whose outputs are not compared
CELL_TIMEOUT = 300  # seconds; the first cell may have to make the synthetic recordings
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")
SOUND = re.compile(r"(?<=data:audio/wav;base64,)[A-Za-z0-9+/=]+")
HANGUL = re.compile(r"[\uac00-\ud7a3\u3131-\u318e]")


class BuildError(Exception):
    """A lesson that cannot be stored as it is; the message says which cell and why."""


def lessons(language, chosen=()):
    """Paths of the lessons in order; ``chosen`` picks by number or name."""
    paths = sorted((NOTEBOOKS / language).glob("[0-9][0-9]_*.ipynb"))
    return [path for path in paths if not chosen or any(path.stem.startswith(part) for part in chosen)]


def read(path):
    return nbformat.read(path, as_version=4)


def write(notebook, path):
    """Store a notebook whole or not at all; an unchanged one is not touched."""
    stored = nbformat.writes(notebook, indent=1) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != stored:
        part = path.with_suffix(".part")
        part.write_text(stored, encoding="utf-8", newline="\n")
        Path(part).replace(path)


# --- two languages ---------------------------------------------------------------------------------------------------


def digest(cell):
    """What an English cell remembers of the Korean one it was translated from."""
    return hashlib.sha256(cell.source.encode()).hexdigest()[:16]


def code_tokens(source):
    """The code without its comments and blank lines, to compare two languages by."""
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER}
    tokens = tokenize.generate_tokens(io.StringIO(source + "\n").readline)
    return [(token.type, token.string.strip()) for token in tokens if token.type not in skipped]


def carry(korean, english):
    """Bring the Korean notebook's code, order and tags to the English one; its prose and its comments stay.

    A cell that English does not have yet arrives as Korean text and without a digest, so that it counts as stale.
    """
    own = {cell.id: cell for cell in english.cells}
    carried = []
    for source in korean.cells:
        cell = own.get(source.id)
        if cell is None or cell.cell_type != source.cell_type:
            cell = nbformat.from_dict({**source, "metadata": {}})
        if cell.cell_type == "code" and code_tokens(cell.source) != code_tokens(source.source):
            cell.source, cell.outputs = source.source, []
        remembered = cell.metadata.get("translated_from")
        cell.metadata = nbformat.from_dict({key: value for key, value in source.metadata.items() if key in KEPT})
        if cell.cell_type == "code" and not HANGUL.search(source.source):
            remembered = digest(source)  # nothing in it to translate
        if remembered:
            cell.metadata["translated_from"] = remembered
        carried.append(cell)
    english.cells = carried


def stale(korean, english):
    """Ids of the English cells whose Korean source has changed since they were translated."""
    source = {cell.id: digest(cell) for cell in korean.cells}
    return [cell.id for cell in english.cells if cell.metadata.get("translated_from") != source.get(cell.id)]


def translated(chosen, ids=()):
    """Declare English cells up to date: all of the chosen lessons, or those named by id."""
    for path in lessons("en", chosen):
        korean, english = read(NOTEBOOKS / "ko" / path.name), read(path)
        carry(korean, english)
        source = {cell.id: digest(cell) for cell in korean.cells}
        for cell in english.cells:
            if not ids or cell.id in ids:
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
        output.metadata = nbformat.from_dict({})
        output.data.pop(VIEW, None)  # without its kernel a widget cannot be drawn; its text can
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
    for path in (path for language in LANGUAGES for path in lessons(language, chosen)):
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
            for cell in notebook.cells:  # what differs on every run is stored once and kept, so that no byte changes
                if uncompared.get(cell.id):
                    cell.outputs = uncompared[cell.id]
            normalise(notebook)
            if found := faults(notebook):
                raise BuildError(f"{path.parent.name}/{path.name} cannot be stored:\n" + "\n".join(found))
            write(notebook, copy)
            second = nbval([copy])
            if second.returncode:
                raise BuildError(f"{path.parent.name}/{path.name} gave other outputs the second time:\n{second.stdout}")
        write(notebook, path)
        print(f"{path.parent.name}/{path.stem}  {time.perf_counter() - start:.0f} s", flush=True)
    for name, language in (("README.ko.md", "ko"), ("README.md", "en")):
        schedule(NOTEBOOKS.parent / name, language)


# --- the schedule in the READMEs -------------------------------------------------------------------------------------

TITLE = re.compile(r"# (?P<title>.+?) \((?P<minutes>\d+)(?:분| min)\)")
MARKS = re.compile(r"(<!-- schedule -->\n).*?(<!-- /schedule -->)", re.DOTALL)


def title(notebook):
    """``(title, minutes)`` of a lesson, from the first line of its first cell."""
    found = TITLE.match(notebook.cells[0].source)
    if not found:
        raise BuildError(
            f"a lesson begins with '# title (N분)' or '# title (N min)', not {notebook.cells[0].source[:60]}"
        )
    return found["title"], int(found["minutes"])


def schedule(readme, language):
    """Write the table of lessons between the marks of a README."""
    if not readme.exists():
        return
    head, unit = {"ko": ("| 강의 | 시간 |", "분"), "en": ("| Lesson | Time |", " min")}[language]
    rows = [head, "|---|---|"]
    for path in lessons(language):
        name, minutes = title(read(path))
        rows.append(f"| [{name}](notebooks/{language}/{path.name}) | {minutes}{unit} |")
    before = readme.read_text(encoding="utf-8")
    after = MARKS.sub(lambda mark: mark[1] + "\n".join(rows) + "\n" + mark[2], before)
    if after != before:
        readme.write_text(after, encoding="utf-8", newline="\n")


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


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("build", "translated", "run"))
    parser.add_argument("lessons", nargs="*", help="numbers or names of lessons; without any: all")
    parser.add_argument("--language", choices=LANGUAGES, default="ko", help="of the lessons to run")
    parser.add_argument("--cells", nargs="+", default=(), help="for 'translated': ids of cells; without any: all")
    given = parser.parse_args(arguments)
    try:
        if given.command == "run":
            return 1 if run(given.lessons, given.language) else 0
        if given.command == "translated":
            translated(given.lessons, given.cells)
        else:
            build(given.lessons)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
