"""What a diary says: barks by the hour and by the day, as a table for the terminal and as a page to be printed."""

import base64
import html
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from math import nan
from pathlib import Path
from string import Template

from helpers.batch import atomic_write
from helpers.live import LiveError
from helpers.live.diary import read
from helpers.messages import language, text

PAGE, PICTURE = "diary.html", "diary.png"
APART = timedelta(minutes=1)  # sounds that follow one another sooner are one episode
_HOURS = range(24)


class Summary:
    """A diary, counted. An event counts in the hour in which it began, by the clock that hung there at that time."""

    def __init__(self, folder):
        self.events, self.stretches, self.damaged = read(folder)
        if not (self.events or self.stretches):
            raise LiveError("diary.empty", folder=folder)
        self.counts = Counter((event.began.date(), event.began.hour) for event in self.events)
        self.heard = Counter()  # (day, hour) → seconds in which somebody listened
        for began, ended in self.stretches:
            for start, end in pairwise(_hours(began, ended)):
                self.heard[start.date(), start.hour] += (end - start).total_seconds()
        self.days = sorted({day for day, _ in self.counts + self.heard})

    @property
    def episodes(self):
        """Runs of events less than `APART` from one to the next: list of lists of Event."""
        runs = []
        for event in self.events:
            if runs and event.began - max(one.ended for one in runs[-1]) < APART:
                runs[-1].append(event)
            else:
                runs.append([event])
        return runs

    def cells(self, day):
        """How many events began in each hour of a day: numbers, or "" where nobody listened."""
        keys = [(day, hour) for hour in _HOURS]
        return [self.counts[key] if self.counts[key] or self.heard[key] else "" for key in keys]

    def sums(self, day):
        """The figures of a day: number of events, their seconds, hours in which somebody listened."""
        events = [event for event in self.events if event.began.date() == day]
        seconds = sum((event.ended - event.began).total_seconds() for event in events)
        return len(events), seconds, sum(self.heard[day, hour] for hour in _HOURS) / 3600

    def rows(self):
        """The table as words: the day, a column for each hour, and the sums."""
        for day in self.days:
            events, seconds, hours = self.sums(day)
            yield [str(day), *map(str, self.cells(day)), str(events), f"{seconds:.0f}", f"{hours:.1f}"]

    def sentences(self):
        """What it comes to, in the learner's language: list of str."""
        events, seconds, hours = map(sum, zip(*map(self.sums, self.days), strict=True))
        said = [text("diary.sum", events=events, seconds=f"{seconds:.0f}", hours=f"{hours:.1f}", days=len(self.days))]
        if self.events:
            longest = max(self.episodes, key=lambda run: max(one.ended for one in run) - run[0].began)
            lasted = (max(one.ended for one in longest) - longest[0].began).total_seconds()
            minutes, rest = divmod(round(lasted), 60)
            facts = {"began": f"{longest[0].began:%Y-%m-%d %H:%M}", "minutes": minutes, "seconds": rest}
            said.append(text("diary.longest", **facts, events=len(longest)))
        return said + [text("diary.damaged", file=name, line=line) for name, line in self.damaged]

    def __str__(self):
        """The table of days and hours for a terminal, and the sentences."""
        widths = (10, *[4] * len(_HOURS), 8, 8, 8)
        rows = ["", *map(str, _HOURS), "Σ", "s", "h"], *self.rows()
        lines = ["".join(map(str.rjust, row, widths)) for row in rows]
        return "\n".join([*lines, text("diary.legend"), *self.sentences()])


def _hours(began, ended):
    """``began``, each full hour until ``ended``, and ``ended``."""
    yield began
    hour = began.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while hour < ended:
        yield hour
        hour += timedelta(hours=1)
    yield ended


def write_page(summary, folder):
    """Write ``diary.html`` and ``diary.png`` into a folder; returns the page's path."""
    folder, picture = Path(folder), draw(summary)
    atomic_write(folder / PICTURE, picture)
    rows = [
        f"<tr><th>{day}</th>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        for day, *cells in summary.rows()
    ]
    parts = {
        "lang": language(),
        "title": html.escape(text("diary.title")),
        "sentences": "".join(f"<p>{html.escape(sentence)}</p>" for sentence in summary.sentences()),
        "hours": "".join(f"<th>{hour}</th>" for hour in _HOURS),
        "rows": "\n".join(rows),
        "legend": html.escape(text("diary.legend")),
        "picture": base64.b64encode(picture).decode(),
        "alt": html.escape(text("diary.alt"), quote=True),
    }
    page = Template(Path(__file__).with_name("diary.html").read_text(encoding="utf-8"))
    atomic_write(folder / PAGE, page.substitute(parts).encode())
    return folder / PAGE


def draw(summary):
    """A row for each day, a column for each hour, darker the more events, grey where nobody listened: png bytes."""
    from matplotlib.figure import Figure  # here: the terminal's table does without

    from helpers.plots import render

    figure = Figure(figsize=(8, 1 + 0.3 * len(summary.days)), layout="constrained")
    ax = figure.subplots()
    ax.set_facecolor("lightgrey")
    counts = [[nan if count == "" else count for count in summary.cells(day)] for day in summary.days]
    image = ax.imshow(counts, cmap="Oranges", vmin=0)
    ax.set_xticks(_HOURS)
    ax.set_yticks(range(len(summary.days)), list(map(str, summary.days)))
    figure.colorbar(image, ax=ax)
    return render(figure, 1.5)
