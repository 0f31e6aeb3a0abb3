"""Checks of lesson 03: what is in a data set, and how channels become one."""

import numpy as np

from exercises import Wrong, ask, idea_behind

SENTENCES = {
    "03-1": {
        "right": {
            "ko": "파일이 몇 개인지가 아니라 소리가 몇 초인지 세었네요. 짧은 파일 백 개보다 긴 파일 몇 개에 소리가 더 "
            "많을 때도 있어요.",
            "en": "You counted seconds of sound, not files. A few long files often hold more than a hundred short "
            "ones.",
        },
        "not_a_dict": {
            "ko": "딕셔너리를 돌려주세요. 이름표를 넣으면 초가 나오는 표예요.",
            "en": "Return a dictionary: label in, seconds out.",
        },
        "labels": {
            "ko": "이름표가 {result}(으)로 나왔어요. {wanted}이(가) 하나씩 있어야 해요.",
            "en": "Its labels are {result}. Each of these should be there once: {wanted}.",
        },
        "count": {
            "ko": "초가 아니라 파일의 개수를 세었어요. 1 대신 초를 더해 보세요.",
            "en": "That counts files, not seconds. Add the seconds instead of 1.",
        },
        "last": {
            "ko": "이름표마다 마지막 파일의 초만 남았어요. 새 값을 넣으면 전에 있던 값이 지워져요. 전에 있던 값에 "
            "더하세요.",
            "en": "Each label has the seconds of its last file only: a new value wipes out the one before. Add to "
            "what is there.",
        },
        "first": {
            "ko": "이름표마다 처음 만난 파일의 초만 들어 있어요. 이미 있는 이름표에도 더해야 해요.",
            "en": "Each label has the seconds of its first file only. Add to labels that are there already, too.",
        },
        "mean": {
            "ko": "파일 하나의 평균 길이가 나왔어요. 개수로 나누지 말고 모두 더한 값을 돌려주세요.",
            "en": "That is the mean length of a file. Return the total, without dividing by the number of files.",
        },
        "whole": {
            "ko": "소수점 아래가 사라졌어요. 짖는 소리는 1초도 안 될 때가 많아요. int나 round를 쓰지 말고 그대로 "
            "더하세요.",
            "en": "What follows the decimal point is lost, and many barks are shorter than a second. Add without int "
            "or round.",
        },
        "kept": {
            "ko": "첫 번째에는 맞았는데, 빈 목록을 주어도 전에 센 값이 남아 있어요. 빈 딕셔너리를 함수 안에서 새로 "
            "만드세요.",
            "en": "It was right the first time, but given an empty list it still holds what it counted before. Make "
            "the empty dictionary inside the function.",
        },
        "other": {
            "ko": "dog_bark가 {result}초라고 했는데, {wanted}초가 나와야 해요. 짝이 같은 이름표를 가질 때 무엇을 "
            "더하는지 찍어 보세요.",
            "en": "It gives dog_bark {result} s, but {wanted} s is right. Print what you add each time a label comes "
            "round again.",
        },
    },
    "03-2": {
        "right": {
            "ko": "채널이 몇 개든 평균은 -1…1을 벗어나지 않아요.",
            "en": "However many channels there are, their mean never leaves -1…1.",
        },
        "axis": {
            "ko": "결과의 모양이 {shape}예요. 시간을 따라 평균을 내서 소리가 숫자 몇 개로 줄었어요. axis를 바꾸어 "
            "보세요.",
            "en": "The result has the shape {shape}: the mean ran along time, and the sound shrank to a few numbers. "
            "Change axis.",
        },
        "still_two": {
            "ko": "결과의 모양이 {shape}로 아직 2차원이에요. 모노는 [samples] 하나뿐이에요. keepdims나 [:, :1]처럼 "
            "축을 남기는 것을 빼 보세요.",
            "en": "The result has the shape {shape}, still two axes. Mono has only [samples]. Drop what keeps an "
            "axis, such as keepdims or [:, :1].",
        },
        "shape": {
            "ko": "결과의 모양이 {shape}예요. 표본마다 숫자 하나씩, [samples] 모양의 배열이어야 해요. 채널을 이어 "
            "붙이지 말고 한데 섞으세요.",
            "en": "The result has the shape {shape}. It should be an array [samples], one number for each sample. Mix "
            "the channels, do not string them together.",
        },
        "sum": {
            "ko": "채널이 {channels}개일 때 더하기만 해서 1을 넘는 값이 나왔어요. 파일에 담으면 꼭대기가 잘려요.",
            "en": "With {channels} channels you added without dividing, so values exceed 1. In a file their tops "
            "would be cut off.",
        },
        "cut": {
            "ko": "더한 다음 -1…1로 잘랐어요. 넘치지는 않지만 꼭대기가 잘려서 찌그러져요. 처음부터 넘치지 않게 하세요.",
            "en": "You added, then cut at -1…1. Nothing overflows, but tops are lost and the sound is distorted. See "
            "that it never overflows.",
        },
        "first": {
            "ko": "첫 번째 채널만 골랐어요. 개가 다른 쪽 마이크 앞에서 짖었다면 놓쳐요. 모든 채널을 써 주세요.",
            "en": "You took the first channel only. A dog that barked into the other microphone is lost. Use all "
            "channels.",
        },
        "two_only": {
            "ko": "채널이 두 개일 때는 맞았는데, {channels}개일 때도 2로 나누었어요. 채널의 수로 나누어 주세요.",
            "en": "Right for two channels, but with {channels} you still divided by 2. Divide by the number of "
            "channels.",
        },
        "other": {
            "ko": "채널이 {channels}개일 때 평균과 다른 값이 나왔어요. 표본 하나를 골라 손으로 평균을 내고 견주어 "
            "보세요.",
            "en": "With {channels} channels the values are not the mean. Pick one sample, average it by hand, and "
            "compare.",
        },
    },
}


def check_03_1(answer):
    """A function (list of (label, seconds)) → dict of label → all its seconds."""
    pairs = [("dog_bark", 1.25), ("siren", 4.0), ("dog_bark", 2.5), ("cat", 0.5), ("dog_bark", 0.75), ("siren", 1.5)]
    wanted = {"dog_bark": 4.5, "siren": 5.5, "cat": 0.5}
    totals = _dictionary(ask(answer, list(pairs)))
    if set(totals) != set(wanted):
        raise Wrong("labels", result=", ".join(map(str, totals)), wanted=", ".join(wanted))
    ideas = [
        ("count", {"dog_bark": 3, "siren": 2, "cat": 1}),
        ("last", {"dog_bark": 0.75, "siren": 1.5, "cat": 0.5}),
        ("first", {"dog_bark": 1.25, "siren": 4.0, "cat": 0.5}),
        ("mean", {"dog_bark": 1.5, "siren": 2.75, "cat": 0.5}),
        ("whole", {label: round(seconds) for label, seconds in wanted.items()}),
        ("whole", {label: int(seconds) for label, seconds in wanted.items()}),
    ]
    for idea, expected in ideas:
        if _equal(totals, expected):
            raise Wrong(idea)
    if not _equal(totals, wanted):
        raise Wrong("other", result=totals["dog_bark"], wanted=wanted["dog_bark"])
    if _dictionary(ask(answer, [])):
        raise Wrong("kept")


def _dictionary(totals):
    if not hasattr(totals, "keys"):
        raise Wrong("not_a_dict")
    return dict(totals)


def _equal(totals, others):
    try:
        return all(np.isclose(float(totals[label]), seconds) for label, seconds in others.items())
    except (TypeError, ValueError):
        return False


def check_03_2(answer):
    """A function (samples [n, channels]) → samples [n], the mean of the channels."""
    for channels in (2, 1, 8):
        samples = np.random.default_rng(channels).uniform(-1, 1, (50, channels))
        mean, total = samples.mean(axis=1), samples.sum(axis=1)
        result = _array(ask(answer, samples.copy()))
        values = {"channels": channels, "shape": list(result.shape)}
        if result.shape in {(channels,), ()}:
            raise Wrong("axis", **values)
        if result.shape != mean.shape:
            raise Wrong("still_two" if result.ndim == 2 else "shape", **values)
        if np.allclose(result, mean, atol=1e-6):
            continue
        ideas = [("sum", total), ("cut", total.clip(-1, 1)), ("first", samples[:, 0]), ("two_only", total / 2)]
        raise Wrong(idea_behind(ideas, result, tolerance=1e-6), **values)


def _array(result):
    try:
        return np.asarray(result, dtype=float)
    except (TypeError, ValueError):
        raise Wrong("shape", channels=2, shape=type(result).__name__) from None
