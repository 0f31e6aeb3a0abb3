"""The pages a visitor reads first: what they show and link is there, and both languages give the same commands."""

import re
import shlex
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image

from helpers.__main__ import _parser
from tests.shared import can_be_run
from tools import address
from tools.screenshots import LESSONS

ROOT = Path(__file__).parents[1]
READMES = [ROOT / name for name in ("README.md", "README.ko.md")]
INSTALLS = [ROOT / name for name in ("INSTALL.md", "INSTALL.ko.md")]
LISTENS = [ROOT / name for name in ("LISTEN.md", "LISTEN.ko.md")]
TEACHING = [ROOT / name for name in ("TEACHING.md", "TEACHING.ko.md")]
PAGES = [*READMES, *INSTALLS, *LISTENS, *TEACHING]
PAGES += [ROOT / "CONTRIBUTING.md", ROOT / "helpers" / "pretrained_detector.md"]


def blocks(page):
    """The lines of code of a page, those in lists included."""
    fences = re.findall(r"^ *```(?:shell|python)\n(.*?)^ *```", page, re.DOTALL | re.MULTILINE)
    return [line.strip() for fence in fences for line in fence.splitlines()]


def anchors(page):
    """What ``page#…`` may name."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere_and_pictures_are_described(page):
    for mark, words, target in re.findall(r"(!?)\[([^\]]*)\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        assert target.startswith("https://") or file.exists(), target
        assert not anchor or anchor in anchors(file), target
        assert not mark or len(words) > 20, f"{target} is not described"


def test_every_picture_is_shown_somewhere():
    shown = "".join(path.read_text(encoding="utf-8") for path in (*PAGES, *ROOT.glob("notebooks/*/*.ipynb")))
    for picture in ROOT.glob("images/*.png"):
        assert f"images/{picture.name}" in shown, picture.name


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", LESSONS)
def test_a_picture_of_a_widget_shows_a_window_and_is_small(name, language):
    file = ROOT / "images" / f"{name}.{language}.png"
    with Image.open(file) as picture:
        assert (picture.size, picture.mode) == ((1366, 768), "P")
    assert file.stat().st_size <= 150_000


@pytest.mark.parametrize("english, korean", [READMES, INSTALLS, LISTENS], ids=["README", "INSTALL", "LISTEN"])
def test_both_languages_give_the_same_commands(english, korean):
    given = [re.sub(r"([=/ ])en\b", r"\1ko", line) for line in blocks(english.read_text(encoding="utf-8"))]
    assert len(given) > 15 and given == blocks(korean.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "line",
    [
        line
        for page in (READMES[0], LISTENS[0])
        for line in blocks(page.read_text(encoding="utf-8"))
        if "-m helpers" in line
    ],
)
def test_the_commands_are_understood(line):
    assert _parser().parse_args(shlex.split(line)[3:]).run is not None


def test_make_has_the_targets():
    targets = re.search(r"\.PHONY: (.*)", (ROOT / "Makefile").read_text(encoding="utf-8"))[1].split()
    named = re.findall(r"(?:^ *|`)make ([a-z-]+)", "\n".join(page.read_text(encoding="utf-8") for page in PAGES), re.M)
    assert {"lab", "test", "test-all", "notebooks", "images", "ready-model"} <= set(named) <= set(targets)


def test_the_tools_are_there():
    named = {name for page in PAGES for name in re.findall(r"-m (tools[\w.]+)", page.read_text(encoding="utf-8"))}
    assert "tools.build_notebooks" in named
    assert [name for name in named if not can_be_run(name)] == []


def places(page):
    """The addresses under which a page looks for the repository."""
    cloned = re.findall(r"git clone (\S+)", page)
    return {*cloned, *re.findall(r"mybinder\.org/v2/git/(\S+?)/HEAD\?urlpath=lab/tree/my_lessons/", page)}


@pytest.mark.parametrize("page", [*READMES, *INSTALLS], ids=lambda path: path.name)
def test_a_page_finds_the_repository_where_pyproject_says(page):
    here = address.address()
    assert places(page.read_text(encoding="utf-8")) == {here, quote(here, safe="")}


def test_one_command_moves_the_repository(tmp_path):
    for name in address.PAGES:
        shutil.copy(ROOT / name, tmp_path)
    before, new = address.address(), "https://elsewhere.example/a b/lessons"
    address.main(new, tmp_path)
    assert address.address(tmp_path) == new
    for name in address.PAGES:
        moved = (tmp_path / name).read_text(encoding="utf-8")
        assert new in moved and before not in moved and quote(before, safe="") not in moved
