"""Right and typical wrong answers to the exercises of 08_live_mic."""

from types import FunctionType

import numpy as np
from answers import Answers

RATE = 22_050
CONTINUE, COMPLETE = 0, 1  # as in pyaudio


def callback(function):
    """A callback beside a list ``blocks`` of its own, as in the lesson's cells."""
    return FunctionType(function.__code__, {"blocks": [], "CONTINUE": CONTINUE, "COMPLETE": COMPLETE})


@callback
def keep_last(data, frame_count, time_info, status):
    blocks.append(data)  # noqa: F821
    del blocks[:-22]  # noqa: F821
    return None, CONTINUE


@callback
def keep_last_in_a_new_list(data, frame_count, time_info, status):
    global blocks
    blocks = [*blocks, data][-22:]
    return None, CONTINUE


@callback
def pop_the_oldest(data, frame_count, time_info, status):
    blocks.append(data)  # noqa: F821
    if len(blocks) > 22:  # noqa: F821
        blocks.pop(0)  # noqa: F821
    return data, CONTINUE


@callback
def ends_at_once(data, frame_count, time_info, status):
    blocks.append(data)  # noqa: F821
    del blocks[:-22]  # noqa: F821
    return None, COMPLETE


@callback
def returns_the_sound_alone(data, frame_count, time_info, status):
    blocks.append(data)  # noqa: F821
    return data


@callback
def keeps_nothing(data, frame_count, time_info, status):
    return None, CONTINUE


@callback
def keeps_all(data, frame_count, time_info, status):
    blocks.append(data)  # noqa: F821
    return None, CONTINUE


@callback
def keeps_the_first(data, frame_count, time_info, status):
    blocks.append(data)  # noqa: F821
    del blocks[22:]  # noqa: F821
    return None, CONTINUE


@callback
def keeps_one(data, frame_count, time_info, status):
    blocks[:] = [data]  # noqa: F821
    return None, CONTINUE


@callback
def no_callback_yet(data, frame_count, time_info, status):
    return None


def may_eat(eaten, now_s):
    return not eaten or now_s - eaten[-1] >= 10


def may_eat_step_by_step(eaten, now_s):
    if len(eaten) == 0:
        return True
    return bool(now_s >= max(eaten) + 10)


def as_if_fed_at_zero(eaten, now_s):
    return now_s - (eaten[-1] if eaten else 0) >= 10


def never_from_the_start(eaten, now_s):
    return bool(eaten) and now_s - eaten[-1] >= 10


def from_the_first_meal(eaten, now_s):
    return not eaten or now_s - eaten[0] >= 10


def once_only(eaten, now_s):
    return not eaten


def strictly_later(eaten, now_s):
    return not eaten or now_s - eaten[-1] > 10


def clip(sound, start_s, end_s):
    return sound[max(0, int((start_s - 0.5) * RATE)) : int((end_s + 0.5) * RATE)]


def clip_rounded(sound, start_s, end_s):
    first, last = np.round(np.array([start_s - 0.5, end_s + 0.5]) * RATE).astype(int)
    return sound[np.arange(max(first, 0), last)]


def in_seconds(sound, start_s, end_s):
    return sound[max(0, int(start_s - 0.5)) : int(end_s + 0.5)]


def before_the_beginning(sound, start_s, end_s):
    return sound[int((start_s - 0.5) * RATE) : int((end_s + 0.5) * RATE)]


def event_alone(sound, start_s, end_s):
    return sound[int(start_s * RATE) : int(end_s * RATE)]


def one_side(sound, start_s, end_s):
    return sound[int(start_s * RATE) : int((end_s + 0.5) * RATE)]


def the_wrong_way(sound, start_s, end_s):
    return sound[int((start_s + 0.5) * RATE) : int((end_s + 1.5) * RATE)]


def wholly_lost(record_s, work_s, bark_s):
    return max(0, work_s - bark_s) / (record_s + work_s)


def wholly_lost_by_trying(record_s, work_s, bark_s):
    starts = np.linspace(0, record_s + work_s, 100_001)[:-1]
    return np.mean((starts >= record_s) & (starts + bark_s <= record_s + work_s))


ANSWERS = {
    "08-1": Answers(
        right=[keep_last, keep_last_in_a_new_list, pop_the_oldest],
        wrong=[
            ("end", ends_at_once),
            ("end", returns_the_sound_alone),
            ("nothing", keeps_nothing),
            ("all", keeps_all),
            ("oldest", keeps_the_first),
            ("other", keeps_one),
        ],
        stub=no_callback_yet,
    ),
    "08-2": Answers(
        right=[0.2, 0.15, 2 / 10],
        wrong=[("behind", 0.1), ("behind", 0.0), ("late", 0.5), ("late", 0.3), ("late", 1.0), ("tenths", 2)],
    ),
    "08-3": Answers(
        right=[may_eat, may_eat_step_by_step],
        wrong=[
            ("empty", as_if_fed_at_zero),
            ("empty", never_from_the_start),
            ("index", lambda eaten, now_s: now_s - eaten[-1] >= 10),
            ("all", lambda eaten, now_s: True),
            ("first", from_the_first_meal),
            ("never", once_only),
            ("strict", strictly_later),
        ],
        stub=lambda eaten, now_s: None,
    ),
    "08-4": Answers(
        right=[clip, clip_rounded],
        wrong=[
            ("seconds", in_seconds),
            ("negative", before_the_beginning),
            ("bare", event_alone),
            ("bare", one_side),
            ("other", the_wrong_way),
        ],
        stub=lambda sound, start_s, end_s: None,
    ),
    "08-5": Answers(
        right=[wholly_lost, wholly_lost_by_trying],
        wrong=[
            ("share", lambda record_s, work_s, bark_s: work_s / (record_s + work_s)),
            ("touched", lambda record_s, work_s, bark_s: min(1, (work_s + bark_s) / (record_s + work_s))),
            ("negative", lambda record_s, work_s, bark_s: (work_s - bark_s) / (record_s + work_s)),
            ("of_work", lambda record_s, work_s, bark_s: max(0, work_s - bark_s) / work_s),
            ("seconds", lambda record_s, work_s, bark_s: max(0, work_s - bark_s)),
            ("other", lambda record_s, work_s, bark_s: bark_s / (record_s + work_s)),
        ],
        stub=lambda record_s, work_s, bark_s: None,
    ),
}
