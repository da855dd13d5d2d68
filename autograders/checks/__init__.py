"""One file for each topic: its cases, its reference and the mistakes that students make."""

from autograders.cases import Check
from autograders.checks import convolution, convolution_backward

TOPICS = (convolution, convolution_backward)
CHECKS: dict[str, Check] = {check.name: check for topic in TOPICS for check in topic.CHECKS}
