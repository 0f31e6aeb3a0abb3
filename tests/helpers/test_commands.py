"""The commands as a learner types them: help that teaches, sentences instead of tracebacks, work that can stop."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from helpers import audio, download, environment, model
from helpers import train as training
from helpers.__main__ import main
from helpers.config import AudioConfig
from helpers.environment import Finding
from helpers.live.sources import FileSource
from helpers.messages import LessonError, text
from helpers.segments import read_made, read_segments
from tests.shared import in_python, store

COMMANDS = {
    "check": "02_install",
    "download": "03_download",
    "split": "04_split",
    "mfcc": "05_mfcc",
    "train": "06_train",
    "evaluate": "07_evaluate",
    "listen": "08_live_mic",
    "diary": "08_live_mic",
    "spectrum": "08_live_mic",
    "page": "09_your_sounds",
    "progress": "TEACHING",
}


@pytest.fixture
def sounds(tmp_path):
    generator = np.random.default_rng(0)
    for name, label in (("1.wav", "dog_bark"), ("2.wav", "siren")):
        sound = 0.1 * generator.standard_normal(3 * 22_050)
        store(tmp_path / "UrbanSound", label, name, sound, (0.0, 3.0, label), rate=22_050)
    return tmp_path / "UrbanSound"


def test_split_and_mfcc_lead_from_recordings_to_pictures(sounds, capsys, language):
    assert main(["split", "-u", str(sounds)]) == 0
    shown = capsys.readouterr()
    assert f"mfcc -u {sounds}" in shown.out and "graph: 100%" in shown.err
    assert main(["mfcc", "--urbansound_dir", str(sounds)]) == 0
    assert main(["mfcc", "-u", str(sounds), "--size", "640x320"]) == 0
    rows = read_segments(sounds / "graph")
    assert len(rows) == 6
    for folder, size in (("graph_mfcc", (87, 64)), ("graph_mfcc_640x320", (640, 320))):
        for row in rows:
            with Image.open(sounds / folder / row.segment.replace(".wav", ".png")) as picture:
                assert picture.size == size


def test_out_replaces_the_folder_for_everything_written(sounds, tmp_path, capsys):
    before = sorted(sounds.rglob("*"))
    assert main(["split", "-u", str(sounds), "--out", str(tmp_path / "out"), "--jobs", "2"]) == 0
    assert main(["mfcc", "-u", str(tmp_path / "out"), "--out", str(tmp_path / "drawn")]) == 0
    assert sorted(sounds.rglob("*")) == before
    assert len(list((tmp_path / "drawn/graph_mfcc").rglob("*.png"))) == 6


def test_the_parameters_of_the_lesson_are_options(sounds, capsys):
    words = ["--segment-seconds", "0.5", "--segment-hop-seconds", "0.25", "--gate-dbfs", "-60", "--negatives", "2"]
    assert main(["split", "-u", str(sounds), *words, "--sample-rate", "16000"]) == 0
    made = read_made(sounds / "graph")
    config = AudioConfig(sample_rate=16_000, segment_seconds=0.5, segment_hop_seconds=0.25, gate_dbfs=-60)
    assert (made["config"], made["negatives"], made["target"]) == (config, 2, "dog_bark")
    assert [row.positive for row in read_segments(sounds / "graph")].count(False) == 2
    assert main(["mfcc", "-u", str(sounds), "--n-fft", "512", "--n-mels", "20"]) == 0
    assert read_made(sounds / "graph_mfcc")["config"] == config.replace(n_fft=512, n_mels=20)
    assert main(["split", "-u", str(sounds), "--target", "none"]) == 0
    assert read_made(sounds / "graph")["target"] is None


@pytest.mark.parametrize(
    "words",
    [
        ["split", "-u", "nowhere"],
        ["split", "-u", "tests", "--segment-seconds", "0"],
        ["split", "-u", "tests/exercises", "--out", "README.md"],
        ["train", "--data", "builtin", "--out", "tests"],
        ["train", "--data", "builtin", "--onnx", "README.md/model.onnx"],
        ["mfcc", "-u", "nowhere"],
        ["download", "nothing-of-that-name"],
        ["train", "--data", "nowhere"],
        ["evaluate", "--data", "nowhere"],
        ["evaluate", "--data", "tests", "--model", "nowhere.safetensors"],
        ["listen", "--source", "nowhere"],
        ["listen", "--source", "file"],
        ["listen", "--source", "mic:x"],
        ["listen", "--source", "mic", "--target", "cat"],
        ["listen", "--source", "mic", "--model", "nowhere.safetensors"],
        ["spectrum", "--source", "nowhere"],
        ["progress", "nowhere"],
        ["progress", "images"],
    ],
)
def test_a_mistake_ends_in_one_sentence(words, capsys, language):
    assert main(words) == 1
    shown = capsys.readouterr()
    assert shown.out == "" and len(shown.err.splitlines()) == 1
    assert bool(re.search("[가-힣]", shown.err)) == (language == "ko")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["split"], "-u"),
        (["spilt"], "spilt"),
        (["split", "-u", ".", "--jobs", "0"], "0"),
        (["split", "-u", ".", "--jobs", "two"], "two"),
        (["split", "-u", ".", "--jobs", "1_000"], "1_000"),
        (["evaluate", "--data", ".", "--folds", "--seed", "+5"], "+5"),
        (["mfcc", "-u", ".", "--size", "1200"], "1200"),
        (["train"], "--data"),
        (["train", "--data", ".", "--classes", "cats"], "cats"),
        (["evaluate", "--data", ".", "--folds", "--model", "x"], "--model"),
        (["evaluate", "--data", ".", "--epochs", "3"], "--folds"),
        (["evaluate", "--data", ".", "--seed", "0"], "--folds"),
        (["evaluate", "--data", ".", "--folds", "--seed", "1,5"], "1,5"),
        (["lsten"], "lsten"),
        (["listen", "--source"], "--source"),
        (["listen"], "--source"),
        (["listen", "--source", "file:night.wav", "--log", "barks"], "--began"),
        (["listen", "--source", "file:night.wav", "--began", "noon"], "noon"),
        (["listen", "--source", "mic", "--threshold", "high"], "high"),
        (["listen", "--source", "mic", "--threshold", "1.5"], "1.5"),
        (["split", "-u", ".", "--gate-dbfs", "0,5"], "0,5"),
        (["listen", "--source", "mic", "--seconds", "0"], "0"),
        (["listen", "--source", "mic", "--seconds", "-1"], "--seconds"),
        (["spectrum", "--source", "mic", "--seconds", "ten"], "ten"),
        (["page", "mine.onnx"], "--out"),
        (["split", "-u", ".", "--neg", "2"], "--neg"),  # no guessing
    ],
)
def test_a_command_line_not_understood_names_the_word_and_the_help(words, named, capsys, language):
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    shown = capsys.readouterr().err
    assert named in shown and "--help" in shown and "Traceback" not in shown
    english = {"argument ", "required", "invalid", "choose", "unrecognized", "expected", "allowed"}
    assert not any(word in shown for word in english) or language == "en"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_help_names_its_lesson_an_example_and_where_results_go(command, capsys, language):
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert COMMANDS[command] in shown and f"python -m helpers {command}" in shown.split("\n\n")[-1]
    for place in {"split": ("graph/positive", "graph/segments.csv"), "mfcc": ("graph_mfcc/negative",)}.get(command, ()):
        assert place in shown
    english = {"usage:", "options:", "show this help message and exit"}
    assert not any(word in shown for word in english) or language == "en"


def test_no_command_shows_the_help(capsys):
    assert main([]) == 2
    shown = capsys.readouterr().out
    assert all(re.search(rf"^ +{command} ", shown, re.MULTILINE) for command in COMMANDS)


LISTEN = ["listen", "--source", "file:{sounds}/data/siren/2.wav", "--model", "{sounds}/m.onnx"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "without", "threads"),
    [
        (["--help"], ("torch", "librosa", "soundfile", "tqdm", "numpy"), 1),  # so it answers at once
        (["split", "-u", "{sounds}", "--threads", "3"], ("torch", "librosa", "matplotlib"), 3),
        (LISTEN, ("torch", "IPython"), 1),
    ],
)
def test_a_command_imports_only_what_it_needs_and_takes_the_threads_it_is_told(sounds, words, without, threads):
    if "listen" in words:
        labels = ("dog_bark", "other")
        model.export_onnx(sounds / "m.onnx", model.Model(network=model.Network(2), config=AudioConfig(), labels=labels))
    code = f"""
import contextlib, os, sys, helpers.__main__ as it
with contextlib.suppress(SystemExit):
    it.main({[word.format(sounds=sounds) for word in words]})
print([name for name in {without} if name in sys.modules], os.environ.get("OMP_NUM_THREADS"))
"""
    assert in_python(code).splitlines()[-1] == f"[] {threads}"


@pytest.mark.parametrize(
    ("error", "code", "named"),
    [
        (ModuleNotFoundError(name="torch"), 1, "torch"),
        (PermissionError(13, "denied", "a/file"), 1, "a/file"),
        (KeyboardInterrupt(), 130, "^(Stopped|멈췄어요)"),
    ],
)
def test_what_stops_a_command_is_a_sentence(monkeypatch, capsys, language, error, code, named):
    def refused(*_, **__):
        raise error

    monkeypatch.setattr("helpers.split.split", refused)
    assert main(["split", "-u", "."]) == code
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1 and re.search(named, said)
    assert bool(re.search("[가-힣]", said)) == (language == "ko")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send to another process.")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_real_ctrl_c_ends_in_a_sentence_and_leaves_no_half_result(tmp_path, jobs):
    generator = np.random.default_rng(0)
    for number in range(40):
        store(tmp_path, "dog_bark", f"{number}.wav", 0.1 * generator.standard_normal(20 * 22_050), rate=22_050)
    words = ["split", "-u", str(tmp_path), "--out", str(tmp_path / "out"), "--jobs", str(jobs)]
    command = [sys.executable, "-m", "helpers", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as process:
        while not list((tmp_path / "out").glob(".graph.part/*/*")):
            assert process.poll() is None, "it ended before it wrote anything"
            time.sleep(0.001)
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the workers as well
        error = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130 and "Traceback" not in error
    assert [path.name for path in (tmp_path / "out").iterdir()] in ([], [".graph.lock"])


def test_check_fails_only_for_what_is_needed(monkeypatch, capsys):
    wanted = Finding("ffmpeg", "program", "", "", ok=False, needed=False, remedy="apt-get install ffmpeg")
    monkeypatch.setattr(environment, "check", lambda: [wanted])
    assert main(["check"]) == 0
    assert "apt-get install ffmpeg" in capsys.readouterr().out
    monkeypatch.setattr(environment, "check", lambda: [wanted, Finding("numpy", "package", ">=2", "", ok=False)])
    assert main(["check"]) == 1


@pytest.mark.parametrize(
    ("words", "answer", "asked", "fetched"),
    [
        ([], "y", 1, True),
        ([], "네", 1, True),
        ([], "n", 1, False),
        ([], "", 1, False),
        ([], None, 1, False),
        (["--yes"], None, 0, True),
    ],
)
def test_download_shows_size_and_licence_and_asks_first(words, answer, asked, fetched, tmp_path, monkeypatch, capsys):
    questions, begun = [], []

    def fetch(name, to, *, confirm):
        if not confirm("42 MB, CC BY 3.0"):
            raise LessonError("download.declined", title=name)
        begun.append(name)
        return Path(to) / name

    def reply(question):
        questions.append(question)
        if answer is None:
            raise EOFError
        return answer

    monkeypatch.setattr("builtins.input", reply)
    monkeypatch.setattr(download, "download", fetch)
    assert main(["download", "esc10", "--to", str(tmp_path), *words]) == (0 if fetched else 1)
    shown = capsys.readouterr()
    assert "42 MB" in shown.out and "CC BY 3.0" in shown.out
    assert len(questions) == asked and bool(begun) == fetched
    assert (f"split -u {tmp_path / 'esc10'}" in shown.out) == fetched


@pytest.mark.slow
def test_it_runs_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "en")
    command = [sys.executable, "-m", "helpers", "mfcc", "-u", tmp_path]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert shown.returncode == 1 and len(shown.stderr.splitlines()) == 1 and str(Path(tmp_path)) in shown.stderr


@pytest.fixture
def four_folds(tmp_path, monkeypatch):
    """Dogs that are tones and sirens that are noise, three recordings of each in each of four folds; short epochs."""
    for name, recipe in training.RECIPES.items():
        monkeypatch.setitem(training.RECIPES, name, recipe | {"steps_per_epoch": 2})
    folder = tmp_path / "four"
    generator = np.random.default_rng(0)
    rows, time_s = ["class,freesound_id,file,fold"], np.arange(22_050) / 22_050
    for number in range(24):
        label, fold = ("dog_bark", "siren")[number % 2], 1 + number // 2 % 4
        tone = np.sin(2 * np.pi * (500 + 20 * number) * time_s)
        sound = 0.2 * (tone if label == "dog_bark" else generator.standard_normal(len(time_s)))
        path = store(folder, label, f"{number}.wav", sound, (0.0, 1.0, label), rate=22_050)
        rows.append(f"{label},{number},{path.relative_to(folder).as_posix()},{fold}")
    (folder / "folds.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_the_help_names_the_epochs_of_the_recipes(language):
    told = re.findall(r"\d+", text("command.epochs"))
    assert told == [str(recipe["epochs"]) for recipe in training.RECIPES.values()]


@pytest.mark.slow
def test_train_and_evaluate_lead_from_recordings_to_scores(four_folds, tmp_path, capsys):
    stored, graph = tmp_path / "my model.safetensors", tmp_path / "my model.onnx"
    words = ["--data", str(four_folds), "--epochs", "2"]
    assert main(["train", *words, "--out", str(stored), "--onnx", str(graph)]) == 0
    assert str(stored) in capsys.readouterr().out
    assert stored.exists() and graph.exists() and not (four_folds / "graph").exists()  # what was cut is in the cache
    assert main(["evaluate", "--model", str(stored), "--data", str(four_folds)]) == 1  # it has met them all
    capsys.readouterr()
    for path in four_folds.rglob("*.csv"):
        path.write_text(re.sub(r",(\d+),data", r",9\1,data", path.read_text(encoding="utf-8")), encoding="utf-8")
    assert main(["evaluate", "--model", str(stored), "--data", str(four_folds), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["recording"]["n"] == report["segment"]["n"] == 24
    assert {"auc", "f1", "precision", "recall", "accuracy"} <= report["segment"].keys()
    assert {"threshold", "pooling"} <= report["recording"].keys()
    assert main(["listen", "--model", str(graph), "--source", f"file:{four_folds / 'data/siren/1.wav'}"]) == 0


@pytest.mark.slow
def test_train_learns_from_the_pictures_that_lie_there_and_draws_them_anew(four_folds, tmp_path, capsys):
    words = ["train", "--data", str(four_folds), "--epochs", "1", "--out", str(tmp_path / "m")]
    assert main(["split", "-u", str(four_folds), "--segment-seconds", "0.5"]) == 0
    assert main(["mfcc", "-u", str(four_folds), "--n-mels", "32"]) == 0
    assert main(words) == 0
    config = AudioConfig(segment_seconds=0.5, n_mels=32)
    assert model.load_model(tmp_path / "m").config == config
    shutil.rmtree(four_folds / "graph_mfcc")
    assert main(words) == 0
    assert model.load_model(tmp_path / "m").config == config.replace(n_mels=64)
    assert (four_folds / "graph_mfcc/segments.csv").exists()


@pytest.mark.slow
def test_folds_test_every_recording_once_for_dogs_or_for_all_classes(four_folds, capsys):
    words = ["evaluate", "--data", str(four_folds), "--folds", "--epochs", "1", "--classes"]
    assert main([*words, "dog", "--json"]) == 0
    report = json.loads("{" + capsys.readouterr().out.partition("{")[2])
    assert [one["fold"] for one in report["folds"]] == [1, 2, 3, 4]
    assert "recording" in report and "macro_f1" not in report
    assert main([*words, "all"]) == 0
    shown = capsys.readouterr().out
    assert "siren: " in shown and "AUC" not in shown


def test_a_last_fold_without_dogs_is_refused_before_the_training(four_folds, monkeypatch, capsys):
    table = four_folds / "folds.csv"
    table.write_text(re.sub(r"dog_bark(.*),4\n", r"dog_bark\1,3\n", table.read_text("utf-8")), encoding="utf-8")
    monkeypatch.setattr(training, "train", lambda *_args, **_options: pytest.fail("it learns"))
    assert main(["train", "--data", str(four_folds)]) == 1
    assert "Traceback" not in capsys.readouterr().err


# ---- listening -------------------------------------------------------------------------------------------------------


@pytest.fixture
def barks(tmp_path, monkeypatch):
    """Words that listen to six seconds with two sounds in them, and a model that is sure of whatever is loud."""

    class LoudModel(model.Model):
        def predict_proba(self, windows):
            loud = np.abs(windows).max(axis=1) > 0.5
            return np.stack([~loud, loud], axis=1).astype(float)

    loud = LoudModel(network=model.Network(2), config=AudioConfig(), labels=("other", "dog_bark"))
    monkeypatch.setattr(model, "load_model", lambda *_file: replace(loud))
    sound = 0.02 * np.random.default_rng(0).standard_normal(6 * 22_050)
    for second in (1.5, 4.0):
        sound[round(second * 22_050) :][:2000] += 0.8 * np.sin(np.arange(2000) / 3)
    soundfile.write(tmp_path / "two barks.wav", sound, 22_050)
    return ["listen", "--source", f"file:{tmp_path / 'two barks.wav'}"]


def test_listen_prints_json_a_line_for_each_event_and_the_total_last(barks, capsys, language):
    assert main([*barks, "--json"]) == 0
    shown = capsys.readouterr()
    *events, total = [json.loads(line) for line in shown.out.splitlines()]
    assert [list(line) for line in events] == [["event"]] * 2
    for line, start_s in zip(events, (1.5, 4.0), strict=True):
        event = line["event"]
        assert list(event) == ["start_s", "end_s", "reported_s", "peak"]
        assert event["start_s"] == pytest.approx(start_s, abs=0.02)
        assert event["start_s"] < event["reported_s"] < event["start_s"] + 0.4
        assert event["start_s"] < event["end_s"] and event["peak"] == 1
    assert total == {"total": {"heard_s": 6.0, "windows": 51, "quiet": 0, "skipped": 0, "overflows": 0, "events": 2}}
    assert len(shown.err.splitlines()) == 1  # which source, apart from what programs read


def test_listen_says_the_same_in_words(barks, capsys, language):
    assert main(barks) == 0
    first, second, total = capsys.readouterr().out.splitlines()
    assert re.match(r"(1\.49|1\.50)–", first) and re.match(r"(3\.99|4\.00)–", second)
    assert "6.00" in total and "51" in total and "2" in total
    assert bool(re.search("[가-힣]", total)) == (language == "ko")


@pytest.mark.parametrize(
    ("words", "heard_s", "events"),
    [
        (["--seconds", "3"], 3.0, 1),
        (["--seconds", "0.25"], 0.25, 0),
        (["--seconds", "100"], 6.0, 2),
        (["--target", "other"], 6.0, 3),
        (["--threshold", "1"], 6.0, 2),
    ],
)
def test_what_listen_is_told_changes_what_it_finds(barks, words, heard_s, events, capsys):
    assert main([*barks, "--json", *words]) == 0
    total = json.loads(capsys.readouterr().out.splitlines()[-1])["total"]
    assert (total["heard_s"], total["events"]) == (heard_s, events)


def test_listen_takes_the_model_it_is_given(barks, monkeypatch):
    asked, known = [], model.load_model()
    monkeypatch.setattr(model, "load_model", lambda *file: asked.append(file) or known)
    assert main([*barks, "--model", "mine.safetensors"]) == main(barks) == 0
    assert asked == [("mine.safetensors",), ()]


def test_listen_to_a_file_that_is_not_there_ends_in_a_sentence(barks, capsys):
    assert main(["listen", "--source", "file:nowhere.wav", "--json"]) == 1
    shown = capsys.readouterr()
    assert shown.out == "" and "nowhere.wav" in shown.err.splitlines()[-1] and "Traceback" not in shown.err


@pytest.mark.parametrize("stop_s", [2, 3])  # the first event begins at 1.5 s: after 2 s it is in the window yet
def test_ctrl_c_ends_listening_with_the_event_that_lasts_and_the_total(barks, monkeypatch, capsys, stop_s):
    read = FileSource.read

    def stopped(source):
        if source.arrived_s > stop_s:
            raise KeyboardInterrupt
        return read(source)

    monkeypatch.setattr(FileSource, "read", stopped)
    assert main([*barks, "--json"]) == 0
    event, last = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert event["event"]["start_s"] == pytest.approx(1.5, abs=0.05)
    assert last["total"]["events"] == 1 and last["total"]["heard_s"] == pytest.approx(stop_s + 0.1, abs=0.1)


def test_ctrl_c_ends_spectrum_without_a_word(barks, monkeypatch, capsys):
    def stopped(_source):
        raise KeyboardInterrupt

    monkeypatch.setattr(FileSource, "read", stopped)
    assert main(["spectrum", *barks[1:]]) == 0
    assert len(capsys.readouterr().err.splitlines()) == 1  # which source


def test_spectrum_draws_as_much_as_it_is_told(barks, capsys):
    begun = time.monotonic()
    assert main(["spectrum", *barks[1:], "--seconds", "0.5"]) == 0
    assert 0.45 < time.monotonic() - begun < 5  # a recording takes the time it lasts
    assert "0.5" in capsys.readouterr().out.splitlines()[0]


@pytest.fixture(scope="module")
def dogs(builtin_sounds):
    """Recordings of two barks or more whose first is not at the very beginning."""
    dogs = [one for one in builtin_sounds.recordings if one.label == "dog_bark" and one.events[1:]]
    return [one for one in dogs if one.events[0].start_s > 0.3][:6]


@pytest.mark.slow
def test_the_pretrained_detector_finds_barks_where_they_are(dogs, capsys):
    hits = 0
    for recording in dogs:
        assert main(["listen", "--source", f"file:{recording.path}", "--json"]) == 0
        *events, total = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert total["total"]["events"] == len(events)
        starts = [line["event"]["start_s"] for line in events]
        hits += any(bark.start_s - 0.1 < start < bark.end_s + 0.1 for bark in recording.events for start in starts)
    assert hits >= 5


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send to another process.")
def test_a_real_ctrl_c_ends_listening_with_the_total(dogs, tmp_path):
    soundfile.write(tmp_path / "long.wav", np.resize(audio.load(dogs[0].path), 900 * 22_050), 22_050)
    command = [sys.executable, "-m", "helpers", "listen", "--source", f"file:{tmp_path / 'long.wav'}", "--json"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert "event" in json.loads(process.stdout.readline())  # each line comes when it is known
        process.send_signal(signal.SIGINT)
        rest, error = process.communicate(timeout=60)
    assert process.returncode == 0 and "Traceback" not in error
    *events, last = [json.loads(line) for line in rest.splitlines()]
    assert last["total"]["events"] == len(events) + 1 and last["total"]["heard_s"] < 900
