"""What stands around a lesson: its title and minutes, its head and foot, the schedule in the READMEs."""

import re
from pathlib import Path

from tools.lesson_figures import Figures

TITLE = re.compile(r"^# (?P<title>(?P<number>\d+)\. .+?) \((?P<minutes>\d+)(?:분| min)\)$", re.MULTILINE)
PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
MARKS = re.compile(r"(<!-- schedule -->\n).*?(<!-- /schedule -->)", re.DOTALL)
UNIT = {"ko": "분", "en": " min"}
TABLE_HEAD = {"ko": "| 강의 | 시간 |", "en": "| Lesson | Time |"}
OTHER = {"ko": ("en", "English"), "en": ("ko", "한국어")}
SHEETS = {  # from the learner's copies, too, which stand as deep as the lessons
    "ko": "[한 장 요약](../cheatsheet.ko.md) · [용어집](../glossary.ko.md)",
    "en": "[Cheat sheet](../cheatsheet.en.md) · [Glossary](../glossary.en.md)",
}
DEEP = {"ko": "심화", "en": "Deep dive"}
LAST_CORE = 10  # a lesson with a higher number is a deep dive


class BuildError(Exception):
    """A lesson that cannot be stored as it is; the message says which cell and why."""


def title(notebook):
    """``(title, minutes)`` of a lesson, from its first cell."""
    found = _title(notebook)
    return found["title"], int(found["minutes"])


def _title(notebook):
    found = TITLE.search(notebook.cells[0].source)
    if not found:
        raise BuildError(
            f"a lesson begins with '# N. title (N분)' or '# N. title (N min)', not {notebook.cells[0].source[:60]}"
        )
    return found


def authored(cell):
    """The part of a markdown cell that an author writes: of a head the picture and the title, of a foot nothing."""
    if cell.id == "head":
        found = TITLE.search(cell.source)
        return "\n\n".join(PICTURE.findall(cell.source)[:1] + ([f"# {found['title']}"] if found else []))
    return "" if cell.id == "foot" else cell.source


def minutes(figures, waiting):
    """Honest minutes of a lesson, to 5: its ``figures`` in the slower language, and the minutes of ``waiting``."""
    return max(5, 5 * round((max(one.minutes for one in figures) + waiting) / 5))


def dress(lessons, waiting):
    """Write head and foot of every lesson that has these cells, in place.

    Parameters
    ----------
    lessons : dict of language → dict of file name → notebook, in order
    waiting : dict of lesson → minutes
    """
    for language, notebooks in lessons.items():
        titles = {name: _title(notebook) for name, notebook in notebooks.items()}
        for name, notebook in notebooks.items():
            cells = {cell.id: cell for cell in notebook.cells}
            if "head" not in cells:
                continue
            both = [Figures(stored[name], tongue) for tongue, stored in lessons.items() if name in stored]
            number = minutes(both, waiting.get(Path(name).stem, 0))
            road = _road(titles, name, language)
            other, word = OTHER[language]
            head = [authored(cells["head"]) + f" ({number}{UNIT[language]})", f"{road} · [{word}](../{other}/{name})"]
            cells["head"].source = "\n\n".join(head)
            if "foot" in cells:
                cells["foot"].source = f"{road}\n\n{SHEETS[language]}"


def _road(titles, name, language):
    """Where the lesson stands among those of its kind, between links to the one before and the one after."""
    number = int(titles[name]["number"])
    kind = [each for each in titles if (int(titles[each]["number"]) > LAST_CORE) == (number > LAST_CORE)]
    at = kind.index(name)
    place = f"{DEEP[language]} {number}" if number > LAST_CORE else f"{number} / {len(kind)}"
    before = [f"[← {titles[each]['title']}]({each})" for each in kind[:at][-1:]]
    after = [f"[{titles[each]['title']} →]({each})" for each in kind[at + 1 : at + 2]]
    return " · ".join([*before, place, *after])


def schedule(readme, language, notebooks):
    """Write the table of lessons (file name → notebook) between the marks of a README."""
    if not readme.exists():
        return
    rows = [TABLE_HEAD[language], "|---|---|"]
    for file, notebook in notebooks.items():
        name, number = title(notebook)
        rows.append(f"| [{name}](notebooks/{language}/{file}) | {number}{UNIT[language]} |")
    before = readme.read_text(encoding="utf-8")
    after = MARKS.sub(lambda mark: mark[1] + "\n".join(rows) + "\n" + mark[2], before)
    if after != before:
        readme.write_text(after, encoding="utf-8", newline="\n")
