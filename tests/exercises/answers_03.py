"""Right and typical wrong answers to the exercises of 03_download."""

from collections import Counter, defaultdict

import librosa
import numpy as np
import soundfile
from answers import Answers


def telephone(path):
    return librosa.load(path, sr=8_000)


def telephone_by_hand(path):
    samples, rate = soundfile.read(path)
    return [librosa.resample(samples.mean(axis=1), orig_sr=rate, target_sr=8_000), 8_000]


def thinned(path):
    samples, rate = soundfile.read(path)
    return samples.mean(axis=1)[:: rate // 8_000], 8_000


def left_only(path):
    samples, rate = librosa.load(path, sr=8_000, mono=False)
    return samples[0], rate


def reasons(read, paths):
    found = {}
    for path in paths:
        try:
            read(path)
        except soundfile.LibsndfileError as error:
            found[path.name] = str(error)
    return found


def reasons_of_all(read, paths):
    found = {}
    for path in paths:
        try:
            read(path)
        except Exception as error:
            found[path.name] = str(error)
    return found


def may_sell(entries):
    return [entry.name for entry in entries if "NC" not in entry.licence and entry.download_bytes > 0]


def seconds_by_label(pairs):
    totals = {}
    for label, seconds in pairs:
        totals[label] = totals.get(label, 0.0) + seconds
    return totals


def seconds_by_label_in_a_counter(pairs):
    totals = Counter()
    for label, seconds in pairs:
        totals[label] += seconds
    return totals


def seconds_by_label_in_numpy(pairs):
    totals = defaultdict(np.float32)
    for label, seconds in pairs:
        totals[label] += np.float32(seconds)
    return totals


def first_only(pairs):
    totals = {}
    for label, seconds in pairs:
        totals.setdefault(label, seconds)
    return totals


def mean_length(pairs):
    counts = Counter(label for label, _ in pairs)
    return {label: seconds / counts[label] for label, seconds in seconds_by_label(pairs).items()}


def each(change):
    return lambda pairs: {label: change(seconds) for label, seconds in seconds_by_label(pairs).items()}


ANSWERS = {
    "03-1": Answers(
        right=[telephone, telephone_by_hand],
        wrong=[
            ("not_a_pair", lambda path: telephone(path)[0]),
            ("not_a_pair", lambda path: telephone(path)[::-1]),
            ("two_rows", lambda path: librosa.load(path, sr=8_000, mono=False)),
            ("rate", librosa.load),
            ("rate", lambda path: librosa.load(path, sr=None)),
            ("only_said", lambda path: (librosa.load(path)[0], 8_000)),
            ("thinned", thinned),
            ("other", left_only),
        ],
        stub=lambda path: None,
    ),
    "03-2": Answers(
        right=[
            lambda samples: samples.mean(axis=1),
            lambda samples: np.mean(samples, axis=-1).astype(np.float32),
            lambda samples: [sum(row) / len(row) for row in samples],
        ],
        wrong=[
            ("axis", lambda samples: samples.mean(axis=0)),
            ("axis", np.mean),
            ("still_two", lambda samples: samples),
            ("still_two", lambda samples: samples.mean(axis=1, keepdims=True)),
            ("shape", lambda samples: samples.reshape(-1)),
            ("shape", lambda samples: "mono"),
            ("sum", lambda samples: samples.sum(axis=1)),
            ("cut", lambda samples: samples.sum(axis=1).clip(-1, 1)),
            ("first", lambda samples: samples[:, 0]),
            ("two_only", lambda samples: samples.sum(axis=1) / 2),
            ("other", lambda samples: samples.mean(axis=1) / abs(samples).max()),
        ],
        stub=lambda samples: None,
    ),
    "03-3": Answers(
        right=[reasons, lambda read, paths: dict(reasons(read, paths))],
        wrong=[
            ("not_a_dict", lambda read, paths: list(reasons(read, paths))),
            ("not_caught", lambda read, paths: {path.name: read(path) for path in paths}),
            ("bare", reasons_of_all),
            ("early", lambda read, paths: dict([*reasons(read, paths).items()][:1])),
            ("no_reason", lambda read, paths: dict.fromkeys(reasons(read, paths), "failed")),
            ("no_reason", lambda read, paths: {name: name for name in reasons(read, paths)}),
            ("other", lambda read, paths: {path.name: "ok" for path in paths}),
            ("other", lambda read, paths: {}),
        ],
        stub=lambda read, paths: None,
    ),
    "03-4": Answers(
        right=[may_sell, lambda entries: tuple(sorted(may_sell(entries)))],
        wrong=[
            ("entries", lambda entries: [entry for entry in entries if entry.name in may_sell(entries)]),
            ("computed", lambda entries: [entry.name for entry in entries if "NC" not in entry.licence]),
            ("computed", lambda entries: [entry.name for entry in entries]),
            ("no_money", lambda entries: [entry.name for entry in entries if entry.download_bytes]),
            ("only_by", lambda entries: [entry.name for entry in entries if entry.licence == "CC BY 3.0"]),
            ("early", lambda entries: may_sell(entries)[:1]),
            ("other", lambda entries: []),
        ],
        stub=lambda entries: None,
    ),
    "03-5": Answers(
        right=[seconds_by_label, seconds_by_label_in_a_counter, seconds_by_label_in_numpy],
        wrong=[
            ("not_a_dict", lambda pairs: sum(seconds for _, seconds in pairs)),
            ("not_a_dict", lambda pairs: list(seconds_by_label(pairs).items())),
            ("labels", lambda pairs: {"dog_bark": 4.5}),
            ("count", lambda pairs: Counter(label for label, _ in pairs)),
            ("last", dict),
            ("other", first_only),
            ("other", mean_length),
            ("whole", each(round)),
            ("whole", each(int)),
            ("other", each(lambda seconds: 60 * seconds)),
            ("other", each(lambda seconds: [seconds])),
        ],
        stub=lambda pairs: None,
    ),
}
