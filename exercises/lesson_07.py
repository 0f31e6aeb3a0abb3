"""Checks of lesson 07: what a score becomes where barks are rare, and a threshold that keeps a promise."""

import numpy as np

from exercises import Wrong, ask, idea_behind

SENTENCES = {
    "07-1": {
        "right": {
            "ko": "같은 모델도 개가 드문 곳에서는 헛밥을 더 자주 줘요. 정밀도는 모델만의 점수가 아니라, 모델과 그 "
            "집의 점수예요.",
            "en": "Where dogs are rare, the very same model feeds for nothing more often. Precision is a score of the "
            "model together with the home it is in.",
        },
        "no_share": {
            "ko": "개가 얼마나 드문지(dogs={dogs})가 답에 들어가지 않았어요. 재현율은 개 소리 가운데의 비율이고, "
            "fpr는 다른 소리 가운데의 비율이에요. 개수로 바꾼 다음에 나누어 보세요.",
            "en": "How rare dogs are (dogs={dogs}) does not enter. Recall is a share of the dogs, and fpr is a share "
            "of the others: turn both into counts before you divide.",
        },
        "not_others": {
            "ko": "오경보를 모든 소리에서 셌어요. 오경보는 개가 아닌 소리에서만 나요. dogs={dogs}일 때 개가 아닌 "
            "소리는 얼마일까요?",
            "en": "You counted false positives among all sounds. Only what is no dog can become one. With "
            "dogs={dogs}, how much is no dog?",
        },
        "recall": {
            "ko": "{result}은(는) 재현율이에요. 개 소리 가운데 얼마를 찾았는지이지, '개!'라는 대답 가운데 얼마가 "
            "맞았는지는 아니에요.",
            "en": "{result} is the recall: how many of the dogs were found, not how many of the answers “dog!” are "
            "right.",
        },
        "rest": {
            "ko": "{result}은(는) 개가 아닌 소리를 바르게 흘려보낸 비율이에요. 정밀도는 '개!'라고 대답한 것들 가운데 "
            "진짜 개의 비율이에요.",
            "en": "{result} is the share of the others that was rightly let pass. Precision is the share of real dogs "
            "among the answers “dog!”.",
        },
        "false_positives": {
            "ko": "{result}은(는) '개!'라는 대답 가운데 틀린 것의 비율이에요. 맞은 것의 비율을 돌려주세요.",
            "en": "{result} is the share of the answers “dog!” that are wrong. Return the share that are right.",
        },
        "percent": {
            "ko": "셈은 맞았는데 {result}처럼 백분율로 돌려줬어요. 0과 1 사이의 비율로 돌려주세요.",
            "en": "The idea is right, but {result} is in percent. Return a share between 0 and 1.",
        },
        "other": {
            "ko": "recall={recall}, fpr={fpr}, dogs={dogs}일 때 {wanted}이(가) 나와야 하는데 {result}이(가) 나왔어요. "
            "소리 1000개를 떠올리고 적중과 오경보를 세어 보세요.",
            "en": "With recall={recall}, fpr={fpr} and dogs={dogs} it should be {wanted}, but it is {result}. Imagine "
            "1000 sounds, and count true and false positives.",
        },
    },
    "07-2": {
        "right": {
            "ko": "약속한 오경보를 넘지 않으면서 개를 가장 많이 찾는 문턱값이에요. 무엇을 약속할지는 모델이 아니라 "
            "급식기 주인이 정해요.",
            "en": "That threshold finds as many dogs as the promise allows. What to promise is not for the model to "
            "say, but for whoever owns the feeder.",
        },
        "equal": {
            "ko": "문턱값 {result}이(가) 다른 소리의 확률과 똑같아요. 문턱값과 같은 확률도 '개!'라고 대답하므로 "
            "오경보가 {false_positives}개예요({allowed}개까지 허용). 그보다 아주 조금 높여야 해요.",
            "en": "The threshold {result} equals the probability of another sound. From the threshold on the answer "
            "is “dog!”, so there are {false_positives} false positives ({allowed} allowed). It has to be a little "
            "higher.",
        },
        "too_many": {
            "ko": "문턱값 {result}에서는 오경보가 {false_positives}개인데 {allowed}개까지만 허용돼요. 개가 아닌 "
            "소리의 확률만 큰 것부터 늘어놓고 살펴보세요.",
            "en": "At the threshold {result} there are {false_positives} false positives, and {allowed} are allowed. "
            "Sort the probabilities of what is no dog, and look at them from the highest on.",
        },
        "none": {
            "ko": "문턱값 {result}에서는 오경보가 하나도 없지만, {allowed}개까지는 괜찮아요. 개를 {found}마리 "
            "찾았는데 {best}마리까지 찾을 수 있어요.",
            "en": "At the threshold {result} there is no false positive at all, but {allowed} are allowed. It finds "
            "{found} dogs where {best} could be found.",
        },
        "too_strict": {
            "ko": "문턱값 {result}은(는) 너무 높아요. 오경보 {allowed}개까지 허용하면 개를 {found}마리가 아니라 "
            "{best}마리 찾을 수 있어요.",
            "en": "The threshold {result} is too high. With {allowed} false positives allowed, {best} dogs can be "
            "found rather than {found}.",
        },
        "not_a_threshold": {
            "ko": "{result}은(는) 확률과 견줄 수 없는 값이에요. 오경보의 개수가 아니라 0과 1 사이의 문턱값을 "
            "돌려주세요.",
            "en": "{result} cannot be compared with a probability. Return a threshold between 0 and 1, not a number "
            "of false positives.",
        },
    },
}


def check_07_1(answer):
    """A function (recall, false-positive rate, share of dogs) → the precision to expect."""
    for recall, fpr, dogs in ((0.8, 0.05, 0.02), (0.9, 0.2, 0.3), (0.95, 0.1, 0.5)):
        true_positives, false_positives = recall * dogs, fpr * (1 - dogs)
        wanted = true_positives / (true_positives + false_positives)
        result = float(ask(answer, recall, fpr, dogs))
        if np.isclose(result, wanted, atol=0.001):
            continue
        ideas = [
            ("no_share", recall / (recall + fpr)),
            ("not_others", true_positives / (true_positives + fpr)),
            ("recall", recall),
            ("rest", 1 - fpr),
            ("false_positives", 1 - wanted),
            ("percent", 100 * wanted),
        ]
        values = {"recall": recall, "fpr": fpr, "dogs": dogs, "result": f"{result:.3f}", "wanted": f"{wanted:.3f}"}
        raise Wrong(idea_behind(ideas, result, tolerance=0.001), **values)


def check_07_2(answer):
    """A function (y_true, y_score, false positives allowed) → a threshold that finds as many dogs as that allows."""
    y_true = np.array([1, 1, 0, 1, 0, 1, 0, 1, 0, 0], bool)
    scores = np.array([0.95, 0.9, 0.85, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
    tied = np.array([0.9, 0.8, 0.8, 0.8, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3])
    for y_score, allowed in ((scores, 2), (scores, 0), (scores, 1), (scores, 5), (tied, 1)):
        threshold = float(ask(answer, y_true.copy(), y_score.copy(), allowed))
        others, dogs = np.sort(y_score[~y_true])[::-1], y_score[y_true]
        false_positives, found = int((others >= threshold).sum()), int((dogs >= threshold).sum())
        values = {"allowed": allowed, "result": f"{threshold:.2f}", "false_positives": false_positives, "found": found}
        if not 0 <= threshold <= 1.5:
            raise Wrong("not_a_threshold", **values)
        if false_positives > allowed:
            raise Wrong("equal" if threshold in others else "too_many", **values)
        best = int((dogs > others[allowed]).sum()) if allowed < len(others) else len(dogs)
        if found < best:
            raise Wrong("none" if false_positives == 0 else "too_strict", **values, best=best)
