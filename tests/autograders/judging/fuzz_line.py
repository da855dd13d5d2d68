"""Feeds the judge's decoder and its comparisons with what a fuzzer makes up; no test, run by hand.

`pip install atheris`, then `python fuzz_line.py CORPUS -max_total_time=600` (an empty folder).
Whatever a kernel says, only an outcome, BadAnswer or NoAnswer may come out, and a report.
"""

import json
import struct
import sys

import atheris

with atheris.instrument_imports(include=["autograders", "json"]):
    from autograders.cases import Call
    from autograders.evaluation import assess, find
    from autograders.judging.line import BadAnswer, Line, NoAnswer

CHECKS = [find(name) for name in ("output_size", "convolve1d", "lstm_step", "dropout")]
CALL = Call((1, 2.0))


class Kernel:
    """Both the listening and the connected socket of a kernel that says `said` and no more."""

    def __init__(self, said: bytes):
        self.said = said

    def getsockname(self):
        return "nowhere"

    def settimeout(self, seconds):
        pass

    def sendall(self, asked):
        pass

    def recv(self, most):
        part, self.said = self.said[:most], self.said[most:]
        return part


def outcomes(said: bytes, calls):
    line = Line(Kernel(said), 5.0)
    line._line = line._listener
    try:
        return line.ask("f", calls)
    except (BadAnswer, NoAnswer):
        return None


def value(data: atheris.FuzzedDataProvider, depth: int = 0):
    """A tag that may be almost one of the agreed form."""
    kind = data.PickValueInList(["a", "s", "t", "l", "r", "x"])
    if kind == "a":
        types = ["<f8", "<f4", "<f2", "<i8", "|b1", "|u1", ">f8", "|O", "|S8", "<M8[s]"]
        shape = data.ConsumeIntListInRange(data.ConsumeIntInRange(0, 10), -1, 4)
        return {kind: [data.PickValueInList(types), shape]}
    if kind in ("t", "l") and depth < 6:
        return {kind: [value(data, depth + 1) for _ in range(data.ConsumeIntInRange(0, 4))]}
    scalars = [None, True, data.ConsumeInt(9), data.ConsumeFloat(), data.ConsumeUnicode(5)]
    return {kind: data.PickValueInList(scalars)}


def answer(data: atheris.FuzzedDataProvider):
    made = {"changed": data.ConsumeIntListInRange(data.ConsumeIntInRange(0, 3), -1, 3)}
    made["seconds"] = data.ConsumeFloat()
    if data.ConsumeBool():
        made["value"] = value(data)
    for key in ("error", "message", "line", "warned"):
        if data.ConsumeIntInRange(0, 3) == 0:
            made[key] = data.ConsumeUnicode(20)
    return made


def one_input(raw: bytes) -> None:
    data = atheris.FuzzedDataProvider(raw)
    form = data.ConsumeIntInRange(0, 9)
    if form == 0:
        outcomes(data.ConsumeBytes(1 << 16), [CALL])
        return
    head = json.dumps({"answers": [answer(data)]}).encode()
    found = outcomes(struct.pack("<I", len(head)) + head + data.ConsumeBytes(1 << 16), [CALL])
    if found and form == 9:
        check = CHECKS[data.ConsumeIntInRange(0, len(CHECKS) - 1)]
        report = assess(check, lambda calls: found * len(calls), 0)
        report.html(hidden=True), report.text(), report.points(5.0)


atheris.Setup(sys.argv, one_input)
atheris.Fuzz()
