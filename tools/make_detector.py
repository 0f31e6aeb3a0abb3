"""How the pretrained detector was made: `make ready-model` runs this file.

It learns from ESC-10 (CC BY 3.0) and the synthetic sounds, so that lessons 01 and 08 know real dogs without a download.
ESC-10 has forty dogs, too few to set some aside. So its thresholds come from a cross-validation: five networks of the
same recipe, each tested on the fold of both sets that it has not learnt from. Of UrbanSound it meets only the few
sources that ESC-10 shares, which `evaluate` leaves out: the rest can test it.

    python -m tools.make_detector                   ESC-10 from the cache, downloaded if it is not there
    python -m tools.make_detector FOLDER [TEST …]   ESC-10 in FOLDER; tests the model on further folders
"""

import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import joblib

import synth
from helpers import datasets, environment
from helpers.augment import Augment
from helpers.batch import in_order
from helpers.config import AudioConfig
from helpers.datasets import TARGET
from helpers.download import download
from helpers.evaluate import choose_threshold, evaluate, fold_by_fold, folds_of
from helpers.features import write_pictures
from helpers.model import PRETRAINED, load_model
from helpers.segments import PICTURES
from helpers.split import split
from helpers.train import RECIPES, PictureSet, join, train
from tools import household
from tools.score_streams import stream_threshold

SYNTHETIC = 1800  # recordings: four times the lessons' set, whose 450 are the first of them
REAL = 8  # copies of each real recording; by the root in `sample_weights` its dogs count nearly three times as much
MAX_FPR = 0.01  # of recordings: other sounds are heard far more often than dogs
EPOCHS, STEPS = 60, 80
AUGMENT = Augment(background=1.0)  # a house is never silent
SEED = 1  # of the stored network; its card says how far others of the same recipe scatter


def pictures_of(dataset, progress):
    """The PictureSet of a data set, cut and drawn into a folder that does not stay."""
    with tempfile.TemporaryDirectory() as folder:
        split(dataset, out=folder, target=TARGET, progress=progress, **RECIPES["dog"]["cut"])
        write_pictures(folder, progress=progress)
        return PictureSet.read(Path(folder) / PICTURES)


def network(real, pictures, settings, fold):
    """A Model that has not learnt from this fold, and its predictions of it; for None one that learnt from all."""
    if fold is None:
        return train(pictures, seed=SEED, whole=True, **settings)[0], []
    [tested] = fold_by_fold(real, pictures, choose=False, test_folds=[fold], **settings)
    return tested


def make(real, synthetic, out=PRETRAINED, *, epochs=EPOCHS, steps=STEPS, jobs=1, progress=True):
    """Cross-validate, train, choose the thresholds and store the detector: Model.

    ``real`` is a Dataset and ``synthetic`` a list of them, all with the same folds; ``epochs`` and ``steps`` are those
    of each of the six networks, of which ``jobs`` are trained at once.
    """
    clips = pictures_of(real, progress)
    pictures = join(*[clips] * REAL, *(pictures_of(one, progress) for one in synthetic))
    settings = {"epochs": epochs, "steps_per_epoch": steps, "augment": AUGMENT, "progress": progress and jobs == 1}
    folds, work = folds_of(real), partial(network, real, pictures, settings)
    *tested, (model, _) = in_order(work, [*folds, None], processes=jobs, progress=progress, unit="network")
    predictions = [prediction for _, fold in tested for prediction in fold]
    model = choose_threshold(model, predictions, max_fpr=MAX_FPR)
    streams = [
        (network, [recording for one in (real, *synthetic) for recording in one.in_fold(fold)])
        for fold, (network, _) in zip(folds, tested, strict=True)
    ]
    # how far its segments overlapped does not bind those who use it
    threshold = stream_threshold(streams, processes=jobs, progress=progress)
    replace(model, config=AudioConfig(), stream_threshold=threshold).save(out)
    return load_model(out)


def main(arguments):
    """Make the detector where the lessons look for it, and test it on the recordings of further folders."""
    esc10, *tests = arguments or [download("esc10", confirm=lambda offer: print(offer) or True)]
    jobs, kept = joblib.cpu_count(), environment.data_dir()
    short = datasets.synthetic(kept / f"builtin-{SYNTHETIC}-0-v{synth.VERSION}", SYNTHETIC, 0)
    with tempfile.TemporaryDirectory() as folder:
        household.write(folder, jobs=jobs)
        model = make(datasets.load(esc10), [short, datasets.load(folder)], jobs=jobs)
    print(f"threshold {model.threshold:.2f}, on streams {model.stream_threshold:.2f}")
    for folder in tests:
        report = evaluate(model, datasets.load(folder))
        print(folder, report["recording"], f"left out: {report['left_out']}")


if __name__ == "__main__":
    main(sys.argv[1:])
