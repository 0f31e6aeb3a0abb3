"""Recordings → segments: short wav files of one length, the second station of the walk.

`split` writes ``graph/positive`` and ``graph/negative`` (or, without a target, a folder for each label), and beside
them ``segments.csv`` with a line for each segment.
"""

from bisect import bisect_right, insort
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from helpers import audio, datasets
from helpers.batch import in_order, new_folder
from helpers.config import AudioConfig
from helpers.datasets import OTHER, TARGET
from helpers.messages import LessonError, text
from helpers.segments import GRAPH, MADE, TABLE, SegmentRow, fingerprint, made, table, written_before

NEGATIVES = 10
_SHOWN = 5  # names in a sentence


@dataclass(frozen=True, eq=False)
class Segment:
    """A stretch of a recording that was considered for cutting.

    Parameters
    ----------
    samples : array [config.segment_samples], float32 in -1…1
    start_s, end_s : float, the real audio in it, seconds from the recording's start
    event : int or None, index in ``recording.events`` of the event it was cut for
    rms_dbfs : float, RMS level of the real audio in it
    padding_s : float, seconds that repeat the recording because it is shorter than a segment
    status : str, ``"kept"``, or why not: ``"quiet"`` (below the gate), ``"repeated"`` (nearly another event's segment),
        ``"spare"`` (more negatives of one recording than asked for)
    """

    samples: np.ndarray
    start_s: float
    end_s: float
    event: int | None
    rms_dbfs: float
    padding_s: float
    status: str


def cut_segments(samples, recording, config=AudioConfig(), *, target=TARGET, negatives=NEGATIVES):
    """Segments of one recording: those of `candidate_segments` that are kept."""
    candidates = candidate_segments(samples, recording, config, target=target, negatives=negatives)
    return [segment for segment in candidates if segment.status == "kept"]


def candidate_segments(samples, recording, config=AudioConfig(), *, target=TARGET, negatives=NEGATIVES):
    """Every stretch of a recording that could be a segment, and what becomes of it.

    A recording of the target gives positives, any other negatives. Positives are cut from the target's events, or from
    the whole recording where it is not annotated: as many as fit, one hop apart, centred in the event as a group. An
    event shorter than a segment gives one segment centred on it. What begins within half a hop (or half a segment) of
    another event's segment is not cut twice. Negatives are laid out the same way outside the target's events; of those
    loud enough at most ``negatives`` are kept, evenly spread. Without a target, every recording is cut by the events of
    its own label. Only a recording shorter than a segment is padded, whatever its label: it is repeated, so that no
    silence gives the label away.

    Parameters
    ----------
    samples : array [n], float32 in -1…1, mono at ``config.sample_rate``
    recording : Recording
    config : AudioConfig
    target : str or None
    negatives : int, segments kept of one recording without the target

    Returns
    -------
    list of Segment, by event and start
    """
    if not len(samples):
        return []
    size, rate = config.segment_samples, config.sample_rate
    positive = target in (None, recording.label)
    places = _positive_places if positive else _negative_places
    found = []
    for start, event, repeated in places(len(samples), recording, config, target or recording.label):
        real = samples[start : start + size]
        level = audio.rms_dbfs(real)
        found.append(
            Segment(
                samples=real if len(real) == size else np.resize(real, size),
                start_s=start / rate,
                end_s=(start + len(real)) / rate,
                event=event,
                rms_dbfs=level,
                padding_s=(size - len(real)) / rate,
                status="repeated" if repeated else "quiet" if level < config.gate_dbfs else "kept",
            )
        )
    return found if positive else _thinned(found, negatives)


def _positive_places(total, recording, config, label):
    """Yield (start in samples, event, whether nearly the same stretch was taken) for segments inside events."""
    size, taken = config.segment_samples, []
    apart = min(size, config.segment_hop_samples) / 2
    spans = [(0, total, None)] if recording.events is None else _event_spans(total, recording, config, label)
    for begin, end, event in spans:
        starts = [max(0, min(start, total - size)) for start in _lay_out(begin, end, config)]
        for start in starts:
            near = bisect_right(taken, start - apart)
            repeated = near < len(taken) and taken[near] < start + apart
            yield start, event, repeated
            if not repeated:
                insort(taken, start)


def _negative_places(total, recording, config, target):
    """The same for segments outside the target's events."""
    free, begin = [], 0
    for start, end, _ in _event_spans(total, recording, config, target):
        free.append((begin, start))
        begin = max(begin, end)
    free.append((begin, total))
    for begin, end in free:
        if end - begin >= config.segment_samples or 0 < end - begin == total:
            for start in _lay_out(begin, end, config):
                yield max(0, start), None, False


def _lay_out(begin, end, config):
    """Starts of as many segments as fit into a stretch, at least one, a hop apart, centred as a group."""
    size, hop = config.segment_samples, config.segment_hop_samples
    count = max(1, (end - begin - size) // hop + 1)
    first = begin + (end - begin - (count - 1) * hop - size) // 2
    return [first + number * hop for number in range(count)]


def _event_spans(total, recording, config, label):
    """Events of one label as (start, end, index) in samples, in time order, cut where the audio ends."""
    spans = []
    for index, event in enumerate(recording.events or ()):
        if event.label == label and event.start_s < event.end_s:  # false for NaN too
            start, end = (round(min(max(0.0, t * config.sample_rate), total)) for t in (event.start_s, event.end_s))
            if start < end:
                spans.append((start, end, index))
    return sorted(spans)


def _thinned(segments, most):
    """Mark as spare what exceeds ``most``, evenly spread over those kept."""
    kept = [index for index, segment in enumerate(segments) if segment.status == "kept"]
    if len(kept) <= most:
        return segments
    chosen = {kept[int((number + 0.5) * len(kept) / most)] for number in range(most)}
    spare = set(kept) - chosen
    return [replace(s, status="spare") if index in spare else s for index, s in enumerate(segments)]


@dataclass(frozen=True)
class SplitSummary:
    """What `split` did; printed, it says all of it.

    Parameters
    ----------
    folder : Path, the new ``graph/``
    written : dict, folder in it (``"positive"``, …) → segments
    skipped : tuple of AudioError, recordings that could not be read at all
    incomplete : tuple of AudioWarning, recordings that were used although a part is missing or was changed
    report : str
    """

    folder: Path
    written: dict
    skipped: tuple
    incomplete: tuple
    report: str

    def __str__(self):
        return self.report


def split(data, *, out=None, target=TARGET, config=AudioConfig(), negatives=NEGATIVES, jobs=1, progress=True):
    """Cut every recording of a data set into segments, in a new folder ``graph/``.

    Parameters
    ----------
    data : Dataset, or a path or name as for `datasets.load`
    out : path, where ``graph/`` is made; the data set's own folder if None
    target : str or None; with a target ``graph/`` holds ``positive/`` and ``negative/``, without one a folder a label
    config : AudioConfig
    negatives : int, segments kept of one recording without the target
    jobs : int, processes
    progress : bool, draw a progress bar on stderr

    Returns
    -------
    SplitSummary

    Raises
    ------
    LessonError
        If no label or event is the target, ``graph/`` holds files of someone else, or it cannot be written.
    """
    dataset = data if isinstance(data, datasets.Dataset) else datasets.load(data, progress=progress)
    labels = {*dataset.labels, *(event.label for r in dataset.recordings for event in r.events or ())}
    if target is not None and target not in labels:
        raise LessonError("split.no_target", target=target, data=dataset.name, labels=", ".join(sorted(labels)))
    graph = Path(out or dataset.folder) / GRAPH
    written = dict.fromkeys(("positive", "negative") if target else dataset.labels, 0)
    work = partial(_cut_recording, dataset.folder, config, target, negatives)
    results, rows = [], []
    with new_folder(graph, written_before) as new:
        for folder in written:
            (new / folder).mkdir()
        options = {"processes": jobs, "progress": progress, "description": GRAPH}
        with closing(in_order(work, dataset.recordings, **options)) as cut:
            for recording, (result, segments) in zip(dataset.recordings, cut, strict=True):
                folder, name = _named(recording.label, target)
                for row, wav in segments:
                    rows.append(replace(row, segment=f"{folder}/{written[folder]}_{name}.wav"))
                    (new / rows[-1].segment).write_bytes(wav)
                    written[folder] += 1
                results.append(result)
        facts = {"data": dataset.name, "folder": str(dataset.folder.resolve()), "recordings": fingerprint(dataset)}
        (new / MADE).write_bytes(made(config, target=target, negatives=negatives, **facts))
        (new / TABLE).write_bytes(table(rows))
    return _summary(graph, dataset, results, rows, written)


def _named(label, target):
    """Folder of a label's segments, and the last part of their names: the guide's where there is a target."""
    if target is None:
        return label, label
    return ("positive", target.replace("_", "")) if label == target else ("negative", OTHER)


def _cut_recording(folder, config, target, negatives, recording):
    """What became of one recording, and its segments as (row without a file yet, wav)."""
    name = recording.path.relative_to(folder).as_posix().encode("utf-8", "backslashreplace").decode()
    try:
        samples, notes = audio.read(recording.path, config)
    except audio.AudioError as error:
        return {"name": name, "error": error}, []
    candidates = candidate_segments(samples, recording, config, target=target, negatives=negatives)
    kept = [segment for segment in candidates if segment.status == "kept"]
    label, seconds = target or recording.label, len(samples) / config.sample_rate
    used = {index for _, _, index in _event_spans(len(samples), recording, config, label)}
    events = [index for index, event in enumerate(recording.events or ()) if event.label == label]
    others = {event.label for event in recording.events or ()} if recording.label == label and not events else set()
    result = {
        "name": name,
        "kept": len(kept),
        "notes": notes,
        "seconds": seconds,
        "statuses": Counter(segment.status for segment in candidates),
        "places": Counter(_place(s, recording, seconds, config) for s in kept if s.event is not None),
        "unusable": [f"{name}[{index}]" for index in events if index not in used],
        "other_events": others,
    }
    origin = "", name, recording.source, recording.label, recording.fold
    numbers = [(s.start_s, s.end_s, s.event, round(s.rms_dbfs, 2), round(s.padding_s, 6)) for s in kept]
    rows = [SegmentRow(*origin, round(start, 6), round(end, 6), *rest) for start, end, *rest in numbers]
    return result, [(row, audio.wav_bytes(s.samples, config.sample_rate)) for row, s in zip(rows, kept, strict=True)]


def _place(segment, recording, seconds, config):
    """Where a segment lies, measured from the annotation and not from how it was cut."""
    sample = 1 / config.sample_rate
    event = recording.events[segment.event]
    start, end = max(0.0, event.start_s), min(seconds, event.end_s)
    if not segment.padding_s and start - sample <= segment.start_s and segment.end_s <= end + sample:
        return "inside"
    if segment.start_s <= start + sample and end - sample <= segment.end_s:
        return "around"
    return "outside"


def _summary(graph, dataset, results, rows, written):
    read = [result for result in results if "error" not in result]
    padded = dict.fromkeys(written, 0) | Counter(row.segment.split("/")[0] for row in rows if row.padding_s)
    places, statuses = (sum((result[key] for result in read), Counter()) for key in ("places", "statuses"))
    skipped = tuple(result["error"] for result in results if "error" in result)
    incomplete = tuple(note for result in read for note in result["notes"])
    lines = [text("split.read", recordings=len(read), seconds=sum(result["seconds"] for result in read))]
    for key, found in (("skipped", skipped), ("incomplete", incomplete)):
        if found:
            lines += [text(f"split.{key}", count=len(found)), *(f"  {one}" for one in found)]
    lines += map(str, dataset.notes)
    lines.append(text("split.written", counts=_counts(written)))
    if places:
        lines.append(text("split.places", **{name: places[name] for name in ("inside", "around", "outside")}))
    lines.append(text("split.padded", counts=_counts(padded)))
    lines.append(text("split.left_out", **{name: statuses[name] for name in ("quiet", "repeated", "spare")}))
    for key, names in (
        ("empty", [result["name"] for result in read if not result["kept"]]),
        ("unusable", [name for result in read for name in result["unusable"]]),
        ("other_events", sorted({f"{r['name']} ({label})" for r in read for label in r["other_events"]})),
    ):
        if names:
            shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
            lines.append(text(f"split.{key}", count=len(names), names=shown))
    return SplitSummary(graph, written, skipped, incomplete, "\n".join(lines))


def _counts(numbers):
    return ", ".join(f"{name} {number}" for name, number in numbers.items())
