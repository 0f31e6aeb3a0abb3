"""The walk by the commands alone: seconds of each on one core, and what each folder holds afterwards.

UrbanSound is cut, drawn, learnt from, tested on ESC-10 and listened to; then all its labels are told apart; then a
folder of two labels stands for a learner's own recordings (copies of ESC-10's roosters and sneezes).

    REAL_SOUNDS=… python -m tools.benchmarks.walk_seconds [epochs]
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tools.benchmarks._common import machine, real_sounds, table, timed

OWN = {"rooster": "009 - Rooster", "sneeze": "006 - Person sneeze"}


def contents(folder):
    """How many files of each kind lie where below a folder: dict place → count."""
    files = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return Counter((path.parent / f"*{path.suffix}").as_posix() for path in files)


def main(epochs=16):
    """Run each command, print what it says, then the table."""
    real, rows = real_sounds(), []
    with tempfile.TemporaryDirectory() as home:
        home = Path(home)
        for label, folder in OWN.items():
            shutil.copytree(real / "ESC-10" / folder, home / "own" / label)
        variables = os.environ | {"SOUND_DATA_DIR": str(home / "cache"), "SOUND_LESSON_LANGUAGE": "en"}
        urban, bark = real / "UrbanSound", next((real / "UrbanSound" / "data" / "dog_bark").glob("*.wav"))
        few = ["--epochs", str(epochs)]

        def run(*words):
            command = [sys.executable, "-m", "helpers", *map(str, words)]
            said, clock, core = timed(subprocess.run, command, env=variables, stdout=subprocess.PIPE, encoding="utf-8")
            shown = f"{' '.join(map(str, words))}\n{said.stdout.strip()}"
            shown = shown.replace(str(home), "HOME").replace(str(real), "REAL")
            rows.append((shown.splitlines()[0], said.returncode, f"{clock:.1f}", f"{core:.1f}"))
            print(f"$ {shown}", flush=True)

        run("split", "-u", urban, "--out", home / "urban")
        run("mfcc", "-u", home / "urban")
        model = home / "urban.safetensors"
        run("train", "--data", home / "urban", "--out", model, "--onnx", home / "urban.onnx", *few)
        run("evaluate", "--model", model, "--data", real / "ESC-10")
        run("listen", "--model", model, "--source", f"file:{bark}")
        run("listen", "--model", home / "urban.onnx", "--source", f"file:{bark}")
        run("train", "--data", urban, "--classes", "all", "--out", home / "all.safetensors", *few)
        run("evaluate", "--model", home / "all.safetensors", "--data", real / "ESC-10")
        run("split", "-u", home / "own", "--target", "none")
        run("mfcc", "-u", home / "own")
        run("train", "--data", home / "own", "--classes", "all", "--out", home / "own.safetensors", *few)
        run("evaluate", "--data", home / "own", "--folds", "--classes", "all", *few)
        sneeze = next((home / "own" / "sneeze").iterdir())
        run("listen", "--model", home / "own.safetensors", "--target", "sneeze", "--source", f"file:{sneeze}")
        print(table(("python -m helpers …", "status", "clock (s)", "core (s)"), rows))
        for folder in ("urban", "own", "cache"):
            print(table((folder, "files"), contents(home / folder).items()))
    print(f"{epochs} epochs. {machine()}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
