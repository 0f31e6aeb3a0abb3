"""Checks of lesson 08: what a loop with gaps loses, and how many meals a chatty dog is given."""

import numpy as np

from helpers.exercises import Wrong, ask, exercise, idea_behind


@exercise("08-1")
def _(answer):
    """A function (seconds recorded, seconds of work, length of a bark) → how likely a bark is lost as a whole."""
    for record, work, bark in ((0.5, 0.75, 0.25), (1.0, 0.2, 0.5), (2.0, 1.0, 0.1)):
        cycle = record + work
        wanted = max(0.0, work - bark) / cycle
        said = float(ask(answer, record, work, bark))
        if np.isclose(said, wanted, atol=0.001):
            continue
        ideas = {
            "share": work / cycle,
            "touched": min(1.0, (work + bark) / cycle),
            "negative": (work - bark) / cycle,
            "of_work": max(0.0, work - bark) / work,
            "of_record": max(0.0, work - bark) / record,
            "seconds": max(0.0, work - bark),
            "percent": 100 * wanted,
        }
        values = {"record": record, "work": work, "bark": bark, "said": f"{said:.2f}", "wanted": f"{wanted:.2f}"}
        idea = idea_behind(ideas, lambda result, said=said: np.isclose(said, result, atol=0.001))
        raise Wrong(f"exercises.08_1_{idea}", **values)


@exercise("08-2")
def _(answer):
    """A function (times of the reports in order, pause in seconds) → the times at which there is a meal."""
    for reports, pause in (([1.0, 2.0, 3.0, 4.0, 5.0, 9.0], 3.0), ([0.5, 6.0, 6.5, 13.0], 6.0), ([], 3.0)):
        values = {"reports": _as_text(reports), "pause": f"{pause:g}"}
        try:
            said = ask(answer, list(reports), pause)
        except IndexError:
            raise Wrong("exercises.08_2_empty") from None
        if np.ndim(said) == 0:
            raise Wrong("exercises.08_2_count", **values)
        said, wanted = [float(time) for time in said], _fed(reports, pause)
        if said == wanted:
            continue
        ideas = {
            "all": list(reports),
            "previous": [time for time, last in zip(reports, [-pause, *reports], strict=False) if time - last >= pause],
            "strict": _fed(reports, pause + 1e-9),
            "first": _fed(reports, pause, free=pause),
            "clock": [time for n, time in enumerate(reports) if n == 0 or time // pause != reports[n - 1] // pause],
        }
        values |= {"said": _as_text(said), "wanted": _as_text(wanted)}
        idea = idea_behind(ideas, said.__eq__)
        raise Wrong(f"exercises.08_2_{idea}", **values)


def _fed(reports, pause, free=-np.inf):
    meals = []
    for time in reports:
        if time >= free:
            meals.append(time)
            free = time + pause
    return meals


def _as_text(times):
    return ", ".join(f"{time:g}" for time in times)
