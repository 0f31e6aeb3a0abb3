"""Checks of lesson 05: what may be averaged, and how fine a picture is."""

import numpy as np

from helpers.exercises import Wrong, ask, exercise, idea_behind


@exercise("05-1")
def _(answer):
    """A function (levels in dB) → the level of their mean power in dB."""
    for levels in ([0.0, -20.0], [-60.0, -20.0, -10.0], [-35.0]):
        power, amplitude = 10 ** (np.array(levels) / 10), 10 ** (np.array(levels) / 20)
        wanted = 10 * np.log10(power.mean())
        said = float(ask(answer, levels))
        if np.isclose(said, wanted, atol=0.01):
            continue
        ideas = {
            "decibels": [np.mean(levels)],
            "amplitude": [20 * np.log10(amplitude.mean())],
            "mixed": [20 * np.log10(power.mean()), 10 * np.log10(amplitude.mean())],
            "sum": [10 * np.log10(power.sum())],
            "power": [power.mean()],
        }
        values = {"levels": levels, "said": f"{said:.2f}", "wanted": f"{wanted:.2f}"}
        idea = idea_behind(ideas, lambda results, said=said: np.isclose(said, results, atol=0.01).any())
        raise Wrong(f"exercises.05_1_{idea}", **values)


@exercise("05-2")
def _(answer):
    """A function (samples, sample rate, n_fft, hop length) → (frames, Hz from one row to the next)."""
    for samples, rate, n_fft, hop in (
        (22_050, 22_050, 1024, 256),
        (16_000, 8_000, 512, 160),
        (3_000, 44_100, 2048, 300),
    ):
        values = {"samples": samples, "rate": rate, "n_fft": n_fft, "hop": hop}
        said = np.ravel(ask(answer, samples, rate, n_fft, hop)).astype(float)
        if said.size != 2:
            raise Wrong("exercises.05_2_pair")
        frames, hertz = said
        if frames != 1 + samples // hop:
            ideas = {1 + (samples - n_fft) // hop: "ends", samples // hop: "first"}
            raise Wrong(f"exercises.05_2_{ideas.get(frames, 'frames')}", **values, said=f"{frames:g}")
        if not np.isclose(hertz, rate / n_fft):
            ideas = {rate / n_fft / 2: "half", rate / 2 / (n_fft // 2 + 1): "fence", rate / hop: "hop"}
            idea = next((idea for result, idea in ideas.items() if np.isclose(hertz, result)), "hertz")
            raise Wrong(f"exercises.05_2_{idea}", **values, said=f"{hertz:.2f}")
