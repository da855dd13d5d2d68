"""Options for the innermost loops: functions whose array arguments never overlap.

LLVM then need not check that at each loop's start, which costs more than a short loop itself, and
vectorizes loops with many arrays. Numba has the flag for the bodies of parallel loops, where it
puts it itself, but no name for it among the options of njit: that name is added here.
"""

from typing import Any

from numba.core.cpu import CPUTargetOptions
from numba.core.options import TargetOptions

from npfl.kernels.options import OPTIONS

CPUTargetOptions.noalias = TargetOptions.Mapping("noalias")
LEAF: dict[str, Any] = {**OPTIONS, "noalias": True, "_nrt": False}
