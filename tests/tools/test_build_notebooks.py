"""build_notebooks: code is carried, outputs are normalised, what would not be reproduced is refused."""

import base64
import io
import wave
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import build_notebooks as build
from tools.lesson_figures import Figures, words
from tools.lesson_language import carry, put_back, same_code, stale
from tools.lesson_page import BuildError, dress, title

PLOT = {"alt": "a curve", "width": 640, "height": 240}
IMPORTS = "import matplotlib.pyplot as plt\nfrom helpers.lesson import explore\n\nfrom exercises import predict"
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
        lesson.cells[0].id = "head"
        lesson.cells[3].metadata["tags"] = [build.IGNORED]
        lesson.cells.append(new_markdown_cell(id="foot"))
        build.write(lesson, build.NOTEBOOKS / language / path.name)
    readme = build.NOTEBOOKS.parent / "README.md"
    readme.write_text("x\n<!-- schedule -->\nold\n<!-- /schedule -->\ny\n", encoding="utf-8")
    build.build()
    files = [path, build.NOTEBOOKS / "en" / path.name, build.NOTEBOOKS / "waiting.json", readme]
    first = [(file.read_bytes(), file.stat().st_mtime_ns) for file in files]
    assert build.read(path).cells[0].source == f"{TITLE['ko']}\n\n9 / 1 · [English](../en/{path.name})"
    assert 0 < build.waiting()["09_toy"] <= 1.5
    printed, result = build.read(path).cells[1].outputs
    assert printed.text == "1 2\n3\n", "one text, however the kernel divides it"
    assert result.data["text/plain"] == "2"
    assert list(build.read(path).cells[2].outputs[0].data) == ["text/plain"]
    assert "| [9. A toy](notebooks/en/09_toy.ipynb) | 5 min |" in readme.read_text(encoding="utf-8")
    build.build()
    assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in files] == first


def test_what_is_not_compared_keeps_its_numbers_until_its_words_change(toy, monkeypatch):
    path = toy("import time\nprint(time.time())", tags=[build.IGNORED])
    printed = iter(["12.5 s", "9.25 s", "7 seconds"])

    def execute(notebook, _folder):
        notebook.cells[1].outputs = [new_output("stream", text=next(printed))]

    monkeypatch.setattr(build, "execute", execute)
    monkeypatch.setattr(build, "nbval", lambda _paths: SimpleNamespace(returncode=0))
    stored = []
    for _ in range(3):
        build._rebuild(path)
        stored.append(build.read(path).cells[1].outputs[0].text)
    assert stored == ["12.5 s", "12.5 s", "7 seconds"]


def test_dressing_executes_nothing_and_writes_the_glossary(toy):
    path = toy("raise RuntimeError")
    before = path.read_bytes()
    table = "key,ko,en,lesson,ko_meaning,en_meaning\nhop,이동 간격,hop,09,간격,a step\n"
    (build.NOTEBOOKS / "terms.csv").write_text(table, encoding="utf-8")
    assert build.main(["dress"]) == 0 and path.read_bytes() == before
    page = (build.NOTEBOOKS / "glossary.en.md").read_text(encoding="utf-8")
    assert "| hop | 이동 간격 | a step | [9](en/09_toy.ipynb) |" in page


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
    with pytest.raises(BuildError, match=why):
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
    carry(korean, english)
    assert {cell.id: cell.source for cell in english.cells} == {
        "title": TITLE["en"],
        "text": "Old text",
        "code": "x = 2  # two",
        "same": "y = 3  # three",
        "new": "z = 4",
    }
    assert [cell.id for cell in english.cells] == [cell.id for cell in korean.cells]
    assert english.cells[2].metadata["tags"] == ["main-result"]


@pytest.mark.parametrize(
    ("korean", "english", "same"),
    [
        ("x = 1", "\n\nx  =  1  # one\n", True),
        ("x = 1", "x = 2", False),
        ("x = 1", "x = '1'", False),
        ("x = 1", "if x:\n    x = 1", False),
        ("if a:\n    b\n    c", "if a:\n    b\nc", False),
        ("print('개')", "print('dog')", True),
        ("print('dog')", "print('cat')", False),
        ("print('개')", "print(dog)", False),
        ("print(f'{n}개 가운데 {k}')", "print(f'{k} of {n}')", True),
        ("print(f'{n}개 가운데 {k}')", "print(f'{k} of {k}')", False),
        ("print(f'{n:.1f}초')", "print(f'{n:.2f} s')", False),
        ("print(f'{n:.1f}초')", "print(f'{n!r:.1f} s')", False),
        ("print(f\"{'개' if dog else '남'}예요\")", "print(f\"It is {'a dog' if dog else 'another'}\")", True),
        ("print(f\"{'개' if dog else '남'}예요\")", "print(f\"It is {'a dog' if cat else 'another'}\")", False),
        ("play({'개': x})", "play({'dog': x})", True),
        ("sounds['개']", "sounds['dog']", False),
        ("load('개.wav')", "load('dog.wav')", False),
    ],
)
def test_two_languages_have_the_same_code_but_for_words(korean, english, same):
    assert same_code(korean, english) == same


@pytest.mark.parametrize(
    ("korean", "english", "merged"),
    [
        ("plot(x, '시간')\nplot(y, '크기')", "plot(x, 'time')\nplot(z, 'level')", "plot(x, 'time')\nplot(y, 'level')"),
        ("a = 2  # 둘\nprint(f'{a}개')", "a = 1  # two\nprint(f'{a} dogs')", "a = 2  # two\nprint(f'{a} dogs')"),
        ("print(f'{a}개')\nb = 1", "print(f'{c} dogs')", "print(f'{a}개')\nb = 1"),
        ("가 = '나'; x = 2", "가 = 'b'; x = 1", "가 = 'b'; x = 2"),
        ("x = ('가'  # 나\n     '다')\ny = 2", "x = ('a'  # b\n     'c')\ny = 1", "x = ('a'  # b\n     'c')\ny = 2"),
    ],
)
def test_changed_code_keeps_the_english_words(korean, english, merged):
    assert put_back(korean, english) == merged


@given(st.lists(st.sampled_from(["'개'", "f'{x}개'", "'dog'", "# 말\n", "x", "1"]), max_size=8))
def test_words_of_equal_code_are_put_back_whole(items):
    korean = "[" + ",".join(f"\n{item}" if item[0] != "#" else f"0 {item}" for item in items) + "]"
    english = korean.replace("'개'", "'a dog'").replace("f'{x}개'", "f'dogs: {x}'").replace("# 말", "# word")
    assert put_back(korean, english) == english
    assert same_code(korean, english)


def test_stale_cells_are_named_until_they_are_declared_translated(toy):
    toy("x = 1", "x = 2  # 둘", "print('하나')")
    ko, en = (build.NOTEBOOKS / language / "09_toy.ipynb" for language in build.LANGUAGES)
    english = build.read(en)
    english.cells[2].source, english.cells[3].source = "x = 2  # two", "print('one')"
    build.write(english, en)
    build.translated(["09"])
    assert stale(build.read(ko), build.read(en)) == []
    korean = build.read(ko)
    korean.cells[0].source = "# 9. 다른 장난감 (6분)"
    korean.cells[1].source = "x = 4"
    korean.cells[2].source = "x = 3  # 둘"
    korean.cells[3].source = "print('둘')"
    build.write(korean, ko)
    english = build.read(en)
    carry(korean, english)
    assert english.cells[2].source == "x = 3  # two"
    assert stale(korean, english) == ["title", "c2"], "code whose words are the same needs no translator"
    build.translated(["09"], ["title"])
    assert stale(korean, build.read(en)) == ["c2"]


def test_code_that_arrives_in_korean_is_stale(toy):
    toy("x = 1")
    ko, en = (build.NOTEBOOKS / language / "09_toy.ipynb" for language in build.LANGUAGES)
    korean, english = build.read(ko), build.read(en)
    korean.cells.append(new_code_cell("print('새로')", id="new"))
    carry(korean, english)
    assert "new" in stale(korean, english)


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


def wav(frames):
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(b"\1\2" * frames)
    return base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize(("frames", "kept"), [(100, 100), (8000, 8000), (20_000, 8000)])
def test_a_stored_sound_is_its_first_second(frames, kept):
    html = f'<audio src="data:audio/wav;base64,{wav(frames)}"></audio>' * 2  # rows to compare
    lesson = notebook(new_code_cell(id="c", outputs=[new_output("display_data", data={"text/html": html})]))
    build.normalise(lesson)
    stored = lesson.cells[1].outputs[0].data["text/html"]
    assert stored == f'<audio src="data:audio/wav;base64,{wav(kept)}"></audio>' * 2


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
            new_output(
                "display_data",
                data={"image/png": "", "text/plain": "x 0…1"},
                metadata={"image/png": PLOT, "text/plain": {}, "alt": "a curve", "isolated": True},
            ),
        ],
    )
    lesson = notebook(cell)
    lesson.metadata["widgets"] = {"state": {}}
    build.normalise(lesson)
    once = nbformat.writes(lesson)
    assert lesson.metadata == build.METADATA
    assert cell.metadata == {"tags": ["solution"]} and cell.execution_count == 1
    assert [output.get("text", output.get("data")) for output in cell.outputs] == [
        "a\nb\n",
        {"text/plain": "slider"},
        {"image/png": "", "text/plain": "x 0…1"},
    ]
    assert cell.outputs[2].metadata == {"alt": "a curve", "image/png": PLOT}
    assert cell.outputs[1].execution_count == 1
    build.normalise(lesson)
    assert nbformat.writes(lesson) == once


def test_a_lesson_without_minutes_is_refused():
    lesson = new_notebook(cells=[new_markdown_cell("# 9. 장난감")])
    with pytest.raises(BuildError, match="begins with"):
        title(lesson)


def lesson(number, name, *cells, language="ko", first="head"):
    """A lesson of the new form, without the parts that the tool writes."""
    top = f"![길](../../images/walk.png)\n\n# {number}. {name} (5{'분' if language == 'ko' else ' min'})"
    return new_notebook(cells=[new_markdown_cell(top, id=first), *cells, new_markdown_cell("old", id="foot")])


def test_heads_and_feet_lead_to_the_neighbours_of_a_lesson():
    stored = {
        language: {
            "01_a.ipynb": lesson(1, names[0], language=language, first="title"),
            "02_b.ipynb": lesson(2, names[1], new_markdown_cell("말 " * 1000), language=language),
            "11_c.ipynb": lesson(11, names[2], language=language),
        }
        for language, names in (("ko", ("하나", "둘", "셋")), ("en", ("One", "Two", "Three")))
    }
    before = stored["ko"]["01_a.ipynb"].cells[0].source
    dress(stored, {"02_b": 4})
    head, foot = (stored["ko"]["02_b.ipynb"].cells[at].source for at in (0, -1))
    road, sheets = foot.split("\n\n")
    assert road == "[← 1. 하나](01_a.ipynb) · 2 / 2"
    assert "](../cheatsheet.ko.md)" in sheets and "](../glossary.ko.md)" in sheets
    assert head == f"![길](../../images/walk.png)\n\n# 2. 둘 (15분)\n\n{road} · [English](../en/02_b.ipynb)"
    assert "# 2. Two (15 min)\n" in stored["en"]["02_b.ipynb"].cells[0].source, "the slower language counts"
    assert stored["en"]["11_c.ipynb"].cells[-1].source.startswith("Deep dive 11\n"), "not one of the 2"
    assert stored["ko"]["01_a.ipynb"].cells[0].source == before, "a lesson without a head is left alone"
    once = nbformat.writes(stored["ko"]["02_b.ipynb"])
    dress(stored, {"02_b": 4})
    assert nbformat.writes(stored["ko"]["02_b.ipynb"]) == once


def test_figures_of_a_lesson():
    sound = new_output("display_data", data={"text/html": '<audio src="data:audio/wav;base64,AAAA">' * 2})
    found = Figures(
        notebook(
            new_code_cell(IMPORTS, id="start"),
            new_markdown_cell(
                "하나 둘 `셋` [넷](a.ipynb) ![다섯](b.png)\n```\n여섯\n```\n<details>일곱</details>", id="text"
            ),
            new_code_cell("predict('09-a')\nplt.subplots()\nmodel.predict(x)", id="guess", outputs=[sound]),
            new_code_cell("explore(f, x=(0, 1, 2))", id="widget"),
            new_code_cell("a = None\nb = 1", id="ex1-stub"),
            new_markdown_cell(
                "<details>\n\n```python\n# so\na = 3\nb = 1\nc = 2\n```\n\n</details>", id="ex1-solution"
            ),
            new_markdown_cell("## 연습 문제", id="exercises"),
            new_code_cell("d = None", id="ex2-stub"),
        ),
        "ko",
    )
    assert words(found.cells["text"].source) == 4
    assert (found.words, found.lengths) == (3 + 4 + 2, [3, 3, 1])
    assert (found.predictions, found.widgets, found.exercises, found.inside) == (1, 1, ["ex1", "ex2"], ["ex1"])
    assert (found.learner_lines, found.players, found.diagrams, found.helpers) == (2, 2, 1, {"helpers.lesson.explore"})
    assert found.calls["matplotlib.pyplot.subplots"] == 1
    assert found.minutes == pytest.approx(9 / 100 + 7 / 15 + 0.5 + 2 + 2 + 5)


def test_waiting_is_stored_in_begun_half_minutes_and_does_not_flicker(toy, monkeypatch):
    toy("x = 1")
    for seconds, stored in ((61, 1.5), (59, 1.5), (95, 1.5), (121, 2.5), (29, 0.5)):
        build._wait({"09_toy": seconds})
        assert build.waiting() == {"09_toy": stored}


def test_the_table_holds_every_lesson(capsys):
    assert build.main(["figures"]) == 0
    shown = capsys.readouterr().out
    assert all(path.stem in shown for path in build.lessons("ko"))


def test_the_schedules_are_up_to_date():
    for name, language in (("README.ko.md", "ko"), ("README.md", "en")):
        readme = build.NOTEBOOKS.parent / name
        for path in build.lessons(language):
            name, minutes = title(build.read(path))
            assert f"[{name}](notebooks/{language}/{path.name}) | {minutes}" in readme.read_text(encoding="utf-8")
