# ruff: noqa: E501, the table of cases is read by rows
"""The check of the lenet project: `predict(images) -> labels`, asked for held-out digits."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from autograders.cases import Call, Case, Check, Difference, Outcome
from autograders.checks.digits import enlarged, held_out
from autograders.comparing import described

SHIFT, SCALE, NOISE = 1.5, 0.15, 0.15
LEVELS = {"shifted": 0.92, "scaled": 0.94, "noisy": 0.92}


def _changed(kind: str, rng: np.random.Generator) -> np.ndarray:
    """The held-out images (N, 16, 16, 1), each one shifted, scaled or made noisy by itself."""
    originals, _ = held_out()
    if kind in ("shifted", "scaled"):
        images = np.concatenate(
            [
                enlarged(image[None], (float(down), float(right)), float(scale))
                for image, down, right, scale in zip(
                    originals,
                    *(rng.uniform(-SHIFT, SHIFT, (2, len(originals))) * (kind == "shifted")),
                    1 + rng.uniform(-SCALE, SCALE, len(originals)) * (kind == "scaled"),
                    strict=True,
                )
            ]
        )
    else:
        images = enlarged(originals)
    if kind == "noisy":
        images = np.clip(images + NOISE * rng.standard_normal(images.shape), 0, 1)
    return images[..., None]


def _labels(call: Call, outcome: Outcome) -> np.ndarray | Difference:
    """What was predicted, or why it is not a label for each image."""
    images, value = call.arguments[0], outcome.value
    if isinstance(value, (list, tuple)):
        value = np.asarray(value)
    if not isinstance(value, np.ndarray):
        return Difference("type", f"returns {described(value)}, not an array of labels")
    if value.shape != (len(images),):
        text = f"returns shape {value.shape}, expected {(len(images),)}: a label for each image"
        number = 335 if value.shape == (len(images), 10) else 203
        return Difference("shape", text, catalogue=number)
    if value.dtype.kind not in "iuf" or not np.isin(value, np.arange(10)).all():
        return Difference("value", "some labels are not among 0, 1, ..., 9", catalogue=336)
    return value.astype(int)


def _recognized(
    kind: str,
    least: float,
    remark: bool,
    truth: np.ndarray,
    calls: Sequence[Call],
    outcomes: Sequence[Outcome],
) -> Difference | str | None:
    """Whether at least this share of the labels is right, and which share it is."""
    found = _labels(calls[0], outcomes[0])
    if isinstance(found, Difference):
        return found
    share = float((found == truth).mean())
    if share >= least:
        return f"{share:.1%} of the {kind} are recognized." if remark else None
    counts = np.bincount(found, minlength=10)
    number = 331 if counts.max() == len(found) else 330 if share < 0.2 else 337
    if share < 0.2 and _renamed(found, truth) > 0.8:
        number = 332
    text = f"{share:.1%} of {len(truth)} {kind} are recognized, expected {least:.0%}"
    if number == 331:
        return Difference("value", text, catalogue=number)
    missed = truth[found != truth], found[found != truth]
    pairs, times = np.unique(np.stack(missed), axis=1, return_counts=True)
    digit, taken = pairs[:, times.argmax()]
    return Difference("value", f"{text}; most often {digit} is taken for {taken}", catalogue=number)


def _renamed(found: np.ndarray, truth: np.ndarray) -> float:
    """The share of digits that agree once each label stands for what it is mostly given to."""
    table = np.zeros((10, 10), int)
    np.add.at(table, (found, truth), 1)
    return float(table.max(1).sum() / len(truth))


def _by_itself(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Difference | None:
    """An image's label does not depend on the images beside it, nor on the call before."""
    found = []
    for call, outcome in zip(calls, outcomes, strict=True):
        labels = _labels(call, outcome)
        if isinstance(labels, Difference):
            return labels
        found.append(labels)
    together, again, *alone = found
    if not np.array_equal(together, again):
        return Difference(
            "value", "the same images get other labels when asked again", catalogue=333
        )
    if not np.array_equal(together[: len(alone)], np.concatenate(alone)):
        text = "an image alone gets another label than in a batch"
        return Difference("value", text, catalogue=334)
    return None


def _cases(rng: np.random.Generator) -> list[Case]:
    truth = held_out()[1].astype(int)
    order = rng.permutation(len(truth))

    def case(group: str, name: str, least: float, calls: tuple[Call, ...]) -> Case:
        remark = least >= 0.97 or name != "unchanged digits"
        ask = partial(_recognized, name, least, remark, truth[order])
        return Case(group, name, calls, question=ask)

    plain = (Call((_changed("plain", rng)[order],)),)
    few = plain[0].arguments[0][:40]
    calls = (few, few, *(few[n : n + 1] for n in range(8)))
    changed = [(kind, _changed(kind, rng)[order]) for kind in LEVELS]
    return [
        Case("labels", "one by one", tuple(Call((c,)) for c in calls), question=_by_itself),
        Case("labels", "the images stay as they are", plain, question=_unchanged),
        case("labels", "unchanged digits", 0.5, plain),
        *(case(f"{level:.0%} of unchanged digits", "unchanged digits", level, plain) for level in (0.9, 0.95, 0.97)),
        *(
            case(f"{LEVELS[kind]:.0%} of {kind} digits", f"{kind} digits", LEVELS[kind], (Call((images,)),))
            for kind, images in changed
        ),
    ]  # fmt: skip


def _unchanged(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Difference | None:
    if any(outcome.changed for outcome in outcomes):
        return Difference("changed", "changes images, which is the caller's", catalogue=26)
    found = _labels(calls[0], outcomes[0])
    return found if isinstance(found, Difference) else None


def _single(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Difference | None:
    found = _labels(calls[0], outcomes[0])
    return found if isinstance(found, Difference) else None


def _smallest() -> Iterator[Call]:
    yield Call((enlarged(held_out()[0][:1])[..., None],))


CHECKS: tuple[Check, ...] = (
    Check(
        "predict",
        ("images",),
        {
            "labels": 0.05,
            "90% of unchanged digits": 0.2,
            "95% of unchanged digits": 0.2,
            "97% of unchanged digits": 0.25,
            **{f"{level:.0%} of {kind} digits": 0.1 for kind, level in LEVELS.items()},
        },
        _cases,
        lambda call: (),
        (),
        _smallest,
        question=_single,
    ),
)
