"""Where the exercises and predictions of a lesson stand."""

import importlib
import pkgutil
from pathlib import Path


def lesson(number):
    """The module of lesson ``"05"``, or None if there is none."""
    name = f"lesson_{number}"
    known = {module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])}
    return importlib.import_module(f"exercises.{name}") if name in known else None


def split(name):
    """``("05", "windows")`` of ``"05-windows"``."""
    number, _, rest = str(name).partition("-")
    return number, rest
