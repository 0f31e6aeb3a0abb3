"""build_notebooks: code is carried, outputs are normalised, what would not be reproduced is refused."""

import base64
import io
import wave
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import build_notebooks as build

TITLE = {"ko": "# 9. 장난감 (5분)", "en": "# 9. A toy (5 min)"}


def notebook(*cells, language="ko"):
    return new_notebook(cells=[new_markdown_cell(TITLE[language], id="title"), *cells])


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """``toy(code, …)`` stores a lesson of these code cells in both languages, in a project of its own."""
    monkeypatch.setattr(build, "NOTEBOOKS", tmp_path / "notebooks")

    def make(*sources, tags=()):
        for language in build.LANGUAGES:
            cells = [
                new_code_cell(source, id=f"c{n}", metadata={"tags": list(tags)}) for n, source in enumerate(sources)
            ]
            path = build.NOTEBOOKS / language / "09_toy.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            build.write(notebook(*cells, language=language), path)
        return build.NOTEBOOKS / "ko" / "09_toy.ipynb"

    return make


@pytest.mark.weekly
def test_build_twice_changes_no_byte(toy):
    path = toy(
        "print(1, end=' ', flush=True)\nprint(2, flush=True)\nprint(3)\n1 + 1",
        "import ipywidgets\nipywidgets.IntSlider(3)",
        "import time\ntime.time()",
    )
    for language in build.LANGUAGES:
        lesson = build.read(build.NOTEBOOKS / language / path.name)
        lesson.cells[3].metadata["tags"] = [build.IGNORED]
        build.write(lesson, build.NOTEBOOKS / language / path.name)
    readme = build.NOTEBOOKS.parent / "README.md"
    readme.write_text("x\n<!-- schedule -->\nold\n<!-- /schedule -->\ny\n", encoding="utf-8")
    build.build()
    files = [path, build.NOTEBOOKS / "en" / path.name, readme]
    first = [(file.read_bytes(), file.stat().st_mtime_ns) for file in files]
    printed, result = build.read(path).cells[1].outputs
    assert printed.text == "1 2\n3\n", "one text, however the kernel divides it"
    assert result.data["text/plain"] == "2"
    assert list(build.read(path).cells[2].outputs[0].data) == ["text/plain"]
    assert "| [9. A toy](notebooks/en/09_toy.ipynb) | 5 min |" in readme.read_text(encoding="utf-8")
    build.build()
    assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in files] == first


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import random\nprint(random.random())", "other outputs the second time"),
        ("import sys\nprint('careful', file=sys.stderr)", "stderr: careful"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_build_refuses_what_nbval_would_not_reproduce(toy, source, why):
    path = toy(source)
    before = path.read_bytes()
    with pytest.raises(build.BuildError, match=why):
        build.build()
    assert path.read_bytes() == before


@pytest.mark.slow
def test_run_tells_main_results_and_fails_when_a_cell_does(toy, capsys):
    toy("print('first')\nprint('recall 0.9')", tags=["main-result"])
    assert build.main(["run"]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines()[-1].split() == ["09_toy", "1", shown.out.split()[-3], "recall", "0.9"]
    assert "09_toy" in shown.err
    toy("print('fine')", "[][1]")
    assert build.main(["run"]) == 1
    assert "FAILED: IndexError" in capsys.readouterr().out


def test_code_is_carried_and_prose_is_not():
    korean = notebook(
        new_markdown_cell("새 글", id="text"),
        new_code_cell("x = 2  # 둘", id="code", metadata={"tags": ["main-result"]}),
        new_code_cell("y = 3   # 셋", id="same"),
        new_code_cell("z = 4", id="new"),
    )
    english = notebook(
        new_code_cell("x = 1  # two", id="code"),
        new_code_cell("y = 3  # three", id="same"),
        new_markdown_cell("Old text", id="text"),
        language="en",
    )
    build.carry(korean, english)
    assert {cell.id: cell.source for cell in english.cells} == {
        "title": TITLE["en"],
        "text": "Old text",
        "code": "x = 2  # 둘",
        "same": "y = 3  # three",
        "new": "z = 4",
    }
    assert [cell.id for cell in english.cells] == [cell.id for cell in korean.cells]
    assert english.cells[2].metadata["tags"] == ["main-result"]


def test_stale_cells_are_named_until_they_are_declared_translated(toy):
    toy("x = 1", "x = 2  # 둘")
    ko, en = (build.NOTEBOOKS / language / "09_toy.ipynb" for language in build.LANGUAGES)
    build.translated(["09"])
    assert build.stale(build.read(ko), build.read(en)) == []
    korean = build.read(ko)
    korean.cells[0].source = "# 9. 다른 장난감 (6분)"
    korean.cells[1].source = "x = 4"
    korean.cells[2].source = "x = 2  # 두 개"
    build.write(korean, ko)
    english = build.read(en)
    build.carry(korean, english)
    assert build.stale(korean, english) == ["title", "c1"], "code without Korean needs no translator"
    build.translated(["09"], ["title"])
    assert build.stale(korean, build.read(en)) == ["c1"]


@pytest.mark.parametrize(
    ("output", "why"),
    [
        (new_output("stream", name="stderr", text="careful"), "stderr: careful"),
        (new_output("error", ename="ValueError", evalue="no"), "ValueError: no"),
        (new_output("stream", text="<object object at 0x7f0012345678>"), "memory address"),
        (new_output("execute_result", data={"text/html": f"{Path.home()}/x"}), "path of this computer"),
        (new_output("stream", text="at 0x7f, 440 Hz"), None),
    ],
)
def test_faults(output, why):
    found = build.faults(notebook(new_code_cell(id="c", outputs=[output])))
    assert found == [] if why is None else why in found[0]


@pytest.mark.parametrize(
    ("code", "change", "same"),
    [
        ("x = 1", "x  =  1", True),
        ("x = 1", "x = 1  # one", True),
        ("x = 1", "\n\nx = 1\n", True),
        ("x = 1", "x = 2", False),
        ("x = 1", "x = '1'", False),
        ("x = 1", "if x:\n    x = 1", False),
        ("if a:\n    b\n    c", "if a:\n    b\nc", False),
    ],
)
def test_comments_and_layout_are_no_code(code, change, same):
    assert (build.code_tokens(code) == build.code_tokens(change)) == same


def wav(frames):
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(b"\1\2" * frames)
    return base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize(("frames", "kept"), [(100, 100), (8000, 8000), (20_000, 8000)])
def test_a_stored_sound_is_its_first_second(frames, kept):
    html = f'<audio src="data:audio/wav;base64,{wav(frames)}"></audio>'
    lesson = notebook(new_code_cell(id="c", outputs=[new_output("display_data", data={"text/html": html})]))
    build.normalise(lesson)
    stored = lesson.cells[1].outputs[0].data["text/html"]
    assert stored == f'<audio src="data:audio/wav;base64,{wav(kept)}"></audio>'


def test_normalising_keeps_what_teaches_and_drops_the_rest():
    view = {build.VIEW: {"model_id": "abc"}}
    cell = new_code_cell(
        id="c",
        metadata={"tags": ["solution"], "execution": {"iopub": "1"}, "scrolled": True},
        execution_count=7,
        outputs=[
            new_output("stream", text="a\nb\n"),
            new_output("display_data", data=view),
            new_output("execute_result", data={"text/plain": "slider", **view}, execution_count=7),
        ],
    )
    lesson = notebook(cell)
    lesson.metadata["widgets"] = {"state": {}}
    build.normalise(lesson)
    once = nbformat.writes(lesson)
    assert lesson.metadata == build.METADATA
    assert cell.metadata == {"tags": ["solution"]} and cell.execution_count == 1
    assert [output.get("text", output.get("data")) for output in cell.outputs] == ["a\nb\n", {"text/plain": "slider"}]
    assert cell.outputs[1].execution_count == 1
    build.normalise(lesson)
    assert nbformat.writes(lesson) == once


def test_a_lesson_without_minutes_is_refused():
    lesson = new_notebook(cells=[new_markdown_cell("# 9. 장난감")])
    with pytest.raises(build.BuildError, match="begins with"):
        build.title(lesson)


def test_the_schedules_are_up_to_date():
    for name, language in (("README.ko.md", "ko"), ("README.md", "en")):
        readme = build.NOTEBOOKS.parent / name
        for path in build.lessons(language):
            title, minutes = build.title(build.read(path))
            assert f"[{title}](notebooks/{language}/{path.name}) | {minutes}" in readme.read_text(encoding="utf-8")
