"""A fake microphone, a notebook that listens to it, and a probe in the page: for tests and for benchmarks."""

import textwrap

import nbformat
import numpy as np

from helpers import audio, datasets
from helpers.config import AudioConfig

RATE = 48_000  # Hz
BARK_EVERY_S = 3.037  # no multiple of the detector's hop: barks fall anywhere between two windows
BARKS = 10

CELLS = (
    """
    import ipywidgets
    from helpers.live.detector import Detector
    from helpers.live.listener import Listener
    from helpers.live.sources import BrowserSource
    from helpers.model import load_model

    source = BrowserSource()
    found = ipywidgets.HTML()

    def show(event):
        found.value += f"<p>bark at {event.start_s:.2f} s</p>"

    listener = Listener(source, Detector.of(load_model()), show)
    """,
    "source",
    "found",
    "listener.start()",
)

# What the page opens is kept, and what its worklet hands on is listened to: a bark begins where the quiet ends.
PROBE = """
window.probe = { contexts: [], tracks: [], samples: 0, begun: null, onsets: [], seen: [], ahead: -Infinity };
window.AudioContext = class extends AudioContext {
    constructor(...given) { super(...given); probe.contexts.push(this); }
};
if (navigator.mediaDevices) {
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
        const media = await open(probe.wanted = wanted);
        probe.tracks.push(...media.getTracks());
        return media;
    };
    window.AudioWorkletNode = class extends AudioWorkletNode {
        constructor(context, ...given) {
            super(context, ...given);
            let loud = -Infinity;
            this.port.addEventListener("message", ({ data: { frame, block } }) => {
                if (probe.tracks.at(-1).readyState !== "live") return; // a block on its way when all was stopped
                probe.begun ??= frame / context.sampleRate;
                probe.samples += block.length;
                block.forEach((value, place) => {
                    if (Math.abs(value) < 0.05) return;
                    const now = (frame + place) / context.sampleRate;
                    if (now - loud > 1) probe.onsets.push(now);
                    loud = now;
                });
                // the audio clock moves in steps; where it is furthest ahead of the page's clock, it has just moved
                probe.ahead = Math.max(probe.ahead, context.currentTime - performance.now() / 1000);
            });
        }
    };
}
new MutationObserver(() => {
    const count = document.body?.textContent.match(/bark at \\d/g)?.length ?? 0;
    while (probe.seen.length < count) probe.seen.push(performance.now() / 1000 + probe.ahead);
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


def tape(path):
    """Write barks of the synthetic dogs as a wav, each after so much quiet that one cannot be taken for another."""
    config = AudioConfig(sample_rate=RATE, f_max=RATE / 2)
    sound = np.random.default_rng(0).normal(0, 3e-4, round(BARKS * BARK_EVERY_S * RATE))
    barks = (
        (recording, event)
        for recording in datasets.load("builtin").recordings
        for event in recording.events[:1]
        if recording.label == datasets.TARGET and 0.1 < event.end_s - event.start_s < 0.6
    )
    for number, (recording, event) in zip(range(BARKS), barks, strict=False):
        whole = audio.load(recording.path, config)
        bark = whole[round(event.start_s * RATE) : round(event.end_s * RATE)]
        start = round((number + 0.5) * BARK_EVERY_S * RATE)
        sound[start : start + len(bark)] += 0.7 * bark / np.abs(bark).max()
    audio.save(path, sound, RATE)


def plays(path):
    """Chromium's flags for a microphone that plays a wav again and again, and is allowed to every page."""
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={path}",
    )


def write(path):
    """The notebook that shows the browser's microphone and what a `Listener` finds."""
    cells = [nbformat.v4.new_code_cell(textwrap.dedent(code).strip()) for code in CELLS]
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
