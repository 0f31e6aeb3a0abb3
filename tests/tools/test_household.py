"""Backgrounds: what a detector learns to be quiet in, and is tested in."""

from collections import Counter

import numpy as np
import pytest

from helpers import datasets
from helpers.datasets import TARGET
from tools import household


@pytest.mark.slow
def test_a_folder_of_them_is_a_data_set_with_events_and_folds(tmp_path, monkeypatch):
    monkeypatch.setattr(household, "LENGTH_S", 2.0)
    monkeypatch.setattr(household, "COUNTS", dict.fromkeys((*household.MAKERS, TARGET), 5))
    household.write(tmp_path, progress=False)
    dataset = datasets.load(tmp_path)
    assert Counter(one.label for one in dataset.recordings) == household.COUNTS
    assert {one.fold for one in dataset.recordings} == {1, 2, 3, 4, 5}
    assert len(dataset.sources) == 5 * 7
    for one in dataset.recordings:
        assert all(0 <= event.start_s < event.end_s <= household.LENGTH_S for event in one.events)


@pytest.mark.parametrize("kind", household.MAKERS)
def test_nobody_learns_from_what_is_tested(kind):
    assert max(household.COUNTS.values()) < household.TEST_SEED
    learnt, tested = (household.make(kind, seed).samples for seed in (0, household.TEST_SEED))
    assert learnt.shape != tested.shape or not np.array_equal(learnt, tested)
