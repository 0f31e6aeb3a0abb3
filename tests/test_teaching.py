"""The plans for a class: they fill a period, and what they name is in the lessons."""

import re

import nbformat
import pytest

from tests.test_readmes import ROOT, blocks

PAGES = {"ko": ROOT / "TEACHING.ko.md", "en": ROOT / "TEACHING.md"}
SECTION = {"ko": r"^### (\d)강\. ", "en": r"^### Lesson (\d)\. "}


def plans(language):
    """Number of a lesson → its section of the page."""
    parts = re.split(r"^##+ ", PAGES[language].read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = [(re.match(SECTION[language], f"### {part}"), part) for part in parts]
    return {int(number[1]): part for number, part in found if number}


def headings(language, number):
    (lesson,) = (ROOT / "notebooks" / language).glob(f"{number:02}_*.ipynb")
    cells = nbformat.read(lesson, as_version=4).cells
    pages = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return set(re.findall(r"^##+ (.*)$", pages, re.MULTILINE))


def named(words):
    """The headings that a text names: what stands in bold."""
    return re.findall(r"\*\*([^*]+)\*\*", " ".join(words.split()))


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("number", range(1, 10))
def test_a_plan_takes_fifty_minutes_and_names_headings_of_its_lesson(number, language):
    plan = plans(language)[number]
    assert sum(map(int, re.findall(r"^\| (\d+) \|", plan, re.MULTILINE))) == 50
    assert len(named(plan)) > 5 and not set(named(plan)) - headings(language, number)
    assert 3 <= len(re.findall(r"^- \*", plan, re.MULTILINE)) <= 5, "questions of pupils"


@pytest.mark.parametrize("number", range(1, 10))
def test_both_languages_give_the_same_minutes(number):
    minutes = [re.findall(r"^\| (\d+) \|", plans(language)[number], re.MULTILINE) for language in PAGES]
    assert minutes[0] == minutes[1]


@pytest.mark.parametrize("language", PAGES)
def test_the_short_route_names_headings(language):
    page = PAGES[language].read_text(encoding="utf-8")
    (route,) = re.findall(r"^- \*\*(?:두 시간|Two hours)\*\*(.*?)(?=^- )", page, re.DOTALL | re.MULTILINE)
    known = set().union(*(headings(language, number) for number in range(1, 10)))
    assert len(named(route)) == 7 and set(named(route)) <= known


def test_both_languages_give_the_same_commands():
    english, korean = (blocks(PAGES[language].read_text(encoding="utf-8")) for language in ("en", "ko"))
    assert len(english) > 8 and [line.replace("--lessons en", "--lessons ko") for line in english] == korean
