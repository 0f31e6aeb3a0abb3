"""Right and typical wrong answers to the exercises of 04_split."""

import random

import numpy as np
from answers import Answers
from pydub import AudioSegment
from pydub.generators import Sine
from sklearn.metrics import accuracy_score, balanced_accuracy_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

BARK = Sine(440).to_audio_segment(duration=1000)
REST = AudioSegment.silent(500)


def cut(audio, start_s):
    begin = round(1000 * start_s)
    return audio[begin : begin + 1000]


def cut_as_long_as(factor, length):
    """What the guide did: one factor for the time, another number for the length."""
    return lambda audio, start_s: audio[start_s * factor : start_s * factor + length]


def starts(total, size, hop):
    return list(range(0, total - size + 1, hop))


def starts_as_an_array(total, size, hop):
    return np.arange(0, total - size + 1, hop)


def starts_by_a_loop(total, size, hop):
    found, start = [], 0
    while start + size <= total:
        found.append(np.int64(start))
        start += hop
    return found


def padded_to_one_segment(total, size, hop):
    return starts(total, size, hop) or [0]


def exam(X, y, train, test, *, score=balanced_accuracy_score, neighbours=1):
    model = KNeighborsClassifier(neighbours).fit(X[train], y[train])
    return score(y[test], model.predict(X[test]))


def scores(X, y, fold):
    return [exam(X, y, fold != test, fold == test) for test in range(1, 6)]


def scores_by_the_library(X, y, fold):
    model = KNeighborsClassifier(n_neighbors=1)
    return cross_val_score(model, X, y, groups=fold, cv=LeaveOneGroupOut(), scoring="balanced_accuracy")


def five(one):
    """Five exams, each of which ``one`` holds in its own wrong way."""
    return lambda X, y, fold: [one(X, y, fold, test) for test in range(1, 6)]


def by(choose):
    """A division in which the lines that ``choose`` names go into the test."""

    def divide(rows):
        chosen = choose(rows)
        return [row for row in rows if row not in chosen], [row for row in rows if row in chosen]

    return divide


def divide_by_source(rows):
    chosen = set(sorted({row["source"] for row in rows})[::5])
    return by(lambda rows: [row for row in rows if row["source"] in chosen])(rows)


def swapped(rows):
    return divide_by_source(rows)[::-1]


def only_whole_recordings(rows):
    recordings = sorted({row["recording"] for row in rows})[::5]
    return by(lambda rows: [row for row in rows if row["recording"] in recordings])(rows)


def first_sources(rows):
    sources = list(dict.fromkeys(row["source"] for row in rows))[:12]
    return by(lambda rows: [row for row in rows if row["source"] in sources])(rows)


def sources_at_random(rows):
    sources = sorted({row["source"] for row in rows})
    random.Random(1).shuffle(sources)
    return by(lambda rows: [row for row in rows if row["source"] in sources[:12]])(rows)


ANSWERS = {
    "04-1": Answers(
        right=[
            BARK.append(REST, crossfade=0).append(BARK - 10, crossfade=0),
            BARK + REST + (BARK - 10),
            BARK + AudioSegment.silent(500, frame_rate=44_100) + BARK.apply_gain(-10),
        ],
        wrong=[
            ("not_a_sound", [BARK, REST, BARK - 10]),
            ("crossfade", BARK.append(REST).append(BARK - 10)),
            ("crossfade", BARK.append(REST, crossfade=0).append(BARK - 10)),
            ("crossfade", BARK.append(BARK - 10)),
            ("no_rest", BARK.append(BARK - 10, crossfade=0)),
            ("no_rest", BARK + BARK[:500] + (BARK - 10)),
            ("level", BARK + REST + BARK),
            ("level", BARK + REST + (BARK - 20)),
            ("level", (BARK - 10) + REST + BARK),
            ("other", BARK + AudioSegment.silent(5000) + (BARK - 10)),
            ("other", BARK),
        ],
    ),
    "04-2": Answers(
        right=[starts, starts_as_an_array, starts_by_a_loop],
        wrong=[
            ("not_a_list", lambda total, size, hop: total - size),
            ("too_short", padded_to_one_segment),
            ("outside", lambda total, size, hop: list(range(0, total, hop))),
            ("last", lambda total, size, hop: list(range(0, total - size, hop))),
            ("hop", lambda total, size, hop: starts(total, size, size)),
            ("other", lambda total, size, hop: starts(total, size, hop)[::-1]),
            ("other", lambda total, size, hop: [start / 1000 for start in starts(total, size, hop)]),
        ],
        stub=lambda total, size, hop: None,
    ),
    "04-3": Answers(
        right=[cut, cut_as_long_as(1000, 1000), lambda audio, start_s: audio[start_s * 1000 :][:1000]],
        wrong=[
            ("not_a_sound", lambda audio, start_s: (1000 * start_s, 1000 * start_s + 1000)),
            ("half_time", cut_as_long_as(500, 500)),
            ("half_time", cut_as_long_as(500, 1000)),
            ("seconds", cut_as_long_as(1, 1)),
            ("end", lambda audio, start_s: audio[1000 * start_s : 1000]),
            ("half_length", cut_as_long_as(1000, 500)),
            ("other", lambda audio, start_s: audio[1000 * start_s - 500 : 1000 * start_s + 500]),
        ],
        stub=lambda audio, start_s: None,
    ),
    "04-4": Answers(
        right=[scores, scores_by_the_library],
        wrong=[
            ("five", lambda X, y, fold: scores(X, y, fold)[:1]),
            ("one_number", lambda X, y, fold: np.mean(scores(X, y, fold))),
            ("seen", five(lambda X, y, fold, test: exam(X, y, fold > 0, fold == test))),
            ("turned", five(lambda X, y, fold, test: exam(X, y, fold == test, fold != test))),
            ("always_one", five(lambda X, y, fold, test: exam(X, y, fold != 1, fold == 1))),
            ("accuracy", five(lambda X, y, fold, test: exam(X, y, fold != test, fold == test, score=accuracy_score))),
            ("other", five(lambda X, y, fold, test: exam(X, y, fold != test, fold == test, neighbours=5))),
            ("other", lambda X, y, fold: scores(X, y, fold)[::-1]),
        ],
        stub=lambda X, y, fold: None,
    ),
    "04-5": Answers(
        right=[
            divide_by_source,
            sources_at_random,
            by(lambda rows: [row for row in rows if row["fold"] == "2"]),
            by(lambda rows: [row for row in rows if int(row["source"]) % 5 == 0]),
        ],
        wrong=[
            ("two_lists", lambda rows: rows),
            ("two_lists", lambda rows: (["1000"], ["1037"])),
            ("lost", lambda rows: (rows[:-1], [])),
            ("twice", lambda rows: (rows, rows[::5])),
            ("segments", by(lambda rows: rows[::5])),
            ("segments", by(lambda rows: random.Random(0).sample(rows, len(rows) // 5))),
            ("recordings", only_whole_recordings),
            ("share", swapped),
            ("share", lambda rows: (rows, [])),
            ("one_class", first_sources),
        ],
        stub=lambda rows: None,
    ),
}
