"""The browser's microphone, for real: JupyterLab, Chromium, and a microphone that plays barks again and again."""

import contextlib
import re
import tomllib
from pathlib import Path

import pytest

from tests.browser import microphone
from tools.stage import ask, launch, run_all, show

SENTENCES = Path(__file__).parents[2] / "helpers" / "sentences" / "browser.toml"
SAID = tomllib.loads(SENTENCES.read_text(encoding="utf-8"))
ANOTHER_NAME = "lessons.example"  # of this computer, at which nothing is secure
OPEN = "probe.tracks.filter(track => track.readyState === 'live').length"
STATE = "print(source.overflows, listener.error)"


def pattern(sentence):
    """A sentence whose values may be anything."""
    return re.compile(re.sub(r"\\{\w+\\}", r".+?", re.escape(sentence)))


@pytest.fixture(scope="module")
def tape(tmp_path_factory, builtin_sounds):
    path = tmp_path_factory.mktemp("tape") / "barks.wav"
    microphone.tape(path)
    return path


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
    return page.get_by_role("button", name=SAID[name][lang])


def says(page, name, lang="en"):
    page.get_by_text(pattern(SAID[name][lang])).first.wait_for()


def test_barks_are_found_and_no_sound_is_lost_however_often_it_is_turned_on(opened, with_microphone, screenshots):
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
    assert ask(page, STATE) == "0 None"
    counts = ask(page, "print(round(source.arrived_s * source.rate), found.value.count('bark at'))")
    samples, found = map(int, counts.split())
    assert samples == page.evaluate("probe.samples") and 3 <= found <= page.evaluate("probe.onsets.length")

    button(page, "start").click()  # the same stream goes on
    page.wait_for_function("before => probe.samples > before", arg=samples + 44_100)
    ask(page, "listener.stop()")
    says(page, "ended")
    assert page.evaluate(OPEN) == 0
    assert ask(page, f"print(source.arrived_s * source.rate > {samples})") == "True" and ask(page, STATE) == "0 None"

    button(page, "start").click()  # it may come first
    says(page, "unheard")
    before = page.evaluate("probe.seen.length")
    ask(page, "listener.start()")
    says(page, "heard")
    page.wait_for_function("before => probe.seen.length > before", arg=before)
    assert ask(page, STATE) == "0 None"


@pytest.mark.weekly
def test_a_kernel_that_is_busy_keeps_the_sound_waiting_and_one_that_is_gone_ends_it(
    opened, with_microphone, screenshots
):
    page = opened(with_microphone, "ko")
    # Before JupyterLab 4.4 and ipykernel 7 it was always so; since then messages have a thread of their own.
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.commsOverSubshells = 'disabled'")
    assert run_all(page)
    button(page, "start", "ko").click()
    says(page, "heard", "ko")
    running = "jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code: %r }).done"
    page.evaluate("void (window.ran = " + running % "import time; time.sleep(4)" + ")")
    says(page, "waiting", "ko")
    page.screenshot(path=screenshots / "microphone-waits.png")
    page.evaluate("window.ran")
    says(page, "heard", "ko")
    assert ask(page, STATE) == "0 None" and ask(page, "print(listener.running)") == "True"
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    says(page, "gone", "ko")
    assert page.evaluate(OPEN) == 0


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


@pytest.mark.weekly
def test_a_refusal_is_explained(opened, chromium, screenshots):
    with launch(chromium, "--use-fake-device-for-media-stream") as browser:
        page = opened(browser, "ko")
        assert run_all(page)
        button(page, "start", "ko").click()
        says(page, "refused", "ko")
        button(page, "start", "ko").wait_for()  # it can be tried again
        page.screenshot(path=screenshots / "microphone-refused.png")
        assert page.evaluate("probe.contexts[0].state") == "closed"


@pytest.mark.weekly
def test_what_else_can_be_wrong_is_explained(opened, with_microphone):
    page = opened(with_microphone, before="navigator.mediaDevices.getUserMedia = () => Promise.reject(probe.error);")
    assert run_all(page)
    for error, name in (("NotFoundError", "no_device"), ("NotReadableError", "taken"), ("AbortError", "failed")):
        page.evaluate("name => (probe.error = new DOMException('just so', name))", error)
        button(page, "start").click()
        says(page, name)
    page.get_by_text("AbortError: just so").wait_for()
    page.evaluate("delete window.AudioWorkletNode")
    button(page, "start").click()
    says(page, "old")  # before anything is asked for


@pytest.mark.weekly
def test_a_page_without_https_says_so_before_it_is_tried(opened, chromium, screenshots):
    with launch(chromium, f"--host-resolver-rules=MAP {ANOTHER_NAME} 127.0.0.1") as browser:
        page = opened(browser, "ko", host=ANOTHER_NAME)
        assert run_all(page)
        says(page, "insecure", "ko")
        button(page, "start", "ko").click()
        says(page, "insecure", "ko")
        page.screenshot(path=screenshots / "microphone-insecure.png")
