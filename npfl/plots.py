"""What the lectures' pictures share: one style, matrices with numbers, photographs, alt text.

Imported by name (`from npfl import plots`); `import npfl` alone does not load Matplotlib. Lines
differ in lightness and in dashes, so that a picture printed in gray says the same.
"""

import base64
import html
import inspect
import io
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

INK, FAINT, GRAY, PALE = "#1a1a1a", "#6e6e6e", "#8c8c8c", "#ececec"
BLUE, ORANGE, SKY, CREAM = "#0b5394", "#e69f00", "#56a8d8", "#fbe3b0"
DASHES = ("-", "--", ":", "-.", (0, (6, 1, 1, 1, 1, 1)))
PIXELS_PER_INCH = 80  # on the page; an 11-inch figure fills a slide


def use_style() -> None:
    """Large type, few lines, dark blue and light orange: to be read from the last row."""
    plt.rcParams.update(
        {
            "axes.edgecolor": INK,
            "axes.labelsize": 18,
            "axes.prop_cycle": plt.cycler(
                color=[BLUE, ORANGE, INK, GRAY, SKY], linestyle=list(DASHES)
            ),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlelocation": "left",
            "axes.titlesize": 18,
            "figure.constrained_layout.use": True,
            "figure.figsize": (11, 4),
            "font.size": 18,
            "image.cmap": "gray",
            "lines.linewidth": 3,
            "savefig.facecolor": "white",
            "xtick.labelsize": 16,
            "ytick.labelsize": 16,
        }
    )


def show(figure: Figure, alt: str) -> None:
    """Display a figure with the text that stands for it, and close it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : str
        What the picture shows, for who cannot see it: also the output where only text is shown.
    """
    width, png = _width(figure), _png(figure)
    _display(_page(png, width, alt), png, width, alt)


def board(columns: float, rows: float, cell: float = 0.6) -> tuple[Figure, Axes]:
    """Return an empty figure of rows and columns of square cells, `cell` inches wide."""
    figure = plt.figure(figsize=(columns * cell, rows * cell), layout="none")
    ax = figure.add_axes((0, 0, 1, 1), xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
    ax.axis("off")
    return figure, ax


def matrix(
    ax: Axes,
    values: np.ndarray | Sequence,
    at: tuple[float, float] = (1, 0.1),
    title: str = "",
    marked: Sequence[tuple[int, int, int, int]] = (),
    muted: np.ndarray | None = None,
    tinted: np.ndarray | None = None,
    blank: bool = True,
    size: float = 19,
) -> None:
    """Draw a matrix on a board, as a grid of cells with its entries, row 0 on top.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Of a `board`.
    values : (H, W) array
        Numbers or strings; NaN and "" are cells without an entry.
    at : (row, column)
        Where on the board the first cell is. The title takes the row above.
    title : str
    marked : sequence of (row, column, height, width)
        Windows to frame and tint, cut at the edge of the matrix.
    muted, tinted : (H, W) array of bool, optional
        Cells in gray (such as zero padding), and cells with a tint.
    blank : bool
        Draw cells that have no entry.
    size : float
        Size of the entries in points.
    """
    values = np.atleast_2d(np.asarray(values))
    rows, columns = values.shape
    fill = np.zeros(values.shape, bool) if tinted is None else np.array(tinted, bool)
    faint = np.zeros(values.shape, bool) if muted is None else np.asarray(muted, bool)
    down, right = at
    for i, j, height, width in marked:
        i, j, last_row, last = max(i, 0), max(j, 0), min(i + height, rows), min(j + width, columns)
        fill[i:last_row, j:last] = True
        corner = (right + j - 0.5, down + i - 0.5)
        frame = Rectangle(corner, last - j, last_row - i, fill=False, clip_on=False)
        frame.set(edgecolor=BLUE, linewidth=4, zorder=3)
        ax.add_patch(frame)
    for i, j in np.ndindex(rows, columns):
        entry = _entry(values[i, j])
        if entry or blank:
            face = CREAM if fill[i, j] else PALE if faint[i, j] else "white"
            corner = (right + j - 0.5, down + i - 0.5)
            ax.add_patch(Rectangle(corner, 1, 1, facecolor=face, edgecolor=GRAY, clip_on=False))
            color = FAINT if faint[i, j] and not fill[i, j] else INK
            words = ax.text(right + j, down + i, entry, fontsize=size, color=color)
            words.set(ha="center", va="center_baseline")
    ax.text(right - 0.5, down - 0.65, title, va="bottom")


def image(ax: Axes, pixels: np.ndarray, title: str = "", signed: bool = False) -> None:
    """Draw a photograph, or one channel in gray.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    pixels : (H, W) or (H, W, 3) array
        Color in 0..255, cut there. One channel is stretched to its own range.
    title : str
    signed : bool
        Zero is middle gray, positive lighter, negative darker; one value in 200 is cut.
    """
    if np.ndim(pixels) == 3:
        ax.imshow(np.clip(pixels, 0, 255).astype(np.uint8))
    else:
        limit = np.percentile(np.abs(pixels), 99.5)
        ax.imshow(pixels, **({"vmin": -limit, "vmax": limit} if signed else {}))
    ax.set(xticks=[], yticks=[], title=title)


def mosaic(images: np.ndarray, columns: int, gap: float = np.nan) -> np.ndarray:
    """Join images or kernels to one, row by row, with a line of `gap` between them.

    Parameters
    ----------
    images : (N, H, W) or (N, H, W, 3) array
    columns : int
    gap : float
        NaN stays white.

    Returns
    -------
    (rows (H + 1) - 1, columns (W + 1) - 1) array, or with a last axis of 3
    """
    images = np.asarray(images, float)
    N, H, W = images.shape[:3]
    rows = -(-N // columns)
    cells = np.full((rows * columns, H + 1, W + 1, *images.shape[3:]), gap, float)
    cells[:N, :H, :W] = images
    cells = cells.reshape(rows, columns, *cells.shape[1:]).swapaxes(1, 2)
    return cells.reshape(rows * (H + 1), columns * (W + 1), *images.shape[3:])[:-1, :-1]


def band(ax: Axes, x: Sequence[float], runs: np.ndarray, label: str, **style: Any) -> None:
    """Draw the median of several runs, such as seeds, and a band from the least to the largest.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    x : (T,) array
    runs : (S, T) array
    label : str
    **style
        Of the line, see `matplotlib.axes.Axes.plot`.
    """
    runs = np.asarray(runs)
    (line,) = ax.plot(x, np.median(runs, axis=0), label=label, **style)
    ax.fill_between(x, runs.min(axis=0), runs.max(axis=0), color=line.get_color(), alpha=0.2)


def play(draw: Callable[..., tuple[Figure, str]], **ranges: Any) -> None:
    """Display sliders, and the figure that a function draws for their values.

    Parameters
    ----------
    draw : function
        Of the sliders' values by name, which start at its defaults, to (figure, alt): see `show`,
        which makes the still picture for pages without a kernel, `show(*draw())`.
    **ranges
        (least, most) or (least, most, step) of each slider, a list to choose from, or what else
        `ipywidgets.interactive` takes.
    """
    import ipywidgets

    defaults = {k: p.default for k, p in inspect.signature(draw).parameters.items()}
    inputs = {
        name: ipywidgets.interactive.widget_from_abbrev(given, defaults[name])
        for name, given in ranges.items()
    }
    # Not ipywidgets.interact: it prints into an Output widget, which flickers when it is redrawn,
    # and under nbclient now and then leaves the answer of the cell unread until its time is up.
    picture = ipywidgets.HTML()

    def redraw(_: Any = None) -> None:
        figure, alt = draw(**{name: widget.value for name, widget in inputs.items()})
        width = _width(figure)
        picture.value = _page(_png(figure, dpi=100), width, alt)

    for name, widget in inputs.items():
        widget.description = name
        widget.observe(redraw, "value")
    redraw()
    display(ipywidgets.VBox([*inputs.values(), picture]))


def animation(frames: Sequence[Figure], alt: str, still: int = 0, interval: int = 700) -> None:
    """Display figures as one picture with a slider and a button that plays them.

    It needs no kernel and no network. Where scripts don't run, one frame stays as a still picture.

    Parameters
    ----------
    frames : sequence of matplotlib.figure.Figure
    alt : str
    still : int
        The frame that is shown first.
    interval : int
        Milliseconds per frame.
    """
    width = _width(frames[0])
    pictures = [_png(figure, dpi=100) for figure in frames]
    name = "animation" + uuid.uuid4().hex
    page = f"""<div id="{name}" style="width: {width}px">
<img src="{_address(pictures[still])}" alt="{html.escape(alt)}" style="width: 100%"><br>
<button type="button" style="font-size: large">Play or stop</button>
<input type="range" min="0" max="{len(frames) - 1}" value="{still}" aria-label="Step"
 style="width: 70%; vertical-align: middle">
<script>(() => {{
const frames = {[_address(picture) for picture in pictures]};
const [picture, button, slider] = ["img", "button", "input"].map(
  (tag) => document.getElementById("{name}").querySelector(tag));
let timer = null;
const draw = () => {{ picture.src = frames[slider.value]; }};
const stop = () => {{ clearInterval(timer); timer = null; }};
const step = () => {{ slider.value = (Number(slider.value) + 1) % frames.length; draw(); }};
slider.oninput = () => {{ stop(); draw(); }};
button.onclick = () => {{ if (timer) stop(); else timer = setInterval(step, {interval}); }};
}})();</script></div>"""
    _display(page, pictures[still], width, alt)


def _entry(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if np.isnan(value) else f"{value:.4g}".replace("-", "\N{MINUS SIGN}")


def _png(figure: Figure, dpi: int = 140) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=dpi)
    plt.close(figure)
    return buffer.getvalue()


def _width(figure: Figure) -> int:
    return round(figure.get_figwidth() * PIXELS_PER_INCH)


def _display(page: str, png: bytes, width: int, alt: str) -> None:
    encoded = base64.b64encode(png).decode()
    bundle = {"text/html": page, "image/png": encoded, "text/plain": alt}
    display(bundle, metadata={"image/png": {"alt": alt, "width": width}}, raw=True)


def _page(png: bytes, width: int, alt: str) -> str:
    return f'<img src="{_address(png)}" alt="{html.escape(alt)}" style="width: {width}px">'


def _address(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()
