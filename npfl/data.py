"""Images to learn from, and augmentation.

Digits and photographs come with scikit-learn; MNIST, Fashion-MNIST and CIFAR-10 are fetched once
from openml.org and kept in scikit-learn's data folder (`sklearn.datasets.get_data_home()`). All
images are float32 in [0, 1] of shape (N, H, W, C), all labels int64. scikit-learn is part of the
extra "lectures": pip install "npfl[lectures]".
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from npfl import arguments


class Split(NamedTuple):
    """Images and labels to train on, and others to test with."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


# ---- data sets ----------------------------------------------------------------------------------


def digits(test: int = 360, seed: int = 0) -> Split:
    """The 1797 handwritten digits of scikit-learn, (N, 8, 8, 1).

    Parameters
    ----------
    test : int
        How many are held out; each digit has its share.
    seed : int
        Of the split.
    """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    x, y = load_digits(return_X_y=True)
    x = (x / 16).astype(np.float32).reshape(-1, 8, 8, 1)
    x_train, x_test, y_train, y_test = train_test_split(
        x, y, test_size=test, stratify=y, random_state=seed
    )
    return Split(x_train, y_train.astype(np.int64), x_test, y_test.astype(np.int64))


def photograph(name: str, size: int | None = None, gray: bool = False) -> np.ndarray:
    """A photograph that comes with scikit-learn.

    Parameters
    ----------
    name : "china" or "flower"
    size : int, optional
        Cut out the largest square in the middle, and average it down to size x size.
    gray : bool
        The mean of the colors, one channel.

    Returns
    -------
    (H, W, 3) or (H, W, 1) array
        427 x 640 where no size is given.
    """
    from sklearn.datasets import load_sample_image

    if name not in ("china", "flower"):
        raise ValueError(f'name: expected "china" or "flower", got {name!r}')
    pixels = load_sample_image(f"{name}.jpg").astype(np.float32) / 255
    if gray:
        pixels = pixels.mean(axis=2, keepdims=True)
    if size is None:
        return pixels
    side = min(pixels.shape[:2])
    _check_size(size, side)
    top, left = (pixels.shape[0] - side) // 2, (pixels.shape[1] - side) // 2
    means = _means(side, size)
    square = pixels[top : top + side, left : left + side]
    return np.einsum("ih,hwc,jw->ijc", means, square, means, optimize=True)


def _check_size(size: int, most: int) -> None:
    if arguments.integer(size, "size", 1) > most:
        raise ValueError(f"size: expected at most {most}, got {size}")


def _means(n: int, size: int) -> np.ndarray:
    """The (size, n) matrix that averages n values to `size` equal parts."""
    edges = np.arange(size + 1) * n / size
    ends = np.arange(1, n + 1)
    shares = np.minimum(ends, edges[1:, None]) - np.maximum(ends - 1, edges[:-1, None])
    return (shares.clip(0) * size / n).astype(np.float32)


def mnist() -> Split:
    """Handwritten digits: 60,000 and 10,000 of (28, 28, 1). LeCun, Cortes and Burges."""
    return _openml("mnist_784", 60_000, (1, 28, 28))


def fashion_mnist() -> Split:
    """Articles of clothing: 60,000 and 10,000 of (28, 28, 1). Xiao, Rasul and Vollgraf (2017)."""
    return _openml("Fashion-MNIST", 60_000, (1, 28, 28))


def cifar10() -> Split:
    """Objects in color: 50,000 and 10,000 of (32, 32, 3). Krizhevsky (2009)."""
    return _openml("CIFAR_10", 50_000, (3, 32, 32))


def _openml(name: str, train: int, shape: tuple[int, int, int]) -> Split:
    """Fetch, or load what was fetched before; the first `train` images are to train on."""
    from sklearn.datasets import fetch_openml, get_data_home

    kept = Path(get_data_home()) / f"npfl-{name}.npz"
    if not kept.exists():
        try:
            # All columns are bytes: less memory, and scikit-learn 1.9 fails on the labels'
            # category when pandas 3.1 reads it (scikit-learn's pull request 34902).
            x, y = fetch_openml(
                name,
                version=1,
                as_frame=False,
                return_X_y=True,
                parser="pandas",
                read_csv_kwargs={"dtype": np.uint8},
            )
        except OSError as error:
            raise OSError(
                f"{name}: could not be fetched from openml.org ({error}). It needs a network the "
                f"first time, and is then kept in {kept.parent}; without one, use data.digits()"
            ) from error
        part = kept.with_suffix(".part.npz")
        np.savez_compressed(part, x=x, y=y.astype(np.int64))
        part.replace(kept)  # whole or not at all
    with np.load(kept) as arrays:
        x, y = arrays["x"], arrays["y"]
    x = np.moveaxis(x.reshape(-1, *shape), 1, 3).astype(np.float32) / np.float32(255)
    return Split(x[:train], y[:train], x[train:], y[train:])


# ---- augmentation -------------------------------------------------------------------------------


def shift(x: np.ndarray, dy: np.ndarray | int, dx: np.ndarray | int) -> np.ndarray:
    """Move images down by dy and right by dx pixels; what is uncovered is 0.

    Parameters
    ----------
    x : (N, H, W, C) array
    dy, dx : int or (N,) array of ints
        Negative ones move up and left.
    """
    N, H, W = x.shape[:3]
    dy, dx = np.broadcast_to(dy, N), np.broadcast_to(dx, N)
    rows = np.arange(H) - dy[:, None]
    columns = np.arange(W) - dx[:, None]
    inside = ((rows >= 0) & (rows < H))[:, :, None] & ((columns >= 0) & (columns < W))[:, None]
    moved = x[np.arange(N)[:, None, None], rows[:, :, None] % H, columns[:, None] % W]
    return moved * inside[..., None]


def random_shift(x: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    """Move each image by up to `most` pixels in both directions, see `shift`."""
    dy, dx = rng.integers(-most, most, (2, len(x)), endpoint=True)
    return shift(x, dy, dx)


def random_crop(x: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Cut a window of size x size out of each image, wherever it fits.

    With `random_flip` this is AlexNet's first augmentation, 224 x 224 of 256 x 256.

    Parameters
    ----------
    x : (N, H, W, C) array
    size : int
    rng : numpy.random.Generator

    Returns
    -------
    (N, size, size, C) array
    """
    N, H, W = x.shape[:3]
    _check_size(size, min(H, W))
    top = rng.integers(0, H - size, N, endpoint=True)[:, None, None]
    left = rng.integers(0, W - size, N, endpoint=True)[:, None, None]
    i = np.arange(size)
    return x[np.arange(N)[:, None, None], top + i[:, None], left + i]


def random_flip(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mirror each image from left to right with probability 1/2."""
    flipped = rng.random(len(x)) < 0.5
    return np.where(flipped[:, None, None, None], x[:, :, ::-1], x)


def random_color(x: np.ndarray, sigma: float, rng: np.random.Generator) -> np.ndarray:
    """Change the colors of each image along the principal components of all pixels' colors.

    To each image, sum_k a_k lambda_k p_k is added with a_k from N(0, sigma^2), where p_k and
    lambda_k are eigenvectors and eigenvalues of the covariance of the colors in x; AlexNet's
    second augmentation, with sigma = 0.1: Krizhevsky, Sutskever and Hinton (2012), section 4.1.
    """
    values, vectors = np.linalg.eigh(np.cov(x.reshape(-1, x.shape[3]), rowvar=False))
    amounts = rng.normal(0, sigma, (len(x), len(values))) * values
    return (x + (amounts @ vectors.T)[:, None, None]).astype(x.dtype)


def ten_crop(x: np.ndarray, size: int) -> np.ndarray:
    """The four corners and the center of each image, and their mirror images, for inference.

    Krizhevsky, Sutskever and Hinton (2012), section 4.1: the network's ten predictions are
    averaged.

    Parameters
    ----------
    x : (N, H, W, C) array
    size : int

    Returns
    -------
    (10, N, size, size, C) array
    """
    H, W = x.shape[1:3]
    _check_size(size, min(H, W))
    bottom, right = H - size, W - size
    corners = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = np.stack([x[:, i : i + size, j : j + size] for i, j in corners])
    return np.concatenate([crops, crops[:, :, :, ::-1]])
