"""Predictions and checks of lesson 14: hops, mel bands, a telephone, the gate, a detector bound to its pictures."""

import numpy as np

from exercises import Wrong, ask, idea_behind
from helpers.config import AudioConfig
from helpers.messages import LessonError
from helpers.model import load_model

CONFIG = AudioConfig()

PREDICTIONS = {
    "14-hop": {
        "question": {
            "ko": "창 4096은 그대로 두고 이동 간격만 1024에서 128로 줄이면, 두드림 16번이 갈라져 보일까요?",
            "en": "Leave the window at 4096 and shorten only the hop, from 1024 to 128. Do the 16 knocks come apart?",
        },
        "choices": [
            {
                "ko": "네. 기둥이 여덟 배로 촘촘해지니까요",
                "en": "Yes: there are eight times as many columns",
                "why": {
                    "ko": "기둥은 늘지만 기둥마다 186 ms를 한꺼번에 들어요. 흐린 사진을 여러 장 찍은 셈이에요.",
                    "en": "There are more columns, but each still hears 186 ms at once: more photographs, all blurred.",
                },
            },
            {
                "ko": "아니요. 창이 길면 기둥이 많아도 번져요",
                "en": "No: with a long window they blur, however many columns there are",
                "why": {
                    "ko": "창 안의 일은 한 기둥에 섞여요. 이동 간격은 기둥의 수만 정해요.",
                    "en": "Whatever lies in one window is mixed into one column. The hop only says how many there are.",
                },
                "right": True,
            },
            {
                "ko": "절반인 8번쯤 보여요",
                "en": "About half of them, 8",
                "why": {
                    "ko": "창 하나에 두드림 서너 번이 들어가서, 어느 기둥이나 비슷하게 환해요.",
                    "en": "Three knocks fall into every window, so every column is about as bright as the next.",
                },
            },
        ],
    },
    "14-bands": {
        "question": {
            "ko": "멜 밴드를 128개로 늘리면 1000 Hz와 1100 Hz는 두 줄로 갈라져요. 5000 Hz와 5100 Hz는요?",
            "en": "With 128 mel bands, 1000 and 1100 Hz come apart into two lines. And 5000 and 5100 Hz?",
        },
        "choices": [
            {
                "ko": "갈라져요. 똑같이 100 Hz 차이니까요",
                "en": "They come apart, too: it is 100 Hz again",
                "why": {
                    "ko": "멜 밴드는 위로 갈수록 넓어져요. 5000 Hz에서는 128개로 나눠도 한 밴드가 100 Hz보다 넓어요.",
                    "en": "Mel bands grow wider upwards. At 5000 Hz even one of 128 is wider than 100 Hz.",
                },
            },
            {
                "ko": "갈라지지 않아요. 위쪽 밴드는 더 넓으니까요",
                "en": "They do not: the bands up there are wider",
                "why": {
                    "ko": "귀도 그래요. 높은 두 음의 100 Hz 차이는 훨씬 작게 들려요.",
                    "en": "Ears are like that, too: up there, 100 Hz is a much smaller step.",
                },
                "right": True,
            },
            {
                "ko": "창을 더 길게 하면 갈라져요",
                "en": "They do once the window is long enough",
                "why": {
                    "ko": "창은 이미 4096이라 FFT에서는 갈라져 있어요. 멜 밴드가 둘을 다시 한데 모아요.",
                    "en": "At 4096 the FFT has them apart already. It is the mel band that gathers them again.",
                },
            },
        ],
    },
    "14-phone": {
        "question": {
            "ko": "검출기는 개 15마리 가운데 14마리를 찾아요. 옛날 전화기를 거치면(300…3400 Hz만 남아요) 몇 마리를 "
            "찾을까요?",
            "en": "The detector finds 14 of 15 dogs. How many over an old telephone, which keeps 300…3400 Hz only?",
        },
        "choices": [
            {
                "ko": "두세 마리. 그림의 절반이 까매지니까요",
                "en": "Two or three: half of the picture turns black",
                "why": {
                    "ko": "까매진 곳은 비었을 뿐이에요. 휘는 배음은 3400 Hz 아래에 거의 다 있어요.",
                    "en": "That half is merely empty. Nearly all of the bending harmonics lie below 3400 Hz.",
                },
            },
            {
                "ko": "절반쯤",
                "en": "About half of them",
                "why": {
                    "ko": "그럴듯하지만, 개를 알아보게 하는 휘는 배음은 3400 Hz 아래에 거의 다 있어요.",
                    "en": "It sounds likely, but what tells a dog, the bending harmonics, lies below 3400 Hz.",
                },
            },
            {
                "ko": "거의 모두",
                "en": "Nearly all of them",
                "why": {
                    "ko": "여러분도 전화 너머의 개를 알아듣지요. 남은 줄이 제자리에 그대로 있으니까요.",
                    "en": "You, too, know a dog over the telephone. The lines that are left stand where they stood.",
                },
                "right": True,
            },
        ],
    },
    "14-gate": {
        "question": {
            "ko": "보리가 16배 멀어져요. 문턱(−40 dBFS)과 검출기 가운데 어느 쪽이 먼저 보리를 놓칠까요?",
            "en": "Bori walks 16 times as far away. Which loses her first: the gate at −40 dBFS, or the detector?",
        },
        "choices": [
            {
                "ko": "검출기. 그림이 어두워지니까요",
                "en": "The detector: the picture grows dark",
                "why": {
                    "ko": "어두워져도 줄의 모양은 남아요. 검출기는 여러 거리에서 짖는 개를 배웠어요.",
                    "en": "Dark as it is, the lines keep their shape, and the detector has learnt dogs far away.",
                },
            },
            {
                "ko": "문턱. 크기만 보니까요",
                "en": "The gate: it looks at nothing but the level",
                "why": {
                    "ko": "문턱은 무슨 소리인지 몰라요. 작으면 버려요.",
                    "en": "A gate does not know what it hears. What is quiet is thrown away.",
                },
                "right": True,
            },
            {
                "ko": "둘이 같은 개를 놓쳐요",
                "en": "Both lose the same dogs",
                "why": {
                    "ko": "하나는 크기를, 하나는 모양을 보니 놓치는 개도 달라요.",
                    "en": "One looks at the level, the other at the shape, so they lose different dogs.",
                },
            },
        ],
    },
    "14-bound": {
        "question": {
            "ko": "검출기에게 멜 밴드가 128개인 그림을 억지로 보여 주면요? 64개로 배운 검출기예요.",
            "en": "We force pictures of 128 mel bands on the detector. It has learnt with 64. What happens?",
        },
        "choices": [
            {
                "ko": "크기가 달라서 오류가 나요",
                "en": "An error: the size is wrong",
                "why": {
                    "ko": "합성곱은 어떤 크기의 그림 위로도 미끄러져요. 오류가 없어서 더 위험해요.",
                    "en": "A convolution slides over a picture of any size. No error, and that is the danger.",
                },
            },
            {
                "ko": "그림이 더 자세하니 개를 더 잘 찾아요",
                "en": "It finds dogs better, for it sees more detail",
                "why": {
                    "ko": "배음이 두 배로 벌어진 그림은 배운 적이 없어요. 자세해도 낯선 그림이에요.",
                    "en": "It has never seen harmonics twice as far apart. Detailed, but strange.",
                },
            },
            {
                "ko": "오류 없이 점수가 나오지만 개를 많이 놓쳐요",
                "en": "Scores without an error, but many dogs are lost",
                "why": {
                    "ko": "줄과 줄 사이의 거리가 달라져서, 배운 무늬와 맞지 않아요.",
                    "en": "The lines stand at other distances, and no longer match the patterns it knows.",
                },
                "right": True,
            },
        ],
    },
}

SENTENCES = {
    "14-1": {
        "right": {
            "ko": "간격이 네 배 촘촘해지면 기둥도 네 배예요. 시간은 그만큼까지는 늘지 않기도 해요. 준비하는 일은 한 "
            "번뿐이니까요.",
            "en": "A hop of a quarter makes four times the columns. The time may grow less: some work is done only "
            "once.",
        },
        "keys": {
            "ko": "costs의 키는 64, 256, 1024여야 해요. for의 이동 간격을 키로 쓰세요.",
            "en": "The keys of costs should be 64, 256 and 1024: use the hop of your for.",
        },
        "pair": {
            "ko": "costs[{hop}]에는 (그림의 모양, 초) 둘을 담으세요. 모양은 levels.shape예요.",
            "en": "costs[{hop}] should be the pair (shape of the picture, seconds). The shape is levels.shape.",
        },
        "same": {
            "ko": "모양이 모두 {shape}예요. log_mel에 새 설정을 건네주었나요?",
            "en": "All shapes are {shape}. Did you hand the new configuration to log_mel?",
        },
        "whole": {
            "ko": "이동 간격 {hop}에서 모양이 {shape}예요. 1초만 그리면 {wanted}이에요. 소리를 bori[:rate]로 잘랐나요?",
            "en": "With a hop of {hop} the shape is {shape}; of one second it is {wanted}. Did you cut bori[:rate]?",
        },
        "clock": {
            "ko": "이동 간격 {hop}에 {seconds}초라고 했어요. 끝난 시각에서 시작한 시각을 빼고, 그린 횟수로 나누세요.",
            "en": "It says {seconds} seconds for a hop of {hop}. Take the start from the end, then divide by the "
            "pictures drawn.",
        },
    },
    "14-2": {
        "right": {
            "ko": "봉우리 두 개가 제자리에 섰어요. 이제 간격을 4 Hz로 줄여서 들어 보세요. 두 음이 아니라 떨리는 한 "
            "음이 돼요.",
            "en": "Two peaks, where they belong. Now listen to tones 4 Hz apart: one tone that trembles.",
        },
        "length": {
            "ko": "표본이 {result}개예요. 1초면 rate개, 곧 {wanted}개예요. 초의 배열을 rate로 나누었나요?",
            "en": "It has {result} samples; a second has rate of them, {wanted}. Is your array of seconds divided "
            "by rate?",
        },
        "clipped": {
            "ko": "가장 큰 표본이 {peak}예요. 1을 넘으면 재생할 때 잘려요. 순음마다 0.3을 곱해 보세요.",
            "en": "The largest sample is {peak}, and what exceeds 1 is cut off. Multiply each tone by 0.3.",
        },
        "quiet": {
            "ko": "가장 큰 표본이 {peak}라서 거의 들리지 않아요. 순음마다 0.3을 곱해 보세요.",
            "en": "The largest sample is {peak}: nobody can hear that. Multiply each tone by 0.3.",
        },
        "product": {
            "ko": "{low} Hz와 {high} Hz를 달라고 했는데 둘의 차와 합에 봉우리가 있어요. 곱하지 말고 더하세요.",
            "en": "Asked for {low} and {high} Hz, it peaks at their difference and sum. Add the tones, do not "
            "multiply.",
        },
        "turns": {
            "ko": "{low} Hz와 {high} Hz를 달라고 했는데 훨씬 낮은 곳에 봉우리가 있어요. 한 번 떨릴 때 각은 2π만큼 "
            "늘어요: 2 * np.pi * …",
            "en": "Asked for {low} and {high} Hz, it peaks far lower. One swing is an angle of 2π: 2 * np.pi * …",
        },
        "one": {
            "ko": "{low} Hz와 {high} Hz를 달라고 했는데 봉우리가 하나뿐이에요. 두 순음을 더하세요.",
            "en": "Asked for {low} and {high} Hz, it has a single peak. Add two tones.",
        },
        "other": {
            "ko": "{low} Hz와 {high} Hz에 같은 높이의 봉우리가 서야 해요. np.abs(np.fft.rfft(…))를 그려 보세요.",
            "en": "There should be equal peaks at {low} and {high} Hz. Plot np.abs(np.fft.rfft(…)).",
        },
    },
    "14-3": {
        "right": {
            "ko": "두 음이 절반으로 가까워질 때마다 창은 두 배로 길어져야 해요. 그만큼 “언제”는 흐려지고요.",
            "en": "Each time the tones come twice as close, the window must double. “When” gets blurred as much.",
        },
        "power": {
            "ko": "{result}이 나왔어요. 2의 거듭제곱이어야 해요. 64에서 시작해 두 배씩 늘려 보세요.",
            "en": "It gives {result}, which is no power of two. Begin at 64 and double.",
        },
        "small": {
            "ko": "표본화율 {rate}에서 {low} Hz와 {high} Hz에 {result}이라고 했지만, 그 창에서는 둘이 한 "
            "봉우리예요. 한 줄의 폭 "
            "rate / n_fft만으로는 모자라요. 봉우리마다 폭이 몇 줄 있어요.",
            "en": "At {rate} Hz, for {low} and {high} Hz it says {result}, where the two are one peak. Rows as "
            "narrow as the "
            "gap, rate / n_fft, are not enough: a peak is several rows wide.",
        },
        "large": {
            "ko": "표본화율 {rate}에서 {low} Hz와 {high} Hz에 {result}이라고 했지만, 절반인 창에서도 이미 갈라져요. "
            "가장 작은 것을 "
            "찾으세요.",
            "en": "At {rate} Hz, for {low} and {high} Hz it says {result}, but half of that is enough. Find the "
            "smallest.",
        },
    },
    "14-4": {
        "right": {
            "ko": "그림을 바꾸는 것은 모두 거절해요. 조각 간격, 문턱, MFCC의 수는 로그 멜 그림을 바꾸지 않아서 "
            "괜찮아요.",
            "en": "It refuses whatever changes the picture. Segment hop, gate and MFCCs leave the log-mel alone.",
        },
        "accepted": {
            "ko": "거절하지 않은 것을 모았네요. except 안에서 이름을 더하세요.",
            "en": "You collected those that were accepted. Append the name inside except.",
        },
        "all": {
            "ko": "{changes}에서 모두 거절했다고 했어요. 그림을 바꾸지 않는 것도 있어요. config=…를 넣어 "
            "load_model을 불렀나요?",
            "en": "Of {changes} it says all are refused, but some change no picture. Did you call load_model with "
            "config=…?",
        },
        "first": {
            "ko": "{changes}에서 {result}만 나왔어요. for 안에서 return하면 처음 것에서 끝나요. return은 for 밖에 "
            "두세요.",
            "en": "Of {changes} it gives only {result}. A return inside for ends at the first: put it after the loop.",
        },
        "other": {
            "ko": "{changes}에서 {result}이라고 했어요. {wanted}이어야 해요.",
            "en": "Of {changes} it says {result}; it should be {wanted}.",
        },
    },
}


def check_14_1(answer):
    """A dict: hop length → (shape of the picture of one second, seconds it took)."""
    hops = (64, 256, 1024)
    if set(answer) != set(hops):
        raise Wrong("keys")
    for hop in hops:
        if not (isinstance(answer[hop], (tuple, list)) and len(answer[hop]) == 2 and np.size(answer[hop][0]) == 2):
            raise Wrong("pair", hop=hop)
    shapes = {hop: tuple(int(side) for side in answer[hop][0]) for hop in hops}
    if len(set(shapes.values())) == 1:
        raise Wrong("same", shape=shapes[hops[0]])
    for hop in hops:
        wanted = (CONFIG.n_mels, 1 + CONFIG.sample_rate // hop)
        if shapes[hop] != wanted:
            raise Wrong("whole", hop=hop, shape=shapes[hop], wanted=wanted)
        seconds = float(answer[hop][1])
        if not 0 < seconds < 1:
            raise Wrong("clock", hop=hop, seconds=f"{seconds:.1f}")


def _share(power, hertz):
    """How much of the power, of which there is a row for each Hz, lies around a frequency."""
    return power[hertz - 1 : hertz + 2].sum() / power.sum()


def check_14_2(answer):
    """A function (low, high) → one second of two tones at 22,050 Hz."""
    rate = CONFIG.sample_rate
    for low, high in ((1000, 1100), (300, 2000)):
        sound = np.asarray(ask(answer, low, high), dtype=float)
        if sound.shape != (rate,):
            raise Wrong("length", result=sound.size, wanted=rate)
        peak = np.abs(sound).max()
        if not 0.02 <= peak <= 1:
            raise Wrong("clipped" if peak > 1 else "quiet", peak=f"{peak:.2f}")
        power = np.abs(np.fft.rfft(sound)) ** 2
        shares = {hertz: _share(power, hertz) for hertz in (low, high)}
        if min(shares.values()) > 0.4:
            continue
        strongest = int(np.argmax(power))
        ideas = {
            "product": _share(power, high - low) + _share(power, high + low) > 0.9,
            "turns": strongest < low / 4,
            "one": max(shares.values()) > 0.95,
        }
        raise Wrong(next((idea for idea, true in ideas.items() if true), "other"), low=low, high=high)


def _apart(low, high, rate, n_fft):
    """Whether two tones are two peaks to a Hann window, at whatever moment they are heard: 10 dB deep between them."""
    begin = np.arange(0, rate // 2, 37)[:, None]
    moments = (begin + np.arange(n_fft)) / rate
    tones = np.sin(2 * np.pi * low * moments) + np.sin(2 * np.pi * high * moments)
    power = (np.abs(np.fft.rfft(tones * np.hanning(n_fft), n=8 * n_fft)) ** 2).mean(axis=0)
    first, between, second = (power[round(8 * hertz * n_fft / rate)] for hertz in (low, (low + high) / 2, high))
    return between < min(first, second) / 10


def check_14_3(answer):
    """A function (low, high, sample rate) → smallest n_fft, a power of two, that separates two tones."""
    for low, high, rate in ((1000, 1080, 22_050), (1000, 1040, 22_050), (440, 455, 8_000), (3000, 3600, 22_050)):
        result = int(ask(answer, low, high, rate))
        values = {"low": low, "high": high, "rate": rate, "result": result}
        if result < 2 or result & (result - 1):
            raise Wrong("power", **values)
        if not _apart(low, high, rate, result):
            raise Wrong("small", **values)
        if _apart(low, high, rate, result // 2):
            raise Wrong("large", **values)


def check_14_4(answer):
    """A function (dict of parameter → new value) → the names of those with which the detector refuses to load."""
    for changes in (
        {"gate_dbfs": -20.0, "n_mels": 128, "segment_hop_seconds": 0.5, "f_max": 3400.0},
        {"n_mfcc": 20, "window": "boxcar", "floor_db": -60.0},
    ):
        wanted = []
        for name, value in changes.items():
            try:
                load_model(config=AudioConfig(**{name: value}))
            except LessonError:
                wanted.append(name)
        result = list(ask(answer, dict(changes)))
        if sorted(result) != sorted(wanted):
            accepted = [name for name in changes if name not in wanted]
            ideas = [("accepted", accepted), ("all", list(changes)), ("first", wanted[:1])]
            names = {"changes": ", ".join(changes), "result": ", ".join(map(str, result)), "wanted": ", ".join(wanted)}
            raise Wrong(idea_behind(ideas, result), **names)
