"""Checks of lesson 12: convolution, a kernel for beginnings, two kinds of steps, a background, numbers."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from exercises import Wrong, ask, idea_behind

SENTENCES = {
    "12-1": {
        "right": {
            "ko": "오른쪽이 왼쪽보다 클 때만 양수예요. 개가 짖기 시작하는 곳을 찾는 커널이네요.",
            "en": "It is positive only where the right is higher than the left: a kernel for the start of a bark.",
        },
        "shape": {
            "ko": "크기가 {result}이에요. 수 셋씩 세 줄, 곧 3 × 3으로 적어 주세요.",
            "en": "Its size is {result}. Write three rows of three numbers, 3 × 3.",
        },
        "uneven": {
            "ko": "모두 더하면 {result}이라서, 고르게 칠해진 곳에서도 0이 아닌 수가 나와요. 더해서 0이 되게 해 주세요.",
            "en": "All together they add up to {result}, so an even place does not give 0. Make them add up to 0.",
        },
        "lines": {
            "ko": "가로줄에서도 수가 나와요. 줄마다 따로 더해도 0이어야 오래 이어지는 소리에 대답하지 않아요.",
            "en": "It answers to horizontal lines, too. Each row by itself must add up to 0.",
        },
        "ends": {
            "ko": "소리가 끝나는 곳에서 양수가 나와요. 왼쪽과 오른쪽을 바꿔 보세요.",
            "en": "It is positive where a sound ends. Try left and right the other way round.",
        },
        "nothing": {
            "ko": "소리가 시작되는 곳에서 아무것도 나오지 않아요. 오른쪽에는 양수, 왼쪽에는 음수를 적어 보세요.",
            "en": "Where a sound begins it gives nothing. Try positive numbers on the right, negative on the left.",
        },
    },
    "12-2": {
        "right": {
            "ko": "빠르기를 먼저 고치고, 그 빠르기로 걸었어요. `torch.optim.SGD(momentum=…)`도 이렇게 해요.",
            "en": "First the velocity, then a step with it: just as `torch.optim.SGD(momentum=…)` does.",
        },
        "pair": {
            "ko": "새 가중치와 새 빠르기, 두 값을 함께 돌려주세요: return w, velocity",
            "en": "Return two values together, the new weight and the new velocity: return w, velocity",
        },
        "uphill": {
            "ko": "기울기 쪽으로 올라갔어요. 손실을 줄이려면 빼야 해요.",
            "en": "It climbed along the gradient. To lower the loss, subtract.",
        },
        "old": {
            "ko": "가중치를 옮길 때 옛 빠르기를 썼어요. 빠르기를 먼저 고치고, 새 빠르기로 걸어요.",
            "en": "The weight moved with the old velocity. Renew the velocity first, then step with it.",
        },
        "plain": {
            "ko": "기울기만큼만 걸었어요. 그것은 모멘텀이 없는 SGD예요. 새 빠르기만큼 걸어 주세요.",
            "en": "It moved by the gradient alone, which is SGD without momentum. Step by the new velocity.",
        },
        "other": {
            "ko": "w {w}, 기울기 {gradient}, 빠르기 {velocity}, 학습률 {lr}, 모멘텀 {momentum}에 {result}이라고 "
            "했어요. {wanted}가 나와야 해요.",
            "en": "For w {w}, gradient {gradient}, velocity {velocity}, lr {lr}, momentum {momentum} it says {result}; "
            "it should be {wanted}.",
        },
    },
    "12-3": {
        "right": {
            "ko": "크기를 맞춘 다음에 줄였으니, 소음이 원래 얼마나 컸든 같은 배경이 돼요.",
            "en": "You matched the levels before you turned it down, so it does not matter how loud the noise was.",
        },
        "raw": {
            "ko": "소음의 원래 크기에서 {below} dB를 줄였어요. 먼저 `sound`와 같은 크기로 맞춰야 둘의 차이가 {below} "
            "dB예요.",
            "en": "The noise was turned down by {below} dB from its own level. Make it as loud as `sound` first.",
        },
        "power": {
            "ko": "소음이 {measured} dB 작아요. {below} dB여야 해요. 10으로 나누면 파워, 20으로 나누면 진폭이에요.",
            "en": "The noise is {measured} dB weaker; it should be {below} dB. Dividing dB by 10 is for power, by 20 "
            "for amplitude.",
        },
        "louder": {
            "ko": "소음이 {below} dB 더 커졌어요. 지수의 부호를 보세요.",
            "en": "The noise became {below} dB louder. Look at the sign of the exponent.",
        },
        "other": {
            "ko": "`sound`를 뺀 나머지가 줄인 소음이 아니에요. `noise`에 수 하나만 곱해서 `sound`에 더해 보세요.",
            "en": "Without `sound`, what is left is not weakened noise. Multiply `noise` by one number, add `sound`.",
        },
        "level": {
            "ko": "소음이 {measured} dB 작아요. {below} dB여야 해요. 둘의 RMS를 재서 비를 곱해 보세요.",
            "en": "The noise is {measured} dB weaker; it should be {below} dB. Use the ratio of both RMS levels.",
        },
    },
    "12-4": {
        "right": {
            "ko": "정렬한 이름표에 번호를 매겼으니, 어느 컴퓨터에서나 개는 같은 번호예요.",
            "en": "The order no longer matters: on every computer, the dog has the same number.",
        },
        "order": {
            "ko": "리스트의 첫 이름표가 {first}일 때와 {other}일 때의 번호가 서로 달라요. 나온 차례나 set의 차례는 "
            "믿을 수 없어요. 정렬한 다음에 번호를 매겨 보세요.",
            "en": "A list that begins with {first} and one that begins with {other} get different numbers. Neither "
            "the order of the list nor that of a set can be relied on: sort before numbering.",
        },
        "gaps": {
            "ko": "번호가 {result}이에요. 0부터 하나씩 빈틈없이 이어져야 해요. 되풀이되는 이름표를 먼저 하나로 줄여 "
            "보세요.",
            "en": "The numbers are {result}. They should run from 0 without gaps or repeats: take away repeated "
            "labels first.",
        },
        "from_one": {
            "ko": "번호가 {result}이에요. 신경망의 첫 점수는 0번이니, 0부터 세어 주세요.",
            "en": "The numbers are {result}. A network's first score is number 0, so begin with 0.",
        },
        "turned": {
            "ko": "번호 → 이름표로 뒤집혀 있어요. 이름표로 번호를 찾을 수 있게, 이름표 → 번호로 돌려주세요.",
            "en": "This leads from number to label. Turn it round, label → number, so that a label finds its number.",
        },
        "not_a_dict": {
            "ko": '{kind}을(를) 돌려줬어요. 이름표 → 번호 딕셔너리를 돌려주세요: {{"dog_bark": 0, …}}처럼요.',
            "en": 'It returned a {kind}. Return a dictionary label → number, such as {{"dog_bark": 0, …}}.',
        },
        "labels": {
            "ko": "번호를 매긴 이름표가 {result}이에요. 리스트에 나오는 이름표({wanted}) 모두에, 그리고 그것에만 "
            "번호를 매겨 주세요.",
            "en": "The labels numbered are {result}. Number all labels of the list ({wanted}), and no others.",
        },
    },
    "12-5": {
        "right": {
            "ko": "자리마다 곱해서 더했네요. conv2d도 같은 일을 해요. 다만 훨씬 빨라요.",
            "en": "Place by place you multiplied and added up. conv2d does the same, only much faster.",
        },
        "one_number": {
            "ko": "수 하나만 돌려줬어요. 자리마다 나온 수를 seen에 모으고, return은 반복문 밖에 두세요.",
            "en": "It returned a single number. Gather the number of every place in seen, and return after the loops.",
        },
        "shape": {
            "ko": "그림이 {picture}일 때 답이 {result}이에요. 커널이 그림 밖으로 나가지 않는 자리는 {wanted}이에요.",
            "en": "For a picture of {picture} it gave {result}. The places where the kernel stays inside are {wanted}.",
        },
        "turned": {
            "ko": "커널을 뒤집거나 눕혀서 댔어요. 신경망의 합성곱은 커널을 적힌 그대로 대요.",
            "en": "The kernel was turned. A network's convolution lays it down as it is written.",
        },
        "mean": {
            "ko": "답이 모두 9분의 1이에요. 평균(mean)이 아니라 합(sum)을 적으세요.",
            "en": "All answers are a ninth of what they should be. Write down the sum, not the mean.",
        },
        "unweighted": {
            "ko": "겹친 칸을 그냥 더했어요. 더하기 전에 커널을 곱하세요.",
            "en": "The cells were simply added. Multiply them by the kernel first.",
        },
        "empty": {
            "ko": "답이 모두 0이에요. seen[row, column]에 적고 있나요?",
            "en": "All answers are 0. Do you write into seen[row, column]?",
        },
        "other": {
            "ko": "첫 칸이 {result}인데 {wanted}여야 해요. 겹친 아홉 칸을 곱해서 더해 보세요.",
            "en": "The first answer is {result}; it should be {wanted}. Multiply the nine cells beneath and add up.",
        },
    },
    "12-6": {
        "right": {
            "ko": "모든 가중치를 그 자리에서 옮겼어요. optimizer.step()이 하는 일이 바로 이거예요.",
            "en": "All weights moved, in place: this is what optimizer.step() does.",
        },
        "still": {
            "ko": "가중치가 그대로예요. weight = …는 이름을 옮길 뿐이에요. weight -= …로 그 자리에서 바꾸세요.",
            "en": "The weights are where they were. weight = … only moves a name; weight -= … changes them in place.",
        },
        "in_grad_mode": {
            "ko": "PyTorch는 기울기를 따라가는 가중치를 그 자리에서 바꾸지 못하게 해요. "
            "with torch.no_grad(): 안에 쓰세요.",
            "en": "PyTorch does not let weights be changed in place while it follows their gradients. Write it inside "
            "with torch.no_grad().",
        },
        "uphill": {
            "ko": "기울기 쪽으로 올라갔어요. 손실을 줄이려면 빼야 해요.",
            "en": "It climbed along the gradient. To lower the loss, subtract.",
        },
        "whole": {
            "ko": "기울기를 통째로 뺐어요. 학습률 lr을 곱해서 빼세요.",
            "en": "It subtracted the whole gradient. Multiply it by the learning rate, lr.",
        },
        "sign": {
            "ko": "모두 lr만큼 옮겼어요. 기울기의 방향만이 아니라 크기도 곱하세요.",
            "en": "Every weight moved by lr. Multiply by the size of the gradient, too, not by its sign alone.",
        },
        "some": {
            "ko": "가중치 배열 {count}개 가운데 {moved}개만 옮겼어요. network.parameters()를 끝까지 도세요.",
            "en": "Only {moved} of {count} arrays of weights moved. Go through network.parameters() to the end.",
        },
        "other": {
            "ko": "가중치가 {wanted}만큼 옮겨져야 하는데 {result}만큼 옮겨졌어요. lr × 기울기를 빼세요.",
            "en": "A weight moved by {result} where it should move by {wanted}. Subtract lr × gradient.",
        },
    },
}


def check_12_1(answer):
    """A kernel [3, 3] that is positive where a sound begins, and nowhere else."""
    kernel = np.asarray(answer, dtype=float)
    if kernel.shape != (3, 3):
        raise Wrong("shape", result=" × ".join(map(str, kernel.shape)))
    if not np.isclose(kernel.sum(), 0):
        raise Wrong("uneven", result=f"{kernel.sum():g}")
    if not np.allclose(kernel.sum(axis=1), 0):
        raise Wrong("lines")
    columns = kernel.sum(axis=0)
    begins = columns[2], columns[1] + columns[2]  # beside the edge, and across it
    if max(begins) <= 1e-9 and min(begins) > -1e-9:
        raise Wrong("nothing")
    if min(begins) < -1e-9:
        raise Wrong("ends")


def check_12_2(answer):
    """A function (w, gradient, velocity, lr, momentum) → (new w, new velocity)."""
    names = ("w", "gradient", "velocity", "lr", "momentum")
    for values in ((2.0, 4.0, -3.0, 0.1, 0.5), (-1.0, 0.5, 6.0, 0.2, 0.9)):
        w, gradient, velocity, lr, momentum = values
        result = np.ravel(ask(answer, *values)).astype(float)
        if result.size != 2:
            raise Wrong("pair")
        new = momentum * velocity + gradient
        wanted = (w - lr * new, new)
        ideas = [
            ("right", wanted),
            ("uphill", (w + lr * new, new)),
            ("old", (w - lr * velocity, new)),
            ("plain", (w - lr * gradient, new)),
        ]
        idea = idea_behind(ideas, result, tolerance=1e-9)
        if idea != "right":
            said = {"result": f"{result[0]:g}, {result[1]:g}", "wanted": f"{wanted[0]:g}, {wanted[1]:g}"}
            raise Wrong(idea, **dict(zip(names, values, strict=True)), **said)


def check_12_3(answer):
    """A function (sound, noise, below) → sound with the noise laid under it, ``below`` dB weaker."""
    random = np.random.default_rng(12)
    sound = np.sin(np.arange(4000) / 5)
    for loud, below in ((0.1, 10.0), (3.0, 6.0), (1.0, 25.0)):
        noise = loud * random.standard_normal(4000)
        result = np.asarray(ask(answer, sound.copy(), noise.copy(), below), dtype=float)
        left = result - sound if result.shape == sound.shape else np.zeros(4000)
        share = float(left @ noise / (noise @ noise))
        if not np.allclose(left, share * noise, atol=1e-6) or share <= 0:
            raise Wrong("other")
        measured = 20 * np.log10(_rms(sound) / _rms(left))
        if np.isclose(measured, below, atol=0.01):
            continue
        unmatched = 20 * np.log10(_rms(sound) / _rms(noise)) + below
        ideas = [("raw", unmatched), ("power", 2 * below), ("louder", -below)]
        idea = idea_behind(ideas, measured, tolerance=0.01, otherwise="level")
        raise Wrong(idea, below=f"{below:g}", measured=f"{measured:.1f}")


def _rms(x):
    return np.sqrt(np.mean(x**2))


class _Label(str):
    """A label with the same hash as all others: the order of a set of them depends on the order they went in."""

    __slots__ = ()

    def __hash__(self):
        return 0


def check_12_4(answer):
    """A function (labels, repeated, in any order) → dict of label → 0, 1, 2 …, the same for every order."""
    labels = ["dog_bark", "siren", "dog_bark", "car_horn", "siren", "siren", "drilling"]
    colliding = [_Label(label) for label in labels]
    for one, other in ((labels, labels[::-1]), (labels, labels[3:] + labels[:3]), (colliding, colliding[::-1])):
        if _numbers(ask(answer, list(one)), labels) != _numbers(ask(answer, list(other)), labels):
            raise Wrong("order", first=str(one[0]), other=str(other[0]))


def _numbers(result, labels):
    """The answer as a plain dict, if it numbers these labels without gaps."""
    if not isinstance(result, dict):
        raise Wrong("not_a_dict", kind=type(result).__name__)
    if set(map(str, result.values())) == set(labels):
        raise Wrong("turned")
    numbers = {str(label): number for label, number in result.items()}
    if set(numbers) != set(labels):
        raise Wrong("labels", result=", ".join(sorted(numbers)), wanted=", ".join(sorted(set(labels))))
    found = sorted(numbers.values())
    if found != list(range(len(found))):
        idea = "from_one" if found == list(range(1, len(found) + 1)) else "gaps"
        raise Wrong(idea, result=", ".join(map(str, found)))
    return numbers


def check_12_5(answer):
    """A function (picture [height, width], kernel [3, 3]) → what the kernel gives at every place inside."""
    random = torch.Generator().manual_seed(5)
    for height, width in ((7, 9), (5, 4)):
        picture, kernel = torch.randn(height, width, generator=random), torch.randn(3, 3, generator=random)
        given = torch.as_tensor(ask(answer, picture.clone(), kernel.clone())).detach()
        if given.ndim == 0:
            raise Wrong("one_number")
        wanted = _convolved(picture, kernel)
        if given.shape != wanted.shape:
            shapes = {"picture": picture, "result": given, "wanted": wanted}
            raise Wrong("shape", **{name: list(one.shape) for name, one in shapes.items()})
        if torch.allclose(given.float(), wanted, atol=1e-4):
            continue
        turned = kernel.flip(0, 1), kernel.T, kernel.flip(0), kernel.flip(1)
        ideas = [("turned", _convolved(picture, one)) for one in turned]
        ideas += [("mean", wanted / 9), ("empty", 0 * wanted), ("unweighted", _convolved(picture, torch.ones(3, 3)))]
        idea = idea_behind(ideas, given, tolerance=1e-4)
        raise Wrong(idea, result=f"{given[0, 0]:.2f}", wanted=f"{wanted[0, 0]:.2f}")


def _convolved(picture, kernel):
    return functional.conv2d(picture[None, None], kernel[None, None])[0, 0]


def check_12_6(answer):
    """A function (network with gradients, lr) that moves all its weights by one step of SGD."""
    random = torch.Generator().manual_seed(6)
    network, lr = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)), 0.05
    for weight in network.parameters():
        weight.data = torch.randn(weight.shape, generator=random)
        weight.grad = 3 * torch.randn(weight.shape, generator=random)
    before = [weight.detach().clone() for weight in network.parameters()]
    gradients = torch.cat([weight.grad.flatten() for weight in network.parameters()])
    try:
        result = answer(network, lr)
    except RuntimeError as error:
        raise (Wrong("in_grad_mode") if "in-place" in str(error) else error) from None
    moved = [(new - old).detach().flatten() for old, new in zip(before, network.parameters(), strict=True)]
    touched = sum(bool(one.any()) for one in moved)
    if not touched:
        ask(lambda: result)  # None is the untouched stub
        raise Wrong("still")
    if touched < len(moved):
        raise Wrong("some", moved=touched, count=len(moved))
    moved, wanted = torch.cat(moved), -lr * gradients
    if not torch.allclose(moved, wanted, atol=1e-5):
        ideas = [("uphill", -wanted), ("whole", -gradients), ("sign", -lr * gradients.sign())]
        idea = idea_behind(ideas, moved, tolerance=1e-5)
        raise Wrong(idea, result=f"{moved[0]:.3f}", wanted=f"{wanted[0]:.3f}")
