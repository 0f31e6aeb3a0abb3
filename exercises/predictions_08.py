"""Predictions of lesson 08: what a loop loses, what becomes of an overflow, a callback, and how often to ask."""

PREDICTIONS = {
    "08-loop": {
        "question": {
            "ko": "0.5초 듣고 0.5초 일하기를 되풀이해요. 짧게 짖는 열두 번 가운데 온전히 들리는 것은 몇 번쯤일까요?",
            "en": "It listens for 0.5 s, works for 0.5 s, and so on. Of twelve barks, about how many are heard whole?",
        },
        "choices": [
            {
                "ko": "아홉 번쯤",
                "en": "About nine",
                "why": {
                    "ko": "듣는 시간은 절반뿐이고, 듣다가 끊겨 잘리는 소리도 많아요.",
                    "en": "Only half of the time is heard, and many barks run over its edges.",
                },
            },
            {
                "ko": "여섯 번쯤",
                "en": "About six",
                "why": {
                    "ko": "절반의 시간을 들으니 그럴듯해요. 하지만 온전히 들리려면 0.5초 안에 다 들어가야 해요.",
                    "en": "Half of the time is heard, so it sounds right. But a whole bark has to fit into 0.5 s.",
                },
            },
            {
                "ko": "세 번쯤",
                "en": "About three",
                "right": True,
                "why": {
                    "ko": "처음부터 끝까지 듣는 0.5초 안에 들어가야 하는데, 많은 소리가 잘리거나 사라졌어요.",
                    "en": "The whole bark has to fit into 0.5 s that are heard, and many were cut or missed.",
                },
            },
        ],
    },
    "08-overflow": {
        "question": {
            "ko": "넘침 오류에는 exception_on_overflow=False를 넣으라는 글이 많아요. 넘친 소리는 어떻게 될까요?",
            "en": "On the web, the usual cure for overflow errors is exception_on_overflow=False. What happens to the "
            "sound then?",
        },
        "choices": [
            {
                "ko": "다음 read가 밀린 소리까지 한꺼번에 줘요.",
                "en": "The next read returns it along with the rest.",
                "why": {
                    "ko": "장치가 담아 두는 것은 버퍼 몇 개뿐이에요. 나머지는 이미 없어요.",
                    "en": "The device keeps a few buffers and no more. The rest is gone already.",
                },
            },
            {
                "ko": "그대로 사라져요. 없어지는 것은 오류뿐이에요.",
                "en": "It is lost all the same. Only the error goes away.",
                "right": True,
                "why": {
                    "ko": "알려 주던 것마저 없앤 셈이에요. 그러니 잃은 만큼 세어 두어야 해요.",
                    "en": "You have silenced the messenger. What is lost has to be counted some other way.",
                },
            },
            {
                "ko": "버퍼가 커져서 더는 넘치지 않아요.",
                "en": "The buffer grows, so nothing overflows any more.",
                "why": {
                    "ko": "버퍼의 크기는 frames_per_buffer가 정해요. 이 값은 알릴지 말지만 정해요.",
                    "en": "frames_per_buffer decides on the buffer. This setting only decides whether you are told.",
                },
            },
        ],
    },
    "08-callback": {
        "question": {
            "ko": "이제 소리가 올 때마다 콜백이 불려요. 1초 걸리는 일을 42번 하는 동안 몇 초를 듣게 될까요?",
            "en": "Now a callback takes the sound. How much is heard while the program works 42 times for 1 s?",
        },
        "choices": [
            {
                "ko": "0초. 일하는 동안에는 함수가 불리지 않아요.",
                "en": "0 s: no function is called while the program works.",
                "why": {
                    "ko": "콜백은 PyAudio의 다른 스레드가 불러요. 프로그램이 무엇을 하든 불려요.",
                    "en": "Another thread of PyAudio's calls it, whatever the program is doing.",
                },
            },
            {
                "ko": "21초쯤. 반은 듣고 반은 일해요.",
                "en": "About 21 s: half the time it listens, half it works.",
                "why": {
                    "ko": "번갈아 할 때의 이야기예요. 이제는 동시에 해요.",
                    "en": "That was taking turns. Now both happen at once.",
                },
            },
            {
                "ko": "42초쯤. 모두 들어요.",
                "en": "About 42 s: everything.",
                "right": True,
                "why": {
                    "ko": "다른 스레드가 소리를 받아 두니, 일하는 동안에도 빠지는 것이 없어요.",
                    "en": "Another thread takes the sound in, so nothing is missed during work.",
                },
            },
        ],
    },
    "08-hop": {
        "question": {
            "ko": "창은 늘 1초예요. 이동 간격을 1초에서 0.1초로 줄이면 지연(가운뎃값)은 어떻게 될까요?",
            "en": "The window is always 1 s. What does a hop of 0.1 s in place of 1 s do to the median latency?",
        },
        "choices": [
            {
                "ko": "1초쯤으로 그대로예요. 창이 1초니까요.",
                "en": "It stays near 1 s, because the window is 1 s long.",
                "why": {
                    "ko": "창이 다 찰 때까지 기다리지 않아요. 짖는 소리가 창의 끝에 들어오면 확률이 올라요.",
                    "en": "Nothing waits for the window to fill. The probability rises once the bark comes in.",
                },
            },
            {
                "ko": "절반쯤으로 줄어요.",
                "en": "It falls to about half.",
                "right": True,
                "why": {
                    "ko": "더 자주 물으니 더 빨리 알아차려요. 하지만 소리가 어느 만큼은 들어와야 해요.",
                    "en": "Ask more often and you know sooner. But some of the bark has to be in the window.",
                },
            },
            {
                "ko": "십분의 일로 줄어요.",
                "en": "It falls to a tenth.",
                "why": {
                    "ko": "기다리는 시간은 십분의 일이 되지만, 소리가 창에 들어오는 시간은 그대로예요.",
                    "en": "The waiting does, but the bark still needs its time to come into the window.",
                },
            },
        ],
    },
}
