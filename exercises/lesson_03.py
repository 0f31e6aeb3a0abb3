"""Checks of lesson 03: how files are read, what a data set may be used for and what is in it."""

import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import soundfile

from exercises import Wrong, ask, idea_behind
from helpers.datasets import CATALOG

SENTENCES = {
    "03-1": {
        "right": {
            "ko": "librosa가 4000 Hz보다 높은 소리를 먼저 걸러 내고 8000 Hz로 바꿨어요. 먹먹한 전화기 소리예요.",
            "en": "librosa filtered out all above 4000 Hz before it went down to 8000 Hz: a muffled telephone.",
        },
        "not_a_pair": {
            "ko": "배열과 표본화율, 이렇게 둘을 차례로 돌려주세요. librosa.load가 주는 것이 바로 그 짝이에요.",
            "en": "Return two things, the array and its sample rate: just the pair that librosa.load gives you.",
        },
        "two_rows": {
            "ko": "모양이 {shape}예요. 채널이 아직 둘이에요. mono=False를 빼면 librosa가 하나로 만들어요.",
            "en": "The shape is {shape}, still two channels. Without mono=False librosa makes them one.",
        },
        "rate": {
            "ko": "표본화율이 {rate} Hz예요. sr에 8000을 적어 주세요. 적지 않으면 22050이고, None이면 파일의 것이에요.",
            "en": "Its sample rate is {rate} Hz. Give sr=8000: without it you get 22050, with None the file's.",
        },
        "only_said": {
            "ko": "8000이라고 적었지만 숫자는 그대로라서, {wanted}초짜리 소리가 {seconds}초로 늘어져 낮게 들려요. "
            "바꾸는 일은 librosa.load에 맡기세요.",
            "en": "It says 8000, but the samples are as they were: a sound of {wanted} s drags on for {seconds} s, too "
            "low. Let librosa.load do the change.",
        },
        "thinned": {
            "ko": "표본을 띄엄띄엄 골라서 높은 소리가 낮은 소리로 둔갑해요. librosa.load의 sr을 쓰세요.",
            "en": "You dropped samples, and high sounds turned into low ones. Use sr of librosa.load.",
        },
        "other": {
            "ko": "길이와 표본화율은 맞는데 소리가 달라요. 두 채널을 모두 써서 librosa.load(path, sr=…)로 읽어 보세요.",
            "en": "Length and rate are right, but it is another sound. Use both channels: librosa.load(path, sr=…).",
        },
    },
    "03-2": {
        "right": {
            "ko": "채널이 몇 개든 평균은 -1…1을 벗어나지 않아요.",
            "en": "However many channels there are, their mean never leaves -1…1.",
        },
        "axis": {
            "ko": "결과의 모양이 {shape}예요. 시간을 따라 평균을 냈어요. axis를 바꾸어 보세요.",
            "en": "The result has the shape {shape}: the mean ran along time. Change axis.",
        },
        "still_two": {
            "ko": "모양이 {shape}로 아직 2차원이에요. keepdims나 [:, :1]처럼 축을 남기는 것을 빼 보세요.",
            "en": "The shape {shape} still has two axes. Drop what keeps one, such as keepdims or [:, :1].",
        },
        "shape": {
            "ko": "결과의 모양이 {shape}예요. 채널을 이어 붙이지 말고, 표본마다 숫자 하나로 섞으세요.",
            "en": "The result has the shape {shape}. Mix the channels into one number for each sample.",
        },
        "sum": {
            "ko": "채널이 {channels}개일 때 더하기만 해서 1을 넘는 값이 나왔어요. 파일에 담으면 꼭대기가 잘려요.",
            "en": "With {channels} channels you only added, so values exceed 1. In a file their tops are cut off.",
        },
        "cut": {
            "ko": "더한 다음 -1…1로 잘랐어요. 넘치지는 않지만 꼭대기가 잘려서 찌그러져요. 처음부터 넘치지 않게 하세요.",
            "en": "You added, then cut at -1…1. The tops are lost all the same; see that it never overflows.",
        },
        "first": {
            "ko": "첫 번째 채널만 골랐어요. 개가 다른 쪽 마이크 앞에서 짖었다면 놓쳐요. 모든 채널을 써 주세요.",
            "en": "You took the first channel only. A dog at the other microphone is lost. Use all channels.",
        },
        "two_only": {
            "ko": "채널이 두 개일 때는 맞았는데, {channels}개일 때도 2로 나누었어요. 채널의 수로 나누어 주세요.",
            "en": "With {channels} channels you still divided by 2. Divide by the number of channels.",
        },
        "other": {
            "ko": "채널이 {channels}개일 때 평균과 달라요. 표본 하나를 손으로 평균 내서 견주어 보세요.",
            "en": "With {channels} channels it is not the mean. Average one sample by hand, and compare.",
        },
    },
    "03-3": {
        "right": {
            "ko": "어느 파일이 왜 빠졌는지 남았고, 우리 코드의 오타는 숨지 못해요.",
            "en": "It is noted which file is missing and why, and a typo in our own code cannot hide.",
        },
        "not_a_dict": {
            "ko": "딕셔너리를 돌려주세요. 파일의 이름을 넣으면 까닭이 나오는 표예요.",
            "en": "Return a dictionary: name of a file in, reason out.",
        },
        "not_caught": {
            "ko": "읽지 못하는 파일에서 멈췄어요. try와 except soundfile.LibsndfileError로 붙잡아 주세요.",
            "en": "It stopped at a file that cannot be read. Catch that with try and except soundfile.LibsndfileError.",
        },
        "bare": {
            "ko": "우리 코드의 오타까지 붙잡았어요. except 뒤에 soundfile.LibsndfileError를 적어서 그것만 붙잡으세요.",
            "en": "It caught a typo of our own code, too. Name soundfile.LibsndfileError after except: that one alone.",
        },
        "early": {
            "ko": "{result}에서 끝났어요. 그 뒤의 파일도 봐야 해요. return은 for가 끝난 다음이에요.",
            "en": "It ended with {result}, and there were more files to see. return comes after the loop.",
        },
        "no_reason": {
            "ko": "이름은 맞는데 까닭이 없어요. except … as error라고 쓰고 str(error)를 넣으세요.",
            "en": "The names are right, the reasons are missing. Write except … as error, and keep str(error).",
        },
        "other": {
            "ko": "{result}(이)라고 했는데, 읽지 못한 것은 {wanted}예요.",
            "en": "It names {result}; those that could not be read are {wanted}.",
        },
    },
    "03-4": {
        "right": {
            "ko": "지금 표에는 하나뿐이지만 표가 길어져도 이 함수가 골라 줘요. 설명서에 만든 사람의 이름은 적으세요.",
            "en": "Our table has just one; of a longer one it will find them all. Do not forget to name the authors.",
        },
        "entries": {
            "ko": "데이터셋을 통째로 담았어요. 이름만 담아 주세요: entry.name",
            "en": "It holds whole entries. Keep their names only: entry.name",
        },
        "computed": {
            "ko": "{extra}의 라이선스는 좋지만 컴퓨터가 계산한 소리예요. 내려받는 크기가 0인 것은 빼 주세요.",
            "en": "The licence of {extra} is fine, but it is computed. Leave out what has 0 bytes to download.",
        },
        "no_money": {
            "ko": "{extra}의 라이선스에는 NC가 붙어 있어서 돈을 버는 일에는 쓸 수 없어요.",
            "en": "The licence of {extra} has an NC: you may not earn money with it.",
        },
        "only_by": {
            "ko": "{missing}이(가) 빠졌어요. CC BY만 되는 것이 아니에요. 조건이 더 적은 CC0도 팔아도 돼요.",
            "en": "{missing} is missing. CC BY is not the only one: CC0, which asks even less, lets you sell, too.",
        },
        "early": {
            "ko": "하나만 찾고 끝났어요. return이 for 안에 들어 있지 않은지 보세요.",
            "en": "It ends after the first one. See whether return stands inside the for loop.",
        },
        "other": {
            "ko": "{result}(이)라고 했는데 {wanted}여야 해요.",
            "en": "It says {result}; it should be {wanted}.",
        },
    },
    "03-5": {
        "right": {
            "ko": "파일이 아니라 초를 세었네요. 짧은 파일 백 개보다 긴 파일 몇 개에 소리가 더 많을 때도 있어요.",
            "en": "You counted seconds, not files. A few long files often hold more sound than many short ones.",
        },
        "not_a_dict": {
            "ko": "딕셔너리를 돌려주세요. 이름표를 넣으면 초가 나오는 표예요.",
            "en": "Return a dictionary: label in, seconds out.",
        },
        "labels": {
            "ko": "이름표가 {result}(으)로 나왔어요. {wanted}이(가) 하나씩 있어야 해요.",
            "en": "Its labels are {result}. Each of these should be there once: {wanted}.",
        },
        "count": {
            "ko": "초가 아니라 파일의 개수를 세었어요. 1 대신 초를 더해 보세요.",
            "en": "That counts files, not seconds. Add the seconds instead of 1.",
        },
        "last": {
            "ko": "이름표마다 마지막 파일의 초만 남았어요. 바꿔 넣지 말고, 전에 있던 값에 더하세요.",
            "en": "Each label has the seconds of its last file only. Add to what is there instead of replacing it.",
        },
        "whole": {
            "ko": "소수점 아래가 사라졌어요. 짖는 소리는 1초도 안 될 때가 많으니 int나 round 없이 더하세요.",
            "en": "The decimals are lost, and many barks are shorter than a second. Add without int or round.",
        },
        "other": {
            "ko": "dog_bark가 {result}초로 나왔는데 {wanted}초여야 해요. 더하는 값을 하나씩 찍어 보세요.",
            "en": "It gives dog_bark {result} s instead of {wanted} s. Print each value that you add.",
        },
    },
}


def check_03_1(answer):
    """A function (path) → (samples at 8000 Hz, 8000), of both channels, with nothing folded over."""
    rate, seconds = 32_000, 0.5
    time = np.arange(int(rate * seconds)) / rate
    low, high = 0.4 * np.sin(2 * np.pi * 440 * time), 0.3 * np.sin(2 * np.pi * 5_000 * time)
    stereo = np.stack([low + high, low / 2], axis=1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tones.wav"
        soundfile.write(path, stereo, rate)
        samples, said = _pair(ask(answer, path))
    if samples.ndim > 1:
        raise Wrong("two_rows", shape=list(samples.shape))
    if said != 8_000:
        raise Wrong("rate", rate=f"{said:g}")
    if abs(len(samples) / said - seconds) > 0.01:
        raise Wrong("only_said", seconds=f"{len(samples) / said:.1f}", wanted=seconds)
    wanted, inside = 0.75 * low[::4], slice(200, -200)  # what a filter does to the ends is its own affair
    if not np.allclose(samples[: len(wanted)][inside], wanted[: len(samples)][inside], atol=0.02):
        folded = np.allclose(samples[inside], stereo.mean(axis=1)[::4][: len(samples)][inside], atol=0.01)
        raise Wrong("thinned" if folded else "other")


def _pair(result):
    try:
        samples, rate = result
        samples, rate = np.asarray(samples, dtype=float), float(rate)
    except (TypeError, ValueError):
        raise Wrong("not_a_pair") from None
    if not samples.ndim:
        raise Wrong("not_a_pair")
    return samples, rate


def check_03_2(answer):
    """A function (samples [n, channels]) → samples [n], the mean of the channels."""
    for channels in (2, 1, 8):
        samples = np.random.default_rng(channels).uniform(-1, 1, (50, channels))
        mean, total = samples.mean(axis=1), samples.sum(axis=1)
        result = _array(ask(answer, samples.copy()))
        values = {"channels": channels, "shape": list(result.shape)}
        if result.shape in {(channels,), ()}:
            raise Wrong("axis", **values)
        if result.shape != mean.shape:
            raise Wrong("still_two" if result.ndim == 2 else "shape", **values)
        if np.allclose(result, mean, atol=1e-6):
            continue
        ideas = [("sum", total), ("cut", total.clip(-1, 1)), ("first", samples[:, 0]), ("two_only", total / 2)]
        raise Wrong(idea_behind(ideas, result, tolerance=1e-6), **values)


def _array(result):
    try:
        return np.asarray(result, dtype=float)
    except (TypeError, ValueError):
        raise Wrong("shape", channels=2, shape=type(result).__name__) from None


def check_03_3(answer):
    """A function (read, paths) → dict of name → reason of those that libsndfile cannot read."""
    paths = [Path(name) for name in ("a.wav", "fake.wav", "b.flac", "empty.mp3")]
    wanted = {path.name: f"Error opening {path}: File contains data in an unknown format." for path in paths[1::2]}

    def read(path):
        if path in paths[1::2]:
            raise soundfile.LibsndfileError(1, f"Error opening {path}: ")
        return np.zeros(100), 22_050

    def with_a_typo(path):
        return soundfile.raed(path)

    try:
        found = _dictionary(ask(answer, read, paths))
    except soundfile.LibsndfileError:
        raise Wrong("not_caught") from None
    names = {"result": ", ".join(map(str, found)), "wanted": ", ".join(wanted)}
    if set(found) == {"fake.wav"}:
        raise Wrong("early", **names)
    if set(found) != set(wanted):
        raise Wrong("other", **names)
    if any("Error opening" not in str(found[name]) for name in found):
        raise Wrong("no_reason")
    try:
        answer(with_a_typo, paths)
    except AttributeError:
        return
    raise Wrong("bare")


def check_03_4(answer):
    """A function (entries of the catalogue) → names of those that were recorded and may be sold."""
    night, birds = (_replaced(CATALOG["esc10"], name=name) for name in ("night", "birds"))
    night.licence, birds.licence = "CC0 1.0", "CC BY-NC 4.0"
    for entries in (CATALOG.values(), [birds, night, *CATALOG.values()], [birds]):
        entries = list(entries)
        computed = [entry.name for entry in entries if not entry.address]
        no_money = [entry.name for entry in entries if "NC" in entry.licence]
        wanted = [entry.name for entry in entries if entry.name not in computed + no_money]
        result = ask(answer, entries)
        result = [result] if isinstance(result, str) else list(result)
        if any(one in entries for one in result):
            raise Wrong("entries")
        for key, names in (("computed", computed), ("no_money", no_money)):
            if extra := [name for name in names if name in result]:
                raise Wrong(key, extra=", ".join(extra))
        if "night" in wanted and "night" not in result and "esc10" in result:
            raise Wrong("only_by", missing="night")
        if len(wanted) > 1 and result == wanted[:1]:
            raise Wrong("early")
        if sorted(result) != sorted(wanted):
            raise Wrong("other", result=result, wanted=wanted)


def _replaced(entry, **changes):
    return SimpleNamespace(**vars(entry) | changes)


def check_03_5(answer):
    """A function (list of (label, seconds)) → dict of label → all its seconds."""
    pairs = [("dog_bark", 1.25), ("siren", 4.0), ("dog_bark", 2.5), ("cat", 0.5), ("dog_bark", 0.75), ("siren", 1.5)]
    wanted = {"dog_bark": 4.5, "siren": 5.5, "cat": 0.5}
    totals = _dictionary(ask(answer, list(pairs)))
    if set(totals) != set(wanted):
        raise Wrong("labels", result=", ".join(map(str, totals)), wanted=", ".join(wanted))
    ideas = [
        ("count", {"dog_bark": 3, "siren": 2, "cat": 1}),
        ("last", {"dog_bark": 0.75, "siren": 1.5, "cat": 0.5}),
        ("whole", {label: round(seconds) for label, seconds in wanted.items()}),
        ("whole", {label: int(seconds) for label, seconds in wanted.items()}),
    ]
    for idea, expected in ideas:
        if _equal(totals, expected):
            raise Wrong(idea)
    if not _equal(totals, wanted):
        raise Wrong("other", result=totals["dog_bark"], wanted=wanted["dog_bark"])


def _dictionary(totals):
    if not hasattr(totals, "keys"):
        raise Wrong("not_a_dict")
    return dict(totals)


def _equal(totals, others):
    try:
        return all(np.isclose(float(totals[label]), seconds) for label, seconds in others.items())
    except (TypeError, ValueError):
        return False
