"""Lesson 02: what its prose claims of sounds, name tags and microphones is so, by other means than the lesson's."""

import os
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from stored import Stored, figures, imports

import synth
from helpers.config import AudioConfig
from helpers.datasets import TARGET
from helpers.live.view import SourceMenu
from helpers.messages import text
from tools import build_notebooks as build
from tools.benchmarks._common import heard

LESSON = Stored("02")
printed, SOURCES = LESSON.printed, LESSON.sources
RATE = 22_050


@pytest.fixture(scope="module")
def bark():
    """The second that the lesson loads, synthesised anew."""
    source = int(re.search(r"(\d+)\.wav", SOURCES["load"])[1])
    begin = round(figures(SOURCES["load"].split("offset=")[1])[0] * RATE)
    return heard(synth.synthesise(TARGET, (0, source)), AudioConfig())[begin : begin + RATE]


def decibels(samples):
    return 20 * np.log10(np.sqrt(np.mean(np.square(samples))))


def test_twice_as_often_is_an_octave_higher():
    notes = dict(re.findall(r"(\d+) Hz = (\w+)", printed("octave")))
    assert notes == {"440": "A4", "880": "A5"}


def test_the_slider_written_out_follows_its_value():
    names = {}
    exec(imports(SOURCES["start"]), names)
    exec(SOURCES["slider"], names)
    assert names["said"].value == "440 Hz = A4"
    names["slider"].value = 880
    assert names["said"].value == "880 Hz = A5"


def test_a_file_has_two_bytes_a_number_and_a_header():
    rate, count, size = figures(printed("load"))[-3:]
    assert (rate, count) == (RATE, RATE) and 2 * count < size < 2 * count + 100


def test_backwards_is_as_loud_and_what_rose_suddenly_now_stops_suddenly(bark):
    forward, backward = figures(printed("reverse"))
    assert forward == backward == round(decibels(bark), 1)
    loud = np.flatnonzero(np.abs(bark[: RATE // 2]) > 0.1)  # the first of the two barks
    peak = np.abs(bark[: RATE // 2]).argmax()
    assert peak - loud[0] < 0.2 * (loud[-1] - peak)


def test_two_barks_stand_out_in_the_levels(bark):
    levels = [int(level) for level in re.findall(r"(-\d+) dBFS", printed("levels"))]
    assert levels == pytest.approx([decibels(piece) for piece in bark.reshape(10, -1)], abs=0.51)
    peaks = [number for number in range(1, 9) if levels[number] > max(levels[number - 1], levels[number + 1])]
    assert peaks == [1, 5] and min(levels[number] for number in peaks) > np.median(levels) + 10


def test_the_slope_of_a_square_is_twice_the_number():
    found, measured = (float(line.rsplit(" ")[-1]) for line in printed("slope").splitlines())
    assert found == 2 * 3 and measured == pytest.approx(found, abs=0.0011)


def test_pip_lists_what_cannot_be_imported(tmp_path):
    """With pip itself, which the lesson only speaks of."""
    names = {"lesson": SimpleNamespace(folder=tmp_path), "table": lambda *_: None}
    exec(imports(SOURCES["start"]).split("\nfrom helpers")[0], names)
    exec(SOURCES["toy"], names)
    shelf = str(tmp_path / "shelf")

    def python(*words, **variables):
        done = subprocess.run(
            [sys.executable, *words], capture_output=True, text=True, cwd=tmp_path, env=os.environ | variables
        )
        return done.stdout + done.stderr

    assert re.search(r"^dogbell +1\.0$", python("-m", "pip", "list", "--path", shelf), re.MULTILINE)
    assert "No module named 'dogbell'" in python("-c", "import dogbell")
    assert "No module named 'portbell'" in python("-c", "import dogbell", PYTHONPATH=shelf)
    (tmp_path / "shelf" / "portbell.py").touch()
    assert python("-c", "import dogbell", PYTHONPATH=shelf) == ""
    told = [printed(name).strip() for name in ("elsewhere", "broken", "mended")]
    assert [line.split()[-1] for line in told] == ["'dogbell'", "'portbell'", "OK"]


def test_a_check_imports_what_needs_another_program_and_reads_the_other_tags():
    code = "import sys; from helpers import environment; environment.check(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"soundfile", "torch"} <= loaded and not {"librosa", "matplotlib", "pydub", "ipywidgets"} & loaded


def test_all_other_libraries_are_there():
    count, fine = figures(printed("rest"))
    assert count == fine > 20


def test_the_meter_shows_of_the_recording_what_is_measured_by_hand(bark, tmp_path, monkeypatch):
    monkeypatch.setattr(SourceMenu, "chosen", "file")
    soundfile.write(tmp_path / "bark.wav", bark, RATE)
    names = {"path": tmp_path / "bark.wav"}
    exec(SOURCES["source"], names)
    exec(SOURCES["meter"], names)
    meter = names["level_meter"](names["source"])
    meter.start()
    meter.wait()
    levels = figures(printed("levels").replace("초:", ""))[1::2]
    assert text("meter.level", now=f"{levels[-1]:.0f}", loudest=f"{max(levels):.0f}") in meter.note.value


def test_pydub_is_quiet_without_ffmpeg():
    code = 'from helpers.lesson import start; start("02_install", sounds=False); import pydub'
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | {"PATH": ""}
    )
    assert "ffmpeg" not in done.stderr


def test_the_messages_quoted_are_the_real_ones(language):
    (path,) = (path for path in build.lessons(language) if path.name.startswith("02"))
    (troubles,) = (cell.source for cell in build.read(path).cells if cell.id == "troubles")
    said = [text("live.no_pyaudio", command=""), text("meter.silent", lowest="-60")]
    quoted = re.findall("“(.+?)”", troubles.replace("−", "-"))
    assert len(quoted) == len(said)
    for whole, part in zip(said, quoted, strict=True):
        assert part.split(".")[0] in whole
