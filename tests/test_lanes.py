"""Three ways to install the same: pyproject.toml's ranges, requirements.txt's lock, environment.yml for conda.

They are compared as texts, for every system and Python at once. conda itself is not run in the tests: whether
conda-forge holds what environment.yml names shows only where somebody creates that environment.
"""

import ast
import importlib.metadata
import itertools
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import helpers
from tests.shared import in_python

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
EXTRAS = PROJECT["project"]["optional-dependencies"]
BASE = PROJECT["project"]["dependencies"]
LESSONS = [*BASE, *EXTRAS["lessons"]]
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
}


def computer(system, python):
    """What a requirement's marker asks of a computer."""
    return {**SYSTEMS[system], "python_version": python, "python_full_version": f"{python}.9"}


COMPUTERS = [pytest.param(computer(*pair), id="-".join(pair)) for pair in itertools.product(SYSTEMS, PYTHONS)]


def requirements(file):
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.lstrip().startswith("#")]


def pins(file, where):
    """What ``file`` installs on the computer ``where``: name → exact version."""
    found = {}
    for requirement in requirements(file):
        if applies(requirement, where):
            name = canonicalize_name(requirement.name)
            assert name not in found, f"{file} pins {name} twice for {where}"
            (exact,) = requirement.specifier
            assert exact.operator == "==" and "*" not in exact.version, f"{requirement} is not exact"
            found[name] = exact.version
    return found


def applies(requirement, where, extra=""):
    return requirement.marker is None or requirement.marker.evaluate({**where, "extra": extra})


def within(ranges, installed, where):
    """Each of ``ranges`` (lines as in pyproject.toml) is installed in a version it allows."""
    for requirement in map(Requirement, ranges):
        if applies(requirement, where):
            version = installed.get(canonicalize_name(requirement.name))
            assert version is not None, f"{requirement.name} is not in the lock"
            assert requirement.specifier.contains(version), f"{requirement} does not allow {version}"


@pytest.mark.parametrize("where", COMPUTERS)
def test_the_locks_lie_within_the_ranges(where):
    lessons = pins("requirements.txt", where)
    within(LESSONS, lessons, where)
    tests = pins("tests/requirements.txt", where)
    within(PROJECT["dependency-groups"]["tests"], tests, where)
    assert {name: version for name, version in tests.items() if name in lessons} == {
        name: version for name, version in lessons.items() if name in tests
    }, "the two locks disagree"


def test_the_lock_is_complete_on_this_computer():
    here = default_environment()
    lock = pins("requirements.txt", here) | pins("tests/requirements.txt", here)
    missing = set()
    for name in lock:
        for line in importlib.metadata.requires(name) or []:
            needed = Requirement(line)
            if applies(needed, here) and canonicalize_name(needed.name) not in lock:
                missing.add(f"{name} needs {needed.name}")
    assert not missing


def test_the_lock_brings_neither_cuda_nor_what_must_be_compiled():
    names = {canonicalize_name(requirement.name) for requirement in requirements("requirements.txt")}
    assert not [name for name in names if re.match("nvidia|cuda|triton", name)]
    assert "pyaudio" not in names, "without PortAudio the whole lock would fail to install"


def test_what_the_code_imports_is_asked_for_by_name():
    """An import that only comes along with another package breaks on the day that package drops it."""
    lessons = {*LESSONS, *EXTRAS["microphone"]}
    tests = {*lessons, *PROJECT["dependency-groups"]["tests"]}
    rooms = {**dict.fromkeys(("formats", "synth", "helpers", "exercises"), lessons), "tools": tests, "tests": tests}
    files = {file: room for room in rooms for file in (ROOT / room).rglob("*.py")}
    own = {"start", *rooms, *(file.stem for file in files), *sys.stdlib_module_names}
    packages = importlib.metadata.packages_distributions()
    for file, room in files.items():
        asked = {canonicalize_name(Requirement(line).name) for line in rooms[room]}
        for module in imported(file) - own:
            names = {canonicalize_name(name) for name in packages.get(module, [module])}
            assert names & asked, f"{file.relative_to(ROOT)} imports {module}, which pyproject.toml does not name"


def test_synth_needs_no_more_than_numpy_scipy_and_soundfile():
    modules = set().union(*(imported(file) for file in (ROOT / "synth").glob("*.py")))
    assert modules - set(sys.stdlib_module_names) <= {"synth", "numpy", "scipy", "soundfile"}


def test_listening_loads_nothing_that_the_extras_bring():
    code = "import sys, helpers.live.detector, helpers.live.listener, helpers.live.sources; print(*sys.modules)"
    modules, packages = in_python(code, cwd=ROOT).split(), importlib.metadata.packages_distributions()
    loaded = {canonicalize_name(name) for module in modules for name in packages.get(module, [])}
    assert "numpy" in loaded
    assert not loaded & {canonicalize_name(Requirement(line).name) for extra in EXTRAS.values() for line in extra}


def imported(file):
    """Top-level modules that a file imports, anywhere in it."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    from_ = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in plain | from_}


def test_the_package_ships_what_its_code_reads():
    shipped = set()
    for package, patterns in PROJECT["tool"]["setuptools"]["package-data"].items():
        folder = ROOT.joinpath(*package.split("."))
        shipped |= {file for pattern in patterns for file in folder.glob(pattern)}
    rooms = [ROOT / room for room in ("formats", "synth", "helpers", "exercises")]
    files = [file for room in rooms for file in room.rglob("*.*") if file.is_file()]
    assert {file for file in files if file.suffix not in {".py", ".pyc"}} == shipped


def test_versions_and_the_address_are_said_once():
    assert helpers.__version__ == PROJECT["project"]["version"]
    address = PROJECT["project"]["urls"]["Repository"]
    files = [file for file in ROOT.glob("*.*") if file.suffix in {".py", ".yml", ".txt"}]
    assert not [file for file in files if address in file.read_text(encoding="utf-8")]


def test_conda_says_the_same():
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    (pip,) = [entry["pip"] for entry in dependencies if isinstance(entry, dict)]
    assert pip == ["-r requirements.txt", "-e .[lessons]"]

    conda = {}
    for entry in dependencies:
        if isinstance(entry, str):
            name, wanted, build = re.fullmatch(r"([a-z]+)([<>=][^ =]*[^ ]*?)?(=cpu\*)?", entry).groups(default="")
            conda[name] = (wanted, build)
    assert set(conda) == {"python", "pip", "ffmpeg", "libsndfile", "portaudio", "pyaudio", "pytorch"}
    python = conda["python"][0].lstrip("=")
    assert python in PYTHONS and SpecifierSet(PROJECT["project"]["requires-python"]).contains(f"{python}.9")
    assert conda["pytorch"] == ("=" + pins("requirements.txt", computer("linux", python))["torch"], "=cpu*")
    (pyaudio,) = EXTRAS["microphone"]
    assert "pyaudio" + conda["pyaudio"][0] == pyaudio


def test_debian_installs_what_conda_does():
    packages = (ROOT / "apt.txt").read_text(encoding="utf-8").split()
    assert {"ffmpeg", "portaudio19-dev", "gcc"} <= set(packages)


def test_the_workflow_runs_the_first_and_the_last_python_on_three_systems():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8"))
    matrix = workflow["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    assert {PYTHONS[0], PYTHONS[-1]} <= set(matrix["python"]) <= set(PYTHONS)
    # YAML reads the key "on" as true
    assert workflow[True]["schedule"][0]["cron"].split()[2:] == ["*", "*", "1"], "weekly"
