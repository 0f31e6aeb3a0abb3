"""The workbench of lesson 14, tested by what it shows: every step of every control changes that."""

import io
import itertools

import numpy as np
import pytest

from helpers import model
from helpers.bench import CONTROLS, bench, labels, woodpecker
from helpers.config import AudioConfig
from helpers.messages import LANGUAGES, LessonError, text
from helpers.widgets import explore


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "en")  # which needs no font of its own


@pytest.fixture(scope="module")
def look():
    seconds = np.arange(22_050) / 22_050
    sweep = np.sin(2 * np.pi * (100 + 4000 * seconds) * seconds).astype(np.float32)
    return bench({"mixed": np.concatenate([sweep, 0.02 * sweep, woodpecker()[22_050:44_100]])})


def drawn(shown):
    figure, said, sound = shown
    pixels = io.BytesIO()
    figure.savefig(pixels, format="rgba", dpi=40)
    return pixels.getvalue(), said, sound.wav


def steps(name):
    """Values of one control, in order; of a long slider, each pair of neighbours stands for the others."""
    choices = CONTROLS[name]
    if isinstance(choices, list):
        return choices
    low, high, step = choices
    count = round((high - low) / step)
    return [low, low + step, high - step, high] if count > 3 else [low + step * number for number in range(count + 1)]


@pytest.mark.parametrize("name", CONTROLS)
def test_every_step_changes_what_is_shown(look, name):
    shown = [drawn(look(**{name: value})) for value in steps(name)]
    assert all(one != other for one, other in itertools.pairwise(shown))


def test_what_was_drawn_before_leaves_nothing_behind(look):
    first = drawn(look())
    look(sample_rate=8_000, segment_seconds=0.5, segment_hop_seconds=0.25, gate_dbfs=-60, n_mels=40, n_mfcc=20)
    assert drawn(look()) == first


def test_every_value_goes_with_every_other(look):
    """But for windows too short for so many bands, of which the sentence says what to do."""
    narrowest = {"sample_rate": 8_000, "f_min": 1000, "f_max": 2000, "n_mels": 24, "n_mfcc": 20, "segment_seconds": 0.5}
    assert look(**narrowest, n_fft=4096, hop_length="n_fft/2")
    with pytest.raises(LessonError) as empty:
        look(n_fft=256, n_mels=128)
    assert empty.value.key == "features.empty_bands"


def test_it_begins_with_the_configuration_that_the_detector_knows(look):
    trained = model.load_model()
    assert text("bench.heard", dogs=0) in look()[1] and trained.config == AudioConfig()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_detector_says_which_parameters_it_does_not_know(look, language, monkeypatch):
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", language)
    assert text("bench.other_config", names="n_mels 64 ≠ 72") in look(n_mels=72)[1]
    assert text("bench.other_ref") in look(ref="max")[1]
    for name, value in {"gate_dbfs": -20, "segment_hop_seconds": 0.5, "n_mfcc": 5}.items():
        assert text("bench.heard", dogs=0) in look(**{name: value})[1], name
    assert set(labels()) == {"sound", *CONTROLS}


def test_it_moves_under_explore(look):
    explorer = explore(look, labels=labels(), sound=["mixed"], **CONTROLS)
    before = explorer.picture.value
    explorer.controls["n_fft"].value = 4096
    assert explorer.picture.value != before and explorer.code.value.startswith("look(sound='mixed'")


def test_a_sound_of_ones_own_comes_on_the_bench_later():
    sounds = {"drum": woodpecker()}
    explorer = explore(bench(sounds), sound=list(sounds))
    sounds |= {"short": woodpecker()[:15_000]}
    explorer.controls["sound"].options = list(sounds)
    explorer.controls["sound"].value = "short"
    assert "short" in explorer.players.value


def test_the_woodpecker_knocks_sixteen_times():
    sound = woodpecker()
    late = np.abs(sound).reshape(-1, 22_050 // 50).max(axis=1)  # 50 a second
    beaten = late > 0.4
    assert len(sound) == 3 * 22_050 and np.sum(beaten[1:] & ~beaten[:-1]) == 16
    assert not beaten[:50].any() and not beaten[101:].any() and np.abs(sound).max() < 1


def test_a_quiet_sound_whose_own_maximum_is_0_db_brings_no_floor_along():
    quiet = np.append(0.01 * woodpecker(), np.zeros(22_050)).astype(np.float32)
    figure, *_ = bench({"quiet": quiet})(ref="max")
    shown = figure.axes[1].images[0].get_array()
    assert (shown.min(), shown.max()) == (-80, 0)
