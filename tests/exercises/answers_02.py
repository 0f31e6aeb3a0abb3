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


C4 = librosa.note_to_hz("C4")


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


def bar(level):
    return "█" * round((level + 60) / 2)


def bar_with_limits(level):
    return "#" * int(max(0, min(30, (level + 60) / 2)))


ANSWERS = {
    "02-1": Answers(
        right=[tone(C4), 0.3 * librosa.tone(C4, sr=22_050, length=22_050), tone(262)],
        wrong=[
            ("name", C4),
            ("length", tone(C4)[:11_025]),
            ("same", tone(440)),
            ("no_pi", 0.3 * np.sin(C4 * SECONDS)),
            ("octave", tone(librosa.note_to_hz("C5"))),
            ("clipped", tone(C4, 3)),
            ("other", tone(librosa.note_to_hz("D4"))),
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
