"""The cheat sheet and the glossary: what they name is there, in the lesson they lead to, and in both languages."""

import ast
import inspect
import re
from functools import cache
from pkgutil import resolve_name

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools import build_notebooks as build
from tools.lesson_figures import FENCE, Figures
from tools.sheets import glossary, terms

SHEETS = [
    build.NOTEBOOKS / f"{name}.{language}.md" for name in ("cheatsheet", "glossary") for language in build.LANGUAGES
]
ROW = re.compile(r"^\| `(.+?)` \| .+ \| \[(\d+)\]\((?:ko|en)/(.+?)\.ipynb\) \|$", re.MULTILINE)
KINDS = {  # what the variables of the cheat sheet are
    "audio": "pydub.AudioSegment",
    "ax": "matplotlib.axes.Axes",
    "bark": "pydub.AudioSegment",
    "fig": "matplotlib.figure.Figure",
    "loss": "torch.Tensor",
    "model": "helpers.model.Model",
    "network": "torch.nn.Module",
    "optimizer": "torch.optim.AdamW",
    "pictures": "helpers.train.PictureSet",
    "slider": "ipywidgets.IntSlider",
    "stream": "pyaudio.Stream",
}


def sheet(language):
    return (build.NOTEBOOKS / f"cheatsheet.{language}.md").read_text(encoding="utf-8")


def rows(text):
    return ROW.findall(text)


def names(tree, imports):
    """Node → the name that a piece of code uses there: in full where ``imports`` or a variable's kind tell it."""
    figures = Figures(new_notebook(cells=[new_code_cell(imports)]), "ko")
    found = {}
    for node in ast.walk(tree):
        variable, _, rest = (figures.full_name(node) or "").partition(".")
        if rest:
            found[node] = f"{KINDS.get(variable, variable)}.{rest}"
    return found


@cache
def lesson(name):
    notebook = build.read(build.NOTEBOOKS / "ko" / f"{name}.ipynb")
    return Figures(notebook, "ko").names, "\n".join(cell.source for cell in notebook.cells)


def faults(code, stem, imports):
    """Every way in which a row of the cheat sheet is wrong, one sentence each."""
    used, source = lesson(stem)
    tree = ast.parse(code)
    found = names(tree, imports)
    for name in found.values():
        if name.startswith("pyaudio."):
            pytest.importorskip("pyaudio")
        try:
            resolve_name(name)
        except (ImportError, AttributeError):
            yield f"there is no {name}"
            return
        if not {name, f".{name.rpartition('.')[2]}"} & used:
            yield f"{stem} does not use {name}"
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = found.get(call.func, "")
        words = [keyword.arg for keyword in call.keywords]
        for word in words:
            if f"{word}=" not in used and f'"{word}"' not in source:
                yield f"{stem} does not use {name}({word}=)"
        if name and not _fits(name, len(call.args), words):
            yield f"{name} does not take these arguments"


def _fits(name, count, words):
    """Whether a function takes ``count`` arguments and these ``words``."""
    function, owner = resolve_name(name), resolve_name(name.rpartition(".")[0])
    itself = inspect.isclass(owner) and not inspect.ismethod(function)  # a method is called on an object
    try:
        inspect.signature(function).bind(*range(count + itself), **dict.fromkeys(words))
    except TypeError:
        return False
    except ValueError:  # written in C, without a signature
        return True
    return True


def test_both_languages_give_the_same_calls_and_lessons():
    korean, english = map(sheet, build.LANGUAGES)
    assert rows(korean) == rows(english) and FENCE.findall(korean) == FENCE.findall(english)
    for text in (korean, english):
        assert len(rows(text)) == text.count("\n| `") <= 60


@pytest.mark.parametrize("code, number, stem", rows(sheet("ko")))
def test_a_row_of_the_cheat_sheet_holds(code, number, stem):
    assert int(stem[:2]) == int(number)
    assert list(faults(code, stem, FENCE.findall(sheet("ko"))[0])) == []


def test_all_that_the_cheat_sheet_imports_is_used():
    (imports,) = FENCE.findall(sheet("ko"))
    brought = {name.asname or name.name for node in ast.parse(imports).body for name in node.names}
    used = {node.id for code, *_ in rows(sheet("ko")) for node in ast.walk(ast.parse(code)) if hasattr(node, "id")}
    assert brought <= used


@pytest.mark.parametrize(
    "code, named",
    [
        ("librosa.laod(path)", "there is no librosa.laod"),
        ("librosa.load(path, rate=22050)", "librosa.load does not take"),
        ("soundfile.info()", "soundfile.info does not take"),
        ("librosa.tone(440)", "03_download does not use librosa.tone"),
        ("librosa.load(path, res_type='fft')", "does not use librosa.load(res_type=)"),
        ("bark.gain_dB", "there is no pydub.AudioSegment.gain_dB"),
    ],
)
def test_a_wrong_row_is_noticed(code, named):
    assert any(named in fault for fault in faults(code, "03_download", "import librosa, soundfile"))


@pytest.mark.parametrize("page", SHEETS, ids=lambda path: path.name)
def test_links_of_a_sheet_lead_somewhere(page):
    links = re.findall(r"(?<!`)\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    assert len(links) > 40 and [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("language", build.LANGUAGES)
def test_the_glossary_is_up_to_date(language):
    page = build.NOTEBOOKS / f"glossary.{language}.md"
    made = glossary(terms(build.NOTEBOOKS), build.lessons(language), language)
    assert page.read_text(encoding="utf-8") == made, "python -m tools.build_notebooks dress"


def test_a_glossary_is_in_the_order_of_its_language_and_leads_to_lessons(tmp_path):
    made = [
        {"ko": "창", "en": "window", "lesson": "05", "ko_meaning": "구간", "en_meaning": "a stretch"},
        {"ko": "가중치", "en": "weight", "lesson": "99", "ko_meaning": "수", "en_meaning": "a number"},
        {"ko": "AUC", "en": "AUC", "lesson": "", "ko_meaning": "넓이", "en_meaning": "an area"},
    ]
    paths = [tmp_path / "05_mfcc.ipynb"]
    korean, english = (glossary(made, paths, language).splitlines()[-3:] for language in build.LANGUAGES)
    assert korean[1:] == ["| 가중치 | weight | 수 |  |", "| 창 | window | 구간 | [5](ko/05_mfcc.ipynb) |"]
    assert [row.split(" | ")[0] for row in english] == ["| AUC", "| weight", "| window"]


def test_a_term_has_one_plain_meaning_in_each_language():
    for term in terms(build.NOTEBOOKS):
        for language in build.LANGUAGES:
            meaning = term[f"{language}_meaning"]
            assert meaning.endswith((".", ")")) and "|" not in meaning and 10 < len(meaning) < 130, term["key"]


def plain(text):
    return re.sub(r"[-_\s]+", " ", text).casefold()


@pytest.mark.parametrize("number", sorted({term["lesson"] for term in terms(build.NOTEBOOKS)} - {""}))
def test_a_term_stands_in_the_lesson_that_the_glossary_names(number):
    (path,) = build.lessons("ko", [number])
    text = plain("\n".join(cell.source for cell in build.read(path).cells))
    for term in terms(build.NOTEBOOKS):
        if term["lesson"] == number:
            assert plain(term["ko"]) in text or plain(term["en"]) in text, term["key"]
