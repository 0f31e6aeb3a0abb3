"""What a lesson of the new form, one that has a head, keeps to beside the contract of all lessons.

It shows something at once, asks before it tells, says one thing at a time, and takes as long as it says.
"""

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from test_contract import codes, text_of

from tests.alone import name_of
from tools import build_notebooks as build
from tools.lesson_figures import FOLDED, UNREAD, Figures, words
from tools.lesson_page import minutes, title

ON_SCREEN = {  # lesson → what its own code calls, so that a learner can read on in the library's documentation
    "03": ("librosa.load", "soundfile.info"),
    "04": ("pydub.AudioSegment.from_file", ".dBFS", ".append", ".export"),
    "05": (
        "librosa.feature.melspectrogram",
        "librosa.power_to_db",
        "librosa.feature.mfcc",
        "librosa.display.specshow",
        "matplotlib.pyplot.subplots",
        ".savefig",
    ),
    "06": ("torch.utils.data.Dataset", "torch.utils.data.DataLoader", "torch.nn.Module", ".state_dict"),
    "07": ("sklearn.metrics",),
    "08": ("pyaudio.PyAudio", ".read", "stream_callback="),
}
LONGEST = {"ko": 80, "en": 120}  # words of a prose cell; the two take as long to read
FREE = ("about", "troubles")  # the frame's lists, which are not read through


def of_the_new_form(path):
    return build.read(path).cells[0].id == "head"


def faults(notebook, language, number):
    """Every way in which a lesson falls short of the new form, one sentence each."""
    figures = Figures(notebook, language)
    ids = [cell.id for cell in notebook.cells]
    if ids[0] != "head" or ids[-1] != "foot":
        yield "a lesson begins with its head and ends with its foot"
    if not codes(notebook)[1].outputs:
        yield "the second code cell shows a result"
    if not figures.diagrams:
        yield "at least one drawn diagram"
    if len(figures.exercises) < 3 or len(figures.inside) < 2:
        yield "at least three exercises, two of them inside sections"
    printed = "\n".join(map(text_of, codes(notebook)))
    if (count := len(re.findall(r": True$", printed, re.MULTILINE))) > 3:
        yield f"“…: True” is printed {count} times: at most three"
    if not re.search(rf"^progress\([\"']{number}[\"']\)$", codes(notebook)[-1].source, re.MULTILINE):
        yield f'the last code cell calls progress("{number}")'
    for name in ON_SCREEN.get(number, ()):
        if not any(used == name or used.startswith(f"{name}.") for used in figures.names):
            yield f"{name} is used on screen"
    yield from _prose(figures)
    yield from _predictions(notebook, number)


def _prose(figures):
    for cell in figures.prose:
        if cell.id not in FREE:
            read = re.sub(r"^\|.*$", "", cell.source, flags=re.MULTILINE)  # a table is looked up, not read through
            if (count := words(read)) > LONGEST[figures.language]:
                yield f"{cell.id}: {count} words, at most {LONGEST[figures.language]}"
            if re.search(r"\n#+ ", UNREAD.sub("", FOLDED.sub("", cell.source))):
                yield f"{cell.id}: a heading begins a cell of its own"


def _predictions(notebook, number):
    steps = [step for cell in notebook.cells for step in _steps(cell)]
    asked, answered = ([name for kind, name in steps if kind == wanted] for wanted in ("predict", "answer"))
    if not 3 <= len(asked) <= 5 or any(not name.startswith(f"{number}-") for name in asked):
        yield f"three to five predictions, named {number}-…"
    if sorted(asked) != sorted(answered) or len(set(asked)) < len(asked):
        yield "each prediction is asked once and answered once"
    for name in set(asked) & set(answered):
        between = steps[steps.index(("predict", name)) : steps.index(("answer", name))]
        kinds = {kind for kind, _ in between}
        if "shown" not in kinds or "heading" in kinds:
            yield f"{name}: the answer stands after the cell that shows it and before the next heading"


def _steps(cell):
    """What a cell is to predictions: ``("heading" | "predict" | "answer" | "shown", name)``."""
    if cell.cell_type == "markdown":
        return [("heading", "")] if cell.source.startswith("#") else []
    return re.findall(r"^(predict|answer)\([\"'](.+?)[\"']\)", cell.source, re.MULTILINE) or [("shown", "")]


def _new(paths):
    return [pytest.param(path, id=name_of(path)) for path in paths if of_the_new_form(path)]


@pytest.mark.parametrize("stored", _new(build.lessons("ko") + build.lessons("en")))
def test_a_lesson_keeps_the_new_form(stored):
    found = list(faults(build.read(stored), stored.parent.name, stored.stem[:2]))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("stored", _new(build.lessons("ko")))
def test_minutes_are_honest(stored):
    both = [Figures(build.read(build.NOTEBOOKS / language / stored.name), language) for language in build.LANGUAGES]
    _, said = title(both[0].notebook)
    assert said == minutes(both, build.waiting().get(stored.stem, 0)) <= 45


def test_a_slider_is_written_out_before_explore_is_used():
    both = [path for path in build.lessons("ko") if path.stem[:2] in ("02", "05")]
    if not all(map(of_the_new_form, both)):
        pytest.skip("Lessons 02 and 05 have not both gone over to the new form.")
    assert any(".observe" in Figures(build.read(path), "ko").names for path in both)


def toy():
    """The shortest lesson of the new form."""
    said = [new_output("stream", text="1\n")]
    cells = [
        new_markdown_cell("![길](a.png)\n\n# 2. 장난감 (5분)\n\n2 / 9", id="head"),
        new_markdown_cell("![표본](b.png)\n\n```\n\n# 주석\n```", id="text"),
        new_code_cell("start()", id="start", outputs=said),
    ]
    for name in "abc":
        cells += [
            new_markdown_cell(f"## {name}", id=f"{name}-said"),
            new_code_cell(f'predict("02-{name}")', id=f"{name}-predict", outputs=said),
            new_code_cell("x = 1", id=name),
            new_code_cell(f'answer("02-{name}")', id=f"{name}-answer"),
            new_code_cell("y = None", id=f"ex{name}-stub"),
        ]
    end = [new_markdown_cell("## 연습 문제", id="exercises"), new_code_cell('progress("02")', id="progress")]
    return new_notebook(cells=[*cells, *end, new_markdown_cell("2 / 9", id="foot")])


def edit(name, **changes):
    """A break: the cell ``name`` of the toy is changed."""
    return lambda cells: next(cell for cell in cells if cell.id == name).update(changes)


def drop(name):
    return lambda cells: cells.remove(next(cell for cell in cells if cell.id == name))


@pytest.mark.parametrize(
    ("break_it", "named"),
    [
        (drop("foot"), "ends with its foot"),
        (edit("a-predict", outputs=[]), "second code cell"),
        (edit("text", source="말"), "drawn diagram"),
        (drop("exa-stub"), "at least three exercises"),
        (lambda cells: cells.insert(3, cells.pop(-3)), "two of them inside"),
        (edit("a", outputs=[new_output("stream", text="same as x: True\n" * 4)]), "printed 4 times"),
        (edit("progress", source='progress("03")'), 'calls progress("02")'),
        (edit("a-said", source="## a\n\n" + "말 " * 80), "a-said: 81 words"),
        (edit("a-said", source="말\n\n## a"), "a-said: a heading"),
        (edit("b-predict", source="x = 1"), "three to five"),
        (edit("b-predict", source='predict("03-b")'), "three to five"),
        (edit("b-answer", source="x = 1"), "answered once"),
        (edit("a", source='predict("02-a")'), "asked once"),
        (drop("a"), "02-a: the answer stands"),
        (lambda cells: cells.insert(5, new_markdown_cell("## d")), "02-a: the answer stands"),
    ],
)
def test_what_breaks_the_new_form_is_noticed(break_it, named):
    lesson = toy()
    assert list(faults(lesson, "ko", "02")) == []
    break_it(lesson.cells)
    assert any(named in fault for fault in faults(lesson, "ko", "02"))


def test_a_lesson_that_hides_its_library_is_noticed():
    lesson = toy()
    lesson.cells[2].source = "from torch import nn\nfrom torch.utils.data import Dataset\n\nnn.Module, Dataset"
    missing = [fault.split()[0] for fault in faults(lesson, "ko", "06") if "on screen" in fault]
    assert missing == ["torch.utils.data.DataLoader", ".state_dict"]
