"""How the detector that comes with the lessons was made: `make ready-model` runs this file.

It learns from ESC-10 (CC BY 3.0) and the built-in sounds, so that lessons 01 and 08 know real dogs without a download.
ESC-10 has forty dogs, too few to keep some from it. So its rule and thresholds come from a cross-validation: five
networks of the same recipe, each judged on the fold of both sets that was kept from it. Of UrbanSound it meets only the
few sources that ESC-10 shares, which `evaluate` leaves out: the rest can test it.

    python -m helpers.ready            ESC-10 from the cache, downloaded if it is not there
    python -m helpers.ready FOLDER     ESC-10 in FOLDER
"""

import sys
from dataclasses import replace

from helpers import datasets, environment
from helpers.checkpoint import READY, load, save
from helpers.datasets import builtin
from helpers.datasets.download import download
from helpers.evaluate import calibrate, evaluate, fold_by_fold, folds_of
from helpers.live.score import stream_threshold
from helpers.model import BINARY
from helpers.train import gather, join, train

BUILTIN = 900  # recordings: three times the lessons' set, whose 300 are the first of them
ALARMS = 0.01  # share of other recordings that may be taken for dogs: far more of those are heard than of dogs
EPOCHS, STEPS = 60, 80
SEED = 1  # of the network that is stored; its card says how others of the same recipe do


def make(esc10, out=READY, *, epochs=EPOCHS, progress=True):
    """Cross-validate, train, calibrate and store the ready detector.

    Parameters
    ----------
    esc10 : path or name of ESC-10, as for `datasets.load`
    out : path of the checkpoint
    epochs : int, of each of the six networks
    progress : bool, draw bars on stderr

    Returns
    -------
    Model

    Lesson: 08_live_mic.
    """
    made = environment.data_dir() / f"builtin-{BUILTIN}-0-v{builtin.VERSION}"
    real, computed = datasets.load(esc10), datasets.load(builtin.write(made, size=BUILTIN, progress=progress))
    clips = gather(real)
    examples = join(clips, clips, gather(computed))  # twice: a real recording is worth more
    settings = {"labels": BINARY, "epochs": epochs, "steps": STEPS, "progress": progress}
    tested = list(fold_by_fold(real, examples, choose=False, **settings))
    model, _ = train(examples, seed=SEED, **settings)
    model = calibrate(model, [one for _, heard in tested for one in heard], alarms=ALARMS)
    folds = zip(folds_of(real), tested, strict=True)
    streams = [(judge, [*real.in_fold(fold), *computed.in_fold(fold)]) for fold, (judge, _) in folds]
    save(out, replace(model, card=model.card | {"stream_threshold": stream_threshold(streams)}))
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
