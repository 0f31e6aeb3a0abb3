"""Checks of lesson 13: bytes, a ring buffer, latency, reports, and false alarms per hour."""

import numpy as np

from exercises import Wrong, ask, idea_behind

SENTENCES = {
    "13-1": {
        "right": {
            "ko": '두 바이트가 하나의 표본이 됐어요. NumPy는 이 일을 `np.frombuffer(raw, dtype="<i2")` 한 줄로 해요.',
            "en": 'Two bytes have become one sample. NumPy does this in a line: `np.frombuffer(raw, dtype="<i2")`.',
        },
        "each": {
            "ko": "바이트 {bytes}개에서 표본 {result}개가 나왔어요. 하위와 상위 바이트를 하나로 합쳐 주세요.",
            "en": "{bytes} bytes became {result} samples. Put a low and a high byte together.",
        },
        "swapped": {
            "ko": "두 바이트의 순서가 바뀌었어요. 256을 곱하는 쪽은 high예요.",
            "en": "The two bytes are swapped. It is high that is multiplied by 256.",
        },
        "unsigned": {
            "ko": "음수가 하나도 없어요. 32768 이상인 값에서 65536을 빼 주세요.",
            "en": "Nothing is negative. Subtract 65536 from those that reach 32768.",
        },
        "unscaled": {
            "ko": "−32768과 32767 사이의 정수예요. 32768로 나누면 −1과 1 사이가 돼요.",
            "en": "These are integers from −32768 to 32767. Divide by 32768 for samples between −1 and 1.",
        },
        "other": {
            "ko": "바이트 {low}, {high}에서 {result}이(가) 나왔어요. {wanted}이(가) 나와야 해요.",
            "en": "The bytes {low}, {high} gave {result}; they should give {wanted}.",
        },
    },
    "13-2": {
        "right": {
            "ko": "번호로 꺼내면 칸의 처음과 끝이 어디이든 순서가 맞아요.",
            "en": "Reading by number keeps the order, wherever the ring begins.",
        },
        "end": {
            "ko": "배열의 맨 뒤 {count}칸이에요. 한 바퀴를 돌면 가장 새로운 것은 거기에 없어요.",
            "en": "Those are the last {count} cells. After a round the newest are no longer at the end.",
        },
        "backwards": {
            "ko": "맞는 표본인데 순서가 거꾸로예요. 먼저 온 것을 앞에 두세요.",
            "en": "These are the right samples, backwards. The one that came first stands first.",
        },
        "other": {
            "ko": "칸 {kept}에 {written}개가 왔고 {count}개를 달라면 {wanted}인데, {result}이(가) 나왔어요.",
            "en": "With cells {kept}, {written} written and a count of {count}: {wanted}, not {result}.",
        },
    },
    "13-3": {
        "right": {
            "ko": "올라서는 순간만 세면 알림의 수가 돼요. 깜박이는 확률에서는 이 수가 부풀어요.",
            "en": "Rises alone make reports. Where the probability flickers, they multiply.",
        },
        "windows": {
            "ko": "{result}은(는) 문턱값 이상인 창의 수예요. 이어진 창들은 알림 하나예요.",
            "en": "{result} is the number of windows above. Windows in a row are one report.",
        },
        "both": {
            "ko": "{result}은(는) 올라설 때와 내려갈 때를 다 센 수예요. 올라설 때만 세세요.",
            "en": "{result} counts rises and falls. Count rises only.",
        },
        "first": {
            "ko": "첫 창부터 문턱값 이상인 때를 빠뜨렸어요. 처음에는 낮았다고 치고 시작하세요.",
            "en": "The first window was above already. Start as if it had been below.",
        },
        "above": {
            "ko": "문턱값과 꼭 같은 확률도 올라선 것이에요. `>` 말고 `>=`를 쓰세요.",
            "en": "A probability equal to the threshold counts as well: write `>=`, not `>`.",
        },
        "other": {
            "ko": "확률 {prob}, 문턱값 {threshold}에서 {result}번이라고 했어요. {wanted}번이어야 해요.",
            "en": "Probabilities {prob}, threshold {threshold}: it says {result}; it should be {wanted}.",
        },
    },
    "13-4": {
        "right": {
            "ko": "떼가 서로 상관없다면 이 수에는 푸아송 구간을 쓸 수 있어요. 알림의 수에는 쓸 수 없지요.",
            "en": "If clusters are independent, the Poisson interval is for this count; it is not for that of alarms.",
        },
        "alarms": {
            "ko": "{result}은(는) 오경보의 수예요. 앞의 것에 바짝 이어진 오경보는 같은 떼예요.",
            "en": "{result} is the number of alarms. One that follows close on another is of the same cluster.",
        },
        "first": {
            "ko": "떼의 **첫** 오경보에서 쟀어요. 길게 이어진 떼가 갈라지니, **바로 앞**의 것에서 재 주세요.",
            "en": "You counted from the **first** alarm of a cluster, and a long one falls apart: take the one "
            "**before**.",
        },
        "gaps": {
            "ko": "{result}은(는) 떼와 떼 사이의 수예요. 맨 처음의 떼도 하나예요.",
            "en": "{result} is the number of gaps between clusters. The very first cluster counts, too.",
        },
        "strict": {
            "ko": "꼭 {apart}초가 지났으면 새 떼예요. `>` 말고 `>=`를 쓰세요.",
            "en": "After just {apart} s a new cluster begins: write `>=`, not `>`.",
        },
        "other": {
            "ko": "{times}초의 오경보에서 {apart}초 이상 떨어진 떼는 {wanted}개인데 {result}개라고 했어요.",
            "en": "Alarms at {times} s make {wanted} clusters {apart} s apart, and it says {result}.",
        },
    },
    "13-5": {
        "right": {
            "ko": "옆집에서 짖으면 창을 대부분 거르니 신경망은 듣지도 못해요. 게이트는 개와 잡음을 가리지 않아요.",
            "en": "Next door, most windows are left out and the network never hears them: the gate knows no dogs.",
        },
        "count": {
            "ko": "{result}은(는) 창의 수예요. 창이 모두 몇 개인지로 나눠 주세요.",
            "en": "{result} is a number of windows. Divide it by how many there are.",
        },
        "quiet": {
            "ko": "게이트보다 **조용한** 창의 비율이에요. 신경망이 듣는 것은 그 나머지예요.",
            "en": "That is the share of windows **below** the gate. The network hears the others.",
        },
        "apart": {
            "ko": "창이 1초씩 옮겨 가네요. 0.1초, 곧 `rate // 10`씩 옮겨 주세요.",
            "en": "Your windows move on by 1 s. Move them by 0.1 s, which is `rate // 10`.",
        },
        "peak": {
            "ko": "가장 큰 표본을 쟀어요. 음량은 창 전체의 RMS예요: `audio.rms_dbfs(window)`.",
            "en": "You took the highest sample. A level is the RMS of the window: `audio.rms_dbfs(window)`.",
        },
        "other": {
            "ko": "{seconds}초짜리 소리에서 {wanted}이어야 하는데 {result}이(가) 나왔어요.",
            "en": "For a sound of {seconds} s it should be {wanted}, but it is {result}.",
        },
    },
    "13-6": {
        "right": {
            "ko": "시간당 한 번 아래라고 95 % 장담하려면 세 시간, 하루에 한 번 아래라면 사흘쯤 조용해야 해요.",
            "en": "For “less than one an hour” with 95 % confidence: 3 quiet hours; for one a day, 3 quiet days.",
        },
        "rule": {
            "ko": "3의 규칙은 95 %에만 맞아요. {confidence}에서는 np.log(1 - confidence)를 써야 해요.",
            "en": "The rule of 3 is for 95 % only. For {confidence} you need np.log(1 - confidence).",
        },
        "inside": {
            "ko": "confidence의 로그를 썼어요. 우연히 0번일 확률은 1 - confidence예요.",
            "en": "That is the logarithm of confidence. By mere luck, 0 should have the probability 1 - confidence.",
        },
        "other": {
            "ko": "시간당 {at_most}번, {confidence}이면 {wanted}시간이어야 하는데 {result}시간이 나왔어요.",
            "en": "For {at_most} per hour at {confidence} it should be {wanted} hours, but it is {result}.",
        },
    },
}


def check_13_1(answer):
    """A function of the bytes of 16-bit samples → samples in −1…1."""
    number = np.array([0, 1, -1, 300, -300, 32_767, -32_768, 12_345], dtype="<i2")
    raw, wanted = number.tobytes(), number / 32_768
    result = np.asarray(ask(answer, raw), dtype=float)
    if result.shape == (2 * len(number),):
        raise Wrong("each", bytes=len(raw), result=len(result))
    if result.shape == wanted.shape and np.allclose(result, wanted, atol=1e-4):
        return
    swapped, unsigned = np.frombuffer(raw, ">i2"), np.frombuffer(raw, "<u2")
    ideas = [("unscaled", number), ("swapped", swapped / 32_768), ("unsigned", unsigned / 32_768)]
    ideas += [("swapped", swapped), ("swapped", np.frombuffer(raw, ">u2")), ("unsigned", unsigned)]
    if result.shape == wanted.shape and (idea := idea_behind(ideas, result, tolerance=1e-4)) != "other":
        raise Wrong(idea)
    raise Wrong("other", low=raw[6], high=raw[7], wanted=f"{wanted[3]:.4f}", result=f"{np.ravel(result)[-1]:.4f}")


def check_13_2(answer):
    """A function (cells, samples written, count) → the newest samples in order."""
    for size, written, count in ((5, 8, 3), (6, 4, 2), (4, 12, 4), (7, 23, 5)):
        kept = np.zeros(size)
        for number in range(written):
            kept[number % size] = number + 1
        result = np.asarray(ask(answer, kept.copy(), written, count), dtype=float)
        wanted = np.arange(written - count, written) + 1.0
        if np.array_equal(result, wanted):
            continue
        ideas = [("end", kept[-count:].tolist()), ("backwards", wanted[::-1].tolist())]
        values = {"kept": _as_text(kept), "written": written, "count": count}
        values |= {"result": _as_text(np.ravel(result)), "wanted": _as_text(wanted)}
        raise Wrong(idea_behind(ideas, result.tolist()), **values)


def check_13_3(answer):
    """A function (probabilities, threshold) → how often they rise to the threshold."""
    for prob, threshold in (
        ([0.1, 0.9, 0.9, 0.2, 0.9, 0.1], 0.5),
        ([0.1, 0.6, 0.5, 0.2, 0.6, 0.7, 0.1], 0.6),
        ([0.8, 0.9, 0.1, 0.8], 0.7),
        ([0.1, 0.5, 0.1], 0.5),
        ([0.2, 0.3], 0.5),
    ):
        above = np.array(prob) >= threshold
        rises = above & ~np.append(False, above[:-1])
        result, wanted = ask(answer, np.array(prob), threshold), int(rises.sum())
        if result == wanted:
            continue
        strict = np.array(prob) > threshold
        ideas = [
            ("windows", int(above.sum())),
            ("both", int(np.sum(above[1:] != above[:-1]))),
            ("first", int(rises[1:].sum())),
            ("above", int(np.sum(strict & ~np.append(False, strict[:-1])))),
        ]
        values = {"prob": _as_text(prob), "threshold": threshold, "result": result, "wanted": wanted}
        raise Wrong(idea_behind(ideas, result), **values)


def check_13_4(answer):
    """A function (times of false alarms, seconds) → the number of clusters that lie so far apart."""
    cases = [([3, 3.5, 4, 9, 9.4, 30], 2), ([1, 2, 3, 4, 5, 6], 1.5), ([10, 12, 20], 2), ([5], 3), ([], 3)]
    for times, apart in cases:
        gaps, result = np.diff(times), ask(answer, list(times), apart)
        wanted = int(np.sum(gaps >= apart)) + bool(times)
        if result == wanted:
            continue
        from_first, first = 0, -np.inf
        for time in times:
            if time - first >= apart:
                from_first, first = from_first + 1, time
        ideas = [("strict", int(np.sum(gaps > apart)) + bool(times)), ("gaps", wanted - 1)]
        ideas += [("first", from_first), ("alarms", len(times))]
        values = {"times": _as_text(times), "apart": f"{apart:g}", "wanted": wanted, "result": result}
        raise Wrong(idea_behind(ideas, result), **values)


def check_13_5(answer):
    """A function (samples, gate in dBFS) → the share of windows, 1 s every 0.1 s, whose RMS level reaches the gate."""
    rate, hop = 22_050, 2_205
    for levels, gate in (([-60, -20, -60, -60, -30], -40), ([-50, -70, -35], -45)):
        samples = np.repeat(10 ** (np.array(levels) / 20), round(0.75 * rate))
        samples[:: rate // 3] = 0.5  # clicks, which hardly matter to the RMS
        result = float(ask(answer, samples.copy(), gate))
        windows = np.lib.stride_tricks.sliding_window_view(samples, rate)[::hop]
        loud = 10 * np.log10(np.mean(windows**2, axis=1)) >= gate
        if np.isclose(result, loud.mean()):
            continue
        ideas = [("count", loud.sum()), ("quiet", 1 - loud.mean()), ("apart", loud[::10].mean())]
        ideas.append(("peak", np.mean(20 * np.log10(windows.max(axis=1)) >= gate)))
        values = {"seconds": f"{len(samples) / rate:g}", "wanted": f"{loud.mean():.2f}", "result": f"{result:.2f}"}
        raise Wrong(idea_behind(ideas, result, tolerance=1e-6), **values)


def check_13_6(answer):
    """A function (alarms per hour, confidence) → hours without an alarm that this takes."""
    for at_most, confidence in ((2.0, 0.9), (0.25, 0.95), (1 / 24, 0.99)):
        wanted = -np.log(1 - confidence) / at_most
        result = float(ask(answer, at_most, confidence))
        if np.isclose(result, wanted, rtol=1e-3):
            continue
        ideas = [
            ("rule", 3 / at_most),
            ("inside", -np.log(confidence) / at_most),
        ]
        values = {"at_most": f"{at_most:.2f}", "confidence": confidence}
        idea = idea_behind(ideas, result, tolerance=1e-6)
        raise Wrong(idea, **values, wanted=f"{wanted:.2f}", result=f"{result:.2f}")


def _as_text(numbers):
    return ", ".join(f"{number:g}" for number in numbers)
