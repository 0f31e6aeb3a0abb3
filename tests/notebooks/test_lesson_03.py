"""Lesson 03: what its prose claims is what its outputs show, and what soundfile, numpy and scipy find on their own."""

import re
from collections import Counter

import librosa
import numpy as np
import pytest
import scipy.signal
import soundfile
from stored import Stored, figures

from helpers.messages import text
from tools import build_notebooks as build

LESSON = Stored("03")
printed = LESSON.printed


@pytest.fixture
def bori(builtin_sounds):
    return builtin_sounds.folder / "data" / "dog_bark" / "900000243.wav"


def test_the_first_file_is_what_the_lesson_says_and_librosa_changes_it_as_said(bori):
    samples, rate = soundfile.read(bori)
    assert figures(printed("first"))[:2] == [rate, samples.shape[1]]
    changed, whole, as_it_is = map(figures, printed("load").splitlines())
    assert changed == [round(len(samples) / 2), 22_050]
    assert whole[-3:] == [2, len(samples), rate] and as_it_is == [len(samples), 2, rate]
    np.testing.assert_allclose(librosa.load(bori, sr=None)[0], samples.mean(axis=1), atol=1e-6)  # averages the channels


def test_only_mp3_changes_the_numbers():
    sizes, differences = zip(*(figures(line.split(":")[1]) for line in printed("formats").splitlines()), strict=True)
    assert sizes[0] > 1.5 * sizes[1] > 3 * sizes[2]
    assert differences[:2] == (0, 0) and differences[2] > 0.01


def test_the_sum_is_clipped_and_the_mean_is_not(bori):
    left, right = soundfile.read(bori)[0].T
    mean, total = (figures(line)[0] for line in printed("sum").splitlines())
    assert mean == 0 == np.mean(np.abs(left + right) / 2 >= 1)
    assert total == round(100 * np.mean(np.abs(left + right) >= 1), 1) > 2


def test_the_thinned_whistle_comes_down_again_and_the_resampled_one_is_gone():
    names = {"np": np, "librosa": librosa, "play": lambda *_: None}
    exec(LESSON.sources["whistle"], names)
    f, t, power = scipy.signal.spectrogram(names["thinned"], 11_025, window="hann", nperseg=128)
    loudest, risen = f[power.argmax(axis=0)], 500 + 9_500 * t
    np.testing.assert_allclose(loudest, np.where(risen < 5_512.5, risen, 11_025 - risen), atol=1.5 * f[1])
    late = names["resampled"][-5_512 // 2 :]
    assert np.sqrt(np.mean(late**2)) < 1e-3 * np.sqrt(np.mean(names["thinned"] ** 2))
    assert figures(printed("whistle"))[0] == 5_512.5
    thinned, resampled = (figures(line)[-1] for line in printed("guide-rate").splitlines())
    assert thinned == 0 and resampled > 0.2  # the guide's way is dropping samples


def test_half_a_file_is_read_and_only_the_helper_says_so():
    assert printed("guides-way").count("failed") == 1 and printed("typo").count("failed") == 3
    good, cut = figures(printed("guides-way"))
    assert 0.4 * good < cut < 0.6 * good
    whole, warning, half, refused = printed("each").splitlines()
    assert (whole, half) == (f"good.wav: {good}초", f"cut.wav: {cut}초")
    assert "/cut.wav: " in warning and {good, cut} <= set(figures(warning))
    assert "/fake.wav: " in refused


def test_one_recorded_set_may_be_sold():
    rows = [re.split(r"  +", line) for line in printed("catalogue").splitlines()[1:]]
    assert [row[0] for row in rows if "NC" not in row[-1] and row[-2] != "0 B"] == ["esc10"]


def test_dogs_are_the_largest_class_but_not_the_half(builtin_sounds):
    counts = Counter(recording.path.parent.name for recording in builtin_sounds.recordings)
    assert counts.most_common(1) == [("dog_bark", 165)] and 2 * counts["dog_bark"] < counts.total()
    assert set(figures(printed("count"))) == {counts["dog_bark"], counts.total()}


def test_the_dog_that_barks_now_and_then_is_silent_most_of_the_time(builtin_sounds):
    rows = [figures(line) for line in printed("csv").splitlines()]
    whole, barking = figures(printed("events"))
    assert barking == round(sum(end - start for start, end, _ in rows), 1) < whole / 2
    assert whole == round(soundfile.info(builtin_sounds.folder / "data" / "dog_bark" / "900000386.wav").duration, 1)


def test_recordings_have_seven_rates_and_one_or_two_channels(builtin_sounds):
    rates, channels = Counter(), Counter()
    for recording in builtin_sounds.recordings:
        with soundfile.SoundFile(recording.path) as file:
            rates[file.samplerate] += 1
            channels[file.channels] += 1
    *rows, counted = printed("rates").splitlines()[1:]
    assert {tuple(map(int, line.split())) for line in rows} == set(rates.items()) and len(rates) == 7
    assert figures(counted) == [channels[1], channels[2]]
    jackhammers = [recording.path for recording in builtin_sounds.recordings if recording.label == "jackhammer"]
    assert soundfile.info(jackhammers[8 - 1]).samplerate == 11_025  # why its picture is black at the top


def test_twins_share_a_source_and_no_pair_is_separated(builtin_sounds):
    recordings, sources, twins = figures(printed("twins"))
    names = Counter(re.match(r"\d+", recording.path.name)[0] for recording in builtin_sounds.recordings)
    assert (recordings, sources, twins) == (names.total(), len(names), list(names.values()).count(2))
    assert recordings - sources == twins > 0
    *folds, counted = printed("folds").splitlines()
    assert sum(figures(line)[1] for line in folds) == recordings
    assert sorted(figures(counted)) == [0, twins]


def test_the_messages_quoted_are_the_real_ones(language):
    (path,) = (path for path in build.lessons(language) if path.name.startswith("03"))
    (troubles,) = (cell.source for cell in build.read(path).cells if cell.id == "troubles")
    said = [
        text("download.cut", title="…", fetched="…"),
        text("download.no_space", title="…", needed="…", folder="…", free="…"),
        text("datasets.not_here", name="…"),
        text("audio.not_a_sound", file="…"),
    ]
    quoted = re.findall("“(.+?)”", troubles)
    assert len(quoted) == len(said)
    for whole, part in zip(said, quoted, strict=True):
        assert part.removeprefix("… ") in whole
