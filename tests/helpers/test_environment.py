"""environment: the table of what is there, and the remedy for each system."""

import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers import environment
from helpers.environment import System, as_table, check, data_dir, ffmpeg

REQUIREMENTS = [
    "soundfile>=0.13,<1",
    "audioop-lts>=0.2.1; python_version >= '3.99'",
    'librosa<2,>=0.11; extra == "lessons"',
    'torch<3,>=2.6; extra == "lessons"',
    'pyaudio<0.3,>=0.2.14; extra == "microphone"',
]


class Computer:
    """A computer that has all the lessons can use; its attributes are what `check` finds there."""

    def __init__(self, monkeypatch):
        self.system = System(family="debian")
        self.python = "3.11.7"
        self.versions = {
            "sound-lessons": "2.0.0",
            "soundfile": "0.14.0",
            "librosa": "0.11.0",
            "torch": "2.13.0+cpu",
            "pyaudio": "0.2.14",
        }
        self.modules = {
            "soundfile": SimpleNamespace(__libsndfile_version__="1.2.2"),
            "torch": SimpleNamespace(cuda=SimpleNamespace(is_available=lambda: False)),
        }
        self.microphones = 1
        self.ffmpeg = Path("/usr/bin/ffmpeg")
        self.free = 100e9
        for owner, name, value in [
            (System, "this", lambda: self.system),
            (environment.platform, "python_version", lambda: self.python),
            (environment.metadata, "requires", lambda project: REQUIREMENTS),
            (environment.metadata, "metadata", lambda project: {"Requires-Python": ">=3.11.4"}),
            (environment.metadata, "version", self.version),
            (environment.importlib, "import_module", self.import_module),
            (environment.shutil, "disk_usage", lambda place: SimpleNamespace(free=self.free)),
            (environment, "microphones", lambda: self.microphones),
            (environment, "ffmpeg", lambda: self.ffmpeg),
        ]:
            monkeypatch.setattr(owner, name, value)

    def version(self, package):
        if package not in self.versions:
            raise metadata.PackageNotFoundError(package)
        return self.versions[package]

    def import_module(self, name):
        if name not in self.modules:
            raise OSError(f"{name} does not find its library")
        return self.modules[name]

    def finding(self, name):
        (found,) = [one for one in check() if one.name == name]
        return found


@pytest.fixture
def computer(monkeypatch):
    return Computer(monkeypatch)


def test_a_complete_computer_needs_no_remedy(computer, language):
    findings = check()
    assert all(finding.ok for finding in findings)
    assert as_table(findings).count("[v]") == len(findings) + 1, "a line each, and the legend"


@pytest.mark.parametrize(
    ("name", "attribute", "value", "needed"),
    [
        ("Python", "python", "3.10.1", True),
        ("librosa", "versions", {"librosa": None}, True),
        ("librosa", "versions", {"librosa": "0.10.2"}, True),
        ("librosa", "versions", {"librosa": "2.0"}, True),
        ("libsndfile", "modules", {"soundfile": None}, True),
        ("libsndfile", "modules", {"soundfile": SimpleNamespace(__libsndfile_version__="1.0.31")}, True),
        ("device", "modules", {"torch": None}, True),
        ("disk", "free", 0.96e9, True),
        ("pyaudio", "versions", {"pyaudio": None}, False),
        ("PortAudio", "microphones", None, False),
        ("PortAudio", "microphones", 0, False),
        ("ffmpeg", "ffmpeg", None, False),
    ],
)
def test_one_fault_is_one_line_with_its_remedy(computer, language, name, attribute, value, needed):
    if isinstance(value, dict):
        merged = getattr(computer, attribute) | value
        value = {key: entry for key, entry in merged.items() if entry}
    setattr(computer, attribute, value)
    findings = check()
    (fault,) = [finding for finding in findings if not finding.ok]
    assert (fault.name, fault.needed) == (name, needed)
    table = as_table(findings).splitlines()
    assert [line for line in table if line.startswith("[!]" if needed else "[ ]")][0][4:].split()[0] == name
    assert f"{name}: {fault.remedy}" in table and fault.remedy
    assert re.search(r"\b1\b|1가지", table[-1]) if needed else "1" not in table[-1]


def test_without_the_project_its_installation_is_the_one_remedy(computer):
    del computer.versions["sound-lessons"]
    (fault,) = check()
    assert fault.needed and not fault.ok
    assert re.search(r'pip install -e ".*\[lessons\]"$', fault.remedy)


def test_requirements_of_extras_count_and_those_of_other_pythons_do_not(computer):
    assert computer.finding("audioop-lts").ok
    assert computer.finding("librosa").wanted == ">=0.11,<2"
    assert [finding.name for finding in check() if not finding.needed and finding.kind == "package"] == ["pyaudio"]


def test_free_space_is_rounded_down(computer):
    computer.free = 0.96e9
    assert computer.finding("disk").found == "0.9 GB", "1 GB would be enough"


@pytest.mark.parametrize(("cuda", "device"), [(True, "cuda"), (False, "cpu")])
def test_the_device_is_one_that_training_uses(computer, cuda, device):
    computer.modules["torch"].cuda.is_available = lambda: cuda
    assert computer.finding("device").found == device


APT = "apt-get update && {}apt-get install -y --no-install-recommends portaudio19-dev gcc python3-dev"
PIP = '-m pip install "pyaudio>=0.2.14,<0.3"'


@pytest.mark.parametrize(
    ("system", "command"),
    [
        (System(family="debian"), f"sudo {APT.format('sudo ')} && python {PIP}"),
        (System(family="debian", root=True), f"{APT.format('')} && python {PIP}"),
        (System(family="fedora"), f"sudo dnf install -y portaudio-devel gcc python3-devel && python {PIP}"),
        (System(family="arch"), f"sudo pacman -S --needed --noconfirm portaudio gcc && python {PIP}"),
        (System(family="darwin"), f"brew install portaudio && python {PIP}"),
        (System(family="win32"), f"python {PIP}"),
        (System(family="win32", python=r"C:\My Lessons\python.exe"), rf'& "C:\My Lessons\python.exe" {PIP}'),
        (System(family="win32", conda=True), "conda install -y -c conda-forge pyaudio"),
    ],
)
def test_pyaudio_has_one_exact_command_on_each_system(computer, system, command):
    computer.system = system
    del computer.versions["pyaudio"]
    assert computer.finding("pyaudio").remedy == command
    ffmpegs = {} if system.conda else {"fedora": "ffmpeg-free", "win32": "Gyan.FFmpeg"}
    assert computer.finding("ffmpeg").remedy.endswith(ffmpegs.get(system.family, "ffmpeg"))


def test_an_unknown_linux_is_told_what_to_look_for(language):
    said = System(family="linux").microphone()
    assert re.search(r"[a-z가-힣: ]+ portaudio gcc && python -m pip install pyaudio$", said)


@pytest.mark.parametrize("family", ["debian", "fedora", "arch", "linux", "darwin", "win32"])
def test_a_missing_torch_never_brings_cuda_on_linux(computer, family):
    computer.system = System(family=family)
    del computer.versions["torch"]
    remedy = computer.finding("torch").remedy
    assert ("--index-url https://download.pytorch.org/whl/cpu" in remedy) == (family not in ("darwin", "win32"))


def test_a_kernel_elsewhere_points_to_the_browsers_microphone(computer, language):
    computer.system = System(family="debian", remote="Binder")
    remedy = computer.finding("kernel").remedy
    assert "Binder" in remedy and ("browser" in remedy or "브라우저" in remedy)


def test_binder_is_known_by_its_variable(monkeypatch):
    monkeypatch.setenv("BINDER_SERVICE_HOST", "hub")
    assert System.this().remote == "Binder"


def test_this_computer_is_found_as_it_is():
    findings = {finding.name: finding for finding in check()}
    for name in ("numpy", "librosa", "torch"):
        assert findings[name].found == metadata.version(name)
    assert all(finding.ok for finding in findings.values() if finding.kind in ("python", "package", "library"))
    assert bool(findings["ffmpeg"].found) == bool(shutil.which("ffmpeg"))
    assert len(findings) > len(metadata.requires("sound-lessons"))


def test_a_pyaudio_that_ends_the_process_is_no_microphone(monkeypatch, tmp_path):
    tmp_path.joinpath("pyaudio.py").write_text("import os; os._exit(139)\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert environment.microphones() is None
    tmp_path.joinpath("pyaudio.py").write_text(
        "class PyAudio:\n"
        "    get_device_count = lambda self: 3\n"
        "    get_device_info_by_index = lambda self, index: {'maxInputChannels': index}\n",
        encoding="utf-8",
    )
    assert environment.microphones() == 2


def test_the_data_folder_is_the_one_named_or_the_systems_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("SOUND_DATA_DIR", str(tmp_path / "not there yet"))
    assert data_dir() == tmp_path / "not there yet"
    assert not data_dir().exists()
    monkeypatch.setenv("SOUND_DATA_DIR", "~/sounds")
    assert data_dir() == Path.home() / "sounds"
    monkeypatch.delenv("SOUND_DATA_DIR")
    assert data_dir().is_absolute() and "sound-lessons" in data_dir().parts


def test_ffmpeg_is_the_one_on_the_path(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ffmpeg() is None
    program = tmp_path / ("ffmpeg.exe" if os.name == "nt" else "ffmpeg")
    program.touch(mode=0o755)
    assert ffmpeg() == program


def test_start_can_import_it_before_anything_is_installed():
    # -S -I: neither site-packages nor the current folder, so only the standard library and helpers are there
    root = str(Path(environment.__file__).parents[1])
    code = f"import sys; sys.path.insert(0, {root!r}); from helpers.environment import System; System.this()"
    subprocess.run([sys.executable, "-S", "-I", "-c", code], check=True)
