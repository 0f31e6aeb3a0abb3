"""The built-in set: sounds made by rule, so that every lesson runs at once, anywhere, without a download.

Ten UrbanSound classes and ``other_sounds``, hard confusions for a dog detector, in UrbanSound's own layout::

    data/<class>/<id>.wav|flac|ogg   16-bit sound of many rates and formats; <id>-2 is a second recording of <id>
    data/<class>/<id>.csv            one line an event: start_s,end_s,salience,label
    folds.csv                        class,freesound_id,file,fold
    README.txt                       seed, size, version, licence; written last

Freesound's own numbers are far below ours, which begin at 900 000 001.

`sound` holds the bricks, `voice` throats, `room` all between mouth and file; `dog`, `city` and `hard` what sounds.
"""

import copy
import csv
import io
import multiprocessing
import os
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
from filelock import FileLock

from helpers.batch import in_order
from helpers.datasets import TARGET, Event
from helpers.datasets.builtin import city, dog, hard, music, people, room
from helpers.datasets.builtin.scene import Scene
from helpers.datasets.builtin.sound import gain, rms
from helpers.messages import LessonError

VERSION = 2  # of the sounds: raise it when a change of code changes a sample
FIRST_ID = 900_000_001
FOLDS = 5
SHORTEST_S = 0.1
_SILENCE = 1e-9  # RMS: what is added to nothing, to divide by it, is less
MAKERS = {
    "air_conditioner": city.air_conditioner,
    "car_horn": city.car_horn,
    "children_playing": people.children_playing,
    TARGET: dog.dog_bark,
    "drilling": city.drilling,
    "engine_idling": city.engine_idling,
    "gun_shot": city.gun_shot,
    "jackhammer": city.jackhammer,
    "siren": city.siren,
    "street_music": music.street_music,
    "other_sounds": hard.other_sounds,
}
"""What makes each label's sounds."""

SHARE = dict.fromkeys(MAKERS, 1) | {"children_playing": 2, "siren": 2, "street_music": 2, TARGET: 13, "other_sounds": 5}
AROUND = (city.engine_idling, music.street_music, people.children_playing, city.siren, hard.other_sounds)
CYCLE = [label for _, label in sorted(((k + 0.5) / n, label) for label, n in SHARE.items() for k in range(n))]
"""Labels of 30 recordings in a row, well mixed: dogs, the city, other sounds."""

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


class BuiltinError(LessonError):
    """A folder the built-in set cannot be written into, or a label it does not know."""


@dataclass(frozen=True)
class Synthetic:
    """A recording made by rule.

    Parameters
    ----------
    samples : array [n, channels], int16
    sample_rate : int, Hz
    events : tuple of Event

    Lesson: 03_download.
    """

    samples: np.ndarray
    sample_rate: int
    events: tuple[Event, ...]


def synthesise(label, seed, *, take=0, length_s=None):
    """One recording of a class.

    Parameters
    ----------
    label : str, one of `MAKERS`
    seed : int ≥ 0 or a sequence of them; decides the source: this very dog or engine, in this place
    take : int, which recording of this source
    length_s : float or None, length in s, at least `SHORTEST_S`; drawn (0.3…20 s) by default

    Returns
    -------
    Synthetic

    Raises
    ------
    BuiltinError
        If there is no such label, or the length is too short for a sound.

    Lesson: 03_download.
    """
    if label not in MAKERS:
        raise BuiltinError("builtin.no_label", label=label, labels=", ".join(MAKERS))
    if length_s is not None and not length_s >= SHORTEST_S:
        raise BuiltinError("builtin.too_short", length_s=length_s, shortest_s=SHORTEST_S)
    source = [*np.atleast_1d(seed).tolist(), list(MAKERS).index(label)]
    who, rng = np.random.default_rng([*source, 0]), np.random.default_rng([*source, 1, take])
    rate, channels = int(draw(who, RATES)), 1 + int(who.random() < 0.3)
    if length_s is None:
        length_s = (
            rng.uniform(0.3, 1.2)
            if rng.random() < 0.1
            else float(np.clip(7 * np.exp(0.5 * rng.standard_normal()), 1, 20))
        )
    where = room.draw(who)
    layers, spans = [], []
    while not (spans and any(rms(layer) > _SILENCE for layer in layers)):
        # what is short may be over before anything begins: then the same source is recorded at another moment
        scene = Scene(rate, length_s, copy.deepcopy(who), rng)
        layers, spans = MAKERS[label](scene)
    who = scene.who
    if who.random() < 0.2:  # life goes on around it
        around, _ = AROUND[who.integers(len(AROUND))](scene)
        layers = [*layers, *(layer * gain(who.uniform(-35, -12)) for layer in around)]
    samples = room.record(layers, where, who, rng, rate, channels)
    return Synthetic(samples, rate, tuple(Event(start, end, label) for start, end in spans))


def draw(rng, weights):
    """A key of a dict, each as likely as its value says."""
    return list(weights)[int(np.searchsorted(np.cumsum(list(weights.values())), rng.random() * sum(weights.values())))]


@dataclass(frozen=True)
class Entry:
    """One recording of the set, before it is made."""

    label: str
    source: int
    take: int
    fold: int

    @property
    def stem(self):
        """The file's name without ending."""
        return f"{self.source}" + (f"-{self.take + 1}" if self.take else "")


def entries(size):
    """What a set of this size holds. A larger set begins with the smaller one.

    Every eighth recording of a class is a second one of the source before it, as in real sets: cut at random, the two
    would land on both sides of a split.

    Returns
    -------
    list of Entry

    Lesson: 03_download.
    """
    out, last, seen = [], {}, dict.fromkeys(MAKERS, 0)
    for number in range(size):
        label = CYCLE[number % len(CYCLE)]
        before = last.get(label)
        if before and seen[label] % 8 == 7:
            entry = Entry(label, before.source, 1, before.fold)
        else:
            entry = Entry(label, FIRST_ID + number, 0, before.fold % FOLDS + 1 if before else 1 + number % FOLDS)
        seen[label] += 1
        last[label] = entry
        out.append(entry)
    return out


def write(folder, *, size=300, seed=0, progress=True, jobs=None):
    """Make the built-in set, unless this folder holds it already.

    Everything is written beside the folder and renamed when it is complete, so a run that was interrupted leaves
    nothing that looks finished.

    Parameters
    ----------
    folder : path of a folder that does not exist, is empty, or holds this very set
    size : int, recordings; about 6 s each, 40 % of them dogs
    seed : int ≥ 0, another seed gives other dogs
    progress : bool, draw a bar on stderr
    jobs : int or None, processes; one for each core by default

    Returns
    -------
    Path of the folder

    Raises
    ------
    BuiltinError
        If the folder holds something else, or a script starts this without ``if __name__ == "__main__":``.

    Lesson: 03_download.
    """
    folder = Path(folder).absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    if multiprocessing.parent_process() and not finished(folder, size, seed):
        raise BuiltinError(
            "builtin.in_worker"
        )  # our own worker, running the script again: it would wait for its parent
    part = folder.with_name(f".{folder.name}.part")
    with FileLock(folder.with_name(f".{folder.name}.lock")):  # two lessons that start together make it once
        if finished(folder, size, seed):
            return folder
        shutil.rmtree(part, ignore_errors=True)
        planned, rows = entries(size), []
        try:
            made = in_order(
                partial(encode, seed),
                planned,
                processes=jobs or cores(),
                progress=progress,
                description="builtin",
                unit="sound",
            )
            for entry, (ending, data, lines) in zip(planned, made, strict=True):
                path = part / "data" / entry.label / f"{entry.stem}.{ending}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                path.with_suffix(".csv").write_text(lines, encoding="utf-8")
                rows.append((entry.label, entry.source, path.relative_to(part).as_posix(), entry.fold))
            with (part / "folds.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(
                    [("class", "freesound_id", "file", "fold"), *sorted(rows)]
                )
            (part / "README.txt").write_text(readme(size, seed), encoding="utf-8")
            if folder.exists():
                folder.rmdir()  # empty, or `finished` would have raised
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return folder


def finished(folder, size, seed):
    """Whether the folder holds this very set; an error if it holds anything else."""
    note = folder / "README.txt"
    if note.is_file() and note.read_text(encoding="utf-8") == readme(size, seed):
        return True
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BuiltinError("builtin.not_empty", folder=folder)
    return False


def encode(seed, entry):
    """Make one recording of the set: (file ending, its bytes, lines of its csv)."""
    made = synthesise(entry.label, (seed, entry.source), take=entry.take)
    ending, subtype = draw(np.random.default_rng([seed, entry.source, entry.take]), FORMATS)
    buffer = io.BytesIO()
    # libsndfile scales integers for integer formats only
    samples = made.samples / 32768 if subtype == "FLOAT" else made.samples
    with soundfile.SoundFile(buffer, "w", made.sample_rate, made.samples.shape[1], subtype, format=ending) as file:
        for start in range(0, len(samples), 16384):  # libvorbis takes long sounds in portions only
            file.write(samples[start : start + 16384])
    lines = "".join(f"{e.start_s:.6f},{e.end_s:.6f},{e.salience},{e.label}\n" for e in made.events)
    return ending, buffer.getvalue(), lines


def cores():
    """Processors this process may use, at most eight."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 8)


def readme(size, seed):
    """What README.txt says; equal text means equal set."""
    return (
        f"Built-in sounds, version {VERSION}, size {size}, seed {seed}.\n\n"
        "Every recording here was computed; none was recorded. The layout is UrbanSound's: data/<class>/<id>.* with\n"
        "<id>.csv (start_s,end_s,salience,label), and folds.csv. The ids are ours, not Freesound's. "
        "<id>-2 is a second\nrecording of the same source as <id>.\n\n"
        "Licence: CC0 1.0, public domain. https://creativecommons.org/publicdomain/zero/1.0/\n"
    )
