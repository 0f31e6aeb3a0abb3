"""The class's archives: lessons that work in any folder and give nothing away, and every solution for the teacher."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile

import nbformat
import pytest

from exercises.lessons import lesson, predictions_of
from helpers import copies
from helpers.messages import LANGUAGES
from tools import class_kit
from tools.lesson_figures import FENCE

LESSONS = [path for language in LANGUAGES for path in sorted((class_kit.ROOT / "notebooks" / language).glob("*.ipynb"))]


def solved(path):
    """The Python of each solution of a stored lesson."""
    cells = nbformat.read(path, as_version=4).cells
    return [
        code for cell in cells if "solution" in cell.metadata.get("tags", ()) for code in FENCE.findall(cell.source)
    ]


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    """A folder with both archives; the project they are made of lies elsewhere."""
    folder = tmp_path_factory.mktemp("made")
    class_kit.pack(folder / "learners.zip", "sound-lessons", class_kit.learners())
    class_kit.pack(folder / "teacher.zip", "for-teachers", class_kit.teacher())
    return folder


@pytest.fixture(scope="module")
def unpacked(archives, tmp_path_factory):
    """The lessons as pupils have them, in a folder with a Hangul name and a space."""
    folder = tmp_path_factory.mktemp("home") / "김 하늘"
    with zipfile.ZipFile(archives / "learners.zip") as archive:
        archive.extractall(folder)
    return folder / "sound-lessons"


def test_no_lesson_of_the_class_holds_a_solution(unpacked):
    texts = {path: path.read_text(encoding="utf-8") for path in unpacked.rglob("*") if path.suffix in (".ipynb", ".md")}
    assert len([path for path in texts if path.suffix == ".ipynb"]) == len(LESSONS)
    solutions = [code for path in LESSONS for code in solved(path)]
    assert len(solutions) > 2 * 40
    for path, said in texts.items():
        cells = [*map(source, json.loads(said)["cells"])] if path.suffix == ".ipynb" else [said]
        assert not [code for code in solutions if any(code.strip() in cell for cell in cells)], path
        assert "-solution" not in said and "<summary>풀이" not in said and "<summary>Solution" not in said


def source(cell):
    assert not cell.get("outputs")
    return "".join(cell["source"])


def test_only_what_a_class_needs_is_packed(unpacked):
    names = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert {"start.py", "README.ko.md", "INSTALL.md", "helpers/sentences/start.toml", "lab/custom.css"} <= names
    assert not [name for name in names if re.match(r"tools/|tests/|TEACHING|CONTRIBUTING|.*(\.git|__pycache__)", name)]


def test_copies_are_made_in_a_folder_with_a_hangul_name(unpacked):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "start.py", "copies", "--lessons", "en"]
    done = subprocess.run(command, cwd=unpacked, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode == 0 and "my_lessons/en" in done.stdout, done.stderr
    for path in LESSONS:
        place = path.relative_to(class_kit.ROOT / "notebooks")
        assert (unpacked / "my_lessons" / place).read_bytes() == (unpacked / "notebooks" / place).read_bytes()


def test_a_pupils_copies_lead_to_what_is_there(unpacked):
    copies.make(unpacked)
    mine = [path for path in (unpacked / copies.FOLDER).rglob("*") if path.suffix in (".ipynb", ".md")]
    assert len(mine) == len(LESSONS) + 4  # sheets
    for path in mine:
        said = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            said = "\n".join(
                "".join(cell["source"]) for cell in json.loads(said)["cells"] if cell["cell_type"] != "code"
            )
        for link in re.findall(r"\]\(([^)#]+)", said):
            assert "://" in link or (path.parent / link).exists(), f"{path.name}: {link}"


def test_a_verb_for_maintainers_is_refused_in_one_sentence(unpacked):
    done = subprocess.run(
        [sys.executable, "start.py", "test"], cwd=unpacked, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1 and done.stdout == "" and len(done.stderr.splitlines()) == 1
    assert not (unpacked / ".venv").exists()


@pytest.mark.parametrize("name", ["learners.zip", "teacher.zip"])
def test_pages_link_to_nothing_that_stayed_behind(archives, name):
    with zipfile.ZipFile(archives / name) as archive:
        names = set(archive.namelist())
        for page in [name for name in names if name.endswith(".md")]:
            for target in re.findall(r"\]\(([^)#:]+)[^):]*\)", archive.read(page).decode()):
                folder = page.rpartition("/")[0]
                assert os.path.normpath(f"{folder}/{target}").replace(os.sep, "/") in names, (page, target)


def test_the_same_files_give_the_same_bytes(archives, tmp_path):
    class_kit.pack(tmp_path / "again.zip", "sound-lessons", class_kit.learners())
    assert (tmp_path / "again.zip").read_bytes() == (archives / "learners.zip").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["again.zip"]


def test_names_in_hangul_come_back(tmp_path):
    class_kit.pack(tmp_path / "one.zip", "반", {"녹음.txt": "멍".encode()})
    with zipfile.ZipFile(io.BytesIO((tmp_path / "one.zip").read_bytes())) as archive:
        assert archive.namelist() == ["반/녹음.txt"] and archive.infolist()[0].flag_bits & 0x800


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_teacher_has_every_solution_and_every_right_choice(archives, language):
    with zipfile.ZipFile(archives / "teacher.zip") as archive:
        page = archive.read(f"for-teachers/solutions.{language}.md").decode()
        assert archive.read("for-teachers/TEACHING.ko.md")
    assert "<details>" not in page
    for path in LESSONS:
        if path.parent.name == language:
            assert all(code.strip() in page for code in solved(path)), path
            module = lesson(path.stem[:2])
            assert all(f"#### {name} · " in page for name in module.SENTENCES)
            for name, prediction in predictions_of(path.stem[:2]).items():
                (right,) = [choice for choice in prediction["choices"] if choice.get("right")]
                assert f"**{name}** {prediction['question'][language]}\n→ **{right[language]}**" in page
                assert right["why"][language] in page
