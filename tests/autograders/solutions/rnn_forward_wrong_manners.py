"""Wrong solutions of rnn_forward that are not in the catalogue: results and their form."""

import numpy as np
from solutions.registry import OUTSIDE, wrong
from solutions.rnn_forward_wrong import unrolled


def _states(x, s0, U, W, b):
    return unrolled(x, s0, lambda x_t, s: np.tanh(s @ W.T + x_t @ U.T + b))


@wrong("rnn_forward", OUTSIDE)
def returns_nothing(x, s0, U, W, b):
    states = np.zeros((x.shape[0], x.shape[1], len(b)))
    for t in range(x.shape[1]):
        s0 = np.tanh(s0 @ W.T + x[:, t] @ U.T + b)
        states[:, t] = s0


@wrong("rnn_forward", OUTSIDE)
def last_state_only(x, s0, U, W, b):
    s = s0
    for t in range(x.shape[1]):
        s = np.tanh(s @ W.T + x[:, t] @ U.T + b)
    return s


@wrong("rnn_forward", OUTSIDE)
def initial_state_included(x, s0, U, W, b):
    states = [s0]
    for t in range(x.shape[1]):
        states.append(np.tanh(states[-1] @ W.T + x[:, t] @ U.T + b))
    return np.stack(states, axis=1)


@wrong("rnn_forward", OUTSIDE)
def time_major_result(x, s0, U, W, b):
    states = []
    for t in range(x.shape[1]):
        s0 = np.tanh(s0 @ W.T + x[:, t] @ U.T + b)
        states.append(s0)
    return np.array(states)


@wrong("rnn_forward", OUTSIDE)
def first_step_returned(x, s0, U, W, b):
    states = np.zeros((x.shape[0], x.shape[1], len(b)))
    s = s0
    for t in range(x.shape[1]):
        s = np.tanh(s @ W.T + x[:, t] @ U.T + b)
        states[:, t] = s
        return states
    return None


@wrong("rnn_forward", OUTSIDE)
def relu_for_tanh(x, s0, U, W, b):
    return unrolled(x, s0, lambda x_t, s: np.maximum(0, s @ W.T + x_t @ U.T + b))


@wrong("rnn_forward", OUTSIDE)
def sigmoid_for_tanh(x, s0, U, W, b):
    states, s = [], s0
    for t in range(x.shape[1]):
        s = 1 / (1 + np.exp(-(s @ W.T + x[:, t] @ U.T + b)))
        states.append(s)
    return np.stack(states, axis=1)


@wrong("rnn_forward", OUTSIDE)
def activation_only_on_the_output(x, s0, U, W, b):
    z = unrolled(x, s0, lambda x_t, s: s @ W.T + x_t @ U.T + b)
    return np.tanh(z)


@wrong("rnn_forward", OUTSIDE)
def pre_activations_returned(x, s0, U, W, b):
    N, T, _ = x.shape
    z = np.zeros((N, T, len(b)))
    s = s0
    for t in range(T):
        z[:, t] = s @ W.T + x[:, t] @ U.T + b
        s = np.tanh(z[:, t])
    return z


@wrong("rnn_forward", OUTSIDE)
def tanh_twice(x, s0, U, W, b):
    return np.tanh(_states(x, s0, U, W, b))


@wrong("rnn_forward", OUTSIDE)
def tanh_by_overflowing_exponentials(x, s0, U, W, b):
    def tanh(z):
        return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))

    return unrolled(x, s0, lambda x_t, s: tanh(s @ W.T + x_t @ U.T + b))


@wrong("rnn_forward", OUTSIDE)
def bias_twice(x, s0, U, W, b):
    return unrolled(x, s0, lambda x_t, s: np.tanh((s @ W.T + b) + (x_t @ U.T + b)))


@wrong("rnn_forward", OUTSIDE)
def reversed_in_time(x, s0, U, W, b):
    states = np.zeros((*x.shape[:2], W.shape[0]))
    for t in reversed(range(x.shape[1])):
        s0 = np.tanh(s0 @ W.T + x[:, t] @ U.T + b)
        states[:, t] = s0
    return states


@wrong("rnn_forward", OUTSIDE)
def no_recurrence(x, s0, U, W, b):
    return np.tanh(x @ U.T + (s0 @ W.T)[:, None] + b)


@wrong("rnn_forward", OUTSIDE)
def state_of_the_previous_example(x, s0, U, W, b):
    states = np.zeros((*x.shape[:2], W.shape[0]))
    s = s0[0]
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            s = np.tanh(W @ s + U @ x[n, t] + b)
            states[n, t] = s
    return states


@wrong("rnn_forward", OUTSIDE)
def float32_inside(x, s0, U, W, b):
    x, s0, U, W, b = (a.astype(np.float32) for a in (x, s0, U, W, b))
    return _states(x, s0, U, W, b).astype(np.float64)


_kept = {}


@wrong("rnn_forward", OUTSIDE)
def state_kept_between_calls(x, s0, U, W, b):
    s = _kept.get(s0.shape, s0)
    states = _states(x, s, U, W, b)
    _kept[s0.shape] = states[:, -1]
    return states


_buffers = {}


@wrong("rnn_forward", OUTSIDE)
def one_buffer_for_all_calls(x, s0, U, W, b):
    states = _buffers.setdefault((*x.shape[:2], len(b)), np.zeros((*x.shape[:2], len(b))))
    states[...] = _states(x, s0, U, W, b)
    return states


@wrong("rnn_forward", OUTSIDE)
def generator_of_states(x, s0, U, W, b):
    s = s0
    for t in range(x.shape[1]):
        s = np.tanh(s @ W.T + x[:, t] @ U.T + b)
        yield s


@wrong("rnn_forward", OUTSIDE)
def states_and_last(x, s0, U, W, b):
    states = _states(x, s0, U, W, b)
    return states, states[:, -1]


@wrong("rnn_forward", OUTSIDE)
def a_string(x, s0, U, W, b):
    return str(_states(x, s0, U, W, b))


@wrong("rnn_forward", OUTSIDE)
def never_ends(x, s0, U, W, b):
    states, t, s = [], 0, s0
    while t < x.shape[1]:
        s = np.tanh(s @ W.T + x[:, t] @ U.T + b)  # t is never increased
        states = [s]
    return np.stack(states, axis=1)


class _Unready(Exception):
    def __str__(self):
        return 1 / 0


@wrong("rnn_forward", OUTSIDE)
def weird_error(x, s0, U, W, b):
    raise _Unready
