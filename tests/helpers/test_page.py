"""Making a page: a folder that is whole or not there, from a model of ours, and a runtime that is fetched once."""

import hashlib
import io
import json
import tarfile
import threading
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from helpers import model, page
from helpers.__main__ import main
from helpers.config import AudioConfig
from tests.shared import contents, refused

pytestmark = pytest.mark.slow  # exporting a model takes seconds


def archive(**changed):
    """A stand-in for what npm publishes, and more that no page needs."""
    files = dict.fromkeys(page._RUNTIME, b"runtime") | {"ort.webgpu.mjs": b"more"} | changed
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as packed:
        for name, data in files.items():
            member = tarfile.TarInfo(f"package/dist/{name}")
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    return whole.getvalue()


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """What npm publishes, as it arrives: list of addresses that were asked for; ``npm.gone`` is no network."""
    published, asked = archive(), []

    def fetch(address, output_file, _pooch, **_):
        asked.append(address)
        if npm.gone:
            raise requests.ConnectionError("no network")
        Path(output_file).write_bytes(npm.sent)

    npm = SimpleNamespace(gone=False, sent=published, asked=asked)
    monkeypatch.setenv("SOUND_DATA_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(page, "_SHA512", hashlib.sha512(published).hexdigest())
    monkeypatch.setattr(page.pooch, "HTTPDownloader", lambda **_: fetch)
    return npm


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A model in both kinds of file."""
    folder = tmp_path_factory.mktemp("models")
    mine = model.Model(network=model.Network(2), config=AudioConfig(), labels=("other", "dog_bark"), threshold=0.7)
    mine.save(folder / "mine.safetensors")
    model.export_onnx(folder / "mine.onnx", mine)
    return folder


def yes(_offer):
    return True


@pytest.mark.parametrize("kind", ["safetensors", "onnx"])
def test_the_folder_holds_the_page_its_model_and_what_it_runs_on(kind, npm, stored, tmp_path):
    folder = page.make(stored / f"mine.{kind}", tmp_path / "out", title="멍이", confirm=yes)
    found = contents(folder)
    ours = {"index.html", "page.js", "detector.js", "worklet.js", "texts.js", "style.css", "licences.txt"}
    assert found.keys() == ours | {"model.json", "model.onnx", *page._RUNTIME}
    assert found["model.onnx"] == (stored / "mine.onnx").read_bytes()
    about = json.loads(found["model.json"])
    assert (about["title"], about["threshold"], about["menu"]) == ("멍이", 0.7, ["dog_bark", "other"])
    assert about["labels"] == ["other", "dog_bark"]  # in the order of the model's answers


def test_the_runtime_is_fetched_once_and_only_after_consent(npm, stored, tmp_path):
    offers = []
    with refused("page.declined"):
        page.make(stored / "mine.onnx", tmp_path / "out", confirm=offers.append)
    assert "33 MB" in offers[0] and "MIT" in offers[0] and not npm.asked and not (tmp_path / "out").exists()
    page.make(stored / "mine.onnx", tmp_path / "out", confirm=yes)
    npm.gone = True
    page.make(stored / "mine.onnx", tmp_path / "again", confirm=offers.append)
    assert len(npm.asked) == len(offers) == 1 and npm.asked[0].startswith("https://registry.npmjs.org/onnxruntime-web/")


def test_what_is_not_the_runtime_is_refused(npm, stored, tmp_path):
    npm.gone = True
    with refused("page.no_server", "registry.npmjs.org"):
        page.make(stored / "mine.onnx", tmp_path / "out", confirm=yes)
    npm.gone, npm.sent = False, archive(evil=b"more")
    with refused("page.wrong_hash"):
        page.make(stored / "mine.onnx", tmp_path / "out", confirm=yes)
    npm.sent = archive()
    page.make(stored / "mine.onnx", tmp_path / "out", confirm=yes)
    assert len(npm.asked) == 3  # what was wrong was not kept


def test_a_page_replaces_a_page_and_nothing_else(npm, stored, tmp_path):
    folder = page.make(stored / "mine.onnx", tmp_path / "out", confirm=yes)
    page.make(stored / "mine.onnx", folder, title="new", confirm=yes)
    assert json.loads((folder / "model.json").read_text("utf-8"))["title"] == "new"
    (folder / "CNAME").write_text("mine")
    before = contents(folder)
    with refused("batch.foreign", "CNAME"):
        page.make(stored / "mine.onnx", folder, confirm=yes)
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("a page of my own")
    with refused("batch.foreign", "index.html"):
        page.make(stored / "mine.onnx", site, confirm=yes)
    assert contents(folder) == before and len(contents(site)) == 1


@pytest.mark.parametrize("name", ["nowhere.safetensors", "nowhere.onnx", "text.safetensors", "text.onnx"])
def test_a_model_that_is_none_is_refused_before_anything_is_fetched(name, npm, tmp_path, capsys, language):
    for text in ("text.safetensors", "text.onnx"):
        (tmp_path / text).write_text("no model")
    assert main(["page", str(tmp_path / name), "--out", str(tmp_path / "out"), "--yes"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1 and not npm.asked and not (tmp_path / "out").exists()


def test_the_command_asks_and_says_what_to_do_with_the_folder(npm, stored, tmp_path, monkeypatch, capsys, language):
    words = ["page", str(stored / "mine.onnx"), "--out", str(tmp_path / "out")]
    monkeypatch.setattr("builtins.input", lambda _: "n")
    assert main(words) == 1
    monkeypatch.setattr("builtins.input", lambda _: "y")
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert "--serve" in shown and "GitHub Pages" in shown and str(tmp_path / "out") in shown


def test_a_served_page_is_handed_out_as_what_it_is_until_ctrl_c(npm, stored, tmp_path, monkeypatch, capsys, language):
    kinds = {"": "text/html", "page.js": "text/javascript", page._RUNTIME[0]: "text/javascript"}
    kinds |= {
        page._RUNTIME[1]: "application/wasm",
        "style.css": "text/css",
        "licences.txt": "text/plain; charset=utf-8",
    }
    served, serve = {}, page._Server.serve_forever

    def visit_and_stop(server):
        thread = threading.Thread(target=serve, args=[server], daemon=True)
        thread.start()
        for name in kinds:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/{name}") as answer:
                served[name] = answer.headers["Content-Type"]
        server.shutdown()
        thread.join()
        raise KeyboardInterrupt

    monkeypatch.setattr(page._Server, "serve_forever", visit_and_stop)
    with page.server(tmp_path):  # its port may be taken
        assert main(["page", str(stored / "mine.onnx"), "--out", str(tmp_path / "out"), "--serve", "--yes"]) == 0
    shown = capsys.readouterr()
    assert served == kinds and "http://localhost:" in shown.out and shown.err == ""
    assert len(shown.out.splitlines()) == 3  # the offer, the address, the end
