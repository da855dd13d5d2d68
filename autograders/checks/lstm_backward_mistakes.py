"""The gradients of an LSTM with a mistake in them: one recipe with replaceable steps."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograders.cases import Recipe
from autograders.checks.lstm_mistakes import BIASES, ORDERS, blocks_of
from autograders.checks.recurrent_backward_mistakes import AVERAGES, all_averaged, averaged, each
from autograders.checks.recurrent_mistakes import (
    earlier,
    only,
    product,
    sigmoid,
    turned,
    two_earlier,
    wrapped,
)
from autograders.checks.reference import exactly

Step = Callable[..., Any]


def _gradients(
    dh: np.ndarray,
    x: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    *,
    axes: Step = lambda a: a,
    initial: Step = lambda h, c: (h, c),
    times: Step = lambda T, N: range(T)[::-1],
    h_before: Step = earlier,
    c_before: Step = earlier,
    join: Step = lambda h, x: np.concatenate([h, x], 2),
    bias: Step = lambda b: b,
    order: tuple[int, ...] = (0, 1, 2, 3),
    candidate: Step = np.tanh,
    squashed: Step = lambda now, before: np.tanh(now),
    upstream: Step = lambda dh, carried: dh + carried,
    slope: Step = lambda tanh_c, c: 1 - tanh_c**2,
    dc: Step = lambda carried, dh, o, slope: carried + dh * o * slope,
    direct: Step = lambda dc, dh: dc,
    forget: Step = lambda now, before, f: before * f * (1 - f),
    enter: Step = lambda g, i: g * i * (1 - i),
    propose: Step = lambda i, g, a: i * (1 - g**2),
    leave: Step = lambda tanh_c, c, o: tanh_c * o * (1 - o),
    places: tuple[int, ...] | None = None,
    dc_next: Step = lambda dc, f: dc * f,
    back: Step = lambda das, W: das @ W,
    dh_next: Step = lambda entered, H, da, W: entered[:, :H],
    dx_of: Step = lambda entered, H: entered[..., H:],
    ends: Step = lambda dh0, dc0, dh, total, dc: (dh0, dc0),
    h_for_W: Step = lambda before, states, first: before,
    of_W: Step = lambda das: das,
    of_b: Step = lambda das: das,
    dW_of: Step = lambda das, entered, D: product(das, entered),
    db_of: Step = lambda das: das.sum((0, 1)),
    finish: Step = lambda results: results,
) -> tuple[np.ndarray, ...]:
    """lstm_backward; what needs no gradient is computed for all steps at once.

    `forget`, `enter`, `propose` and `leave` are derivatives of c or h by the sums of the gates,
    `order` the gates' blocks in the sums, and `places` those in the gradients.
    """
    dtype, (dh, x, h0, c0, W, b, h, c) = exactly(dh, x, h0, c0, W, b, h, c)
    dh, x, h, c = axes(dh), axes(x), axes(h), axes(c)
    (N, T, H), D = dh.shape, x.shape[2]
    h0, c0 = initial(h0, c0)
    h_old, c_old = h_before(h, h0), c_before(c, c0)
    f, i, sums, o = blocks_of(join(h_old, x) @ W.T + bias(b), order)
    f, i, g, o = sigmoid(f), sigmoid(i), candidate(sums), sigmoid(o)
    tanh_c = squashed(c, c_old)
    slopes = slope(tanh_c, c)
    by_c = forget(c, c_old, f), enter(g, i), propose(i, g, sums)
    by_h = leave(tanh_c, c, o)
    das = np.zeros((N, T, 4 * H))
    into = blocks_of(das, places or order)
    from_h, from_c = np.zeros_like(h0), np.zeros_like(c0)
    total = dct = from_c
    for t in times(T, N):
        total = upstream(dh[:, t], from_h)
        dct = direct(dc(from_c, total, o[:, t], slopes[:, t]), dh[:, t])
        for block, factor in zip(into, by_c, strict=False):
            block[:, t] = dct * factor[:, t]
        into[3][:, t] = total * by_h[:, t]
        da = das[:, t]
        from_h, from_c = dh_next(back(da, W), H, da, W), dc_next(dct, f[:, t])
    entered = join(h_for_W(h_old, h, h0), x)
    results = (
        dx_of(back(das, W), H),
        *ends(from_h, from_c, dh, total, dct),
        dW_of(of_W(das), entered, D),
        db_of(of_b(das)),
    )
    return tuple(r.astype(dtype) for r in finish(results))


def _turned_blocks(entered: np.ndarray, H: int, da: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Each gate's square block that belongs to h is transposed."""
    return da @ np.vstack([block.T for block in np.split(W[:, :H], 4)])


def _no(a: np.ndarray) -> np.ndarray:
    return 0 * a


_WHICH = (("of_W", "of_b"), ("of_W",), ("of_b",))
_SAME_STEP: dict[str, Step] = {"h_before": lambda states, first: states}
_X_FIRST: dict[str, Step] = {
    "dx_of": lambda entered, H: entered[..., : entered.shape[-1] - H],
    "dh_next": lambda entered, H, da, W: entered[:, entered.shape[-1] - H :],
}
_TURNED_DX: dict[str, Step] = {"finish": lambda r: (turned(r[0]), *r[1:])}

_KNOWN: tuple[tuple[int, dict[str, Any]], ...] = (
    (126, {"dc_next": lambda dc, f: _no(dc)}),
    (126, {"dc": lambda carried, dh, o, slope: dh * o * slope}),
    (103, {"upstream": lambda dh, carried: dh}),
    (103, {"dh_next": lambda entered, H, da, W: _no(entered[:, :H])}),
    (
        103,
        {
            "upstream": lambda dh, carried: dh,
            "dc": lambda carried, dh, o, slope: dh * o * slope,
        },
    ),
    (127, {"dc": lambda carried, dh, o, slope: carried}),
    (127, {"dc": lambda carried, dh, o, slope: carried + dh * o}),
    (127, {"dc": lambda carried, dh, o, slope: carried + dh * slope}),
    (127, {"dc": lambda carried, dh, o, slope: carried + dh}),
    (106, {"slope": lambda tanh_c, c: 1 - c**2}),
    (106, {"propose": lambda i, g, a: i * (1 - a**2)}),
    (107, {"slope": lambda tanh_c, c: 1 - np.tanh(tanh_c) ** 2}),
    (107, {"propose": lambda i, g, a: i * (1 - np.tanh(g) ** 2)}),
    (128, {"forget": lambda now, before, f: now * f * (1 - f)}),
    (129, {"dc_next": lambda dc, f: dc}),
    (130, {"propose": lambda i, g, a: i * g * (1 - g)}),
    (123, {"candidate": sigmoid, "propose": lambda i, g, a: i * g * (1 - g)}),
    (123, {"candidate": sigmoid}),
    (325, {"forget": lambda now, before, f: before}),
    (325, {"enter": lambda g, i: g}),
    (325, {"leave": lambda tanh_c, c, o: tanh_c}),
    (325, {"propose": lambda i, g, a: i}),
    (325, {"forget": lambda now, before, f: before, "enter": lambda g, i: g}),
    (
        325,
        {
            "forget": lambda now, before, f: before,
            "enter": lambda g, i: g,
            "leave": lambda tanh_c, c, o: tanh_c,
        },
    ),
    (
        325,
        {
            "forget": lambda now, before, f: before,
            "enter": lambda g, i: g,
            "propose": lambda i, g, a: i,
            "leave": lambda tanh_c, c, o: tanh_c,
        },
    ),
    (326, {"leave": lambda tanh_c, c, o: c * o * (1 - o)}),
    (124, {"squashed": lambda now, before: now, "slope": lambda tanh_c, c: np.ones_like(c)}),
    *each(104, only(1, 0), _WHICH),
    (104, dict.fromkeys(_WHICH[0], only(1, -1))),
    (327, {"ends": lambda dh0, dc0, dh, total, dc: (dh0, _no(dc0))}),
    (105, {"times": lambda T, N: range(T)}),
    (108, {"h_for_W": lambda before, states, first: states}),
    (109, _SAME_STEP),
    (109, {**_SAME_STEP, "h_for_W": lambda before, states, first: earlier(states, first)}),
    (109, {"squashed": lambda now, before: np.tanh(before)}),
    (109, {"h_before": two_earlier}),
    (109, {"h_before": two_earlier, "c_before": two_earlier}),
    (109, {"h_for_W": lambda before, states, first: two_earlier(states, first)}),
    (110, {"initial": lambda h, c: (_no(h), _no(c))}),
    (110, {"initial": lambda h, c: (_no(h), c)}),
    (110, {"initial": lambda h, c: (h, _no(c))}),
    (110, {"h_before": wrapped, "c_before": wrapped}),
    (110, {"h_before": wrapped}),
    (110, {"c_before": wrapped}),
    (110, {"h_for_W": lambda before, states, first: wrapped(states, first)}),
    (110, {"h_for_W": lambda before, states, first: earlier(states, _no(first))}),
    (111, {"ends": lambda dh0, dc0, dh, total, dc: (dh[:, 0], dc0)}),
    (111, {"ends": lambda dh0, dc0, dh, total, dc: (total, dc)}),
    (111, {"ends": lambda dh0, dc0, dh, total, dc: (total, dc0)}),
    (111, {"ends": lambda dh0, dc0, dh, total, dc: (dh0, dc)}),
    (111, {"ends": lambda dh0, dc0, dh, total, dc: (dh[:, 0], dc)}),
    (113, _TURNED_DX),
    (113, {"axes": turned, **_TURNED_DX}),
    (113, {"times": lambda T, N: range(N)[::-1]}),
    (114, {"back": lambda das, W: das @ W.T}),
    (114, {"dh_next": _turned_blocks}),
    (114, {"dW_of": lambda das, entered, D: product(entered, das)}),
    *(
        (115, {"db_of": lambda das, axes=axes: das.sum(axes)})
        for axes in ((0,), (1,), (1, 2), (0, 2), ())
    ),
    *each(36, only(0, -1), _WHICH),
    *((38, {"of_b": averaged(axes)}) for axes in AVERAGES),
    *((116, all_averaged(axes)) for axes in AVERAGES),
    (131, {"join": lambda h, x: np.concatenate([x, h], 2), **_X_FIRST}),
    (131, _X_FIRST),
    (131, {"dW_of": lambda das, entered, D: np.roll(product(das, entered), D, 1)}),
    *BIASES,
)
GRADIENTS = Recipe(
    _gradients,
    (
        *_KNOWN,
        *each(104, only(1, -1), _WHICH[1:]),
        *each(36, only(0, 0), _WHICH),
        *(entry for axes in AVERAGES for entry in each(116, averaged(axes), _WHICH[:2])),
        *each(44, _no, _WHICH[1:]),
        (44, {"dx_of": lambda entered, H: _no(entered[..., H:])}),
        (44, {"ends": lambda dh0, dc0, dh, total, dc: (_no(dh0), dc0)}),
        (359, {"direct": lambda dc, dh: dc + dh}),
        (122, {"order": (1, 0, 2, 3)}),
        *((122, {"places": order}) for order in ((1, 0, 2, 3), *ORDERS)),
        *((122, {"order": order}) for order in ORDERS),
    ),
)
PAIRS = Recipe(_gradients, _KNOWN)
