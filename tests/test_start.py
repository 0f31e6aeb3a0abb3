"""start.py: what it runs on which computer, what it says, and that an interrupted set-up goes on."""

import ast
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

import start
from helpers.environment import System
from tests.shared import can_be_run, in_python
from tools.address import address

ROOT = Path(start.__file__).parent


class Computer(start.SetUp):
    """A set-up whose commands are noted, not run; the flags say how this computer answers."""

    def __init__(self, root, *, family="linux", superuser=False):
        super().__init__(root, language="en")
        self.system = System(family=family, python=str(self.python), root=superuser)
        self.ran = []
        self.fails = ""  # a pattern of the commands that end badly
        self.cpu_index = False
        self.would_install = "torch-2.13.0 sympy-1.14.0"
        self.debian = ["gcc", "python3-dev", "python3-venv"]
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
            said = f"Would install {self.would_install}\n"
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


SERVED = {
    "linux": {"platform": "linux", "machine": "x86_64", "libc": "glibc"},
    "raspberry": {"platform": "linux", "machine": "aarch64", "libc": "glibc"},
    "mac": {"platform": "darwin", "machine": "arm64", "macos": "14.0"},
    "windows": {"platform": "win32", "machine": "AMD64", "wheels": "win-amd64"},
    "an Intel Python on Windows for ARM": {"platform": "win32", "machine": "ARM64", "wheels": "win-amd64"},
}


@pytest.fixture
def pretend(monkeypatch):
    """A function that makes this computer another one."""

    def become(*, platform, machine, libc="", macos="", wheels="", python=sys.version_info, bits=64):
        monkeypatch.setattr(start.sys, "platform", platform)
        monkeypatch.setattr(start.sys, "version_info", python)
        monkeypatch.setattr(start.sys, "maxsize", 2 ** (bits - 1) - 1)
        monkeypatch.setattr(start.platform, "machine", lambda: machine)
        monkeypatch.setattr(start.platform, "libc_ver", lambda: (libc, "2.36" if libc else ""))
        monkeypatch.setattr(start.platform, "mac_ver", lambda: (macos, ("", "", ""), machine))
        monkeypatch.setattr(start.sysconfig, "get_platform", lambda: wheels)

    return become


@pytest.fixture
def computer(tmp_path, monkeypatch, pretend):
    """A fresh clone on Linux, where PyTorch's index of CPU builds does not answer and PyPI has one."""
    pretend(**SERVED["linux"])
    monkeypatch.delenv("SOUND_ALLOW_CUDA", raising=False)
    for name in (*start.FILES["lessons"], *start.FILES["tests"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    return Computer(tmp_path)


def pip_installs(computer):
    return [command.split(" install ", 1)[1] for command in computer.ran if " -m pip install " in command]


def again(computer, **options):
    """What the next start runs."""
    computer.ran.clear()
    computer.prepare(**options)
    return computer.ran


def test_a_fresh_clone_gets_the_lock_then_pyaudio_and_the_second_start_runs_nothing(computer):
    computer.prepare()
    lock, microphone = pip_installs(computer)
    assert lock.endswith("-r requirements.txt -e .[lessons]")
    assert "pyaudio" in microphone
    assert "import librosa" in computer.ran[-1]  # before two tests, or two lessons, compile it at once
    assert again(computer) == []


def test_the_tests_add_their_own_lock_once(computer):
    computer.prepare()
    assert [command.split()[-1] for command in again(computer, tests=True)] == ["tests/requirements.txt"]
    assert again(computer, tests=True) == []


def test_from_a_folder_of_wheels_everything_is_installed_without_the_network(computer, capsys):
    (computer.root / "wheels").mkdir()
    computer.prepare()
    installs = pip_installs(computer)
    assert len(installs) == 2 and all(f"--no-index --find-links {computer.root / 'wheels'}" in one for one in installs)
    assert not any("--upgrade-deps" in command or command.startswith("ask") for command in computer.ran)
    assert " MB" not in capsys.readouterr().out
    assert again(computer) == []
    computer.prepare(tests=True)  # what tests need does not lie there
    assert "--no-index" not in pip_installs(computer)[-1]


def test_wheels_for_another_computer_are_told_and_the_folder_named(computer, language):
    (computer.root / "wheels").mkdir()
    computer.language = language
    computer.fails = "requirements.txt"
    with pytest.raises(start.Stopped) as why:
        computer.prepare()
    said = str(why.value)
    assert "wheels" in said and "{}.{}".format(*sys.version_info) in said and len(said.splitlines()) == 1


@pytest.mark.parametrize("file", start.FILES["lessons"])
def test_a_changed_list_is_installed_again(computer, file):
    computer.prepare()
    with (computer.root / file).open("a", encoding="utf-8") as lines:
        lines.write("# a later release\n")
    assert any(command.endswith("-r requirements.txt -e .[lessons]") for command in again(computer))


@pytest.mark.parametrize("step", ["-m venv", "torch==", "-r requirements.txt"])
def test_a_set_up_broken_off_at_any_step_says_why_and_goes_on_the_next_time(computer, step):
    computer.cpu_index = True
    computer.fails = re.escape(step)
    with pytest.raises(start.Stopped) as why:
        computer.prepare()
    assert len(str(why.value).splitlines()) == 1
    computer.fails = ""
    computer.prepare()
    assert again(computer) == []


@pytest.mark.parametrize("step", ["torch==", "-r requirements.txt", "-r tests/requirements.txt"])
def test_an_environment_in_which_pip_was_killed_is_made_anew(computer, step):
    computer.cpu_index = True
    run = computer._run

    def killed(command, **options):
        if step in " ".join(map(str, command)):
            raise KeyboardInterrupt
        return run(command, **options)

    computer._run = killed
    with pytest.raises(KeyboardInterrupt):
        computer.prepare(tests=True)
    computer._run = run
    assert "-m venv --clear" in again(computer, tests=True)[0]
    assert len(pip_installs(computer)) == 4


def test_an_environment_whose_python_is_gone_is_made_anew(computer):
    computer.prepare()
    computer.python.unlink()
    assert "-m venv --clear" in again(computer)[0]


def test_without_portaudio_the_set_up_succeeds_and_names_the_command(computer, capsys):
    computer.system = replace(computer.system, family="fedora")
    computer.fails = "pyaudio"
    computer.prepare()
    said = capsys.readouterr().out
    assert f"sudo dnf install -y portaudio-devel gcc python3-devel && {computer.python} -m pip install" in said
    computer.fails = ""
    assert again(computer) == [], "a failed PyAudio must not be tried at every start"


def test_the_cpu_index_comes_first(computer):
    computer.cpu_index = True
    computer.would_install = "torch-2.13.0 nvidia-cublas-13.1"
    computer.prepare()
    assert "--index-url https://download.pytorch.org/whl/cpu torch==" in pip_installs(computer)[0]


def test_gigabytes_for_nvidia_need_permission(computer, monkeypatch, capsys):
    computer.would_install = "torch-2.13.0 nvidia-cublas-13.1"
    monkeypatch.setattr(start.sys, "argv", ["start.py", "lab"])
    with pytest.raises(start.Stopped) as why:
        computer.prepare()
    assert str(why.value).endswith(f"SOUND_ALLOW_CUDA=1 {sys.executable} start.py lab")
    assert pip_installs(computer) == []

    monkeypatch.setenv("SOUND_ALLOW_CUDA", "1")
    capsys.readouterr()
    computer.prepare()
    assert "3400 MB" in capsys.readouterr().out
    assert len(pip_installs(computer)) == 2


@pytest.mark.parametrize("kind", ["mac", "windows"])
def test_other_systems_take_torch_from_pypi_unasked(computer, pretend, kind):
    pretend(**SERVED[kind])
    computer.would_install = "torch-2.13.0 nvidia-cublas-13.1"
    computer.prepare()
    assert not any("torch==" in command or "download.pytorch.org" in command for command in computer.ran)


def test_the_download_is_announced_before_it_begins(computer, capsys):
    computer.cpu_index = True
    computer.fails = "torch=="
    with pytest.raises(start.Stopped):
        computer.prepare()
    assert re.search(r"about \d{3} MB in all", capsys.readouterr().out)


@pytest.mark.parametrize("kind", SERVED)
def test_the_lock_serves(pretend, kind):
    pretend(**SERVED[kind])
    assert start.unserved() == ""


@pytest.mark.parametrize(
    ("kind", "changed", "why"),
    [
        ("mac", {"machine": "x86_64"}, "Intel Mac"),
        ("mac", {"macos": "13.6.1"}, "macOS 13.6.1"),
        ("windows", {"wheels": "win-arm64"}, "Windows on ARM"),
        ("windows", {"wheels": "win32", "bits": 32}, "32-bit Python"),
        ("raspberry", {"bits": 32}, "32-bit Python"),
        ("linux", {"machine": "riscv64"}, "Linux on riscv64"),
        ("linux", {"libc": ""}, "Linux without glibc"),
        ("linux", {"python": (3, 15, 0)}, "Python 3.15"),
    ],
)
def test_a_computer_without_packages_is_named_before_anything_runs(computer, pretend, language, kind, changed, why):
    pretend(**SERVED[kind] | changed)
    computer.language = language
    with pytest.raises(start.Stopped) as stopped:
        computer.prepare()
    said = str(stopped.value)
    assert f"({why})" in said and "mybinder.org" in said and "Codespaces" in said
    assert said.endswith(address())
    assert ("PYTHON=python3.14" in said) == ("Python" in why)
    assert computer.ran == []


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
    assert len(pip_installs(computer)) == 2


def test_apt_is_left_alone_where_nothing_is_missing_or_the_system_is_another(computer):
    computer.system = replace(computer.system, family="debian", root=True)
    computer.debian += ["ffmpeg", "portaudio19-dev"]
    computer.prepare()
    other = Computer(computer.root, family="arch", superuser=True)
    other._lessons()
    assert not any("apt-get" in command for command in computer.ran + other.ran)


def test_an_old_python_can_read_the_file_far_enough_to_say_it_is_too_old(monkeypatch):
    source = Path(start.__file__).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    guard = source[: source.index("import argparse")]
    monkeypatch.setattr(sys, "version_info", (3, 11, 2))
    with pytest.raises(SystemExit, match=r"This is Python 3\.11\.2\. Run it again with Python 3\.11\.4 or newer"):
        exec(guard, {})


WORKERS = ("--numprocesses=auto", "--maxprocesses=4", "--dist=loadscope", "--no-loadscope-reorder")


@pytest.mark.parametrize(
    ("arguments", "language", "starts"),
    [
        (["run"], "ko", ["tools.build_notebooks", "run"]),
        (["notebooks", "04"], "ko", ["tools.build_notebooks", "build", "04"]),
        (["images", "--lessons", "en"], "en", ["tools.draw_images"]),
        (["ready-model", "ESC-10"], "ko", ["tools.make_detector", "ESC-10"]),
        (["test", "-k", "split"], "ko", ["pytest", *WORKERS, "-m", "not weekly", "-k", "split"]),
        (["test-all", "--lf"], "ko", ["pytest", *WORKERS, "--lf"]),
        (["class"], "ko", ["tools.class_kit"]),
    ],
)
def test_each_verb_starts_its_program_and_hands_on_the_rest(monkeypatch, arguments, language, starts):
    prepared, started = [], []
    monkeypatch.setattr(start.SetUp, "prepare", lambda self, tests: prepared.append((self.language, tests)))
    monkeypatch.setattr(subprocess, "call", lambda command, cwd: started.append(command[1:]) or 3)
    monkeypatch.setattr(sys.stdout, "reconfigure", lambda **options: None, raising=False)
    assert start.main(arguments) == 3
    assert prepared == [(language, arguments[0] in ("test", "test-all", "notebooks"))]
    assert started == [["-m", *starts]]


@pytest.mark.parametrize(("verb", "prepared"), [("copies", False), ("install", True)])
def test_the_copies_are_made_with_and_without_a_set_up(monkeypatch, tmp_path, capsys, verb, prepared):
    (tmp_path / "notebooks" / "en").mkdir(parents=True)
    lesson = tmp_path / "notebooks" / "en" / "01_overview.ipynb"
    monkeypatch.setattr(start, "SetUp", lambda language: Computer(tmp_path))
    asked = []
    monkeypatch.setattr(Computer, "prepare", lambda self, tests: asked.append(tests))
    for said in ("old", "new"):
        lesson.write_text(
            f'{{"cells": [{{"cell_type": "markdown", "source": ["{said}"]}}], "metadata": {{}}}}', encoding="utf-8"
        )
        assert start.main([verb]) == 0
    assert bool(asked) == prepared
    assert capsys.readouterr().out.count("my_lessons/en/01_overview.new.ipynb") == 1


def test_a_folder_where_nothing_may_be_written_is_named(monkeypatch, tmp_path, capsys):
    (tmp_path / "my_lessons").touch()
    monkeypatch.setattr(start, "SetUp", lambda language: Computer(tmp_path))
    assert start.main(["copies"]) == 1
    assert str(tmp_path / "my_lessons") in capsys.readouterr().err


def test_each_program_is_there():
    modules = {program[0] for programs in start.MODULES.values() for program in programs} - {"pytest"}
    assert "tools.benchmarks" in modules
    assert [name for name in modules if not can_be_run(name)] == []


def test_what_it_starts_computes_on_one_thread():
    """JupyterLab and its kernels inherit what `helpers` says when start.py imports it."""
    code = "import os, start; print(os.environ['OMP_NUM_THREADS'], os.environ['SOUND_THREADS'])"
    environment = {key: value for key, value in os.environ.items() if not key.endswith("_THREADS")}
    assert in_python(code, cwd=ROOT, env=environment).split() == ["1", "1"]


def test_make_knows_every_verb():
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(targets[1].split()) == {"lab", "install", "copies", *start.MODULES}


@pytest.mark.parametrize("listens_after", [0.3, 60.0])
def test_an_address_is_given_once_somebody_listens_or_in_vain_for_long(listens_after, tmp_path, monkeypatch):
    monkeypatch.setattr(start, "LISTENS_S", 0.6)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        state = {"url": "http://localhost/", "token": "t", "hostname": "127.0.0.1", "port": server.getsockname()[1]}
        (tmp_path / "jpserver-1.json").write_text(json.dumps(state))
        timer = threading.Timer(listens_after, server.listen)
        timer.start()
        began = time.monotonic()
        assert start._address(SimpleNamespace(poll=lambda: None), tmp_path, "lab") == "http://localhost/lab?token=t"
        assert time.monotonic() - began >= min(listens_after, 0.6) - 0.1
        timer.cancel()


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
        lesson = rf"/lab/tree/my_lessons/{language}/01_overview\.ipynb\?token=\w+(?=\s)"
        said = (re.search(rf"http://\S+{lesson}", line) for line in lab.stdout)  # first, perhaps, which lessons are new
        with urllib.request.urlopen(next(filter(None, said))[0], timeout=60) as page:
            assert "JupyterLab" in page.read().decode()
    finally:
        lab.send_signal(signal.SIGINT)
        assert lab.wait(timeout=60) == 0
        lab.stdout.close()
    assert work() - before < 10
