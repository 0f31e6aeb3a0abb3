"""Predictions of lesson 01: levels, pictures, a rule by loudness, and a detector."""

PREDICTIONS = {
    "01-level": {
        "question": {
            "ko": "1초 전체의 소리 크기는 어느 쪽이 더 클까요?",
            "en": "Which of the two is louder, taken over the whole second?",
        },
        "choices": [
            {
                "ko": "문: 가장 큰 표본이 두 배도 넘으니까",
                "en": "The door: its largest sample is more than twice as large",
                "why": {
                    "ko": "가장 큰 표본은 한순간일 뿐이에요. 문소리는 두드린 두 순간 말고는 훨씬 작아요.",
                    "en": "The largest sample is one moment. But for two such moments the knocking is far quieter.",
                },
            },
            {
                "ko": "개: 네 번이나 짖었으니까",
                "en": "The dog: it barks four times",
                "why": {
                    "ko": "여러 번 짖으면 평균이 올라가기는 해요. 그만큼 문은 두 순간에 훨씬 크게 울렸고요.",
                    "en": "More barks do raise the mean, but the knock makes up for it with two very loud moments.",
                },
            },
            {
                "ko": "거의 같다",
                "en": "They are about the same",
                "right": True,
                "why": {
                    "ko": "아주 큰 순간이 조금 있는 소리와 적당히 큰 순간이 많은 소리는 평균이 같을 수 있어요.",
                    "en": "A few very loud moments and many fairly loud ones can have the same mean.",
                },
            },
        ],
    },
    "01-picture": {
        "question": {
            "ko": "문소리의 그림은 개의 그림과 무엇이 다를까요?",
            "en": "How will the picture of the knock differ from that of the dog?",
        },
        "choices": [
            {
                "ko": "다르지 않다: 크기가 같으니까",
                "en": "Not at all: both have the same level",
                "why": {
                    "ko": "크기는 얼마나 큰지만 말해요. 그림은 어떤 높이의 소리가 나는지도 보여 줘요.",
                    "en": "Level tells only how loud. A picture also shows how low or high.",
                },
            },
            {
                "ko": "더 어둡다: 문은 금방 조용해지니까",
                "en": "It is darker: a knock is over so soon",
                "why": {
                    "ko": "문소리는 짧아도 나무가 계속 울려서, 그림은 오히려 더 환해요.",
                    "en": "The knock is short, but the wood rings on, and the picture is brighter than the dog's.",
                },
            },
            {
                "ko": "한순간에 낮은 소리부터 높은 소리까지 환해진다",
                "en": "It lights up from low to high, all in one moment",
                "right": True,
                "why": {
                    "ko": "‘딱’ 하는 짧은 소리에는 온갖 높이가 한꺼번에 들어 있어요.",
                    "en": "A short “tock” holds all pitches at once.",
                },
            },
        ],
    },
    "01-louder": {
        "question": {
            "ko": "녹음 150개에서 개는 다른 소리보다 클까요?",
            "en": "In 150 recordings, are dogs louder than the other sounds?",
        },
        "choices": [
            {
                "ko": "대체로 더 크다",
                "en": "Most are louder",
                "why": {
                    "ko": "크게 들리는 개도 작게 들리는 개도 있어요. 다른 소리도 그렇고요.",
                    "en": "Some dogs are loud and some are quiet; so are the other sounds.",
                },
            },
            {
                "ko": "대체로 더 작다",
                "en": "Most are quieter",
                "why": {
                    "ko": "두 평균을 견주어 보세요. 거의 같아요.",
                    "en": "Compare the two means: they are nearly the same.",
                },
            },
            {
                "ko": "크기가 뒤섞여 있다",
                "en": "Their levels overlap",
                "right": True,
                "why": {
                    "ko": "같은 소리도 가까우면 크고 멀면 작아요. 크기만으로는 무엇인지 알 수 없어요.",
                    "en": "Anything is loud nearby and quiet far away. Level alone does not tell what it is.",
                },
            },
        ],
    },
    "01-most": {
        "question": {
            "ko": "맞힌 녹음의 수가 가장 많은 문턱값은 어느 것일까요?",
            "en": "With which threshold are the most recordings judged right?",
        },
        "choices": [
            {
                "ko": "−40 dBFS: 모두에게 밥을 준다",
                "en": "−40 dBFS: everything is fed",
                "why": {
                    "ko": "개는 모두 맞히지만, 더 많은 다른 소리를 모두 틀려요.",
                    "en": "All dogs are right, but all the other sounds, which are more, are wrong.",
                },
            },
            {
                "ko": "−20 dBFS: 한가운데",
                "en": "−20 dBFS: the middle",
                "why": {
                    "ko": "두 무더기가 겹쳐 있어서, 가운데에 두어도 양쪽을 절반쯤 틀려요.",
                    "en": "The two groups overlap, so in the middle about half of each is wrong.",
                },
            },
            {
                "ko": "0 dBFS: 아무에게도 밥을 주지 않는다",
                "en": "0 dBFS: nobody is fed",
                "right": True,
                "why": {
                    "ko": "개가 아닌 녹음이 더 많아서, 늘 “아니요”라고 하면 가장 많이 맞아요.",
                    "en": "There are more recordings without a dog, so “no” is right most often.",
                },
            },
        ],
    },
    "01-quiet": {
        "question": {
            "ko": "그 개 소리들을 10분의 1로 줄이면(20 dB 작게) 검출기는 몇 개나 찾을까요?",
            "en": "Divide the sounds of these dogs by 10 (20 dB quieter): how many does the detector still find?",
        },
        "choices": [
            {
                "ko": "찾았던 것의 10분의 1쯤",
                "en": "Only 1 in 10 of them",
                "why": {
                    "ko": "점수는 크기를 따라 줄지 않아요. 작아져도 줄무늬의 모양은 남아 있어요.",
                    "en": "The score does not shrink with the level: in a quieter sound the pattern of lines is left.",
                },
            },
            {
                "ko": "찾았던 것의 대부분",
                "en": "Most of them",
                "right": True,
                "why": {
                    "ko": "그림은 20 dB 어두워지고 가장 여린 부분만 사라져요. 검출기는 크게 짖는 개도 작게 짖는 개도 "
                    "배웠어요. 하지만 100분의 1로 줄이면 대부분 놓쳐요.",
                    "en": "The pictures get 20 dB darker and lose only their faintest parts, and it has learnt from "
                    "dogs loud and quiet. Divide by 100, and it misses most.",
                },
            },
            {
                "ko": "하나도 못 찾는다",
                "en": "None of them",
                "why": {
                    "ko": "크기 규칙이라면 그랬을지도 몰라요. 검출기는 그림의 모양을 봐요.",
                    "en": "The loudness rule might miss them all. The detector looks at the shape of the picture.",
                },
            },
        ],
    },
}
