"""What `make lab` opens, in a real browser: the learner's copy, in the page's own dress; the clone stays as it was."""

import subprocess
from urllib.parse import unquote, urlsplit

import pytest

from tools.stage import ask, launch, make_lab, open_lesson


@pytest.fixture(scope="module")
def page(clone, chromium, tmp_path_factory):
    """The page that `make lab` opens."""
    with make_lab(clone, tmp_path_factory.mktemp("home")) as address, launch(chromium) as browser:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        open_lesson(page, address)
        yield page


def style(page, selector, *names):
    """What the browser computes for the first element of this kind."""
    code = "([selector, names]) => names.map(name => getComputedStyle(document.querySelector(selector))[name])"
    return page.evaluate(code, [selector, names])


def test_it_opens_the_copy_without_outputs_and_the_clone_stays_clean(clone, page):
    opened = "jupyterapp.shell.currentWidget.context"
    assert page.evaluate(f"{opened}.path") == "my_lessons/ko/01_overview.ipynb"
    assert page.evaluate("[...jupyterapp.shell.widgets('main')].length") == 1
    assert page.locator(".jp-OutputArea-output").count() == 0
    said = ask(
        page, "import exercises, helpers.environment as e, helpers.messages as m; print(m.language(), e.work_dir())"
    )
    assert said == f"ko {clone / 'my_lessons' / 'data'}"
    assert page.evaluate(
        """async () => {
            const { content } = jupyterapp.shell.currentWidget;
            content.activeCellIndex = content.widgets.findIndex(cell => cell.model.type === 'code');
            content.activeCell.model.sharedModel.setSource('print("멍멍")');
            return await jupyterapp.commands.execute('notebook:run-cell');
        }"""
    )
    page.locator(".jp-OutputArea-output").wait_for()
    page.evaluate(f"{opened}.save()")
    assert "멍멍" in (clone / "my_lessons" / "ko" / "01_overview.ipynb").read_text(encoding="utf-8")
    assert subprocess.check_output(["git", "status", "--porcelain"], cwd=clone) == b""


def test_the_page_is_a_column_whose_korean_is_not_broken_within_words(page, screenshots):
    prose = ".jp-RenderedMarkdown p"
    assert style(page, prose, "wordBreak", "fontSize", "lineHeight") == ["keep-all", "16px", "28px"]
    wide = page.evaluate("document.querySelector('.jp-RenderedMarkdown').getBoundingClientRect().width")
    assert wide <= 46 * 16
    page.screenshot(path=screenshots / "make-lab.png")


def test_what_a_copy_links_to_is_there(clone, page):
    links = page.evaluate(
        "[...document.querySelectorAll('.jp-RenderedMarkdown :is(a, img)')].map(item => item.href || item.src)"
    )
    paths = [unquote(urlsplit(link).path) for link in links]
    linked = {path.partition("/files/")[2] for path in paths if "/files/" in path}
    assert "my_lessons/en/01_overview.ipynb" in linked and "my_lessons/ko/02_install.ipynb" in linked
    assert [path for path in linked if not (clone / path).exists()] == []


def test_a_narrow_window_shows_the_lesson_alone(page, screenshots):
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("document.querySelector('.jp-NotebookPanel').getBoundingClientRect().width < 390")
    prose = page.evaluate("document.querySelector('.jp-RenderedMarkdown').getBoundingClientRect().width")
    page.screenshot(path=screenshots / "make-lab-narrow.png")
    assert prose > 250
