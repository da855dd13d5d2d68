"""How fast `npfl` is against PyTorch, NumPy and plain Numba loops: the command `npfl bench`.

Importing it imports nothing heavy: what is measured runs in processes of its own (`worker.py`),
whose threads and processor are chosen before NumPy, Numba and PyTorch are loaded.
"""
