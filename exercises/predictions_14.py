"""Predictions of lesson 14: hops, mel bands, a telephone, the gate, and a detector bound to its pictures."""

PREDICTIONS = {
    "14-hop": {
        "question": {
            "ko": "창 4096은 그대로 두고 이동 간격만 1024에서 128로 줄이면, 두드림 16번이 갈라져 보일까요?",
            "en": "Leave the window at 4096 and shorten only the hop, from 1024 to 128. Do the 16 knocks come apart?",
        },
        "choices": [
            {
                "ko": "네. 기둥이 여덟 배로 촘촘해지니까요",
                "en": "Yes: there are eight times as many columns",
                "why": {
                    "ko": "기둥은 늘지만 기둥마다 186 ms를 한꺼번에 들어요. 흐린 사진을 여러 장 찍은 셈이에요.",
                    "en": "There are more columns, but each still hears 186 ms at once: more photographs, all blurred.",
                },
            },
            {
                "ko": "아니요. 창이 길면 기둥이 많아도 번져요",
                "en": "No: with a long window they blur, however many columns there are",
                "why": {
                    "ko": "창 안의 일은 한 기둥에 섞여요. 이동 간격은 기둥의 수만 정해요.",
                    "en": "Whatever lies in one window is mixed into one column. The hop only says how many there are.",
                },
                "right": True,
            },
            {
                "ko": "절반인 8번쯤 보여요",
                "en": "About half of them, 8",
                "why": {
                    "ko": "창 하나에 두드림 서너 번이 들어가서, 어느 기둥이나 비슷하게 환해요.",
                    "en": "Three knocks fall into every window, so every column is about as bright as the next.",
                },
            },
        ],
    },
    "14-bands": {
        "question": {
            "ko": "멜 밴드를 128개로 늘리면 1000 Hz와 1100 Hz는 두 줄로 갈라져요. 5000 Hz와 5100 Hz는요?",
            "en": "With 128 mel bands, 1000 and 1100 Hz come apart into two lines. And 5000 and 5100 Hz?",
        },
        "choices": [
            {
                "ko": "갈라져요. 똑같이 100 Hz 차이니까요",
                "en": "They come apart, too: it is 100 Hz again",
                "why": {
                    "ko": "멜 밴드는 위로 갈수록 넓어져요. 5000 Hz에서는 128개로 나눠도 한 밴드가 100 Hz보다 넓어요.",
                    "en": "Mel bands grow wider upwards. At 5000 Hz even one of 128 is wider than 100 Hz.",
                },
            },
            {
                "ko": "갈라지지 않아요. 위쪽 밴드는 더 넓으니까요",
                "en": "They do not: the bands up there are wider",
                "why": {
                    "ko": "귀에도 100 Hz 차이는 위로 갈수록 좁은 음정으로 들려요. 멜 밴드가 그것을 본떴어요.",
                    "en": "To the ear, too, 100 Hz is a smaller step up there. Mel bands imitate that.",
                },
                "right": True,
            },
            {
                "ko": "창을 더 길게 하면 갈라져요",
                "en": "They do once the window is long enough",
                "why": {
                    "ko": "창은 이미 4096이라 FFT에서는 갈라져 있어요. 멜 밴드가 둘을 다시 한데 모아요.",
                    "en": "At 4096 the FFT has them apart already. It is the mel band that gathers them again.",
                },
            },
        ],
    },
    "14-phone": {
        "question": {
            "ko": "검출기는 개 15마리 가운데 14마리를 찾아요. 옛날 전화기를 거치면(300…3400 Hz만 남아요) 몇 마리를 "
            "찾을까요?",
            "en": "The detector finds 14 of 15 dogs. How many over an old telephone, which keeps 300…3400 Hz only?",
        },
        "choices": [
            {
                "ko": "두세 마리. 그림의 절반이 까매지니까요",
                "en": "Two or three: half of the picture turns black",
                "why": {
                    "ko": "까매진 곳은 비었을 뿐이에요. 휘는 배음은 3400 Hz 아래에 거의 다 있어요.",
                    "en": "That half is merely empty. Nearly all of the bending harmonics lie below 3400 Hz.",
                },
            },
            {
                "ko": "절반쯤",
                "en": "About half of them",
                "why": {
                    "ko": "그럴듯하지만, 개를 알아보게 하는 휘는 배음은 3400 Hz 아래에 거의 다 있어요.",
                    "en": "It sounds likely, but what tells a dog, the bending harmonics, lies below 3400 Hz.",
                },
            },
            {
                "ko": "거의 모두",
                "en": "Nearly all of them",
                "why": {
                    "ko": "여러분도 전화 너머의 개를 알아듣지요. 남은 줄이 제자리에 그대로 있으니까요.",
                    "en": "You, too, know a dog over the telephone. The lines that are left stand where they stood.",
                },
                "right": True,
            },
        ],
    },
    "14-gate": {
        "question": {
            "ko": "보리가 16배 멀어져요. 게이트(−40 dBFS)와 검출기 가운데 어느 쪽이 먼저 보리를 놓칠까요?",
            "en": "Bori walks 16 times as far away. Which loses her first: the gate at −40 dBFS, or the detector?",
        },
        "choices": [
            {
                "ko": "검출기. 그림이 어두워지니까요",
                "en": "The detector: the picture grows dark",
                "why": {
                    "ko": "어두워져도 줄의 모양은 남아요. 검출기는 여러 거리에서 짖는 개를 배웠어요.",
                    "en": "Dark as it is, the lines keep their shape, and the detector has learnt dogs far away.",
                },
            },
            {
                "ko": "게이트. 크기만 보니까요",
                "en": "The gate: it looks at nothing but the level",
                "why": {
                    "ko": "게이트는 무슨 소리인지 몰라요. 작으면 버려요.",
                    "en": "A gate does not know what it hears. What is quiet is thrown away.",
                },
                "right": True,
            },
            {
                "ko": "둘이 같은 개를 놓쳐요",
                "en": "Both lose the same dogs",
                "why": {
                    "ko": "하나는 크기를, 하나는 모양을 보니 놓치는 개도 달라요.",
                    "en": "One looks at the level, the other at the shape, so they lose different dogs.",
                },
            },
        ],
    },
    "14-bound": {
        "question": {
            "ko": "검출기에게 멜 밴드가 128개인 그림을 억지로 보여 주면요? 64개로 배운 검출기예요.",
            "en": "We force pictures of 128 mel bands on the detector. It has learnt with 64. What happens?",
        },
        "choices": [
            {
                "ko": "크기가 달라서 오류가 나요",
                "en": "An error: the size is wrong",
                "why": {
                    "ko": "합성곱은 어떤 크기의 그림 위로도 미끄러져요. 오류가 없어서 더 위험해요.",
                    "en": "A convolution slides over a picture of any size. No error, and that is the danger.",
                },
            },
            {
                "ko": "그림이 더 자세하니 개를 더 잘 찾아요",
                "en": "It finds dogs better, for it sees more detail",
                "why": {
                    "ko": "배음이 두 배로 벌어진 그림은 배운 적이 없어요. 자세해도 낯선 그림이에요.",
                    "en": "It has never seen harmonics twice as far apart. Detailed, but strange.",
                },
            },
            {
                "ko": "오류 없이 점수가 나오지만 개를 많이 놓쳐요",
                "en": "Scores without an error, but many dogs are lost",
                "why": {
                    "ko": "줄과 줄 사이의 거리가 달라져서, 배운 무늬와 맞지 않아요.",
                    "en": "The lines stand at other distances, and no longer match the patterns it knows.",
                },
                "right": True,
            },
        ],
    },
}
