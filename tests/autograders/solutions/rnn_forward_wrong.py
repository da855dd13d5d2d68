"""Wrong solutions of rnn_forward: the bias, the state, the axes and the matrices."""

import math

import numpy as np
from solutions.registry import wrong


def unrolled(x, s0, step):
    """Right: the states of step(x_t, s) from s0."""
    states = []
    for t in range(x.shape[1]):
        s0 = step(x[:, t], s0)
        states.append(s0)
    return np.stack(states, axis=1)


@wrong("rnn_forward", 19)
def bias_forgotten(x, s0, U, W, b):
    states = np.zeros((x.shape[0], x.shape[1], W.shape[0]))
    s = s0
    for t in range(x.shape[1]):
        s = np.tanh(np.dot(x[:, t], U.T) + np.dot(s, W.T))
        states[:, t] = s
    return states


@wrong("rnn_forward", 19)
def bias_result_dropped(x, s0, U, W, b):
    z = x @ U.T
    np.add(z, b)
    return unrolled(z, s0, lambda z_t, s: np.tanh(z_t + s @ W.T))


@wrong("rnn_forward", 24)
def states_of_the_type_of_x(x, s0, U, W, b):
    N, T, _D = x.shape
    states = np.zeros((N, T, W.shape[0]), dtype=x.dtype)
    s = s0
    for t in range(T):
        s = np.tanh(s @ W.T + x[:, t] @ U.T + b)
        states[:, t] = s
    return states


@wrong("rnn_forward", 24)
def state_buffer_like_x(x, s0, U, W, b):
    states = np.empty_like(x, shape=(x.shape[1] + 1, len(x), b.shape[0]))
    for n in range(len(x)):
        s = s0[n]
        for t in range(x.shape[1]):
            s = np.tanh(U.dot(x[n, t]) + W.dot(s) + b)
            states[t + 1, n] = s
    return states[1:].transpose((1, 0, 2))


@wrong("rnn_forward", 26)
def state_updated_in_s0(x, s0, U, W, b):
    states = np.zeros((x.shape[0], x.shape[1], s0.shape[1]))
    for t in range(x.shape[1]):
        s0[...] = np.tanh(s0 @ W.T + x[:, t] @ U.T + b)
        states[:, t] = s0
    return states


@wrong("rnn_forward", 26)
def scalar_loops_write_s0(x, s0, U, W, b):
    N, T, _ = x.shape
    states = np.zeros((N, T, len(b)))
    for n in range(N):
        for t in range(T):
            z = W @ s0[n] + U @ x[n, t] + b
            for i in range(len(b)):
                s0[n, i] = math.tanh(z[i])
                states[n, t, i] = s0[n, i]
    return states


@wrong("rnn_forward", 26)
def bias_shifted_in_place(x, s0, U, W, b):
    b += 0.5  # for the rounding of uint8 images
    states = unrolled(x, s0, lambda x_t, s: np.tanh(s @ W.T + x_t @ U.T + b - 0.5))
    return states


@wrong("rnn_forward", 109)
def returns_one_state_too_early(x, s0, U, W, b):
    N, T, _ = x.shape
    states = np.zeros((N, T + 1, W.shape[0]))
    states[:, 0] = s0
    for t in range(T):
        states[:, t + 1] = np.tanh(states[:, t] @ W.T + x[:, t] @ U.T + b)
    return states[:, :-1]


@wrong("rnn_forward", 109)
def state_before_the_last(x, s0, U, W, b):
    T = x.shape[1]
    s = [s0, s0]
    for t in range(T):
        s.append(np.tanh(s[t] @ W.T + x[:, t] @ U.T + b))
    return np.stack(s[2:], axis=1)


@wrong("rnn_forward", 109)
def appended_before_the_step(x, s0, U, W, b):  # same as returns_one_state_too_early
    states, s = [], s0
    for x_t in x.transpose(1, 0, 2):
        states.append(s)
        s = np.tanh(W.dot(s.T).T + x_t.dot(U.T) + b)
    return np.array(states).transpose(1, 0, 2)


@wrong("rnn_forward", 110)
def starts_at_zero(x, s0, U, W, b):
    s = np.zeros_like(s0)
    states = []
    for t in range(x.shape[1]):
        s = np.tanh(s @ W.T + x[:, t] @ U.T + b)
        states.append(s)
    return np.stack(states, axis=1)


@wrong("rnn_forward", 110)
def wraps_around_to_zeros(x, s0, U, W, b):
    N, T, _ = x.shape
    states = np.zeros((N, T, s0.shape[-1]))
    for t in range(T):
        states[:, t] = np.tanh(states[:, t - 1] @ W.T + x[:, t] @ U.T + b)
    return states


@wrong("rnn_forward", 110)
def no_recurrence_at_the_first_step(x, s0, U, W, b):
    z = np.einsum("ntd,hd->nth", x, U) + b
    for t in range(z.shape[1]):
        if t > 0:
            z[:, t] += np.einsum("nk,hk->nh", z[:, t - 1], W)
        z[:, t] = np.tanh(z[:, t])
    return z


@wrong("rnn_forward", 113)
def unpacks_time_first(x, s0, U, W, b):
    T, N, _D = x.shape
    s = s0
    states = np.zeros((T, N, W.shape[0]))
    for t in range(T):
        s = np.tanh(x[t] @ U.T + s @ W.T + b)
        states[t] = s
    return states


@wrong("rnn_forward", 113)
def loop_over_the_batch_size(x, s0, U, W, b):
    T, N, _ = x.shape
    states = np.zeros((N, T, W.shape[1]))
    s = s0
    for t in range(T):
        s = np.tanh(s @ W.T + x[:, t] @ U.T + b)
        states[:, t] = s
    return states


@wrong("rnn_forward", 113)
def steps_over_examples(x, s0, U, W, b):
    states, s = [], s0
    for x_t in x:
        s = np.tanh(x_t @ U.T + s @ W.T + b)
        states.append(s)
    return np.stack(states)


@wrong("rnn_forward", 114)
def state_times_w(x, s0, U, W, b):
    N, T, _ = x.shape
    states = np.zeros((N, T, b.shape[0]))
    s = s0
    for t in range(T):
        s = np.tanh(s @ W + x[:, t] @ U.T + b)
        states[:, t, :] = s
    return states


@wrong("rnn_forward", 114)
def both_not_transposed(x, s0, U, W, b):
    states = []
    for t in range(x.shape[1]):
        s0 = np.tanh(np.dot(x[:, t, :], U) + np.dot(s0, W) + b)
        states.append(s0)
    return np.stack(states, axis=1)


@wrong("rnn_forward", 114)
def einsum_letters_swapped(x, s0, U, W, b):
    def step(x_t, s):
        return np.tanh(np.einsum("hd,nd->nh", U, x_t) + np.einsum("kh,nk->nh", W, s) + b)

    return unrolled(x, s0, step)


@wrong("rnn_forward", 114)
def u_not_transposed(x, s0, U, W, b):
    return unrolled(x @ U + b, s0, lambda z, s: np.tanh(z + s @ W.T))


@wrong("rnn_forward", 133)
def notebook_sizes(x, s0, U, W, b):
    states = np.zeros((batch_size, x.shape[1], hidden_size))  # noqa: F821
    s = s0
    for t in range(x.shape[1]):
        s = np.tanh(s @ W.T + x[:, t] @ U.T + b)
        states[:, t] = s
    return states


@wrong("rnn_forward", 133)
def notebook_helper(x, s0, U, W, b):
    return unrolled(x, s0, lambda x_t, s: rnn_cell(x_t, s, U, W, b))  # noqa: F821
