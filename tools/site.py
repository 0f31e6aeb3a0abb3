"""Write the lessons as a site to read and to hear: ``site/``, which needs neither Python nor a network.

    python -m tools.site             (make site)
    python -m tools.site --jobs 1    execute one lesson at a time

Texts and pictures are the stored ones, which the tests compare. Of a sound a stored lesson holds one second only, so the
Korean lessons are executed once more; the English ones play the same sounds.
"""

import argparse
import base64
import io
import re
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import nbformat
import soundfile
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ExtractOutputPreprocessor
from traitlets.config import Config

from helpers import page as detector
from helpers.batch import in_order, new_folder
from helpers.messages import LANGUAGES, LessonError, text
from helpers.model import PRETRAINED
from tools.address import address
from tools.build_notebooks import SOUND, execute, read
from tools.lesson_page import OTHER, BuildError

ROOT = Path(__file__).resolve().parents[1]
OURS = Path(__file__).with_suffix("")  # the folder of this module's name
LIST = "files.txt"  # of what was written, so that the next run knows it
WAV = "data:audio/wav;base64,"  # so begins what `SOUND` finds
WORDS = {
    "ko": {
        "skip": "본문으로",
        "home": "처음",
        "cheatsheet": "한 장 요약",
        "glossary": "용어집",
        "listen": "브라우저에서 들려주기",
        "about": "여기서는 읽고 들을 수 있어요. 슬라이더, 예측, 확인 셀은 노트북에서 움직여요.",
        "install": "노트북 열기",
        "drawn": "바로 위 코드가 그린 그림",
        "table": "표",
    },
    "en": {
        "skip": "Skip to the text",
        "home": "Start",
        "cheatsheet": "Cheat sheet",
        "glossary": "Glossary",
        "listen": "Let your browser listen",
        "about": "Read and hear it here. Sliders, predictions and checks come alive in the notebook.",
        "install": "Open the notebook",
        "drawn": "The picture that the code above draws",
        "table": "Table",
    },
}


@dataclass(frozen=True)
class Page:
    """A page of the site, and the lesson or Markdown file that it shows."""

    source: Path
    language: str
    name: str

    def to(self, name, language=None):
        """The address of another page, seen from this one."""
        return f"{name}.html" if language in (None, self.language) else f"../{language}/{name}.html"


def pages(root=ROOT):
    """What there is in both languages: source → `Page`. The READMEs are where a reader begins."""
    found = {}
    for path in sorted([*root.glob("*.md"), *root.glob("notebooks/*.md"), *root.glob("notebooks/??/[0-9]*.ipynb")]):
        name, *parts = path.name.split(".")
        language = "ko" if "ko" in (path.parent.name, parts[0]) else "en"
        found[path] = Page(path, language, name.lower().replace("readme", "index"))
    languages = Counter(page.name for page in found.values())
    return {path: page for path, page in found.items() if languages[page.name] == len(LANGUAGES)}


def make(out, root=ROOT, jobs=2):
    """Write the site as the folder ``out``, whole or not at all."""
    shown = pages(root)
    with new_folder(out, _written) as folder:
        for name in ("sounds", "images", *LANGUAGES):
            (folder / name).mkdir()
        korean = [path for path, page in shown.items() if page.language == "ko" and path.suffix == ".ipynb"]
        for heard in in_order(_heard, korean, processes=jobs, description="site", unit="lesson"):
            for name, sound in heard.items():
                (folder / "sounds" / name).write_bytes(sound)
        listens = _listen(folder / "listen")
        for page in shown.values():
            _write(page, shown, root, folder, listens)
        for name in ("index.html", "style.css"):
            shutil.copyfile(OURS / name, folder / name)
        files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        (folder / LIST).write_text("\n".join([*files, LIST]) + "\n", encoding="utf-8")


def _written(folder):
    return (folder / LIST).read_text(encoding="utf-8").splitlines() if (folder / LIST).exists() else []


def _listen(folder):
    """Make the page with the pretrained detector; whether there is one."""
    with tempfile.TemporaryDirectory() as place:
        try:
            shutil.copytree(detector.make(PRETRAINED, Path(place) / "listen", confirm=lambda _: True), folder)
        except LessonError as error:
            print(f"There is no page that listens: {error}")
    return folder.exists()


# --- sounds ----------------------------------------------------------------------------------------------------------


def _heard(path):
    """The sounds of a lesson in full length: file name → mp3, which every browser plays."""
    stored, notebook = read(path), read(path)
    execute(notebook, path.parent)
    sounds = _apart(notebook, path.stem)
    if _apart(stored, path.stem).keys() != sounds.keys():
        raise BuildError(f"{path.name} has other players than the stored lesson: build it first")
    return {name: _mp3(base64.b64decode(wav)) for name, wav in sounds.items()}


def _apart(notebook, lesson):
    """Take the sounds out of a lesson (file name → wav in base64); their addresses on the site take their place."""
    sounds = {}
    for cell in notebook.cells:
        for data in (output.get("data", {}) for output in cell.get("outputs", ())):
            for wav in SOUND.findall(data.get("text/html", "")):
                name = f"{lesson}-{cell.id}-{len(sounds)}.mp3"
                sounds[name] = wav
                data["text/html"] = data["text/html"].replace(WAV + wav, f"../sounds/{name}", 1)
    return sounds


def _mp3(wav):
    samples, rate = soundfile.read(io.BytesIO(wav))
    sound = io.BytesIO()
    soundfile.write(sound, samples, rate, format="MP3", bitrate_mode="VARIABLE", compression_level=0.3)
    return sound.getvalue()


# --- pages -----------------------------------------------------------------------------------------------------------


def _write(page, shown, root, folder, listens):
    """Write a page and its pictures."""
    if page.source.suffix == ".md":
        cell = nbformat.v4.new_markdown_cell(page.source.read_text(encoding="utf-8"))
        notebook = nbformat.v4.new_notebook(cells=[cell])
    else:
        notebook = read(page.source)
        _apart(notebook, page.source.stem)
        # checks and progress speak to whoever runs them
        notebook.cells = [cell for cell in notebook.cells if not cell.source.startswith(("check(", "progress("))]
    about = {"page": page, "words": WORDS[page.language], "listens": listens, "other": OTHER[page.language]}
    body, made = _exporter().from_notebook_node(notebook, {"unique_key": page.name, **about})
    soup = BeautifulSoup(body, "html.parser")
    soup.title.string = soup.h1.get_text()
    ids = Counter()
    for heading in soup(["h1", "h2", "h3", "h4"]):
        ids[name := slug(heading.get_text())] += 1
        heading["id"] = name if ids[name] == 1 else f"{name}-{ids[name] - 1}"
    for link in soup.main("a", href=True):
        link["href"] = _address(link["href"], page, shown, root)
    for picture in soup("img"):
        if picture["src"] not in made["outputs"]:
            drawn = (page.source.parent / picture["src"]).resolve()
            shutil.copyfile(drawn, folder / "images" / drawn.name)
            picture["src"] = f"../images/{drawn.name}"
    for player in soup("audio"):
        name = player.find_previous_sibling().get_text() or text("players.nameless", lang=page.language)
        player.parent.attrs = {"class": "players"}
        player.attrs = {"controls": "", "preload": "none", "src": player["src"], "aria-label": name}
    for table in soup("table"):
        table.wrap(soup.new_tag("div", attrs={"class": "wide", "tabindex": "0"}))
    for code in soup("pre"):
        code["tabindex"] = "0"  # what may be wider than a phone can be scrolled by keyboard, too
    (folder / page.language / f"{page.name}.html").write_text(str(soup), encoding="utf-8", newline="\n")
    for name, picture in made["outputs"].items():
        (folder / page.language / name).write_bytes(picture)


def _exporter():
    pictures = {"extract_output_types": {"image/png"}, "output_filename_template": "{unique_key}-{cell_index}-{index}.png"}
    config = Config(ExtractOutputPreprocessor=pictures)
    exporter = HTMLExporter(config, template_file=str(OURS / "page.html.j2"), exclude_anchor_links=True)
    exporter.register_preprocessor(ExtractOutputPreprocessor, enabled=True)
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
        return page.to(shown[target].name, shown[target].language) + anchor
    return f"{address(root)}/blob/HEAD/{quote(target.relative_to(root).as_posix())}{anchor}"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "site")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args(arguments)
    try:
        make(given.out, jobs=given.jobs)
    except (BuildError, LessonError) as error:
        print(error, file=sys.stderr)
        return 1
    print(given.out / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
