"""Write the lessons as a site to read and to hear: ``site/``, which needs neither Python nor a network.

    python -m tools.site    (make site)

Texts and pictures are the stored ones, which tests compare. Of a sound a stored lesson holds one second only, so the
Korean lessons are executed once more; the English ones play the same sounds.
"""

import argparse
import base64
import io
import shutil
import sys
import tempfile
from pathlib import Path

import soundfile

from helpers import page as detector
from helpers.batch import in_order, new_folder
from helpers.messages import LANGUAGES, LessonError
from helpers.model import PRETRAINED
from tools.build_notebooks import execute, read
from tools.lesson_page import BuildError
from tools.site_page import OURS, ROOT, apart, pages, write

LIST = "files.txt"  # of what was written, so that the next run knows it


def make(out, root=ROOT, jobs=2):
    """Write the site as the folder ``out``, whole or not at all."""
    shown = pages(root)
    with new_folder(out, _written) as folder:
        for name in ("sounds", "images", *LANGUAGES):
            (folder / name).mkdir()
        korean = [path for path, page in shown.items() if page.language == "ko" and path.suffix == ".ipynb"]
        for heard in in_order(_heard, korean, processes=jobs, description="site", unit="lesson"):
            for name, sound in heard.items():
                (folder / "sounds" / name).write_bytes(sound)
        listens = _listen(folder / "listen")
        for page in shown.values():
            write(page, shown, root, folder, listens)
        for name in ("index.html", "style.css"):
            shutil.copyfile(OURS / name, folder / name)
        files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        (folder / LIST).write_text("\n".join([*files, LIST]) + "\n", encoding="utf-8")


def _written(folder):
    return (folder / LIST).read_text(encoding="utf-8").splitlines() if (folder / LIST).exists() else []


def _listen(folder):
    """Make the page with the pretrained detector; whether there is one."""
    with tempfile.TemporaryDirectory() as place:
        try:
            shutil.copytree(detector.make(PRETRAINED, Path(place) / "listen", confirm=lambda _: True), folder)
        except LessonError as error:
            print(f"There is no page that listens: {error}")
            return False
    page = folder / "index.html"
    back = '<footer><a href="../index.html"><span lang="ko">강의</span> · Lessons</a> · '
    page.write_text(page.read_text(encoding="utf-8").replace("<footer>", back), encoding="utf-8")
    return True


def _heard(path):
    """The sounds of a lesson in full length: file name → flac."""
    stored, notebook = read(path), read(path)
    execute(notebook, path.parent)
    sounds = apart(notebook, path.stem)
    if apart(stored, path.stem).keys() != sounds.keys():
        raise BuildError(f"{path.name} has other players than the stored lesson: build it first")
    return {name: _flac(base64.b64decode(wav)) for name, wav in sounds.items()}


def _flac(wav):
    """The same samples in half the bytes; mp3 would alter what some lessons are about. Every browser plays it."""
    samples, rate = soundfile.read(io.BytesIO(wav), dtype="int16")
    sound = io.BytesIO()
    soundfile.write(sound, samples, rate, format="FLAC")
    return sound.getvalue()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "site")
    parser.add_argument("--jobs", type=int, default=2, help="lessons executed at a time (default: 2)")
    given = parser.parse_args(arguments)
    try:
        make(given.out, jobs=given.jobs)
    except (BuildError, LessonError) as error:
        print(error, file=sys.stderr)
        return 1
    print(given.out / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
