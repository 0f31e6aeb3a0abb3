"""Log-mel, MFCC and pictures: equal to librosa, true to the level, and drawn once each whatever happens."""

import io
import multiprocessing
import random
import shutil
import sys
import time

import librosa
import numpy as np
import pytest
import scipy.signal
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import colormaps, figure
from PIL import Image

from benchmarks.librosa_difference import differences
from helpers import audio as sound
from helpers import features
from helpers.batch import BatchError
from helpers.config import AudioConfig
from helpers.features import (
    FeatureError,
    FrontEnd,
    deltas,
    log_mel,
    mel_filters,
    mfcc,
    picture,
    spectrogram,
    write_pictures,
)
from helpers.messages import LessonError

CONFIG = AudioConfig()
CONFIGS = {
    "default": CONFIG,
    "guide": AudioConfig(n_fft=2048, hop_length=512, n_mels=128, f_min=0),
    "odd": AudioConfig(
        sample_rate=16_000, n_fft=500, hop_length=123, n_mels=20, f_min=300, f_max=7_000, window="hamming"
    ),
    "deep": AudioConfig(floor_db=-100),
}
SECOND = CONFIG.piece_samples
SETTINGS = settings(max_examples=25, deadline=None)


def tone(frequency, rate=CONFIG.sample_rate, samples=SECOND):
    return np.sin(2 * np.pi * frequency * np.arange(samples) / rate)


def noise(seed, samples=SECOND, level=0.1):
    return level * np.random.default_rng(seed).standard_normal(samples)


@pytest.fixture(scope="module")
def pieces():
    """Sounds of many kinds, [n, samples] float32: tonal, noisy, sudden, harmonic, faint, clipped, none at all."""
    t = np.arange(SECOND) / CONFIG.sample_rate
    bark = sum(tone(450 * k) / k for k in range(1, 12)) * np.exp(-12 * t) * np.minimum(1, 50 * t)
    click = np.zeros(SECOND)
    click[SECOND // 3] = 1
    kinds = [tone(1000), scipy.signal.chirp(t, 50, 1, 11_000), noise(0), noise(1, level=1e-4), bark / 3, click]
    return np.stack([*kinds, np.clip(4 * bark, -1, 1), np.zeros(SECOND)]).astype(np.float32)


# Equal to librosa


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_log_mel_is_librosas(pieces, config):
    double, single, single_where_loud = differences(pieces, config)
    assert double < 1e-4
    assert single < 0.05
    assert single_where_loud < 0.005


def test_log_mel_is_librosas_on_real_recordings(real_sounds):
    paths = sorted((real_sounds / "ESC-10").glob("*/1-*.ogg"))[::8]
    real = np.stack([sound.load(path)[:SECOND] for path in paths])
    double, single, single_where_loud = differences(real, CONFIG)
    assert double < 1e-4
    assert single < 0.05
    assert single_where_loud < 0.005


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_mel_filters_are_librosas(config):
    peer = librosa.filters.mel(
        sr=config.sample_rate,
        n_fft=config.n_fft,
        n_mels=config.n_mels,
        fmin=config.f_min,
        fmax=config.f_max,
        norm=None,
        dtype=np.float64,
    )
    np.testing.assert_allclose(mel_filters(config), peer, atol=1e-12)
    edges = librosa.mel_frequencies(config.n_mels + 2, fmin=config.f_min, fmax=config.f_max)
    np.testing.assert_allclose(config.mel_edges, edges)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_spectrogram_is_librosas(pieces, config):
    window = scipy.signal.get_window(config.window, config.n_fft)
    stft = librosa.stft(
        pieces.astype(np.float64),
        n_fft=config.n_fft,
        hop_length=config.hop_length,
        window=config.window,
        pad_mode="constant",
    )
    peer = librosa.amplitude_to_db(
        np.abs(stft) * 2 / window.sum(), ref=1, amin=10 ** (config.floor_db / 20), top_db=None
    )
    assert np.abs(spectrogram(pieces.astype(np.float64), config) - peer).max() < 1e-4


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_mfcc_is_librosas(pieces, config):
    peer = librosa.feature.mfcc(S=log_mel(pieces.astype(np.float64), config), n_mfcc=config.n_mfcc)
    assert np.abs(mfcc(pieces.astype(np.float64), config) - peer).max() < 1e-4
    assert np.abs(mfcc(pieces, config) - peer).max() < 0.05


@pytest.mark.parametrize("width", [3, 9, 15])
def test_deltas_are_librosas(pieces, width):
    coefficients = mfcc(pieces)
    np.testing.assert_allclose(deltas(coefficients, width), librosa.feature.delta(coefficients, width=width), atol=1e-4)


def test_deltas_of_a_straight_line_are_its_slope():
    np.testing.assert_allclose(deltas(3.0 * np.arange(20) - 7), 3.0)


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
    centre = CONFIG.mel_edges[1 + levels[:, 40].argmax()]
    assert librosa.hz_to_mel(centre) == pytest.approx(librosa.hz_to_mel(frequency), abs=0.76)  # the bands' distance


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("floor", [-80.0, -90.0, -123.4])
def test_silence_reads_the_floor(dtype, floor):
    levels = log_mel(np.zeros(SECOND, dtype), AudioConfig(floor_db=floor))
    assert levels.dtype == dtype
    assert levels.shape == (CONFIG.n_mels, CONFIG.piece_frames)
    assert (levels == dtype(floor)).all()


@given(gain=st.floats(-40, 20), seed=st.integers(0, 99))
@SETTINGS
def test_gain_shifts_levels_by_as_much(gain, seed):
    before = log_mel(noise(seed))
    after = log_mel(noise(seed) * 10 ** (gain / 20))
    np.testing.assert_allclose(after, np.maximum(before + gain, CONFIG.floor_db), atol=1e-9)


@given(level=st.floats(0, 1e-3), seed=st.integers(0, 99))
@SETTINGS
def test_nothing_lies_below_the_floor(level, seed):
    quiet = noise(seed, level=level).astype(np.float32)
    assert log_mel(quiet).min() >= CONFIG.floor_db
    assert spectrogram(quiet).min() == CONFIG.floor_db  # the bins are fainter than the bands


@given(frames=st.integers(1, 20), seed=st.integers(0, 99))
@SETTINGS
def test_a_later_sound_stands_as_many_frames_later(frames, seed):
    shift = frames * CONFIG.hop_length
    long = noise(seed, samples=SECOND + shift)
    later, earlier = log_mel(long[:SECOND]), log_mel(long[shift:])
    edge = CONFIG.n_fft // CONFIG.hop_length  # frames that see the padding
    np.testing.assert_allclose(later[:, frames + edge : -edge], earlier[:, edge : -edge - frames], atol=1e-9)


@given(shape=st.lists(st.integers(1, 3), max_size=3), samples=st.integers(CONFIG.n_fft, 5_000), seed=st.integers(0, 99))
@SETTINGS
def test_a_batch_of_any_shape_is_its_pieces(shape, samples, seed):
    batch = noise(seed, samples=(*shape, samples))
    levels = log_mel(batch)
    assert levels.shape == (*shape, CONFIG.n_mels, 1 + samples // CONFIG.hop_length)
    for index in np.ndindex(*shape):
        np.testing.assert_allclose(levels[index], log_mel(batch[index]), atol=1e-9)


def test_the_front_end_is_what_the_functions_run(pieces):
    front_end = FrontEnd(CONFIG)
    batch = torch.from_numpy(pieces)
    np.testing.assert_array_equal(front_end(batch).numpy(), log_mel(pieces))
    np.testing.assert_array_equal(front_end.spectrogram(batch).numpy(), spectrogram(pieces))
    np.testing.assert_array_equal(front_end.mfcc(front_end(batch)).numpy(), mfcc(pieces))
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
        (lambda: deltas(np.zeros(8)), "8"),
        (lambda: deltas(np.zeros(20), width=4), "4"),
        (lambda: deltas(np.zeros(20), width=1), "1"),
        (lambda: picture(np.zeros((2, 64, 87))), "(2, 64, 87)"),
        (lambda: picture(np.zeros((64, 0))), "(64, 0)"),
        (lambda: picture(np.zeros((64, 87)), size=(0, 400)), "(0, 400)"),
        (lambda: picture(np.zeros((64, 87)), reference="loudest"), "loudest"),
    ],
)
def test_misuse_ends_in_a_sentence(language, make, says):
    with pytest.raises(FeatureError) as raised:
        make()
    assert isinstance(raised.value, ValueError)
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
def test_a_picture_is_what_specshow_draws(pieces, size):
    levels = log_mel(pieces[4])
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


def test_a_fixed_reference_shows_how_loud_a_piece_is_and_its_own_maximum_does_not():
    loud, quiet = log_mel(noise(0)), log_mel(noise(0) * 0.1)
    own, own_quiet = (pixels(picture(levels, reference="piece")) for levels in (loud, quiet))
    np.testing.assert_allclose(own.astype(int), own_quiet, atol=4)
    assert pixels(picture(quiet)).mean() < 0.8 * pixels(picture(loud)).mean()


def test_silence_is_dark_by_either_reference():
    for reference in features.REFERENCES:
        assert pixels(picture(np.full((64, 87), CONFIG.floor_db), reference=reference)).max() < 10


# Pictures of a folder


SIZE = (96, 32)


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    """A folder of 70 pieces, more than two batches, as `split` leaves it."""
    folder = tmp_path_factory.mktemp("set")
    for count, name in ((25, "positive/{}_dogbark.wav"), (45, "negative/{}_other.wav")):
        for number in range(count):
            path = folder / "graph" / name.format(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            sound.save(path, noise(number, level=0.01 * (1 + number)), CONFIG.sample_rate)
    return folder


def written(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.png"))}


def draw(graph, out, **options):
    return write_pictures(graph, out=out, size=SIZE, progress=False, **options)


@pytest.fixture(scope="module")
def undisturbed(graph, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    summary = draw(graph, out)
    assert (summary.positive, summary.negative, summary.skipped) == (25, 45, ())
    return written(out)


def test_every_piece_gets_its_picture(graph, undisturbed):
    assert len(undisturbed) == 70
    for name, content in undisturbed.items():
        piece = graph / "graph" / name.removeprefix("graph_mfcc/").replace(".png", ".wav")
        expected = picture(log_mel(sound.load(piece)), size=SIZE)
        # float32 sums of a batch and of one piece may round differently, at most to the neighbouring colour
        np.testing.assert_allclose(pixels(Image.open(io.BytesIO(content))).astype(int), pixels(expected), atol=4)


def test_pictures_go_beside_the_pieces_unless_told_otherwise(graph, tmp_path):
    shutil.copytree(graph / "graph", tmp_path / "graph")
    assert write_pictures(tmp_path, size=SIZE, progress=False).folder == tmp_path / "graph_mfcc"
    with Image.open(tmp_path / "graph_mfcc/positive/24_dogbark.png") as image:
        assert image.size == SIZE


def test_a_second_run_only_reports(graph, tmp_path, undisturbed, monkeypatch):
    first = draw(graph, tmp_path)
    monkeypatch.setattr(features, "_draw", None)
    assert draw(graph, tmp_path) == first
    assert written(tmp_path) == undisturbed


def test_other_settings_are_refused_until_fresh(graph, tmp_path):
    draw(graph, tmp_path)
    with pytest.raises(BatchError, match="n_mels"):
        draw(graph, tmp_path, config=AudioConfig(n_mels=32))
    before = written(tmp_path)
    assert draw(graph, tmp_path, config=AudioConfig(n_mels=32), fresh=True).positive == 25
    after = written(tmp_path)
    assert after.keys() == before.keys() and after != before


def test_settings_that_no_picture_shows_do_not_matter(graph, tmp_path):
    first = draw(graph, tmp_path)
    assert draw(graph, tmp_path, config=AudioConfig(gate_dbfs=-20, n_mfcc=5)) == first


def test_other_pieces_are_refused(graph, tmp_path):
    shutil.copytree(graph / "graph", tmp_path / "graph")
    draw(tmp_path, tmp_path)
    sound.save(tmp_path / "graph/positive/3_dogbark.wav", noise(77), CONFIG.sample_rate)
    with pytest.raises(BatchError, match="pieces"):
        draw(tmp_path, tmp_path)


def test_what_cannot_be_drawn_is_named_and_the_rest_is_drawn(language, graph, tmp_path):
    shutil.copytree(graph / "graph", tmp_path / "graph")
    (tmp_path / "graph/positive/1_dogbark.wav").write_bytes(b"no sound at all")
    sound.save(tmp_path / "graph/negative/2_other.wav", np.zeros(100), CONFIG.sample_rate)
    sound.save(tmp_path / "graph/negative/3_other.wav", np.zeros(5_000), CONFIG.sample_rate)  # shorter, but long enough
    for summary in (draw(tmp_path, tmp_path), draw(tmp_path, tmp_path)):
        assert (summary.positive, summary.negative) == (24, 44)
        reasons = dict(summary.skipped)
        assert reasons.keys() == {"positive/1_dogbark.wav", "negative/2_other.wav"}
        assert all(isinstance(reason, LessonError) for reason in reasons.values())
        assert "1_dogbark.wav" in str(summary) and "1024" in str(summary) and "44" in str(summary)
    assert len(written(tmp_path)) == 68


@pytest.mark.parametrize("options", [{"size": (0, 5)}, {"config": AudioConfig(window="round")}])
def test_what_can_never_be_drawn_is_said_before_anything_is_written(graph, tmp_path, options):
    with pytest.raises(FeatureError):
        write_pictures(graph, out=tmp_path, progress=False, **options)
    assert not list(tmp_path.iterdir())


def test_without_pieces_the_sentence_says_what_comes_first(language, tmp_path):
    with pytest.raises(FeatureError, match="python -m helpers split"):
        draw(tmp_path, tmp_path)


@pytest.mark.slow
def test_two_processes_draw_the_same(graph, tmp_path, undisturbed):
    draw(graph, tmp_path, jobs=2)
    assert written(tmp_path) == undisturbed


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="A fork server starts warm processes; Windows has none.")
def test_killed_at_any_moment_and_resumed_the_result_is_the_same(graph, tmp_path):
    for copy in range(4):  # more batches to be killed between and within
        for path in (graph / "graph/negative").iterdir():
            target = tmp_path / "graph/negative" / f"{copy}{path.name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    out = tmp_path / "killed"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["helpers.features"])  # imported once, not by each process

    def start():
        options = {"out": out, "size": (600, 200), "progress": False}
        process = context.Process(target=write_pictures, args=(tmp_path,), kwargs=options)
        process.start()
        return process

    start().join()
    expected = written(out)
    assert len(expected) == 180
    moments, drawn = random.Random(0), []
    while len(drawn) < 20:
        if written(out) == expected:
            shutil.rmtree(out)
        enough = moments.randrange(len(written(out)) + 1, 181)
        process = start()
        while process.is_alive() and len(list(out.rglob("*.png"))) < enough:
            time.sleep(0.005)
        time.sleep(moments.uniform(0, 0.01))
        process.kill()
        process.join()
        drawn.append(len(written(out)))
    assert len(set(drawn) - {180}) > 1  # it was hit at work, not only before or after
    write_pictures(tmp_path, out=out, size=(600, 200), progress=False)
    assert written(out) == expected
    assert not list(out.rglob("*.part"))
