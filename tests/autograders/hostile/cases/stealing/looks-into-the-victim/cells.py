# %% first
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(64)
piece = (ctypes.c_uint64 * 2)(ctypes.addressof(buffer), 64)
for pid in (traps["victim"], os.getppid(), 1):
    if pid == os.getpid():
        continue
    told = [libc.ptrace(request, pid, None, None) for request in (16, 0x4206)]
    told.append(libc.process_vm_readv(pid, piece, 1, piece, 1, 0))
    told.append(libc.process_vm_writev(pid, piece, 1, piece, 1, 0))
    descriptor = libc.syscall(434, pid, 0)
    told += [libc.syscall(438, descriptor, number, 0) for number in range(4)]
    told.append(libc.syscall(312, os.getpid(), pid, 0, 1, 1))
    print(told)
    if any(answer >= 0 for answer in told):
        os._exit(1)
