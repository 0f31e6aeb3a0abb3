"""A bell, a whistle and a fan: the same anywhere, another in each room, and loud enough to be learnt from."""

import numpy as np
import pytest

from synth import bell as makers


@pytest.mark.parametrize("call", [makers.bell, makers.whistle])
def test_a_room_and_a_take_give_one_recording(call):
    one, again, other_take, other_room = (makers.in_room(call, *which) for which in ((3, 0), (3, 0), (3, 1), (4, 0)))
    assert np.array_equal(one, again)
    assert not np.allclose(one, other_take) and not np.allclose(one, other_room)
    for sound in (one, other_take, other_room):
        assert sound.dtype == np.float32 and sound.shape == (3 * makers.RATE,)
        assert 0.05 < np.abs(sound).max() <= 1


def test_a_bell_stays_at_its_pitches_and_a_whistle_glides():
    """The strongest frequency of each tenth of a second: one for the bell, a hill for the whistle."""

    def pitches(sound):
        frames = sound[: len(sound) // 2205 * 2205].reshape(-1, 2205)
        return np.abs(np.fft.rfft(frames * np.hanning(2205))).argmax(axis=1)[1:-1] * 10

    ringing, gliding = (pitches(call(np.random.default_rng(5))) for call in (makers.bell, makers.whistle))
    assert np.ptp(ringing[:4]) <= 20 and np.ptp(gliding) > 300
    assert 0 < gliding.argmax() < len(gliding) - 1


@pytest.mark.slow
def test_a_fan_runs_on_at_one_level():
    stretches = makers.fan(4, seconds=1)
    levels = 10 * np.log10(np.mean(np.square(stretches), axis=1))
    assert stretches.shape == (4, makers.RATE) and np.abs(levels + 22).max() < 3
