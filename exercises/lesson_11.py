"""Checks of lesson 11: tones that do not leak, the size of a picture, empty bands, cosines, deltas, pitch."""

import librosa
import numpy as np
import scipy.fft

from exercises import Wrong, ask, idea_behind
from helpers.config import AudioConfig

CONFIG = AudioConfig()

SENTENCES = {
    "11-1": {
        "right": {
            "ko": "열 개 모두 프레임 안에서 꼭 정수 번 떨려요. FFT가 재는 칸, 곧 hertz에 든 주파수가 바로 이런 "
            "주파수예요. 하지만 소리에게 그런 주파수만 내 달라고 할 수는 없어서, 창이 필요해요.",
            "en": "All ten swing a whole number of times. They are the very frequencies that the FFT measures, those "
            "in hertz. The world does not send us only such tones, which is why we need windows.",
        },
        "list": {
            "ko": "주파수를 모두 담은 목록을 주세요. 하나가 아니에요.",
            "en": "Give a list of all these frequencies. There is more than one.",
        },
        "missing": {
            "ko": "모두 새지 않는 순음이에요. 그런데 {wanted}개 가운데 {count}개만 있어요.",
            "en": "None of these leaks. But of {wanted} there are only {count}.",
        },
        "range": {
            "ko": "{result} Hz가 들어 있어요. 900 Hz와 1100 Hz 사이의 주파수만 담아 주세요.",
            "en": "It holds {result} Hz. Take only frequencies between 900 Hz and 1100 Hz.",
        },
        "rounded": {
            "ko": "{result} Hz는 프레임 안에서 {cycles}번 떨려요. 거의 다 왔는데, 반올림한 만큼 새요. 식 그대로 두어 "
            "주세요.",
            "en": "{result} Hz swings {cycles} times in the frame. Nearly, but it leaks by what was rounded. Leave "
            "the formula as it is.",
        },
        "cycles": {
            "ko": "{result} Hz는 프레임 안에서 {cycles}번 떨려요. 정수 번이 아니라서 끝이 처음과 이어지지 않아요. Hz로 "
            "딱 떨어지는 수가 아니라, 떨리는 횟수가 딱 떨어져야 해요.",
            "en": "{result} Hz swings {cycles} times in the frame, so its end does not join its beginning. It is the "
            "number of swings that must be round, not the number of hertz.",
        },
    },
    "11-2": {
        "right": {
            "ko": "이동 간격은 그림의 폭을, 창 길이는 주파수의 촘촘함을 정해요.",
            "en": "The hop decides how wide the picture is, the window's length how fine its frequencies are.",
        },
        "pair": {
            "ko": "프레임 수와 주파수 한 칸의 폭, 두 값을 함께 돌려주세요: return 프레임수, 폭",
            "en": "Return two values together, the number of frames and the step in Hz: return frames, hertz",
        },
        "ends": {
            "ko": "표본 {samples}개, 창 {n_fft}, 간격 {hop}에 프레임 {result}개라고 했어요. 창이 조각 안에 온전히 "
            "들어가는 것만 셌네요. 양 끝에 0을 붙였으니, 창의 한가운데가 조각 안에 있으면 돼요.",
            "en": "For {samples} samples, window {n_fft}, hop {hop} it says {result} frames: only windows wholly "
            "inside the segment were counted. With zeros at both ends it is enough that a window's middle lies in the "
            "segment.",
        },
        "first": {
            "ko": "표본 {samples}개, 간격 {hop}에 프레임 {result}개라고 했어요. 맨 처음 0에서 시작하는 프레임도 세어 "
            "주세요. 울타리 기둥은 칸보다 하나 많아요.",
            "en": "For {samples} samples and hop {hop} it says {result} frames. Count the one that starts at 0, too: "
            "a fence has one post more than it has gaps.",
        },
        "frames": {
            "ko": "표본 {samples}개, 창 {n_fft}, 간격 {hop}에 프레임 {result}개라고 했어요. 프레임은 이동 간격마다 "
            "하나씩, 0번째 표본부터 시작해요.",
            "en": "For {samples} samples, window {n_fft}, hop {hop} it says {result} frames. There is one every hop, "
            "beginning at sample 0.",
        },
        "half": {
            "ko": "표본화율 {rate}, 창 {n_fft}에 {result} Hz라고 했어요. 딱 절반이에요. 세로 칸은 창 길이의 "
            "절반쯤이지만, 담는 주파수도 표본화율의 절반까지예요.",
            "en": "For a sample rate of {rate} and a window of {n_fft} it says {result} Hz, which is half. There are "
            "about half as many rows as samples in a window, but they also reach only to half the sample rate.",
        },
        "hertz": {
            "ko": "표본화율 {rate}, 창 {n_fft}에 {result} Hz라고 했어요. 창이 몇 초인지 구해 보세요. 그 시간에 꼭 한 "
            "번 떨리는 소리가 첫 칸이에요.",
            "en": "For a sample rate of {rate} and a window of {n_fft} it says {result} Hz. How many seconds is the "
            "window? What swings once in that time is the first step.",
        },
    },
    "11-3": {
        "right": {
            "ko": "밴드가 많고 창이 짧으면 빈 밴드가 생겨요. 둘은 함께 골라야 해요.",
            "en": "Many bands and a short window leave some of them empty. Choose the two together.",
        },
        "full": {
            "ko": "밴드 {n_mels}개, 창 {n_fft}표본에 {result}개라고 했어요. 비어 있지 않은 쪽을 셌네요.",
            "en": "For {n_mels} bands and a window of {n_fft} it says {result}: those are the ones that are not empty.",
        },
        "other": {
            "ko": "밴드 {n_mels}개, 창 {n_fft}표본에 {result}개라고 했어요. {wanted}개가 나와야 해요. 삼각형마다 가장 "
            "큰 값을 찍어 보세요.",
            "en": "For {n_mels} bands and a window of {n_fft} it says {result}; it should be {wanted}. Print the "
            "largest value of each triangle.",
        },
    },
    "11-4": {
        "right": {
            "ko": "계수가 늘수록 윤곽이 촘촘해져요. 배음의 톱니가 담길 만큼 빠른 물결까지 남겨야 높이가 돌아와요.",
            "en": "More coefficients make a finer envelope. Once the waves are fast enough to draw the teeth of the "
            "harmonics, the pitch returns.",
        },
        "coefficients": {
            "ko": "그림이 아니라 계수가 나왔어요. 물결에 계수를 곱해 더해야 그림이 돼요: kept.T @ …",
            "en": "These are coefficients, no picture yet. Multiply the waves by them and add up: kept.T @ …",
        },
        "fast": {
            "ko": "느린 물결을 버리고 빠른 물결을 남겼어요. 처음 keep줄, cosines[:keep]을 쓰세요.",
            "en": "The slow waves were dropped and the fast ones kept. Use the first keep rows, cosines[:keep].",
        },
        "other": {
            "ko": "계수 {keep}개로 되살린 그림이 아니에요. kept가 cosines의 처음 {keep}줄인지 보세요.",
            "en": "This is not the picture rebuilt from {keep} coefficients. Is kept the first {keep} rows of cosines?",
        },
    },
    "11-5": {
        "right": {
            "ko": "librosa가 준 델타와 같아요. 양 끝의 네 프레임은 점이 모자라서 뺐고요.",
            "en": "The same deltas as librosa's, without the four frames at either end, where points are missing.",
        },
        "ends": {
            "ko": "값 {samples}개에서 기울기 {count}개가 나왔어요. 앞뒤로 네 점이 다 있는 곳만 셈하면 {wanted}개예요.",
            "en": "From {samples} values came {count} slopes. Where there are four points on either side there are "
            "{wanted}.",
        },
        "scale": {
            "ko": "모양은 맞는데 크기가 달라요. 점의 개수가 아니라 steps @ steps, 곧 60으로 나누세요.",
            "en": "The shape is right, the size is not. Divide by steps @ steps, which is 60, not by the number of "
            "points.",
        },
        "turned": {
            "ko": "오르내림이 거꾸로예요. 앞의 점에서 뒤의 점을 뺀 셈이에요.",
            "en": "Up and down are turned round, as if what comes later were taken from what comes before.",
        },
        "difference": {
            "ko": "이웃한 두 값의 차이예요. 잔물결에 흔들리지 않게 아홉 점에 직선을 맞추세요.",
            "en": "That is the difference of two neighbours. Fit a line to nine points, so that ripples matter less.",
        },
        "other": {
            "ko": "곧게 1씩 오르는 값의 기울기가 {result:.2f}로 나왔어요. 1이어야 해요. 아홉 점의 한가운데가 "
            "center인지 보세요.",
            "en": "Values that rise by 1 a frame get a slope of {result:.2f}; it should be 1. Is center in the middle "
            "of the nine points?",
        },
    },
    "11-6": {
        "right": {
            "ko": "첫 배음이 아예 없는 소리에서도 높이를 찾았어요. 귀도 그런 소리에서 같은 높이를 들어요.",
            "en": "You found the pitch even where the first harmonic is missing. The ear hears that pitch, too.",
        },
        "strongest": {
            "ko": "높이 {wanted} Hz인 소리에 {result} Hz라고 했어요. 가장 센 배음이에요. 높이는 배음 사이의 간격이고, "
            "되풀이되는 주기예요.",
            "en": "For a pitch of {wanted} Hz it says {result} Hz: the strongest harmonic. Pitch is the step between "
            "harmonics, the period after which all repeats.",
        },
        "offset": {
            "ko": "높이 {wanted} Hz인 소리에 {result} Hz라고 했어요. 잘라 낸 배열에서 센 자리예요. 앞에서 잘라 낸 "
            "rate // 500을 더해 주세요.",
            "en": "For a pitch of {wanted} Hz it says {result} Hz. That place was counted in the part you cut out. Add "
            "the rate // 500 in front of it.",
        },
        "period": {
            "ko": "높이 {wanted} Hz인 소리에 {result}이라고 했어요. 표본으로 센 주기예요. rate를 주기로 나누세요.",
            "en": "For a pitch of {wanted} Hz it says {result}: the period in samples. Divide rate by it to get Hz.",
        },
        "zero": {
            "ko": "{result}이 나왔어요. 소리는 밀지 않았을 때 자신과 가장 닮아요. rate // 500보다 앞은 보지 마세요.",
            "en": "It gives {result}. A sound resembles itself most when it is not shifted at all. Do not look before "
            "rate // 500.",
        },
        "other": {
            "ko": "높이 {wanted} Hz인 소리에 {result} Hz라고 했어요. alike를 그려서 rate // 500과 rate // 100 사이에서 "
            "가장 높은 자리를 찾아보세요.",
            "en": "For a pitch of {wanted} Hz it says {result} Hz. Plot alike and look for its highest place between "
            "rate // 500 and rate // 100.",
        },
    },
}


def check_11_1(answer):
    """All frequencies (Hz) of 900 … 1100 that swing a whole number of times in one frame."""
    if np.ndim(answer) != 1:
        raise Wrong("list")
    for hertz in map(float, answer):
        cycles = hertz * CONFIG.n_fft / CONFIG.sample_rate
        astray = abs(cycles - round(cycles))
        values = {"result": f"{hertz:g}", "cycles": f"{cycles:.2f}"}
        if not 900 <= hertz <= 1100:
            raise Wrong("range", **values)
        if astray > 0.001:
            raise Wrong("rounded" if astray < 0.04 else "cycles", **values)
    every = np.fft.rfftfreq(CONFIG.n_fft, 1 / CONFIG.sample_rate)
    wanted = int(np.sum((every > 900) & (every < 1100)))
    if (count := len(set(np.round(answer, 1)))) != wanted:
        raise Wrong("missing", count=count, wanted=wanted)


def check_11_2(answer):
    """A function (samples, sample rate, n_fft, hop length) → (frames, Hz from one row to the next)."""
    for samples, rate, n_fft, hop in (
        (22_050, 22_050, 1024, 256),
        (16_000, 8_000, 512, 160),
        (3_000, 44_100, 2048, 300),
    ):
        values = {"samples": samples, "rate": rate, "n_fft": n_fft, "hop": hop}
        result = np.ravel(ask(answer, samples, rate, n_fft, hop)).astype(float)
        if result.size != 2:
            raise Wrong("pair")
        frames, hertz = result
        if frames != 1 + samples // hop:
            ideas = [("ends", 1 + (samples - n_fft) // hop), ("first", samples // hop)]
            raise Wrong(idea_behind(ideas, frames, otherwise="frames"), **values, result=f"{frames:g}")
        if not np.isclose(hertz, rate / n_fft):
            idea = idea_behind([("half", rate / n_fft / 2)], hertz, tolerance=1e-8, otherwise="hertz")
            raise Wrong(idea, **values, result=f"{hertz:.2f}")


def check_11_3(answer):
    """A function (n_mels, n_fft) → how many of the mel bands hold no frequency."""
    for n_mels, n_fft in ((64, 1024), (64, 128), (128, 256)):
        edges = librosa.mel_frequencies(n_mels + 2, fmin=CONFIG.f_min, fmax=CONFIG.f_max)
        hertz = np.fft.rfftfreq(n_fft, 1 / CONFIG.sample_rate)
        inside = (hertz > edges[:-2, None]) & (hertz < edges[2:, None])
        wanted = int(np.sum(~inside.any(axis=1)))
        result = ask(answer, n_mels, n_fft)
        if result != wanted:
            idea = idea_behind([("full", n_mels - wanted)], result)
            raise Wrong(idea, n_mels=n_mels, n_fft=n_fft, result=result, wanted=wanted)


def check_11_4(answer):
    """A function (levels [64, frames], keep) → levels rebuilt from the slowest ``keep`` cosines."""
    levels = np.random.default_rng(11).uniform(-80, 0, (CONFIG.n_mels, 5))
    cosines = scipy.fft.dct(np.eye(CONFIG.n_mels), axis=0, norm="ortho")
    for keep in (1, 13, 40):
        slow, fast = cosines[:keep], cosines[-keep:]
        result = np.asarray(ask(answer, levels.copy(), keep))
        if result.shape != levels.shape:
            raise Wrong("coefficients")
        ideas = [("right", slow.T @ (slow @ levels)), ("fast", fast.T @ (fast @ levels))]
        idea = idea_behind(ideas, result, tolerance=1e-6)
        if idea != "right":
            raise Wrong(idea, keep=keep)


def check_11_5(answer):
    """A function (values) → the slopes of lines through nine of them, as far as there are four on either side."""
    values = np.random.default_rng(5).normal(0, 10, 40).cumsum()
    slopes = [np.asarray(ask(answer, one), dtype=float) for one in (values, np.arange(40.0))]
    wanted = librosa.feature.delta(values, width=9)[4:-4]
    if slopes[0].shape == (39,) and np.allclose(slopes[0], np.diff(values)):
        raise Wrong("difference")
    if slopes[0].shape != wanted.shape:
        raise Wrong("ends", samples=len(values), count=slopes[0].size, wanted=len(wanted))
    ideas = [("right", wanted), ("turned", -wanted), ("scale", wanted * 60 / 9), ("scale", wanted * 60)]
    if (idea := idea_behind(ideas, slopes[0], tolerance=1e-6)) != "right":
        raise Wrong(idea, result=slopes[1][0])


def check_11_6(answer):
    """A function (sound, sample rate) → its pitch in Hz."""
    for pitch, strengths in ((220, (0.2, 1, 0.5, 0.3)), (160, (0, 0.6, 1, 0.4, 0.3)), (400, (1, 0.5, 0.2, 0.1))):
        rate = CONFIG.sample_rate
        phases = 2 * np.pi * pitch * np.arange(rate // 4) / rate
        sound = sum(strength * np.sin(number * phases) for number, strength in enumerate(strengths, 1))
        with np.errstate(divide="ignore"):  # a period of 0 is an answer like another
            result = float(ask(answer, sound, rate))
        if abs(result - pitch) <= 0.03 * pitch:
            continue
        strongest = (1 + int(np.argmax(strengths))) * pitch
        ideas = [("strongest", strongest), ("period", rate / pitch), ("offset", rate / (rate / pitch - rate // 500))]
        near = [idea for idea, value in ideas if abs(result - value) <= 0.03 * value]
        idea = "zero" if result in (0, np.inf) or result >= rate / 2 else next(iter(near), "other")
        raise Wrong(idea, wanted=pitch, result=f"{result:.0f}")
