"""Data sets, with the real loading code on a stand-in for openml.org, and augmentation."""

import gzip
import hashlib
import http.server
import json
import threading
from urllib.error import URLError
from urllib.request import Request, urlopen

import numpy as np
import pytest
import scipy.ndimage
import sklearn.datasets
from oracles import close, random, says

from npfl import data


def rng(seed=0):
    return np.random.default_rng(seed)


# ---- data sets ----------------------------------------------------------------------------------


def test_digits_are_scikit_learns_and_split_fairly():
    d = data.digits(test=360)
    assert (d.x_train.shape, d.x_test.shape) == ((1437, 8, 8, 1), (360, 8, 8, 1))
    assert d.x_train.dtype == np.float32 and d.y_train.dtype == np.int64
    assert d.x_train.min() == 0 and d.x_train.max() == 1
    counts = np.bincount(d.y_test, minlength=10)
    assert counts.min() >= 34 and counts.max() <= 37

    def rows(x, y):
        return sorted(map(tuple, np.column_stack([x.reshape(len(x), 64) * 16, y]).astype(int)))

    x, y = sklearn.datasets.load_digits(return_X_y=True)
    x = x / 16
    found = rows(np.concatenate([d.x_train, d.x_test]), np.concatenate([d.y_train, d.y_test]))
    assert found == rows(x, y)


def test_the_seed_chooses_the_split():
    first, again, other = data.digits(), data.digits(), data.digits(seed=1)
    np.testing.assert_array_equal(first.x_test, again.x_test)
    assert (first.x_test != other.x_test).any()


def areas(pixels, axis, size):
    """Means of equal parts, from the integral up to each edge."""
    n = pixels.shape[axis]
    integral = np.insert(np.cumsum(pixels, axis, float), 0, 0, axis)
    edges = np.linspace(0, n, size + 1)

    def means(row):
        return np.diff(np.interp(edges, np.arange(n + 1), row)) * size / n

    return np.apply_along_axis(means, axis, integral)


@pytest.mark.parametrize("name", ["china", "flower"])
def test_photographs_are_cut_to_a_square_and_averaged(name):
    whole = data.photograph(name)
    assert whole.shape == (427, 640, 3) and whole.dtype == np.float32
    assert 0 <= whole.min() < 0.1 and 0.9 < whole.max() <= 1
    square = whole[:, 106:533]
    for size in (61, 64, 427):
        found = data.photograph(name, size)
        assert found.shape == (size, size, 3) and found.dtype == np.float32
        np.testing.assert_allclose(found, areas(areas(square, 0, size), 1, size), atol=1e-5)
    gray = data.photograph(name, 64, gray=True)
    np.testing.assert_allclose(gray, data.photograph(name, 64).mean(2, keepdims=True), atol=1e-5)


def test_photographs_say_what_there_is():
    says(lambda: data.photograph("cat"), "name", '"china"', "'cat'")
    says(lambda: data.photograph("china", 428), "size", "at most 427", "428")
    says(lambda: data.photograph("china", 0), "size", ">= 1", "0")


def arff(x, y):
    columns = [f"@ATTRIBUTE p{i} REAL" for i in range(x.shape[1])]
    rows = [",".join(map(str, [*row, label])) for row, label in zip(x, y, strict=True)]
    classes = "@ATTRIBUTE class {" + ",".join(map(str, range(10))) + "}"
    return "\n".join(["@RELATION images", *columns, classes, "@DATA", *rows, ""])


@pytest.fixture
def openml(tmp_path, monkeypatch):
    """A server that answers as openml.org does, with 12 images, and an empty data folder."""
    x = rng().integers(0, 256, (12, 3 * 4 * 5))
    y = np.arange(12) % 10
    features = [{"name": f"p{i}", "data_type": "numeric", "index": str(i)} for i in range(60)]
    features.append({"name": "class", "data_type": "nominal", "index": "60", "is_target": "true"})
    for feature in features:
        feature |= {"is_ignore": "false", "is_row_identifier": "false"}
        feature["number_of_missing_values"] = "0"
        feature.setdefault("is_target", "false")
    found = {"did": 7, "name": "TINY", "version": 1, "status": "active", "format": "ARFF"}
    described = found | {"id": "7", "file_id": "9", "default_target_attribute": "class"}
    described["md5_checksum"] = hashlib.md5(arff(x, y).encode()).hexdigest()
    described["url"] = "https://www.openml.org/data/v1/download/9/TINY.arff"
    answers = {
        "/api/v1/json/data/list/data_name/tiny/limit/2/data_version/1": {
            "data": {"dataset": [found]}
        },
        "/api/v1/json/data/7": {"data_set_description": described},
        "/api/v1/json/data/features/7": {"data_features": {"feature": features}},
        "/api/v1/json/data/qualities/7": {
            "data_qualities": {"quality": [{"name": "NumberOfInstances", "value": "12.0"}]}
        },
    }
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if self.path in answers:
                body = json.dumps(answers[self.path]).encode()
            elif "/download/" in self.path or "/file/" in self.path:
                body = arff(x, y).encode()
            else:
                self.send_error(412)
                return
            self.send_response(200)
            if self.headers.get("Accept-encoding") == "gzip":
                body = gzip.compress(body)
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/"

        def local(request, **options):
            url = request.full_url.replace("https://www.openml.org/", address)
            return urlopen(Request(url, headers=dict(request.header_items())), **options)

        monkeypatch.setattr("sklearn.datasets._openml.urlopen", local)
        monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
        yield x, y, asked
        server.shutdown()


def test_what_is_fetched_is_kept(openml, tmp_path):
    x, y, asked = openml
    d = data._openml("TINY", 9, (3, 4, 5))
    assert (d.x_train.shape, d.x_test.shape) == ((9, 4, 5, 3), (3, 4, 5, 3))
    assert (d.x_train.dtype, d.y_train.dtype) == (np.float32, np.int64)
    both = np.concatenate([d.x_train, d.x_test])
    for n, i, j, c in np.ndindex(both.shape):  # openml keeps one channel after the other
        assert both[n, i, j, c] == np.float32(x[n, c * 20 + i * 5 + j]) / np.float32(255)
    np.testing.assert_array_equal(np.concatenate([d.y_train, d.y_test]), y)

    assert asked
    asked.clear()
    again = data._openml("TINY", 9, (3, 4, 5))
    np.testing.assert_array_equal(again.x_test, d.x_test)
    assert not asked and not list(tmp_path.glob("*.part*"))


def test_the_data_sets_ask_for_what_openml_has(monkeypatch):
    asked = []
    monkeypatch.setattr(data, "_openml", lambda *arguments: asked.append(arguments))
    data.mnist(), data.fashion_mnist(), data.cifar10()
    assert asked == [
        ("mnist_784", 60_000, (1, 28, 28)),
        ("Fashion-MNIST", 60_000, (1, 28, 28)),
        ("CIFAR_10", 50_000, (3, 32, 32)),
    ]


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")  # scikit-learn retries
def test_without_a_network_the_error_says_what_to_do(monkeypatch, tmp_path):
    def unreachable(*_, **__):
        raise URLError("no network")

    monkeypatch.setattr("sklearn.datasets._openml.urlopen", unreachable)
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    with pytest.raises(OSError, match=r"^mnist_784: could not be fetched .* use data\.digits\(\)$"):
        data.mnist()
    assert not list(tmp_path.glob("npfl*"))


# ---- augmentation -------------------------------------------------------------------------------


def test_shift_moves_down_and_right():
    x = random(5, 6, 7, 2, dtype=np.float32)
    dy, dx = np.array([0, 2, -1, 6, -9]), np.array([1, -3, 0, 0, 2])
    moved = data.shift(x, dy, dx)
    for n in range(5):
        expected = scipy.ndimage.shift(x[n], (dy[n], dx[n], 0), order=0, cval=0)
        close(moved[n], expected)
    close(data.shift(x, 1, -1), data.shift(x, np.ones(5, int), -np.ones(5, int)))


def test_random_shift_takes_all_shifts_and_no_other():
    x = np.zeros((2000, 7, 7, 1), np.float32)
    x[:, 3, 3] = 1
    at = np.argwhere(data.random_shift(x, 2, rng())[..., 0])
    assert len(at) == 2000
    counts = np.zeros((7, 7), int)
    np.add.at(counts, (at[:, 1], at[:, 2]), 1)
    inside = counts[1:6, 1:6]
    assert inside.sum() == 2000 and inside.min() > 40  # 80 expected


def test_random_crops_are_windows_of_their_own_image():
    x = random(300, 6, 5, 2)
    crops = data.random_crop(x, 4, rng())
    corners = [
        next((i, j) for i in range(3) for j in range(2) if (a[i : i + 4, j : j + 4] == c).all())
        for a, c in zip(x, crops, strict=True)
    ]
    assert set(corners) == {(i, j) for i in range(3) for j in range(2)}
    says(lambda: data.random_crop(x, 6, rng()), "size", "at most 5", "6")


def test_random_flip_mirrors_half_of_the_images():
    x = random(1000, 2, 3, 1)
    flipped = data.random_flip(x, rng())
    mirrored = (flipped == x[:, :, ::-1]).all((1, 2, 3))
    assert 420 < mirrored.sum() < 580
    np.testing.assert_array_equal(flipped[~mirrored], x[~mirrored])


def test_random_color_moves_along_the_principal_components():
    x = rng().random((200, 6, 6, 3)).astype(np.float32) @ np.array(
        [[0.9, 0.1, 0], [0.2, 0.5, 0.1], [0.3, 0.3, 0.2]], np.float32
    )
    change = data.random_color(x, 0.1, rng(1)) - x
    assert change.dtype == np.float32
    np.testing.assert_allclose(change, change[:, :1, :1] + np.zeros((1, 6, 6, 1)), atol=1e-6)

    colors = x.reshape(-1, 3).astype(float)
    colors -= colors.mean(0)
    _, singular, components = np.linalg.svd(colors, full_matrices=False)
    variances = singular**2 / (len(colors) - 1)
    amounts = change[:, 0, 0] @ components.T / variances  # a_k of each image
    np.testing.assert_allclose(amounts.std(0), 0.1, rtol=0.25)
    np.testing.assert_allclose(amounts.mean(0), 0, atol=0.03)
    assert np.abs(np.corrcoef(amounts.T) - np.eye(3)).max() < 0.3


def test_ten_crop_takes_corners_center_and_their_mirror_images():
    x = random(2, 7, 6, 1)
    crops = data.ten_crop(x, 4)
    assert crops.shape == (10, 2, 4, 4, 1)
    expected = [x[:, :4, :4], x[:, :4, 2:], x[:, 3:, :4], x[:, 3:, 2:], x[:, 1:5, 1:5]]
    for k in range(5):
        close(crops[k], expected[k])
        close(crops[k + 5], expected[k][:, :, ::-1])
    says(lambda: data.ten_crop(x, 7), "size", "at most 6", "7")
