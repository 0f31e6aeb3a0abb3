"""What several benchmarks share: recordings to measure on, what models make of them, times, and tables."""

import contextlib
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from helpers import audio, datasets
from helpers.datasets import TARGET, label_index
from helpers.evaluate import recording_scores, scores
from helpers.messages import columns
from helpers.train import RECIPES, PictureSet, walk

DRAWS = 2000  # of a bootstrap


def sounds():
    """The data set to measure on: UrbanSound where ``REAL_SOUNDS`` names real recordings, else the synthetic sounds."""
    real = os.environ.get("REAL_SOUNDS")
    return datasets.load(Path(real) / "UrbanSound" if real else "builtin")


def real_sounds():
    """The folder that ``REAL_SOUNDS`` names; without it the benchmark ends here."""
    if folder := os.environ.get("REAL_SOUNDS"):
        return Path(folder)
    print("REAL_SOUNDS is not set: it names the folder with ESC-10/ and UrbanSound/, which this benchmark needs.")
    raise SystemExit


def dog_pictures(data):
    """The PictureSet that `train --data` learns from, cut and drawn into the cache where there is none yet."""
    return PictureSet.read(walk(data, TARGET, cut=RECIPES["dog"]["cut"]))


def dog_recipe(epochs=None):
    """How long `train --data` trains, unless other epochs are given."""
    return {"epochs": epochs or RECIPES["dog"]["epochs"], "steps_per_epoch": RECIPES["dog"]["steps_per_epoch"]}


def ignore(_note):
    """For ``on_skip``: recordings that cannot be read, or not whole, are known here."""


def answers(predictions, model):
    """Path of each recording → (is it the target, its score, the model's threshold, scores of its segments)."""
    index = label_index(model.target, model.labels)
    pairs = zip(predictions, *recording_scores(predictions, model), strict=True)
    return {
        one.recording.path: (bool(is_target), float(score), model.threshold, one.segments[:, index])
        for one, is_target, score in pairs
    }


def figures(found):
    """AUC by segment, AUC by recording, F1 and accuracy by recording of what `answers` gives for many recordings."""
    y_true, y_score, thresholds, segments = zip(*found, strict=True)
    of_segments = np.repeat(y_true, [len(one) for one in segments])
    told = scores(np.array(y_true), np.array(y_score), np.array(thresholds))
    return roc_auc_score(of_segments, np.concatenate(segments)), told["auc"], told["f1"], told["accuracy"]


def interval(*runs):
    """Middle 95 % of the AUCs (segment / recording) of resampled recordings, or of their differences in two runs."""
    random, drawn = np.random.default_rng(0), []
    for _ in range(DRAWS):
        rows = random.integers(len(runs[0]), size=len(runs[0]))
        if len({runs[0][row][0] for row in rows}) == 2:
            told = [np.array(figures([run[row] for row in rows])[:2]) for run in runs]
            drawn.append(told[0] - told[1] if len(told) == 2 else told[0])
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return " / ".join(f"{a:+.3f}…{b:+.3f}" for a, b in zip(low, high, strict=True))


def heard(made, config):
    """A synthetic recording as a detector hears it: array [samples] float32, mono, at the config's rate."""
    sound = audio.to_mono(made.samples.astype(np.float32) / 32_768)
    return audio.resample(sound, made.sample_rate, config.sample_rate)


def timed(work, *given, **named):
    """What a call returns, and the seconds it takes: of the clock, and of the processor with all it starts."""
    clock, used = time.perf_counter(), os.times()
    result = work(*given, **named)
    now = os.times()
    return result, time.perf_counter() - clock, sum(now[:4]) - sum(used[:4])


@contextlib.contextmanager
def busy(count):
    """So many processes that never rest."""
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def machine():
    """The computer the figures hold for."""
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def table(header, rows):
    """Rows of text and numbers as lines with aligned columns."""
    return "\n".join(columns([[str(cell) for cell in row] for row in (header, *rows)]))
