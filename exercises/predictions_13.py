"""Predictions of lesson 13: bytes as samples, parts of the latency, a siren that flickers, and clusters."""

PREDICTIONS = {
    "13-bytes": {
        "question": {
            "ko": "바이트를 하나씩 표본으로 읽으면 짖는 소리가 어떻게 들릴까요?",
            "en": "If each byte is read as a sample, what will the bark sound like?",
        },
        "choices": [
            {
                "ko": "두 배 길고, 한 옥타브 낮은 짖는 소리",
                "en": "Twice as long, a bark an octave lower",
                "why": {
                    "ko": "길이는 맞아요. 하지만 느리게 튼 것이 아니라, 제멋대로인 하위 바이트가 섞였어요.",
                    "en": "The length is right. But it is not played slowly: the low bytes are mixed in, almost at "
                    "random.",
                },
            },
            {
                "ko": "두 배 길고, “치이익” 하는 잡음",
                "en": "Twice as long, and all hiss",
                "why": {
                    "ko": "표본이 두 배가 됐고, 제멋대로인 하위 바이트가 상위 바이트만큼 크게 들려요.",
                    "en": "Twice the samples, and the low bytes, almost random, are as loud as the high ones.",
                },
                "right": True,
            },
            {
                "ko": "길이는 같고, 조금 거친 짖는 소리",
                "en": "As long as before, a slightly rough bark",
                "why": {
                    "ko": "바이트는 표본의 두 배예요. 하나씩 표본으로 읽으면 길이도 두 배가 돼요.",
                    "en": "There are twice as many bytes as samples, so it gets twice as long.",
                },
            },
        ],
    },
    "13-latency": {
        "question": {
            "ko": "이동 간격 0.1초, 버퍼 1024표본이에요. 지연에서 가장 큰 조각은 무엇일까요?",
            "en": "The hop is 0.1 s, the buffer 1024 samples. Which part of the latency is the largest?",
        },
        "choices": [
            {
                "ko": "① 소리가 창에 들어오기를 기다리는 시간",
                "en": "① Waiting for the sound to come into the window",
                "why": {
                    "ko": "첫 순간만 듣고는 개인지 알 수 없어요. 그래도 창 1초를 다 채울 때까지 기다리지는 않아요.",
                    "en": "The first moment does not tell a dog. Still, it does not wait until the whole second is in.",
                },
                "right": True,
            },
            {
                "ko": "② 다음 창까지 기다리는 시간",
                "en": "② Waiting for the next window",
                "why": {
                    "ko": "이동 간격이 0.1초이니 평균 그 절반이면 돼요.",
                    "en": "With a hop of 0.1 s it is half of that, on average.",
                },
            },
            {
                "ko": "③ 마이크가 버퍼를 채우는 시간",
                "en": "③ Filling the microphone's buffer",
                "why": {"ko": "1024표본은 0.05초도 안 돼요.", "en": "1024 samples are less than 0.05 s."},
            },
        ],
    },
    "13-flicker": {
        "question": {
            "ko": "검출기를 속인 사이렌 하나가 6초 남짓 울려요. 문턱값을 넘어설 때마다 알리면 몇 번일까요?",
            "en": "A siren that fools the detector sounds for some 6 s. How often does it cross the threshold?",
        },
        "choices": [
            {
                "ko": "한 번",
                "en": "Once",
                "why": {
                    "ko": "사이렌은 하나지만, 확률은 문턱값의 위아래로 여러 번 오르내렸어요.",
                    "en": "There is one siren, but the probability went up and down across the threshold.",
                },
            },
            {
                "ko": "여러 번이지만 열 번은 안 돼요",
                "en": "Several, but fewer than ten",
                "why": {
                    "ko": "확률이 문턱값 근처에서 떨릴 때마다 켜졌다 꺼져요. 급식기라면 그때마다 밥이 나와요.",
                    "en": "Whenever the probability trembles around the threshold, the feeder would give a meal.",
                },
                "right": True,
            },
            {
                "ko": "예순 번쯤, 창마다 한 번씩",
                "en": "Some sixty, one for each window",
                "why": {
                    "ko": "넘어서는 순간만 세요. 위에 머무는 동안은 다시 알리지 않아요.",
                    "en": "Only crossings count. While it stays above, there is no new report.",
                },
            },
        ],
    },
    "13-interval": {
        "question": {
            "ko": "오경보가 다섯 번씩 떼 지어 일어나는 집에서, 95 % 구간은 참값을 얼마나 자주 담을까요?",
            "en": "Where alarms come five at a time, how often will the 95 % Poisson interval hold the truth?",
        },
        "choices": [
            {
                "ko": "1000번 가운데 950번쯤. 95 %니까요.",
                "en": "In about 950 of 1000 cases: it says 95 %.",
                "why": {
                    "ko": "하나씩 일어나는 집이라면 그보다 자주 담아요. 떼 지어 일어나면 횟수가 심하게 흔들려요.",
                    "en": "Where they come singly it holds more often still. In clusters the counts scatter widely.",
                },
            },
            {
                "ko": "950번보다 훨씬 드물게",
                "en": "In far fewer than 950",
                "why": {
                    "ko": "0번, 5번, 10번, 20번으로 흔들리는데, 구간은 하나씩 일어나는 줄 알고 좁게 잡혔어요.",
                    "en": "Counts leap from 0 to 5, 10 or 20; the interval takes them for single events, and is too "
                    "narrow.",
                },
                "right": True,
            },
            {
                "ko": "거의 언제나. 떼 지으면 세기 쉬우니까요.",
                "en": "Nearly always: clusters are easy to count.",
                "why": {
                    "ko": "떼의 수는 적어서, 센 횟수로 아는 것도 그만큼 적어요.",
                    "en": "There are few clusters, so a count of alarms tells less, not more.",
                },
            },
        ],
    },
}
