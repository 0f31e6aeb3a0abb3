"""A detector as a web page: a folder that any web server hands out, and whose page listens in the browser.

The model runs there in onnxruntime-web, which is fetched once and checked by its hash.
"""

import json
import shutil
import tarfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pooch
import requests

from helpers import environment
from helpers.batch import new_folder
from helpers.download import STALLED_S, readable
from helpers.live.detector import OnnxModel
from helpers.messages import LessonError, text
from helpers.model import export_onnx, load_model

PORT = 8000  # where `server` listens; browsers remember for each port that the microphone was allowed

_NAME = "onnxruntime-web-1.30.0.tgz"
_ADDRESS = f"https://registry.npmjs.org/onnxruntime-web/-/{_NAME}"
_SHA512 = (
    "ab4cbe26baedba45d2cec05610c71c55fa97db92d19a8b171c5f8269126683ca"
    "590a5cdc57bb2f35ce2b298de32f4d956fb42644c0ecd528a0a91e025c07ca61"
)
_BYTES = 33_106_585
_RUNTIME = ("ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm")  # of its files, what one thread needs
_OURS = Path(__file__).with_suffix("")  # the folder of this module's name


def make(model, out, *, title="", confirm):
    """Write the page of a model's file as the folder ``out``, whole or not at all; returns the Path of the folder.

    ``title`` is its heading, else the label listened for. Before onnxruntime-web is fetched for the first time,
    ``confirm`` is called with its size and licence; nothing is fetched unless it returns True.
    """
    path, out = Path(model).expanduser(), Path(out).expanduser().resolve()
    model = OnnxModel(path) if path.suffix == ".onnx" else load_model(path)
    archive = _fetch(confirm)
    with new_folder(out, _written) as folder:
        if path.suffix == ".onnx":
            shutil.copyfile(path, folder / "model.onnx")
        else:
            export_onnx(folder / "model.onnx", model)
        (folder / "model.json").write_text(json.dumps(_about(model, title), ensure_ascii=False), encoding="utf-8")
        for file in _OURS.iterdir():
            shutil.copyfile(file, folder / file.name)
        with tarfile.open(archive) as packed:
            for name in _RUNTIME:
                (folder / name).write_bytes(packed.extractfile(f"package/dist/{name}").read())
    return out


def _about(model, title):
    """What the page has to know of the model."""
    config, labels = model.config, sorted(model.labels, key=lambda label: label != model.target)  # the target first
    window = {"rate": config.sample_rate, "seconds": config.segment_seconds, "samples": config.segment_samples}
    answers = {"labels": model.labels, "menu": labels, "threshold": model.stream_threshold}
    return {"title": title, **window, "gate": config.gate_dbfs, **answers}


def _written(folder):
    if not (folder / "model.json").is_file():  # a page of someone else
        return []
    return ["model.json", "model.onnx", *_RUNTIME, *(file.name for file in _OURS.iterdir())]


def _fetch(confirm):
    """The archive of onnxruntime-web in the cache; fetched where it is not there or is damaged."""
    folder = environment.data_dir()
    if not (folder / _NAME).is_file() and not confirm(text("page.offer", size=readable(_BYTES), folder=folder)):
        raise LessonError("page.declined")
    try:
        fetch = pooch.HTTPDownloader(progressbar=True, timeout=STALLED_S)
        return pooch.retrieve(_ADDRESS, f"sha512:{_SHA512}", fname=_NAME, path=folder, downloader=fetch)
    except requests.RequestException as error:
        raise LessonError("page.no_server", address=_ADDRESS) from error
    except ValueError as error:
        raise LessonError("page.wrong_hash", address=_ADDRESS) from error


class _Files(SimpleHTTPRequestHandler):
    """Hands files out under types of its own: those that Windows has noted for a computer may be wrong."""

    extensions_map = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".mjs": "text/javascript"}
    extensions_map |= {".wasm": "application/wasm", ".txt": "text/plain; charset=utf-8", ".json": "application/json"}

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")  # the page may be made anew
        super().end_headers()

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_):  # a browser that leaves in the middle of a file is none
        pass


def server(folder, port=PORT):
    """A web server for this computer only, on the port, or on a free one where it is taken."""
    handler = partial(_Files, directory=folder)
    try:
        return _Server(("127.0.0.1", port), handler)
    except OSError:
        return _Server(("127.0.0.1", 0), handler)
