"""Set up the lessons and open them. It needs Python 3.11 or newer and nothing else, on any system.

    python3 start.py lab          open the lessons in JupyterLab         make lab
    python3 start.py run          execute every lesson, print a table    make run
    python3 start.py test         run the tests                          make test
    python3 start.py bench        run the benchmarks                     make bench
    python3 start.py notebooks    rebuild the lessons (for authors)      make notebooks
    python3 start.py images       redraw the pictures (for authors)      make images
    python3 start.py ready-model  train the ready detector (for authors) make ready-model

`--lessons en` opens the English lessons. What stands behind the verb goes to the program that is started, such as
`start.py lab --ip=0.0.0.0` or `start.py test -k split`. On Windows: `py start.py lab`.

The first start fills `.venv`. What it did is stamped there last, so that an interrupted set-up goes on the next time,
and a finished one costs nothing until the lock files change.
"""

import sys

if sys.version_info < (3, 11):  # said before anything is imported that an older Python does not have
    too_old = (
        "이 파이썬은 {0}.{1}이에요. 파이썬 3.11 이상으로 다시 실행해 주세요. 예: make lab PYTHON=python3.12\n"
        "This is Python {0}.{1}. Run it again with Python 3.11 or newer, for example: make lab PYTHON=python3.12"
    )
    sys.exit(too_old.format(*sys.version_info))

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import tomllib
import urllib.request
import webbrowser
from dataclasses import replace
from pathlib import Path

from helpers import messages
from helpers.environment import TORCH_CPU_INDEX, System

ROOT = Path(__file__).resolve().parent
# for pytest: a worker takes whole files, since some of them share one JupyterLab, or one set of pieces
FILES_IN_ORDER = ("--dist=loadscope", "--no-loadscope-reorder")
FILES = {
    "lessons": ("apt.txt", "pyproject.toml", "requirements.txt"),
    "tests": ("tests/apt.txt", "tests/requirements.txt"),
}
VERBS = ("lab", "run", "test", "bench", "notebooks", "images", "ready-model")
# About what one download brings, in MB. "cuda" is PyPI's torch for Linux with NVIDIA's libraries.
MEGABYTES = {"packages": 200, "torch": 200, "cuda": 3000}


class Stopped(Exception):
    """The set-up cannot go on; the message says why, and what to do."""


class SetUp:
    """The environment in ``.venv`` and what it takes to fill it.

    Parameters
    ----------
    root : Path, the clone
    language : str, of what is said
    """

    def __init__(self, root=ROOT, language="ko"):
        self.root = root
        self.language = language
        self.venv = root / ".venv"
        self._at_work = self.venv / "pip.at_work"
        self.python = self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        # a conda Python may make .venv, but conda does not install into it
        self.system = replace(System.this(python=self.python), conda=False)

    def say(self, key, **values):
        print(messages.text("start." + key, lang=self.language, **values), flush=True)

    def stop(self, key, **values):
        raise Stopped(messages.text("start." + key, lang=self.language, **values))

    def prepare(self, tests=False):
        """Make ``.venv`` ready for the lessons, and for the tests where asked; do nothing where it is."""
        for part, install in [("lessons", self._lessons), ("tests", self._tests)][: 2 if tests else 1]:
            if not self.done(part):
                install()
                self._stamp(part).write_text(self._digest(part), encoding="utf-8")

    def done(self, part):
        """Whether ``part`` (``"lessons"`` or ``"tests"``) is installed as its files ask today."""
        stamp = self._stamp(part)
        return self._sound() and stamp.exists() and stamp.read_text(encoding="utf-8") == self._digest(part)

    def _sound(self):
        """Whether ``.venv`` has a Python and no pip was killed in it, which may leave half a package."""
        # exists() follows the link to the system's Python, which is gone when that was replaced by a newer one
        return self.python.exists() and not self._at_work.exists()

    def _stamp(self, part):
        return self.venv / (part + ".stamp")

    def _digest(self, part):
        content = hashlib.sha256(repr((sys.version_info[:2], str(self.root))).encode())
        for file in FILES[part]:
            content.update((self.root / file).read_bytes())
        return content.hexdigest()

    def _lessons(self):
        self._debian_packages("apt.txt")
        self._make_venv()
        self._install_torch()
        self.say("packages", megabytes=MEGABYTES["packages"])
        self._pip_or_stop("-r", "requirements.txt", "-e", ".")
        self._install_microphone()

    def _tests(self):
        self._debian_packages("tests/apt.txt")
        self._pip_or_stop("-r", "tests/requirements.txt")

    def _debian_packages(self, file):
        """Install what ``file`` lists where that is allowed, else name the command and go on."""
        if self.system.family != "debian":
            return
        lines = (self.root / file).read_text(encoding="utf-8").splitlines()
        wanted = [line for line in lines if line and not line.startswith("#")]
        known = self._ask("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted).stdout.splitlines()
        missing = [package for package in wanted if package + " installed" not in known]
        if not missing:
            return
        command = self.system.install(" ".join(missing))
        allowed = self.system.root or (shutil.which("sudo") and self._ask("sudo", "-n", "true").returncode == 0)
        if allowed:
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
        if not self._run([python, "-m", "venv", "--clear", "--upgrade-deps", str(self.venv)]):
            debian = replace(self.system, family="debian")
            self.stop("no_venv", command=debian.install("python{}.{}-venv".format(*sys.version_info)))

    def _install_torch(self):
        """PyTorch first, because on Linux the plain way brings gigabytes for NVIDIA cards."""
        lock = (self.root / "requirements.txt").read_text(encoding="utf-8").splitlines()
        torch = next(line for line in lock if line.startswith("torch=="))
        if not sys.platform.startswith("linux"):
            self.say("torch", megabytes=MEGABYTES["torch"])
        elif os.environ.get("SOUND_ALLOW_CUDA"):
            self.say("torch", megabytes=MEGABYTES["cuda"])
        else:
            if self._answers(TORCH_CPU_INDEX + "/torch/"):
                self.say("torch", megabytes=MEGABYTES["torch"])
                if self._pip("--no-deps", "--index-url", TORCH_CPU_INDEX, torch):  # what it depends on is in the lock
                    return
            if any(name.startswith("nvidia") for name in self._would_install(torch)):
                command = "SOUND_ALLOW_CUDA=1 " + " ".join([sys.executable, *sys.argv])
                self.stop("cuda", megabytes=MEGABYTES["cuda"], index=TORCH_CPU_INDEX, command=command)
            self.say("torch", megabytes=MEGABYTES["torch"])
        self._pip_or_stop("-c", "requirements.txt", torch)

    def _would_install(self, requirement):
        """Names of all that pip would install for ``requirement``."""
        # fast-deps: from an index without metadata files, plain --dry-run fetches the very gigabytes it is asked about
        asked = ("--dry-run", "--use-feature=fast-deps", "--quiet", "--report", "-", requirement)
        said = self._ask(self.python, "-m", "pip", "install", *asked)
        if said.returncode:
            print(said.stderr.strip())
            self.stop("pip_failed")
        return [item["metadata"]["name"] for item in json.loads(said.stdout)["install"]]

    def _install_microphone(self):
        """PyAudio is compiled where there is no wheel, which fails on many computers: say so, and go on."""
        project = tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        (pyaudio,) = project["optional-dependencies"]["microphone"]
        log = self.venv / "pyaudio.log"
        if self._ask(self.python, "-m", "pip", "install", "--log", log, pyaudio).returncode:
            self.say("no_microphone", command=self.system.microphone(pyaudio), log=log.relative_to(self.root))

    def _pip(self, *arguments):
        self._at_work.touch()
        done = self._run([self.python, "-m", "pip", "install", "--disable-pip-version-check", *arguments])
        self._at_work.unlink()
        return done

    def _pip_or_stop(self, *arguments):
        if not self._pip(*arguments):
            self.stop("pip_failed")

    def _run(self, command, **options):
        """Whether ``command`` ended well; its output is shown."""
        return subprocess.run(command, cwd=self.root, check=False, **options).returncode == 0

    def _ask(self, *command):
        """What ``command`` says, unseen: its return code, stdout and stderr."""
        said = {"capture_output": True, "encoding": "utf-8", "errors": "replace"}
        return subprocess.run(command, cwd=self.root, check=False, **said)

    @staticmethod
    def _answers(address):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return True
        except OSError:  # no network, no such host, refused, too slow, or an HTTP error
            return False


def open_lab(set_up, rest):
    """Start JupyterLab, say its address, open it where there is a screen, and stay until it ends."""
    began = time.monotonic()
    _write_settings(set_up)
    lesson = f"lab/tree/notebooks/{set_up.language}/01_overview.ipynb"
    command = [set_up.python, "-m", "jupyterlab", "--no-browser", f"--ServerApp.root_dir={set_up.root}"]
    if set_up.system.root:  # as in a container; JupyterLab refuses without being told
        command.append("--allow-root")
    log = set_up.venv / "jupyter.log"
    with tempfile.TemporaryDirectory(prefix="sound-lessons-") as runtime, log.open("w", encoding="utf-8") as lines:
        environment = {**os.environ, "JUPYTER_RUNTIME_DIR": runtime}
        streams = {"stdin": subprocess.DEVNULL, "stdout": lines, "stderr": lines}
        server = subprocess.Popen([*command, *rest], cwd=set_up.root, env=environment, **streams)
        try:
            address = _address(server, Path(runtime), lesson)
            if not address:
                set_up.stop("no_lab", log=log, says=log.read_text(encoding="utf-8", errors="replace")[-2000:])
            set_up.say("ready", address=address, seconds=round(time.monotonic() - began), log=log)
            if not sys.platform.startswith("linux") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
                webbrowser.open(address)
            return server.wait()
        except KeyboardInterrupt:  # the way to end it
            return 0
        finally:
            server.terminate()
            server.wait()


def _write_settings(set_up):
    """JupyterLab in the lessons' language, without its news: in the private environment, so no other one changes."""
    settings = {
        "@jupyterlab/translation-extension:plugin": {"locale": {"ko": "ko_KR", "en": "en"}[set_up.language]},
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    }
    file = set_up.venv / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings), encoding="utf-8")


def _address(server, runtime, lesson):
    """Where the server listens, from the file it writes when it does; None if it ended instead."""
    while server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                state = json.loads(file.read_text(encoding="utf-8"))
            except ValueError:  # not written to its end yet
                continue
            return "{}{}?token={}".format(state["url"], lesson, state["token"])
        time.sleep(0.1)
    return None


def main(arguments=None):
    """Set up, then do what the verb says; the return value is the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("verb", choices=VERBS)
    parser.add_argument("--lessons", choices=messages.LANGUAGES, default="ko", help="language (default: ko)")
    chosen, rest = parser.parse_known_args(arguments)
    sys.stdout.reconfigure(errors="replace")  # a Windows console without Hangul shows ? instead of stopping
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end JupyterLab, too, when this process is told to end
    set_up = SetUp(language=chosen.lessons)
    try:
        set_up.prepare(tests=chosen.verb == "test")
        if chosen.verb == "lab":
            return open_lab(set_up, rest)
        commands = {
            "run": [["notebooks/build.py", "run"]],
            "test": [["-m", "pytest", "--numprocesses=auto", "--maxprocesses=4", *FILES_IN_ORDER]],
            "bench": [[script] for script in sorted(ROOT.glob("benchmarks/[!_]*.py"))],
            "notebooks": [["notebooks/build.py", "build"]],
            "images": [["images/draw.py"]],
            "ready-model": [["-m", "helpers.ready"]],
        }[chosen.verb]
        return max(subprocess.call([set_up.python, *command, *rest], cwd=ROOT) for command in commands)
    except Stopped as why:
        print(why, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        set_up.say("interrupted")
        return 130


if __name__ == "__main__":
    sys.exit(main())
