"""One recording heard in many ways: changes a sound may undergo without becoming something else.

Those of the sound itself (gain, background, mixing two sounds) are made on the waveform, those of its picture (a
little higher, faster, a stripe hidden) on the log-mel. All take the random generator they use: a seed decides.
"""

from dataclasses import dataclass

import torch
from torch.nn import functional


@dataclass(frozen=True, kw_only=True)
class Augment:
    """How far each change may go. 0 leaves it out; ``NONE`` leaves out all.

    Parameters
    ----------
    shift_s : float, a piece begins up to so many seconds earlier or later in its recording
    gain_db : float, up to so much louder or quieter
    background : float, share of the pieces that another sound is laid under, 5 to 25 dB weaker
    mixup : float, share of the pieces that are mixed with another one, whose label then counts in proportion
    pitch_bands : float, up to so many mel bands higher or lower
    stretch : float, up to this share slower or faster
    mask_bands, mask_frames : int, the widest stripe hidden across and down the picture

    Lesson: 06_train. Source: between-class mixing (Tokozume et al. 2018), a form of mixup (Zhang et al. 2018);
    SpecAugment (Park et al. 2019).
    """

    shift_s: float = 0.5
    gain_db: float = 10.0
    background: float = 0.5
    mixup: float = 0.5
    pitch_bands: float = 3.0
    stretch: float = 0.15
    mask_bands: int = 10
    mask_frames: int = 20

    def sound(self, audio, targets, others, random):
        """Change waveforms.

        Parameters
        ----------
        audio : tensor [batch, samples]
        targets : tensor [batch, labels], shares that sum to 1
        others : tensor [batch, samples], sounds without the target, for the background
        random : torch.Generator

        Returns
        -------
        audio, targets : tensors of the same shapes
        """
        count = len(audio)
        audio = audio * decibels(self.gain_db * _around_zero(count, random))
        if self.background:
            chosen = torch.rand(count, 1, generator=random) < self.background
            weaker = decibels(-5 - 20 * torch.rand(count, 1, generator=random)) * level(audio) / level(others)
            audio = audio + chosen * weaker * others
        if self.mixup:
            chosen = torch.rand(count, 1, generator=random) < self.mixup
            share = torch.rand(count, 1, generator=random).clamp(0.001, 0.999)
            partner = torch.randperm(count, generator=random)
            audio = torch.where(chosen, mix(audio, audio[partner], share), audio)
            targets = torch.where(chosen, share * targets + (1 - share) * targets[partner], targets)
        return audio, targets

    def picture(self, log_mel, random):
        """Change pictures: tensor [batch, n_mels, frames] → the same shape."""
        if self.pitch_bands or self.stretch:
            log_mel = warp(log_mel, self.pitch_bands, self.stretch, random)
        for axis, widest in ((1, self.mask_bands), (2, self.mask_frames)):
            if widest:
                log_mel = hide(log_mel, axis, widest, random)
        return log_mel


NONE = Augment(shift_s=0, gain_db=0, background=0, mixup=0, pitch_bands=0, stretch=0, mask_bands=0, mask_frames=0)


def mix(first, second, share):
    """Two sounds together so that ``first`` makes up ``share`` of what is heard, as loud as one of them.

    Parameters
    ----------
    first, second : tensors [batch, samples]
    share : tensor [batch, 1], 0…1

    Lesson: 06_train. Source: Tokozume et al. 2018, with the level in dB re full scale as loudness.
    """
    weight = 1 / (1 + level(first) / level(second) * (1 - share) / share)
    return (weight * first + (1 - weight) * second) / (weight.square() + (1 - weight).square()).sqrt()


def warp(log_mel, pitch_bands, stretch, random):
    """Move each picture up or down and pull it longer or shorter; what is then missing at an edge repeats the edge.

    Lesson: 06_train.
    """
    count, bands, frames = log_mel.shape
    move = torch.zeros(count, 2, 3)
    move[:, 0, 0] = 1 + stretch * _around_zero(count, random)[:, 0]
    move[:, 1, 1] = 1
    move[:, 1, 2] = 2 * pitch_bands / bands * _around_zero(count, random)[:, 0]
    grid = functional.affine_grid(move, [count, 1, bands, frames], align_corners=False)
    warped = functional.grid_sample(log_mel.unsqueeze(1), grid, padding_mode="border", align_corners=False)
    return warped.squeeze(1)


def hide(log_mel, axis, widest, random):
    """Paint a stripe of each picture with the picture's mean: ``axis`` 1 hides bands, 2 hides frames.

    Lesson: 06_train.
    """
    count, size = len(log_mel), log_mel.shape[axis]
    width = torch.rand(count, 1, generator=random) * min(widest, size)
    begin = torch.rand(count, 1, generator=random) * (size - width)
    place = (
        torch.arange(size) + 0.5
    )  # the middle of each band or frame, so that the first is hidden as often as the last
    hidden = ((place >= begin) & (place < begin + width)).unsqueeze(3 - axis)
    return torch.where(hidden, log_mel.mean(dim=(1, 2), keepdim=True), log_mel)


def level(audio):
    """RMS of each sound: tensor [batch, samples] → [batch, 1]; never 0, so that it may divide."""
    return (audio.square().mean(dim=1, keepdim=True) + 1e-10).sqrt()


def decibels(value):
    """The factor that changes an amplitude by so many dB."""
    return 10 ** (value / 20)


def _around_zero(count, random):
    return torch.rand(count, 1, generator=random) * 2 - 1
