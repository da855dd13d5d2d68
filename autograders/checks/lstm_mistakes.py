"""Long short-term memory with a mistake in it: recipes of a step, a sequence and its gradients."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np

from autograders.cases import Recipe
from autograders.checks.recurrent_mistakes import exactly, sigmoid

Step = Callable[..., Any]
Gates = tuple[np.ndarray, ...]


def _joined(h: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.concatenate([h, x], 1)


def _cell(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    *,
    join: Step = _joined,
    sums: Step = lambda a, H: a,
    order: tuple[int, ...] = (0, 1, 2, 3),
    bias: Step = lambda b: b,
    candidate: Step = np.tanh,
    gate: Step = sigmoid,
    memory: Step = lambda f, i, g, c: f * c + i * g,
    output: Step = lambda o, new, old: o * np.tanh(new),
    kept: Step = lambda new, old: new,
) -> tuple[np.ndarray, np.ndarray]:
    """One step in float64; `order` holds the blocks of forget, input, candidate and output."""
    H = h.shape[1]
    a = sums(join(h, x) @ W.T + bias(b), H)
    blocks = [a[:, n * H : (n + 1) * H] for n in order]
    f, i, g, o = gate(blocks[0]), gate(blocks[1]), candidate(blocks[2]), gate(blocks[3])
    new = memory(f, i, g, c)
    return output(o, new, c), kept(new, c)


def _step(*arrays: np.ndarray, **steps: Any) -> tuple[np.ndarray, ...]:
    dtype, (x, h, c, W, b) = exactly(*arrays)
    return tuple(r.astype(dtype) for r in _cell(x, h, c, W, b, **steps))


def _plus_one(blocks: tuple[int, ...]) -> Step:
    """A forget bias of 1 added to some blocks."""

    def sums(a: np.ndarray, H: int) -> np.ndarray:
        return a + np.repeat([float(n in blocks) for n in range(4)], H)

    return sums


_ORDERS = tuple(o for o in permutations(range(4)) if o != (0, 1, 2, 3))
_CELLS: tuple[tuple[int, dict[str, Any]], ...] = (
    (125, {"memory": lambda f, i, g, c: i * c + f * g}),
    *((122, {"order": order}) for order in _ORDERS),
    (123, {"candidate": sigmoid}),
    (124, {"output": lambda o, new, old: o * new}),
    (131, {"join": lambda h, x: _joined(x, h)}),
    *(
        (132, {"sums": _plus_one(blocks)})
        for blocks in ((0,), (0, 1, 2, 3), (1,), (3,), (2,), (0, 1, 3))
    ),
    (315, {"bias": lambda b: 0.0}),
    (316, {"kept": lambda new, old: old}),
    (317, {"output": lambda o, new, old: np.tanh(o) * new}),
    (317, {"output": lambda o, new, old: np.tanh(o * new)}),
    (317, {"output": lambda o, new, old: o * sigmoid(new)}),
    (318, {"output": lambda o, new, old: o * np.tanh(old)}),
    (319, {"memory": lambda f, i, g, c: f * c + g}),
    (320, {"memory": lambda f, i, g, c: i * g}),
    (320, {"memory": lambda f, i, g, c: c + i * g}),
    (321, {"memory": lambda f, i, g, c: f * c + (1 - f) * g}),
    (321, {"memory": lambda f, i, g, c: (1 - f) * c + i * g}),
    (
        322,
        {
            "memory": lambda f, i, g, c: np.tanh(f * c + i * g),
            "output": lambda o, new, old: o * new,
        },
    ),
    (323, {"candidate": lambda a: a}),
    (323, {"gate": np.tanh}),
)
STEP = Recipe(_step, _CELLS)


def _sequence(
    x: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    *,
    initial: Step = lambda h, c: (h, c),
    inputs: Step = lambda x: x,
    carried: Step = lambda new, old, first: new,
    finish: Step = lambda h, c, first: (h, c),
    **steps: Any,
) -> tuple[np.ndarray, ...]:
    """lstm_forward; `carried` chooses the (h, c) that enter the next step."""
    dtype, (x, h0, c0, W, b) = exactly(x, h0, c0, W, b)
    x, state = inputs(x), initial(h0, c0)
    first, hs, cs = state, [], []
    for t in range(x.shape[1]):
        new = _cell(x[:, t], *state, W, b, **steps)
        hs.append(new[0])
        cs.append(new[1])
        state = carried(new, state, first)
    return tuple(r.astype(dtype) for r in finish(np.stack(hs, 1), np.stack(cs, 1), first))


def _with_first(h: np.ndarray, c: np.ndarray, first: Any) -> Any:
    return tuple(np.concatenate([s[:, None], r], 1) for r, s in zip((h, c), first, strict=True))


SEQUENCE = Recipe(
    _sequence,
    (
        (110, {"initial": lambda h, c: (0 * h, 0 * c)}),
        (110, {"initial": lambda h, c: (h, 0 * c)}),
        (110, {"initial": lambda h, c: (0 * h, c)}),
        (324, {"initial": lambda h, c: (c, h)}),
        (307, {"carried": lambda new, old, first: first}),
        (307, {"carried": lambda new, old, first: (new[0], first[1])}),
        (307, {"carried": lambda new, old, first: (first[0], new[1])}),
        (307, {"carried": lambda new, old, first: (new[0], 0 * new[1])}),
        (324, {"carried": lambda new, old, first: new[::-1]}),
        (308, {"inputs": lambda x: x[:, ::-1]}),
        (302, {"finish": _with_first}),
        (302, {"finish": lambda h, c, first: [r[:, :-1] for r in _with_first(h, c, first)]}),
        (303, {"finish": lambda h, c, first: (h[:, -1], c[:, -1])}),
        (303, {"finish": lambda h, c, first: (h, c[:, -1])}),
        (113, {"finish": lambda h, c, first: (h.swapaxes(0, 1), c.swapaxes(0, 1))}),
        *_CELLS,
    ),
)


def _earlier(states: np.ndarray, first: np.ndarray) -> np.ndarray:
    return np.concatenate([first[:, None], states[:, :-1]], 1)


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
    initial: Step = lambda h, c: (h, c),
    join: Step = _joined,
    order: tuple[int, ...] = (0, 1, 2, 3),
    time: Step = reversed,
    h_before: Step = _earlier,
    c_before: Step = _earlier,
    candidate: Step = np.tanh,
    dc: Step = lambda carried, dh, o, c: carried + dh * o * (1 - np.tanh(c) ** 2),
    forget: Step = lambda dc, before, c, f: dc * before * f * (1 - f),
    enter: Step = lambda dc, g, i: dc * g * i * (1 - i),
    propose: Step = lambda dc, i, g: dc * i * (1 - g**2),
    leave: Step = lambda dh, c, o: dh * np.tanh(c) * o * (1 - o),
    upstream: Step = lambda dh, carried: dh + carried,
    dc_next: Step = lambda dc, f: dc * f,
    dh_next: Step = lambda da, W, H: (da @ W)[:, :H],
    dx_of: Step = lambda da, W, H: (da @ W)[:, H:],
    over_time: Step = lambda parts: np.sum(parts, 0),
    dW_of: Step = lambda da, joined: da.T @ joined,
    db_of: Step = lambda da: da.sum(0),
    db_then: Step = lambda db, das: db,
    ends: Step = lambda dh0, dc0, dh, dc, f: (dh0, dc0),
    finish: Step = lambda results: results,
) -> tuple[np.ndarray, ...]:
    """lstm_backward, from the last step to the first."""
    dtype, (dh, x, h0, c0, W, b, h, c) = exactly(dh, x, h0, c0, W, b, h, c)
    H, T = h0.shape[1], x.shape[1]
    h0, c0 = initial(h0, c0)
    hs, cs = h_before(h, h0), c_before(c, c0)
    joined = [join(hs[:, t], x[:, t]) for t in range(T)]
    das: list[Any] = [None] * T
    dxs: list[Any] = [None] * T
    from_h, from_c = np.zeros_like(h0), np.zeros_like(c0)
    dct = f = from_c
    for t in time(range(T)):
        a = joined[t] @ W.T + b
        blocks = [a[:, n * H : (n + 1) * H] for n in order]
        f, i, g, o = (
            sigmoid(blocks[0]),
            sigmoid(blocks[1]),
            candidate(blocks[2]),
            sigmoid(blocks[3]),
        )
        dht = upstream(dh[:, t], from_h)
        dct = dc(from_c, dht, o, c[:, t])
        parts = (
            forget(dct, cs[:, t], c[:, t], f),
            enter(dct, g, i),
            propose(dct, i, g),
            leave(dht, c[:, t], o),
        )
        da = np.empty_like(a)
        for n, part in zip(order, parts, strict=True):
            da[:, n * H : (n + 1) * H] = part
        das[t], dxs[t] = da, dx_of(da, W, H)
        from_h, from_c = dh_next(da, W, H), dc_next(dct, f)
    results = (
        np.stack(dxs, 1),
        *ends(from_h, from_c, dh, dct, f),
        over_time([dW_of(da, j) for da, j in zip(das, joined, strict=True)]),
        db_then(over_time([db_of(da) for da in das]), das),
    )
    return tuple(r.astype(dtype) for r in finish(results))


def _divided(by: Callable[[np.ndarray], int], parameters: bool) -> Step:
    def finish(r: Any) -> Any:
        n = by(r[0])
        return (*r[:3], r[3] / n, r[4] / n) if parameters else [g / n for g in r]

    return finish


_no = np.zeros_like
GRADIENTS = Recipe(
    _gradients,
    (
        (126, {"dc_next": lambda dc, f: _no(dc)}),
        (126, {"dc": lambda carried, dh, o, c: dh * o * (1 - np.tanh(c) ** 2)}),
        (103, {"upstream": lambda dh, carried: dh}),
        (103, {"dh_next": lambda da, W, H: _no(da[:, :H])}),
        (
            103,
            {
                "upstream": lambda dh, carried: dh,
                "dc": lambda carried, dh, o, c: dh * o * (1 - np.tanh(c) ** 2),
            },
        ),
        (127, {"dc": lambda carried, dh, o, c: carried}),
        (127, {"dc": lambda carried, dh, o, c: carried + dh * o}),
        (127, {"dc": lambda carried, dh, o, c: carried + dh * (1 - np.tanh(c) ** 2)}),
        (127, {"dc": lambda carried, dh, o, c: carried + dh * o * (1 - c**2)}),
        (128, {"forget": lambda dc, before, c, f: dc * c * f * (1 - f)}),
        (129, {"dc_next": lambda dc, f: dc}),
        (130, {"propose": lambda dc, i, g: dc * i * g * (1 - g)}),
        (130, {"candidate": sigmoid, "propose": lambda dc, i, g: dc * i * g * (1 - g)}),
        (123, {"candidate": sigmoid}),
        (325, {"forget": lambda dc, before, c, f: dc * before}),
        (325, {"enter": lambda dc, g, i: dc * g}),
        (325, {"leave": lambda dh, c, o: dh * np.tanh(c)}),
        (325, {"propose": lambda dc, i, g: dc * i}),
        (
            325,
            {
                "forget": lambda dc, before, c, f: dc * before,
                "enter": lambda dc, g, i: dc * g,
                "leave": lambda dh, c, o: dh * np.tanh(c),
            },
        ),
        (326, {"leave": lambda dh, c, o: dh * c * o * (1 - o)}),
        (
            124,
            {
                "leave": lambda dh, c, o: dh * c * o * (1 - o),
                "dc": lambda carried, dh, o, c: carried + dh * o,
            },
        ),
        (104, {"over_time": lambda parts: parts[0]}),
        (104, {"over_time": lambda parts: parts[-1]}),
        (105, {"time": list}),
        (108, {"h_before": lambda states, first: states}),
        (
            109,
            {
                "h_before": lambda states, first: np.concatenate(
                    [first[:, None], _earlier(states, first)[:, :-1]], 1
                )
            },
        ),
        (110, {"initial": lambda h, c: (0 * h, 0 * c)}),
        (110, {"initial": lambda h, c: (0 * h, c)}),
        (110, {"initial": lambda h, c: (h, 0 * c)}),
        (
            110,
            {
                "h_before": lambda states, first: np.roll(states, 1, 1),
                "c_before": lambda states, first: np.roll(states, 1, 1),
            },
        ),
        (111, {"ends": lambda dh0, dc0, dh, dc, f: (dh[:, 0], dc0)}),
        (111, {"ends": lambda dh0, dc0, dh, dc, f: (dh0, dc)}),
        (111, {"ends": lambda dh0, dc0, dh, dc, f: (dh[:, 0], dc)}),
        (327, {"ends": lambda dh0, dc0, dh, dc, f: (dh0, _no(dc0))}),
        (113, {"finish": lambda r: (r[0].swapaxes(0, 1), *r[1:])}),
        (114, {"dW_of": lambda da, joined: joined.T @ da}),
        (115, {"db_of": lambda da: da.sum(1)}),
        (115, {"db_of": lambda da: da}),
        (115, {"db_of": lambda da: da.mean(0)}),
        (115, {"db_then": lambda db, das: np.stack(das).sum(0)}),
        (115, {"db_then": lambda db, das: np.stack(das, 1).sum(0)}),
        *(
            (116, {"finish": _divided(by, only)})
            for by in (len, lambda x: x.shape[1], lambda x: x[..., 0].size)
            for only in (True, False)
        ),
        (
            131,
            {
                "join": lambda h, x: _joined(x, h),
                "dx_of": lambda da, W, H: (da @ W)[:, :-H],
                "dh_next": lambda da, W, H: (da @ W)[:, -H:],
            },
        ),
        (
            131,
            {
                "dx_of": lambda da, W, H: (da @ W)[:, :-H],
                "dh_next": lambda da, W, H: (da @ W)[:, -H:],
            },
        ),
        *((122, {"order": order}) for order in _ORDERS),
    ),
)
