"""Checks of lesson 02: a chord, whether a library is really there, and how loud a sound is, as a bar, too."""

import sys
import tempfile
from dataclasses import replace
from importlib import invalidate_caches
from pathlib import Path

import librosa
import numpy as np

from exercises import Wrong, ask, idea_behind
from helpers.environment import Finding

RATE = 22_050
CHORD = ("C4", "E4", "G4")

SENTENCES = {
    "02-1": {
        "right": {
            "ko": "도, 미, 솔이 함께 울려요. 소리를 겹치는 것은 숫자를 더하는 것이에요.",
            "en": "C, E and G sound together. To lay sounds over one another is to add numbers.",
        },
        "name": {
            "ko": "주파수만 있어요. 그 주파수로 떨리는 숫자 22050개를 np.sin으로 만들어 더해 주세요.",
            "en": "Those are frequencies alone. Make 22050 numbers that vibrate at each, with np.sin, and add them.",
        },
        "one_by_one": {
            "ko": "{seconds}초짜리예요. 음을 이어 붙이지 말고 같은 1초에 더해 주세요.",
            "en": "It lasts {seconds} s. Do not join the notes; add them, all in the same second.",
        },
        "length": {
            "ko": "숫자가 {count}개예요. 1초면 22050개여야 해요. 위에서 만든 seconds를 쓰세요.",
            "en": "It has {count} numbers, and a second needs 22050. Use seconds from above.",
        },
        "clipped": {
            "ko": "1보다 큰 숫자가 있어서 소리가 찌그러져요. 음마다 0.3을 곱하면 셋을 더해도 넘지 않아요.",
            "en": "Some numbers are above 1, and the sound is distorted. Multiply each note by 0.3, then three fit.",
        },
        "no_pi": {
            "ko": "너무 낮아요. sin은 한 바퀴를 2π로 세니까 2 * np.pi를 곱해 주세요.",
            "en": "Too low. To sin a full turn is 2π: multiply by 2 * np.pi.",
        },
        "missing": {
            "ko": "{missing} 음이 들리지 않아요. 새 음으로 바꾸지 말고, 있던 소리에 더해 주세요: chord = chord + …",
            "en": "There is no {missing} in it. Add each note to what is there, do not replace it: chord = chord + …",
        },
        "other": {
            "ko": "세 음은 있는데 {result} Hz도 들려요. C4, E4, G4만 더해 주세요.",
            "en": "All three notes are there, and {result} Hz, too. Add C4, E4 and G4 only.",
        },
    },
    "02-2": {
        "right": {
            "ko": "명찰이 아니라 라이브러리에게 직접 물어보았네요.",
            "en": "You asked the library itself, not its name tag.",
        },
        "label_only": {
            "ko": "불러오면 깨지는 라이브러리에도 True라고 했어요. 명찰이나 파일이 있는지만 본 것 같아요. 정말로 "
            "불러와 보세요.",
            "en": "It says True of a library that breaks on import: it seems to look for the name tag or the file "
            "only. Really import it.",
        },
        "not_caught": {
            "ko": "없는 라이브러리를 만나자 오류로 멈췄어요. 오류를 try와 except로 받아서 False를 돌려주세요.",
            "en": "A missing library stopped it with an error. Catch the error with try and except, and return False.",
        },
        "only_import_error": {
            "ko": "파이썬 밖의 라이브러리가 빠져 있으면 OSError로 멈춰요. ImportError뿐 아니라 OSError도 받아 주세요.",
            "en": "A library that lacks one outside Python stopped it with an OSError. Catch OSError as well as "
            "ImportError.",
        },
        "other": {
            "ko": "json은 불러올 수 있으니까 True, 없거나 깨진 라이브러리는 False여야 해요.",
            "en": "It must be True of json, which can be imported, and False of libraries that are missing or broken.",
        },
    },
    "02-3": {
        "right": {
            "ko": "표가 아무리 길어도 이제 볼 것은 이 이름들뿐이에요.",
            "en": "However long the table, these names are all you have to look at.",
        },
        "optional": {
            "ko": "{extra}도 들어 있어요. 없어도 수업을 따라올 수 있는 것(needed가 False)은 빼 주세요.",
            "en": "It also names {extra}. Leave out what the lessons work without (needed is False).",
        },
        "inverted": {
            "ko": "{extra}은(는) 잘 있는 거예요. 찾는 것은 ok가 False인 것이에요.",
            "en": "{extra} is fine. Look for those whose ok is False.",
        },
        "findings": {
            "ko": "점검 결과를 통째로 담았어요. 이름만 담아 주세요: finding.name",
            "en": "It holds whole findings. Keep their names only: finding.name",
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
    "02-4": {
        "right": {
            "ko": "제곱, 평균, 제곱근, 로그. pydub의 dBFS를 여러분이 만들었어요.",
            "en": "Square, mean, root, logarithm: you have made pydub's dBFS.",
        },
        "one_number": {
            "ko": "숫자 하나만 나왔어요. 0.1초마다 하나씩 append로 목록에 모아 주세요.",
            "en": "That is one number. Append one to a list for every 0.1 s.",
        },
        "count": {
            "ko": "{seconds}초인데 값이 {result}개예요. 0.1초, 곧 표본 2205개마다 하나여야 해요.",
            "en": "{result} values for {seconds} s. There should be one for every 0.1 s, which is 2205 samples.",
        },
        "linear": {
            "ko": "RMS까지는 맞아요. 20 * np.log10(…)으로 데시벨로 바꿔 주세요.",
            "en": "The RMS is right. Turn it into decibels with 20 * np.log10(…).",
        },
        "no_root": {
            "ko": "두 배로 나왔어요. 제곱의 평균에 np.sqrt를 씌우는 것을 빠뜨렸어요.",
            "en": "They are twice what they should be: np.sqrt of the mean square is missing.",
        },
        "ten": {
            "ko": "절반으로 나왔어요. 진폭은 10이 아니라 20을 곱해요: 20 * np.log10(rms)",
            "en": "They are half of what they should be. Amplitudes take 20, not 10: 20 * np.log10(rms)",
        },
        "natural": {
            "ko": "np.log는 밑이 다른 로그예요. 데시벨에는 np.log10을 써요.",
            "en": "np.log is a logarithm to another base. Decibels take np.log10.",
        },
        "peak": {
            "ko": "가장 큰 표본의 크기예요. 제곱해서 평균 내고 제곱근을 씌워 주세요.",
            "en": "That is the level of the largest sample. Square, take the mean, then the root.",
        },
        "other": {
            "ko": "첫 0.1초가 {result} dBFS로 나왔는데 {wanted} dBFS여야 해요. 표본을 몇 개씩 자르는지 보세요.",
            "en": "The first 0.1 s has {result} dBFS instead of {wanted}. See how many samples you cut out.",
        },
    },
    "02-5": {
        "right": {
            "ko": "이제 글자만으로도 소리 크기가 보여요. 6절의 막대도 이런 생각으로 만들었어요.",
            "en": "Now plain letters show how loud it is. The meter of section 6 rests on the same idea.",
        },
        "inverted": {
            "ko": "{level} dBFS에 {result}칸이에요. 거꾸로예요. 조용한 -60이 0칸, 가장 큰 0이 30칸이에요.",
            "en": "{result} blocks for {level} dBFS: the wrong way round. Quiet −60 gets 0 blocks, the loudest, 0, "
            "gets 30.",
        },
        "shift": {
            "ko": "{level} dBFS에 {result}칸이에요. -60에서 0까지는 60인데 칸은 30개예요. 2 dB가 한 칸이에요.",
            "en": "{result} blocks for {level} dBFS. From −60 to 0 there are 60 dB but 30 blocks: 2 dB are one block.",
        },
        "negative": {
            "ko": '{level} dBFS처럼 -60보다 작은 소리에는 빈 문자열 ""을 돌려주세요.',
            "en": 'For a sound below −60, such as {level} dBFS, return an empty string, "".',
        },
        "number": {
            "ko": '칸 수만 돌려줬어요. 막대를 그려 주세요: "█" * 칸수',
            "en": 'That is only the number of blocks. Draw them: "█" * blocks',
        },
        "other": {
            "ko": "{level} dBFS에 {result}칸이에요. {wanted}칸이어야 해요.",
            "en": "{result} blocks for {level} dBFS; it should be {wanted}.",
        },
    },
}


def check_02_1(answer):
    """Samples of a second of three notes at once."""
    samples = np.asarray(answer, dtype=float)
    if samples.size <= len(CHORD):
        raise Wrong("name")
    if samples.shape == (len(CHORD) * RATE,):
        raise Wrong("one_by_one", seconds=len(CHORD))
    if samples.shape != (RATE,):
        raise Wrong("length", count=samples.size)
    if np.abs(samples).max() > 1:
        raise Wrong("clipped")
    power = np.abs(np.fft.rfft(np.hanning(RATE) * samples)) ** 2  # a bin is 1 Hz
    loud = 0.05 * power.max()
    if power.argmax() < 100:
        raise Wrong("no_pi")
    bins = {note: round(librosa.note_to_hz(note)) for note in CHORD}
    if missing := [note for note, at in bins.items() if power[at - 2 : at + 3].max() < loud]:
        raise Wrong("missing", missing=", ".join(missing))
    for at in bins.values():
        power[at - 3 : at + 4] = 0
    if power.max() > loud:
        raise Wrong("other", result=power.argmax())


def check_02_2(answer):
    """A function (name of a library) → whether it can be imported."""
    absent, lame, mute = "check_0202_absent", "check_0202_lame", "check_0202_mute"
    with tempfile.TemporaryDirectory() as folder:
        _install(folder, lame, f"import {absent}")
        _install(folder, mute, "raise OSError")
        sys.path.append(folder)
        invalidate_caches()
        try:
            results = {name: _result(answer, name) for name in ("json", absent, lame, mute)}
        finally:
            sys.path.remove(folder)
    if results[lame] is True:
        raise Wrong("label_only")
    if isinstance(results[absent], ImportError):
        raise Wrong("not_caught")
    if isinstance(results[mute], OSError):
        raise Wrong("only_import_error")
    if results != {"json": True, absent: False, lame: False, mute: False}:
        raise Wrong("other")


def _install(folder, name, code):
    """Write a library of one module with its metadata."""
    Path(folder, f"{name}.py").write_text(code, encoding="utf-8")
    metadata = Path(folder, f"{name}-1.0.dist-info", "METADATA")
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")


def _result(answer, name):
    """What the answer returns or raises."""
    try:
        return ask(answer, name)
    except (ImportError, OSError) as error:
        return error


def check_02_3(answer):
    """A function (list of Finding) → names of those that are needed and not ok."""
    fine = Finding("numpy", "package", ">=2", "2.4", True)
    broken = replace(fine, name="torch", found="", ok=False)
    old = replace(fine, name="librosa", found="0.9", ok=False)
    spare = replace(fine, name="ffmpeg", found="", ok=False, needed=False)
    for findings in ([fine, broken, spare, old], [fine, spare], [old]):
        wanted = [finding.name for finding in findings if finding.needed and not finding.ok]
        result = ask(answer, findings)
        result = [result] if isinstance(result, str) else list(result)
        if any(isinstance(one, Finding) for one in result):
            raise Wrong("findings")
        if fine.name in result:
            raise Wrong("inverted", extra=fine.name)
        if spare.name in result:
            raise Wrong("optional", extra=spare.name)
        if len(wanted) > 1 and result == wanted[:1]:
            raise Wrong("early")
        if sorted(result) != sorted(wanted):
            raise Wrong("other", result=result, wanted=wanted)


def check_02_4(answer):
    """A function (samples) → level in dBFS of every 0.1 s."""
    size = RATE // 10
    samples = np.random.default_rng(2).uniform(-0.5, 0.5, 5 * size) * np.repeat([1, 0.1, 0.5, 0.02, 0.3], size)
    pieces = samples.reshape(5, size)
    rms = np.sqrt((pieces**2).mean(axis=1))
    result, wanted = np.asarray(ask(answer, samples.copy()), dtype=float), 20 * np.log10(rms)
    if result.size == 1:
        raise Wrong("one_number")
    if result.shape != wanted.shape:
        raise Wrong("count", seconds=samples.size / RATE, result=result.size)
    ideas = [
        ("linear", rms),
        ("no_root", 2 * wanted),
        ("ten", wanted / 2),
        ("natural", 20 * np.log(rms)),
        ("peak", 20 * np.log10(np.abs(pieces).max(axis=1))),
    ]
    if not np.allclose(result, wanted, atol=0.01):
        key = idea_behind(ideas, result, tolerance=0.01)
        raise Wrong(key, result=f"{result[0]:.1f}", wanted=f"{wanted[0]:.1f}")


def check_02_5(answer):
    """A function (level in dBFS) → so many blocks: 0 at −60 and below, 30 at 0."""
    for level in (0.0, -60.0, -20.0, -46.0, -75.0, -120.0):
        wanted = max(0, round((level + 60) / 2))
        result = ask(answer, level)
        if isinstance(result, (int, float)):
            raise Wrong("number")
        blocks = len(result)
        if blocks == wanted:
            continue
        if level < -60:
            raise Wrong("negative", level=f"{level:.0f}")
        ideas = [("inverted", max(0, round(-level / 2))), ("shift", round(level + 60))]
        values = {"level": f"{level:.0f}", "result": blocks, "wanted": wanted}
        raise Wrong(idea_behind(ideas, blocks), **values)
