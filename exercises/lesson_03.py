"""Predictions and checks of lesson 03: how files are read, what a data set may be used for and what is in it."""

import tempfile
from pathlib import Path

import numpy as np
import soundfile

from exercises import Wrong, ask, idea_behind
from helpers.datasets import CATALOG

PREDICTIONS = {
    "03-load": {
        "question": {
            "ko": "파일은 44100 Hz 스테레오예요. librosa.load(bori)는 무엇을 줄까요?",
            "en": "The file is stereo at 44100 Hz. What will librosa.load(bori) give you?",
        },
        "choices": [
            {
                "ko": "44100 Hz, 채널 두 개: 파일에 있는 그대로",
                "en": "44100 Hz, two channels: what the file holds",
                "why": {
                    "ko": "그대로 받으려면 sr=None, mono=False라고 적어야 해요. 적지 않으면 librosa가 바꿔요.",
                    "en": "For that, write sr=None, mono=False. Otherwise librosa changes both.",
                },
            },
            {
                "ko": "22050 Hz, 채널 하나",
                "en": "22050 Hz, one channel",
                "right": True,
                "why": {
                    "ko": "기본값이 sr=22050, mono=True예요. 배열은 한 줄이고, 1초가 숫자 22050개예요.",
                    "en": "The defaults are sr=22050, mono=True: a single row, 22050 numbers for each second.",
                },
            },
            {
                "ko": "44100 Hz, 채널 하나",
                "en": "44100 Hz, one channel",
                "why": {
                    "ko": "채널은 하나가 되지만, 표본화율도 바뀌어요. 숫자의 개수를 초로 나누어 보세요.",
                    "en": "One channel, yes; but the sample rate changes, too. Divide the count by the seconds.",
                },
            },
        ],
    },
    "03-formats": {
        "question": {
            "ko": "flac와 mp3는 wav보다 작아요. 다시 읽으면 어느 쪽이 wav와 다른 숫자를 줄까요?",
            "en": "Both flac and mp3 are smaller than wav. Read again, which one gives other numbers than the wav?",
        },
        "choices": [
            {
                "ko": "둘 다: 작아졌으니 무언가 버렸다",
                "en": "Both: what is smaller has lost something",
                "why": {
                    "ko": "작다고 꼭 버린 것은 아니에요. flac는 같은 숫자를 더 짧게 적을 뿐이에요.",
                    "en": "Smaller need not mean lost: flac writes the same numbers in fewer bytes.",
                },
            },
            {
                "ko": "mp3만",
                "en": "Only the mp3",
                "right": True,
                "why": {
                    "ko": "flac는 무손실 압축이라 wav와 차이가 0이고, mp3는 귀가 잘 못 듣는 것을 버려요.",
                    "en": "flac is lossless and differs by 0 from the wav; mp3 throws away what ears hardly hear.",
                },
            },
            {
                "ko": "둘 다 아니다: 소리가 같게 들리니까",
                "en": "Neither: they sound the same",
                "why": {
                    "ko": "같게 들려도 숫자는 다를 수 있어요. mp3는 바로 그것을 노린 형식이에요.",
                    "en": "What sounds the same may still be other numbers. That is the very idea of mp3.",
                },
            },
        ],
    },
    "03-sum": {
        "question": {
            "ko": "두 채널을 평균 내지 않고 더해서 저장하면 어떻게 들릴까요?",
            "en": "Add the two channels instead of averaging them, and save the sum. How will it sound?",
        },
        "choices": [
            {
                "ko": "더 크게, 그 밖에는 똑같이",
                "en": "Louder, otherwise the same",
                "why": {
                    "ko": "더 커지기는 해요. 하지만 파일은 1보다 큰 값을 담지 못해서, 넘친 꼭대기를 잃어요.",
                    "en": "Louder it is. But a file cannot hold more than 1, and the tops that exceed it are lost.",
                },
            },
            {
                "ko": "더 크고 거칠게",
                "en": "Louder, and harsh",
                "right": True,
                "why": {
                    "ko": "1을 넘은 꼭대기가 평평하게 잘려요. 귀에는 거칠게 찌그러진 소리로 들려요.",
                    "en": "Tops beyond 1 are cut flat, and the ear hears that as harsh distortion.",
                },
            },
            {
                "ko": "작게: 두 소리가 서로 지워서",
                "en": "Softer: the two cancel each other",
                "why": {
                    "ko": "두 채널이 서로 거꾸로일 때만 지워져요. 여기서는 거의 같은 모양이라 더해져요.",
                    "en": "They would cancel only if one were the other upside down. Here they are nearly alike.",
                },
            },
        ],
    },
    "03-alias": {
        "question": {
            "ko": "네 개에 하나만 남긴 휘파람에서, 5512.5 Hz보다 높은 부분은 어떻게 들릴까요?",
            "en": "Keep every fourth sample of the whistle. What will the part above 5512.5 Hz sound like?",
        },
        "choices": [
            {
                "ko": "사라져서 들리지 않는다",
                "en": "It is gone: silence",
                "why": {
                    "ko": "미리 걸러 냈다면 그랬을 거예요. 솎아 내기만 하면 높은 소리가 낮은 소리로 남아요.",
                    "en": "That takes a filter first. Dropping samples alone leaves high sounds behind as low ones.",
                },
            },
            {
                "ko": "끝까지 올라가지만 흐릿하다",
                "en": "It still rises to the end, only duller",
                "why": {
                    "ko": "담을 수 있는 가장 높은 소리가 5512.5 Hz라서 더 올라갈 곳이 없어요.",
                    "en": "5512.5 Hz is the highest that fits, so there is nowhere higher to go.",
                },
            },
            {
                "ko": "거꾸로 내려온다",
                "en": "It comes down again",
                "right": True,
                "why": {
                    "ko": "표본이 너무 드물어서 빠른 물결이 느린 물결처럼 보여요. 높아질수록 더 낮게 들려요.",
                    "en": "With samples so far apart, a fast wave looks slow: the higher it is, the lower it sounds.",
                },
            },
        ],
    },
    "03-typo": {
        "question": {
            "ko": "read를 raed로 잘못 쓰고 똑같이 읽으면 어떻게 될까요?",
            "en": "What happens if we mistype read as raed and run the same loop?",
        },
        "choices": [
            {
                "ko": "멈추고, 오타가 있는 줄을 알려 준다",
                "en": "It stops and names the line with the typo",
                "why": {
                    "ko": "보통은 그래요. 하지만 except:는 우리 코드의 오류까지 붙잡아서 숨겨요.",
                    "en": "It would, but except: catches the errors of our own code too, and hides them.",
                },
            },
            {
                "ko": "good.wav는 읽고 나머지만 실패한다",
                "en": "It reads good.wav, only the others fail",
                "why": {
                    "ko": "raed라는 함수는 없으니 good.wav도 읽을 수 없어요.",
                    "en": "There is no function raed, so good.wav cannot be read either.",
                },
            },
            {
                "ko": "셋 다 failed라고 나온다",
                "en": "It says failed for all three",
                "right": True,
                "why": {
                    "ko": "틀린 것은 우리 코드인데, 멀쩡한 파일까지 망가진 파일처럼 보여요.",
                    "en": "Our code is wrong, yet even the good file looks like a broken one.",
                },
            },
        ],
    },
}

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
            "ko": "CC BY는 팔아도 되는 라이선스예요. 설명서에 만든 사람의 이름을 적는 것만 잊지 마세요.",
            "en": "CC BY lets you sell what you make. Just do not forget to name the authors in your manual.",
        },
        "unknown": {
            "ko": "표에 있는 이름을 따옴표로 감싸서 적어 주세요. 이 가운데 하나예요: {names}.",
            "en": "Write a name from the table, in quotation marks. It is one of these: {names}.",
        },
        "computed": {
            "ko": "라이선스는 좋지만, builtin은 컴퓨터가 계산한 소리예요. 마이크로 녹음한 것을 골라 주세요.",
            "en": "Its licence is fine, but builtin is computed. Choose one that was recorded with microphones.",
        },
        "no_money": {
            "ko": "{name}의 라이선스는 {licence}예요. NC가 붙어 있으니 돈을 버는 일에는 쓸 수 없어요.",
            "en": "The licence of {name} is {licence}. NC means that you may not earn money with it.",
        },
    },
    "03-4": {
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
    """Name of the catalogue's set that was recorded and may be sold."""
    if not isinstance(answer, str) or answer not in CATALOG:
        raise Wrong("unknown", names=", ".join(CATALOG))
    entry = CATALOG[answer]
    if not entry.address:
        raise Wrong("computed")
    if "NC" in entry.licence:
        raise Wrong("no_money", name=entry.name, licence=entry.licence)


def check_03_4(answer):
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
