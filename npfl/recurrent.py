"""The simple recurrent network and backpropagation through time.

Sequences are (N, T, D); U (H, D) and W (H, H) are (outputs, inputs). Goodfellow, Bengio and
Courville, Deep Learning (2016), sections 10.2 and 10.2.2.
"""

from typing import Any

import numpy as np

from npfl import arguments


def rnn_forward(
    x: np.ndarray, s0: np.ndarray, U: np.ndarray, W: np.ndarray, b: np.ndarray
) -> np.ndarray:
    """States of a recurrent network, s(t) = tanh(W s(t-1) + U x(t) + b).

    Parameters
    ----------
    x : (N, T, D) array
    s0 : (N, H) array
        The state before the first step.
    U : (H, D) array
    W : (H, H) array
    b : (H,) array

    Returns
    -------
    states : (N, T, H) array
        Without `s0`. float32 if all inputs are, otherwise float64.

    Raises
    ------
    ValueError
        If shapes don't match.
    """
    from npfl.kernels import recurrent

    x, s0, U, W, b = matching(**_axes(x, s0, U, W, b))
    states = np.empty((*x.shape[:2], len(b)), x.dtype)
    recurrent.forward(x, s0, s0, np.concatenate([W, U], axis=1), b, states, states)
    return states


def rnn_backward(
    ds: np.ndarray,
    x: np.ndarray,
    s0: np.ndarray,
    U: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    states: np.ndarray,
    truncate: int | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of a loss by the arguments of `rnn_forward`, by backpropagation through time.

    Deep Learning, equations 10.18 to 10.28; truncation as Williams and Peng (1990).

    Parameters
    ----------
    ds : (N, T, H) array
        The loss's gradient by each state, without what later states add.
    x, s0, U, W, b
        As in the forward pass.
    states : (N, T, H) array
        The result of the forward pass.
    truncate : int, optional
        No gradient passes from step k to step k - 1, 2k to 2k - 1, ..., though the state does.
        None, or a number not below T, cuts nothing.

    Returns
    -------
    dx : (N, T, D) array
    ds0 : (N, H) array
    dU : (H, D) array
    dW : (H, H) array
    db : (H,) array

    Raises
    ------
    ValueError
        As `rnn_forward`, and if `ds` or `states` has another shape or `truncate` is below 1.
    """
    from npfl.kernels import recurrent

    of_state = ("N", "T", "H")
    x, s0, U, W, b, ds, states = matching(
        **_axes(x, s0, U, W, b), ds=(ds, of_state), states=(states, of_state)
    )
    steps = x.shape[1]
    chunk = steps + 1 if truncate is None else arguments.integer(truncate, "truncate", 1)
    dx, ds0 = np.empty_like(x), np.empty_like(s0)
    dboth, db = recurrent.backward(
        ds, x, s0, s0, np.concatenate([W, U], axis=1), b, states, states, dx, ds0, ds0, chunk
    )
    H = len(b)
    return dx, ds0, dboth[:, H:].copy(), dboth[:, :H].copy(), db


def _axes(x: Any, s0: Any, U: Any, W: Any, b: Any) -> dict[str, tuple[Any, tuple[str, ...]]]:
    return {
        "x": (x, ("N", "T", "D")),
        "s0": (s0, ("N", "H")),
        "U": (U, ("H", "D")),
        "W": (W, ("H", "H")),
        "b": (b, ("H",)),
    }


def matching(**named: tuple[Any, tuple[str, ...]]) -> list[np.ndarray]:
    """Arrays of one type as `arguments.arrays` makes them, with axes that have the sizes D and H.

    The first array with an axis says how long it is; "4H" and "H + D" follow from H and D.
    """
    found = arguments.arrays(**named)
    sizes: dict[str, int] = {}
    for (name, (_, axes)), array in zip(named.items(), found, strict=True):
        if "H" in sizes:
            sizes |= {"4H": 4 * sizes["H"], "H + D": sizes["H"] + sizes["D"]}
        for axis, size in zip(axes, array.shape, strict=True):
            sizes.setdefault(axis, size)
        expected = tuple(sizes[axis] for axis in axes)
        first, second, *_ = named
        arguments.shape(array, name, expected, f"{', '.join(axes)} as in {first} and {second}")
    return found
