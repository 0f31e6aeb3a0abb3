"""The commands as a learner types them: help that teaches, sentences instead of tracebacks, work that can stop."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from helpers import audio, checkpoint, environment
from helpers import train as training
from helpers.__main__ import main
from helpers.batch import JOURNAL
from helpers.config import AudioConfig
from helpers.datasets import download as fetching
from helpers.environment import Finding
from helpers.live.file import FileSource
from helpers.messages import text
from helpers.split import read_pieces

COMMANDS = {
    "check": "02_install",
    "download": "03_download",
    "split": "04_split",
    "mfcc": "05_mfcc",
    "train": "06_train",
    "evaluate": "07_evaluate",
    "listen": "08_live_mic",
    "spectrum": "08_live_mic",
}


@pytest.fixture
def sounds(tmp_path):
    folder = tmp_path / "UrbanSound"
    generator = np.random.default_rng(0)
    for name, label in (("1", "dog_bark"), ("2", "siren")):
        path = folder / "data" / label / f"{name}.wav"
        path.parent.mkdir(parents=True)
        soundfile.write(path, 0.1 * generator.standard_normal(3 * 22_050), 22_050)
        path.with_suffix(".csv").write_text(f"0.0,3.0,1,{label}\n", encoding="utf-8")
    return folder


def shell(*words, **options):
    command = [sys.executable, "-m", "helpers", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", **options)


def test_split_and_mfcc_lead_from_recordings_to_pictures(sounds, capsys, language):
    assert main(["split", "-u", str(sounds)]) == 0
    shown = capsys.readouterr()
    assert f"mfcc -u {sounds}" in shown.out and "graph: 100%" in shown.err
    assert main(["mfcc", "--urbansound_dir", str(sounds), "--size", "64x32"]) == 0
    for row in read_pieces(sounds):
        with Image.open(sounds / "graph_mfcc" / row.piece.replace(".wav", ".png")) as picture:
            assert picture.size == (64, 32)
    assert len(read_pieces(sounds)) == 6


def test_out_replaces_the_folder_for_everything_written(sounds, tmp_path, capsys):
    before = sorted(sounds.rglob("*"))
    assert main(["split", "-u", str(sounds), "--out", str(tmp_path / "out"), "--jobs", "2"]) == 0
    assert main(["mfcc", "-u", str(tmp_path / "out"), "--out", str(tmp_path / "drawn"), "--size", "64x32"]) == 0
    assert sorted(sounds.rglob("*")) == before
    assert len(list((tmp_path / "drawn/graph_mfcc").rglob("*.png"))) == 6


def test_the_parameters_of_the_lesson_are_options(sounds, capsys):
    words = ["--piece-seconds", "0.5", "--piece-hop-seconds", "0.5", "--gate-dbfs", "-60", "--negatives", "2"]
    assert main(["split", "-u", str(sounds), *words]) == 0
    header = json.loads((sounds / "graph" / JOURNAL).read_text(encoding="utf-8").splitlines()[0])
    chosen = ("piece_seconds", "piece_hop_seconds", "gate_dbfs", "negatives")
    assert [header[name] for name in chosen] == [0.5, 0.5, -60.0, 2]
    assert [row.positive for row in read_pieces(sounds)].count(False) == 2


def test_other_parameters_are_refused_until_fresh(sounds, capsys):
    assert main(["split", "-u", str(sounds)]) == 0
    assert main(["split", "-u", str(sounds), "--gate-dbfs", "-50"]) == 1
    refusal = capsys.readouterr().err.splitlines()[-1]
    assert "--fresh" in refusal and "gate_dbfs" in refusal
    assert main(["split", "-u", str(sounds), "--gate-dbfs", "-50", "--fresh"]) == 0


@pytest.mark.parametrize(
    "words",
    [
        ["split", "-u", "nowhere"],
        ["split", "-u", "tests", "--piece-seconds", "0"],
        ["mfcc", "-u", "nowhere"],
        ["download", "nothing-of-that-name"],
        ["train", "--data", "nowhere"],
        ["evaluate", "--data", "nowhere"],
        ["evaluate", "--data", "tests", "--model", "nowhere.safetensors"],
        ["listen", "--source", "nowhere"],
        ["listen", "--source", "file"],
        ["listen", "--source", "mic:x"],
        ["listen", "--source", "mic", "--target", "cat"],
        ["listen", "--source", "mic", "--threshold", "1.5"],
        ["listen", "--source", "mic", "--model", "nowhere.safetensors"],
        ["spectrum", "--source", "nowhere"],
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
        (["mfcc", "-u", ".", "--size", "1200"], "1200"),
        (["train"], "--data"),
        (["train", "--data", ".", "--classes", "cats"], "cats"),
        (["evaluate", "--data", ".", "--folds", "--model", "x"], "--model"),
        (["listen"], "--source"),
        (["listen", "--source", "mic", "--threshold", "high"], "high"),
        (["listen", "--source", "mic", "--seconds", "0"], "0"),
        (["listen", "--source", "mic", "--seconds", "-1"], "--seconds"),
        (["spectrum", "--source", "mic", "--seconds", "ten"], "ten"),
        (["split", "-u", ".", "--fre"], "--fre"),  # no guessing: --fresh deletes
    ],
)
def test_a_command_line_not_understood_names_the_word_and_the_help(words, named, capsys, language):
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    shown = capsys.readouterr().err
    assert named in shown and "--help" in shown and "Traceback" not in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_each_help_names_its_lesson_an_example_and_where_results_go(command, capsys, language):
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert COMMANDS[command] in shown and f"python -m helpers {command}" in shown.split("\n\n")[-1]
    for place in {"split": ("graph/positive", "graph/pieces.csv"), "mfcc": ("graph_mfcc/negative",)}.get(command, ()):
        assert place in shown
    english = {"usage:", "options:", "show this help message and exit"}
    assert not any(word in shown for word in english) or language == "en"


def test_no_command_shows_the_help(capsys):
    assert main([]) == 2
    shown = capsys.readouterr().out
    assert all(re.search(rf"^ +{command} ", shown, re.MULTILINE) for command in COMMANDS)


def test_help_answers_at_once_because_nothing_heavy_is_imported():
    shown = shell("--help")
    assert shown.returncode == 0 and not shown.stderr
    heavy = ("torch", "librosa", "soundfile", "tqdm")
    code = f"import sys, helpers.__main__; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_split_starts_without_torch(sounds):
    code = (
        f"import sys, helpers.__main__ as it; it.main(['split', '-u', {str(sounds)!r}]); print('torch' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert shown.stdout.splitlines()[-1] == "False"


def test_ctrl_c_ends_in_a_sentence(sounds, monkeypatch, capsys, language):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("helpers.split.load", stopped)
    assert main(["split", "-u", str(sounds)]) == 130
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("멈췄어요" if language == "ko" else "Stopped")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send to another process.")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_real_ctrl_c_leaves_work_that_goes_on(tmp_path, jobs):
    generator = np.random.default_rng(0)
    for number in range(40):
        path = tmp_path / "data/siren" / f"{number}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, 0.1 * generator.standard_normal(20 * 22_050), 22_050)
    words = ["split", "-u", str(tmp_path), "--out", str(tmp_path / "out"), "--jobs", str(jobs)]
    journal = tmp_path / "out/graph" / JOURNAL
    command = [sys.executable, "-m", "helpers", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as process:
        while not (journal.exists() and journal.read_bytes().count(b"\n") > 2):
            time.sleep(0.001)
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the workers as well
        error = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130 and "Traceback" not in error
    assert not (tmp_path / "out/graph/pieces.csv").exists()
    done = shell(*words)
    assert done.returncode == 0 and len(read_pieces(tmp_path / "out")) == 400


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

    def fetch(entry, archive, progress):
        begun.append(archive)
        archive.write_bytes(b"")

    def reply(question):
        questions.append(question)
        if answer is None:
            raise EOFError
        return answer

    monkeypatch.setattr("builtins.input", reply)
    monkeypatch.setattr(fetching, "_fetch", fetch)
    monkeypatch.setattr(fetching, "_install", lambda entry, archive, folder, progress: folder)
    assert main(["download", "esc10", "--to", str(tmp_path), *words]) == (0 if fetched else 1)
    shown = capsys.readouterr()
    assert "42 MB" in shown.out and "CC BY 3.0" in shown.out
    assert len(questions) == asked and bool(begun) == fetched
    assert (f"split -u {tmp_path / 'esc10'}" in shown.out) == fetched


def test_it_runs_from_any_folder(tmp_path):
    shown = shell("mfcc", "-u", tmp_path, cwd=tmp_path, env=os.environ | {"SOUND_LESSON_LANGUAGE": "en"})
    assert shown.returncode == 1 and len(shown.stderr.splitlines()) == 1 and str(Path(tmp_path)) in shown.stderr


@pytest.fixture
def four_folds(tmp_path, monkeypatch):
    """Dogs that are tones and sirens that are noise, three recordings of each in each of four folds; short epochs."""
    for name, recipe in training.RECIPES.items():
        monkeypatch.setitem(training.RECIPES, name, recipe | {"steps": 2})
    folder = tmp_path / "four"
    generator = np.random.default_rng(0)
    rows, time_s = ["class,freesound_id,file,fold"], np.arange(22_050) / 22_050
    for number in range(24):
        label, fold = ("dog_bark", "siren")[number % 2], 1 + number // 2 % 4
        tone = np.sin(2 * np.pi * (500 + 20 * number) * time_s)
        path = folder / "data" / label / f"{number}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, 0.2 * (tone if number % 2 == 0 else generator.standard_normal(len(time_s))), 22_050)
        path.with_suffix(".csv").write_text(f"0.0,1.0,1,{label}\n", encoding="utf-8")
        rows.append(f"{label},{number},{path.relative_to(folder).as_posix()},{fold}")
    (folder / "folds.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_the_help_names_the_epochs_of_the_recipes(language):
    told = re.findall(r"\d+", text("command.epochs"))
    assert told == [str(recipe["epochs"]) for recipe in training.RECIPES.values()]


@pytest.mark.slow
def test_train_and_evaluate_lead_from_recordings_to_scores(four_folds, tmp_path, capsys):
    model, graph = tmp_path / "my model.safetensors", tmp_path / "my model.onnx"
    words = ["--data", str(four_folds), "--epochs", "2"]
    assert main(["train", *words, "--out", str(model), "--onnx", str(graph)]) == 0
    assert str(model) in capsys.readouterr().out
    assert model.exists() and graph.exists() and not list(tmp_path.glob("*.unfinished"))
    assert main(["evaluate", "--model", str(model), "--data", str(four_folds)]) == 1  # it has met them all
    capsys.readouterr()
    for path in four_folds.rglob("*.csv"):
        path.write_text(re.sub(r",(\d+),data", r",9\1,data", path.read_text(encoding="utf-8")), encoding="utf-8")
    assert main(["evaluate", "--model", str(model), "--data", str(four_folds), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["recording"]["n"] == report["piece"]["n"] == 24
    assert {"auc", "f1", "precision", "recall", "accuracy"} <= report["piece"].keys()
    assert {"threshold", "rule"} <= report["recording"].keys() and report["config"]["sample_rate"] == 22_050
    assert "macro_f1" not in report
    assert main(["evaluate", "--model", str(model), "--data", str(four_folds), "--classes", "all", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["class_recall"].keys() == {"dog_bark", "other"}  # all that it can say


@pytest.mark.slow
@pytest.mark.parametrize("classes", ["dog", "all"])
def test_folds_test_every_recording_once(four_folds, capsys, classes):
    words = ["evaluate", "--data", str(four_folds), "--folds", "--classes", classes, "--epochs", "1"]
    assert main([*words, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["recording"]["n"] == 24 and [one["fold"] for one in report["folds"]] == [1, 2, 3, 4]
    assert ("macro_f1" in report) == ("class_recall" in report) == (classes == "all")
    assert main(words) == 0
    assert "AUC" in capsys.readouterr().out


def test_a_last_fold_without_dogs_is_refused_before_the_training(four_folds, monkeypatch, capsys):
    table = four_folds / "folds.csv"
    table.write_text(re.sub(r"dog_bark(.*),4\n", r"dog_bark\1,3\n", table.read_text("utf-8")), encoding="utf-8")
    monkeypatch.setattr(training, "train", lambda *_args, **_options: pytest.fail("it learns"))
    assert main(["train", "--data", str(four_folds)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.slow
def test_training_that_was_stopped_goes_on(four_folds, tmp_path, monkeypatch, capsys):
    out, kept = tmp_path / "model.safetensors", training._Course.keep

    def stop_after_one(course, *words):
        kept(course, *words)
        raise KeyboardInterrupt

    words = ["train", "--data", str(four_folds), "--epochs", "2", "--out", str(out)]
    monkeypatch.setattr(training._Course, "keep", stop_after_one)
    assert main(words) == 130 and not out.exists()
    monkeypatch.setattr(training._Course, "keep", kept)
    assert main(words) == 0 and out.exists()
    assert "1/2" in capsys.readouterr().err  # one epoch was there already


# ---- listening -------------------------------------------------------------------------------------------------------


@pytest.fixture
def barks(tmp_path, monkeypatch):
    """Words that listen to six seconds with two sounds in them, and a model that is sure of whatever is loud."""

    class Ear:
        labels, config, threshold, card = ("other", "dog_bark"), AudioConfig(), 0.5, {}

        def probabilities(self, windows):
            loud = np.abs(windows).max(axis=1) > 0.5
            return np.stack([~loud, loud], axis=1).astype(float)

    monkeypatch.setattr(checkpoint, "load", lambda *_file: Ear())
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
    assert total == {"total": {"heard_s": 6.0, "pieces": 51, "skipped": 0, "overflows": 0, "events": 2}}
    assert list(total["total"]) == ["heard_s", "pieces", "skipped", "overflows", "events"]
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
    asked, known = [], checkpoint.load()
    monkeypatch.setattr(checkpoint, "load", lambda *file: asked.append(file) or known)
    assert main([*barks, "--model", "mine.safetensors"]) == main(barks) == 0
    assert asked == [("mine.safetensors",), ()]


def test_listen_to_a_file_that_is_not_there_ends_in_a_sentence(barks, capsys, language):
    assert main(["listen", "--source", "file:nowhere.wav", "--json"]) == 1
    shown = capsys.readouterr()
    assert shown.out == "" and "nowhere.wav" in shown.err.splitlines()[-1] and "Traceback" not in shown.err


def test_ctrl_c_ends_listening_with_the_total(barks, monkeypatch, capsys):
    read = FileSource.read

    def stopped(source):
        if source.arrived_s > 3:
            raise KeyboardInterrupt
        return read(source)

    monkeypatch.setattr(FileSource, "read", stopped)
    assert main([*barks, "--json"]) == 0
    total = json.loads(capsys.readouterr().out.splitlines()[-1])["total"]
    assert total["events"] == 1 and total["heard_s"] == pytest.approx(3.1, abs=0.1)


def test_an_event_that_lasts_when_ctrl_c_comes_is_told(barks, monkeypatch, capsys):
    read = FileSource.read

    def stopped(source):
        if source.arrived_s > 2:  # the first one began at 1.5 s and is in the window yet
            raise KeyboardInterrupt
        return read(source)

    monkeypatch.setattr(FileSource, "read", stopped)
    assert main([*barks, "--json"]) == 0
    event, last = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert event["event"]["start_s"] == pytest.approx(1.5, abs=0.05) and last["total"]["events"] == 1


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
def test_the_ready_detector_finds_barks_where_they_are(dogs, capsys):
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
