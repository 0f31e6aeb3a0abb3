"""How many pictures a second can the live view draw?

    python -m tools.benchmarks.live_frames

Peer: the same four plots by plain matplotlib, as a new figure for each frame, which is what the guide did. Both draw
the same moments of the same recordings and end as jpeg, on one thread, one after the other. The last line is the view
at work: a recording heard in real time by the pretrained detector, and what processor time all of it takes.
"""

from collections import deque

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from helpers import plots
from helpers.audio import load_each
from helpers.features import log_mel
from helpers.live.detector import Detector
from helpers.live.listener import Listener
from helpers.live.sources import FileSource
from helpers.live.view import LOWEST_HZ, MEL_S, LiveFigure, Monitor, spectrum
from helpers.model import load_model
from tools.benchmarks._common import machine, sounds, table, timed

MOMENT_S = 0.08  # of sound, from one frame to the next
FRAMES = 60  # the last ones count
HEARD_S = 8


def new_figure(config, history, windows):
    """The four plots by plain matplotlib."""
    rate, now_s = config.sample_rate, history.written / config.sample_rate
    sound = np.resize(history.read(history.written - round(MEL_S * rate)), round(MEL_S * rate))
    figure, axes = plots.panels(4, height=1.9)
    axes[0].plot(sound[-rate:])
    axes[1].semilogx(*spectrum(sound, config))
    axes[1].set(xlim=(LOWEST_HZ, rate / 2), ylim=(config.floor_db, 5))
    plots.plot_mel(log_mel(sound, config), config, axes[2])
    axes[3].plot([window.end_s for window in windows], [window.smoothed for window in windows])
    axes[3].set(xlim=(now_s - MEL_S, now_s), ylim=(0, 1))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def milliseconds(frame, detector, sound):
    """Median time of a frame while the sound runs on: of the clock, and of the processor."""
    detector.reset()
    windows, hop, taken = deque(maxlen=50), round(MOMENT_S * detector.config.sample_rate), []
    for begin in range(0, len(sound), hop):
        windows.extend(detector.feed(sound[begin : begin + hop]))
        taken.append(timed(frame, detector.history, list(windows))[1:])
    return np.median(taken[-FRAMES:], axis=0) * 1e3


def main():
    model = load_model()
    config, detector = model.config, Detector.of(model)
    paths = [recording.path for recording in sounds().recordings if recording.label == "dog_bark"][:20]
    sound = np.concatenate([dog for _, dog in load_each(paths, config)])[: HEARD_S * config.sample_rate]
    live, rows = LiveFigure(config, detector.threshold), []
    for name, frame in {
        "matplotlib, a new figure": lambda *given: plots.encode(new_figure(config, *given), "jpeg"),
        "the live view": lambda *given: plots.encode(live.draw(*given), "jpeg", quality=75, subsampling=0),
    }.items():
        clock, processor = milliseconds(frame, detector, sound)
        rows.append((name, f"{clock:.1f}", f"{processor:.1f}", f"{1e3 / clock:.0f}"))
    print(table(("way", "clock (ms)", "processor (ms)", "frames a second"), rows))
    view, shown = Monitor(Listener(FileSource(sound, config=config, real_time=True), detector)), []
    view.picture.observe(lambda change: shown.append(len(change["new"])), "value")

    def work():
        view.start(real_time=True)
        view.wait()

    _, clock, processor = timed(work)
    print(f"At work: {len(shown) / clock:.1f} frames a second of {np.mean(shown) / 1e3:.0f} kB each;")
    print(f"detector and view together take {100 * processor / clock:.0f} % of one core. {machine()}.")


if __name__ == "__main__":
    main()
