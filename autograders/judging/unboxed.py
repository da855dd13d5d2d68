"""A kernel without a box: for one's own notebook, or for students who are trusted."""

import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner


class UnboxedProvisioner(LocalProvisioner):
    """Starts the kernel as any other process of this user.

    Attributes
    ----------
    folder : Path or None
        Holds the sockets of `listen` while the kernel runs.
    """

    folder: Path | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        self.folder = self.folder or Path(tempfile.mkdtemp(prefix="npfl-"))
        silent = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        return {**await super().pre_launch(**kwargs), **silent}

    def listen(self, name: str) -> socket.socket:
        """Listen on a new socket to which the kernel can connect.

        A Unix socket, or on Windows, which has none in Python, a port of this machine alone.
        """
        if hasattr(socket, "AF_UNIX"):
            assert self.folder is not None
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(str(self.folder / name))
        else:
            listener = socket.socket(socket.AF_INET)
            listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        return listener

    async def cleanup(self, restart: bool = False) -> None:
        await super().cleanup(restart)
        if self.folder is not None and not restart:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None


class UnboxedKernelManager(AsyncKernelManager):
    """Manages such a kernel."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.provisioner = UnboxedProvisioner(parent=self, kernel_spec=self.kernel_spec)
