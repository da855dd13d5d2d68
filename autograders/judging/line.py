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
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from autograders import calling
from autograders.cases import Call, Outcome

SECONDS_TO_OPEN = 10.0
LATE = 1.2  # the kernel itself ends a call that is too long, and gets this much longer to say so
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
        namespace = "__import__('IPython').get_ipython().user_ns"  # whatever is hidden
        return (
            f"(lambda names: (__import__('builtins').exec({source!r}, names), "
            f"names['serve']({self.address!r}, {namespace}, {self.seconds!r}))[1])"
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
        begin = time.monotonic()
        end = begin + LATE * self.seconds * len(calls)
        buffers: list[bytes] = []
        request = {"function": function, "calls": [_request(c, buffers) for c in calls]}
        head = json.dumps(request).encode()
        try:
            self._line.settimeout(self.seconds)
            self._line.sendall(struct.pack("<I", len(head)) + head + b"".join(buffers))
        except TimeoutError:
            raise NoAnswer("the kernel takes no question", late=True) from None
        except OSError:
            raise NoAnswer("the kernel is gone", late=False) from None
        (size,) = struct.unpack("<I", self._receive(4, end))
        if size > calling.MOST_HEADER:
            raise BadAnswer("an answer with a header of more than 64 KB")
        found = self._decode(self._receive(size, end), calls, end)
        late = time.monotonic() - begin >= self.seconds
        return [self._told(outcome, late) for outcome in found]

    def _told(self, outcome: Outcome, late: bool) -> Outcome:
        """Take the kernel's word for a time limit only if the time is up."""
        if outcome.error != calling.TimeLimit.__name__:
            return outcome
        if late:
            return replace(outcome, message=f"takes longer than {self.seconds:g} s")
        return replace(outcome, error=calling.own_name(outcome.error))

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

    def _decode(self, head: bytes, calls: Sequence[Call], end: float) -> list[Outcome]:
        try:
            answers = json.loads(head)["answers"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise BadAnswer("an answer that is no JSON of the agreed form") from None
        if not isinstance(answers, list) or len(answers) != len(calls):
            raise BadAnswer("another number of answers than calls")
        budget = [calling.MOST_BYTES]
        return [
            self._outcome(answer, len(call.arguments), budget, end)
            for answer, call in zip(answers, calls, strict=True)
        ]

    def _outcome(self, answer: Any, arguments: int, budget: list[int], end: float) -> Outcome:
        if not isinstance(answer, dict):
            raise BadAnswer("an answer of another form")
        changed, seconds = answer.get("changed"), answer.get("seconds")
        if not isinstance(changed, list) or not all(
            type(i) is int and 0 <= i < arguments for i in changed
        ):
            raise BadAnswer("an answer of another form")
        texts = {key: answer.get(key, "") for key in ("error", "message", "line", "warned")}
        if not all(isinstance(text, str) for text in texts.values()):
            raise BadAnswer("an answer of another form")
        failed = "error" in answer
        return Outcome(
            value=None if failed else self._value(answer.get("value"), budget, end, 0),
            error=clean(texts["error"], 60) if failed else None,
            message=clean(texts["message"], 300),
            line=clean(texts["line"], 200),
            changed=tuple(changed[:arguments]),
            printed=answer.get("printed") is True,
            warned=clean(texts["warned"], 200),
            seconds=seconds if type(seconds) is float else 0.0,
        )

    def _value(self, tag: Any, budget: list[int], end: float, depth: int) -> Any:
        """Plain data only: no pickle, no objects, every size checked before it is used."""
        if not isinstance(tag, dict) or len(tag) != 1 or depth > calling.MOST_DEPTH:
            raise BadAnswer("a value of another form")
        ((kind, content),) = tag.items()
        if kind == "a" and isinstance(content, list) and len(content) == 2:
            return self._array(content[0], content[1], budget, end)
        if kind in ("t", "l") and isinstance(content, list):
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
            or len(shape) > calling.MOST_AXES
            or not all(type(n) is int and 0 <= n < 2**31 for n in shape)
        ):
            raise BadAnswer("an array of a shape that is not allowed")
        # NumPy limits the product of the axes that are not empty.
        budget[0] -= math.prod(n or 1 for n in shape) * np.dtype(dtype).itemsize
        if budget[0] < 0:
            raise BadAnswer(f"an answer of more than {calling.MOST_BYTES >> 20} MB")
        size = math.prod(shape) * np.dtype(dtype).itemsize
        return np.frombuffer(self._receive(size, end), dtype).reshape(shape)


def _request(call: Call, buffers: list[bytes]) -> Any:
    arguments = [calling.encode(a, buffers) for a in call.arguments]
    keywords = {k: calling.encode(v, buffers) for k, v in call.keywords.items()}
    return arguments, keywords, call.layout


def clean(text: object, most: int) -> str:
    """At most `most` characters in one line, without control and format characters."""
    line = " ".join(str(text)[:most].split())
    return "".join(c for c in line if c == " " or unicodedata.category(c)[0] not in "CZ")
