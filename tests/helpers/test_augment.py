"""Changes a sound may undergo: each does what it is called, no further than it may, and only by the seed."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import augment
from helpers.augment import NONE, Augment, level, mask, mixup, power, warp
from helpers.config import AudioConfig
from helpers.features import log_mel

BANDS, FRAMES, FLOOR = 16, 30, -80.0
seeds = st.integers(0, 10_000)
MANY = settings(max_examples=40)


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def pictures(count, seed=0, top=-20.0):
    return top - 40 * torch.rand(count, BANDS, FRAMES, generator=seeded(seed))


def only(**changes):
    return Augment(**dict.fromkeys(vars(NONE), 0) | changes)


def shares(count, labels=3, seed=0):
    return torch.nn.functional.one_hot(torch.randint(labels, (count,), generator=seeded(seed)), labels).float()


def changed(augment, log_mel, targets=None, others=None, seed=0):
    targets = shares(len(log_mel)) if targets is None else targets
    others = pictures(len(log_mel), seed=seed + 1) if others is None else others
    return augment(log_mel, targets, others, FLOOR, seeded(seed))


# All together


def test_none_changes_nothing_at_all():
    before, targets = pictures(8), shares(8)
    after, its_targets = changed(NONE, before, targets)
    assert torch.equal(after, before) and torch.equal(its_targets, targets)
    assert not any(vars(NONE).values())


def test_the_seed_decides_everything_and_torchs_own_chance_is_left_alone():
    state = torch.random.get_rng_state()
    one, same, other = (changed(Augment(), pictures(8), seed=seed, others=pictures(8, 1)) for seed in (3, 3, 4))
    assert all(map(torch.equal, one, same))
    assert not any(map(torch.equal, one, other))
    assert torch.equal(torch.random.get_rng_state(), state)


def test_what_goes_in_is_left_as_it_was():
    given = pictures(8), shares(8), pictures(8, seed=1)
    copies = [one.clone() for one in given]
    changed(Augment(background=1, mixup=1), *given)
    assert all(map(torch.equal, given, copies))


@given(seed=seeds)
@MANY
def test_levels_stay_between_floor_and_full_scale_and_targets_sum_to_1(seed):
    log_mel = pictures(6, seed=seed, top=0.0)
    log_mel[::2] = FLOOR
    after, targets = changed(Augment(background=1, mixup=1), log_mel, seed=seed)
    assert after.min() >= FLOOR - 1e-3 and after.max() <= 1e-3
    torch.testing.assert_close(targets.sum(dim=1), torch.ones(6))
    assert (targets >= 0).all()


@pytest.mark.parametrize("name", [name for name, value in vars(Augment()).items() if value])
def test_each_change_can_be_had_alone(name):
    before = pictures(50)
    after, targets = changed(only(**{name: getattr(Augment(), name)}), before)
    assert not torch.equal(after, before)
    assert torch.equal(targets, shares(50)) == (name != "mixup")


# Levels


@given(seed=seeds, most=st.floats(0, 20))
@MANY
def test_gain_is_one_number_for_a_picture_bounded_and_goes_both_ways(seed, most):
    before = pictures(200, seed=seed, top=-20.0).clamp(min=-55)
    after, _ = changed(only(gain_db=most), before, seed=seed)
    gain = (after - before)[:, 0, 0]
    torch.testing.assert_close(after, before + gain[:, None, None], atol=1e-3, rtol=0)
    assert gain.abs().max() <= most + 0.01
    assert gain.min() <= -0.8 * most + 0.01 and gain.max() >= 0.8 * most - 0.01


@given(seed=seeds, most=st.floats(0, 20), quarter=st.integers(1, 16))
@MANY
def test_a_filter_is_the_same_all_the_time_bounded_and_straight_between_five_points(seed, most, quarter):
    bands = np.arange(4 * quarter + 1)  # so that the points lie on bands
    before = -40 - 10 * torch.rand(100, len(bands), 9, generator=seeded(seed))
    after, _ = changed(only(filter_db=most), before, others=before, seed=seed)
    curves = (after - before)[:, :, 0]
    torch.testing.assert_close(after, before + curves[:, :, None], atol=1e-3, rtol=0)
    for curve in curves.numpy():
        np.testing.assert_allclose(curve, np.interp(bands, bands[::quarter], curve[::quarter]), atol=0.01)
    assert curves.abs().max() <= most + 0.01
    assert (curves[:, ::quarter].std(dim=0) > 0.4 * most - 0.01).all()  # each picture has its own, at every point


@given(seed=seeds)
@MANY
def test_a_background_is_5_to_25_db_weaker_and_touches_no_label(seed):
    before, others, targets = pictures(100, seed=seed), pictures(100, seed=seed + 1, top=-5.0), shares(100)
    after, its_targets = changed(only(background=1), before, targets, others, seed=seed)
    added = power(after) - power(before)
    below = 10 * torch.log10(power(before).mean(dim=(1, 2)) / added.mean(dim=(1, 2)))
    assert 4.9 < below.min() < 8 and 22 < below.max() < 25.5
    assert torch.equal(its_targets, targets)


@pytest.mark.parametrize("change", ["background", "mixup"])
def test_as_many_are_changed_as_asked(change):
    before = pictures(4_000)[:, :4, :4]
    after, _ = changed(only(**{change: 0.3}), before, others=before.flip(0))
    assert (after - before).abs().amax(dim=(1, 2)).gt(1e-3).float().mean() == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize("louder", [-40.0, 0.0, 40.0])
def test_mixing_leaves_the_first_alone_as_its_share_grows(louder):
    first, second = pictures(4, seed=1, top=-30.0), pictures(4, seed=2, top=-30.0) + louder
    torch.testing.assert_close(mixup(first, second, torch.ones(4)), first, atol=1e-3, rtol=0)
    torch.testing.assert_close(mixup(first, second, torch.zeros(4)), second, atol=1e-3, rtol=0)
    assert (level(mixup(first, second, torch.full((4,), 0.9999))) - level(first)).abs().max() < 0.1


def test_a_mixture_in_the_picture_is_that_of_the_sounds():
    """Two noises mixed as waveforms, by the same share: the picture of the sum is the sum of the pictures' powers."""
    config = AudioConfig()
    random = np.random.default_rng(0)
    sounds = [random.standard_normal((1, config.segment_samples)) * amplitude for amplitude in (0.2, 0.02)]
    first, second = (torch.from_numpy(log_mel(sound, config)) for sound in sounds)
    share = 0.3
    loud, soft = (np.sqrt((10 ** (picture.numpy() / 10)).mean()) for picture in (first, second))
    weight = 1 / (1 + loud / soft * (1 - share) / share)
    summed = (weight * sounds[0] + (1 - weight) * sounds[1]) / np.hypot(weight, 1 - weight)
    mixed = mixup(first, second, torch.tensor([share]))
    difference = (mixed.numpy() - log_mel(summed, config))[0].mean(axis=1)  # what chance adds cancels over time
    assert np.abs(difference).mean() < 0.5


def test_labels_are_mixed_as_the_sounds_are():
    low, high = (torch.full((20, 2, FRAMES), FLOOR) for _ in range(2))
    low[:, 0], high[:, 1] = -20.0, -20.0
    targets = torch.tensor([[1.0, 0.0]] * 20 + [[0.0, 1.0]] * 20)
    after, mixed = changed(only(mixup=1), torch.cat([low, high]), targets)
    amplitudes = power(after[:, :, 0]).sqrt()
    torch.testing.assert_close(amplitudes / amplitudes.sum(dim=1, keepdim=True), mixed, atol=2e-3, rtol=0)
    assert ((mixed > 0.1) & (mixed < 0.9)).any(dim=1).sum() > 5


# Time and frequency


def band(at, bands=64, frames=40, count=1):
    """A tone in the middle of one band, as blurred as a linear interpolation needs it to keep its place."""
    shape = -80 + 60 * (1 - (torch.arange(bands) - at).abs() / 4).clamp(0)
    return shape[None, :, None].repeat(count, 1, frames)


def centre(log_mel):
    weights = log_mel + 80
    return (weights * torch.arange(log_mel.shape[1])[:, None]).sum(dim=1) / weights.sum(dim=1)


@given(seed=seeds, bands=st.integers(2, 70), frames=st.integers(2, 90))
@MANY
def test_warping_by_0_changes_nothing(seed, bands, frames):
    before = torch.rand(3, bands, frames, generator=seeded(seed))
    torch.testing.assert_close(warp(before, 0, 0, seeded(seed)), before, atol=1e-5, rtol=0)


@given(seed=seeds, pitch=st.floats(0.5, 6))
@MANY
def test_tones_move_up_and_down_but_no_further_than_allowed(seed, pitch):
    moved = centre(warp(band(30, count=300), pitch, 0, seeded(seed)))[:, 5] - 30
    assert moved.abs().max() <= pitch + 0.05
    assert moved.min() < -0.9 * pitch and moved.max() > 0.9 * pitch


@pytest.mark.parametrize("stretch", [-0.2, 0.1])
def test_stretching_pulls_away_from_the_middle(monkeypatch, stretch):
    monkeypatch.setattr(augment, "_around_zero", lambda count, random: torch.ones(count, 1, 1))
    click = band(60, bands=80, frames=20).transpose(1, 2)  # at frame 60 of 80, middle at 39.5
    warped = centre(warp(click, 0, stretch, seeded(0)).transpose(1, 2))
    torch.testing.assert_close(warped, torch.full_like(warped, 39.5 + 20.5 / (1 + stretch)), atol=0.3, rtol=0)


def test_what_warping_lacks_at_an_edge_repeats_the_edge():
    warped = warp(torch.arange(16.0)[None, :, None].repeat(50, 1, 20), 6, 0.5, seeded(0))
    assert warped.min() >= 0 and warped.max() <= 15
    assert (warped[:, 0] > 1).any() and (warped[:, 0] == 0).any()


@given(seed=seeds, axis=st.sampled_from([1, 2]), widest=st.integers(1, 12), bands=st.integers(3, 40))
@MANY
def test_one_stripe_is_masked_no_wider_than_allowed(seed, axis, widest, bands):
    before = -40.0 * torch.randint(2, (60, bands, 33), generator=seeded(seed))  # no pixel happens to be the mean
    masked = mask(before, axis, widest, seeded(seed + 1))
    hidden = masked != before
    assert torch.equal(masked, torch.where(hidden, before.mean(dim=(1, 2), keepdim=True), before))
    stripes = hidden.any(dim=3 - axis)
    assert torch.equal(hidden, stripes.unsqueeze(3 - axis).expand_as(hidden))  # from one edge to the other
    edges = torch.nn.functional.pad(stripes.int(), (1, 1)).diff(dim=1)
    assert ((edges == 1).sum(dim=1) <= 1).all()
    assert stripes.sum(dim=1).max() <= widest


def test_stripes_lie_all_over_and_reach_their_width():
    before = pictures(3_000)
    stripes = (mask(before, 1, 6, seeded(1)) != before).any(dim=2)
    assert stripes.sum(dim=1).max() == 6
    assert stripes[:, 1:].any(dim=0).all()
    assert stripes.sum(dim=0)[6:-6].float().std() < 40  # nowhere much more often than elsewhere
