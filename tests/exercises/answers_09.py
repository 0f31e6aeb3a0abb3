"""Right and typical wrong answers to the exercises of 09_your_sounds."""

import numpy as np
from answers import Answers


def dbfs(samples):
    return 20 * np.log10(np.sqrt(np.mean(samples**2)))


def louder(samples, level):
    return samples * 10 ** ((level - dbfs(samples)) / 20)


def leave_out(takes):
    return [(np.flatnonzero(takes != take), np.flatnonzero(takes == take)) for take in np.unique(takes)]


def leave_out_in_lists(takes):
    rows = range(len(takes))
    return [
        ([row for row in rows if takes[row] != take], [row for row in rows if takes[row] == take])
        for take in sorted(set(takes), reverse=True)
    ]


def means(recording, prob, y):
    """(name, whether the mean says signal, whether the label does) of each recording."""
    return [(name, prob[recording == name].mean() >= 0.5, y[recording == name][0]) for name in np.unique(recording)]


def suspects(recording, prob, y):
    return [name for name, said, label in means(recording, prob, y) if said != label]


def suspects_backwards(recording, prob, y):
    return np.array(suspects(recording, prob, y)[::-1])


def count_alarms(model, sounds):
    count = 0
    for samples in sounds:
        if model.score(samples.reshape(-1, 22_050)).max() >= model.threshold:
            count += 1
    return count


def alarms(model, sounds, *, pool=np.max, threshold=None):
    threshold = model.threshold if threshold is None else threshold
    return sum(pool(model.score(samples.reshape(-1, 22_050))) >= threshold for samples in sounds)


ANSWERS = {
    "09-1": Answers(
        right=[louder, lambda x, level: x / np.sqrt(np.mean(x**2)) * 10 ** (level / 20)],
        wrong=[
            ("not_samples", lambda x, level: level - dbfs(x)),
            ("not_samples", lambda x, level: "louder"),
            ("added", lambda x, level: x + (level - dbfs(x))),
            ("power", lambda x, level: x * 10 ** ((level - dbfs(x)) / 10)),
            ("whole", lambda x, level: x * 10 ** (level / 20)),
            ("turned", lambda x, level: x * 10 ** ((dbfs(x) - level) / 20)),
            ("other", lambda x, level: x / np.abs(x).max() * 10 ** (level / 20)),
        ],
        stub=lambda samples, level: None,
    ),
    "09-2": Answers(
        right=[suspects, suspects_backwards],
        wrong=[
            ("segments", lambda recording, prob, y: list(set(recording[(prob >= 0.5) != y]))),
            ("low", lambda recording, prob, y: [name for name, said, _ in means(recording, prob, y) if not said]),
            (
                "one_side",
                lambda recording, prob, y: [n for n, said, label in means(recording, prob, y) if label > said],
            ),
            ("agree", lambda recording, prob, y: [n for n, said, label in means(recording, prob, y) if label == said]),
            ("other", lambda recording, prob, y: recording[np.isin(recording, suspects(recording, prob, y))]),
        ],
        stub=lambda recording, prob, y: None,
    ),
    "09-3": Answers(
        right=[
            [("other", "kitchen"), ("bell", "hall")],
            [("bell", "hall"), ("whistle", "kitchen")],
            (["whistle", "kitchen"], ["bell", "hall"]),
        ],
        wrong=[
            ("pairs", "kitchen"),
            ("pairs", [("fan", "kitchen"), ("bell", "hall")]),
            ("pairs", 2),
            ("many", [("bell", "hall"), ("whistle", "kitchen"), ("other", "kitchen")]),
            ("same", [("bell", "kitchen"), ("bell", "hall")]),
            ("same", [("whistle", "hall"), ("bell", "hall")]),
            ("same", []),
            ("always", [("other", "kitchen"), ("whistle", "kitchen")]),
            ("always", [("other", "kitchen"), ("bell", "kitchen")]),
        ],
    ),
    "09-4": Answers(
        right=[count_alarms, alarms],
        wrong=[
            ("mean", lambda model, sounds: alarms(model, sounds, pool=np.mean)),
            ("windows", lambda model, sounds: alarms(model, sounds, pool=lambda prob: prob) @ np.ones(3)),
            ("half", lambda model, sounds: alarms(model, sounds, threshold=0.5)),
            ("strict", lambda model, sounds: alarms(model, sounds, threshold=np.nextafter(model.threshold, 1))),
            ("other", lambda model, sounds: len(sounds) - alarms(model, sounds)),
        ],
        stub=lambda model, sounds: None,
    ),
    "09-5": Answers(
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
