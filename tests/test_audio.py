"""`audio`: every kind of file is read, every kind of fault is named, and nothing between the two."""

import io
import shutil
import subprocess

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import audio, environment
from helpers.audio import (
    SILENCE_DBFS,
    AudioError,
    Resampler,
    dbfs,
    info,
    load,
    load_each,
    resample,
    save,
    stream,
    to_int16,
    to_mono,
)
from helpers.config import AudioConfig

RATE = AudioConfig().sample_rate
HAS_FFMPEG = shutil.which("ffmpeg") is not None
needs_ffmpeg = pytest.mark.skipif(not HAS_FFMPEG, reason="ffmpeg is not installed: it makes the file this test reads.")


def tone(seconds=1.0, rate=44_100, channels=1, hz=440.0, peak=0.5):
    """float32 [samples, channels], the same in each channel."""
    sine = peak * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)
    return np.repeat(sine[:, None], channels, axis=1).astype(np.float32)


def noise(seconds, rate=44_100, peak=0.3):
    return np.random.default_rng(0).uniform(-peak, peak, round(seconds * rate)).astype(np.float32)


def fault(path):
    """The key of the sentence that `load` ends in."""
    with pytest.raises(AudioError) as caught:
        load(path)
    assert path.name in str(caught.value)
    return caught.value.key


def ffmpeg(*arguments, **options):
    return subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True, **options)


# every kind of file


@pytest.mark.parametrize(
    ("container", "subtype", "tolerance"),
    [
        ("WAV", "PCM_U8", 0.01),
        ("WAV", "PCM_16", 1e-4),
        ("WAV", "PCM_24", 1e-5),
        ("WAV", "PCM_32", 1e-5),
        ("WAV", "FLOAT", 1e-5),
        ("WAV", "DOUBLE", 1e-5),
        ("WAV", "IMA_ADPCM", 0.02),
        ("WAV", "MS_ADPCM", 0.02),
        ("WAVEX", "PCM_24", 1e-5),
        ("FLAC", "PCM_16", 1e-4),
        ("FLAC", "PCM_24", 1e-5),
        ("OGG", "VORBIS", 0.02),
        ("AIFF", "PCM_16", 1e-4),
        ("AIFF", "FLOAT", 1e-5),
        ("AU", "PCM_16", 1e-4),
        ("MP3", "MPEG_LAYER_III", 0.02),
    ],
)
@pytest.mark.parametrize("channels", [1, 2])
def test_reads_each_format(tmp_path, container, subtype, tolerance, channels):
    path = tmp_path / "wrongly named.txt"  # the content decides
    expected = tone(1.0, RATE, channels)
    soundfile.write(path, expected, RATE, format=container, subtype=subtype)
    found = load(path)
    assert found.dtype == np.float32 and found.ndim == 1
    assert abs(len(found) - RATE) <= 2048  # ADPCM fills its last block
    inner = slice(2000, 20_000)
    assert np.abs(found[inner] - expected[inner, 0]).max() < tolerance
    said = info(path)
    assert (said.sample_rate, said.channels, said.format, said.subtype) == (RATE, channels, container, subtype)
    assert said.seconds == pytest.approx(len(found) / RATE)


@pytest.mark.parametrize("ending", [".mp3", ".raw", ".vox", ".gsm", ".au", ""])
def test_the_ending_of_a_name_means_nothing(tmp_path, ending):
    path = tmp_path / f"bark{ending}"
    soundfile.write(path, tone(), 44_100, format="WAV")
    assert len(load(path)) == RATE


@needs_ffmpeg
@pytest.mark.parametrize("arguments", [["-c:a", "aac", "-f", "mp4"], ["-c:a", "aac", "-f", "adts"], ["-f", "webm"]])
def test_ffmpeg_reads_what_libsndfile_does_not_know(tmp_path, arguments):
    soundfile.write(tmp_path / "a.wav", tone(1.0, 48_000, 2), 48_000)
    path = tmp_path / "-a phone's.recording"  # a name that a careless command line takes for an option
    ffmpeg("-i", tmp_path / "a.wav", *arguments, f"file:{path}")
    found = load(path)
    assert len(found) / RATE == pytest.approx(1.0, abs=0.06)  # the encoder's own padding
    assert dbfs(found[2000:-2000]) == pytest.approx(dbfs(tone()[:, 0]), abs=0.5)
    assert info(path).sample_rate == 48_000 and info(path).channels == 2


@needs_ffmpeg
def test_without_ffmpeg_m4a_says_what_to_install(tmp_path, monkeypatch):
    soundfile.write(tmp_path / "a.wav", tone(), 44_100)
    ffmpeg("-i", tmp_path / "a.wav", tmp_path / "a.m4a")
    monkeypatch.setattr(environment, "ffmpeg", lambda: None)
    assert fault(tmp_path / "a.m4a") == "audio.needs_ffmpeg"


@needs_ffmpeg
def test_a_cut_off_m4a_is_damaged(tmp_path):
    soundfile.write(tmp_path / "a.wav", noise(5), 44_100)
    ffmpeg("-i", tmp_path / "a.wav", "-movflags", "+faststart", tmp_path / "whole.m4a")
    content = (tmp_path / "whole.m4a").read_bytes()
    (tmp_path / "half.m4a").write_bytes(content[: len(content) // 2])
    assert len(load(tmp_path / "whole.m4a")) >= 5 * RATE
    assert fault(tmp_path / "half.m4a") == "audio.damaged"


@needs_ffmpeg
@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_a_file_written_into_a_pipe_does_not_know_its_length(tmp_path, kind):
    soundfile.write(tmp_path / "a.wav", noise(2), 44_100)
    piped = ffmpeg("-i", tmp_path / "a.wav", "-f", kind, "-", stdout=subprocess.PIPE).stdout
    (tmp_path / "piped").write_bytes(piped)
    assert len(load(tmp_path / "piped")) == 2 * RATE
    assert info(tmp_path / "piped").seconds == 2.0


# odd but sound


def test_eight_channels_are_averaged(tmp_path):
    channels = np.zeros((1000, 8), np.float32)
    channels[:, 3] = 0.8
    soundfile.write(tmp_path / "eight.wav", channels, RATE, subtype="FLOAT")
    assert np.allclose(load(tmp_path / "eight.wav"), 0.1)
    assert info(tmp_path / "eight.wav").channels == 8


def test_silence_is_read(tmp_path):
    soundfile.write(tmp_path / "silent.flac", np.zeros(44_100), 44_100)
    found = load(tmp_path / "silent.flac")
    assert len(found) == RATE and not found.any()


@pytest.mark.parametrize("rate", [8000, 44_100, 96_000])
@pytest.mark.parametrize("samples", [1, 2, 3])
def test_very_short_is_read(tmp_path, samples, rate):
    soundfile.write(tmp_path / "short.wav", np.full(samples, 0.5), rate)
    found = load(tmp_path / "short.wav")
    assert len(found) >= 1 and np.abs(found - 0.5).max() < 0.51


def test_what_a_decoder_overshoots_is_clipped(tmp_path):
    soundfile.write(tmp_path / "loud.wav", tone(peak=1.7), 44_100, subtype="FLOAT")
    found = load(tmp_path / "loud.wav")
    assert found.max() == 1.0 and found.min() == -1.0


@needs_ffmpeg
def test_an_mp3_of_varying_rate_without_an_index_is_read_to_its_end(tmp_path):
    sound = np.concatenate([noise(3), np.zeros(44_100 * 9, np.float32)])
    soundfile.write(tmp_path / "a.wav", sound, 44_100)
    path = tmp_path / "a.mp3"
    ffmpeg("-i", tmp_path / "a.wav", "-q:a", 2, "-write_xing", 0, path)
    assert soundfile.info(path).frames < len(sound) / 2  # what libsndfile believes by itself
    assert len(load(path)) / RATE == pytest.approx(12, abs=0.1)
    assert info(path).seconds == pytest.approx(12, abs=0.1)


@needs_ffmpeg
@pytest.mark.parametrize("rate", [8000, 16_000, 44_100])  # MPEG 2.5, 2 and 1
@pytest.mark.parametrize("before", [bytes(960), b"ID3\x04\0\0\0\0\x01\x00" + bytes(128)])
def test_what_stands_before_an_mp3_does_not_hide_it(tmp_path, rate, before):
    soundfile.write(tmp_path / "a.wav", noise(2, rate), rate)
    ffmpeg("-i", tmp_path / "a.wav", "-id3v2_version", 0, "-q:a", 2, "-write_xing", 0, tmp_path / "a.mp3")
    content = (tmp_path / "a.mp3").read_bytes()
    (tmp_path / "b.mp3").write_bytes(before + content + b"TAG".ljust(128))
    assert np.array_equal(load(tmp_path / "b.mp3"), load(tmp_path / "a.mp3"))
    assert len(load(tmp_path / "a.mp3")) / RATE == pytest.approx(2, abs=0.15)


# faults: each named, each in one sentence


def test_missing(tmp_path):
    assert fault(tmp_path / "nowhere.wav") == "audio.missing"


def test_a_folder(tmp_path):
    assert fault(tmp_path) == "audio.folder"


def test_not_permitted(tmp_path, monkeypatch):
    path = tmp_path / "locked.wav"
    soundfile.write(path, tone(), 44_100)

    def refuse(self):  # chmod would not stop root, who runs tests in containers
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    assert fault(path) == "audio.unreadable"


def test_no_bytes(tmp_path):
    (tmp_path / "empty.wav").touch()
    assert fault(tmp_path / "empty.wav") == "audio.empty"


@pytest.mark.parametrize("container", ["WAV", "FLAC", "AIFF"])
def test_no_samples(tmp_path, container):
    soundfile.write(tmp_path / "empty", np.zeros(0), 44_100, format=container)
    assert fault(tmp_path / "empty") == "audio.empty"


@pytest.mark.parametrize("name", ["notes.txt", "notes.wav", "notes.vox", "notes.raw", "notes.mp3"])
def test_no_sound_file(tmp_path, name):
    (tmp_path / name).write_text("no sound here\n" * 1000, encoding="utf-8")
    assert fault(tmp_path / name) == "audio.not_a_sound"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("channels", [1, 2])
def test_not_finite(tmp_path, value, channels):
    sound = tone(channels=channels)
    sound[1000, 0] = value
    soundfile.write(tmp_path / "a.wav", sound, 44_100, subtype="FLOAT")
    assert fault(tmp_path / "a.wav") == "audio.not_finite"


def test_values_that_were_never_scaled(tmp_path):
    soundfile.write(tmp_path / "a.wav", tone() * 32_768, 44_100, subtype="FLOAT")
    assert fault(tmp_path / "a.wav") == "audio.not_scaled"


@pytest.mark.parametrize("rate", [1, 2_000_000_000])
def test_an_impossible_rate(tmp_path, rate):
    soundfile.write(tmp_path / "a.wav", tone(), rate)
    assert fault(tmp_path / "a.wav") == "audio.damaged"


KINDS = [
    ("WAV", "PCM_U8"),
    ("WAV", "PCM_16"),
    ("WAV", "PCM_24"),
    ("WAV", "FLOAT"),
    ("WAV", "IMA_ADPCM"),
    ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"),
    ("AIFF", "PCM_16"),
    ("AU", "PCM_16"),
    ("W64", "PCM_16"),
    ("RF64", "PCM_16"),
    ("MP3", "MPEG_LAYER_III"),
]


@pytest.mark.parametrize(("container", "subtype"), KINDS)
@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_truncated(tmp_path, container, subtype, kept, monkeypatch):
    path = tmp_path / "whole"
    soundfile.write(path, noise(3), 44_100, format=container, subtype=subtype)
    assert load(path).size
    content = path.read_bytes()
    (tmp_path / "part").write_bytes(content[: round(kept * len(content))])
    with_ffmpeg = fault(tmp_path / "part")
    assert with_ffmpeg in {"audio.truncated", "audio.damaged"}
    monkeypatch.setattr(environment, "ffmpeg", lambda: None)
    assert fault(tmp_path / "part") == with_ffmpeg


@pytest.mark.parametrize(("container", "subtype"), KINDS)
@pytest.mark.parametrize("kept", [4, 20, 40])
def test_a_header_only(tmp_path, container, subtype, kept):
    path = tmp_path / "whole"
    soundfile.write(path, noise(3), 44_100, format=container, subtype=subtype)
    (tmp_path / "head").write_bytes(path.read_bytes()[:kept])
    assert fault(tmp_path / "head") in {"audio.damaged", "audio.not_a_sound", "audio.empty", "audio.truncated"}


@pytest.mark.parametrize(("container", "subtype"), [("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("MP3", "MPEG_LAYER_III")])
def test_overwritten_in_the_middle(tmp_path, container, subtype, capfd):
    path = tmp_path / "a"
    soundfile.write(path, noise(3), 44_100, format=container, subtype=subtype)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3000] = np.random.default_rng(1).bytes(3000)
    path.write_bytes(content)
    assert fault(path) in {"audio.damaged", "audio.truncated"}
    assert capfd.readouterr().err == ""  # libmpg123 would write there


def test_the_sentence_says_how_far_the_file_can_be_read(tmp_path, language):
    soundfile.write(tmp_path / "a.flac", noise(4), 44_100)
    content = (tmp_path / "a.flac").read_bytes()
    (tmp_path / "a.flac").write_bytes(content[: len(content) // 2])
    with pytest.raises(AudioError) as caught:
        load(tmp_path / "a.flac")
    assert 1.0 < float(caught.value.values["seconds"]) <= 2.0
    assert caught.value.values["seconds"] in str(caught.value)


@settings(max_examples=60, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=400),
        st.builds(
            lambda magic, rest: magic + rest,
            st.sampled_from([b"RIFF", b"fLaC", b"OggS", b"ID3", b"\xff\xfb", b"FORM", b"\0" * 8, b"0000ftyp"]),
            st.binary(max_size=400),
        ),
    )
)
def test_any_bytes_end_in_sound_or_in_an_audio_error(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "x.wav"
    _ends_in_sound_or_in_an_audio_error(path, content)


def _ends_in_sound_or_in_an_audio_error(path, content):
    path.write_bytes(content)
    try:
        found = load(path)
    except AudioError as error:
        assert path.name in str(error)
    else:
        assert found.dtype == np.float32 and len(found) and np.isfinite(found).all() and np.abs(found).max() <= 1


@pytest.fixture(scope="module")
def contents():
    """A small file of each kind, as bytes."""
    packed = {}
    for container, subtype in KINDS:
        file = io.BytesIO()
        soundfile.write(file, noise(0.2, 16_000), 16_000, format=container, subtype=subtype)
        packed[container, subtype] = file.getvalue()
    return packed


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    place=st.floats(0, 1, exclude_max=True),
    cut=st.booleans(),
    change=st.integers(1, 255),
)
def test_any_damage_ends_in_sound_or_in_an_audio_error(tmp_path_factory, contents, kind, place, cut, change):
    content = bytearray(contents[kind])
    at = int(place * len(content))
    if cut:
        content = content[:at]
    else:
        content[at] ^= change
    path = tmp_path_factory.mktemp("bytes") / "x.wav"
    _ends_in_sound_or_in_an_audio_error(path, content)


def test_load_each_names_what_it_skips_and_goes_on(tmp_path, capsys):
    for name in ("a.wav", "c.wav"):
        soundfile.write(tmp_path / name, tone(), 44_100)
    (tmp_path / "b.wav").write_bytes(b"")
    paths = [tmp_path / name for name in ("a.wav", "b.wav", "c.wav")]
    skipped = []
    found = list(load_each(paths, on_skip=lambda path, error: skipped.append((path, error.key))))
    assert [path for path, _ in found] == [paths[0], paths[2]]
    assert skipped == [(paths[1], "audio.empty")]
    assert len(list(load_each(paths))) == 2
    assert "b.wav" in capsys.readouterr().out


# the pieces


def test_to_mono_is_the_mean():
    two = np.array([[0.2, 0.4], [-1.0, 1.0]], np.float32)
    assert to_mono(two) == pytest.approx([0.3, 0.0])
    assert to_mono(two).dtype == np.float32
    assert to_mono(two[:, 0]) is not None and to_mono(two[:, 0]).shape == (2,)


@settings(max_examples=40, deadline=None)
@given(
    rate_in=st.sampled_from([8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000]),
    rate_out=st.sampled_from([8000, 16_000, 22_050, 44_100]),
    samples=st.integers(1, 60_000),
)
def test_resample_keeps_the_length_in_seconds(rate_in, rate_out, samples):
    found = resample(np.zeros(samples, np.float32), rate_in, rate_out)
    assert found.dtype == np.float32
    assert len(found) >= 1 and abs(len(found) - samples * rate_out / rate_in) <= 1


@settings(max_examples=25, deadline=None)
@given(
    rate_in=st.sampled_from([11_025, 22_050, 44_100, 48_000, 96_000]),
    rate_out=st.sampled_from([8000, 22_050, 44_100]),
    share=st.floats(0.02, 0.85),
)
def test_resample_keeps_a_tone(rate_in, rate_out, share):
    """What both rates can hold comes through with its loudness."""
    hz = share * min(rate_in, rate_out) / 2
    found = resample(tone(0.5, rate_in, hz=hz)[:, 0], rate_in, rate_out)
    inner = slice(len(found) // 8, -len(found) // 8)
    assert dbfs(found[inner]) == pytest.approx(dbfs(tone(0.5, 44_100)[:, 0]), abs=0.2)


def test_resample_lets_nothing_alias():
    """A tone above half the new rate would come back as a lower one; it must be gone instead."""
    found = resample(tone(1.0, 44_100, hz=15_000.0)[:, 0], 44_100, 22_050)
    assert dbfs(found[1000:-1000]) < -90


@pytest.mark.parametrize(
    ("container", "subtype"),
    [("WAV", "PCM_16"), ("WAV", "FLOAT"), ("FLAC", "PCM_24"), ("OGG", "VORBIS"), ("MP3", "MPEG_LAYER_III")],
)
@settings(max_examples=12, deadline=None)
@given(
    rate_in=st.sampled_from([8000, 11_025, 22_050, 44_100, 48_000]),
    rate_out=st.sampled_from([8000, 22_050, 44_100]),
    samples=st.integers(10, 100_000),
    channels=st.integers(1, 2),
)
def test_a_stream_joined_is_the_whole(tmp_path_factory, container, subtype, rate_in, rate_out, samples, channels):
    path = tmp_path_factory.mktemp("stream") / "sound"
    sound = noise(samples * channels / rate_in, rate_in, 1.2 if subtype == "FLOAT" else 0.9).reshape(-1, channels)
    soundfile.write(path, sound, rate_in, format=container, subtype=subtype)
    config = AudioConfig(sample_rate=rate_out, f_max=rate_out / 2)
    blocks = list(stream(path, config))
    assert all(block.dtype == np.float32 for block in blocks)
    assert max(map(len, blocks)) <= 16_384 * rate_out / rate_in + 5_000  # bit by bit
    assert np.array_equal(np.concatenate(blocks), load(path, config))


def test_a_stream_is_sound_up_to_where_the_file_is_damaged(tmp_path):
    path = tmp_path / "bark.wav"
    sound = noise(3.0, RATE)
    sound[2 * RATE] = np.nan
    soundfile.write(path, sound, RATE, subtype="FLOAT")
    heard = []
    with pytest.raises(AudioError) as caught:
        heard.extend(stream(path))
    assert caught.value.key == "audio.not_finite"
    assert np.array_equal(np.concatenate(heard), sound[: sum(map(len, heard))]) and sum(map(len, heard)) > RATE
    with pytest.raises(AudioError) as caught:
        next(stream(tmp_path / "nowhere.wav"))
    assert caught.value.key == "audio.missing"


@settings(max_examples=40, deadline=None)
@given(
    rate_in=st.sampled_from([8000, 22_050, 44_100, 48_000]),
    rate_out=st.sampled_from([8000, 22_050, 44_100]),
    counts=st.lists(st.integers(0, 4_000), min_size=1, max_size=12).filter(lambda counts: sum(counts) > 10),
)
def test_blocks_are_resampled_as_their_whole(rate_in, rate_out, counts):
    whole = noise(sum(counts) / rate_in, rate_in)
    change = Resampler(rate_in, rate_out)
    blocks = [change(block) for block in np.split(whole, np.cumsum(counts)[:-1])]
    assert np.array_equal(np.concatenate([*blocks, change(None)]), resample(whole, rate_in, rate_out))


def test_dbfs():
    assert dbfs(np.ones(10, np.float32)) == 0.0
    assert dbfs(tone(peak=1.0)) == pytest.approx(-3.01, abs=0.01)
    assert dbfs(np.full(10, 0.1, np.float32)) == pytest.approx(-20.0, abs=1e-5)
    assert dbfs(np.zeros(10)) == dbfs(np.zeros(0)) == dbfs(np.full(10, 1e-15)) == SILENCE_DBFS


@given(st.lists(st.integers(-32_768, 32_767), min_size=1, max_size=50))
def test_to_int16_gives_back_what_a_16_bit_file_held(values):
    samples = np.array(values, np.int16)
    assert np.array_equal(to_int16(samples.astype(np.float32) / 32_768), samples)


def test_to_int16_clips():
    assert to_int16(np.array([-2.0, -1.0, 1.0, 2.0])).tolist() == [-32_768, -32_768, 32_767, 32_767]


@settings(max_examples=30, deadline=None)
@given(
    rate=st.sampled_from([8000, 11_025, 22_050, 44_100, 96_000]),
    samples=st.integers(1, 5000),
    channels=st.integers(1, 8),
    seed=st.integers(0, 99),
)
def test_save_then_load_is_the_same_sound(tmp_path_factory, rate, samples, channels, seed):
    path = tmp_path_factory.mktemp("round") / "a.wav"
    original = np.random.default_rng(seed).uniform(-1, 1, (samples, channels)).astype(np.float32)
    save(path, original, rate)
    found = load(path, AudioConfig(sample_rate=rate, f_max=rate / 2))
    assert found.shape == (samples,)
    assert np.abs(found - original.mean(axis=1)).max() <= 1 / 32_768 + 1e-6  # half a step, a whole one next to 1
    assert info(path) == audio.AudioInfo(rate, channels, samples / rate, "WAV", "PCM_16")


def test_save_leaves_nothing_behind_when_it_fails(tmp_path):
    save(tmp_path / "a.wav", tone(), 44_100)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]
    with pytest.raises(AudioError) as caught:
        save(tmp_path / "no such folder" / "a.wav", tone(), 44_100)
    assert caught.value.key == "audio.not_saved"


# real recordings


def test_the_damaged_recording_is_named_with_and_without_ffmpeg(real_sounds, monkeypatch):
    path = real_sounds / "UrbanSound/data/dog_bark/7383.mp3"
    assert fault(path) == "audio.damaged"
    monkeypatch.setattr(environment, "ffmpeg", lambda: None)
    assert fault(path) == "audio.damaged"


@pytest.mark.slow
def test_all_but_one_of_the_real_recordings_are_read(real_sounds):
    paths = sorted(p for p in (real_sounds / "UrbanSound/data").glob("*/*") if p.suffix != ".csv")
    skipped = []
    seconds = sum(len(sound) / RATE for _, sound in load_each(paths, on_skip=lambda p, _: skipped.append(p.name)))
    assert skipped == ["7383.mp3"]
    assert len(paths) == 192
    assert seconds == pytest.approx(2251.9, abs=0.5)


@pytest.mark.slow
def test_real_recordings_are_streamed_as_they_are_loaded(real_sounds):
    kinds = {}
    for path in sorted((real_sounds / "UrbanSound/data").rglob("*.*")):
        if path.suffix != ".csv" and path.name != "7383.mp3":
            said = info(path)
            kinds.setdefault((said.format, said.subtype, said.sample_rate, said.channels), path)
    assert len(kinds) > 10
    for path in kinds.values():
        assert np.array_equal(np.concatenate(list(stream(path))), load(path)), path
