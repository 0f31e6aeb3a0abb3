"""Lesson 03: what it reads by hand is what the helper reads, and what its prose claims is what its outputs show."""

import re

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from stored import Stored, figures

from helpers import audio

LESSON = Stored("03")
printed = LESSON.printed
load_by_hand = LESSON.function("load_by_hand", audio=audio, np=np, soundfile=soundfile)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("by-hand")


@given(
    rate=st.sampled_from([8_000, 11_025, 22_050, 44_100, 48_000, 96_000]),
    kind=st.sampled_from(["wav PCM_U8", "wav PCM_24", "wav FLOAT", "flac PCM_16", "ogg VORBIS"]),
    channels=st.integers(1, 8),
    length=st.integers(500, 4_000),
    seed=st.integers(0, 2**16),
)
def test_reading_by_hand_is_the_helpers(folder, rate, kind, channels, length, seed):
    """Of channels that hold much the same, as the lesson says: of others the helper takes the loudest one alone."""
    ending, subtype = kind.split()
    path = folder / f"sound.{ending}"
    random = np.random.default_rng(seed)
    samples = random.uniform(-0.5, 0.5, (length, 1)) + random.uniform(-0.5, 0.5, (length, channels))
    soundfile.write(path, samples, rate, subtype=subtype)
    np.testing.assert_allclose(load_by_hand(path), audio.load(path), atol=1e-6)


def test_adding_channels_is_not_the_helpers(folder):
    path = folder / "stereo.wav"
    soundfile.write(path, np.full((500, 2), 0.4), 22_050)
    assert np.abs(load_by_hand(path, merge=np.sum) - audio.load(path)).min() > 0.3


def test_outputs_show_what_the_prose_claims():
    assert "True" in printed("count")
    barking, whole = figures(printed("events"))[-2:]
    assert 2 * barking < whole  # most of a dog recording may be no dog
    assert printed("csv").count("dog_bark") > 2
    kinds = {line.split(":")[0]: figures(line) for line in printed("formats-table").splitlines()}
    assert len(kinds["sample_rate"]) >= 10 and len(kinds["channels"]) == 4  # several rates, mono and stereo

    assert "channels 2" in printed("by-hand") and "sample_rate 22050" not in printed("by-hand")
    assert printed("by-hand").endswith("audio.load: True\n")
    mean, total = (figures(line)[0] for line in re.findall(r"(?:mean|sum): .*", printed("sum")))
    assert mean == 0 and total >= 2
    assert re.findall("True|False", printed("alias-seen")) == ["True", "False"]  # it came back down; it faded away
    assert re.findall("True|False", printed("pydub")) == ["True", "False"]  # the guide's is the thinned one

    recordings, sources, twins = figures(printed("two-takes"))[:3]
    assert recordings - sources == twins > 0
    assert printed("folds").endswith("sources in two folds: 0\n")


def test_half_a_file_is_read_and_only_the_helper_says_so():
    assert printed("guides-way").count("failed") == 1 and printed("typo").count("failed") == 3
    good, cut = figures(printed("guides-way"))
    assert 0.4 * good < cut < 0.6 * good
    whole, warning, half, refused = printed("each").splitlines()
    assert (whole, half) == (f"good.wav: {good} s", f"cut.wav: {cut} s")
    assert "/cut.wav: " in warning and {good, cut} <= set(figures(warning))
    assert "/fake.wav: " in refused
