"""`make site`: the lessons as pages; here one small lesson, whose execution is played."""

import shutil
from pathlib import Path

import pytest
import soundfile

from helpers.messages import LessonError
from tests.shared import contents, refused
from tests.sites import RATE, WORDS, faults, lesson, project, soup, tones
from tools import build_notebooks as build
from tools import site, site_page
from tools.lesson_page import BuildError

SECONDS = 2.5  # of a sound, when its lesson is executed
ROOT = site.ROOT


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A small project; executing its lessons makes their sounds longer."""

    def execute(notebook, folder):
        notebook.cells = lesson(folder.name, SECONDS).cells

    def make(*_, **__):
        raise LessonError("page.no_server", address="https://n.example")

    monkeypatch.setattr(site, "execute", execute)
    monkeypatch.setattr(site.detector, "make", make)
    return project(tmp_path / "project")


@pytest.fixture
def made(root, tmp_path):
    site.make(tmp_path / "site", root, jobs=1)
    return tmp_path / "site"


def test_every_page_is_in_order(made):
    assert faults(made) == []
    assert {path.stem for path in made.glob("ko/*.html")} == {"01_small", "index", "cheatsheet", "glossary"}
    assert {path.name for path in made.glob("en/*.html")} == {path.name for path in made.glob("ko/*.html")}


@pytest.mark.parametrize("spoilt", ["href", "src", "#", "alt", "aria-label", "h3", "lang", "net"])
def test_what_is_wrong_with_a_page_is_found(made, spoilt):
    page = made / "ko" / "01_small.html"
    before = {
        "href": ('href="../ko/index.html"', 'href="gone.html"'),
        "src": ('src="../sounds/', 'src="../gone/'),
        "#": ('id="잘-안될-때"', 'id="x"'),
        "alt": ('alt="a dot"', 'alt=""'),
        "aria-label": (f'aria-label="{WORDS["ko"]["tone"]}"', ""),
        "h3": ("<h2", "<h4"),
        "lang": ('<html lang="ko">', "<html>"),
        "net": ('href="../style.css"', 'href="https://cdn.example/style.css"'),
    }[spoilt]
    text = page.read_text(encoding="utf-8")
    assert before[0] in text
    page.write_text(text.replace(*before), encoding="utf-8")
    assert faults(made)


def test_players_hold_the_whole_sound_and_their_name(made):
    for language, words in WORDS.items():
        path = made / language / "01_small.html"
        players = soup(path)("audio")
        assert [player["aria-label"] for player in players] == [words["tone"], {"ko": "소리", "en": "sound"}[language]]
        assert all(player["preload"] == "none" and player.has_attr("controls") for player in players)
        for player, tone in zip(players, tones(SECONDS), strict=True):
            samples, rate = soundfile.read(path.parent / player["src"], dtype="int16")
            assert rate == RATE and (samples == tone).all()
    assert len(list((made / "sounds").iterdir())) == 2, "both languages play the same"


def test_a_lesson_that_has_changed_since_it_was_stored_is_refused(root, tmp_path):
    path = root / "notebooks" / "ko" / "01_small.ipynb"
    notebook = build.read(path)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "tones"]
    build.write(notebook, path)
    with pytest.raises(BuildError, match=path.name):
        site.make(tmp_path / "site", root, jobs=1)
    assert not (tmp_path / "site").exists()


def test_a_prediction_is_a_question_with_its_choices_and_checks_are_left_out(made):
    page = soup(made / "en" / "01_small.html")
    assert page.select_one(".question p").get_text() == "How many?"
    assert [choice.get_text() for choice in page.select(".question li")] == ["1. Two", "2. Three"]
    assert page.select_one("details summary").get_text() == "solution" and page.select_one("details pre")
    assert not [word for word in ("predict(", "check(", "nothing yet") if word in page.get_text()]


def test_pictures_are_files_with_words(made):
    pictures = {picture["alt"]: picture for picture in soup(made / "en" / "01_small.html")("img")}
    assert list(pictures) == ["a dot", "a curve", "[widget] n=1 (1…9, ±1)", "The picture that the code above draws"]
    assert pictures["a curve"]["width"] == "15"
    assert "found 3" in pictures["[widget] n=1 (1…9, ±1)"].parent.figcaption.get_text()


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("06_train.ipynb", "../ko/06_train.html"),
        ("../en/05_mfcc.ipynb", "../en/05_mfcc.html"),
        ("../../notebooks/glossary.ko.md", "../ko/glossary.html"),
        ("../../README.md#When-something-fails", "../en/index.html#when-something-fails"),
        ("#1.-들으면서-보기", "#1-들으면서-보기"),
        ("https://a.example/b#C", "https://a.example/b#C"),
        ("../../helpers/split.py", "https://repository.example/sound-lessons/blob/HEAD/helpers/split.py"),
    ],
)
def test_where_links_lead(monkeypatch, link, address):
    monkeypatch.setattr(site_page, "address", lambda _: "https://repository.example/sound-lessons")
    shown = site_page.pages()
    page = shown[ROOT / "notebooks" / "ko" / "05_mfcc.ipynb"]
    assert site_page._address(link, page, shown, ROOT).removeprefix("../ko/05_mfcc.html") == address


def test_the_same_lessons_give_the_same_bytes(made, root, tmp_path):
    before = contents(made)
    site.make(made, root, jobs=1)
    assert contents(made) == before


def test_what_somebody_else_put_there_is_kept(made, root):
    (made / "mine.txt").touch()
    with refused("batch.foreign", "mine.txt"):
        site.make(made, root, jobs=1)


def test_without_a_network_nothing_leads_to_the_page_that_listens(made, capsys):
    assert not (made / "listen").exists() and "../listen" not in (made / "ko" / "index.html").read_text("utf-8")


def test_the_page_that_listens_leads_back_to_the_lessons(tmp_path, monkeypatch):
    page = Path(site.detector.__file__).with_suffix("")
    monkeypatch.setattr(site.detector, "make", lambda _model, out, **_options: shutil.copytree(page, out))
    assert site._listen(tmp_path / "listen")
    links = soup(tmp_path / "listen" / "index.html").footer.find_all("a")
    assert [link["href"] for link in links] == ["../index.html", "licences.txt"]
