"""An untrained network denoises and fills in a photograph; its results are in deep_prior.json.

    OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 python lectures/experiments/deep_prior.py

About eight minutes on one core. It goes on where it was stopped; delete the result to begin anew.
After D. Ulyanov, A. Vedaldi, V. Lempitsky, Deep Image Prior, arXiv 1711.10925.
"""

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm.auto import tqdm

from npfl import data, training
from npfl.layers import BatchNorm, Conv2D, ReLU, Sequential, Sigmoid, Upsample

SIZE, WIDTH, DEPTH = 64, 16, 4
SIGMA, KNOWN = 0.1, 0.5
SEEDS, STEPS, EVERY, SHOWN = range(5), {"denoise": 1000}, 20, 200  # other tasks: 400 steps
RESULT = Path(__file__).with_suffix(".json")


def block(stride: int, rng: np.random.Generator) -> Sequential:
    conv = Conv2D(WIDTH, WIDTH, 3, stride, "same", bias=False, rng=rng)
    return Sequential(conv, BatchNorm(WIDTH), ReLU())


def hourglass(rng: np.random.Generator) -> Sequential:
    """Down DEPTH times by 2 and up again, from noise of WIDTH channels to a color image."""
    down = [block(2, rng) for _ in range(DEPTH)]
    up = [layer for _ in range(DEPTH) for layer in (Upsample(2), block(1, rng))]
    return Sequential(*down, *up, Conv2D(WIDTH, 3, 1, rng=rng), Sigmoid())


def fit(target: np.ndarray, known: np.ndarray, seed: int) -> Iterator[tuple[float, np.ndarray]]:
    """Yield the loss on the known pixels and the output, (H, W, 3), before each step."""
    rng = np.random.default_rng(seed)
    network, optimizer = hourglass(rng), training.Adam(0.01)
    z = rng.uniform(0, 0.1, (1, *target.shape[:2], WIDTH)).astype(np.float32)
    while True:
        y = network.forward(z, training=True)
        error = (y - target) * known
        yield float(np.sum(error**2) / known.sum()), y[0]
        network.backward(2 * error / known.sum())
        optimizer.step(network)


def corrupted(photograph: np.ndarray, task: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the target and which of its values are known, both of the photograph's shape."""
    rng = np.random.default_rng(7)
    known = np.ones_like(photograph)
    if task == "denoise":
        return photograph + rng.normal(0, SIGMA, known.shape).astype(np.float32), known
    if task == "fill in":
        return photograph, known * (rng.random((*known.shape[:2], 1)) < KNOWN)
    if task == "shuffled pixels":
        return rng.permutation(photograph.reshape(-1, 3)).reshape(known.shape), known
    if task == "uniform noise":
        return rng.random(known.shape, np.float32), known
    return photograph, known


def psnr(image: np.ndarray, photograph: np.ndarray) -> float:
    """Peak signal to noise ratio in dB, for values from 0 to 1."""
    return float(-10 * np.log10(np.mean((image - photograph) ** 2)))


def restored(output: np.ndarray, target: np.ndarray, task: str, known: np.ndarray) -> np.ndarray:
    """What is known stays, where it is not noisy."""
    return np.where(known > 0, target, output) if task == "fill in" else output


def run(name: str, task: str, seed: int) -> dict:
    """Return curves over steps, and for the first seed also the mean output at SHOWN."""
    photograph = data.photograph(name, SIZE)
    target, known = corrupted(photograph, task)
    curves: dict = {"loss": [], "psnr": [], "mean_psnr": []}
    mean = np.float32(0)
    for step, (loss, output) in zip(
        range(STEPS.get(task, 400) + 1), fit(target, known, seed), strict=False
    ):
        mean = output if step == 0 else 0.95 * mean + 0.05 * output
        if step % EVERY == 0:
            curves["loss"].append(round(loss, 6))
            if task in ("denoise", "fill in"):
                both = [restored(each, target, task, known) for each in (output, mean)]
                curves["psnr"].append(round(psnr(both[0], photograph), 2))
                curves["mean_psnr"].append(round(psnr(both[1], photograph), 2))
                if seed == 0 and step == SHOWN:
                    curves["image"] = png(both[1])
    return curves


def png(image: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(np.uint8(255 * image.clip(0, 1) + 0.5)).save(buffer, "png")
    return base64.b64encode(buffer.getvalue()).decode()


def main() -> None:
    found = training.made_by(__file__) | {
        "settings": {"size": SIZE, "sigma": SIGMA, "known": KNOWN, "every": EVERY},
        "seeds": list(SEEDS),
        "runs": {},
    }
    if RESULT.exists():
        found["runs"] = json.loads(RESULT.read_text("utf-8"))["runs"]
    todo = [(name, task) for task in ("denoise", "fill in") for name in ("china", "flower")]
    todo += [("china", task) for task in ("photograph", "shuffled pixels", "uniform noise")]
    for seed in tqdm(SEEDS, unit="seed"):
        for name, task in todo:
            key = f"{name}, {task}, {seed}"
            if key not in found["runs"]:
                found["runs"][key] = run(name, task, seed)
                RESULT.write_text(json.dumps(found) + "\n", "utf-8")


if __name__ == "__main__":
    main()
