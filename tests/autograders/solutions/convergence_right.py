"""Right solutions of the initializers and of clipping, in as many styles as we know."""

import functools
import itertools
import math
import operator

import numpy as np
from solutions.registry import right


def fans(shape):
    """Inputs and outputs of one unit; a kernel's window counts for both."""
    window = math.prod(shape[:-2])
    return window * shape[-2], window * shape[-1]


@right("glorot_uniform")
def uniform_of_limits(shape, rng):
    fan_in, fan_out = fans(shape)
    limit = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, size=shape)


@right("glorot_uniform")
def random_scaled(shape, rng):
    *window, inputs, outputs = shape
    area = np.prod(window, dtype=int)
    a = math.sqrt(6.0 / (area * (inputs + outputs)))
    return (2 * rng.random(shape) - 1) * a


@right("glorot_uniform")
def dense_or_kernel(shape, rng):
    if len(shape) == 2:
        m, n = shape
    else:
        kh, kw, c, f = shape
        m, n = kh * kw * c, kh * kw * f
    r = 6**0.5 / (m + n) ** 0.5
    return rng.uniform(low=-r, high=r, size=shape).astype(np.float64)


@right("glorot_uniform")
def from_the_variance(shape, rng):
    fan_in = functools.reduce(operator.mul, shape[:-1], 1)
    fan_out = fan_in // shape[-2] * shape[-1]
    std = np.sqrt(2 / (fan_in + fan_out))
    return std * math.sqrt(12) * (rng.random(size=shape) - 0.5)


@right("glorot_uniform")
def one_number_at_a_time(shape, rng):
    fan_in, fan_out = fans(shape)
    limit = (6 / (fan_in + fan_out)) ** 0.5
    w = np.empty(shape)
    for index in itertools.product(*map(range, shape)):
        w[index] = rng.uniform(-limit, limit)
    return w


@right("glorot_uniform")
def beta_reversed_axes(shape, rng):
    limit = np.sqrt(6 / np.sum(fans(shape)))
    return (rng.beta(1, 1, size=shape[::-1]) * 2 * limit - limit).T


@right("glorot_uniform")
def random_sign(shape, rng):
    limit = math.sqrt(6 / sum(fans(shape)))
    print("limit:", limit)
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0, limit, shape)


@right("glorot_uniform")
def arcsine_of_angles(shape, rng):
    """A uniform number is the angle of a random direction."""
    x, y = rng.standard_normal((2, *shape))
    return np.arctan2(y, x) / np.pi * np.sqrt(6 / (fans(shape)[0] + fans(shape)[1]))


class _Initializer:
    def __init__(self, draw):
        self.draw = draw

    def __call__(self, shape, rng):
        return self.draw(rng, *fans(tuple(shape)), shape)


right("glorot_uniform", "class")(
    _Initializer(lambda rng, m, n, shape: rng.uniform(-1, 1, shape) * (6 / (m + n)) ** 0.5)
)
right("he_normal", "class")(
    _Initializer(lambda rng, m, n, shape: rng.standard_normal(shape) / math.sqrt(m / 2))
)


@right("he_normal")
def normal_of_scale(shape, rng):
    fan_in = math.prod(shape[:-1])
    return rng.normal(0.0, np.sqrt(2 / fan_in), size=shape)


@right("he_normal")
def standard_normal_scaled(shape, rng):
    fan_in = shape[0] * shape[1] * shape[2] if len(shape) == 4 else shape[0]
    return rng.standard_normal(shape) * np.sqrt(2.0 / fan_in)


@right("he_normal")
def box_muller(shape, rng):
    u, v = 1 - rng.random(shape), rng.random(shape)
    z = np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v)
    return z * math.sqrt(2) / math.sqrt(np.prod(shape[:-1]))


@right("he_normal")
def units_one_by_one(shape, rng):
    fan_in = int(np.prod(shape[:-1]))
    columns = [rng.normal(scale=(2 / fan_in) ** 0.5, size=fan_in) for _ in range(shape[-1])]
    return np.stack(columns, axis=-1).reshape(shape)


@right("he_normal")
def reversed_shape(shape, rng):
    fan_in = np.multiply.reduce(shape[:-1])
    w = rng.normal(size=tuple(reversed(shape)))
    return np.transpose(w) * (2 / fan_in) ** 0.5  # a view in Fortran order


@right("he_normal")
def out_argument(shape, rng):
    w = np.zeros(shape)
    rng.standard_normal(out=w)
    w *= (2 / (w.size / shape[-1])) ** 0.5
    return w


@right("he_normal")
def multivariate(shape, rng):
    fan_in = math.prod(shape) // shape[-1]
    w = rng.multivariate_normal(np.zeros(1), [[2 / fan_in]], size=math.prod(shape))
    return w.reshape(shape)


def _normal(gain, shape, rng):
    return rng.normal(0, math.sqrt(gain / fans(shape)[0]), shape)


right("he_normal", "partial")(functools.partial(_normal, 2.0))


@right("clip_by_norm")
def if_larger(g, c):
    norm = np.linalg.norm(g)
    if norm > c:
        return g * (c / float(norm))
    return g


@right("clip_by_norm")
def root_of_the_sum(g, c):
    norm = math.sqrt(np.sum(np.square(g, dtype=np.float64)))
    return g.copy() if norm <= c else c * g / norm


@right("clip_by_norm")
def divided_by_the_maximum(g, c):
    return g / max(1.0, float(np.sqrt((g * g).sum())) / c)


@right("clip_by_norm")
def smaller_scale(g, c):
    norm = float(np.sqrt(np.vdot(g, g)))
    return g * min(1, c / norm) if norm else g


@right("clip_by_norm")
def loop_over_all(g, c):
    total = 0.0
    for value in g.flat:
        total += float(value) ** 2
    scale = c / total**0.5 if total > c**2 else 1
    return np.array([scale * v for v in g.ravel()], dtype=float).reshape(g.shape)


@right("clip_by_norm")
def tiny_in_the_denominator(g, c):
    norm = np.sqrt(np.einsum("i,i->", g.ravel(), g.ravel(), dtype=float))
    return np.where(norm > c, g * c / max(norm, 1e-300), g)


@right("clip_by_norm")
def hypot_of_all(g, c):
    norm = math.hypot(*g.reshape(-1).tolist())
    result = np.array(g, dtype=np.float64, order="F")
    if norm > c:
        result /= norm
        result *= c
    return result


@right("clip_by_norm")
def as_one_tensor(g, c):
    return clipped_list([g], c)[0]


right("clip_by_norm", "partial")(functools.partial(lambda f, g, c: f(g, c), if_larger))


@right("clip_by_global_norm")
def clipped_list(gs, c):
    norm = math.sqrt(sum(float(np.sum(np.square(g, dtype=float))) for g in gs))
    if norm <= c:
        return list(gs)
    return [g * (c / norm) for g in gs]


@right("clip_by_global_norm")
def norm_of_norms(gs, c):
    norm = np.linalg.norm([np.linalg.norm(g) for g in gs])
    scale = min(1.0, c / max(float(norm), 1e-300))
    return [scale * g for g in gs]


@right("clip_by_global_norm")
def flattened_together(gs, c):
    flat = np.concatenate([np.ravel(g) for g in gs]).astype(float)
    norm = np.sqrt(flat @ flat)
    if norm > c:
        flat *= c / norm
    ends = np.cumsum([g.size for g in gs])[:-1]
    return [p.reshape(g.shape) for p, g in zip(np.split(flat, ends), gs, strict=True)]


@right("clip_by_global_norm")
def divided_by_at_least_one(gs, c):
    total = 0
    for g in gs:
        for value in np.nditer(g):
            total += float(value) ** 2
    divisor = max(total**0.5 / c, 1.0)
    out = []
    for g in gs:
        out.append(g / divisor)
    return out


@right("clip_by_global_norm")
def recursive_sum(gs, c):
    def squares(rest):
        return 0.0 if not rest else float((1.0 * rest[0] ** 2).sum()) + squares(rest[1:])

    norm = squares(list(gs)) ** 0.5
    return [g if norm <= c else g / norm * c for g in gs]


@right("clip_by_global_norm")
def accumulated_hypot(gs, c):
    *_, norm = itertools.accumulate((float(np.linalg.norm(g)) for g in gs), math.hypot)
    return list(map(lambda g: g * (c / norm if norm > c else 1.0), gs))


@right("clip_by_global_norm")
def by_the_single_one(gs, c):
    norms = np.array([np.linalg.norm(g) for g in gs])
    whole = float(np.sqrt((norms**2).sum()))
    print("global norm", whole)
    if whole <= c:
        return gs
    return [if_larger(g, c * float(n) / whole) for g, n in zip(gs, norms, strict=True)]


@right("clip_by_global_norm")
def copies_scaled_in_place(gs, c):
    out = [np.array(g, dtype=float) for g in gs]
    norm = math.fsum(float(v) ** 2 for g in out for v in g.flat) ** 0.5
    for g in out:
        g *= c / norm if norm > c else 1
    return out
