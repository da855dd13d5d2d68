"""What a student's code can and cannot do in each kind of box that works on this machine."""

import asyncio
import itertools
import os
import platform
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbgrader.preprocessors import Execute

import npfl
from autograders.judging import box, closure, kernel, seccomp

ROOT = Path(closure.HERE).parents[1]
PATIENCE = 60

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the box needs Linux"),
    # Jupyter's own sockets and event loops.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Running:
    """A kernel in a box, for tests that are not asynchronous."""

    def __init__(self, chosen, cwd):
        self.box, self.loop = chosen, asyncio.new_event_loop()
        self.manager = kernel.BoxedKernelManager()
        self.wait(self.manager.start_kernel(cwd=str(cwd)))
        self.folder = self.manager.provisioner.folder
        self.client = self.manager.client()
        self.client.start_channels()
        self.wait(self.client.wait_for_ready(timeout=PATIENCE))

    def wait(self, awaitable):
        return self.loop.run_until_complete(asyncio.wait_for(awaitable, PATIENCE))

    def reply(self, code, **values):
        outputs = []
        source = "".join(
            f"{name} = {value!r}\n" for name, value in values.items()
        ) + textwrap.dedent(code)
        answer = self.wait(
            self.client.execute_interactive(source, output_hook=outputs.append, timeout=PATIENCE)
        )
        text = "".join(message["content"].get("text", "") for message in outputs)
        return answer["content"], text, [message["content"].get("data", {}) for message in outputs]

    def run(self, code, **values):
        """Run code that has to succeed and return what it printed."""
        content, text, _ = self.reply(code, **values)
        assert content["status"] == "ok", f"{content.get('ename')}: {content.get('evalue')}"
        return text

    def stop(self):
        self.client.stop_channels()
        self.wait(self.manager.shutdown_kernel(now=True))
        self.loop.close()


def processes_of(folder):
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        command, status = process.info["cmdline"] or [], process.info["status"]
        if status != psutil.STATUS_ZOMBIE and any(str(folder) in word for word in command):
            found.append(process)
    return found


def gone(folder):
    end = time.monotonic() + 10
    while processes_of(folder) and time.monotonic() < end:
        time.sleep(0.05)
    return not processes_of(folder)


@pytest.fixture(scope="module", params=box.KINDS)
def chosen(request):
    """Each kind of box; what is started meanwhile uses it."""
    before = os.environ.get("NPFL_BOX")
    os.environ["NPFL_BOX"] = request.param
    box.choose.cache_clear()
    try:
        yield box.choose()
    except box.NoBox as problem:
        pytest.skip(str(problem))
    finally:
        os.environ.pop("NPFL_BOX")
        if before is not None:
            os.environ["NPFL_BOX"] = before
        box.choose.cache_clear()


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A folder of the host's that everybody could read and write, with a file in it."""
    folder = tmp_path_factory.mktemp("outside")
    (folder / "canary").write_text("secret")
    for path in (folder, *list(folder.parents)[:2]):
        path.chmod(0o777)
    (folder / "canary").chmod(0o666)
    return folder


@pytest.fixture(scope="module")
def running(chosen, tmp_path_factory):
    """A kernel whose submission came with one data file, a notebook and a link."""
    cwd = tmp_path_factory.mktemp("submission")
    (cwd / "digits.npz").write_bytes(b"data")
    (cwd / "other.ipynb").write_text("{}")
    (cwd / "passwd").symlink_to("/etc/passwd")
    os.environ["NPFL_TEST_SECRET"] = "secret"
    started = Running(chosen, cwd)
    del os.environ["NPFL_TEST_SECRET"]
    yield started
    started.stop()
    assert gone(started.folder)
    assert not started.folder.exists()


def test_numpy_and_plots_work(running):
    code = """
    import numpy as np
    import matplotlib.pyplot as plt
    assert (np.ones((300, 300)) @ np.ones((300, 300)) == 300).all()
    plt.plot(np.random.default_rng(0).normal(size=9))
    plt.show()
    """
    content, _, data = running.reply(code)
    assert content["status"] == "ok"
    assert any("image/png" in shown for shown in data)


def test_threads_work_and_are_limited(running):
    count = """
    import threading, time
    stop, started = threading.Event(), 0
    try:
        for _ in range(3000):
            threading.Thread(target=stop.wait, daemon=True).start()
            started += 1
    except RuntimeError:
        pass
    stop.set()
    time.sleep(0.2)
    assert 10 < started < 2000, started
    """
    running.run(count)
    running.run("import os; os.listdir(); print('still there')")


def test_the_reference_is_absent(running):
    secrets = [*Path(npfl.__file__).parent.rglob("*.py"), *(ROOT / "autograders").rglob("*.py")]
    inside = [
        path for path in secrets if path in closure.INSIDE or path.is_relative_to(closure.STUDENT)
    ]
    secrets = [str(path) for path in secrets if path not in inside]
    shown = set(closure.files())
    for folder in closure.covered():  # other packages, where somebody may have installed it
        others = (path for path in folder.glob("*/*.py") if shown.isdisjoint(path.parents))
        secrets += [str(path) for path in itertools.islice(others, 5)]
    code = """
    import importlib.util
    for path in secrets:
        try:
            open(path).read()
        except OSError:
            continue
        raise AssertionError(path)
    for name in ("npfl", "autograders"):
        spec = importlib.util.find_spec(name)
        for place in (spec.submodule_search_locations if spec else ()):
            assert place.startswith(student), place
    for name in ("nbgrader", "numba", "autograders.judging", "nbconvert"):
        try:
            __import__(name)
        except ImportError:
            continue
        raise AssertionError(name)
    """
    assert len(secrets) > 5
    running.run(code, secrets=secrets, student=str(closure.STUDENT))


def test_nothing_else_can_be_read(running, outside):
    paths = [str(outside / "canary"), "/etc/passwd", "/etc/shadow", f"/proc/{os.getpid()}/environ"]
    paths += [
        f"/proc/{os.getpid()}/mem",
        f"/proc/{os.getpid()}/root/etc/passwd",
        "/proc/1/root/etc/passwd",
    ]
    code = """
    import os
    for path in paths:
        try:
            content = open(path, "rb").read(100)
        except OSError:
            continue
        raise AssertionError(path)
    for path in folders:
        try:
            names = os.listdir(path)
        except OSError:
            continue
        assert "canary" not in names and ".ssh" not in names and "passwd" not in names, path
    assert not any("NPFL" in name for name in os.environ), dict(os.environ)
    assert b"NPFL_TEST_SECRET" not in open("/proc/self/environ", "rb").read()
    """
    running.run(code, paths=paths, folders=[str(outside), str(Path.home()), "/etc", "/home"])


def test_nothing_outside_can_be_written(running, outside):
    folders = [
        str(outside),
        "/",
        "/tmp",
        str(running.folder),
        "/usr/lib",
        "/etc",
        "/dev",
        "/var/tmp",
        "/run",
    ]
    code = """
    import os
    for folder in folders:
        for act in (lambda p: open(p, "w"), os.mkdir, lambda p: os.symlink("/", p), os.mkfifo):
            try:
                act(folder + "/new")
            except OSError:
                continue
            raise AssertionError(folder)
    changes = [lambda p, mode=mode: open(p, mode) for mode in ("w", "a", "r+")]
    changes += [lambda p: os.truncate(p, 0), os.unlink, lambda p: os.rename(p, p + "2")]
    changes += [lambda p, how=how: os.open(p, os.O_TRUNC | how) for how in range(4)]
    for act in changes:
        try:
            act(canary)
        except OSError:
            continue
        raise AssertionError(canary)
    for act in (lambda p: os.chmod(p, 0), lambda p: os.utime(p, (0, 0))):
        try:
            act(canary)  # may pretend
        except OSError:
            pass
    open("new.txt", "w").write("mine")
    assert open("new.txt").read() == "mine"
    """
    before = (outside / "canary").stat()
    running.run(code, folders=folders, canary=str(outside / "canary"))
    after = (outside / "canary").stat()
    assert (before.st_mode, before.st_mtime) == (after.st_mode, after.st_mtime)
    assert (outside / "canary").read_text() == "secret"


def test_the_submissions_data_is_there_to_read(running):
    code = """
    import os
    assert open("digits.npz", "rb").read() == b"data"
    assert not os.path.exists("other.ipynb") and not os.path.exists("passwd")
    for act in (lambda: open("digits.npz", "a"), lambda: os.truncate("digits.npz", 0)):
        try:
            act()
        except OSError:
            continue
        raise AssertionError("written")
    """
    running.run(code)


def test_no_process_can_be_started(running):
    code = """
    import multiprocessing, os, subprocess
    def start():
        multiprocessing.get_context("fork").Process(target=print).start()
    attempts = {
        "fork": os.fork,
        "forkpty": os.forkpty,
        "spawn": lambda: os.posix_spawn(python, [python], {}),
        "execute": lambda: os.execv(python, [python]),
        "subprocess": lambda: subprocess.run([python, "-c", "0"], check=True),
        "multiprocessing": start,
    }
    for name, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        raise AssertionError(name)
    assert os.system("true") != 0
    """
    running.run(code, python=str(closure.executable()))


def test_no_connection_leaves(running, outside):
    path, abstract = str(outside / "socket"), f"\0npfl-test-{os.getpid()}"
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as local,
        socket.socket(socket.AF_UNIX) as nameless,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams,
    ):
        udp.bind(("127.0.0.1", 0))
        local.bind(path)
        local.listen()
        os.chmod(path, 0o777)
        nameless.bind(abstract)
        nameless.listen()
        datagrams.bind(path + "d")
        os.chmod(path + "d", 0o777)
        code = """
        import socket
        S, unix = socket.socket, socket.AF_UNIX
        attempts = {
            "tcp": lambda: socket.create_connection(("127.0.0.1", tcp), timeout=2),
            "udp": lambda: S(socket.AF_INET, socket.SOCK_DGRAM).sendto(b".", ("127.0.0.1", udp)),
            "ipv6": lambda: S(socket.AF_INET6),
            "vsock": lambda: S(40, socket.SOCK_STREAM),
            "local": lambda: S(socket.AF_UNIX).connect(path),
            "dots": lambda: S(socket.AF_UNIX).connect(folder + "/.." + path[len("/tmp"):]),
            "abstract": lambda: S(socket.AF_UNIX).connect(abstract),
            "datagram": lambda: S(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b".", path + "d"),
            "pair": lambda: socket.socketpair(unix, 2)[0].sendto(b".", path + "d"),
        }
        for name, attempt in attempts.items():
            try:
                attempt()
            except OSError:
                continue
            raise AssertionError(name)
        """
        ports = {"tcp": tcp.getsockname()[1], "udp": udp.getsockname()[1]}
        running.run(code, path=path, abstract=abstract, folder=str(running.folder), **ports)
        for listener in (tcp, local, nameless):
            listener.settimeout(0)
            with pytest.raises(BlockingIOError):
                listener.accept()
        os.unlink(path)
        os.unlink(path + "d")


def test_the_line_to_the_judge_can_be_opened(running):
    with running.manager.provisioner.listen("line") as listener:
        code = """
        import socket
        line = socket.socket(socket.AF_UNIX)
        line.connect(path)
        line.settimeout(5)
        line.sendall(b"hello")
        """
        running.run(code, path=listener.getsockname())
        listener.settimeout(PATIENCE)
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(PATIENCE)
            assert connection.recv(5) == b"hello"
            connection.sendall(b"world")
            assert running.run("print(line.recv(5))") == "b'world'\n"


def test_no_other_process_can_be_touched(running):
    victim = subprocess.Popen(["sleep", "1000"])
    try:
        code = """
        import os, resource, signal
        attempts = {
            "signal": lambda pid: os.kill(pid, signal.SIGTERM),
            "group": lambda pid: os.killpg(pid, signal.SIGTERM),
            "pidfd": lambda pid: signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGTERM),
            "limit": lambda pid: resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1)),
            "memory": lambda pid: open(f"/proc/{pid}/mem", "r+b"),
            "environment": lambda pid: open(f"/proc/{pid}/environ"),
        }
        for pid in pids:
            for name, attempt in attempts.items():
                try:
                    attempt(pid)
                except OSError:
                    continue
                raise AssertionError(name)
            try:
                os.setpriority(os.PRIO_PROCESS, pid, 19)  # may pretend
            except OSError:
                pass
        """
        running.run(code, pids=[victim.pid, os.getpid()])
        assert victim.poll() is None
        process = psutil.Process(victim.pid)
        assert process.nice() == psutil.Process().nice()
        assert process.rlimit(psutil.RLIMIT_CPU) == psutil.Process().rlimit(psutil.RLIMIT_CPU)
    finally:
        victim.kill()
        victim.wait()


def test_memory_and_files_are_limited(running):
    code = """
    import errno, os, resource
    try:
        bytearray(6 << 30)
    except MemoryError:
        pass
    else:
        raise AssertionError("memory")
    try:
        with open("big", "wb", buffering=0) as big:
            while big.tell() < 100 << 20:
                big.write(bytes(1 << 20))
    except OSError as problem:
        assert problem.errno == errno.EFBIG
        assert os.path.getsize("big") == 64 << 20
    else:
        raise AssertionError("file size")
    os.unlink("big")
    opened = []
    try:
        while len(opened) < 1000:
            opened.append(open(os.devnull))
    except OSError as problem:
        assert problem.errno == errno.EMFILE
    else:
        raise AssertionError("open files")
    finally:
        for file in opened:
            file.close()
    try:
        resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
    except ValueError:
        pass
    else:
        raise AssertionError("limit raised")
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
    assert resource.getrlimit(resource.RLIMIT_CPU) == (300, 300)
    """
    running.run(code)


def test_scratch_files_are_limited_together(running):
    if running.box.kind == "landlock":
        pytest.skip(box.LACKS_LANDLOCK[0])
    code = """
    import errno, os
    for folder in (os.environ["TMPDIR"], "/dev/shm"):
        written, names = 0, []
        try:
            while written < 400:
                names.append(f"{folder}/part{written}")
                with open(names[-1], "wb", buffering=0) as part:
                    part.write(bytes(1 << 20))
                written += 1
        except OSError as problem:
            assert problem.errno == errno.ENOSPC
        assert 100 < written <= 128, written
        for name in names:
            os.unlink(name)
    """
    running.run(code)


def test_no_rights(running):
    status = dict(
        line.split(":\t", 1)
        for line in running.run("print(open('/proc/self/status').read())").splitlines()
        if ":\t" in line
    )
    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(status[name], 16) == 0, name
    if running.box.kind != "landlock" or os.geteuid() == 0:  # taking it away is itself a right
        assert int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    if box.LACKS_UID not in running.box.lacks:
        assert "0" not in status["Uid"].split()
        assert "0" not in status["Gid"].split()
    if os.geteuid() == 0:
        assert status["Groups"].strip() == ""


CALL = """
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
def error(number, *arguments):
    ctypes.set_errno(0)
    answer = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(a) for a in arguments))
    return errno.errorcode.get(ctypes.get_errno(), answer) if answer < 0 else answer
"""


def test_each_listed_call_is_refused(running):
    shared = running.box.kind == "landlock"
    known = seccomp.numbers(platform.machine())
    left = seccomp.CONDITIONAL | seccomp.PRETENDED | (set() if shared else seccomp.SHARED)
    refused = {name: number for name, number in known.items() if name not in left}
    assert {"execve", "ptrace", "mount", "memfd_create", "io_uring_setup", "bpf"} <= refused.keys()
    code = (
        CALL
        + "answers = {name: error(call, *[-1] * 6) for name, call in calls.items()}\n"
        + "print({name: answer for name, answer in answers.items() if answer != 'EPERM'})"
    )
    assert running.run(code, calls=refused) == "{}\n"
    if shared:
        pretended = [known[name] for name in seccomp.PRETENDED if name in known]
        code = CALL + "\nprint({error(c, *[-1] * 6) for c in calls})"
        assert running.run(code, calls=pretended) == "{0}\n"


def test_each_condition_refuses(running):
    code = (
        CALL
        + """
import signal, socket
me, thread, user = os.getpid(), 0x10000, 0x10000000
expected = {
    "clone a process": (error(n["clone"], signal.SIGCHLD), "EPERM"),
    "clone a namespace": (error(n["clone"], thread | user), "EPERM"),
    "clone3": (error(n["clone3"], 0, 0), "ENOSYS"),
    "newer calls": ({error(number) for number in range(463, 480)}, {"ENOSYS"}),
    "another ABI": (error(0x40000000 + 39), "ENOSYS"),
    "kill": ({error(n["kill"], pid, 0) for pid in (-1, 0, 1 + me, -me)}, {"EPERM"}),
    "tgkill": (error(n["tgkill"], me + 1, me + 1, 0), "EPERM"),
    "kill itself": (error(n["kill"], me, 0), 0),
    "outlive": (error(n["prctl"], 1, 0), "EPERM"),
    "limits of others": (error(n["prlimit64"], me + 1, 0, 0, 0), "EPERM"),
    "own limits": (error(n["prlimit64"], 0, 0, 0, 0), 0),
    "owner": ({error(n["fcntl"], 0, c, me) for c in (8, 15)}, {"EPERM"}),
    "terminal": ({error(n["ioctl"], 0, c, 0) for c in (0x5412, 0x541C, 0x8901)}, {"EPERM"}),
    "sockets": ({error(n["socket"], f, 1, 0) for f in (2, 10, 16, 17, 38, 40)}, {"ENOTSUP"}),
    "datagrams": ({error(n["socket"], 1, t, 0) for t in (2, 5, 2 | 0x80000)}, {"ENOTSUP"}),
    "pairs of them": (error(n["socketpair"], 1, 2, 0, 0), "ENOTSUP"),
}
if shared:
    emptying, here = {0o1000, 0o1003}, -100
    expected["emptying"] = ({error(n["openat"], here, 0, how) for how in emptying}, {"EPERM"})
    expected["openat2"] = (error(n["openat2"], here, 0, 0, 0), "ENOSYS")
print({name: got for name, (got, wanted) in expected.items() if got != wanted})
"""
    )
    shared = running.box.kind == "landlock"
    numbers = seccomp.numbers(platform.machine())
    assert running.run(code, n=numbers, shared=shared) == "{}\n"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="has no second architecture")
def test_calls_of_another_architecture_end_the_process(chosen):
    code = """
import ctypes, mmap
page = mmap.mmap(-1, 4096, prot=7)
page.write(bytes.fromhex("b814000000 cd80 c3"))
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
print("alive")
"""
    done = chosen.run(code)
    assert done.returncode != 0
    assert "alive" not in done.stdout
    assert chosen.run(code.replace("cd80", "9090")).stdout == "alive\n"


def test_an_endless_loop_is_interrupted(running):
    running.client.execute("while True: pass")
    time.sleep(0.3)
    running.wait(running.manager.interrupt_kernel())
    end, content = time.monotonic() + PATIENCE, {}
    while content.get("status") != "ok" and time.monotonic() < end:
        content, _, _ = running.reply(
            "1"
        )  # what is sent before the error is out is dropped with it
    assert content["status"] == "ok"


def test_a_kernel_that_ignores_everything_is_killed(chosen, tmp_path):
    started = Running(chosen, tmp_path)
    code = """
    import ctypes, signal, threading
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    print("deaf")
    while True:
        ctypes.PyDLL(None).usleep(100000)
    """
    started.client.execute(textwrap.dedent(code))
    time.sleep(0.5)
    assert processes_of(started.folder)
    started.stop()
    assert gone(started.folder)
    assert not started.folder.exists()


GRADER = """
import asyncio, sys
from autograders.judging.kernel import BoxedKernelManager

async def main():
    manager = BoxedKernelManager()
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    client.execute(sys.argv[1])
    await asyncio.sleep(0.5)
    print(manager.provisioner.folder, flush=True)
    await asyncio.sleep(1000)

asyncio.run(main())
"""
CLINGING = """
import ctypes, os, signal
for number in (1, 2, 15):
    signal.signal(number, signal.SIG_IGN)
ctypes.CDLL(None).prctl(1, 0)
try:
    os.setsid()
except OSError:
    pass
while True:
    pass
"""


def test_nothing_is_left_when_the_grader_is_killed(chosen, tmp_path):
    path = os.pathsep.join(word for word in sys.path if word)
    grader = subprocess.Popen(
        [sys.executable, "-c", GRADER, CLINGING],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    folder = grader.stdout.readline().strip()
    try:
        assert folder.startswith("/tmp/npfl-")
        assert processes_of(folder)
        grader.send_signal(signal.SIGKILL)
        grader.wait()
        assert gone(folder)
    finally:
        grader.kill()
        grader.wait()
        grader.stdout.close()
        for process in processes_of(folder) if folder else ():
            process.kill()
        subprocess.run(["rm", "-rf", "--", folder], check=True)


def test_a_huge_message_does_not_arrive(chosen, tmp_path):
    started = Running(chosen, tmp_path)
    try:
        code = f"print('x' * {kernel.MAX_FRAME + 1000})"
        started.client.execute(code, silent=False)
        sizes = []
        with pytest.raises(Exception):  # noqa: B017 -- the queue's Empty
            while True:
                message = started.wait(started.client.get_iopub_msg(timeout=3))
                sizes.append(len(str(message["content"])))
        assert max(sizes) < kernel.MAX_FRAME
    finally:
        started.stop()


def test_nbgrader_runs_a_notebook_in_it(chosen, tmp_path):
    cells = [
        nbformat.v4.new_code_cell(code)
        for code in ("import os; print(os.listdir())", "1 / 0", "6 * 7")
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {
        "name": "../../evil",
        "display_name": "Evil",
        "language": "evil",
    }
    (tmp_path / "data.csv").write_text("1,2\n")
    Execute(kernel_manager_class=kernel.BoxedKernelManager).preprocess(
        notebook, {"metadata": {"path": str(tmp_path)}}
    )
    first, second, third = (cell.outputs[-1] for cell in notebook.cells)
    assert first.text == "['data.csv']\n"
    assert second.ename == "ZeroDivisionError"
    assert third.data["text/plain"] == "42"


def test_expose_leaves_out_what_is_hidden(tmp_path):
    for name in ("a/x", "b/packages/npfl", "b/packages/numpy", "b/y", "c/z"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "b" / "link").symlink_to(tmp_path / "b" / "packages")
    (tmp_path / "b" / "above").symlink_to(tmp_path / "b")
    (tmp_path / "b" / "good").symlink_to(tmp_path / "c")
    (tmp_path / "b" / "nowhere").symlink_to(tmp_path / "missing")
    hidden = {tmp_path / "b" / "packages"}
    names = {str(path.relative_to(tmp_path)) for path in closure.expose(tmp_path, hidden)}
    assert names == {"a", "b/y", "b/good", "c"}
    assert list(closure.expose(tmp_path / "a", hidden)) == [tmp_path / "a"]
    assert list(closure.expose(hidden.copy().pop() / "npfl", hidden)) == []
    assert list(closure.expose(tmp_path / "missing", hidden)) == []


def test_the_closure_is_what_a_notebook_needs():
    names = closure.entries()
    assert {"ipykernel", "numpy", "matplotlib", "zmq", "traitlets"} <= names.keys()
    assert not {"npfl", "autograders", "nbgrader", "numba", "nbconvert", "pytest"} & names.keys()
    secrets = (
        Path(npfl.__file__).parent,
        ROOT / "autograders" / "judging" / "box.py",
        Path.home() / ".cache",
    )
    for path in closure.readable():
        for secret in secrets:
            assert not secret.is_relative_to(path), f"{path} shows {secret}"


def test_choosing(monkeypatch):
    box.choose.cache_clear()
    with pytest.raises(ValueError, match="must be one of bubblewrap"):
        box.choose("chroot")
    with monkeypatch.context() as patched:
        patched.setattr(box.shutil, "which", lambda name: None)
        with pytest.raises(box.NoBox, match="bubblewrap: not installed"):
            box.choose("bubblewrap")
        patched.setattr(box.sys, "platform", "darwin")
        with pytest.raises(box.NoBox, match="WSL2"):
            box.choose()
    monkeypatch.setenv("NPFL_BOX", "nonsense")
    box.choose.cache_clear()
    with pytest.raises(ValueError, match="'nonsense'"):
        box.choose()
    box.choose.cache_clear()
