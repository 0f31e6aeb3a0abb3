"""Right and typical wrong answers to the exercises of 08_live_mic."""

from types import FunctionType

import numpy as np
from answers import Answers

RATE = 22_050
CONTINUE, COMPLETE, OVERFLOW = 0, 1, 2  # as in pyaudio


def callback(function):
    """A callback beside lists of its own, as in the lesson's cells."""
    names = {"CONTINUE": CONTINUE, "COMPLETE": COMPLETE, "OVERFLOW": OVERFLOW}
    return FunctionType(function.__code__, {"blocks": [], "overflows": []} | names)


@callback
def keep_last(data, frame_count, time_info, status):
    blocks.append(data)  # noqa: F821
    del blocks[:-22]  # noqa: F821
    if status & OVERFLOW:
        overflows.append(status)  # noqa: F821
    return None, CONTINUE


@callback
def keep_last_in_new_lists(data, frame_count, time_info, status):
    global blocks, overflows
    blocks = [*blocks, data][-22:]
    overflows = overflows + [1] * bool(status & OVERFLOW)
    return None, CONTINUE


@callback
def pop_the_oldest(data, frame_count, time_info, status):
    blocks.append(data)  # noqa: F821
    if len(blocks) > 22:  # noqa: F821
        blocks.pop(0)  # noqa: F821
    if status in (2, 3, 6):
        overflows.append(True)  # noqa: F821
    return data, CONTINUE


@callback
def counts_nothing(data, frame_count, time_info, status):
    blocks.append(data)  # noqa: F821
    del blocks[:-22]  # noqa: F821
    return None, CONTINUE


@callback
def counts_any_status(data, frame_count, time_info, status):
    blocks.append(data)  # noqa: F821
    del blocks[:-22]  # noqa: F821
    if status:
        overflows.append(status)  # noqa: F821
    return None, CONTINUE


@callback
def counts_one_flag_alone(data, frame_count, time_info, status):
    blocks.append(data)  # noqa: F821
    del blocks[:-22]  # noqa: F821
    if status == OVERFLOW:
        overflows.append(status)  # noqa: F821
    return None, CONTINUE


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


def shortest_hop(cost_s):
    for tenths in range(1, 11):
        if tenths / 10 >= cost_s:
            return tenths / 10
    return 0


def shortest_hop_at_once(cost_s):
    hops = [hop for hop in np.arange(1, 11) / 10 if hop >= cost_s]
    return min(hops, default=0)


def without_an_end(cost_s):
    for tenths in range(1, 11):
        if tenths / 10 >= cost_s:
            return tenths / 10
    return None


def strictly_longer(cost_s):
    return next((tenths / 10 for tenths in range(1, 11) if tenths / 10 > cost_s), 0)


def feed_times(reports):
    eaten = []
    for now_s in reports:
        if not eaten or now_s - eaten[-1] >= 10:
            eaten.append(now_s)
    return eaten


def feed_times_by_a_clock(reports):
    free_s, eaten = -np.inf, []
    for now_s in reports:
        if now_s >= free_s:
            eaten, free_s = [*eaten, now_s], now_s + 10
    return np.array(eaten)


def from_the_report_before(reports):
    return [now for number, now in enumerate(reports) if number == 0 or now - reports[number - 1] >= 10]


def from_the_first_meal(reports):
    return [now for now in reports if now == reports[0] or now - reports[0] >= 10]


def fed_if_fed_before(reports):
    eaten = []
    for now_s in reports:
        if eaten and now_s - eaten[-1] >= 10:
            eaten.append(now_s)
    return eaten


def without_asking_whether_empty(reports):
    eaten = []
    for now_s in reports:
        if now_s - eaten[-1] >= 10:
            eaten.append(now_s)
    return eaten


def as_if_fed_at_zero(reports):
    last_s, eaten = 0, []
    for now_s in reports:
        if now_s - last_s >= 10:
            eaten.append(now_s)
            last_s = now_s
    return eaten


def strictly_later(reports):
    eaten = []
    for now_s in reports:
        if not eaten or now_s - eaten[-1] > 10:
            eaten.append(now_s)
    return eaten


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
        right=[keep_last, keep_last_in_new_lists, pop_the_oldest],
        wrong=[
            ("end", ends_at_once),
            ("end", returns_the_sound_alone),
            ("nothing", keeps_nothing),
            ("all", keeps_all),
            ("oldest", keeps_the_first),
            ("other", keeps_one),
            ("uncounted", counts_nothing),
            ("flags", counts_any_status),
            ("flags", counts_one_flag_alone),
        ],
        stub=no_callback_yet,
    ),
    "08-2": Answers(
        right=[shortest_hop, shortest_hop_at_once],
        wrong=[
            ("behind", lambda cost_s: 0.1),
            ("behind", lambda cost_s: int(10 * cost_s) / 10),
            ("late", lambda cost_s: 1.0),
            ("late", lambda cost_s: 0.5),
            ("strict", strictly_longer),
            ("late", lambda cost_s: cost_s + 0.06),
            ("tenths", lambda cost_s: 10 * shortest_hop(cost_s)),
            ("slow", without_an_end),
            ("slow", lambda cost_s: shortest_hop(cost_s) or 1.0),
        ],
        stub=lambda cost_s: None,
    ),
    "08-3": Answers(
        right=[feed_times, feed_times_by_a_clock],
        wrong=[
            ("index", without_asking_whether_empty),
            ("first", fed_if_fed_before),
            ("all", lambda reports: reports),
            ("first", as_if_fed_at_zero),
            ("last_report", from_the_report_before),
            ("first_meal", from_the_first_meal),
            ("strict", strictly_later),
            ("other", lambda reports: reports[:1]),
        ],
        stub=lambda reports: None,
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
