"""Strict nbval: every lesson runs from a clean kernel and prints what is stored."""

import build
import pytest

from tests.alone import alone


@pytest.mark.slow
def test_outputs_are_reproduced(lesson, builtin_sounds):
    with alone(lesson):
        done = build.nbval([lesson], "--tb=short")
    assert done.returncode == 0, done.stdout + done.stderr
