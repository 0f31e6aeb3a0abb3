"""The menu of sources, used as a learner uses it, whatever this computer has."""

import html

import pytest

from helpers import picker
from helpers.live import choose
from helpers.live.choose import open_source
from helpers.live.microphone import Device
from helpers.live.source import LiveError
from helpers.messages import text

BUILT_IN = Device(0, "마이크", "ALSA", 44_100, 2, True)
PLUGGED_IN = Device(3, "USB <mic>", "ALSA", 48_000, 1, False)


@pytest.fixture
def plugged(monkeypatch):
    """The microphones of this computer, to be changed by the test; an error is raised."""
    found = [BUILT_IN, PLUGGED_IN]

    def devices():
        if found and isinstance(found[0], Exception):
            raise found[0]
        return found

    monkeypatch.setattr(picker, "devices", devices)
    return found


def values(menu):
    return [value for _, value in menu.options]


def test_every_microphone_is_offered_beside_what_is_everywhere(plugged, language):
    picked = picker.pick_source()
    assert values(picked.menu) == ["file", "browser", "auto", "mic:0", "mic:3"]
    names = [name for name, _ in picked.menu.options]
    assert "마이크" in names[3] and "44100" in names[3] and text("picker.default") in names[3]
    assert "USB <mic>" in names[4] and text("picker.default") not in names[4]
    assert picked.value == "file" and picked.note.value == ""


def test_what_is_picked_opens(plugged, monkeypatch):
    monkeypatch.setattr(choose, "_notebook", lambda: True)  # where a menu is seen
    picked = picker.pick_source()
    for value in values(picked.menu)[1:]:
        picked.menu.value = value
        if value != "auto":
            open_source(picked.value, say=lambda _sentence: None)  # whoever listens opens the device
    assert picked.value == "mic:3"
    assert open_source(picked.value, say=lambda _sentence: None).device == 3


@pytest.mark.parametrize("error", [LiveError("live.no_pyaudio", command="pip <x>"), LiveError("live.no_input")])
def test_without_pyaudio_it_says_why_and_the_others_remain(error, plugged, language):
    plugged[:] = [error]
    picked = picker.pick_source()
    assert values(picked.menu) == ["file", "browser", "auto"]
    assert str(error) in html.unescape(picked.note.value)
    plugged[:] = [BUILT_IN]
    picked.again.click()
    assert "mic:0" in values(picked.menu) and picked.note.value == ""


def test_looking_again_keeps_what_is_chosen_unless_it_is_gone(plugged):
    picked = picker.pick_source()
    picked.menu.value = "mic:3"
    picked.again.click()
    assert picked.value == "mic:3"
    plugged.remove(PLUGGED_IN)
    picked.again.click()
    assert picked.value == "file" and "mic:3" not in values(picked.menu)


def test_what_it_prints_does_not_depend_on_the_computer(plugged, language):
    shown = picker.pick_source()._repr_mimebundle_()["text/plain"]
    plugged[:] = [LiveError("live.no_pyaudio", command="")]
    assert picker.pick_source()._repr_mimebundle_()["text/plain"] == shown == text("picker.shown")
