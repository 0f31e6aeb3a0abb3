"""Checks of lesson 06: a network, its steps and answers, what an epoch's loss is, a distant bark, masked pictures."""

import copy

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from exercises import Wrong, ask, idea_behind

SENTENCES = {
    "06-1": {
        "right": {
            "ko": "블록의 채널이 앞뒤로 이어지고, 헤드는 마지막 채널 수만큼 받아요.",
            "en": "Each block takes what the one before gives, and the head as many numbers as there are channels.",
        },
        "not_a_network": {
            "ko": "{kind}을(를) 받았어요. 클래스를 고친 다음, 괄호를 붙여 mine = MyCNN()으로 만들어 주세요.",
            "en": "This is a {kind}. Change the class, then make one with brackets: mine = MyCNN().",
        },
        "blocks": {
            "ko": "블록이 {count}개예요. blocks에 block(64, 128)을 더해 네 개로 만들어 주세요.",
            "en": "It has {count} blocks. Add block(64, 128) to blocks, which makes four.",
        },
        "chain": {
            "ko": "블록이 이어지지 않아요. 블록이 받는 채널의 수는 앞 블록이 내는 채널의 수와 같아야 해요.",
            "en": "The blocks do not fit together. A block must take as many channels as the one before it gives.",
        },
        "head": {
            "ko": "블록은 맞아요! 하지만 헤드가 받는 수는 {taken}개인데 풀링이 남긴 수는 {given}개예요. 가장 흔한 "
            "오류인 mat1 and mat2 shapes cannot be multiplied가 바로 이때 나와요.",
            "en": "The blocks are right! But the head takes {taken} numbers, and pooling leaves {given}. This is when "
            "PyTorch says: mat1 and mat2 shapes cannot be multiplied.",
        },
        "width": {
            "ko": "마지막 블록이 {given}채널을 내요. 128채널을 내게 해 주세요.",
            "en": "The last block gives {given} channels. Let it give 128.",
        },
        "answers": {
            "ko": "답이 {count}개예요. 개와 나머지, 점수는 둘이어야 해요.",
            "en": "It gives {count} answers. Dog and other: there should be two scores.",
        },
    },
    "06-2": {
        "right": {
            "ko": "배치의 평균에 그림 수를 곱해 더하고, 모든 그림의 수로 나눴네요. 작은 마지막 배치도 제 몫만큼만 "
            "말해요.",
            "en": "Each batch's mean counts as often as it has pictures. Now a small last batch has no more say than "
            "it should.",
        },
        "last": {
            "ko": "손실 {losses}, 그림 수 {sizes}에 {result}라고 했어요. 안내서처럼 마지막 배치의 손실만 돌려줬네요. "
            "에폭 전체를 보아야 해요.",
            "en": "For losses {losses} and sizes {sizes} it says {result}: the last batch alone, as the guide did. "
            "The epoch is all of them.",
        },
        "batches": {
            "ko": "손실 {losses}, 그림 수 {sizes}에 {result}라고 했어요. 배치마다 똑같이 한 표씩 줬네요. 그림이 적은 "
            "배치가 그만큼 큰 목소리를 내게 돼요.",
            "en": "For losses {losses} and sizes {sizes} it says {result}: each batch has one vote, so that the "
            "pictures of a small batch count for more than others.",
        },
        "total": {
            "ko": "손실 {losses}, 그림 수 {sizes}에 {result}라고 했어요. 그림 수를 곱해 더한 것까지 맞아요. 이제 모든 "
            "그림의 수로 나눠 주세요.",
            "en": "For losses {losses} and sizes {sizes} it says {result}. The sum over all pictures is right; now "
            "divide by how many pictures there are.",
        },
        "sum": {
            "ko": "손실 {losses}, 그림 수 {sizes}에 {result}라고 했어요. 손실을 더하기만 하면 배치가 많을수록 커져요. "
            "그림 하나에 대한 평균을 내 주세요.",
            "en": "For losses {losses} and sizes {sizes} it says {result}: a mere sum grows with the number of "
            "batches. Give the mean of a picture.",
        },
        "divided_by_batches": {
            "ko": "손실 {losses}, 그림 수 {sizes}에 {result}라고 했어요. 그림 수를 곱한 다음에는 배치의 수가 아니라 "
            "그림의 수로 나눠야 해요.",
            "en": "For losses {losses} and sizes {sizes} it says {result}. What was multiplied by pictures must be "
            "divided by pictures, not by batches.",
        },
        "other": {
            "ko": "손실 {losses}, 그림 수 {sizes}에 {result}라고 했어요. {wanted}가 나와야 해요. 배치마다 손실 × 그림 "
            "수를 찍어 보세요.",
            "en": "For losses {losses} and sizes {sizes} it says {result}; it should be {wanted}. Print loss × size "
            "for each batch.",
        },
    },
    "06-3": {
        "right": {
            "ko": "진폭이 10분의 1이면 파워는 100분의 1, 곧 20 dB 작아요.",
            "en": "A tenth of the amplitude is a hundredth of the power: 20 dB less.",
        },
        "power": {
            "ko": "{drop} dB 작아졌어요. 100분의 1은 파워에 맞는 수예요. 진폭에는 그 제곱근을 곱하세요.",
            "en": "It is {drop} dB quieter. A hundredth is right for power; multiply amplitudes by its square root.",
        },
        "divided": {
            "ko": "{drop} dB 작아졌어요. 20으로 나눴네요. 데시벨은 나누는 수가 아니라, 10배가 몇 번인지를 세는 수예요.",
            "en": "It is {drop} dB quieter: you divided by 20. Decibels are not a divisor; they count factors of ten.",
        },
        "subtracted": {
            "ko": "모든 표본에 같은 수를 더하거나 뺐네요. 그러면 파형이 위아래로 옮겨질 뿐이에요. 곱해야 작아져요.",
            "en": "You added the same number to every sample, or took it away. That only moves the waveform; to make "
            "it quieter, multiply.",
        },
        "louder": {
            "ko": "{drop} dB 작아져야 하는데 커졌어요. 1보다 작은 수를 곱하세요.",
            "en": "It has become louder ({drop} dB quieter). Multiply by a number below 1.",
        },
        "other": {
            "ko": "{drop} dB 작아졌어요. 20 dB가 되게 해 보세요.",
            "en": "It is {drop} dB quieter. Make it 20 dB.",
        },
    },
    "06-4": {
        "right": {
            "ko": "그림마다, 부를 때마다 다른 곳을 가려요. 이제 한 순간에만 기댈 수 없어요.",
            "en": "Each picture, each time, loses another stretch. No single moment can be relied on any more.",
        },
        "shape": {
            "ko": "모양이 {shape}이 되었어요. 받은 배치와 같은 모양으로 돌려주세요.",
            "en": "The shape has become {shape}. Return a batch of the shape that came in.",
        },
        "in_place": {
            "ko": "받은 배치까지 바뀌었어요. x.clone()으로 사본을 만들어 그것을 바꾸세요.",
            "en": "The batch that came in has changed, too. Make a copy with x.clone() and change that.",
        },
        "bands": {
            "ko": "기둥이 아니라 줄을 가렸어요. 시간은 마지막 자리예요: picture[:, :, 기둥].",
            "en": "That masks rows, not columns. Time comes last: picture[:, :, columns].",
        },
        "width": {
            "ko": "가린 기둥이 {count}개예요. 언제나 이어진 20기둥을 가려 주세요. 오른쪽 끝에서 모자라지 않나요?",
            "en": "{count} columns are masked. There should always be 20, side by side. Do you run out at the right "
            "edge?",
        },
        "same_for_all": {
            "ko": "한 배치의 그림이 모두 같은 곳을 가렸어요. 자리를 그림마다 따로 뽑아 주세요.",
            "en": "All pictures of a batch lose the same stretch. Draw a place for each picture.",
        },
        "fixed": {
            "ko": "부를 때마다 같은 곳을 가려요. 자리를 아무렇게나 뽑아 주세요.",
            "en": "Every call masks the same stretches. Leave the place to chance.",
        },
    },
    "06-5": {
        "right": {
            "ko": "재고, 지우고, 구하고, 걷기. 이 네 줄이 모든 훈련의 심장이에요. 다음 절에서 배치마다 되풀이해요.",
            "en": "Measure, forget, find, step: these lines are the heart of every training. The next section repeats "
            "them for batch after batch.",
        },
        "not_a_list": {
            "ko": "{kind}을(를) 돌려줬어요. 걸음마다의 손실을 모은 리스트를 돌려주세요.",
            "en": "It returned a {kind}. Return a list with the loss of every step.",
        },
        "tensors": {
            "ko": "손실이 텐서로 들어 있어요. 텐서는 계산 과정까지 붙들고 있으니, loss.item()으로 수만 모으세요.",
            "en": "The losses are tensors, which hold on to all that they were calculated from. Gather loss.item().",
        },
        "count": {
            "ko": "{steps}걸음을 걸었는데 손실은 {count}개예요. 걸음마다 하나씩 모으고, return은 반복문 밖에 두세요.",
            "en": "For {steps} steps there are {count} losses. Gather one in each step, and return after the loop.",
        },
        "still": {
            "ko": "손실이 그대로예요. optimizer.step()이 없거나, 기울기를 지운 다음에 걸었어요.",
            "en": "The loss stays as it is. Either optimizer.step() is missing, or the gradients were gone before it.",
        },
        "accumulated": {
            "ko": "기울기를 지우지 않았어요. backward는 기울기를 더하기 때문에, 지난 걸음들의 것까지 따라 걷게 돼요.",
            "en": "The gradients were not forgotten. backward adds to them, so that each step follows all the old ones "
            "as well.",
        },
        "late": {
            "ko": "손실을 걸은 다음에 쟀어요. 첫 손실은 아직 걷지 않았을 때의 것이어야 해요.",
            "en": "The loss was measured after the step. The first one should be that before any step.",
        },
        "other": {
            "ko": "손실이 {result}처럼 나왔는데 {wanted}처럼 나와야 해요. 네 줄의 차례를 다시 보세요.",
            "en": "The losses run like {result}; they should run like {wanted}. Look at the order of the lines.",
        },
    },
    "06-6": {
        "right": {
            "ko": "상태를 바꾸고, 기울기 없이 물어, 0번의 확률을 꺼냈네요. 급식기도 마이크 앞에서 이렇게 물어요.",
            "en": "You changed the state, asked without gradients and took number 0. In front of a microphone, the "
            "feeder asks in the same way.",
        },
        "tensor": {
            "ko": "모양이 {shape}인 텐서를 돌려줬어요. 개의 확률 하나를 골라 .item()으로 수를 꺼내세요.",
            "en": "It returned a tensor of shape {shape}. Pick the probability of the dog, and make it a number with "
            ".item().",
        },
        "training": {
            "ko": "배우는 상태로 물었어요. 그러면 BatchNorm이 지금 이 그림 하나에 맞춰 셈해요. network.eval()을 먼저 "
            "부르세요.",
            "en": "It asked in the state that learns, in which BatchNorm goes by this one picture. Call network.eval() "
            "first.",
        },
        "gradients": {
            "ko": "답은 맞아요! 하지만 쓰지도 않을 기울기를 준비했어요. with torch.no_grad(): 안에서 물어보세요.",
            "en": "The answer is right! But it prepared for gradients that nobody needs. Ask inside "
            "with torch.no_grad().",
        },
        "score": {
            "ko": "{result}은(는) 점수예요. 소프트맥스를 거쳐야 확률이 돼요.",
            "en": "{result} is a score. Softmax makes a probability of it.",
        },
        "nobody": {
            "ko": "{result}은(는) 나머지일 확률이에요. 개는 0번이에요.",
            "en": "{result} is the probability of something else. The dog is number 0.",
        },
        "across": {
            "ko": "확률이 늘 {result}이에요. 소프트맥스를 배치 쪽으로 했어요. 점수 둘을 견주려면 dim=1이에요.",
            "en": "The probability is {result} whatever the picture: softmax ran across the batch. To compare the two "
            "scores, write dim=1.",
        },
        "other": {
            "ko": "{wanted}가 나와야 하는데 {result}이(가) 나왔어요. score의 세 줄과 견주어 보세요.",
            "en": "It gave {result}; it should be {wanted}. Compare it with the lines of score.",
        },
    },
}


def check_06_1(answer):
    """A network like `SmallCNN`, of four blocks, the last of which gives 128 channels."""
    if not isinstance(answer, nn.Module):
        raise Wrong("not_a_network", kind=type(answer).__name__)
    if (count := len(answer.blocks)) != 4:
        raise Wrong("blocks", count=count)
    answer.eval()
    picture = torch.zeros(1, 1, 64, 87)
    with torch.no_grad():
        try:
            given = answer.blocks(picture).shape[1]
        except RuntimeError:
            raise Wrong("chain") from None
        if given != 128:
            raise Wrong("width", given=given)
        if answer.head.in_features != given:
            raise Wrong("head", taken=answer.head.in_features, given=given)
        if (answers := answer(picture).shape[1]) != 2:
            raise Wrong("answers", count=answers)


def check_06_2(answer):
    """A function (mean loss of each batch, pictures in each batch) → the mean loss of a picture."""
    for losses, sizes in (([1.0, 3.0, 0.5], [32, 32, 6]), ([0.2, 0.9], [10, 30]), ([0.7], [5])):
        total = float(np.dot(losses, sizes))
        wanted = total / sum(sizes)
        result = float(ask(answer, np.array(losses), np.array(sizes)))
        if np.isclose(result, wanted, atol=1e-4):
            continue
        ideas = [
            ("last", losses[-1]),
            ("batches", np.mean(losses)),
            ("total", total),
            ("sum", sum(losses)),
            ("divided_by_batches", total / len(losses)),
        ]
        values = {"losses": losses, "sizes": sizes, "result": f"{result:.3f}", "wanted": f"{wanted:.3f}"}
        raise Wrong(idea_behind(ideas, result, tolerance=1e-4), **values)


def check_06_3(answer):
    """A function (sound [samples]) → the same sound 20 dB quieter."""
    for near in (np.sin(np.arange(2000) / 9), np.random.default_rng(0).uniform(-0.5, 0.5, 3000)):
        far = np.asarray(ask(answer, near.copy()), dtype=float)
        moved = far - near
        if np.ptp(moved) < 1e-6 and np.abs(moved).max() > 1e-6:
            raise Wrong("subtracted")
        drop = 10 * np.log10(np.mean(near**2) / np.mean(far**2))
        if abs(drop - 20) > 0.1:
            idea = idea_behind([("power", 40), ("divided", 20 * np.log10(20))], drop, tolerance=0.1)
            raise Wrong("louder" if drop < 0 else idea, drop=f"{drop:.0f}")


def check_06_4(answer):
    """A function (batch [n, 1, 64, 87]) → a new batch, each picture with 20 columns masked, anywhere."""
    batch = torch.rand(12, 1, 64, 87)
    before = batch.clone()
    places = []
    for _ in range(20):
        masked = ask(answer, batch)
        if masked.shape != batch.shape:
            raise Wrong("shape", shape=list(masked.shape))
        if not torch.equal(batch, before):
            raise Wrong("in_place")
        places.append([_masked(one) for one in (masked == -1)[:, 0]])
    if any(len(set(call)) == 1 for call in places):
        raise Wrong("same_for_all")
    if places[0] == places[1]:
        raise Wrong("fixed")


def _masked(hidden):
    """Where 20 neighbouring columns of a picture begin that are hidden from top to bottom; ``hidden`` is [64, 87]."""
    columns, rows = hidden.all(dim=0).nonzero().flatten(), hidden.all(dim=1).nonzero().flatten()
    if len(rows) and not len(columns):
        raise Wrong("bands")
    if len(columns) != 20 or columns[-1] - columns[0] != 19:
        raise Wrong("width", count=len(columns))
    return int(columns[0])


def check_06_5(answer):
    """A function (network, x, y, steps) that takes these steps and returns the loss before each of them."""
    steps = 12
    with torch.random.fork_rng():
        torch.manual_seed(5)
        network = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))
        x, y = torch.randn(16, 4), torch.arange(16) % 2
    wanted = _walk(network, x, y, steps)
    learner = copy.deepcopy(network)
    losses = ask(answer, learner, x, y, steps)
    if not isinstance(losses, list):
        raise Wrong("not_a_list", kind=type(losses).__name__)
    if any(isinstance(loss, torch.Tensor) for loss in losses):
        raise Wrong("tensors")
    if len(losses) != steps:
        raise Wrong("count", steps=steps, count=len(losses))
    if not np.allclose(losses, wanted[:-1], atol=1e-6):
        ideas = [
            ("still", wanted[:1] * steps),
            ("late", wanted[1:]),
            ("accumulated", _walk(network, x, y, steps, forget=False)[:-1]),
        ]
        shown = {name: f"{few[0]:.3f}, {few[1]:.3f} …" for name, few in (("result", losses), ("wanted", wanted))}
        raise Wrong(idea_behind(ideas, losses, tolerance=1e-6), **shown)


def _walk(network, x, y, steps, forget=True):
    """The losses before each step and after the last, as AdamW walks; ``forget`` whether gradients are zeroed."""
    network = copy.deepcopy(network)
    optimizer, losses = torch.optim.AdamW(network.parameters(), lr=0.001), []
    for _ in range(steps + 1):
        loss = functional.cross_entropy(network(x), y)
        losses.append(loss.item())
        if forget:
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses


def check_06_6(answer):
    """A function (network, picture [1, 64, 87]) → the probability of a dog, a number."""
    with torch.random.fork_rng():
        torch.manual_seed(6)
        layers = (
            nn.Conv2d(1, 4, 3),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.AdaptiveMaxPool2d(1),
            nn.Flatten(),
            nn.Linear(4, 2),
        )
        network, x = nn.Sequential(*layers), torch.rand(1, 64, 87) * 2 - 1
    asked = []
    network.register_forward_hook(lambda *_: asked.append(torch.is_grad_enabled()))
    with torch.no_grad():
        learning = torch.softmax(copy.deepcopy(network)(x[None]), dim=1)[0, 0].item()
        scores = copy.deepcopy(network).eval()(x[None])
    wanted, other = torch.softmax(scores, dim=1)[0].tolist()
    asked.clear()
    result = ask(answer, network.train(), x)
    if isinstance(result, torch.Tensor) and result.numel() != 1:
        raise Wrong("tensor", shape=list(result.shape))
    result = float(result)
    if np.isclose(result, wanted, atol=1e-5):
        if any(asked):
            raise Wrong("gradients")
        return
    ideas = [("nobody", other), ("training", learning), ("score", scores[0, 0].item()), ("across", 1.0)]
    idea = idea_behind(ideas, result, tolerance=1e-5)
    raise Wrong(idea, result=f"{result:.2f}", wanted=f"{wanted:.2f}")
