"""Wrong solutions of update_running (24, 26, 64, 65)."""

import numpy as np
from solutions.registry import OUTSIDE, wrong


@wrong("update_running", 64)
def overwritten(running, batch, momentum):
    return batch.copy()


@wrong("update_running", 64)
def assigned_then_returned(running, batch, momentum):
    running = momentum * running
    running = batch * 1.0
    return running


@wrong("update_running", 65)
def momentum_reversed(running, batch, momentum):
    return (1 - momentum) * running + momentum * batch


@wrong("update_running", 65)
def like_another_framework(running, batch, momentum):
    return running + momentum * (batch - running)


@wrong("update_running", 65)
def arguments_swapped(batch, running, momentum):
    return momentum * running + (1 - momentum) * batch


@wrong("update_running", 26)
def blended_in_place(running, batch, momentum):
    new = momentum * running + (1 - momentum) * batch
    running[...] = new
    return new


@wrong("update_running", 26)
def operators_in_place(running, batch, momentum):
    """Raises for integers besides."""
    running *= momentum
    running += (1 - momentum) * batch
    return running


@wrong("update_running", 26)
def batch_scaled_in_place(running, batch, momentum):
    new = momentum * running + (1 - momentum) * batch
    batch[...] = (1 - momentum) * batch
    return new


@wrong("update_running", 24)
def like_running(running, batch, momentum):
    new = np.zeros_like(running)
    for c in range(len(running)):
        new[c] = momentum * running[c] + (1 - momentum) * batch[c]
    return new


@wrong("update_running", 24)
def of_the_type_of_running(running, batch, momentum):
    return (momentum * running + (1 - momentum) * batch).astype(running.dtype)


@wrong("update_running", OUTSIDE)
def never_updated(running, batch, momentum):
    return running.copy()


@wrong("update_running", OUTSIDE)
def weights_do_not_sum_to_one(running, batch, momentum):
    return momentum * running + batch


@wrong("update_running", OUTSIDE)
def minus_for_plus(running, batch, momentum):
    return momentum * running - (1 - momentum) * batch


@wrong("update_running", OUTSIDE)
def fixed_momentum(running, batch, momentum):
    return 0.9 * running + 0.1 * batch


@wrong("update_running", OUTSIDE)
def plain_average(running, batch, momentum):
    return (running + batch) / 2


@wrong("update_running", OUTSIDE)
def velocity(running, batch, momentum):
    return momentum * running + (1 - momentum) * batch**2


@wrong("update_running", OUTSIDE)
def bias_corrected(running, batch, momentum):
    with np.errstate(all="ignore"):
        return (momentum * running + (1 - momentum) * batch) / np.float64(1 - momentum)


@wrong("update_running", OUTSIDE)
def one_number(running, batch, momentum):
    return momentum * running.mean() + (1 - momentum) * batch.mean()


@wrong("update_running", OUTSIDE)
def as_a_row(running, batch, momentum):
    return np.atleast_2d(momentum * running + (1 - momentum) * batch)


@wrong("update_running", OUTSIDE)
def returns_nothing(running, batch, momentum):
    running = momentum * running + (1 - momentum) * batch


_state = {}


@wrong("update_running", OUTSIDE)
def own_state(running, batch, momentum):
    """Starts from what it returned last time."""
    running = _state.get(len(batch), running)
    _state[len(batch)] = momentum * running + (1 - momentum) * batch
    return _state[len(batch)]


@wrong("update_running", OUTSIDE)
def momentum_twice(running, batch, momentum):
    return momentum * running + (1 - momentum) * momentum * batch


@wrong("update_running", OUTSIDE)
def generator(running, batch, momentum):
    return (momentum * r + (1 - momentum) * b for r, b in zip(running, batch, strict=True))
