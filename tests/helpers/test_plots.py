"""Every plot shows what it was given, names its units, is small, and leaves matplotlib as it was."""

import importlib.util
import io
import re
import warnings

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from helpers import plots
from helpers.config import AudioConfig
from helpers.datasets import Event
from helpers.features import log_mel, spectrogram
from tests.shared import refused

pytestmark = pytest.mark.usefixtures("lesson_style")
CONFIG = AudioConfig()
EVENTS = (Event(0.5, 0.9, "dog_bark"), Event(2.0, 3.5, "dog_bark"), Event(2.1, 3.6, "dog_bark"))


def sound(seconds=4.0):
    t = np.arange(int(seconds * CONFIG.sample_rate)) / CONFIG.sample_rate
    noise = np.random.default_rng(0).standard_normal(len(t))
    return ((0.01 + 0.2 * (t % 1 < 0.3)) * (np.sin(2 * np.pi * 600 * t) + noise)).astype(np.float32)


SECOND = sound(1.0)
PLOTS = {
    "wave": lambda: plots.plot_wave(sound(), CONFIG, EVENTS),
    "short wave": lambda: plots.plot_wave(SECOND[:1024], CONFIG),
    "spectrogram": lambda: plots.plot_spectrogram(spectrogram(SECOND), CONFIG),
    "mel": lambda: plots.plot_mel(log_mel(SECOND), CONFIG),
}


@pytest.mark.slow
@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_a_plot_names_its_units_is_a_small_png_and_leaves_matplotlib_alone(plot, language):
    before = dict(matplotlib.rcParams)
    figure = plot()
    axes = figure.axes[0]
    assert axes.get_xlabel() == {"ko": "시간 (초)", "en": "time (s)"}[language]
    assert axes.get_ylabel().isascii() == (language == "en")
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
    one, other = (plots.plot_mel(log_mel(SECOND), CONFIG) for _ in range(2))
    full = Image.open(io.BytesIO(plots.render(one, plots.SHARP, facecolor="none")))
    small = plots.png(other, scale=plots.SHARP, facecolor="none")
    assert len(small) <= 40_000
    full, small = (np.asarray(image.convert("RGBA")).astype(int) for image in (full, Image.open(io.BytesIO(small))))
    assert full.shape[1] == plots.SHARP * plots.WIDTH * plots.DPI
    solid, empty = full[..., 3] == 255, full[..., 3] == 0
    assert solid.mean() > 0.3 and empty.mean() > 0.1
    assert np.abs(small[solid] - full[solid]).max() <= 8 and not small[empty, 3].any()


def two_panels(title="1.5", low=0, high=1):
    figure, (left, right) = plots.panels(columns=2)
    left.set(title=title, ylim=(low, high), ylabel="level")
    right.imshow(np.eye(3))
    right.axis("off")
    return figure


def sharp(figure):
    return np.asarray(Image.open(io.BytesIO(plots.render(figure, plots.SHARP, facecolor="none"))))


@pytest.mark.parametrize("plot", [*PLOTS.values(), two_panels, lambda: plt.subplots()[0]])
def test_a_sketch_is_what_savefig_draws_also_with_a_layout_found_before(plot):
    layouts, kept, also = {}, plot(), plot()
    for one, other in [(plot(), plot()), (plot().axes[0], plot()), *3 * [(kept, also)]]:
        assert np.array_equal(plots.sketch(one, layouts), sharp(other))
    assert not plt.get_fignums()


@pytest.mark.parametrize("words", [{"title": "two\nlines"}, {"low": -1000}, {"title": "2.5", "low": 1, "high": 2}])
def test_other_words_have_a_layout_of_their_own(words):
    layouts = {}
    plots.sketch(two_panels(), layouts)
    assert np.array_equal(plots.sketch(two_panels(**words), layouts), sharp(two_panels(**words)))


def contrast(colour, ground):
    light, dark = sorted((_luminance(matplotlib.colors.to_rgb(one)) for one in (colour, ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return np.dot(linear, (0.2126, 0.7152, 0.0722))


def test_the_style_is_read_on_light_and_dark_pages():
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


def test_levels_share_one_scale():
    for levels in (log_mel(SECOND), log_mel(SECOND * 0.01)):
        assert plots.plot_mel(levels, CONFIG).axes[0].images[0].get_clim() == (CONFIG.floor_db, 0)
    assert plots.plot_mel(levels, CONFIG, limits=(-160, 0)).axes[0].images[0].get_clim() == (-160, 0)


@pytest.mark.parametrize(
    ("make", "part"),
    [
        (lambda: plots.plot_wave(np.zeros((2, 100))), "[2, 100]"),
        (lambda: plots.plot_spectrogram(np.zeros((64, 87))), "n_fft"),
        (lambda: plots.plot_mel(np.zeros((64, 87)), AudioConfig(n_mels=32)), "n_mels"),
    ],
)
def test_another_shape_ends_in_a_sentence(language, make, part):
    with refused("plots.shape", re.escape(part)):
        make()
