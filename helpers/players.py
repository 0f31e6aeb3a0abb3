"""Sounds to hear in a notebook: each a row of its name, a player, its seconds and its level."""

import base64
import html
from pathlib import Path

import numpy as np
from IPython.display import display

from helpers import audio, datasets
from helpers.config import AudioConfig
from helpers.messages import text

GRID = (
    "display: grid; grid-template-columns: auto minmax(110px, 220px) auto auto; gap: 4px 8px; align-items: center;"
    " word-break: keep-all; justify-content: start; color: var(--jp-ui-font-color1, inherit)"
)


class Sound:
    """A player for samples (float in −1…1, or int16), which `IPython.display.Audio` would normalise."""

    def __init__(self, samples, sample_rate, name=None):
        samples = np.asarray(samples)
        self.wav, self.name = audio.wav_bytes(samples, sample_rate), name or ""
        heard = samples / 32768 if samples.dtype == np.int16 else samples
        self.seconds, self.peak = len(samples) / sample_rate, np.abs(heard).max(initial=0.0)
        self.level = f"{audio.rms_dbfs(heard):.1f}"

    def __repr__(self):
        facts = {"seconds": f"{self.seconds:.2f}", "peak": f"{self.peak:.2f}", "level": self.level}
        return text("players.sound", name=self.name or text("players.nameless"), **facts)

    def _repr_html_(self):
        samples = base64.b64encode(self.wav).decode()
        # this beginning is what tools/build_notebooks.py knows a stored sound by
        return (
            f'<audio controls src="data:audio/wav;base64,{samples}" preload="metadata"'
            ' style="width: 100%; min-width: 110px; max-width: 220px; height: 32px"></audio>'
        )


class Players:
    """Sounds under one another, to compare."""

    def __init__(self, sounds):
        self.sounds = list(sounds)

    def __repr__(self):
        return "\n".join(map(repr, self.sounds))

    def _repr_html_(self):
        rows = (
            f"<span>{html.escape(sound.name)}</span>{sound._repr_html_()}"
            f"<span>{text('players.seconds', seconds=f'{sound.seconds:.2f}')}</span><span>{sound.level} dBFS</span>"
            for sound in self.sounds
        )
        return f'<div style="{GRID}">{"".join(rows)}</div>'


def sound(x, rate=AudioConfig(), name=None):
    """A `Sound` for functions under `explore`; parameters as for `play`."""
    config = rate if isinstance(rate, AudioConfig) else AudioConfig(sample_rate=rate)
    x = x.path if isinstance(x, datasets.Recording) else x
    samples = audio.load(x, config) if isinstance(x, (str, Path)) else x
    return Sound(samples, config.sample_rate, name)


def play(x, rate=AudioConfig(), name=None):
    """Show a player with seconds and RMS level; nothing is normalised, so quiet sounds stay quiet.

    Parameters
    ----------
    x : float array [samples] in −1…1 (or int16), or the path of a file, or a Recording; or a dict of name → any of
        these, which stand under one another
    rate : int (Hz) or AudioConfig
    name : str, in front of the player
    """
    sounds = x if isinstance(x, dict) else {name: x}
    display(Players(sound(one, rate, name) for name, one in sounds.items()))
