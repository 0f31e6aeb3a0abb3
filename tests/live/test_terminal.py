"""Waveform and spectrum as text, and the loop that shows them."""

import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.audio import AudioError
from helpers.config import AudioConfig
from helpers.live.file import FileSource
from helpers.live.terminal import BANDS, lines, watch
from helpers.messages import text

CONFIG = AudioConfig()
RATE = CONFIG.sample_rate


def tone(hz, seconds=1.0, amplitude=0.5):
    return (amplitude * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def bands(block):
    """Middle frequency, bar and level of each band, the highest first."""
    found = [re.fullmatch(r" *(\d+) Hz ([ ▏▎▍▌▋▊▉█]*) +(-?\d+) dB", line) for line in block]
    return [(int(one[1]), one[2].rstrip(), int(one[3])) for one in found]


@given(hz=st.floats(120, 10_000), amplitude=st.sampled_from([1.0, 0.1, 0.01]))
def test_the_longest_bar_is_the_tones(hz, amplitude):
    rows = bands(lines(tone(hz, amplitude=amplitude))[1:])
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    middle, bar, level = max(rows, key=lambda row: row[2])
    assert abs(np.log2(middle / hz)) < 0.5 * np.log2(RATE / 2 / 50) / BANDS + 0.07  # a frequency of the spectrum apart
    assert level == pytest.approx(20 * np.log10(amplitude), abs=2.5)
    assert len(bar) == max(len(row[1]) for row in rows)


def test_a_bar_is_full_at_0_db_and_half_at_half_the_floor():
    for amplitude, share in ((1.0, 1.0), (0.01, 0.5), (0.0, 0.0)):
        block = lines(tone(32 * RATE / 2048, amplitude=amplitude), columns=100)
        longest = max(len(bar) for _, bar, _ in bands(block[1:]))
        assert longest / (len(block[1]) - len(" 12345 Hz ") - len(" -80 dB")) == pytest.approx(share, abs=0.02)


def test_silence_has_no_waveform_and_no_bars():
    wave, *rest = lines(np.zeros(0, dtype=np.float32))
    assert wave.strip() == "" and all(bar == "" and level == CONFIG.floor_db for _, bar, level in bands(rest))


@given(ago=st.floats(0.05, 0.95), peak=st.sampled_from([1.0, 0.5, 0.25]), sign=st.sampled_from([1, -1]))
def test_the_waveform_is_the_last_second_with_the_newest_at_the_right(ago, peak, sign):
    sound = np.zeros(3 * RATE, dtype=np.float32)
    sound[-round(ago * RATE)] = sign * peak
    wave = lines(sound)[0]
    (place,) = (n for n, letter in enumerate(wave) if letter != " ")
    assert wave[place] == " ▁▂▃▄▅▆▇█"[round(peak * 8)]
    start = len("  1234 Hz ")
    assert (place + 0.5 - start) / (len(wave) - start) == pytest.approx(1 - ago, abs=0.02)


@given(
    columns=st.integers(30, 300),
    count=st.integers(1, 40),
    rate=st.sampled_from([4000, 22_050, 192_000]),
    seed=st.integers(0, 9),
)
def test_lines_fit_whatever_the_terminal_and_the_rate(columns, count, rate, seed):
    config = AudioConfig(sample_rate=rate, f_max=rate / 2)
    sound = np.random.default_rng(seed).uniform(-1, 1, rate // 10).astype(np.float32)
    wave, *rest = lines(sound, config, columns, count)
    assert len(rest) == count and {len(line) for line in rest} == {columns} and len(wave) < columns


def blocks(written):
    return [block.split("\n") for block in written.removesuffix("\n\n").split("\n\n")]


def test_a_file_gets_a_block_a_second_and_one_for_the_rest(language):
    out = io.StringIO()
    watch(FileSource(tone(440, 3.5)), out=out)
    printed = blocks(out.getvalue())
    assert [re.search(r"· (\d\.\d)", block[0])[1] for block in printed] == ["1.0", "2.0", "3.0", "3.5"]
    assert {len(block) for block in printed} == {BANDS + 2} and "\x1b" not in out.getvalue()
    assert all(block[0].startswith(f"{text('live.kind_file')} · ") and "-9 dBFS" in block[0] for block in printed)


@pytest.mark.parametrize(("seconds", "told"), [(0.25, ["0.2"]), (2, ["1.0", "2.0"]), (9, ["1.0", "2.0", "2.5"])])
def test_it_ends_after_the_seconds_asked_for(seconds, told):
    out = io.StringIO()
    source = FileSource(tone(440, 2.5))
    watch(source, seconds, out)
    assert [re.search(r"· (\d\.\d)", block[0])[1] for block in blocks(out.getvalue())] == told
    assert source.read() is None  # closed


class Terminal(io.StringIO):
    def isatty(self):
        return True


def screen(written, rows):
    """What a terminal shows after these characters: lines, moves upwards, cleared lines."""
    shown, at = [""] * rows, 0
    for up, clear, _, letters in re.findall(r"\x1b\[(\d+)A|(\x1b\[K)|(\x1b\[\?7[lh])|([^\x1b]+)", written):
        at -= int(up or 0)
        assert at >= 0
        if clear:
            shown[at] = ""
        first, *more = letters.split("\n")
        shown[at] += first
        for line in more:
            at += 1
            shown[at] += line
    return shown[:at], shown[at:]


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 12), (200, 60)])
def test_a_terminal_is_redrawn_in_place_and_fits(monkeypatch, columns, rows):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", str(rows))
    out, sound = Terminal(), tone(440, 2.5)
    watch(FileSource(sound), out=out)
    shown, below = screen(out.getvalue(), rows + 50)
    assert len(shown) < rows and not any(below)
    assert shown[1:] == lines(sound, columns=columns - 1, bands=len(shown) - 2)
    assert out.getvalue().count("Hz") > 20 * (len(shown) - 2)  # each tenth of a second of it, as the source gives it
    assert out.getvalue().endswith("\x1b[?7h\n")


def test_an_error_of_the_source_comes_through(tmp_path):
    with pytest.raises(AudioError):
        watch(FileSource(tmp_path / "missing.wav"), out=io.StringIO())
