"""`download` against a server that breaks off, lies, forgets and stalls; and archives that reach for other folders."""

import contextlib
import hashlib
import io
import os
import re
import shutil
import tarfile
import threading
import zipfile
from collections import namedtuple
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from helpers import datasets
from helpers import download as downloads
from helpers.datasets import CATALOG, DataError
from helpers.download import digest, download, offer, readable

SOUND = os.urandom(40_000)  # no sound at all, and nothing packs it smaller: the download is as long as it looks
Usage = namedtuple("Usage", "free")
NAMES = [f"001 - Dog bark/{fold}-{fold}00-A.ogg" for fold in range(1, 6)]


def zipped(names=NAMES, content=SOUND):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            member = zipfile.ZipInfo()
            member.filename = f"ESC-10-abc/{name}" if name in NAMES else name  # as it is; the constructor would mend it
            archive.writestr(member, content)
    return packed.getvalue()


def tarred(names=NAMES, content=SOUND, kind=tarfile.REGTYPE, link=""):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in names:
            member = tarfile.TarInfo(f"ESC-10-abc/{name}" if name in NAMES else name)
            member.type, member.linkname = kind, link
            member.size = len(content) if kind == tarfile.REGTYPE else 0
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


@dataclass
class Server:
    """What the server does next; and what it was asked."""

    content: bytes = b""
    address: str = ""
    ranges: bool = True  # it can begin in the middle
    shifted: int = 0  # bytes by which it begins elsewhere than it was asked to
    length: bool = True  # it says how long the file is
    status: int = 200
    cuts: list = field(default_factory=list)  # after how many bytes it breaks off, one answer each
    stall: bool = False  # at a cut it falls silent instead
    began: list = field(default_factory=list)  # the first byte of each answer
    released: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"  # the end of the answer is the end of the line

        def log_message(self, *_):
            pass

        def do_GET(self):
            content, start = state.content, 0
            asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            if asked and state.ranges:
                start = int(asked[1]) + state.shifted
                inside = start < len(content)
                self.send_response(206 if inside else 416)
                span = f"{start}-{len(content) - 1}" if inside else "*"
                self.send_header("Content-Range", f"bytes {span}/{len(content)}")
            else:
                self.send_response(state.status)
            state.began.append(start)
            if state.length:
                self.send_header("Content-Length", str(max(0, len(content) - start)))
            self.end_headers()
            if state.cuts:
                self.wfile.write(content[start : start + state.cuts.pop(0)])
                self.wfile.flush()
                if state.stall:
                    state.released.wait(20)
                return
            self.wfile.write(content[start:])

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        state.address = f"http://127.0.0.1:{listening.server_port}/set"
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        yield state
        state.released.set()
        listening.shutdown()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUND_DATA_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def offered(server, monkeypatch, cache):
    """Put the server's archive into the catalogue; returns a function that does it."""

    def put(content, **changes):
        server.content = content
        ending = ".zip" if content[:2] == b"PK" else ".tar.gz"
        small = {"download_bytes": len(content), "unpacked_bytes": 5 * len(SOUND), "recordings": len(NAMES)}
        checks = {"md5": hashlib.md5(content).hexdigest(), "files_sha256": "", "address": server.address + ending}
        entry = SimpleNamespace(**vars(CATALOG["esc10"]) | small | checks | changes)
        monkeypatch.setitem(CATALOG, "esc10", entry)
        return entry

    return put


def fetch(**options):
    return download("esc10", confirm=lambda said: True, progress=False, **options)


def fault(call=fetch, *arguments, **options):
    with pytest.raises(DataError) as caught:
        call(*arguments, **options)
    assert str(caught.value)
    return caught.value


def left(cache):
    """What lies in the cache, but for the lock."""
    return sorted(path.name for path in cache.iterdir() if not path.name.endswith(".lock"))


# the way it should go


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_fetched_checked_unpacked_and_nothing_else_left(offered, cache, server, pack, capsys):
    offered(pack())
    folder = fetch()
    assert folder == cache / "esc10" and left(cache) == ["esc10"]
    assert [r.path.read_bytes() for r in datasets.load("esc10").recordings] == [SOUND] * 5
    server.content = b""  # a second time it is there
    assert fetch() == folder
    assert server.began == [0] and capsys.readouterr().err == ""


def test_to_another_folder_with_bars(offered, cache, tmp_path, capsys):
    offered(zipped())
    assert download("esc10", tmp_path / "disk", confirm=lambda said: True) == tmp_path / "disk" / "esc10"
    assert "ESC-10" in capsys.readouterr().err and not cache.exists()


def test_nothing_is_fetched_without_a_name_and_a_yes(offered, server, cache):
    entry, said = offered(zipped()), []
    assert fault(download, "esc10", confirm=said.append, progress=False).key == "download.declined"
    assert said == [offer(entry, cache / "esc10")] and server.began == [] and not cache.exists()
    assert "esc10" in str(fault(download, "esc11", confirm=None))


@pytest.mark.parametrize("name", ["esc10", "esc50", "urbansound8k"])
def test_the_offer_says_size_licence_disk_citation_and_how_it_is_checked(name, tmp_path, monkeypatch, language):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(123_000_000_000))
    entry, said = CATALOG[name], offer(CATALOG[name], tmp_path)
    facts = entry.licence, entry.licence_page, entry.citation
    values = *facts, str(tmp_path), readable(entry.download_bytes), "123.0 GB"
    assert all(value in said for value in values)
    assert ("MD5" in said) == bool(entry.md5) and ("SHA-256" in said) == bool(entry.files_sha256)


def test_the_builtin_set_needs_no_server(monkeypatch, tmp_path):
    made = []
    monkeypatch.setattr(datasets, "synthetic", lambda *given: made.append(given) or SimpleNamespace(folder=given[0]))
    assert download("builtin", tmp_path, confirm=None, progress=False) == tmp_path / "builtin"
    assert made == [(tmp_path / "builtin", 450, 0, False)]


# servers


def test_goes_on_in_the_next_run(offered, server, cache):
    offered(zipped())
    server.cuts = [10_000] * 5
    error = fault()
    assert error.key == "download.cut" and "50 kB" in str(error)
    assert left(cache) == ["esc10.zip.part"]
    assert fetch().is_dir()
    assert server.began[-1] == 50_000 and left(cache) == ["esc10"]


def test_a_part_that_is_whole_is_used_and_one_that_is_too_long_is_not(offered, server, cache):
    offered(zipped())
    cache.mkdir()
    for extra, began in ((b"", [len(zipped())]), (b"x", [len(zipped()) + 1, 0])):
        (cache / "esc10.zip.part").write_bytes(zipped() + extra)
        server.began.clear()
        shutil.rmtree(fetch())
        assert server.began == began


@pytest.mark.parametrize(
    ("changes", "began"),
    [
        ({"cuts": [50_000], "ranges": False}, [0, 0]),  # it cannot go on
        ({"cuts": [50_000], "shifted": 1}, [0, 50_001, 0]),
        ({"cuts": [50_000, 60_000]}, [0, 50_000, 110_000]),
        ({"length": False}, [0]),  # it does not say how long the file is
    ],
)
def test_after_a_cut_it_goes_on_or_begins_again(offered, server, changes, began):
    offered(zipped())
    vars(server).update(changes)
    assert fetch().is_dir()
    assert server.began == began


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_file_that_changed_between_is_not_taken(offered, server, cache, pack):
    offered(pack())
    server.cuts = [50_000, 0]
    fault()
    new = pack(content=SOUND[::-1])  # of the same length
    offered(new, **({"md5": ""} if pack is zipped else {}))
    assert fault().key in ("download.broken", "download.wrong_hash") and left(cache) == []
    assert fetch().is_dir()
    assert datasets.load("esc10").recordings[0].path.read_bytes() == SOUND[::-1]


def test_a_wrong_byte_is_found_deleted_and_said(offered, server, cache):
    offered(zipped())
    server.content = server.content[:100_000] + b"?!" + server.content[100_002:]
    error = fault()
    assert error.key == "download.wrong_hash" and CATALOG["esc10"].page in str(error)
    assert left(cache) == []


def test_a_stalled_server_ends_in_a_sentence(offered, server, monkeypatch):
    monkeypatch.setattr(downloads, "STALLED_S", 0.3)
    offered(zipped())
    server.stall, server.cuts = True, [30_000, 0, 0]
    error = fault()
    assert error.key == "download.cut" and "16 kB" in str(error)
    assert server.began == [0, 16_384]
    server.stall, server.cuts = False, []
    assert fetch().is_dir()


def test_no_server_at_all(offered):
    offered(zipped(), address="http://127.0.0.1:1/set.zip")
    assert fault().key == "download.no_server"


@pytest.mark.parametrize("status", [403, 404, 503])
def test_a_server_that_refuses(offered, server, status):
    offered(zipped())
    server.status = status
    error = fault()
    assert error.key == "download.refused" and str(status) in str(error) and len(server.began) == 1


# what came


def test_files_are_checked_where_the_archive_cannot_be(offered, cache):
    lines = "".join(f"{hashlib.sha256(SOUND).hexdigest()}  {name}\n" for name in NAMES)  # as sha256sum prints them
    right = hashlib.sha256(lines.encode()).hexdigest()
    offered(zipped(), md5="", files_sha256=right)
    assert digest(datasets.load(fetch())) == right
    shutil.rmtree(cache)
    offered(zipped(content=SOUND[::-1]), md5="", files_sha256=right)
    assert fault().key == "download.not_whole" and left(cache) == []


@pytest.mark.parametrize("names", [NAMES[:4], ["README.md"], ["data/siren/1.wav"]])
def test_a_set_that_is_not_whole_or_another(offered, cache, names):
    offered(zipped(names=names), md5="")
    assert fault().key == "download.not_whole" and left(cache) == []


def test_an_interrupted_unpacking_leaves_no_folder(offered, cache, server, monkeypatch):
    offered(zipped())
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(shutil, "copyfileobj", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        fetch()
    assert left(cache) == ["esc10.zip"]
    assert fetch().is_dir()
    assert left(cache) == ["esc10"] and server.began == [0]  # the archive was whole


# disks, and other runs


def test_too_small_a_disk_is_said_before_anything_is_fetched(offered, server, monkeypatch):
    offered(zipped())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1000))
    error = fault()
    assert error.key == "download.no_space" and "1 kB" in str(error) and server.began == []


def test_a_folder_that_may_not_be_written(offered, tmp_path):
    offered(zipped())
    (tmp_path / "file").touch()
    error = fault(to=tmp_path / "file")
    assert error.key == "download.disk" and "file" in str(error)


def test_two_at_once(offered, cache, server):
    offered(zipped())
    cache.mkdir()
    with FileLock(cache / ".esc10.lock"):
        assert fault().key == "download.busy"
    other = []
    assert download("esc10", confirm=lambda said: other.append(fetch()) or True, progress=False) == other[0]
    assert server.began == [0]  # it was there when its turn came


# archives


def unpack(tmp_path, packed):
    (tmp_path / "archive").write_bytes(packed)
    downloads._unpack(tmp_path / "archive", tmp_path / "inside", progress=False)


OUT = "../evil a/../../evil /evil //evil ..\\evil C:\\evil C:evil a/b:c a/.. \\evil"


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("name", OUT.split(" "))
def test_a_name_that_leads_out_is_refused(tmp_path, pack, name):
    assert fault(unpack, tmp_path, pack([name])).key == "download.leads_out"
    assert {path.name for path in tmp_path.rglob("*")} <= {"archive", "inside"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
@pytest.mark.parametrize("link", ["/etc/passwd", "../archive", ".."])
def test_links_and_devices_stay_in_a_tar(tmp_path, kind, link):
    unpack(tmp_path, tarred(["door", "a/door"], kind=kind, link=link))
    assert not list((tmp_path / "inside").rglob("door"))


parts = st.sampled_from(["..", ".", "", "a", "b", "C:", "~", " ", "..\\..", "a\\b", "...", "강아지"])
paths = st.lists(parts, min_size=1, max_size=5).map("/".join)


@given(members=st.lists(paths, min_size=1, max_size=4, unique=True), pack=st.sampled_from([zipped, tarred]))
def test_no_name_ever_leaves_the_folder(tmp_path_factory, members, pack):
    top = tmp_path_factory.mktemp("top")
    inside = top / "one" / "two" / "three"
    (top / "archive").write_bytes(pack(members, b"evil"))
    with contextlib.suppress(DataError, OSError):  # OSError: one name for a file and a folder
        downloads._unpack(top / "archive", inside, progress=False)
    outside = {path.name for path in top.rglob("*") if inside not in path.parents}
    assert outside <= {"archive", "one", "two", "three"}


CUT_OFF = [whole[: round(kept * len(whole))] for whole in (zipped(), tarred()) for kept in (0.0, 0.001, 0.3, 0.9)]


@pytest.mark.parametrize(
    "packed", [*CUT_OFF, b"<html>please log in", b"\x1f\x8bhello", zipped()[:60_000] + b"?!" + zipped()[60_002:]]
)
def test_what_is_no_whole_archive_is_broken(tmp_path, packed):
    assert fault(unpack, tmp_path, packed).key == "download.broken"


def test_readable():
    said = [readable(count) for count in (0, 999, 1000, 41_500_000, 646_000_000, 999_600_000, 6_030_000_000)]
    assert said == ["0 B", "999 B", "1 kB", "42 MB", "646 MB", "1.0 GB", "6.0 GB"]
