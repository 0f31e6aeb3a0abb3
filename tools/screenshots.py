"""Pictures of widgets in use, taken in a real browser from a learner's copies: part of `make images`.

The same Chromium, JupyterLab and fonts bring the same bytes; others do not. So they are looked at, never compared.
"""

import io
import json
import tempfile
from pathlib import Path

from PIL import Image

from helpers.messages import LANGUAGES
from tools import stage

# the function whose widget is shown → the lesson that calls it, in the order of use
LESSONS = {"predict": "04_split", "explore": "04_split", "monitor": "08_live_mic"}
WINDOW = {"width": 1366, "height": 768}
COLOURS = 128


def take(folder):
    """Store ``explore.ko.png`` and so on in the folder."""
    with stage.driver() as chromium, stage.launch(chromium) as browser:
        for language in LANGUAGES:
            with tempfile.TemporaryDirectory(prefix="sound-lessons-") as place:
                learn(browser, Path(place), language, folder)


def learn(browser, place, language, folder):
    """Take the pictures of one language as a learner of its own, who has predicted nothing yet."""
    home, root = place / "home", place / "clone"
    home.mkdir()
    stage.clone(root)
    with stage.make_lab(root, home, language) as address:
        for name, lesson in LESSONS.items():
            page = browser.new_page(viewport=WINDOW)
            stage.open_lesson(page, address.replace("01_overview", lesson))
            use(page, name, json.loads((root / "notebooks" / language / f"{lesson}.ipynb").read_text("utf-8")))
            (folder / f"{name}.{language}.png").write_bytes(palette(page.screenshot(animations="disabled")))
            page.close()


def use(page, name, notebook):
    """Run the lesson down to the first cell that calls the function, and do what a learner does there."""
    cells = notebook["cells"]
    calling = (
        n for n, cell in enumerate(cells) if cell["cell_type"] == "code" and f"{name}(" in "".join(cell["source"])
    )
    if (number := next(calling, None)) is None:
        raise LookupError(f"no cell calls {name}()")
    if not stage.step(page, range(number + 1)):
        raise RuntimeError(f"a cell before {name}() failed")
    {"explore": move, "predict": choose, "monitor": look}[name](page)


def move(page):
    """Move the last slider; the picture follows."""
    explorer = page.locator(".lesson-explorer").first
    picture = explorer.locator("img").first
    before = picture.get_attribute("src")
    explorer.locator(".noUi-handle").last.press("PageUp")
    page.wait_for_function("([image, src]) => image.src !== src", arg=[picture.element_handle(), before])
    centre(explorer)


def choose(page):
    """Choose the first answer; it is marked as chosen."""
    question = page.locator(".prediction").first
    question.locator("button").first.click()
    question.locator("button.mod-info").wait_for()
    centre(question)


def look(page):
    """The live view has heard its recording when it is shown, and stands at the end of it."""
    centre(page.locator(".widget-image").first)


def centre(widget):
    """Scroll a widget, with the prose and the code above it, into the window."""
    widget.evaluate("widget => widget.closest('.jp-Cell').scrollIntoView({ block: 'end' })")


def palette(screenshot):
    """A screenshot with few colours, which is a third of its size."""
    few = Image.open(io.BytesIO(screenshot)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    stored = io.BytesIO()
    few.save(stored, "png", optimize=True)
    return stored.getvalue()
