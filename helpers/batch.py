"""Long work over many files that may be killed at any moment: its folder is there whole, or not at all.

Workers return bytes. Only the parent writes, in order, into a folder of its own beside the target; a last rename puts
it in its place. Killed work begins anew, and what it left behind goes with the next run.
"""

import csv
import errno
import io
import os
import shutil
import signal
import threading
import warnings
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from pathlib import Path

import psutil
from filelock import FileLock, Timeout
from joblib import Parallel, delayed
from joblib.externals.loky.process_executor import BrokenProcessPool
from tqdm import tqdm

from helpers.messages import LessonError

# joblib replaces a worker whose memory has grown, and drops its work at Ctrl-C; nobody needs to know
warnings.filterwarnings("ignore", r"A worker stopped while|\d+ tasks (have|which)", UserWarning)


def atomic_write(path, data):
    """Write bytes so that the file is there whole or not at all, whenever the process dies."""
    part = _part(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):  # half a file would take what room is left
            part.unlink(missing_ok=True)
        raise cannot_write(path, error) from error


def csv_text(rows):
    """Rows as the text of a csv file."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(rows)
    return lines.getvalue()


def append_csv(path, header, rows, mark=""):
    """Append rows in one piece, all or none: two programs do not cut each other's lines. Raises OSError.

    A new file begins with ``mark`` and ``header``. A last line that a crash left open is ended first.
    """
    with path.open("a+b", buffering=0) as file:  # a buffer would try again when the file is closed
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - 1))
        start = mark + csv_text([header]) if not end else "" if file.read(1) == b"\n" else "\n"
        content = (start + csv_text(rows)).encode()
        try:
            if file.write(content) < len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file.fileno())
        except OSError:
            file.truncate(end)
            raise


def check_writable(path):
    """Raise before long work if a file could not be written at its end."""
    part = _part(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
        part.unlink()
    except OSError as error:
        raise cannot_write(path, error) from error


def _part(path):
    if path.is_dir():
        raise LessonError("batch.not_a_file", place=path)
    return path.with_name(path.name + ".part")


def cannot_write(place, error):
    """The sentence for a file or folder that the system refuses."""
    return LessonError("batch.cannot_write", place=place, reason=error.strerror or error)


@contextmanager
def new_folder(target, ours):
    """A folder to fill, which takes the place of ``target`` when the block ends well.

    ``ours(folder)`` gives the relative paths (posix) of what an earlier run wrote there. If ``target`` holds any other
    file, nothing is done.
    """
    target = Path(target)
    part, old = (target.with_name(f".{target.name}.{kind}") for kind in ("part", "old"))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(f".{target.name}.lock"), timeout=0):
            if old.exists() and not target.exists():  # killed between two renames
                old.rename(target)
            _refuse_foreign(target, ours)
            for left in (part, old):
                shutil.rmtree(left, ignore_errors=True)
            part.mkdir()
            try:
                yield part
                _refuse_foreign(target, ours)  # it may have come meanwhile
                if target.exists():
                    target.rename(old)
                part.rename(target)
            finally:
                for left in (part, old):
                    shutil.rmtree(left, ignore_errors=True)
    except Timeout as error:
        raise LessonError("batch.busy", folder=target) from error
    except OSError as error:
        raise cannot_write(target, error) from error


def _refuse_foreign(target, ours):
    if not target.exists():
        return
    if not target.is_dir():
        raise LessonError("batch.not_a_folder", place=target)
    known = set(ours(target))
    for path in sorted(target.rglob("*")):
        if path.relative_to(target).as_posix() not in known and not path.is_dir():
            raise LessonError("batch.foreign", folder=target, name=path.relative_to(target))


def in_order(work, jobs, *, processes=1, progress=True, description=None, unit="file"):
    """Yield ``work(job)`` in the order of the jobs, whatever the number of processes; with a bar on stderr."""
    results = map(work, jobs) if processes == 1 else _parallel(work, jobs, processes)
    try:
        yield from tqdm(results, total=len(jobs), desc=description, unit=unit, mininterval=0.2, disable=not progress)
    except BrokenProcessPool as error:
        raise LessonError("batch.worker_died") from error


def _parallel(work, jobs, processes):
    to_workers = {"initializer": _end_with, "initargs": (os.getpid(),)}
    workers = Parallel(processes, return_as="generator", batch_size=1, **to_workers)
    with _ctrl_c_held_back():  # a worker inherits that, so Ctrl-C cannot hit it while it imports
        return workers(delayed(work)(job) for job in jobs)


@contextmanager
def _ctrl_c_held_back():
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # once it runs; before Python 3.13 its start lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with(parent):
    """Let this worker end with its parent; by itself it would wait five minutes for more work."""
    threading.Thread(target=_exit_after, args=(parent,), daemon=True).start()


def _exit_after(process):
    with suppress(psutil.NoSuchProcess):  # it may be gone already
        psutil.Process(process).wait()
    os._exit(1)
