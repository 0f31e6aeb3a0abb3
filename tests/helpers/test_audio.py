"""`audio`: whatever can be read is read, and whatever is missing or was changed is named."""

import io
import os
import re
import shutil
import struct
import subprocess
import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.sound import quiet
from helpers import audio
from helpers.audio import AudioError, AudioWarning, Resampler, info, load, read, resample, rms_dbfs, stream
from helpers.config import AudioConfig
from tests.shared import refused

RATE = AudioConfig().sample_rate
needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed.")


def noise(seconds, rate=RATE, peak=0.3, seed=0):
    return in_16_bits(np.random.default_rng(seed).uniform(-peak, peak, round(seconds * rate)))


def tone(seconds=1.0, rate=RATE, hz=440.0, peak=0.5):
    return in_16_bits(peak * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate))


def in_16_bits(samples):
    """float32 samples that 16-bit files give back exactly."""
    return (np.round(samples * 32_768) / 32_768).astype(np.float32)


def packed(samples, rate=RATE, kind="WAV"):
    """A sound file of a kind ("WAV" or "WAV/PCM_24") as bytes."""
    file, (container, _, subtype) = io.BytesIO(), kind.partition("/")
    soundfile.write(file, samples, rate, format=container, subtype=subtype or None)
    return file.getvalue()


def written(path, content):
    path.write_bytes(content)
    return path


def fault(path):
    """The key of the sentence that `load` ends in."""
    with pytest.raises(AudioError) as caught:
        load(path)
    assert path.name in str(caught.value)
    return caught.value.key.removeprefix("audio.")


def noted(path, config=AudioConfig()):
    """The samples of a file, and what is said of it by key."""
    samples, notes = read(path, config)
    assert samples.dtype == np.float32 and np.isfinite(samples).all() and np.abs(samples).max() <= 1
    return samples, {note.key.removeprefix("audio."): note.values for note in notes}


def ffmpeg(*arguments):
    return subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True, capture_output=True).stdout


def encoded(folder, command, samples=None, rate=RATE):
    """A file that ffmpeg wrote; the command is a name and options."""
    name, *options = command.split()
    soundfile.write(folder / "source.wav", noise(4, rate) if samples is None else samples, rate)
    ffmpeg("-i", folder / "source.wav", *options, folder / name)
    return folder / name


# every kind of file

EXACT = "WAV/PCM_16 WAV/PCM_24 WAV/FLOAT WAVEX/PCM_24 FLAC/PCM_16 AIFF/PCM_16 AU/PCM_16 CAF/PCM_16 W64/PCM_16 "
EXACT += "RF64/PCM_16"
LOSSY = "WAV/PCM_U8 WAV/IMA_ADPCM OGG/VORBIS MP3/MPEG_LAYER_III"
KINDS = EXACT.split() + LOSSY.split()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channels", [1, 2])
def test_reads_each_format(tmp_path, kind, channels):
    sound = tone()
    path = written(tmp_path / "wrongly named.vox", packed(np.stack([sound] * channels, 1), RATE, kind))
    found, notes = noted(path)
    assert not notes and abs(len(found) - RATE) <= 2048  # ADPCM fills its last block
    assert np.array_equal(found, sound) if kind in EXACT else np.abs(found[:RATE] - sound)[2000:20_000].max() < 0.02
    said = info(path)
    assert (said.sample_rate, said.channels, f"{said.format}/{said.subtype}") == (RATE, channels, kind)
    assert said.seconds == pytest.approx(len(found) / RATE)


FOREIGN = (
    "a.m4a -c:a aac; alac.m4a -c:a alac; a.aac; a.webm -c:a libopus; a.wma; s.mov -c:a pcm_s24le; d.mkv -c:a pcm_f64le;"
    " y.wav -c:a adpcm_yamaha; ac3.wav -c:a ac3; mp2.wav -c:a mp2; ima4.caf -c:a adpcm_ima_qt; opus.caf -c:a libopus; "
    "flac.oga -c:a flac -f ogg; speex.ogg -c:a libspeex; m4a.raw -c:a aac -f mp4; m4a.wav -c:a aac -f mp4; "
    "live.webm -c:a libopus -live 1"
)


@pytest.mark.slow
@needs_ffmpeg
@pytest.mark.parametrize("command", FOREIGN.split("; "))
def test_ffmpeg_reads_what_libsndfile_does_not(tmp_path, monkeypatch, command):
    path = encoded(tmp_path, command, rate=32_000)
    said, expected = info(path), np.frombuffer(ffmpeg("-i", path, "-f", "f32le", "-"), "<f4")
    (tmp_path / "-i").mkdir()
    monkeypatch.chdir(tmp_path / "-i")
    found, notes = noted(Path("..", path.name), AudioConfig(sample_rate=said.sample_rate))
    assert not notes and said.channels == 1
    assert np.abs(found - expected.clip(-1, 1)).max() < 1.1 / 32_768
    assert said.seconds == pytest.approx(len(found) / said.sample_rate, abs=0.12)


@needs_ffmpeg
@pytest.mark.parametrize(("head", "size", "rate"), [(b"#!AMR\n<", 32, 8000), (b"#!AMR-WB\nD", 61, 16_000)])
def test_reads_amr(tmp_path, head, size, rate):
    *magic, frame_type = head
    frames = [bytes([frame_type]) + np.random.default_rng(n).bytes(size - 1) for n in range(100)]
    path = written(tmp_path / "phone.amr", bytes(magic) + b"".join(frames))
    assert len(noted(path)[0]) == pytest.approx(2 * RATE, abs=2) and info(path).sample_rate == rate


@needs_ffmpeg
def test_ffmpeg_decodes_a_long_recording_in_parts(tmp_path, monkeypatch):
    path = encoded(tmp_path, "long.mkv -c:a flac")
    whole = load(path)
    monkeypatch.setattr("formats.sound._FFMPEG_S", 2)
    found, notes = noted(path)
    assert abs(len(found) - len(whole)) < 0.002 * RATE and not notes
    assert np.array_equal(found[: 2 * RATE - 50], whole[: 2 * RATE - 50])


@needs_ffmpeg
def test_without_ffmpeg_what_to_install_is_said(tmp_path, monkeypatch):
    path, notes = encoded(tmp_path, "a.m4a"), written(tmp_path / "notes.wav", b"no sound here\n" * 1000)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert fault(path) == "needs_ffmpeg" and fault(notes) == "not_a_sound"


# lengths that are not so


HEADERS = "WAV data 4 <i|AIFF SSND 4 >i|AU .snd 8 >i|CAF data 4 >q|RF64 ds64 16 <q|BW64 ds64 16 <q|FLAC fLaC 22 >i"


@pytest.mark.parametrize("stated", [0, 1, 1000, 44_099, 44_100, -1])
@pytest.mark.parametrize("where", HEADERS.split("|"))
def test_a_wrong_length_in_a_header_is_not_believed(tmp_path, where, stated):
    container, marker, offset, form = where.split()
    content = bytearray(packed(noise(2), kind=container.replace("BW64", "RF64")).replace(b"RF64", container.encode()))
    struct.pack_into(form, content, content.find(marker.encode()) + int(offset), stated)
    found, notes = noted(written(tmp_path / "a", content))
    assert np.array_equal(found, noise(2))
    assert list(notes) == (["incomplete"] if container == "FLAC" and stated == -1 else [])


HEADS = b"ID3\4\0\0\0\0\x08\0" + bytes(1024), bytes(960)
HEADS += (b"ID3\4\0\x10\0\0\x08\0" + bytes(1024) + b"3DI\4\0\x10\0\0\x08\0",)  # a tag with a footer
TAILS = b"TAG".ljust(128, b"\0"), b"\n", b"\0", bytes(5000), b"LIST\x1a\3\0\0".ljust(802, b"x")


@pytest.mark.parametrize("kind", ["FLAC", "WAV", "AIFF", "OGG", "MP3"])
@pytest.mark.parametrize(("before", "behind"), [(head, b"") for head in HEADS] + [(b"", tail) for tail in TAILS])
def test_what_stands_around_the_sound_is_neither_damage_nor_sound(tmp_path, kind, before, behind):
    content = packed(noise(2), kind=kind)
    found, notes = noted(written(tmp_path / "a", before + content + behind))
    assert np.array_equal(found, load(written(tmp_path / "b", content))) and not notes


# several files in one


@pytest.mark.parametrize("kind", ["WAV", "AIFF", "AU", "CAF", "RF64", "FLAC", "OGG", "MP3"])
@pytest.mark.parametrize("second_rate", [RATE, 32_000])
def test_joined_files_are_read_to_the_end(tmp_path, kind, second_rate):
    contents = [packed(noise(2), RATE, kind), packed(noise(1, second_rate), second_rate, kind)]
    parts = [load(written(tmp_path / "part", content)) for content in contents]
    found, notes = noted(written(tmp_path / "joined", b"".join(contents)))
    assert info(tmp_path / "joined").seconds == pytest.approx(3, abs=0.15) and not notes
    if kind == "MP3":  # the second part keeps its encoder's delay
        assert len(found) / RATE == pytest.approx(3, abs=0.15)
    else:
        assert np.array_equal(found, np.concatenate(parts))


@pytest.mark.slow
@needs_ffmpeg
@pytest.mark.parametrize("command", ["a.m4a", "a.webm", "a.opus", "speex.ogg -c:a libspeex"])
def test_joined_files_that_ffmpeg_wrote_are_read_to_the_end(tmp_path, command):
    path = encoded(tmp_path, command, rate=16_000)
    assert len(load(written(path, path.read_bytes() * 2))) / RATE == pytest.approx(8, abs=0.25)


@pytest.mark.slow
@needs_ffmpeg
@pytest.mark.parametrize("command", ["a.flac", "a.ogg", "a.opus", "a.mp3", "a.m4a", "a.webm -c:a libopus"])
def test_a_part_that_was_cut_out_without_encoding_it_anew_is_read_whole(tmp_path, command):
    path = encoded(tmp_path, command, rate=48_000)
    ffmpeg("-ss", "1", "-t", "2", "-i", path, "-c", "copy", part := path.with_stem("part"))
    found, notes = noted(part)
    assert len(found) / RATE == pytest.approx(2, abs=0.15)
    assert list(notes) == (["incomplete"] if path.suffix == ".flac" else [])  # its header still states the whole


# mp3


@pytest.mark.slow
@needs_ffmpeg
@pytest.mark.parametrize("rate", [8000, 22_050, 44_100])  # MPEG 2.5, 2 and 1
@pytest.mark.parametrize("count", [None, 0, 20, 10_000, "VBRI"])
def test_the_index_of_an_mp3_is_not_believed(tmp_path, rate, count):
    sound = np.concatenate([noise(3, rate), np.zeros(rate * 3, np.float32)])  # libsndfile guesses from the loud part
    path = encoded(tmp_path, f"a.mp3 -q:a 2 -write_xing {int(isinstance(count, int))}", sound, rate)
    content = bytearray(path.read_bytes())
    if count == "VBRI":  # Fraunhofer's index, in a place of its own; it states 20 frames
        struct.pack_into(">4s10xI", content, re.search(rb"\xff[\xfb\xf3\xe3]", content).start() + 36, b"VBRI", 20)
    elif count is not None:
        struct.pack_into(">I", content, max(content.find(b"Xing"), content.find(b"Info")) + 8, count)
    found, notes = noted(written(path, content))
    assert len(found) / RATE == pytest.approx(6, abs=0.25)
    assert list(notes) == (["incomplete"] if count == 10_000 else [])
    joined = written(tmp_path / "joined.mp3", content + b"APETAGEX" + bytes(3000) + b"TAG".ljust(128) + content)
    assert len(load(joined)) / RATE == pytest.approx(12, abs=0.5)


@needs_ffmpeg
def test_an_mp3_is_found_wherever_it_begins_and_whatever_it_is_wrapped_in(tmp_path):
    content = encoded(tmp_path, "a.mp3", rate=44_100).read_bytes()
    written(tmp_path / "within a frame", content[700:])
    written(tmp_path / "behind junk", np.random.default_rng(0).bytes(3000) + content)
    encoded(tmp_path, "in_a.wav -c:a libmp3lame -q:a 4", rate=44_100)
    silence = b"TLEN" + bytes(5990)  # what an ID3 tag may hold
    for size in (6000, 10, 9000, 2**28 - 1):  # the first is right
        bits = bytes(size >> 7 * place & 127 for place in (3, 2, 1, 0))
        written(
            tmp_path / f"tag of {size}", b"ID3\4\0\0" + bits + silence + content[10 + content[9] + 128 * content[8] :]
        )
    for name in ("within a frame", "behind junk", "in_a.wav", *(path.name for path in tmp_path.glob("tag of *"))):
        found, notes = noted(tmp_path / name)
        assert len(found) / RATE == pytest.approx(4, abs=0.1) and not notes


def test_a_flac_is_never_taken_for_an_mp3(tmp_path):
    frames = packed(noise(1), kind="MP3")
    tag = b"ID3\4\0\0" + bytes([0, len(frames) >> 14, len(frames) >> 7 & 127, len(frames) & 127])
    path = written(tmp_path / "a.flac", tag + frames + packed(noise(2), kind="FLAC"))
    assert np.array_equal(load(path), noise(2))


# cut off and damaged: used as far as it goes, and named


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"OGG/VORBIS"}))
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_cut_is_named_and_what_is_there_is_used(tmp_path, kind, kept):
    content = packed(noise(3), RATE, kind)
    found, notes = noted(written(tmp_path / "part", content[: round(kept * len(content))]))
    ((key, said),) = notes.items()
    assert key in {"incomplete", "damaged_end"} and said["seconds"] == f"{len(found) / RATE:.2f}"
    assert float(said["total"]) == pytest.approx(3, abs=0.15)
    assert len(found) / RATE == pytest.approx(3 * kept, abs=0.25)
    same = len(found) if kind in EXACT else len(found) - 1152
    assert np.array_equal(found[:same], load(written(tmp_path / "whole", content))[:same])


CUT = "a.webm; a.mkv; a.mp4 -movflags frag_keyframe+empty_moov; a.wma; a.avi; a.wav -c:a ac3; a.caf -c:a adpcm_ima_qt; "
CUT += "a.oga -c:a flac -f ogg"


@pytest.mark.slow
@needs_ffmpeg
@pytest.mark.parametrize("command", CUT.split("; "))
def test_a_cut_is_named_in_what_ffmpeg_decodes(tmp_path, command):
    path = encoded(tmp_path, command, noise(10, 48_000), 48_000)
    found, notes = noted(written(path, path.read_bytes()[: path.stat().st_size // 3]))
    assert 2 < len(found) / RATE < 4.5 and list(notes) in (["incomplete"], ["breaks_off"])


@needs_ffmpeg
def test_what_is_left_of_a_mostly_damaged_file_is_used(tmp_path):
    path = encoded(tmp_path, "a.tta")
    content = bytearray(path.read_bytes())
    content[len(content) // 3 :] = np.random.default_rng(0).bytes(len(content) - len(content) // 3)
    found, notes = noted(written(path, content))
    assert 0.5 < len(found) / RATE < 2 and list(notes) == ["incomplete"]


def pages(content):
    """The pages of an ogg."""
    while content:
        size = 27 + content[26] + sum(content[27 : 27 + content[26]])
        yield bytearray(content[:size])
        content = content[size:]


def sealed(page):
    """A page with the right checksum."""
    page[22:26], crc = bytes(4), 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFF_FFFF
    page[22:26] = struct.pack("<I", crc)
    return page


@pytest.mark.slow
@needs_ffmpeg
@pytest.mark.parametrize("name", ["a.opus", "a.ogg"])
@pytest.mark.parametrize("change", ["no end mark", "ends late", "ends at 0", "ends at -1"])
def test_an_ogg_is_whole_if_its_last_page_is(tmp_path, name, change):
    *first, last = pages(encoded(tmp_path, name, rate=48_000).read_bytes())
    end = int.from_bytes(last[6:14], "little")
    last[5] &= 0 if change == "no end mark" else 4
    last[6:14] = struct.pack("<q", {"ends late": end + 1920, "ends at 0": 0, "ends at -1": -1}.get(change, end))
    content = b"".join([*first, sealed(last)])
    found, notes = noted(written(tmp_path / name, content))
    assert len(found) / RATE == pytest.approx(4, abs=0.05) and not notes
    found, notes = noted(written(tmp_path / name, content[:-1]))
    assert len(found) / RATE > 2 and list(notes) == ["breaks_off"]


@pytest.mark.parametrize("kind", ["FLAC", "OGG", "MP3"])
def test_overwritten_in_the_middle(tmp_path, kind, capfd):
    content = bytearray(packed(noise(3), kind=kind))
    middle = len(content) // 2
    content[middle : middle + 3000] = np.random.default_rng(1).bytes(3000)
    found, notes = noted(written(tmp_path / "a", content))
    assert 1 < len(found) / RATE < 3 and len(notes) == 1
    assert capfd.readouterr().err == ""  # libmpg123 would write there


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("kept", [4, 20, 24])
def test_a_header_only(tmp_path, kind, kept):
    assert fault(written(tmp_path / "head", packed(noise(3), RATE, kind)[:kept])) in {"damaged", "not_a_sound", "empty"}


# nothing that can be used


NAMELESS = {"nowhere.wav": "missing", "folder": "folder", ".": "folder", "bytes.wav": "empty", "samples.wav": "empty"}


@pytest.mark.parametrize(("name", "key"), NAMELESS.items())
def test_the_sentence_names_the_file_as_one_would(tmp_path, monkeypatch, name, key):
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("bytes.wav").touch()
    Path("samples.wav").write_bytes(packed(np.zeros(0)))
    for path, shown in [(Path(name), name), (tmp_path / "folder" / ".." / name, f"../{name}")]:
        with refused(f"audio.{key}") as caught:
            load(path)
        assert caught.value.values["file"] == ("folder/.." if name == "." and path != Path() else shown)


def test_not_permitted(tmp_path, monkeypatch):
    def refuse(self):  # chmod would not stop root, who runs tests in containers
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    assert fault(tmp_path / "locked.wav") == "unreadable"


@pytest.mark.parametrize("content", ["no sound here\n" * 1000, "소리가 아니에요\n" * 1000, "GIF89a" + "x" * 500])
@pytest.mark.parametrize("name", ["notes.txt", "notes.wav", "notes.vox", "notes.mp3", "notes.gsm"])
def test_no_sound_file(tmp_path, name, content):
    assert fault(written(tmp_path / name, content.encode())) == "not_a_sound"


@needs_ffmpeg
def test_pictures_films_and_broken_files_are_told_apart(tmp_path):
    picture = ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=10:duration=1"]
    ffmpeg(*picture, "-c:v", "mpeg4", tmp_path / "silent.mp4")
    ffmpeg(*picture, "-frames:v", 1, tmp_path / "picture.png")
    chance = written(tmp_path / "chance.mp3", np.random.default_rng(0).bytes(1_000_000))
    broken = encoded(tmp_path, "broken.m4a")
    written(broken, broken.read_bytes()[:20_000])  # without its index, which stands at the end
    assert fault(tmp_path / "silent.mp4") == "no_sound_track" and fault(broken) == "damaged"
    assert fault(tmp_path / "picture.png") == fault(chance) == "not_a_sound"


@pytest.mark.parametrize("rate", [1, 2_000_000_000])
def test_an_impossible_rate(tmp_path, rate):
    assert fault(written(tmp_path / "a.wav", packed(tone(), rate))) == "damaged"


def test_load_each_names_what_it_skips_and_goes_on(tmp_path, capsys):
    paths = [tmp_path / name for name in ("a.wav", "b.wav", "c.wav")]
    for path in paths:
        path.write_bytes(b"" if path.stem == "b" else packed(tone()))
    skipped = []
    found = audio.load_each(paths, on_skip=lambda path, error: skipped.append((path, error.key)))
    assert [path for path, _ in found] == [paths[0], paths[2]] and skipped == [(paths[1], "audio.empty")]
    assert len(list(audio.load_each(paths))) == 2 and "b.wav" in capsys.readouterr().out


@pytest.mark.slow
@settings(max_examples=150)
@given(st.data())
def test_any_bytes_end_in_sound_or_in_an_audio_error(tmp_path_factory, data):
    content = bytearray(packed(noise(0.2, 16_000), 16_000, data.draw(st.sampled_from(KINDS))))
    at = data.draw(st.integers(0, 100) | st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    else:
        content[at:] = data.draw(st.binary(max_size=400))
    path = written(tmp_path_factory.mktemp("bytes") / "x.wav", content)
    try:
        assert len(noted(path)[0])
    except AudioError as error:
        assert path.name in str(error)


# channels and scales


@pytest.mark.parametrize("offset", [0, 0.25])
@pytest.mark.parametrize(
    ("factors", "used"),
    [([1, 1], "mean"), ([1, 0], "mean"), ([0.5, 1], "mean"), ([1, -1], 1), ([0.5, -0.6], 2), ([0] * 5 + [1, 0, 0], 6)],
)
def test_channels_are_averaged_unless_little_is_left(tmp_path, factors, used, offset):
    channels = noise(35)[:, None] * np.array(factors, np.float32) + np.float32(offset)
    found, notes = noted(written(tmp_path / "a.wav", packed(channels, kind="WAV/FLOAT")))
    assert np.allclose(found, channels.mean(axis=1) if used == "mean" else channels[:, used - 1], atol=1e-6)
    assert [said["number"] for said in notes.values()] == ([] if used == "mean" else [used])


@settings(max_examples=60)
@given(st.floats(-2, 31), st.sampled_from(["WAV/FLOAT", "WAV/DOUBLE", "AIFF/FLOAT", "CAF/DOUBLE"]))
def test_float_samples_are_scaled_instead_of_clipped(tmp_path_factory, power, kind):
    sound = tone(0.1, peak=1.0).astype(np.float64)
    sound *= 2.0**power / np.abs(sound).max()
    found, notes = noted(written(tmp_path_factory.mktemp("scale") / "a", packed(sound, RATE, kind)))
    divisor = next(2.0**bits for bits in (7, 15, 23, 31) if power <= bits) if power > 3 else max(1, 2.0**power)
    assert np.allclose(found, sound / divisor, atol=0.012 if 0 < power < 0.017 else 1e-6)  # 0.1 dB may be clipped
    assert list(notes) == (["unscaled"] if power > 3 else ["turned_down"] if power > 0.017 else [])


@pytest.mark.parametrize("channels", [1, 2])
def test_values_that_are_no_numbers_become_silence(tmp_path, channels):
    sound = np.stack([noise(1)] * channels, 1)
    sound[1000:1004, 0] = np.nan, np.inf, -np.inf, 1e30
    found, notes = noted(written(tmp_path / "a.wav", packed(sound, kind="WAV/FLOAT")))
    sound[1000:1004, 0] = 0
    assert np.array_equal(found, sound.mean(axis=1)) and notes["not_finite"]["count"] == 4
    nothing = packed(np.full((500, channels), np.nan), kind="WAV/FLOAT")
    assert fault(written(tmp_path / "a.wav", nothing)) == "nothing_finite"


def test_notes_are_warnings_in_the_learners_language(tmp_path, language):
    path = written(tmp_path / "a.wav", packed(noise(2))[:50_000])
    with pytest.warns(AudioWarning, match=r"/a.wav: .*1\.13") as heard:
        load(path)
        list(stream(path))
    assert len(heard) == 2


# the parts


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3"])
@settings(max_examples=12)
@given(
    st.sampled_from([8000, 22_050, 44_100, 48_000]),
    st.sampled_from([8000, 22_050, 44_100]),
    st.integers(1, 100_000),
    st.integers(1, 2),
)
def test_a_stream_joined_is_the_whole(tmp_path_factory, kind, rate_in, rate_out, samples, channels):
    sound, config = noise(samples * channels / rate_in, rate_in), AudioConfig(sample_rate=rate_out)
    sound = sound.reshape(-1, channels)
    path = written(tmp_path_factory.mktemp("stream") / "sound", packed(sound, rate_in, kind))
    blocks = list(stream(path, config, []))
    joined = np.concatenate(blocks)
    assert np.array_equal(joined, read(path, config)[0]) and len(joined)
    assert max(map(len, blocks)) <= 65_536 * max(1, rate_out / rate_in) + 5000
    if kind in ("WAV", "FLAC") and samples > 100:  # of fewer, chance makes channels that cancel
        assert np.array_equal(joined, resample(audio.to_mono(sound), rate_in, rate_out).clip(-1, 1))


@pytest.mark.slow
def test_a_long_stream_does_not_fill_the_memory(tmp_path):
    path = written(tmp_path / "long.flac", packed(tone(600), kind="FLAC"))
    tracemalloc.start()
    assert sum(map(len, stream(path))) == 600 * RATE
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 2 * path.stat().st_size + 3_000_000 < 600 * RATE * 4 / 3


@settings(max_examples=40)
@given(
    st.sampled_from([8000, 11_025, 22_050, 44_100, 48_000, 96_000]),
    st.sampled_from([8000, 22_050, 44_100]),
    st.lists(st.integers(0, 20_000), min_size=1, max_size=6).filter(sum),
)
def test_blocks_are_resampled_as_their_whole(rate_in, rate_out, counts):
    whole, change = noise(sum(counts) / rate_in, rate_in), Resampler(rate_in, rate_out)
    blocks = [change(block) for block in np.split(whole, np.cumsum(counts)[:-1])]
    found = resample(whole, rate_in, rate_out)
    assert np.array_equal(np.concatenate([*blocks, change(None)]), found)
    assert len(found) >= 1 and abs(len(found) - len(whole) * rate_out / rate_in) <= 1
    assert len(found) == 1 or np.array_equal(found, soxr.resample(whole, rate_in, rate_out, quality="HQ"))


def test_rms_dbfs():
    assert rms_dbfs(np.tile([1.0, -1.0], 50)) == pytest.approx(0)
    assert rms_dbfs(tone(peak=0.999)) == pytest.approx(-3.02, abs=0.01)
    assert rms_dbfs(noise(1) + np.float32(0.5)) == pytest.approx(rms_dbfs(noise(1)), abs=1e-4)
    for silence in (np.zeros(10), np.zeros(0), np.full(10, 0.1, np.float32), np.full(10, 1e-15)):
        assert rms_dbfs(silence) == audio.SILENCE_DBFS


@settings(max_examples=30)
@given(st.sampled_from([8000, 22_050, 96_000]), st.integers(200, 5000), st.integers(1, 3), st.integers(0, 99))
def test_save_then_load_is_the_same_sound(tmp_path_factory, rate, samples, channels, seed):
    path = tmp_path_factory.mktemp("round") / "a.wav"
    original = np.random.default_rng(seed).uniform(-1, 1, (samples, channels)).astype(np.float32)
    audio.save(path, original, rate)
    found = load(path, AudioConfig(sample_rate=rate))
    assert np.abs(found - original.mean(axis=1)).max() <= 1 / 32_768 + 1e-6  # half a step, a whole one next to 1
    assert info(path) == audio.AudioInfo(rate, channels, samples / rate, "WAV", "PCM_16")


@given(st.lists(st.integers(-32_768, 32_767), min_size=1, max_size=50))
def test_to_int16_gives_back_what_a_16_bit_file_held(values):
    assert audio.to_int16(np.array(values, np.float32) / 32_768).tolist() == values
    assert audio.to_int16(np.array([-2.0, -1.0, 1.0, 2.0])).tolist() == [-32_768, -32_768, 32_767, 32_767]


def test_quiet_may_be_nested_and_lets_no_thread_wait(capfd):
    inside, leave = threading.Event(), threading.Event()

    def other():
        with quiet():
            inside.set()
            leave.wait(60)

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(60)
    with quiet(), quiet():
        os.write(2, b"nested, beside another thread")
    os.write(2, b"beside another thread")
    leave.set()
    thread.join()
    os.write(2, b"alone")
    assert capfd.readouterr().err == "alone"
