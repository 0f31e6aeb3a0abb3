"""The guide's method, written anew and fairly: the peer of several benchmarks.

Its mistakes are left out (halved times, a tenth of a second lost at each join), its way is kept: pydub cuts; librosa
and matplotlib draw a picture of 1200 × 400 for each segment; its network sees 128 × 128 pixels of it in three colours.
"""

from collections import defaultdict

import librosa
import librosa.display
import matplotlib.pyplot as plt
import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from helpers.model import guide_block

SIZE = 1200, 400
SEEN = 128, 128  # pixels that the network looks at
WIDTHS = (16, 32, 64, 128, 256)
BATCH = 32  # the guide's 8 would only make it slower


def cut(dataset, rows, out):
    """Cut the segments of these lines of ``segments.csv`` with pydub: wav files in folders as ``graph/`` has them."""
    from pydub import AudioSegment

    wanted = defaultdict(list)
    for row in rows:
        wanted[row.recording].append(row)
    for recording, segments in wanted.items():
        sound = AudioSegment.from_file(dataset.folder / recording).set_frame_rate(22_050).set_channels(1)
        for row in segments:
            path = out / row.segment
            path.parent.mkdir(parents=True, exist_ok=True)
            sound[round(1000 * row.start_s) : round(1000 * row.end_s)].export(path, format="wav")


def draw(folder, out, size=SIZE):
    """Draw each wav of a folder as a matplotlib figure, saved as PNG; 128 × 128 have no room for axes to hide."""
    for path in sorted(folder.rglob("*.wav")):
        y, sr = librosa.load(path)
        power = librosa.feature.melspectrogram(y=y, sr=sr, n_mels=128)
        levels = librosa.amplitude_to_db(power, ref=np.max)
        figure = plt.figure(figsize=(size[0] / 100, size[1] / 100), dpi=100)
        if size == SEEN:
            figure.add_axes((0, 0, 1, 1))
            librosa.display.specshow(levels)
        else:
            librosa.display.specshow(levels, sr=sr, x_axis="time", y_axis="mel")
            plt.title("mel power spectrogram")
            plt.tight_layout()
            plt.axis("off")
            plt.subplots_adjust(left=0, bottom=0, right=1, top=1, hspace=0, wspace=0)
        picture = (out / path.relative_to(folder)).with_suffix(".png")
        picture.parent.mkdir(parents=True, exist_ok=True)
        plt.savefig(picture)
        plt.close(figure)


class Pictures(Dataset):
    """The pictures below a folder, as the network sees them, and the number of the folder each lies in."""

    def __init__(self, folder):
        self.paths = sorted(folder.rglob("*.png"))
        self.labels = sorted({path.parent.name for path in self.paths})

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        path = self.paths[index]
        with Image.open(path) as image:
            pixels = np.array(image.convert("RGB").resize(SEEN))
        return torch.from_numpy(pixels).permute(2, 0, 1) / 255, self.labels.index(path.parent.name)


def network(labels=2):
    """The guide's network: five blocks of one convolution, a last one for the labels, and the mean over the picture."""
    blocks = map(guide_block, (3, *WIDTHS), WIDTHS)
    return nn.Sequential(*blocks, nn.Conv2d(WIDTHS[-1], labels, 3, padding=1), nn.AdaptiveAvgPool2d(1), nn.Flatten())


def step(learner, optimizer, pictures, y):
    """Change the weights once."""
    optimizer.zero_grad()
    functional.cross_entropy(learner(pictures), y).backward()
    optimizer.step()


def epoch(folder):
    """Train the network for one epoch on a folder of pictures."""
    pictures = Pictures(folder)
    learner = network(len(pictures.labels)).train()
    optimizer = torch.optim.Adam(learner.parameters(), 1e-3)
    for batch, y in DataLoader(pictures, BATCH, shuffle=True):
        step(learner, optimizer, batch, y)
