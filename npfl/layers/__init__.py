"""Layers with forward and backward, and networks composed of them.

The modular approach to backpropagation: a layer knows the gradients of its own output by its
parameters and by its input, and the chain rule is the composition of layers.

All layers share one interface. `forward(x, training=False)` returns the output and remembers what
the gradient needs; `backward(dy)` takes the loss's gradient by that output, stores the gradients by
the parameters in `gradients` and returns the gradient by the input. `parameters` and `gradients`
are dicts from names to arrays; those of a composition join the names with dots. Parameters are
float32 and are updated in place; `astype` changes their type. Where a layer takes `rng`, it is a
NumPy generator, a seed, or None.
"""

from npfl.layers.base import Layer
from npfl.layers.composition import Composition, Parallel, Residual, Sequential
from npfl.layers.elementwise import Dropout, ReLU, Sigmoid, Tanh
from npfl.layers.linear import Conv2D, Dense
from npfl.layers.normalization import BatchNorm, GroupNorm, LayerNorm, LocalResponseNorm
from npfl.layers.spatial import AvgPool2D, Flatten, GlobalAvgPool, MaxPool2D, Upsample

__all__ = [
    "AvgPool2D",
    "BatchNorm",
    "Composition",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAvgPool",
    "GroupNorm",
    "Layer",
    "LayerNorm",
    "LocalResponseNorm",
    "MaxPool2D",
    "Parallel",
    "ReLU",
    "Residual",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "Upsample",
]
