"""Synthetic sounds: ten kinds of city sound and hard confusions for a dog detector, computed, never recorded.

Use
---
::

    import synth

    synth.write("sounds", size=450, seed=0)     # a data set: 450 recordings of about 5 s, 37 % of them dogs
    made = synth.synthesise("dog_bark", seed=5)  # one recording: made.samples, made.sample_rate, made.events

The set has UrbanSound's layout::

    data/<class>/<id>.wav|flac|ogg   16-bit sound of many rates and formats; <id>-2 is a second recording of <id>
    data/<class>/<id>.csv            one line an event: start_s,end_s,salience,label
    folds.csv                        class,freesound_id,file,fold
    README.txt                       version, size, seed, licence; written last

The same seed gives the same samples on every computer: everything is float64 until the last step. Ids begin at
900 000 001, far above Freesound's own, and no two seeds share one.

Modules
-------
- `sound`: contours, noise, harmonics, resonances · `voice`: throats · `scene`: when things sound
- `dog`, `people`, `animals`, `city`, `music`, `hard`: what sounds
- `room`: everything between a mouth and a file

It needs numpy, scipy and soundfile.
"""

import copy
import csv
import io
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from synth import city, dog, hard, music, people, room
from synth.scene import Scene
from synth.sound import gain, rms

VERSION = 3  # of the samples: raise it when a change of code changes one
FIRST_ID = 900_000_001
IDS_PER_SEED = 1_000_000
FOLDS = 5
SHORTEST_S = 0.1
SILENCE_RMS = 1e-9  # `rms` is never 0

MAKERS = {
    "air_conditioner": city.air_conditioner,
    "car_horn": city.car_horn,
    "children_playing": people.children_playing,
    "dog_bark": dog.dog_bark,
    "drilling": city.drilling,
    "engine_idling": city.engine_idling,
    "gun_shot": city.gun_shot,
    "jackhammer": city.jackhammer,
    "siren": city.siren,
    "street_music": music.street_music,
    "other_sounds": hard.other_sounds,
}
"""The maker (see `synth.scene`) of each label."""

SHARE = dict.fromkeys(MAKERS, 1) | {
    "children_playing": 2, "siren": 2, "street_music": 2, "dog_bark": 11, "other_sounds": 7,
}  # fmt: skip
CYCLE = [label for _, label in sorted(((k + 0.5) / n, label) for label, n in SHARE.items() for k in range(n))]
"""Labels of 30 recordings in a row, each label spread evenly."""

AROUND = (city.engine_idling, music.street_music, people.children_playing, city.siren, hard.other_sounds)
RATES = {44100: 0.36, 22050: 0.2, 48000: 0.14, 16000: 0.12, 32000: 0.08, 11025: 0.06, 24000: 0.04}
FORMATS = {
    ("wav", "PCM_16"): 0.46,
    ("flac", "PCM_16"): 0.2,
    ("ogg", "VORBIS"): 0.2,
    ("wav", "PCM_24"): 0.06,
    ("wav", "FLOAT"): 0.03,
    ("wav", "PCM_U8"): 0.03,
    ("wav", "IMA_ADPCM"): 0.02,
}


class SynthError(ValueError):
    """The folder for the set already holds something else."""


class Span(NamedTuple):
    """When something sounds, in seconds from the start of the recording."""

    start_s: float
    end_s: float


@dataclass(frozen=True)
class Synthetic:
    """A synthetic recording.

    Parameters
    ----------
    samples : array [n, channels], int16
    sample_rate : int, Hz
    events : tuple of Span, when the label's class sounds
    """

    samples: np.ndarray
    sample_rate: int
    events: tuple[Span, ...]


def synthesise(label, seed, *, take=0, length_s=None):
    """Make one recording of a class.

    Parameters
    ----------
    label : str, one of `MAKERS`
    seed : int ≥ 0 or a sequence of them; decides the source: one particular dog or engine in one place
    take : int ≥ 0, which recording of this source
    length_s : float or None, length in s, at least `SHORTEST_S`; by default drawn between 0.3 and 20 s

    Returns
    -------
    Synthetic

    Raises
    ------
    ValueError
        If there is no such label, or the length is too short.
    """
    if label not in MAKERS:
        raise ValueError(f"There is no label {label!r}. Choose one of: {', '.join(MAKERS)}.")
    if length_s is not None and not length_s >= SHORTEST_S:
        raise ValueError(f"length_s is {length_s}, but a recording lasts at least {SHORTEST_S} s.")
    return record(MAKERS[label], [*np.atleast_1d(seed).tolist(), list(MAKERS).index(label)], take, length_s)


def record(maker, source, take=0, length_s=None):
    """What a maker sounds like in a place drawn for it: Synthetic; ``source`` lists int, the rest is `synthesise`'s."""
    who, rng = np.random.default_rng([*source, 0]), np.random.default_rng([*source, 1, take])
    rate, channels = int(pick(who, RATES)), 1 + int(who.random() < 0.3)
    if length_s is None:
        length_s = (
            rng.uniform(0.3, 1.2)
            if rng.random() < 0.1
            else float(np.clip(4.5 * np.exp(0.5 * rng.standard_normal()), 1, 20))
        )
    where = room.draw(who)
    layers, spans = [], []
    while not (spans and any(rms(layer) > SILENCE_RMS for layer in layers)):
        # a short recording may be over before anything begins: then the same source is recorded at another moment
        scene = Scene(rate, length_s, copy.deepcopy(who), rng)
        layers, spans = maker(scene)
    who = scene.who
    if who.random() < 0.2:  # life goes on around it
        around, _ = AROUND[who.integers(len(AROUND))](scene)
        layers = [*layers, *(layer * gain(who.uniform(-35, -12)) for layer in around)]
    samples = room.record(layers, where, who, rng, rate, channels)
    return Synthetic(samples, rate, tuple(Span(start, end) for start, end in spans))


def pick(rng, weights):
    """A key of the dict ``weights``, drawn with its value as the weight."""
    return list(weights)[int(np.searchsorted(np.cumsum(list(weights.values())), rng.random() * sum(weights.values())))]


@dataclass(frozen=True)
class Entry:
    """One recording of a set, before it is made."""

    label: str
    number: int  # of its source within the set
    take: int
    fold: int
    seed: int

    @property
    def source(self):
        """The source's id; another seed has other sources, so it has other ids."""
        return FIRST_ID + self.number + IDS_PER_SEED * self.seed

    @property
    def stem(self):
        """The file's name without its ending."""
        return f"{self.source}" + (f"-{self.take + 1}" if self.take else "")

    @property
    def drawn_from(self):
        """The seed for `synthesise`, which decides what the source is."""
        return self.seed, FIRST_ID + self.number


def entries(size, seed=0):
    """The recordings of a set, as a list of Entry; a larger set begins with the smaller one.

    Every eighth recording of a class is a second one of the source before it, as in real sets.
    """
    planned, last, seen = [], {}, dict.fromkeys(MAKERS, 0)
    for number in range(size):
        label = CYCLE[number % len(CYCLE)]
        before = last.get(label)
        if before and seen[label] % 8 == 7:
            entry = Entry(label, before.number, 1, before.fold, seed)
        else:
            entry = Entry(label, number, 0, before.fold % FOLDS + 1 if before else 1 + number % FOLDS, seed)
        seen[label] += 1
        last[label] = entry
        planned.append(entry)
    return planned


def write(folder, *, size=450, seed=0, run=map):
    """Make a data set of synthetic sounds, unless the folder holds this very set already.

    It is written to a folder beside it, which is renamed at the end: an interrupted run leaves nothing behind. Two
    programs must not write to one folder at the same time.

    Parameters
    ----------
    folder : path of a folder that does not exist, is empty, or holds this very set
    size : int, number of recordings; about 6 s each, 40 % of them dogs
    seed : int ≥ 0; another seed has other sources
    run : function like `map` that yields ``function(item)`` for each item, in order; a parallel one is faster

    Returns
    -------
    Path of the folder

    Raises
    ------
    SynthError
        If the folder holds something else.

    See lesson 07_evaluate.
    """
    folder = Path(folder).absolute()
    if finished(folder, size, seed):
        return folder
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    planned, rows = entries(size, seed), [("class", "freesound_id", "file", "fold")]
    try:
        for entry, (ending, sound, events) in zip(planned, run(encode, planned), strict=True):
            path = part / "data" / entry.label / f"{entry.stem}.{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(sound)
            path.with_suffix(".csv").write_text(events, encoding="utf-8", newline="\n")
            rows.append((entry.label, entry.source, path.relative_to(part).as_posix(), entry.fold))
        with (part / "folds.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([rows[0], *sorted(rows[1:])])
        (part / "README.txt").write_text(readme(size, seed), encoding="utf-8", newline="\n")
        if folder.exists():
            folder.rmdir()  # it is empty, or `finished` would have raised
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def finished(folder, size, seed):
    """Whether the folder holds this very set; raises SynthError if it holds anything else."""
    note = folder / "README.txt"
    if note.is_file() and note.read_text(encoding="utf-8", errors="replace") == readme(size, seed):
        return True
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SynthError(f"{folder} already holds something else. Name an empty or a new folder.")
    return False


def encode(entry):
    """Make one recording of a set: (file ending, bytes of the sound file, text of its csv)."""
    made = synthesise(entry.label, entry.drawn_from, take=entry.take)
    ending, subtype = pick(np.random.default_rng([*entry.drawn_from, entry.take]), FORMATS)
    buffer = io.BytesIO()
    # libsndfile scales integers for integer formats only
    samples = made.samples / 32768 if subtype == "FLOAT" else made.samples
    with soundfile.SoundFile(buffer, "w", made.sample_rate, made.samples.shape[1], subtype, format=ending) as file:
        for start in range(0, len(samples), 16384):  # libvorbis takes long sounds in portions only
            file.write(samples[start : start + 16384])
    events = "".join(f"{event.start_s:.6f},{event.end_s:.6f},1,{entry.label}\n" for event in made.events)
    return ending, buffer.getvalue(), events


def readme(size, seed):
    """The text of README.txt, by which a finished set is recognised."""
    ids = f", ids from {FIRST_ID + IDS_PER_SEED * seed}" if seed else ""
    return (
        f"Built-in sounds, version {VERSION}, size {size}, seed {seed}{ids}.\n\n"
        "Every recording here was computed; none was recorded. The layout is UrbanSound's: data/<class>/<id>.* with\n"
        "<id>.csv (start_s,end_s,salience,label), and folds.csv. The ids are ours, not Freesound's. "
        "<id>-2 is a second\nrecording of the same source as <id>.\n\n"
        "Licence: CC0 1.0, public domain. https://creativecommons.org/publicdomain/zero/1.0/\n"
    )
