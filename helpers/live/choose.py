"""Which source: what was asked for, or the best there is here."""

from pathlib import Path

from IPython import get_ipython

from helpers.config import AudioConfig
from helpers.environment import System
from helpers.live.source import LiveError
from helpers.messages import text


def open_source(wanted="auto", *, recording=None, config=AudioConfig(), real_time=False, say=print):
    """Find a source of sound, and say which and why.

    Parameters
    ----------
    wanted : str; ``"mic"`` or ``"mic:2"`` (PyAudio, the default input or that index), ``"browser"``, ``"file"`` (the
        ``recording``) or ``"file:PATH"``. ``"auto"`` takes the browser's microphone where the kernel runs on another
        computer, else PyAudio's, else the browser's where there is a notebook, else the recording
    recording : path or array [samples] or None, what a file source plays
    config : AudioConfig
    real_time : bool, whether a recording takes as long as it lasts
    say : function of str, told what was found

    Returns
    -------
    AudioSource; whoever listens opens it

    Raises
    ------
    LiveError
        If there is no such source.

    Lesson: 08_live_mic.
    """
    kind, _, rest = wanted.partition(":")
    remote, why = System.this().remote, "asked"
    if wanted == "auto":
        kind, why = _best(remote, recording)
    if kind == "mic" and (not rest or rest.isdecimal()):
        from helpers.live.microphone import MicrophoneSource

        source = MicrophoneSource(int(rest) if rest else None, config=config)
    elif kind == "browser" and not rest and _notebook():
        from helpers.live.browser import BrowserSource

        source = BrowserSource(config=config)
    elif kind == "file" and (rest or recording is not None):
        from helpers.live.file import FileSource

        source = FileSource(Path(rest) if rest else recording, config=config, real_time=real_time)
    else:
        raise LiveError("live.no_such_source", wanted=wanted)
    say(text(f"live.why_{why}", kind=text(f"live.kind_{kind}"), place=remote))
    return source


def _best(remote, recording):
    """The kind of source that suits this place, and the sentence that says why."""
    if not remote and _hears():
        return "mic", "local"
    why = "remote" if remote else "no_input"
    if _notebook():
        return "browser", why
    if recording is None:
        raise LiveError("live.nothing_here")
    return "file", why


def _notebook():
    return getattr(get_ipython(), "kernel", None) is not None


def _hears():
    from helpers.live.microphone import devices

    try:
        return bool(devices())
    except LiveError:
        return False
