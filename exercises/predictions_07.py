"""Predictions of lesson 07: accuracy, thresholds, AUC, hidden places, and peeking."""

PREDICTIONS = {
    "07-box": {
        "question": {
            "ko": "다른 소리 47개와 개 3마리의 하루예요. 상자와 검출기 가운데 누구의 정확도가 더 높을까요?",
            "en": "A day of 47 other sounds and 3 dogs. Whose accuracy is higher, the box's or the detector's?",
        },
        "choices": [
            {
                "ko": "검출기. 개를 알아들으니까요.",
                "en": "The detector's. It knows a dog when it hears one.",
                "why": {
                    "ko": "개는 셋뿐이라 모두 찾아도 점수가 조금 오를 뿐이고, 오경보 몇 번이면 다 까먹어요.",
                    "en": "Finding all three dogs gains little, and a few false alarms cost more than that.",
                },
            },
            {
                "ko": "늘 ‘아니요’라고 하는 상자",
                "en": "The one of the box that always says no",
                "right": True,
                "why": {
                    "ko": "개가 드물면 늘 ‘아니요’라고만 해도 거의 다 맞아요. 그동안 보리는 굶지만요.",
                    "en": "Where dogs are rare, “no” is nearly always right. Meanwhile, Bori starves.",
                },
            },
            {
                "ko": "똑같이 절반쯤이에요.",
                "en": "Both have about one half.",
                "why": {
                    "ko": "개와 다른 소리가 반반일 때 상자의 점수가 그래요. 여기서는 개가 훨씬 드물어요.",
                    "en": "That is the box's score where half of all sounds are dogs. Here they are far rarer.",
                },
            },
        ],
    },
    "07-raise": {
        "question": {
            "ko": "문턱값을 0.5에서 0.95로 올리면 정밀도와 재현율은 어떻게 될까요?",
            "en": "Raise the threshold from 0.5 to 0.95. What happens to precision and recall?",
        },
        "choices": [
            {
                "ko": "둘 다 올라가요. 더 깐깐해졌으니까요.",
                "en": "Both rise, since the detector has become stricter.",
                "why": {
                    "ko": "깐깐해지면 개에게도 덜 대답해요. 재현율은 결코 올라갈 수 없어요.",
                    "en": "A stricter detector answers fewer dogs, too. Recall can never rise that way.",
                },
            },
            {
                "ko": "정밀도는 올라가고 재현율은 내려가요.",
                "en": "Precision rises, recall falls.",
                "right": True,
                "why": {
                    "ko": "오경보가 줄어든 대신, 점수가 낮은 개들이 놓침이 됐어요.",
                    "en": "There are fewer false alarms, but dogs with a lower score have become misses.",
                },
            },
            {
                "ko": "정밀도만 올라가고 재현율은 그대로예요.",
                "en": "Precision rises, recall stays as it is.",
                "why": {
                    "ko": "개들의 점수가 모두 0.95보다 높다면 그래요. 그림에서 점선 아래로 내려간 개를 찾아보세요.",
                    "en": "It would, if all dogs scored above 0.95. Find the dogs below the line.",
                },
            },
        ],
    },
    "07-auc": {
        "question": {
            "ko": "이 검출기의 AUC는 0.99쯤이에요. 무엇의 99%일까요?",
            "en": "This detector's AUC is about 0.99. Of what is that 99%?",
        },
        "choices": [
            {
                "ko": "맞힌 녹음의 비율",
                "en": "Recordings it gets right",
                "why": {
                    "ko": "그것은 정확도예요. 문턱값을 정해야 셀 수 있는데, AUC에는 문턱값이 없어요.",
                    "en": "That is accuracy. It takes a threshold to count it, and AUC has none.",
                },
            },
            {
                "ko": "찾은 개의 비율",
                "en": "Dogs it finds",
                "why": {
                    "ko": "그것은 재현율이에요. 역시 문턱값이 있어야 해요.",
                    "en": "That is recall. It needs a threshold, too.",
                },
            },
            {
                "ko": "개와 다른 소리를 하나씩 뽑았을 때 개의 점수가 더 높은 짝의 비율",
                "en": "Pairs of a dog and another sound in which the dog scores higher",
                "right": True,
                "why": {
                    "ko": "모든 짝을 겨루게 해서 이긴 비율을 세니 같은 수가 나왔어요. 동전이라면 0.5예요.",
                    "en": "Let every pair compete and count the wins: it is the same number. A coin gets 0.5.",
                },
            },
        ],
    },
    "07-hide": {
        "question": {
            "ko": "개의 그림에서 사분의 일을 가려요. 어디를 가릴 때 개일 확률이 가장 많이 떨어질까요?",
            "en": "A quarter of each dog's picture is hidden. Where does that lower the probability of a dog the most?",
        },
        "choices": [
            {
                "ko": "Grad-CAM이 붉게 칠한 곳",
                "en": "Where Grad-CAM paints red",
                "why": {
                    "ko": "많이 떨어지지만 가장 많이는 아니에요. 색칠은 굵직한 어림이라 소리의 일부를 빠뜨려요.",
                    "en": "It falls a lot, but not the most. The paint is coarse and leaves out parts of the sound.",
                },
            },
            {
                "ko": "소리가 가장 센 곳",
                "en": "Where the sound is loudest",
                "right": True,
                "why": {
                    "ko": "가장 센 곳에는 짖는 소리가 거의 다 들어 있어요.",
                    "en": "The loudest places hold nearly all of the bark.",
                },
            },
            {
                "ko": "어디를 가려도 비슷해요.",
                "en": "It is much the same everywhere.",
                "why": {
                    "ko": "아무 데나 가리면 조금만 떨어져요. 어디를 가리는지가 중요해요.",
                    "en": "Hidden anywhere, a quarter costs little. It does matter which quarter.",
                },
            },
        ],
    },
    "07-peek": {
        "question": {
            "ko": "시험 녹음을 엿보고 문턱값을 다시 골랐어요. 시험의 F1은 엿보지 않았을 때보다 어떨까요?",
            "en": "The threshold is chosen again, peeking at the test recordings. How does the test's F1 compare?",
        },
        "choices": [
            {
                "ko": "낮을 수도 있어요. 시험이 더 어려우니까요.",
                "en": "It may be lower, since a test is harder.",
                "why": {
                    "ko": "시험이 어려워도, 바로 그 시험에서 F1이 가장 높은 문턱값을 골랐어요. 더 낮을 수는 없어요.",
                    "en": "However hard it is, the threshold with the highest F1 on that very test was taken.",
                },
            },
            {
                "ko": "같거나 높아요. 낮을 수는 없어요.",
                "en": "Equal or higher, never lower",
                "right": True,
                "why": {
                    "ko": "그 시험에서 가장 좋은 값을 골랐으니까요. 그래서 내일도 그만큼 나오리라고 기대할 수 없어요.",
                    "en": "The best value on that test was taken. So its score is too good to expect tomorrow.",
                },
            },
            {
                "ko": "똑같아요. 같은 검출기니까요.",
                "en": "The same, since the detector is the same.",
                "why": {
                    "ko": "점수들은 같지만 문턱값이 달라지면 대답이 달라져요.",
                    "en": "The scores are the same, but another threshold gives other answers.",
                },
            },
        ],
    },
}
