"""Lessons 01, 08 and 09 gone through with a microphone, as they say: events appear, no sound is lost."""

import contextlib
import os
import re
import shutil
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest

from helpers import audio
from helpers.messages import text
from synth.bell import RATE, bell, in_room, whistle
from tests.alone import alone
from tests.browser import microphone
from tools.stage import ask, launch, show, step

SIDE_S = 24  # of the recording: so long it rings, then so long it whistles, and again
TAKES = 4


def bells_and_whistles(path):
    """Write what stands in for own sounds as a wav: `SIDE_S` of bells, then as much of whistles, each in a room."""
    sides = [in_room(call, 11, seconds=SIDE_S) for call in (bell, whistle)]
    audio.save(path, 0.4 * np.concatenate(sides), RATE)  # clipped takes are not stored


@pytest.fixture
def opened(lab, chromium, tmp_path):
    """``opened(path, write)``: a page with a lesson, and the number of each cell by its id.

    ``write(path)`` writes what the microphone plays; ``changed`` are replacements in a cell that a learner would make.
    """
    with contextlib.ExitStack() as undo:

        def opened(path, write, **changed):
            undo.enter_context(alone(lab.folder / path))
            notebook = nbformat.read(lab.folder / path, as_version=4)
            cells = {cell.id: number for number, cell in enumerate(notebook.cells)}
            for name, (before, after) in changed.items():
                cell = notebook.cells[cells[name]]
                assert cell.source.count(before) == 1
                cell.source = cell.source.replace(before, after)
            nbformat.write(notebook, lab.folder / path)
            write(tmp_path / "microphone.wav")
            browser = undo.enter_context(launch(chromium, *microphone.plays(tmp_path / "microphone.wav")))
            page = browser.new_page(viewport={"width": 1100, "height": 900})
            page.add_init_script(microphone.PROBE)
            show(page, lab.address(path), len(cells))
            return page, cells

        yield opened


def button(page, kind, name):
    return page.get_by_role("button", name=text(f"{kind}.{name}", lang="ko"))


@pytest.fixture
def no_takes():
    """Lesson 09 begins without takes, and leaves none for the tests that compare what it shows without them."""
    takes = Path(os.environ["SOUND_DATA_DIR"]) / "lessons" / "09_your_sounds-ko"
    shutil.rmtree(takes, ignore_errors=True)
    yield
    shutil.rmtree(takes, ignore_errors=True)


def wait_for_take(page, label, number):
    """Until the recorder has a row for it; a player further down may have its name, too."""
    page.locator("b").filter(has_text=re.compile(f"^{label} {number}$")).wait_for()


def wait_for_event(page, number):
    """Until the live view's list, which is scrolled to, has so many events."""
    begins, _, _ = text("view.event", number=number, start="|", end="", peak="", lang="ko").partition("|")
    event = page.get_by_text(re.compile(f"^{re.escape(begins)}"))  # a cell further up says it within a sentence
    event.wait_for()
    event.scroll_into_view_if_needed()


def nothing_was_lost(page):
    said = ask(page, "print(source.overflows, source.lost_s, listener.error, source.arrived_s > 5)")
    return said == "0 0.0 None True"


@pytest.mark.weekly
@pytest.mark.timeout(600)
def test_lesson_01_judges_what_the_learner_plays(opened, screenshots):
    browser = ('SOURCE = "file"', 'SOURCE = "browser"')
    page, cells = opened("ko/01_overview.ipynb", microphone.tape, listen=browser)
    assert step(page, range(cells["listen"] + 1))
    button(page, "view", "start").click()
    button(page, "browser", "start").click()
    page.get_by_text(
        re.compile(re.escape(text("meter.level", now="N", loudest="N", lang="ko")).replace("N", r"-\d+"))
    ).wait_for()
    page.wait_for_timeout(8_000)  # three seconds are to have come in, on a busy computer too
    page.screenshot(path=screenshots / "01-listens.png")
    button(page, "view", "stop").click()
    assert step(page, range(cells["listen"] + 1, cells["judge"] + 1))
    assert ask(page, "print(len(mine) / source.config.sample_rate, source.overflows, source.lost_s)") == "3.0 0 0.0"
    assert float(ask(page, "print(max(live_scores))")) > 0.5


@pytest.mark.weekly
@pytest.mark.timeout(600)
def test_lesson_08_meals_for_barks(opened, screenshots):
    page, cells = opened("ko/08_live_mic.ipynb", microphone.tape)
    assert step(page, range(cells["live"] + 1))
    assert ask(page, "print(listener.source.live)") == "False"
    page.locator(".widget-dropdown select").select_option(label=text("live.kind_browser", lang="ko"))
    while ask(page, "print(listener.source.live)") != "True":  # the choice is on its way
        pass
    assert step(page, range(cells["live"], cells["live"] + 1))  # the cell is run again, and keeps the choice
    assert ask(page, "source = listener.source; print(source.live)") == "True"
    button(page, "view", "start").click()
    button(page, "browser", "start").click()
    wait_for_event(page, 2)
    page.screenshot(path=screenshots / "08-listens.png")
    assert step(page, range(cells["live"] + 1, len(cells)))  # it goes on listening
    while int(ask(page, "print(len(listener.log))")) < 4:  # the list shows the newest only
        pass
    button(page, "view", "stop").click()
    page.wait_for_function("probe.tracks.every(track => track.readyState === 'ended')")
    events, barks = int(ask(page, "print(len(listener.log))")), page.evaluate("probe.onsets.length")
    assert 4 <= events <= barks
    assert nothing_was_lost(page)


@pytest.mark.weekly
@pytest.mark.timeout(600)
def test_lesson_09_a_bell_of_ones_own(no_takes, opened, screenshots):
    page, cells = opened("ko/09_your_sounds.ipynb", bells_and_whistles)
    assert step(page, range(cells["recorder"] + 1))
    page.locator(".widget-dropdown select").select_option(label=text("live.kind_browser", lang="ko"))
    button(page, "browser", "start").click()
    label = page.get_by_placeholder("whistle")
    for side, name in enumerate(("bell", "whistle")):
        label.fill(name)
        label.press("Tab")
        for take in range(1, TAKES + 1):
            # the three seconds begin and end within the side where it is heard
            page.wait_for_function(
                "([side, length]) => { const at = probe.samples / probe.contexts[0].sampleRate - side * length;"
                " return probe.samples && at % (2 * length) > 1 && at % (2 * length) < length - 5; }",
                arg=[side, SIDE_S],
            )
            button(page, "own_sounds", "record").click()
            wait_for_take(page, name, take)
    page.screenshot(path=screenshots / "09-takes.png")
    assert ask(page, "print(mine.counts)") == "{'bell': 4, 'whistle': 4}"
    button(page, "own_sounds", "free").last.click()  # the browser's own says the same
    page.wait_for_function("probe.tracks.every(track => track.readyState === 'ended')")

    assert step(page, range(cells["recorder"] + 1, cells["live"] + 1))
    button(page, "browser", "start").last.click()
    button(page, "view", "start").click()
    wait_for_event(page, 1)
    page.screenshot(path=screenshots / "09-listens.png")
    assert step(page, range(cells["live"] + 1, len(cells)))
    assert ask(page, "print(takes is mine, listener.source.overflows, listener.source.lost_s)") == "True 0 0.0"
    button(page, "view", "stop").click()


@pytest.mark.weekly
@pytest.mark.timeout(600)
def test_lesson_09_a_bell_of_ones_own_through_pyaudio(no_takes, lab_at_card, card, browser, tmp_path, screenshots):
    for name, call in {"bell": bell, "whistle": whistle}.items():
        audio.save(tmp_path / f"{name}.wav", 0.4 * in_room(call, 11, seconds=3), RATE)
    notebook = nbformat.read(lab_at_card.folder / "ko/09_your_sounds.ipynb", as_version=4)
    cells = {cell.id: number for number, cell in enumerate(notebook.cells)}
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    show(page, lab_at_card.address("ko/09_your_sounds.ipynb"), len(cells))
    began = time.monotonic()
    assert step(page, range(cells["recorder"] + 1))
    menu = page.locator(".widget-dropdown select")
    menu.select_option(label=menu.locator("option", has_text="virtual_mic").first.inner_text())
    label = page.get_by_placeholder("whistle")
    for name in ("bell", "whistle"):
        label.fill(name)
        label.press("Tab")
        for take in range(1, TAKES + 1):
            button(page, "own_sounds", "record").click()
            page.wait_for_timeout(1_500)  # it waits for sound
            card.play(tmp_path / f"{name}.wav").wait()
            wait_for_take(page, name, take)
    page.screenshot(path=screenshots / "09-takes-pyaudio.png")
    assert ask(page, "print(mine.counts)") == "{'bell': 4, 'whistle': 4}"
    button(page, "own_sounds", "free").last.click()
    assert step(page, range(cells["recorder"] + 1, cells["live"] + 1))
    button(page, "view", "start").click()
    page.wait_for_timeout(3_000)
    card.play(tmp_path / "whistle.wav").wait()
    card.play(tmp_path / "bell.wav").wait()
    wait_for_event(page, 1)
    minutes = (time.monotonic() - began) / 60
    page.screenshot(path=screenshots / "09-listens-pyaudio.png")
    button(page, "view", "stop").click()
    assert ask(page, "print(takes is mine, type(listener.source).__name__)") == "True MicrophoneSource"
    assert ask(page, "print(listener.source.overflows, listener.source.lost_s, len(listener.log))") == "0 0.0 1"
    print(f"from the first cell to the first detection: {minutes:.1f} min")
    assert minutes < 5
