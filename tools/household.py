"""Long backgrounds for a detector to be quiet in: talk, voices, music, a street, a kitchen, rain. All are synthetic.

The lessons' sounds are short and of one thing each. What a detector hears all day is one of these for an hour: so the
pretrained one learns from some of them, and is tested on others (`tools.benchmarks.household`).
"""

from functools import partial
from pathlib import Path

import synth
from helpers import audio
from helpers.batch import in_order
from helpers.datasets import TARGET
from synth import city, hard, music, people
from synth.scene import mixed

LENGTH_S = 20.0
MAKERS = {
    "talk": [hard.KINDS[kind] for kind in ("speech", "speech", "cough")],
    "voices": [hard.KINDS[kind] for kind in ("shout", "sneeze", "baby")],  # the nearest to a dog
    "music": [music.street_music],
    "street": [
        city.engine_idling,
        city.siren,
        city.siren,
        city.car_horn,
        people.children_playing,
        hard.machine,
        hard.town,
    ],
    "kitchen": [hard.KINDS[kind] for kind in ("knock", "knock", "tick", "weather", "speech")],
    "rain": [hard.weather],
}
COUNTS = {"talk": 50, "voices": 50, "music": 40, "street": 80, "kitchen": 60, "rain": 40, TARGET: 60}  # to learn from
TEST_SEED = 20_000  # and above: nobody learns from those


def make(kind, seed):
    """One recording of a kind of background, or of the target: `synth.Synthetic`."""
    if kind in synth.MAKERS:
        return synth.synthesise(kind, (seed, len(MAKERS)), length_s=LENGTH_S)
    source = [seed, len(MAKERS), len(synth.MAKERS) + list(MAKERS).index(kind)]  # other draws than of synth's own
    return synth.record(partial(_one_or_two, makers=MAKERS[kind]), source, length_s=LENGTH_S)


def _one_or_two(scene, makers):
    count = min(len(makers), scene.who.integers(1, 3))
    chosen = scene.who.choice(len(makers), count, replace=False)
    return mixed(scene, [makers[number] for number in chosen])


def write(folder, *, jobs=1, progress=True):
    """Write the recordings to learn from, in UrbanSound's layout, with a table of events beside each."""
    planned = [(kind, seed) for kind, count in COUNTS.items() for seed in range(count)]
    for _ in in_order(partial(_write, folder), planned, processes=jobs, progress=progress, unit="sound"):
        pass


def _write(folder, planned):
    kind, seed = planned
    made, path = make(kind, seed), Path(folder) / "data" / kind / f"{kind}-{seed}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    audio.save(path, made.samples, made.sample_rate)
    rows = [f"{event.start_s:.3f},{event.end_s:.3f},1,{kind}\n" for event in made.events]
    path.with_suffix(".csv").write_text("".join(rows), encoding="utf-8")
