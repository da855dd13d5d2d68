"""One file for each topic: its cases, its reference and the mistakes that students make."""

from autograders.cases import Check
from autograders.checks import (
    convergence,
    convolution,
    convolution_backward,
    dropout,
    lenet,
    lstm,
    normalization,
    pooling,
    recurrent,
)

TOPICS = (
    convolution,
    convolution_backward,
    pooling,
    normalization,
    dropout,
    convergence,
    recurrent,
    lstm,
    lenet,
)
CHECKS: dict[str, Check] = {check.name: check for topic in TOPICS for check in topic.CHECKS}
