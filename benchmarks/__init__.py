"""How fast `npfl` is against PyTorch, NumPy and plain Numba loops: the command `npfl bench`.

What is measured runs in processes of its own (`worker.py`), whose threads and processor are chosen
before NumPy, Numba and PyTorch are loaded.
"""

import npfl.kernels  # noqa: F401  so that Numba keeps compiled loops in its folder
