"""Lesson 02: the libraries say hello, whether a library is really there, and how loud a sound is as a bar."""

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

PREDICTIONS = {
    "02-octave": {
        "question": {
            "ko": "1초에 떨리는 횟수를 440에서 880으로 두 배 늘리면 소리가 어떻게 달라질까요?",
            "en": "Let the sound swing 880 times a second instead of 440. What changes?",
        },
        "choices": [
            {
                "ko": "두 배 커져요",
                "en": "It gets twice as loud",
                "why": {
                    "ko": "크기는 떨림의 폭(진폭)이 정해요. 폭은 0.3 그대로였어요.",
                    "en": "Loudness comes from how far it swings, the amplitude, and that stayed at 0.3.",
                },
            },
            {
                "ko": "한 옥타브 높아져요",
                "en": "It goes up an octave",
                "right": True,
                "why": {
                    "ko": "A4가 A5가 됐어요. 떨림이 두 배 빨라질 때마다 음이 한 옥타브 올라가요.",
                    "en": "A4 became A5: twice as fast is one octave higher, every time.",
                },
            },
            {
                "ko": "절반으로 짧아져요",
                "en": "It gets half as long",
                "why": {
                    "ko": "길이는 숫자의 개수가 정해요. 둘 다 22050개, 1초예요.",
                    "en": "The number of samples decides the length, and both have 22050 of them: a second.",
                },
            },
        ],
    },
    "02-reverse": {
        "question": {
            "ko": "보리가 짖는 소리를 거꾸로 틀면 소리 크기(dBFS)는 어떻게 될까요?",
            "en": "Play Bori's bark backwards. What happens to its level in dBFS?",
        },
        "choices": [
            {
                "ko": "그대로예요",
                "en": "It stays the same",
                "right": True,
                "why": {
                    "ko": "같은 숫자를 순서만 바꿨으니까 평균도 그대로예요. 그런데 귀에는 전혀 다르게 들리지요? "
                    "크기만으로는 개를 알아볼 수 없어요.",
                    "en": "The same numbers in another order have the same mean. Yet it does not sound like a dog any "
                    "more: the level alone cannot tell.",
                },
            },
            {
                "ko": "작아져요",
                "en": "It gets quieter",
                "why": {
                    "ko": "끝이 갑자기 끊겨서 다르게 들리지만, 들어 있는 숫자는 같아요.",
                    "en": "It sounds odd because it stops so suddenly, but the numbers in it are the same.",
                },
            },
            {
                "ko": "음수가 양수로 바뀌어요",
                "en": "Its minus becomes a plus",
                "why": {
                    "ko": "dBFS의 마이너스는 방향이 아니에요. 가장 큰 소리 0에서 얼마나 작은지를 말해요.",
                    "en": "The minus has nothing to do with direction: it says how far below the loudest sound, 0.",
                },
            },
        ],
    },
    "02-slope": {
        "question": {
            "ko": "w = 3에서 w를 아주 조금 늘리면 w²은 그 몇 배만큼 늘까요?",
            "en": "At w = 3, make w a tiny bit larger. By how many times that bit does w² grow?",
        },
        "choices": [
            {
                "ko": "3배",
                "en": "3 times",
                "why": {
                    "ko": "3은 w의 값이에요. w를 0.001 늘려 보면 w²은 0.006 늘어요.",
                    "en": "3 is the value of w. Add 0.001 to it, and w² grows by 0.006.",
                },
            },
            {
                "ko": "6배",
                "en": "6 times",
                "right": True,
                "why": {
                    "ko": "기울기는 2w예요. torch는 이런 기울기를 가중치 수만 개에 대해 한꺼번에 구해요.",
                    "en": "The slope is 2w. torch finds such slopes for tens of thousands of weights at once.",
                },
            },
            {
                "ko": "9배",
                "en": "9 times",
                "why": {
                    "ko": "9는 w²의 값이에요. 물어본 것은 값이 아니라 값이 느는 빠르기예요.",
                    "en": "9 is the value of w². The question was how fast that value grows.",
                },
            },
        ],
    },
    "02-tag": {
        "question": {
            "ko": "목록에 dogbell 1.0이 보여요. import dogbell은 될까요?",
            "en": "The list shows dogbell 1.0. Will import dogbell work?",
        },
        "choices": [
            {
                "ko": "돼요. 목록에 있으니까요",
                "en": "Yes: it is in the list",
                "why": {
                    "ko": "목록은 우리가 알려 준 선반의 명찰을 읽었을 뿐이에요. import는 다른 곳에서 찾아요.",
                    "en": "The list read the name tags on a shelf that we named. import searches elsewhere.",
                },
            },
            {
                "ko": "안 돼요. 파이썬이 이 선반을 뒤지지 않으니까요",
                "en": "No: Python does not search this shelf",
                "right": True,
                "why": {
                    "ko": "파이썬은 sys.path에 적힌 폴더에서만 찾아요.",
                    "en": "Python searches the folders of sys.path and no others.",
                },
            },
            {
                "ko": "안 돼요. dogbell의 코드가 없으니까요",
                "en": "No: there is no code of dogbell",
                "why": {
                    "ko": "코드는 있어요. 위의 셀이 선반에 dogbell.py를 썼어요.",
                    "en": "There is: the cell above wrote dogbell.py on the shelf.",
                },
            },
        ],
    },
    "02-shelf": {
        "question": {
            "ko": "이제 선반을 sys.path에 넣어요. dogbell.py에는 import portbell 한 줄이 있어요. 이번에는 될까요?",
            "en": "Now the shelf goes onto sys.path. dogbell.py holds one line, import portbell. Will it work?",
        },
        "choices": [
            {
                "ko": "돼요. 이제 찾을 수 있으니까요",
                "en": "Yes: now it can be found",
                "why": {
                    "ko": "dogbell은 찾았어요. 하지만 그 안의 import portbell에서 멈췄어요.",
                    "en": "dogbell was found, but its own import portbell failed.",
                },
            },
            {
                "ko": "안 돼요. portbell이 없으니까요",
                "en": "No: portbell is missing",
                "right": True,
                "why": {
                    "ko": "오류에 적힌 이름을 보세요. 없는 것은 dogbell이 아니라 portbell이에요.",
                    "en": "Read the name in the error: portbell is missing, not dogbell.",
                },
            },
            {
                "ko": "안 돼요. 명찰이 틀렸으니까요",
                "en": "No: its name tag is wrong",
                "why": {
                    "ko": "import는 명찰을 읽지도 않아요.",
                    "en": "import does not even read the tag.",
                },
            },
        ],
    },
}

SENTENCES = {
    "02-1": {
        "right": {
            "ko": "‘도’가 됐어요. 재생해 보세요. 앞에서 들은 ‘라’보다 낮아요.",
            "en": "That is a C. Play it: it is lower than the A from before.",
        },
        "name": {
            "ko": "주파수 하나만 있어요. 그 주파수로 떨리는 숫자 22050개를 np.sin으로 만들어 주세요.",
            "en": "That is the frequency alone. Make the 22050 numbers that swing at it, with np.sin.",
        },
        "length": {
            "ko": "숫자가 {count}개예요. 1초면 22050개여야 해요. 위에서 만든 seconds를 쓰세요.",
            "en": "It has {count} numbers, and a second needs 22050. Use seconds from above.",
        },
        "same": {
            "ko": '아직 440 Hz, ‘라’예요. 440이 있던 자리에 librosa.note_to_hz("C4")를 넣으세요.',
            "en": 'It is still 440 Hz, an A. Put librosa.note_to_hz("C4") where 440 stood.',
        },
        "no_pi": {
            "ko": "너무 낮아요({result} Hz). sin은 한 바퀴를 2π로 세니까 2 * np.pi를 곱해 주세요.",
            "en": "Too low ({result} Hz). To sin a full turn is 2π: multiply by 2 * np.pi.",
        },
        "octave": {
            "ko": "이름은 ‘도’인데 옥타브가 달라요({result} Hz). C 뒤의 숫자가 옥타브예요.",
            "en": "It is a C, but of another octave ({result} Hz). The number after the C is the octave.",
        },
        "clipped": {
            "ko": "1보다 큰 숫자가 있어서 소리가 찌그러져요. 앞에서처럼 0.3을 곱해 주세요.",
            "en": "Some numbers are above 1, and the sound is distorted. Multiply by 0.3, as before.",
        },
        "other": {
            "ko": "가장 센 주파수가 {result} Hz예요. C4는 {wanted} Hz여야 해요.",
            "en": "Its strongest frequency is {result} Hz; a C4 has {wanted} Hz.",
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
            "ko": "함께 필요한 프로그램이 없는 라이브러리를 만나자 OSError로 멈췄어요. ImportError뿐 아니라 OSError도 "
            "받아 주세요.",
            "en": "A library that lacks another program stopped it with an OSError. Catch OSError as well as "
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
            "ko": "이제 글자만으로도 소리 크기가 보여요. 소리 크기 막대는 모두 이렇게 만들어요.",
            "en": "Now plain letters show how loud it is. Every level meter works like this.",
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
            "ko": '{level} dBFS처럼 -60보다 작은 소리에는 빈 글자 ""를 돌려주세요.',
            "en": 'For a sound below −60, such as {level} dBFS, return an empty text, "".',
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
    """Samples of a second of C4."""
    wanted = librosa.note_to_hz("C4")
    samples = np.asarray(answer, dtype=float)
    if samples.ndim == 0:
        raise Wrong("name")
    if samples.shape != (RATE,):
        raise Wrong("length", count=samples.size)
    if np.abs(samples).max() > 1:
        raise Wrong("clipped")
    strongest = float(np.abs(np.fft.rfft(samples - samples.mean())).argmax())
    octaves = [("octave", wanted * 2.0**step) for step in (-3, -2, -1, 1, 2, 3)]
    if abs(strongest - wanted) > 1:
        ideas = [("same", 440), ("no_pi", wanted / (2 * np.pi)), *octaves]
        key = idea_behind(ideas, strongest, tolerance=1.5)
        raise Wrong(key, result=f"{strongest:.0f}", wanted=f"{wanted:.1f}")


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
