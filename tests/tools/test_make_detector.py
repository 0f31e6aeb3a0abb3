"""The pretrained detector's recipe, on few sounds: all of them teach, and cross-validation sets the thresholds."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.datasets import TARGET
from helpers.model import load_model
from tools import make_detector
from tools.score_streams import THRESHOLDS


def late(log_mel, seed):
    return make_detector.Late(**dict.fromkeys(vars(make_detector.AUGMENT), 0))(
        log_mel, torch.ones(len(log_mel), 1), log_mel, -80.0, torch.Generator().manual_seed(seed)
    )[0]


@given(seed=st.integers(0, 10_000), begin=st.integers(10, 80))  # before it, it is quiet
@settings(max_examples=20)
def test_a_late_picture_is_the_same_sound_later_and_enough_of_it_is_left(seed, begin):
    log_mel = torch.full((40, 64, 87), -70.0)
    log_mel[:, :, begin:] = -30 - torch.rand(40, 64, 87 - begin, generator=torch.Generator().manual_seed(seed))
    later = late(log_mel, seed)
    for before, after in zip(log_mel, later, strict=True):
        shift = int((after[0] > -40).int().argmax()) - begin
        assert 0 <= shift <= max(0, 87 - make_detector.LEFT - begin)
        assert torch.equal(after[:, shift:], before[:, : 87 - shift])
        assert torch.equal(after[:, :shift], before.quantile(0.05, dim=1, keepdim=True).expand(64, shift))


def test_a_share_of_the_pictures_is_late_and_by_all_amounts():
    log_mel = torch.full((2000, 8, 87), -70.0)
    log_mel[:, :, 0] = -30.0
    shift = late(log_mel, 0)[:, 0].argmax(dim=1)
    assert (shift > 0).float().mean() == pytest.approx(make_detector.LATE, abs=0.04)
    assert torch.equal(shift.unique(), torch.arange(87 - make_detector.LEFT + 1))


def test_half_of_the_pictures_drawn_are_dogs_however_many_kinds_there_are():
    rows = [SimpleNamespace(label=label, recording=str(number)) for number, label in enumerate("abcdeffffff")]
    y = torch.tensor([0, 1, 2, 3, 4, *[5] * 6])
    weights = make_detector.half_targets(rows, y)
    assert weights[0] == pytest.approx(0.5)
    np.testing.assert_allclose(
        weights[5:].sum() / weights[1], np.sqrt(6)
    )  # a kind counts by the root of its recordings


@pytest.mark.weekly
def test_all_folds_teach_and_predictions_of_unseen_folds_choose(builtin_sounds, tmp_path, monkeypatch):
    kinds = {(one.fold, one.label == TARGET): one for one in builtin_sounds.recordings}
    few = replace(builtin_sounds, recordings=tuple(kinds.values()))
    predicted, choose_threshold = [], make_detector.choose_threshold

    def choosing(model, predictions, **options):
        predicted.extend(predictions)
        return choose_threshold(model, predictions, **options)

    monkeypatch.setattr(make_detector, "choose_threshold", choosing)
    model = make_detector.make(few, [few], tmp_path / "model.safetensors", epochs=1, steps=2, progress=False)
    assert model.metadata["folds"] == [1, 2, 3, 4, 5]
    assert model.metadata["sources"] == sorted(one.source for one in few.recordings)
    assert [one.recording for one in predicted] == sorted(few.recordings, key=lambda one: one.fold)
    assert model.stream_threshold in THRESHOLDS
    assert load_model(tmp_path / "model.safetensors").threshold == model.threshold
