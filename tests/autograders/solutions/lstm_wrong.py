"""Wrong solutions of lstm_step and lstm_forward: bias, states, axes and arguments."""

import numpy as np
from solutions.lstm_right import gates, sigmoid, split_gates
from solutions.lstm_wrong_gates import both, run
from solutions.registry import wrong


@both(19)
def bias_forgotten(x, h, c, W, b):
    f, i, g, o = np.split(np.hstack([h, x]) @ W.T, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@both(19)
def bias_result_dropped(x, h, c, W, b):
    H = h.shape[1]
    z = h @ W[:, :H].T + x @ W[:, H:].T
    z + b
    c = sigmoid(z[:, :H]) * c + sigmoid(z[:, H : 2 * H]) * np.tanh(z[:, 2 * H : 3 * H])
    return sigmoid(z[:, 3 * H :]) * np.tanh(c), c


@both(24)
def gates_of_the_type_of_x(x, h, c, W, b):
    z = np.zeros((x.shape[0], len(b)), dtype=x.dtype)
    z[:] = np.concatenate([h, x], axis=1) @ W.T + b
    f, i, g, o = np.split(z, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@both(24)
def concatenation_of_the_type_of_x(x, h, c, W, b):
    hx = np.empty_like(x, shape=(len(x), W.shape[1]))
    hx[:, : h.shape[1]], hx[:, h.shape[1] :] = h, x
    f, i, g, o = np.split(np.einsum("zk,nk->nz", W, hx) + b, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@wrong("lstm_forward", 24)
def states_of_the_type_of_x(x, h0, c0, W, b):
    hs = np.zeros((*x.shape[:2], h0.shape[1]), dtype=x.dtype)
    cs = np.zeros_like(hs)
    h, c = h0, c0
    for t in range(x.shape[1]):
        f, i, g, o = gates(x[:, t], h, W, b)
        c = f * c + i * g
        h = o * np.tanh(c)
        hs[:, t], cs[:, t] = h, c
    return hs, cs


@wrong("lstm_step", 26)
def cell_updated_in_place(x, h, c, W, b):
    f, i, g, o = gates(x, h, W, b)
    c *= f
    c += i * g
    return o * np.tanh(c), c


@wrong("lstm_step", 26)
def both_states_overwritten(x, h, c, W, b):
    h[:], c[:] = split_gates(x, h, c, W, b)
    return h, c


@wrong("lstm_forward", 26)
def cell_multiplied_in_place(x, h0, c0, W, b):
    hs, cs = [], []
    h, c = h0, c0
    for t in range(x.shape[1]):
        f, i, g, o = gates(x[:, t], h, W, b)
        c *= f
        c += i * g
        h = o * np.tanh(c)
        hs.append(h)
        cs.append(c.copy())
    return np.stack(hs, axis=1), np.stack(cs, axis=1)


@wrong("lstm_forward", 26)
def initial_states_overwritten(x, h0, c0, W, b):
    hs = np.zeros((*x.shape[:2], h0.shape[1]))
    cs = np.zeros_like(hs)
    for t in range(x.shape[1]):
        h0[...], c0[...] = split_gates(x[:, t], h0, c0, W, b)
        hs[:, t], cs[:, t] = h0, c0
    return hs, cs


@wrong("lstm_forward", 109)
def states_before_the_steps(x, h0, c0, W, b):
    h, c = [h0], [c0]
    for t in range(x.shape[1]):
        h_t, c_t = split_gates(x[:, t], h[t], c[t], W, b)
        h.append(h_t)
        c.append(c_t)
    return np.stack(h[:-1], axis=1), np.stack(c[:-1], axis=1)


@wrong("lstm_forward", 109)
def stored_before_computed(x, h0, c0, W, b):  # as states_before_the_steps
    N, T, _ = x.shape
    hs, cs = np.zeros((N, T, h0.shape[1])), np.zeros((N, T, h0.shape[1]))
    h, c = h0, c0
    for t in range(T):
        hs[:, t], cs[:, t] = h, c
        f, i, g, o = gates(x[:, t], h, W, b)
        c = f * c + i * g
        h = o * np.tanh(c)
    return hs, cs


@wrong("lstm_forward", 109)
def states_of_two_steps_ago(x, h0, c0, W, b):
    h, c = [h0, h0], [c0, c0]
    for t in range(x.shape[1]):
        h_t, c_t = split_gates(x[:, t], h[t], c[t], W, b)
        h.append(h_t)
        c.append(c_t)
    return np.stack(h[2:], axis=1), np.stack(c[2:], axis=1)


@wrong("lstm_forward", 110)
def starts_at_zero(x, h0, c0, W, b):
    N, T, _ = x.shape
    h, c = np.zeros((N, len(b) // 4)), np.zeros((N, len(b) // 4))
    hs, cs = [], []
    for t in range(T):
        f, i, g, o = gates(x[:, t], h, W, b)
        c = f * c + i * g
        h = o * np.tanh(c)
        hs.append(h)
        cs.append(c)
    return np.stack(hs, axis=1), np.stack(cs, axis=1)


@wrong("lstm_forward", 110)
def wraps_around_to_zeros(x, h0, c0, W, b):
    h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
    c = np.zeros_like(h)
    for t in range(x.shape[1]):
        h[:, t], c[:, t] = split_gates(x[:, t], h[:, t - 1], c[:, t - 1], W, b)
    return h, c


@wrong("lstm_forward", 110)
def cell_starts_at_zero(x, h0, c0, W, b):
    return run(split_gates, x, h0, np.zeros_like(c0), W, b)


@wrong("lstm_forward", 113)
def sizes_time_first(x, h0, c0, W, b):
    T, N, _ = x.shape
    h, c = h0, c0
    hs, cs = np.zeros((T, N, h.shape[1])), np.zeros((T, N, h.shape[1]))
    for t in range(T):
        h, c = split_gates(x[t], h, c, W, b)
        hs[t], cs[t] = h, c
    return hs, cs


@wrong("lstm_forward", 113)
def as_many_steps_as_examples(x, h0, c0, W, b):
    hs, cs = [], []
    h, c = h0, c0
    for t in range(len(x)):
        f, i, g, o = gates(x[:, t], h, W, b)
        c = f * c + i * g
        h = o * np.tanh(c)
        hs.append(h)
        cs.append(c)
    return np.stack(hs, axis=1), np.stack(cs, axis=1)


@both(114)
def w_not_transposed(x, h, c, W, b):
    f, i, g, o = np.split(np.concatenate([h, x], axis=1) @ W + b, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@both(114)
def recurrent_blocks_transposed(x, h, c, W, b):
    H = h.shape[1]
    z = []
    for k in range(4):
        rows = slice(k * H, (k + 1) * H)
        z.append(h @ W[rows, :H] + x @ W[rows, H:].T + b[rows])
    f, i, g, o = z
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@both(132)
def one_added_to_all_biases(x, h, c, W, b):
    H = h.shape[1]
    forget_bias = 1.0
    z = np.concatenate([h, x], axis=1) @ W.T + b + forget_bias
    f, i, o = (1 / (1 + np.exp(-z[:, k * H : (k + 1) * H])) for k in (0, 1, 3))
    c = f * c + i * np.tanh(z[:, 2 * H : 3 * H])
    return o * np.tanh(c), c


@both(132)
def forget_bias_on_the_second_block(x, h, c, W, b):
    H = h.shape[1]
    b = b.astype(float)
    b[H : 2 * H] += 1  # as in Keras
    return split_gates(x, h, c, W, b)


@wrong("lstm_forward", 132)
def forget_bias_on_the_last_block(x, h0, c0, W, b):
    H = h0.shape[1]
    bias = np.concatenate([b[: 3 * H], b[3 * H :] + 1.0])
    hs, cs = np.zeros((*x.shape[:2], H)), np.zeros((*x.shape[:2], H))
    h, c = h0, c0
    for t in range(x.shape[1]):
        f, i, g, o = gates(x[:, t], h, W, bias)
        c = f * c + i * g
        h = o * np.tanh(c)
        hs[:, t], cs[:, t] = h, c
    return hs, cs


@both(133)
def notebook_hidden_size(x, h, c, W, b):
    z = np.concatenate([h, x], axis=1) @ W.T + b
    f = sigmoid(z[:, :hidden_size])  # noqa: F821
    i, g, o = np.split(z[:, hidden_size:], 3, axis=1)  # noqa: F821
    c = f * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@both(133)
def notebook_sigmoid(x, h, c, W, b):
    f, i, g, o = np.split(np.concatenate([h, x], axis=1) @ W.T + b, 4, axis=1)
    c = sigm(f) * c + sigm(i) * np.tanh(g)  # noqa: F821
    return sigm(o) * np.tanh(c), c  # noqa: F821


@wrong("lstm_forward", 133)
def notebook_step(x, h0, c0, W, b):
    hs, cs = [], []
    h, c = h0, c0
    for t in range(x.shape[1]):
        h, c = my_lstm_step(x[:, t], h, c, W, b)  # noqa: F821
        hs.append(h)
        cs.append(c)
    return np.stack(hs, axis=1), np.stack(cs, axis=1)
