"""The learner's copies: clear of outputs, never overwritten, whole or not there."""

import json
import shutil
from pathlib import Path

import pytest

from helpers import copies, environment
from helpers.messages import LANGUAGES

PROJECT = Path(copies.__file__).parents[1]


def lesson(*said, ran=True):
    """A notebook of code cells, as it is stored: executed."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "source": [source],
            "execution_count": number if ran else None,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": ["멍멍\n"]}] if ran else [],
        }
        for number, source in enumerate(said, start=1)
    ]
    return {"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def clone(tmp_path):
    """A clone with one lesson in each language; ``clone(...)`` writes another Korean one."""

    def write(*said, language="ko", **more):
        path = tmp_path / "notebooks" / language / "01_overview.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(lesson(*said, **more)), encoding="utf-8")

    write.root, write.mine = tmp_path, tmp_path / "my_lessons" / "ko"
    for language in LANGUAGES:
        write("print('멍멍')", language=language)
    return write


def names(clone):
    return sorted(path.name for path in clone.mine.iterdir())


def test_every_lesson_of_both_languages_arrives_without_outputs(tmp_path):
    shutil.copytree(PROJECT / "notebooks", tmp_path / "notebooks")
    assert copies.make(tmp_path) == []
    for original in (PROJECT / "notebooks").glob("*/*.ipynb"):
        stored, copy = (
            json.loads(path.read_text(encoding="utf-8"))
            for path in (original, tmp_path / "my_lessons" / original.parent.name / original.name)
        )
        assert [cell["source"] for cell in copy["cells"]] == [cell["source"] for cell in stored["cells"]]
        assert [cell["id"] for cell in copy["cells"]] == [cell["id"] for cell in stored["cells"]]
        code = [cell for cell in copy["cells"] if cell["cell_type"] == "code"]
        assert code and all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_what_the_learner_wrote_stays_and_a_changed_lesson_arrives_beside_it_once(clone):
    copies.make(clone.root)
    mine = clone.mine / "01_overview.ipynb"
    written = json.loads(mine.read_text(encoding="utf-8"))
    written["cells"][0]["source"] = ["print('my answer')"]
    mine.write_text(json.dumps(written), encoding="utf-8")
    before = mine.read_bytes()
    assert copies.make(clone.root) == []

    clone("print('왈왈')")
    assert copies.make(clone.root) == [clone.mine / "01_overview.new.ipynb"]
    assert copies.make(clone.root) == []
    clone("print('컹컹')")
    assert copies.make(clone.root) == [clone.mine / "01_overview.new2.ipynb"]
    assert mine.read_bytes() == before
    assert "컹컹" in (clone.mine / "01_overview.new2.ipynb").read_text(encoding="utf-8")

    (clone.mine / "01_overview.new2.ipynb").replace(mine)  # the learner takes the newest
    assert copies.make(clone.root) == []


def test_a_lesson_that_was_only_executed_anew_is_no_new_lesson(clone):
    copies.make(clone.root)
    clone("print('멍멍')", ran=False)
    assert copies.make(clone.root) == []
    assert names(clone) == ["01_overview.ipynb"]


def test_a_deleted_copy_comes_again(clone):
    copies.make(clone.root)
    (clone.mine / "01_overview.ipynb").unlink()
    assert copies.make(clone.root) == []
    assert names(clone) == ["01_overview.ipynb"]


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"cells": []}'])
def test_a_broken_copy_is_left_to_the_learner(clone, broken):
    copies.make(clone.root)
    (clone.mine / "01_overview.ipynb").write_text(broken, encoding="utf-8")
    assert copies.make(clone.root) == [clone.mine / "01_overview.new.ipynb"]
    assert (clone.mine / "01_overview.ipynb").read_text(encoding="utf-8") == broken


def test_killed_in_the_middle_it_leaves_no_half_lesson_and_goes_on(clone, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            copies.make(clone.root)
    assert not list(clone.mine.glob("*.ipynb"))
    copies.make(clone.root)
    assert names(clone) == ["01_overview.ipynb"]


def test_a_copy_works_in_the_learners_folder_and_a_lesson_in_the_cache(clone, monkeypatch, tmp_path):
    copies.make(clone.root)
    monkeypatch.setenv("SOUND_DATA_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(clone.mine)
    assert environment.work_dir() == tmp_path / "my_lessons" / "data"
    monkeypatch.chdir(tmp_path / "notebooks" / "ko")
    assert environment.work_dir() == tmp_path / "cache" / "lessons"


def test_what_leads_to_other_lessons_makes_no_new_one_and_the_sheets_are_the_newest(clone):
    sheet, path = clone.root / "notebooks" / "glossary.ko.md", clone.root / "notebooks" / "ko" / "01_overview.ipynb"
    for text in ("old", "new"):
        sheet.write_text(text, encoding="utf-8")
        notebook = lesson("print('멍멍')")
        notebook["cells"] += [{"cell_type": "markdown", "id": "foot", "metadata": {}, "source": text}]
        path.write_text(json.dumps(notebook), encoding="utf-8")
        assert copies.make(clone.root) == []
        assert (clone.root / "my_lessons" / sheet.name).read_text(encoding="utf-8") == text
