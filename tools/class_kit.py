"""Pack the lessons for a class: ``class/learners.zip``, and ``class/teacher.zip`` with what pupils do not get.

    python -m tools.class_kit        (make class)

The lessons that pupils get are as in their copies, and hold no solution. What `check` and `answer` need to know travels
along in `exercises/`. The same files give the same archives, byte for byte.
"""

import io
import json
import posixpath
import re
import zipfile
from pathlib import Path

from exercises.lessons import predictions_of
from helpers import copies
from helpers.batch import atomic_write
from helpers.messages import LANGUAGES
from tools.build_notebooks import lessons, read
from tools.lesson_figures import Figures
from tools.lesson_page import title

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "README.ko.md", "INSTALL.md", "INSTALL.ko.md", "LISTEN.md", "LISTEN.ko.md")
SET_UP = ("start.py", "Makefile", "pyproject.toml", "requirements.txt", "environment.yml", "apt.txt", "LICENSE")
ROOMS = ("exercises", "formats", "helpers", "images", "lab", "synth")
TEACHING = ("TEACHING.md", "TEACHING.ko.md")
MOMENT = (2020, 1, 1, 0, 0, 0)  # of every file in the archives: zip knows no time before 1980
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)]+)\)")
WORDS = {
    "ko": {
        "title": "풀이와 답",
        "about": "노트북과 채점 코드에서 자동으로 모은 문서예요. `make class`를 실행하면 다시 만들어져요.",
        "predictions": "예측",
        "exercises": "연습 문제",
    },
    "en": {
        "title": "Solutions and answers",
        "about": "Gathered from the notebooks and their checks; `make class` writes it anew.",
        "predictions": "Predictions",
        "exercises": "Exercises",
    },
}


def learners():
    """What pupils get (dict of name → bytes): what ``start.py lab`` needs, and nothing that gives a solution away."""
    sheets = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "notebooks").glob("*.md"))]
    names = [*PAGES, *SET_UP, *sheets, "notebooks/terms.csv"]
    for room in ROOMS:
        paths = [path.relative_to(ROOT) for path in (ROOT / room).rglob("*") if path.is_file()]
        names += [path.as_posix() for path in paths if not re.search(r"(^|/)(\.|__pycache__/)", path.as_posix())]
    files = {name: (ROOT / name).read_bytes() for name in names}
    for language in LANGUAGES:
        for path in lessons(language):
            files[path.relative_to(ROOT).as_posix()] = _without_solutions(path)
    return _without_lost_links(files)


def teacher():
    """What the teacher gets besides (dict of name → bytes)."""
    files = {name: (ROOT / name).read_bytes() for name in TEACHING}
    for language in LANGUAGES:
        files[f"solutions.{language}.md"] = solutions(language).encode()
    return _without_lost_links(files)


def solutions(language):
    """Right predictions, tasks and their solutions of all lessons, as one page of Markdown."""
    said = WORDS[language]
    parts = [f"# {said['title']}", said["about"]]
    for path in lessons(language):
        notebook = read(path)
        parts.append(f"## {title(notebook)[0]}")
        if predictions := predictions_of(path.stem[:2]):
            parts += [f"### {said['predictions']}", *(_right(*each, language) for each in predictions.items())]
        parts += [f"### {said['exercises']}", *_solved(Figures(notebook, language))]
    return "\n\n".join(parts) + "\n"


def _right(name, prediction, language):
    choice = next(choice for choice in prediction["choices"] if choice.get("right"))
    question, why = prediction["question"][language], choice["why"][language]
    return f"**{name}** {question}\n→ **{choice[language]}** {why}"


def _solved(figures):
    for exercise in figures.exercises:
        task, check, solution = (figures.cells[f"{exercise}-{part}"].source for part in ("task", "check", "solution"))
        name = re.search(r'check\("([^"]+)"', check)[1]
        yield re.sub(r"^#+ ", f"#### {name} · ", task)
        yield re.sub(r"</?details>|<summary>.*?</summary>", "", solution).strip()


def _without_solutions(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] = [cell for cell in notebook["cells"] if "solution" not in cell["metadata"].get("tags", ())]
    return copies.as_text(copies.cleared(notebook)).encode()


def _without_lost_links(files):
    """The same files; in their pages, a link to what stays behind becomes plain words."""

    def holds(page, target):
        file = posixpath.normpath(posixpath.join(posixpath.dirname(page), target.partition("#")[0]))
        return "://" in target or target.startswith("#") or file in files

    def mended(page):
        return LINK.sub(lambda link: link[0] if holds(page, link[2]) else link[1], files[page].decode())

    return files | {name: mended(name).encode() for name in files if name.endswith(".md")}


def pack(archive, folder, files):
    """Write a zip in which all files lie in one folder, whole or not at all."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as lines:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", MOMENT)
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # as on Unix, wherever it is packed
            lines.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    atomic_write(archive, packed.getvalue())


def main():
    """Write both archives to ``class/``."""
    for name, folder, files in (
        ("learners.zip", "sound-lessons", learners()),
        ("teacher.zip", "sound-lessons-teacher", teacher()),
    ):
        archive = ROOT / "class" / name
        pack(archive, folder, files)
        print(f"class/{name}: {len(files)} files, {archive.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
