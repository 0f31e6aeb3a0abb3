"""What is asked of every page of a site, and a small project to make one of."""

import base64
import io
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from helpers.players import Players, Sound
from tools import build_notebooks as build

RATE = 22050
WIDE = "| " + " | ".join(["a_word_that_does_not_break"] * 8) + " |"
TABLE = f"{WIDE}\n{'|---' * 8}|\n{WIDE}"
FOLDED = "<details><summary>{}</summary>\n\n```python\nanswer = 42\n```\n\n</details>"
WORDS = {
    "ko": {"head": "# 1. 작은 수업 (5분)", "about": "## 잘 안될 때", "tone": "높은 음", "suffix": ".ko", "other": ""},
    "en": {"head": "# 1. Small (5 min)", "about": "## What can go wrong", "tone": "high", "suffix": "", "other": ".ko"},
}


def tones(seconds):
    """Two sounds [n], of which stored lessons hold a second."""
    tone = np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)
    return [(16_000 * tone).astype(np.int16), (8_000 * tone).astype(np.int16)]


def lesson(language, seconds=1):
    """A lesson that holds one of each kind of cell and output."""
    words = WORDS[language]
    dot = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(dot, "png")
    picture = {"image/png": base64.b64encode(dot.getvalue()).decode()}

    rows = zip(tones(seconds), (words["tone"], None), strict=True)
    players = Players([Sound(tone, RATE, name) for tone, name in rows])._repr_html_()

    def shown(kind, data, **metadata):
        return new_output(kind, {"text/plain": "…", **data}, metadata=metadata)

    outputs = {
        "tones": [shown("display_data", {"text/html": players})],
        "figure": [shown("execute_result", picture, **{"image/png": {"alt": "a curve", "width": 15}})],
        "widget": [shown("execute_result", picture | {"text/plain": "[widget] n=1 (1…9, ±1)\nfound 3"})],
        "image": [shown("execute_result", picture | {"text/plain": "<PIL.Image.Image image mode=P size=30x20>"})],
        "print": [new_output("stream", text="a line that is long " * 20)],
    }
    question = shown("display_data", {"text/plain": "How many?\n1. Two\n2. Three"})
    anchor, licence = words["about"][3:].replace(" ", "-"), "[licence](../../LICENSE)"
    cells = [
        new_markdown_cell(f"![a dot](../../images/dot.png)\n\n{words['head']}", id="head"),
        new_markdown_cell(f"Read [of this page](#{anchor}), {licence}, [elsewhere](https://a.example/b)."),
        *(new_code_cell(f"run_the_cell({name!r})  # 설명", id=name, outputs=each) for name, each in outputs.items()),
        new_code_cell('predict("01-n")', outputs=[question]),
        new_code_cell('check("01-1")', outputs=[new_output("stream", text="nothing yet")]),
        new_markdown_cell(FOLDED.format("solution"), id="solution"),
        new_markdown_cell(f"{words['about']}\n\n{TABLE}\n\n### Twice\n\n### Twice"),
        new_markdown_cell(f"Go to [where it begins](../../README{words['suffix']}.md)."),
    ]
    return new_notebook(cells=cells)


def project(root):
    """Write a project of one lesson, a sheet and a README in both languages; returns ``root``."""
    for language, words in WORDS.items():
        folder = root / "notebooks" / language
        folder.mkdir(parents=True)
        build.write(lesson(language), folder / "01_small.ipynb")
        links = (
            f"[other language](README{words['other']}.md), [first lesson](notebooks/{language}/01_small.ipynb#twice)"
        )
        readme = f"# Lessons\n\nSee {links}.\n"
        (root / f"README{words['suffix']}.md").write_text(readme, encoding="utf-8")
        for sheet in ("cheatsheet", "glossary"):
            (root / "notebooks" / f"{sheet}.{language}.md").write_text("# Sheet\n", encoding="utf-8")
    (root / "CONTRIBUTING.md").write_text("# In one language only\n", encoding="utf-8")
    (root / "pyproject.toml").write_text('[project.urls]\nRepository = "https://r.example/x"\n', encoding="utf-8")
    (root / "images").mkdir()
    Image.new("RGB", (30, 20), "teal").save(root / "images" / "dot.png")
    return root


def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def faults(folder):
    """What is wrong with the pages of a site, one line each."""
    return [f"{path.relative_to(folder)}: {fault}" for path in sorted(folder.glob("**/*.html")) for fault in _of(path)]


def _of(path):
    page = soup(path)
    if path.parent.name == "listen":  # a page of its own, with tests of its own
        return
    if not page.html.get("lang") or len(page("h1")) != 1 or not page.title.get_text():
        yield "no language, no title, or not one h1"
    levels = [int(heading.name[1]) for heading in page(["h1", "h2", "h3", "h4", "h5", "h6"])]
    if any(lower > higher + 1 for higher, lower in zip(levels, levels[1:], strict=False)):
        yield f"headings out of order: {levels}"
    yield from (f"two of id {name}" for name, times in _ids(page).items() if times > 1)
    yield from (f"no words for {picture['src']}" for picture in page("img") if not picture.get("alt"))
    yield from (f"no name for {player['src']}" for player in page("audio") if not player.get("aria-label"))
    for element in page(True):
        for address in filter(None, (element.get("href"), element.get("src"))):
            parts = urlsplit(address)
            if parts.scheme in ("http", "https") and element.name == "a" or address == "data:,":
                continue
            target = path.parent / unquote(parts.path) if parts.path else path
            if parts.scheme or not target.is_file():
                yield f"{address} is not there"
            elif parts.fragment and unquote(parts.fragment) not in _ids(soup(target)):
                yield f"{address}: no such place"


def _ids(page):
    return Counter(element["id"] for element in page(id=True))


def files(folder):
    return {path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file()}
