"""What is measured, and what is asked of it: times of `npfl` over those of PyTorch, one thread."""

from dataclasses import dataclass, replace

from benchmarks.convolution import Convolution
from benchmarks.pointwise import BatchNorm, Dropout, Pooling
from benchmarks.problem import Problem
from benchmarks.recurrent import Recurrent


@dataclass(frozen=True)
class Case:
    """A problem with a name.

    Attributes
    ----------
    forward, both : float
        The most that the ratio of times should be, forward and forward + backward.
    im2col : float
        How many times faster than im2col in NumPy it should be; 0 asks for nothing.
    peak : float
        The least share of the peak.
    """

    group: str
    name: str
    problem: Problem
    forward: float
    both: float
    im2col: float = 0
    peak: float = 0


# name, (N, H, W, C), filters, kernel, stride, padding, dilation, groups; forward, both
_CONVOLUTIONS = (
    ("tiny 8x8x1 3x3", (1, 8, 8, 1), 1, 3, 1, 1, 1, 1, 1.00, 1.00),
    ("lenet1 28x28x1->6 5x5", (64, 28, 28, 1), 6, 5, 1, 2, 1, 1, 0.95, 0.90),
    ("lenet2 14x14x6->16 5x5", (64, 14, 14, 6), 16, 5, 1, 0, 1, 1, 0.95, 0.90),
    ("cifar 32x32x3->32", (64, 32, 32, 3), 32, 3, 1, 1, 1, 1, 0.95, 0.90),
    ("cifar 32x32x32->32", (64, 32, 32, 32), 32, 3, 1, 1, 1, 1, 0.60, 0.65),
    ("cifar 16x16x64->64", (64, 16, 16, 64), 64, 3, 1, 1, 1, 1, 0.60, 0.65),
    ("cifar 8x8x128->128", (64, 8, 8, 128), 128, 3, 1, 1, 1, 1, 0.60, 0.65),
    ("1x1 28x28x192->64", (32, 28, 28, 192), 64, 1, 1, 0, 1, 1, 0.90, 0.75),
    ("stem 224x224x3->64 7x7/2", (8, 224, 224, 3), 64, 7, 2, 3, 1, 1, 1.00, 0.55),
    ("alexnet 227->96 11x11/4", (16, 227, 227, 3), 96, 11, 4, 0, 1, 1, 1.00, 0.55),
    ("vgg 56x56x256->256", (4, 56, 56, 256), 256, 3, 1, 1, 1, 1, 0.60, 0.65),
    ("resnet 56x56x64->64", (16, 56, 56, 64), 64, 3, 1, 1, 1, 1, 0.60, 0.65),
    ("resnet/2 56x56x64->128", (16, 56, 56, 64), 128, 3, 2, 1, 1, 1, 1.00, 0.95),
    ("dilated2 28x28x64->64", (16, 28, 28, 64), 64, 3, 1, 2, 2, 1, 1.05, 1.00),
    ("depthwise 56x56x64", (16, 56, 56, 64), 64, 3, 1, 1, 1, 64, 1.10, 1.00),
    ("grouped4 28x28x128->128", (16, 28, 28, 128), 128, 3, 1, 1, 1, 4, 1.00, 0.95),
)
_IMAGES = (32, 56, 56, 64)
_SEQUENCES = (
    ("T128 N32 D128 H256", (32, 128, 128), 256),
    ("T32 N32 D128 H256", (32, 32, 128), 256),
    ("T20 N1 D16 H16", (1, 20, 16), 16),
)


def _convolutions() -> list[Case]:
    found, exact = [], []
    for name, shape, filters, kernel, stride, padding, dilation, groups, *most in _CONVOLUTIONS:
        forward, both = most
        problem = Convolution(shape, filters, kernel, stride, padding, dilation, groups)
        # Winograd's: what is asked of the direct algorithm there, its exact row says.
        winograd = (
            (problem.kernel, problem.stride, problem.dilation, problem.groups) == (3, 1, 1, 1)
            and shape[3] % 16 == problem.filters % 16 == 0
        )  # fmt: skip
        wide = min(shape[3] // problem.groups, problem.filters // problem.groups) >= 64
        peak = 0.85 if wide else 0
        im2col = 0 if name.startswith("tiny") else 1.7
        case = Case("convolution", name, problem, forward, both, im2col, 0 if winograd else peak)
        found.append(case)
        if winograd:
            direct = replace(problem, exact=True)
            case = Case("convolution, exact", f"{name} exact", direct, 1.10, 1.05, im2col, peak)
            exact.append(case)
    return found + exact


CASES = (
    *_convolutions(),
    Case("pooling", "max pool 2x2", Pooling(_IMAGES, "max", 2, 2), 0.55, 0.70),
    Case("pooling", "max pool 3x3/1", Pooling(_IMAGES, "max", 3, 1), 0.55, 0.70),
    Case("pooling", "average pool 2x2", Pooling(_IMAGES, "avg", 2, 2), 1.00, 0.95),
    Case("pooling", "average pool 3x3/1", Pooling(_IMAGES, "avg", 3, 1), 1.00, 0.95),
    Case("pointwise", "batch norm", BatchNorm(_IMAGES), 1.00, 0.95),
    Case("pointwise", "dropout", Dropout(_IMAGES), 0.10, 0.15),
    *(
        Case("recurrent", f"{kind} {name}", Recurrent(shape, hidden, gates), 1.00, 0.90)
        for kind, gates in (("LSTM", 4), ("RNN", 1))
        for name, shape, hidden in _SEQUENCES
    ),
)


def named(text: str = "") -> list[Case]:
    """The cases whose name contains the text."""
    return [case for case in CASES if text.casefold() in case.name.casefold()]
