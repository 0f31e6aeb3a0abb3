"""Make the pictures of the READMEs and the lessons: `make images`.

Drawn are some from the synthetic sounds and the diagrams of `tools/diagrams`; widgets in use are photographed.
"""

import os
import pkgutil
from importlib import import_module
from pathlib import Path
from unittest import mock

import synth
from helpers.audio import rms_dbfs
from helpers.config import AudioConfig
from helpers.datasets import TARGET, Event, Recording
from helpers.features import log_mel
from helpers.messages import LANGUAGES
from helpers.plots import BLUE, SHARP, panels, plot_mel, plot_wave, png, set_style
from helpers.split import candidate_segments
from tools.benchmarks._common import heard

FOLDER = Path(__file__).parents[1] / "images"
DIAGRAMS = Path(__file__).with_name("diagrams")
CONFIG = AudioConfig()
# Recordings of the default set that lessons 01 and 04 play, chosen by eye: look again when the sounds change.
BARK = (TARGET, 900_000_202)
KNOCK = ("other_sounds", 900_000_269, 1)
DOG = (TARGET, 900_000_292)
TITLES = {"ko": ("짖는 소리", "문 두드리는 소리"), "en": ("a bark", "a knock at the door")}


def recording(label, source, take=0):
    """The sound of a synthetic recording [samples], at the config's rate, and its events."""
    made = synth.synthesise(label, (0, source), take=take)
    return heard(made, CONFIG), tuple(Event(span.start_s, span.end_s, label) for span in made.events)


def loudest_second(*source):
    """As lesson 01 cuts it."""
    sound, _ = recording(*source)
    size = CONFIG.segment_samples
    starts = range(0, max(1, len(sound) - size + 1), size // 10)
    return max((sound[start : start + size] for start in starts), key=rms_dbfs)


def bark_and_knock(language):
    """A bark and a knock, side by side."""
    figure, axes = panels(1, 2, height=2.2)
    for ax, title, source in zip(axes, TITLES[language], (BARK, KNOCK), strict=True):
        plot_mel(log_mel(loudest_second(*source)), CONFIG, ax)
        ax.set_title(title)
    return figure


def segments(_language):
    """A recording, its annotated events, and a bracket for each segment that is cut from it."""
    sound, events = recording(*DOG)
    figure = plot_wave(sound, CONFIG, events, panels(height=2.2)[1], limit=1.4)
    for segment in candidate_segments(sound, Recording(Path("dog.wav"), TARGET, "1", events=events), CONFIG):
        start, end = segment.start_s, segment.end_s
        figure.axes[0].plot([start, start, end, end], [-1.1, -1.2, -1.2, -1.1], color=BLUE)
    return figure


def draw(folder):
    """Draw the pictures of this module, and those of each module in `tools/diagrams`."""
    set_style()
    for language in LANGUAGES:
        with mock.patch.dict(os.environ, SOUND_LESSON_LANGUAGE=language):
            for drawn in (bark_and_knock, segments):
                picture = png(drawn(language), scale=SHARP, facecolor="none")
                (folder / f"{drawn.__name__}.{language}.png").write_bytes(picture)
    for module in pkgutil.iter_modules([str(DIAGRAMS)]):
        import_module(f"tools.diagrams.{module.name}").draw(folder)


def main(folder=FOLDER):
    draw(folder)
    try:
        from tools import screenshots, stage  # here, because they need playwright, which only the tests' set-up brings
    except ImportError:
        stage = None
    if stage and stage.CHROMIUM:
        screenshots.take(folder)
    else:
        print("The pictures of widgets were not taken: they need Chromium and playwright, which `make test` installs.")
    for path in sorted(folder.glob("*.png")):
        print(f"{path.name}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
