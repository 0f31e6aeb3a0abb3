"""Right and typical wrong answers to the exercises of 08_live_mic."""

import numpy as np
from answers import Answers


def wholly_lost(record_s, work_s, bark_s):
    return max(0, work_s - bark_s) / (record_s + work_s)


def wholly_lost_by_trying(record_s, work_s, bark_s):
    starts = np.linspace(0, record_s + work_s, 100_001)[:-1]
    return np.mean((starts >= record_s) & (starts + bark_s <= record_s + work_s))


def meals(reports_s, pause_s):
    given = []
    for time_s in reports_s:
        if not given or time_s - given[-1] >= pause_s:
            given.append(time_s)
    return given


def meals_as_array(reports_s, pause_s):
    return np.array(meals(reports_s, pause_s))


def against_the_previous_report(reports_s, pause_s):
    return [time_s for n, time_s in enumerate(reports_s) if n == 0 or time_s - reports_s[n - 1] >= pause_s]


def strictly_later(reports_s, pause_s):
    return meals(reports_s, pause_s + 1e-9)


def last_meal_at_zero(reports_s, pause_s):
    given, last = [], 0
    for time_s in reports_s:
        if time_s - last >= pause_s:
            given.append(time_s)
            last = time_s
    return given


def by_the_clock(reports_s, pause_s):
    return [
        time_s for n, time_s in enumerate(reports_s) if time_s // pause_s not in [t // pause_s for t in reports_s[:n]]
    ]


def first_unasked(reports_s, pause_s):
    given = [reports_s[0]]
    for time_s in reports_s[1:]:
        if time_s - given[-1] >= pause_s:
            given.append(time_s)
    return given


ANSWERS = {
    "08-1": Answers(
        right=[wholly_lost, wholly_lost_by_trying],
        wrong=[
            ("share", lambda record_s, work_s, bark_s: work_s / (record_s + work_s)),
            ("touched", lambda record_s, work_s, bark_s: min(1, (work_s + bark_s) / (record_s + work_s))),
            ("negative", lambda record_s, work_s, bark_s: (work_s - bark_s) / (record_s + work_s)),
            ("of_work", lambda record_s, work_s, bark_s: max(0, work_s - bark_s) / work_s),
            ("of_record", lambda record_s, work_s, bark_s: max(0, work_s - bark_s) / record_s),
            ("seconds", lambda record_s, work_s, bark_s: max(0, work_s - bark_s)),
            ("percent", lambda record_s, work_s, bark_s: 100 * wholly_lost(record_s, work_s, bark_s)),
            ("other", lambda record_s, work_s, bark_s: bark_s / (record_s + work_s)),
        ],
        stub=lambda record_s, work_s, bark_s: None,
    ),
    "08-2": Answers(
        right=[meals, meals_as_array],
        wrong=[
            ("all", lambda reports_s, pause_s: reports_s),
            ("previous", against_the_previous_report),
            ("strict", strictly_later),
            ("first", last_meal_at_zero),
            ("clock", by_the_clock),
            ("count", lambda reports_s, pause_s: len(meals(reports_s, pause_s))),
            ("empty", first_unasked),
            ("other", lambda reports_s, pause_s: reports_s[:1]),
        ],
        stub=lambda reports_s, pause_s: None,
    ),
}
