"""The small library behind the lessons: one module a step, in the order of the walk."""

import os
import sys

__version__ = "2.0.0"


def use_threads(count):
    """Let numpy and torch compute on ``count`` threads: the one place where this is said, before either is imported.

    One is the rule. Threads that wait for each other on a busy computer make a cell up to thirty times slower, and on
    an idle one a second thread saves a quarter. Waiting threads sleep instead of spinning.
    """
    os.environ |= {
        "SOUND_THREADS": str(count),
        "OMP_NUM_THREADS": str(count),
        "OPENBLAS_NUM_THREADS": str(count),
        "OMP_WAIT_POLICY": "passive",
        "GOMP_SPINCOUNT": "10000",
    }
    if torch := sys.modules.get("torch"):  # somebody was faster
        torch.set_num_threads(count)


use_threads(int(os.environ.get("SOUND_THREADS", 1)))
