"""Predictions of lesson 02: octaves, dogs backwards, a slope, and two shelves."""

PREDICTIONS = {
    "02-octave": {
        "question": {
            "ko": "1초에 떨리는 횟수를 440에서 880으로 두 배 늘리면 소리가 어떻게 달라질까요?",
            "en": "Let the sound vibrate 880 times a second instead of 440. What changes?",
        },
        "choices": [
            {
                "ko": "두 배 커져요",
                "en": "It gets twice as loud",
                "why": {
                    "ko": "크기는 떨림의 폭(진폭)이 정해요. 폭은 0.3 그대로였어요.",
                    "en": "Loudness comes from how wide the vibration is, the amplitude, and that stayed at 0.3.",
                },
            },
            {
                "ko": "한 옥타브 높아져요",
                "en": "It goes up an octave",
                "right": True,
                "why": {
                    "ko": "A4가 A5가 됐어요. 떨림이 두 배 빨라질 때마다 음이 한 옥타브 올라가요.",
                    "en": "A4 became A5: twice as fast is one octave higher, every time.",
                },
            },
            {
                "ko": "절반으로 짧아져요",
                "en": "It gets half as long",
                "why": {
                    "ko": "길이는 숫자의 개수가 정해요. 둘 다 22050개, 1초예요.",
                    "en": "The number of samples decides the length, and both have 22050 of them: a second.",
                },
            },
        ],
    },
    "02-reverse": {
        "question": {
            "ko": "보리가 짖는 소리를 거꾸로 틀면 소리 크기(dBFS)는 어떻게 될까요?",
            "en": "Play Bori's bark backwards. What happens to its level in dBFS?",
        },
        "choices": [
            {
                "ko": "그대로예요",
                "en": "It stays the same",
                "right": True,
                "why": {
                    "ko": "같은 숫자를 순서만 바꿨으니까 평균도 그대로예요. 그런데 귀에는 전혀 다르게 들리지요? "
                    "크기만으로는 개를 알아볼 수 없어요.",
                    "en": "The same numbers in another order have the same mean. Yet it does not sound like a dog any "
                    "more: the level alone cannot tell.",
                },
            },
            {
                "ko": "작아져요",
                "en": "It gets quieter",
                "why": {
                    "ko": "끝이 갑자기 끊겨서 다르게 들리지만, 들어 있는 숫자는 같아요.",
                    "en": "It sounds odd because it stops so suddenly, but the numbers in it are the same.",
                },
            },
            {
                "ko": "음수가 양수로 바뀌어요",
                "en": "Its minus becomes a plus",
                "why": {
                    "ko": "dBFS의 마이너스는 방향이 아니에요. 가장 큰 소리 0에서 얼마나 작은지를 말해요.",
                    "en": "The minus has nothing to do with direction: it says how far below the loudest sound, 0.",
                },
            },
        ],
    },
    "02-slope": {
        "question": {
            "ko": "w = 3에서 w를 아주 조금 늘리면 w²은 그 몇 배만큼 늘까요?",
            "en": "At w = 3, make w a tiny bit larger. By how many times that bit does w² grow?",
        },
        "choices": [
            {
                "ko": "3배",
                "en": "3 times",
                "why": {
                    "ko": "3은 w의 값이에요. w를 0.001 늘려 보면 w²은 0.006 늘어요.",
                    "en": "3 is the value of w. Add 0.001 to it, and w² grows by 0.006.",
                },
            },
            {
                "ko": "6배",
                "en": "6 times",
                "right": True,
                "why": {
                    "ko": "기울기는 2w예요. torch는 이런 기울기를 20000개가 넘는 수에 대해서도 한꺼번에 구해요.",
                    "en": "The slope is 2w. torch finds such slopes for more than 20000 numbers at once, too.",
                },
            },
            {
                "ko": "9배",
                "en": "9 times",
                "why": {
                    "ko": "9는 w²의 값이에요. 물어본 것은 값이 아니라 값이 느는 빠르기예요.",
                    "en": "9 is the value of w². The question was how fast that value grows.",
                },
            },
        ],
    },
    "02-tag": {
        "question": {
            "ko": "목록에 dogbell 1.0이 보여요. import dogbell은 될까요?",
            "en": "The list shows dogbell 1.0. Will import dogbell work?",
        },
        "choices": [
            {
                "ko": "돼요. 목록에 있으니까요",
                "en": "Yes: it is in the list",
                "why": {
                    "ko": "목록은 우리가 알려 준 선반의 명찰을 읽었을 뿐이에요. import는 다른 곳에서 찾아요.",
                    "en": "The list read the name tags on a shelf that we named. import searches elsewhere.",
                },
            },
            {
                "ko": "안 돼요. 파이썬이 이 선반을 뒤지지 않으니까요",
                "en": "No: Python does not search this shelf",
                "right": True,
                "why": {
                    "ko": "파이썬은 sys.path에 적힌 폴더를 뒤져요. 이 선반은 거기에 없어요.",
                    "en": "Python searches the folders of sys.path. This shelf is not among them.",
                },
            },
            {
                "ko": "안 돼요. dogbell의 코드가 없으니까요",
                "en": "No: there is no code of dogbell",
                "why": {
                    "ko": "코드는 있어요. 위의 셀이 선반에 dogbell.py를 썼어요.",
                    "en": "There is: the cell above wrote dogbell.py on the shelf.",
                },
            },
        ],
    },
    "02-shelf": {
        "question": {
            "ko": "이제 선반을 sys.path에 넣어요. dogbell.py에는 import portbell 한 줄이 있어요. 이번에는 될까요?",
            "en": "Now the shelf goes onto sys.path. dogbell.py holds one line, import portbell. Will it work?",
        },
        "choices": [
            {
                "ko": "돼요. 이제 찾을 수 있으니까요",
                "en": "Yes: now it can be found",
                "why": {
                    "ko": "dogbell은 찾았어요. 하지만 그 안의 import portbell에서 멈췄어요.",
                    "en": "dogbell was found, but its own import portbell failed.",
                },
            },
            {
                "ko": "안 돼요. portbell이 없으니까요",
                "en": "No: portbell is missing",
                "right": True,
                "why": {
                    "ko": "오류에 적힌 이름을 보세요. 없는 것은 dogbell이 아니라 portbell이에요.",
                    "en": "Read the name in the error: portbell is missing, not dogbell.",
                },
            },
            {
                "ko": "안 돼요. 명찰이 틀렸으니까요",
                "en": "No: its name tag is wrong",
                "why": {
                    "ko": "import는 명찰을 읽지도 않아요.",
                    "en": "import does not even read the tag.",
                },
            },
        ],
    },
}
