"""How long after a bark begins does the listener report it?

    REAL_SOUNDS=… python -m tools.benchmarks.live_latency [barks]

Barks are played at known times through a virtual sound card, faint noise between them, and heard through PyAudio by
the pretrained detector. Latency is the time of the report minus the time the bark's first sample was captured. Capture
times are the earliest on which all callbacks agree, so that a wait for a full buffer counts as latency; the way from
the player to the card does not, and is printed apart. A bark's onset is where it comes within 20 dB of its loudest
hundredth of a second; one that is not quieter before is left out. Real barks are from recordings the detector has not
learnt from; without REAL_SOUNDS they are synthetic.

Peers: the guide needs 0.6–1.2 s, a TFLite demo hops 0.49 s, a course on keyword spotting asks for 0.3 s.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from helpers import audio
from helpers.config import AudioConfig
from helpers.datasets import TARGET
from helpers.live.detector import Detector
from helpers.live.listener import Listener
from helpers.live.sources import MicrophoneSource
from helpers.model import load_model
from tools.benchmarks._common import machine, sounds, table
from tools.benchmarks._sound_card import RATE, SoundCard, missing

AT_CARD = AudioConfig(sample_rate=RATE)
FRAME = RATE // 100
RISE_DB = 20
BARK_S, APART_S, JITTER_S = 1.0, 4.0, 0.1  # jittered by a hop, so that barks meet all its phases
NOISE_DBFS = -60


class Marked(MicrophoneSource):
    """A microphone that remembers what it captured, and when each callback brought it."""

    def open(self):
        self.captured, self.marks = [], []
        super().open()

    def _arrive(self, samples, lost=0):
        super()._arrive(samples, lost)
        self.captured.append(audio.to_int16(samples))
        self.marks.append((self._ring.written, time.monotonic()))

    def captured_at(self):
        """When sample 0 of the stream was captured, as `time.monotonic` counts (s)."""
        written, when = np.array(self.marks).T
        return float((when - written / self.rate).min())


def onset(sound):
    """The sample at which a bark begins near the start of ``sound`` [n], or None if it does not stand out."""
    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)[: RATE // 2 // FRAME]
    levels = np.array([audio.rms_dbfs(frame) for frame in frames])
    if not len(levels):
        return None
    first = int(np.flatnonzero(levels >= levels.max() - RISE_DB)[0])
    return first * FRAME if first else None


def barks(model, number):
    """Barks that begin with their first sample: arrays [n] float32 at the card's rate."""
    met = model.metadata["sources"] if os.environ.get("REAL_SOUNDS") else ()
    recordings = {one.path: one for one in sounds().recordings if one.label == TARGET and one.source not in met}
    found = []
    for path, sound in audio.load_each(recordings, AT_CARD, on_skip=lambda _path, _error: None):
        for event in recordings[path].events:
            near = sound[max(0, round((event.start_s - 0.1) * RATE)) :]
            begin = onset(near)
            if begin is not None:
                bark = near[begin:][: round(BARK_S * RATE)]
                found += [bark] if audio.rms_dbfs(bark) > model.config.gate_dbfs else []
    order = np.random.default_rng(0).permutation(len(found))
    return [found[place] for place in order[:number]]


def track(chosen):
    """One int16 recording of all barks, noise below and between them; where each begins (samples)."""
    random = np.random.default_rng(1)
    begins = [round((APART_S * (1 + place) + random.uniform(0, JITTER_S)) * RATE) for place in range(len(chosen))]
    whole = random.normal(0, 10 ** (NOISE_DBFS / 20), round(APART_S * (2 + len(chosen)) * RATE))
    for bark, begin in zip(chosen, begins, strict=True):
        whole[begin : begin + len(bark)] += bark
    return audio.to_int16(whole), begins


def listen(model, sound):
    """Play it to the listener: the source, when playing began, each report with its time, the detector."""
    source, detector, reports = Marked(config=model.config), Detector.of(model), []
    listener = Listener(source, detector, lambda event: reports.append((time.monotonic(), event)))
    with tempfile.TemporaryDirectory() as folder, SoundCard() as card:
        os.environ.update(card.environment)
        audio.save(Path(folder) / "track.wav", sound, RATE)
        listener.start()
        while not source.arrived_s and not listener.error:
            time.sleep(0.1)
        began = time.monotonic()
        card.play(Path(folder) / "track.wav").wait()
        time.sleep(1)
        listener.stop()
    if listener.error:
        raise listener.error
    return source, began, reports, detector


def find(sound, captured):
    """Where in ``captured`` the track begins; every sample of it must be there, one after the other."""
    for begin in np.flatnonzero(captured[: 10 * RATE] == sound[0]):
        if np.array_equal(captured[begin : begin + RATE], sound[:RATE]):
            if not np.array_equal(captured[begin : begin + len(sound)], sound):
                raise SystemExit("The player came late: the track has gaps. Try again on a quieter computer.")
            return begin
    raise SystemExit("The track was not heard.")


def main(number=50):
    """Play, listen, print the table."""
    if lacks := missing():
        print(f"The virtual sound card needs {lacks}.")
        return
    model = load_model()
    chosen = barks(model, number)
    sound, begins = track(chosen)
    source, began, reports, detector = listen(model, sound)
    start, origin = find(sound, np.concatenate(source.captured)), source.captured_at()
    answers, used = [], set()
    for begin in begins:
        at_s = (start + begin) / RATE
        for place, (when, event) in enumerate(reports):
            latency = when - origin - at_s
            if 0 <= latency < APART_S - JITTER_S:
                answers.append((latency, event.reported_s - at_s, event.start_s - at_s))
                used.add(place)
                break
    names = "report - capture of the onset", "the same by the event's reported_s", "event's start_s - onset"
    rows = [
        (name, *(f"{1000 * value:.0f}" for value in np.quantile(times, [0.5, 0.1, 0.9, 1])))
        for name, times in zip(names, zip(*answers, strict=True), strict=True)
    ]
    print(f"{len(chosen)} barks of {sounds().name}; latency in ms. {machine()}")
    print(table(("", "median", "10 %", "90 %", "most"), rows))
    print(f"missed {len(begins) - len(answers)}, other reports {len(reports) - len(used)}")
    player = 1000 * (origin + start / RATE - began)
    print(f"apart from this: player started -> its first sample captured {player:.0f} ms")
    print(f"windows judged {detector.windows}, skipped {detector.skipped}; overflows {source.overflows}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
