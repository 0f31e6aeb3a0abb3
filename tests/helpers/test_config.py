"""`AudioConfig`: legal ranges, derived sizes, and a digest that tells configurations apart."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.config import AudioConfig
from helpers.messages import LessonError

CONFIG = AudioConfig()
NUMBERS = [field.name for field in fields(AudioConfig) if field.name != "window"]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [-1e9, 1e9, float("nan")])
def test_a_value_out_of_range_is_named_with_the_range(name, value, language):
    with pytest.raises(LessonError) as raised:
        replace(CONFIG, **{name: value})
    assert f"{name}={value}" in str(raised.value)


@given(rate=st.integers(4_000, 192_000), n_fft=st.integers(16, 65_536), n_mels=st.integers(1, 512))
def test_one_parameter_alone_is_enough_and_the_others_follow(rate, n_fft, n_mels):
    for config in (AudioConfig(sample_rate=rate), CONFIG.replace(sample_rate=rate)):
        assert (config.sample_rate, config.f_max) == (rate, rate / 2)
    for config in (AudioConfig(n_fft=n_fft), CONFIG.replace(n_fft=n_fft)):
        assert config.hop_length == n_fft // 4
    for config in (AudioConfig(n_mels=n_mels), CONFIG.replace(n_mels=n_mels)):
        assert config.n_mfcc == min(13, n_mels)
    assert CONFIG.replace(hop_length=256).replace(n_fft=2048).hop_length == 256


@given(rate=st.integers(22_050, 96_000), seconds=st.floats(0.1, 10), hop=st.integers(1, 1024))
def test_sizes_follow_from_rate_and_seconds(rate, seconds, hop):
    config = AudioConfig(sample_rate=rate, segment_seconds=seconds, segment_hop_seconds=seconds, hop_length=hop)
    assert abs(config.segment_samples / rate - seconds) <= 0.5001 / rate
    assert config.segment_hop_samples == config.segment_samples
    assert (config.segment_frames - 1) * hop <= config.segment_samples < config.segment_frames * hop


def test_the_digest_changes_with_every_parameter_and_survives_a_round_trip():
    other = {name: getattr(CONFIG, name) * 0.99 for name in NUMBERS if isinstance(getattr(CONFIG, name), float)}
    other |= {"sample_rate": 24_000, "n_fft": 2048, "hop_length": 128, "n_mels": 40, "n_mfcc": 20, "window": "hamming"}
    digests = {replace(CONFIG, **{name: value}).digest for name, value in other.items()}
    assert len(digests | {CONFIG.digest}) == len(other) + 1 == len(fields(AudioConfig)) + 1
    assert AudioConfig(**CONFIG.as_dict()).digest == CONFIG.digest
