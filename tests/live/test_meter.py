"""The level meter: its bar is as long as the sound is loud, whatever it comes from."""

import numpy as np
import pytest

from helpers.audio import rms_dbfs
from helpers.config import AudioConfig
from helpers.live.meter import LOWEST_DBFS, level_meter
from helpers.live.sources import FileSource
from helpers.messages import text
from tests.live.stand_in import Device, tone, within
from tests.shared import refused

CONFIG = AudioConfig()
HZ = CONFIG.sample_rate


def followed(*recordings):
    meter = level_meter(FileSource(*recordings))
    meter.start()
    meter.wait()
    return meter


def test_the_bar_ends_at_the_last_level_and_the_note_keeps_the_loudest(language):
    loud, soft = tone(1, 0.5, 441, HZ), tone(1, 0.01, 441, HZ)
    meter = followed(loud, soft)
    assert meter.bar.value == pytest.approx(rms_dbfs(soft), abs=0.1)
    said = text("meter.level", now=f"{rms_dbfs(soft):.0f}", loudest=f"{rms_dbfs(loud):.0f}")
    assert said in meter.note.value
    assert (meter.begin.disabled, meter.end.disabled) == (False, True)


def test_silence_is_told_and_draws_no_bar(language):
    meter = followed(np.zeros(HZ, dtype=np.float32))
    assert meter.bar.value == LOWEST_DBFS
    assert text("meter.silent", lowest="-60") in meter.note.value


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path):
    (tmp_path / "no.wav").write_bytes(b"no sound")
    meter = followed(tmp_path / "no.wav")
    assert "⚠" in meter.note.value and "no.wav" in meter.note.value
    assert not meter.begin.disabled


def test_a_microphone_is_followed_until_stop_and_again_after_it():
    source = Device()
    meter = level_meter(source)
    for times, level in enumerate((0.5, 0.05), 1):
        meter.begin.click()
        meter.begin.click()  # a second press changes nothing
        assert within(5, lambda times=times: source.opened == times)
        source.push(tone(1, level))
        assert within(5, lambda level=level: meter.bar.value == pytest.approx(rms_dbfs(tone(1, level)), abs=0.1))
        assert meter.begin.disabled and not meter.end.disabled
        meter.end.click()
        meter.wait()
        assert not meter.begin.disabled and source.opened == times


def test_its_text_form_is_the_same_before_and_after(language):
    meter = followed(tone(1, 0.5, 441, HZ))
    assert repr(meter) == repr(level_meter(FileSource(tone(1, 0.1, 441, HZ))))


def test_the_newest_seconds_can_be_had_and_nothing_is_one_sentence():
    first, second = tone(1, 0.5, 441, HZ), tone(1, 0.1, 882, HZ)
    meter = followed(first, second)
    assert np.allclose(meter.newest(1), second, atol=1e-4) and len(meter.newest(9)) == 2 * HZ
    with refused("meter.nothing"):
        level_meter(FileSource(first)).newest(1)
