"""Checks of lesson 06: what an epoch's loss is, and numbers that do not depend on an order."""

import numpy as np

from exercises import Wrong, ask, idea_behind

SENTENCES = {
    "06-1": {
        "right": {
            "ko": "배치의 평균에 조각 수를 곱해 더하고, 모든 조각의 수로 나눴네요. 작은 마지막 배치도 제 몫만큼만 "
            "말해요.",
            "en": "Each batch's mean counts as often as it has segments. Now a small last batch has no more say than "
            "it should.",
        },
        "last": {
            "ko": "손실 {losses}, 조각 수 {sizes}에 {result}라고 했어요. 안내서처럼 마지막 배치의 손실만 돌려줬네요. "
            "에폭 전체를 보아야 해요.",
            "en": "For losses {losses} and sizes {sizes} it says {result}: the last batch alone, as the guide did. "
            "The epoch is all of them.",
        },
        "batches": {
            "ko": "손실 {losses}, 조각 수 {sizes}에 {result}라고 했어요. 배치마다 똑같이 한 표씩 줬네요. 조각이 적은 "
            "배치가 그만큼 큰 목소리를 내게 돼요.",
            "en": "For losses {losses} and sizes {sizes} it says {result}: each batch has one vote, so that the "
            "segments of a small batch count for more than others.",
        },
        "total": {
            "ko": "손실 {losses}, 조각 수 {sizes}에 {result}라고 했어요. 조각 수를 곱해 더한 것까지 맞아요. 이제 모든 "
            "조각의 수로 나눠 주세요.",
            "en": "For losses {losses} and sizes {sizes} it says {result}. The sum over all segments is right; now "
            "divide by how many segments there are.",
        },
        "sum": {
            "ko": "손실 {losses}, 조각 수 {sizes}에 {result}라고 했어요. 손실을 더하기만 하면 배치가 많을수록 커져요. "
            "조각 하나에 대한 평균을 내 주세요.",
            "en": "For losses {losses} and sizes {sizes} it says {result}: a mere sum grows with the number of "
            "batches. Give the mean of a segment.",
        },
        "divided_by_batches": {
            "ko": "손실 {losses}, 조각 수 {sizes}에 {result}라고 했어요. 조각 수를 곱한 다음에는 배치의 수가 아니라 "
            "조각의 수로 나눠야 해요.",
            "en": "For losses {losses} and sizes {sizes} it says {result}. What was multiplied by segments must be "
            "divided by segments, not by batches.",
        },
        "other": {
            "ko": "손실 {losses}, 조각 수 {sizes}에 {result}라고 했어요. {wanted}가 나와야 해요. 배치마다 손실 × 조각 "
            "수를 찍어 보세요.",
            "en": "For losses {losses} and sizes {sizes} it says {result}; it should be {wanted}. Print loss × size "
            "for each batch.",
        },
    },
    "06-2": {
        "right": {
            "ko": "정렬한 이름표에 번호를 매겼으니, 어느 컴퓨터에서나 개는 같은 번호예요.",
            "en": "The order no longer matters: on every computer, the dog has the same number.",
        },
        "order": {
            "ko": "목록의 첫 이름표가 {first}일 때와 {other}일 때의 번호가 서로 달라요. 나온 차례나 set의 차례는 믿을 "
            "수 없어요. 정렬한 다음에 번호를 매겨 보세요.",
            "en": "A list that begins with {first} and one that begins with {other} get different numbers. Neither "
            "the order of the list nor that of a set can be relied on: sort before numbering.",
        },
        "gaps": {
            "ko": "번호가 {result}이에요. 0부터 하나씩 빈틈없이 이어져야 해요. 되풀이되는 이름표를 먼저 하나로 줄여 "
            "보세요.",
            "en": "The numbers are {result}. They should run from 0 without gaps or repeats: take away repeated "
            "labels first.",
        },
        "from_one": {
            "ko": "번호가 {result}이에요. 신경망의 첫 점수는 0번이니, 0부터 세어 주세요.",
            "en": "The numbers are {result}. A network's first score is number 0, so begin with 0.",
        },
        "turned": {
            "ko": "번호 → 이름표로 뒤집혀 있어요. 이름표로 번호를 찾을 수 있게, 이름표 → 번호로 돌려주세요.",
            "en": "This leads from number to label. Turn it round, label → number, so that a label finds its number.",
        },
        "not_a_dict": {
            "ko": '{kind}을(를) 돌려줬어요. 이름표 → 번호 딕셔너리를 돌려주세요: {{"dog_bark": 0, …}}처럼요.',
            "en": 'It returned a {kind}. Return a dictionary label → number, such as {{"dog_bark": 0, …}}.',
        },
        "labels": {
            "ko": "번호를 매긴 이름표가 {result}이에요. 목록에 나오는 이름표({wanted}) 모두에, 그리고 그것에만 번호를 "
            "매겨 주세요.",
            "en": "The labels numbered are {result}. Number all labels of the list ({wanted}), and no others.",
        },
    },
}


def check_06_1(answer):
    """A function (mean loss of each batch, segments in each batch) → the mean loss of a segment."""
    for losses, sizes in (([1.0, 3.0, 0.5], [32, 32, 6]), ([0.2, 0.9], [10, 30]), ([0.7], [5])):
        total = float(np.dot(losses, sizes))
        wanted = total / sum(sizes)
        result = float(ask(answer, np.array(losses), np.array(sizes)))
        if np.isclose(result, wanted, atol=1e-4):
            continue
        ideas = [
            ("last", losses[-1]),
            ("batches", np.mean(losses)),
            ("total", total),
            ("sum", sum(losses)),
            ("divided_by_batches", total / len(losses)),
        ]
        values = {"losses": losses, "sizes": sizes, "result": f"{result:.3f}", "wanted": f"{wanted:.3f}"}
        raise Wrong(idea_behind(ideas, result, tolerance=1e-4), **values)


class _Label(str):
    """A label with the same hash as all others: the order of a set of them depends on the order they went in."""

    __slots__ = ()

    def __hash__(self):
        return 0


def check_06_2(answer):
    """A function (labels, repeated, in any order) → dict of label → 0, 1, 2 …, the same for every order."""
    labels = ["dog_bark", "siren", "dog_bark", "car_horn", "siren", "siren", "drilling"]
    colliding = [_Label(label) for label in labels]
    for one, other in ((labels, labels[::-1]), (labels, labels[3:] + labels[:3]), (colliding, colliding[::-1])):
        if _numbers(ask(answer, list(one)), labels) != _numbers(ask(answer, list(other)), labels):
            raise Wrong("order", first=str(one[0]), other=str(other[0]))


def _numbers(result, labels):
    """The answer as a plain dict, if it numbers these labels without gaps."""
    if not isinstance(result, dict):
        raise Wrong("not_a_dict", kind=type(result).__name__)
    if set(map(str, result.values())) == set(labels):
        raise Wrong("turned")
    numbers = {str(label): number for label, number in result.items()}
    if set(numbers) != set(labels):
        raise Wrong("labels", result=", ".join(sorted(numbers)), wanted=", ".join(sorted(set(labels))))
    found = sorted(numbers.values())
    if found != list(range(len(found))):
        idea = "from_one" if found == list(range(1, len(found) + 1)) else "gaps"
        raise Wrong(idea, result=", ".join(map(str, found)))
    return numbers
