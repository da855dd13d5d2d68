"""The judge's end of the line to a student's kernel: requests out, answers in, nothing trusted.

A message is a JSON header of at most 64 KB behind its length, then the raw bytes of its arrays.
`autograders.calling.serve` is the other end.
"""

import json
import math
import re
import socket
import struct
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograders import calling
from autograders.cases import Call, Outcome

MOST_HEADER = 64 << 10
MOST_BYTES = 16 << 20
MOST_ITEMS = 64
MOST_AXES = 8
SECONDS_TO_OPEN = 10.0
_DTYPE = re.compile(r"[<|](f[248]|[iu][1248]|b1)")


class BadAnswer(Exception):
    """The kernel answered in a way that no honest one does; the line is closed."""


class NoAnswer(Exception):
    """No answer came in time, or the kernel is gone; `late` tells which."""

    def __init__(self, message: str, late: bool):
        super().__init__(message)
        self.late = late


class Line:
    """Takes the first connection to a socket in the box's folder, and asks it.

    Parameters
    ----------
    listener : socket
        A listening Unix socket that code in the box can reach. It is closed and its file removed.
    seconds : float
        Limit for each call of a student's function.
    """

    def __init__(self, listener: socket.socket, seconds: float):
        self.address, self.seconds = listener.getsockname(), seconds
        self._listener = listener
        self._line: socket.socket | None = None

    @property
    def code(self) -> str:
        """What the kernel has to run to answer on this line; it leaves no name behind."""
        source = Path(calling.__file__).read_text(encoding="utf-8")
        return (
            f"(lambda names: (exec({source!r}, names), "
            f"names['serve']({self.address!r}, get_ipython().user_ns))[1])"
            "({'__name__': 'calling'})"
        )

    def accept(self) -> None:
        """Wait for the kernel to connect."""
        self._listener.settimeout(SECONDS_TO_OPEN)
        try:
            self._line, _ = self._listener.accept()
        except TimeoutError:
            raise NoAnswer("the kernel does not answer", late=True) from None
        finally:
            self._listener.close()
            if isinstance(self.address, str):
                Path(self.address).unlink(missing_ok=True)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def ask(self, function: str, calls: Sequence[Call]) -> list[Outcome]:
        """Have the kernel make the calls, and decode what it says came of them.

        Raises
        ------
        BadAnswer, NoAnswer
        """
        assert self._line is not None
        end = time.monotonic() + self.seconds * len(calls)
        buffers: list[bytes] = []
        request = {"function": function, "calls": [_request(c, buffers) for c in calls]}
        head = json.dumps(request).encode()
        try:
            self._line.settimeout(self.seconds)
            self._line.sendall(struct.pack("<I", len(head)) + head + b"".join(buffers))
        except OSError:
            raise NoAnswer("the kernel is gone", late=False) from None
        (size,) = struct.unpack("<I", self._receive(4, end))
        if size > MOST_HEADER:
            raise BadAnswer("an answer with a header of more than 64 KB")
        return self._decode(self._receive(size, end), len(calls), end)

    def _receive(self, size: int, end: float) -> bytes:
        assert self._line is not None
        received = bytearray()
        while len(received) < size:
            left = end - time.monotonic()
            if left <= 0:
                raise NoAnswer(f"no answer within {self.seconds:g} s", late=True)
            self._line.settimeout(left)
            try:
                part = self._line.recv(min(size - len(received), 1 << 20))
            except TimeoutError:
                continue
            except OSError:
                part = b""
            if not part:
                raise NoAnswer("the kernel is gone", late=False)
            received += part
        return bytes(received)

    def _decode(self, head: bytes, count: int, end: float) -> list[Outcome]:
        try:
            answers = json.loads(head)["answers"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise BadAnswer("an answer that is no JSON of the agreed form") from None
        if not isinstance(answers, list) or len(answers) != count:
            raise BadAnswer("another number of answers than calls")
        budget = [MOST_BYTES]
        return [self._outcome(answer, budget, end) for answer in answers]

    def _outcome(self, answer: Any, budget: list[int], end: float) -> Outcome:
        if not isinstance(answer, dict):
            raise BadAnswer("an answer of another form")
        changed, seconds = answer.get("changed"), answer.get("seconds", 0.0)
        if not (isinstance(changed, list) and all(type(i) is int for i in changed)):
            raise BadAnswer("an answer of another form")
        error = answer.get("error")
        return Outcome(
            value=None if error is not None else self._value(answer.get("value"), budget, end, 0),
            error=None if error is None else clean(error, 60),
            message=clean(answer.get("message", ""), 300),
            line=clean(answer.get("line", ""), 200),
            changed=tuple(changed),
            printed=answer.get("printed") is True,
            warned=clean(answer.get("warned", ""), 200),
            seconds=float(seconds) if type(seconds) in (int, float) else 0.0,
        )

    def _value(self, tag: Any, budget: list[int], end: float, depth: int) -> Any:
        """Plain data only: no pickle, no objects, every size checked before it is used."""
        if not isinstance(tag, dict) or len(tag) != 1 or depth > calling.MOST_DEPTH:
            raise BadAnswer("a value of another form")
        ((kind, content),) = tag.items()
        if kind == "a" and isinstance(content, list) and len(content) == 2:
            return self._array(content[0], content[1], budget, end)
        if kind in ("t", "l") and isinstance(content, list) and len(content) <= MOST_ITEMS:
            items = [self._value(item, budget, end, depth + 1) for item in content]
            return tuple(items) if kind == "t" else items
        if kind == "s" and (content is None or type(content) in (bool, float)):
            return content
        if kind == "s" and type(content) is int and abs(content) < 2**63:
            return content
        raise BadAnswer("a value of another form")

    def _array(self, dtype: Any, shape: Any, budget: list[int], end: float) -> np.ndarray:
        if not isinstance(dtype, str) or not _DTYPE.fullmatch(dtype):
            raise BadAnswer("an array of a type that is not allowed")
        if (
            not isinstance(shape, list)
            or len(shape) > MOST_AXES
            or not all(type(n) is int and 0 <= n < 2**31 for n in shape)
        ):
            raise BadAnswer("an array of a shape that is not allowed")
        size = math.prod(shape) * np.dtype(dtype).itemsize
        budget[0] -= size
        if budget[0] < 0:
            raise BadAnswer(f"an answer of more than {MOST_BYTES >> 20} MB")
        return np.frombuffer(self._receive(size, end), dtype).reshape(shape)


def _request(call: Call, buffers: list[bytes]) -> Any:
    arguments = [calling.encode(a, buffers) for a in call.arguments]
    keywords = {k: calling.encode(v, buffers) for k, v in call.keywords.items()}
    return arguments, keywords, call.layout


def clean(text: Any, most: int) -> str:
    """At most `most` characters without control, format or line-breaking ones."""
    kept = (c for c in str(text)[:most] if c == " " or unicodedata.category(c)[0] not in "CZ")
    return "".join(kept)
