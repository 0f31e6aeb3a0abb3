"""A learner's way through each lesson in a real browser: predict, run, move, answer wrongly, then rightly."""

import json
import re
import statistics

import pytest

from helpers.messages import text
from tests.notebooks.stored import solution
from tools import build_notebooks as build
from tools.stage import launch, make_lab, open_lesson, step

LESSONS = [path.name for path in build.lessons("ko")]
IDLE = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"

TIMED = """explorer => {
    window.redrawn = new Promise(done => {
        const begin = { capture: true, once: true };
        let began;
        for (const kind of ["keydown", "change"])
            explorer.addEventListener(kind, () => { began ??= performance.now(); }, begin);
        explorer.querySelector("img").addEventListener("load", () => done(performance.now() - began), { once: true });
    });
}"""  # from the key or the choice to the picture (ms)


class Walk:
    """A copy of a lesson, open in a page."""

    def __init__(self, page, notebook):
        self.page, self.cells = page, notebook.cells
        self.places = {cell.id: place for place, cell in enumerate(self.cells)}

    def run(self, place):
        assert step(self.page, range(place, place + 1)), f"{self.cells[place].id} failed"

    def write(self, place, source):
        cells = "jupyterapp.shell.currentWidget.content.widgets"
        self.page.evaluate(f"([at, source]) => {cells}[at].model.sharedModel.setSource(source)", [place, source])

    def shown(self, place):
        cells = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell")
        return cells.nth(place).locator(".jp-OutputArea")

    def said(self, place):
        self.shown(place).locator(".jp-OutputArea-output").first.wait_for()
        return self.shown(place).inner_text()

    def predict(self, place):
        """Press the first button, right or wrong: the first choice counts."""
        buttons = self.shown(place).locator(".prediction button")
        if buttons.first.is_enabled():  # not answered in another test
            buttons.first.click()
        self.page.wait_for_function("button => button.disabled", arg=buttons.last.element_handle())

    def move(self, place):
        """Move every slider and menu of an explorer by one step; how long each picture takes (ms)."""
        taken = []
        explorer = self.shown(place).locator(".lesson-explorer")
        for control in explorer.locator(".noUi-handle, select").all():
            if drawn := explorer.locator("img").count():
                explorer.evaluate(TIMED)
            if control.evaluate("control => control.tagName") == "SELECT":
                control.select_option(index=1)
            else:
                now, most = (control.get_attribute(f"aria-value{name}") for name in ("now", "max"))
                control.press("ArrowLeft" if now == most else "ArrowRight")
            if drawn:
                taken.append(self.page.evaluate("redrawn"))
        return taken


@pytest.fixture(scope="module", params=build.LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def page(language, clone, chromium, tmp_path_factory):
    (clone / "my_lessons" / "progress.csv").unlink(missing_ok=True)  # another learner
    with make_lab(clone, tmp_path_factory.mktemp("home"), language) as address, launch(chromium) as browser:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        open_lesson(page, address)
        page.set_default_timeout(120_000)
        drawn = json.dumps({"windowingMode": "none"})  # cells out of sight are drawn, too
        tracker = "@jupyterlab/notebook-extension:tracker"
        page.evaluate("settings => jupyterapp.serviceManager.settings.save(...settings)", [tracker, drawn])
        yield page


def command(page, name, **given):
    page.evaluate("([name, given]) => jupyterapp.commands.execute(name, given).then(() => null)", [name, given])


def opened(page, language, lesson):
    """The learner's copy of a lesson, open in the page: its Walk."""
    name = f"my_lessons/{language}/{lesson}"
    command(page, "docmanager:open", path=name)
    page.wait_for_function(f"name => jupyterapp.shell.currentWidget.context.path === name && {IDLE}", arg=name)
    page.wait_for_timeout(1000)
    return Walk(page, build.read(build.NOTEBOOKS / language / lesson))


def closed(page):
    command(page, "notebook:shutdown-kernel")
    page.evaluate("jupyterapp.shell.currentWidget.context.save().then(() => jupyterapp.shell.currentWidget.close())")


@pytest.mark.weekly
@pytest.mark.timeout(900)
def test_a_reload_and_a_restart_forget_no_answer(page, language, screenshots):
    walk = opened(page, language, "05_mfcc.ipynb")
    codes = [place for place, cell in enumerate(walk.cells) if cell.cell_type == "code"]
    asked = next(place for place in codes if walk.cells[place].source.startswith("predict("))
    told = next(place for place in codes if walk.cells[place].source.startswith("answer("))
    for place in codes[: codes.index(asked) + 1]:
        walk.run(place)
    walk.predict(asked)
    page.evaluate("jupyterapp.shell.currentWidget.context.save()")
    page.reload()
    page.wait_for_function(IDLE)
    walk = opened(page, language, "05_mfcc.ipynb")
    walk.run(told)
    assert "✔" in walk.said(told) or "✎" in walk.said(told)  # right or wrong: it has not forgotten which

    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.wait_for_function(IDLE)
    shows = next(place for place in codes if place > asked)
    assert not step(page, range(shows, shows + 1))
    remedy = text("exercises.unknown_name", lang=language, name="|", number=1, line="").split("|")[1]
    assert remedy.split(".")[0] in walk.said(shows)
    command(page, "notebook:run-all-above")
    page.wait_for_function(IDLE)
    walk.run(shows)
    assert walk.shown(asked).locator("button:disabled").count() > 1
    command(page, "apputils:change-theme", theme="JupyterLab Dark")
    page.wait_for_timeout(1000)
    page.screenshot(path=screenshots / f"walk-{language}-dark.png")
    command(page, "apputils:change-theme", theme="JupyterLab Light")
    closed(page)


@pytest.mark.weekly
@pytest.mark.timeout(900)
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda name: name[:2])
def test_a_learner_gets_to_the_end(lesson, language, clone, page, screenshots):
    walk, taken, checked = opened(page, language, lesson), [], 0
    shot = f"walk-{language}-{lesson[:2]}"
    page.screenshot(path=screenshots / f"{shot}-head.png")
    for place, cell in enumerate(walk.cells):
        if cell.cell_type != "code":
            continue
        walk.run(place)
        if re.match(r"predict\(", cell.source):
            walk.predict(place)
            walk.shown(place).screenshot(path=screenshots / f"{shot}-{cell.id}.png")
        elif re.match(r"answer\(", cell.source):
            assert walk.shown(place).locator("b").count(), cell.id
            walk.shown(place).screenshot(path=screenshots / f"{shot}-{cell.id}.png")
        elif "explore(" in cell.source:
            taken += walk.move(place)
            walk.shown(place).screenshot(path=screenshots / f"{shot}-{cell.id}.png")
        elif cell.id.endswith("-check"):
            exercise = cell.id.removesuffix("-check")
            stub = walk.places[f"{exercise}-stub"]
            untouched = walk.said(place)
            answer = solution(walk.cells[walk.places[f"{exercise}-solution"]].source)
            walk.write(stub, answer + "\n=")  # a slip of the finger
            step(page, range(stub, stub + 1))
            walk.run(place)
            slipped = walk.said(place)
            walk.write(stub, answer)
            walk.run(stub)
            walk.run(place)
            solved = walk.said(place)
            assert len({untouched, slipped, solved}) == 3 and "✔" in solved, (cell.id, untouched, slipped, solved)
            checked += 1
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    page.screenshot(path=screenshots / f"{shot}-end.png")
    kept = (clone / "my_lessons" / "progress.csv").read_text(encoding="utf-8-sig")
    assert kept.count(f"lesson_{lesson[:2]},exercise") >= checked
    if taken:
        middle, most = statistics.median(taken), max(taken)
        print(f"{language}/{lesson}: {len(taken)} moves, median {middle:.0f} ms, most {most:.0f} ms")
    closed(page)
