"""Long work that may be killed: resumed, refused, begun again; nothing half written, nothing of others touched."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from helpers import batch
from helpers.batch import BatchError, Store, in_order, publish, seal, unchanged

SETTINGS = {"piece_seconds": 1.0, "events": (1, 2)}
JOBS = [({"job": number}, {f"folder/{number}.txt": bytes([number]) * 100}) for number in range(5)]


def run(folder, *, fresh=False, settings=SETTINGS, stop_after=None):
    """The whole work, or the part of it before a stop."""
    with Store(folder, settings, fresh=fresh) as store:
        for number, (record, files) in enumerate(JOBS[len(store.records) :]):
            if number == stop_after:
                return store.records
            store.add(record, files)
        if not store.finished:
            store.finish({"sum.txt": b"all"})
        return store.records


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def whole(tmp_path):
    run(tmp_path / "whole")
    return contents(tmp_path / "whole")


def test_everything_is_written_and_found_again(tmp_path, whole):
    assert whole["folder/3.txt"] == b"\x03" * 100 and whole["sum.txt"] == b"all"
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "whole").rglob("*.*") if path.name != ".lock"}
    assert run(tmp_path / "whole") == [record for record, _ in JOBS]
    assert {path: path.stat().st_mtime_ns for path in before} == before


@pytest.mark.parametrize("stop_after", range(6))
def test_a_stopped_run_goes_on_and_ends_the_same(tmp_path, whole, stop_after):
    run(tmp_path / "out", stop_after=stop_after)
    run(tmp_path / "out")
    assert contents(tmp_path / "out") == whole


def test_a_journal_cut_at_any_byte_still_leads_to_the_same_end(tmp_path, whole):
    """What a kill leaves: a journal broken off anywhere after its first line, and files up to there."""
    journal = whole[batch.JOURNAL]
    for cut in range(journal.index(b"\n") + 1, len(journal), 7):
        folder = tmp_path / str(cut)
        named = [json.loads(line) for line in journal[:cut].split(b"\n")[1:-1]]
        for name in [name for line in named for name in line.get("files", ())]:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(whole[name])
        folder.mkdir(exist_ok=True)
        (folder / batch.JOURNAL).write_bytes(journal[:cut])
        run(folder)
        assert contents(folder) == whole, cut


def test_the_job_that_was_being_written_is_done_again(tmp_path, whole):
    run(tmp_path / "out", stop_after=3)
    (tmp_path / "out/folder/2.txt").write_bytes(b"half")
    run(tmp_path / "out")
    assert contents(tmp_path / "out") == whole


@pytest.mark.parametrize("name", ["folder/1.txt", "sum.txt"])
def test_a_result_that_was_deleted_comes_back(tmp_path, whole, name):
    (tmp_path / "whole" / name).unlink()
    run(tmp_path / "whole")
    assert contents(tmp_path / "whole") == whole


def test_other_settings_are_refused_by_name_and_nothing_changes(tmp_path, whole, monkeypatch):
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "en")
    with pytest.raises(BatchError, match=r"different: piece_seconds\).*--fresh"):
        run(tmp_path / "whole", settings=SETTINGS | {"piece_seconds": 0.5})
    assert contents(tmp_path / "whole") == whole


@pytest.mark.parametrize("stop_after", [None, 1, 3])
def test_fresh_deletes_what_it_wrote_and_nothing_else(tmp_path, stop_after):
    folder = tmp_path / "out"
    run(folder, stop_after=stop_after)
    (folder / "folder/mine.txt").write_bytes(b"mine")
    with Store(folder, {"other": 1}, fresh=True) as store:
        assert store.records == [] and not store.finished
    left = contents(folder).keys() - {".lock", batch.JOURNAL}
    assert left == {"folder/mine.txt"}


def test_after_a_kill_and_a_resume_fresh_still_knows_every_file(tmp_path):
    """A job is done again after its old files went: no file is ever there that the journal does not name."""
    folder = tmp_path / "out"
    run(folder)
    (folder / "folder/1.txt").unlink()
    run(folder, stop_after=0)
    with Store(folder, {"other": 1}, fresh=True):
        pass
    assert contents(folder).keys() == {".lock", batch.JOURNAL}


@pytest.mark.parametrize("fresh", [False, True])
def test_a_folder_with_files_of_others_is_refused_and_left_alone(tmp_path, fresh, monkeypatch):
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "en")
    (tmp_path / "positive").mkdir()
    (tmp_path / "positive/0_dogbark.wav").write_bytes(b"from 2019")
    with pytest.raises(BatchError, match="0_dogbark.wav"):
        run(tmp_path, fresh=fresh)
    assert contents(tmp_path).keys() - {".lock"} == {"positive/0_dogbark.wav"}


@pytest.mark.parametrize("fresh", [False, True])
def test_a_file_of_others_among_ours_is_never_overwritten(tmp_path, fresh):
    run(tmp_path, stop_after=2)
    (tmp_path / "folder/4.txt").write_bytes(b"mine")
    with pytest.raises(BatchError) as error:
        run(tmp_path, fresh=fresh)
    assert error.value.values["name"] == "folder/4.txt"
    with Store(tmp_path, {"other": 1}, fresh=True):
        pass
    assert contents(tmp_path)["folder/4.txt"] == b"mine"


def test_two_runs_at_once_are_refused(tmp_path):
    with Store(tmp_path, SETTINGS), pytest.raises(BatchError) as error:
        Store(tmp_path, SETTINGS)
    assert error.value.key == "batch.busy"
    run(tmp_path)


def test_a_refused_store_gives_its_lock_back(tmp_path, whole):
    with pytest.raises(BatchError):
        run(tmp_path / "whole", settings={})
    run(tmp_path / "whole")


def test_publish_leaves_the_old_file_until_the_new_one_is_whole(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    publish(path, b"old")
    monkeypatch.setattr(type(path), "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        publish(path, b"new")
    assert path.read_bytes() == b"old"


def double(number):
    time.sleep(0.02 * (number % 2))  # the even ones overtake, if anything lets them
    return 2 * number


def fail(number):
    raise BatchError("batch.busy", folder=str(number))


def die(number):
    os._exit(3)


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_order_whatever_the_processes(processes):
    assert list(in_order(double, range(20), processes=processes, progress=False)) == list(range(0, 40, 2))


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_of_the_work_arrives_as_it_was(processes):
    with pytest.raises(BatchError) as error:
        list(in_order(fail, [7], processes=processes, progress=False))
    assert error.value.values == {"folder": "7"}


def test_a_worker_that_dies_is_reported_in_a_sentence():
    with pytest.raises(BatchError) as error:
        list(in_order(die, [1], processes=2, progress=False))
    assert error.value.key == "batch.worker_died"


def interrupt_is_blocked(_):
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal masks.")
def test_a_worker_cannot_be_interrupted_while_it_starts_and_the_parent_still_can():
    assert list(in_order(interrupt_is_blocked, range(4), processes=2, progress=False)) == [True] * 4
    assert not interrupt_is_blocked(None)


def test_the_bar_counts_what_an_earlier_run_did(capsys):
    list(in_order(double, range(3), done=2, description="graph"))
    assert "graph: 100%" in (shown := capsys.readouterr().err) and "5/5" in shown


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="counts processes through /proc")
def test_a_killed_parent_leaves_no_worker_behind(tmp_path):
    code = """
        import os, time
        from helpers.batch import in_order
        from tests.test_batch import pid_then_wait
        if __name__ == "__main__":
            for pid in in_order(pid_then_wait, range(100), processes=2, progress=False):
                print(pid, flush=True)
    """
    script = tmp_path / "parent.py"
    script.write_text(textwrap.dedent(code), encoding="utf-8")
    env = os.environ | {"PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=env, text=True) as parent:
        workers = {int(parent.stdout.readline()) for _ in range(4)}
        parent.kill()
    for _ in range(50):
        if not (alive := [pid for pid in workers if Path(f"/proc/{pid}").is_dir()]):
            break
        time.sleep(0.1)
    assert not alive


def pid_then_wait(_):
    time.sleep(0.1)
    return os.getpid()


def test_a_touched_file_is_the_same_and_an_edited_one_is_not(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(b"0123456789")
    sealed = seal(path)
    assert unchanged(path, sealed)
    os.utime(path, ns=(1, 1))
    assert unchanged(path, sealed)
    path.write_bytes(b"0123X56789")
    os.utime(path, ns=(2, 2))
    assert not unchanged(path, sealed)
    path.unlink()
    assert not unchanged(path, sealed) and seal(path) is None and unchanged(path, None)
