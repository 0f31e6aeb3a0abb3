"""Checks of lesson 07: four outcomes, a bark in noise, precision elsewhere, and thresholds of two kinds."""

import numpy as np
from sklearn import metrics

from exercises import Wrong, ask, idea_behind

SENTENCES = {
    "07-1": {
        "right": {
            "ko": "재현율은 진짜 개의 수로 나누고 정밀도는 “개!”라고 한 수로 나눠요. 적중은 같아도 나누는 수가 달라요.",
            "en": "Recall divides the hits by all dogs, precision divides the same hits by all “dog!” answers.",
        },
        "not_two": {
            "ko": "값 두 개가 나와야 해요. return 재현율, 정밀도 꼴로 돌려주세요.",
            "en": "There should be two values. Return them as: return recall, precision.",
        },
        "swapped": {
            "ko": "두 값은 맞는데 차례가 바뀌었어요. 재현율을 먼저 돌려주세요.",
            "en": "Both values are right, but in the wrong order. Return recall first.",
        },
        "all": {
            "ko": "적중, 놓침, 오경보를 모두 더한 수로 나눴어요. 재현율에는 오경보가, 정밀도에는 놓침이 들어가지 "
            "않아요.",
            "en": "You divided by hits, misses and false alarms together. Recall leaves out false alarms, precision "
            "misses.",
        },
        "silence": {
            "ko": "조용했던 것을 모두 놓침으로 셌어요. 놓침은 개인데(y_true) 조용했던 것(~yes)뿐이에요.",
            "en": "All silences were counted as misses. A miss is a dog (y_true) that met silence (~yes).",
        },
        "others": {
            "ko": "다른 소리를 모두 오경보로 셌어요. 오경보는 다른 소리인데(~y_true) 대답한 것(yes)뿐이에요.",
            "en": "All other sounds were counted as false alarms. A false alarm is another sound (~y_true) that was "
            "answered (yes).",
        },
        "other": {
            "ko": "적중 {hits}, 놓침 {misses}, 오경보 {false_alarms}이면 재현율 {recall}, 정밀도 {precision}이에요. "
            "{result}이(가) 나왔어요.",
            "en": "With {hits} hits, {misses} misses and {false_alarms} false alarms, recall is {recall} and precision "
            "{precision}. You returned {result}.",
        },
    },
    "07-2": {
        "right": {
            "ko": "사람은 소음 속에서도 짖는 소리를 곧잘 알아들어요. 검출기도 그러려면 그런 소리로 배워야 해요. "
            "마이크를 보리 가까이에 두는 것도 방법이에요.",
            "en": "People make out a bark in noise quite well. For a detector to do so, it has to learn from such "
            "sounds. Moving the microphone closer to Bori helps, too.",
        },
        "length": {
            "ko": "짖는 소리와 길이가 같은 배열을 돌려주세요.",
            "en": "Return an array as long as the bark.",
        },
        "bark_changed": {
            "ko": "짖는 소리의 크기가 {bark:.2f}배가 됐어요. 짖는 소리는 그대로 두고 소음의 크기만 바꾸세요.",
            "en": "The bark has become {bark:.2f} times as large. Leave it as it is, and scale the noise only.",
        },
        "unscaled": {
            "ko": "소음이 처음부터 얼마나 컸는지를 셈에 넣지 않았어요. 먼저 두 소리의 RMS를 같게 만드세요.",
            "en": "How loud the noise was to begin with does not enter. Make the RMS of both equal first.",
        },
        "flipped": {
            "ko": "부호가 뒤집혔어요. snr_db가 20이면 소음이 더 작아야 해요.",
            "en": "The sign is flipped. With snr_db of 20 the noise should be the quieter one.",
        },
        "power": {
            "ko": "10으로 나눈 것은 파워의 데시벨이에요. RMS는 진폭이니 20으로 나누세요.",
            "en": "Dividing by 10 is for decibels of power. RMS is an amplitude, so divide by 20.",
        },
        "other": {
            "ko": "snr_db={snr_db}이면 소음이 짖는 소리보다 {snr_db} dB 작아야 하는데, {measured:.1f} dB예요.",
            "en": "With snr_db={snr_db} the noise should be {snr_db} dB below the bark, but it is {measured:.1f} dB.",
        },
    },
    "07-3": {
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
    "07-4": {
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
    "07-5": {
        "right": {
            "ko": "F1이 가장 높은 문턱값이에요. precision_recall_curve도 점수를 하나씩 문턱값으로 삼아요.",
            "en": "F1 is highest there. scikit-learn's precision_recall_curve takes the scores as thresholds, too.",
        },
        "the_f1": {
            "ko": "{result}은(는) 가장 높은 F1이에요. 그때의 문턱값을 돌려주세요.",
            "en": "{result} is the highest F1. Return the threshold at which it was reached.",
        },
        "index": {
            "ko": "{result}은(는) 몇째인지예요. 그 자리의 점수를 돌려주세요.",
            "en": "{result} says which one. Return the score that stands there.",
        },
        "strict": {
            "ko": "문턱값 {result}은(는) 하나 아래예요. 문턱값과 같은 점수도 “개!”이니 >=로 견주세요.",
            "en": "The threshold {result} is one too low. A score equal to it is answered as well: compare with >=.",
        },
        "last": {
            "ko": "{result}은(는) 마지막으로 해 본 문턱값이에요. F1이 더 높을 때만 적어 두고, 그 값을 돌려주세요.",
            "en": "{result} is the threshold tried last. Note one only where F1 is higher, and return what you noted.",
        },
        "accuracy": {
            "ko": "문턱값 {result}에서는 정확도가 가장 높아요. F1로 골라 주세요.",
            "en": "At the threshold {result} accuracy is highest. Choose by F1.",
        },
        "precision": {
            "ko": "문턱값 {result}에서는 정밀도가 가장 높아요. 그 대신 놓친 개가 많아요. F1로 골라 주세요.",
            "en": "At the threshold {result} precision is highest, but many dogs are missed. Choose by F1.",
        },
        "other": {
            "ko": "문턱값 {result}에서는 F1이 {f1:.2f}인데, {best:.2f}까지 올릴 수 있어요. F1을 모두 찍어 보세요.",
            "en": "At the threshold {result} F1 is {f1:.2f}, but {best:.2f} can be reached. Print every F1.",
        },
    },
}


def check_07_1(answer):
    """A function (truth, answers of each recording) → (recall, precision)."""
    for hits, misses, false_alarms, rejections in ((30, 10, 20, 45), (5, 15, 1, 4), (24, 1, 72, 31)):
        counts = hits, misses, false_alarms, rejections
        y_true, yes = (np.repeat(np.array(values, bool), counts) for values in ((1, 1, 0, 0), (1, 0, 1, 0)))
        mixed = np.random.default_rng(1).permutation(len(yes))
        recall, precision = hits / (hits + misses), hits / (hits + false_alarms)
        result = np.asarray(ask(answer, y_true[mixed], yes[mixed]), dtype=float)
        if result.shape != (2,):
            raise Wrong("not_two")
        if np.allclose(result, (recall, precision), atol=0.001):
            continue
        ideas = [
            ("swapped", (precision, recall)),
            ("all", (hits / (hits + misses + false_alarms),) * 2),
            ("silence", (hits / (hits + misses + rejections), precision)),
            ("others", (recall, hits / (hits + false_alarms + rejections))),
        ]
        values = {"hits": hits, "misses": misses, "false_alarms": false_alarms, "result": result.round(3).tolist()}
        idea = idea_behind(ideas, result, tolerance=0.001)
        raise Wrong(idea, recall=f"{recall:.3f}", precision=f"{precision:.3f}", **values)


def check_07_2(answer):
    """A function (bark, noise, snr_db) → the bark with noise so many dB below it by RMS."""
    random = np.random.default_rng(7)
    for snr_db, loud in ((20, 0.05), (-10, 0.3), (3, 0.02)):
        bark, noise = 0.1 * random.standard_normal(2000), loud * random.standard_normal(2000)
        result = np.asarray(ask(answer, bark.copy(), noise.copy(), snr_db))
        if result.shape != bark.shape:
            raise Wrong("length")
        (of_bark, of_noise), *_ = np.linalg.lstsq(np.stack([bark, noise], axis=1), result)
        if not np.isclose(of_bark, 1, atol=0.01):
            raise Wrong("bark_changed", bark=of_bark)
        equal = np.sqrt(np.mean(bark**2) / np.mean(noise**2))
        if np.isclose(of_noise, wanted := equal * 10 ** (-snr_db / 20), rtol=0.01):
            continue
        ideas = [
            ("unscaled", 10 ** (-snr_db / 20)),
            ("unscaled", 1),
            ("flipped", equal * 10 ** (snr_db / 20)),
            ("power", equal * 10 ** (-snr_db / 10)),
        ]
        measured = 20 * np.log10(max(equal / max(abs(of_noise), 1e-9), 1e-9))
        raise Wrong(idea_behind(ideas, of_noise, tolerance=0.01 * wanted), snr_db=snr_db, measured=measured)


def check_07_3(answer):
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


def check_07_4(answer):
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


def check_07_5(answer):
    """A function (y_true, y_score) → a threshold with the highest F1."""
    for seed in (20, 59):
        random = np.random.default_rng(seed)
        y_true = random.random(40) < 0.4
        y_score = np.round(0.35 + 0.3 * y_true + 0.15 * random.standard_normal(40), 3)
        result = float(ask(answer, y_true.copy(), y_score.copy()))
        f1 = [metrics.f1_score(y_true, y_score >= threshold) for threshold in y_score]
        reached = metrics.f1_score(y_true, y_score >= result, zero_division=0)
        if np.isclose(reached, max(f1)):
            continue
        strict = [metrics.f1_score(y_true, y_score > threshold, zero_division=0) for threshold in y_score]
        right = [np.mean(y_true == (y_score >= threshold)) for threshold in y_score]
        precise = [metrics.precision_score(y_true, y_score >= threshold) for threshold in y_score]
        ideas = [("the_f1", max(f1)), ("index", np.argmax(f1)), ("last", y_score[-1])]
        kinds = {"strict": strict, "accuracy": right, "precision": precise}
        ideas += [(name, y_score[np.argmax(values)]) for name, values in kinds.items()]
        idea = idea_behind(ideas, result, tolerance=1e-9)
        raise Wrong(idea, result=f"{result:.3f}", f1=reached, best=max(f1))
