"""The English lessons say what the Korean ones say: same cells, code, outputs, figures, links; terms from one table."""

import base64
import io
import re
from collections import Counter

import pytest
from PIL import Image

from tools import build_notebooks as build
from tools.lesson_figures import FENCE
from tools.lesson_language import same_code, stale
from tools.sheets import terms


def english_of(korean):
    return korean.parents[1] / "en" / korean.name


def pairs(korean):
    return list(zip(build.read(korean).cells, build.read(english_of(korean)).cells, strict=True))


def prose(source):
    """Text without code, links' addresses and headings' numbers."""
    return re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)|<[^>]*>", " ", source, flags=re.DOTALL)


def numbers(source):
    """All but 1: where Korean counts one second, English says “a second”."""
    return set(re.findall(r"\d+(?:[.,]\d+)*", prose(source))) - {"1"}


def links(source):
    """Addresses; they are one if they differ only by the language of a folder, page, sheet or picture."""
    names = r"(README|INSTALL|LISTEN)(\.ko)?\.md|\.(ko|en)\.(png|md)$|#.*"
    return Counter(
        re.sub(names, "", re.sub(r"\.\./(ko|en)/", "../", link)) for link in re.findall(r"\]\(([^)]*)\)", source)
    )


def inline_code(source):
    return Counter(re.findall(r"(?<!`)`([^`\n]+)`(?!`)", source))


def test_both_languages_have_the_same_lessons():
    korean, english = ([path.name for path in build.lessons(language)] for language in build.LANGUAGES)
    assert korean == english != []


def test_cells_stand_in_the_same_order(korean):
    both = [
        [(cell.id, cell.cell_type, cell.metadata.get("tags")) for cell in build.read(path).cells]
        for path in (korean, english_of(korean))
    ]
    assert both[0] == both[1]


def programs(cell):
    """A code cell's source; of a text, the solutions shown in it."""
    return [cell.source] if cell.cell_type == "code" else FENCE.findall(cell.source)


def test_code_is_the_same_but_for_words(korean):
    for source, target in pairs(korean):
        ours, theirs = programs(source), programs(target)
        assert len(ours) == len(theirs) and all(map(same_code, ours, theirs)), source.id


def shapes(output):
    """What an output is: its kind, where it went, its formats, the size of its picture."""
    data = output.get("data", {})
    size = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).size if "image/png" in data else None
    return output.output_type, output.get("name"), sorted(data), size


def results(cell):
    """Sounds and figures (but 1, as above) of a cell's outputs, in any order: each language has its own."""
    found = Counter()
    for shown in (value for output in cell.outputs for value in (output.get("text", ""), *texts(output))):
        found.update(build.SOUND.findall(shown))
        found.update(number for number in re.findall(r"\d+(?:\.\d+)?", build.SOUND.sub("", shown)) if number != "1")
    return found


def texts(output):
    return [value for kind, value in output.get("data", {}).items() if not kind.startswith("image/")]


def test_outputs_are_the_same_but_for_words(korean):
    for source, target in pairs(korean):
        if source.cell_type == "code":
            assert list(map(shapes, source.outputs)) == list(map(shapes, target.outputs)), source.id
            is_compared = build.IGNORED not in source.metadata.get("tags", [])
            if is_compared and "check(" not in source.source:  # what a check says is words
                assert results(source) == results(target), source.id


@pytest.mark.parametrize("part", [numbers, links, inline_code])
def test_prose_has_the_same(part, korean):
    for source, target in pairs(korean):
        if source.cell_type == "markdown":
            assert part(source.source) == part(target.source), source.id


def test_no_english_cell_is_stale(korean):
    found = stale(build.read(korean), build.read(english_of(korean)))
    assert not found, f"changed in Korean since they were translated: {', '.join(found)}"


def test_terms_are_one_for_one():
    for column in ("key", "ko", "en"):
        values = [row[column] for row in terms(build.NOTEBOOKS)]
        assert all(values) and len(set(values)) == len(values), column


def test_terms_come_from_the_table(korean):
    """Where Korean gives the English in brackets, ``조각(piece)``, both words are the table's."""
    korean_of = {row["en"]: row["ko"] for row in terms(build.NOTEBOOKS)}
    english_words = {row["ko"]: row["en"] for row in terms(build.NOTEBOOKS)}
    for cell in build.read(korean).cells:
        if cell.cell_type != "markdown":
            continue
        for before, bracketed in re.findall(r"([가-힣][가-힣 ]*)\*{0,2}\(([a-z][a-z ]*)\)", cell.source):
            if bracketed in korean_of:
                assert before.endswith(korean_of[bracketed]), f"{cell.id}: {before}({bracketed})"
            last = next((word for word in sorted(english_words, key=len, reverse=True) if before.endswith(word)), None)
            assert last is None or english_words[last] == bracketed, f"{cell.id}: {before}({bracketed})"
