"""The walk as commands: ``python -m helpers check | download | split | mfcc | train | evaluate | listen |
spectrum``.

What a command needs is imported when it runs, so that ``--help`` answers at once.
"""

import argparse
import contextlib
import json
import re
import sys
from dataclasses import fields
from pathlib import Path

from helpers.config import AudioConfig
from helpers.messages import LessonError, text

NOT_UNDERSTOOD = 2
STOPPED = 130  # what shells expect of a program ended by Ctrl-C
_AGREED = ("y", "yes", "ㅛ", "네", "예")  # ㅛ lies on the y of a Korean keyboard


def main(arguments=None):
    """Run one command.

    Parameters
    ----------
    arguments : list of str; the command line's if None

    Returns
    -------
    int, exit status: 0 done, 1 something is to be mended (a sentence on stderr says what), 2 no command given, 130
    stopped by Ctrl-C

    Raises
    ------
    SystemExit
        With 0 after ``--help``, with 2 if the command line is not understood.

    Lesson: 02_install.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a console that lacks a letter shows "?", and the work goes on
    try:
        options = _parser().parse_args(arguments)
        return options.run(options)
    except LessonError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n" + text("command.stopped"), file=sys.stderr)
        return STOPPED


def _check(options):
    from helpers import environment

    findings = environment.check()
    print(environment.as_table(findings))
    return int(any(finding.needed and not finding.ok for finding in findings))


def _download(options):
    from helpers.datasets.download import download

    def agreed(offer):
        print(offer)
        return options.yes or _yes(text("command.agree"))

    folder = download(options.name, options.to, confirm=agreed)
    print(text("command.fetched", folder=folder))
    return 0


def _yes(question):
    try:
        return input(question + " ").strip().lower() in _AGREED
    except EOFError:  # no one there to ask
        return False


def _split(options):
    from helpers.split import split

    summary = split(
        options.urbansound_dir,
        out=options.out,
        config=_config(options),
        negatives=options.negatives,
        jobs=options.jobs,
        fresh=options.fresh,
    )
    print(summary)
    print(text("command.cut", folder=summary.folder))
    return 0


def _mfcc(options):
    from helpers.features import write_pictures

    print(
        write_pictures(
            options.urbansound_dir,
            out=options.out,
            config=_config(options),
            size=options.size,
            jobs=options.jobs,
            fresh=options.fresh,
        )
    )
    return 0


def _train(options):
    from helpers import checkpoint, datasets, evaluate
    from helpers.train import RECIPES, gather, train

    recipe = RECIPES[options.classes]
    dataset = datasets.load(options.data)
    *learning, validating = evaluate.folds_of(dataset)
    if recipe["labels"]:
        evaluate.both_kinds(dataset.in_fold(validating))  # else it would be found out after the training
    examples = gather(dataset, recipe["config"], on_skip=_say)
    out = Path(options.out or f"{dataset.name}.safetensors")
    unfinished = out.with_name(out.name + ".unfinished")
    settings = {name: recipe[name] for name in ("labels", "steps")} | {"seed": options.seed, "resume": unfinished}
    epochs = options.epochs or recipe["epochs"]
    validation = examples.in_folds(validating)
    model, _ = train(examples.in_folds(*learning), validation, epochs=epochs, **settings)
    if recipe["labels"]:
        heard = evaluate.hear(model, dataset.in_fold(validating), on_skip=_say)
        model = evaluate.calibrate(model, heard)
    checkpoint.save(out, model)
    unfinished.unlink()
    print(text("command.stored", file=out))
    if recipe["labels"]:
        print(text("command.chosen", threshold=f"{model.threshold:.2f}", rule=model.rule, fold=validating))
    if options.onnx:
        checkpoint.export_onnx(options.onnx, model)
        print(text("command.exported", file=options.onnx))
    return 0


def _evaluate(options):
    from helpers import checkpoint, datasets, evaluate
    from helpers.train import RECIPES

    dataset = datasets.load(options.data)
    if options.folds:
        recipe = RECIPES[options.classes] | ({"epochs": options.epochs} if options.epochs else {})
        report = evaluate.cross_validate(dataset, seed=options.seed, on_skip=_say, **recipe)
    else:
        model = checkpoint.load(options.model) if options.model else checkpoint.load()
        report = evaluate.evaluate(model, dataset, labels=RECIPES[options.classes]["labels"], on_skip=_say)
    print(evaluate.as_json(report) if options.json else evaluate.as_text(report))
    return 0


def _listen(options):
    from helpers import checkpoint
    from helpers.live.choose import open_source
    from helpers.live.detector import Detector
    from helpers.live.listen import listen, total

    model = checkpoint.load(options.model) if options.model else checkpoint.load()
    detector = Detector(model, target=options.target, threshold=options.threshold)
    source = open_source(options.source, config=model.config, say=_say)
    events = 0

    def tell(steps):
        nonlocal events
        for step in steps:
            if step.event and step.event.end_s is not None:
                events += 1
                print(_line(options, "event", vars(step.event)), flush=True)

    with contextlib.suppress(KeyboardInterrupt):  # how listening to a microphone ends
        tell(listen(source, detector, seconds=options.seconds))
    tell(detector.finish())  # the event that lasted then
    print(_line(options, "total", total(source, detector, events)))
    return 0


def _line(options, name, facts):
    if options.json:
        facts = {key: round(value, 3) if isinstance(value, float) else value for key, value in facts.items()}
        return json.dumps({name: facts})
    shown = {key: f"{value:.2f}" if isinstance(value, float) else value for key, value in facts.items()}
    return text(f"command.heard_{name}", **shown)


def _spectrum(options):
    from helpers.live.choose import open_source
    from helpers.live.terminal import watch

    with contextlib.suppress(KeyboardInterrupt):
        watch(open_source(options.source, real_time=True, say=_say), seconds=options.seconds)
    return 0


def _say(error):
    print(error, file=sys.stderr)


class _Help(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None):
        super().add_usage(usage, actions, groups, text("command.usage") if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """argparse in the learner's language."""

    def __init__(self, **settings):
        super().__init__(formatter_class=_Help, add_help=False, allow_abbrev=False, **settings)
        self._optionals.title = text("command.options")
        self._positionals.title = text("command.arguments")
        self.add_argument("-h", "--help", action="help", help=text("command.help"))

    def error(self, message):
        self.exit(NOT_UNDERSTOOD, text("command.not_understood", reason=message, program=self.prog) + "\n")


def _parser():
    parser = _Parser(prog="python -m helpers", description=text("command.description"), epilog=text("command.epilog"))
    parser.set_defaults(run=lambda options: parser.print_help() or NOT_UNDERSTOOD)  # no command given
    commands = parser.add_subparsers(title=text("command.commands"), metavar=text("command.one"))

    def command(name, run):
        words = {"help": text(f"command.{name}_short"), "description": text(f"command.{name}")}
        added = commands.add_parser(name, **words, epilog=text(f"command.{name}_example"))
        added.set_defaults(run=run)
        return added

    command("check", _check)
    fetch = command("download", _download)
    fetch.add_argument("name", metavar=text("command.name_form"), help=text("command.name"))
    fetch.add_argument("--to", metavar=text("command.folder"), help=text("command.to"))
    fetch.add_argument("--yes", action="store_true", help=text("command.yes"))
    _add_batch(command("split", _split), "piece_seconds", "piece_hop_seconds", "gate_dbfs").add_argument(
        "--negatives", type=_count, default=10, metavar="N", help=text("command.negatives")
    )
    _add_batch(command("mfcc", _mfcc), "n_fft", "hop_length", "n_mels").add_argument(
        "--size", type=_size, default="1200x400", metavar=text("command.size_form"), help=text("command.size")
    )
    teach = command("train", _train)
    _add_data(teach)
    teach.add_argument("--out", metavar=text("command.file"), help=text("command.model_out"))
    teach.add_argument("--onnx", metavar=text("command.file"), help=text("command.onnx"))
    judge = command("evaluate", _evaluate)
    _add_data(judge)
    which = judge.add_mutually_exclusive_group()
    which.add_argument("--model", metavar=text("command.file"), help=text("command.model"))
    which.add_argument("--folds", action="store_true", help=text("command.folds"))
    judge.add_argument("--json", action="store_true", help=text("command.json"))
    hear = command("listen", _listen)
    _add_source(hear)
    hear.add_argument("--model", metavar=text("command.file"), help=text("command.listen_model"))
    hear.add_argument("--target", default="dog_bark", metavar="NAME", help=text("command.target"))
    hear.add_argument("--threshold", type=float, metavar="X", help=text("command.threshold"))
    hear.add_argument("--json", action="store_true", help=text("command.json_lines"))
    _add_source(command("spectrum", _spectrum))
    return parser


def _add_data(parser):
    """The options that `train` and `evaluate` share."""
    parser.add_argument("--data", required=True, metavar=text("command.data_form"), help=text("command.data"))
    parser.add_argument("--classes", choices=("dog", "all"), default="dog", help=text("command.classes"))
    parser.add_argument("--epochs", type=_count, metavar="N", help=text("command.epochs"))
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=text("command.seed"))


def _add_source(parser):
    """The options that `listen` and `spectrum` share."""
    parser.add_argument("--source", required=True, metavar=text("command.source_form"), help=text("command.source"))
    parser.add_argument("--seconds", type=_seconds, metavar="N", help=text("command.seconds"))


def _add_batch(parser, *parameters):
    """The options that `split` and `mfcc` share, the guide's own first, and those of `AudioConfig` that each heeds."""
    folder = text("command.folder")
    parser.add_argument("-u", "--urbansound_dir", required=True, metavar=folder, help=text("command.urbansound_dir"))
    parser.add_argument("--out", metavar=folder, help=text("command.out"))
    parser.add_argument("--jobs", type=_count, default=1, metavar="N", help=text("command.jobs"))
    parser.add_argument("--fresh", action="store_true", help=text("command.fresh"))
    group = parser.add_argument_group(text("command.config"))
    for field in fields(AudioConfig):
        if field.name in parameters:
            name = "--" + field.name.replace("_", "-")
            words = text(f"command.{field.name}", default=field.default)
            group.add_argument(name, type=field.type, default=field.default, metavar="X", help=words)
    return parser


def _config(options):
    given = vars(options)
    return AudioConfig(**{field.name: given[field.name] for field in fields(AudioConfig) if field.name in given})


def _count(word):
    if not re.fullmatch("[1-9][0-9]*", word):
        raise argparse.ArgumentTypeError(text("command.bad_count", word=word))
    return int(word)


def _seconds(word):
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", word) or not float(word):
        raise argparse.ArgumentTypeError(text("command.bad_seconds", word=word))
    return float(word)


def _size(word):
    if not (found := re.fullmatch("([1-9][0-9]*)x([1-9][0-9]*)", word)):
        raise argparse.ArgumentTypeError(text("command.bad_size", word=word))
    return int(found[1]), int(found[2])


if __name__ == "__main__":
    sys.exit(main())
