"""Hours of listening: memory that does not grow, and a quiet room without false positives.

Memory: the synthetic recordings, dogs among them, again and again from files, with a log; the most that the process
has held after twenty minutes of sound against the same at the end. Quiet: steady synthetic sounds of other seeds (air
conditioners and idling engines), turned down so that half lies just above the gate, where the network is asked, and
half below. Not on Windows, which does not say how much a process holds.

    python -m tools.benchmarks.live_hours [hours]
"""

import itertools
import resource
import sys

import numpy as np

import synth
from helpers import audio, datasets
from helpers.live.detector import Detector
from helpers.live.listener import EventLog, listen
from helpers.live.sources import FileSource
from helpers.model import load_model
from tools.benchmarks._common import heard, machine, table

EARLY_S = 1200  # by then the log keeps a hundred sounds, which is all it keeps
MANY = 900  # synthetic recordings, more than an hour of them
LEVELS = (-36, -39, -45, -50)  # dBFS; the gate lies at −40


def held():
    """The most this process has held so far (MB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def memory(model, hours):
    """Memory after twenty minutes and at the end (MB), seconds heard, and how many events the log has."""
    detector, log = Detector.of(model), EventLog(model.config)
    paths = itertools.cycle(recording.path for recording in datasets.load("builtin").recordings)
    source, early = FileSource(*itertools.islice(paths, round(MANY * hours) + 1), config=model.config), None
    for window in listen(source, detector, seconds=3600 * hours):
        if window.event and window.event.end_s is not None:
            log.add(window.event, detector.sound(window.event))
        if early is None and window.end_s >= EARLY_S:
            early = held()
    return early or held(), held(), detector.heard_s, len(log)


def quiet(model, seconds):
    """Events in steady sound turned down, and the detector after so many seconds of it."""
    detector, events = Detector.of(model), 0
    for number in itertools.count():
        made = synth.synthesise(("air_conditioner", "engine_idling")[number % 2], 10_000 + number)
        sound = heard(made, model.config)
        gain = 10 ** ((LEVELS[number // 2 % len(LEVELS)] - audio.rms_dbfs(sound)) / 20)
        windows = detector.feed((sound * gain).astype(np.float32))
        events += sum(window.event is not None and window.event.end_s is None for window in windows)
        if detector.heard_s >= seconds:
            return events, detector


def main(hours=1.0):
    """Both, as a table."""
    model = load_model()
    early, late, heard, events = memory(model, hours)
    false, room = quiet(model, 3600 * hours)
    rows = [
        ("memory after 20 min (MB)", f"{early:.1f}"),
        (f"memory after {heard / 60:.0f} min (MB)", f"{late:.1f}"),
        ("growth (MB)", f"{late - early:+.1f}"),
        ("events in that time", events),
        ("minutes of quiet background", f"{room.heard_s / 60:.0f}"),
        ("windows in it that the network was asked", room.windows - room.quiet),
        ("false positives in it", false),
    ]
    print(machine())
    print(table(("", ""), rows))


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
