"""The first cell of every lesson, and the lines that lessons print about things."""

import base64
import io
import re
import sys
import warnings
from pathlib import Path

import matplotlib
import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from helpers import audio, datasets, lesson, plots
from helpers.config import AudioConfig
from helpers.datasets import Recording
from helpers.messages import text
from tests.shared import in_python
from tools import build_notebooks as build


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "en")
    with matplotlib.rc_context():  # which `start` changes
        yield


@pytest.fixture
def printed(capsys):
    """What a call prints: ``printed(table, rows)``."""

    def call(function, *arguments, **options):
        capsys.readouterr()
        function(*arguments, **options)
        return capsys.readouterr().out.rstrip("\n")

    return call


# --- start -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("SOUND_DATA_DIR", str(tmp_path))
    return tmp_path


def test_start_prints_the_same_whatever_the_cache_held(cache, monkeypatch, printed, capsys):
    made = []

    def load(name):
        if not made:
            print("50%", file=sys.stderr)  # a bar of the first time
        made.append(name)
        return datasets.Dataset("builtin", cache, "urbansound", (Recording(Path("1.wav"), "siren", "1"),), "official")

    monkeypatch.setattr(datasets, "load", load)
    monkeypatch.setattr("helpers.widgets.display", lambda *_, **__: None)
    first = printed(lesson.start, "04_split")
    assert first == printed(lesson.start, "04_split")
    assert first == text("lesson.ready_with_sounds", name="04_split", count=1, rate=22050)
    assert made == ["builtin"] * 2 and capsys.readouterr().err == ""


def test_a_lesson_without_sounds_makes_none(cache, printed):
    assert printed(lesson.start, "02_install", sounds=False) == "02_install is ready."
    started = lesson.start("02_install", sounds=False)
    assert started.dataset is None and started.config == AudioConfig() and list(cache.iterdir()) == [cache / "lessons"]


def test_each_language_has_its_own_work_folder_and_it_stays_until_reset(cache, monkeypatch, printed):
    english = lesson.start("02_install", sounds=False)
    (english.folder / "deep").mkdir()
    (english.folder / "deep" / "mine.txt").write_text("x", encoding="utf-8")
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "ko")
    korean = lesson.start("02_install", sounds=False)
    assert korean.folder != english.folder
    korean.reset()
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "en")
    assert (lesson.start("02_install", sounds=False).folder / "deep" / "mine.txt").exists()
    assert printed(english.reset) == "Emptied the work folder lessons/02_install-en."
    assert list(english.folder.iterdir()) == []


@pytest.fixture
def two_sounds(cache, monkeypatch):
    """A data set of a dog and a siren in place of the synthetic one."""
    recordings = []
    for number, label in enumerate((datasets.TARGET, "siren")):
        path = cache / f"{number}.wav"
        audio.save(path, np.random.default_rng(number).uniform(-0.5, 0.5, 30_000), 22_050)
        recordings.append(Recording(path, label, str(number)))
    monkeypatch.setattr(
        lesson, "_synthetic_sounds", lambda: datasets.Dataset("two", cache, "urbansound", tuple(recordings), "official")
    )
    monkeypatch.setattr("helpers.widgets.display", lambda *_, **__: None)
    return cache


def test_a_lesson_makes_what_an_earlier_one_did_not_leave(two_sounds, monkeypatch, printed):
    """In the learner's copies it lies where all lessons look for it; what is there already is not made again."""
    (two_sounds / "my_lessons" / "en").mkdir(parents=True)
    monkeypatch.chdir(two_sounds / "my_lessons" / "en")
    first = printed(lesson.start, "05_mfcc", needs="graph")
    graph = two_sounds / "my_lessons" / "data" / "graph" / "segments.csv"
    written = graph.stat().st_mtime_ns
    assert not (graph.parents[1] / "graph_mfcc").exists()
    assert first == printed(lesson.start, "05_mfcc", needs="graph")
    assert lesson.start("06_train", needs="graph_mfcc").walk == graph.parents[1]
    assert (graph.parents[1] / "graph_mfcc" / "segments.csv").read_bytes() == graph.read_bytes()
    assert graph.stat().st_mtime_ns == written
    audio.save(two_sounds / "0.wav", np.zeros(50_000), 22_050)  # another recording: the segments are no longer its own
    lesson.start("05_mfcc", needs="graph")
    assert graph.stat().st_mtime_ns != written


def test_a_lesson_error_shows_its_sentence_alone_and_others_their_traceback(cache, monkeypatch):
    shell, shown = InteractiveShell(), []
    monkeypatch.setattr(lesson, "get_ipython", lambda: shell)
    monkeypatch.setattr(shell, "_showtraceback", lambda kind, error, lines: shown.append((kind.__name__, lines)))
    lesson.start("02_install", sounds=False)
    shell.run_cell("from helpers.config import AudioConfig\nAudioConfig(n_mels=0)")
    assert shown == [("LessonError", [text("config.bad_value", name="n_mels", value=0, legal="1…512")])]
    shell.run_cell("1 / 0")
    assert shown[1][0] == "ZeroDivisionError" and len("".join(shown[1][1]).splitlines()) > 1


def test_an_audio_warning_prints_its_sentence_every_time_and_others_go_their_way(cache, capsys):
    lesson.start("02_install", sounds=False)
    lesson.start("02_install", sounds=False)
    capsys.readouterr()
    for _ in range(2):
        warnings.warn(audio.AudioWarning("lesson.ready", name="x.wav"), stacklevel=1)
    assert capsys.readouterr() == (2 * (text("lesson.ready", name="x.wav") + "\n"), "")
    with pytest.warns(UserWarning, match="other"):
        warnings.warn("other", stacklevel=1)


def test_the_import_leaves_out_what_few_lessons_need():
    heavy = "torch", "librosa", "sklearn", "scipy", "requests"
    code = f"import sys, helpers.lesson; print([name for name in {heavy} if name in sys.modules])"
    assert in_python(code).strip() == "[]"


# --- what figures show -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([-0.5, 0.25], "-0.500 … 0.250, mean -0.125"),
        (np.zeros((64, 87)) - 80, "-80.0 … -80.0, mean -80.0"),
        ([1234.0], "1234 … 1234, mean 1234"),
        ([1.0, np.nan, np.inf], "1.00 … 1.00, mean 1.00, 2 values not finite"),
        ([np.nan], "1 values not finite"),
        ([-0.0, 0.0], "0 … 0, mean 0"),
        ([-1e-4, 1.0], "0.00 … 1.00, mean 0.50"),
    ],
)
def test_a_spread_is_one_line(values, line):
    assert lesson._spread(np.array(values)) == line


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.integers(0, 2**32 - 1))
def test_the_last_bits_of_another_processor_do_not_show(values, seed):
    """float32 noise as between two CPUs moves no more than a number's last digit, and nearly always nothing."""
    values = np.array(values)
    noise = 1 + np.random.default_rng(seed).uniform(-1e-7, 1e-7, len(values))
    numbers = [re.findall(r"-?\d+(?:\.\d+)?", lesson._spread(x)) for x in (values, values * noise)]
    for one, other in zip(*numbers, strict=True):
        step = 10.0 ** -len(one.partition(".")[2])
        assert abs(float(one) - float(other)) <= 1.01 * max(step, abs(float(one)) * 2e-7)


RAMP = np.arange(6.0)


@pytest.mark.parametrize(
    ("draw", "top"),
    [
        (lambda axes: axes.plot(RAMP, RAMP), "5.00"),
        (lambda axes: axes.fill_between(RAMP, -RAMP, RAMP), "5.00"),
        (lambda axes: axes.bar(RAMP, RAMP), "5.00"),
        (lambda axes: axes.imshow(np.outer(RAMP, RAMP)), "25.0"),
        (lambda axes: axes.figure.colorbar(axes.pcolormesh(np.outer(RAMP, RAMP))), "25.0"),
    ],
)
def test_a_figure_tells_what_is_drawn_in_each_axes(draw, top):
    figure, axes = plots.panels(2)
    for ax in axes:
        draw(ax)
        ax.set(xlabel="time (s)", ylabel="level (dB)", xlim=(0, 6), ylim=(-6, 6))
    lines = lesson._shown(figure)[0]["text/plain"].splitlines()
    assert len(lines) == 2 and lines[0] == lines[1]
    assert lines[0].startswith("plot: time (s) 0…6, level (dB) -6…6; ") and f"… {top}, mean" in lines[0]


def test_table_aligns_numbers_to_the_right_and_hangul_by_its_width(printed):
    rows = [("짖음", 12, "a b"), ("siren", 3.5, "c")]
    assert printed(lesson.table, rows, ["label", "count", "note"]) == (
        "label  count  note\n짖음      12  a b\nsiren    3.5  c"
    )
    assert printed(lesson.table, {"a": "5 %", "b": "50 %"}) == "a   5 %\nb  50 %"


# --- figures ---------------------------------------------------------------------------------------------------------

FIGURES = {
    "start": "from helpers import lesson, plots\nlesson.start('x', sounds=False)\n_ = None",
    "ours": "figure = plots.plot_wave([0.0, 0.5])\nfigure",
    "pyplot": "from matplotlib import pyplot as plt\nplt.plot([1, 2])\nplt.title('멜')\nplt.xlabel('초')\nplt.show()",
    "inline": "%matplotlib inline\nfigure, axes = plt.subplots()\n_ = axes.plot([1, 2])",
    "panels": "figure, (one, two) = plt.subplots(1, 2)\none.bar([1], [2])\ntwo.imshow([[1, 2]])\nfigure",
}


@pytest.mark.slow
def test_every_figure_of_a_notebook_is_sharp_has_words_and_is_held_by_what_it_draws(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in FIGURES.values()])
    (tmp_path / "ko").mkdir()
    build.execute(notebook, tmp_path / "ko")
    drawn = [[output for output in cell.outputs if "data" in output] for cell in notebook.cells[1:]]
    assert [len(outputs) for outputs in drawn] == [1] * len(drawn)  # shown once
    assert not [output for cell in notebook.cells for output in cell.outputs if output.get("name") == "stderr"]
    for [output] in drawn:
        image = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))
        assert image.width // 2 == output.metadata["image/png"]["width"]
        assert image.convert("RGBA").getpixel((0, 0))[3] == 0  # the page shines through
        assert output.data["text/plain"].startswith("그래프: ")
    alts = [output.metadata["image/png"]["alt"] for [output] in drawn]
    assert alts[:2] == ["그래프: 시간 (초), 진폭", "그래프: 멜; 초"]
    assert len(drawn[-1][0].data["text/plain"].splitlines()) == 2

    build.normalise(notebook)
    build.write(notebook, tmp_path / "ko" / "x.ipynb")
    assert build.nbval([tmp_path / "ko" / "x.ipynb"]).returncode == 0
    for cell in notebook.cells[1:]:
        cell.source = cell.source.replace("0.5]", "0.4]").replace("2]", "3]")
    build.write(notebook, tmp_path / "ko" / "x.ipynb")
    assert "4 failed, 1 passed" in build.nbval([tmp_path / "ko" / "x.ipynb"]).stdout
