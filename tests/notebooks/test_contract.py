"""What each stored lesson keeps to, so that comparing its outputs means something and its frame is the same."""

import ast
import base64
import io
import os
import re
import wave
from pathlib import Path

import pytest
from stored import solution

from helpers.copies import FOLDER
from tools import build_notebooks as build
from tools.lesson_figures import GENERATED, Figures
from tools.lesson_language import HANGUL
from tools.lesson_page import title

FRAME = {  # id → heading in each language
    "about": ("", ""),  # it holds what ABOUT names, folded or not
    "exercises": ("## 연습 문제", "## Exercises"),
    "key-points": ("## 핵심 정리", "## Key points"),
    "troubles": ("## 잘 안될 때", "## What can go wrong"),
    "next": ("## 다음", "## Next"),
}
ABOUT = (("질문", "목표", "준비물"), ("Questions", "Objectives", "What you need"))
EXCLUDED = {"06": 4, "08": 4, "12": 4}  # cells that need not be compared, each beside one that is; elsewhere two
WITH_EXERCISES = ("03", "04", "05", "06", "07", "08", "09")
SANITISER = build.SANITISE.read_text(encoding="utf-8")
UNIT = r"(?:Hz|kHz|ms|s|dB|dBFS|kB|MB|GB|%|초|시간|밀리초|개|번|배|pixels|픽셀)"
FIGURE = re.compile(rf"(?<![\w./])-?\d[\d,]*(?:\.\d+)? ?{UNIT}(?![A-Za-z])|(?<![\w./])-?\d[\d,]*\.\d+(?![\w.])")
COPIES = build.NOTEBOOKS.parent / FOLDER
ASKING = re.compile(r"(predict|answer|progress)\(")
NUMBER = re.compile(r"\d+(?:[,_ \u202f]\d{3})*(?:\.\d+)?")


def codes(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell):
    return cell.metadata.get("tags", [])


def text_of(cell):
    """Everything of a cell's outputs that nbval compares."""
    shown = []
    for output in cell.outputs:
        shown.append(output.get("text", ""))
        shown += [value for kind, value in output.get("data", {}).items() if not kind.startswith("image/")]
    return "".join(shown)


def compared(cell):
    return build.IGNORED not in tags(cell) and bool(text_of(cell).strip())


def problems(notebook, language, number, size):
    """Every way in which a stored lesson breaks the contract, one sentence each."""
    cells = codes(notebook)
    yield from _outputs(cells, EXCLUDED.get(number, 2))
    yield from _lengths(notebook, size)
    yield from _frame(notebook, language)
    yield from _exercises(notebook, number)
    yield from _twins(cells)
    yield from _figures_in_prose(notebook)
    if len([cell for cell in cells if "main-result" in tags(cell)]) != 1:
        yield "one cell is tagged main-result"


def _outputs(cells, most):
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        yield "every code cell ran once, in order"
    for cell in cells:
        for output in cell.outputs:
            if build.VIEW in output.get("data", {}):
                yield f"{cell.id}: the view of a widget is stored, which no reader without a kernel can see"
        pictures = [output.data for output in cell.outputs if "image/png" in output.get("data", {})]
        told = [re.match(r"[^<].*\d", data.get("text/plain", ""), re.DOTALL) for data in pictures]
        if not all(told) and not any(output.output_type == "stream" for output in cell.outputs):
            yield f"{cell.id}: a picture stands without a line of its figures"
    ignored = [cell for cell in cells if build.IGNORED in tags(cell)]
    bites = sum(map(compared, cells))
    if bites + max(0, len(ignored[:most]) - 2) < 0.85 * len(cells):
        yield f"only {bites} of {len(cells)} code cells are compared: at least 85 % must be"
    if len(ignored) > most or any(not cell.metadata.get("reason") for cell in ignored):
        yield f"at most {most} cells are not compared, each with its reason"


def _lengths(notebook, size):
    cells = codes(notebook)
    shown = [cell for cell in Figures(notebook, "ko").codes if not ASKING.match(cell.source)]
    if len(shown) > 30:
        yield f"{len(shown)} code cells: at most 30, apart from exercises and predictions"
    for cell in cells:
        if len(cell.source.splitlines()) > 15:
            yield f"{cell.id}: {len(cell.source.splitlines())} lines, at most 15"
    if size > 1_500_000:
        yield f"{size} bytes: at most 1.5 MB"
    sounds = [wav for cell in cells for wav in build.SOUND.findall(text_of(cell))]
    if len(sounds) > 8:
        yield f"{len(sounds)} sounds: at most 8"
    for sound in sounds:
        with wave.open(io.BytesIO(base64.b64decode(sound))) as file:
            if file.getnframes() > file.getframerate():
                yield "a stored sound is longer than a second"


def _frame(notebook, language):
    which = build.LANGUAGES.index(language)
    cells = {cell.id: cell for cell in notebook.cells}
    title(notebook)
    missing = [name for name in FRAME if name not in cells]
    if missing:
        yield f"cells missing from the frame: {', '.join(missing)}"
        return
    for name, headings in FRAME.items():
        if not cells[name].source.startswith(headings[which]):
            yield f"{name}: begins with {headings[which]}"
    for part in ABOUT[which]:
        if part not in cells["about"].source:
            yield f"about: holds {part}"
    order = [cell.id for cell in notebook.cells if cell.id in FRAME]
    if order != list(FRAME) or codes(notebook)[0].id != "start":
        yield "the frame stands in its order, and the first code cell is 'start'"


def _exercises(notebook, number):
    ids = [cell.id for cell in notebook.cells]
    names = sorted({found[0] for found in map(re.compile(r"ex\d+(?=-)").match, ids) if found})
    if number in WITH_EXERCISES and len(names) < 2:
        yield "at least two exercises"
    for name in names:
        five = [f"{name}-{part}" for part in ("task", "stub", "check", "hints", "solution")]
        at = ids.index(five[0]) if five[0] in ids else 0
        if ids[at : at + 5] != five:
            yield f"{name}: task, stub, check, hints and solution follow one another"
            continue
        _, _, check, hints, folded = notebook.cells[at : at + 5]
        if f'check("{number}-{name[2:]}"' not in check.source:
            yield f"{name}: check calls check({number}-{name[2:]})"
        if "<details>" not in hints.source:
            yield f"{name}: hints are folded"
        code = solution(folded.source) if folded.cell_type == "markdown" else None
        if "solution" not in tags(folded) or code is None or "check(" in code:
            yield f"{name}: the solution is tagged, folded text with the code that replaces the stub"


def _twins(cells):
    """Each widget stands above a cell that calls the same function in plain code."""
    for cell, after in zip(cells, [*cells[1:], None], strict=True):
        for called in _calls(cell):
            if getattr(called.func, "id", "") == "explore":
                function = called.args[0].id
                if after is None or function not in {getattr(call.func, "id", "") for call in _calls(after)}:
                    yield f"{cell.id}: the next code cell calls {function}() without a widget"


def _calls(cell):
    return [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]


def _figures_in_prose(notebook):
    """A figure with a unit or a decimal point in the text is one that the lesson's code holds or prints."""
    known = set()
    for cell in codes(notebook):
        known.update(map(_plain, NUMBER.findall(cell.source.replace("_", "") + build.SOUND.sub("", text_of(cell)))))
    for code in filter(None, (solution(cell.source) for cell in notebook.cells if "solution" in tags(cell))):
        known.update(map(_plain, NUMBER.findall(code.replace("_", ""))))
    for cell in notebook.cells:
        if cell.cell_type == "code" or cell.id in GENERATED or cell.metadata.get("reason"):
            continue
        prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)|^#[^\n]*$", " ", cell.source, flags=re.DOTALL | re.MULTILINE)
        for figure in FIGURE.findall(prose):
            number = _plain(NUMBER.search(figure)[0])
            if (
                number not in known and str(float(number) * 1000).removesuffix(".0") not in known
            ):  # kHz for Hz, ms for s
                yield f"{cell.id}: “{figure.strip()}” stands in the text, but the code neither holds nor prints it"


def _plain(number):
    value = float(re.sub(r"[,_ \u202f]", "", number))
    return str(value).removesuffix(".0")


def test_a_stored_lesson_keeps_the_contract(lesson):
    found = list(problems(build.read(lesson), lesson.parent.name, lesson.stem[:2], lesson.stat().st_size))
    assert not found, "\n".join(found)


def test_outputs_hold_nothing_of_this_computer(lesson):
    assert build.faults(build.read(lesson)) == []


def leads_somewhere(link, folder):
    """Whether a lesson in a folder, of the stored ones or of the learner's copies, links to what is there."""
    target = Path(os.path.normpath(folder / link))
    if COPIES in target.parents:
        return target.suffix in (".ipynb", ".md") and (build.NOTEBOOKS / target.relative_to(COPIES)).exists()
    return target.exists()


def test_links_lead_somewhere(lesson):
    for cell in build.read(lesson).cells:
        if cell.cell_type == "markdown":
            for link in re.findall(r"(?:\]\(|(?:href|src)=\")([^)#\"]+)", cell.source):
                if "://" not in link:
                    for folder in (build.NOTEBOOKS, COPIES):
                        here = folder / lesson.parent.name
                        assert leads_somewhere(link, here), f"{cell.id}: {link} from {folder.name}"


@pytest.mark.parametrize(
    "link, holds",
    [
        ("../../notebooks/terms.csv", (True, True)),
        ("../terms.csv", (True, False)),  # only lessons are copied
        ("../en/01_overview.ipynb", (True, True)),
        ("../en/99_nothing.ipynb", (False, False)),
    ],
)
def test_a_link_that_holds_in_one_place_only_is_noticed(link, holds):
    assert (leads_somewhere(link, build.NOTEBOOKS / "ko"), leads_somewhere(link, COPIES / "ko")) == holds


def test_each_lesson_speaks_its_language(lesson):
    korean = lesson.parent.name == "ko"
    for cell in build.read(lesson).cells:
        if cell.cell_type == "markdown":
            own = re.sub(
                r"\[[^\]]*\]\(\.\./(?:ko|en)/[^)]*\)", "", cell.source
            )  # without the link to the other language
            assert bool(HANGUL.search(own)) == korean, cell.id
        elif not korean:
            assert not HANGUL.search(cell.source + text_of(cell)), cell.id


@pytest.mark.parametrize("rule", SANITISER.split("regex: ")[1:])
def test_no_sanitiser_rule_matches_a_result(rule, lesson):
    """What a rule takes away is sound samples; every printed word and figure outlives it."""
    pattern = re.compile(rule.splitlines()[0])
    for cell in codes(build.read(lesson)):
        for output in cell.outputs:
            texts = [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
            assert not any(map(pattern.search, texts)), cell.id


def test_sanitiser_rules_are_few():
    assert 1 <= SANITISER.count("regex: ") <= 5
