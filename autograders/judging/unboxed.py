"""A kernel without a box: for one's own notebook, or for students who are trusted."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

MAX_SOCKET_NAME = 107  # bytes


class FolderProvisioner(LocalProvisioner):
    """Starts a silent kernel that has a folder for sockets, where judge and kernel meet.

    Attributes
    ----------
    folder : Path or None
        None before the start and after the end.
    """

    folder: Path | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Make the folder, and return how to start the kernel."""
        self.folder = self.folder or self.new_folder()
        silent = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        return {**await super().pre_launch(**kwargs), **silent}

    def new_folder(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="npfl-"))

    def listen(self, name: str) -> socket.socket:
        """Listen on a new socket to which the kernel can connect.

        A Unix socket, or on Windows, which has none in Python, a port of this machine alone.

        Parameters
        ----------
        name : str
            Of the socket's file. The full path is what `getsockname` of the result returns.
        """
        if self.folder is None:
            raise RuntimeError("The kernel is not running.")
        if not hasattr(socket, "AF_UNIX"):
            return socket.create_server(("127.0.0.1", 0))
        path = self.folder / name
        if len(os.fsencode(path)) > MAX_SOCKET_NAME:
            raise ValueError(
                f"name is {name!r}, but {path} must have at most {MAX_SOCKET_NAME} bytes"
            )
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        os.chmod(path, 0o666)  # the folder lets nobody in but the kernel's user
        listener.listen()
        return listener

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the folder unless the kernel starts again in it."""
        await super().cleanup(restart)
        if self.folder is not None and not restart:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None


class UnboxedKernelManager(AsyncKernelManager):
    """Manages a kernel with the rights of this user."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.provisioner = FolderProvisioner(parent=self, kernel_spec=self.kernel_spec)
