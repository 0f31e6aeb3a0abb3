"""How many pictures a second can the live view draw?

    python benchmarks/live_frames.py

Peers: the same four plots by matplotlib, as a new figure for each frame, which is what the guide did, and as one figure
whose lines and colours are changed. All take the same moments of the same recordings, end in the value of a
`widgets.Image` (without a browser), and run in one thread, one after the other. The last lines are the view at work: a
recording heard in real time by the ready detector, and the processor time that all of it together takes.
"""

import sys
import time
from pathlib import Path

import ipywidgets
import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, from anywhere

from benchmarks._common import machine, sounds, table  # noqa: E402
from helpers import checkpoint, plots  # noqa: E402
from helpers.audio import load_each  # noqa: E402
from helpers.features import log_mel  # noqa: E402
from helpers.live.detector import Detector  # noqa: E402
from helpers.live.file import FileSource  # noqa: E402
from helpers.live.listen import Listener  # noqa: E402
from helpers.live.scene import MEL_S  # noqa: E402
from helpers.live.spectrum import LOWEST_HZ, newest, spectrum  # noqa: E402
from helpers.monitor import Monitor, _jpeg  # noqa: E402

MOMENT_S = 0.08  # of sound, from one frame to the next
FRAMES = 60  # the last ones count
HEARD_S = 8


class Peer:
    """The plots by matplotlib."""

    def __init__(self, detector, anew):
        self.detector, self.anew, self.picture = detector, anew, ipywidgets.Image()
        self.figure = None

    def show(self, steps):
        config, history = self.detector.model.config, self.detector.history
        rate, now_s = config.sample_rate, history.written / config.sample_rate
        sound = newest(history.read(history.written - round(MEL_S * rate)), round(MEL_S * rate))
        wave, mel, (frequencies, levels) = sound[-rate:], log_mel(sound, config), spectrum(sound, config)
        times, scores = [step.time_s for step in steps[-50:]], [step.score for step in steps[-50:]]
        if self.anew or not self.figure:
            self.figure, axes = plots.panels(4, height=1.9)
            FigureCanvasAgg(self.figure)
            plots.plot_mel(mel, config, axes[2])
            lines = [axes[0].plot(wave), axes[1].semilogx(frequencies, levels), axes[3].plot(times, scores)]
            axes[1].set(xlim=(LOWEST_HZ, rate / 2), ylim=(config.floor_db, 5))
            self.lines, self.colours, self.last = [line for (line,) in lines], axes[2].images[0], axes[3]
        else:
            self.lines[0].set_ydata(wave)
            self.lines[1].set_ydata(levels)
            self.lines[2].set_data(times, scores)
            self.colours.set_data(mel)
        self.last.set(xlim=(now_s - MEL_S, now_s), ylim=(0, 1))
        self.figure.canvas.draw()
        self.picture.value = _jpeg(Image.fromarray(np.asarray(self.figure.canvas.buffer_rgba())).convert("RGB"))


def milliseconds(show, detector, steps, sound):
    """Median time of a frame while the sound runs on: of the clock, and of the processor."""
    detector.reset()
    steps.clear()
    hop, taken = round(MOMENT_S * detector.model.config.sample_rate), []
    for begin in range(0, len(sound), hop):
        steps.extend(detector.feed(sound[begin : begin + hop]))
        clock, processor = time.perf_counter(), time.process_time()
        show(list(steps))
        taken.append((time.perf_counter() - clock, time.process_time() - processor))
    return np.median(taken[-FRAMES:], axis=0) * 1e3


def main():
    torch.set_num_threads(1)
    model = checkpoint.load()
    detector = Detector(model)
    paths = [recording.path for recording in sounds().recordings if recording.label == "dog_bark"][:20]
    dogs = np.concatenate([dog for _, dog in load_each(paths, model.config)])
    sound = dogs[: HEARD_S * model.config.sample_rate]
    listener = Listener(FileSource(sound, config=model.config, real_time=True), detector)
    view = Monitor(listener)
    ways = {
        "matplotlib, a new figure": Peer(detector, anew=True).show,
        "matplotlib, one figure redrawn": Peer(detector, anew=False).show,
        "the live view": lambda _steps: view._refresh(),
    }
    rows = []
    for name, show in ways.items():
        clock, processor = milliseconds(show, detector, listener.steps, sound)
        rows.append((name, f"{clock:.1f}", f"{processor:.1f}", f"{1e3 / clock:.0f}"))
    print(table(("way", "clock (ms)", "processor (ms)", "frames a second"), rows))
    shown = []
    view.picture.observe(lambda change: shown.append(len(change["new"])), "value")
    clock, processor = time.perf_counter(), time.process_time()
    view.start()
    view.wait()
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    print(f"At work: {len(shown) / clock:.1f} frames a second of {np.mean(shown) / 1e3:.0f} kB each;")
    print(f"detector and view together take {100 * processor / clock:.0f} % of one core. {machine()}.")


if __name__ == "__main__":
    main()
