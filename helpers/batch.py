"""Long work over many files that may be killed at any moment: run again, it goes on, and the result is the same.

A `Store` is a folder with a journal. Before the files of a job are written, one line that names them is appended to the
journal; so every file in the folder is known to be ours, and after a kill only the job of the last line is done again.

    with Store(folder, settings, fresh=fresh) as store:
        for result in in_order(work, jobs[len(store.records):], processes=2, done=len(store.records)):
            store.add(record, {"positive/0_dogbark.wav": b"…"})
        store.finish({"pieces.csv": b"…"})
"""

import hashlib
import json
import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

from filelock import FileLock, Timeout
from tqdm import tqdm

from helpers.messages import LessonError

JOURNAL = "journal.jsonl"
_LOCK = ".lock"
_PART = ".part"
_END = {"finished": True}


class BatchError(LessonError):
    """Results that cannot be resumed, or a folder that is not ours to write into."""


class Store:
    """A folder of results that is filled job by job.

    Parameters
    ----------
    folder : path, made if missing
    settings : dict of plain JSON values that decide the result; stored in the journal's first line
    fresh : bool, delete what an earlier run wrote here (nothing else) and begin again

    Attributes
    ----------
    records : list of dict, what `add` was given for each job whose files are all there, in order
    finished : bool, whether `finish` was reached and every file is still there

    Raises
    ------
    BatchError
        If the folder holds files no `Store` wrote, results of other settings, or another run is at work in it.

    Lesson: 04_split.
    """

    def __init__(self, folder, settings, *, fresh=False):
        self.folder = Path(folder)
        self.records, self.finished = [], False
        self._settings = json.loads(json.dumps(settings))  # as the journal will give it back: tuples become lists
        self._journal_path = self.folder / JOURNAL
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(self.folder / _LOCK)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise BatchError("batch.busy", folder=self.folder) from None
        try:
            if fresh:
                self._clear()
            self._open()
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._journal.close()
        self._lock.release()

    def add(self, record, files):
        """Keep one job's result.

        Parameters
        ----------
        record : dict of plain JSON values, found again in ``records`` when the work is resumed
        files : dict, name below the folder → bytes; each appears whole or not at all
        """
        self._write({"files": list(files), "record": record}, files)
        self.records.append(record)

    def finish(self, files):
        """Write the files that sum up the whole (as for `add`), and mark the work as complete."""
        self._write({"files": list(files)}, files)
        self._append(_END)
        self.finished = True

    def _write(self, line, files):
        for name in filter(self._exists, files):
            raise BatchError("batch.foreign", folder=self.folder, name=name)
        self._append(line)  # first the names, then the files: none is ever unknown
        for name, data in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            publish(path, data)

    def _append(self, line):
        self._journal.write(_line(line))
        self._journal.flush()

    def _read(self):
        """Header and the whole lines after it; a line cut off by a kill named no file yet."""
        header, *lines = self._journal_path.read_bytes().split(b"\n")[:-1]
        return json.loads(header), [json.loads(line) for line in lines]

    def _open(self):
        lines = []
        if self._journal_path.exists():
            header, lines = self._read()
            if header != self._settings:
                names = [name for name in {**header, **self._settings} if header.get(name) != self._settings.get(name)]
                raise BatchError("batch.other_settings", folder=self.folder, names=", ".join(names))
        elif found := self._strangers():
            raise BatchError("batch.foreign", folder=self.folder, name=found[0].name)
        there = list(takewhile(lambda line: all(map(self._exists, line.get("files", ()))), lines))
        self.finished = bool(lines) and there == lines and lines[-1] == _END
        if not self.finished:
            there = [line for line in there if "record" in line and line is not lines[-1]]  # the last may be half done
            self._remove(lines[len(there) :])
            publish(self._journal_path, b"".join(map(_line, [self._settings, *there])))
        self.records = [line["record"] for line in there if "record" in line]
        self._journal = self._journal_path.open("ab")

    def _exists(self, name):
        return (self.folder / name).exists()

    def _clear(self):
        if self._journal_path.exists():
            self._remove(self._read()[1])
            publish(self._journal_path, _line(self._settings))  # last: as long as a file of ours is left, it is named

    def _remove(self, lines):
        for name in (name for line in lines for name in line.get("files", ())):
            path = self.folder / name
            path.unlink(missing_ok=True)
            path.with_name(path.name + _PART).unlink(missing_ok=True)

    def _strangers(self):
        files = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
        return [path for path in files if not path.name.startswith(".") and path.suffix != _PART]


def publish(path, data):
    """Write bytes so that the file is there whole or not at all, whenever the process dies.

    Lesson: 04_split.
    """
    part = path.with_name(path.name + _PART)
    part.write_bytes(data)
    part.replace(path)


def in_order(work, jobs, *, processes=1, done=0, progress=True, description=None, unit="file"):
    """Results of ``work(job)``, in the order of the jobs, whatever the number of processes.

    Parameters
    ----------
    work : function of a module (a worker process imports it) with one argument; it must not write anything
    jobs : sequence
    processes : int; 1 works in this process
    done : int, jobs already finished by an earlier run, for the progress bar
    progress : bool, draw a bar on stderr
    description, unit : str, words of the bar

    Raises
    ------
    BatchError
        If a worker process died.

    Lesson: 04_split.
    """
    with tqdm(
        total=done + len(jobs), initial=done, desc=description, unit=unit, mininterval=0.2, disable=not progress
    ) as bar:
        for result in map(work, jobs) if processes == 1 else _parallel(work, jobs, processes):
            yield result
            bar.update()


def _parallel(work, jobs, processes):
    # spawn, not fork: the same on every system, and no copied locks of libraries that run threads
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=_start_worker)
    try:
        waiting = deque()
        for job in jobs:
            with _interrupt_held_back():  # submitting may start a worker
                waiting.append(pool.submit(work, job))
            if len(waiting) > 2 * processes:  # results are large: never run far ahead of the one who stores them
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise BatchError("batch.worker_died") from None
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupt_held_back():
    """Ctrl-C waits until this is over. A worker started within inherits that, so none can hit it while it imports."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the processes share the cores already
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent():
    """A killed parent closes no queue that its workers would notice."""
    multiprocessing.parent_process().join()
    os._exit(1)


def seal(path):
    """What tells a changed file from the same one: size, time and content; None if it cannot be read.

    Lesson: 04_split.
    """
    try:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
            stat = os.fstat(file.fileno())
    except OSError:
        return None
    return {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": content}


def unchanged(path, sealed):
    """Whether the file is still as `seal` found it; only a touched file is read again.

    Lesson: 04_split.
    """
    if sealed and path.exists() and path.stat().st_mtime_ns == sealed["mtime_ns"]:
        return path.stat().st_size == sealed["size"]
    now = seal(path)
    return now == sealed or bool(now and sealed) and now["sha256"] == sealed["sha256"]


def _line(value):
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
