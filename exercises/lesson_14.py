"""Checks of lesson 14: hops, mel bands, a telephone, the gate, a detector bound to its pictures."""

import numpy as np

from exercises import Wrong, ask, idea_behind
from helpers.config import AudioConfig
from helpers.messages import LessonError
from helpers.model import load_model

CONFIG = AudioConfig()

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
            "ko": "그림을 바꾸는 것은 모두 거절해요. 조각 간격, 게이트, MFCC의 수는 로그 멜 그림을 바꾸지 않아서 "
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
