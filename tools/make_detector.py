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
from pathlib import Path

import synth
from helpers import datasets, environment
from helpers.datasets import TARGET
from helpers.download import download
from helpers.evaluate import choose_threshold, evaluate, fold_by_fold, folds_of
from helpers.features import write_pictures
from helpers.model import PRETRAINED, load_model
from helpers.segments import PICTURES
from helpers.split import split
from helpers.train import RECIPES, PictureSet, join, train
from tools.score_streams import stream_threshold

SYNTHETIC = 900  # recordings: three times the lessons' set, whose 300 are the first of them
MAX_FPR = 0.01  # of recordings: other sounds are heard far more often than dogs
EPOCHS, STEPS = 60, 80
SEED = 1  # of the stored network; its card says how another one of the same recipe does


def pictures_of(dataset, progress):
    """The PictureSet of a data set, cut and drawn into a folder that does not stay."""
    with tempfile.TemporaryDirectory() as folder:
        split(dataset, out=folder, target=TARGET, progress=progress, **RECIPES["dog"]["cut"])
        write_pictures(folder, progress=progress)
        return PictureSet.read(Path(folder) / PICTURES)


def make(real, synthetic, out=PRETRAINED, *, epochs=EPOCHS, steps=STEPS, progress=True):
    """Cross-validate, train, choose the thresholds and store the detector: Model.

    ``real`` and ``synthetic`` are Datasets with the same folds; ``epochs`` and ``steps`` are those of each of the six
    networks.
    """
    clips = pictures_of(real, progress)
    pictures = join(clips, clips, pictures_of(synthetic, progress))  # twice: a real recording is worth more
    settings = {"epochs": epochs, "steps_per_epoch": steps, "progress": progress}
    tested = list(fold_by_fold(real, pictures, choose=False, **settings))
    model, _ = train(pictures, seed=SEED, **settings)
    predictions = [prediction for _, fold in tested for prediction in fold]
    model = choose_threshold(model, predictions, max_fpr=MAX_FPR)
    folds = zip(folds_of(real), tested, strict=True)
    streams = [(network, [*real.in_fold(fold), *synthetic.in_fold(fold)]) for fold, (network, _) in folds]
    replace(model, stream_threshold=stream_threshold(streams)).save(out)
    return load_model(out)


def main(arguments):
    """Make the detector where the lessons look for it, and test it on the recordings of further folders."""
    esc10, *tests = arguments or [download("esc10", confirm=lambda offer: print(offer) or True)]
    folder = environment.data_dir() / f"builtin-{SYNTHETIC}-0-v{synth.VERSION}"
    model = make(datasets.load(esc10), datasets.synthetic(folder, SYNTHETIC, 0))
    print(f"threshold {model.threshold:.2f}, on streams {model.stream_threshold:.2f}")
    for folder in tests:
        report = evaluate(model, datasets.load(folder))
        print(folder, report["recording"], f"left out: {report['left_out']}")


if __name__ == "__main__":
    main(sys.argv[1:])
