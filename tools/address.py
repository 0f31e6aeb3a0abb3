"""Put the address under which the repository is published into every page: `python -m tools.address https://…`."""

import sys
import tomllib
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "README.ko.md", "INSTALL.md", "INSTALL.ko.md", "pyproject.toml")


def address(root=ROOT):
    """What `pyproject.toml` names as the repository."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Repository"]


def main(new, root=ROOT):
    old = address(root)
    for page in PAGES:
        text = (root / page).read_text(encoding="utf-8")
        text = text.replace(old, new).replace(quote(old, safe=""), quote(new, safe=""))  # Binder's link quotes it
        (root / page).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
