"""The ready detector's recipe, on few sounds: all of them teach, and what was kept from five others sets thresholds."""

from dataclasses import replace

import pytest

from helpers import ready
from helpers.checkpoint import load
from helpers.datasets import TARGET
from helpers.live.score import THRESHOLDS


@pytest.mark.slow
def test_all_folds_teach_and_those_kept_from_others_choose(builtin_sounds, tmp_path, monkeypatch):
    kinds = {(one.fold, one.label == TARGET): one for one in builtin_sounds.recordings}
    few = replace(builtin_sounds, recordings=tuple(kinds.values()))
    monkeypatch.setattr(ready.datasets, "load", lambda _folder: few)
    monkeypatch.setattr(ready.builtin, "write", lambda *_args, **_options: None)
    monkeypatch.setattr(ready, "STEPS", 2)
    judged, calibrate = [], ready.calibrate

    def judging(model, heard, **options):
        judged.extend(heard)
        return calibrate(model, heard, **options)

    monkeypatch.setattr(ready, "calibrate", judging)
    model = ready.make("ESC-10", tmp_path / "model.safetensors", epochs=1, progress=False)
    assert model.card["folds"] == [1, 2, 3, 4, 5]
    assert model.card["sources"] == sorted(one.source for one in few.recordings)
    assert [one.recording for one in judged] == sorted(few.recordings, key=lambda one: one.fold)
    assert model.card["stream_threshold"] in THRESHOLDS
    assert load(tmp_path / "model.safetensors").threshold == model.threshold
