"""Wrong solutions of lstm_step and lstm_forward that are not in the catalogue."""

import numpy as np
from solutions.lstm_right import gates, preallocated, sigmoid, split_gates
from solutions.lstm_wrong_gates import blocks, both
from solutions.registry import OUTSIDE, wrong


@both(OUTSIDE)
def states_swapped_in_the_result(x, h, c, W, b):
    h, c = split_gates(x, h, c, W, b)
    return c, h


@both(OUTSIDE)
def sign_of_the_exponent(x, h, c, W, b):
    f, i, g, o = blocks(x, h, W, b)
    f, i, o = (1 / (1 + np.exp(z)) for z in (f, i, o))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


@both(OUTSIDE)
def sigmoid_that_overflows(x, h, c, W, b):
    f, i, g, o = blocks(x, h, W, b)
    f, i, o = (np.exp(z) / (1 + np.exp(z)) for z in (f, i, o))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


@both(OUTSIDE)
def coupled_gates(x, h, c, W, b):
    f, _, g, o = gates(x, h, W, b)
    c = f * c + (1 - f) * g
    return o * np.tanh(c), c


@both(OUTSIDE)
def candidate_without_tanh(x, h, c, W, b):
    f, i, g, o = blocks(x, h, W, b)
    c = sigmoid(f) * c + sigmoid(i) * g
    return sigmoid(o) * np.tanh(c), c


@both(OUTSIDE)
def hidden_by_the_old_cell(x, h, c, W, b):
    f, i, g, o = gates(x, h, W, b)
    return o * np.tanh(c), f * c + i * g


@both(OUTSIDE)
def hard_sigmoid(x, h, c, W, b):
    f, i, g, o = blocks(x, h, W, b)
    f, i, o = (np.clip(0.2 * z + 0.5, 0, 1) for z in (f, i, o))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


@both(OUTSIDE)
def forget_bias_nobody_asked_for(x, h, c, W, b):
    f, i, g, o = blocks(x, h, W, b)
    c = sigmoid(f + 1) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@both(OUTSIDE)
def output_sees_nothing_of_x(x, h, c, W, b):
    f, i, g, _ = gates(x, h, W, b)
    o = gates(np.zeros_like(x), h, W, b)[3]
    c = f * c + i * g
    return o * np.tanh(c), c


@both(OUTSIDE)
def old_cell_not_forgotten(x, h, c, W, b):
    _, i, g, o = gates(x, h, W, b)
    c = c + i * g
    return o * np.tanh(c), c


@both(OUTSIDE)
def clipped_cell(x, h, c, W, b):
    f, i, g, o = gates(x, h, W, b)
    c = np.clip(f * c + i * g, -0.5, 0.5)
    return o * np.tanh(c), c


@both(OUTSIDE)
def float32_inside(x, h, c, W, b):
    h, c = split_gates(*(a.astype(np.float32) for a in (x, h, c, W, b)))
    return h.astype(np.float64), c.astype(np.float64)


@wrong("lstm_step", OUTSIDE)
def returns_nothing(x, h, c, W, b):
    f, i, g, o = gates(x, h, W, b)
    c = f * c + i * g
    h = o * np.tanh(c)


@wrong("lstm_step", OUTSIDE)
def hidden_only(x, h, c, W, b):
    return split_gates(x, h, c, W, b)[0]


@wrong("lstm_step", OUTSIDE)
def with_a_time_axis(x, h, c, W, b):
    h, c = split_gates(x, h, c, W, b)
    return h[:, None], c[:, None]


@wrong("lstm_step", OUTSIDE)
def step_prints_only(x, h, c, W, b):
    h, c = split_gates(x, h, c, W, b)
    return f"h = {h}", f"c = {c}"


_last = {}


@wrong("lstm_step", OUTSIDE)
def cell_kept_between_calls(x, h, c, W, b):
    h, c = split_gates(x, h, _last.get(c.shape, c), W, b)
    _last[c.shape] = c
    return h, c


_buffers = {}


@wrong("lstm_step", OUTSIDE)
def one_buffer_for_all_calls(x, h, c, W, b):
    buffer = _buffers.setdefault(h.shape, np.zeros((2, *h.shape)))
    buffer[0], buffer[1] = split_gates(x, h, c, W, b)
    return buffer[0], buffer[1]


@wrong("lstm_forward", OUTSIDE)
def network_returns_nothing(x, h0, c0, W, b):
    for t in range(x.shape[1]):
        h0, c0 = split_gates(x[:, t], h0, c0, W, b)


@wrong("lstm_forward", OUTSIDE)
def last_states_only(x, h0, c0, W, b):
    h, c = h0, c0
    for t in range(x.shape[1]):
        h, c = split_gates(x[:, t], h, c, W, b)
    return h, c


@wrong("lstm_forward", OUTSIDE)
def initial_states_included(x, h0, c0, W, b):
    hs, cs = [h0], [c0]
    for t in range(x.shape[1]):
        h, c = split_gates(x[:, t], hs[-1], cs[-1], W, b)
        hs.append(h)
        cs.append(c)
    return np.stack(hs, axis=1), np.stack(cs, axis=1)


@wrong("lstm_forward", OUTSIDE)
def time_major_result(x, h0, c0, W, b):
    h, c = preallocated(x, h0, c0, W, b)
    return h.swapaxes(0, 1), c.swapaxes(0, 1)


@wrong("lstm_forward", OUTSIDE)
def hidden_states_only(x, h0, c0, W, b):
    return preallocated(x, h0, c0, W, b)[0]


@wrong("lstm_forward", OUTSIDE)
def all_h_and_last_c(x, h0, c0, W, b):
    h, c = preallocated(x, h0, c0, W, b)
    return h, c[:, -1]


@wrong("lstm_forward", OUTSIDE)
def c_appended_as_h(x, h0, c0, W, b):
    hs, cs = [], []
    for t in range(x.shape[1]):
        h0, c0 = split_gates(x[:, t], h0, c0, W, b)
        hs.append(h0)
        cs.append(h0)
    return np.stack(hs, axis=1), np.stack(cs, axis=1)


@wrong("lstm_forward", OUTSIDE)
def state_not_passed_on(x, h0, c0, W, b):
    steps = [split_gates(x[:, t], h0, c0, W, b) for t in range(x.shape[1])]
    h, c = zip(*steps, strict=True)
    return np.stack(h, axis=1), np.stack(c, axis=1)


@wrong("lstm_forward", OUTSIDE)
def cell_not_passed_on(x, h0, c0, W, b):
    hs, cs, h = [], [], h0
    for t in range(x.shape[1]):
        h, c = split_gates(x[:, t], h, c0, W, b)
        hs.append(h)
        cs.append(c)
    return np.stack(hs, axis=1), np.stack(cs, axis=1)


@wrong("lstm_forward", OUTSIDE)
def initial_states_exchanged(x, h0, c0, W, b):
    return preallocated(x, c0, h0, W, b)


@wrong("lstm_forward", OUTSIDE)
def never_ends(x, h0, c0, W, b):
    t, hs, cs = 0, h0, c0
    while t != x.shape[1]:
        hs, cs = split_gates(x[:, t], hs, cs, W, b)
    return hs, cs


@wrong("lstm_forward", OUTSIDE)
def generator_of_steps(x, h0, c0, W, b):
    for t in range(x.shape[1]):
        h0, c0 = split_gates(x[:, t], h0, c0, W, b)
        yield h0, c0


@wrong("lstm_forward", OUTSIDE)
def gives_up(x, h0, c0, W, b):
    raise NotImplementedError
