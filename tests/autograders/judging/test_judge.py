"""Whole notebooks, right, unlucky and hostile, through the judge and the box."""

import concurrent.futures
import dataclasses
import multiprocessing.context
import signal

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import determine_grade

from autograders.judging import box, worker
from autograders.judging.judge import CRASHED, GRADED, TIMED_OUT, Job

IMPORTS = "import numpy as np\n\nfrom autograders import check"
SIZES = """
def output_size(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    if padding == "same":
        return -(-n // stride)
    if padding == "full":
        padding = k - 1
    before, after = {"valid": (0, 0)}.get(padding, padding) if not isinstance(padding, int) else (
        padding, padding
    )
    return (n + before + after - k) // stride + 1
"""
CONVOLVE = """
def convolve1d(x, w):
    y = np.zeros(len(x) + len(w) - 1, np.result_type(x, w, np.float32))
    for i, tap in enumerate(w):
        y[i : i + len(x)] += tap * x
    return y
"""
WRONG = "def output_size(*a, **k): return 5\ndef convolve1d(x, w): return np.zeros(3)"
LIMITS = {"seconds_per_call": 1.0, "seconds_per_cell": 4.0, "seconds_per_notebook": 60.0}
MOST = 2.0 + 3.0


def check_cell(name, points):
    cell = new_code_cell(f'check("{name}", {name})')
    marks = {"grade_id": f"check_{name}", "grade": True, "solution": False, "points": points}
    cell.metadata["nbgrader"] = {**marks, "locked": True, "schema_version": 3, "task": False}
    return cell


def notebook(*before, sizes=SIZES, convolve=CONVOLVE, between=(), after=()):
    cells = [IMPORTS, *before, sizes, check_cell("output_size", 2.0), *between, convolve]
    cells += [check_cell("convolve1d", 3.0), *after]
    cells = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    return new_notebook(cells=cells)


def wrong(*before, **parts):
    return notebook(*before, **{"sizes": WRONG, "convolve": "", **parts})


def job(folder, **changes):
    points = {"check_output_size": 2.0, "check_convolve1d": 3.0}
    made = Job("ada", "conv", points, b"key", str(folder), 0, 0, 0, 1 << 20, chosen())
    return dataclasses.replace(made, **{**LIMITS, **changes})


def chosen():
    try:
        return box.choose()
    except box.NoBox as problem:
        pytest.skip(str(problem))


FORGE = """
kernel = get_ipython().kernel
session, parent = kernel.session, kernel.get_parent()
def send(kind, content, buffers=None):
    session.send(kernel.iopub_socket, kind, content, parent=parent, ident=b"x", buffers=buffers)
"""
LIE = """
import json, socket, struct
class Liar(socket.socket):
    def makefile(self, *args, **options):
        stream = super().makefile(*args, **options)
        while len(head := stream.read(4)) == 4:
            asked = json.loads(stream.read(struct.unpack("<I", head)[0]))
            said = json.dumps({{"answers": [{answer}] * len(asked["calls"])}}).encode()
            stream.write(struct.pack("<I", len(said)) + said)
            stream.flush()
        return stream
socket.socket = Liar
"""


def lying(answer):
    return wrong(LIE.format(answer=answer))


EMPTY_AND_LARGE = '{"changed": [], "value": {"a": ["<f8", [2**30, 0, 2**30, 2**30]]}}'

# What happens to right code must not cost its points; wrong code must not gain any.
CASES = {
    "right": (notebook(), GRADED, MOST),
    "right and noisy": (
        notebook(
            "import sys, warnings\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()",
            "print('on stderr', file=sys.stderr); warnings.warn('deprecated'); np.zeros(1) / 0",
            convolve=CONVOLVE.replace("    y =", "    print(x); warnings.warn('slow')\n    y ="),
        ),
        GRADED,
        MOST,
    ),
    "right with errors elsewhere": (notebook("!ls", "1 / 0", "raise SystemExit"), GRADED, MOST),
    "right with threads left": (
        notebook(
            "import threading, time\nfor _ in range(3):\n    threading.Thread(target=time.sleep, "
            "args=(999,)).start()"
        ),
        GRADED,
        MOST,
    ),
    "right with half a character": (notebook(r"print('\ud800'); '\udfff'"), GRADED, MOST),
    "right with its names hidden": (notebook("get_ipython().user_ns = {}"), GRADED, MOST),
    "one of two": (notebook(convolve="def convolve1d(x, w): return x"), GRADED, 2.0),
    "raises SystemExit": (
        notebook(sizes="def output_size(*a, **k): raise SystemExit"),
        GRADED,
        3.0,
    ),
    "redefined after its check": (notebook(between=["output_size = None"]), GRADED, MOST),
    "redefined before its check": (notebook(after=[CONVOLVE], convolve=""), GRADED, 2.0),
    # Bad luck, or malice: what was earned before stays.
    "never ends": (
        notebook(convolve="def convolve1d(x, w):\n    while True: pass"),
        TIMED_OUT,
        2.0,
    ),
    "the first never ends": (
        notebook(sizes="def output_size(*a, **k):\n    while True: pass"),
        TIMED_OUT,
        3.0,
    ),
    "a cell never ends": (notebook(between=["while True: pass"]), TIMED_OUT, 2.0),
    "answers late": (
        notebook(convolve=CONVOLVE.replace("    y =", "    import time; time.sleep(2)\n    y =")),
        TIMED_OUT,
        2.0,
    ),
    "exits in a call": (
        notebook(convolve="def convolve1d(x, w):\n    import os; os._exit(0)"),
        CRASHED,
        2.0,
    ),
    "kills itself": (notebook(between=["import os; os.kill(os.getpid(), 9)"]), CRASHED, 2.0),
    "closes its files": (notebook(between=["import os; os.closerange(3, 256)"]), CRASHED, 2.0),
    "floods": (notebook(between=["for _ in range(9): print('x' * 300_000)"]), CRASHED, 2.0),
    # Wrong answers, and a trick.
    "wrong": (wrong(), GRADED, 0.0),
    "forged checks": (
        wrong("check = lambda *a: 5.0\nimport sys\nsys.displayhook(5.0)", after=["5.0"]),
        GRADED,
        0.0,
    ),
    "equal to everything": (
        wrong(
            sizes="class Yes(int):\n    __eq__ = lambda *a: True\n    __ne__ = lambda *a: False\n"
            "def output_size(*a, **k): return Yes(5)\n"
            "class Lie(np.ndarray):\n    __eq__ = lambda *a: True\n"
            "def convolve1d(x, w): return np.zeros(len(x) + len(w) - 1).view(Lie)"
        ),
        GRADED,
        0.0,
    ),
    "looks for the answer": (
        wrong(
            sizes="import sys, gc\ndef convolve1d(x, w):\n    frame = sys._getframe()\n"
            "    while frame:\n        for k in ('want', 'wants', 'expected'):\n"
            "            if k in frame.f_locals: return frame.f_locals[k]\n"
            "        frame = frame.f_back\n    import npfl; return npfl.convolve1d(x, w)\n"
            "output_size = convolve1d"
        ),
        GRADED,
        0.0,
    ),
    "updates earlier outputs": (
        wrong(
            "from IPython.display import display, update_display\ndisplay(1, display_id='a')",
            after=["update_display(5.0, display_id='a')"],
        ),
        GRADED,
        0.0,
    ),
    "forged messages": (
        wrong(
            FORGE + "send('status', {}); send('stream', {'name': 5, 'text': 7})\n"
            "send('display_data', {'data': 5, 'metadata': 7})"
        ),
        CRASHED,
        0.0,
    ),
    "a bad signature": (
        wrong(FORGE + "kernel.iopub_socket.send_multipart([b'<IDS|MSG>', b'bad'] + [b'{}'] * 4)"),
        CRASHED,
        0.0,
    ),
    "widgets": (
        wrong(
            FORGE + "send('comm_open', {'comm_id': 'c', 'target_name': 'jupyter.widget', 'data': "
            "{'state': {'_model_name': 'HTMLModel', 'value': '<script>'}}})\n"
            "send('display_data', {'data': {'application/javascript': 'x'}, 'metadata': {}})"
        ),
        GRADED,
        0.0,
    ),
    "an empty and large array": (lying(EMPTY_AND_LARGE), CRASHED, 0.0),
    "no answer of the form": (lying('{"error": ["x"], "changed": [10**4000]}'), CRASHED, 0.0),
    "another number of answers": (lying("{}, {}"), CRASHED, 0.0),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """All of them, two at a time."""
    made, folder = job(tmp_path_factory.mktemp("submission")), {}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, (nb, _, _) in CASES.items():
            folder[name] = pool.submit(worker.judged, nb, made)
        return {name: future.result() for name, future in folder.items()}


@pytest.mark.parametrize("name", CASES)
def test_status_and_points(results, name):
    _, status, points = CASES[name]
    judged, verdict = results[name]
    assert (verdict.status, sum(c.points for c in verdict.cells)) == (status, points)
    assert [c.grade_id for c in verdict.cells] == ["check_output_size", "check_convolve1d"]
    assert bool(verdict.reason) == (status != GRADED)
    assert not verdict.reason or verdict.reason.isprintable()
    nbformat.validate(judged)
    nbformat.writes(judged).encode("utf-8")


@pytest.mark.parametrize("name", CASES)
def test_nbgrader_reads_the_same_points(results, name):
    judged, verdict = results[name]
    assert read_by_nbgrader(judged) == {c.grade_id: (c.points, c.maximum) for c in verdict.cells}


def read_by_nbgrader(judged):
    cells = [cell for cell in judged.cells if "nbgrader" in cell.metadata]
    return {cell.metadata.nbgrader.grade_id: determine_grade(cell) for cell in cells}


def outputs(judged, source):
    (cell,) = [cell for cell in judged.cells if cell.source == source]
    return cell.outputs


def test_a_shell_command_fails_in_its_own_cell(results):
    judged, _ = results["right with errors elsewhere"]
    for source in ("!ls", "1 / 0"):
        assert outputs(judged, source)[-1].output_type == "error"


def test_what_a_cell_showed_is_not_changed_by_a_later_one(results):
    judged, _ = results["updates earlier outputs"]
    (cell,) = [cell for cell in judged.cells if "display(1," in cell.source]
    assert cell.outputs[0].data["text/plain"] == "1"


def test_plots_are_shown(results):
    judged, _ = results["right and noisy"]
    shown = [o for cell in judged.cells for o in cell.outputs if "image/png" in o.get("data", {})]
    assert shown


def test_nothing_live_is_kept(results):
    judged, _ = results["widgets"]
    assert "widgets" not in judged.metadata
    assert [cell.outputs for cell in judged.cells if "nbgrader" not in cell.metadata] == [[]] * 4


def test_the_reason_says_what_happened(results):
    for name, words in {
        "never ends": "convolve1d: takes longer than 1 s",
        "answers late": "convolve1d: no answer within 1 s",
        "a cell never ends": "cell 4 ran longer than 4 s",
        "exits in a call": "convolve1d: the kernel is gone",
        "kills itself": "the kernel died in cell 4",
        "floods": "cell 4 put out too much",
    }.items():
        assert results[name][1].reason == words


def test_no_input_and_no_value_is_shown(results):
    for name in ("wrong", "one of two", "never ends"):
        judged, verdict = results[name]
        shown = [cell.outputs for cell in judged.cells if "nbgrader" in cell.metadata]
        for word in ("expected value", "array(", "yours =", "values differ", "input on which"):
            assert word not in str(shown) + str(verdict)


# ---- the judge's own process --------------------------------------------------------------------


def sleeping(seconds):
    return notebook(f"import time; time.sleep({seconds})")


def assert_nothing_earned(judged, verdict, status):
    assert verdict.status == status
    assert [cell.points for cell in verdict.cells] == [0.0, 0.0]
    assert set(read_by_nbgrader(judged).values()) == {(0, 2.0), (0, 3.0)}


def test_nothing_is_earned_if_the_judge_dies(tmp_path, monkeypatch):
    """nbgrader gives full marks to a check cell without outputs."""
    monkeypatch.setattr(worker, "MOST_ANSWER", 10)
    assert_nothing_earned(*worker.judged(notebook(), job(tmp_path)), CRASHED)


def test_a_kernel_that_does_not_start_is_no_verdict(tmp_path):
    too_little = box.Limits(memory=100 << 20)
    with pytest.raises(worker.NotStarted, match="did not start"):
        worker.judged(notebook(), job(tmp_path, limits=too_little))


def test_ctrl_c_waits_until_the_process_has_started(tmp_path, monkeypatch, capfd):
    started, start = [], multiprocessing.context.ForkServerProcess.start

    def interrupted(process):
        signal.raise_signal(signal.SIGINT)
        start(process)
        started.append(process)

    monkeypatch.setattr(multiprocessing.context.ForkServerProcess, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        worker.judged(sleeping(20), job(tmp_path))
    assert len(started) == 1 and not started[0].is_alive()
    assert "Traceback" not in capfd.readouterr().err
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_nothing_is_earned_if_the_judge_does_not_end(tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "SECONDS_TO_END", -58)
    assert_nothing_earned(*worker.judged(sleeping(30), job(tmp_path)), TIMED_OUT)


def test_the_whole_notebook_has_a_limit(tmp_path):
    nb = notebook(between=["import time; time.sleep(2)"] * 20)
    judged, verdict = worker.judged(nb, job(tmp_path, seconds_per_notebook=4.5))
    assert verdict.status == TIMED_OUT
    assert verdict.reason == "the notebook ran longer than 4.5 s"
    assert read_by_nbgrader(judged) == {"check_output_size": (2, 2), "check_convolve1d": (0, 3)}


def test_a_limit_below_a_second_is_a_limit(tmp_path):
    _, verdict = worker.judged(sleeping(20), job(tmp_path, seconds_per_cell=0.5))
    assert verdict.status == TIMED_OUT


def test_inputs_differ_between_students_and_not_between_runs(tmp_path):
    made = job(tmp_path)
    assert made.seed("a") == made.seed("a")
    others = [dataclasses.replace(made, **c) for c in ({"student": "x"}, {"key": b"x"})]
    assert len({made.seed("a"), made.seed("b"), *(other.seed("a") for other in others)}) == 4
