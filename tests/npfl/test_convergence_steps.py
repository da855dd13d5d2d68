"""The steps of optimizers against plain NumPy, PyTorch and numbers worked by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import close, keeps_the_rules, random, says
from strategies import floats

import npfl.convergence as fast
import npfl.plain.convergence as plain
from npfl.convergence import (
    adagrad_step,
    adam_step,
    delta_bar_delta_step,
    momentum_step,
    rmsprop_step,
)

STEPS = {
    # name: how many arrays, the numbers after them
    "momentum_step": (3, (0.1, 0.9)),
    "delta_bar_delta_step": (4, (0.01, 0.2, 0.7)),
    "adagrad_step": (3, (0.1, 1e-8)),
    "rmsprop_step": (3, (0.1, 0.9, 1e-8)),
    "adam_step": (4, (3, 0.1, 0.9, 0.99, 1e-8)),
}
each_step = pytest.mark.parametrize("name", STEPS)


@each_step
@given(st.lists(st.integers(0, 4), max_size=3), floats, st.integers(0, 2**32 - 1))
def test_steps_equal_plain_numpy(name, shape, dtype, seed):
    count, numbers = STEPS[name]
    w, g, *memory = (np.asarray(random(*shape, dtype=dtype, seed=seed + i)) for i in range(count))
    if name != "momentum_step":
        memory[-1 if name != "delta_bar_delta_step" else 0] **= 2
    results = (getattr(module, name)(w, g, *memory, *numbers) for module in (fast, plain))
    for found, expected in zip(*results, strict=True):
        close(found, expected)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["SGD", "Adagrad", "RMSprop", "Adam"])
def test_five_steps_equal_pytorch(name, dtype):
    torch = pytest.importorskip("torch")
    w = random(3, 4, dtype=dtype)
    numbers, options, memory = {
        "SGD": ((0.1, 0.8), {"momentum": 0.8}, 1),
        "Adagrad": ((0.1, 1e-3), {"eps": 1e-3}, 1),
        "RMSprop": ((0.1, 0.7, 1e-3), {"alpha": 0.7, "eps": 1e-3}, 1),
        "Adam": ((0.1, 0.8, 0.9, 1e-3), {"betas": (0.8, 0.9), "eps": 1e-3}, 2),
    }[name]
    step = getattr(fast, {"SGD": "momentum"}.get(name, name.lower()) + "_step")
    tensor = torch.tensor(w)
    optimizer = getattr(torch.optim, name)([tensor], lr=0.1, **options)
    state = [np.zeros_like(w) for _ in range(memory)]
    for t in range(1, 6):
        g = random(3, 4, dtype=dtype, seed=t)
        g[0] = 0
        tensor.grad = torch.tensor(g)
        optimizer.step()
        w, *state = step(w, g, *state, *((t,) if name == "Adam" else ()), *numbers)
        close(w, tensor.numpy())


def test_steps_worked_by_hand():
    one = np.array([1.0])
    assert [a.item() for a in momentum_step(one, 2 * one, 3 * one, 0.5, 0.5)] == [1.5, 0.5]
    assert [a.item() for a in adagrad_step(one, 3 * one, 16 * one, 0.5, 1.0)] == [0.75, 25]
    assert [a.item() for a in rmsprop_step(one, 3 * one, one, 0.9, 0.5, 1e-9)] == [
        pytest.approx(1 - 2.7 / math.sqrt(5)),
        5,
    ]
    w, m, v = adam_step(one, 2 * one, 0 * one, 0 * one, 1, 0.1, 0.9, 0.99, 1e-9)
    assert w == pytest.approx(0.9) and m == pytest.approx(0.2) and v == pytest.approx(0.04)


@pytest.mark.parametrize("module", [fast, plain], ids=["npfl", "plain"])
def test_delta_bar_delta_worked_by_hand(module):
    w, g = np.array([1.0, 1, 1, 1, 1]), np.array([2.0, 2, -2, 2, 0])
    average = np.array([0.5, -0.5, -0.5, 0, 1])
    w, rates, average = module.delta_bar_delta_step(w, g, np.full(5, 0.5), average, 0.1, 0.5, 0.75)
    np.testing.assert_allclose(rates, [0.6, 0.25, 0.6, 0.5, 0.5])
    np.testing.assert_allclose(w, [-0.2, 0.5, 2.2, 0, 1])
    np.testing.assert_allclose(average, [0.875, 0.125, -0.875, 0.5, 0.75])


@pytest.mark.parametrize(
    ("step", "memory", "numbers"),
    [
        (momentum_step, 1, (0.02, 0.9)),
        (adagrad_step, 1, (1.0, 1e-8)),
        (rmsprop_step, 1, (0.01, 0.9, 1e-8)),
        (delta_bar_delta_step, 2, (0.001, 0.3, 0.7)),
    ],
)
def test_steps_descend_a_narrow_valley(step, memory, numbers):
    curvature, w = np.array([1.0, 30.0]), np.array([1.0, 1.0])
    state = [np.zeros(2) for _ in range(memory)]
    for _ in range(500):
        w, *state = step(w, curvature * w, *state, *numbers)
    assert curvature @ w**2 / 2 < 0.01


@each_step
def test_arrays_in_and_out(name):
    count, numbers = STEPS[name]
    numbers = [n if isinstance(n, int) else np.float64(n) for n in numbers]
    keeps_the_rules(
        lambda *a: getattr(fast, name)(*a, *numbers), *(random(3, 4, seed=i) for i in range(count))
    )


ONE, TWO = np.ones(3), np.ones(2)
WRONG = [
    # what is called, the argument's name, what was expected, what came
    (lambda: momentum_step(ONE, TWO, ONE, 1, 0), "g", "shape (3,) (that of w)", "(2,)"),
    (lambda: momentum_step(ONE, ONE, TWO, 1, 0), "v", "shape (3,) (that of w)", "(2,)"),
    (lambda: momentum_step(ONE, ONE, ONE, -1, 0), "lr", "a number >= 0", "-1"),
    (lambda: momentum_step(ONE, ONE, ONE, 1, 1.1), "momentum", "in [0, 1]", "1.1"),
    (lambda: delta_bar_delta_step(ONE, ONE, -ONE, ONE, 1, 0, 0), "rates", "below 0", "-1.0"),
    (lambda: delta_bar_delta_step(ONE, ONE, ONE, ONE, -1, 0, 0), "kappa", ">= 0", "-1"),
    (lambda: delta_bar_delta_step(ONE, ONE, ONE, ONE, 1, 2, 0), "phi", "in [0, 1]", "2"),
    (lambda: delta_bar_delta_step(ONE, ONE, ONE, ONE, 1, 0, 2), "theta", "in [0, 1]", "2"),
    (lambda: adagrad_step(ONE, ONE, -ONE, 1, 1), "s", "no element below 0", "-1.0"),
    (lambda: adagrad_step(ONE, ONE, ONE, 1, 0), "eps", "a number > 0", "0"),
    (lambda: rmsprop_step(ONE, ONE, -ONE, 1, 0, 1), "s", "no element below 0", "-1.0"),
    (lambda: rmsprop_step(ONE, ONE, ONE, 1, 2, 1), "rho", "in [0, 1]", "2"),
    (lambda: adam_step(ONE, ONE, ONE, -ONE, 1, 1, 0, 0, 1), "v", "below 0", "-1.0"),
    (lambda: adam_step(ONE, ONE, ONE, ONE, 0, 1, 0, 0, 1), "t", "an integer >= 1", "0"),
    (lambda: adam_step(ONE, ONE, ONE, ONE, 1, 1, 1, 0, 1), "beta1", "in [0, 1)", "1"),
    (lambda: adam_step(ONE, ONE, ONE, ONE, 1, 1, 0, 1.0, 1), "beta2", "in [0, 1)", "1.0"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=[f"{w[1]}: {w[3]}" for w in WRONG])
def test_errors(wrong):
    says(*wrong)
