"""Fetching a data set once, whole, however often the line is cut.

Nothing is fetched before someone has agreed to its size and licence. The archive grows in a ``.part`` file that the
next run continues; it is checked, unpacked beside its place and moved there in one step.
"""

import gzip
import hashlib
import re
import shutil
import tarfile
import zipfile
import zlib
from functools import partial
from pathlib import Path

import pooch
import requests
import urllib3
from filelock import FileLock, Timeout
from tqdm import tqdm

from formats.names import safe_text
from helpers import datasets, environment
from helpers.datasets import CATALOG, DataError
from helpers.messages import text

ATTEMPTS = 5  # before the next try is left to the learner
STALLED_S = 30.0  # without a byte, after which a server counts as gone

_CHUNK = 1 << 14  # bytes; what is lost when a server falls silent in the middle of one
_CUT = (requests.RequestException, urllib3.exceptions.HTTPError)
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError)
_BROKEN += (RuntimeError,)  # a password, or a way of packing that Python does not know

pooch.get_logger().setLevel("WARNING")  # else it prints the hash of an archive that has none to compare


def download(name, to=None, *, confirm, progress=True):
    """Fetch a data set and unpack it, unless it is there already.

    Parameters
    ----------
    name : str, of `datasets.CATALOG`
    to : path or None, where the set's folder is made; by default the cache, where `datasets.load` finds it by name
    confirm : called with the text of `offer`; nothing is fetched unless it returns True
    progress : bool, draw bars on stderr

    Returns
    -------
    Path of the set's folder, for `datasets.load`

    Raises
    ------
    DataError
        If the set is unknown or was declined, the disk is too small, the server is not there or falls silent, or what
        came is not the set. What was fetched is kept, and the next run goes on from there.
    """
    if name not in CATALOG:
        raise DataError("download.unknown", name=name, names=", ".join(CATALOG))
    entry, folder = CATALOG[name], (environment.data_dir() if to is None else Path(to)) / name
    if not entry.address:
        if to is None:
            return datasets.load(name, progress=progress).folder
        return datasets.synthetic(folder, entry.recordings, 0, progress).folder
    if folder.is_dir():
        return folder
    archive = folder.with_name(name + (".zip" if entry.address.endswith(".zip") else ".tar.gz"))
    part = archive.with_name(archive.name + ".part")
    try:
        if _free(folder) < entry.download_bytes + entry.unpacked_bytes - _size(archive) - _size(part):
            needed, free = readable(entry.download_bytes + entry.unpacked_bytes), readable(_free(folder))
            raise _error("no_space", entry, folder=safe_text(folder.parent), needed=needed, free=free)
        if not confirm(offer(entry, folder)):
            raise _error("declined", entry)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f".{name}.lock"), timeout=0):
            if not folder.is_dir():  # as it may be: another run had time while this one asked
                _fetch(entry, archive, part, progress)
                _install(entry, archive, folder, progress)
        return folder
    except Timeout as error:
        raise _error("busy", entry, folder=safe_text(folder)) from error
    except OSError as error:
        raise _error("disk", entry, folder=safe_text(folder.parent), reason=error.strerror or error) from error


def offer(entry, folder):
    """The text to agree to before a set is fetched: its size, the free disk, its licence, how it is checked."""
    sizes = {"size": entry.download_bytes, "unpacked": entry.unpacked_bytes, "free": _free(folder)}
    checked = "archive" if entry.md5 else "files" if entry.files_sha256 else "names"
    values = {name: readable(count) for name, count in sizes.items()} | vars(entry)
    return text("download.offer", folder=safe_text(folder), checked=text(f"download.checked_{checked}"), **values)


def digest(dataset):
    """SHA-256 of what ``sha256sum`` prints for a set's recordings, sorted by path, whatever archive they came in."""
    whole = hashlib.sha256()
    for name, path in sorted((r.path.relative_to(dataset.folder).as_posix(), r.path) for r in dataset.recordings):
        whole.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n".encode())
    return whole.hexdigest()


def readable(count):
    """A number of bytes as people say it: ``"42 MB"``, ``"6.0 GB"``."""
    for unit in ("B", "kB", "MB"):
        if count < 999.5:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def _size(path):
    return path.stat().st_size if path.is_file() else 0


def _free(folder):
    return shutil.disk_usage(next(place for place in folder.absolute().parents if place.exists())).free


def _error(key, entry, **values):
    return DataError(f"download.{key}", title=entry.title, page=entry.page, address=entry.address, **values)


def _fetch(entry, archive, part, progress):
    """Have pooch compare the hash and put the archive in its place."""
    known = f"md5:{entry.md5}" if entry.md5 else None
    fetch = partial(_resume, entry, part, progress)
    try:
        pooch.retrieve(entry.address, known, fname=archive.name, path=archive.parent, downloader=fetch)
    except ValueError as error:
        raise _error("wrong_hash", entry) from error


def _resume(entry, part, progress, url, output_file, _pooch):
    """Go on where the last try ended, in this run or an earlier one; a wrong beginning fails the checks that follow."""
    cut = None
    for _ in range(ATTEMPTS):
        before = _size(part)
        try:
            if _receive_rest(entry, part, progress, url):
                part.replace(output_file)
                return
            part.unlink()
        except _CUT as error:
            cut = error
            if _size(part) <= before:  # no byte came: more tries would only keep the learner waiting
                break
    fetched = _size(part)
    raise _error("cut" if fetched else "no_server", entry, fetched=readable(fetched)) from cut


def _receive_rest(entry, part, progress, url):
    """Append what is not here yet; False if what is here is no beginning of the server's file."""
    have = _size(part)
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with requests.get(url, headers=headers, stream=True, timeout=STALLED_S) as answer:
        span = re.match(r"bytes (\d*).*/(\d*)", answer.headers.get("Content-Range", ""))
        if answer.status_code == 416 and have:  # it holds nothing beyond what is here
            return bool(span) and span[2] == str(have)
        if answer.status_code == 206 and not (span and span[1] == str(have)):
            return False
        if answer.status_code not in (200, 206):
            raise _error("refused", entry, status=f"{answer.status_code} {answer.reason}")
        have = have if answer.status_code == 206 else 0
        length = answer.headers.get("Content-Length")
        whole = have + int(length) if length else None
        bar = tqdm(total=whole, initial=have, unit="B", unit_scale=True, desc=entry.title, disable=not progress)
        with bar, part.open("ab" if have else "wb") as file:
            for chunk in answer.raw.stream(_CHUNK, decode_content=False):
                bar.update(file.write(chunk))
    if whole not in (None, _size(part)):
        raise requests.ConnectionError("the line was cut")
    return True


def _install(entry, archive, folder, progress):
    """Unpack beside the folder, check, and move into place."""
    unpacked = folder.with_name(f".{folder.name}.unpacking")
    shutil.rmtree(unpacked, ignore_errors=True)
    try:
        _unpack(archive, unpacked, progress)
        if not _is_set(entry, unpacked):
            raise _error("not_whole", entry)
        unpacked.rename(folder)
    except DataError:  # a bad archive would only fail again
        archive.unlink()
        raise
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    archive.unlink()


def _unpack(archive, folder, progress):
    """Unpack the files and folders of a zip or tar; a name that leads out of the folder is refused."""
    bar = partial(tqdm, desc=archive.name, unit="file", disable=not progress)
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as packed:
                names = [_inside(name, archive) for name in packed.namelist()]
                packed.extractall(folder, bar(names))
        else:
            with tarfile.open(archive) as packed:
                packed.extractall(folder, bar(packed), filter=partial(_plain, archive))
    except _BROKEN as error:
        raise DataError("download.broken", file=safe_text(archive)) from error


def _inside(name, archive):
    parts = re.split(r"[/\\]", name)
    if not parts[0] or ".." in parts or ":" in name:
        raise DataError("download.leads_out", file=safe_text(archive), name=name)
    return name


def _plain(archive, member, folder):
    _inside(member.name, archive)
    return tarfile.data_filter(member, folder) if member.isfile() or member.isdir() else None


def _is_set(entry, unpacked):
    """Whether this is the set, as far as can be told: an archive whose hash was right is right, whatever it holds."""
    try:
        dataset = datasets.load(unpacked)
    except DataError:
        return False
    if entry.files_sha256 and digest(dataset) != entry.files_sha256:
        return False
    counted = len(dataset.recordings) == entry.recordings and not dataset.missing
    return dataset.layout == entry.layout and bool(entry.md5 or entry.files_sha256 or counted)
