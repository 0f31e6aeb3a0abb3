"""Predictions of lesson 04: how long a dog barks, what a gate drops, half the time, and twins in a test."""

PREDICTIONS = {
    "04-share": {
        "question": {
            "ko": "방금 들은 녹음에서 개가 짖는 시간은 얼마나 될까요?",
            "en": "For how much of the recording you have just heard does the dog bark?",
        },
        "choices": [
            {
                "ko": "거의 전부(80% 넘게)",
                "en": "Nearly all of it (more than 80 %)",
                "why": {
                    "ko": "이름표가 ‘개’라도 녹음에는 쉬는 시간과 배경 소리가 꽤 길게 들어 있어요.",
                    "en": "The label says “dog”, but the recording holds long stretches of rest and background.",
                },
            },
            {
                "ko": "절반이 안 돼요(30–50%)",
                "en": "Less than half (30–50 %)",
                "right": True,
                "why": {
                    "ko": "짖을 때가 도드라져서 길게 느껴져요. 그림의 노란 띠를 보면 빈 곳이 더 넓어요.",
                    "en": "Barks stand out and seem longer. Most of the picture lies outside the yellow bands.",
                },
            },
            {
                "ko": "아주 조금(10%도 안 되게)",
                "en": "Very little (less than 10 %)",
                "why": {
                    "ko": "한 번 짖는 소리는 짧아도 이어 짖으면 1초가 넘어요. 노란 띠 네 개를 더해 보세요.",
                    "en": "In a row, barks take more than a second. Add up the four yellow bands.",
                },
            },
        ],
    },
    "04-gate": {
        "question": {
            "ko": "게이트를 −40에서 −20 dBFS로 올리면 어떤 조각이 사라질까요?",
            "en": "If the gate goes up from −40 to −20 dBFS, which segments disappear?",
        },
        "choices": [
            {
                "ko": "짖는 소리가 없는 조각만",
                "en": "Only those without a bark",
                "why": {
                    "ko": "그랬으면 좋겠지만 게이트는 소리가 무엇인지 몰라요. 1초 평균의 크기만 봐요.",
                    "en": "A gate does not know what it hears; it sees only the average level of a second.",
                },
            },
            {
                "ko": "짖는 소리가 없는 조각, 그리고 짖는 소리가 조금 든 조각도",
                "en": "Those without a bark, and some with a little bark in them, too",
                "right": True,
                "why": {
                    "ko": "노란 띠에 걸친 회색 줄을 보세요. 조각의 일부에서만 짖으면 1초 평균은 작아져요.",
                    "en": "Grey lines reach into a yellow band: if only part of a segment is bark, its average is low.",
                },
            },
            {
                "ko": "모든 조각이",
                "en": "All of them",
                "why": {
                    "ko": "짖는 소리로 찬 조각은 −20 dBFS보다 커요. 그림에서 점선 위에 남아 있어요.",
                    "en": "Segments full of barks are louder than −20 dBFS: they stay above the dashed line.",
                },
            },
        ],
    },
    "04-guide": {
        "question": {
            "ko": "초에 1000이 아니라 500을 곱하는 안내서는 이 녹음의 어디를 자를까요?",
            "en": "The guide multiplies seconds by 500 instead of 1000. Which parts of this recording does it cut?",
        },
        "choices": [
            {
                "ko": "짖는 자리를 그대로, 다만 반 초씩",
                "en": "The barks themselves, only in half seconds",
                "why": {
                    "ko": "반 초로 줄어든 것은 길이만이 아니에요. 시작하는 때도 절반이 돼요.",
                    "en": "It is not just the length that is halved: the beginnings are, too.",
                },
            },
            {
                "ko": "거의 녹음의 앞쪽 절반만",
                "en": "Little but the first half of the recording",
                "right": True,
                "why": {
                    "ko": "10초에 짖으면 5초에서 찾아요. 그러니 뒤쪽 절반은 거의 열어 보지 않아요.",
                    "en": "A bark at 10 s is looked for at 5 s, so the second half is hardly opened at all.",
                },
            },
        ],
    },
    "04-leak": {
        "question": {
            "ko": "원본끼리 모아서 나누면, 카드처럼 섞어 나눌 때와 점수가 얼마나 다를까요?",
            "en": "How different is the score when sources are kept together, compared with shuffling?",
        },
        "choices": [
            {
                "ko": "거의 같아요. 같은 조각이니까요",
                "en": "About the same: they are the same segments",
                "why": {
                    "ko": "조각은 같지만 시험이 달라요. 섞으면 시험 조각의 쌍둥이가 훈련에 들어 있어요.",
                    "en": "The exam is another: shuffled, the twin of a test segment is among those for training.",
                },
            },
            {
                "ko": "원본끼리 모으면 훨씬 높아요",
                "en": "Keeping sources together scores much higher",
                "why": {
                    "ko": "정리하면 배우기 쉬워 보이지만, 시험에는 처음 만나는 원본만 나와요. 더 어려운 시험이에요.",
                    "en": "Now the test holds only sources that training never met: a harder exam.",
                },
            },
            {
                "ko": "원본끼리 모으면 훨씬 낮아요",
                "en": "Keeping sources together scores much lower",
                "right": True,
                "why": {
                    "ko": "쌍둥이가 사라지니 외운 것이 잘 통하지 않아요. 동전 던지기보다 조금 나을 뿐이에요.",
                    "en": "Without twins, memorising hardly helps. What is left is little better than a coin.",
                },
            },
        ],
    },
}
