"""A workbench of lesson 14: every parameter between a sound and its score, under `helpers.lesson.explore`."""

import math
from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure

from helpers import audio
from helpers.config import AudioConfig
from helpers.datasets import TARGET, Recording
from helpers.features import log_mel, mfcc
from helpers.messages import text
from helpers.model import differences, load_model
from helpers.players import sound as player
from helpers.plots import BLUE, DPI, GREY, MARKS, VERMILION, WIDTH, draw_frames, mark_bands, plot_wave
from helpers.split import candidate_segments

CONTROLS = {
    "sample_rate": [8_000, 16_000, 22_050, 44_100],
    "segment_seconds": (0.5, 2.0, 0.25),
    "segment_hop_seconds": (0.25, 2.0, 0.25),
    "gate_dbfs": (-60, -10, 5),
    "n_fft": [256, 512, 1024, 2048, 4096],
    "hop_length": ["n_fft/16", "n_fft/8", "n_fft/4", "n_fft/2"],
    "window": ["hann", "hamming", "boxcar"],
    "n_mels": (24, 128, 8),
    "f_min": (0, 1000, 50),
    "f_max": ["rate/2", 3400, 2000],
    "floor_db": (-120, -40, 10),
    "ref": [1.0, "max"],
    "n_mfcc": (2, 20, 1),
}
"""What `bench` can be asked for, as `explore` takes it; all but ``ref`` are parameters of AudioConfig."""

_DEEP_DB = -200  # below every floor, so that a sound that is made louder brings no floor along


def labels():
    """The words in front of the controls, with units."""
    return {name: text(f"bench.{name}") for name in ("sound", *CONTROLS)}


def bench(sounds):
    """A function for `explore`: it draws one of the sounds by any parameters.

    Parameters
    ----------
    sounds : dict of name → array [samples], float32 at ``AudioConfig().sample_rate``

    Returns
    -------
    function look(sound=…, sample_rate=…, n_fft=…, …) → (matplotlib figure, sentences, `Sound`). ``hop_length`` is a
    part of ``n_fft``, ``f_max`` may be ``"rate/2"``, and ``ref="max"`` makes the strongest cell 0 dB. The figure,
    which each call draws anew, shows the waveform, log-mel, MFCCs, and for each segment its level and the pretrained
    detector's score.
    """
    first, figure, model = next(iter(sounds)), _figure(), load_model()

    def look(
        sound=first,
        sample_rate=22_050,
        segment_seconds=1.0,
        segment_hop_seconds=1.0,
        gate_dbfs=-40,
        n_fft=1024,
        hop_length="n_fft/4",
        window="hann",
        n_mels=64,
        f_min=50,
        f_max="rate/2",
        floor_db=-80,
        ref=1.0,
        n_mfcc=13,
    ):
        config = AudioConfig(
            sample_rate=sample_rate,
            segment_seconds=segment_seconds,
            segment_hop_seconds=segment_hop_seconds,
            gate_dbfs=gate_dbfs,
            n_fft=n_fft,
            hop_length=n_fft // int(hop_length.removeprefix("n_fft/")),
            window=window,
            n_mels=n_mels,
            f_min=f_min,
            f_max=None if f_max == "rate/2" else f_max,
            floor_db=floor_db,
            n_mfcc=n_mfcc,
        )
        samples = sounds[sound]
        if sample_rate != AudioConfig().sample_rate:
            samples = audio.resample(samples, AudioConfig().sample_rate, sample_rate)
        return _look(samples, config, ref, sound, model, figure)

    return look


def _figure():
    """Five axes, one above the other, made once: to make them and their ticks takes longer than to draw in them."""
    figure = Figure(figsize=(WIDTH, 5.4), dpi=DPI, layout="none")
    # places of its own, for titles too: finding them anew would take as long as all the rest
    places = {"left": 0.09, "right": 0.98, "top": 0.96, "bottom": 0.08, "hspace": 0.55}
    *_, loudness, score = axes = figure.subplots(5, height_ratios=[1, 2.4, 1, 1.2, 1.2], gridspec_kw=places)
    for ax in axes:
        ax.tick_params(labelsize=8)
        ax.xaxis.set_visible(ax is score)
    loudness.set(ylim=(-70, 0), yticks=(-60, -40, -20, 0))
    score.set(ylim=(-0.05, 1.05), yticks=(0, 0.5, 1))
    return figure


def _look(samples, config, ref, name, model, figure):
    whole = Recording(path=None, label=TARGET, source=name)
    segments = candidate_segments(samples, whole, config)
    levels = log_mel(samples, replace(config, floor_db=_DEEP_DB))
    levels = np.maximum(levels - (levels.max() if ref == "max" else 0), config.floor_db)
    scores, threshold, said = _scores(segments, config, ref, model)

    wave, picture, cepstrum, loudness, score = axes = figure.axes
    for ax in axes:
        for artist in (*ax.images, *ax.collections, *ax.patches, *ax.lines):
            artist.remove()
    _draw_wave(samples, segments, config, wave)
    draw_frames(levels, config, picture, (-0.5, config.n_mels - 0.5), vmin=config.floor_db, vmax=0)
    mark_bands(config, picture, (125, *MARKS))
    draw_frames(mfcc(samples, config)[1:], config, cepstrum, (0.5, config.n_mfcc - 0.5))
    _draw_segments(segments, [segment.rms_dbfs for segment in segments], config.gate_dbfs, loudness)
    _draw_segments(segments, scores, threshold, score)
    titles = ("waveform", "picture", "mfcc", "levels", "scores" if threshold else "refused")
    for ax, title in zip(axes, titles, strict=True):
        ax.set_title(text(f"bench.{title}"), loc="left", fontsize=9, y=1)
        ax.set(xlabel="", ylabel="", xlim=(0, len(samples) / config.sample_rate))
    score.set_xlabel(text("plots.time"), fontsize=9)
    return figure, f"{_facts(segments, config)} {said}", player(samples, config.sample_rate, name)


def _facts(segments, config):
    rate = config.sample_rate
    return text(
        "bench.facts",
        bands=config.n_mels,
        frames=config.segment_frames,
        column=f"{1000 * config.hop_length / rate:.1f}",
        window=f"{1000 * config.n_fft / rate:.0f}",
        row=f"{rate / config.n_fft:.1f}",
        count=len(segments),
        kept=sum(segment.status == "kept" for segment in segments),
    )


def _scores(segments, config, ref, model):
    """A score for each segment that is kept, NaN for the others; the threshold; and a sentence."""
    scores = np.full(len(segments), math.nan)
    if ref != 1.0:
        return scores, None, text("bench.other_ref")
    if names := differences(model.config, config):
        return scores, None, text("bench.other_config", names=", ".join(names))
    kept = [number for number, segment in enumerate(segments) if segment.status == "kept"]
    if kept:
        scores[kept] = model.score(np.stack([segments[number].samples for number in kept]))
    return scores, model.threshold, text("bench.heard", dogs=np.sum(scores >= model.threshold))


def _draw_wave(samples, segments, config, ax):
    plot_wave(samples, config, ax=ax, limit=max(0.05, np.abs(samples).max()))
    for segment in segments:
        if segment.status == "kept":
            ax.axvspan(segment.start_s, segment.end_s, color=BLUE, alpha=0.15, linewidth=0)


def _draw_segments(segments, heights, line, ax):
    """A bar from start to end of each segment, and the line that it has to reach."""
    for status, colour in (("kept", BLUE), ("quiet", GREY)):
        chosen = [number for number, segment in enumerate(segments) if segment.status == status]
        starts, ends = ([getattr(segments[number], end) for number in chosen] for end in ("start_s", "end_s"))
        ax.hlines([heights[number] for number in chosen], starts, ends, color=colour, linewidth=3)
    if line is not None:
        ax.axhline(line, color=VERMILION, linestyle="--", linewidth=1)


def woodpecker(rate=22_050):
    """Three seconds of a hum of 120 Hz, as of a refrigerator, and in the middle one a woodpecker: 16 knocks."""
    seconds = np.arange(3 * rate) / rate
    hum = sum(0.04 * np.sin(2 * np.pi * 120 * number * seconds) for number in range(1, 6))
    late = np.mod(seconds, 1 / 16)
    knocks = np.exp(-late / 0.002) * np.sin(2 * np.pi * 3000 * late)
    return (hum + 0.8 * knocks * (seconds >= 1) * (seconds < 2)).astype(np.float32)
