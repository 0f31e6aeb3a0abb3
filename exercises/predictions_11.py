"""Predictions of lesson 11: leakage, harmonics, windows, beeps, and what a whisper keeps."""

PREDICTIONS = {
    "11-leakage": {
        "question": {
            "ko": "순음에는 주파수가 하나뿐이에요. 뚝 자른 프레임(boxcar)의 스펙트럼은 어떤 모양일까요?",
            "en": "A pure tone has only one frequency. What will the spectrum of a frame simply cut out (boxcar) look "
            "like?",
        },
        "choices": [
            {
                "ko": "뾰족한 선 하나",
                "en": "One sharp line",
                "why": {
                    "ko": "끝없이 이어지는 순음이라면 그래요. 우리는 토막만 보았고, 토막의 끝은 뚝 끊겨 있어요.",
                    "en": "That is a tone that never ends. We only saw a stretch of one, and its ends are cut.",
                },
            },
            {
                "ko": "봉우리 하나와, 양옆으로 넓게 번진 산자락",
                "en": "One peak, with slopes spreading far to both sides",
                "why": {
                    "ko": "잘린 모서리는 “딱” 소리와 같아서 온갖 주파수를 품고 있어요. 창을 곱하면 모서리가 사라져요.",
                    "en": "A cut edge is like a click, which holds all frequencies. The window takes the edges away.",
                },
                "right": True,
            },
            {
                "ko": "1000, 2000, 3000 Hz에 봉우리가 하나씩",
                "en": "A peak each at 1000, 2000 and 3000 Hz",
                "why": {
                    "ko": "그것은 배음이에요. 순음에는 배음이 없어서 2000 Hz에는 봉우리가 서지 않아요.",
                    "en": "Those would be harmonics. A pure tone has none, so there is no peak at 2000 Hz.",
                },
            },
        ],
    },
    "11-harmonics": {
        "question": {
            "ko": "보리가 우는 소리의 스펙트럼에서 봉우리들은 어떻게 서 있을까요?",
            "en": "How will the peaks stand in the spectrum of Bori's howl?",
        },
        "choices": [
            {
                "ko": "앞 봉우리의 두 배 되는 자리마다: 300, 600, 1200, …",
                "en": "Each at twice the one before: 300, 600, 1200, …",
                "why": {
                    "ko": "두 배씩 뛰는 것은 옥타브예요. 배음은 곱하지 않고 더해 나가요.",
                    "en": "Doubling makes octaves. Harmonics do not multiply, they add.",
                },
            },
            {
                "ko": "같은 간격으로: 300, 600, 900, …",
                "en": "At equal steps: 300, 600, 900, …",
                "why": {
                    "ko": "첫 봉우리의 두 배, 세 배, 네 배 되는 자리마다 서 있어요. 간격이 거의 같지요.",
                    "en": "They stand at twice, three times, four times the first. The steps are nearly equal.",
                },
                "right": True,
            },
            {
                "ko": "아무 규칙 없이",
                "en": "Without any rule",
                "why": {
                    "ko": "규칙이 없으면 높이가 또렷하지 않아요. 쉬익 하는 잡음이 그래요.",
                    "en": "Without a rule there would be no clear pitch. A hiss is like that.",
                },
            },
        ],
    },
    "11-windows": {
        "question": {
            "ko": "256표본의 짧은 창과 4096표본의 긴 창이 있어요. 무엇이 무엇을 갈라 볼까요?",
            "en": "There is a short window of 256 samples and a long one of 4096. Which separates what?",
        },
        "choices": [
            {
                "ko": "짧은 창은 두 “딱”을, 긴 창은 두 순음을 갈라 봐요.",
                "en": "The short one separates the clicks, the long one the tones.",
                "why": {
                    "ko": "짧은 창은 “언제”를, 긴 창은 “어느 주파수”를 잘 알아요. 둘 다 아주 자세히 아는 창은 없어요.",
                    "en": "A short window tells you when, a long one which frequency. No window gives you both.",
                },
                "right": True,
            },
            {
                "ko": "긴 창이 둘 다 갈라 봐요. 더 많이 들으니까요.",
                "en": "The long one separates both, since it hears more.",
                "why": {
                    "ko": "4096표본이면 두 “딱”이 한 창에 함께 들어가요. 어느 것이 먼저인지 알 수 없어요.",
                    "en": "In 4096 samples both clicks fall into one window, and it cannot tell which came first.",
                },
            },
            {
                "ko": "짧은 창이 둘 다 갈라 봐요. 더 촘촘하니까요.",
                "en": "The short one separates both, since it is finer.",
                "why": {
                    "ko": "256표본의 창은 주파수 한 칸이 86 Hz나 돼서, 40 Hz 떨어진 두 순음이 한 칸에 들어가요.",
                    "en": "With 256 samples a bin is 86 Hz wide, so tones 40 Hz apart share one.",
                },
            },
        ],
    },
    "11-beeps": {
        "question": {
            "ko": "300 → 600 Hz와 5000 → 5300 Hz. 귀에는 어느 쪽이 더 크게 뛰는 것처럼 들릴까요?",
            "en": "300 → 600 Hz and 5000 → 5300 Hz. Which sounds like the bigger leap?",
        },
        "choices": [
            {
                "ko": "똑같이 들려요. 둘 다 300 Hz니까요.",
                "en": "They sound the same. Both are 300 Hz.",
                "why": {
                    "ko": "귀는 뺄셈이 아니라 나눗셈에 가깝게 들어요. 앞은 두 배, 뒤는 1.06배예요.",
                    "en": "Ears divide rather than subtract. The first is a ratio of 2, the second of 1.06.",
                },
            },
            {
                "ko": "300 → 600 Hz",
                "en": "300 → 600 Hz",
                "why": {
                    "ko": "앞은 한 옥타브를 뛰고, 뒤는 반음쯤 올라가요. 둘 다 구별되지만 뛰는 폭이 달라요.",
                    "en": "It leaps an octave; the other climbs about a semitone, a step you hear, but a small one.",
                },
                "right": True,
            },
            {
                "ko": "5000 → 5300 Hz",
                "en": "5000 → 5300 Hz",
                "why": {
                    "ko": "높은 소리라 귀에 잘 띄지만, 뛰는 폭은 작아요. 피아노에서는 바로 옆 건반쯤이에요.",
                    "en": "High sounds stand out, but the leap is small: about one key to the next on a piano.",
                },
            },
        ],
    },
    "11-whisper": {
        "question": {
            "ko": "잡음을 로그 멜로 거른 소리와 MFCC 13개로 거른 소리, 어느 쪽에서 보리의 높이가 들릴까요?",
            "en": "One noise is filtered by the log-mel, one by 13 MFCCs. In which of them do you hear Bori's pitch?",
        },
        "choices": [
            {
                "ko": "둘 다에서 들려요.",
                "en": "In both.",
                "why": {
                    "ko": "이 울음의 MFCC 13개에는 완만한 윤곽만 남아요. 높이를 알려 주는 배음의 톱니는 더 빠른 물결에 "
                    "있어요.",
                    "en": "Thirteen MFCCs of this howl keep the smooth envelope. The teeth that tell the pitch are in "
                    "faster waves.",
                },
            },
            {
                "ko": "로그 멜로 거른 소리에서만 들려요.",
                "en": "Only in the one filtered by the log-mel.",
                "why": {
                    "ko": "로그 멜에는 배음이 줄로 남아 있어요. MFCC는 배음을 버렸으니, 보리가 속삭이는 것처럼 들려요.",
                    "en": "The log-mel still shows the harmonics as lines. The MFCCs have lost them, so Bori whispers.",
                },
                "right": True,
            },
            {
                "ko": "MFCC로 거른 소리에서만 들려요. 중요한 것만 남겼으니까요.",
                "en": "Only in the one filtered by MFCCs, since they keep what matters.",
                "why": {
                    "ko": "MFCC가 중요하게 여긴 것은 말소리의 모양이에요. 높이는 일부러 버렸어요.",
                    "en": "What mattered to them was the shape of speech sounds. The pitch is what they leave out.",
                },
            },
        ],
    },
}
