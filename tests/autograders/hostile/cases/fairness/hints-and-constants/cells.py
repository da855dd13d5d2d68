# %% first
from __future__ import annotations
from dataclasses import dataclass
from typing import Final, Literal
Padding = Literal["valid", "same", "full"] | int
VALID: Final = "valid"
names = calls = function = answers = request = stream = line = limit = seconds = kind = None
json = socket = signal = struct = time = threading = io = os = "not a module here"

# %% output_size
@dataclass(frozen=True)
class Axis:
    n: int
    kernel: int
    def places(self, zeros: int, stride: int) -> int:
        return (self.n + zeros - self.kernel) // stride + 1
def output_size(n: int, kernel: int, stride: int = 1, padding: Padding = VALID, dilation: int = 1) -> int:
    axis = Axis(n, size := dilation * (kernel - 1) + 1)
    match padding:
        case "valid": zeros = 0
        case "full": zeros = 2 * (size - 1)
        case "same": return -(-n // stride)
        case (before, after): zeros = before + after
        case int(p): zeros = 2 * p
    return axis.places(zeros, stride)
