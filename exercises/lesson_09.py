"""Checks of lesson 09: takes that are any use, rooms that give a label away, takes left out."""

import numpy as np

from exercises import Wrong, ask, idea_behind

SENTENCES = {
    "09-1": {
        "right": {
            "ko": "종도 뒤의 잡음도 똑같이 커졌지요? 키운다고 종이 또렷해지지는 않아요. 마이크에 다가가는 것이 나아요.",
            "en": "Bell and hiss have grown alike, haven't they? Coming closer makes a bell clearer; this does not.",
        },
        "not_samples": {
            "ko": "받은 배열과 길이가 같은 배열을 돌려주세요.",
            "en": "Return an array as long as the one you were given.",
        },
        "added": {
            "ko": "데시벨을 표본에 더했어요. 더하면 파형이 위로 밀릴 뿐이에요. 표본에는 몇 배인지를 곱해요.",
            "en": "You added decibels to the samples, which only shifts the waveform. Samples are multiplied.",
        },
        "power": {
            "ko": "10으로 나누었네요. 파워라면 맞지만, 표본은 진폭이니 20으로 나누어야 해요.",
            "en": "You divided by 10, which is for power. Samples are amplitudes: divide by 20.",
        },
        "whole": {
            "ko": "지금 크기를 빼지 않았어요. 몇 dB를 키울지는 목표와 지금의 차이예요.",
            "en": "You did not subtract the present level. The gain is what the goal lies above it.",
        },
        "turned": {
            "ko": "거꾸로 뺐어요. 키워야 할 때 줄어들었어요.",
            "en": "The difference is turned round: it grows quieter where it should grow louder.",
        },
        "other": {
            "ko": "목표는 {wanted} dBFS인데 {result} dBFS가 되었어요.",
            "en": "The goal was {wanted} dBFS, and it came out at {result} dBFS.",
        },
    },
    "09-2": {
        "right": {
            "ko": "틀린 이름표가 걸렸지요? 그 때문에 죄 없는 테이크도 걸릴 수 있으니, 고치기 전에 들어 보세요.",
            "en": "Has the wrong label been caught? It may drag in innocent takes, so listen before you mend.",
        },
        "segments": {
            "ko": "조각 하나만 틀려도 넣었어요. 녹음마다 확률의 **평균**을 내 주세요.",
            "en": "One segment was enough for you. Take the **mean** of each recording.",
        },
        "low": {
            "ko": "확률이 낮은 녹음을 모두 넣었어요. 신호가 아니라면 낮은 것이 맞아요. 이름표와 견줘 주세요.",
            "en": "You took every recording with a low probability. Where there is no signal that is right: compare.",
        },
        "one_side": {
            "ko": "신호라고 적힌 것만 살폈어요. 신호가 아니라고 적혔는데 확률이 높은 것도 수상해요.",
            "en": "You looked at those labelled as the signal only. A high probability without the label counts, too.",
        },
        "agree": {
            "ko": "이름표와 **같은** 쪽인 녹음이에요. 다른 쪽인 것을 돌려주세요.",
            "en": "These agree with their labels. Return those that do not.",
        },
        "other": {
            "ko": "{wanted}이어야 하는데 {found}이(가) 나왔어요.",
            "en": "It should be {wanted}, but it is {found}.",
        },
    },
    "09-3": {
        "right": {
            "ko": "이제 환풍기는 종이 아닌 소리에도 있고, 종은 환풍기 없이도 울려요. 환풍기만 듣고는 답할 수 없어요.",
            "en": "Now the fan runs without a bell, and the bell rings without the fan: the fan alone tells nothing.",
        },
        "pairs": {
            "ko": '(이름표, 장소) 쌍을 적으세요. 이름표는 "bell", "whistle", "other", 장소는 "kitchen", "hall"이에요.',
            "en": 'Give a list of pairs: a label ("bell", "whistle", "other") and a place ("kitchen", "hall").',
        },
        "many": {"ko": "{count}쌍을 적었어요. 두 쌍이면 충분해요.", "en": "You wrote {count} pairs. Two are enough."},
        "same": {
            "ko": "부엌에서는 여전히 종만 녹음했어요. 환풍기가 종이 아니라는 것을 알려 줄 소리가 부엌에 있어야 해요.",
            "en": "In the kitchen there are still bells only. Something there must show that the fan is not the bell.",
        },
        "always": {
            "ko": "종은 여전히 환풍기 옆에서만 울려요. 환풍기가 없는 곳의 종도 들려주세요.",
            "en": "The bell still rings beside the fan only. Let it be heard where there is no fan, too.",
        },
    },
    "09-4": {
        "right": {
            "ko": "찾은 것과 오경보를 함께 세야 공평해요. 한쪽만 좋게 만드는 것은 쉬우니까요.",
            "en": "Found and false together make a fair account: either alone is easily made good.",
        },
        "mean": {
            "ko": "소리마다 확률의 평균을 냈어요. 급식기는 한 창만 넘어도 밥을 줘요. `max`를 쓰세요.",
            "en": "You took the mean of each sound. The feeder needs one window only: take `max`.",
        },
        "windows": {
            "ko": "{result}은(는) 창의 수예요. 소리마다 한 번만 세어 주세요.",
            "en": "{result} is a number of windows. Count each sound once.",
        },
        "half": {
            "ko": "0.5와 견줬어요. 모델마다 문턱값이 달라요. `model.threshold`를 쓰세요.",
            "en": "You compared with 0.5. Each model has its own threshold: `model.threshold`.",
        },
        "strict": {
            "ko": "문턱값과 꼭 같은 확률도 알림이에요. `>` 말고 `>=`를 쓰세요.",
            "en": "A probability equal to the threshold is an alarm, too: write `>=`, not `>`.",
        },
        "other": {
            "ko": "소리 {count}개 가운데 {wanted}개여야 하는데 {result}이(가) 나왔어요.",
            "en": "Of {count} sounds it should be {wanted}, but it is {result}.",
        },
    },
    "09-5": {
        "right": {
            "ko": "테이크마다 한 번씩 시험을 보고 나머지로 배워요. 테이크가 적을수록 이렇게 시험해요.",
            "en": "Each take is the test once, and the others teach: the fewer takes, the more you need it.",
        },
        "not_rows": {
            "ko": "테이크의 이름이 아니라 조각의 번호(0부터)를 담은 쌍들을 돌려주세요: [([2, 3], [0, 1]), …]",
            "en": "Return pairs of numbers of segments (from 0), not names: [([2, 3], [0, 1]), …]",
        },
        "segments": {
            "ko": "조각을 하나씩 뺐네요. 테이크가 {takes}개인데 쌍이 {segments}개라, 같은 테이크의 조각으로 배워요.",
            "en": "You left out single segments: {segments} pairs for {takes} takes, so a take teaches about itself.",
        },
        "both": {
            "ko": "시험 볼 조각이 배울 조각에도 있어요. 뺀 테이크는 배울 쪽에서 없애야 해요.",
            "en": "Tested segments are also learnt from. The take left out must not teach.",
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
    """A function (samples, level) → the samples at this RMS level (dBFS)."""
    noise = np.random.default_rng(0).standard_normal(RATE)
    for gain, wanted in ((0.001, -20.0), (0.3, -26.0), (0.01, -30.0)):
        samples = gain * noise
        now = _dbfs(samples)
        result = _samples(ask(answer, samples.copy(), wanted), len(samples))
        ideas = [
            ("added", samples + wanted - now),
            ("added", samples + wanted),
            ("power", samples * 10 ** ((wanted - now) / 10)),
            ("whole", samples * 10 ** (wanted / 20)),
            ("whole", samples * 10 ** (-wanted / 20)),
            ("turned", samples * 10 ** ((now - wanted) / 20)),
        ]
        if not np.allclose(result, samples * 10 ** ((wanted - now) / 20), rtol=0.01, atol=1e-9):
            idea = idea_behind(ideas, result, tolerance=1e-6)
            raise Wrong(idea, wanted=f"{wanted:g}", result=f"{_dbfs(result):.1f}")


def _samples(result, count):
    try:
        samples = np.asarray(result, dtype=float)
    except (TypeError, ValueError):
        raise Wrong("not_samples") from None
    if samples.shape != (count,):
        raise Wrong("not_samples")
    return samples


def _dbfs(samples):
    return 20 * np.log10(max(float(np.sqrt(np.mean(np.square(samples)))), 1e-10))


def check_09_2(answer):
    """A function (recording, probability and label of each segment) → recordings whose mean is on the wrong side."""
    recording = np.array(["a", "b", "a", "c", "c", "d", "b", "e", "d"])
    y = np.isin(recording, ["a", "c", "e"])
    for prob in ([0.9, 0.1, 0.8, 0.3, 0.4, 0.7, 0.2, 0.5, 0.6], [0.9, 0.1, 0.4, 0.2, 0.1, 0.3, 0.6, 0.9, 0.2]):
        prob, names = np.array(prob), np.unique(recording)
        mean = np.array([prob[recording == name].mean() for name in names])
        label = np.array([y[recording == name][0] for name in names])
        odd = (mean >= 0.5) != label
        found, wanted = [str(name) for name in ask(answer, recording, prob, y)], names[odd].tolist()
        if sorted(found) == wanted:
            continue
        ideas = [("agree", names[~odd]), ("one_side", names[odd & label]), ("low", names[mean < 0.5])]
        ideas.append(("segments", np.unique(recording[(prob >= 0.5) != y])))
        idea = idea_behind([(name, sorted(idea)) for name, idea in ideas], sorted(found))
        raise Wrong(idea, wanted=", ".join(wanted), found=", ".join(found) or "[]")


def check_09_3(answer):
    """What to record, as (label, place): the fan no longer goes with the bell, nor the bell with the fan."""
    try:
        more = {(label, place) for label, place in answer}
    except (TypeError, ValueError):
        raise Wrong("pairs") from None
    if not more <= {(label, place) for label in ("bell", "whistle", "other") for place in ("kitchen", "hall")}:
        raise Wrong("pairs")
    if len(more) > 2:
        raise Wrong("many", count=len(more))
    if not any(label != "bell" and place == "kitchen" for label, place in more):
        raise Wrong("same")
    if ("bell", "hall") not in more:
        raise Wrong("always")


class _Judge:
    """A model that is as sure of a window as its first sample says."""

    def __init__(self, threshold):
        self.threshold = threshold

    def score(self, windows):
        return np.asarray(windows)[:, 0]


def check_09_4(answer):
    """A function (model, sounds) → how many of the sounds have a window that reaches the model's threshold."""
    loud = [[0.8, 0.9, 0.2], [0.8, 0.9, 0.76], [0.6, 0.3, 0.1], [0.1, 0.2, 0.3], [0.2, 0.7, 0.1]]
    probs = np.array([*loud, [0.1, 0.1, 0.1], [0.2, 0.1, 0.1], [0.1, 0.2, 0.2]])
    for threshold in (0.75, 0.7, 0.25):
        result = int(ask(answer, _Judge(threshold), [np.repeat(row, RATE) for row in probs]))
        if result == (wanted := int(np.sum(probs.max(axis=1) >= threshold))):
            continue
        ideas = [("mean", np.sum(probs.mean(axis=1) >= threshold)), ("windows", np.sum(probs >= threshold))]
        ideas += [("half", np.sum(probs.max(axis=1) >= 0.5)), ("strict", np.sum(probs.max(axis=1) > threshold))]
        raise Wrong(idea_behind(ideas, result), count=len(probs), wanted=wanted, result=result)


def check_09_5(answer):
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
