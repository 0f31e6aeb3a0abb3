"""Every plot shows what it was given, names its units, is small, and leaves matplotlib as it was."""

import io

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from helpers import plots
from helpers.config import AudioConfig
from helpers.datasets import Event, Recording
from helpers.features import log_mel, mel_filters, mfcc, spectrogram
from helpers.split import consider
from helpers.train import Epoch

CONFIG = AudioConfig()
EVENTS = (Event(0.5, 0.9, "dog_bark"), Event(2.0, 3.5, "dog_bark"), Event(2.1, 3.6, "dog_bark"))
RECORDING = Recording("bark.wav", "dog_bark", "1", 1, EVENTS)


def sound(seconds=4.0):
    t = np.arange(int(seconds * CONFIG.sample_rate)) / CONFIG.sample_rate
    noise = np.random.default_rng(0).standard_normal(len(t))
    return ((0.01 + 0.2 * (t % 1 < 0.3)) * (np.sin(2 * np.pi * 600 * t) + noise)).astype(np.float32)


PIECE = sound(1.0)
TRUTH = np.array([True, True, True, False, False, False, False])
SAID = np.array([0.99, 0.97, 0.31, 0.72, 0.32, 0.12, 0.01])
CURVES = {"precision": [0.5, 1, 1], "recall": [1, 0.5, 0], "false_alarms": [0, 0.2, 1], "hits": [0, 0.8, 1]}
LOOKS = np.outer(np.linspace(0, 1, CONFIG.n_mels), np.linspace(1, 0, CONFIG.piece_frames))
HISTORY = [Epoch(1, 0.7, 0.5, 1.0), Epoch(2, 0.5, 0.8, 2.0), Epoch(3, 0.6, 0.7, 3.0)]
STEPS = ([1.0, 1.1, 1.2], [0.2, 0.9, 0.1], [0.1, 0.6, 0.5])
ANSWERS = ("answered", "probability", "recall")
PLOTS = {
    "wave": lambda: plots.plot_wave(sound(), CONFIG, EVENTS),
    "short wave": lambda: plots.plot_wave(PIECE[:1024], CONFIG),
    "spectrum": lambda: plots.plot_spectrum(spectrogram(PIECE)[:, 10], CONFIG),
    "spectrogram": lambda: plots.plot_spectrogram(spectrogram(PIECE), CONFIG),
    "mel": lambda: plots.plot_mel(log_mel(PIECE), CONFIG),
    "mfcc": lambda: plots.plot_mfcc(mfcc(PIECE), CONFIG),
    "pieces": lambda: plots.plot_pieces(sound(), consider(sound(), RECORDING, CONFIG), RECORDING, CONFIG),
    "filters": lambda: plots.plot_filters(mel_filters(CONFIG), CONFIG),
    "counts": lambda: plots.plot_counts({"dog_bark": 30, "siren": 27, "other_sounds": 31}),
    "history": lambda: plots.plot_history(HISTORY),
    "confusion": lambda: plots.plot_confusion([[30, 2], [5, 40]], ["dog", "other"]),
    "scores": lambda: plots.plot_scores(TRUTH, SAID, 0.5),
    "curves": lambda: plots.plot_curves(CURVES, [(0.9, 0.8, 0.1)]),
    "attention": lambda: plots.plot_attention(log_mel(PIECE), LOOKS, CONFIG),
    "steps": lambda: plots.plot_steps(*STEPS, [0.6, 0.3], [(1.1, 1.2)]),
}


@pytest.fixture(params=PLOTS.values(), ids=PLOTS)
def plot(request):
    return request.param


def test_axes_have_labels_with_units_in_plain_letters(plot):
    axes = plot().axes[0]
    labels = (axes.get_xlabel(), axes.get_ylabel())
    assert all(label.isascii() for label in labels)
    assert axes.get_xlabel() in {"time (s)", "frequency (Hz)", "number of recordings", "epoch", *ANSWERS}


def test_a_figure_is_a_small_png_and_the_same_every_time(plot):
    png = plots.figure_png(plot())
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG" and image.width == plots.WIDTH * plots.DPI
    assert len(png) <= 40_000
    assert png == plots.figure_png(plot()) == plot()._repr_png_()


def test_nothing_of_matplotlib_is_changed_and_no_figure_stays_open(plot):
    before = dict(matplotlib.rcParams)
    plots.figure_png(plot())
    assert dict(matplotlib.rcParams) == before
    assert not plt.get_fignums()


def test_colours_are_kept_when_the_png_gets_its_palette():
    figure = PLOTS["spectrogram"]()
    full = io.BytesIO()
    figure.savefig(full, format="png", dpi="figure")
    small = Image.open(io.BytesIO(plots.figure_png(figure))).convert("RGB")
    difference = np.abs(np.asarray(small).astype(int) - np.asarray(Image.open(full).convert("RGB")))
    assert difference.max() <= 8


@pytest.mark.parametrize("seconds", [0.05, 4.0])
def test_a_wave_shows_its_peaks_at_their_time_on_the_full_scale(seconds):
    audio = np.zeros(int(seconds * CONFIG.sample_rate), np.float32)
    at = len(audio) // 4
    audio[at] = 0.8
    axes = plots.plot_wave(audio, CONFIG).axes[0]
    assert axes.get_ylim() == (-1, 1)
    points = axes.lines[0].get_xydata() if axes.lines else axes.collections[0].get_paths()[0].vertices
    peak = points[points[:, 1].argmax()]
    assert peak == pytest.approx([at / CONFIG.sample_rate, 0.8], abs=seconds / plots.COLUMNS)
    assert plots.plot_wave(audio, CONFIG, limit=0.1).axes[0].get_ylim() == (-0.1, 0.1)


def test_events_are_shaded_where_they_are():
    axes = plots.plot_wave(sound(), CONFIG, EVENTS).axes[0]
    shaded = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in axes.patches]
    assert shaded == [pytest.approx((event.start_s, event.end_s)) for event in EVENTS]


def test_a_tone_stands_at_its_frequency_and_time_in_every_picture_of_it():
    tone = np.zeros(CONFIG.piece_samples, np.float32)
    middle = slice(9_000, 13_000)
    tone[middle] = np.sin(2 * np.pi * 2_000 * np.arange(4_000) / CONFIG.sample_rate)
    levels = spectrogram(tone)
    image = plots.plot_spectrogram(levels, CONFIG).axes[0].images[0]
    left, right, bottom, top = image.get_extent()
    row, column = np.unravel_index(levels.argmax(), levels.shape)
    assert bottom + (row + 0.5) / levels.shape[0] * (top - bottom) == pytest.approx(2_000, abs=22)
    time_s = left + (column + 0.5) / levels.shape[1] * (right - left)
    assert middle.start <= time_s * CONFIG.sample_rate <= middle.stop
    mel = plots.plot_mel(log_mel(tone), CONFIG).axes[0]
    marks = {label.get_text(): tick for label, tick in zip(mel.get_yticklabels(), mel.get_yticks(), strict=True)}
    assert marks["2000"] == pytest.approx(log_mel(tone).max(axis=1).argmax(), abs=0.5)


def test_levels_share_one_scale_unless_told_otherwise():
    for levels in (log_mel(PIECE), log_mel(PIECE * 0.01)):
        assert plots.plot_mel(levels, CONFIG).axes[0].images[0].get_clim() == (CONFIG.floor_db, 0)
    assert plots.plot_mel(levels, CONFIG, limits=(-160, 0)).axes[0].images[0].get_clim() == (-160, 0)


def test_mfcc_colours_are_symmetric_and_fit_all_but_coefficient_0():
    coefficients = mfcc(PIECE)
    low, high = plots.plot_mfcc(coefficients, CONFIG).axes[0].images[0].get_clim()
    assert -low == high == pytest.approx(np.abs(coefficients[1:]).max())
    assert np.abs(coefficients[0]).max() > high


def test_each_piece_has_a_bracket_coloured_by_its_fate():
    pieces = consider(sound(), RECORDING, CONFIG)
    axes = plots.plot_pieces(sound(), pieces, RECORDING, CONFIG).axes[0]
    brackets = {(line.get_xdata()[0], line.get_xdata()[-1]): line for line in axes.lines}
    assert {piece.fate for piece in pieces} == {"kept", "repeated"}
    for piece in pieces:
        assert brackets[piece.start_s, piece.end_s].get_color() == plots.FATES[piece.fate][0]
    overlapping = [line for (start, _), line in brackets.items() if start > 1.5]
    assert len({tuple(line.get_ydata()) for line in overlapping}) == len(overlapping) == 2
    legend = axes.figure.legends[0]
    assert {label.get_text() for label in legend.get_texts()} == {"kept", "repeated"}


def test_every_fate_has_a_colour_and_no_piece_is_no_error():
    loud = consider(sound(), RECORDING, CONFIG)
    quiet = consider(sound(), RECORDING, AudioConfig(gate_dbfs=0))
    spare = consider(sound(), Recording("s.wav", "siren", "2", 1), CONFIG, negatives=1)
    assert {piece.fate for piece in (*loud, *quiet, *spare)} == plots.FATES.keys()
    for pieces in (quiet, spare, []):
        plots.figure_png(plots.plot_pieces(sound(), pieces, RECORDING, CONFIG))


def test_filters_and_counts_are_all_drawn():
    assert len(plots.plot_filters(mel_filters(CONFIG), CONFIG).axes[0].lines) == CONFIG.n_mels
    counts = plots.plot_counts({"dog_bark": 3, "siren": 0}, unit="pieces").axes[0]
    assert [bar.get_width() for bar in counts.patches] == [3, 0]
    assert [label.get_text() for label in counts.get_yticklabels()] == ["dog_bark", "siren"]
    assert counts.get_xlabel() == "number of pieces"


def test_a_history_has_its_loss_on_the_left_and_its_score_if_any_on_the_right():
    left, right = plots.plot_history(HISTORY).axes
    assert left.lines[0].get_xydata().tolist() == [[1, 0.7], [2, 0.5], [3, 0.6]]
    assert right.lines[0].get_xydata().tolist() == [[1, 0.5], [2, 0.8], [3, 0.7]]
    assert left.get_ylim()[0] == 0 and left.get_ylim()[1] > 0.7 and right.get_ylim() == (0, 1.05)
    (alone,) = plots.plot_history([Epoch(1, 0.7, None, 1.0)]).axes
    assert alone.get_ylabel() == "loss" and len(alone.lines) == 1


def test_a_confusion_has_the_truth_down_and_the_answers_across():
    axes = plots.plot_confusion([[30, 2], [5, 40]], ["dog", "other"]).axes[0]
    written = {text.get_position(): text.get_text() for text in axes.texts}  # (column, row)
    assert written == {(0, 0): "30", (1, 0): "2", (0, 1): "5", (1, 1): "40"}
    assert axes.images[0].get_array().tolist() == [[30, 2], [5, 40]]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["dog", "other"]
    assert axes.get_ylabel() == "truth" and axes.get_ylim() == (1.5, -0.5)
    assert {text.get_color() for text in axes.texts} == {"white", "black"}
    plots.figure_png(plots.plot_confusion(np.zeros((2, 2), int), ["dog", "other"]))


@pytest.mark.parametrize("threshold", [0.0, 0.35, 1.0])
def test_scores_are_counted_upwards_for_dogs_and_downwards_for_the_rest(threshold):
    axes = plots.plot_scores(TRUTH, SAID, threshold).axes[0]
    counted = {
        (bars.get_label(), round(bar.get_x(), 2)): bar.get_height()
        for bars in axes.containers
        for bar in bars
        if bar.get_height()
    }
    assert counted == {
        ("dog", 0.95): 2,
        ("dog", 0.3): 1,
        ("other", 0.7): -1,
        ("other", 0.3): -1,
        ("other", 0.1): -1,
        ("other", 0.0): -1,
    }
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


def test_attention_lies_over_the_grey_picture():
    levels = log_mel(PIECE)
    below, above = plots.plot_attention(levels, LOOKS, CONFIG).axes[0].images
    assert np.array_equal(below.get_array(), levels) and below.get_cmap().name == "gray"
    assert np.array_equal(above.get_array(), LOOKS) and above.get_extent() == below.get_extent()
    assert np.array_equal(above.get_alpha() > 0, LOOKS > 0)  # what it does not look at stays as it is


def test_steps_show_probability_score_thresholds_and_events():
    [ax] = plots.plot_steps(*STEPS, [0.6, 0.3], [(1.1, 1.2)]).axes
    probability, score, begin, end = ax.lines
    assert [list(probability.get_xdata()), list(probability.get_ydata()), list(score.get_ydata())] == list(STEPS)
    assert score.get_linewidth() > probability.get_linewidth()
    assert [line.get_ydata()[0] for line in (begin, end)] == [0.6, 0.3]
    [event] = ax.patches
    assert (event.get_x(), event.get_x() + event.get_width()) == (1.1, 1.2)


def test_plots_can_share_a_figure():
    figure, (above, below) = plots.panels(2)
    assert plots.plot_wave(PIECE, CONFIG, ax=above) is figure
    assert plots.plot_mel(log_mel(PIECE), CONFIG, ax=below) is figure
    assert above.lines or above.collections
    assert below.images


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: plots.plot_wave(np.zeros((2, 100))), "[2, 100]"),
        (lambda: plots.plot_wave([]), "[0]"),
        (lambda: plots.plot_spectrum(np.zeros(100)), "n_fft"),
        (lambda: plots.plot_spectrogram(np.zeros((64, 87))), "n_fft"),
        (lambda: plots.plot_mel(np.zeros((3, 64, 87))), "n_mels"),
        (lambda: plots.plot_confusion(np.zeros((2, 3)), ["dog", "other"]), "labels"),
        (lambda: plots.plot_scores(TRUTH, SAID[1:], 0.5), "[6]"),
        (lambda: plots.plot_curves(CURVES | {"hits": [0, 1]}), "[2]"),
        (lambda: plots.plot_attention(np.zeros((64, 87)), np.zeros((64, 80))), "[64, 80]"),
        (lambda: plots.plot_mel(np.zeros((64, 87)), AudioConfig(n_mels=32)), "n_mels"),
        (lambda: plots.plot_mfcc(np.zeros((64, 87))), "n_mfcc"),
        (lambda: plots.plot_filters(mel_filters(CONFIG), AudioConfig(n_fft=2048)), "n_fft"),
        (lambda: plots.plot_history([]), "epochs"),
        (lambda: plots.plot_steps([1.0, 1.1], [0.1, 0.2], [0.1], [0.5]), "[1]"),
    ],
)
def test_another_shape_ends_in_a_sentence(language, make, says):
    with pytest.raises(plots.PlotError) as raised:
        make()
    assert isinstance(raised.value, ValueError)
    assert says in str(raised.value)
