"""Predictions of lesson 12: a kernel, two states, Adam, a tilted tone, and a stranger."""

PREDICTIONS = {
    "12-kernel": {
        "question": {
            "ko": "가운데 줄이 2, 위아래 줄이 −1인 커널은 보리의 그림 어디에서 큰 수를 내놓을까요?",
            "en": "The kernel's middle row is 2, the rows above and below are −1. Where in Bori's picture will it give "
            "large numbers?",
        },
        "choices": [
            {
                "ko": "가장 밝은 곳. 큰 수에 2를 곱하니까요.",
                "en": "Where it is brightest: large numbers times 2.",
                "why": {
                    "ko": "밝아도 고르게 밝으면 위아래의 −1이 상쇄해서 0이에요. 이웃과의 차이만 남아요.",
                    "en": "Where it is evenly bright, the −1s above and below cancel the 2. Only differences remain.",
                },
            },
            {
                "ko": "가로로 누운 줄, 곧 배음",
                "en": "On horizontal lines, that is, harmonics",
                "right": True,
                "why": {
                    "ko": "위아래보다 밝은 줄에서만 2가 −1들을 이겨요. 커널은 자기와 닮은 무늬를 찾아요.",
                    "en": "The 2 beats the −1s only where a row is brighter than those beside it. A kernel finds what "
                    "looks like itself.",
                },
            },
            {
                "ko": "소리가 갑자기 시작되는 세로 가장자리",
                "en": "On upright edges, where the sound suddenly begins",
                "why": {
                    "ko": "세로 가장자리에서는 세 줄이 똑같이 변해서 상쇄돼요. 그것을 찾으려면 커널을 눕혀야 해요.",
                    "en": "There all three rows change alike and cancel. To find such edges, turn the kernel.",
                },
            },
        ],
    },
    "12-states": {
        "question": {
            "ko": "가중치도 배치도 그대로예요. 두 상태에서 손실을 두 번씩 재면 어떻게 될까요?",
            "en": "Neither weights nor batch change. What if we measure the loss twice in each state?",
        },
        "choices": [
            {
                "ko": "네 번 모두 같아요. 가중치가 그대로니까요.",
                "en": "All four are the same, like the weights.",
                "why": {
                    "ko": "층 가운데에는 상태에 따라 다르게 셈하는 것이 있어요. 배치 정규화와 드롭아웃이에요.",
                    "en": "Some layers calculate differently in each state: batch normalization and dropout.",
                },
            },
            {
                "ko": "두 상태가 서로 다르고, 드롭아웃을 켜고 배울 때는 두 번도 서로 달라요.",
                "en": "The states differ, and with dropout the two in train differ from each other.",
                "right": True,
                "why": {
                    "ko": "배치 정규화는 이 배치의 값을 쓰느냐 모아 둔 값을 쓰느냐가 달라요. 드롭아웃은 배울 때만 "
                    "주사위를 던져요.",
                    "en": "Batch normalization uses values of this batch or gathered ones. Dropout throws its dice "
                    "only while learning.",
                },
            },
            {
                "ko": "두 상태에서 모두 잴 때마다 달라요. 드롭아웃은 아무렇게나 끄니까요.",
                "en": "In both states every measurement differs, since dropout is random.",
                "why": {
                    "ko": "eval 상태에서는 드롭아웃이 쉬어요. 그래서 같은 소리에 늘 같은 답을 해요.",
                    "en": "In eval dropout rests, so that the same sound always gets the same answer.",
                },
            },
        ],
    },
    "12-adam": {
        "question": {
            "ko": "0에서 출발한 두 가중치의 기울기가 1과 1000이에요. Adam의 첫걸음에서 둘째는 첫째보다 얼마나 더 멀리 "
            "갈까요?",
            "en": "Two weights start at 0, with gradients 1 and 1000. In Adam's first step, how much farther does the "
            "second go than the first?",
        },
        "choices": [
            {
                "ko": "1000배. 기울기에 학습률을 곱하니까요.",
                "en": "1000 times: the learning rate times the gradient.",
                "why": {
                    "ko": "SGD라면 그래요. Adam은 기울기를 그 크기로 나눠서, 첫걸음은 누구나 학습률만큼이에요.",
                    "en": "SGD does that. Adam divides by how large gradients are; its first step is the learning rate "
                    "for every weight.",
                },
            },
            {
                "ko": "똑같이 가요.",
                "en": "Equally far",
                "right": True,
                "why": {
                    "ko": "첫걸음에서는 기울기를 자기 크기로 나누니 부호만 남아요. 보폭은 학습률이 정해요.",
                    "en": "In the first step a gradient is divided by its own size, so only its sign is left. The "
                    "learning rate is the step.",
                },
            },
            {
                "ko": "덜 가요. 가파른 곳에서는 조심해야 하니까요.",
                "en": "Less far, since steep places ask for care.",
                "why": {
                    "ko": "나누기는 하지만 꼭 그 크기만큼이에요. 그래서 더 멀지도 가깝지도 않아요.",
                    "en": "Adam divides, but exactly by that size, so it goes neither farther nor less far.",
                },
            },
        ],
    },
    "12-tilt": {
        "question": {
            "ko": "가로축은 시간, 세로축은 주파수예요. 고르게 이어지는 순음의 그림을 기울이면 어떤 소리가 될까요?",
            "en": "Across is time, upwards is frequency. Tilt the picture of a steady tone: what sound is it now?",
        },
        "choices": [
            {
                "ko": "같은 순음. 조금 흐려질 뿐이에요.",
                "en": "The same tone, a little blurred",
                "why": {
                    "ko": "고양이 사진이라면 그래요. 소리 그림에서 위아래는 높이라서, 기울면 높이가 변해요.",
                    "en": "True of a cat in a photograph. In the picture of a sound up and down is pitch, so tilting "
                    "changes it.",
                },
            },
            {
                "ko": "처음부터 끝까지 조금 높은 순음",
                "en": "A tone that is a little higher throughout",
                "why": {
                    "ko": "그것은 그림을 위로 옮겼을 때예요. 기울이면 한쪽은 오르고 다른 쪽은 내려가요.",
                    "en": "That would be a picture moved upwards. Tilted, one end rises and the other falls.",
                },
            },
            {
                "ko": "높이가 미끄러지는 소리",
                "en": "A sound whose pitch slides",
                "right": True,
                "why": {
                    "ko": "가로줄이 비스듬해지니 시간이 갈수록 높이가 변해요. 전혀 다른 소리예요.",
                    "en": "The line now slopes, so the pitch changes with time. It is another sound altogether.",
                },
            },
        ],
    },
    "12-pickle": {
        "question": {
            "ko": "낯선 파일을 pickle.loads로, 다음에 torch.load로 열어요. 낯선 코드는 어느 쪽에서 실행될까요?",
            "en": "We open the stranger's file with pickle.loads, then with torch.load. Which of them runs the "
            "stranger's code?",
        },
        "choices": [
            {
                "ko": "둘 다 아니에요. 파일을 읽기만 하니까요.",
                "en": "Neither; they only read.",
                "why": {
                    "ko": "피클은 어떻게 되살릴지를 적은 프로그램이에요. 읽는 것이 곧 실행이에요.",
                    "en": "A pickle is a program that says how to rebuild things. To read it is to run it.",
                },
            },
            {
                "ko": "pickle.loads에서만",
                "en": "Only pickle.loads",
                "right": True,
                "why": {
                    "ko": "2.6판부터 torch.load는 따로 허락하지 않으면 가중치만 받아요. 그전에는 그 코드를 실행했어요.",
                    "en": "Since version 2.6 torch.load refuses anything but weights unless told otherwise. Before "
                    "that, it ran the code.",
                },
            },
            {
                "ko": "둘 다에서",
                "en": "Both",
                "why": {
                    "ko": "2.6판 전이라면 그랬어요. 지금은 weights_only=False라고 적어야만 실행돼요.",
                    "en": "True before version 2.6. Now it takes weights_only=False to run it.",
                },
            },
        ],
    },
}
