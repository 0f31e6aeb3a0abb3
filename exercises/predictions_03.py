"""Predictions of lesson 03: what is read, kept, clipped, folded over and hidden."""

PREDICTIONS = {
    "03-load": {
        "question": {
            "ko": "파일은 44100 Hz 스테레오예요. librosa.load(bori)는 무엇을 줄까요?",
            "en": "The file is stereo at 44100 Hz. What will librosa.load(bori) give you?",
        },
        "choices": [
            {
                "ko": "44100 Hz, 채널 두 개: 파일에 있는 그대로",
                "en": "44100 Hz, two channels: what the file holds",
                "why": {
                    "ko": "그대로 받으려면 sr=None, mono=False라고 적어야 해요. 적지 않으면 librosa가 바꿔요.",
                    "en": "For that, write sr=None, mono=False. Otherwise librosa changes both.",
                },
            },
            {
                "ko": "22050 Hz, 채널 하나",
                "en": "22050 Hz, one channel",
                "right": True,
                "why": {
                    "ko": "기본값이 sr=22050, mono=True예요. 배열은 한 줄이고, 1초가 숫자 22050개예요.",
                    "en": "The defaults are sr=22050, mono=True: a single row, 22050 numbers for each second.",
                },
            },
            {
                "ko": "44100 Hz, 채널 하나",
                "en": "44100 Hz, one channel",
                "why": {
                    "ko": "채널은 하나가 되지만, 표본화율도 바뀌어요. 숫자의 개수를 초로 나누어 보세요.",
                    "en": "One channel, yes; but the sample rate changes, too. Divide the count by the seconds.",
                },
            },
        ],
    },
    "03-formats": {
        "question": {
            "ko": "flac와 mp3는 wav보다 작아요. 다시 읽으면 어느 쪽이 wav와 다른 숫자를 줄까요?",
            "en": "Both flac and mp3 are smaller than wav. Read again, which one gives other numbers than the wav?",
        },
        "choices": [
            {
                "ko": "둘 다: 작아졌으니 무언가 버렸다",
                "en": "Both: what is smaller has lost something",
                "why": {
                    "ko": "작다고 꼭 버린 것은 아니에요. flac는 같은 숫자를 더 짧게 적을 뿐이에요.",
                    "en": "Smaller need not mean lost: flac writes the same numbers in fewer bytes.",
                },
            },
            {
                "ko": "mp3만",
                "en": "Only the mp3",
                "right": True,
                "why": {
                    "ko": "flac는 무손실 압축이라 wav와 차이가 0이고, mp3는 귀가 잘 못 듣는 것을 버려요.",
                    "en": "flac is lossless and differs by 0 from the wav; mp3 throws away what ears hardly hear.",
                },
            },
            {
                "ko": "둘 다 아니다: 소리가 같게 들리니까",
                "en": "Neither: they sound the same",
                "why": {
                    "ko": "같게 들려도 숫자는 다를 수 있어요. mp3는 바로 그것을 노린 형식이에요.",
                    "en": "What sounds the same may still be other numbers. That is the very idea of mp3.",
                },
            },
        ],
    },
    "03-sum": {
        "question": {
            "ko": "두 채널을 평균 내지 않고 더해서 저장하면 어떻게 들릴까요?",
            "en": "Add the two channels instead of averaging them, and save the sum. How will it sound?",
        },
        "choices": [
            {
                "ko": "더 크게, 그 밖에는 똑같이",
                "en": "Louder, otherwise the same",
                "why": {
                    "ko": "더 커지기는 해요. 하지만 16비트 파일은 1보다 큰 값을 담지 못해서, 넘친 꼭대기를 잃어요.",
                    "en": "Louder it is. But a file of 16 bits cannot hold more than 1: tops that exceed it are lost.",
                },
            },
            {
                "ko": "더 크고 거칠게",
                "en": "Louder, and harsh",
                "right": True,
                "why": {
                    "ko": "1을 넘은 꼭대기가 평평하게 잘려요. 귀에는 거칠게 찌그러진 소리로 들려요.",
                    "en": "Tops beyond 1 are cut flat, and the ear hears that as harsh distortion.",
                },
            },
            {
                "ko": "작게: 두 소리가 서로 지워서",
                "en": "Softer: the two cancel each other",
                "why": {
                    "ko": "두 채널이 서로 거꾸로일 때만 지워져요. 여기서는 거의 같은 모양이라 더해져요.",
                    "en": "They would cancel only if one were the other upside down. Here they are nearly alike.",
                },
            },
        ],
    },
    "03-alias": {
        "question": {
            "ko": "네 개에 하나만 남긴 휘파람에서, 5512.5 Hz보다 높은 부분은 어떻게 들릴까요?",
            "en": "Keep every fourth sample of the whistle. What will the part above 5512.5 Hz sound like?",
        },
        "choices": [
            {
                "ko": "사라져서 들리지 않는다",
                "en": "It is gone: silence",
                "why": {
                    "ko": "미리 걸러 냈다면 그랬을 거예요. 솎아 내기만 하면 높은 소리가 낮은 소리로 남아요.",
                    "en": "That takes a filter first. Dropping samples alone leaves high sounds behind as low ones.",
                },
            },
            {
                "ko": "끝까지 올라가지만 흐릿하다",
                "en": "It still rises to the end, only duller",
                "why": {
                    "ko": "담을 수 있는 가장 높은 소리가 5512.5 Hz라서 더 올라갈 곳이 없어요.",
                    "en": "5512.5 Hz is the highest that fits, so there is nowhere higher to go.",
                },
            },
            {
                "ko": "거꾸로 내려온다",
                "en": "It comes down again",
                "right": True,
                "why": {
                    "ko": "표본이 너무 드물어서 빠른 물결이 느린 물결처럼 보여요. 높아질수록 더 낮게 들려요.",
                    "en": "With samples so far apart, a fast wave looks slow: the higher it is, the lower it sounds.",
                },
            },
        ],
    },
    "03-typo": {
        "question": {
            "ko": "read를 raed로 잘못 쓰고 똑같이 읽으면 어떻게 될까요?",
            "en": "What happens if we mistype read as raed and run the same loop?",
        },
        "choices": [
            {
                "ko": "멈추고, 오타가 있는 줄을 알려 준다",
                "en": "It stops and names the line with the typo",
                "why": {
                    "ko": "보통은 그래요. 하지만 except:는 우리 코드의 오류까지 붙잡아서 숨겨요.",
                    "en": "It would, but except: catches the errors of our own code too, and hides them.",
                },
            },
            {
                "ko": "good.wav는 읽고 나머지만 실패한다",
                "en": "It reads good.wav, only the others fail",
                "why": {
                    "ko": "raed라는 함수는 없으니 good.wav도 읽을 수 없어요.",
                    "en": "There is no function raed, so good.wav cannot be read either.",
                },
            },
            {
                "ko": "셋 다 failed라고 나온다",
                "en": "It says failed for all three",
                "right": True,
                "why": {
                    "ko": "틀린 것은 우리 코드인데, 멀쩡한 파일까지 망가진 파일처럼 보여요.",
                    "en": "Our code is wrong, yet even the good file looks like a broken one.",
                },
            },
        ],
    },
}
