"""Right and typical wrong answers to the exercises of 13_inside_listening."""

import numpy as np
from answers import Answers

from helpers.audio import rms_dbfs


def to_samples(raw):
    pairs = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 2).astype(int)
    number = pairs[:, 0] + 256 * pairs[:, 1]
    number[number >= 32768] -= 65536
    return number / 32768


def by_loop(raw):
    values = []
    for at in range(0, len(raw), 2):
        number = raw[at] + 256 * raw[at + 1]
        values.append((number - 65536 if number >= 32768 else number) / 32768)
    return values


def newest(kept, written, count):
    return kept[np.arange(written - count, written) % len(kept)]


def newest_by_rolling(kept, written, count):
    return np.roll(kept, -(written % len(kept)))[-count:]


def count_reports(prob, threshold):
    count, above = 0, False
    for value in prob:
        if value >= threshold and not above:
            count += 1
        above = value >= threshold
    return count


def first_forgotten(prob, threshold):
    above = prob >= threshold
    return np.sum(above[1:] & ~above[:-1])


def strictly_above(prob, threshold):
    return count_reports(prob, np.nextafter(threshold, 1))


def count_clusters(false_at, apart_s):
    count, before_s = 0, None
    for at_s in false_at:
        if before_s is None or at_s - before_s >= apart_s:
            count += 1
        before_s = at_s
    return count


def from_the_first_of_a_cluster(false_at, apart_s):
    count, first_s = 0, None
    for at_s in false_at:
        if first_s is None or at_s - first_s >= apart_s:
            count, first_s = count + 1, at_s
    return count


def loud_share(samples, gate_dbfs, rate=22_050):
    starts = range(0, len(samples) - rate + 1, rate // 10)
    loud = 0
    for start in starts:
        window = samples[start : start + rate]
        if rms_dbfs(window) >= gate_dbfs:
            loud += 1
    return loud / len(starts)


def levels_of(samples, hop, end):
    return np.array([rms_dbfs(samples[start : start + 22_050]) for start in range(0, end, hop)])


def peak_share(samples, gate_dbfs):
    starts = range(0, len(samples) - 22_050 + 1, 2205)
    return np.mean([20 * np.log10(np.abs(samples[at : at + 22_050]).max()) >= gate_dbfs for at in starts])


ANSWERS = {
    "13-1": Answers(
        right=[to_samples, by_loop, lambda raw: np.frombuffer(raw, dtype="<i2") / 32768],
        wrong=[
            ("each", lambda raw: np.frombuffer(raw, dtype=np.uint8) / 128 - 1),
            ("swapped", lambda raw: np.frombuffer(raw, dtype=">i2") / 32768),
            ("unsigned", lambda raw: np.frombuffer(raw, dtype="<u2") / 32768),
            ("unscaled", lambda raw: np.frombuffer(raw, dtype="<i2")),
            ("other", lambda raw: np.frombuffer(raw, dtype="<i2") / 65536),
        ],
        stub=lambda raw: None,
    ),
    "13-2": Answers(
        right=[newest, newest_by_rolling],
        wrong=[
            ("end", lambda kept, written, count: kept[-count:]),
            ("other", lambda kept, written, count: newest_by_rolling(kept, written, len(kept))[:count]),
            ("backwards", lambda kept, written, count: newest(kept, written, count)[::-1]),
            ("other", lambda kept, written, count: newest(kept, written + 1, count)),
            ("other", lambda kept, written, count: kept),
        ],
        stub=lambda kept, written, count: None,
    ),
    "13-3": Answers(
        right=[count_reports, lambda prob, threshold: np.sum(np.diff(np.append(False, prob >= threshold) * 1) == 1)],
        wrong=[
            ("windows", lambda prob, threshold: np.sum(prob >= threshold)),
            ("both", lambda prob, threshold: np.sum(np.diff((prob >= threshold) * 1) != 0)),
            ("first", first_forgotten),
            ("above", strictly_above),
            ("other", lambda prob, threshold: 0),
        ],
        stub=lambda prob, threshold: None,
    ),
    "13-4": Answers(
        right=[count_clusters, lambda false_at, apart_s: len(false_at) and 1 + np.sum(np.diff(false_at) >= apart_s)],
        wrong=[
            ("alarms", lambda false_at, apart_s: len(false_at)),
            ("first", from_the_first_of_a_cluster),
            ("gaps", lambda false_at, apart_s: np.sum(np.diff(false_at) >= apart_s)),
            ("strict", lambda false_at, apart_s: count_clusters(false_at, np.nextafter(apart_s, 99))),
            ("other", lambda false_at, apart_s: 0),
        ],
        stub=lambda false_at, apart_s: None,
    ),
    "13-5": Answers(
        right=[loud_share, lambda x, gate: np.mean(levels_of(x, 2205, len(x) - 22_049) >= gate)],
        wrong=[
            ("count", lambda x, gate: np.sum(levels_of(x, 2205, len(x) - 22_049) >= gate)),
            ("quiet", lambda x, gate: 1 - loud_share(x, gate)),
            ("apart", lambda x, gate: np.mean(levels_of(x, 22_050, len(x) - 22_049) >= gate)),
            ("other", lambda x, gate: np.mean(levels_of(x, 2205, len(x)) >= gate)),
            ("peak", peak_share),
        ],
        stub=lambda samples, gate_dbfs: None,
    ),
    "13-6": Answers(
        right=[lambda at_most, confidence: -np.log(1 - confidence) / at_most],
        wrong=[
            ("rule", lambda at_most, confidence: 3 / at_most),
            ("inside", lambda at_most, confidence: -np.log(confidence) / at_most),
            ("other", lambda at_most, confidence: np.log(1 - confidence) / at_most),
            ("other", lambda at_most, confidence: -np.log(1 - confidence) * at_most),
            ("other", lambda at_most, confidence: 1 / at_most),
        ],
        stub=lambda at_most, confidence: None,
    ),
}
