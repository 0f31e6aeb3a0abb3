"""Log-mel, MFCC and pictures: equal to librosa, true to the level, and read as they were drawn."""

import io
import shutil

import librosa
import numpy as np
import pytest
import scipy.signal
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import colormaps, figure
from PIL import Image

from helpers import audio
from helpers.config import AudioConfig
from helpers.datasets import TARGET
from helpers.features import (
    FrontEnd,
    levels,
    log_mel,
    mel_filters,
    mel_frequencies,
    mfcc,
    picture,
    read_picture,
    spectrogram,
    write_pictures,
)
from helpers.messages import LessonError
from helpers.segments import read_made, read_segments
from helpers.split import split
from tests.shared import contents
from tools.benchmarks.librosa_difference import differences

CONFIG = AudioConfig()
CONFIGS = {
    "default": CONFIG,
    "guide": AudioConfig(n_fft=2048, hop_length=512, n_mels=128, f_min=0),
    "odd": AudioConfig(
        sample_rate=16_000, n_fft=500, hop_length=123, n_mels=20, f_min=300, f_max=7_000, window="hamming"
    ),
    "deep": AudioConfig(floor_db=-100),
}
SECOND = CONFIG.segment_samples
SETTINGS = settings(max_examples=25)


def tone(frequency, rate=CONFIG.sample_rate, samples=SECOND):
    return np.sin(2 * np.pi * frequency * np.arange(samples) / rate)


def noise(seed, samples=SECOND, level=0.1):
    return level * np.random.default_rng(seed).standard_normal(samples)


@pytest.fixture(scope="module")
def segments():
    """Sounds of many kinds, [n, samples] float32: tonal, noisy, sudden, harmonic, faint, clipped, none at all."""
    t = np.arange(SECOND) / CONFIG.sample_rate
    bark = sum(tone(450 * k) / k for k in range(1, 12)) * np.exp(-12 * t) * np.minimum(1, 50 * t)
    click = np.zeros(SECOND)
    click[SECOND // 3] = 1
    kinds = [tone(1000), scipy.signal.chirp(t, 50, 1, 11_000), noise(0), noise(1, level=1e-4), bark / 3, click]
    return np.stack([*kinds, np.clip(4 * bark, -1, 1), np.zeros(SECOND)]).astype(np.float32)


# Equal to librosa


def assert_log_mel_is_librosas(sounds, config):
    double, single, single_where_loud = differences(sounds, config)
    assert double < 1e-4
    assert single < 0.05
    assert single_where_loud < 0.005


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_log_mel_is_librosas(segments, config):
    assert_log_mel_is_librosas(segments, config)


def test_log_mel_is_librosas_on_real_recordings(real_sounds):
    paths = sorted((real_sounds / "ESC-10").glob("*/1-*.ogg"))[::8]
    assert_log_mel_is_librosas(np.stack([audio.load(path)[:SECOND] for path in paths]), CONFIG)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_each_mel_band_is_a_triangle_between_its_neighbours(config):
    filters, edges = mel_filters(config), mel_frequencies(config)
    frequencies = np.fft.rfftfreq(config.n_fft, 1 / config.sample_rate)
    for band, (low, peak, high) in enumerate(zip(edges, edges[1:], edges[2:], strict=False)):
        np.testing.assert_allclose(filters[band], np.interp(frequencies, (low, peak, high), (0, 1, 0)), atol=1e-9)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_spectrogram_is_librosas(segments, config):
    sounds, window = segments.astype(np.float64), scipy.signal.get_window(config.window, config.n_fft)
    options = {"n_fft": config.n_fft, "hop_length": config.hop_length, "window": config.window}
    amplitude = np.abs(librosa.stft(sounds, pad_mode="constant", **options)) * 2 / window.sum()
    peer = librosa.amplitude_to_db(amplitude, ref=1, amin=10 ** (config.floor_db / 20), top_db=None)
    assert np.abs(spectrogram(sounds, config) - peer).max() < 1e-4


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_mfcc_is_librosas(segments, config):
    peer = librosa.feature.mfcc(S=log_mel(segments.astype(np.float64), config), n_mfcc=config.n_mfcc)
    assert np.abs(mfcc(segments.astype(np.float64), config) - peer).max() < 1e-4
    assert np.abs(mfcc(segments, config) - peer).max() < 0.05


# True to the level


@pytest.mark.parametrize("window", ["hann", "hamming", "blackman", "boxcar"])
def test_a_full_scale_tone_reads_0_db(window):
    config = AudioConfig(window=window)
    levels = spectrogram(tone(100 * config.sample_rate / config.n_fft), config)
    assert levels[100, 5:-5] == pytest.approx(0, abs=1e-6)
    assert levels.argmax(axis=0)[5:-5] == pytest.approx(100)


@given(frequency=st.floats(400, 9_500))
@SETTINGS
def test_a_full_scale_tone_reads_about_0_db_in_its_mel_band(frequency):
    levels = log_mel(tone(frequency))[:, 5:-5]
    assert levels.max(axis=0).min() > -2
    assert levels.max() < 2
    centre = mel_frequencies(CONFIG)[1 + levels[:, 40].argmax()]
    assert librosa.hz_to_mel(centre) == pytest.approx(librosa.hz_to_mel(frequency), abs=0.76)  # the bands' distance


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("floor", [-80.0, -90.0, -123.4])
def test_silence_reads_the_floor(dtype, floor):
    levels = log_mel(np.zeros(SECOND, dtype), AudioConfig(floor_db=floor))
    assert levels.dtype == dtype
    assert levels.shape == (CONFIG.n_mels, CONFIG.segment_frames)
    assert (levels == dtype(floor)).all()


@given(gain=st.floats(-40, 20), seed=st.integers(0, 99))
@SETTINGS
def test_gain_shifts_levels_by_as_much(gain, seed):
    before = log_mel(noise(seed))
    after = log_mel(noise(seed) * 10 ** (gain / 20))
    np.testing.assert_allclose(after, np.maximum(before + gain, CONFIG.floor_db), atol=1e-9)


@given(shape=st.lists(st.integers(1, 3), max_size=3), samples=st.integers(CONFIG.n_fft, 5_000), seed=st.integers(0, 99))
@SETTINGS
def test_a_batch_of_any_shape_is_its_pieces(shape, samples, seed):
    batch = noise(seed, samples=(*shape, samples))
    levels = log_mel(batch)
    assert levels.shape == (*shape, CONFIG.n_mels, 1 + samples // CONFIG.hop_length)
    for index in np.ndindex(*shape):
        np.testing.assert_allclose(levels[index], log_mel(batch[index]), atol=1e-9)


def test_the_front_end_is_what_the_functions_run(segments):
    front_end = FrontEnd(CONFIG)
    batch = torch.from_numpy(segments)
    np.testing.assert_array_equal(front_end(batch).numpy(), log_mel(segments))
    np.testing.assert_array_equal(front_end.spectrogram(batch).numpy(), spectrogram(segments))
    np.testing.assert_array_equal(front_end.mfcc(batch).numpy(), mfcc(segments))
    assert not front_end.state_dict()  # a checkpoint carries the config, not tables that could contradict it


# What cannot be done is said


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: log_mel(np.zeros(CONFIG.n_fft - 1)), "1023"),
        (lambda: log_mel(np.float64(0.5)), "1024"),
        (lambda: log_mel(np.zeros((2, 3))), "[2, 3]"),
        (lambda: log_mel(np.zeros((0, SECOND))), "[0, 22050]"),
        (lambda: log_mel(np.zeros(SECOND, np.int16)), "int16"),
        (lambda: log_mel(np.zeros(SECOND, np.float16)), "float16"),
        (lambda: log_mel(np.array(["bark"])), "U4"),
        (lambda: log_mel(np.r_[np.nan, np.inf, np.zeros(SECOND)]), "2"),
        (lambda: FrontEnd(CONFIG)(torch.zeros(SECOND, dtype=torch.float64)), "float64"),
        (lambda: FrontEnd(AudioConfig(window="round")), "round"),
        (lambda: mel_filters(AudioConfig(n_mels=128, n_fft=256)), "n_mels"),
        (lambda: picture(np.zeros((2, 64, 87))), "(2, 64, 87)"),
        (lambda: picture(np.zeros((64, 0))), "(64, 0)"),
        (lambda: picture(np.zeros((64, 87)), size=(0, 400)), "(0, 400)"),
        (lambda: picture(np.zeros((64, 87)), size=(100_000, 400)), "(100000, 400)"),
    ],
)
def test_misuse_ends_in_a_sentence(language, make, says):
    with pytest.raises(LessonError) as raised:
        make()
    assert says in str(raised.value)


# The picture


def pixels(image):
    return np.asarray(image.convert("RGB"))


def test_a_picture_has_time_to_the_right_and_low_frequencies_at_the_bottom():
    levels = np.full((4, 6), CONFIG.floor_db)
    levels[0, 5] = 0  # lowest band, last frame
    image = picture(levels, size=(60, 40))
    assert image.size == (60, 40)
    dark, bright = ([round(255 * channel) for channel in colormaps["magma"](value)[:3]] for value in (0.0, 1.0))
    expected = np.full((40, 60, 3), dark)
    expected[30:, 50:] = bright
    np.testing.assert_array_equal(pixels(image), expected)


@pytest.mark.parametrize("size", [(1200, 400), (128, 128)])
def test_a_picture_is_what_specshow_draws(segments, size):
    levels = log_mel(segments[4])
    canvas = figure.Figure(figsize=(size[0] / 100, size[1] / 100), dpi=100)
    axes = canvas.add_axes((0, 0, 1, 1))
    librosa.display.specshow(levels, ax=axes, cmap="magma", vmin=CONFIG.floor_db, vmax=0)
    drawn = io.BytesIO()
    canvas.savefig(drawn, format="png")
    ours, peer = pixels(picture(levels, size=size)).astype(int), pixels(Image.open(drawn))
    assert ours.shape == peer.shape
    same = (np.abs(ours - peer) <= 2).all(axis=-1)
    assert same.mean() > 0.95  # the rest lies on the edges between two values


def test_a_small_picture_averages_what_shares_a_pixel():
    levels = np.where(np.arange(64) % 2, 0.0, CONFIG.floor_db) * np.ones((8, 1))
    palette = pixels(picture(np.full((1, 1), CONFIG.floor_db / 2), size=(1, 1)))
    np.testing.assert_allclose(
        pixels(picture(levels, size=(16, 4))).astype(int), np.broadcast_to(palette, (4, 16, 3)), atol=4
    )


@given(floor=st.sampled_from([-40.0, -80.0, -123.4]), seed=st.integers(0, 99))
@SETTINGS
def test_what_is_read_is_what_was_drawn_to_half_a_step(floor, seed):
    config = AudioConfig(floor_db=floor)
    drawn = np.random.default_rng(seed).uniform(floor, 0, (5, 7))
    indices = np.asarray(picture(drawn, config))[::-1]
    read = levels(torch.from_numpy(indices.copy()), config).numpy()
    assert np.abs(read - drawn).max() <= -floor / 255 / 2 + 1e-4
    np.testing.assert_array_equal(indices, np.rint(255 * (drawn - floor) / -floor))


# Pictures of a folder


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    """A folder of 70 segments, more than two batches, as `split` leaves it."""
    folder = tmp_path_factory.mktemp("set")
    for count, label in ((25, TARGET), (45, "rain")):
        for number in range(count):
            path = folder / "sounds" / label / f"{number}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            audio.save(path, noise(number, level=0.02 * (1 + number)), CONFIG.sample_rate)
    split(folder / "sounds", out=folder, progress=False)
    return folder


def test_every_segment_gets_its_picture_and_the_table_goes_along(graph, tmp_path):
    summary = write_pictures(graph, out=tmp_path, progress=False)
    assert summary.drawn == len(read_segments(graph / "graph")) == 70
    assert read_segments(tmp_path / "graph_mfcc") == read_segments(graph / "graph")
    assert read_made(tmp_path / "graph_mfcc")["config"] == CONFIG
    for row in read_segments(tmp_path / "graph_mfcc"):
        expected = picture(log_mel(audio.load(graph / "graph" / row.segment)))
        drawn = read_picture((tmp_path / "graph_mfcc" / row.segment).with_suffix(".png"))
        # float32 sums of a batch and of one segment may round differently, at most to the neighbouring index
        assert np.abs(drawn.astype(int) - np.asarray(expected)[::-1]).max() <= 1


def test_parameters_and_size_can_be_changed_and_the_folder_says_so(graph, tmp_path):
    write_pictures(graph, out=tmp_path, progress=False, n_mels=20, hop_length=512)
    changed = read_made(tmp_path / "graph_mfcc")["config"]
    assert (changed.n_mels, changed.hop_length, changed.sample_rate) == (20, 512, CONFIG.sample_rate)
    assert write_pictures(graph, out=tmp_path, size=(96, 32), progress=False).folder.name == "graph_mfcc_96x32"
    with Image.open(tmp_path / "graph_mfcc_96x32/positive/24_dogbark.png") as image:
        assert image.size == (96, 32)


@pytest.mark.slow
def test_a_second_run_ends_in_the_same_bytes_whatever_the_processes(graph, tmp_path):
    write_pictures(graph, out=tmp_path, progress=False)
    first = contents(tmp_path)
    write_pictures(graph, out=tmp_path, progress=False, jobs=2)
    assert contents(tmp_path) == first


@pytest.mark.parametrize("options", [{"size": (0, 5)}, {"window": "round"}, {"n_mels": 0}])
def test_what_can_never_be_drawn_is_said_before_anything_is_written(graph, tmp_path, options):
    with pytest.raises(LessonError):
        write_pictures(graph, out=tmp_path, progress=False, **options)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [None, b"", b"RIFF", audio.wav_bytes(np.zeros(10), 22_050), -1])
def test_a_segment_that_is_not_what_split_wrote_is_named(graph, tmp_path, content):
    shutil.copytree(graph / "graph", tmp_path / "graph")
    path = tmp_path / "graph" / read_segments(graph / "graph")[7].segment
    whole = path.read_bytes()
    path.unlink() if content is None else path.write_bytes(whole[:content] if content == -1 else content)
    with pytest.raises(LessonError, match=path.name):
        write_pictures(tmp_path, progress=False)
    assert not (tmp_path / "graph_mfcc").exists()


def test_without_segments_the_sentence_says_what_comes_first(language, tmp_path):
    with pytest.raises(LessonError, match="python -m helpers split"):
        write_pictures(tmp_path, progress=False)
