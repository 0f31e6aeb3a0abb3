"""Predictions of lesson 06: what eyes see, an untrained loss, batches, learning rates, and quiet sounds."""

PREDICTIONS = {
    "06-eyes": {
        "question": {
            "ko": "네 그림 가운데 개가 짖거나 우는 소리는 어느 것일까요?",
            "en": "Which of the four pictures show a dog barking or howling?",
        },
        "choices": [
            {
                "ko": "가와 다. 짧은 기둥이 띄엄띄엄 서 있으니까요.",
                "en": "A and C: they have short, separate columns.",
                "why": {
                    "ko": "가는 짧지만 줄이 똑바로 누워 있어요. 다의 줄은 휘었지요? 짧다고 다 개는 아니에요.",
                    "en": "A is short, but its lines are level, while those of C bend. Not every short sound is a dog.",
                },
            },
            {
                "ko": "나와 다. 하나는 길게 우는 개, 하나는 짖는 개예요.",
                "en": "B and C: one dog howls, one barks.",
                "right": True,
                "why": {
                    "ko": "개는 짧은 기둥도, 길게 누운 줄도 만들어요. 그래서 규칙 하나로는 잡기 어려워요.",
                    "en": "A dog makes short columns and long lines alike, which is why one rule will not do.",
                },
            },
            {
                "ko": "다와 라. 낮은 쪽이 가장 밝으니까요.",
                "en": "C and D: they are brightest at the bottom.",
                "why": {
                    "ko": "많은 소리가 낮은 쪽에서 가장 세요. 라도 그렇지만 개가 아니에요.",
                    "en": "Many sounds are strongest down there. So is D, and it is no dog.",
                },
            },
        ],
    },
    "06-coin": {
        "question": {
            "ko": "아무것도 배우지 않은 신경망에 첫 배치를 보여 주면 손실은 얼마쯤일까요?",
            "en": "Show the first batch to a network that has learnt nothing. About how large is the loss?",
        },
        "choices": [
            {
                "ko": "0. 아직 틀린 적이 없으니까요.",
                "en": "0, because it has not been wrong yet.",
                "why": {
                    "ko": "손실은 지금 이 배치의 답으로 재요. 0이려면 모든 정답에 확률 1을 줘야 해요.",
                    "en": "A loss is about the answers to this very batch. For 0, each right answer would need "
                    "probability 1.",
                },
            },
            {
                "ko": "0.7. 동전을 던진 것과 비슷해요.",
                "en": "0.7, much like a coin.",
                "right": True,
                "why": {
                    "ko": "모두에게 반반쯤의 확률을 주니까요. ½의 자연로그에 마이너스를 붙이면 0.69예요.",
                    "en": "It says about fifty-fifty to everything, and minus the logarithm of ½ is 0.69.",
                },
            },
            {
                "ko": "아주 커요. 다 틀릴 테니까요.",
                "en": "Very large, because everything is wrong.",
                "why": {
                    "ko": "다 틀리려면 정답을 알아야 해요. 모르는 사람은 반쯤 맞혀요. 손실이 아주 큰 것은 자신 있게 "
                    "틀릴 때예요.",
                    "en": "To get all of them wrong, it would have to know the answers. A loss is very large where an "
                    "answer is wrong and sure of itself.",
                },
            },
        ],
    },
    "06-last": {
        "question": {
            "ko": "마지막 에폭에서 배치마다의 손실은 서로 얼마나 다를까요? 안내서는 그 가운데 하나만 찍었어요.",
            "en": "Within the last epoch, how much do the losses of the batches differ? The guide printed one of them.",
        },
        "choices": [
            {
                "ko": "거의 같아요. 모두 같은 신경망이 낸 답이니까요.",
                "en": "Hardly at all: the same network answers them all.",
                "why": {
                    "ko": "신경망은 거의 같지만 문제가 달라요. 쉬운 배치도 있고 어려운 배치도 있어요.",
                    "en": "The network is nearly the same, but the questions differ: some batches are easy, some hard.",
                },
            },
            {
                "ko": "가장 큰 것이 가장 작은 것의 두 배를 넘어요.",
                "en": "The largest is more than twice the smallest.",
                "right": True,
                "why": {
                    "ko": "32장만 보고 재니 운에 크게 흔들려요. 마지막 배치는 남은 그림만 담아서 더 작기까지 해요.",
                    "en": "Measured on 32 pictures, it depends on luck. The last batch holds what is left over, so it "
                    "is even smaller.",
                },
            },
            {
                "ko": "뒤로 갈수록 작아져요. 걸음마다 나아지니까요.",
                "en": "Each is smaller than the one before, since every step is an improvement.",
                "why": {
                    "ko": "길게 보면 내려가지만, 이웃한 배치끼리는 오르내림이 훨씬 커요.",
                    "en": "In the long run they fall, but from one batch to the next the ups and downs are far larger.",
                },
            },
        ],
    },
    "06-rate": {
        "question": {
            "ko": "학습률을 0.000001, 0.001, 1.0으로 바꿔서 한 에폭씩 가르치면 손실은 어디에서 가장 작을까요?",
            "en": "One epoch each with a learning rate of 0.000001, 0.001 and 1.0: where is the loss smallest?",
        },
        "choices": [
            {
                "ko": "0.000001. 조심스럽게 걸으니까요.",
                "en": "0.000001, because it walks with care.",
                "why": {
                    "ko": "보폭이 너무 작아서 한 에폭을 걸어도 출발한 자리예요. 손실이 동전 그대로예요.",
                    "en": "Its steps are so small that after an epoch it stands where it began, at a coin's loss.",
                },
            },
            {
                "ko": "0.001. 너무 작지도 크지도 않으니까요.",
                "en": "0.001, neither too small nor too large.",
                "right": True,
                "why": {
                    "ko": "너무 작으면 제자리이고, 너무 크면 골짜기를 뛰어넘어 동전보다도 나빠져요.",
                    "en": "Too small, and it stays where it is; too large, and it leaps over the valley and does worse "
                    "than a coin.",
                },
            },
            {
                "ko": "1.0. 천 배 빨리 배우니까요.",
                "en": "1.0, because it learns a thousand times faster.",
                "why": {
                    "ko": "기울기는 발밑에서만 맞아요. 큰 걸음은 골짜기를 뛰어넘어, 처음에는 동전보다 훨씬 나빠져요.",
                    "en": "A gradient holds underfoot only. Large steps leap over the valley, and at first it is far "
                    "worse than a coin.",
                },
            },
        ],
    },
    "06-quiet": {
        "question": {
            "ko": "검증 소리를 모두 20 dB 작게 들려주면, 어느 신경망의 점수가 더 많이 떨어질까요?",
            "en": "Play all validation sounds 20 dB quieter. Which network's score drops more?",
        },
        "choices": [
            {
                "ko": "그대로 배운 신경망",
                "en": "That of the one taught with the pictures as they are",
                "right": True,
                "why": {
                    "ko": "그렇게 어두운 그림은 거의 본 적이 없어요. 다만 덜 떨어진 쪽이 더 잘하는지는 마지막 열을 "
                    "보아야 알아요.",
                    "en": "It has hardly seen pictures that dark. But whether the other is better, only the last "
                    "column tells.",
                },
            },
            {
                "ko": "증강으로 배운 신경망",
                "en": "That of the one taught with augmentation",
                "why": {
                    "ko": "원래 그림을 덜 보았지만, 어두운 그림을 많이 보았어요. 작은 소리가 덜 낯설어요.",
                    "en": "It saw fewer pictures as they are, but many dark ones: quiet sounds are less new to it.",
                },
            },
            {
                "ko": "둘 다 그대로예요. 모양은 바뀌지 않으니까요.",
                "en": "Neither: the shapes have not changed.",
                "why": {
                    "ko": "사람 눈에는 같은 모양이어도 받는 수는 대부분 달라졌고, 약한 배음은 바닥에 묻혔어요.",
                    "en": "To the eye the shapes are the same, but most numbers that go in have changed, and faint "
                    "harmonics are lost in the floor.",
                },
            },
        ],
    },
}
