"""The detector on long streams of real recordings it has not met: barks found, and false alarms per hour.

Every recording without a dog is heard once, in an order that a seed draws. Between them, at known times, stand the
annotated barks of the others. No silence is added: sound is joined to sound. A bark counts as found if an event
overlaps it (half a second of tolerance on both sides); an event that overlaps none is a false alarm. The interval of
the alarms is Poisson's (exact), the one of the recall Wilson's.

    REAL_SOUNDS=… python benchmarks/live_streams.py [seeds]
"""

import sys
import time
from pathlib import Path

import numpy as np
from scipy import stats

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._common import machine, real_sounds, table  # noqa: E402
from helpers import audio, datasets  # noqa: E402
from helpers.checkpoint import load  # noqa: E402
from helpers.datasets import TARGET  # noqa: E402
from helpers.live.detector import Detector  # noqa: E402
from helpers.live.file import FileSource  # noqa: E402
from helpers.live.listen import listen  # noqa: E402

TOLERANCE_S = 0.5
LONGEST_S = 10.0  # of one bark; a longer stretch of barking is one event anyway


def fresh(dataset, model):
    """Recordings of sources that the model has not met, as (recording, sound)."""
    met = set(model.card["sources"])
    recordings = {one.path: one for one in dataset.recordings if one.source not in met}
    for path, sound in audio.load_each(recordings, model.config, on_skip=lambda _path, _error: None):
        yield recordings[path], sound


def barks_and_others(dataset, model):
    """The barks, each as its sound, and (label, sound) of each recording without a dog."""
    barks, others = [], []
    rate = model.config.sample_rate
    for recording, sound in fresh(dataset, model):
        if recording.label != TARGET:
            others.append((recording.label, sound))
            continue
        whole = [(0.0, len(sound) / rate)]  # where no times are annotated
        for start, end in [(event.start_s, event.end_s) for event in recording.events] or whole:
            bark = sound[round(start * rate) : round(min(end, start + LONGEST_S) * rate)]
            if audio.dbfs(bark) >= model.config.gate_dbfs:
                barks.append(bark)
    return barks, others


def stream(barks, others, seed, rate):
    """One stream: its parts in order, the times of its barks, and of each other recording."""
    random = np.random.default_rng(seed)
    after = np.sort(random.integers(len(others), size=len(barks)))  # several barks may follow one recording
    order = random.permutation(len(others))
    waiting = list(random.permutation(len(barks)))
    parts, times, labels, at = [], [], [], 0.0
    for place, number in enumerate(order):
        label, sound = others[number]
        parts.append(sound)
        labels.append((at, at + len(sound) / rate, label))
        at += len(sound) / rate
        for _ in range(int(np.sum(after == place))):
            bark = barks[waiting.pop()]
            parts.append(bark)
            times.append((at, at + len(bark) / rate))
            at += len(bark) / rate
    return parts, times, labels


def compare(events, times):
    """Which barks were found, which events are false alarms, and the delay from each found bark to its report (s)."""

    def together(event, bark):
        return event.start_s < bark[1] + TOLERANCE_S and event.end_s > bark[0] - TOLERANCE_S

    found = [any(together(event, bark) for event in events) for bark in times]
    false = [event for event in events if not any(together(event, bark) for bark in times)]
    return found, false


def poisson(count):
    """The exact 95 % interval of a count."""
    return stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0, stats.chi2.ppf(0.975, 2 * count + 2) / 2


def main(seeds=1):
    """A line for each stream, then the labels of the false alarms."""
    if not (folder := real_sounds()):
        return
    model = load()
    barks, others = barks_and_others(datasets.load(folder / "UrbanSound"), model)
    rows, wrong = [], {}
    for seed in range(seeds):
        parts, times, labels = stream(barks, others, seed, model.config.sample_rate)
        began = time.perf_counter()
        detector = Detector(model)
        steps = list(listen(FileSource(*parts, config=model.config), detector))
        events = [step.event for step in steps if step.event and step.event.end_s is not None]
        found, false = compare(events, times)
        hours = detector.heard_s / 3600
        low, high = (bound / hours for bound in poisson(len(false)))
        interval = stats.binomtest(sum(found), len(found)).proportion_ci(method="wilson")
        recall = f"{np.mean(found):.3f} ({interval.low:.3f}…{interval.high:.3f})"
        rows.append(
            (
                seed,
                f"{60 * hours:.1f}",
                len(times),
                recall,
                len(false),
                f"{len(false) / hours:.1f} ({low:.1f}…{high:.1f})",
            )
        )
        print(*rows[-1], f"{time.perf_counter() - began:.0f} s", flush=True)
        for event in false:
            label = next((name for start, end, name in labels if start <= event.reported_s - 0.5 < end), "a join")
            wrong[label] = wrong.get(label, 0) + 1
    print(f"{len(barks)} barks, {len(others)} other recordings. {machine()}")
    print(table(("seed", "minutes", "barks", "recall (95 %)", "false alarms", "per hour (95 %)"), rows))
    print("false alarms by label:", ", ".join(f"{name} {count}" for name, count in sorted(wrong.items())))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
