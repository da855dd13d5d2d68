"""A Jupyter kernel in the box, for nbclient, nbconvert and nbgrader.

Examples
--------
>>> from nbgrader.preprocessors import Execute
>>> Execute(kernel_manager_class=BoxedKernelManager)  # doctest: +SKIP
"""

import contextlib
import functools
import importlib.metadata
import math
import os
import queue
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from . import box
from .unboxed import FolderProvisioner

MAX_FRAME = 16 << 20  # bytes of one message part from the kernel; a larger one ends the connection
MAKE_FONTS = """
import matplotlib.font_manager as fonts, pathlib, matplotlib
(made,) = pathlib.Path(matplotlib.get_cachedir()).glob("fontlist-*.json")
print(made.name, made.read_text(), sep="\\n")
"""


class BoxProvisioner(FolderProvisioner):
    """Starts the kernel in a box; its folder is the only place where host and box meet."""

    def new_folder(self) -> Path:
        return self._box().new_folder()

    def _box(self) -> box.Box:
        manager: Any = self.parent
        return manager.chosen or box.choose()

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Prepare a box and return the command that enters it.

        The regular files of the working directory `cwd` and below, notebooks excepted, are copied
        into the box.
        """
        manager: Any = self.parent
        cwd, chosen = kwargs.pop("cwd", None), self._box()
        folder = self.folder = self.folder or self.new_folder()
        manager.connection_file = str(folder / "kernel.json")
        manager.ip = str(folder / "s")
        files = {f"submission/{path.relative_to(cwd)}": path for path in _data_files(cwd)}
        files |= {f".matplotlib/{path.name}": path for path in _fonts(chosen)}
        kwargs = await super().pre_launch(**kwargs)
        _, *argv = kwargs["cmd"]
        kwargs["cmd"] = chosen.command(argv, folder, manager.limits, files)
        os.chmod(manager.connection_file, 0o444)
        return {**kwargs, "env": box.bare_environment(), "cwd": "/"}


class BoxedClient(AsyncKernelClient):
    """A client that does not wait for more when the kernel has answered, which takes 0.2 s."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until shell and iopub are connected.

        Raises
        ------
        RuntimeError
            If the kernel dies or does not answer within `timeout` seconds.
        """
        end = time.monotonic() + (math.inf if timeout is None else timeout)
        while True:
            self.kernel_info()
            with contextlib.suppress(queue.Empty):
                reply = await self.shell_channel.get_msg(timeout=1)
                await self.iopub_channel.get_msg(timeout=0.2)
                self._handle_kernel_info_reply(reply)
                return
            if not await self.is_alive():
                raise RuntimeError("the kernel died before it answered")
            if time.monotonic() > end:
                raise RuntimeError(f"the kernel did not answer within {timeout:g} s")


class BoxedKernelManager(AsyncKernelManager):
    """Manages a Python kernel in a box, whatever kernel a notebook names.

    Attributes
    ----------
    chosen : Box, optional
        The box to use; by default the strongest that works.
    limits : box.Limits
        What the kernel may use.
    """

    chosen: box.Box | None = None
    limits = box.Limits()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.transport, self.client_factory = "ipc", BoxedClient
        self.provisioner = BoxProvisioner(parent=self, kernel_spec=self.kernel_spec)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel's description, which needs no installed file."""
        argv = ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        # A signal would stop at the process that holds the box together.
        return KernelSpec(
            argv=argv, display_name="Boxed Python", language="python", interrupt_mode="message"
        )

    @property
    def ipykernel(self) -> bool:
        """Whether the kernel takes ipykernel's options."""
        return True

    def client(self, **kwargs: Any) -> Any:
        """Return a client that takes no frame above `MAX_FRAME`."""
        client = super().client(**kwargs)
        client.context.setsockopt(zmq.MAXMSGSIZE, MAX_FRAME)
        return client


def _data_files(folder: str | None) -> Iterator[Path]:
    for place, _, names in os.walk(folder) if folder else ():
        for path in (Path(place, name) for name in names if not name.endswith(".ipynb")):
            if path.is_file() and not path.is_symlink():
                yield path


@functools.cache
def _fonts(chosen: box.Box) -> tuple[Path, ...]:
    """Return matplotlib's list of the fonts in the box, which takes a second to make.

    Where it cannot be kept, each kernel that plots makes its own.
    """
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = base / "npfl" / f"matplotlib-{importlib.metadata.version('matplotlib')}"
    kept = tuple(cache.glob("fontlist-*.json"))
    if kept:
        return kept
    done = chosen.run(MAKE_FONTS)
    if done.returncode != 0:
        raise box.NoBox(f"matplotlib cannot be imported in the box: {done.stderr.strip()[-500:]}")
    try:
        name, text = done.stdout.split("\n", 1)
        cache.mkdir(parents=True, exist_ok=True)
        # Other graders may be here at the same time.
        with tempfile.NamedTemporaryFile("w", dir=cache, delete=False) as new:
            new.write(text)
        os.replace(new.name, cache / name)
    except OSError:
        return ()
    return (cache / name,)
