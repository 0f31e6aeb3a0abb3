"""Checks of lesson 09: whether a take is any use, and leaving takes out one by one."""

import numpy as np

from exercises import Wrong, ask, idea_behind

SENTENCES = {
    "09-1": {
        "right": {
            "ko": "종은 잠깐 울리고 나머지는 조용하니, 가장 큰 1초를 봐야 해요. 도우미 Takes도 이렇게 걸러요.",
            "en": "A bell rings for a moment and the rest is quiet, so it is the loudest second that counts. The "
            "helper Takes sorts them the same way.",
        },
        "word": {
            "ko": '답은 "clipped", "quiet", "good" 가운데 하나여야 하는데 {result}이(가) 나왔어요.',
            "en": 'The answer is one of "clipped", "quiet" and "good", and yours was {result}.',
        },
        "one_side": {
            "ko": "아래쪽으로 잘린 소리를 놓쳤어요. 파형은 1뿐 아니라 −1에서도 잘려요. 절댓값을 보세요.",
            "en": "A sound that is cut off below was missed. A waveform is cut at −1 as well as at 1: look at "
            "absolute values.",
        },
        "any_sample": {
            "ko": "표본 하나가 끝에 닿았다고 잘린 것은 아니에요. 그런 표본이 열 개는 되어야 해요.",
            "en": "One sample at full scale does not mean that it is cut. There have to be ten of them.",
        },
        "whole": {
            "ko": "녹음 전체의 크기를 쟀네요. 열 초 가운데 한 번 울린 종은 평균에 묻혀요. 1초씩 나누어 가장 큰 것을 "
            "보세요.",
            "en": "You measured the whole take. A bell that rings once in ten seconds is lost in that mean. Divide it "
            "into seconds, and take the loudest.",
        },
        "quietest": {
            "ko": "가장 조용한 1초를 봤네요. 종과 종 사이는 조용한 것이 당연해요. 가장 큰 1초를 보세요.",
            "en": "You took the quietest second. Between two rings it may well be quiet. Take the loudest one.",
        },
        "peak": {
            "ko": '가장 높은 표본을 크기로 봤네요. "딱" 하는 표본 하나는 소리 크기가 아니에요. 1초 동안의 제곱 평균을 '
            "쓰세요.",
            "en": "You took the highest sample for the level. One sample that clicks is not a level: use the mean of "
            "the squares over a second.",
        },
        "power": {
            "ko": "로그에 10을 곱했네요. 진폭의 dB는 20 · log10이에요. 10은 제곱한 값, 곧 파워에 곱해요.",
            "en": "You multiplied the logarithm by 10. For amplitudes, dB are 20 · log10; 10 belongs to squares, that "
            "is, to power.",
        },
        "other": {
            "ko": '‘{name}’ 녹음은 "{wanted}"인데 "{result}"라고 했어요.',
            "en": 'The take “{name}” is "{wanted}", and you said "{result}".',
        },
    },
    "09-2": {
        "right": {
            "ko": "테이크마다 한 번씩 시험을 보고, 그때마다 나머지로 배워요. 테이크가 적을수록 이렇게 시험해야 해요.",
            "en": "Each take is the test once, and the others teach. The fewer takes there are, the more you need a "
            "test like this.",
        },
        "not_rows": {
            "ko": "테이크의 이름이 아니라 조각의 번호(0부터)를 담은 쌍들을 돌려주세요. 예: [([2, 3], [0, 1]), …]",
            "en": "Return pairs with the numbers of segments (from 0), not the names of takes, such as [([2, 3], [0, "
            "1]), …]",
        },
        "segments": {
            "ko": "조각을 하나씩 뺐네요. 테이크가 {takes}개인데 쌍이 {segments}개예요. 그러면 같은 테이크의 다른 "
            "조각으로 배우게 돼요.",
            "en": "You left out one segment at a time: {segments} pairs for {takes} takes. So another segment of the "
            "same take is learnt from.",
        },
        "both": {
            "ko": "시험 볼 조각이 배울 조각에도 들어 있어요. 뺀 테이크는 배울 쪽에서 없애야 해요.",
            "en": "Segments to be tested are also learnt from. The take that is left out must not be among those that "
            "teach.",
        },
        "turned": {
            "ko": "순서가 거꾸로예요. 쌍의 첫째는 배울 조각, 둘째가 시험 볼 조각이에요.",
            "en": "The order is turned round: first the segments to learn from, then those to test.",
        },
        "mixed": {
            "ko": "여러 테이크를 한꺼번에 시험하고 있어요. 한 번에 한 테이크만 빼 두세요.",
            "en": "Several takes are tested at once. Leave out one take at a time.",
        },
        "missing": {
            "ko": "테이크 {takes}개 가운데 {tested}개만 시험했어요. 모든 테이크가 한 번씩 시험을 봐야 해요.",
            "en": "Only {tested} of {takes} takes are tested. Each take must be the test once.",
        },
        "wasted": {
            "ko": "배울 수 있는 조각을 버렸어요. 시험 볼 테이크를 뺀 나머지는 모두 배우는 데 쓰세요.",
            "en": "Some segments are wasted. Whatever does not belong to the tested take can teach.",
        },
    },
}

RATE = 22_050


def check_09_1(answer):
    """A function of a take → ``"clipped"``, ``"quiet"`` or ``"good"``."""
    takes = _takes()
    results = {name: ask(answer, take.copy()) for name, take in takes.items()}
    for word in results.values():
        if word not in ("clipped", "quiet", "good"):
            raise Wrong("word", result=word)
    words = {name: _words(take) for name, take in takes.items()}
    wanted = {name: words[name]["right"] for name in takes}
    ideas = []
    for idea in ("one_side", "any_sample", "whole", "quietest", "peak", "power"):
        ideas.append((idea, {name: words[name][idea] for name in takes}))
    for name in takes:
        if results[name] != wanted[name]:
            raise Wrong(idea_behind(ideas, results), name=name, result=results[name], wanted=wanted[name])


def _takes():
    """Name → take; each is judged wrongly by one of the misconceptions."""
    noise = np.random.default_rng(0).standard_normal(RATE)
    noise = noise / np.sqrt(np.mean(noise**2))
    silence = np.zeros(RATE)
    cut, touched, click = 0.1 * noise, 0.1 * noise, silence.copy()
    cut[5000:5020], touched[5000], click[5000] = -1.0, 1.0, 0.5
    faint = 10 ** (-35 / 20) * noise
    return {
        "steady": np.concatenate([0.1 * noise, 0.1 * noise]),
        "cut_below": np.concatenate([0.1 * noise, cut]),
        "touched_once": np.concatenate([touched, 0.1 * noise]),
        "whisper": 10 ** (-65 / 20) * np.concatenate([noise, noise]),
        "once_then_silence": np.concatenate([0.1 * noise, silence]),
        "click": np.concatenate([click, silence]),
        "one_second_of_ten": np.concatenate([silence] * 4 + [faint] + [silence] * 5),
    }


def _words(take):
    """The right word for a take, and the word each misconception leads to."""
    clipped = np.sum(np.abs(take) >= 0.999) >= 10
    levels = [_decibels(second) for second in take.reshape(-1, RATE)]
    peak = 20 * np.log10(np.abs(take).max())
    return {
        "right": _word(clipped, max(levels)),
        "one_side": _word(np.sum(take >= 0.999) >= 10, max(levels)),
        "any_sample": _word(np.abs(take).max() >= 0.999, max(levels)),
        "whole": _word(clipped, _decibels(take)),
        "quietest": _word(clipped, min(levels)),
        "peak": _word(clipped, peak),
        "power": _word(clipped, max(levels) / 2),
    }


def _word(clipped, level):
    if clipped:
        return "clipped"
    return "quiet" if level < -40 else "good"


def _decibels(samples):
    return 20 * np.log10(max(float(np.sqrt(np.mean(np.square(samples)))), 1e-10))


def check_09_2(answer):
    """A function (the take of each segment) → list of (rows to learn from, rows to test), a pair for each take."""
    for takes in (["b1", "b1", "w1", "b2", "w1", "w1", "b2"], ["w3", "b7", "w3", "b7", "w4"], ["x", "y"]):
        pairs = _pairs(ask(answer, np.array(takes)), takes)
        tested = sorted(row for _, test in pairs for row in test)
        names = [({takes[row] for row in learn}, {takes[row] for row in test}) for learn, test in pairs]
        if any(set(learn) & set(test) for learn, test in pairs):
            raise Wrong("both")
        if any(len(test) > 1 for _, test in names):
            raise Wrong("turned" if all(len(learn) == 1 for learn, _ in names) else "mixed")
        if tested != list(range(len(takes))):
            raise Wrong("missing", tested=len({takes[row] for row in tested}), takes=len(set(takes)))
        if any(len(learn) + len(test) != len(takes) for learn, test in pairs):
            raise Wrong("wasted")
        if any(learn & test for learn, test in names):
            raise Wrong("segments", segments=len(pairs), takes=len(set(takes)))


def _pairs(result, takes):
    """The answer as a list of pairs of lists of row numbers."""
    try:
        pairs = [([int(row) for row in learn], [int(row) for row in test]) for learn, test in result]
    except (TypeError, ValueError):
        raise Wrong("not_rows") from None
    if any(not 0 <= row < len(takes) for learn, test in pairs for row in learn + test):
        raise Wrong("not_rows")
    return pairs
