"""`npfl bench`: what it measures, says and leaves behind; never how fast something is."""

import ast
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from benchmarks import cases, measure, picture, report, worker
from benchmarks import run as run_module
from benchmarks.problem import BOTH, FORWARD, STEP

ROOT = Path(__file__).parents[1]
CASE = "tiny 8x8x1 3x3"
# Each kind of problem, as small as shows its strides, dilation, groups and gates.
PROBLEMS = {
    case.name: replace(case.problem.small(), **size)
    for name, size in {
        "tiny 8x8": {},
        "alexnet 227": {"shape": (2, 27, 27, 3)},
        "dilated2": {"shape": (2, 9, 9, 8), "filters": 8},
        "depthwise": {"shape": (2, 9, 9, 8), "filters": 8, "groups": 8},
        "grouped4": {"shape": (2, 9, 9, 8), "filters": 8},
        "max pool 3x3/1": {"shape": (2, 9, 9, 8)},
        "average pool 2x2": {"shape": (2, 9, 9, 8)},
        "batch norm": {"shape": (2, 9, 9, 8)},
        "dropout": {"shape": (2, 9, 9, 8)},
        "LSTM T20": {},
        "RNN T20": {},
    }.items()
    for case in cases.named(name)
}


def made_up(forward=0.5, both=0.5, threads=(1,), memory=(50e6, 60e6)):
    """What a run says whose ratios to PyTorch are these."""

    def one(ratio):
        samples = {worker.OURS: [ratio], "PyTorch contiguous": [1.0], worker.NUMPY: [4.0]}
        samples[worker.NUMBA] = [5.0]
        rivals = dict(zip(("PyTorch", worker.NUMPY, worker.NUMBA), list(samples)[1:], strict=True))
        ratios = {
            title: {"against": name, **measure.ratio(samples[worker.OURS], samples[name])}
            for title, name in rivals.items()
        }
        return {name: measure.summary(s) for name, s in samples.items()}, ratios

    modes = {FORWARD: one(forward), BOTH: one(both), STEP: one(both)}
    case = {
        "times": {mode: times for mode, (times, _) in modes.items()},
        "ratios": {mode: ratios for mode, (_, ratios) in modes.items()},
    }
    peaks = {"arithmetic": 1e11, "memory": 1e10, "cache": 1e11}
    return {
        "versions": {"torch": "2"},
        "runs": [{"threads": n, "peaks": peaks, "cases": {CASE: case}} for n in threads],
        "memory": {CASE: dict(zip((worker.OURS, "PyTorch contiguous"), memory, strict=True))},
    }


def text(found):
    console = Console(width=100, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
    with console.file:
        console.print(report.report(found))
    return console.export_text()


def row(found):
    return next(line for line in text(found).splitlines() if line.startswith(CASE))


def test_every_case_of_the_issue_is_there():
    assert len({case.name for case in cases.CASES}) == len(cases.CASES) == 33
    exact = [case for case in cases.CASES if case.group == "convolution, exact"]
    assert [case.problem.filters for case in exact] == [32, 64, 128, 256, 64]
    assert all(case.problem.exact for case in exact)
    assert max(len(case.name) for case in cases.CASES) <= 25  # so that the table fits


def test_work_is_counted():
    vgg = cases.named("vgg")[0].problem
    assert vgg.operations()[FORWARD] == 2 * 4 * 166 * 166 * 256 * 256  # 56 x 3 taps less 2 outside
    assert vgg.bytes()[FORWARD] == 4 * (2 * 4 * 56 * 56 * 256 + 9 * 256 * 256 + 256)
    lstm = cases.named("LSTM T128")[0].problem
    assert lstm.operations()[BOTH] == 3 * 2 * 32 * 128 * 1024 * 384


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("rival", ["NumPy and Numba", "PyTorch"])
def test_contestants_agree(name, rival):
    problem = PROBLEMS[name]
    arrays = problem.arrays()
    names = [worker.OURS, worker.NUMPY, worker.NUMBA]
    if rival == "PyTorch":
        pytest.importorskip("torch")
        names = [worker.OURS, *worker.layouts(problem)]
    results = {n: worker.contestant(problem, n, [a.copy() for a in arrays])[1]() for n in names}
    assert worker.compare(problem, results, arrays) is None
    results[worker.OURS][0][0, 0] += 0.1
    assert worker.compare(problem, results, arrays).startswith(f"{worker.OURS}: ")


def test_a_step_trains():
    problem = PROBLEMS[CASE]
    arrays = [array.astype(np.float64) for array in problem.arrays()]
    before = arrays[1].copy()
    modes, results = worker.contestant(problem, worker.OURS, arrays)
    modes[STEP]()
    np.testing.assert_allclose(before - arrays[1], 1e-8 * results()[2], rtol=1e-5)


def test_statistics():
    assert measure.summary([4, 1, 2, 3, 5]) == {"median": 3, "quartiles": [2, 4], "samples": 5}
    found = measure.ratio([1, 2, 30, 2], [2, 8, 10])
    assert found == {"ratio": 2 / 8, "quartiles": [0.375, 1.75]}
    assert measure.fastest({"a": [3, 3], "b": [2, 9]}, ["a", "b", "c"]) == "a"
    assert measure.fastest({"a": [1]}, ["c"]) is None


def test_calls_take_turns_and_each_is_first_in_turn():
    order = []

    def call(name, seconds):
        return lambda: order.append(name) or time.sleep(seconds)

    samples = measure.interleaved({name: call(name, 0.002) for name in "abc"}, 0)
    assert "".join(order) == "aabbcc" + "abcbcacababcbca"
    assert {len(s) for s in samples.values()} == {measure.LEAST}
    order.clear()
    samples = measure.interleaved({"a": call("a", 0.002), "b": lambda: order.append("b")}, 0)
    assert order.count("b") > 10 * measure.LEAST  # it is short, and repeated
    assert min(samples["a"]) >= 0.002 > max(samples["b"])


def test_missed_goals_are_shown():
    met, missed = made_up(forward=0.99), made_up(forward=1.01)
    assert "0.99/1.00 " in row(met) and "1.01/1.00!" in row(missed)
    assert "3 of 3 goals are met" in text(met) and "missed " not in text(met)
    assert "2 of 3 goals are met" in text(missed)
    assert f"missed  {CASE}, forward, 1 thread: 1.01, asked for at most 1.00" in text(missed)
    assert f"missed  {CASE}, memory in MB" in text(made_up(memory=(61e6, 60e6)))
    assert "missed  " not in text(made_up(memory=(0.9e6, 0.1e6)))
    assert [goal["met"] for goal in json.loads(report.as_json(missed))["goals"]] == [0, 1, 1]


def test_more_threads_are_compared_with_one():
    found = made_up(forward=0.5, threads=(1, 2))
    assert "missed  " not in text(found)
    found["runs"][1] = made_up(forward=0.58, threads=(2,))["runs"][0]
    assert "forward, 2 threads: 0.58, asked for at most 0.57" in text(found)
    assert report.goals({**found, "runs": found["runs"][1:], "memory": {}}) == []


def test_least_goals_are_shown():
    found = made_up()
    (measured,) = found["runs"][0]["cases"].values()
    found["runs"][0]["cases"] = {"vgg 56x56x256->256 exact": measured}
    assert "share of the peak: 0.29, asked for at least 0.85" in text(found)
    assert "times faster than im2col" not in text(found)
    measured["ratios"][FORWARD][worker.NUMPY]["ratio"] = 0.8
    assert "times faster than im2col: 1.25, asked for at least 1.70" in text(found)


def test_tables_fit_100_columns():
    found = made_up(1.234, 10.25, threads=(1, 2))
    for each in found["runs"]:
        (measured,) = each["cases"].values()
        each["cases"] = {case.name: measured for case in cases.CASES}
    found["memory"] = {case.name: found["memory"][CASE] for case in cases.CASES}
    lines = text(found).splitlines()
    assert max(map(len, lines)) <= 100 and "…" not in "".join(lines)
    assert len([line for line in lines if line.startswith("stem 224x224x3->64 7x7/2")]) == 2


def test_wrong_result_is_no_time():
    found = made_up()
    found["runs"][0]["cases"][CASE] = {"times": {}, "ratios": {}, "wrong": "npfl: y differs"}
    assert "wrong" in row(found) and f"{CASE}: npfl: y differs" in text(found)
    assert report.wrong(found) == [f"{CASE}: npfl: y differs"] and report.wrong(made_up()) == []


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_picture(tmp_path, ending):
    path = tmp_path / f"roofline.{ending}"
    picture.draw(made_up(threads=(1, 2)), path)
    start = {"png": b"\x89PNG", "svg": b"<?xml"}[ending]
    assert path.read_bytes().startswith(start)


def test_peak_memory():
    program = """
import numpy as np
from benchmarks.footprint import peak_above
np.ones(200 << 20, np.uint8)
def prepare():
    np.ones(300 << 20, np.uint8)
    held = np.ones(30 << 20, np.uint8)
    return lambda: held.sum() + np.ones(50 << 20, np.uint8)[0]
print(peak_above(prepare))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    if done.stdout.strip() == "None":
        pytest.skip("this system does not tell")
    expected = 80 if Path("/proc/self/clear_refs").exists() else 300
    assert abs(int(done.stdout) / 2**20 - expected) < 3, done.stdout + done.stderr


def test_the_command_without_torch(run, tmp_path):
    (tmp_path / "torch.py").write_text("raise ImportError")
    path = f"{tmp_path}{os.pathsep}{ROOT}"
    done = run("npfl", "bench", "--case", CASE, "--threads", "1", "--json", tmp_path / "a.json",
               "--picture", tmp_path / "a.png", PYTHONPATH=path)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert CASE in done.stdout and 'pip install "npfl[torch]"' in done.stdout
    found = json.loads((tmp_path / "a.json").read_text())
    assert found["versions"]["torch"] is None and found["machine"]["cpu"]
    (one,) = found["runs"]
    assert one["threads"] == 1 and min(one["peaks"].values()) > 1e8
    times, ratios = (one["cases"][CASE][what][FORWARD] for what in ("times", "ratios"))
    assert set(times) == {"npfl", "NumPy", "Numba loops"} and set(ratios) == set(times) - {"npfl"}
    assert all(t["samples"] >= 5 and t["median"] > 0 for t in times.values())
    assert ratios["NumPy"]["ratio"] == times["npfl"]["median"] / times["NumPy"]["median"]
    assert list(found["memory"][CASE]) == ["npfl"]
    assert (tmp_path / "a.png").stat().st_size > 1000


def test_a_run_with_torch():
    pytest.importorskip("torch")
    found = run_module.measure([1], CASE, seconds=0)
    measured, layouts = found["runs"][0]["cases"][CASE], {"contiguous", "channels_last"}
    names = {"npfl", *(f"PyTorch {layout}" for layout in layouts)}
    assert set(measured["times"][STEP]) == names
    for mode in (FORWARD, BOTH, STEP):
        times, ratio = measured["times"][mode], measured["ratios"][mode]["PyTorch"]
        assert ratio["against"] == min(names - {"npfl"}, key=lambda name: times[name]["median"])
    assert len(found["memory"][CASE]) == 2 and len(report.goals(found)) == 3


def test_wrong_usage(run, tmp_path):
    with pytest.raises(run_module.WrongUsage, match=r"(?s)no such case.*resnet"):
        run_module.measure([1], "no such case")
    with pytest.raises(run_module.WrongUsage, match=r"--threads: expected at most .*, got 9999"):
        run_module.measure([1, 9999], CASE)
    for words, said in (
        (("--threads", "0"), "--threads"),
        (("--json", tmp_path / "missing" / "a.json"), "missing"),
    ):
        done = run("npfl", "bench", *words)
        assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no signals")
def test_ctrl_c_leaves_no_process():
    psutil = pytest.importorskip("psutil")
    command = [sys.executable, "-m", "autograders.commands", "bench", "--case", CASE]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 20
    while not (children := psutil.Process(process.pid).children()) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 1 and "stopped" in said and "Traceback" not in said
    assert children and not [child for child in children if child.is_running()]


def test_nobody_imports_benchmarks_but_the_command():
    for path in (*(ROOT / "npfl").rglob("*.py"), *(ROOT / "autograders").rglob("*.py")):
        names = [
            node.module or ""
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
        ]
        assert path.name == "commands.py" or not [n for n in names if n.startswith("benchmarks")]
