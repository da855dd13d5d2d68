"""Connects sockets for a process that may not: only to those in the box's folder.

Landlock does not cover the host's local sockets (the session bus, the container service, ...), so
where it is all there is, each `connect` waits here. The address is copied and checked, then used
from the copy, so that another thread cannot change it in between.
"""

import ctypes
import errno
import fcntl
import os
import select
import socket
import struct

RECEIVE, SEND = 0xC0502100, 0xC0182101  # SECCOMP_IOCTL_NOTIF_RECV, SECCOMP_IOCTL_NOTIF_SEND
PIDFD_GETFD = 438
LONGEST_ADDRESS = 110  # sizeof(struct sockaddr_un)

libc = ctypes.CDLL(None, use_errno=True)


def serve(listener: int, kernel: int, folder: str) -> None:
    """Answer until the process ends.

    Parameters
    ----------
    listener : int
        The descriptor that the filter's installation returned.
    kernel : int
        A descriptor (`os.pidfd_open`) of the process.
    folder : str
        The only folder whose sockets may be connected to.
    """
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    poll.register(kernel, select.POLLIN)
    while True:
        ready = dict(poll.poll())
        if kernel in ready:
            return
        try:
            request = fcntl.ioctl(listener, RECEIVE, bytes(80))
        except OSError:
            continue  # the thread that asked is gone
        identity, pid = struct.unpack_from("=QI", request)
        descriptor, address, length = struct.unpack_from("=QQQ", request, 32)
        error = _connect(pid, kernel, descriptor, address, length, folder)
        try:
            fcntl.ioctl(listener, SEND, struct.pack("=QqiI", identity, 0, -error, 0))
        except OSError:
            continue


def _connect(pid: int, kernel: int, descriptor: int, address: int, length: int, folder: str) -> int:
    """Return 0 or the number of the error."""
    try:
        path = _path(_read(pid, address, min(length, LONGEST_ADDRESS)))
        if path is None or os.path.dirname(path) != folder:
            return errno.EACCES
        own = libc.syscall(PIDFD_GETFD, kernel, ctypes.c_int(descriptor), 0)
        if own < 0:
            return ctypes.get_errno()
        with socket.socket(fileno=own) as copy:
            blocking = os.get_blocking(own)
            os.set_blocking(own, False)  # a full queue would hold up all the others
            error = copy.connect_ex(path)
            os.set_blocking(own, blocking)
            return error
    except (OSError, ValueError) as problem:
        return getattr(problem, "errno", None) or errno.EACCES


def _read(pid: int, address: int, length: int) -> bytes:
    buffer = ctypes.create_string_buffer(length)

    class Piece(ctypes.Structure):
        _fields_ = (("start", ctypes.c_void_p), ("length", ctypes.c_size_t))

    here, there = Piece(ctypes.addressof(buffer), length), Piece(address, length)
    if libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) != length:
        raise OSError(errno.EFAULT, "the address cannot be read")
    return buffer.raw


def _path(address: bytes) -> str | None:
    if (
        len(address) < 4
        or struct.unpack_from("=H", address)[0] != socket.AF_UNIX
        or address[2] == 0
    ):
        return None
    return os.fsdecode(address[2:].split(b"\0")[0])
