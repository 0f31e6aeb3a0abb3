"""Where a network looks: which places of a piece's picture speak for an answer."""

import numpy as np
import torch
from captum.attr import LayerAttribution, LayerGradCam
from torch import nn

from helpers.datasets import TARGET
from helpers.features import FrontEnd
from helpers.model import number_of


def where_it_looks(model, piece, label=TARGET):
    """How much each place of a piece's mel picture speaks for a label (Grad-CAM).

    Taken from the last convolutions, which see the picture in patches of about a tenth of a second: finer than that
    it cannot tell. A place that speaks against the label counts as 0.

    Parameters
    ----------
    model : Model
    piece : array [samples], float32 in -1…1, at ``model.config.sample_rate``
    label : str, one of ``model.labels``

    Returns
    -------
    float32 array [n_mels, frames], 0…1; the highest is 1, or all are 0 where nothing speaks for the label

    Raises
    ------
    FeatureError
        If the piece is shorter than one STFT window, or not float32.
    ModelError
        If the model knows no such label.

    Lesson: 07_evaluate. Source: Grad-CAM (Selvaraju et al. 2017), as captum calculates it.
    """
    number = number_of(label, model.labels)
    network = model.network
    seen = FrontEnd(model.config)(torch.as_tensor(np.ascontiguousarray(piece)).unsqueeze(0))
    seen = seen.to(next(network.parameters()).device)
    last = [layer for layer in network.modules() if isinstance(layer, (nn.ReLU, nn.LeakyReLU))][-1]
    with torch.enable_grad():
        spoken = LayerGradCam(network, last).attribute(seen, target=number, relu_attributions=True)
    spoken = LayerAttribution.interpolate(spoken.detach(), tuple(seen.shape[1:]), "bilinear")[0, 0]
    return (spoken / spoken.max().clamp_min(torch.finfo(spoken.dtype).tiny)).cpu().numpy()
