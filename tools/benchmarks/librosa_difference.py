"""How far is our log-mel from librosa's, run with the same settings?

    python -m tools.benchmarks.librosa_difference

Peer: librosa in float64, on the very samples our front end gets. Segments: all that `split` cuts from the recordings.
"""

import librosa
import numpy as np
import scipy.signal

from helpers.audio import load_each
from helpers.config import AudioConfig
from helpers.features import log_mel
from helpers.split import cut_segments
from tools.benchmarks._common import machine, sounds, table

LOUD_DB = -60


def librosa_log_mel(audio, config):
    """What librosa makes of a segment with the settings of ``config``: array [..., n_mels, frames], float64, dB."""
    window = scipy.signal.get_window(config.window, config.n_fft)
    spectrum = librosa.stft(
        np.asarray(audio, np.float64),
        n_fft=config.n_fft,
        hop_length=config.hop_length,
        window=config.window,
        pad_mode="constant",
    )
    mel = librosa.feature.melspectrogram(
        S=np.abs(spectrum * 2 / window.sum()) ** 2,
        sr=config.sample_rate,
        n_mels=config.n_mels,
        fmin=config.f_min,
        fmax=config.f_max,
        norm=None,
    )
    return librosa.power_to_db(mel, ref=1.0, amin=10 ** (config.floor_db / 10), top_db=None)


def differences(segments, config):
    """The largest differences in dB over segments [n, samples]: float64, float32, float32 from −60 dB upward."""
    peer = librosa_log_mel(segments, config)
    double = np.abs(log_mel(segments.astype(np.float64), config) - peer)
    single = np.abs(log_mel(segments.astype(np.float32), config) - peer)
    return double.max(), single.max(), single.max(where=peer >= LOUD_DB, initial=0)


def main():
    config, dataset = AudioConfig(), sounds()
    recordings = {recording.path: recording for recording in dataset.recordings}
    worst, count = np.zeros(3), 0
    for path, audio in load_each(recordings, config):
        if segments := cut_segments(audio, recordings[path], config):
            worst = np.maximum(worst, differences(np.stack([segment.samples for segment in segments]), config))
            count += len(segments)
    names = ("float64", "float32", f"float32, above {LOUD_DB} dB")
    rows = [(name, f"{difference:.2g}") for name, difference in zip(names, worst, strict=True)]
    print(table(("our log-mel", "largest difference (dB)"), rows))
    print(f"Peer: librosa {librosa.__version__} in float64. {count} segments of {dataset.name}. {machine()}.")


if __name__ == "__main__":
    main()
