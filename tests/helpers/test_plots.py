"""Every plot shows what it was given, names its units, is small, and leaves matplotlib as it was."""

import importlib.util
import io
import re
import warnings
from itertools import combinations

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from helpers import plots
from helpers.config import AudioConfig
from helpers.datasets import Event, Recording
from helpers.features import log_mel, mel_filters, mfcc, spectrogram
from helpers.split import candidate_segments
from helpers.train import Epoch
from tests.shared import refused

CONFIG = AudioConfig()
EVENTS = (Event(0.5, 0.9, "dog_bark"), Event(2.0, 3.5, "dog_bark"), Event(2.1, 3.6, "dog_bark"))
RECORDING = Recording("bark.wav", "dog_bark", "1", 1, EVENTS)


def sound(seconds=4.0):
    t = np.arange(int(seconds * CONFIG.sample_rate)) / CONFIG.sample_rate
    noise = np.random.default_rng(0).standard_normal(len(t))
    return ((0.01 + 0.2 * (t % 1 < 0.3)) * (np.sin(2 * np.pi * 600 * t) + noise)).astype(np.float32)


SECOND = sound(1.0)
Y_TRUE = np.array([True, True, True, False, False, False, False])
Y_SCORE = np.array([0.99, 0.97, 0.31, 0.72, 0.32, 0.12, 0.01])
CURVES = {"precision": [0.5, 1, 1], "recall": [1, 0.5, 0], "fpr": [0, 0.2, 1], "tpr": [0, 0.8, 1]}
WEIGHTS = np.outer(np.linspace(0, 1, CONFIG.n_mels), np.linspace(1, 0, CONFIG.segment_frames))
HISTORY = [Epoch(1, 0.7, 0.5), Epoch(2, 0.5, 0.8), Epoch(3, 0.6, 0.7)]
WINDOWS = ([1.0, 1.1, 1.2], [0.2, 0.9, 0.1], [0.1, 0.6, 0.5])
PLOTS = {
    "wave": lambda: plots.plot_wave(sound(), CONFIG, EVENTS),
    "short wave": lambda: plots.plot_wave(SECOND[:1024], CONFIG),
    "spectrum": lambda: plots.plot_spectrum(spectrogram(SECOND)[:, 10], CONFIG),
    "spectrogram": lambda: plots.plot_spectrogram(spectrogram(SECOND), CONFIG),
    "mel": lambda: plots.plot_mel(log_mel(SECOND), CONFIG),
    "mfcc": lambda: plots.plot_mfcc(mfcc(SECOND), CONFIG),
    "segments": lambda: plots.plot_segments(sound(), candidate_segments(sound(), RECORDING), RECORDING, CONFIG),
    "filters": lambda: plots.plot_filters(mel_filters(CONFIG), CONFIG),
    "counts": lambda: plots.plot_counts({"dog_bark": 30, "siren": 27, "other_sounds": 31}),
    "history": lambda: plots.plot_history(HISTORY),
    "confusion": lambda: plots.plot_confusion([[30, 2], [5, 40]], ["dog", "other"]),
    "scores": lambda: plots.plot_scores(Y_TRUE, Y_SCORE, 0.5),
    "curves": lambda: plots.plot_curves(CURVES, [(0.9, 0.8, 0.1)]),
    "Grad-CAM": lambda: plots.plot_grad_cam(log_mel(SECOND), WEIGHTS, CONFIG),
    "windows": lambda: plots.plot_windows(*WINDOWS, [0.6, 0.3], [(1.1, 1.2)]),
}
ACROSS = {"time (s)", "frequency (Hz)", "number of recordings", "epoch", "predicted", "probability", "recall"}


@pytest.mark.slow
@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_a_plot_names_its_units_is_a_small_png_and_leaves_matplotlib_alone(plot):
    before = dict(matplotlib.rcParams)
    figure = plot()
    axes = figure.axes[0]
    assert axes.get_xlabel() in ACROSS and axes.get_ylabel().isascii()
    png = plots.png(figure)
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG" and image.width == plots.WIDTH * plots.DPI
    assert len(png) <= 40_000
    assert png == plots.png(plot().axes[0])
    assert dict(matplotlib.rcParams) == before and not plt.get_fignums()


def test_a_plot_draws_in_given_axes_and_png_keeps_colours_and_closes_figures_of_pyplot():
    figure, full = plt.figure(figsize=(3, 2)), io.BytesIO()
    assert plots.plot_spectrogram(spectrogram(SECOND), CONFIG, figure.subplots()) is figure
    figure.savefig(full, format="png", dpi="figure")
    full = Image.open(full).convert("RGB")
    small = Image.open(io.BytesIO(plots.png(figure))).convert("RGB")
    assert np.abs(np.asarray(small).astype(int) - np.asarray(full)).max() <= 8  # the palette
    assert not plt.fignum_exists(figure.number)
    assert np.array_equal(Image.open(io.BytesIO(plots.png(full))), full)
    assert Image.open(io.BytesIO(plots.encode(full, "jpeg", quality=75))).format == "JPEG"


def test_a_palette_keeps_the_colours_of_what_hides_the_page_and_lets_the_page_through():
    with matplotlib.rc_context():
        plots.set_style()
        one, other = (plots.plot_mel(log_mel(SECOND), CONFIG) for _ in range(2))
        full = Image.open(io.BytesIO(plots.render(one, plots.SHARP, facecolor="none")))
        small = plots.png(other, scale=plots.SHARP, facecolor="none")
    assert len(small) <= 40_000
    full, small = (np.asarray(image.convert("RGBA")).astype(int) for image in (full, Image.open(io.BytesIO(small))))
    assert full.shape[1] == plots.SHARP * plots.WIDTH * plots.DPI
    solid, empty = full[..., 3] == 255, full[..., 3] == 0
    assert solid.mean() > 0.3 and empty.mean() > 0.1
    assert np.abs(small[solid] - full[solid]).max() <= 8 and not small[empty, 3].any()


def contrast(colour, ground):
    light, dark = sorted((_luminance(matplotlib.colors.to_rgb(one)) for one in (colour, ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return np.dot(linear, (0.2126, 0.7152, 0.0722))


def test_the_style_is_read_on_light_and_dark_pages():
    with matplotlib.rc_context():
        plots.set_style()
        axes = plots.plot_wave(SECOND, CONFIG).axes[0]
    words = {label.get_color() for label in (axes.xaxis.label, axes.yaxis.label, *axes.get_xticklabels())}
    assert words == {plots.GREY} and axes.patch.get_facecolor()[3] == 0
    assert contrast(plots.GREY, "white") >= 4.5 and contrast(plots.GREY, "#111111") >= 4
    assert not axes.spines["top"].get_visible() and axes.spines["left"].get_visible()


def test_korean_words_come_from_a_font_and_not_as_boxes_or_warnings(monkeypatch):
    monkeypatch.setattr(plots.fontManager, "ttflist", [f for f in plots.fontManager.ttflist if "Deja" in f.name])
    monkeypatch.setattr(plots.importlib.util, "find_spec", lambda name: None)
    with matplotlib.rc_context(), warnings.catch_warnings():
        plots.set_style()  # on a computer without such a font
        assert matplotlib.rcParams["font.family"] == ["DejaVu Sans"]
        figure = plots.plot_wave(SECOND, CONFIG)
        figure.axes[0].set_title("멍멍")
        plots.png(figure)
        monkeypatch.setattr(plots, "OTHER_HANGUL", ("DejaVu Serif",))
        plots.set_style()
        assert matplotlib.rcParams["font.family"] == ["DejaVu Sans", "DejaVu Serif"]


@pytest.mark.skipif(
    not importlib.util.find_spec("koreanize_matplotlib"), reason="koreanize-matplotlib is not installed"
)
def test_the_package_with_the_korean_font_is_enough(monkeypatch):
    monkeypatch.setattr(plots.fontManager, "ttflist", [f for f in plots.fontManager.ttflist if "Deja" in f.name])
    with matplotlib.rc_context():
        plots.set_style()
        figure = plots.plot_wave(SECOND, CONFIG)
        figure.axes[0].set_title("멍멍 −1")
        plots.png(figure)  # a missing letter warns, which is an error here


@pytest.mark.parametrize("seconds", [0.05, 4.0])
def test_a_wave_shows_its_peaks_and_events_at_their_time_on_the_full_scale(seconds):
    audio = np.zeros(int(seconds * CONFIG.sample_rate), np.float32)
    at = len(audio) // 4
    audio[at] = 0.8
    axes = plots.plot_wave(audio, CONFIG).axes[0]
    assert axes.get_ylim() == (-1, 1)
    points = axes.lines[0].get_xydata() if axes.lines else axes.collections[0].get_paths()[0].vertices
    peak = points[points[:, 1].argmax()]
    assert peak == pytest.approx([at / CONFIG.sample_rate, 0.8], abs=seconds / plots.COLUMNS)
    limited = plots.plot_wave(audio, CONFIG, EVENTS, limit=0.1).axes[0]
    assert limited.get_ylim() == (-0.1, 0.1)
    shaded = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in limited.patches]
    assert shaded == [pytest.approx((event.start_s, event.end_s)) for event in EVENTS]


def test_a_tone_stands_at_its_frequency_and_time_in_every_picture_of_it():
    tone = np.zeros(CONFIG.segment_samples, np.float32)
    middle = slice(9_000, 13_000)
    tone[middle] = np.sin(2 * np.pi * 2_000 * np.arange(4_000) / CONFIG.sample_rate)
    levels = spectrogram(tone)
    left, right, bottom, top = plots.plot_spectrogram(levels, CONFIG).axes[0].images[0].get_extent()
    row, column = np.unravel_index(levels.argmax(), levels.shape)
    assert bottom + (row + 0.5) / levels.shape[0] * (top - bottom) == pytest.approx(2_000, abs=22)
    time_s = left + (column + 0.5) / levels.shape[1] * (right - left)
    assert middle.start <= time_s * CONFIG.sample_rate <= middle.stop
    mel = plots.plot_mel(log_mel(tone), CONFIG).axes[0]
    marks = {label.get_text(): tick for label, tick in zip(mel.get_yticklabels(), mel.get_yticks(), strict=True)}
    assert marks["2000"] == pytest.approx(log_mel(tone).max(axis=1).argmax(), abs=0.5)


def test_levels_share_one_scale_and_mfcc_have_one_that_fits_all_but_coefficient_0():
    for levels in (log_mel(SECOND), log_mel(SECOND * 0.01)):
        assert plots.plot_mel(levels, CONFIG).axes[0].images[0].get_clim() == (CONFIG.floor_db, 0)
    assert plots.plot_mel(levels, CONFIG, limits=(-160, 0)).axes[0].images[0].get_clim() == (-160, 0)
    coefficients = mfcc(SECOND)
    low, high = plots.plot_mfcc(coefficients, CONFIG).axes[0].images[0].get_clim()
    assert -low == high == pytest.approx(np.abs(coefficients[1:]).max())
    assert np.abs(coefficients[0]).max() > high


def test_each_segment_has_a_bracket_coloured_by_its_status():
    siren = Recording("s.wav", "siren", "2", 1)  # whose events nobody annotated
    loud = candidate_segments(sound(), RECORDING, CONFIG)
    quiet = candidate_segments(sound(), RECORDING, AudioConfig(gate_dbfs=0))
    spare = candidate_segments(sound(), siren, CONFIG, negatives=1)
    assert {segment.status for segment in (*loud, *quiet, *spare)} == plots.STATUS.keys()
    for segments, recording in ((loud, RECORDING), (quiet, RECORDING), (spare, siren), ([], siren)):
        axes = plots.plot_segments(sound(), segments, recording, CONFIG).axes[0]
        brackets = {(line.get_xdata()[0], line.get_xdata()[-1]): line for line in axes.lines}
        assert len(brackets) == len(segments)
        for segment in segments:
            assert brackets[segment.start_s, segment.end_s].get_color() == plots.STATUS[segment.status][0]
        rows = {span: line.get_ydata()[1] for span, line in brackets.items()}
        for one, other in combinations(rows, 2):
            assert one[1] <= other[0] or other[1] <= one[0] or rows[one] != rows[other]
        assert axes.get_ylim()[0] <= min(rows.values(), default=-1)
        legend = [label.get_text() for legend in axes.figure.legends for label in legend.get_texts()]
        assert sorted(legend) == sorted({segment.status for segment in segments})


def test_filters_and_counts_are_all_drawn():
    assert len(plots.plot_filters(mel_filters(CONFIG), CONFIG).axes[0].lines) == CONFIG.n_mels
    counts = plots.plot_counts({"dog_bark": 3, "siren": 0}, unit="segments").axes[0]
    assert [bar.get_width() for bar in counts.patches] == [3, 0]
    assert [label.get_text() for label in counts.get_yticklabels()] == ["dog_bark", "siren"]
    assert counts.get_xlabel() == "number of segments"


def test_a_history_has_its_loss_on_the_left_and_its_score_if_any_on_the_right():
    left, right = plots.plot_history(HISTORY).axes
    assert left.lines[0].get_xydata().tolist() == [[1, 0.7], [2, 0.5], [3, 0.6]]
    assert right.lines[0].get_xydata().tolist() == [[1, 0.5], [2, 0.8], [3, 0.7]]
    assert left.get_ylim()[0] == 0 and left.get_ylim()[1] > 0.7 and right.get_ylim() == (0, 1.05)
    (alone,) = plots.plot_history([Epoch(1, 0.7, None)]).axes
    assert alone.get_ylabel() == "loss" and len(alone.lines) == 1


def test_a_confusion_matrix_has_the_truth_down_and_the_predictions_across():
    axes = plots.plot_confusion([[30, 2], [5, 40]], ["dog", "other"]).axes[0]
    written = {text.get_position(): text.get_text() for text in axes.texts}  # (column, row)
    assert written == {(0, 0): "30", (1, 0): "2", (0, 1): "5", (1, 1): "40"}
    assert axes.images[0].get_array().tolist() == [[30, 2], [5, 40]]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["dog", "other"]
    assert axes.get_ylabel() == "true" and axes.get_ylim() == (1.5, -0.5)
    assert {text.get_color() for text in axes.texts} == {"white", "black"}
    empty = plots.plot_confusion(np.zeros((2, 2), int), ["dog", "other"]).axes[0]
    assert {text.get_color() for text in empty.texts} == {"black"}


@pytest.mark.parametrize("threshold", [0.0, 0.35, 1.0])
def test_scores_are_counted_upwards_for_dogs_and_downwards_for_the_rest(threshold):
    axes = plots.plot_scores(Y_TRUE, Y_SCORE, threshold).axes[0]
    counted = {
        (bars.get_label(), round(bar.get_x(), 2)): bar.get_height()
        for bars in axes.containers
        for bar in bars
        if bar.get_height()
    }
    others = {("other", score): -1 for score in (0.7, 0.3, 0.1, 0.0)}
    assert counted == {("dog", 0.95): 2, ("dog", 0.3): 1} | others
    assert any(list(line.get_xdata()) == [threshold] * 2 for line in axes.lines)
    marks = [tick.get_text() for tick in axes.get_yticklabels()]
    assert marks == marks[::-1] and all(mark.isdecimal() for mark in marks)  # no count is negative


def test_curves_go_through_their_points_and_thresholds_are_marked():
    left, right = plots.plot_curves(CURVES, [(0.9, 0.8, 0.1)]).axes
    assert left.lines[0].get_xydata().tolist() == [[1, 0.5], [0.5, 1], [0, 1]]
    assert right.lines[0].get_xydata().tolist() == [[0, 0], [0.2, 0.8], [1, 1]]
    assert left.lines[-1].get_xydata().tolist() == [[0.8, 0.9]]
    assert right.lines[-1].get_xydata().tolist() == [[0.1, 0.8]]
    assert len(plots.plot_curves(CURVES).axes[0].lines) == 1


def test_grad_cam_lies_over_the_grey_picture():
    levels = log_mel(SECOND)
    below, above = plots.plot_grad_cam(levels, WEIGHTS, CONFIG).axes[0].images
    assert np.array_equal(below.get_array(), levels) and below.get_cmap().name == "gray"
    assert np.array_equal(above.get_array(), WEIGHTS) and above.get_extent() == below.get_extent()
    assert np.array_equal(above.get_alpha() > 0, WEIGHTS > 0)  # a part without weight stays as it is


def test_windows_show_probability_smoothed_thresholds_and_events():
    [ax] = plots.plot_windows(*WINDOWS, [0.6, 0.3], [(1.1, 1.2)]).axes
    probability, smoothed, begin, end = ax.lines
    assert [list(probability.get_xdata()), list(probability.get_ydata()), list(smoothed.get_ydata())] == list(WINDOWS)
    assert smoothed.get_linewidth() > probability.get_linewidth()
    assert [line.get_ydata()[0] for line in (begin, end)] == [0.6, 0.3]
    [event] = ax.patches
    assert (event.get_x(), event.get_x() + event.get_width()) == (1.1, 1.2)


@pytest.mark.parametrize(
    ("make", "part"),
    [
        (lambda: plots.plot_wave(np.zeros((2, 100))), "[2, 100]"),
        (lambda: plots.plot_spectrum(np.zeros(100)), "n_fft"),
        (lambda: plots.plot_spectrogram(np.zeros((64, 87))), "n_fft"),
        (lambda: plots.plot_confusion(np.zeros((2, 3)), ["dog", "other"]), "labels"),
        (lambda: plots.plot_scores(Y_TRUE, Y_SCORE[1:], 0.5), "[6]"),
        (lambda: plots.plot_curves(CURVES | {"tpr": [0, 1]}), "[2]"),
        (lambda: plots.plot_grad_cam(np.zeros((64, 87)), np.zeros((64, 80))), "[64, 80]"),
        (lambda: plots.plot_mel(np.zeros((64, 87)), AudioConfig(n_mels=32)), "n_mels"),
        (lambda: plots.plot_mfcc(np.zeros((64, 87))), "n_mfcc"),
        (lambda: plots.plot_filters(mel_filters(CONFIG), AudioConfig(n_fft=2048)), "n_fft"),
        (lambda: plots.plot_history([]), "[0]"),
        (lambda: plots.plot_windows([1.0, 1.1], [0.1, 0.2], [0.1], [0.5]), "[1]"),
    ],
)
def test_another_shape_ends_in_a_sentence(language, make, part):
    with refused("plots.shape", re.escape(part)):
        make()
