"""What lesson 09 works out by hand is what its helpers give, for other numbers than the lesson's.

The lesson's own cells are run, not copies of them.
"""

from unittest import mock

import numpy as np
import pytest
import torch
from stored import Stored, changed, run, solution

from helpers.audio import rms_dbfs
from helpers.config import AudioConfig
from helpers.live.own_sounds import Takes
from helpers.messages import LessonError
from helpers.model import Model, Network
from helpers.segments import SegmentRow
from helpers.train import PictureSet

CONFIG = AudioConfig()
CELLS = Stored("09").sources


def pictures(seed, count=12):
    """Noise of any brightness, half of it called a bell."""
    random = np.random.default_rng(seed)
    brightest = random.integers(20, 255, (count, 1, 1), dtype=np.uint8)
    noise = random.integers(0, brightest, (count, CONFIG.n_mels, CONFIG.segment_frames), dtype=np.uint8, endpoint=True)
    labels = ["bell", "whistle"] * (count // 2)
    names = [f"{number}.wav" for number in range(count)]
    rows = [SegmentRow(*3 * [name], label, 1, 0, 1, None, -20, 0) for name, label in zip(names, labels, strict=True)]
    return PictureSet(torch.from_numpy(noise), rows, ("bell", "whistle"), CONFIG, "noise")


def verdicts(cells, seed=0):
    torch.manual_seed(seed)
    model = Model(network=Network(2), config=CONFIG, labels=("bell", "whistle"))
    names = {"np": np, "torch": torch, "model": model, "pictures": pictures(seed), "describe": mock.Mock()}
    return run(cells, ("ears", "decide"), names)


@pytest.mark.parametrize("seed", range(3))
def test_by_hand_is_what_the_helpers_give(seed):
    assert verdicts(CELLS, seed) == {"ears": True, "decide": True}


@pytest.mark.parametrize(
    ("cell", "right", "wrong"),
    [
        ("ears", "blocks[:3]", "blocks[:2]"),
        ("ears", "/ 40 + 1", "/ 40"),
        ("ears", "moments.amax", "moments.amin"),
        ("ears", "correction=0", "correction=9"),
        ("decide", "C=0.1", "C=1.0"),
        ("decide", "np.ones(len(X))", "np.arange(len(X)) + 1.0"),
    ],
)
def test_another_formula_is_noticed(cell, right, wrong):
    try:
        found = verdicts(changed(CELLS, cell, right, wrong))
    except ValueError:  # numbers of another count cannot even be compared
        return
    assert False in found.values()


def test_the_first_solution_is_what_takes_are_kept_by(tmp_path):
    """`Takes` and the exercise agree about noise of every level, cut off or not."""
    names = {"np": np, "rms_dbfs": rms_dbfs, "rate": CONFIG.sample_rate}
    exec(solution(CELLS["ex1-solution"]), names)
    takes, found, wanted = Takes(tmp_path, CONFIG), [], []
    for seed, level in enumerate(np.geomspace(0.002, 1.0, 12)):
        noise = level * np.random.default_rng(seed).standard_normal(2 * CONFIG.sample_rate)
        samples = np.clip(noise, -1, 1).astype(np.float32)
        found.append(names["verdict"](samples))
        try:
            takes.keep("noise", samples)
            wanted.append("good")
        except LessonError as error:
            wanted.append({"own_sounds.silent": "quiet", "own_sounds.clipped": "clipped"}[error.key])
    assert found == wanted and set(found) == {"quiet", "good", "clipped"}
