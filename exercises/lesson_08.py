"""Predictions and checks of lesson 08: listening without loss, how often to ask, and when Bori is fed."""

import numpy as np

from exercises import Wrong, ask, idea_behind

PREDICTIONS = {
    "08-loop": {
        "question": {
            "ko": "0.5초를 듣고 0.5초를 일하기를 되풀이해요. 보리가 열두 번 짧게 짖는다면, 처음부터 끝까지 온전히 "
            "들리는 것은 몇 번쯤일까요?",
            "en": "The loop listens for 0.5 s, then works for 0.5 s, again and again. Bori gives twelve short barks. "
            "About how many are heard from beginning to end?",
        },
        "choices": [
            {
                "ko": "아홉 번쯤",
                "en": "About nine",
                "why": {
                    "ko": "짖는 소리는 짧아도 점이 아니에요. 듣는 시간의 끝에 걸려 잘리는 것도 많아요.",
                    "en": "A bark is short, but it is not a point. Many run over the edge of the time that is heard.",
                },
            },
            {
                "ko": "여섯 번쯤",
                "en": "About six",
                "why": {
                    "ko": "절반의 시간을 들으니 그럴듯해요. 하지만 온전히 들리려면 듣는 0.5초 안에 다 들어가야 해요.",
                    "en": "Half of the time is heard, so it sounds right. But to be heard whole, a bark has to fit "
                    "into 0.5 s.",
                },
            },
            {
                "ko": "세 번쯤",
                "en": "About three",
                "right": True,
                "why": {
                    "ko": "듣는 0.5초 안에 다 들어가야 하니, 길수록 잘리거나 사라지기 쉬워요.",
                    "en": "The whole bark has to fit into 0.5 s that are heard, and many are cut or missed.",
                },
            },
        ],
    },
    "08-overflow": {
        "question": {
            "ko": "넘침 오류가 나면 exception_on_overflow=False를 넣으라는 글이 많아요. 넣으면 넘친 소리는 어떻게 "
            "될까요?",
            "en": "Many answers on the web cure the overflow error with exception_on_overflow=False. What happens to "
            "the sound that overflowed?",
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
            "ko": "이번에는 소리가 올 때마다 콜백 함수가 불려요. 프로그램이 1초 걸리는 일을 42번 한다면, 그동안 "
            "몇 초를 듣게 될까요?",
            "en": "Now a callback function is called whenever sound arrives. The program works 42 times for 1 s. How "
            "much does it hear meanwhile?",
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
            "ko": "창은 늘 1초예요. 이동 간격을 1초에서 0.1초로 줄이면, 짖기 시작해서 알릴 때까지의 지연(가운뎃값)은 "
            "어떻게 될까요?",
            "en": "The window is always 1 s. With a hop of 0.1 s in place of 1 s, what happens to the latency, from "
            "the "
            "start of a bark to the report (the median)?",
        },
        "choices": [
            {
                "ko": "1초쯤으로 그대로예요. 창이 1초니까요.",
                "en": "It stays near 1 s, because the window is 1 s long.",
                "why": {
                    "ko": "창이 다 찰 때까지 기다리지 않아요. 짖는 소리가 창의 끝에 들어오면 확률이 올라요.",
                    "en": "Nothing waits for the window to fill. The probability rises once the bark enters at its "
                    "end.",
                },
            },
            {
                "ko": "절반쯤으로 줄어요.",
                "en": "It falls to about half.",
                "right": True,
                "why": {
                    "ko": "더 자주 물으니 더 빨리 알아차려요. 하지만 소리가 어느 만큼 들어와야 하니 사라지지는 않아요.",
                    "en": "Ask more often and you know sooner. But some of the bark has to be in the window, so it "
                    "does "
                    "not fall to nothing.",
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
SENTENCES = {
    "08-1": {
        "right": {
            "ko": "언제 물어도 마지막 1초쯤이 들어 있어요. 오래된 것을 버리니 하루 종일 들어도 메모리가 늘지 않아요.",
            "en": "Whenever you ask, the last second or so is there. Old blocks go, so a whole day needs no more "
            "memory.",
        },
        "end": {
            "ko": "콜백은 두 값을 돌려줘야 해요. `return None, pyaudio.paContinue`처럼 끝내 주세요. 다른 값이면 "
            "소리가 멈춰요.",
            "en": "A callback returns two values: end it with `return None, pyaudio.paContinue`. With any other the "
            "sound "
            "stops.",
        },
        "nothing": {
            "ko": "블록 {sent}개가 왔는데 `blocks`에 남은 것이 없어요. `data`를 `blocks`에 더해 주세요.",
            "en": "{sent} blocks came, and none is in `blocks`. Append `data` to it.",
        },
        "all": {
            "ko": "블록 {sent}개를 모두 담아 두었어요. 하루면 몇 기가바이트가 돼요. 22개가 넘으면 오래된 것을 버려 "
            "주세요.",
            "en": "All {sent} blocks are kept. In a day that makes gigabytes: beyond 22, let the oldest go.",
        },
        "oldest": {
            "ko": "처음 온 22개를 남기고 새것을 버렸어요. 급식기는 **방금** 온 소리가 궁금해요.",
            "en": "The first 22 are kept and the new ones dropped. The feeder cares for what has **just** come.",
        },
        "other": {
            "ko": "블록 {sent}개가 온 다음 `blocks`에는 {kept}개가 남았어요. 마지막 22개가 온 차례대로 남아야 해요.",
            "en": "After {sent} blocks, `blocks` holds {kept}. It should hold the last 22, in the order they came.",
        },
    },
    "08-2": {
        "right": {
            "ko": "0.15초마다 물으면 겨우 따라가지만, 눈금 가운데서는 0.2초가 밀리지 않는 가장 짧은 간격이에요.",
            "en": "A question takes 0.15 s, so 0.2 s is the shortest hop on the slider that keeps up.",
        },
        "behind": {
            "ko": "{hop}초마다 물으면 대답이 밀려요. 1초 동안 {count:.0f}번 묻는데, 대답에는 {work:.2f}초가 걸려요.",
            "en": "At a hop of {hop} s it falls behind: {count:.0f} questions each second, and {work:.2f} s to "
            "answer them.",
        },
        "late": {
            "ko": "{hop}초면 밀리지는 않지만 더 자주 물을 수 있어요. 자주 물을수록 빨리 알려요.",
            "en": "A hop of {hop} s keeps up, but you could ask more often, and more often means sooner.",
        },
        "tenths": {
            "ko": "슬라이더의 숫자가 아니라 초로 답해 주세요. 2칸은 0.2초예요.",
            "en": "Answer in seconds, not in the slider's tenths: 2 there is 0.2 s.",
        },
    },
    "08-3": {
        "right": {
            "ko": "아무리 오래 짖어도 10초에 한 번만 먹어요. 검출기가 수다스러워도 사료 통은 안전해요.",
            "en": "However long Bori barks, there is one meal in 10 s. The detector may chatter, the food is safe.",
        },
        "empty": {
            "ko": "아직 한 번도 먹지 않았으면(`eaten`이 비었으면) 기다릴 까닭이 없어요. {now}초의 첫 알림에는 밥을 "
            "줘야 해요.",
            "en": "Where nothing was eaten yet (`eaten` is empty) there is nothing to wait for: the first report, at "
            "{now} s, gets a meal.",
        },
        "index": {
            "ko": "`eaten`이 비었을 때 마지막 밥을 꺼내려다 멈췄어요. 비었는지 먼저 물어보세요.",
            "en": "It asked for the last meal of an empty list. Ask first whether `eaten` is empty.",
        },
        "all": {
            "ko": "{eaten}초에 먹고 {now}초에 또 줬어요. 10초가 지나지 않았으면 `False`를 돌려주세요.",
            "en": "Meals at {eaten} s, and another at {now} s. Return `False` before 10 s have passed.",
        },
        "first": {
            "ko": "{eaten}초에 먹었는데 {now}초에 또 줬어요. 첫 밥이 아니라 **마지막** 밥에서부터 재 주세요.",
            "en": "Meals at {eaten} s, and another at {now} s. Count from the **last** meal, not from the first.",
        },
        "never": {
            "ko": "{eaten}초에 먹고 {now}초에는 다시 줄 수 있어요. 10초가 지났으니까요.",
            "en": "After meals at {eaten} s there may be one at {now} s: 10 s have passed.",
        },
        "strict": {
            "ko": "꼭 10초가 지난 {now}초의 알림을 건너뛰었어요. 10초 **이상**이면 줘요.",
            "en": "A report exactly 10 s later, at {now} s, was left out. 10 s **or more** is enough.",
        },
    },
    "08-4": {
        "right": {
            "ko": "앞뒤가 있으니 무엇이 짖게 했는지도 들려요. 이렇게 모은 오경보는 다음 훈련의 좋은 재료예요.",
            "en": "With some sound around it you can hear what set the dog off. False alarms collected so make good "
            "training material.",
        },
        "seconds": {
            "ko": "표본 {got}개가 나왔어요. 대괄호 안은 초가 아니라 표본 번호예요. 초에 `rate`를 곱해 주세요.",
            "en": "That gave {got} samples. Square brackets count samples, not seconds: multiply by `rate`.",
        },
        "negative": {
            "ko": "{start}초에 시작한 소리는 앞의 0.5초가 모자라요. 음수는 **뒤에서부터** 세는 번호라, 빈 소리가 "
            "나왔어요. "
            "0보다 작지 않게 해 주세요.",
            "en": "A sound that begins at {start} s has no 0.5 s before it. Negative places count **from the end**, "
            "so "
            "nothing was left: do not go below 0.",
        },
        "bare": {
            "ko": "앞으로 0.5초, 뒤로 0.5초를 모두 더해 주세요.",
            "en": "Add 0.5 s before the event and 0.5 s after it, on both sides.",
        },
        "other": {
            "ko": "{start}초에서 {end}초까지의 소리에 표본 {got}개가 나왔는데 {wanted}개여야 해요. "
            "시작에서 0.5를 빼고 끝에 0.5를 더한 다음 `rate`를 곱해 보세요.",
            "en": "For the event from {start} to {end} s there are {got} samples; it should be {wanted}. Take 0.5 "
            "from "
            "the start, add 0.5 to the end, then multiply by `rate`.",
        },
    },
    "08-5": {
        "right": {
            "ko": "통째로 사라지려면 짖는 소리가 틈 안에 다 들어가야 하니, 틈보다 긴 소리는 잘릴 뿐이에요. 하지만 "
            "잘린 소리도 알아듣기 어려워요. 틈을 없애는 것이 가장 좋아요.",
            "en": "To be lost as a whole, a bark has to fit into the gap; one that is longer is only cut. But a cut "
            "bark is hard to recognise, too: it is best to have no gap.",
        },
        "share": {
            "ko": "{result}은(는) 소리 전체에서 사라지는 비율이에요. 짖는 소리에는 길이가 있어요. {bark}초짜리 "
            "소리가 "
            "{work}초짜리 틈 안에 다 들어가려면 언제 시작해야 할까요?",
            "en": "{result} is the share of all sound that is lost. But a bark has a length. When must one of {bark} "
            "s begin to fit into a gap of {work} s?",
        },
        "touched": {
            "ko": "{result}은(는) 조금이라도 잘릴 가능성이에요. 처음부터 끝까지 모두 틈에 들어가는 경우만 세어 보세요.",
            "en": "{result} is how likely a bark loses any part at all. Count only those that lie in the gap from "
            "beginning to end.",
        },
        "negative": {
            "ko": "{bark}초짜리 소리는 {work}초짜리 틈에 들어갈 수 없는데 {result}이(가) 나왔어요. 가능성은 0보다 "
            "작을 수 없어요.",
            "en": "A bark of {bark} s does not fit into a gap of {work} s, yet the answer is {result}. A probability "
            "is never below 0.",
        },
        "of_work": {
            "ko": "{result}은(는) 틈에서 시작한 소리 가운데의 비율이에요. 녹음하는 동안 시작하는 소리도 있으니, 한 "
            "바퀴 전체의 길이로 나눠 보세요.",
            "en": "{result} is a share of the barks that begin in the gap. Others begin while it records: divide by "
            "the whole cycle.",
        },
        "seconds": {
            "ko": "{result}은(는) 비율이 아니라 초예요. 그동안 시작하면 통째로 사라지는 것은 맞아요. 한 바퀴의 "
            "길이로 "
            "나누면 돼요.",
            "en": "{result} is in seconds, not a share. It is true that a bark which begins then is lost; now divide "
            "by the length of a cycle.",
        },
        "other": {
            "ko": "녹음 {record}초, 일 {work}초, 짖는 소리 {bark}초이면 {wanted}이(가) 나와야 하는데 {result}이(가) "
            "나왔어요. 한 바퀴를 자로 그리고, 어디에서 시작하면 통째로 사라지는지 표시해 보세요.",
            "en": "With {record} s recorded, {work} s of work and a bark of {bark} s it should be {wanted}, but it "
            "is "
            "{result}. Draw a cycle as a ruler and mark where a bark may begin to be lost as a whole.",
        },
    },
}
BLOCKS = 22  # of 1024 samples: a second


def check_08_1(answer):
    """A callback that keeps the last blocks in the list ``blocks`` of the lesson."""
    kept = answer.__globals__["blocks"]
    before = list(kept)
    sent = [bytes([number, 0]) for number in range(BLOCKS + 8)]
    try:
        kept.clear()
        for data in sent:
            result = ask(answer, data, 1, {}, 0)
            if not (isinstance(result, tuple) and len(result) == 2 and result[1] == 0):
                raise Wrong("end")
            kept = answer.__globals__["blocks"]  # it may be another list now
        found = list(kept)
    finally:
        kept[:] = before
    if found != sent[-BLOCKS:]:
        ideas = [("nothing", []), ("all", sent), ("oldest", sent[:BLOCKS])]
        raise Wrong(idea_behind(ideas, found), sent=len(sent), kept=len(found))


def check_08_2(answer):
    """The shortest hop in steps of 0.1 s at which a window that takes 0.15 s is judged in time (s)."""
    hop = float(answer)
    if hop >= 1 and not np.isclose(hop, 1.0):
        raise Wrong("tenths")
    if hop < 0.15:
        raise Wrong(
            "behind", hop=f"{hop:g}", count=1 / hop if hop > 0 else np.inf, work=0.15 / hop if hop > 0 else np.inf
        )
    if not (hop < 0.2 or np.isclose(hop, 0.2)):
        raise Wrong("late", hop=f"{hop:g}")


def check_08_3(answer):
    """A function (times of the meals so far, now) → whether there may be another meal."""
    cases = [
        ([], 4.0, True, "empty"),
        ([], 25.0, True, "empty"),
        ([1.0], 5.0, False, "all"),
        ([1.0, 12.0], 20.0, False, "first"),
        ([1.0, 12.0], 25.0, True, "never"),
        ([1.0], 11.0, True, "strict"),
    ]
    for eaten, now, wanted, idea in cases:
        try:
            result = bool(ask(answer, list(eaten), now))
        except IndexError:
            raise Wrong("index") from None
        if result != wanted:
            raise Wrong(idea, eaten=", ".join(f"{time:g}" for time in eaten), now=f"{now:g}")


def check_08_4(answer):
    """A function (sound, start and end of an event in seconds) → the sound from 0.5 s before to 0.5 s after it."""
    rate = 22_050
    sound = np.arange(8 * rate, dtype=np.float32)  # each sample is its own place
    for start, end in ((3.0, 3.4), (0.2, 0.5), (5.25, 6.0)):
        first, last = round(max(0.0, start - 0.5) * rate), round((end + 0.5) * rate)
        result = np.asarray(ask(answer, sound, start, end))
        if abs(len(result) - (last - first)) <= 2 and len(result) and abs(result[0] - first) <= 1:
            continue
        ideas = [("negative" if start < 0.5 else "seconds", 0), ("seconds", 1), ("seconds", 2)]
        ideas += [("bare", round((end - start) * rate)), ("bare", round((end - start + 0.5) * rate))]
        values = {"start": f"{start:g}", "end": f"{end:g}", "got": len(result), "wanted": last - first}
        raise Wrong(idea_behind(ideas, len(result), tolerance=1), **values)


def check_08_5(answer):
    """A function (seconds recorded, seconds of work, length of a bark) → how likely a bark is lost as a whole."""
    for record, work, bark in ((0.5, 0.75, 0.25), (1.0, 0.2, 0.5), (2.0, 1.0, 0.1)):
        cycle, lost = record + work, max(0.0, work - bark)
        wanted = lost / cycle
        result = float(ask(answer, record, work, bark))
        if np.isclose(result, wanted, atol=0.001):
            continue
        ideas = [
            ("share", work / cycle),
            ("touched", min(1.0, (work + bark) / cycle)),
            ("negative", (work - bark) / cycle),
            ("of_work", lost / work),
            ("seconds", lost),
        ]
        values = {"record": record, "work": work, "bark": bark, "result": f"{result:.2f}", "wanted": f"{wanted:.2f}"}
        raise Wrong(idea_behind(ideas, result, tolerance=0.001), **values)
