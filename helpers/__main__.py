"""The walk as commands, and the detector out of the notebook: ``python -m helpers --help`` names them.

What a command needs is imported when it runs, so that ``--help`` answers at once and `listen` works without PyTorch.
"""

import contextlib
import json
import sys
from dataclasses import fields
from functools import partial
from pathlib import Path

from helpers import parsing, use_threads
from helpers.config import AudioConfig
from helpers.messages import LessonError, text

STOPPED = 130  # what shells expect of a program ended by Ctrl-C
_YES = ("y", "yes", "ㅛ", "네", "예")  # ㅛ lies on the y of a Korean keyboard


def main(arguments=None):
    """Run one command; returns the exit status: 0 done, 1 something is to be mended (said on stderr), 130 stopped."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a console that lacks a letter shows "?", and the work goes on
    options = _parser().parse_args(arguments)
    if options.run is None:
        options.parser.print_help()
        return parsing.NOT_UNDERSTOOD
    if options.threads:
        use_threads(options.threads)
    try:
        return options.run(options)
    except LessonError as error:
        _say(error)
    except ModuleNotFoundError as error:
        _say(text("command.no_package", name=error.name))
    except OSError as error:
        _say(text("command.refused", place=error.filename or "", reason=error.strerror or error))
    except KeyboardInterrupt:
        _say("\n" + text("command.stopped"))
        return STOPPED
    return 1


def _say(sentence):
    print(sentence, file=sys.stderr)


def _check(options):
    from helpers import environment

    findings = environment.check()
    print(environment.as_table(findings))
    return int(any(finding.needed and not finding.ok for finding in findings))


def _download(options):
    from helpers.download import download

    folder = download(options.name, options.to, confirm=partial(_agreed, options))
    print(text("command.fetched", folder=folder))
    return 0


def _agreed(options, offer):
    print(offer)
    try:
        return options.yes or input(text("command.agree") + " ").strip().lower() in _YES
    except EOFError:  # no one there to ask
        return False


def _split(options):
    from helpers.split import split

    target = None if options.target == "none" else options.target
    given = {field.name: getattr(options, field.name, None) for field in fields(AudioConfig)}
    config = AudioConfig(**{name: value for name, value in given.items() if value is not None})
    settings = {"out": options.out, "target": target, "config": config, "negatives": options.negatives}
    summary = split(options.urbansound_dir, jobs=options.jobs, **settings)
    print(summary)
    if all(summary.written.values()):
        print(text("command.cut", folder=summary.folder.parent))
    return 0


def _mfcc(options):
    from helpers.features import write_pictures

    given = {name: getattr(options, name) for name in ("n_fft", "hop_length", "n_mels")}
    changes = {name: value for name, value in given.items() if value is not None}
    print(write_pictures(options.urbansound_dir, out=options.out, size=options.size, jobs=options.jobs, **changes))
    return 0


def _train(options):
    from helpers import datasets, evaluate
    from helpers.batch import check_writable
    from helpers.model import export_onnx
    from helpers.segments import read_made
    from helpers.train import RECIPES, PictureSet, train, walk

    recipe = dict(RECIPES[options.classes or "dog"])
    target, cut = recipe.pop("target"), recipe.pop("cut")
    out = Path(options.out or f"{Path(options.data).resolve().name}.safetensors")
    for path in filter(None, (out, options.onnx)):
        check_writable(Path(path))
    folder = walk(options.data, target, cut=cut, jobs=options.jobs)
    pictures = PictureSet.read(folder)
    dataset = datasets.load(read_made(folder)["folder"])
    *learning, validating = evaluate.folds_of(dataset)
    if target:
        evaluate.need_both_classes(dataset.in_fold(validating), target)  # else it would be found out after training
    recipe["epochs"] = options.epochs or recipe["epochs"]
    model, _ = train(pictures.in_folds(*learning), pictures.in_folds(validating), seed=options.seed or 0, **recipe)
    if target:
        model = evaluate.choose_threshold(model, evaluate.predict(model, dataset.in_fold(validating), on_skip=_say))
        print(text("command.chosen", threshold=f"{model.threshold:.2f}", fold=validating))
    model.save(out)
    print(text("command.stored", file=out))
    if options.onnx:
        export_onnx(options.onnx, model)
        print(text("command.exported", file=options.onnx))
    return 0


def _evaluate(options):
    from helpers import datasets, evaluate
    from helpers.model import load_model
    from helpers.train import RECIPES, PictureSet, walk

    if not options.folds and {options.classes, options.epochs, options.seed} != {None}:
        options.parser.error(text("command.only_with_folds"))
    dataset = datasets.load(options.data)
    if options.folds:
        recipe = dict(RECIPES[options.classes or "dog"])
        pictures = PictureSet.read(walk(options.data, recipe.pop("target"), cut=recipe.pop("cut")))
        recipe["epochs"] = options.epochs or recipe["epochs"]
        report = evaluate.cross_validate(dataset, pictures, seed=options.seed or 0, on_skip=_say, **recipe)
    else:
        model = load_model(options.model) if options.model else load_model()
        report = evaluate.evaluate(model, dataset, on_skip=_say)
    print(json.dumps(report, ensure_ascii=False, indent=1) if options.json else evaluate.as_text(report))
    return 0


def _listen(options):
    if options.log and options.source.startswith("file:") and not options.began:
        options.parser.error(text("command.began_missing"))
    from helpers.live.detector import Detector, OnnxModel
    from helpers.live.diary import Diary
    from helpers.live.sources import open_source
    from helpers.live.watch import Command, Watch, as_json

    if options.model and options.model.endswith(".onnx"):
        model = OnnxModel(options.model)
    else:
        from helpers.model import load_model

        model = load_model(options.model) if options.model else load_model()
    if options.target:
        model.target = options.target
    given = {} if options.threshold is None else {"threshold": options.threshold}
    detector = Detector.of(model, **given)
    source = open_source(options.source, config=model.config, say=_say)
    kept = bool(options.log or options.command)
    diary = Diary(options.log, model.config.sample_rate, options.keep_mb) if options.log else None
    command = Command(options.command, _say) if options.command else None

    def tell(facts, event):
        if kept:
            print(as_json(facts) if options.json else _said(facts), flush=True)
        elif event.end_s is not None:
            print(_line(options, "event", vars(event)), flush=True)
        if command:
            command(facts)

    watch = Watch(source, detector, model.target, tell=tell, say=_say, diary=diary, began=options.began)
    watch.listen(options.seconds)
    if command:
        command.close()
    for note in source.notes:
        _say(note)
    print(_line(options, "total", watch.total))
    return 0


def _line(options, name, facts):
    if options.json:
        facts = {key: round(value, 3) if isinstance(value, float) else value for key, value in facts.items()}
        return json.dumps({name: facts})
    shown = {key: f"{value:.2f}" if isinstance(value, float) else value for key, value in facts.items()}
    return text(f"command.heard_{name}", **shown)


def _said(facts):
    times = {name: f"{time:%Y-%m-%d %H:%M:%S}" for name in ("began", "ended") if (time := facts[name])}
    return text("command.heard_end" if facts["ended"] else "command.heard_begin", **facts | times)


def _diary(options):
    from helpers.live.diary_page import Summary, write_page

    summary = Summary(options.folder)
    print(summary)
    print(text("diary.written", page=write_page(summary, options.folder)))
    return 0


def _page(options):
    from helpers import page
    from helpers.download import readable

    folder = page.make(options.model, options.out, title=options.title, confirm=partial(_agreed, options))
    made = {"folder": folder, "size": readable(sum(file.stat().st_size for file in folder.iterdir()))}
    if not options.serve:
        print(text("page.made", **made))
        return 0
    with page.server(folder) as server, contextlib.suppress(KeyboardInterrupt):  # how it ends
        print(text("page.served", address=f"http://localhost:{server.server_port}", **made), flush=True)
        server.serve_forever()
    print(text("page.ended"))
    return 0


def _spectrum(options):
    from helpers.live.sources import open_source
    from helpers.live.terminal import watch

    with contextlib.suppress(KeyboardInterrupt):
        watch(open_source(options.source, real_time=True, say=_say), seconds=options.seconds)
    return 0


def _progress(options):
    from helpers import record

    rows, notes = record.of_class(options.folder)
    for note in notes:
        _say(note)
    if options.csv:
        mark = "\ufeff" if sys.stdout.encoding.lower() == "utf-8" else ""  # by which spreadsheets know Hangul
        print(mark + record.as_csv(rows), end="")
    else:
        print(record.as_text(rows))
    return 0


def _parser():
    parser = parsing.Parser(
        prog="python -m helpers", description=text("command.description"), epilog=text("command.epilog")
    )
    commands = parser.add_subparsers(title=text("command.commands"), metavar=text("command.one"))

    def command(name, run):
        words = {"help": text(f"command.{name}_short"), "description": text(f"command.{name}")}
        added = commands.add_parser(name, **words, epilog=text(f"command.{name}_example"))
        added.set_defaults(run=run)
        if name not in ("check", "download", "diary", "progress"):
            added.option("--threads", type=parsing.count, metavar="number")
        return added

    command("check", _check)

    download = command("download", _download)
    download.option("name", metavar="name_form")
    download.option("--to", metavar="folder")
    download.option("--yes", action="store_true")

    split = command("split", _split)
    _add_folders(split)
    split.option("--target", default="dog_bark", metavar="label", says="split_target")
    split.option("--negatives", type=parsing.count, default=10, metavar="number")
    _add_config(split, "sample_rate", "segment_seconds", "segment_hop_seconds", "gate_dbfs")

    mfcc = command("mfcc", _mfcc)
    _add_folders(mfcc)
    mfcc.option("--size", type=parsing.size, metavar="size_form")
    _add_config(mfcc, "n_fft", "hop_length", "n_mels")

    train = command("train", _train)
    _add_training(train)
    train.option("--out", metavar="file", says="model_out")
    train.option("--onnx", metavar="file")
    train.option("--jobs", type=parsing.count, default=1, metavar="number")

    evaluate = command("evaluate", _evaluate)
    _add_training(evaluate)
    which = evaluate.add_mutually_exclusive_group()
    which.add_argument("--model", metavar=text("command.file"), help=text("command.model"))
    which.add_argument("--folds", action="store_true", help=text("command.folds"))
    evaluate.option("--json", action="store_true")

    listen = command("listen", _listen)
    _add_source(listen)
    listen.option("--model", metavar="file", says="listen_model")
    listen.option("--target", metavar="label")
    listen.option("--threshold", type=parsing.share, metavar="number")
    listen.option("--json", action="store_true", says="json_lines")
    listen.option("--log", metavar="folder")
    listen.option("--keep-mb", type=parsing.positive, default=500, metavar="number")
    listen.option("--began", type=parsing.time, metavar="time_form")
    listen.option("--run", dest="command", metavar="command_form", says="run")

    command("diary", _diary).option("folder", metavar="folder", says="diary_folder")
    _add_source(command("spectrum", _spectrum))

    page = command("page", _page)
    page.option("model", metavar="file", says="page_model")
    page.option("--out", required=True, metavar="folder", says="page_out")
    page.option("--title", default="", metavar="words")
    page.option("--serve", action="store_true")
    page.option("--yes", action="store_true")

    progress = command("progress", _progress)
    progress.option("folder", metavar="folder", says="records")
    progress.option("--csv", action="store_true")
    return parser


def _add_folders(parser):
    """The guide's own option, and where the results go."""
    parser.option("-u", "--urbansound_dir", required=True, metavar="folder")
    parser.option("--out", metavar="folder")
    parser.option("--jobs", type=parsing.count, default=1, metavar="number")


def _add_config(parser, *names):
    for field in fields(AudioConfig):
        if field.name in names:
            kind = parsing.count if field.type is int else parsing.number
            parser.option("--" + field.name.replace("_", "-"), type=kind, metavar="number")


def _add_training(parser):
    parser.option("--data", required=True, metavar="data_form")
    parser.option("--classes", choices=("dog", "all"))
    parser.option("--epochs", type=parsing.count, metavar="number")
    parser.option("--seed", type=parsing.whole, metavar="number")


def _add_source(parser):
    parser.option("--source", required=True, metavar="source_form")
    parser.option("--seconds", type=parsing.positive, metavar="number")


if __name__ == "__main__":
    sys.exit(main())
