"""What lesson 14 prints and says is so by other means: scipy's spectrograms, counting, the detector itself."""

import re
from pathlib import Path

import librosa
import numpy as np
import pytest
import scipy.signal
from stored import Stored, figures

from helpers import model as pretrained
from helpers.bench import CONTROLS, woodpecker
from helpers.config import AudioConfig
from helpers.messages import LessonError

LESSON = Stored("14")
RATE = AudioConfig().sample_rate
printed = LESSON.printed


def rows(name):
    """A printed table: the figures of each row."""
    return [figures(line) for line in printed(name).splitlines()[1:]]


def knocks_seen(n_fft, hop):
    """Maxima of the power above 2 kHz over time, each at least 6 dB above what lies between it and the next."""
    _, _, power = scipy.signal.stft(woodpecker(), RATE, nperseg=n_fft, noverlap=n_fft - hop)
    high = 10 * np.log10(np.mean(np.abs(power[n_fft * 2000 // RATE :]) ** 2, axis=0) + 1e-8)
    return len(scipy.signal.find_peaks(high, prominence=6)[0])


def test_a_shorter_hop_shows_no_more_knocks_but_a_shorter_window_does():
    for line in printed("hop").splitlines():
        n_fft, hop, columns, knocks = map(int, figures(line))
        assert columns == 1 + 3 * RATE // hop and knocks == knocks_seen(n_fft, hop)
    assert [int(figures(line)[-1]) for line in printed("hop").splitlines()] == [1, 1, 16]


def lines_seen(n_mels, low):
    """Maxima over the bands of two tones, each a single line under the triangles."""
    edges = librosa.mel_frequencies(n_mels + 2, fmin=50, fmax=RATE / 2)
    tones = [low, low + 100]
    power = [np.interp(tones, edges[band : band + 3], [0, 1, 0]).sum() for band in range(n_mels)]
    return len(scipy.signal.find_peaks(10 * np.log10(np.array(power) + 1e-8), prominence=3)[0])


def test_two_tones_are_apart_where_mel_bands_are_narrow_enough():
    for n_mels, low, high in rows("bands"):
        assert (low, high) == (lines_seen(int(n_mels), 1000), lines_seen(int(n_mels), 5000)), n_mels
    assert [row[1:] for row in rows("bands")] == [[1, 1], [1, 1], [2, 1], [2, 1]]  # as the prose says: 56 and 64


def test_what_was_stored_at_8000_hz_holds_nothing_above_its_half():
    (_, bands, whole), (*_, again, stored) = map(figures, printed("range").splitlines())
    middles = librosa.mel_frequencies(66, fmin=50, fmax=RATE / 2)[1:-1]
    assert bands == again == np.sum(middles > 4400) and whole > bands / 2 and stored == 0


def test_the_telephone_keeps_300_to_3400_hz():
    telephone = LESSON.function(
        "telephone", np=np, rate=RATE, butter=scipy.signal.butter, sosfiltfilt=scipy.signal.sosfiltfilt
    )
    for hertz, share in ((100, 0), (1000, 1), (3000, 1), (5000, 0)):
        tone = librosa.tone(hertz, sr=RATE, duration=1)
        assert np.std(telephone(tone)) / np.std(tone) == pytest.approx(share, abs=0.1), hertz


def test_the_telephone_costs_no_dog_and_the_gate_more_than_the_detector():
    count, found = figures(printed("dogs"))
    assert 0.9 * count < found == figures(printed("phone"))[0]
    (near, *_), (_, _, _), (far, kept, heard) = rows("gate")
    assert (near, far) == (1, 16) and rows("gate")[0][1:] == [count, found]
    assert kept < count / 4 and heard > 2 * count / 3


def test_forced_pictures_lose_dogs_without_an_error():
    found = [row[-1] for row in rows("bound")]
    assert found[0] == figures(printed("dogs"))[1] and all(other < 0.8 * found[0] for other in found[1:])
    shapes = [tuple(row[-3:-1]) for row in rows("bound")]
    assert shapes == [(64, 87), (64, 87), (64, 22), (128, 87)]


def test_the_table_says_what_the_detector_refuses_and_what_changes_the_size():
    """Every parameter of AudioConfig stands in the table once; the detector and the configuration judge."""
    changes = {"sample_rate": 16_000, "f_min": 300.0, "f_max": 3400.0, "window": "boxcar", "n_mfcc": 20}
    changes |= {"segment_seconds": 2.0, "segment_hop_seconds": 0.5, "gate_dbfs": -20.0, "floor_db": -60.0}
    changes |= {"n_fft": 2048, "hop_length": 512, "n_mels": 128}
    table = {}
    for line in LESSON.sources["cost-table"].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        for name in re.findall(r"`(\w+)`", cells[0]):
            table[name] = cells[2:]
    assert set(table) == set(changes) == set(AudioConfig().as_dict()) == {*CONTROLS} - {"ref"}
    for name, (size, again) in table.items():
        config = AudioConfig(**{name: changes[name]})
        try:
            pretrained.load_model(config=config)
            refused = False
        except LessonError:
            refused = True
        assert (again == "네") == refused, name
        assert ("가로" in size) == (config.segment_frames != AudioConfig().segment_frames), name
        assert (size == "세로") == (config.n_mels != AudioConfig().n_mels), name


def test_the_detector_has_not_met_these_sounds():
    card = (Path(pretrained.__file__).parent / "pretrained_detector.md").read_text(encoding="utf-8")
    (own,) = re.findall(r"seed=(\d+)", LESSON.sources["bench"])
    assert own not in re.findall(r"synthetic sounds, seed (\d+)", card)
