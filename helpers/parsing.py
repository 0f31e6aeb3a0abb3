"""argparse in the learner's language, and what the words of a command line may stand for."""

import argparse
import re
from datetime import datetime

from helpers.messages import text

NOT_UNDERSTOOD = 2

_OF_ARGPARSE = {
    "argument %(argument_name)s: %(message)s": "command.argument",
    "expected one argument": "command.expected_one",
    "invalid choice: %(value)r (choose from %(choices)s)": "command.invalid_choice",
    "not allowed with argument %s": "command.not_with",
    "the following arguments are required: %s": "command.required",
    "unrecognized arguments: %s": "command.unrecognized",
}


def _translated(message):
    return text(_OF_ARGPARSE[message]) if message in _OF_ARGPARSE else message


argparse._ = _translated  # gettext's, which has no Korean for them


class _Help(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None):
        super().add_usage(usage, actions, groups, text("command.usage") if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """argparse in the learner's language."""

    def __init__(self, **settings):
        super().__init__(formatter_class=_Help, add_help=False, allow_abbrev=False, **settings)
        self._optionals.title = text("command.options")
        self._positionals.title = text("command.arguments")
        self.add_argument("-h", "--help", action="help", help=text("command.help"))
        self.set_defaults(run=None, parser=self, threads=None)

    def error(self, message):
        self.exit(NOT_UNDERSTOOD, text("command.not_understood", reason=message, program=self.prog) + "\n")

    def option(self, *names, **settings):
        """Add an option; its help is the sentence ``command.<name>``, or the one named by ``says``."""
        key = settings.pop("says", names[-1].lstrip("-").replace("-", "_"))
        if "metavar" in settings:
            settings["metavar"] = text(f"command.{settings['metavar']}")
        self.add_argument(*names, help=text(f"command.{key}", default=settings.get("default")), **settings)


def count(word):
    if not re.fullmatch("[1-9][0-9]*", word):
        raise argparse.ArgumentTypeError(text("command.bad_count", word=word))
    return int(word)


def whole(word):
    if not re.fullmatch("[0-9]+", word):
        raise argparse.ArgumentTypeError(text("command.bad_whole", word=word))
    return int(word)


def number(word):
    try:
        return float(word)
    except ValueError:
        raise argparse.ArgumentTypeError(text("command.bad_number", word=word)) from None


def positive(word):
    if not 0 < number(word) < float("inf"):
        raise argparse.ArgumentTypeError(text("command.bad_seconds", word=word))
    return float(word)


def share(word):
    if not 0 <= number(word) <= 1:
        raise argparse.ArgumentTypeError(text("command.bad_share", word=word))
    return float(word)


def time(word):
    try:
        return datetime.fromisoformat(word).astimezone()
    except ValueError:
        raise argparse.ArgumentTypeError(text("command.bad_time", word=word)) from None


def size(word):
    if not (found := re.fullmatch("([1-9][0-9]*)x([1-9][0-9]*)", word)):
        raise argparse.ArgumentTypeError(text("command.bad_size", word=word))
    return int(found[1]), int(found[2])
