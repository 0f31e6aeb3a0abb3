"""Checks of lesson 01: what a sound is to a computer, and how one can be fooled by a score."""

import numpy as np

from exercises import Wrong, ask, idea_behind

RATE = 22_050

SENTENCES = {
    "01-1": {
        "right": {
            "ko": "3초짜리 스테레오 녹음 하나가 벌써 숫자 288000개예요. 그래서 우리는 채널을 하나로 합치고 표본화율을 "
            "낮춰서 시작해요.",
            "en": "Three seconds of stereo are 288000 numbers already. That is why we begin by merging the channels "
            "and lowering the sample rate.",
        },
        "one_channel": {
            "ko": "한 채널만 셌어요. 스테레오는 왼쪽과 오른쪽을 따로 적어요.",
            "en": "You counted one channel. Stereo writes down left and right separately.",
        },
        "our_rate": {
            "ko": "이 수업의 표본화율 22050 Hz로 계산했어요. 문제의 녹음은 48000 Hz예요.",
            "en": "You used this lesson's own sample rate, 22050 Hz. The recording in question has 48000 Hz.",
        },
        "other": {
            "ko": "1초에 재는 횟수, 초, 채널의 수를 모두 곱했는지 보세요.",
            "en": "See whether you multiplied all three: measurements a second, seconds, channels.",
        },
    },
    "01-2": {
        "right": {
            "ko": "1초에 두 배 많은 숫자를 들려주니 떨림도 두 배 빨라져서 한 옥타브 높아지고, 대신 0.5초 만에 끝나요.",
            "en": "Twice as many numbers a second: it vibrates twice as fast, an octave higher, and is over in 0.5 s.",
        },
        "slower": {
            "ko": "1초에 절반만 들려주면 느리고 낮은 소리, 아주 큰 개가 돼요. 거꾸로 가 보세요.",
            "en": "Half as many numbers a second make a slow, low voice: a very big dog. Go the other way.",
        },
        "factor": {
            "ko": "`rate`는 몇 배인지가 아니라 1초에 표본 몇 개인지(Hz)예요.",
            "en": "`rate` is not a factor but the number of samples a second (Hz).",
        },
        "same": {
            "ko": "22050 Hz는 원래 속도예요. 그보다 빨리 들려줘야 높아져요.",
            "en": "22050 Hz is the speed it was recorded at. To sound higher, it has to run faster.",
        },
        "other": {
            "ko": "한 옥타브 높은 소리는 정확히 두 배 빨리 떨려요. 22050의 두 배는 얼마인가요?",
            "en": "A sound one octave higher vibrates exactly twice as fast. What is twice 22050?",
        },
    },
    "01-3": {
        "right": {
            "ko": "한 번 짖는 소리만 남았어요. 초에 표본화율을 곱하면 표본의 번호가 돼요.",
            "en": "Just one bark is left. Seconds times sample rate is the number of a sample.",
        },
        "not_samples": {
            "ko": "표본의 배열이 아니에요. 번호 둘을 정했다면 bark[begin:end]로 잘라 주세요.",
            "en": "These are not samples. With both numbers at hand, cut: bark[begin:end].",
        },
        "empty": {
            "ko": "표본이 {count}개뿐이에요. 초를 그대로 번호로 쓰지 않았나요? 22050을 곱해 주세요.",
            "en": "There are only {count} samples. Did you take seconds for numbers? Multiply by 22050.",
        },
        "silent": {
            "ko": "{seconds}초 동안 짖는 소리가 없어요. 시작과 끝을 파형에서 다시 읽어 보세요.",
            "en": "In these {seconds} s nobody barks. Read begin and end once more from the waveform.",
        },
        "several": {
            "ko": "{count}번 짖어요. 하나만 남기고 더 짧게 자르세요.",
            "en": "There are {count} barks. Cut it shorter, so that one is left.",
        },
        "middle": {
            "ko": "짖는 가운데에서 잘렸어요. 앞뒤에 조용한 곳이 조금 남게 넉넉히 자르세요.",
            "en": "It cuts through the bark. Leave some silence before it and after it.",
        },
    },
    "01-4": {
        "right": {
            "ko": "이 함수에 개의 크기를 넣으면 밥을 얻은 개의 수, 다른 소리의 크기를 넣으면 속은 횟수가 나와요.",
            "en": "Given the levels of dogs, it counts dogs that got food; given the others, times it was fooled.",
        },
        "strict": {
            "ko": "문턱값과 똑같은 크기를 빠뜨렸어요. ‘이상’은 `>=`예요.",
            "en": "You left out a level that equals the threshold. “At least” is `>=`.",
        },
        "below": {
            "ko": "문턱값보다 작은 소리를 셌어요. dBFS는 음수라서, 0에 가까울수록 커요.",
            "en": "You counted the quieter sounds. dBFS are negative: the closer to 0, the louder.",
        },
        "early": {
            "ko": "첫 번째 크기만 보고 끝났어요. `return`은 `for`가 끝난 다음, 들여쓰기 없이 써요.",
            "en": "You stopped after the first level. `return` comes after the loop, not inside it.",
        },
        "everything": {
            "ko": "크기와 상관없이 모두 셌어요. `if`로 문턱값과 비교하세요.",
            "en": "You counted all of them. Compare each with the threshold by `if`.",
        },
        "other": {
            "ko": "크기 −30, −20, −10과 문턱값 −20이면 답은 2예요. 종이 위에서 한 줄씩 따라가 보세요.",
            "en": "For levels −30, −20, −10 and a threshold of −20 the answer is 2. Follow your lines on paper.",
        },
    },
    "01-5": {
        "right": {
            "ko": "문턱값을 낮추면 찾는 개가 늘 수 있지만 속는 횟수도 그래요. 어느 쪽이 중요한지는 주인이 정해요.",
            "en": "A lower threshold may find more dogs, and be fooled more often. The owner decides what matters.",
        },
        "not_two": {
            "ko": "찾은 개와 속은 횟수, 이렇게 둘을 차례로 돌려주세요: return caught, fooled",
            "en": "Return two numbers, dogs found and times fooled: return caught, fooled",
        },
        "swapped": {
            "ko": "차례가 바뀌었어요. 찾은 개가 먼저, 속은 횟수가 다음이에요.",
            "en": "They are the wrong way round: dogs found first, then times fooled.",
        },
        "strict": {
            "ko": "문턱값과 똑같은 점수를 빠뜨렸어요. ‘이상’은 `>=`예요.",
            "en": "You left out scores that equal the threshold. “At least” is `>=`.",
        },
        "missed": {
            "ko": "둘째가 놓친 개의 수예요. 속은 것은 점수가 문턱값 이상인데 개가 *아닌* 소리예요.",
            "en": "Your second number counts missed dogs. Fooled means a high score where there is *no* dog.",
        },
        "no_label": {
            "ko": "개인지 아닌지 보지 않고 세었어요. 점수가 높은 것 가운데 dog가 True인 것만 찾은 개예요.",
            "en": "You did not ask whether it is a dog. Found are those with a high score whose dog is True.",
        },
        "early": {
            "ko": "첫 번째 소리만 보고 끝났어요. `return`은 `for`가 끝난 다음, 들여쓰기를 줄여서 써요.",
            "en": "You stopped after the first sound. `return` comes after the loop, not inside it.",
        },
        "other": {
            "ko": "점수 0.9, 0.2, 0.7이 개, 개, 다른 소리의 것이고 문턱값이 0.5라면 답은 1과 1이에요.",
            "en": "For scores 0.9, 0.2, 0.7 of a dog, a dog and another sound, and a threshold of 0.5, it is 1 and 1.",
        },
    },
    "01-6": {
        "right": {
            "ko": "늘 “아니요”도, 늘 “네”도 이 점수로는 0.5예요. 그보다 더 받으려면 소리를 들어야 해요.",
            "en": "“Always no” and “always yes” both get 0.5. To get more, it has to listen.",
        },
        "accuracy": {
            "ko": "맞힌 수를 전체로 나눴어요. 그러면 굶는 급식기가 또 이겨요. 비율을 따로 구한 다음 평균을 내세요.",
            "en": "You divided the right answers by all. Then the feeder that feeds nobody wins again. "
            "Take the two shares first, then their mean.",
        },
        "dogs_only": {
            "ko": "찾은 개만 봤어요. 그러면 아무 소리에나 밥을 주는 급식기가 만점이에요.",
            "en": "You looked at the dogs alone. Then a feeder that feeds at any sound gets full marks.",
        },
        "fooled": {
            "ko": "속은 비율을 더했어요. 속을수록 점수가 올라가면 안 되니, 속지 *않은* 비율을 쓰세요.",
            "en": "You added the share of fooled. Being fooled must not raise the score: take the share *not* fooled.",
        },
        "sum": {
            "ko": "두 비율을 더하기만 했어요. 만점이 1이 되도록 2로 나누세요.",
            "en": "You only added the two shares. Divide by 2, so that full marks are 1.",
        },
        "percent": {
            "ko": "100을 곱했어요. 0에서 1 사이의 수로 돌려주세요.",
            "en": "You multiplied by 100. Return a number between 0 and 1.",
        },
        "other": {
            "ko": "찾은 개의 비율과 속지 않은 비율을 따로 구한 다음, 둘의 평균을 내세요.",
            "en": "Take the share of dogs found and the share of others that did not fool it, then the mean of both.",
        },
    },
}


def check_01_1(answer):
    """How many numbers three seconds of stereo at 48 000 Hz are."""
    if answer == 48_000 * 3:
        raise Wrong("one_channel")
    if answer == 22_050 * 3 * 2:
        raise Wrong("our_rate")
    if answer != 48_000 * 3 * 2:
        raise Wrong("other")


def check_01_2(rate):
    """The rate at which one second of 22 050 Hz sounds an octave higher."""
    if abs(rate - 44_100) <= 441:
        return
    if rate == 22_050:
        raise Wrong("same")
    if 0 < rate <= 10:
        raise Wrong("factor")
    raise Wrong("slower" if 0 < rate < 22_050 else "other")


def check_01_3(one_bark):
    """Samples in which one bark sounds, with silence on both sides."""
    samples = np.asarray(one_bark, dtype=float)
    if samples.ndim != 1 or 0 < samples.size < 3:
        raise Wrong("not_samples")
    if samples.size < RATE // 50:
        raise Wrong("empty", count=samples.size)
    parts = [np.abs(part).max() > 0.05 for part in np.array_split(samples, samples.size // 220)]
    loud = np.convolve(parts, np.ones(5)) > 0  # a bark that dips for some 10 ms is still one
    barks = int(loud[0]) + np.count_nonzero(np.diff(loud.astype(int)) == 1)
    if barks == 0:
        raise Wrong("silent", seconds=f"{samples.size / RATE:.2f}")
    if barks > 1:
        raise Wrong("several", count=barks)
    if parts[0] or parts[-1]:
        raise Wrong("middle")


def check_01_4(count_fed):
    """How many levels reach a threshold."""
    levels, threshold = [-31.5, -20.0, -12.0, -20.0, -4.5, -44.0, -9.0], -20.0
    ideas = [
        ("strict", sum(level > threshold for level in levels)),
        ("below", sum(level < threshold for level in levels)),
        ("everything", len(levels)),
        ("early", 0),
    ]
    if (result := ask(count_fed, levels, threshold)) != sum(level >= threshold for level in levels):
        raise Wrong(idea_behind(ideas, result))
    if ask(count_fed, [-3.0, -50.0, -2.0], -10.0) != 2 or ask(count_fed, [], -10.0) != 0:
        raise Wrong("other")


def check_01_5(count_both):
    """(dogs found, times fooled) of scores, labels and a threshold."""
    cases = [
        ([0.9, 0.2, 0.7, 0.8, 0.5, 0.6, 0.1], [True, True, False, True, True, False, False], 0.5),
        ([0.3, 0.95, 0.85, 0.9], [False, False, True, True], 0.85),
        ([0.4], [False], 0.2),
    ]
    for scores, is_dog, threshold in cases:
        pairs = list(zip(scores, is_dog, strict=True))
        caught = sum(score >= threshold for score, dog in pairs if dog)
        fooled = sum(score >= threshold for score, dog in pairs if not dog)
        result = ask(count_both, scores, is_dog, threshold)
        if np.shape(result) != (2,):
            raise Wrong("not_two")
        over = [sum(score > threshold for score, dog in pairs if dog is wanted) for wanted in (True, False)]
        ideas = [
            ("swapped", (fooled, caught)),
            ("strict", tuple(over)),
            ("missed", (caught, sum(is_dog) - caught)),
            ("no_label", (caught + fooled, fooled)),
            ("no_label", (caught + fooled, 0)),
            ("early", (int(is_dog[0] and scores[0] >= threshold), int(not is_dog[0] and scores[0] >= threshold))),
        ]
        if tuple(result) != (caught, fooled):
            raise Wrong(idea_behind(ideas, tuple(result)))


def check_01_6(fair_score):
    """Balanced accuracy, from the dogs caught and the others that fooled."""
    cases = [(8, 10, 9, 90), (0, 165, 0, 285), (165, 165, 285, 285), (3, 4, 1, 10)]
    for caught, dogs, fooled, others in cases:
        found, passed = caught / dogs, 1 - fooled / others
        right = (found + passed) / 2
        result = ask(fair_score, caught, dogs, fooled, others)
        ideas = [
            ("accuracy", (caught + others - fooled) / (dogs + others)),
            ("dogs_only", found),
            ("fooled", (found + fooled / others) / 2),
            ("sum", found + passed),
            ("percent", 100 * right),
        ]
        if abs(result - right) > 1e-6:
            raise Wrong(idea_behind(ideas, result, tolerance=1e-6))
