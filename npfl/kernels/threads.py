"""Threads: as many as `numba.get_num_threads()` says, for any number of Python threads, after fork.

Of Numba's threading layers, GNU's omp dies after a fork and workqueue on two launches at once; tbb
bears both (a fork from a second thread may print a warning) and starts a job in 3 microseconds,
workqueue in 90. So: tbb where it is installed, otherwise workqueue behind a lock, unless
NUMBA_THREADING_LAYER says which one.
"""

import ctypes
import os
import threading
from contextlib import AbstractContextManager, nullcontext
from importlib import metadata
from typing import Any

import numba
import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _load_tbb() -> bool:
    """Load pip's TBB, which Numba looks for by its name alone and does not find."""
    try:
        files = metadata.files("tbb") or []
    except metadata.PackageNotFoundError:
        return False
    for file in files:
        if file.name in ("libtbb.so.12", "tbb12.dll"):
            try:
                ctypes.CDLL(str(file.locate()), ctypes.RTLD_GLOBAL)
            except OSError:
                return False
            return True
    return False


def _is_tbb() -> bool:
    """Whether kernels run, or will run, on TBB."""
    try:
        return numba.threading_layer() == "tbb"  # someone has launched one already
    except ValueError:
        pass
    config: Any = numba.config
    if config.THREADING_LAYER == "default":
        config.THREADING_LAYER = "forksafe"
    return _load_tbb() and config.THREADING_LAYER in ("forksafe", "safe", "threadsafe", "tbb")


_turn: AbstractContextManager[Any] = nullcontext() if _is_tbb() else threading.RLock()


def _renew_lock() -> None:
    """A fork may have copied a lock that another thread held."""
    global _turn
    if not isinstance(_turn, nullcontext):
        _turn = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def launch(kernel: Any, *arguments: Any) -> Any:
    """Call a parallel kernel, one at a time where the threading layer asks for it."""
    with _turn:
        return kernel(*arguments)


def launch_tasks(loop: Any, task: Any, *arguments: Any) -> None:
    """Call a parallel loop with the address of the compiled task that it is to `call`.

    A loop that calls a task by its name is compiled together with it once more, which takes as
    long again as the task.
    """
    kinds = task, *(a.dtype for a in arguments if isinstance(a, np.ndarray))
    address = _addresses.get(kinds)
    if address is None:
        signature = numba.int64, *map(numba.typeof, arguments)
        task.compile(signature)
        compiled = task.overloads[signature]
        address = compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name)
        _addresses[kinds] = address
    launch(loop, address, *arguments)


_addresses: dict[Any, int] = {}


@intrinsic
def call(typing, address, task, arguments):
    """Call the function at an address with the number of a task and the same arguments as here."""
    kinds = types.int64, *arguments

    def generate(context, builder, signature, values):
        convention = context.call_conv
        kind = convention.get_function_type(types.none, kinds)
        function = builder.inttoptr(values[0], kind.as_pointer())
        values = [values[1], *cgutils.unpack_tuple(builder, values[2])]
        status, _ = convention.call_function(builder, function, types.none, kinds, values)
        with cgutils.if_unlikely(builder, status.is_error):
            convention.return_status_propagate(builder, status)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, arguments), generate
