"""Predictions of lesson 09: takes that are kept, a fan without a bell, mending a kitchen, and honest scores."""

PREDICTIONS = {
    "09-bad": {
        "question": {
            "ko": "멀리서 녹음한 종, 너무 가까이에서 녹음한 종, 종이라고 적었지만 휘파람인 녹음. 어떤 것이 저장될까요?",
            "en": "A bell from far away, a bell from too close, and a whistle that is labelled bell. Which is stored?",
        },
        "choices": [
            {
                "ko": "하나도 저장되지 않아요.",
                "en": "None of them.",
                "why": {
                    "ko": "크기와 길이는 잴 수 있지만, 이름표가 맞는지는 잴 수 없어요. 아직 종을 모르니까요.",
                    "en": "Level and length can be measured, but not the label: nobody knows the bell yet.",
                },
            },
            {
                "ko": "이름표가 틀린 것만 저장돼요.",
                "en": "Only the one with the wrong label.",
                "right": True,
                "why": {
                    "ko": "소리는 멀쩡하니까요. 크기를 재서는 이런 실수를 찾을 수 없어요.",
                    "en": "There is nothing wrong with its sound. Measuring it does not find a mistake like this.",
                },
            },
            {
                "ko": "멀리서 녹음한 것만 저장돼요.",
                "en": "Only the one from far away.",
                "why": {
                    "ko": "검출기는 게이트보다 조용한 소리를 듣지 않아요. 들을 수 없는 것은 가르칠 수도 없어요.",
                    "en": "The detector ignores what is below its gate, and what it ignores it cannot be taught.",
                },
            },
        ],
    },
    "09-fan": {
        "question": {
            "ko": "종이 울리지 않는데 환풍기만 돌고 있어요. 이 신경망이 답하는 종의 확률은 얼마쯤일까요?",
            "en": "No bell rings, only the fan is running. About what probability of a bell does this network give?",
        },
        "choices": [
            {
                "ko": "0에 가까워요. 종이 없으니까요.",
                "en": "Close to 0: there is no bell.",
                "why": {
                    "ko": "우리 귀에는 그래요. 하지만 신경망에게는 환풍기가 종의 일부가 아니라고 알려 준 적이 없어요.",
                    "en": "To our ears, yes. But nobody has told the network that the fan is not part of the bell.",
                },
            },
            {
                "ko": "0.5쯤이에요. 처음 듣는 소리니까요.",
                "en": "About 0.5: it has never met this.",
                "why": {
                    "ko": "처음 듣는 소리가 아니에요. 종이 울린 조각마다 환풍기도 함께 들었어요.",
                    "en": "It has met it: every segment with a bell had the fan in it.",
                },
            },
            {
                "ko": "1에 가까워요.",
                "en": "Close to 1.",
                "right": True,
                "why": {
                    "ko": "배운 조각에서는 환풍기도 종만큼 믿을 만한 단서였어요.",
                    "en": "In what it learnt from, the fan was as good a cue as the bell.",
                },
            },
        ],
    },
    "09-kitchen": {
        "question": {
            "ko": "부엌에서 녹음한 종 네 개에는 환풍기 소리가 섞여 있어요. 고칠 때 이 종들을 빼야 할까요?",
            "en": "The four bells from the kitchen have the fan in them. Should they be left out when we mend this?",
        },
        "choices": [
            {
                "ko": "빼야 해요. 말썽을 일으킨 녹음이니까요.",
                "en": "Yes: they caused the trouble.",
                "why": {
                    "ko": "종이 아니라 짝이 문제였어요. 환풍기가 모든 이름표에 있으면 단서가 되기 어려워요.",
                    "en": "Not the bells but their company was wrong. A fan behind every label is hardly a cue.",
                },
            },
            {
                "ko": "빼도 그만, 넣어도 그만이에요.",
                "en": "It makes no difference.",
                "why": {
                    "ko": "빼면 환풍기 옆에서 울린 종을 한 번도 듣지 못해요.",
                    "en": "Without them it never hears a bell beside a fan.",
                },
            },
            {
                "ko": "넣어야 해요.",
                "en": "No, they should stay.",
                "right": True,
                "why": {
                    "ko": "환풍기 옆에서 울린 종을 들려줄 수 있는 것은 이 네 개뿐이에요.",
                    "en": "These four are all that shows it a bell beside the fan.",
                },
            },
        ],
    },
    "09-out": {
        "question": {
            "ko": "배운 조각, 빼 둔 조각, 빼 둔 테이크. 어느 것에 물은 점수가 처음 가 본 방의 점수와 가장 가까울까요?",
            "en": "Segments it met, segments left out, takes left out: which score is nearest to that of new rooms?",
        },
        "choices": [
            {
                "ko": "배운 그대로 물은 것",
                "en": "What it learnt",
                "why": {
                    "ko": "이미 본 문제를 다시 푼 점수예요. 셋 가운데 가장 높아요.",
                    "en": "That is a score for questions it has seen before, and the highest of the three.",
                },
            },
            {
                "ko": "조각을 뺀 것",
                "en": "Segments left out",
                "why": {
                    "ko": "같은 테이크의 다른 조각이 그 방을 이미 가르쳐 주었어요.",
                    "en": "Another segment of the same take had taught it that room.",
                },
            },
            {
                "ko": "테이크를 뺀 것",
                "en": "Takes left out",
                "right": True,
                "why": {
                    "ko": "뺀 테이크의 방은 들은 적이 없으니까요. 새 방도 그래요. 남은 차이는 우연일 수 있어요.",
                    "en": "It never heard the room of that take, nor any new room. What is left may be chance.",
                },
            },
        ],
    },
}
