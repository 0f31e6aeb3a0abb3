"""Players: samples as they are, and rows to compare."""

import base64
import io
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import audio, players
from helpers.config import AudioConfig
from helpers.datasets import Recording
from helpers.players import Players, Sound, play, sound


@pytest.fixture
def played(monkeypatch):
    """What `play` shows: ``played(x)``."""
    shown = []
    monkeypatch.setattr(players, "display", shown.append)
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "en")

    def call(*arguments, **options):
        play(*arguments, **options)
        return shown[-1]

    return call


@given(st.lists(st.integers(-32768, 32767), max_size=50), st.sampled_from([8000, 22050]), st.booleans())
def test_a_sound_holds_its_samples_unchanged(samples, rate, as_float):
    given_as = np.array(samples) / 32768 if as_float else np.array(samples, np.int16)
    html = Sound(given_as, rate)._repr_html_()
    with wave.open(io.BytesIO(base64.b64decode(html.split("base64,")[1].split('"')[0]))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (rate, 1, 2)
        assert np.frombuffer(file.readframes(99), "<i2").tolist() == samples
    assert html.startswith('<audio controls src="data:audio/wav;base64,') and 'preload="metadata"' in html


def test_play_does_not_normalise_and_says_the_level(played):
    quiet = 0.01 * np.sin(2 * np.pi * 441 * np.arange(22050) / 22050)
    shown = played(quiet)
    assert repr(shown) == "sound: 1.00 s, peak 0.01, -43.0 dBFS"
    assert "1.00 s" in shown._repr_html_() and "-43.0 dBFS" in shown._repr_html_()
    assert np.frombuffer(shown.sounds[0].wav[44:], "<i2").max() == pytest.approx(328, abs=1)
    assert repr(played(np.zeros(0, np.float32))).startswith("sound: 0.00 s, peak 0.00")


def test_play_takes_rates_configs_integers_files_and_recordings(played, tmp_path):
    tone = (0.5 * np.sin(np.arange(8000) / 10)).astype(np.float32)
    config = AudioConfig(sample_rate=8000)
    audio.save(tmp_path / "x.wav", tone, 8000)
    recording = Recording(Path(tmp_path / "x.wav"), "dog_bark", "x")
    ways = [(tone, 8000), (tone, config), (audio.to_int16(tone), 8000), (tmp_path / "x.wav", 8000), (recording, config)]
    shown = [played(*way) for way in ways]
    assert {repr(one) for one in shown} == {"sound: 1.00 s, peak 0.50, -9.0 dBFS"}
    assert len({one.sounds[0].wav for one in shown} | {sound(tone, 8000).wav}) == 1


def test_named_sounds_stand_in_one_box_a_line_each(played):
    shown = played({"낮은 <음>": np.zeros(8000), "high": np.ones(4000)}, 8000)
    assert [line.split(":")[0] for line in repr(shown).splitlines()] == ["낮은 <음>", "high"]
    html = shown._repr_html_()
    assert html.count("<audio") == 2 and html.count("<div") == 1 and "낮은 &lt;음&gt;" in html
    assert repr(played(np.ones(4000), 8000, name="high")) == repr(Players(shown.sounds[1:]))
