"""The pages a visitor reads first: what they show and link is there, and both languages give the same commands."""

import re
import shlex
from pathlib import Path

import pytest

from helpers.__main__ import _parser
from tests.shared import can_be_run

ROOT = Path(__file__).parents[1]
READMES = [ROOT / name for name in ("README.md", "README.ko.md")]
PAGES = [*READMES, ROOT / "CONTRIBUTING.md", ROOT / "helpers" / "pretrained_detector.md"]
ENGLISH, KOREAN = (page.read_text(encoding="utf-8") for page in READMES)


def commands(page):
    """The commands of a page, without the comments behind them."""
    blocks = re.findall(r"```shell\n(.*?)```", page, re.DOTALL)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere_and_pictures_are_described(page):
    for mark, words, target in re.findall(r"(!?)\[([^\]]*)\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target
        assert not mark or len(words) > 20, f"{target} is not described"


def test_every_picture_is_shown_somewhere():
    shown = "".join(path.read_text(encoding="utf-8") for path in (*PAGES, *ROOT.glob("notebooks/*/*.ipynb")))
    for picture in ROOT.glob("images/*.png"):
        assert picture.name in shown, picture.name


def test_both_languages_give_the_same_commands():
    assert [line.replace("/en/", "/ko/") for line in commands(ENGLISH)] == commands(KOREAN)


@pytest.mark.parametrize("line", [line for line in commands(ENGLISH) if line.startswith("python -m helpers")])
def test_the_commands_are_understood(line):
    assert _parser().parse_args(shlex.split(line)[3:]).run is not None


def test_make_has_the_targets():
    targets = re.search(r"\.PHONY: (.*)", (ROOT / "Makefile").read_text(encoding="utf-8"))[1].split()
    named = re.findall(r"(?:^|`)make ([a-z-]+)", "\n".join(page.read_text(encoding="utf-8") for page in PAGES), re.M)
    assert {"lab", "test", "test-all", "notebooks", "ready-model"} <= set(named) <= set(targets)


def test_the_tools_are_there():
    named = {name for page in PAGES for name in re.findall(r"-m (tools[\w.]+)", page.read_text(encoding="utf-8"))}
    assert "tools.build_notebooks" in named
    assert [name for name in named if not can_be_run(name)] == []
