"""Long short-term memory with a mistake in it: recipes of a step and of a sequence."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np

from autograders.cases import Recipe
from autograders.checks.recurrent_mistakes import filled, sigmoid, turned
from autograders.checks.reference import exactly

Step = Callable[..., Any]


def joined(h: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.concatenate([h, x], 1)


def blocks_of(a: np.ndarray, order: tuple[int, ...]) -> list[np.ndarray]:
    """The sums of forget, input, candidate and output, which are at the places in `order`."""
    H = a.shape[-1] // 4
    return [a[..., n * H : (n + 1) * H] for n in order]


def turned_blocks(hx: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Each gate's square block that belongs to h is transposed."""
    H = len(W) // 4
    return hx[:, :H] @ np.hstack(np.split(W[:, :H], 4)) + hx[:, H:] @ W[:, H:].T


def one_added(chosen: tuple[int, ...]) -> Step:
    """A forget bias of 1 added to some blocks."""
    return lambda b: b + np.repeat([float(n in chosen) for n in range(4)], len(b) // 4)


def _cell(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    *,
    join: Step = joined,
    whole: Step = lambda a: a,
    sums: Step = lambda hx, W: hx @ W.T,
    whole_sums: Step = lambda a: a,
    order: tuple[int, ...] = (0, 1, 2, 3),
    bias: Step = lambda b: b,
    candidate: Step = np.tanh,
    gate: Step = sigmoid,
    memory: Step = lambda f, i, g, c: f * c + i * g,
    output: Step = lambda o, new, old: o * np.tanh(new),
    kept: Step = lambda new, old: new,
    ends: Step = lambda h, c: (h, c),
) -> tuple[np.ndarray, np.ndarray]:
    """One step in float64; `order` holds the blocks of forget, input, candidate and output."""
    a = whole_sums(sums(whole(join(h, x)), W) + bias(b))
    f, i, g, o = blocks_of(a, order)
    f, i, g, o = gate(f), gate(i), candidate(g), gate(o)
    new = memory(f, i, g, c)
    h, c = ends(output(o, new, c), kept(new, c))
    return h, c


def _as_input(x: np.ndarray, steps: dict[str, Any]) -> dict[str, Any]:
    """Steps that take whole numbers of everything do so only if the input is whole."""
    number = x.dtype.kind in "iu"
    return {k: v for k, v in steps.items() if number or not k.startswith("whole")}


def _step(*arrays: np.ndarray, **steps: Any) -> tuple[np.ndarray, ...]:
    steps = _as_input(arrays[0], steps)
    dtype, (x, h, c, W, b) = exactly(*arrays)
    return tuple(r.astype(dtype) for r in _cell(x, h, c, W, b, **steps))


ORDERS = tuple(o for o in permutations(range(4)) if o not in ((0, 1, 2, 3), (1, 0, 2, 3)))
BIASES = tuple(
    (132, {"bias": one_added(chosen)})
    for chosen in ((0,), (0, 1, 2, 3), (1,), (3,), (2,), (0, 1, 3))
)
_CELLS: tuple[tuple[int, dict[str, Any]], ...] = (
    (125, {"memory": lambda f, i, g, c: i * c + f * g}),
    (123, {"candidate": sigmoid}),
    (124, {"output": lambda o, new, old: o * new}),
    (131, {"join": lambda h, x: joined(x, h)}),
    (114, {"sums": lambda hx, W: hx @ W}),
    (114, {"sums": turned_blocks}),
    (19, {"bias": lambda b: 0.0}),
    (20, {"bias": lambda b: 2 * b}),
    *BIASES,
    (24, {"whole": np.trunc}),
    (24, {"whole_sums": np.trunc}),
    (316, {"kept": lambda new, old: old}),
    (317, {"output": lambda o, new, old: np.tanh(o) * new}),
    (317, {"output": lambda o, new, old: np.tanh(o * new)}),
    (317, {"output": lambda o, new, old: o * sigmoid(new)}),
    (318, {"output": lambda o, new, old: o * np.tanh(old)}),
    (319, {"memory": lambda f, i, g, c: f * c + g}),
    (320, {"memory": lambda f, i, g, c: i * g}),
    (320, {"memory": lambda f, i, g, c: c + i * g}),
    (321, {"memory": lambda f, i, g, c: f * c + (1 - f) * g}),
    (321, {"memory": lambda f, i, g, c: (1 - i) * c + i * g}),
    (321, {"memory": lambda f, i, g, c: (1 - f) * c + i * g}),
    (
        322,
        {
            "memory": lambda f, i, g, c: np.tanh(f * c + i * g),
            "output": lambda o, new, old: o * new,
        },
    ),
    (107, {"candidate": lambda a: np.tanh(np.tanh(a))}),
    (323, {"candidate": lambda a: a}),
    (323, {"gate": np.tanh}),
    (323, {"gate": lambda a: sigmoid(-a)}),
    (323, {"gate": lambda a: np.clip(0.2 * a + 0.5, 0, 1)}),
)
_ORDERED = tuple((122, {"order": order}) for order in ((1, 0, 2, 3), *ORDERS))
STEP = Recipe(_step, (*_ORDERED, *_CELLS))
STEP_PAIRS = Recipe(_step, _CELLS)


def _sequence(
    x: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    *,
    initial: Step = lambda h, c: (h, c),
    inputs: Step = lambda x: x,
    times: Step = lambda x: range(x.shape[1]),
    before: Step = lambda states, t: states[t],
    finish: Step = lambda states, x: states[:, :, 1:],
    **steps: Any,
) -> tuple[np.ndarray, ...]:
    """lstm_forward; `states` holds h and c before the first step and after each."""
    steps = _as_input(x, steps)
    dtype, (x, h0, c0, W, b) = exactly(x, h0, c0, W, b)
    x, states = inputs(x), [initial(h0, c0)]
    for t in times(x):
        h, c = before(states, t)
        states.append(_cell(x[:, t], h, c, W, b, **steps))
    h, c = finish(np.stack([np.stack(s, 1) for s in zip(*states, strict=True)]), x)
    return h.astype(dtype), c.astype(dtype)


def _into_sizes(states: np.ndarray, x: np.ndarray) -> list[np.ndarray]:
    return [filled(s[:, 1:], x) for s in states]


_SEQUENCES: tuple[tuple[int, dict[str, Any]], ...] = (
    (110, {"initial": lambda h, c: (0 * h, 0 * c)}),
    (110, {"initial": lambda h, c: (h, 0 * c)}),
    (110, {"initial": lambda h, c: (0 * h, c)}),
    (324, {"initial": lambda h, c: (c, h)}),
    (109, {"before": lambda states, t: states[max(t - 1, 0)]}),
    (109, {"finish": lambda states, x: states[:, :, :-1]}),
    (307, {"before": lambda states, t: states[0]}),
    (307, {"before": lambda states, t: (states[t][0], states[0][1])}),
    (307, {"before": lambda states, t: (states[0][0], states[t][1])}),
    (307, {"before": lambda states, t: (states[t][0], (t == 0) * states[t][1])}),
    (324, {"before": lambda states, t: states[t][:: -1 if t else 1]}),
    (324, {"ends": lambda h, c: (c, h)}),
    (308, {"inputs": lambda x: x[:, ::-1]}),
    (
        308,
        {
            "inputs": lambda x: x[:, ::-1],
            "finish": lambda states, x: states[:, :, :0:-1],
        },
    ),
    (302, {"finish": lambda states, x: states}),
    (303, {"finish": lambda states, x: states[:, :, -1]}),
    (303, {"finish": lambda states, x: (states[0, :, 1:], states[1, :, -1])}),
    (315, {"finish": lambda states, x: states[[0, 0], :, 1:]}),
    (315, {"finish": lambda states, x: states[[1, 1], :, 1:]}),
    (113, {"finish": lambda states, x: states[:, :, 1:].swapaxes(1, 2)}),
    (113, {"inputs": turned, "finish": lambda states, x: states[:, :, 1:].swapaxes(1, 2)}),
    (113, {"times": lambda x: range(len(x))}),
    (113, {"times": lambda x: range(len(x)), "finish": _into_sizes}),
    *_CELLS,
)
SEQUENCE = Recipe(_sequence, (*_ORDERED, *_SEQUENCES))
SEQUENCE_PAIRS = Recipe(_sequence, _SEQUENCES)
