"""What the tests of several rooms share: a refusal by its key, small recordings, a folder's content, programs."""

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from helpers.messages import LessonError


@contextlib.contextmanager
def refused(key, match=None):
    """The block ends in the sentence of this key; it can be read from the ``value`` of what is given."""
    with pytest.raises(LessonError, match=match) as error:
        yield error
    assert error.value.key == key and str(error.value)


def store(folder, label, name, audio, *events, rate):
    """Write a recording and, where it is annotated, the table of its events (start, end, label) as UrbanSound does."""
    path = folder / "data" / label / name
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, audio, rate)
    if events:
        lines = [f"{start},{end},1,{kind}\n" for start, end, kind in events]
        path.with_suffix(".csv").write_text("".join(lines), encoding="utf-8")
    return path


def contents(folder):
    """Each file's name below the folder → its bytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def in_python(code, **options):
    """What a Python of its own prints that runs these lines."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def can_be_run(module):
    """Whether ``python -m`` finds a program of ours of this name."""
    place = Path(__file__).parents[1].joinpath(*module.split("."))
    return place.with_suffix(".py").is_file() or (place / "__main__.py").is_file()
