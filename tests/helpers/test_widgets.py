"""Widgets, tested as a learner uses them: by moving a control or pressing a button and looking at what is shown."""

import contextlib
import gc
import io
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from tqdm import tqdm

from helpers import plots, widgets
from helpers.config import AudioConfig
from helpers.datasets import CATALOG
from helpers.download import download, readable
from helpers.messages import LessonError, text
from helpers.players import Sound
from helpers.widgets import dataset_menu, explore, progress_bar

pytestmark = pytest.mark.usefixtures("lesson_style")


def doubled(seconds=1.0, name="hann", loud=False):
    figure = plots.plot_wave(np.full(100, seconds / 2))
    return figure, f"{seconds * 2} < {name}", Sound(np.zeros(8, np.int16), 8000)


@pytest.fixture
def explorer():
    return explore(doubled, seconds=(0.5, 2.0, 0.5), name=["hann", "boxcar"], loud=bool)


def size(content):
    return Image.open(io.BytesIO(content)).size


def test_controls_begin_at_the_defaults_and_moving_one_changes_picture_and_text(language, explorer):
    values = "seconds=1.0 (0.5…2, ±0.5), name='hann' (hann, boxcar), loud=False"
    shown = explorer._repr_mimebundle_()["text/plain"]  # fixed, and without the samples
    assert shown.startswith(text("widgets.explorer", values=values) + "\n2.0 < hann\n")
    assert shown.endswith(repr(Sound(np.zeros(8), 8000)))
    assert "2.0 &lt; hann" in explorer.note.value and "<audio" in explorer.players.value
    assert explorer.controls["seconds"].continuous_update is False  # a slider waits until it is let go
    before = explorer.picture.value
    explorer.controls["seconds"].value = 2.0
    assert "4.0 &lt; hann" in explorer.note.value
    assert explorer.picture.value != before and size(explorer.picture.value) == size(before)
    explorer.controls["name"].value = "boxcar"
    assert "4.0 &lt; boxcar" in explorer.note.value
    explorer.controls["seconds"].value, explorer.controls["name"].value = 1.0, "hann"
    assert explorer.picture.value == before


def test_a_picture_is_sharp_and_of_one_width_and_stored_small(explorer):
    width = round(plots.WIDTH * plots.DPI)
    assert explorer.picture.layout.width == f"{width}px" and size(explorer.picture.value)[0] == plots.SHARP * width
    assert size(explorer._repr_mimebundle_()["image/png"])[0] == width
    assert "image/png" not in explore(lambda n=1: str(n), n=(0, 1, 1))._repr_mimebundle_()


def test_no_move_waits_for_garbage_to_be_looked_for_in_all_that_was_imported(explorer):
    gc.unfreeze()
    explore(doubled, loud=bool).controls["loud"].value = True
    assert len(gc.get_objects()) < gc.get_freeze_count() / 5


def test_many_controls_stand_beside_their_result(explorer):
    few = explorer.children
    assert explorer.picture in few and all(control in few for control in explorer.controls.values())
    many = dict.fromkeys("abcdefg", bool)
    wide = explore(lambda a=1, b=1, c=1, d=1, e=1, f=1, g=1: str(a), **many)
    left, right = wide.children[0].children
    assert wide.note in right.children and [*wide.controls.values()] == list(left.children[:7])


def test_reset_goes_back_to_the_beginning_with_one_picture(explorer):
    explorer.controls["seconds"].value, explorer.controls["loud"].value = 2.0, True
    called = []
    explorer._function = lambda **values: called.append(values) or "again"
    explorer.reset.click()
    assert called == [{"seconds": 1.0, "name": "hann", "loud": False}] and "again" in explorer.note.value
    explorer.controls["seconds"].value = 2.0
    assert len(called) == 2


def test_the_call_can_be_copied_as_code(explorer):
    assert explorer.code.layout.display == "none"
    explorer.controls["seconds"].value = 0.1 + 0.4 + 1e-15  # as sliders add up their steps
    explorer.copy.click()
    assert explorer.code.layout.display is None
    assert explorer.code.value == "doubled(seconds=0.5, name='hann', loud=False)"
    assert isinstance(eval(explorer.code.value), tuple)


def test_controls_bear_their_words_in_one_column():
    explorer = explore(doubled, labels={"seconds": "길이 (초)"}, seconds=(0.5, 2.0, 0.5), loud=bool)
    seconds, loud = explorer.controls["seconds"], explorer.controls["loud"]
    assert (seconds.description, loud.description) == ("길이 (초)", "loud")
    assert seconds.style.description_width == loud.style.description_width
    assert seconds.layout.max_width == loud.layout.max_width


def test_the_picture_stays_and_is_pale_while_the_function_works_and_after_an_error(language):
    seen = []

    def look(n_mels=64):
        if made:
            seen.append((widgets.WAITING in made[0]._dom_classes, made[0].picture.layout.display))
        return plots.plot_wave([1]), str(AudioConfig(n_mels=n_mels).n_mels), Sound(np.zeros(8), 8000)

    made = []
    made.append(explore(look, n_mels=(0, 64, 32)))
    explorer, before = made[0], made[0].picture.value
    assert widgets.WAITING not in explorer._dom_classes
    explorer.controls["n_mels"].value = 0
    assert text("config.bad_value", name="n_mels", value=0, legal="1…512") in explorer.note.value
    assert explorer.players.value == ""  # these are of other values, too
    assert widgets.WAITING in explorer._dom_classes and explorer.picture.value == before
    explorer.controls["n_mels"].value = 32
    assert "<p>32</p>" in explorer.note.value and widgets.WAITING not in explorer._dom_classes
    assert seen == [(True, None)] * 2


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
        width, height = size(plots.png(draw()))
        scale = 1 if width == 3 else plots.SHARP
        assert size(explorer.picture.value) == (scale * width, scale * height) and explorer.note.value == ""
        assert explorer.picture.layout.display is None
    assert explorer.picture.layout.width == "auto"  # a picture with pixels of its own is not stretched
    assert explore(lambda: "").picture.layout.display == "none"


def test_a_progress_bar_stands_in_a_widget_and_none_of_it_is_text(monkeypatch, language):
    shown, seen = [], []
    monkeypatch.setattr(widgets, "display", lambda bundle, raw: shown.append(bundle))
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr), progress_bar():
        seen.append(sys.stderr.widget.value)
        with tqdm(total=4, desc="builtin", unit="sound", mininterval=0) as bar:
            seen.append(sys.stderr.widget.value)
            bar.update()
            seen.append(sys.stderr.widget.value)
        widget = sys.stderr.widget
        print("<x>", file=sys.stderr)
        assert widget.value == "<pre>&lt;x&gt;</pre>"
    assert list(shown[0]) == [widgets.VIEW] and stderr.getvalue() == "" and widget.comm is None
    assert all("<progress" in bar and " value=" not in bar for bar in seen[:2])  # the browser moves it from the start
    assert text("widgets.doing") in seen[0] and text("widgets.doing_builtin") in seen[1]
    assert ' value="25"' in seen[2] and text("widgets.doing_builtin") + " · 1 / 4" in seen[2]


def test_what_a_bar_calls_itself_and_counts_is_shown():
    bar = widgets._bar(**widgets.TQDM.match("x<y.zip:  10%|# | 4.1M/40.0M [00:01<00:10, 3.00MB/s]").groupdict())
    assert "x&lt;y.zip · 4.1M / 40.0M · " in bar and "00:10" in bar and ' value="10"' in bar


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
    assert text("widgets.builtin") in repr(menu) and repr(menu) == menu._repr_mimebundle_()["text/plain"]


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
    menu, shop.fails = shop.menu, LessonError("lesson.ready", name="<x>")
    menu.menu.value = "esc10"
    menu.get.click()
    menu.yes.click()
    assert "&lt;x&gt;" in menu.note.value and menu.buttons.children == (menu.get,)
