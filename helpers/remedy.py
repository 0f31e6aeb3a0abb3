"""What a learner sees of an error: its one sentence; of a name that no cell has defined yet, the remedy.

``%load_ext helpers.remedy`` makes a kernel speak so; those of `make lab` do from their start, lessons from their first
cell on.
"""

import linecache
import traceback

from helpers.messages import LessonError, text


def load_ipython_extension(shell):
    """Show a LessonError, or a NameError of the learner's own, as one sentence."""
    shell.set_custom_exc((LessonError, NameError), _show_error)


def _show_error(shell, kind, error, stack, tb_offset=None):
    if isinstance(error, NameError):
        *_, (innermost, _) = traceback.walk_tb(stack)
        named = kind is NameError and error.name is not None
        if not named or innermost.f_globals.get("__name__") != "__main__":  # not for a cell to define
            shell.showtraceback((kind, error, stack), tb_offset=tb_offset)
            return
        number, line = own_line(stack)
        sentence = text("exercises.unknown_name", name=error.name, number=number, line=line)
    else:
        sentence = str(error)
    shell._showtraceback(kind, error, [sentence])  # the last step of IPython's own showtraceback, without the stack


def own_line(stack):
    """Number and text of the last line of the learner's cells that a traceback leads through, or None."""
    lines = [
        (number, linecache.getline(frame.f_code.co_filename, number).strip())
        for frame, number in traceback.walk_tb(stack)
        if frame.f_globals.get("__name__") == "__main__"
    ]
    return lines[-1] if lines else None
