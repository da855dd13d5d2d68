"""The judge's end of the line, against kernels that are honest, mad or malicious."""

import contextlib
import json
import socket
import struct
import threading
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograders import calling
from autograders.cases import Call, Outcome
from autograders.judging import line as lines
from autograders.judging.line import BadAnswer, Line, NoAnswer, clean

PLAIN = Call((1,))


@contextlib.contextmanager
def connected(seconds=5.0):
    """A line, and the socket at the kernel's end of it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = Line(listener, seconds)
        with socket.create_connection(line.address) as kernel:
            line.accept()
            try:
                yield line, kernel
            finally:
                line.close()


def ask(said, calls=(PLAIN,), seconds=5.0):
    """Ask a kernel that has already said these bytes and says no more."""
    with connected(seconds) as (line, kernel):
        kernel.sendall(said)
        kernel.shutdown(socket.SHUT_WR)
        return line.ask("f", calls)


def message(header, tail=b""):
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<I", len(head)) + head + tail


def answers(**answer):
    return {"answers": [{"changed": [], "value": {"s": 1}} | answer]}


def honest(function, calls, tmp_path):
    """What the line says of a function that the real other end serves."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        line = Line(listener, 5.0)
        server = threading.Thread(target=calling.serve, args=(line.address, {"f": function}, 5.0))
        server.start()
        line.accept()
        assert not (tmp_path / "s").exists()
        try:
            return line.ask("f", calls)
        finally:
            line.close()
            server.join()


def same(a, b):
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and np.array_equal(a, b)
    return type(a) is type(b) and a == b


TYPES = "f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?"
VALUES = [
    *(np.arange(6).reshape(2, 3).astype(t) for t in TYPES),
    np.arange(4.0).astype(">f8"),
    np.arange(24.0).reshape(2, 3, 4).transpose(2, 0, 1),
    np.zeros((0, 3)),
    np.zeros((3, 0, 2), "f4"),
    np.array(2.5),
    np.ones((1,) * 8),
    (np.ones(2), [np.zeros((1, 1), "i4"), 3], (), None),
    [[[[1.5]]]],
    [float(x) for x in np.linspace(0, 1, 2000)],
    *(None, True, -3, 2.5, 2**62, float("inf")),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_round_trip(value, tmp_path):
    (outcome,) = honest(lambda x: value, [PLAIN], tmp_path)
    assert outcome.error is None
    native = value.astype(value.dtype.newbyteorder("=")) if hasattr(value, "dtype") else value
    assert same(native, outcome.value)


def test_several_calls_and_what_else_is_told(tmp_path):
    def f(x, scale=1):
        print("hello")
        if scale == 0:
            raise ValueError("scale\x1b[31m")
        if scale > 1:
            x *= scale
        return x

    x = np.arange(3.0)
    calls = [Call((x,), {"scale": s}, layout) for s in (1, 2, 0) for layout in ("C", "strided")]
    found = honest(f, calls, tmp_path)
    assert [o.error for o in found] == [None] * 4 + ["ValueError"] * 2
    assert [o.changed for o in found] == [(), (), (0,), (0,), (), ()]
    assert all(o.printed and o.seconds > 0 for o in found)
    assert same(found[3].value, 2 * x)
    assert found[4].message == "scale[31m"


@pytest.mark.parametrize(
    "value", [object(), "text", {1: 2}, np.array(["a"]), np.array(1j), [[[[[1]]]]]]
)
def test_what_is_not_plain_is_an_error(value, tmp_path):
    (outcome,) = honest(lambda x: value, [PLAIN], tmp_path)
    assert outcome.error == "NotPlain"


def test_lists_that_no_header_holds(tmp_path):
    (outcome,) = honest(lambda x: [[0.1] * 1000] * 1000, [PLAIN], tmp_path)
    assert outcome.error == "NotPlain"


LARGE = 10**400
BAD = {
    "no JSON": b"{",
    "no text": b"\xff\xfe\xff",
    "deep": b"[" * 60_000,
    "a number": 5,
    "no answers": {},
    "too many": {"answers": [{"changed": [], "value": {"s": 1}}] * 2},
    "too few": {"answers": []},
    "no dict": {"answers": [7]},
    "no value": {"answers": [{"changed": []}]},
    "no changed": {"answers": [{"value": {"s": 1}}]},
    "changed nothing": answers(changed=None),
    "changed what is not there": answers(changed=[1]),
    "changed a large one": answers(changed=[LARGE]),
    "changed before": answers(changed=[-1]),
    "changed truth": answers(changed=[True]),
    "an error that is no text": answers(error=[["E"]]),
    "no text in an error": answers(error=None),
    "a deep message": b'{"answers":[{"changed":[],"error":"E","message":'
    + b"[" * 900
    + b"]" * 900
    + b"}]}",
    "two kinds": answers(value={"s": 1, "t": []}),
    "another kind": answers(value={"pickle": "gASV"}),
    "a text": answers(value={"s": "text"}),
    "a large integer": answers(value={"s": 2**63}),
    "deep lists": answers(value={"l": [{"l": [{"l": [{"l": [{"l": [{"s": 1}]}]}]}]}]}),
    "objects": answers(value={"a": ["|O", [1]]}),
    "texts": answers(value={"a": ["<U4", [1]]}),
    "voids": answers(value={"a": ["|V8", [1]]}),
    "big endian": answers(value={"a": [">f8", [1]]}),
    "long doubles": answers(value={"a": ["<f16", [1]]}),
    "two types": answers(value={"a": ["<f8,<f8", [1]]}),
    "a number for a type": answers(value={"a": [8, [1]]}),
    "a type with more": answers(value={"a": ["<f8\n", [1]]}),
    "nine axes": answers(value={"a": ["<f8", [1] * 9]}),
    "a negative axis": answers(value={"a": ["<f8", [-1]]}),
    "an axis of truth": answers(value={"a": ["<f8", [True]]}),
    "half an axis": answers(value={"a": ["<f8", [0.5]]}),
    "a large axis": answers(value={"a": ["<f8", [LARGE]]}),
    "too many bytes": answers(value={"a": ["<f8", [1 << 22]]}),
    "empty and large": answers(value={"a": ["<f8", [2**30, 0, 2**30, 2**30]]}),
    "large together": answers(value={"l": [{"a": ["|b1", [0, 1 << 20]]}] * 17}),
}


@pytest.mark.parametrize("header", BAD.values(), ids=BAD)
def test_bad_answers(header):
    with pytest.raises(BadAnswer):
        ask(message(header, bytes(100)))


def test_a_large_header_is_not_read():
    with pytest.raises(BadAnswer, match="64 KB"):
        ask(struct.pack("<I", calling.MOST_HEADER + 1) + b"[")


@pytest.mark.parametrize(
    "seconds", [LARGE, -1, "long", None, float("nan")], ids=lambda s: f"{s}"[:9]
)
def test_what_no_verdict_rests_on_is_no_reason_to_refuse(seconds):
    (outcome,) = ask(message(answers(seconds=seconds)))
    assert outcome.value == 1
    assert type(outcome.seconds) is float


@pytest.mark.parametrize(
    "said", [b"", b"\1", b"\4\0\0\0{", message(answers(value={"a": ["<f8", [3]]}), bytes(23))]
)
def test_half_a_message(said):
    with pytest.raises(NoAnswer, match="gone") as found:
        ask(said)
    assert not found.value.late


def test_nothing_is_unpickled_or_executed(tmp_path):
    text = f"open({str(tmp_path / 'hit')!r}, 'w')"
    for value in ({"o": text}, {"a": ["|O", [1]]}, {"s": text}):
        with pytest.raises(BadAnswer):
            ask(message(answers(value=value), b"cos\nsystem\n"))
    assert not (tmp_path / "hit").exists()


def test_texts_are_cleaned_and_cut():
    evil = "\x1b]0;x\x07\u202ea\nb\ud800" + "c" * 1000
    (outcome,) = ask(message(answers(error=evil, message=evil, line=evil, warned=evil)))
    for text, most in (
        (outcome.error, 60),
        (outcome.message, 300),
        (outcome.line, 200),
        (outcome.warned, 200),
    ):
        assert text.isprintable() and text.isascii() and len(text) <= most
    assert clean("a\u00a0b c", 9) == "a b c"


# ---- time ---------------------------------------------------------------------------------------


def test_a_kernel_that_says_nothing():
    with connected(seconds=0.2) as (line, _), pytest.raises(NoAnswer, match=r"0\.2 s") as found:
        line.ask("f", [PLAIN])
    assert found.value.late


def test_a_kernel_that_dribbles():
    stop = threading.Event()

    def dribble(kernel):
        with contextlib.suppress(OSError):
            kernel.sendall(struct.pack("<I", 60_000))
            while not stop.wait(0.02):
                kernel.sendall(b" ")

    with connected(seconds=0.3) as (line, kernel):
        thread = threading.Thread(target=dribble, args=(kernel,))
        thread.start()
        begin = time.monotonic()
        with pytest.raises(NoAnswer) as found:
            line.ask("f", [PLAIN])
        assert time.monotonic() - begin < 2
        stop.set()
        thread.join()
    assert found.value.late


def test_a_kernel_that_does_not_listen():
    with connected(seconds=0.2) as (line, _), pytest.raises(NoAnswer) as found:
        line.ask("f", [Call((np.zeros(4 << 20),))])
    assert found.value.late


def test_a_kernel_that_does_not_connect(monkeypatch, tmp_path):
    monkeypatch.setattr(lines, "SECONDS_TO_OPEN", 0.05)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        with pytest.raises(NoAnswer) as found:
            Line(listener, 1.0).accept()
    assert found.value.late
    assert not (tmp_path / "s").exists()


# ---- anything at all ----------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
AXES = st.lists(
    st.integers(-1, 5) | st.sampled_from([2**31, 2**30, 1 << 22]) | ANYTHING, max_size=9
)
DTYPES = st.sampled_from(["<f8", "<f4", "|b1", "<i8", "<u2", "|O", ">f8", "<f16", "<U3"]) | ANYTHING
VALUE = st.recursive(
    st.builds(lambda s: {"s": s}, ANYTHING)
    | st.builds(lambda t, axes: {"a": [t, axes]}, DTYPES, AXES)
    | ANYTHING,
    lambda inner: st.builds(
        lambda kind, items: {kind: items}, st.sampled_from("tla"), st.lists(inner, max_size=4)
    ),
    max_leaves=6,
)
ANSWER = (
    st.fixed_dictionaries(
        {"changed": st.lists(st.integers(0, 1), max_size=2) | ANYTHING, "value": VALUE},
        optional={k: ANYTHING for k in ("error", "message", "line", "warned", "seconds", "x")},
    )
    | ANYTHING
)
HEADER = st.builds(lambda a: {"answers": a}, st.lists(ANSWER, max_size=2) | ANYTHING) | ANYTHING


@settings(deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(
    header=HEADER.map(lambda h: json.dumps(h).encode()) | st.binary(max_size=200),
    tail=st.binary(max_size=100) | st.integers(0, 1000).map(bytes),
    length=st.none() | st.integers(0, 2**32 - 1),
)
def test_only_an_outcome_or_a_refusal_comes_out(header, tail, length):
    said = struct.pack("<I", len(header) if length is None else length) + header + tail
    try:
        outcomes = ask(said, seconds=1.0)
    except (BadAnswer, NoAnswer):
        return
    (outcome,) = outcomes
    assert isinstance(outcome, Outcome)
    assert set(outcome.changed) <= {0}
    texts = (outcome.error or "", outcome.message, outcome.line, outcome.warned)
    assert all(text.isprintable() or not text for text in texts)
    assert type(outcome.seconds) is float
