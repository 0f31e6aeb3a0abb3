"""Predictions of lesson 05: window lengths, mel rows, doubled decibels, a quiet room, and the mean of a wall."""

PREDICTIONS = {
    "05-window": {
        "question": {
            "ko": "창을 1024에서 4096으로 네 배 늘리면, 짖는 소리의 그림은 어떻게 달라질까요?",
            "en": "Make the window four times as long, 4096 in place of 1024. How does the picture of the bark change?",
        },
        "choices": [
            {
                "ko": "가로줄도, 짖기 시작하는 순간도 더 또렷해져요.",
                "en": "Both get sharper: the horizontal lines and the moment the bark begins.",
                "why": {
                    "ko": "창이 길면 그 안에서 언제 소리가 났는지는 알 수 없어요. 하나가 또렷해지면 다른 하나는 "
                    "흐려져요.",
                    "en": "A long window cannot tell when, within itself, a sound occurred. What one gains, the other "
                    "loses.",
                },
            },
            {
                "ko": "가로줄은 가늘어지고, 짖기 시작하는 순간은 옆으로 번져요.",
                "en": "The horizontal lines get thinner, and the moment the bark begins smears sideways.",
                "right": True,
                "why": {
                    "ko": "긴 창은 가까운 두 높이를 잘 갈라 보지만, 그 사이에 일어난 일은 모두 한 기둥에 섞여요.",
                    "en": "A long window separates close pitches, but whatever happens within it lands in one column.",
                },
            },
            {
                "ko": "그림이 커질 뿐, 모양은 그대로예요.",
                "en": "The picture only gets larger; its shapes stay the same.",
                "why": {
                    "ko": "줄 수만 늘어나는 것이 아니에요. 기둥 하나가 네 배 긴 시간을 담게 돼요.",
                    "en": "It has more rows, but that is not all: each column now covers four times as much time.",
                },
            },
        ],
    },
    "05-mel": {
        "question": {
            "ko": "멜 그림은 11025 Hz까지를 64줄로 그려요. 그 가운데 2000 Hz 아래를 그리는 줄은 몇 줄일까요?",
            "en": "A mel picture shows everything up to 11025 Hz in 64 rows. How many of them lie below 2000 Hz?",
        },
        "choices": [
            {
                "ko": "12줄쯤",
                "en": "About 12",
                "why": {
                    "ko": "Hz를 고르게 나누면 그래요. STFT의 줄이 바로 그렇게 놓여 있어요.",
                    "en": "So it would be if the rows were spread evenly over Hz, as those of the STFT are.",
                },
            },
            {
                "ko": "32줄쯤",
                "en": "About 32",
                "right": True,
                "why": {
                    "ko": "귀가 잘 구별하는 낮은 쪽에 줄의 절반을 줘요.",
                    "en": "Half of all rows go to the low frequencies, which the ear tells apart well.",
                },
            },
            {
                "ko": "60줄쯤",
                "en": "About 60",
                "why": {
                    "ko": "그러면 높은 쪽에는 거의 남지 않아요. 개 소리의 거친 느낌은 높은 쪽에도 있어요.",
                    "en": "Hardly any would be left for the high ones, and a dog's roughness is up there, too.",
                },
            },
        ],
    },
    "05-half": {
        "question": {
            "ko": "진폭이 절반이 되면 6 dB 내려가야 해요. 안내서의 식으로 재면 몇 dB 내려갈까요?",
            "en": "At half the amplitude a sound should be 6 dB lower. How much lower is it by the guide's formula?",
        },
        "choices": [
            {
                "ko": "3 dB",
                "en": "3 dB",
                "why": {
                    "ko": "파워가 절반일 때 3 dB예요. 진폭이 절반이면 파워는 4분의 1이에요.",
                    "en": "That is half the power. Half the amplitude means a quarter of the power.",
                },
            },
            {
                "ko": "6 dB",
                "en": "6 dB",
                "why": {
                    "ko": "amplitude_to_db에 진폭을 주었다면 그랬을 거예요. 안내서는 파워를 주었어요.",
                    "en": "It would be, had amplitude_to_db been given amplitudes. The guide gave it power.",
                },
            },
            {
                "ko": "12 dB",
                "en": "12 dB",
                "right": True,
                "why": {
                    "ko": "이미 제곱한 것을 진폭으로 여기고 한 번 더 제곱해서, 모든 데시벨이 두 배가 돼요.",
                    "en": "What was squared already is taken for an amplitude and squared again: every decibel "
                    "doubles.",
                },
            },
        ],
    },
    "05-silence": {
        "question": {
            "ko": "아무도 짖지 않는 조용한 방을 안내서처럼 ref=np.max로 칠하면 어떻게 보일까요?",
            "en": "Paint a quiet room, in which nobody barks, with the guide's ref=np.max. What does it look like?",
        },
        "choices": [
            {
                "ko": "거의 새까매요.",
                "en": "Nearly black.",
                "why": {
                    "ko": "기준이 늘 같다면 어두워요. 하지만 np.max는 그 조각에서 가장 센 것을 기준으로 삼아요.",
                    "en": "Dark, yes, if the reference never changed. But np.max takes whatever is strongest in that "
                    "segment.",
                },
            },
            {
                "ko": "짖는 조각보다는 어두워요.",
                "en": "Darker than a bark, but not black.",
                "why": {
                    "ko": "거꾸로예요. 방의 잡음은 조각을 고르게 채워서, 평균은 짖는 조각보다 밝아요.",
                    "en": "It is the other way round: the room's noise fills the whole segment, so its mean is "
                    "brighter.",
                },
            },
            {
                "ko": "짖는 조각보다도 환해요.",
                "en": "Brighter even than a bark.",
                "right": True,
                "why": {
                    "ko": "잡음의 가장 센 점이 기준이 되고, 나머지 잡음도 평균 9 dB 약할 뿐이니까요.",
                    "en": "The strongest spot of the noise is the reference, and on average the rest is only 9 dB "
                    "weaker.",
                },
            },
        ],
    },
    "05-wall": {
        "question": {
            "ko": "개의 그림과 다른 소리의 그림을 모두 평균 내면 어느 쪽이 더 어두울까요?",
            "en": "Take the mean of all pictures of dogs, and of all others. Which mean is darker?",
        },
        "choices": [
            {
                "ko": "다른 소리. 개 짖는 소리가 가장 크니까요.",
                "en": "That of the others, for nothing is as loud as a bark.",
                "why": {
                    "ko": "짖는 순간은 크지만 아주 짧아요. 평균은 그 사이의 빈 곳이 정해요.",
                    "en": "A bark is loud, but short. The mean is decided by the gaps.",
                },
            },
            {
                "ko": "개. 짖는 소리는 짧고 사이가 비어 있으니까요.",
                "en": "That of the dogs, for barks are short and have gaps between them.",
                "right": True,
                "why": {
                    "ko": "에어컨이나 엔진은 1초를 가득 채우지만, 짖는 소리는 띄엄띄엄 서 있는 세로 띠예요.",
                    "en": "An air conditioner or an engine fills the second; barks are stripes with darkness "
                    "in between.",
                },
            },
            {
                "ko": "같아요. 기준을 고정했으니까요.",
                "en": "Neither, for the reference is fixed.",
                "why": {
                    "ko": "기준을 고정했기 때문에 오히려 크기의 차이가 그림에 남아요.",
                    "en": "On the contrary: a fixed reference is what keeps differences in level.",
                },
            },
        ],
    },
}
