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
    x, s, U, W, b = matching(**_axes(x, s0, U, W, b))
    states = rows(x, U.T) + b
    for t in range(x.shape[1]):
        s = states[:, t] = np.tanh(states[:, t] + s @ W.T)
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
    of_state = ("N", "T", "H")
    x, s0, U, W, b, ds, states = matching(
        **_axes(x, s0, U, W, b), ds=(ds, of_state), states=(states, of_state)
    )
    steps = x.shape[1]
    chunk = steps + 1 if truncate is None else arguments.integer(truncate, "truncate", 1)
    da = 1 - states**2  # the slope of tanh, times the gradient of the state from the loop on
    ds0 = np.zeros_like(s0)  # what the later steps send back to the one before
    for t in reversed(range(steps)):
        da[:, t] *= ds[:, t] + ds0
        ds0 = np.zeros_like(s0) if t and t % chunk == 0 else da[:, t] @ W
    dU, dW = over_rows(da, x), over_rows(da, shifted(s0, states))
    return rows(da, U), ds0, dU, dW, da.sum((0, 1))


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


def rows(x: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """x @ matrix of a (N, T, D) array as one product: NumPy multiplies one n after the other."""
    N, T, D = x.shape
    return (x.reshape(N * T, D) @ matrix).reshape(N, T, matrix.shape[1])


def over_rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """sum_nt a[n, t, i] b[n, t, j], the gradient by a matrix that acted at every step."""
    return np.tensordot(a, b, ((0, 1), (0, 1)))


def shifted(first: np.ndarray, states: np.ndarray) -> np.ndarray:
    """The state before each step."""
    return np.concatenate([first[:, None], states], axis=1)[:, :-1]
