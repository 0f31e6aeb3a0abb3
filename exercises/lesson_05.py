"""Checks of lesson 05: halves of a picture, a window, decibels that say what they should, and pictures read back."""

import tempfile
from pathlib import Path

import librosa
import numpy as np
import soundfile

from exercises import Wrong, ask, idea_behind
from helpers.config import AudioConfig
from helpers.features import picture

SENTENCES = {
    "05-1": {
        "right": {
            "ko": "낮은 쪽과 높은 쪽으로 갈라졌고, 둘을 더하면 다시 처음 소리예요. 그림의 줄 하나하나가 소리예요.",
            "en": "One low, one high, and together they are the whole sound again. Each row of the picture is sound.",
        },
        "pair": {
            "ko": "소리 두 개를 함께 돌려주세요: return 낮은 소리, 높은 소리",
            "en": "Return two sounds together, the low one first: return low, high",
        },
        "picture": {
            "ko": "아직 그림이에요. 둘 다 librosa.istft로 소리로 되돌려 주세요.",
            "en": "These are still pictures. Turn both back into sound with librosa.istft.",
        },
        "rows": {
            "ko": "1000 Hz보다 높은 소리가 낮은 쪽에 남아 있어요. 대괄호에 적는 것은 Hz가 아니라 줄 번호예요. 한 줄이 "
            "몇 Hz인지로 1000을 나눠 보세요.",
            "en": "Sound above 1000 Hz is left in the low half. The bracket wants the number of a row, not Hz: divide "
            "1000 by the Hz of one row.",
        },
        "much": {
            "ko": "1000 Hz보다 낮은 소리가 높은 쪽에 들어갔어요. 1000 Hz가 몇 번째 줄인지 다시 셈해 보세요.",
            "en": "Sound below 1000 Hz went into the high half. Work out again which row is 1000 Hz.",
        },
        "side": {
            "ko": "두 소리가 바뀌었어요. 낮은 쪽이 먼저예요. [:n]은 n번 앞쪽, [n:]은 n번부터 뒤쪽이에요.",
            "en": "The two are swapped; the low one comes first. [:n] is all before row n; [n:] is row n and up.",
        },
        "time": {
            "ko": "소리가 중간에 끊겼어요. 주파수가 아니라 시간을 지웠네요. 첫째 자리가 줄(주파수), 둘째 자리가 "
            "기둥(시간)이에요.",
            "en": "The sound is cut off in the middle: you erased time, not frequency. The first place is the row "
            "(frequency), the second the column (time).",
        },
        "copy": {
            "ko": "한쪽에 아무 소리도 없어요. 같은 그림에서 두 번 지웠네요. D.copy()로 사본을 둘 만들어 따로 지우세요. "
            "D도 지워졌으니 stft 셀부터 다시 실행하세요.",
            "en": "One half is silent: you erased twice in the same picture. Make two copies with D.copy() and erase "
            "in each. D has been erased as well, so run the stft cell again first.",
        },
        "sum": {
            "ko": "두 소리를 더해도 처음 소리가 되지 않아요. 줄은 모두 둘 가운데 한쪽에만 있어야 해요.",
            "en": "The two do not add up to the whole sound. Each row belongs to one half only.",
        },
    },
    "05-2": {
        "right": {
            "ko": "표본화율이 몇이든 두 조건에 맞는 2의 거듭제곱은 꼭 하나예요. 22050 Hz에서는 2048이고, 한 줄이 "
            "10.8 Hz, 창은 93 ms예요.",
            "en": "Whatever the sample rate, exactly one power of two meets both conditions. At 22050 Hz it is 2048: "
            "a row is 10.8 Hz and the window 93 ms.",
        },
        "wide": {
            "ko": "표본화율 {sr}에 {n_fft}이면 한 줄이 {hertz:.1f} Hz예요. 20 Hz 떨어진 두 음이 한 줄에 들어갈 수 "
            "있어요. 창을 더 길게 해 보세요.",
            "en": "At {sr} Hz, with {n_fft}, a row is {hertz:.1f} Hz wide: two tones 20 Hz apart may share it. Take "
            "a longer window.",
        },
        "long": {
            "ko": "표본화율 {sr}에 {n_fft}이면 창이 {ms:.0f} ms예요. 짖는 순간이 너무 번져요. 창을 더 짧게 해 보세요.",
            "en": "At {sr} Hz, with {n_fft}, the window lasts {ms:.0f} ms, and barks smear. Take a shorter one.",
        },
        "power": {
            "ko": "{n_fft}은 2의 거듭제곱이 아니에요. FFT는 2의 거듭제곱일 때 특히 빨라서 흔히 그런 수를 써요.",
            "en": "{n_fft} is not a power of two. The FFT is especially fast with those, so they are what is mostly "
            "used.",
        },
        "hertz": {
            "ko": "{n_fft}은 표본의 개수로는 너무 작아요. Hz가 아니라 창에 들어가는 표본의 수를 돌려주세요.",
            "en": "{n_fft} is too few samples. Return the number of samples in a window, not Hz.",
        },
    },
    "05-3": {
        "right": {
            "ko": "소리를 절반으로 줄이니 꼭 6 dB 내려갔어요. 안내서의 두 줄이 바르게 고쳐졌어요.",
            "en": "Half the amplitude is now 6 dB lower. The guide's two lines are fixed.",
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
        "rate": {
            "ko": "표본화율 32000인 파일을 22050으로 바꿔 읽었어요. librosa.load에 sr=None을 주세요.",
            "en": "A file of 32000 Hz was brought to 22050. Give librosa.load sr=None.",
        },
        "bands": {
            "ko": "멜 밴드가 제자리에 없어요. 표본화율 32000인 파일인데 melspectrogram이 22050으로 알고 있어요. "
            "sr=sr도 주세요.",
            "en": "The mel bands are out of place: the file has 32000 Hz, but melspectrogram takes it for 22050. Give "
            "it sr=sr, too.",
        },
        "floor": {
            "ko": "앞의 큰 소리만 줄였는데 뒤의 작은 소리까지 달라졌어요. 따로 말하지 않으면 가장 센 칸보다 80 dB "
            "아래가 바닥이라서, 바닥이 조각마다 흔들려요. top_db=None을 주세요.",
            "en": "Only the loud beginning was made softer, but the faint end changed, too: unless told otherwise, the "
            "floor lies 80 dB below the strongest cell, so it moves with each segment. Give top_db=None.",
        },
        "shape": {
            "ko": "모양이 {shape}인 것을 돌려줬어요. 밴드 128개의 그림 [128, 기둥]을 통째로 돌려주세요.",
            "en": "It returned something of shape {shape}. Return the whole picture of 128 bands, [128, columns].",
        },
        "other": {
            "ko": "소리를 절반으로 줄이니 {change:.1f} dB 달라졌어요. 6 dB 내려가야 해요.",
            "en": "At half the amplitude it changes by {change:.1f} dB. It should fall by 6 dB.",
        },
    },
    "05-4": {
        "right": {
            "ko": "그림에서 데시벨이 돌아왔어요. 다음 강의에서도 그림을 꼭 이렇게 읽어 신경망에 넣어요.",
            "en": "The decibels are back. The next lesson reads pictures for its network in just this way.",
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
STFT = {"n_fft": 1024, "hop_length": 256}


def check_05_1(answer):
    """A function of an STFT [513, 87] → two sounds [samples], what lies below 1000 Hz and the rest."""
    random = np.random.default_rng(1)
    whole = librosa.istft(librosa.stft(random.normal(0, 0.1, RATE), **STFT), hop_length=256)
    parts = ask(answer, librosa.stft(whole, **STFT))
    if not isinstance(parts, tuple | list) or len(parts) != 2:
        raise Wrong("pair")
    low, high = map(np.asarray, parts)
    if low.ndim != 1 or high.ndim != 1 or np.iscomplexobj(low):
        raise Wrong("picture")
    if not all(np.abs(part).max() for part in (low, high)):
        raise Wrong("copy")
    if min(np.abs(part[-1000:]).max() for part in (low, high)) < 1e-6:
        raise Wrong("time")
    (low_low, low_high), (high_low, high_high) = map(_powers, (low, high))
    if low_low < low_high and high_high < high_low:
        raise Wrong("side")
    if low_high > 0.01 * high_high:
        raise Wrong("rows")
    if high_low > 0.01 * low_low:
        raise Wrong("much")
    if len(low) != len(high) or not np.allclose((low + high)[2000:-2000], whole[2000 : len(low) - 2000], atol=1e-3):
        raise Wrong("sum")


def _powers(sound):
    """What a sound holds below 900 Hz, and above 1100 Hz."""
    power, hertz = np.abs(np.fft.rfft(sound)) ** 2, np.fft.rfftfreq(len(sound), 1 / RATE)
    return power[hertz < 900].sum(), power[hertz > 1100].sum()


def check_05_2(answer):
    """A function of a sample rate → a power of two: rows narrower than 20 Hz, a window of at most 0.1 s."""
    for sr in (RATE, 8000, 48_000, 16_000):
        n_fft = int(ask(answer, sr))
        if n_fft < 16:
            raise Wrong("hertz", n_fft=n_fft)
        if n_fft & (n_fft - 1):
            raise Wrong("power", n_fft=n_fft)
        if sr / n_fft >= 20:
            raise Wrong("wide", sr=sr, n_fft=n_fft, hertz=sr / n_fft)
        if n_fft / sr > 0.1:
            raise Wrong("long", sr=sr, n_fft=n_fft, ms=1000 * n_fft / sr)


def check_05_3(answer):
    """A function of a sound file's path → decibels [128, frames] that fall by 6 dB at half the amplitude.

    What is faint must not change with what is loud in the same sound, as it does above a floor 80 dB below the maximum.
    """
    rate = 32_000
    sound = np.random.default_rng(5).uniform(-0.5, 0.5, rate).astype(np.float32)
    first = np.arange(rate) < rate // 2
    faint_ends = (np.where(first, loud * sound, 1e-4 * sound) for loud in (1, 0.01))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "noise.wav"
        parts = (sound, sound / 2, *faint_ends)
        whole, half, *ends = (_asked_of_file(answer, path, part, rate) for part in parts)
    wanted = librosa.power_to_db(librosa.feature.melspectrogram(y=sound, sr=rate, n_mels=128), top_db=None)
    if whole.shape == (128, 1 + RATE // 512):
        raise Wrong("rate")
    if whole.shape != wanted.shape:
        raise Wrong("shape", shape=list(whole.shape))
    if np.allclose(half, whole / 4):
        raise Wrong("power")
    change = float(np.median(half - whole))
    if not np.isclose(change, -6.02, atol=0.05):
        raise Wrong(idea_behind([("floating", 0), ("doubled", -12.04)], change, tolerance=0.05), change=change)
    if np.ptp((whole - wanted)[3:]) > 0.1:
        raise Wrong("bands")
    if np.ptp([end[:, 36:] for end in ends], axis=0).max() > 0.1:  # frames of the faint end alone
        raise Wrong("floor")


def _asked_of_file(answer, path, sound, rate):
    soundfile.write(path, sound, rate, subtype="FLOAT")
    return np.asarray(ask(answer, path), dtype=float)


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
