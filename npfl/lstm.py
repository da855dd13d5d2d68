"""Long short-term memory, forward and backward.

A matrix W (4H, H + D) acts on [h, x]; its rows are the forget gate, the input gate, the candidate
and the output gate, H of each. Hochreiter and Schmidhuber (1997) with the forget gate of Gers,
Schmidhuber and Cummins (2000).
"""

from typing import Any

import numpy as np

from npfl.recurrent import matching


def lstm_step(
    x: np.ndarray, h: np.ndarray, c: np.ndarray, W: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One step of an LSTM.

    f, i, o = sigmoid(W_fio [h, x] + b_fio) and g = tanh(W_g [h, x] + b_g), each of size H, make
    c(t) = f c(t-1) + i g and h(t) = o tanh(c(t)).

    Parameters
    ----------
    x : (N, D) array
    h, c : (N, H) arrays
        Output and memory of the step before.
    W : (4H, H + D) array
    b : (4H,) array

    Returns
    -------
    h, c : (N, H) arrays
        float32 if all inputs are, otherwise float64.

    Raises
    ------
    ValueError
        If shapes don't match.
    """
    x, h, c, W, b = matching(
        x=(x, ("N", "D")), h=(h, ("N", "H")), c=(c, ("N", "H")), **_parameters(W, b)
    )
    return _cell(np.concatenate([h, x], axis=1) @ W.T + b, c)


def lstm_forward(
    x: np.ndarray, h0: np.ndarray, c0: np.ndarray, W: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Outputs and memories of an LSTM, one `lstm_step` after another.

    Parameters
    ----------
    x : (N, T, D) array
    h0, c0 : (N, H) arrays
        Output and memory before the first step.
    W : (4H, H + D) array
    b : (4H,) array

    Returns
    -------
    h, c : (N, T, H) arrays
        Without `h0` and `c0`. float32 if all inputs are, otherwise float64.

    Raises
    ------
    ValueError
        If shapes don't match.
    """
    from npfl.kernels import recurrent

    x, h0, c0, W, b = matching(**_sequence(x, h0, c0), **_parameters(W, b))
    h, c = np.empty((2, *x.shape[:2], h0.shape[1]), x.dtype)
    recurrent.forward(x, h0, c0, W, b, h, c)
    return h, c


def lstm_backward(
    dh: np.ndarray,
    x: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of a loss by the arguments of `lstm_forward`, by backpropagation through time.

    Parameters
    ----------
    dh : (N, T, H) array
        The loss's gradient by each output, without what later steps add. The loss does not
        depend on `c` but through `h`.
    x, h0, c0, W, b
        As in the forward pass.
    h, c : (N, T, H) arrays
        The results of the forward pass.

    Returns
    -------
    dx : (N, T, D) array
    dh0, dc0 : (N, H) arrays
    dW : (4H, H + D) array
    db : (4H,) array

    Raises
    ------
    ValueError
        As `lstm_forward`, and if `dh`, `h` or `c` has another shape.
    """
    from npfl.kernels import recurrent

    states = {name: (a, ("N", "T", "H")) for name, a in (("dh", dh), ("h", h), ("c", c))}
    x, h0, c0, W, b, dh, h, c = matching(**_sequence(x, h0, c0), **_parameters(W, b), **states)
    dx, dh0, dc0 = np.empty_like(x), np.empty_like(h0), np.empty_like(c0)
    never = x.shape[1] + 1
    dW, db = recurrent.backward(dh, x, h0, c0, W, b, h, c, dx, dh0, dc0, never)
    return dx, dh0, dc0, dW, db


def _sequence(x: Any, h0: Any, c0: Any) -> dict[str, tuple[Any, tuple[str, ...]]]:
    return {"x": (x, ("N", "T", "D")), "h0": (h0, ("N", "H")), "c0": (c0, ("N", "H"))}


def _parameters(W: Any, b: Any) -> dict[str, tuple[Any, tuple[str, ...]]]:
    return {"W": (W, ("4H", "H + D")), "b": (b, ("4H",))}


def _cell(a: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    f, i, g, o = _gates(a)
    c = f * c + i * g
    return o * np.tanh(c), c


def _gates(a: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    f, i, g, o = np.split(a, 4, axis=-1)
    return _sigmoid(f), _sigmoid(i), np.tanh(g), _sigmoid(o)


def _sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.maximum(a, -80)))  # exp(89) is more than float32 can hold
