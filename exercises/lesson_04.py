"""Checks of lesson 04: joining sounds, where segments start, seconds as milliseconds, five exams, one side a source."""

from collections import Counter

import numpy as np
from sklearn.metrics import accuracy_score, balanced_accuracy_score
from sklearn.neighbors import KNeighborsClassifier

from exercises import Wrong, ask, idea_behind
from helpers.datasets import TARGET

SENTENCES = {
    "04-1": {
        "right": {
            "ko": "짖고, 쉬고, 멀리서 대답해요. 그런데 쉬는 동안 방의 소리까지 뚝 끊기는 것이 들리나요? 이런 이음매는 "
            "6절에서 다시 만나요.",
            "en": "A bark, a rest, an answer from far away. Did you hear the room itself break off for the rest? You "
            "will meet such seams again in section 6.",
        },
        "not_a_sound": {
            "ko": "이은 소리를 주세요. append가 돌려주는 것은 bark와 같은 종류의 소리예요.",
            "en": "Give the joined sound. What append returns is a sound of the same kind as bark.",
        },
        "crossfade": {
            "ko": "{length}밀리초예요. append가 이음매마다 100밀리초씩 겹쳤어요. append마다 crossfade=0이라고 알려 "
            "주세요.",
            "en": "It takes {length} milliseconds: append let the sounds overlap by 100 at a seam. Tell each append "
            "crossfade=0.",
        },
        "no_rest": {
            "ko": "두 소리 사이에 쉬는 곳이 없어요. AudioSegment.silent(500)을 사이에 이어 주세요.",
            "en": "There is no rest between the two. Put AudioSegment.silent(500) in between.",
        },
        "level": {
            "ko": "뒤의 소리가 앞의 소리보다 {change:+.0f} dB예요. −10 dB여야 해요. bark에서 10을 빼면 10 dB 작아져요.",
            "en": "The second sound is {change:+.0f} dB against the first; it should be −10 dB. Take 10 from bark, and "
            "it is 10 dB softer.",
        },
        "other": {
            "ko": "{length}밀리초예요. bark 1000, 고요 500, 작은 bark 1000이면 2500밀리초예요.",
            "en": "It takes {length} milliseconds. A bark of 1000, a silence of 500 and a softer bark of 1000 make "
            "2500.",
        },
    },
    "04-2": {
        "right": {
            "ko": "녹음 끝까지 알뜰하게 잘랐고, 밖으로 나간 조각이 하나도 없어요.",
            "en": "You used the recording to its end, and no segment sticks out of it.",
        },
        "not_a_list": {
            "ko": "시작하는 곳을 담은 목록을 돌려주세요. 하나뿐이어도 [0]처럼 목록이에요.",
            "en": "Return a list of the places where segments start. Even a single one comes in a list: [0].",
        },
        "too_short": {
            "ko": "total={total}인 녹음에는 size={size}인 조각이 통째로 들어갈 수 없어요. 이럴 때는 빈 목록을 "
            "돌려주세요.",
            "en": "No whole segment of size={size} fits into a recording of total={total}. Return an empty list then.",
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
    "04-3": {
        "right": {
            "ko": "짖는 바로 그때부터 꼭 1초예요. 몇 초를 자르든 1초는 1000 ms예요.",
            "en": "From the beginning of the bark, exactly one second. Whatever you cut, a second has 1000 ms.",
        },
        "not_a_sound": {
            "ko": "audio[시작:끝]처럼 잘라 낸 소리를 돌려주세요.",
            "en": "Return the sound that you cut, audio[begin:end].",
        },
        "half_time": {
            "ko": "{start_s}초에 짖었는데 {begin:g} ms부터 잘랐어요. 안내서처럼 절반의 시간이에요. 1초는 1000 ms예요.",
            "en": "It barks at {start_s} s, you cut from {begin:g} ms: half the time, like the guide. Use 1000 ms.",
        },
        "seconds": {
            "ko": "{start_s}초에 짖었는데 {begin:g} ms부터 잘랐어요. pydub의 대괄호는 초가 아니라 밀리초로 세요.",
            "en": "It barks at {start_s} s, you cut from {begin:g} ms. The brackets of pydub count milliseconds.",
        },
        "end": {
            "ko": "{begin:g} ms부터 {end:g} ms까지예요. 대괄호의 둘째 수는 길이가 아니라 끝이에요.",
            "en": "You cut from {begin:g} ms to {end:g} ms. The second number is where it ends, not how long it is.",
        },
        "half_length": {
            "ko": "시작은 맞지만 {length:g} ms만 잘랐어요. 제목대로 1초여야 해요.",
            "en": "It begins in the right place, but is only {length:g} ms long. It should be a whole second.",
        },
        "other": {
            "ko": "{start_s}초에 짖었으면 {wanted} ms부터 1초예요. 지금은 {begin:g} ms부터 {end:g} ms까지예요.",
            "en": "For a bark at {start_s} s, cut a second from {wanted} ms, not {begin:g} ms to {end:g} ms.",
        },
    },
    "04-4": {
        "right": {
            "ko": "모든 조각이 한 번씩 시험에 나왔어요. 다섯 번 모두 섞은 쪽이 높아요. 운이 아니었어요.",
            "en": "Every segment was in the test once, and shuffling scores higher all five times. No luck.",
        },
        "five": {
            "ko": "점수 다섯 개의 목록을 돌려주세요. 지금은 {count}개예요. return은 for가 다 끝난 다음에 써요.",
            "en": "Return a list of five scores; this one has {count}. The return comes when the for is over.",
        },
        "one_number": {
            "ko": "수 하나를 돌려줬어요. 평균 내지 말고, 시험 다섯 번의 점수를 목록에 담아 돌려주세요.",
            "en": "It returned one number. Do not take a mean: return the scores of all five exams in a list.",
        },
        "seen": {
            "ko": "시험 조각까지 훈련에 넣었어요. 외우기만 하는 분류기는 본 것을 다 맞혀요. fit에는 fold != test인 "
            "조각만 주세요.",
            "en": "Segments of the test were in the training, and one that memorises gets those right. Give fit only "
            "those with fold != test.",
        },
        "turned": {
            "ko": "훈련과 시험이 뒤바뀌었어요. 묶음 하나로 시험하고, 나머지 넷으로 훈련해야 해요.",
            "en": "Training and test are the wrong way round. One fold is the test, the other four are for training.",
        },
        "always_one": {
            "ko": "다섯 번 모두 첫째 묶음으로 시험했어요. 1이라고 쓴 곳에 test를 써 보세요.",
            "en": "The first fold was the test all five times. Write test where you wrote 1.",
        },
        "accuracy": {
            "ko": "맞힌 비율을 그대로 썼어요. 위에서처럼 balanced_accuracy_score를 쓰세요.",
            "en": "That is plain accuracy. Use balanced_accuracy_score, as above.",
        },
        "other": {
            "ko": "묶음 {test}의 점수가 {result:.0%}로 나왔어요. {wanted:.0%}여야 해요. n_neighbors=1인지, 두 곳에서 "
            "test를 썼는지 보세요.",
            "en": "Fold {test} scored {result:.0%}; it should be {wanted:.0%}. Is n_neighbors=1, and is it test that "
            "you compare fold with?",
        },
    },
    "04-5": {
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
            "en": "Recordings on both sides: {count} (such as {name}). When segments are dealt out, the same dog in "
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
    """A second of barking, half a second of silence, and the same second 10 dB softer."""
    if not hasattr(answer, "raw_data"):
        raise Wrong("not_a_sound")
    length = len(answer)
    if length in (2300, 2400, 1900):
        raise Wrong("crossfade", length=length)
    if length == 2000:
        raise Wrong("no_rest")
    if abs(length - 2500) > 2:
        raise Wrong("other", length=length)
    if answer[1010:1490].rms:
        raise Wrong("no_rest")
    change = answer[1510:2490].dBFS - answer[10:990].dBFS
    if abs(change + 10) > 0.2:
        raise Wrong("level", change=change)


def check_04_2(answer):
    """A function (total, size, hop) → starts of the segments that lie wholly inside the recording."""
    for total, size, hop in ((100, 30, 20), (90, 30, 30), (65, 10, 30), (30, 30, 10), (20, 30, 10)):
        values = {"total": total, "size": size, "hop": hop}
        starts, wanted = _numbers(ask(answer, total, size, hop)), list(range(0, total - size + 1, hop))
        if starts == wanted:
            continue
        if total < size:
            raise Wrong("too_short", **values)
        if outside := [start for start in starts if start + size > total]:
            raise Wrong("outside", **values, start=f"{outside[0]:g}", end=f"{outside[0] + size:g}")
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


class _Tape:
    """Stands in for a sound of pydub: cut, it knows from where to where (ms)."""

    def __init__(self, begin=0, end=60_000):
        self.begin, self.end = begin, end

    def __len__(self):
        return round(self.end - self.begin)

    def __getitem__(self, cut):
        begin, end = cut.start or 0, len(self) if cut.stop is None else cut.stop
        return _Tape(self.begin + begin, min(self.begin + end, self.end))


def check_04_3(answer):
    """A function (sound, seconds) → the second of the sound that begins there."""
    for start_s in (8.0, 2.292):
        found, wanted = ask(answer, _Tape(), start_s), round(1000 * start_s)
        if not isinstance(found, _Tape):
            raise Wrong("not_a_sound")
        begin, end = found.begin, found.end
        if abs(begin - wanted) <= 1 and abs(end - begin - 1000) <= 1:
            continue
        if abs(begin - wanted / 2) <= 1:
            raise Wrong("half_time", start_s=start_s, begin=begin)
        if abs(begin - start_s) <= 1:
            raise Wrong("seconds", start_s=start_s, begin=begin)
        if end <= begin:
            raise Wrong("end", begin=begin, end=end)
        if abs(begin - wanted) <= 1 and end - begin < 1000:
            raise Wrong("half_length", length=end - begin)
        raise Wrong("other", start_s=start_s, wanted=wanted, begin=begin, end=end)


def check_04_4(answer):
    """A function (features, labels, folds) → the scores of five exams, one for each fold."""
    random = np.random.default_rng(4)
    source = np.arange(240) // 3
    X = (random.normal(size=(80, 8))[source] + 0.01 * random.normal(size=(240, 8))).round(6)
    y, fold = random.random(80)[source] < 0.3, 1 + source % 5
    y ^= random.random(240) < 0.1
    result = np.asarray(ask(answer, X, y, fold), dtype=float)
    if result.ndim == 0:
        raise Wrong("one_number")
    if result.shape != (5,):
        raise Wrong("five", count=len(result))
    wanted = _five(X, y, fold)
    if np.allclose(result, wanted):
        return
    ideas = [
        ("seen", np.ones(5)),
        ("turned", _five(X, y, fold, turned=True)),
        ("always_one", np.repeat(wanted[0], 5)),
        ("accuracy", _five(X, y, fold, score=accuracy_score)),
    ]
    idea = idea_behind(ideas, result, tolerance=1e-6)
    test = int(np.argmax(np.abs(result - wanted)))
    raise Wrong(idea, test=test + 1, result=result[test], wanted=wanted[test])


def _five(X, y, fold, *, score=balanced_accuracy_score, turned=False):
    found = []
    for test in range(1, 6):
        train = (fold == test) == turned
        model = KNeighborsClassifier(n_neighbors=1).fit(X[train], y[train])
        found.append(score(y[~train], model.predict(X[~train])))
    return np.array(found)


def check_04_5(answer):
    """A function (lines of ``segments.csv``) → (those to train on, those to test on), no source on both sides."""
    rows = _rows()
    train, test = _two_lists(ask(answer, list(rows)))
    times = Counter(row["segment"] for row in train + test)
    if missing := len(rows) - len(times):
        raise Wrong("lost", missing=missing, total=len(rows))
    if twice := sum(number > 1 for number in times.values()):
        raise Wrong("twice", count=twice)
    if common := _values("recording", train) & _values("recording", test):
        raise Wrong("segments", count=len(common), name=min(common))
    if common := _values("source", train) & _values("source", test):
        names = sorted({row["recording"] for row in rows if row["source"] == min(common)})
        raise Wrong("recordings", source=min(common), names=", ".join(names))
    if not 0.1 <= len(test) / len(rows) <= 0.4:
        raise Wrong("share", share=f"{100 * len(test) / len(rows):.0f}")
    if {row["label"] == TARGET for row in test} != {True, False}:
        raise Wrong("one_class")


def _values(column, rows):
    return {row[column] for row in rows}


def _two_lists(parts):
    try:
        train, test = map(list, parts)
    except (TypeError, ValueError):
        raise Wrong("two_lists") from None
    if not all(isinstance(row, dict) for row in train + test):
        raise Wrong("two_lists")
    return train, test


def _rows():
    """Lines of 60 sources, one label after the other as in ``segments.csv``; every third source has two recordings."""
    rows = []
    for number in (*range(0, 60, 2), *range(1, 60, 2)):
        label, folder = ("siren", "negative") if number % 2 else (TARGET, "positive")
        source = str(1000 + 37 * number % 997)  # sorted, the labels are mixed
        for take in range(1 + (number % 3 == 0)):
            for second in range(2 + number % 4):
                row = {
                    "segment": f"{folder}/{len(rows)}.wav",
                    "recording": f"data/{label}/{source}-{take + 1}.wav",
                    "source": source,
                    "label": label,
                    "fold": str(1 + number % 5),
                    "start_s": f"{second}.0",
                }
                rows.append(row)
    return rows
