"""Lesson 01: what its prose claims is what its outputs show, whatever the synthetic sounds are tuned to."""

import contextlib
import io
import re
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.ndimage import maximum_filter1d
from stored import Stored, figures, run

import synth
from helpers import model
from helpers.audio import rms_dbfs
from helpers.config import AudioConfig
from helpers.datasets import TARGET
from helpers.features import log_mel
from helpers.messages import text
from helpers.model import load_model
from tools import build_notebooks as build
from tools.benchmarks._common import heard
from tools.draw_images import BARK, KNOCK, loudest_second, recording

LESSON = Stored("01")
printed = LESSON.printed
RATE = 22_050


def rows(name):
    """The figures of each line that a cell printed."""
    return list(map(figures, printed(name).splitlines()))


def shown(name):
    """What nbval compares of a cell's pictures and players, line by line."""
    texts = [output.data["text/plain"] for output in LESSON.cells[name].outputs if "data" in output]
    return "\n".join(texts).splitlines()


def bark_and_knock():
    """The two sounds as the lesson cuts them."""
    return recording(*BARK)[0][:RATE], loudest_second(*KNOCK)


def test_the_bark_is_a_second_of_four_barks():
    bark, _ = bark_and_knock()
    assert figures(printed("numbers"))[0] == len(bark) == RATE
    loud = maximum_filter1d(np.abs(bark), RATE // 20) > 0.1
    assert np.count_nonzero(np.diff(loud.astype(int)) == 1) == 4 and "네 번" in LESSON.sources["wave-said"]


def test_the_enlarged_stretch_repeats_itself():
    begin, end = map(int, re.search(r"bark\[(\d+):(\d+)\]\)", LESSON.sources["wave"]).groups())
    part = bark_and_knock()[0][begin:end]
    assert round(len(part) / RATE, 3) == 0.02
    against = [np.corrcoef(part[:-lag], part[lag:])[0, 1] for lag in range(10, len(part) // 2)]
    assert max(against) > 0.8


def test_the_knock_peaks_higher_and_is_as_loud():
    """The same level by numpy alone, by the lesson's formula, and beside the player."""
    (dog_peak,), (door_peak,) = rows("peaks")
    assert door_peak > 2 * dog_peak and f"{dog_peak}" in LESSON.sources["level-said"]
    (_, dog), (_, door) = rows("level")
    assert abs(dog - door) < 0.5
    assert figures(shown("bark")[0])[-1] == dog and figures(shown("level")[0])[-1] == door
    for sound, level in zip(bark_and_knock(), (dog, door), strict=True):
        assert 20 * np.log10(np.std(sound)) == pytest.approx(level, abs=0.1)


def test_a_knock_lights_up_at_all_heights_and_its_picture_is_the_brighter_one():
    dog, door = map(log_mel, bark_and_knock())
    door, dog = door[:50], dog[:50]  # the knock was recorded at a lower rate, and has nothing at the very top
    moment = door.mean(axis=0).argmax()
    assert door[:, moment].min() > dog[:, dog.mean(axis=0).argmax()].min() + 10
    means = [figures(line)[-1] for line in shown("two")]  # as drawn: two waveforms, then two pictures
    assert means[3] > means[2] + 5


def test_three_of_the_six_are_dogs():
    """The answers folded in the text are the labels, which the cell hands to the quiz."""
    dogs = re.findall(r"\*\*(\d)", LESSON.sources["six-answers"])
    labels = {str(entry.source): entry.label for entry in synth.entries(450)}
    names = re.search(r"names = \[(.*)\]", LESSON.sources["quiz"])[1].replace('"', "").split(", ")
    assert [str(number) for number, name in enumerate(names, 1) if labels[name] == TARGET] == dogs
    assert len(dogs) == 3 and len(names) == 6
    handed = []
    sounds = {name: SimpleNamespace(label=labels[name]) for name in names}
    world = {"recordings": sounds, "loudest_second": id, "quiz": lambda *given: handed.append(given)}
    run(LESSON.sources, ["quiz"], world)
    assert handed[0][1] == dogs and list(handed[0][0]) == list("123456")


def test_level_is_no_detector():
    (dogs, quietest, loudest, mean), (others, _, loudest_other, mean_other) = rows("levels")
    assert abs(mean - mean_other) < 4 and loudest_other > loudest - 2  # much the same; some others as loud as any dog
    table = rows("table")
    for _, caught, fooled, right in table:
        assert right == caught + others - fooled
        assert caught / dogs - fooled / others < 0.25  # no good place in between
    assert table[0][1:3] == [dogs, others]  # everybody is fed
    assert table[-1][1:3] == [0, 0] and table[-1][3] == max(row[3] for row in table)  # the one that feeds nobody wins


def test_the_slider_moves_the_line_and_counts():
    names = {"np": np, "plt": plt, "dogs": np.array([-30.0, -20, -10]), "others": np.array([-25.0, -5])}
    feeder = LESSON.function("feeder", **names)
    for threshold, counts in ((-40, [3, 3, 2, 2]), (-20, [2, 3, 1, 2]), (-7, [0, 3, 1, 2]), (0, [0, 3, 0, 2])):
        figure, words = feeder(threshold=threshold)
        assert figures(words) == counts
        (line,) = figure.axes[0].lines
        assert set(line.get_xdata()) == {threshold}
        plt.close(figure)
    assert [figures(printed("twin"))[n] for n in (0, 2)] == rows("table")[1][1:3]


def test_the_detector_beats_the_rule():
    """The prose counts dogs found and times fooled, and bids the reader listen to the mistake that is played."""
    threshold, found, dogs, fooled, others = figures(printed("counts"))
    assert (found, dogs, fooled, others) == (10, 11, 0, 19)
    assert figures(LESSON.sources["counts-said"])[:4] == [11, 10, 19, 8]
    assert "8번" in shown("counts")[0]
    assert found / dogs - fooled / others > 0.8 and 0.5 < threshold < 1


def new_sounds():
    """The recordings that the lesson makes for the detector, in its order."""
    size, seed = map(int, re.search(r"size=(\d+), seed=(\d+)", LESSON.sources["detector-sounds"]).groups())
    return sorted(synth.entries(size, seed), key=lambda entry: (entry.label, entry.stem))


def test_the_detector_is_asked_about_sounds_it_has_not_learnt_from():
    """Its card names the seed it has learnt from, which is that of the 450, as the prose says."""
    card = Path(model.__file__).with_name("pretrained_detector.md").read_text(encoding="utf-8")
    (learnt,) = {
        (int(seed), int(size)) for seed, size in re.findall(r"synthetic sounds, seed (\d+), .*\| (\d+) ", card)
    }
    sources = {entry.source for entry in synth.entries(learnt[1], learnt[0])}
    assert {entry.source for entry in synth.entries(450)} <= sources
    assert not {entry.source for entry in new_sounds()} & sources
    asked = [source for source in LESSON.sources.values() if "detector.score(" in source]
    assert len(asked) == 4 and not any(
        re.search(r"\b(recordings\[|bark\b|knock\b|lesson\.dataset)", source) for source in asked[:3]
    )
    assert re.search(r"recording=new\[\d+\]", LESSON.sources["listen"]) and asked[3] == LESSON.sources["real-dogs"]


def test_most_dogs_are_found_ten_times_quieter_and_few_a_hundred_times():
    (_, found, dogs), (_, found_10, dogs_10), (_, found_100, dogs_100) = rows("quiet")
    assert [found, dogs] == figures(printed("counts"))[1:3] and dogs == dogs_10 == dogs_100
    assert found_10 > found / 2 > found_100 > 0


def test_the_score_is_high_only_while_a_bark_is_heard():
    number = int(re.search(r"recording=new\[(\d+)\]", LESSON.sources["listen"])[1])
    entry = new_sounds()[number]
    assert entry.label == TARGET and f"{number + 1}번" in LESSON.sources["own"]
    made = synth.synthesise(entry.label, entry.drawn_from, take=entry.take)
    sound, detector = heard(made, AudioConfig()), load_model()
    first = len(sound) - 3 * RATE
    for end in range(first + RATE, len(sound) + 1, RATE // 10):
        score = detector.score(sound[end - RATE : end])
        barking = sum(max(0, min(one.end_s, end / RATE) - max(one.start_s, end / RATE - 1)) for one in made.events)
        if barking == 0:
            assert score < detector.threshold / 2
        elif barking > 0.2:
            assert score > detector.threshold


def test_the_messages_quoted_are_the_real_ones(language):
    (path,) = (path for path in build.lessons(language) if path.name.startswith("01"))
    (troubles,) = (cell.source for cell in build.read(path).cells if cell.id == "troubles")
    said = [text("exercises.unknown_name", name="…", number=1, line=""), text("live.no_pyaudio", command="")]
    said.append(text("meter.nothing"))
    quoted = re.findall("“(.+?)”", troubles)
    assert len(quoted) == len(said)
    for whole, part in zip(said, quoted, strict=True):
        assert whole.replace("`", "").startswith(part)


def play_world(**names):
    played = []
    return played, {"play": lambda sound, *_, name: played.append(name), **names}


@pytest.mark.parametrize(("chosen", "heard"), [("builtin", 0), ("esc10", 4)])
def test_real_dogs_are_played_once_they_are_there_and_passed_over_until_then(chosen, heard):
    labels = ["rain", *["dog_bark"] * 6]
    real = SimpleNamespace(recordings=[SimpleNamespace(label=label) for label in labels])
    played, world = play_world(menu=SimpleNamespace(value=chosen), datasets=SimpleNamespace(load=lambda _name: real))
    world |= {"loudest_second": id, "detector": SimpleNamespace(score=lambda _second: 0.9)}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(LESSON.sources["real-dogs"], world)
    assert len(played) == heard and bool(said.getvalue()) == (heard == 0)
    assert "건너뛰었어요" in printed("real-dogs")


def test_the_loudest_second_is_found():
    rng = np.random.default_rng(0)
    sound = 0.01 * rng.standard_normal(4 * RATE)
    sound[2 * RATE : 3 * RATE] *= 20
    audio = SimpleNamespace(load=lambda _path: sound, rms_dbfs=rms_dbfs)
    loudest = LESSON.function("loudest_second", audio=audio, np=np)
    assert np.array_equal(loudest(SimpleNamespace(path="")), sound[2 * RATE : 3 * RATE])
    audio.load = lambda _path: sound[:100]
    assert len(loudest(SimpleNamespace(path=""))) == 100
