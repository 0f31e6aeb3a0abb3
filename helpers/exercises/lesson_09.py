"""Checks of lesson 09: whether a take is any use, and leaving takes out one by one."""

import numpy as np

from helpers.exercises import Wrong, ask, exercise, idea_behind

_RATE = 22_050


def _takes():
    """Name → take: each is one that some wrong idea judges otherwise."""
    noise = np.random.default_rng(0).standard_normal(_RATE)
    noise = noise / np.sqrt(np.mean(noise**2))
    silence = np.zeros(_RATE)
    cut, touched, click = 0.1 * noise, 0.1 * noise, silence.copy()
    cut[5000:5020], touched[5000], click[5000] = -1.0, 1.0, 0.5
    faint = 10 ** (-35 / 20) * noise
    return {
        "steady": np.concatenate([0.1 * noise, 0.1 * noise]),
        "cut_below": np.concatenate([0.1 * noise, cut]),
        "touched_once": np.concatenate([touched, 0.1 * noise]),
        "whisper": 10 ** (-65 / 20) * np.concatenate([noise, noise]),
        "once_then_silence": np.concatenate([0.1 * noise, silence]),
        "click": np.concatenate([click, silence]),
        "one_second_of_ten": np.concatenate([silence] * 4 + [faint] + [silence] * 5),
    }


def _decibels(samples, factor=20):
    return factor * np.log10(max(float(np.sqrt(np.mean(np.square(samples)))), 1e-10))


def _usable(samples, *, clipped=lambda x: np.sum(np.abs(x) >= 0.999) >= 10, level=None):
    if clipped(samples):
        return "clipped"
    level = level or (lambda x: max(_decibels(second) for second in x.reshape(-1, _RATE)))
    return "quiet" if level(samples) < -40 else "good"


_IDEAS = {
    "one_side": {"clipped": lambda x: np.sum(x >= 0.999) >= 10},
    "any_sample": {"clipped": lambda x: np.abs(x).max() >= 0.999},
    "whole": {"level": _decibels},
    "quietest": {"level": lambda x: min(_decibels(second) for second in x.reshape(-1, _RATE))},
    "peak": {"level": lambda x: 20 * np.log10(np.abs(x).max() + 1e-10)},
    "power": {"level": lambda x: max(_decibels(second, 10) for second in x.reshape(-1, _RATE))},
}


@exercise("09-1")
def _(answer):
    """A function of a take → ``"clipped"``, ``"quiet"`` or ``"good"``."""
    takes = _takes()
    said = {name: ask(answer, take.copy()) for name, take in takes.items()}
    for word in said.values():
        if word not in ("clipped", "quiet", "good"):
            raise Wrong("exercises.09_1_word", said=word)
    wanted = {name: _usable(take) for name, take in takes.items()}
    if said == wanted:
        return
    ideas = {idea: {name: _usable(take, **change) for name, take in takes.items()} for idea, change in _IDEAS.items()}
    name = next(name for name in takes if said[name] != wanted[name])
    idea = idea_behind(ideas, said.__eq__)
    raise Wrong(f"exercises.09_1_{idea}", name=name, said=said[name], wanted=wanted[name])


@exercise("09-2")
def _(answer):
    """A function (the take of each piece) → list of (rows to learn from, rows to test), a pair for each take."""
    for takes in (["b1", "b1", "w1", "b2", "w1", "w1", "b2"], ["w3", "b7", "w3", "b7", "w4"], ["x", "y"]):
        takes = np.array(takes)
        pairs = list(ask(answer, takes.copy()))
        try:
            pairs = [tuple(sorted(map(int, rows)) for rows in pair) for pair in pairs]
            names = [{str(takes[row]) for row in tested} for _, tested in pairs]
        except (TypeError, ValueError, IndexError):
            raise Wrong("exercises.09_2_not_rows") from None
        every = list(range(len(takes)))
        if any(set(learnt) & set(tested) for learnt, tested in pairs):
            raise Wrong("exercises.09_2_both")
        if any(len(name) > 1 for name in names):
            swapped = all(len({str(takes[row]) for row in learnt}) == 1 for learnt, _ in pairs)
            raise Wrong(f"exercises.09_2_{'turned' if swapped else 'mixed'}")
        if sorted(row for _, tested in pairs for row in tested) != every:
            raise Wrong(
                "exercises.09_2_missing", tested=len({min(name) for name in names if name}), takes=len(set(takes))
            )
        if any(len(learnt) + len(tested) != len(takes) for learnt, tested in pairs):
            raise Wrong("exercises.09_2_wasted")
        if any({str(takes[row]) for row in learnt} & name for (learnt, _), name in zip(pairs, names, strict=True)):
            raise Wrong("exercises.09_2_pieces", pieces=len(pairs), takes=len(set(takes)))
