# %% first
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
ways = [lambda: os.setuid(0), lambda: os.setresuid(0, 0, 0), lambda: os.setgroups([0]), lambda: os.setegid(0),
        lambda: os.chroot("/"), lambda: os.mknod("disk", 0o60666, os.makedev(8, 0)), lambda: os.nice(-5),
        lambda: os.chown(traps["canary"], 0, 0), lambda: os.open("/dev/mem", os.O_RDONLY),
        lambda: os.open("/proc/kcore", os.O_RDONLY), lambda: os.open("/dev/sda", os.O_RDONLY),
        lambda: os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY), lambda: os.listdir("/root/.ssh"),
        lambda: os.open("/proc/sysrq-trigger", os.O_WRONLY), lambda: os.listdir("/sys/kernel/debug/tracing")]
for way in ways:
    try:
        print(way())
    except OSError as error:
        print(error)
header, all_ = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[2**32 - 1] * 6)
if libc.capset(header, all_) == 0 or libc.prctl(47, 2, 21, 0, 0) == 0:
    os._exit(1)
