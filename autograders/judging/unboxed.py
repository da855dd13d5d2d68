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
        before = os.umask(0)  # the folder lets nobody in but the kernel's user
        try:
            listener.bind(str(path))
        finally:
            os.umask(before)
        listener.listen()
        return listener

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the folder unless the kernel starts again in it."""
        await super().cleanup(restart)
        if self.folder is not None and not restart:
            remove(self.folder)
            self.folder = None


def remove(folder: Path) -> None:
    """Remove a folder, however deep it goes and whatever rights it has."""
    if shutil.which("rm") is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    words = ["rm", "-rf", "--", str(folder)]
    if subprocess.run(words, stderr=subprocess.DEVNULL).returncode:
        subprocess.run(["chmod", "-R", "u+rwX", "--", str(folder)], stderr=subprocess.DEVNULL)
        subprocess.run(words, stderr=subprocess.DEVNULL)


class UnboxedKernelManager(AsyncKernelManager):
    """Manages a kernel with the rights of this user."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.provisioner = FolderProvisioner(parent=self, kernel_spec=self.kernel_spec)
