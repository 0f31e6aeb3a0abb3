"""Where the exercises and predictions of a lesson stand."""

import importlib
import pkgutil
from pathlib import Path


def lesson(number):
    """The module with the checks of lesson ``"05"``, or None if there is none."""
    return _module(f"lesson_{number}")


def predictions_of(number):
    """The predictions of lesson ``"05"``: name → question and choices."""
    return getattr(_module(f"predictions_{number}"), "PREDICTIONS", {})


def _module(name):
    known = {module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])}
    return importlib.import_module(f"exercises.{name}") if name in known else None


def split(name):
    """``("05", "windows")`` of ``"05-windows"``."""
    number, _, rest = str(name).partition("-")
    return number, rest
