"""A kernel without a box, for students who are trusted, where no box works."""

import socket
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner


class UnboxedProvisioner(LocalProvisioner):
    """Starts the kernel as any other process of this user."""

    def listen(self, name: str) -> socket.socket:
        """Listen on a new socket to which the kernel can connect.

        A Unix socket, or on Windows, which has none in Python, a port of this machine alone.
        """
        if hasattr(socket, "AF_UNIX"):
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(str(Path(tempfile.mkdtemp(prefix="npfl-")) / name))
        else:
            listener = socket.socket(socket.AF_INET)
            listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        return listener


class UnboxedKernelManager(AsyncKernelManager):
    """Manages such a kernel."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.provisioner = UnboxedProvisioner(parent=self, kernel_spec=self.kernel_spec)
