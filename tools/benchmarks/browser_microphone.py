"""From a bark in the browser's microphone to the event on the page: how long, and what is lost on the way?

A real JupyterLab in a real Chromium whose fake microphone plays barks of the synthetic dogs again and again. A bark
begins where its first loud sample stands on the audio clock of the page; it is reported when the text of its event
appears in the page (a MutationObserver), on the same clock. What lies before that clock, the sound card and the
browser's own buffer, is not in it.

    python -m tools.benchmarks.browser_microphone [seconds]
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.browser import microphone
from tools.benchmarks._common import machine, table
from tools.stage import ask, driver, launch, run_all, serve, show

LONGEST_S = 1.5  # from a bark to its event; what comes later belongs to another one

FACTS = """
import json
print(json.dumps({
    "received": round(source.arrived_s * source.rate), "lost_s": source.lost_s, "overflows": source.overflows,
    "skipped": listener.detector.skipped, "error": str(listener.error),
    "reported": [event.reported_s for event in listener.log.events],
}))
"""


def listened(seconds):
    """What the page and the kernel say after so many seconds: two dicts."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        microphone.tape(home / "barks.wav")
        microphone.write(home / "notebooks" / "en" / "listens.ipynb")
        with (
            serve(home, home / "notebooks") as lab,
            driver() as chromium,
            launch(chromium, *microphone.plays(home / "barks.wav")) as browser,
        ):
            page = browser.new_page()
            page.add_init_script(microphone.PROBE)
            show(page, lab.address("en/listens.ipynb"), len(microphone.CELLS))
            run_all(page)
            page.get_by_role("button", name="Microphone on").click()
            page.wait_for_timeout(1000 * seconds)
            page.get_by_role("button", name="Microphone off").click()
            page.wait_for_timeout(1000)  # what is on its way
            facts = json.loads(ask(page, FACTS))
            probe = page.evaluate("({ ...probe, rate: probe.contexts[0].sampleRate, contexts: null, tracks: null })")
    return probe, facts


def delays(onsets, times):
    """Median, 10 % and 90 % of the time since the last onset before each time, as text (ms)."""
    onsets = np.array(onsets)
    found = [time - onsets[onsets <= time][-1] for time in times if (onsets <= time).any()]
    middle, low, high = np.percentile([1000 * delay for delay in found if delay <= LONGEST_S], (50, 10, 90))
    return f"{middle:.0f} ({low:.0f}…{high:.0f})"


def main(seconds=60.0):
    probe, facts = listened(seconds)
    reported = [probe["begun"] + time for time in facts["reported"]]
    rows = [
        ("sound sent (s)", f"{probe['samples'] / probe['rate']:.2f}"),
        ("samples sent / received", f"{probe['samples']} / {facts['received']}"),
        ("lost", f"{facts['lost_s']:.3f} s, {facts['overflows']} times"),
        ("windows skipped", facts["skipped"]),
        ("barks / events", f"{len(probe['onsets'])} / {len(probe['seen'])}"),
        ("onset → reported in the kernel, ms: median (10…90 %)", delays(probe["onsets"], reported)),
        ("onset → event in the page, ms: median (10…90 %)", delays(probe["onsets"], probe["seen"])),
    ]
    print(table(("measured", "value"), rows))
    print(f"{probe['rate']:.0f} Hz, error: {facts['error']}. {machine()}.")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
