"""Right and typical wrong answers to the exercises of 13_inside_listening."""

import numpy as np
from answers import Answers


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
            ("oldest", lambda kept, written, count: newest_by_rolling(kept, written, len(kept))[:count]),
            ("backwards", lambda kept, written, count: newest(kept, written, count)[::-1]),
            ("next", lambda kept, written, count: newest(kept, written + 1, count)),
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
        right=[lambda at_most, confidence: -np.log(1 - confidence) / at_most],
        wrong=[
            ("rule", lambda at_most, confidence: 3 / at_most),
            ("inside", lambda at_most, confidence: -np.log(confidence) / at_most),
            ("negative", lambda at_most, confidence: np.log(1 - confidence) / at_most),
            ("times", lambda at_most, confidence: -np.log(1 - confidence) * at_most),
            ("other", lambda at_most, confidence: 1 / at_most),
        ],
        stub=lambda at_most, confidence: None,
    ),
}
