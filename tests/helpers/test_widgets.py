"""Widgets, tested as a learner uses them: by moving a control or pressing a button and looking at what is shown."""

import base64
import contextlib
import io
import sys
import wave
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from helpers import plots, widgets
from helpers.config import AudioConfig
from helpers.datasets import CATALOG
from helpers.download import download, readable
from helpers.messages import LessonError, text
from helpers.widgets import Sound, dataset_menu, explore, progress


def doubled(seconds=1.0, name="hann", loud=False):
    figure = plots.plot_wave(np.full(100, seconds / 2))
    return figure, f"{seconds * 2} < {name}", Sound(np.zeros(8, np.int16), 8000)


def test_controls_begin_at_the_defaults_and_moving_one_changes_picture_and_text(language):
    explorer = explore(doubled, seconds=(0.5, 2.0, 0.5), name=["hann", "boxcar"], loud=bool)
    values = "seconds=1.0 (0.5…2, ±0.5), name='hann' (hann, boxcar), loud=False"
    shown = explorer._repr_mimebundle_()["text/plain"]  # fixed, and without the samples
    assert shown == text("widgets.explorer", values=values) + "\n2.0 < hann"
    assert "2.0 &lt; hann" in explorer.note.value and "<audio" in explorer.note.value
    assert explorer.picture.layout.display is None
    assert explorer.controls["seconds"].continuous_update is False  # a slider waits until it is let go
    before = explorer.picture.value
    explorer.controls["seconds"].value = 2.0
    assert "4.0 &lt; hann" in explorer.note.value
    assert explorer.picture.value != before and Image.open(io.BytesIO(explorer.picture.value)).format == "PNG"
    explorer.controls["name"].value = "boxcar"
    assert "4.0 &lt; boxcar" in explorer.note.value
    explorer.controls["seconds"].value, explorer.controls["name"].value = 1.0, "hann"
    assert explorer.picture.value == before


def test_a_lesson_error_is_a_sentence_without_a_picture(language):
    explorer = explore(
        lambda n_mels=64: (plots.plot_wave([1]), str(AudioConfig(n_mels=n_mels).n_mels)), n_mels=(0, 64, 32)
    )
    explorer.controls["n_mels"].value = 0
    assert text("config.bad_value", name="n_mels", value=0, legal="1…512") in explorer.note.value
    assert explorer.picture.layout.display == "none"
    explorer.controls["n_mels"].value = 32
    assert "<p>32</p>" in explorer.note.value and explorer.picture.layout.display is None


def test_any_other_error_is_shown_and_raised():
    explorer = explore(lambda n=1: str(1 / n), n=(0, 1, 1))
    with pytest.raises(ZeroDivisionError):
        explorer.controls["n"].value = 0
    assert "ZeroDivisionError" in explorer.note.value
    with pytest.raises(ZeroDivisionError):
        explore(lambda n=0: str(1 / n), n=(0, 1, 1))


@pytest.mark.parametrize("choices", [(0, 1), "ab", 3])
def test_an_unknown_control_and_a_function_without_defaults_are_refused(choices):
    with pytest.raises(TypeError, match="low, high, step"):
        explore(lambda n=1: "", n=choices)
    with pytest.raises(TypeError, match="n has none"):
        explore(lambda n: "", n=(0, 1, 1))


def test_whole_numbers_stay_whole():
    explorer = explore(lambda n=1, x=1.0, y=1: f"{n!r} {x!r} {y!r}", n=(0, 4, 1), x=(0, 4, 1), y=(0, 4, 0.5))
    assert "<p>1 1.0 1.0</p>" in explorer.note.value


def test_every_kind_of_picture_is_shown():
    for draw in (lambda: plots.plot_wave([1]), lambda: plots.plot_wave([1]).axes[0], lambda: Image.new("L", (3, 2))):
        explorer = explore(draw)
        assert explorer.picture.value == plots.png(draw()) and explorer.note.value == ""


@given(st.lists(st.integers(-32768, 32767), max_size=50), st.sampled_from([8000, 22050]), st.booleans())
def test_a_sound_holds_its_samples_unchanged(samples, rate, as_float):
    given_as = np.array(samples) / 32768 if as_float else np.array(samples, np.int16)
    html = Sound(given_as, rate)._repr_html_()
    with wave.open(io.BytesIO(base64.b64decode(html.split("base64,")[1].split('"')[0]))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (rate, 1, 2)
        assert np.frombuffer(file.readframes(99), "<i2").tolist() == samples
    assert repr(Sound(np.zeros(4000), 8000)) == "<Sound 0.50 s>"


def test_progress_shows_bars_in_a_widget_and_none_of_it_as_text(monkeypatch):
    shown, seen = [], []
    monkeypatch.setattr(widgets, "display", lambda bundle, raw: shown.append(bundle))
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr), progress():
        for line in ("\r 10%|#  \r 20%|<## ", "\n"):
            sys.stderr.write(line)
            sys.stderr.flush()
            seen.append(sys.stderr.widget.value)
    assert list(shown[0]) == [widgets.VIEW]
    assert seen == ["<pre> 20%|&lt;##</pre>"] * 2 and stderr.getvalue() == ""


# --- the menu of data sets -------------------------------------------------------------------------------------------


class Shop:
    """The real `download` as far as its question; after a yes it is counted, or fails with ``fails``."""

    def __init__(self, folder):
        self.folder, self.fetched, self.fails = folder, [], None

    def __call__(self, name, *, confirm):
        answers = []
        with pytest.raises(LessonError) as declined:
            download(name, self.folder, confirm=lambda offer: answers.append(confirm(offer)))
        if not answers[0]:
            raise declined.value
        if self.fails:
            raise self.fails
        sys.stderr.write("50%")
        self.fetched.append((name, self.menu.note.value))
        return self.folder / name


@pytest.fixture
def shop(monkeypatch, tmp_path):
    shop = Shop(tmp_path / "data")
    monkeypatch.setattr("helpers.download.download", shop)
    monkeypatch.setattr("shutil.disk_usage", lambda _place: SimpleNamespace(free=123_000_000_000))
    shop.menu = dataset_menu()
    return shop


def test_the_menu_begins_with_the_synthetic_sounds(shop, language):
    menu = dataset_menu()
    assert menu.value == "builtin" and menu.buttons.children == () and shop.fetched == []
    assert [name for _, name in menu.menu.options] == list(CATALOG)
    assert CATALOG["builtin"].title in repr(menu) and repr(menu) == menu._repr_mimebundle_()["text/plain"]


@pytest.mark.parametrize("name", [name for name, entry in CATALOG.items() if entry.address])
def test_a_download_begins_only_after_size_licence_and_free_disk_were_confirmed(shop, name):
    menu = shop.menu
    menu.menu.value = name
    facts = CATALOG[name].licence, readable(CATALOG[name].download_bytes)
    assert menu.value == name and menu.buttons.children == (menu.get,)
    assert all(fact in menu.facts.value for fact in facts)
    menu.get.click()
    assert shop.fetched == [] and menu.buttons.children == (menu.yes, menu.no)
    assert all(fact in menu.note.value for fact in (*facts, "123.0 GB"))
    menu.no.click()
    assert shop.fetched == [] and menu.buttons.children == (menu.get,) and menu.note.value == ""
    menu.get.click()
    menu.yes.click()
    assert shop.fetched == [(name, "<pre>50%</pre>")] and menu.buttons.children == ()
    assert menu.note.value == f"<p>{text('widgets.ready', name=name, folder=shop.folder / name)}</p>"


def test_a_failed_download_is_one_sentence_and_may_be_tried_again(shop):
    menu, shop.fails = shop.menu, LessonError("lesson.no_file", name="<x>")
    menu.menu.value = "esc10"
    menu.get.click()
    menu.yes.click()
    assert "&lt;x&gt;" in menu.note.value and menu.buttons.children == (menu.get,)
