"""Checks of lesson 08: what a loop with gaps loses, and how many meals a chatty dog is given."""

import numpy as np

from exercises import Wrong, ask, idea_behind

SENTENCES = {
    "08-1": {
        "right": {
            "ko": "통째로 사라지려면 짖는 소리가 틈 안에 다 들어가야 하니, 틈보다 긴 소리는 잘릴 뿐이에요. 하지만 "
            "잘린 소리도 알아듣기 어려워요. 틈을 없애는 것이 가장 좋아요.",
            "en": "To be lost as a whole, a bark has to fit into the gap; one that is longer is only cut. But a cut "
            "bark is hard to recognise, too: it is best to have no gap.",
        },
        "share": {
            "ko": "{result}은(는) 소리 전체에서 사라지는 비율이에요. 짖는 소리에는 길이가 있어요. {bark}초짜리 소리가 "
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
        "of_record": {
            "ko": "녹음하는 시간({record}초)으로 나눴어요. 소리는 한 바퀴의 아무 때나 시작할 수 있어요. 한 바퀴는 몇 "
            "초인가요?",
            "en": "You divided by the time it records ({record} s). A bark may begin at any moment of the cycle. How "
            "long is a whole cycle?",
        },
        "seconds": {
            "ko": "{result}은(는) 비율이 아니라 초예요. 그동안 시작하면 통째로 사라지는 것은 맞아요. 한 바퀴의 길이로 "
            "나누면 돼요.",
            "en": "{result} is in seconds, not a share. It is true that a bark which begins then is lost; now divide "
            "by the length of a cycle.",
        },
        "percent": {
            "ko": "셈은 맞았는데 {result}처럼 백분율로 돌려줬어요. 0과 1 사이의 비율로 돌려주세요.",
            "en": "The idea is right, but {result} is in percent. Return a share between 0 and 1.",
        },
        "other": {
            "ko": "녹음 {record}초, 일 {work}초, 짖는 소리 {bark}초이면 {wanted}이(가) 나와야 하는데 {result}이(가) "
            "나왔어요. 한 바퀴를 자로 그리고, 어디에서 시작하면 통째로 사라지는지 표시해 보세요.",
            "en": "With {record} s recorded, {work} s of work and a bark of {bark} s it should be {wanted}, but it is "
            "{result}. Draw a cycle as a ruler and mark where a bark may begin to be lost as a whole.",
        },
    },
    "08-2": {
        "right": {
            "ko": "보리가 아무리 오래 짖어도 쉬는 시간마다 한 번만 먹어요. 검출기가 수다스러워도 지갑은 안전해요.",
            "en": "However long Bori barks, there is one meal in each pause and no more. The detector may be chatty, "
            "the wallet is safe.",
        },
        "all": {
            "ko": "알림마다 밥을 줬어요. 밥을 준 다음 {pause}초 동안은 어떤 알림이 와도 쉬어야 해요. 알림: {reports}.",
            "en": "Every report was answered with a meal. For {pause} s after a meal no report may be answered. "
            "Reports: {reports}.",
        },
        "previous": {
            "ko": "바로 앞의 알림과 견줬어요. 그러면 쉬지 않고 짖는 개는 영영 다시 먹지 못해요. 마지막으로 밥을 준 "
            "때와 견줘 보세요. 알림: {reports}, 쉬는 시간 {pause}초.",
            "en": "You compared with the report before. A dog that never stops barking would never eat again: compare "
            "with the last meal. Reports: {reports}, pause {pause} s.",
        },
        "strict": {
            "ko": "{pause}초가 꼭 찬 순간의 알림을 건너뛰었어요. 쉬는 시간이 끝나는 바로 그때부터 밥을 줄 수 있어요. "
            "알림: {reports}.",
            "en": "A report exactly {pause} s after the last meal was left out. From the very end of the pause on "
            "there may be a meal. Reports: {reports}.",
        },
        "first": {
            "ko": "첫 알림에 밥을 주지 않았어요. 0초에 밥을 준 셈이 됐네요. 아직 한 번도 주지 않았다면 쉴 까닭이 "
            "없어요. 알림: {reports}, 쉬는 시간 {pause}초.",
            "en": "The first report got no meal, as if there had been one at 0 s. Where none was given yet there is "
            "nothing to pause from. Reports: {reports}, pause {pause} s.",
        },
        "clock": {
            "ko": "시계를 {pause}초씩 칸으로 나눴어요. 그러면 칸의 끝과 다음 칸의 처음에 잇따라 먹을 수 있어요. 칸이 "
            "아니라 마지막 밥에서부터 재 보세요. 알림: {reports}.",
            "en": "You cut the clock into slots of {pause} s. At the end of one and the beginning of the next there "
            "may be two meals in a row: count from the last meal. Reports: {reports}.",
        },
        "count": {
            "ko": "밥을 준 횟수가 아니라, 밥을 준 때를 순서대로 담은 리스트를 돌려주세요.",
            "en": "Return the times of the meals as a list, in order, not how many there were.",
        },
        "empty": {
            "ko": "한 번도 짖지 않은 날도 있어요. 알림이 없을 때 첫 알림을 꺼내려다 멈췄어요.",
            "en": "There are days without a bark: the first report was asked for where there is none.",
        },
        "other": {
            "ko": "알림이 {reports}초이고 쉬는 시간이 {pause}초이면 {wanted}초에 밥을 줘야 하는데, 돌려준 것은 "
            "[{result}]이에요. 알림을 하나씩 짚으며 마지막 밥에서 몇 초 지났는지 적어 보세요.",
            "en": "With reports at {reports} s and a pause of {pause} s there should be meals at {wanted} s, but you "
            "returned [{result}]. Go through the reports one by one and write down how long ago the last meal was.",
        },
    },
}


def check_08_1(answer):
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
            ("of_record", lost / record),
            ("seconds", lost),
            ("percent", 100 * wanted),
        ]
        values = {"record": record, "work": work, "bark": bark, "result": f"{result:.2f}", "wanted": f"{wanted:.2f}"}
        raise Wrong(idea_behind(ideas, result, tolerance=0.001), **values)


def check_08_2(answer):
    """A function (times of the reports in order, pause in seconds) → the times at which there is a meal."""
    for reports, pause in (([1.0, 2.0, 3.0, 4.0, 5.0, 9.0], 3.0), ([0.5, 6.0, 6.5, 13.0], 6.0), ([], 3.0)):
        values = {"reports": _as_text(reports), "pause": f"{pause:g}"}
        try:
            result = ask(answer, list(reports), pause)
        except IndexError:
            raise Wrong("empty") from None
        if np.ndim(result) == 0:
            raise Wrong("count", **values)
        result, wanted = [float(time) for time in result], meals(reports, pause)
        if result == wanted:
            continue
        pairs = list(zip(reports, reports[1:], strict=False))
        ideas = [
            ("all", reports),
            ("previous", reports[:1] + [time for before, time in pairs if time - before >= pause]),
            ("strict", meals(reports, pause + 1e-9)),
            ("first", meals(reports, pause, earliest=pause)),
            ("clock", reports[:1] + [time for before, time in pairs if time // pause != before // pause]),
        ]
        values |= {"result": _as_text(result), "wanted": _as_text(wanted)}
        raise Wrong(idea_behind(ideas, result), **values)


def meals(reports, pause, earliest=-np.inf):
    """Times of the reports that are answered with a meal: none before ``earliest`` or within a pause."""
    given = []
    for time in reports:
        if time >= earliest:
            given.append(time)
            earliest = time + pause
    return given


def _as_text(times):
    return ", ".join(f"{time:g}" for time in times)
