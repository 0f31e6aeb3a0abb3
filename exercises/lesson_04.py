"""Checks of lesson 04: where segments start, and what may never be separated."""

from collections import Counter

from exercises import Wrong, ask
from helpers.datasets import TARGET
from helpers.split import SegmentRow

SENTENCES = {
    "04-1": {
        "right": {
            "ko": "녹음 끝까지 알뜰하게 잘랐고, 밖으로 나간 조각이 하나도 없어요.",
            "en": "You used the recording to its end, and no segment sticks out of it.",
        },
        "not_a_list": {
            "ko": "시작하는 표본 번호를 담은 목록을 돌려주세요. 하나뿐이어도 [0]처럼 목록이에요.",
            "en": "Return a list of the samples where segments start. Even a single one comes in a list: [0].",
        },
        "too_short": {
            "ko": "total={total}인 녹음에는 size={size}인 조각이 통째로 들어갈 수 없어요. 이럴 때는 빈 목록을 "
            "돌려주세요.",
            "en": "No whole segment of size={size} fits into a recording of total={total}. Return an empty list then.",
        },
        "seconds": {
            "ko": "시작은 표본 번호라서 정수예요. 초로 바꾸지 말고 세 수를 그대로 써 보세요.",
            "en": "A start is the number of a sample, so it is whole. Use the three numbers as they are, without "
            "turning them into seconds.",
        },
        "outside": {
            "ko": "total={total}, size={size}, hop={hop}일 때 {start}에서 시작한 조각은 {end}에서 끝나니 녹음 밖으로 "
            "나가요. 시작뿐 아니라 끝도 녹음 안에 있어야 해요.",
            "en": "With total={total}, size={size}, hop={hop}, a segment that starts at {start} ends at {end}, beyond "
            "the recording. Its end must lie inside, not just its start.",
        },
        "last": {
            "ko": "total={total}, size={size}, hop={hop}일 때 마지막 조각이 빠졌어요. {start}에서 시작하는 조각도 "
            "통째로 들어가요. range의 끝은 목록에 들어가지 않아요.",
            "en": "With total={total}, size={size}, hop={hop}, the last segment is missing: one that starts at "
            "{start} fits as well. The end of a range is not part of it.",
        },
        "hop": {
            "ko": "조각을 길이(size={size})만큼 옮겼어요. 한 시작에서 다음 시작까지는 hop={hop}이에요. 조각은 서로 "
            "겹칠 수도, 떨어질 수도 있어요.",
            "en": "You moved on by the length, size={size}. From one start to the next it is hop={hop}: segments may "
            "overlap, or leave gaps.",
        },
        "other": {
            "ko": "total={total}, size={size}, hop={hop}일 때 시작은 {wanted}이에요. 첫 조각은 0에서 시작하고, 다음 "
            "조각은 hop만큼 뒤에 있어요.",
            "en": "With total={total}, size={size}, hop={hop} the starts are {wanted}. The first segment starts at 0, "
            "each next one a hop later.",
        },
    },
    "04-2": {
        "right": {
            "ko": "이제 시험에 나오는 원본은 모두 처음 만나는 원본이에요.",
            "en": "Every source in the test is now one that training has never met.",
        },
        "two_lists": {
            "ko": "rows의 줄을 나누어 담은 두 목록을 return train, test처럼 함께 돌려주세요.",
            "en": "Return two lists, into which you have sorted the lines of rows: return train, test.",
        },
        "lost": {
            "ko": "{total}개 가운데 {missing}개가 어느 쪽에도 없어요. test에 넣지 않은 줄은 모두 train에 넣어야 해요.",
            "en": "{missing} of {total} lines are on neither side. Whatever is not in test belongs in train.",
        },
        "twice": {
            "ko": "줄 {count}개가 두 번 들어갔어요. 줄마다 train과 test 가운데 한쪽에만 넣어야 해요.",
            "en": "{count} lines stand there twice. Each line goes either into train or into test.",
        },
        "segments": {
            "ko": "녹음 {count}개가 양쪽에 걸쳐 있어요(예: {name}). 조각을 섞어 나누면 같은 방, 같은 개의 조각이 "
            "시험에도 나와요. 조각이 아니라 원본을 골라 보세요.",
            "en": "{count} recordings lie on both sides, such as {name}. When segments are dealt out, the same dog in "
            "the same room turns up in the test. Choose sources, not segments.",
        },
        "recordings": {
            "ko": "녹음은 가르지 않았어요. 그런데 원본 {source}의 녹음이 양쪽에 있어요({names}). 파일이 달라도 원본이 "
            "같으면 쌍둥이예요. recording이 아니라 source로 나누어 보세요.",
            "en": "No recording is divided, but the recordings of source {source} lie on both sides ({names}). Two "
            "files of one source are twins. Divide by source, not by recording.",
        },
        "share": {
            "ko": "test에 전체의 {share} %가 들어갔어요. 5분의 1쯤이 알맞아요. train, test의 차례가 바뀌지 않았는지도 "
            "보세요.",
            "en": "{share} % of all lines are in test; about a fifth is right. See, too, that train and test are in "
            "this order.",
        },
        "one_class": {
            "ko": "test에 개만 있거나 개가 하나도 없어요. 줄은 이름표 순서로 서 있으니 앞이나 뒤에서 뭉텅이로 떼지 "
            "말고 고루 골라 보세요.",
            "en": "test holds nothing but dogs, or no dog at all. The lines stand in order of their labels: choose "
            "evenly, not a lump from one end.",
        },
    },
}


def check_04_1(answer):
    """A function (total, size, hop), all in samples → starts of the segments that lie wholly inside the recording."""
    for total, size, hop in ((100, 30, 20), (90, 30, 30), (65, 10, 30), (30, 30, 10), (20, 30, 10)):
        values = {"total": total, "size": size, "hop": hop}
        starts, wanted = _numbers(ask(answer, total, size, hop)), list(range(0, total - size + 1, hop))
        if starts == wanted:
            continue
        if total < size:
            raise Wrong("too_short", **values)
        if not all(start.is_integer() for start in starts):
            raise Wrong("seconds")
        if outside := [int(start) for start in starts if start + size > total]:
            raise Wrong("outside", **values, start=outside[0], end=outside[0] + size)
        if starts == wanted[:-1]:
            raise Wrong("last", **values, start=wanted[-1])
        if starts == list(range(0, total - size + 1, size)):
            raise Wrong("hop", **values)
        raise Wrong("other", **values, wanted=wanted)


def _numbers(starts):
    try:
        return [float(start) for start in starts]
    except (TypeError, ValueError):
        raise Wrong("not_a_list") from None


def check_04_2(answer):
    """A function (rows of ``segments.csv``) → (rows to train on, rows to test on), no source on both sides."""
    rows = _rows()
    train, test = _two_lists(ask(answer, list(rows)))
    times = Counter(train + test)
    if missing := len(rows) - len(times):
        raise Wrong("lost", missing=missing, total=len(rows))
    if twice := sum(number > 1 for number in times.values()):
        raise Wrong("twice", count=twice)
    if common := {row.recording for row in train} & {row.recording for row in test}:
        raise Wrong("segments", count=len(common), name=min(common))
    if common := {row.source for row in train} & {row.source for row in test}:
        names = sorted({row.recording for row in rows if row.source == min(common)})
        raise Wrong("recordings", source=min(common), names=", ".join(names))
    if not 0.1 <= len(test) / len(rows) <= 0.4:
        raise Wrong("share", share=f"{100 * len(test) / len(rows):.0f}")
    if len({row.positive for row in test}) < 2:
        raise Wrong("one_class")


def _two_lists(parts):
    try:
        train, test = map(list, parts)
    except (TypeError, ValueError):
        raise Wrong("two_lists") from None
    if not all(isinstance(row, SegmentRow) for row in train + test):
        raise Wrong("two_lists")
    return train, test


def _rows():
    """Rows of 60 sources, one label after the other as in ``segments.csv``; every third source has two recordings."""
    rows = []
    for number in (*range(0, 60, 2), *range(1, 60, 2)):
        label, folder = ("siren", "negative") if number % 2 else (TARGET, "positive")
        source = str(1000 + 37 * number % 997)  # sorted, the labels are mixed
        for take in range(1 + (number % 3 == 0)):
            for second in range(2 + number % 4):
                row = SegmentRow(
                    segment=f"{folder}/{len(rows)}.wav",
                    recording=f"data/{label}/{source}-{take + 1}.wav",
                    source=source,
                    label=label,
                    fold=1 + number % 5,
                    start_s=float(second),
                    end_s=second + 1.0,
                    event=None,
                    rms_dbfs=-20.0,
                    padding_s=0.0,
                )
                rows.append(row)
    return rows
