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
import torch
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from helpers import audio, datasets, lesson, plots
from helpers.config import AudioConfig
from helpers.datasets import Event, Recording
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
    """What a call prints: ``printed(describe, x)``."""

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
        warnings.warn(audio.AudioWarning("lesson.no_file", name="x.wav"), stacklevel=1)
    assert capsys.readouterr() == (2 * (text("lesson.no_file", name="x.wav") + "\n"), "")
    with pytest.warns(UserWarning, match="other"):
        warnings.warn("other", stacklevel=1)


def test_the_import_leaves_out_what_few_lessons_need():
    heavy = "torch", "librosa", "sklearn", "scipy", "requests"
    code = f"import sys, helpers.lesson; print([name for name in {heavy} if name in sys.modules])"
    assert in_python(code).strip() == "[]"


# --- describe --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "line"),
    [
        (np.array([-0.5, 0.25]), "array [2] float64, -0.500 … 0.250, mean -0.125"),
        (np.zeros((64, 87), np.float32) - 80, "array [64 × 87] float32, -80.0 … -80.0, mean -80.0"),
        (torch.ones(2, 3, dtype=torch.int16) * 1234, "array [2 × 3] int16, 1234 … 1234, mean 1234"),
        (torch.ones(2, requires_grad=True), "array [2] float32, 1.00 … 1.00, mean 1.00"),
        (np.array([True, False, True]), "array [3] bool, 2 of 3 True"),
        (np.array([1.0, np.nan, np.inf]), "array [3] float64, 1.00 … 1.00, mean 1.00, 2 values not finite"),
        (np.array([np.nan]), "array [1] float64, 1 values not finite"),
        (np.zeros((0, 3)), "array [0 × 3] float64"),
        (np.array(["a"]), "array [1] <U1"),
        (np.array([-0.0, 0.0]), "array [2] float64, 0 … 0, mean 0"),
        (np.array([-1e-4, 1.0]), "array [2] float64, 0.00 … 1.00, mean 0.50"),
        (-0.0, "0"),
        ([1, 2, 3.5], "list of 3 (float, int), 1.00 … 3.50, mean 2.17"),
        (["a", "b"], "list of 2 (str)"),
        ([], "list of 0 ()"),
        ({"dog_bark": 3, "siren": 0.5}, "dog_bark 3, siren 0.5"),
        (1234.5678, "1235"),
        (np.float32(0.1), "0.1"),
        (float("nan"), "nan"),
        (7, "7"),
        (np.int64(7), "7"),
        (True, "True"),
        (None, "None"),
        ("hann", "hann"),
        (Image.new("RGB", (1200, 400), (0, 0, 90)), "image, 1200 × 400 pixels, RGB, 0.0 … 90.0, mean 30.0"),
        (Path("nowhere") / "1.wav", "1.wav is not there yet"),
        (
            Recording(Path("data") / "dog_bark" / "7.wav", "dog_bark", "7", 3, (Event(0.5, 1.25, "dog_bark"),)),
            "Recording: path 7.wav, label dog_bark, source 7, fold 3, events 1 items",
        ),
    ],
)
def test_describe_is_one_line(x, line, printed):
    assert printed(lesson.describe, x) == line


def test_describe_with_name_unit_and_language(printed, monkeypatch):
    levels = np.array([-80.0, 0.0])
    assert printed(lesson.describe, levels, "mel", unit="dB") == (
        "mel: array [2] float64, -80.0 … 0.0 dB, mean -40.0 dB"
    )
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "ko")
    assert printed(lesson.describe, levels) == "배열 [2] float64, -80.0 … 0.0, 평균 -40.0"


def test_describe_files_and_folders_without_their_place(printed, tmp_path):
    (tmp_path / "x.wav").write_bytes(b"0" * 1540)
    assert printed(lesson.describe, tmp_path / "x.wav") == "file x.wav, 1.5 kB"
    assert printed(lesson.describe, tmp_path) == f"folder {tmp_path.name}, 1 files"


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.integers(0, 2**32 - 1))
def test_the_last_bits_of_another_processor_do_not_show(values, seed):
    """float32 noise as between two CPUs moves no more than a number's last digit, and nearly always nothing."""
    values = np.array(values)
    noise = 1 + np.random.default_rng(seed).uniform(-1e-7, 1e-7, len(values))
    numbers = [re.findall(r"-?\d+(?:\.\d+)?", lesson._spread(x, "")) for x in (values, values * noise)]
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
def test_describe_reads_what_is_drawn_in_each_axes(draw, top, printed):
    figure, axes = plots.panels(2)
    for ax in axes:
        draw(ax)
        ax.set(xlabel="time (s)", ylabel="level (dB)", xlim=(0, 6), ylim=(-6, 6))
    lines = printed(lesson.describe, figure, "both").splitlines()
    assert len(lines) == 2 and lines[0] == lines[1]
    assert lines[0].startswith("both: plot: time (s) 0…6, level (dB) -6…6; ") and f"… {top}, mean" in lines[0]


@pytest.fixture
def displayed(monkeypatch):
    shown = []
    monkeypatch.setattr(lesson, "display", shown.append)
    return shown


def test_show_displays_and_describes(printed, displayed):
    figure = plots.plot_wave(np.ones(100))
    assert printed(lesson.show, figure, "bark") == printed(lesson.describe, figure, "bark")
    assert displayed == [figure]
    picture = Image.new("L", (3, 2))
    assert printed(lesson.show, picture) == printed(lesson.describe, picture)
    assert displayed[1].data == plots.png(picture)


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
    assert alts[:2] == ["그래프: time (s), amplitude", "그래프: 멜; 초"]
    assert len(drawn[-1][0].data["text/plain"].splitlines()) == 2

    build.normalise(notebook)
    build.write(notebook, tmp_path / "ko" / "x.ipynb")
    assert build.nbval([tmp_path / "ko" / "x.ipynb"]).returncode == 0
    for cell in notebook.cells[1:]:
        cell.source = cell.source.replace("0.5]", "0.4]").replace("2]", "3]")
    build.write(notebook, tmp_path / "ko" / "x.ipynb")
    assert "4 failed, 1 passed" in build.nbval([tmp_path / "ko" / "x.ipynb"]).stdout
