"""start.py: what it runs on which computer, what it says, and that an interrupted set-up goes on."""

import ast
import json
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

import start
from helpers.environment import System

ROOT = Path(start.__file__).parent


class Computer(start.SetUp):
    """A set-up whose commands are noted, not run; the flags say how this computer answers."""

    def __init__(self, root, *, family="linux", superuser=False):
        super().__init__(root, language="en")
        self.system = System(family=family, python=str(self.python), root=superuser)
        self.ran = []
        self.fails = ""  # a pattern of the commands that end badly
        self.cpu_index = False
        self.would_install = ["torch", "sympy"]
        self.debian = ["gcc", "python3-venv"]
        self.sudo = False

    def _run(self, command, **options):
        command = command if isinstance(command, str) else " ".join(map(str, command))
        self.ran.append(command.replace(str(self.venv), ".venv"))
        if self.fails and re.search(self.fails, command):
            return False
        if "-m venv" in command:
            shutil.rmtree(self.venv, ignore_errors=True)
            self.python.parent.mkdir(parents=True, exist_ok=True)
            self.python.touch()
        return True

    def _ask(self, *command):
        said = ""
        if "--version" in command:
            said = "pip 26.0 from somewhere (python {}.{})\n".format(*sys.version_info)
        elif "--dry-run" in command:
            said = json.dumps({"install": [{"metadata": {"name": name}} for name in self.would_install]})
        elif command[0] == "dpkg-query":
            said = "".join(f"{package} installed\n" for package in self.debian) + "ffmpeg config-files\n"
        elif command[0] == "sudo":
            return SimpleNamespace(returncode=0 if self.sudo else 1, stdout="", stderr="")
        else:
            return SimpleNamespace(returncode=0 if self._run(command) else 1, stdout="", stderr="")
        return SimpleNamespace(returncode=0, stdout=said, stderr="")

    def _answers(self, address):
        self.ran.append(f"ask {address}")
        return self.cpu_index


@pytest.fixture
def computer(tmp_path, monkeypatch):
    """A fresh clone on Linux."""
    monkeypatch.setattr(start.sys, "platform", "linux")
    monkeypatch.delenv("SOUND_ALLOW_CUDA", raising=False)
    for name in (*start.FILES["lessons"], *start.FILES["tests"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    return Computer(tmp_path)


def pip_installs(computer):
    return [command.split(" install ", 1)[1] for command in computer.ran if " -m pip install " in command]


def test_a_fresh_clone_gets_torch_then_the_lock_then_pyaudio_and_the_second_start_runs_nothing(computer):
    computer.prepare()
    torch, lock, microphone = pip_installs(computer)
    assert torch.endswith("-c requirements.txt torch==" + torch.rpartition("==")[2])
    assert lock.endswith("-r requirements.txt -e .")
    assert "pyaudio" in microphone

    computer.ran.clear()
    computer.prepare()
    assert computer.ran == []


def test_the_tests_add_their_own_lock_once(computer):
    computer.prepare()
    computer.ran.clear()
    computer.prepare(tests=True)
    assert [command.split()[-1] for command in computer.ran] == ["tests/requirements.txt"]
    computer.prepare(tests=True)
    assert len(computer.ran) == 1


@pytest.mark.parametrize("file", start.FILES["lessons"])
def test_a_changed_list_is_installed_again(computer, file):
    computer.prepare()
    computer.ran.clear()
    with (computer.root / file).open("a", encoding="utf-8") as lines:
        lines.write("# a later release\n")
    computer.prepare()
    assert any(command.endswith("-r requirements.txt -e .") for command in computer.ran)


@pytest.mark.parametrize("step", ["-m venv", "torch==", "-r requirements.txt"])
def test_a_set_up_broken_off_at_any_step_says_why_and_goes_on_the_next_time(computer, step):
    computer.fails = re.escape(step)
    with pytest.raises(start.Stopped) as why:
        computer.prepare()
    assert len(str(why.value).splitlines()) == 1
    computer.fails = ""
    computer.prepare()
    computer.ran.clear()
    computer.prepare()
    assert computer.ran == []


@pytest.mark.parametrize("step", ["torch==", "-r requirements.txt", "-r tests/requirements.txt"])
def test_an_environment_in_which_pip_was_killed_is_made_anew(computer, step):
    run = computer._run

    def killed(command, **options):
        if step in " ".join(map(str, command)):
            raise KeyboardInterrupt
        return run(command, **options)

    computer._run = killed
    with pytest.raises(KeyboardInterrupt):
        computer.prepare(tests=True)
    computer._run = run
    computer.ran.clear()
    computer.prepare(tests=True)
    assert "-m venv --clear" in computer.ran[0]
    assert len(pip_installs(computer)) == 4


def test_an_environment_whose_python_is_gone_is_made_anew(computer):
    computer.prepare()
    computer.python.unlink()
    computer.ran.clear()
    computer.prepare()
    assert "-m venv --clear" in computer.ran[0]


def test_without_portaudio_the_set_up_succeeds_and_names_the_command(computer, capsys):
    computer.system = replace(computer.system, family="fedora")
    computer.fails = "pyaudio"
    computer.prepare()
    said = capsys.readouterr().out
    assert f"sudo dnf install -y portaudio-devel gcc && {computer.python} -m pip install" in said
    computer.fails = ""
    computer.ran.clear()
    computer.prepare()
    assert computer.ran == [], "a failed PyAudio must not be tried at every start"


def test_the_cpu_index_comes_first(computer):
    computer.cpu_index = True
    computer.would_install = ["torch", "nvidia-cublas"]
    computer.prepare()
    assert "--index-url https://download.pytorch.org/whl/cpu torch==" in pip_installs(computer)[0]
    assert not any("-c requirements.txt torch" in command for command in computer.ran)


def test_a_cpu_index_without_this_torch_falls_back_to_the_dry_run(computer):
    computer.cpu_index, computer.fails = True, "--index-url"
    computer.would_install = ["torch", "nvidia-cublas"]
    with pytest.raises(start.Stopped, match="SOUND_ALLOW_CUDA=1"):
        computer.prepare()


def test_gigabytes_for_nvidia_need_permission(computer, monkeypatch, capsys):
    computer.would_install = ["torch", "nvidia-cublas"]
    monkeypatch.setattr(start.sys, "argv", ["start.py", "lab"])
    with pytest.raises(start.Stopped) as why:
        computer.prepare()
    assert str(why.value).endswith(f"SOUND_ALLOW_CUDA=1 {sys.executable} start.py lab")
    assert pip_installs(computer) == []

    monkeypatch.setenv("SOUND_ALLOW_CUDA", "1")
    computer.prepare()
    assert "3000 MB" in capsys.readouterr().out
    assert "torch==" in pip_installs(computer)[0]


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_take_torch_from_pypi_unasked(computer, monkeypatch, platform):
    monkeypatch.setattr(start.sys, "platform", platform)
    computer.would_install = ["nvidia-cublas"]
    computer.prepare()
    assert "-c requirements.txt torch==" in pip_installs(computer)[0]


def test_each_download_over_50_mb_is_announced_before_it_begins(computer, capsys):
    sizes_said_before = []
    run = computer._run

    def noting(command, **options):
        sizes_said_before.append((command, re.findall(r"(\d+) MB", capsys.readouterr().out)))
        return run(command, **options)

    computer._run = noting
    computer.prepare()
    for part in ("torch==", "requirements.txt -e"):
        (said,) = [sizes for command, sizes in sizes_said_before if part in " ".join(map(str, command))]
        assert len(said) == 1 and int(said[0]) > 50


@pytest.mark.parametrize(
    ("superuser", "sudo", "runs"),
    [(True, False, "apt-get update && apt-get install"), (False, True, "sudo apt-get update && sudo apt-get install")],
)
def test_missing_debian_packages_are_installed_where_that_is_allowed(computer, superuser, sudo, runs):
    computer.system = replace(computer.system, family="debian", root=superuser)
    computer.sudo = sudo
    computer.prepare()
    assert computer.ran[0] == f"{runs} -y --no-install-recommends ffmpeg portaudio19-dev"


def test_without_the_right_to_install_the_one_command_is_printed_and_the_set_up_goes_on(computer, capsys):
    computer.system = replace(computer.system, family="debian")
    computer.prepare()
    assert "sudo apt-get install -y --no-install-recommends ffmpeg portaudio19-dev\n" in capsys.readouterr().out
    assert not any("apt-get" in command for command in computer.ran)
    assert len(pip_installs(computer)) == 3


def test_apt_is_left_alone_where_nothing_is_missing_or_the_system_is_another(computer):
    computer.system = replace(computer.system, family="debian", root=True)
    computer.debian = ["ffmpeg", "gcc", "portaudio19-dev", "python3-venv"]
    computer.prepare()
    other = Computer(computer.root, family="arch", superuser=True)
    other._lessons()
    assert not any("apt-get" in command for command in computer.ran + other.ran)


def test_an_old_python_can_read_the_file_far_enough_to_say_it_is_too_old(monkeypatch):
    source = Path(start.__file__).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    guard = source[: source.index("import argparse")]
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    with pytest.raises(SystemExit, match=r"This is Python 3\.9\. Run it again with Python 3\.11 or newer"):
        exec(guard, {})


WORKERS = ("--numprocesses=auto", "--maxprocesses=4", "--dist=loadscope", "--no-loadscope-reorder")


@pytest.mark.parametrize(
    ("arguments", "language", "starts"),
    [
        (["run"], "ko", [["notebooks/build.py", "run"]]),
        (["notebooks", "04"], "ko", [["notebooks/build.py", "build", "04"]]),
        (["images", "--lessons", "en"], "en", [["images/draw.py"]]),
        (["ready-model", "ESC-10"], "ko", [["-m", "helpers.ready", "ESC-10"]]),
        (["test", "-k", "split"], "ko", [["-m", "pytest", *WORKERS, "-k", "split"]]),
    ],
)
def test_each_verb_starts_its_program_and_hands_on_the_rest(monkeypatch, arguments, language, starts):
    prepared, started = [], []
    monkeypatch.setattr(start.SetUp, "prepare", lambda self, tests: prepared.append((self.language, tests)))
    monkeypatch.setattr(subprocess, "call", lambda command, cwd: started.append(command[1:]) or 3)
    monkeypatch.setattr(sys.stdout, "reconfigure", lambda **options: None, raising=False)
    assert start.main(arguments) == 3
    assert prepared == [(language, arguments[0] == "test")]
    assert started == starts


def test_make_knows_every_verb():
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(targets[1].split()) == set(start.VERBS)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that says Ctrl+C to another process")
def test_jupyterlab_answers_and_a_second_start_takes_under_ten_seconds_of_work(language):
    """Processor time, because the clock on the wall also counts whatever else this computer does.

    What a second start could wait for without working, network and installers, the tests above show it leaves alone.
    """
    if not start.SetUp().done("lessons"):
        pytest.skip("start.py has not set this clone up as it is now, so there is no second start to measure.")
    import resource  # not on Windows

    def work():
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    before = work()
    command = [sys.executable, "start.py", "lab", "--lessons", language, "--ServerApp.port=0"]
    lab = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8")
    try:
        lesson = rf"/lab/tree/notebooks/{language}/01_overview\.ipynb\?token=\w+"
        address = re.search(rf"http://\S+{lesson}", lab.stdout.readline())
        with urllib.request.urlopen(address[0], timeout=60) as page:
            assert "JupyterLab" in page.read().decode()
    finally:
        lab.send_signal(signal.SIGINT)
        assert lab.wait(timeout=60) == 0
        lab.stdout.close()
    assert work() - before < 10
