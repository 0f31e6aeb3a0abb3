"""The browser's microphone, for real: JupyterLab, Chromium, and a microphone that plays barks again and again."""

import contextlib
import re
import tomllib
from pathlib import Path

import pytest

from tests.browser import microphone
from tests.browser.stage import ask, launch, run_all, serve, show

MESSAGES = tomllib.loads((Path(__file__).parents[2] / "helpers" / "messages.toml").read_text(encoding="utf-8"))
SAID = {lang: {name: says[lang] for name, says in MESSAGES["browser"].items()} for lang in ("ko", "en")}
ANOTHER_NAME = "lessons.example"  # of this computer, at which nothing is secure
OPEN = "probe.tracks.filter(track => track.readyState === 'live').length"


def pattern(sentence):
    """A sentence whose values may be anything."""
    return re.compile(re.sub(r"\\{\w+\\}", r".+?", re.escape(sentence)))


@pytest.fixture(scope="module")
def tape(tmp_path_factory, builtin_sounds):
    path = tmp_path_factory.mktemp("tape") / "barks.wav"
    microphone.tape(path)
    return path


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    home = tmp_path_factory.mktemp("lab")
    (home / "notebooks").mkdir()
    with serve(home, home / "notebooks") as lab:
        yield lab


@pytest.fixture(scope="module")
def with_microphone(chromium, tape):
    with launch(chromium, *microphone.plays(tape)) as browser:
        yield browser


@pytest.fixture
def opened(lab, request):
    """Function of a browser: a page with a fresh notebook in it."""
    with contextlib.ExitStack() as undo:

        def opened(browser, lang="en", before="", host="127.0.0.1"):
            path = f"{lang}/{request.node.name}.ipynb"
            microphone.write(lab.folder / path)
            page = undo.enter_context(contextlib.closing(browser.new_page(viewport={"width": 1100, "height": 900})))
            page.add_init_script(before + microphone.PROBE)
            show(page, lab.address(path, host), len(microphone.CELLS))
            return page

        yield opened


def button(page, name, lang="en"):
    return page.get_by_role("button", name=SAID[lang][name])


def says(page, name, lang="en"):
    page.get_by_text(pattern(SAID[lang][name])).first.wait_for()


def test_barks_are_found_and_no_sound_is_lost(opened, with_microphone, screenshots):
    page = opened(with_microphone)
    assert run_all(page)
    assert page.evaluate("probe.tracks.length") == 0  # nothing is open before the learner wants it
    button(page, "start").click()
    says(page, "heard")
    page.wait_for_function("probe.seen.length >= 3")
    page.screenshot(path=screenshots / "microphone-listens.png")
    assert page.evaluate("probe.wanted.audio") == dict.fromkeys(
        ("echoCancellation", "noiseSuppression", "autoGainControl"), False
    )
    button(page, "stop").click()
    assert page.evaluate(OPEN) == 0 and page.evaluate("probe.contexts[0].state") == "closed"
    button(page, "start").wait_for()
    arrived = ask(
        page,
        "print(round(source.arrived_s * source.rate), source.overflows, listener.error, found.value.count('bark at'))",
    )
    samples, lost, error, found = arrived.split()
    assert (int(samples), lost, error) == (page.evaluate("probe.samples"), "0", "None")
    assert 3 <= int(found) <= page.evaluate("probe.onsets.length")

    button(page, "start").click()  # the same stream goes on
    page.wait_for_function("before => probe.samples > before", arg=int(samples) + 44_100)
    ask(page, "listener.stop()")
    says(page, "ended")
    assert page.evaluate(OPEN) == 0
    assert (
        ask(page, f"print(source.arrived_s * source.rate > {samples}, source.overflows, listener.error)")
        == "True 0 None"
    )


def test_the_button_may_come_first(opened, with_microphone):
    page = opened(with_microphone)
    assert run_all(page)
    ask(page, "listener.stop()")
    button(page, "start").click()
    says(page, "unheard")
    ask(page, "listener.start()")
    says(page, "heard")
    page.wait_for_function("probe.seen.length >= 1")
    assert ask(page, "print(source.overflows, listener.error)") == "0 None"


def test_a_running_cell_keeps_the_sound_waiting_and_the_page_says_so(opened, with_microphone, screenshots):
    page = opened(with_microphone, "ko")
    # Before JupyterLab 4.4 and ipykernel 7 it was always so; since then messages have a thread of their own.
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.commsOverSubshells = 'disabled'")
    assert run_all(page)
    button(page, "start", "ko").click()
    says(page, "heard", "ko")
    running = "jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code: %r }).done"
    page.evaluate("void (window.ran = " + running % "import time; time.sleep(5)" + ")")
    says(page, "waiting", "ko")
    page.screenshot(path=screenshots / "microphone-waits.png")
    page.evaluate("window.ran")
    says(page, "heard", "ko")
    assert ask(page, "print(source.overflows, listener.running, listener.error)") == "0 True None"


def test_a_microphone_is_open_once_however_often_it_is_shown_and_closed_when_it_is_not(opened, with_microphone):
    page = opened(with_microphone)
    assert run_all(page)
    again = "([from, to]) => { const cells = jupyterapp.shell.currentWidget.content.widgets.map(one => one.model);"
    again += "cells[to].sharedModel.setOutputs(from === null ? [] : cells[from].sharedModel.getOutputs()); }"
    page.evaluate(again, [1, 3])
    button(page, "start").first.click()
    page.wait_for_function("probe.samples > 0")
    assert button(page, "stop").count() == 2 and page.evaluate("probe.tracks.length") == 1
    page.evaluate(again, [None, 1])
    page.wait_for_function("before => probe.samples > before + 44100", arg=page.evaluate("probe.samples"))
    assert button(page, "stop").count() == 1 and page.evaluate(OPEN) == 1
    page.evaluate(again, [None, 3])
    page.wait_for_function(OPEN + " === 0")
    ask(page, "listener.wait()")  # sound that stays away ends it
    assert ask(page, "print(listener.error.key)") == "browser.vanished"


def test_a_kernel_that_is_gone_leaves_no_open_microphone(opened, with_microphone):
    page = opened(with_microphone)
    assert run_all(page)
    button(page, "start").click()
    page.wait_for_function("probe.samples > 0")
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    says(page, "gone")
    assert page.evaluate(OPEN) == 0


def test_a_closed_page_is_a_source_that_has_vanished(opened, with_microphone):
    page, other = opened(with_microphone), opened(with_microphone)  # of the same kernel
    assert run_all(page)
    button(page, "start").click()
    page.wait_for_function("probe.seen.length >= 1")
    page.close()
    ask(other, "listener.wait()")
    assert ask(other, "print(listener.error.key, source.overflows)") == "browser.vanished 0"


def test_a_refusal_is_explained(opened, chromium, screenshots):
    with launch(chromium, "--use-fake-device-for-media-stream") as browser:
        page = opened(browser, "ko")
        assert run_all(page)
        button(page, "start", "ko").click()
        says(page, "refused", "ko")
        button(page, "start", "ko").wait_for()  # it can be tried again
        page.screenshot(path=screenshots / "microphone-refused.png")
        assert page.evaluate("probe.contexts[0].state") == "closed"


def test_what_else_can_be_wrong_is_explained(opened, with_microphone):
    page = opened(with_microphone, before="navigator.mediaDevices.getUserMedia = () => Promise.reject(probe.error);")
    assert run_all(page)
    for error, name in (("NotFoundError", "no_device"), ("NotReadableError", "taken"), ("AbortError", "failed")):
        page.evaluate("name => (probe.error = new DOMException('just so', name))", error)
        button(page, "start").click()
        says(page, name)
    page.get_by_text("AbortError: just so").wait_for()


def test_an_old_browser_is_told_so(opened, with_microphone):
    page = opened(with_microphone)
    page.evaluate("delete window.AudioWorkletNode")
    assert run_all(page)
    button(page, "start").click()
    says(page, "old")
    assert page.evaluate("probe.tracks.length") == 0


def test_a_page_without_https_says_so_before_it_is_tried(opened, chromium, screenshots):
    with launch(chromium, f"--host-resolver-rules=MAP {ANOTHER_NAME} 127.0.0.1") as browser:
        page = opened(browser, "ko", host=ANOTHER_NAME)
        assert run_all(page)
        says(page, "insecure", "ko")
        button(page, "start", "ko").click()
        says(page, "insecure", "ko")
        page.screenshot(path=screenshots / "microphone-insecure.png")
