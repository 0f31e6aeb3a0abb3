"""environment: the table of what is there, and the remedy for each system."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from helpers.environment import Facts, System, as_table, check, data_dir, ffmpeg, look

FAMILIES = ("debian", "fedora", "arch", "linux", "darwin", "win32")
REQUIREMENTS = (
    "librosa<2,>=0.11",
    "torch<3,>=2.6",
    "audioop-lts>=0.2.1; python_version >= '3.13'",
    "pyaudio<0.3,>=0.2.14; extra == 'microphone'",
)


def facts(**changed):
    """A computer that has all the lessons can use."""
    versions = {"librosa": "0.11.0", "torch": "2.13.0+cpu", "pyaudio": "0.2.14"}
    complete = {
        "requirements": REQUIREMENTS,
        "versions": {name: version for name, version in {**versions, **changed.pop("versions", {})}.items() if version},
        "ffmpeg": "7.1",
        "libsndfile": "1.2.2",
        "microphones": 1,
        "device": "cpu",
        "free_gb": 100.0,
    }
    return Facts(**complete | changed)


def finding(name, system=None, **changed):
    """The one finding called ``name`` on a computer where ``changed`` differs from a complete one."""
    (found,) = [one for one in check(system or System(family="debian"), facts(**changed)) if one.name == name]
    return found


def test_a_complete_computer_needs_no_remedy():
    findings = check(System(family="debian"), facts())
    assert all(one.ok and not one.remedy for one in findings)


@pytest.mark.parametrize(
    ("name", "changed", "needed"),
    [
        ("librosa", {"versions": {"librosa": None}}, True),
        ("librosa", {"versions": {"librosa": "0.10.2"}}, True),
        ("librosa", {"versions": {"librosa": "2.0"}}, True),
        ("libsndfile", {"libsndfile": ""}, True),
        ("libsndfile", {"libsndfile": "1.0.31"}, True),
        ("disk", {"free_gb": 0.4}, True),
        ("pyaudio", {"versions": {"pyaudio": None}, "microphones": None}, False),
        ("PortAudio", {"microphones": None}, False),
        ("PortAudio", {"microphones": 0}, False),
        ("ffmpeg", {"ffmpeg": ""}, False),
        ("sound-lessons", {"requirements": ()}, True),
    ],
)
def test_what_is_missing_is_found_with_its_remedy(language, name, changed, needed):
    found = finding(name, **changed)
    assert (found.ok, found.needed) == (False, needed)
    assert found.remedy
    others = [one for one in check(System(family="debian"), facts(**changed)) if one.name != name]
    assert all(one.ok for one in others), "one fault must not show as two"
    table = as_table([found, *others])
    assert f"{name}: {found.remedy}" in table.splitlines()
    assert table.startswith("[!]" if needed else "[ ]")


def test_a_python_out_of_range_is_named():
    (found,) = [one for one in check(System(family="darwin", version=(3, 10, 1)), facts()) if one.kind == "python"]
    assert (found.found, found.ok) == ("3.10.1", False)


def test_a_requirement_of_other_pythons_is_not_missed_here_but_there():
    assert finding("audioop-lts").ok
    assert not finding("audioop-lts", System(family="debian", version=(3, 13, 0))).ok


def test_without_pyaudio_portaudio_is_not_judged():
    findings = check(System(family="debian"), facts(versions={"pyaudio": None}, microphones=None))
    assert "PortAudio" not in [one.name for one in findings]


@pytest.mark.parametrize(
    ("system", "command"),
    [
        (
            System(family="debian"),
            "sudo apt-get update && sudo apt-get install -y --no-install-recommends portaudio19-dev gcc "
            '&& python -m pip install "pyaudio>=0.2.14,<0.3"',
        ),
        (
            System(family="debian", root=True, headers=False, version=(3, 12, 4)),
            "apt-get update && apt-get install -y --no-install-recommends portaudio19-dev gcc python3.12-dev "
            '&& python -m pip install "pyaudio>=0.2.14,<0.3"',
        ),
        (
            System(family="fedora", headers=False),
            'sudo dnf install -y portaudio-devel gcc python3-devel && python -m pip install "pyaudio>=0.2.14,<0.3"',
        ),
        (
            System(family="arch"),
            'sudo pacman -S --needed --noconfirm portaudio gcc && python -m pip install "pyaudio>=0.2.14,<0.3"',
        ),
        (System(family="darwin"), 'brew install portaudio && python -m pip install "pyaudio>=0.2.14,<0.3"'),
        (System(family="win32"), 'python -m pip install "pyaudio>=0.2.14,<0.3"'),
        (
            System(family="win32", python=r"C:\My Lessons\python.exe"),
            r'& "C:\My Lessons\python.exe" -m pip install "pyaudio>=0.2.14,<0.3"',
        ),
        (System(family="darwin", conda=True), "conda install -y -c conda-forge pyaudio"),
    ],
)
def test_pyaudio_has_one_exact_command_on_each_system(system, command):
    assert finding("pyaudio", system, versions={"pyaudio": None}, microphones=None).remedy == command


def test_an_unknown_linux_is_told_what_to_look_for(language):
    system = System(family="linux")
    assert "PortAudio" in system.microphone() and system.microphone().endswith("python -m pip install pyaudio")
    assert "ffmpeg" in system.ffmpeg()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_missing_torch_never_brings_cuda_on_linux(family):
    remedy = finding("torch", System(family=family), versions={"torch": None}, device="").remedy
    assert ("--index-url https://download.pytorch.org/whl/cpu" in remedy) == (family not in ("darwin", "win32"))


def test_a_kernel_elsewhere_points_to_the_browsers_microphone(language):
    remedy = finding("kernel", System(family="debian", remote="Binder")).remedy
    assert "Binder" in remedy and ("Browser" in remedy.title() or "브라우저" in remedy)


def test_two_well_computers_read_the_same_without_what_is_theirs(language):
    one = check(System(family="debian"), facts())
    versions = {"librosa": "1.0.0", "audioop-lts": "0.2.2", "pyaudio": None}
    bare = facts(versions=versions, ffmpeg="", microphones=None, free_gb=3.0, device="cuda")
    other = check(System(family="win32", version=(3, 13, 1), remote="Binder"), bare)
    assert as_table(one, machine=False) == as_table(other, machine=False)
    assert as_table(one) != as_table(other)
    assert as_table(one, machine=False) != as_table(check(System(family="debian"), facts(libsndfile="")), machine=False)


def test_the_table_counts_what_is_needed_and_missing(language):
    table = as_table(check(System(family="debian"), facts(versions={"torch": None, "librosa": None}, ffmpeg="")))
    assert re.search(r"\b2\b|2가지", table.splitlines()[-1])
    assert [line[:3] for line in table.splitlines() if line.split()[-1:] == [">=0.11,<2"]] == ["[!]"]


def test_this_computer_is_read_from_the_metadata_pip_reads():
    seen = look()
    assert seen.requirements == tuple(importlib.metadata.requires("sound-lessons"))
    for requirement in map(Requirement, seen.requirements):
        if requirement.marker is None:
            assert seen.versions[requirement.name.lower()] == importlib.metadata.version(requirement.name)
    assert (seen.ffmpeg == "") == (shutil.which("ffmpeg") is None)
    assert seen.libsndfile and seen.device
    assert all(one.ok for one in check(System.this(), seen) if one.kind in ("python", "package") and one.needed)


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
    root = str(Path(__file__).parents[1])
    code = f"import sys; sys.path.insert(0, {root!r}); from helpers.environment import System; System.this()"
    subprocess.run([sys.executable, "-S", "-I", "-c", code], check=True)
