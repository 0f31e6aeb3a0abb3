"""A page of the site (`tools.site`): from a lesson or a Markdown file to HTML, with its pictures as files."""

import re
import shutil
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ExtractOutputPreprocessor
from nbformat.v4 import new_markdown_cell, new_notebook

from helpers.messages import LANGUAGES, text
from tools.address import address
from tools.build_notebooks import SOUND, read
from tools.lesson_page import OTHER

ROOT = Path(__file__).resolve().parents[1]
OURS = ROOT / "tools" / "site"  # the template of a page, and what is copied as it is
WAV = "data:audio/wav;base64,"  # so begins what `SOUND` finds


@dataclass(frozen=True)
class Page:
    """A page of the site, and the lesson or Markdown file that it shows."""

    source: Path
    language: str
    name: str

    @property
    def address(self):
        """Where it is, seen from any page."""
        return f"../{self.language}/{self.name}.html"


def pages(root=ROOT):
    """What there is in both languages: source → `Page`. The READMEs are where a reader begins."""
    found = {}
    for path in sorted([*root.glob("*.md"), *root.glob("notebooks/*.md"), *root.glob("notebooks/??/[0-9]*.ipynb")]):
        name, *parts = path.name.split(".")
        language = "ko" if "ko" in (path.parent.name, parts[0]) else "en"
        found[path] = Page(path, language, name.lower().replace("readme", "index"))
    languages = Counter(page.name for page in found.values())
    return {path: page for path, page in found.items() if languages[page.name] == len(LANGUAGES)}


def write(page, shown, root, folder, listens):
    """Write a page and its pictures."""
    about = {"page": page, "listens": listens, "other": OTHER[page.language], "unique_key": page.name}
    body, made = _exporter().from_notebook_node(_notebook(page.source), about)
    soup = BeautifulSoup(body, "html.parser")
    soup.title.string = soup.h1.get_text()
    _name_headings(soup)
    _name_players(soup, page.language)
    for link in soup.main("a", href=True):
        link["href"] = _address(link["href"], page, shown, root)
    for picture in soup("img"):
        if picture["src"] not in made["outputs"]:
            drawn = (page.source.parent / picture["src"]).resolve()
            shutil.copyfile(drawn, folder / "images" / drawn.name)
            picture["src"] = f"../images/{drawn.name}"
    for table in soup("table"):
        table.wrap(soup.new_tag("div", attrs={"class": "wide"}))
    for wide in soup.select("pre, .wide"):
        wide["tabindex"] = "0"  # to be scrolled by keyboard, too
    (folder / page.language / f"{page.name}.html").write_text(str(soup), encoding="utf-8", newline="\n")
    for name, picture in made["outputs"].items():
        (folder / page.language / name).write_bytes(picture)


def _notebook(source):
    if source.suffix == ".md":
        return new_notebook(cells=[new_markdown_cell(source.read_text(encoding="utf-8"))])
    notebook = read(source)
    apart(notebook, source.stem)
    # checks and progress speak to whoever runs them
    notebook.cells = [cell for cell in notebook.cells if not cell.source.startswith(("check(", "progress("))]
    return notebook


def _name_headings(soup):
    seen = Counter()
    for heading in soup(["h1", "h2", "h3", "h4"]):
        name = slug(heading.get_text())
        heading["id"] = f"{name}-{seen[name]}" if seen[name] else name
        seen[name] += 1


def _name_players(soup, language):
    for player in soup("audio"):
        name = player.find_previous_sibling().get_text() or text("players.nameless", lang=language)
        player.parent.attrs = {"class": "players"}
        player.attrs = {"controls": "", "preload": "none", "src": player["src"], "aria-label": name}


@cache
def _exporter():
    exporter = HTMLExporter(template_file=str(OURS / "page.html.j2"), exclude_anchor_links=True)
    exporter.register_preprocessor(ExtractOutputPreprocessor, enabled=True)  # pictures become files
    return exporter


def slug(words):
    """The anchor of a heading, as GitHub makes it; JupyterLab's becomes the same."""
    return re.sub(r"[^\w -]", "", words.strip().lower()).replace(" ", "-")


def _address(link, page, shown, root):
    """Where a link of a page leads on the site; what is no part of it is read in the repository."""
    parts = urlsplit(link)
    if parts.scheme:
        return link
    anchor = f"#{slug(unquote(parts.fragment))}" if parts.fragment else ""
    target = (page.source.parent / unquote(parts.path)).resolve() if parts.path else page.source
    if target in shown:
        return shown[target].address + anchor
    return f"{address(root)}/blob/HEAD/{quote(target.relative_to(root).as_posix())}{anchor}"


def apart(notebook, lesson):
    """Take the sounds out of a lesson (file name → wav in base64); their addresses on the site take their place."""
    sounds = {}
    for cell in notebook.cells:
        for data in (output.get("data", {}) for output in cell.get("outputs", ())):
            for wav in SOUND.findall(data.get("text/html", "")):
                name = f"{lesson}-{cell.id}-{len(sounds)}.flac"
                sounds[name] = wav
                data["text/html"] = data["text/html"].replace(WAV + wav, f"../sounds/{name}", 1)
    return sounds
