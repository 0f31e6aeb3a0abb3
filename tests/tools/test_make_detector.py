"""The pretrained detector's recipe, on few sounds: all of them teach, and cross-validation sets the thresholds."""

from dataclasses import replace

import pytest

from helpers.datasets import TARGET
from helpers.model import load_model
from tools import make_detector
from tools.score_streams import THRESHOLDS


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
