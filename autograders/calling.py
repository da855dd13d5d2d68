"""Calls a student's function and describes what came of it, in the process that has the function.

At home the notebook's own kernel imports this file. At grading its source is sent to the kernel in
the box, where `autograders` is absent: so it imports the standard library and NumPy, nothing else.
What it says is never trusted: the judge decodes it with care and compares it outside.
"""

import contextlib
import ctypes
import functools
import io
import json
import math
import os
import signal
import socket
import struct
import threading
import time
import traceback
import warnings

import numpy as np

MOST_DEPTH = 4
MOST_AXES = 8
MOST_HEADER = 64 << 10
MOST_BYTES = 16 << 20


class TimeLimit(BaseException):
    """Raised inside a student's call that takes too long; no `except Exception` catches it."""


def own_name(name):
    """The name of a student's exception, told apart from what the check itself reports."""
    return f"{name} of its own" if name in ("TimeLimit", "NotPlain", "Gone") else name


class UserInterrupt(KeyboardInterrupt):
    """The user's Ctrl-C, which ends the check; a KeyboardInterrupt that the function raises is an
    error like any other."""

    from_user = True


@contextlib.contextmanager
def time_limit(seconds, user=True):
    """Raise TimeLimit in this thread when time is up, and UserInterrupt on a user's Ctrl-C.

    That ends Python loops, not a call into C. TimeLimit is sent again until it has got through,
    because a bare `except:` in a loop swallows it.
    """

    def interrupt(*_):
        raise UserInterrupt

    main = user and threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, interrupt) if main else None
    thread, done, lock = threading.get_ident(), threading.Event(), threading.Lock()

    def watch():
        wait = seconds
        while not done.wait(wait):
            with lock:
                if not done.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(thread), ctypes.py_object(TimeLimit)
                    )
            wait = 0.2

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except TimeLimit:
        raise TimeLimit(f"takes longer than {seconds:g} s") from None
    finally:
        with lock:
            done.set()
        if main:
            signal.signal(signal.SIGINT, handler)


class _Silence(io.TextIOBase):
    """Takes prints and keeps none, so that a flood costs no memory."""

    printed = False

    def write(self, text):
        self.printed = True
        return len(text)


class Seed(int):
    """Stands for a fresh `numpy.random.Generator` of this seed among a call's arguments."""


def arranged(value, layout):
    """A fresh copy of an array, contiguous or ("strided") a view with gaps in its memory.

    Lists are copied with what is in them, and a Seed becomes its generator.
    """
    if isinstance(value, Seed):
        return np.random.default_rng(int(value))
    if isinstance(value, list):
        return [arranged(item, layout) for item in value]
    if not isinstance(value, np.ndarray):
        return value
    if layout == "strided":
        store = np.zeros(tuple(2 * n for n in value.shape), value.dtype)
        view = store[tuple(slice(None, None, 2) for _ in value.shape)]
        view[...] = value
        return view
    return value.copy()


def _size(value, depth=0):
    """Bytes of the arrays in a result; of an empty one as if no axis were."""
    if isinstance(value, (list, tuple)) and depth < MOST_DEPTH:
        return sum(_size(item, depth + 1) for item in value)
    if isinstance(value, np.ndarray):
        return math.prod(n or 1 for n in value.shape) * value.itemsize
    return 0


def _changed(value, given):
    """Whether an argument is another one after the call; of a generator, whether it was used."""
    if isinstance(value, Seed):
        fresh = np.random.default_rng(int(value))
        return fresh.bit_generator.state != given.bit_generator.state
    if isinstance(value, list):
        pairs = zip(value, given, strict=False)
        return len(value) != len(given) or any(_changed(v, g) for v, g in pairs)
    if isinstance(value, np.ndarray):
        # By methods, which cannot be replaced as NumPy's functions can.
        if type(given) is not np.ndarray or given.dtype != value.dtype:
            return True
        return given.shape != value.shape or given.tobytes() != value.tobytes()
    return False


def plain(value, depth=0):
    """The value as arrays, numbers, lists and tuples; a TypeError says what else it is."""
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.array(value, order="C", subok=False)
        if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
            raise TypeError(f"an array of dtype {array.dtype}")
        if array.ndim > MOST_AXES:
            raise TypeError(f"an array of {array.ndim} axes")
        return array.astype(array.dtype.newbyteorder("="))
    if isinstance(value, (list, tuple)) and depth < MOST_DEPTH:
        items = [plain(item, depth + 1) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if value is None or isinstance(value, (bool, int, float)):
        return value
    raise TypeError(f"an object of type {type(value).__name__}")


def call(function, calls, limit=contextlib.nullcontext):
    """Call `function` as often as `calls` says and describe each outcome after the last one.

    Parameters
    ----------
    function : callable
    calls : list of (arguments, keywords, layout)
    limit : callable
        Makes the context in which each call runs: a time limit, or nothing.

    Returns
    -------
    list of dict
        "value" or "error" (a type's name), "message", "line" (where it was raised) of each, and
        "changed" (positions of changed arguments and of generators that were used), "printed",
        "warned", "seconds".
    """
    said, results = [], []
    for arguments, keywords, layout in calls:
        given = [arranged(a, layout) for a in arguments]
        answer = {"printed": False, "warned": "", "changed": []}
        silence = _Silence()
        begin = time.perf_counter()
        try:
            with (
                warnings.catch_warnings(record=True) as warned,
                contextlib.redirect_stdout(silence),
                contextlib.redirect_stderr(silence),
            ):
                warnings.simplefilter("always")
                with limit():
                    result = function(*given, **keywords)
            answer["warned"] = str(warned[0].message)[:200] if warned else ""
        except BaseException as error:
            if getattr(error, "from_user", False):
                raise
            result = None
            name = type(error).__name__
            answer["error"] = name if isinstance(error, TimeLimit) else own_name(name)
            answer["message"] = _text(error)
            answer["line"] = _line(error)
        answer["seconds"] = time.perf_counter() - begin
        answer["printed"] = silence.printed
        answer["changed"] = [
            i for i, (a, g) in enumerate(zip(arguments, given, strict=True)) if _changed(a, g)
        ]
        said.append(answer)
        results.append(result)
    left = MOST_BYTES
    for answer, result in zip(said, results, strict=True):
        if "error" not in answer:
            try:
                left -= _size(result)
                if left < 0:
                    raise TypeError(f"results of more than {MOST_BYTES >> 20} MB")
                answer["value"] = plain(result)
            except Exception as error:
                answer["error"], answer["message"] = "NotPlain", _text(error)
    return said


def _line(error):
    """The last line of the student's own code that the error came through."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)[1:]
        if not frame.filename.startswith((os.path.dirname(np.__file__), "<__array_function__"))
    ]
    return str(frames[-1].line or "")[:200] if frames else ""


def _missing(name):
    def undefined(*arguments, **keywords):
        raise NameError(f"name {name!r} is not defined")

    return undefined


def _text(error):
    try:
        return str(error)[:300]
    except Exception:
        return ""


def encode(value, buffers):
    """The value as JSON-ready tags; the arrays' bytes are appended to `buffers`."""
    if isinstance(value, np.ndarray):
        little = np.ascontiguousarray(value, value.dtype.newbyteorder("<"))
        buffers.append(little.tobytes())
        return {"a": [little.dtype.str, list(value.shape)]}
    if isinstance(value, Seed):
        return {"r": int(value)}
    if isinstance(value, (tuple, list)):
        return {"t" if isinstance(value, tuple) else "l": [encode(v, buffers) for v in value]}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        value = float(value)
    return {"s": value}


def serve(address, namespace, seconds):
    """Answer the judge's requests on the Unix socket or port `address` until it hangs up.

    A Python loop that takes longer than `seconds` is ended, so that the kernel lives on.
    """
    limit = functools.partial(time_limit, seconds, user=False)
    with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as line:
        line.connect(address)
        with line.makefile("rwb") as stream:
            while len(head := stream.read(4)) == 4:
                request = json.loads(stream.read(struct.unpack("<I", head)[0]))
                stream.write(_answer(request, stream, namespace, limit))
                stream.flush()


def _answer(request, stream, namespace, limit):
    """Make the calls of a request, whose arrays follow in the stream; return the message."""

    def read(tag):
        ((kind, content),) = tag.items()
        if kind == "a":
            dtype, shape = content
            size = int(np.prod(shape)) * np.dtype(dtype).itemsize
            array = np.frombuffer(stream.read(size), dtype).reshape(shape)
            return array.astype(array.dtype.newbyteorder("="))
        if kind in ("t", "l"):
            return tuple(map(read, content)) if kind == "t" else list(map(read, content))
        return Seed(content) if kind == "r" else content

    calls = [
        ([read(a) for a in arguments], {k: read(v) for k, v in keywords.items()}, layout)
        for arguments, keywords, layout in request["calls"]
    ]
    name = request["function"]
    function = namespace[name] if name in namespace else _missing(name)
    answers, buffers = call(function, calls, limit), []
    for answer in answers:
        if "value" in answer:
            answer["value"] = encode(answer["value"], buffers)
    body = json.dumps({"answers": answers}).encode()
    if len(body) > MOST_HEADER:
        buffers = []
        for answer in answers:
            if answer.pop("value", None) is not None:
                answer |= {"error": "NotPlain", "message": "lists with too many numbers"}
        body = json.dumps({"answers": answers}).encode()
    return struct.pack("<I", len(body)) + body + b"".join(buffers)
