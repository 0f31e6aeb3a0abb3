"""An hour of each kind of background without a dog: how often does the pretrained detector report one?

The sounds are synthetic, of seeds that nobody trained on (`tools.household`), one recording of twenty seconds after
another, as loud as they come. Intervals are Poisson's (exact).

    python -m tools.benchmarks.household [minutes]
"""

import sys

from helpers.live.detector import Detector
from helpers.model import load_model
from tools.benchmarks._common import heard, machine, table
from tools.benchmarks.live_streams import poisson
from tools.household import MAKERS, TEST_SEED, make


def listen(model, kind, minutes):
    """Listen for so long: the detector, and how many events it reported."""
    detector, events, seed = Detector.of(model), 0, TEST_SEED
    while detector.heard_s < 60 * minutes:
        windows = detector.feed(heard(make(kind, seed), model.config))
        events += sum(window.event is not None and window.event.end_s is None for window in windows)
        seed += 1
    return detector, events


def main(minutes=60):
    """A line for each kind of background."""
    model, rows = load_model(), []
    for kind in MAKERS:
        detector, events = listen(model, kind, minutes)
        low, high = (bound * 3600 / detector.heard_s for bound in poisson(events))
        asked = detector.windows - detector.quiet
        rows.append((kind, f"{detector.heard_s / 60:.0f}", asked, events, f"{low:.1f}…{high:.1f}"))
    print(f"Threshold {model.stream_threshold:.2f}. {machine()}")
    print(table(("background", "minutes", "windows asked", "false positives", "per hour (95 %)"), rows))


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
