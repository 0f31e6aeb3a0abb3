"""Predictions and checks of lesson 05: from sound to picture and back, and decibels that say what they should."""

import tempfile
from pathlib import Path

import numpy as np

from exercises import Wrong, ask, idea_behind
from helpers.config import AudioConfig
from helpers.features import picture

PREDICTIONS = {
    "05-window": {
        "question": {
            "ko": "창을 1024에서 4096으로 네 배 늘리면, 짖는 소리의 그림은 어떻게 달라질까요?",
            "en": "Make the window four times as long, 4096 in place of 1024. How does the picture of the bark change?",
        },
        "choices": [
            {
                "ko": "가로줄도, 짖기 시작하는 순간도 더 또렷해져요.",
                "en": "Both get sharper: the horizontal lines and the moment the bark begins.",
                "why": {
                    "ko": "창이 길면 그 안에서 언제 소리가 났는지는 알 수 없어요. 하나가 또렷해지면 다른 하나는 "
                    "흐려져요.",
                    "en": "A long window cannot tell when, within itself, a sound occurred. What one gains, the other "
                    "loses.",
                },
            },
            {
                "ko": "가로줄은 가늘어지고, 짖기 시작하는 순간은 옆으로 번져요.",
                "en": "The horizontal lines get thinner, and the moment the bark begins smears sideways.",
                "right": True,
                "why": {
                    "ko": "긴 창은 가까운 두 높이를 잘 갈라 보지만, 그 사이에 일어난 일은 모두 한 기둥에 섞여요.",
                    "en": "A long window separates close pitches, but whatever happens within it lands in one column.",
                },
            },
            {
                "ko": "그림이 커질 뿐, 모양은 그대로예요.",
                "en": "The picture only gets larger; its shapes stay the same.",
                "why": {
                    "ko": "줄 수만 늘어나는 것이 아니에요. 기둥 하나가 네 배 긴 시간을 담게 돼요.",
                    "en": "It has more rows, but that is not all: each column now covers four times as much time.",
                },
            },
        ],
    },
    "05-mel": {
        "question": {
            "ko": "멜 그림은 11025 Hz까지를 64줄로 그려요. 그 가운데 2000 Hz 아래를 그리는 줄은 몇 줄일까요?",
            "en": "A mel picture shows everything up to 11025 Hz in 64 rows. How many of them lie below 2000 Hz?",
        },
        "choices": [
            {
                "ko": "12줄쯤",
                "en": "About 12",
                "why": {
                    "ko": "Hz를 고르게 나누면 그래요. STFT의 줄이 바로 그렇게 놓여 있어요.",
                    "en": "So it would be if the rows were spread evenly over Hz, as those of the STFT are.",
                },
            },
            {
                "ko": "32줄쯤",
                "en": "About 32",
                "right": True,
                "why": {
                    "ko": "귀가 잘 구별하는 낮은 쪽에 줄의 절반을 줘요.",
                    "en": "Half of all rows go to the low frequencies, which the ear tells apart well.",
                },
            },
            {
                "ko": "60줄쯤",
                "en": "About 60",
                "why": {
                    "ko": "그러면 높은 쪽에는 거의 남지 않아요. 개 소리의 거친 느낌은 높은 쪽에도 있어요.",
                    "en": "Hardly any would be left for the high ones, and a dog's roughness is up there, too.",
                },
            },
        ],
    },
    "05-half": {
        "question": {
            "ko": "진폭이 절반이 되면 6 dB 내려가야 해요. 안내서의 식으로 재면 몇 dB 내려갈까요?",
            "en": "At half the amplitude a sound should be 6 dB lower. How much lower is it by the guide's formula?",
        },
        "choices": [
            {
                "ko": "3 dB",
                "en": "3 dB",
                "why": {
                    "ko": "파워가 절반일 때 3 dB예요. 진폭이 절반이면 파워는 4분의 1이에요.",
                    "en": "That is half the power. Half the amplitude means a quarter of the power.",
                },
            },
            {
                "ko": "6 dB",
                "en": "6 dB",
                "why": {
                    "ko": "amplitude_to_db에 진폭을 주었다면 그랬을 거예요. 안내서는 파워를 주었어요.",
                    "en": "It would be, had amplitude_to_db been given amplitudes. The guide gave it power.",
                },
            },
            {
                "ko": "12 dB",
                "en": "12 dB",
                "right": True,
                "why": {
                    "ko": "이미 제곱한 것을 진폭으로 여기고 한 번 더 제곱해서, 모든 데시벨이 두 배가 돼요.",
                    "en": "What was squared already is taken for an amplitude and squared again: every decibel "
                    "doubles.",
                },
            },
        ],
    },
    "05-silence": {
        "question": {
            "ko": "아무도 짖지 않는 조용한 방을 안내서처럼 ref=np.max로 칠하면 어떻게 보일까요?",
            "en": "Paint a quiet room, in which nobody barks, with the guide's ref=np.max. What does it look like?",
        },
        "choices": [
            {
                "ko": "거의 새까매요.",
                "en": "Nearly black.",
                "why": {
                    "ko": "기준이 늘 같다면 그래요. 하지만 np.max는 그 조각에서 가장 센 것을 기준으로 삼아요.",
                    "en": "It would be if the reference never changed. But np.max takes whatever is strongest in that "
                    "segment.",
                },
            },
            {
                "ko": "짖는 조각보다는 어두워요.",
                "en": "Darker than a bark, but not black.",
                "why": {
                    "ko": "거꾸로예요. 방의 잡음은 조각을 고르게 채워서, 평균은 짖는 조각보다 밝아요.",
                    "en": "It is the other way round: the room's noise fills the whole segment, so its mean is "
                    "brighter.",
                },
            },
            {
                "ko": "짖는 조각보다도 환해요.",
                "en": "Brighter even than a bark.",
                "right": True,
                "why": {
                    "ko": "잡음의 가장 센 점이 기준이 되고, 나머지 잡음도 거의 그만큼 세니까요.",
                    "en": "The strongest spot of the noise is the reference, and the rest of it is nearly as strong.",
                },
            },
        ],
    },
    "05-wall": {
        "question": {
            "ko": "개의 그림과 다른 소리의 그림을 모두 평균 내면 어느 쪽이 더 어두울까요?",
            "en": "Take the mean of all pictures of dogs, and of all others. Which mean is darker?",
        },
        "choices": [
            {
                "ko": "다른 소리. 개 짖는 소리가 가장 크니까요.",
                "en": "That of the others, for nothing is as loud as a bark.",
                "why": {
                    "ko": "짖는 순간은 크지만 아주 짧아요. 평균은 그 사이의 빈 곳이 정해요.",
                    "en": "A bark is loud, but short. The mean is decided by the gaps.",
                },
            },
            {
                "ko": "개. 짖는 소리는 짧고 사이가 비어 있으니까요.",
                "en": "That of the dogs, for barks are short and have gaps between them.",
                "right": True,
                "why": {
                    "ko": "사이렌이나 에어컨은 1초를 가득 채우지만, 짖는 소리는 띄엄띄엄 서 있는 기둥이에요.",
                    "en": "A siren or an air conditioner fills the second; barks are columns with darkness in between.",
                },
            },
            {
                "ko": "같아요. 기준을 고정했으니까요.",
                "en": "Neither, for the reference is fixed.",
                "why": {
                    "ko": "기준을 고정했기 때문에 오히려 크기의 차이가 그림에 남아요.",
                    "en": "On the contrary: a fixed reference is what keeps differences in level.",
                },
            },
        ],
    },
}

SENTENCES = {
    "05-1": {
        "right": {
            "ko": "높은 줄을 지우니 높은 소리만 사라졌어요. 그림의 줄 하나하나가 소리예요.",
            "en": "Only the high sounds are gone. Each row of the picture is sound.",
        },
        "rows": {
            "ko": "1000 Hz보다 높은 소리가 그대로 있어요. 대괄호에 적는 것은 Hz가 아니라 줄 번호예요. 한 줄이 몇 "
            "Hz인지로 1000을 나눠 보세요.",
            "en": "What lies above 1000 Hz is still there. The bracket wants the number of a row, not Hz: divide 1000 "
            "by the Hz of one row.",
        },
        "side": {
            "ko": "낮은 소리가 사라지고 높은 소리가 남았어요. [:n]은 n번 앞쪽, [n:]은 n번부터 뒤쪽이에요.",
            "en": "The low sounds are gone and the high ones stayed. [:n] is all before row n; [n:] is row n and up.",
        },
        "time": {
            "ko": "소리의 끝이 뚝 끊겼어요. 주파수가 아니라 시간을 지웠네요. 첫째 자리가 줄(주파수), 둘째 자리가 "
            "기둥(시간)이에요.",
            "en": "The end of the sound is cut off: you erased time, not frequency. The first place is the row "
            "(frequency), the second the column (time).",
        },
        "much": {
            "ko": "1000 Hz 아래까지 지워졌어요. 1000 Hz가 몇 번째 줄인지 다시 셈해 보세요.",
            "en": "Some of what lies below 1000 Hz is gone, too. Work out again which row is 1000 Hz.",
        },
        "picture": {
            "ko": "아직 그림이에요. librosa.istft로 소리로 되돌려 주세요.",
            "en": "This is still a picture. Turn it back into sound with librosa.istft.",
        },
    },
    "05-2": {
        "right": {
            "ko": "2048이면 한 줄이 10.8 Hz, 창은 93 ms예요. 두 조건을 함께 만족하는 2의 거듭제곱은 이것뿐이에요.",
            "en": "With 2048 a row is 10.8 Hz and the window 93 ms. No other power of two meets both conditions.",
        },
        "wide": {
            "ko": "{n_fft}이면 한 줄이 {hertz:.1f} Hz예요. 20 Hz 떨어진 두 음이 한 줄에 들어갈 수 있어요. 창을 더 "
            "길게 해 보세요.",
            "en": "With {n_fft} a row is {hertz:.1f} Hz wide: two tones 20 Hz apart may share it. Take a longer "
            "window.",
        },
        "long": {
            "ko": "{n_fft}이면 창이 {ms:.0f} ms예요. 짖는 순간이 너무 번져요. 창을 더 짧게 해 보세요.",
            "en": "With {n_fft} the window lasts {ms:.0f} ms, and barks smear. Take a shorter one.",
        },
        "power": {
            "ko": "{n_fft}은 2의 거듭제곱이 아니에요. FFT는 2의 거듭제곱일 때 가장 빨라서 모두 그런 수를 써요.",
            "en": "{n_fft} is not a power of two. The FFT is fastest with those, so that is what everybody uses.",
        },
        "hertz": {
            "ko": "{n_fft}은 표본의 개수로는 너무 작아요. Hz가 아니라 창에 들어가는 표본의 수를 적어 주세요.",
            "en": "{n_fft} is too few samples. Give the number of samples in a window, not Hz.",
        },
    },
    "05-3": {
        "right": {
            "ko": "소리를 절반으로 줄이니 꼭 6 dB 내려갔어요. 안내서의 줄이 바르게 고쳐졌어요.",
            "en": "Half the amplitude is now 6 dB lower. The guide's line is fixed.",
        },
        "floating": {
            "ko": "소리를 절반으로 줄였는데 그림이 그대로예요. ref=np.max가 조각마다 기준을 바꾸기 때문이에요. 언제나 "
            "같은 수를 기준으로 주세요.",
            "en": "At half the amplitude the picture is the same, because ref=np.max moves the reference with each "
            "segment. Give a number that never changes.",
        },
        "doubled": {
            "ko": "소리를 절반으로 줄이니 12 dB나 내려갔어요. S는 파워인데 진폭으로 여겼어요.",
            "en": "At half the amplitude it falls by 12 dB: S is power, and was taken for amplitude.",
        },
        "power": {
            "ko": "소리를 절반으로 줄이니 값이 4분의 1이 됐어요. 아직 파워예요. 데시벨로 바꿔 돌려주세요.",
            "en": "At half the amplitude the values fall to a quarter: this is still power. Return decibels.",
        },
        "shape": {
            "ko": "모양이 {shape}인 것을 돌려줬어요. S와 같은 모양으로, 칸마다 데시벨을 돌려주세요.",
            "en": "It returned something of shape {shape}. Return decibels for each cell of S, in its shape.",
        },
        "other": {
            "ko": "소리를 절반으로 줄이니 {change:.1f} dB 달라졌어요. 6 dB 내려가야 해요.",
            "en": "At half the amplitude it changes by {change:.1f} dB. It should fall by 6 dB.",
        },
    },
    "05-4": {
        "right": {
            "ko": "그림에서 데시벨이 돌아왔어요. 다음 강의의 신경망도 그림을 꼭 이렇게 읽어요.",
            "en": "The decibels are back. The network of the next lesson reads pictures in just this way.",
        },
        "upside": {
            "ko": "값은 맞는데 위아래가 뒤집혔어요. 그림 파일은 맨 윗줄부터 적혀 있어요. 낮은 소리가 0번 줄이 되게 "
            "뒤집어 주세요.",
            "en": "The values are right but upside down. An image file begins with its top row; turn it so that the "
            "lowest sound is row 0.",
        },
        "index": {
            "ko": "아직 색 번호예요. 번호 0이 −80 dB, 번호 255가 0 dB가 되게 바꿔 주세요.",
            "en": "These are still palette numbers. Make number 0 mean −80 dB and number 255 mean 0 dB.",
        },
        "floor": {
            "ko": "0에서 80까지로 나왔어요. 간격은 맞아요. 번호 0이 −80 dB에서 시작하게 내려 주세요.",
            "en": "The values run from 0 to 80. The steps are right; move them down so that number 0 is −80 dB.",
        },
        "turned": {
            "ko": "가장 센 소리가 −80 dB가 됐어요. 번호가 클수록 센 소리예요.",
            "en": "The loudest sound came out as −80 dB. Higher numbers are louder.",
        },
        "overflow": {
            "ko": "색 번호는 8비트라서 255까지만 담아요. 먼저 80을 곱하면 넘쳐요. 255로 나누기부터 하세요: index / "
            "255 * 80",
            "en": "Palette numbers have 8 bits, so they end at 255 and multiplying by 80 overflows. Divide by 255 "
            "first: index / 255 * 80",
        },
        "colour": {
            "ko": '픽셀마다 숫자가 셋이에요. convert("RGB")를 하면 눈에 보이는 색이 나와요. 색 번호는 바꾸지 말고 '
            "그대로 읽으세요.",
            "en": 'There are three numbers a pixel: convert("RGB") gives the colours you see. Read the palette '
            "numbers as they are.",
        },
        "other": {
            "ko": "번호 {index}인 픽셀이 {result:.1f} dB가 됐어요. {wanted:.1f} dB여야 해요.",
            "en": "A pixel of number {index} became {result:.1f} dB; it should be {wanted:.1f} dB.",
        },
    },
}

RATE = AudioConfig().sample_rate


def check_05_1(answer):
    """A sound [samples] of which nothing above 1000 Hz is left."""
    sound = np.asarray(answer)
    if sound.ndim != 1 or np.iscomplexobj(sound):
        raise Wrong("picture")
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    low, middle, high = power[hertz < 900].sum(), power[hertz < 980].sum(), power[hertz > 1100].sum()
    if low <= 0.5 * power.sum():
        raise Wrong("side" if high > middle else "much")
    if high > 0.001 * power.sum():
        raise Wrong("time" if not np.abs(sound[-1000:]).max() else "rows")
    if power[(hertz > 850) & (hertz < 980)].sum() < 0.01 * power.sum():
        raise Wrong("much")


def check_05_2(answer):
    """A power of two: rows narrower than 20 Hz, a window of at most 0.1 s."""
    n_fft = int(answer)
    if n_fft < 16:
        raise Wrong("hertz", n_fft=n_fft)
    if n_fft & (n_fft - 1):
        raise Wrong("power", n_fft=n_fft)
    if RATE / n_fft >= 20:
        raise Wrong("wide", n_fft=n_fft, hertz=RATE / n_fft)
    if n_fft / RATE > 0.1:
        raise Wrong("long", n_fft=n_fft, ms=1000 * n_fft / RATE)


def check_05_3(answer):
    """A function of power [128, frames] → decibels that fall by 6 dB at half the amplitude, a quarter of the power."""
    power = np.random.default_rng(5).uniform(1, 100, (128, 44))
    whole, half = (np.asarray(ask(answer, power / ratio), dtype=float) for ratio in (1, 4))
    if whole.shape != power.shape:
        raise Wrong("shape", shape=list(whole.shape))
    if np.allclose(half, whole / 4):
        raise Wrong("power")
    change = float(np.median(half - whole))
    if not np.isclose(change, -6.02, atol=0.05):
        raise Wrong(idea_behind([("floating", 0), ("doubled", -12.04)], change, tolerance=0.05), change=change)


def check_05_4(answer):
    """A function (path of a picture) → decibels [64, 87], low sounds first."""
    levels = np.random.default_rng(4).uniform(-80, 0, (64, 87))
    image = picture(levels)
    index = np.asarray(image)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "0_dogbark.png"
        image.save(path)
        result = np.asarray(ask(answer, path)).astype(float)
    if result.ndim == 3:
        raise Wrong("colour")
    wanted = -80 + index[::-1] / 255 * 80
    if result.shape == wanted.shape and np.allclose(result, wanted, atol=0.2):
        return
    ideas = [
        ("upside", wanted[::-1]),
        ("index", index),
        ("index", index[::-1]),
        ("floor", wanted + 80),
        ("floor", wanted[::-1] + 80),
        ("turned", -80 - wanted),
        ("turned", -80 - wanted[::-1]),
        ("overflow", -80 + index[::-1] * np.uint8(80) / 255),
        ("overflow", -80 + index * np.uint8(80) / 255),
    ]
    if result.shape == wanted.shape and (idea := idea_behind(ideas, result, tolerance=0.2)) != "other":
        raise Wrong(idea)
    raise Wrong("other", index=index[-1, 0], result=result.flat[0], wanted=wanted[0, 0])
