"""Checks of lesson 02: whether a library is really there."""

import sys
import tempfile
from importlib import invalidate_caches
from pathlib import Path

from exercises import Wrong, ask

SENTENCES = {
    "02-1": {
        "right": {
            "ko": "이름표가 아니라 라이브러리에게 직접 물어보았네요.",
            "en": "You asked the library itself, not its label.",
        },
        "label_only": {
            "ko": "불러오면 깨지는 라이브러리에도 True라고 했어요. 이름표나 파일이 있는지만 본 것 같아요. 정말로 "
            "불러와 보세요.",
            "en": "It says True of a library that breaks on import: it seems to look for the label or the file only. "
            "Really import it.",
        },
        "not_caught": {
            "ko": "없는 라이브러리를 만나자 오류로 멈췄어요. 오류를 try와 except로 받아서 False를 돌려주세요.",
            "en": "A missing library stopped it with an error. Catch the error with try and except, and return False.",
        },
        "only_import_error": {
            "ko": "기대는 프로그램이 없는 라이브러리를 만나자 OSError로 멈췄어요. ImportError뿐 아니라 OSError도 받아 "
            "주세요.",
            "en": "A library whose own library is missing stopped it with an OSError. Catch OSError as well as "
            "ImportError.",
        },
        "other": {
            "ko": "json은 불러와지니까 True, 없거나 깨진 라이브러리는 False여야 해요.",
            "en": "It must be True of json, which can be imported, and False of libraries that are missing or broken.",
        },
    },
}


def check_02_1(answer):
    """A function (name of a library) → whether it can be imported."""
    absent, lame, mute = "check_0201_absent", "check_0201_lame", "check_0201_mute"
    with tempfile.TemporaryDirectory() as folder:
        _install(folder, lame, f"import {absent}")
        _install(folder, mute, "raise OSError")
        sys.path.append(folder)
        invalidate_caches()
        try:
            results = {name: _result(answer, name) for name in ("json", absent, lame, mute)}
        finally:
            sys.path.remove(folder)
    if results[lame] is True:
        raise Wrong("label_only")
    if isinstance(results[absent], ImportError):
        raise Wrong("not_caught")
    if isinstance(results[mute], OSError):
        raise Wrong("only_import_error")
    if results != {"json": True, absent: False, lame: False, mute: False}:
        raise Wrong("other")


def _install(folder, name, code):
    """Write a library of one module with its metadata."""
    Path(folder, f"{name}.py").write_text(code, encoding="utf-8")
    metadata = Path(folder, f"{name}-1.0.dist-info", "METADATA")
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")


def _result(answer, name):
    """What the answer returns or raises."""
    try:
        return ask(answer, name)
    except (ImportError, OSError) as error:
        return error
