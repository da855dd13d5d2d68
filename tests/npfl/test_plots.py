"""What the figures of lectures share. What they look like is judged by eye."""

import base64

import matplotlib.pyplot as plt
import numpy as np
import pytest

from npfl import plots


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr(plots, "display", lambda data, **_: bundles.append(data))
    return bundles


@pytest.mark.parametrize("shape", [(3, 2, 4), (4, 2, 2, 3), (1, 1, 1)])
def test_mosaic_joins_images_row_by_row(shape):
    images = np.random.default_rng(0).random(shape)
    whole = plots.mosaic(images, 2, gap=-1)
    rows, H, W = -(-shape[0] // 2), shape[1], shape[2]
    assert whole.shape == (rows * (H + 1) - 1, 2 * (W + 1) - 1, *shape[3:])
    rest = np.full(whole.shape, True)
    for n in range(shape[0]):
        place = np.s_[
            n // 2 * (H + 1) : n // 2 * (H + 1) + H, n % 2 * (W + 1) : n % 2 * (W + 1) + W
        ]
        np.testing.assert_array_equal(whole[place], images[n])
        rest[place] = False
    assert (whole[rest] == -1).all()


def test_band_spans_all_runs():
    runs = np.array([[1.0, 5, 3], [2, 4, 9], [3, 0, 4]])
    figure, ax = plt.subplots()
    plots.band(ax, [0, 1, 2], runs, "three runs", color="black")
    (line,), (area,) = ax.lines, ax.collections
    np.testing.assert_array_equal(line.get_ydata(), [2, 4, 4])
    corners = area.get_paths()[0].vertices
    for x in range(3):
        y = corners[corners[:, 0] == x, 1]
        assert (y.min(), y.max()) == (runs[:, x].min(), runs[:, x].max())
    assert line.get_label() == "three runs" and line.get_color() == "black"
    plt.close(figure)


def test_a_figure_is_shown_with_its_text(shown):
    figure, ax = plt.subplots()
    ax.plot([0, 1])
    plots.show(figure, 'a line with "quotes" & <tags>')
    (bundle,) = shown
    assert 'alt="a line with &quot;quotes&quot; &amp; &lt;tags&gt;"' in bundle["text/html"]
    assert bundle["text/plain"] == 'a line with "quotes" & <tags>'
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert not plt.get_fignums()


def test_sliders_redraw(monkeypatch):
    found = []
    monkeypatch.setattr(plots, "display", found.append)
    drawn = []

    def draw(size=2, kind="b"):
        drawn.append((size, kind))
        figure, ax = plt.subplots()
        ax.plot([0, size])
        return figure, f"size {size} of <{kind}>"

    plots.play(draw, size=(1, 9), kind=["a", "b"])
    (box,) = found
    size, kind, picture = box.children
    assert drawn == [(2, "b")] and 'alt="size 2 of &lt;b&gt;"' in picture.value
    size.value, before = 5, picture.value
    kind.value = "a"
    assert drawn[1:] == [(5, "b"), (5, "a")] and picture.value != before
    assert (size.min, size.max, size.description) == (1, 9, "size") and not plt.get_fignums()


def test_an_animation_keeps_a_still_picture(shown):
    figures = []
    for k in range(3):
        figure, ax = plt.subplots()
        ax.plot([k, 1])
        figures.append(figure)
    plots.animation(figures, "three lines, one after another", still=2)
    (bundle,) = shown
    page = bundle["text/html"]
    assert page.count("data:image/png") == 4 and 'max="2" value="2"' in page
    assert f'<img src="data:image/png;base64,{bundle["image/png"]}"' in page
    assert bundle["text/plain"] == "three lines, one after another" and not plt.get_fignums()


def test_lines_differ_without_color():
    plots.use_style()
    styles = [str(p["linestyle"]) for p in plt.rcParams["axes.prop_cycle"]]
    assert len(set(styles)) == len(styles) >= 5
    plt.rcdefaults()
