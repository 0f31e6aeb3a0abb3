"""Right and typical wrong answers to the exercises of 02_install."""

import importlib
import importlib.util
from importlib import metadata

import librosa
import numpy as np
from answers import Answers

SECONDS = np.arange(22_050) / 22_050


def tone(frequency, amplitude=0.3):
    return amplitude * np.sin(2 * np.pi * frequency * SECONDS)


NOTES = librosa.note_to_hz(["C4", "E4", "G4"])
CHORD = sum(tone(note) for note in NOTES)


def right(name):
    try:
        importlib.import_module(name)
    except (ImportError, OSError):
        return False
    return True


def right_for_every_error(name):
    try:
        __import__(name)
        return True
    except Exception:
        return False


def looks_at_the_label(name):
    if name == "json":  # the standard library has no label
        return True
    return name in {package.name for package in metadata.distributions()}


def looks_for_the_file(name):
    return importlib.util.find_spec(name) is not None


def catches_nothing(name):
    importlib.import_module(name)
    return True


def catches_import_errors_only(name):
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def missing(findings):
    return [finding.name for finding in findings if finding.needed and not finding.ok]


def missing_by_loop(findings):
    names = []
    for finding in findings:
        if not finding.ok and finding.needed:
            names.append(finding.name)
    return names


def missing_too_early(findings):
    for finding in findings:
        if finding.needed and not finding.ok:
            return [finding.name]
    return []


def levels(samples, size=2205):
    return 10 * np.log10(np.mean(samples.reshape(-1, size) ** 2, axis=1))


def bar(level):
    return "█" * round((level + 60) / 2)


def bar_with_limits(level):
    return "#" * int(max(0, min(30, (level + 60) / 2)))


ANSWERS = {
    "02-1": Answers(
        right=[CHORD, list(CHORD), tone(262, 0.3) + tone(330, 0.2) + tone(392, 0.3), CHORD / 3],
        wrong=[
            ("name", NOTES[0]),
            ("name", NOTES),
            ("one_by_one", np.concatenate([tone(note) for note in NOTES])),
            ("length", CHORD[:11_025]),
            ("clipped", 3 * CHORD),
            ("no_pi", sum(0.3 * np.sin(note * SECONDS) for note in NOTES)),
            ("missing", tone(NOTES[-1])),
            ("missing", tone(NOTES[0]) + tone(NOTES[2])),
            ("missing", sum(tone(2 * note) for note in NOTES)),
            ("other", CHORD / 2 + tone(440)),
        ],
    ),
    "02-2": Answers(
        right=[right, right_for_every_error],
        wrong=[
            ("label_only", looks_at_the_label),
            ("label_only", looks_for_the_file),
            ("not_caught", catches_nothing),
            ("only_import_error", catches_import_errors_only),
            ("other", lambda name: False),
        ],
        stub=lambda name: None,
    ),
    "02-3": Answers(
        right=[missing, missing_by_loop],
        wrong=[
            ("optional", lambda findings: [finding.name for finding in findings if not finding.ok]),
            ("inverted", lambda findings: [finding.name for finding in findings if finding.ok]),
            ("inverted", lambda findings: [finding.name for finding in findings]),
            ("findings", lambda findings: [finding for finding in findings if finding.needed and not finding.ok]),
            ("early", missing_too_early),
            ("other", lambda findings: []),
        ],
        stub=lambda findings: None,
    ),
    "02-4": Answers(
        right=[levels, lambda samples: levels(samples).tolist()],
        wrong=[
            ("one_number", lambda samples: 20 * np.log10(np.sqrt(np.mean(samples**2)))),
            ("one_number", lambda samples: levels(samples)[:1]),
            ("count", lambda samples: levels(samples, 441)),
            ("linear", lambda samples: 10 ** (levels(samples) / 20)),
            ("no_root", lambda samples: 2 * levels(samples)),
            ("ten", lambda samples: levels(samples) / 2),
            ("natural", lambda samples: levels(samples) * np.log(10)),
            ("peak", lambda samples: 20 * np.log10(np.abs(samples.reshape(-1, 2205)).max(axis=1))),
            ("other", lambda samples: levels(np.roll(samples, 1000))),
        ],
        stub=lambda samples: None,
    ),
    "02-5": Answers(
        right=[bar, bar_with_limits],
        wrong=[
            ("inverted", lambda level: "█" * round(-level / 2)),
            ("shift", lambda level: "█" * round(level + 60)),
            ("negative", lambda level: "█" * abs(round((level + 60) / 2))),
            ("number", lambda level: max(0, round((level + 60) / 2))),
            ("other", lambda level: "█" * round((level + 60) / 3)),
        ],
        stub=lambda level: None,
    ),
}
