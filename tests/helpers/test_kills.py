"""`split` and `mfcc`, killed without warning at random moments and started again, end as if nothing had happened."""

import random
import subprocess
import sys
import time

import numpy as np
import psutil
import pytest
import soundfile

from tests.shared import contents

KILLS = 20
RATE = 22_050


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    """Recordings whose segments all differ: one that landed under another's name would be noticed."""
    folder = tmp_path_factory.mktemp("sounds")
    generator = np.random.default_rng(0)
    for number in range(40):
        label = ("dog_bark", "siren")[number % 2]
        path = folder / "data" / label / f"{number}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, 0.1 * generator.standard_normal(10 * RATE), RATE)
        path.with_suffix(".csv").write_text(f"0.0,10.0,1,{label}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def segments(sounds, tmp_path_factory):
    out = tmp_path_factory.mktemp("segments")
    assert run("split", "-u", sounds, "--out", out).wait() == 0
    return out


def run(*words):
    command = [sys.executable, "-m", "helpers", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed(process, after):
    """Kill a command after so many seconds of writing; whether it was still at work."""
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        family = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
        _, alive = psutil.wait_procs(family, timeout=10)
        assert not alive
        return True
    return False


@pytest.mark.weekly
@pytest.mark.timeout(1800)  # each run starts Python anew, and on a busy computer that takes its time
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("name", ["split", "mfcc"])
def test_killed_at_random_moments_it_ends_the_same(name, jobs, sounds, segments, tmp_path):
    words = {"split": ("split", "-u", sounds), "mfcc": ("mfcc", "-u", segments, "--size", "128x128")}[name]
    began = time.monotonic()
    assert run(*words, "--out", tmp_path / "whole").wait() == 0
    seconds = time.monotonic() - began
    whole = contents(tmp_path / "whole")
    assert len(whole) > 400

    chance, out, stopped = random.Random(20), tmp_path / "out", 0
    (out / "mine").mkdir(parents=True)
    (out / "mine/notes.txt").write_text("mine", encoding="utf-8")
    while stopped < KILLS:
        stopped += killed(run(*words, "--out", out, "--jobs", jobs), chance.uniform(0.3, 1) * seconds)
    assert run(*words, "--out", out, "--jobs", jobs).wait() == 0
    assert contents(out) == whole | {"mine/notes.txt": b"mine"}
