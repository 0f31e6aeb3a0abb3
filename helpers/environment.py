"""What this computer has, what it lacks, and the command that mends it.

At its top this module imports the standard library only: ``start.py`` uses it before anything is installed.
"""

import importlib
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from helpers import copies
from helpers.messages import LANGUAGES, text

PROJECT = "sound-lessons"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
FREE_GB = 1  # what the synthetic sounds and the work folders of all lessons need

_LINUX = {"apt-get": "debian", "dnf": "fedora", "pacman": "arch"}  # by their installers
_INSTALL = {
    "debian": "{sudo}apt-get update && {sudo}apt-get install -y --no-install-recommends",
    "fedora": "{sudo}dnf install -y",
    "arch": "{sudo}pacman -S --needed --noconfirm",
    "darwin": "brew install",
    "win32": "winget install -e --id",
    "conda": "conda install -y -c conda-forge",
}
_FFMPEG = {"fedora": "ffmpeg-free", "win32": "Gyan.FFmpeg"}  # "ffmpeg" elsewhere
_COMPILES_PYAUDIO = {
    "debian": "portaudio19-dev gcc python3-dev",
    "fedora": "portaudio-devel gcc python3-devel",
    "darwin": "portaudio",
}
_REMOTE = {
    "BINDER_SERVICE_HOST": "Binder",
    "CODESPACES": "Codespaces",
    "COLAB_RELEASE_TAG": "Colab",
    "JUPYTERHUB_USER": "JupyterHub",
    "SSH_CONNECTION": "SSH",
}


@dataclass(frozen=True, kw_only=True)
class System:
    """A computer, as far as the commands that install something depend on it."""

    family: str  # "debian", "fedora", "arch", "darwin" or "win32"; "linux" for any other
    python: str = "python"  # the interpreter that packages are installed for
    root: bool = False  # commands need no sudo
    conda: bool = False  # Python belongs to a conda environment
    remote: str = ""  # the service that the kernel runs on; empty on the learner's own computer

    @classmethod
    def this(cls):
        """This computer."""
        linux = next((family for program, family in _LINUX.items() if shutil.which(program)), "linux")
        return cls(
            family=linux if sys.platform == "linux" else sys.platform,
            python=sys.executable,
            root=hasattr(os, "geteuid") and os.geteuid() == 0,
            conda=Path(sys.prefix, "conda-meta").is_dir(),
            remote=next((name for variable, name in _REMOTE.items() if variable in os.environ), ""),
        )

    def install(self, packages):
        """The command that installs ``packages``, a str, or a sentence where none is known."""
        installer = _INSTALL.get("conda" if self.conda else self.family, text("environment.by_hand"))
        return f"{installer.format(sudo='' if self.root else 'sudo ')} {packages}"

    def pip(self, *arguments):
        """The command that installs with pip; PyPI's torch for Linux would bring gigabytes for NVIDIA cards."""
        words = [self.python, "-m", "pip", "install", *arguments]
        if arguments[-1].startswith("torch") and self.family not in ("darwin", "win32"):
            words += ["--index-url", TORCH_CPU_INDEX]
        command = " ".join(f'"{word}"' if set(word) & set(" <>[]") else word for word in words)
        # PowerShell takes a quoted word at the start for a text to print
        return f"& {command}" if self.family == "win32" and command.startswith('"') else command

    def microphone(self, requirement="pyaudio"):
        """The command that installs PyAudio."""
        if self.conda:
            return self.install("pyaudio")
        if self.family == "win32":  # there it need not be compiled
            return self.pip(requirement)
        return f"{self.install(_COMPILES_PYAUDIO.get(self.family, 'portaudio gcc'))} && {self.pip(requirement)}"


@dataclass(frozen=True)
class Finding:
    """One line of the table. ``remedy`` is for what is not ``ok``; lessons fail without what is ``needed``."""

    name: str
    kind: str  # "python", "package", "library", "disk", "program", "microphone", "device" or "place"
    wanted: str
    found: str
    ok: bool
    remedy: str = ""
    needed: bool = True


def check():
    """What is there and what is missing on this computer; takes some seconds, because torch is imported.

    Returns
    -------
    list of Finding
    """
    system = System.this()
    if not _version(PROJECT):
        remedy = system.pip("-e", f"{Path(__file__).parents[1]}[lessons]")
        return [Finding(PROJECT, "package", "", "", False, remedy)]
    findings = []

    def add(name, kind, wanted, found, ok, remedy="", needed=True):
        findings.append(Finding(name, kind, wanted, found, bool(ok), remedy, needed))

    python, pythons = platform.python_version(), metadata.metadata(PROJECT)["Requires-Python"]
    add("Python", "python", pythons, python, _fits(python, pythons), text("environment.python"))
    findings += [_package(line, system) for line in metadata.requires(PROJECT)]
    libsndfile = getattr(_load("soundfile"), "__libsndfile_version__", "")
    repair = system.pip("--force-reinstall", "--no-deps", "soundfile")
    add("libsndfile", "library", ">=1.1", libsndfile, _fits(libsndfile, ">=1.1"), repair)  # the first that reads mp3
    if _version("torch"):
        torch = _load("torch")
        device = "" if torch is None else "cuda" if torch.cuda.is_available() else "cpu"
        add("device", "device", "", device, device, system.pip("--force-reinstall", "--no-deps", "torch"))
    folder = data_dir().absolute()
    while not folder.exists():
        folder = folder.parent
    gb = int(shutil.disk_usage(folder).free / 1e8) / 10  # rounded down: 0.96 GB are too few
    add("disk", "disk", f">={FREE_GB} GB", f"{gb:g} GB", gb >= FREE_GB, text("environment.no_room", gb=FREE_GB))

    install = system.install("ffmpeg" if system.conda else _FFMPEG.get(system.family, "ffmpeg"))
    add("ffmpeg", "program", "", str(ffmpeg() or ""), ffmpeg(), install, needed=False)
    if _version("pyaudio"):
        count = microphones()
        found = "" if count is None else text("environment.inputs", count=count)
        remedy = system.microphone() if count is None else text("environment.no_input")
        add("PortAudio", "microphone", "", found, count, remedy, needed=False)
    elsewhere = text("environment.remote", place=system.remote)
    add("kernel", "place", "", system.remote or text("environment.here"), not system.remote, elsewhere, needed=False)
    return findings


def _package(line, system):
    from packaging.requirements import Requirement

    requirement = Requirement(line)
    name, marker, found = requirement.name, requirement.marker, _version(requirement.name)
    wanted = ",".join(sorted(map(str, requirement.specifier), reverse=True))  # the lower end first
    if marker and not any(marker.evaluate({"extra": extra}) for extra in ("lessons", "microphone")):
        return Finding(name, "package", wanted, text("environment.not_here"), True)
    remedy = system.microphone(name + wanted) if name == "pyaudio" else system.pip(name + wanted)
    return Finding(name, "package", wanted, found, _fits(found, wanted), remedy, needed=name != "pyaudio")


def _fits(version, wanted):
    from packaging.specifiers import SpecifierSet

    return bool(version) and SpecifierSet(wanted).contains(version, prereleases=True)


def _version(package):
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _load(package):
    try:
        return importlib.import_module(package)
    except (ImportError, OSError):  # OSError: the package is there, the library behind it is not
        return None


def microphones():
    """How many inputs PortAudio sees; None if PyAudio does not work."""
    count = (
        "import pyaudio; audio = pyaudio.PyAudio(); devices = range(audio.get_device_count());"
        "print(sum(audio.get_device_info_by_index(device)['maxInputChannels'] > 0 for device in devices))"
    )
    try:  # in a process of its own: ALSA fills stderr, a bad driver ends the process
        return int(subprocess.run([sys.executable, "-c", count], capture_output=True, timeout=30, check=True).stdout)
    except subprocess.SubprocessError:
        return None


def as_table(findings):
    """The findings of `check` as text: a line for each, below it what to do about those that are not well."""
    # Only the last column may hold Hangul, whose letters are two columns wide: it needs no padding.
    name, wanted = (max(len(getattr(finding, column)) for finding in findings) for column in ("name", "wanted"))
    lines = []
    for finding in findings:
        mark = "[v]" if finding.ok else "[!]" if finding.needed else "[ ]"
        lines.append(f"{mark} {finding.name:{name}}  {finding.wanted:{wanted}}  {finding.found}".rstrip())
    lines.append(text("environment.marks"))
    lines += [f"{finding.name}: {finding.remedy}" for finding in findings if not finding.ok]
    missing = sum(finding.needed and not finding.ok for finding in findings)
    lines.append(text("environment.some_missing", count=missing) if missing else text("environment.all_there"))
    return "\n".join(lines)


def data_dir():
    """The learner's cache: the folder that ``SOUND_DATA_DIR`` names, else the system's own place for caches (Path)."""
    if chosen := os.environ.get("SOUND_DATA_DIR"):
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path(PROJECT, appauthor=False)


def in_copies():
    """Whether a kernel runs one of the learner's own copies; it starts in the notebook's folder."""
    here = Path.cwd()
    return here.name in LANGUAGES and here.parent.name == copies.FOLDER


def work_dir():
    """Where lessons leave what they make: ``my_lessons/data`` in the learner's copies, else a folder of the cache."""
    return Path.cwd().parent / "data" if in_copies() else data_dir() / "lessons"


def ffmpeg():
    """Where ffmpeg is (Path), or None."""
    found = shutil.which("ffmpeg")
    return Path(found) if found else None
