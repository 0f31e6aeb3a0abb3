"""Checks of lesson 08: listening without loss, how often to ask, and when Bori is fed."""

import numpy as np

from exercises import Wrong, ask, idea_behind

SENTENCES = {
    "08-1": {
        "right": {
            "ko": "마지막 1초쯤만 남으니 하루 종일 들어도 돼요. 잃은 소리도 모르고 지나가지 않아요.",
            "en": "Only the last second or so is kept, all day long, and a loss does not go unnoticed.",
        },
        "end": {
            "ko": "콜백은 두 값을 돌려줘야 해요. `return None, pyaudio.paContinue`처럼 끝내 주세요.",
            "en": "A callback returns two values: end it with `return None, pyaudio.paContinue`.",
        },
        "nothing": {
            "ko": "블록 {sent}개가 왔는데 `blocks`에 남은 것이 없어요. `data`를 더해 주세요.",
            "en": "{sent} blocks came, and none is in `blocks`. Append `data` to it.",
        },
        "all": {
            "ko": "블록 {sent}개를 모두 담았어요. 22개가 넘으면 오래된 것을 버려 주세요.",
            "en": "All {sent} blocks are kept: beyond 22, let the oldest go.",
        },
        "oldest": {
            "ko": "처음 온 22개를 남겼어요. 급식기는 **방금** 온 소리가 궁금해요.",
            "en": "The first 22 are kept. The feeder cares for what has **just** come.",
        },
        "uncounted": {
            "ko": "소리를 {lost}번 잃었다고 했는데 `overflows`가 비어 있어요.",
            "en": "{lost} times it was told that sound was lost, and `overflows` is empty.",
        },
        "flags": {
            "ko": "{lost}번 잃었는데 {counted}번 세었어요. 다른 깃발도 오니 `&`로 하나만 보세요.",
            "en": "{lost} were lost, {counted} counted. Other flags come, too: look at one, by `&`.",
        },
        "other": {
            "ko": "`blocks`에 {kept}개, `overflows`에 {counted}개가 남았어요. 마지막 22개와 잃은 {lost}번이어야 해요.",
            "en": "`blocks` holds {kept}, `overflows` {counted}. It should be the last 22, and {lost} losses.",
        },
    },
    "08-2": {
        "right": {
            "ko": "느린 컴퓨터는 덜 자주 물어야 해요. 늦게 알리지만 소리가 밀리지는 않아요.",
            "en": "A slow computer has to ask less often. It reports later, but does not fall behind.",
        },
        "behind": {
            "ko": "창 하나에 {cost}초인데 {hop}초마다 물으면, 1초에 {work:.2f}초어치를 계산해야 해서 밀려요.",
            "en": "At {cost} s a window and a hop of {hop} s, each second takes {work:.2f} s to compute.",
        },
        "late": {
            "ko": "{cost}초에 {hop}초면 밀리지 않지만 더 짧은 간격이 있어요. 처음 맞는 것을 돌려주세요.",
            "en": "At {cost} s a window, {hop} s keeps up, but a shorter hop does, too: return the first.",
        },
        "strict": {
            "ko": "꼭 {cost}초가 걸리면 {cost}초마다 물어도 돼요. `>` 말고 `>=`를 쓰세요.",
            "en": "If a window takes just {cost} s, a hop of {cost} s keeps up: write `>=`, not `>`.",
        },
        "tenths": {
            "ko": "{hop}은(는) 몇 칸인지예요. 10으로 나누어 초로 답해 주세요.",
            "en": "{hop} is a number of steps. Divide it by 10 to answer in seconds.",
        },
        "slow": {
            "ko": "창 하나에 {cost}초가 걸리면 1초마다 물어도 밀려요. 이때는 `0`을 돌려주세요.",
            "en": "At {cost} s a window even a hop of 1 s falls behind. Return `0` then.",
        },
    },
    "08-3": {
        "right": {
            "ko": "아무리 오래 짖어도 10초에 한 번만 먹어요. 사료 통은 안전해요.",
            "en": "However long Bori barks, there is one meal in 10 s. The food is safe.",
        },
        "index": {
            "ko": "빈 리스트에서 마지막 밥을 꺼내려 했어요. `eaten`이 비었는지 먼저 물어보세요.",
            "en": "It asked for the last meal of an empty list. Ask first whether `eaten` is empty.",
        },
        "first": {
            "ko": "아직 먹지 않았으면 {reports}초 가운데 첫 알림에 바로 줘야 해요.",
            "en": "Before any meal there is no wait: of {reports} s, the first report gets one.",
        },
        "all": {
            "ko": "알림마다 밥을 줬어요. 마지막 밥에서 10초가 지나지 않았으면 건너뛰세요.",
            "en": "Every report gets a meal. Leave out those less than 10 s after the last meal.",
        },
        "last_report": {
            "ko": "바로 앞의 **알림**에서 쟀어요. 쉬지 않고 짖는 보리는 굶어요. 마지막 **밥**에서 재 주세요.",
            "en": "You counted from the last **report**, and Bori, barking on, starves: count from the **meal**.",
        },
        "first_meal": {
            "ko": "첫 밥에서만 쟀어요. 10초 뒤부터는 알림마다 먹게 되니, **마지막** 밥에서 재 주세요.",
            "en": "You counted from the first meal, so after 10 s every report feeds: take the **last** meal.",
        },
        "strict": {
            "ko": "꼭 10초가 지난 알림을 건너뛰었어요. 10초 **이상**이면 줘요.",
            "en": "A report exactly 10 s later was left out. 10 s **or more** is enough.",
        },
        "other": {
            "ko": "{reports}초에 알리면 {wanted}초에 줘야 하는데, {found}초에 줬어요.",
            "en": "For reports at {reports} s there should be meals at {wanted} s, not at {found} s.",
        },
    },
    "08-4": {
        "right": {
            "ko": "앞뒤가 있으니 무엇이 급식기를 움직였는지도 들려요.",
            "en": "With some sound around it you can hear what set the feeder off.",
        },
        "seconds": {
            "ko": "표본 {got}개가 나왔어요. 대괄호 안은 표본 번호예요. 초에 `rate`를 곱해 주세요.",
            "en": "That gave {got} samples. Square brackets count samples: multiply seconds by `rate`.",
        },
        "negative": {
            "ko": "{start}초 앞에는 0.5초가 없어요. 음수는 **뒤에서부터** 세니, 0보다 작지 않게 해 주세요.",
            "en": "There is no 0.5 s before {start} s. Negative places count **from the end**: stop at 0.",
        },
        "bare": {
            "ko": "앞으로 0.5초, 뒤로 0.5초를 모두 더해 주세요.",
            "en": "Add 0.5 s before the event and 0.5 s after it, on both sides.",
        },
        "other": {
            "ko": "{start}–{end}초의 소리에 표본 {got}개가 나왔어요. {wanted}개여야 해요. 앞뒤로 0.5초예요.",
            "en": "From {start} to {end} s there are {got} samples; it should be {wanted}. Add 0.5 s on both sides.",
        },
    },
    "08-5": {
        "right": {
            "ko": "틈보다 긴 소리는 잘릴 뿐 통째로 사라지지 않아요. 그래도 틈을 없애는 것이 가장 좋아요.",
            "en": "A bark longer than the gap is cut, not lost as a whole. Still, no gap at all is best.",
        },
        "share": {
            "ko": "{result}은(는) 소리 전체의 비율이에요. {bark}초짜리가 {work}초짜리 틈에 다 들어가려면요?",
            "en": "{result} is the share of all sound. When must a bark of {bark} s begin to fit into {work} s?",
        },
        "touched": {
            "ko": "{result}은(는) 조금이라도 잘릴 가능성이에요. 통째로 틈에 들어가는 경우만 세어 보세요.",
            "en": "{result} is how likely any part is lost. Count the barks that lie in the gap as a whole.",
        },
        "negative": {
            "ko": "{bark}초짜리는 {work}초짜리 틈에 들어갈 수 없어요. 가능성은 0보다 작지 않아요: {result}",
            "en": "A bark of {bark} s does not fit into {work} s, and no probability is below 0: {result}",
        },
        "of_work": {
            "ko": "{result}은(는) 틈에서 시작한 소리 가운데의 비율이에요. 한 바퀴 전체로 나눠 보세요.",
            "en": "{result} is a share of the barks that begin in the gap: divide by the whole cycle.",
        },
        "seconds": {
            "ko": "{result}은(는) 비율이 아니라 초예요. 한 바퀴의 길이로 나누면 돼요.",
            "en": "{result} is in seconds, not a share: divide by the length of a cycle.",
        },
        "other": {
            "ko": "녹음 {record}초, 일 {work}초, 짖는 소리 {bark}초이면 {result}이(가) 아니라 {wanted}이어야 해요.",
            "en": "With {record} s recorded, {work} s of work and a bark of {bark} s it is {wanted}, not {result}.",
        },
    },
}
BLOCKS = 22  # of 1024 samples: a second
OVERFLOW, OTHER_FLAG = 2, 4  # PyAudio's paInputOverflow and paOutputUnderflow


def check_08_1(answer):
    """A callback that keeps the last blocks in the list ``blocks`` of the lesson, and losses in ``overflows``."""
    names = answer.__globals__
    before = {name: names[name] for name in ("blocks", "overflows")}
    names["blocks"], names["overflows"] = [], []
    sent = [bytes([number, 0]) for number in range(BLOCKS + 8)]
    flags = {3: OVERFLOW, 8: OTHER_FLAG, 17: OVERFLOW, 25: OVERFLOW + OTHER_FLAG}
    try:
        for number, data in enumerate(sent):
            result = ask(answer, data, 1, {}, flags.get(number, 0))
            if not (isinstance(result, tuple) and len(result) == 2 and result[1] == 0):
                raise Wrong("end")
        found, counted = list(names["blocks"]), len(names["overflows"])
    finally:
        names |= before
    lost = sum(bool(flag & OVERFLOW) for flag in flags.values())
    values = {"sent": len(sent), "kept": len(found), "lost": lost, "counted": counted}
    if found != sent[-BLOCKS:]:
        ideas = [("nothing", []), ("all", sent), ("oldest", sent[:BLOCKS])]
        raise Wrong(idea_behind(ideas, found), **values)
    if counted != lost:
        raise Wrong("flags" if counted else "uncounted", **values)


def check_08_2(answer):
    """A function (time to judge a window) → the shortest hop in steps of 0.1 s that keeps up, 0 if none does."""
    for cost in (0.15, 0.04, 0.3, 0.62, 0.95):
        hop = float(ask(answer, cost))
        wanted = next(tenths for tenths in range(1, 11) if tenths / 10 >= cost) / 10
        if np.isclose(hop, wanted):
            continue
        ideas = [("tenths", 10 * wanted), ("strict", wanted + 0.1 if np.isclose(wanted, cost) else -1)]
        idea = idea_behind(ideas, hop, tolerance=1e-9, otherwise="behind" if hop < cost else "late")
        raise Wrong(idea, cost=cost, hop=f"{hop:g}", work=cost / hop if hop > 0 else np.inf)
    if answer(1.4) != 0:
        raise Wrong("slow", cost=1.4)


def check_08_3(answer):
    """A function (times of reports) → times of meals: the first report, then 10 s or more after the last meal."""
    for reports in ([3.0, 7.0, 12.0, 16.5, 21.0, 40.0], [1.0, 11.0, 20.5], [25.0, 26.0], []):
        wanted = meals(reports)
        try:
            found = list(ask(answer, list(reports)))
        except IndexError:
            raise Wrong("index") from None
        if found == wanted:
            continue
        gaps = np.diff(reports, prepend=-np.inf)
        ideas = [
            ("first", []),
            ("all", reports),
            ("last_report", [now for now, gap in zip(reports, gaps, strict=True) if gap >= 10]),
            ("first_meal", [now for now in reports if now == reports[0] or now - reports[0] >= 10]),
            ("strict", meals(reports, 10.001)),
            ("first", meals([now for now in reports if now >= 10])),
        ]
        values = {"reports": _listed(reports), "wanted": _listed(wanted), "found": _listed(found)}
        raise Wrong(idea_behind(ideas, found), **values)


def meals(reports, pause_s=10):
    """When Bori is fed."""
    eaten = []
    for now in reports:
        if not eaten or now - eaten[-1] >= pause_s:
            eaten.append(now)
    return eaten


def _listed(times):
    return ", ".join(f"{time:g}" for time in times)


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
