"""How the detector that comes with the lessons was made: `make ready-model` runs this file.

It learns from ESC-10 (CC BY 3.0) and the built-in sounds, so that lessons 01 and 08 know real dogs without a download.
Fold 5 of both is not learnt from: on ESC-10's, which is real, rule and threshold are chosen, on both together the
threshold for streams. Of UrbanSound it meets only the few sources that ESC-10 shares, which `evaluate` leaves out: the
rest can test it.

    python -m helpers.ready            ESC-10 from the cache, downloaded if it is not there
    python -m helpers.ready FOLDER     ESC-10 in FOLDER
"""

import sys
from dataclasses import replace

from helpers import datasets, environment
from helpers.checkpoint import READY, load, save
from helpers.datasets import builtin
from helpers.datasets.download import download
from helpers.evaluate import calibrate, evaluate, hear
from helpers.live.score import stream_threshold
from helpers.model import BINARY
from helpers.train import gather, join, train

EPOCHS, STEPS = 24, 80
BUILTIN = 900  # recordings: three times the lessons' set, whose 300 are the first of them
VALIDATION = 5


def make(esc10, out=READY, *, epochs=EPOCHS, progress=True):
    """Train, calibrate and store the ready detector.

    Parameters
    ----------
    esc10 : path or name of ESC-10, as for `datasets.load`
    out : path of the checkpoint
    epochs : int
    progress : bool, draw a bar on stderr

    Returns
    -------
    Model

    Lesson: 08_live_mic.
    """
    made = environment.data_dir() / f"builtin-{BUILTIN}-0-v{builtin.VERSION}"
    sets = [datasets.load(esc10), datasets.load(builtin.write(made, size=BUILTIN, progress=progress))]
    examples = join(*map(gather, sets))
    learning = examples.where(lambda row: examples.folds[row] != VALIDATION)
    model, _ = train(
        learning, examples.in_folds(VALIDATION), labels=BINARY, epochs=epochs, steps=STEPS, progress=progress
    )
    model = calibrate(model, hear(model, sets[0].in_fold(VALIDATION)))
    kept = [recording for dataset in sets for recording in dataset.in_fold(VALIDATION)]
    save(out, replace(model, card=model.card | {"stream_threshold": stream_threshold(model, kept)}))
    return load(out)


def main(arguments):
    """Make the detector where the lessons look for it, and test it on the recordings of further folders."""
    esc10, *tests = arguments or [download("esc10", confirm=lambda offer: print(offer) or True)]
    model = make(esc10)
    for folder in tests:
        report = evaluate(model, datasets.load(folder))
        print(folder, report["recording"], f"left out: {report['left_out']}")


if __name__ == "__main__":
    main(sys.argv[1:])
