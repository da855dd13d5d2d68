"""Namespaces and mounts by system calls: the box without bubblewrap.

Runs before any student code and needs nothing but the standard library.
"""

import ctypes
import os
import socket
import struct
from pathlib import Path

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS = 0x00020000, 0x02000000, 0x04000000
CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x08000000, 1 << 28, 1 << 29, 1 << 30
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
MNT_DETACH = 2
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV, ATTR_NOEXEC = 1, 2, 4, 8
AT_FDCWD, AT_RECURSIVE, MOUNT_SETATTR = -100, 0x8000, 442
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
DEVICES = ("null", "zero", "full", "random", "urandom")

libc = ctypes.CDLL(None, use_errno=True)


def separate(user: bool) -> None:
    """Leave the host's namespaces; the process namespace is entered by the next child.

    Parameters
    ----------
    user : bool
        Whether a user namespace is needed to be allowed to, which is so for everybody but root.
    """
    uid, gid = os.geteuid(), os.getegid()
    flags = (
        CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET
    )
    _check(libc.unshare(flags | (CLONE_NEWUSER if user else 0)), "unshare")
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def build(spec: dict) -> None:
    """Give this process a file system with nothing but what `spec` lists, and a host name."""
    folder, root = spec["folder"], f"{spec['folder']}/root"
    size = f"size={spec['limits']['tmp']},nr_inodes=16384"
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    _mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755")
    for made in ("/proc", "/dev/shm", "/tmp"):
        os.makedirs(root + made)
    _mount("tmpfs", f"{root}/tmp", "tmpfs", 0, f"{size},mode=1777")
    for path in spec["readable"]:
        _bind(path, root)
    for link, target in spec["links"].items():
        os.symlink(target, root + link)
    for device in DEVICES:
        Path(f"{root}/dev/{device}").touch()
    for number, stream in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"{root}/dev/{stream}")
    os.symlink("/proc/self/fd", f"{root}/dev/fd")
    os.makedirs(root + folder)
    _protect(root, ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV, AT_RECURSIVE)
    for device in DEVICES:
        _mount(f"/dev/{device}", f"{root}/dev/{device}", None, MS_BIND)
        _protect(f"{root}/dev/{device}", ATTR_RDONLY | ATTR_NOSUID | ATTR_NOEXEC)
    _mount(
        "tmpfs", f"{root}/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, f"{size},mode=1777"
    )
    _mount("proc", f"{root}/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    _protect(f"{root}/tmp", 0, 0, ATTR_RDONLY)
    _mount(folder, root + folder, None, MS_BIND)
    _protect(root + folder, ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC)
    _mount(f"{folder}/given", f"{root}{folder}/given", None, MS_BIND)
    _protect(f"{root}{folder}/given", ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC)
    os.chdir(root)
    # With both arguments alike the old root lies on top of the new one, and can be taken off.
    _check(libc.syscall(PIVOT_ROOT[os.uname().machine], b".", b"."), "pivot_root")
    _check(libc.umount2(b".", MNT_DETACH), "umount2")
    os.chdir("/")
    socket.sethostname("box")


def _bind(path: str, root: str) -> None:
    target = root + path
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        Path(target).touch()
    _mount(path, target, None, MS_BIND | MS_REC)


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    encode = os.fsencode
    answer = libc.mount(
        source and encode(source),
        encode(target),
        kind and encode(kind),
        ctypes.c_ulong(flags),
        encode(data),
    )
    _check(answer, f"mount {target}")


def _protect(path: str, add: int, flags: int = 0, remove: int = 0) -> None:
    attributes = struct.pack("=QQQQ", add, remove, 0, 0)
    size = ctypes.c_size_t(len(attributes))
    answer = libc.syscall(MOUNT_SETATTR, AT_FDCWD, os.fsencode(path), flags, attributes, size)
    _check(answer, f"mount_setattr {path}")


def _check(answer: int, what: str) -> None:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
