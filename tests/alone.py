"""One lesson at a time: tests that execute it share its work folder, whatever number of workers there are."""

import contextlib
import os
from pathlib import Path

from filelock import FileLock


def name_of(path):
    """The name of a lesson's file with its language: ``ko-02_install``."""
    return f"{path.parent.name}-{path.stem}"


@contextlib.contextmanager
def alone(path):
    """No other test executes the lesson in this file meanwhile."""
    with FileLock(Path(os.environ["SOUND_DATA_DIR"]) / f"{name_of(path)}.lock"):
        yield
