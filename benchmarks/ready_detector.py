"""The detector that comes with the lessons, on recordings of UrbanSound whose source it never met, label by label.

Rule and threshold are those in its file, chosen by a cross-validation on ESC-10. These are development figures: its
makers had seen results on these recordings while they chose the recipe, and kept the better of two networks.

    REAL_SOUNDS=… python benchmarks/ready_detector.py
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._common import machine, real_sounds, table  # noqa: E402
from helpers import datasets  # noqa: E402
from helpers.checkpoint import export_onnx, load  # noqa: E402
from helpers.evaluate import hear, recall_by_label, scores, targets  # noqa: E402
from helpers.train import gather  # noqa: E402


def main():
    """Scores, answers by label, ONNX's difference on real pieces, and the time of one window."""
    if not (folder := real_sounds()):
        return
    model = load()
    dataset = datasets.load(folder / "UrbanSound")
    fresh = [recording for recording in dataset.recordings if recording.source not in model.card["sources"]]
    heard = hear(model, fresh, on_skip=lambda _: None)
    truth, said = targets(heard, model)
    told = scores(truth, said, model.threshold)
    alarms = int(np.sum(~truth & (said >= model.threshold)))
    print(f"{len(fresh)} of {len(dataset.recordings)} recordings. {machine()}")
    print(f"AUC {told['auc']:.4f}, recall {told['recall']:.3f}, false alarms {alarms}/{int(np.sum(~truth))}")
    print(
        table(("label", "right", "recordings"), [(name, *pair) for name, pair in recall_by_label(heard, model).items()])
    )
    pieces = gather(dataset, on_skip=lambda _: None)
    compare(model, pieces)


def compare(model, pieces):
    """PyTorch beside ONNX Runtime on the same pieces, and one window's time on one thread."""
    import onnxruntime
    import torch

    sound = pieces.heard(torch.arange(len(pieces))).numpy()
    with tempfile.TemporaryDirectory() as temporary:
        export_onnx(Path(temporary) / "model.onnx", model)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(Path(temporary) / "model.onnx"), options)
        there = session.run(None, {"audio": sound})[0]
        torch.set_num_threads(1)
        times = {
            "PyTorch": _milliseconds(lambda: model.probabilities(sound[:1])),
            "ONNX Runtime": _milliseconds(lambda: session.run(None, {"audio": sound[:1]})),
        }
    here = model.probabilities(sound)
    print(f"PyTorch – ONNX, largest difference on {len(sound)} real pieces: {np.abs(here - there).max():.1e}")
    print(", ".join(f"{name} {value:.2f} ms a window" for name, value in times.items()), "(one thread, median of 200)")


def _milliseconds(work):
    spent = []
    for _ in range(220):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return 1000 * float(np.median(spent[20:]))


if __name__ == "__main__":
    main()
