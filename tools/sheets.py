"""The glossary of the lessons, written from ``notebooks/terms.csv``."""

import csv

HEADS = {
    "ko": """# 용어집

수업에 나오는 말의 뜻이에요. 번호를 누르면 그 말을 설명하는 강의가 열려요. 함수는
[한 장 요약](cheatsheet.ko.md)에 있어요. · [English](glossary.en.md)

| 용어 | English | 뜻 | 강 |
|---|---|---|---|
""",
    "en": """# Glossary

The words of the lessons. A number opens the lesson that explains the word. What to type stands on the
[cheat sheet](cheatsheet.en.md). · [한국어](glossary.ko.md)

| term | 한국어 | meaning | lesson |
|---|---|---|---|
""",
}


def terms(notebooks):
    """The rows of the table of terms: each word in both languages, its meanings, and the lesson that brings it."""
    with (notebooks / "terms.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def glossary(terms, lessons, language):
    """The page in one language, in the order of its alphabet; ``lessons`` are the paths of the lessons to link."""
    (other,) = HEADS.keys() - {language}
    links = {path.stem[:2]: f"[{int(path.stem[:2])}]({language}/{path.name})" for path in lessons}
    rows = [
        f"| {term[language]} | {term[other]} | {term[f'{language}_meaning']} | {links.get(term['lesson'], '')} |\n"
        for term in sorted(terms, key=lambda term: term[language].casefold())
    ]
    return HEADS[language] + "".join(rows)
