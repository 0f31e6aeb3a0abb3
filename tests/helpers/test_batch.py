"""Long work that may be killed: a folder whole or not at all, results in order, no worker left behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from functools import partial
from pathlib import Path

import psutil
import pytest

from helpers.batch import atomic_write, check_writable, in_order, new_folder
from helpers.messages import LessonError
from tests.shared import contents, refused

ROOT = Path(__file__).parents[2]


def fill(target, files):
    with new_folder(target, contents) as new:
        for name, data in files.items():
            (new / name).write_bytes(data)


def test_a_folder_is_made_replaced_and_nothing_else_is_left(tmp_path):
    for files in ({"a": b"1", "b": b"2"}, {"c": b"3"}):
        fill(tmp_path / "deep/out", files)
        assert contents(tmp_path / "deep/out") == files
    assert {path.name for path in (tmp_path / "deep").iterdir()} <= {"out", ".out.lock"}


def test_an_interrupted_run_leaves_the_old_folder(tmp_path):
    fill(tmp_path / "out", {"a": b"old"})
    with pytest.raises(KeyboardInterrupt), new_folder(tmp_path / "out", contents) as new:
        (new / "a").write_bytes(b"new")
        raise KeyboardInterrupt
    assert contents(tmp_path / "out") == {"a": b"old"}


@pytest.mark.parametrize("moment", range(3))
def test_what_a_kill_leaves_is_cleared_by_the_next_run(tmp_path, monkeypatch, moment):
    fill(tmp_path / "out", {"a": b"old"})
    (tmp_path / ".out.part").mkdir()
    (tmp_path / ".out.part/half").write_bytes(b"ha")
    if moment == 1:  # between the two renames
        (tmp_path / "out").rename(tmp_path / ".out.old")
    if moment == 2:  # before the old one was removed
        (tmp_path / ".out.old").mkdir()
    with pytest.raises(ValueError, match="no"), new_folder(tmp_path / "out", contents):
        raise ValueError("no")
    assert contents(tmp_path / "out") == {"a": b"old"}
    fill(tmp_path / "out", {"b": b"new"})
    assert contents(tmp_path / "out") == {"b": b"new"}
    assert not list(tmp_path.glob(".out.[po]*"))


@pytest.mark.parametrize("comes", ["before", "meanwhile"])
def test_a_folder_with_a_file_of_others_is_left_alone(tmp_path, comes):
    fill(tmp_path / "out", {"a": b"old"})
    theirs = tmp_path / "out/mine.txt"
    if comes == "before":
        theirs.write_bytes(b"mine")
    with refused("batch.foreign", r"mine\.txt"), new_folder(tmp_path / "out", lambda _: ["a"]) as new:
        assert comes == "meanwhile"
        (new / "a").write_bytes(b"new")
        theirs.write_bytes(b"mine")
    assert contents(tmp_path / "out") == {"a": b"old", "mine.txt": b"mine"}


def test_two_runs_at_once_are_refused(tmp_path):
    with new_folder(tmp_path / "out", contents), refused("batch.busy"):
        fill(tmp_path / "out", {})


@pytest.mark.parametrize("place", ["a_file", "a_file/out"])
def test_a_file_in_the_way_is_said_in_a_sentence(tmp_path, place):
    (tmp_path / "a_file").touch()
    with pytest.raises(LessonError, match="a_file"):
        fill(tmp_path / place, {"a": b""})


def test_a_place_that_cannot_be_written_is_said_with_the_reason(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    for write in (lambda: fill(tmp_path / "out", {"a": b""}), lambda: atomic_write(tmp_path / "a", b"")):
        with refused("batch.cannot_write", "No space left"):
            write()
    assert not (tmp_path / "out").exists()


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "new/a.txt"
    atomic_write(path, b"old")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        atomic_write(path, b"new")
    assert path.read_bytes() == b"old"


def test_whether_a_file_can_be_written_is_known_before(tmp_path):
    check_writable(tmp_path / "new/model")
    assert contents(tmp_path) == {}
    for folder in (tmp_path, Path()):
        for write in (check_writable, partial(atomic_write, data=b"")):
            with refused("batch.not_a_file"):
                write(folder)
    (tmp_path / "a_file").touch()
    with pytest.raises(LessonError, match="a_file"):
        check_writable(tmp_path / "a_file/model")


def double(number):
    return 2 * number


def fail(number):
    raise LessonError("batch.busy", folder=str(number))


def die(number):
    os._exit(3)


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_order_and_errors_as_they_were(processes):
    assert list(in_order(double, range(20), processes=processes, progress=False)) == list(range(0, 40, 2))
    with pytest.raises(LessonError) as error:
        list(in_order(fail, [7], processes=processes, progress=False))
    assert error.value.values == {"folder": "7"}


def test_a_worker_that_dies_is_reported_in_a_sentence():
    with refused("batch.worker_died"):
        list(in_order(die, [1], processes=2, progress=False))


def interrupt_is_blocked(_):
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal masks.")
def test_a_worker_cannot_be_interrupted_while_it_starts_and_the_parent_still_can():
    assert list(in_order(interrupt_is_blocked, range(4), processes=2, progress=False)) == [True] * 4
    assert not interrupt_is_blocked(None)


def pid_then_wait(_):
    multiprocessing.Event().wait(0.1)
    return os.getpid()


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["starting", "working"])
def test_a_killed_parent_leaves_no_worker_behind(tmp_path, moment):
    code = """
        from helpers.batch import in_order
        from test_batch import pid_then_wait
        if __name__ == "__main__":
            for pid in in_order(pid_then_wait, range(1000), processes=2, progress=False):
                print(pid, flush=True)
    """
    script = tmp_path / "parent.py"
    script.write_text(textwrap.dedent(code), encoding="utf-8")
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "encoding": "utf-8"}
    with subprocess.Popen([sys.executable, script], env=env, **pipes) as parent:
        at_work = set()
        while moment == "working" and len(at_work) < 2:
            at_work.add(parent.stdout.readline())
        while len(family := psutil.Process(parent.pid).children()) < 4:  # two workers, and what watches over resources
            time.sleep(0.001)
        parent.kill()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive
