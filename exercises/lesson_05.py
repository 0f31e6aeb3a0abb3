"""Checks of lesson 05: what may be averaged, and how fine a picture is."""

import numpy as np

from exercises import Wrong, ask, idea_behind

SENTENCES = {
    "05-1": {
        "right": {
            "ko": "데시벨을 파워로 되돌려 평균을 냈네요. 큰 소리 하나가 평균을 거의 다 정해요.",
            "en": "You went back to power before averaging. One loud frame decides most of the mean.",
        },
        "decibels": {
            "ko": "{levels}에 {result}라고 했어요. 데시벨을 그대로 평균 냈네요. 데시벨은 로그라서, 더하는 것이 곧 "
            "곱하는 것이 돼요. 먼저 파워로 되돌려 주세요.",
            "en": "For {levels} it says {result}: the decibels themselves were averaged. They are logarithms, so "
            "adding them multiplies. Go back to power first.",
        },
        "amplitude": {
            "ko": "{levels}에 {result}라고 했어요. 20으로 나누면 파워가 아니라 진폭이 나와서, 진폭의 평균이 됐어요.",
            "en": "For {levels} it says {result}: dividing by 20 gives amplitude, not power, so amplitudes were "
            "averaged.",
        },
        "mixed": {
            "ko": "{levels}에 {result}라고 했어요. 갈 때와 올 때의 10과 20이 서로 달라요. 안내서의 데시벨이 두 배가 "
            "된 까닭과 같아요.",
            "en": "For {levels} it says {result}: one way uses 10, the other 20. That is how the guide's decibels "
            "came to be doubled.",
        },
        "sum": {
            "ko": "{levels}에 {result}라고 했어요. 파워를 더하기만 하고 개수로 나누지 않았어요.",
            "en": "For {levels} it says {result}: the powers were added but not divided by how many there are.",
        },
        "power": {
            "ko": "{levels}에 {result}라고 했어요. 파워의 평균까지는 왔는데, 데시벨로 다시 바꾸지 않았어요.",
            "en": "For {levels} it says {result}: the mean power is right, but it was not turned back into decibels.",
        },
        "other": {
            "ko": "{levels}에 {result}라고 했어요. {wanted}가 나와야 해요. 파워로, 평균, 다시 데시벨로: 한 걸음씩 "
            "찍어 보세요.",
            "en": "For {levels} it says {result}; it should be {wanted}. To power, mean, back to decibels: print each "
            "step.",
        },
    },
    "05-2": {
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
        "fence": {
            "ko": "표본화율 {rate}, 창 {n_fft}에 {result} Hz라고 했어요. 거의 맞았어요. 세로 칸의 수로 나눴는데, 칸과 "
            "칸 사이는 칸의 수보다 하나 적어요.",
            "en": "For a sample rate of {rate} and a window of {n_fft} it says {result} Hz. Nearly: you divided by "
            "the number of rows, but there is one step less than there are rows.",
        },
        "hop": {
            "ko": "{result} Hz라고 했어요. 표본화율을 이동 간격으로 나눴네요. 이동 간격을 바꾸어도 프레임이 많아질 "
            "뿐, 가까운 두 음이 더 잘 갈라지지는 않아요.",
            "en": "It says {result} Hz: the sample rate was divided by the hop. Another hop gives more frames, but "
            "tells near tones apart no better.",
        },
        "hertz": {
            "ko": "표본화율 {rate}, 창 {n_fft}에 {result} Hz라고 했어요. 창이 몇 초인지 구해 보세요. 그 시간에 꼭 한 "
            "번 떨리는 소리가 첫 칸이에요.",
            "en": "For a sample rate of {rate} and a window of {n_fft} it says {result} Hz. How many seconds is the "
            "window? What swings once in that time is the first step.",
        },
    },
}


def check_05_1(answer):
    """A function (levels in dB) → the level of their mean power in dB."""
    for levels in ([0.0, -20.0], [-60.0, -20.0, -10.0], [-35.0]):
        power, amplitude = 10 ** (np.array(levels) / 10), 10 ** (np.array(levels) / 20)
        wanted = 10 * np.log10(power.mean())
        result = float(ask(answer, levels))
        if np.isclose(result, wanted, atol=0.01):
            continue
        ideas = [
            ("decibels", np.mean(levels)),
            ("amplitude", 20 * np.log10(amplitude.mean())),
            ("mixed", 20 * np.log10(power.mean())),
            ("mixed", 10 * np.log10(amplitude.mean())),
            ("sum", 10 * np.log10(power.sum())),
            ("power", power.mean()),
        ]
        values = {"levels": levels, "result": f"{result:.2f}", "wanted": f"{wanted:.2f}"}
        raise Wrong(idea_behind(ideas, result, tolerance=0.01), **values)


def check_05_2(answer):
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
            ideas = [("half", rate / n_fft / 2), ("fence", rate / 2 / (n_fft // 2 + 1)), ("hop", rate / hop)]
            idea = idea_behind(ideas, hertz, tolerance=1e-8, otherwise="hertz")
            raise Wrong(idea, **values, result=f"{hertz:.2f}")
