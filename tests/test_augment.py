"""Changes a sound may undergo: each does what it is called, no further than it may, and only by the seed."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import augment
from helpers.augment import NONE, Augment, hide, level, mix, warp

RATE, SAMPLES = 8_000, 4_000
seeds = st.integers(0, 10_000)
MANY = settings(max_examples=40)


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def tone(frequency, amplitude=1.0):
    return amplitude * torch.sin(2 * math.pi * frequency * torch.arange(SAMPLES) / RATE)[None]


def noise(count, seed=0, amplitude=0.1):
    return amplitude * torch.randn(count, SAMPLES, generator=seeded(seed))


def only(**changes):
    return Augment(**dict.fromkeys(vars(NONE), 0) | changes)


def shares(count, labels=3, seed=0):
    return torch.nn.functional.one_hot(torch.randint(labels, (count,), generator=seeded(seed)), labels).float()


def db(ratio):
    return 20 * torch.log10(ratio)


# All together


def test_none_changes_nothing_at_all():
    audio, targets, pictures = noise(8), shares(8), -80 * torch.rand(8, 16, 30)
    heard, said = NONE.sound(audio, targets, noise(8, seed=1), seeded(0))
    assert torch.equal(heard, audio) and torch.equal(said, targets)
    assert torch.equal(NONE.picture(pictures, seeded(0)), pictures)
    assert not any(vars(NONE).values())


def test_the_seed_decides_everything():
    audio, targets, others, pictures = noise(8), shares(8), noise(8, seed=1), -80 * torch.rand(8, 16, 30)

    def changed(seed):
        random = seeded(seed)
        return *Augment().sound(audio, targets, others, random), Augment().picture(pictures, random)

    for one, same, other in zip(changed(3), changed(3), changed(4), strict=True):
        assert torch.equal(one, same)
        assert not torch.equal(one, other)


def test_torchs_own_chance_is_left_alone():
    before = torch.random.get_rng_state()
    Augment().sound(noise(8), shares(8), noise(8, seed=1), seeded(0))
    Augment().picture(-80 * torch.ones(8, 16, 30), seeded(0))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_what_goes_in_is_left_as_it_was():
    audio, targets, others, pictures = noise(8), shares(8), noise(8, seed=1), -80 * torch.rand(8, 16, 30)
    copies = [one.clone() for one in (audio, targets, others, pictures)]
    Augment(background=1, mixup=1).sound(audio, targets, others, seeded(0))
    Augment().picture(pictures, seeded(0))
    assert all(torch.equal(*pair) for pair in zip((audio, targets, others, pictures), copies, strict=True))


@given(seed=seeds)
@MANY
def test_silence_stays_finite_and_targets_sum_to_1(seed):
    audio = noise(6, seed=seed)
    audio[::2] = 0
    others = noise(6, seed=seed + 1)
    others[1::2] = 0
    heard, said = Augment(background=1, mixup=1).sound(audio, shares(6, seed=seed), others, seeded(seed))
    assert heard.isfinite().all()
    torch.testing.assert_close(said.sum(dim=1), torch.ones(6))
    assert (said >= 0).all()
    assert Augment().picture(torch.full((6, 16, 30), -80.0), seeded(seed)).isfinite().all()


# The sound


@given(seed=seeds, most=st.floats(0, 30))
@MANY
def test_gain_is_bounded_and_goes_both_ways(seed, most):
    audio = noise(200, seed=seed)
    heard, _ = only(gain_db=most).sound(audio, shares(200), audio, seeded(seed))
    gain = db(level(heard) / level(audio))
    assert gain.abs().max() <= most + 0.01
    assert gain.min() <= -0.9 * most + 0.01 and gain.max() >= 0.9 * most - 0.01
    torch.testing.assert_close(heard, audio * 10 ** (gain / 20), atol=1e-4, rtol=1e-3)  # louder, nothing else


@given(seed=seeds)
@MANY
def test_a_background_is_5_to_25_db_weaker_and_touches_no_label(seed):
    audio, others, targets = noise(100, seed=seed), noise(100, seed=seed + 1, amplitude=1.0), shares(100)
    heard, said = only(background=1).sound(audio, targets, others, seeded(seed))
    below = db(level(audio) / level(heard - audio))
    assert 4.9 < below.min() < 8 and 22 < below.max() < 25.1
    assert torch.equal(said, targets)


@pytest.mark.parametrize("change", ["background", "mixup"])
def test_as_many_are_changed_as_asked(change):
    audio = noise(4_000)[:, :50]
    heard, _ = only(**{change: 0.3}).sound(audio, shares(4_000), audio.flip(0), seeded(0))
    assert (heard != audio).any(dim=1).float().mean() == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize("amplitude", [0.01, 1.0, 30.0])
def test_mixing_leaves_the_first_alone_as_its_share_grows(amplitude):
    first, second = noise(4, seed=1), noise(4, seed=2, amplitude=amplitude)
    whole = torch.ones(4, 1)
    torch.testing.assert_close(mix(first, second, whole), first)
    torch.testing.assert_close(mix(first, second, 0 * whole), second)
    nearly = mix(first, second, 0.9999 * whole)
    assert db(level(nearly - first) / level(first)).max() < -60


@given(share=st.floats(0.01, 0.99), one=st.floats(-40, 0), other=st.floats(-40, 0))
@MANY
def test_a_mixture_is_as_loud_as_its_parts_and_holds_them_as_said(share, one, other):
    first, second = tone(400, 10 ** (one / 20)), tone(1_000, 10 ** (other / 20))  # they share no energy
    mixed = mix(first, second, torch.tensor([[share]]))
    quiet, loud = sorted((level(first).item(), level(second).item()))
    assert quiet * 0.999 <= level(mixed).item() <= loud * 1.001
    parts = [(mixed * unit).mean() / unit.square().mean() for unit in (tone(400), tone(1_000))]
    assert (parts[0] / (parts[0] + parts[1])).item() == pytest.approx(share, abs=2e-3)


def test_labels_are_mixed_as_the_sounds_are():
    audio = torch.cat([tone(400), tone(1_000)] * 20)
    targets = torch.tensor([[1.0, 0.0], [0.0, 1.0]] * 20)
    heard, said = only(mixup=1).sound(audio, targets, audio, seeded(0))
    parts = torch.cat([(heard * unit).mean(dim=1, keepdim=True) for unit in (tone(400), tone(1_000))], dim=1)
    torch.testing.assert_close(parts / parts.sum(dim=1, keepdim=True), said, atol=2e-3, rtol=0)
    assert ((said > 0.1) & (said < 0.9)).any(dim=1).sum() > 5


# The picture


def band(at, bands=64, frames=40, count=1):
    """A tone in the middle of one band, as blurred as a linear interpolation needs it to keep its place."""
    shape = -80 + 60 * (1 - (torch.arange(bands) - at).abs() / 4).clamp(0)
    return shape[None, :, None].repeat(count, 1, frames)


def centre(pictures):
    weights = pictures + 80
    return (weights * torch.arange(pictures.shape[1])[:, None]).sum(dim=1) / weights.sum(dim=1)


@given(seed=seeds, bands=st.integers(2, 70), frames=st.integers(2, 90))
@MANY
def test_warping_by_0_changes_nothing(seed, bands, frames):
    pictures = torch.rand(3, bands, frames, generator=seeded(seed))  # of the pictures' range, which is 1 here
    torch.testing.assert_close(warp(pictures, 0, 0, seeded(seed)), pictures, atol=1e-5, rtol=0)


@pytest.mark.parametrize("pitch", [-5.0, -1.0, 0.5, 3.0])
def test_a_tone_moves_by_the_bands_asked_for(monkeypatch, pitch):
    monkeypatch.setattr(augment, "_around_zero", lambda count, random: torch.ones(count, 1))
    moved = centre(warp(band(30), pitch, 0, seeded(0))) - centre(band(30))
    torch.testing.assert_close(moved.abs(), torch.full_like(moved, abs(pitch)), atol=0.02, rtol=0)
    assert (moved * pitch < 0).all() or (moved * pitch > 0).all()


@given(seed=seeds, pitch=st.floats(0.5, 6))
@MANY
def test_tones_move_up_and_down_but_no_further_than_allowed(seed, pitch):
    moved = centre(warp(band(30, count=300), pitch, 0, seeded(seed)))[:, 5] - 30
    assert moved.abs().max() <= pitch + 0.05
    assert moved.min() < -0.9 * pitch and moved.max() > 0.9 * pitch


@pytest.mark.parametrize("stretch", [-0.2, 0.1])
def test_stretching_pulls_away_from_the_middle(monkeypatch, stretch):
    monkeypatch.setattr(augment, "_around_zero", lambda count, random: torch.ones(count, 1))
    pictures = band(60, bands=80, frames=20).transpose(1, 2)  # a click at frame 60 of 80, middle at 39.5
    warped = centre(warp(pictures, 0, stretch, seeded(0)).transpose(1, 2))
    torch.testing.assert_close(warped, torch.full_like(warped, 39.5 + 20.5 / (1 + stretch)), atol=0.3, rtol=0)


def test_what_warping_lacks_at_an_edge_repeats_the_edge():
    pictures = torch.arange(16.0)[None, :, None].repeat(50, 1, 20)
    warped = warp(pictures, 6, 0.5, seeded(0))
    assert warped.min() >= 0 and warped.max() <= 15
    assert (warped[:, 0] > 1).any() and (warped[:, 0] == 0).any()


@given(seed=seeds, axis=st.sampled_from([1, 2]), widest=st.integers(1, 12), bands=st.integers(3, 40))
@MANY
def test_one_stripe_is_hidden_no_wider_than_allowed(seed, axis, widest, bands):
    pictures = -40.0 * torch.randint(2, (60, bands, 33), generator=seeded(seed))  # no pixel happens to be the mean
    hidden = hide(pictures, axis, widest, seeded(seed + 1))
    mean = pictures.mean(dim=(1, 2), keepdim=True)
    changed = hidden != pictures
    assert torch.equal(hidden, torch.where(changed, mean, pictures))
    stripes = changed.any(dim=3 - axis)
    assert torch.equal(changed, stripes.unsqueeze(3 - axis).expand_as(changed))  # from one edge to the other
    edges = torch.nn.functional.pad(stripes.int(), (1, 1)).diff(dim=1)
    assert ((edges == 1).sum(dim=1) <= 1).all()
    assert stripes.sum(dim=1).max() <= widest


def test_stripes_lie_all_over_and_reach_their_width():
    pictures = -80 * torch.rand(3_000, 20, 30, generator=seeded(0))
    stripes = (hide(pictures, 1, 6, seeded(1)) != pictures).any(dim=2)
    assert stripes.sum(dim=1).max() == 6
    assert stripes[:, 1:].any(dim=0).all()
    assert stripes.sum(dim=0)[6:-6].float().std() < 40  # nowhere much more often than elsewhere


def test_a_picture_meets_every_change_asked_for():
    pictures = -80 * torch.rand(50, 20, 30, generator=seeded(0))
    for change in ({"pitch_bands": 3}, {"stretch": 0.2}, {"mask_bands": 5}, {"mask_frames": 5}):
        assert (only(**change).picture(pictures, seeded(0)) != pictures).any()
        audio = noise(4)
        assert torch.equal(only(**change).sound(audio, shares(4), audio, seeded(0))[0], audio)
