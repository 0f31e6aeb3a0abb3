"""The pretrained detector on recordings of UrbanSound whose source it never met, label by label.

Its threshold is the one in its file, chosen by a cross-validation on ESC-10. The interval is a bootstrap over
recordings. These are development figures: its makers had seen results on these recordings while they chose the recipe.

    REAL_SOUNDS=… python -m tools.benchmarks.pretrained_detector
"""

import tempfile
from pathlib import Path

import numpy as np

from helpers import datasets
from helpers.audio import load
from helpers.evaluate import predict, recall_by_label, recording_scores, scores
from helpers.live.detector import OnnxModel
from helpers.model import export_onnx, load_model
from helpers.segments import GRAPH, read_segments
from helpers.train import walk
from tools.benchmarks._common import answers, ignore, interval, machine, real_sounds, table, timed


def main():
    """Scores, answers by label, ONNX's difference on real segments, and the time of one window."""
    folder, model = real_sounds() / "UrbanSound", load_model()
    dataset = datasets.load(folder)
    fresh = [recording for recording in dataset.recordings if recording.source not in model.metadata["sources"]]
    predictions = predict(model, fresh, on_skip=ignore)
    y_true, y_score = recording_scores(predictions, model)
    told = scores(y_true, y_score, model.threshold)
    false = int(np.sum(~y_true & (y_score >= model.threshold)))
    print(f"{len(fresh)} of {len(dataset.recordings)} recordings. {machine()}")
    print(f"AUC {told['auc']:.4f}, recall {told['recall']:.3f}, false positives {false}/{int(np.sum(~y_true))}")
    print("95 % of the AUCs (segment / recording):", interval(list(answers(predictions, model).values())))
    by_label = recall_by_label(predictions, model)
    print(table(("label", "right", "recordings"), [(name, *pair) for name, pair in by_label.items()]))

    graph = walk(folder).with_name(GRAPH)
    sounds = np.stack([load(graph / row.segment, model.config) for row in read_segments(graph)])
    with tempfile.TemporaryDirectory() as temporary:
        export_onnx(Path(temporary) / "model.onnx", model)
        exported = OnnxModel(Path(temporary) / "model.onnx")
    difference = np.abs(model.predict_proba(sounds) - exported.predict_proba(sounds)).max()
    print(f"PyTorch – ONNX, largest difference on {len(sounds)} real segments: {difference:.1e}")
    for name, one in (("PyTorch", model), ("ONNX Runtime", exported)):
        times = [timed(one.predict_proba, sounds[:1])[1] for _ in range(220)][20:]
        print(f"{name} {1000 * np.median(times):.2f} ms a window (one thread, median of {len(times)})")


if __name__ == "__main__":
    main()
