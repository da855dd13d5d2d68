"""Wrong solutions of max_pool2d and avg_pool2d that are not in the catalogue."""

import numpy as np
from solutions.pooling_right import windows
from solutions.pooling_wrong_windows import both
from solutions.registry import OUTSIDE


@both(OUTSIDE)
def returns_nothing(reduce, x, size, stride):
    y = reduce(windows(x, size, stride), axis=(4, 5))
    y.sum()


@both(OUTSIDE)
def returns_text(reduce, x, size, stride):
    return str(reduce(windows(x, size, stride), axis=(4, 5)))


@both(OUTSIDE)
def only_prints(reduce, x, size, stride):
    print(reduce(windows(x, size, stride), axis=(4, 5)))


@both(OUTSIDE)
def yields_rows(reduce, x, size, stride):
    for row in np.moveaxis(windows(x, size, stride), 1, 0):
        yield reduce(row, axis=(3, 4))


@both(OUTSIDE)
def with_the_cache(reduce, x, size, stride):
    return reduce(windows(x, size, stride), axis=(4, 5)), (x, size, stride)


@both(OUTSIDE)
def batch_axis_lost(reduce, x, size, stride):
    return reduce(windows(x, size, stride), axis=(4, 5))[0]


@both(OUTSIDE)
def window_axes_kept(reduce, x, size, stride):
    return reduce(windows(x, size, stride), axis=(4, 5), keepdims=True)


_results = {}


@both(OUTSIDE)
def remembers_by_shape(reduce, x, size, stride):
    key = reduce, x.shape, size, stride
    if key not in _results:
        _results[key] = np.array(reduce(windows(x, size, stride), axis=(4, 5)))
    return _results[key]


_buffers = {}


@both(OUTSIDE)
def one_buffer_for_all_calls(reduce, x, size, stride):
    y = reduce(windows(x, size, stride), axis=(4, 5))
    buffer = _buffers.setdefault((reduce, y.shape), np.zeros(y.shape))
    buffer[...] = y
    return buffer


@both(OUTSIDE)
def index_error(reduce, x, size, stride):
    raise IndexError(x.shape)


@both(OUTSIDE)
def exits(reduce, x, size, stride):
    raise SystemExit("please run the first cell")


@both(OUTSIDE)
def nothing_but_nan(reduce, x, size, stride):
    return reduce(windows(x, size, stride), axis=(4, 5)) * np.nan


@both(OUTSIDE)
def float16_inside(reduce, x, size, stride):
    return reduce(windows(x.astype(np.float16), size, stride), axis=(4, 5)).astype(float)


@both(OUTSIDE)
def complex_result(reduce, x, size, stride):
    return reduce(windows(x, size, stride), axis=(4, 5)).astype(complex)
