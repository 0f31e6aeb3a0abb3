"""The lessons in a real JupyterLab under a real Chromium: cells run, sliders move, pictures and texts follow."""

import json
from pathlib import Path

import pytest

from tests.alone import alone, name_of
from tools.stage import run_all, show

LESSONS = [  # all but one weekly, because executing takes long
    pytest.param(path, id=name_of(path), marks=() if name_of(path) == "ko-02_install" else pytest.mark.weekly)
    for path in sorted((Path(__file__).parents[2] / "notebooks").glob("*/[0-9][0-9]_*.ipynb"))
    if "explore(" in path.read_text(encoding="utf-8") and (path.parent.name == "ko" or path.stem == "02_install")
]
SAID = "shown => [...shown.querySelectorAll('.widget-html')].map(part => part.innerText).join('')"  # and the players


@pytest.mark.timeout(600)
@pytest.mark.parametrize("lesson", LESSONS)
def test_sliders_change_pictures_and_texts(lesson, lab, browser, screenshots):
    name = name_of(lesson)
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    cells = len(json.loads(lesson.read_text(encoding="utf-8"))["cells"])
    show(page, lab.address(f"{lesson.parent.name}/{lesson.name}"), cells)
    with alone(lesson):
        assert run_all(page), "a cell failed"
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0

    explorers = page.locator(".lesson-explorer")
    assert explorers.count() == lesson.read_text(encoding="utf-8").count("explore(")
    for number in range(explorers.count()):
        explorer = explorers.nth(number)
        explorer.scroll_into_view_if_needed()
        picture = explorer.locator("img").first
        before, drawn = (picture.get_attribute("src"), explorer.evaluate(SAID)), picture.is_visible()
        explorer.screenshot(path=screenshots / f"{name}-{number}-before.png")
        if (slider := explorer.locator(".noUi-handle")).count():
            now, most = (slider.first.get_attribute(f"aria-value{name}") for name in ("now", "max"))
            slider.first.press("PageDown" if now == most else "PageUp")  # by several steps: one may change no word
        else:
            explorer.locator("select").first.select_option(index=1)
        if before[1]:  # some functions return a picture only
            changed = f"([shown, text]) => ({SAID})(shown) !== text"
            page.wait_for_function(changed, arg=[explorer.element_handle(), before[1]])
        if drawn:  # and some a text only
            page.wait_for_function("([image, src]) => image.src !== src", arg=[picture.element_handle(), before[0]])
        explorer.screenshot(path=screenshots / f"{name}-{number}-after.png")
    page.close()
