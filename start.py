"""Set up the lessons and open them. It needs Python 3.11 to 3.14 and nothing else, on any system.

    python3 start.py lab          open your copies of the lessons        make lab
    python3 start.py install      set up without opening anything        make install
    python3 start.py copies       make the copies, and install nothing   make copies
    python3 start.py run          execute every lesson, print a table    make run
    python3 start.py test         run the tests                          make test
    python3 start.py test-all     run the tests of many minutes, too     make test-all
    python3 start.py bench        run the benchmarks                     make bench
    python3 start.py notebooks    rebuild the lessons (for authors)      make notebooks
    python3 start.py images       redraw the pictures (for authors)      make images
    python3 start.py ready-model  train the detector (for authors)       make ready-model
    python3 start.py class        pack the lessons for a class           make class
    python3 start.py site         write the lessons as web pages         make site

`--lessons en` opens the English lessons. What stands behind the verb goes to the program that is started, such as
`start.py lab --ip=0.0.0.0` or `start.py test -k split`. On Windows: `py start.py lab`.

The first start fills `.venv`, without a network where all packages lie in a folder `wheels` beside this file. What it
did is stamped there last, so that an interrupted set-up goes on the next time, and a finished one costs nothing until
the lock files change.
"""

import sys

if sys.version_info < (3, 11, 4):  # said before anything is imported that an older Python does not have
    too_old = (
        "이 파이썬은 {0}.{1}.{2}이에요. 파이썬 3.11.4 이상으로 다시 실행해 주세요. 예: make lab PYTHON=python3.12\n"
        "This is Python {0}.{1}.{2}. Run it again with Python 3.11.4 or newer, for example: make lab PYTHON=python3.12"
    )
    sys.exit(too_old.format(*sys.version_info))

import argparse
import hashlib
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sysconfig
import tempfile
import time
import tomllib
import urllib.request
import webbrowser
from dataclasses import replace
from pathlib import Path

from helpers import copies, messages
from helpers.environment import TORCH_CPU_INDEX, System

ROOT = Path(__file__).resolve().parent
FILES = {
    "lessons": ("apt.txt", "pyproject.toml", "requirements.txt"),
    "tests": ("tests/apt.txt", "tests/requirements.txt"),
}
# a worker takes whole files, since some of them share one JupyterLab, or one set of segments
PYTEST = ("pytest", "--numprocesses=auto", "--maxprocesses=4", "--dist=loadscope", "--no-loadscope-reorder")
MODULES = {  # what each of the other verbs starts
    "run": [("tools.build_notebooks", "run")],
    "test": [(*PYTEST, "-m", "not weekly")],
    "test-all": [PYTEST],
    "bench": [("tools.benchmarks",)],
    "notebooks": [("tools.build_notebooks", "build")],
    "images": [("tools.draw_images",)],
    "ready-model": [("tools.make_detector",)],
    "class": [("tools.class_kit",)],
    "site": [("tools.site",)],
}
LISTENS_S = 10  # so long after JupyterLab gave an address it is waited for, which from here may not be reached
MEGABYTES, CUDA_MEGABYTES = 400, 3000  # about what the lock brings, and what PyPI's torch for Linux adds to it

# Two programs that compile librosa's loops at once may leave a cache that crashes all later ones: so one does it first.
_COMPILE = "import os; os.environ['EAGER_IMPORT'] = '1'; import librosa"


class Stopped(Exception):
    """The set-up cannot go on; the message says why, and what to do."""


def unserved():
    """Why requirements.txt has no packages for this computer, such as ``"Intel Mac"``; empty if it has."""
    machine = platform.machine()
    if sys.version_info >= (3, 15):
        return "Python {}.{}".format(*sys.version_info)
    if sys.maxsize < 2**32:
        return "32-bit Python"
    if sys.platform == "darwin":
        release = platform.mac_ver()[0]
        too_old = int(release.split(".")[0]) < 14
        return "Intel Mac" if machine != "arm64" else f"macOS {release}" if too_old else ""
    if sys.platform == "win32":  # a Python for Intel's processors also runs on ARM
        return "Windows on ARM" if sysconfig.get_platform() == "win-arm64" else ""
    if platform.libc_ver()[0] != "glibc":
        return "Linux without glibc"
    return "" if machine in ("x86_64", "aarch64") else f"Linux on {machine}"


class SetUp:
    """The environment in ``.venv`` of a clone, and what it takes to fill it."""

    def __init__(self, root=ROOT, language="ko"):
        self.root = root
        self.language = language
        self.venv = root / ".venv"
        self.python = self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        # a conda Python may make .venv, but conda does not install into it
        self.system = replace(System.this(), python=str(self.python), conda=False)
        self._at_work = self.venv / "pip.at_work"

    def say(self, key, **values):
        print(messages.text(f"start.{key}", lang=self.language, **values), flush=True)

    def stop(self, key, **values):
        raise Stopped(messages.text(f"start.{key}", lang=self.language, **values))

    def prepare(self, tests=False):
        """Make ``.venv`` ready for the lessons, and for the tests where asked; do nothing where it is."""
        self._once("lessons", self._lessons)
        if tests:
            self._once("tests", self._tests)

    def _once(self, part, install):
        if not self.done(part):
            install()
            (self.venv / f"{part}.stamp").write_text(self._digest(part), encoding="utf-8")

    def done(self, part):
        """Whether ``part`` (``"lessons"`` or ``"tests"``) is installed as its files ask today."""
        stamp = self.venv / f"{part}.stamp"
        return self._sound() and stamp.exists() and stamp.read_text(encoding="utf-8") == self._digest(part)

    def _sound(self):
        """Whether ``.venv`` has a Python and no pip was killed in it, which may leave half a package."""
        # exists() follows the link to the system's Python, which is gone when that was replaced by a newer one
        return self.python.exists() and not self._at_work.exists()

    def _digest(self, part):
        content = hashlib.sha256(repr((sys.version_info[:2], str(self.root))).encode())
        for file in FILES[part]:
            content.update((self.root / file).read_bytes())
        return content.hexdigest()

    def _lessons(self):
        project = tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        why = unserved()
        if why:
            key = "other_python" if "Python" in why else "unserved"
            self.stop(key, why=why, address=project["urls"]["Repository"])
        self._debian_packages("apt.txt")
        self._make_venv()
        cuda = sys.platform == "linux" and os.environ.get("SOUND_ALLOW_CUDA")
        if self._from_wheels:
            self.say("from_wheels")
        else:
            self.say("packages", megabytes=MEGABYTES + (CUDA_MEGABYTES if cuda else 0))
            if sys.platform == "linux" and not cuda:
                self._torch_without_cuda()
        self._pip(*self._from_wheels, "-r", "requirements.txt", "-e", ".[lessons]")
        self._microphone(*project["optional-dependencies"]["microphone"])
        self.say("compiles")
        self._ask(self.python, "-c", _COMPILE)

    @property
    def _from_wheels(self):
        """What makes pip install from the folder ``wheels``, and not ask the network, where there is such a folder."""
        wheels = self.root / "wheels"
        return ["--no-index", "--find-links", str(wheels)] if wheels.is_dir() else []

    def _tests(self):
        self._debian_packages("tests/apt.txt")
        self._pip("-r", "tests/requirements.txt")

    def _debian_packages(self, file):
        """Install what ``file`` lists where that is allowed, else name the command and go on."""
        if self.system.family != "debian":
            return
        lines = (self.root / file).read_text(encoding="utf-8").splitlines()
        wanted = [line for line in lines if line and not line.startswith("#")]
        known = self._ask("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted).stdout.splitlines()
        missing = [package for package in wanted if f"{package} installed" not in known]
        if not missing:
            return
        command = self.system.install(" ".join(missing))
        if self.system.root or (shutil.which("sudo") and self._ask("sudo", "-n", "true").returncode == 0):
            self.say("debian", packages=", ".join(missing))
            if self._run(command, shell=True, stdin=subprocess.DEVNULL):  # apt says the size before it begins
                return
        self.say("debian_by_hand", command=command)

    def _make_venv(self):
        if self._sound():
            said = self._ask(self.python, "-m", "pip", "--version").stdout
            if said.strip().endswith("(python {}.{})".format(*sys.version_info)):
                return
        self.say("venv")
        # started by the Python of .venv itself, which is about to be replaced: take the one behind it
        python = getattr(sys, "_base_executable", sys.executable)
        newest = [] if self._from_wheels else ["--upgrade-deps"]  # asks the network
        if not self._run([python, "-m", "venv", "--clear", *newest, str(self.venv)]):
            package = "python{}.{}-venv".format(*sys.version_info)
            self.stop("no_venv", command=replace(self.system, family="debian").install(package))

    def _torch_without_cuda(self):
        """PyTorch first: on Linux the plain way may bring gigabytes for NVIDIA cards, which no lesson needs."""
        lock = (self.root / "requirements.txt").read_text(encoding="utf-8").splitlines()
        torch = next(line for line in lock if line.startswith("torch=="))
        if self._answers(f"{TORCH_CPU_INDEX}/torch/"):
            self._pip("--no-deps", "--index-url", TORCH_CPU_INDEX, torch)  # what it depends on is in the lock
            return
        # fast-deps: from an index without metadata files, plain --dry-run fetches the very gigabytes it is asked about
        asked = self._ask(self.python, "-m", "pip", "install", "--dry-run", "--use-feature=fast-deps", torch)
        if asked.returncode:
            print(asked.stderr.strip())
            self.stop("pip_failed")
        if "nvidia" in asked.stdout:
            command = " ".join(["SOUND_ALLOW_CUDA=1", sys.executable, *sys.argv])
            self.stop("cuda", megabytes=CUDA_MEGABYTES, index=TORCH_CPU_INDEX, command=command)

    def _answers(self, address):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return True
        except OSError:  # no network, no such host, refused, too slow, or an HTTP error
            return False

    def _microphone(self, pyaudio):
        """PyAudio is compiled where there is no wheel, which fails on many computers: say so, and go on."""
        log = self.venv / "pyaudio.log"
        if self._ask(self.python, "-m", "pip", "install", *self._from_wheels, "--log", log, pyaudio).returncode:
            self.say("no_microphone", command=self.system.microphone(pyaudio), log=log.relative_to(self.root))

    def _pip(self, *arguments):
        self._at_work.touch()
        done = self._run([self.python, "-m", "pip", "install", "--disable-pip-version-check", *arguments])
        self._at_work.unlink()
        if not done and "--no-index" in arguments:
            self.stop("wheels_lack", python="{}.{}".format(*sys.version_info))
        if not done:
            self.stop("pip_failed")

    def _run(self, command, **options):
        """Whether ``command`` ended well; its output is shown."""
        return subprocess.run(command, cwd=self.root, check=False, **options).returncode == 0

    def _ask(self, *command):
        """What ``command`` says, unseen: its return code, stdout and stderr."""
        return subprocess.run(
            command, cwd=self.root, check=False, capture_output=True, encoding="utf-8", errors="replace"
        )


def make_copies(set_up):
    """Make the learner's own copies of the lessons, and name those that changed since."""
    try:
        arrived = copies.make(set_up.root)
    except OSError as why:
        set_up.stop("no_copies", place=why.filename or set_up.root, reason=why.strerror)
    for copy in arrived:
        set_up.say("changed", copy=copy.relative_to(set_up.root).as_posix())


def open_lab(set_up, rest):
    """Start JupyterLab, say its address, open it where there is a screen, and stay until it ends."""
    began = time.monotonic()
    _write_settings(set_up)
    command = [set_up.python, "-m", "jupyterlab", "--no-browser", f"--ServerApp.root_dir={set_up.root}"]
    if set_up.system.root:  # as in a container; JupyterLab refuses without being told
        command.append("--allow-root")
    log = set_up.venv / "jupyter.log"
    with tempfile.TemporaryDirectory(prefix="sound-lessons-") as runtime, log.open("w", encoding="utf-8") as lines:
        environment = _surroundings(set_up, runtime)
        streams = {"stdin": subprocess.DEVNULL, "stdout": lines, "stderr": lines}
        server = subprocess.Popen([*command, *rest], cwd=set_up.root, env=environment, **streams)
        try:
            address = _address(server, Path(runtime), f"lab/tree/{copies.FOLDER}/{set_up.language}/01_overview.ipynb")
            if not address:
                set_up.stop("no_lab", log=log, says=log.read_text(encoding="utf-8", errors="replace")[-2000:])
            set_up.say("ready", address=address, seconds=round(time.monotonic() - began), log=log)
            if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
                webbrowser.open(address)
            return server.wait()
        except KeyboardInterrupt:  # the way to end it
            return 0
        finally:
            server.terminate()
            server.wait()


def _surroundings(set_up, runtime):
    """The variables that lead JupyterLab to the lessons' page and kernel, and to a workspace without old tabs."""
    # Where JupyterLab looks for its default workspace: with the list of files closed, the lesson has all the width.
    workspace = Path(runtime, "default-37a8.jupyterlab-workspace")
    layout = {"layout-restorer:data": {"left": {"collapsed": True}, "right": {"collapsed": True}}}
    workspace.write_text(json.dumps({"data": layout, "metadata": {"id": "default"}}), encoding="utf-8")
    ours = {}
    for variable in ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH"):  # before what the learner's own say
        ours[variable] = os.pathsep.join(filter(None, [str(set_up.root / "lab"), os.environ.get(variable)]))
    return {
        **os.environ,
        **ours,
        "JUPYTER_RUNTIME_DIR": runtime,
        "JUPYTERLAB_WORKSPACES_DIR": runtime,
    }


def _write_settings(set_up):
    """JupyterLab in the lessons' language, without its news: in the private environment, so no other one changes."""
    settings = {
        "@jupyterlab/translation-extension:plugin": {"locale": {"ko": "ko_KR", "en": "en"}[set_up.language]},
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    }
    file = set_up.venv / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings), encoding="utf-8")


def _address(server, runtime, page):
    """Where the server listens, once it does; None if it ended instead."""
    while server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                state = json.loads(file.read_text(encoding="utf-8"))
            except ValueError:  # not written to its end yet
                continue
            if _listens(state) or time.time() - file.stat().st_mtime > LISTENS_S:
                return "{}{}?token={}".format(state["url"], page, state["token"])
        time.sleep(0.1)
    return None


def _listens(state):
    """Whether a browser would be let in: the server writes its file a moment before it listens."""
    try:
        with socket.create_connection((state["hostname"], state["port"]), timeout=1):
            return True
    except OSError:
        return False


def main(arguments=None):
    """Set up, then do what the verb says; the return value is the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=("lab", "install", "copies", *MODULES))
    parser.add_argument("--lessons", choices=messages.LANGUAGES, default="ko", help="language (default: ko)")
    chosen, rest = parser.parse_known_args(arguments)
    sys.stdout.reconfigure(errors="replace")  # a Windows console without Hangul shows ? instead of stopping
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end JupyterLab, too, when this process is told to end
    set_up = SetUp(language=chosen.lessons)
    try:
        if chosen.verb in MODULES and not (ROOT / "tools").is_dir():  # the lessons as a class gets them
            set_up.stop("only_lessons", verb=chosen.verb)
        if chosen.verb != "copies":
            set_up.prepare(tests=chosen.verb in ("test", "test-all", "notebooks"))
        if chosen.verb in ("lab", "install", "copies"):
            make_copies(set_up)
            if chosen.verb == "lab":
                return open_lab(set_up, rest)
            set_up.say("copied", folder=f"{copies.FOLDER}/{set_up.language}")
            return 0
        programs = [[set_up.python, "-m", *module, *rest] for module in MODULES[chosen.verb]]
        return max(subprocess.call(program, cwd=ROOT) for program in programs)
    except Stopped as why:
        print(why, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        set_up.say("interrupted")
        return 130


if __name__ == "__main__":
    sys.exit(main())
