"""One set of numbers that splitting, pictures, training and the microphone share."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields

from helpers.messages import LessonError


@dataclass(frozen=True, kw_only=True)
class AudioConfig:
    """How sound is cut and turned into features.

    Parameters
    ----------
    sample_rate : int, samples per second (Hz)
    segment_seconds : float, length of a segment
    segment_hop_seconds : float, from the start of one segment to the start of the next
    n_fft : int, length of the STFT window in samples
    hop_length : int, from one STFT window to the next, in samples; None for ``n_fft // 4``
    window : str, the STFT window's name as scipy knows it
    n_mels : int, mel bands
    n_mfcc : int, cepstral coefficients kept; None for 13, or ``n_mels`` where that is less
    f_min, f_max : float, lowest and highest frequency of the mel bands (Hz); None for half the sample rate
    floor_db : float, no feature lies below this (dB re a full-scale tone)
    gate_dbfs : float, segments quieter than this are not used (dBFS, RMS)

    Raises
    ------
    LessonError
        If a value is outside its range; the sentence names the parameter and the range.
    """

    sample_rate: int = 22_050
    segment_seconds: float = 1.0
    segment_hop_seconds: float = 1.0
    n_fft: int = 1024
    hop_length: int = None
    window: str = "hann"
    n_mels: int = 64
    n_mfcc: int = None
    f_min: float = 50.0
    f_max: float = None
    floor_db: float = -80.0
    gate_dbfs: float = -40.0

    def __post_init__(self):
        derived = {
            "hop_length": max(1, self.n_fft // 4),
            "n_mfcc": min(13, self.n_mels),
            "f_max": self.sample_rate / 2,
        }
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        object.__setattr__(self, "given", given)  # with None for what follows the others
        for name, value in derived.items():
            if given[name] is None:
                object.__setattr__(self, name, value)
        ranges = {
            "sample_rate": (4_000, 192_000),
            "segment_seconds": (0.1, 60.0),
            "segment_hop_seconds": (0.01, 60.0),
            "n_fft": (16, 65_536),
            "hop_length": (1, self.n_fft),
            "n_mels": (1, 512),
            "n_mfcc": (1, self.n_mels),
            "f_min": (0.0, self.sample_rate / 2 - 1),
            "f_max": (self.f_min + 1, self.sample_rate / 2),
            "floor_db": (-200.0, -1.0),
            "gate_dbfs": (-200.0, 0.0),
        }
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise LessonError("config.bad_value", name=name, value=value, legal=f"{low:g}…{high:g}")

    def replace(self, **changes):
        """Return a copy with some parameters changed; those that were never given follow the new ones."""
        return AudioConfig(**self.given | changes)

    @property
    def segment_samples(self):
        """Samples in one segment."""
        return round(self.segment_seconds * self.sample_rate)

    @property
    def segment_hop_samples(self):
        """Samples from one segment's start to the next."""
        return round(self.segment_hop_seconds * self.sample_rate)

    @property
    def segment_frames(self):
        """STFT frames of one segment (windows centred, edges padded)."""
        return 1 + self.segment_samples // self.hop_length

    def as_dict(self):
        """The parameters as plain values, for JSON."""
        return asdict(self)

    @property
    def digest(self):
        """Twelve hex digits that change when any parameter does."""
        return hashlib.sha256(json.dumps(self.as_dict(), sort_keys=True).encode()).hexdigest()[:12]
