"""Predictions and checks of lesson 06: a network, what an epoch's loss is, a distant bark, and masked pictures."""

import numpy as np
import torch
from torch import nn

from exercises import Wrong, ask, idea_behind

PREDICTIONS = {
    "06-eyes": {
        "question": {
            "ko": "네 그림 가운데 개가 짖거나 우는 소리는 어느 것일까요?",
            "en": "Which of the four pictures show a dog barking or howling?",
        },
        "choices": [
            {
                "ko": "가와 다. 짧은 기둥이 띄엄띄엄 서 있으니까요.",
                "en": "A and C: they have short, separate columns.",
                "why": {
                    "ko": "가는 짧지만 줄이 끝까지 똑바르고 간격도 꼭 같아요. 짧다고 다 개는 아니에요.",
                    "en": "A is short, but its lines are straight and evenly timed. Not every short sound is a dog.",
                },
            },
            {
                "ko": "나와 다. 하나는 길게 우는 개, 하나는 짖는 개예요.",
                "en": "B and C: one dog howls, one barks.",
                "right": True,
                "why": {
                    "ko": "개는 짧은 기둥도, 길게 누운 줄도 만들어요. 그래서 규칙 하나로는 잡기 어려워요.",
                    "en": "A dog makes short columns and long lines alike, which is why one rule will not do.",
                },
            },
            {
                "ko": "다와 라. 낮은 쪽이 가장 밝으니까요.",
                "en": "C and D: they are brightest at the bottom.",
                "why": {
                    "ko": "많은 소리가 낮은 쪽에서 가장 세요. 라도 그렇지만 개가 아니에요.",
                    "en": "Many sounds are strongest down there. So is D, and it is no dog.",
                },
            },
        ],
    },
    "06-coin": {
        "question": {
            "ko": "아무것도 배우지 않은 신경망에 첫 배치를 보여 주면 손실은 얼마쯤일까요?",
            "en": "Show the first batch to a network that has learnt nothing. About how large is the loss?",
        },
        "choices": [
            {
                "ko": "0. 아직 틀린 적이 없으니까요.",
                "en": "0, because it has not been wrong yet.",
                "why": {
                    "ko": "손실은 지금 이 배치의 답으로 재요. 0이려면 모든 정답에 확률 1을 줘야 해요.",
                    "en": "A loss is about the answers to this very batch. For 0, each right answer would need "
                    "probability 1.",
                },
            },
            {
                "ko": "0.7. 동전을 던진 것과 비슷해요.",
                "en": "0.7, much like a coin.",
                "right": True,
                "why": {
                    "ko": "모두에게 반반쯤의 확률을 주니까요. ½의 로그에 마이너스를 붙이면 0.69예요.",
                    "en": "It says about fifty-fifty to everything, and minus the logarithm of ½ is 0.69.",
                },
            },
            {
                "ko": "아주 커요. 다 틀릴 테니까요.",
                "en": "Very large, because everything is wrong.",
                "why": {
                    "ko": "다 틀리려면 정답을 알아야 해요. 모르는 사람은 반쯤 맞혀요. 손실이 아주 큰 것은 자신 있게 "
                    "틀릴 때예요.",
                    "en": "To get all of them wrong, it would have to know the answers. A loss is very large where an "
                    "answer is wrong and sure of itself.",
                },
            },
        ],
    },
    "06-last": {
        "question": {
            "ko": "마지막 에폭에서 배치마다의 손실은 서로 얼마나 다를까요? 안내서는 그 가운데 하나만 찍었어요.",
            "en": "Within the last epoch, how much do the losses of the batches differ? The guide printed one of them.",
        },
        "choices": [
            {
                "ko": "거의 같아요. 모두 같은 신경망이 낸 답이니까요.",
                "en": "Hardly at all: the same network answers them all.",
                "why": {
                    "ko": "신경망은 거의 같지만 문제가 달라요. 쉬운 배치도 있고 어려운 배치도 있어요.",
                    "en": "The network is nearly the same, but the questions differ: some batches are easy, some hard.",
                },
            },
            {
                "ko": "가장 큰 것이 가장 작은 것의 두 배를 넘어요.",
                "en": "The largest is more than twice the smallest.",
                "right": True,
                "why": {
                    "ko": "32장만 보고 재니 운에 크게 흔들려요. 마지막 배치는 남은 그림만 담아서 더 작기까지 해요.",
                    "en": "Measured on 32 pictures, it depends on luck. The last batch holds what is left over, so it "
                    "is even smaller.",
                },
            },
            {
                "ko": "뒤로 갈수록 작아져요. 걸음마다 나아지니까요.",
                "en": "Each is smaller than the one before, since every step is an improvement.",
                "why": {
                    "ko": "길게 보면 내려가지만, 이웃한 배치끼리는 오르내림이 훨씬 커요.",
                    "en": "In the long run they fall, but from one batch to the next the ups and downs are far larger.",
                },
            },
        ],
    },
    "06-rate": {
        "question": {
            "ko": "학습률을 0.000001, 0.001, 1.0으로 바꿔서 한 에폭씩 가르치면 손실은 어디에서 가장 작을까요?",
            "en": "One epoch each with a learning rate of 0.000001, 0.001 and 1.0: where is the loss smallest?",
        },
        "choices": [
            {
                "ko": "0.000001. 조심스럽게 걸으니까요.",
                "en": "0.000001, because it walks with care.",
                "why": {
                    "ko": "보폭이 너무 작아서 한 에폭을 걸어도 출발한 자리예요. 손실이 동전 그대로예요.",
                    "en": "Its steps are so small that after an epoch it stands where it began, at a coin's loss.",
                },
            },
            {
                "ko": "0.001. 너무 작지도 크지도 않으니까요.",
                "en": "0.001, neither too small nor too large.",
                "right": True,
                "why": {
                    "ko": "너무 작으면 제자리이고, 너무 크면 골짜기를 뛰어넘어 동전보다도 나빠져요.",
                    "en": "Too small, and it stays where it is; too large, and it leaps over the valley and does worse "
                    "than a coin.",
                },
            },
            {
                "ko": "1.0. 천 배 빨리 배우니까요.",
                "en": "1.0, because it learns a thousand times faster.",
                "why": {
                    "ko": "기울기는 발밑에서만 맞아요. 큰 걸음은 골짜기를 뛰어넘어, 처음에는 동전보다 훨씬 나빠져요.",
                    "en": "A gradient holds underfoot only. Large steps leap over the valley, and at first it is far "
                    "worse than a coin.",
                },
            },
        ],
    },
    "06-quiet": {
        "question": {
            "ko": "검증 소리를 모두 20 dB 작게 들려주면, 어느 신경망의 점수가 더 많이 떨어질까요?",
            "en": "Play all validation sounds 20 dB quieter. Which network's score drops more?",
        },
        "choices": [
            {
                "ko": "그대로 배운 신경망",
                "en": "That of the one taught with the pictures as they are",
                "right": True,
                "why": {
                    "ko": "그렇게 어두운 그림을 본 적이 없어서, 크기에도 기대어 답하고 있었어요.",
                    "en": "It has not seen pictures that dark, and had been relying on level as well.",
                },
            },
            {
                "ko": "증강으로 배운 신경망",
                "en": "That of the one taught with augmentation",
                "why": {
                    "ko": "원래 그림을 덜 보았지만, 어두운 그림을 많이 보았어요. 작은 소리에는 그쪽이 준비되어 있어요.",
                    "en": "It saw fewer pictures as they are, but many dark ones: it is prepared for quiet sounds.",
                },
            },
            {
                "ko": "둘 다 그대로예요. 모양은 바뀌지 않으니까요.",
                "en": "Neither: the shapes have not changed.",
                "why": {
                    "ko": "사람 눈에는 같은 모양이어도 신경망이 받는 수는 모두 달라졌고, 약한 배음은 바닥에 묻혔어요.",
                    "en": "To the eye the shapes are the same, but every number that goes in has changed, and faint "
                    "harmonics are lost in the floor.",
                },
            },
        ],
    },
}

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
