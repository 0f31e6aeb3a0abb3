"""Predictions and checks of lesson 01: what a sound is to a computer, and how one can be fooled by a score."""

from exercises import Wrong, ask, idea_behind

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
                    "ko": "가장 큰 표본은 한순간일 뿐이에요. 문소리는 그 순간이 지나면 거의 조용해요.",
                    "en": "The largest sample is one moment only. After it, the knock is almost silent.",
                },
            },
            {
                "ko": "개: 네 번이나 짖었으니까",
                "en": "The dog: it barks four times",
                "why": {
                    "ko": "여러 번 짖으면 평균이 올라가기는 해요. 그만큼 문은 한순간에 훨씬 크게 울렸고요.",
                    "en": "More barks do raise the mean, but the knock makes up for it with two very loud moments.",
                },
            },
            {
                "ko": "거의 같다",
                "en": "They are about the same",
                "right": True,
                "why": {
                    "ko": "한순간 아주 큰 소리와 적당히 큰 소리 여럿은 평균이 같을 수 있어요.",
                    "en": "One very loud moment and several fairly loud ones can have the same mean.",
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
                "ko": "한순간에 낮은 소리부터 높은 소리까지 모두 환해진다",
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
            "ko": "녹음 450개에서 개는 다른 소리보다 클까요?",
            "en": "In 450 recordings, are dogs louder than the other sounds?",
        },
        "choices": [
            {
                "ko": "대체로 더 크다",
                "en": "Most are louder",
                "why": {
                    "ko": "가까이서 짖으면 크지만, 멀리서 짖은 녹음도 많아요.",
                    "en": "A dog nearby is loud, but many of these bark far away.",
                },
            },
            {
                "ko": "대체로 더 작다",
                "en": "Most are quieter",
                "why": {
                    "ko": "사이렌만큼 큰 개도 있고, 속삭임만큼 작은 다른 소리도 있어요.",
                    "en": "Some dogs are as loud as a siren, and some other sounds are very quiet.",
                },
            },
            {
                "ko": "크기가 뒤섞여 있다",
                "en": "Their levels overlap",
                "right": True,
                "why": {
                    "ko": "소리 크기는 ‘무엇인지’보다 ‘얼마나 가까운지’를 말해 주거든요.",
                    "en": "Level tells how near a thing is rather than what it is.",
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
            "ko": "첫 소리를 10분의 1로 줄이면(20 dB 작게) 검출기의 점수는 어떻게 될까요?",
            "en": "Divide the first bark by 10 (20 dB quieter): what becomes of the detector's score?",
        },
        "choices": [
            {
                "ko": "10분의 1로 준다",
                "en": "It is divided by 10, too",
                "why": {
                    "ko": "검출기는 크기를 재는 기계가 아니에요. 작아져도 줄무늬의 모양은 그대로예요.",
                    "en": "The detector does not measure level. The pattern of lines stays the same.",
                },
            },
            {
                "ko": "거의 그대로다",
                "en": "It hardly changes",
                "right": True,
                "why": {
                    "ko": "조금 어두워졌을 뿐 그림의 모양은 그대로니까요. 검출기는 여러 거리에서 짖는 개를 배웠어요.",
                    "en": "Darker, but of the same shape: and the detector has learnt from dogs near and far.",
                },
            },
            {
                "ko": "문턱값 아래로 떨어진다",
                "en": "It falls below the threshold",
                "why": {
                    "ko": "크기 규칙이라면 놓쳤을 거예요. 하지만 검출기는 그림의 모양을 봐요.",
                    "en": "The loudness rule would miss it. The detector looks at the shape of the picture.",
                },
            },
        ],
    },
}

SENTENCES = {
    "01-1": {
        "right": {
            "ko": "3초짜리 스테레오 녹음 하나가 벌써 숫자 288000개예요. 그래서 우리는 채널을 하나로 합치고 표본화율을 "
            "낮춰서 시작해요.",
            "en": "Three seconds of stereo are 288000 numbers already. That is why we begin by merging the channels "
            "and lowering the sample rate.",
        },
        "one_channel": {
            "ko": "한 채널만 셌어요. 스테레오는 왼쪽과 오른쪽을 따로 적어요.",
            "en": "You counted one channel. Stereo writes down left and right separately.",
        },
        "our_rate": {
            "ko": "이 수업의 표본화율 22050 Hz로 계산했어요. 문제의 녹음은 48000 Hz예요.",
            "en": "You used this lesson's own sample rate, 22050 Hz. The recording in question has 48000 Hz.",
        },
        "other": {
            "ko": "1초에 재는 횟수, 초, 채널의 수를 모두 곱했는지 보세요.",
            "en": "See whether you multiplied all three: measurements a second, seconds, channels.",
        },
    },
    "01-2": {
        "right": {
            "ko": "1초에 두 배 많은 숫자를 들려주니 떨림도 두 배 빨라져서 한 옥타브 높아지고, 대신 0.5초 만에 끝나요.",
            "en": "Twice as many numbers a second: it vibrates twice as fast, an octave higher, and is over in 0.5 s.",
        },
        "slower": {
            "ko": "1초에 절반만 들려주면 느리고 낮은 소리, 아주 큰 개가 돼요. 거꾸로 가 보세요.",
            "en": "Half as many numbers a second make a slow, low voice: a very big dog. Go the other way.",
        },
        "factor": {
            "ko": "`rate`는 몇 배인지가 아니라 1초에 표본 몇 개인지(Hz)예요.",
            "en": "`rate` is not a factor but the number of samples a second (Hz).",
        },
        "same": {
            "ko": "22050 Hz는 원래 속도예요. 그보다 빨리 들려줘야 높아져요.",
            "en": "22050 Hz is the speed it was recorded at. To sound higher, it has to run faster.",
        },
        "other": {
            "ko": "한 옥타브 높은 소리는 정확히 두 배 빨리 떨려요. 22050의 두 배는 얼마인가요?",
            "en": "A sound one octave higher vibrates exactly twice as fast. What is twice 22050?",
        },
    },
    "01-3": {
        "right": {
            "ko": "이 함수에 개의 크기를 넣으면 밥을 얻은 개의 수, 다른 소리의 크기를 넣으면 속은 횟수가 나와요.",
            "en": "Given the levels of dogs, it counts dogs that got food; given the others, times it was fooled.",
        },
        "strict": {
            "ko": "문턱값과 똑같은 크기를 빠뜨렸어요. ‘이상’은 `>=`예요.",
            "en": "You left out a level that equals the threshold. “At least” is `>=`.",
        },
        "below": {
            "ko": "문턱값보다 작은 소리를 셌어요. dBFS는 음수라서, 0에 가까울수록 커요.",
            "en": "You counted the quieter sounds. dBFS are negative: the closer to 0, the louder.",
        },
        "early": {
            "ko": "첫 번째 크기만 보고 끝났어요. `return`은 `for`가 끝난 다음, 들여쓰기 없이 써요.",
            "en": "You stopped after the first level. `return` comes after the loop, not inside it.",
        },
        "everything": {
            "ko": "크기와 상관없이 모두 셌어요. `if`로 문턱값과 비교하세요.",
            "en": "You counted all of them. Compare each with the threshold by `if`.",
        },
        "other": {
            "ko": "크기 −30, −20, −10과 문턱값 −20이면 답은 2예요. 종이 위에서 한 줄씩 따라가 보세요.",
            "en": "For levels −30, −20, −10 and a threshold of −20 the answer is 2. Follow your lines on paper.",
        },
    },
    "01-4": {
        "right": {
            "ko": "늘 “아니요”도, 늘 “네”도 이 점수로는 0.5예요. 이것을 균형 정확도(balanced accuracy)라고 해요.",
            "en": "“Always no” and “always yes” both get 0.5. This is called balanced accuracy.",
        },
        "accuracy": {
            "ko": "맞힌 수를 전체로 나눴어요. 그러면 굶는 급식기가 또 이겨요. 비율을 따로 구한 다음 평균을 내세요.",
            "en": "You divided the right answers by all. Then the feeder that feeds nobody wins again. "
            "Take the two shares first, then their mean.",
        },
        "dogs_only": {
            "ko": "찾은 개만 봤어요. 그러면 아무 소리에나 밥을 주는 급식기가 만점이에요.",
            "en": "You looked at the dogs alone. Then a feeder that feeds at any sound gets full marks.",
        },
        "fooled": {
            "ko": "속은 비율을 더했어요. 속을수록 점수가 올라가면 안 되니, 속지 *않은* 비율을 쓰세요.",
            "en": "You added the share of fooled. Being fooled must not raise the score: take the share *not* fooled.",
        },
        "sum": {
            "ko": "두 비율을 더하기만 했어요. 만점이 1이 되도록 2로 나누세요.",
            "en": "You only added the two shares. Divide by 2, so that full marks are 1.",
        },
        "percent": {
            "ko": "100을 곱했어요. 0에서 1 사이의 수로 돌려주세요.",
            "en": "You multiplied by 100. Return a number between 0 and 1.",
        },
        "other": {
            "ko": "찾은 개의 비율과 속지 않은 비율을 따로 구한 다음, 둘의 평균을 내세요.",
            "en": "Take the share of dogs found and the share of others that did not fool it, then the mean of both.",
        },
    },
}


def check_01_1(answer):
    """How many numbers three seconds of stereo at 48 000 Hz are."""
    if answer == 48_000 * 3:
        raise Wrong("one_channel")
    if answer == 22_050 * 3 * 2:
        raise Wrong("our_rate")
    if answer != 48_000 * 3 * 2:
        raise Wrong("other")


def check_01_2(rate):
    """The rate at which one second of 22 050 Hz sounds an octave higher."""
    if abs(rate - 44_100) <= 441:
        return
    if rate == 22_050:
        raise Wrong("same")
    if 0 < rate <= 10:
        raise Wrong("factor")
    raise Wrong("slower" if 0 < rate < 22_050 else "other")


def check_01_3(count_fed):
    """How many levels reach a threshold."""
    levels, threshold = [-31.5, -20.0, -12.0, -20.0, -4.5, -44.0, -9.0], -20.0
    ideas = [
        ("strict", sum(level > threshold for level in levels)),
        ("below", sum(level < threshold for level in levels)),
        ("everything", len(levels)),
        ("early", 0),
    ]
    if (result := ask(count_fed, levels, threshold)) != sum(level >= threshold for level in levels):
        raise Wrong(idea_behind(ideas, result))
    if ask(count_fed, [-3.0, -50.0, -2.0], -10.0) != 2 or ask(count_fed, [], -10.0) != 0:
        raise Wrong("other")


def check_01_4(fair_score):
    """Balanced accuracy, from the dogs caught and the others that fooled."""
    cases = [(8, 10, 9, 90), (0, 165, 0, 285), (165, 165, 285, 285), (3, 4, 1, 10)]
    for caught, dogs, fooled, others in cases:
        found, passed = caught / dogs, 1 - fooled / others
        right = (found + passed) / 2
        result = ask(fair_score, caught, dogs, fooled, others)
        ideas = [
            ("accuracy", (caught + others - fooled) / (dogs + others)),
            ("dogs_only", found),
            ("fooled", (found + fooled / others) / 2),
            ("sum", found + passed),
            ("percent", 100 * right),
        ]
        if abs(result - right) > 1e-6:
            raise Wrong(idea_behind(ideas, result, tolerance=1e-6))
