"""Hours of listening: memory that does not grow, and a quiet room that gives no alarm.

Memory: the built-in recordings, dogs among them, again and again from files, with a log; the most that the process
has held after twenty minutes of sound against the same at the end. Quiet: steady built-in sounds of another seed (air
conditioners and idling engines), turned down so that half lies just above the gate, where the network is asked, and
half below.

Not on Windows, which does not tell.

    python benchmarks/live_hours.py [hours]
"""

import itertools
import resource
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._common import machine, table  # noqa: E402
from helpers import audio, datasets  # noqa: E402
from helpers.checkpoint import load  # noqa: E402
from helpers.datasets.builtin import synthesise  # noqa: E402
from helpers.live.detector import Detector  # noqa: E402
from helpers.live.file import FileSource  # noqa: E402
from helpers.live.listen import listen  # noqa: E402
from helpers.live.log import EventLog  # noqa: E402

EARLY_S = 1200  # by then the log keeps a hundred sounds, which is all it keeps
MANY = 900  # built-in recordings, more than an hour of them
LEVELS = (-36, -39, -45, -50)  # dBFS; the gate lies at −40


def held():
    """The most this process has held so far (MB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def memory(model, hours):
    """Memory after twenty minutes and at the end (MB), seconds heard, and how many events the log saw."""
    detector, log = Detector(model), EventLog(model.config)
    recordings = itertools.cycle(recording.path for recording in datasets.load("builtin").recordings)
    early = None
    for step in listen(FileSource(*itertools.islice(recordings, round(MANY * hours)), config=model.config), detector):
        if step.event and step.event.end_s is not None:
            log.add(step.event, detector.sound(step.event))
        if early is None and step.time_s >= EARLY_S:
            early = held()
        if step.time_s >= 3600 * hours:
            break
    return early, held(), detector.heard_s, len(log)


def quiet(model, hours, folder):
    """Events in steady sound turned down, seconds of it, and how many windows the network was asked about."""
    rate, spent, paths = model.config.sample_rate, 0.0, []
    while spent < 3600 * hours:
        number = len(paths)
        made = synthesise(("air_conditioner", "engine_idling")[number % 2], 10_000 + number)
        sound = audio.resample(audio.to_mono(made.samples.astype(np.float32) / 32768), made.sample_rate, rate)
        sound = sound * 10 ** ((LEVELS[number // 2 % len(LEVELS)] - audio.dbfs(sound)) / 20)
        paths.append(folder / f"{number}.wav")
        audio.save(paths[-1], sound, rate)
        spent += len(sound) / rate
    detector = Detector(model)
    steps = list(listen(FileSource(*paths, config=model.config), detector))
    begun = sum(step.event is not None and step.event.end_s is None for step in steps)
    return begun, detector.heard_s, sum(step.probability > 0 for step in steps)


def main(hours=1.0):
    """Both, as a table."""
    model = load()
    early, late, heard, events = memory(model, hours)
    with tempfile.TemporaryDirectory() as folder:
        alarms, silent, asked = quiet(model, hours, Path(folder))
    print(machine())
    rows = [
        ("memory after 20 min (MB)", f"{early:.1f}"),
        (f"memory after {heard / 60:.0f} min (MB)", f"{late:.1f}"),
        ("growth (MB)", f"{late - early:+.1f}"),
        ("events in that time", events),
        ("minutes of quiet background", f"{silent / 60:.0f}"),
        ("windows in it that the network was asked", asked),
        ("false alarms in it", alarms),
    ]
    print(table(("", ""), rows))


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
