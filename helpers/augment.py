"""One picture in many variations: changes a sound may undergo without becoming something else.

All are made on the log-mel picture, where louder is a sum and two sounds at once are a sum of powers. Earlier or later
is left to the segments, which may overlap. All take the random generator they use: a seed decides.
"""

import math
from dataclasses import dataclass

import torch
from torch.nn import functional


@dataclass(frozen=True, kw_only=True)
class Augment:
    """How far each change may go. 0 leaves it out; ``NONE`` leaves out all.

    Parameters
    ----------
    gain_db : float, up to so much louder or quieter
    filter_db : float, up to so much louder or quieter at five places of the spectrum, and in between along a line
    background : float, share of the pictures that another sound is laid under, 5 to 25 dB weaker
    mixup : float, share of the pictures that are mixed with another one, whose label then counts in proportion
    pitch_bands : float, up to so many mel bands higher or lower
    stretch : float, up to this share slower or faster
    mask_bands, mask_frames : int, widest frequency mask and time mask

    Source: between-class mixing (Tokozume et al. 2018), a form of mixup (Zhang et al. 2018);
    SpecAugment (Park et al. 2019); FilterAugment (Nam et al. 2022).
    """

    gain_db: float = 10.0
    filter_db: float = 4.0
    background: float = 0.8
    mixup: float = 0.5
    pitch_bands: float = 3.0
    stretch: float = 0.15
    mask_bands: int = 10
    mask_frames: int = 20

    def __call__(self, log_mel, targets, others, floor_db, random):
        """Change pictures [batch, n_mels, frames] dB and their targets [batch, labels], shares that sum to 1.

        ``others`` are as many pictures without the target, for the background; no level falls below ``floor_db``.
        """
        log_mel = log_mel + self.gain_db * _around_zero(len(log_mel), random)
        if self.background:
            chosen = torch.rand(len(log_mel), 1, 1, generator=random) < self.background
            below = -5 - 20 * torch.rand(len(log_mel), 1, 1, generator=random)
            below = torch.where(chosen, level(log_mel) - level(others) + below, -torch.inf)
            log_mel = decibels(power(log_mel) + power(others + below))
        if self.mixup:
            chosen = torch.rand(len(log_mel), generator=random) < self.mixup
            share = torch.where(chosen, torch.rand(len(log_mel), generator=random), 1.0)
            partner = torch.randperm(len(log_mel), generator=random)
            log_mel = mixup(log_mel, log_mel[partner], share)
            targets = torch.lerp(targets[partner], targets, share[:, None])
        if self.filter_db:
            log_mel = log_mel + self.filter_db * filter_curve(*log_mel.shape[:2], random)
        log_mel = log_mel.clamp(min=floor_db, max=0)
        if self.pitch_bands or self.stretch:
            log_mel = warp(log_mel, self.pitch_bands, self.stretch, random)
        for axis, widest in ((1, self.mask_bands), (2, self.mask_frames)):
            if widest:
                log_mel = mask(log_mel, axis, widest, random)
        return log_mel, targets


NONE = Augment(gain_db=0, filter_db=0, background=0, mixup=0, pitch_bands=0, stretch=0, mask_bands=0, mask_frames=0)


def mixup(first, second, share):
    """Two sounds at once, so that ``first`` makes up ``share`` of what is heard, as loud as one of them.

    Parameters
    ----------
    first, second : tensors [batch, n_mels, frames], dB
    share : tensor [batch], 0…1

    Returns
    -------
    tensor [batch, n_mels, frames], dB

    Source: Tokozume et al. 2018.
    """
    share = share[:, None, None]
    louder = 10 ** ((level(first) - level(second)) / 20)  # as an amplitude
    weight = share / (share + louder * (1 - share))
    mixed = weight.square() * power(first) + (1 - weight).square() * power(second)
    return decibels(mixed / (weight.square() + (1 - weight).square()))


def filter_curve(count, bands, random):
    """What another microphone does to each spectrum: tensor [count, bands, 1], -1…1, straight between five points.

    Source: FilterAugment (Nam et al. 2022).
    """
    points = torch.rand(count, 1, 5, generator=random) * 2 - 1
    return functional.interpolate(points, size=bands, mode="linear", align_corners=True).transpose(1, 2)


def warp(log_mel, pitch_bands, stretch, random):
    """Move each picture up or down and pull it longer or shorter; what is then missing at an edge repeats the edge."""
    count, bands, frames = log_mel.shape
    move = torch.zeros(count, 2, 3)
    move[:, 0, 0] = 1 + stretch * _around_zero(count, random).flatten()
    move[:, 1, 1] = 1
    move[:, 1, 2] = 2 * pitch_bands / bands * _around_zero(count, random).flatten()
    grid = functional.affine_grid(move, [count, 1, bands, frames], align_corners=False)
    warped = functional.grid_sample(log_mel.unsqueeze(1), grid, padding_mode="border", align_corners=False)
    return warped.squeeze(1)


def mask(log_mel, axis, widest, random):
    """Paint a stripe of each picture with the picture's mean: a frequency mask (``axis`` 1) or a time mask (2).

    Source: SpecAugment (Park et al. 2019).
    """
    count, size = len(log_mel), log_mel.shape[axis]
    width = torch.rand(count, 1, generator=random) * min(widest, size)
    begin = torch.rand(count, 1, generator=random) * (size - width)
    middle = torch.arange(size) + 0.5  # of each band or frame, so that the first is masked as often as the last
    masked = ((middle >= begin) & (middle < begin + width)).unsqueeze(3 - axis)
    return torch.where(masked, log_mel.mean(dim=(1, 2), keepdim=True), log_mel)


def level(log_mel):
    """Level of each picture as a whole: tensor [batch, n_mels, frames] dB → [batch, 1, 1] dB."""
    return decibels(power(log_mel).mean(dim=(1, 2), keepdim=True))


def power(decibels):
    """dB → power."""
    return torch.exp(decibels * (math.log(10) / 10))  # half the time of 10 ** …


def decibels(power):
    """Power → dB."""
    return 10 * torch.log10(power)


def _around_zero(count, random):
    return torch.rand(count, 1, 1, generator=random) * 2 - 1
