"""Right and typical wrong answers to the exercises of 09_your_sounds."""

import numpy as np
from answers import Answers

RATE = 22_050


def decibels(samples):
    return 20 * np.log10(np.sqrt(np.mean(samples**2)) + 1e-12)


def usable(samples):
    if np.sum(np.abs(samples) >= 0.999) >= 10:
        return "clipped"
    seconds = samples.reshape(-1, RATE)
    return "good" if max(map(decibels, seconds)) >= -40 else "quiet"


def usable_by_power(samples):
    power = np.square(samples).reshape(-1, RATE).mean(axis=1).max()
    if np.sort(np.abs(samples))[-10] >= 0.999:
        return "clipped"
    return "good" if power >= 1e-4 else "quiet"


def judged(clipped=lambda x: np.sum(np.abs(x) >= 0.999) >= 10, level=lambda x: max(map(decibels, x.reshape(-1, RATE)))):
    return lambda x: "clipped" if clipped(x) else "good" if level(x) >= -40 else "quiet"


def leave_out(takes):
    return [(np.flatnonzero(takes != take), np.flatnonzero(takes == take)) for take in np.unique(takes)]


def leave_out_in_lists(takes):
    rows = range(len(takes))
    return [
        ([row for row in rows if takes[row] != take], [row for row in rows if takes[row] == take])
        for take in sorted(set(takes), reverse=True)
    ]


ANSWERS = {
    "09-1": Answers(
        right=[usable, usable_by_power],
        wrong=[
            ("one_side", judged(clipped=lambda x: np.sum(x >= 0.999) >= 10)),
            ("any_sample", judged(clipped=lambda x: np.abs(x).max() >= 0.999)),
            ("whole", judged(level=decibels)),
            ("quietest", judged(level=lambda x: min(map(decibels, x.reshape(-1, RATE))))),
            ("peak", judged(level=lambda x: 20 * np.log10(np.abs(x).max()))),
            ("power", judged(level=lambda x: max(map(decibels, x.reshape(-1, RATE))) / 2)),
            ("word", lambda samples: True),
            ("other", lambda samples: "good"),
        ],
        stub=lambda samples: None,
    ),
    "09-2": Answers(
        right=[leave_out, leave_out_in_lists],
        wrong=[
            ("segments", lambda takes: [(np.delete(np.arange(len(takes)), n), [n]) for n in range(len(takes))]),
            ("both", lambda takes: [(np.arange(len(takes)), np.flatnonzero(takes == take)) for take in set(takes)]),
            ("turned", lambda takes: [(tested, learnt) for learnt, tested in leave_out(takes)]),
            ("mixed", lambda takes: [(np.arange(0, len(takes), 2), np.arange(1, len(takes), 2))]),
            ("missing", lambda takes: leave_out(takes)[:1]),
            ("not_rows", lambda takes: [(takes[takes != take], takes[takes == take]) for take in np.unique(takes)]),
            ("wasted", lambda takes: [(learnt[:1], tested) for learnt, tested in leave_out(takes)]),
        ],
        stub=lambda takes: None,
    ),
}
