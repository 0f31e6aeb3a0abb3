"""The sentences: both languages whole, every one used, every one that is asked for there."""

import pickle
import re
import string
import tomllib
from pathlib import Path

from helpers import messages

ROOT = Path(__file__).parents[2]
TABLE = {
    f"{path.stem}.{name}": sentences
    for path in sorted((ROOT / "helpers/sentences").glob("*.toml"))
    for name, sentences in tomllib.loads(path.read_text(encoding="utf-8")).items()
}
FILES = [
    ROOT / "start.py",
    *(path for room in ("formats", "helpers", "exercises") for path in (ROOT / room).rglob("*.py")),
]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in FILES).replace("'", '"')

# Keys put together from names: f"audio.{name}", "start." + name
MADE = [re.sub(r"\\{.*?\\}", "(.+)", re.escape(key)) for key in re.findall(r'f"([a-z_]+\.[^"]*\{[^"]*)"', CODE)]
MADE += [re.escape(begun) + "(.+)" for begun in re.findall(r'"([a-z_]+\.)" \+', CODE)]


def fields(sentence):
    return {field.partition(".")[0].partition(":")[0] for _, field, *_ in string.Formatter().parse(sentence) if field}


def test_a_sentence_says_the_same_in_both_languages():
    faults = []
    for key, sentences in TABLE.items():
        if set(sentences) != set(messages.LANGUAGES):
            faults.append(f"{key}: languages")
        elif fields(sentences["ko"]) != fields(sentences["en"]):
            faults.append(f"{key}: other values")
        elif not re.search("[가-힣]", sentences["ko"]) or re.search("[가-힣]", sentences["en"]):
            faults.append(f"{key}: the wrong language")
    assert TABLE and not faults


def test_every_sentence_is_asked_for_and_every_one_asked_for_is_there():
    unused = set()
    for key in TABLE:
        if f'"{key}"' not in CODE:
            names = [name for made in MADE if (found := re.fullmatch(made, key)) for name in found.groups()]
            if not any(re.search(rf'"-*{name.replace("_", "[-_]")}"', CODE) for name in names):
                unused.add(key)
    assert not unused
    asked = set(re.findall(r'(?:text|Error|Warning|_error)\(\s*"([a-z_]+\.[a-z0-9_]+)"', CODE))
    assert asked and not asked - TABLE.keys()


def test_the_variable_decides_before_the_folder(monkeypatch, tmp_path):
    folder = tmp_path / "en"
    folder.mkdir()
    monkeypatch.delenv("SOUND_LESSON_LANGUAGE", raising=False)
    monkeypatch.chdir(tmp_path)
    assert messages.language() == "ko"
    monkeypatch.chdir(folder)
    assert messages.language() == "en"
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "ko")
    assert messages.language() == "ko"
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "fr")
    assert messages.language() == "en"


def test_an_error_chooses_its_language_when_it_is_shown(monkeypatch):
    error = pickle.loads(pickle.dumps(messages.LessonError("config.bad_value", name="n_mels", value=0, legal="1…512")))
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "en")
    assert str(error) == "AudioConfig cannot use n_mels=0. Give it a value within 1…512."
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "ko")
    assert str(error).startswith("AudioConfig의 n_mels=0")
