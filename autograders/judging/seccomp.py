"""A seccomp filter, assembled by hand: threads yes, processes no.

Runs inside the box before any student code and needs nothing but the standard library. What is
refused is listed below by name; calls newer than this list do not exist in the box.
"""

import ctypes
import errno
import os
import platform
import struct

# name: number on x86_64, number on aarch64; "-" where the architecture has no such call
TABLE = """
_sysctl 156 -   acct 163 89   add_key 248 217   adjtimex 159 171   bpf 321 280   chmod 90 -
chown 92 -   chroot 161 51   clock_adjtime 305 266   clock_settime 227 112   clone 56 220
clone3 435 435   connect 42 203   delete_module 176 106   execve 59 221   execveat 322 281
fanotify_init 300 262   fchmod 91 52   fchmodat 268 53   fchmodat2 452 452   fchown 93 55
fchownat 260 54   fcntl 72 25   finit_module 313 273   fork 57 -   fremovexattr 199 16
fsconfig 431 431   fsetxattr 190 7   fsmount 432 432   fsopen 430 430   fspick 433 433
futimesat 261 -   init_module 175 105   io_uring_enter 426 426   io_uring_register 427 427
io_uring_setup 425 425   ioctl 16 29   ioperm 173 -   iopl 172 -   ioprio_set 251 30
kcmp 312 272   kexec_file_load 320 294   kexec_load 246 104   keyctl 250 219   kill 62 129
lchown 94 -   lookup_dcookie 212 18   lremovexattr 198 15   lsetxattr 189 6   memfd_create 319 279
memfd_secret 447 447   migrate_pages 256 238   mknod 133 -   mknodat 259 33   modify_ldt 154 -
mount 165 40   mount_setattr 442 442   move_mount 429 429   move_pages 279 239   mq_open 240 180
mq_unlink 241 181   msgctl 71 187   msgget 68 186   msgrcv 70 188   msgsnd 69 189
name_to_handle_at 303 264   nfsservctl 180 42   open 2 -   open_by_handle_at 304 265
open_tree 428 428   openat 257 56   openat2 437 437   perf_event_open 298 241   personality 135 92
pidfd_getfd 438 438   pidfd_send_signal 424 424   pivot_root 155 41   prctl 157 167
prlimit64 302 261   process_madvise 440 440   process_mrelease 448 448   process_vm_readv 310 270
process_vm_writev 311 271   ptrace 101 117   quotactl 179 60   quotactl_fd 443 443
reboot 169 142   removexattr 197 14   request_key 249 218   rt_sigqueueinfo 129 138
rt_tgsigqueueinfo 297 240   sched_setaffinity 203 122   sched_setattr 314 274
sched_setparam 142 118   sched_setscheduler 144 119   seccomp 317 277   semctl 66 191
semget 64 190   semop 65 193   semtimedop 220 192   setdomainname 171 162   sethostname 170 161
setns 308 268   setpgid 109 154   setpriority 141 140   setsid 112 157   settimeofday 164 170
setxattr 188 5   shmat 30 196   shmctl 31 195   shmget 29 194   socket 41 198   socketpair 53 199
swapoff 168 225   swapon 167 224   sysfs 139 -   syslog 103 116   tgkill 234 131   tkill 200 130
truncate 76 45   umount2 166 39   unshare 272 97   uselib 134 -   userfaultfd 323 282
utime 132 -   utimensat 280 88   utimes 235 -   vfork 58 -   vhangup 153 58
"""
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
FIRST_UNKNOWN = 463  # the numbers above mseal; also covers the x32 variants, which start at 2**30

CONDITIONAL = {
    *("clone", "clone3", "connect", "fcntl", "ioctl", "kill", "open", "openat", "openat2"),
    *("prctl", "prlimit64", "socket", "socketpair", "tgkill"),
}
# Harmless where the box has a file system and processes of its own; Landlock alone does not cover
# these.
SHARED = {
    *("chown", "fchown", "fchownat", "lchown", "truncate"),
    *("setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr"),
}
# Neither are these, but copying a file or starting a thread calls them: they do nothing and say
# that they did.
PRETENDED = {
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "futimesat", "utime", "utimensat", "utimes"),
    *("ioprio_set", "setpriority"),
    *("sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler"),
}

LOAD, EQUAL, AT_LEAST, ANY_BIT, MASK, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
ALLOW, NOTIFY, KILL = 0x7FFF0000, 0x7FC00000, 0x80000000
SUCCEED, REFUSE, MISSING = 0x00050000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
UNSUPPORTED = 0x00050000 | errno.EOPNOTSUPP  # what libzmq takes for "no network" without an abort
NUMBER, MACHINE, ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data

CLONE_THREAD, CLONE_NEW = 0x00010000, 0x7E020080
AF_UNIX, SOCK_STREAM = 1, 1
O_WRONLY, O_RDWR, O_TRUNC = 1, 2, 0o1000
F_SETOWN, F_SETOWN_EX, PR_SET_PDEATHSIG = 8, 15, 1
TERMINAL_AND_OWNER = (0x5412, 0x541C, 0x8901, 0x8902)  # TIOCSTI TIOCLINUX FIOSETOWN SIOCSPGRP


def numbers(machine: str) -> dict[str, int]:
    """Return the number of each call of the table that `machine` has."""
    words = TABLE.split()
    column = 1 + list(MACHINES).index(machine)
    pairs = zip(words[::3], words[column::3], strict=True)
    return {name: int(number) for name, number in pairs if number != "-"}


def _instruction(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)


def _one_of(argument: int, values: tuple[int, ...], found: int, other: int) -> bytes:
    """Compare an argument (its low half, which is all that the kernel looks at) with `values`."""
    code = _instruction(LOAD, ARGUMENT + 8 * argument)
    for value in values:
        code += _instruction(EQUAL, value, 0, 1) + _instruction(RETURN, found)
    return code + _instruction(RETURN, other)


def _local_streams() -> bytes:
    """Refuse all but local stream sockets: a datagram needs no `connect` to leave."""
    return (
        _instruction(LOAD, ARGUMENT)
        + _instruction(EQUAL, AF_UNIX, 1, 0)
        + _instruction(RETURN, UNSUPPORTED)
        + _instruction(LOAD, ARGUMENT + 8)
        + _instruction(MASK, 0xF)
        + _instruction(EQUAL, SOCK_STREAM, 0, 1)
        + _instruction(RETURN, ALLOW)
        + _instruction(RETURN, UNSUPPORTED)
    )


def _no_emptying(flags: int) -> bytes:
    """Refuse to empty a file without opening it for writing, which Landlock takes for reading."""
    return (
        _instruction(LOAD, ARGUMENT + 8 * flags)
        + _instruction(ANY_BIT, O_TRUNC, 1, 0)
        + _instruction(RETURN, ALLOW)
        + _instruction(MASK, 0b11)
        + _instruction(EQUAL, O_WRONLY, 2, 0)
        + _instruction(EQUAL, O_RDWR, 1, 0)
        + _instruction(RETURN, REFUSE)
        + _instruction(RETURN, ALLOW)
    )


def _conditions(pid: int, shared: bool) -> dict[str, bytes]:
    thread = (
        _instruction(LOAD, ARGUMENT)
        + _instruction(ANY_BIT, CLONE_NEW, 1, 0)
        + _instruction(ANY_BIT, CLONE_THREAD, 1, 0)
        + _instruction(RETURN, REFUSE)
        + _instruction(RETURN, ALLOW)
    )
    conditions = {
        "clone": thread,
        # Its arguments are in memory, where a filter cannot look; the C library then takes clone.
        "clone3": _instruction(RETURN, MISSING),
        "kill": _one_of(0, (pid,), ALLOW, REFUSE),
        "tgkill": _one_of(0, (pid,), ALLOW, REFUSE),
        "prlimit64": _one_of(0, (0, pid), ALLOW, REFUSE),
        "prctl": _one_of(0, (PR_SET_PDEATHSIG,), REFUSE, ALLOW),
        "fcntl": _one_of(1, (F_SETOWN, F_SETOWN_EX), REFUSE, ALLOW),
        "ioctl": _one_of(1, TERMINAL_AND_OWNER, REFUSE, ALLOW),
        "socket": _local_streams(),
        "socketpair": _local_streams(),
    }
    if shared:
        conditions["connect"] = _instruction(RETURN, NOTIFY)
        conditions["open"], conditions["openat"] = _no_emptying(1), _no_emptying(2)
        conditions["openat2"] = _instruction(RETURN, MISSING)  # its flags are in memory
    return conditions


def program(machine: str, pid: int, shared: bool) -> bytes:
    """Assemble the filter.

    Parameters
    ----------
    machine : str
        A key of `MACHINES`.
    pid : int
        The process that runs the student's code, the only one it may signal.
    shared : bool
        Whether the box sees the host's files and processes (the kind "landlock"). Then each
        `connect` is passed to a supervisor, and more calls are refused.

    Returns
    -------
    bytes
        An array of `struct sock_filter`.
    """
    known = numbers(machine)
    refused = known.keys() - CONDITIONAL - PRETENDED - (set() if shared else SHARED)
    pretended = known.keys() & PRETENDED if shared else set()
    code = _instruction(LOAD, MACHINE)
    code += _instruction(EQUAL, MACHINES[machine], 1, 0) + _instruction(RETURN, KILL)
    code += _instruction(LOAD, NUMBER)
    code += _instruction(AT_LEAST, FIRST_UNKNOWN, 0, 1) + _instruction(RETURN, MISSING)
    for names, answer in ((refused, REFUSE), (pretended, SUCCEED)):
        for name in sorted(names):
            code += _instruction(EQUAL, known[name], 0, 1) + _instruction(RETURN, answer)
    for name, condition in _conditions(pid, shared).items():
        if name not in known:
            continue
        code += _instruction(EQUAL, known[name], 0, len(condition) // 8) + condition
    return code + _instruction(RETURN, ALLOW)


def install(shared: bool) -> int | None:
    """Filter this process and all its threads from here on.

    Returns
    -------
    int or None
        Where `shared`, the descriptor on which a supervisor receives `connect`.

    Raises
    ------
    OSError
        If the machine or the kernel cannot filter.
    """
    machine = platform.machine()
    if machine not in MACHINES:
        raise OSError(errno.ENOSYS, f"no list of system calls for the machine {machine}")
    code = program(machine, os.getpid(), shared)
    array = ctypes.create_string_buffer(code, len(code))
    filter_ = ctypes.create_string_buffer(
        struct.pack("@HP", len(code) // 8, ctypes.addressof(array))
    )
    libc = ctypes.CDLL(None, use_errno=True)
    set_mode_filter, new_listener = 1, 8
    flags = new_listener if shared else 0
    answer = libc.syscall(numbers(machine)["seccomp"], set_mode_filter, flags, filter_)
    if answer < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return answer if shared else None
