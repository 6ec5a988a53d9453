"""Starts a program that may do little on this machine: what Linux offers to everybody, layer by layer.

Run by itself, before the program takes its place: ``python -I -S launcher.py NAME=VALUE… -- COMMAND``. A name
is ``parent``, the process that asks; ``layer``, one to apply; ``read`` or ``write``, a file or folder; or
``probe``: the layers that this system grants are printed, and the others left out. It imports little, for
everything that is confined waits for it.

Kernel interfaces: prctl(2), unshare(2), landlock(7), seccomp(2). Numbers are those of the kernel's headers.
"""

from __future__ import annotations

import ctypes
import os
import resource
import stat
import struct
import sys

SIGKILL = 9
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
SECCOMP_MODE_FILTER = 2
CLONE_THREAD, CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC = 0x10000, 0x10000000, 0x40000000, 0x08000000
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
LANDLOCK_VERSION, LANDLOCK_PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
#: What a rule for a file, not a folder, may grant.
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
#: How many rights over files each version of Landlock knows.
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
#: This process, which Node asks for its memory.
OWN = "/proc/self"
#: Where programs and their libraries lie, and what every process reads.
SYSTEM = (
    *("/usr", "/lib", "/lib64", "/nix/store", "/etc/ld.so.cache", "/etc/localtime"),
    *("/dev/null", "/dev/urandom", "/sys/fs/cgroup"),
    OWN,
)
MOST_FILES = 1024
LARGEST_FILE = 2 << 30
EPERM, ENOSYS = 1, 38
#: By architecture: how seccomp knows it, the numbers of clone(2) and clone3(2), and those of what is refused:
#: socket, socketpair, connect, bind; kill, tkill, rt_sigqueueinfo, pidfd_open, pidfd_send_signal; ptrace,
#: process_vm_readv, process_vm_writev; io_uring_setup; unshare, setns, mount; bpf, perf_event_open and
#: userfaultfd; keyctl, add_key; and fork, vfork where they are.
CALLS = {
    "x86_64": (
        (0xC000003E, 56, 435),
        "41 53 42 49 62 200 129 434 424 101 310 311 425 272 308 165 321 298 323 250 248 57 58",
    ),
    "aarch64": (
        (0xC00000B7, 220, 435),
        "198 199 203 200 129 130 138 434 424 117 270 271 425 97 268 40 280 241 282 219 217",
    ),
}
Wishes = dict[str, list[str]]
libc = ctypes.CDLL(None, use_errno=True)


def called(result: int) -> int:
    """A system call's result.

    :raises OSError: where it failed.
    """
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def control(option: int, value: int, pointer: object = None) -> None:
    """Change what the kernel lets this process do: prctl(2)."""
    called(libc.prctl(option, ctypes.c_ulong(value), pointer, 0, 0))


def limit(wishes: Wishes) -> None:
    """End with the parent, gain no privileges, leave no core file, and have limits of files."""
    control(PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != int(wishes["parent"][0]):
        sys.exit("the process that asked has ended")
    control(PR_SET_NO_NEW_PRIVS, 1)
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, MOST_FILES),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
    ):
        hard = resource.getrlimit(kind)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (value, value))


def namespaces(_: Wishes) -> None:
    """Have a network of its own, in which there is nobody."""
    called(libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC))


def landlock(wishes: Wishes) -> None:
    """Reach the files that are listed, no others; no TCP port, signal or abstract socket outside."""
    version = called(libc.syscall(LANDLOCK_CREATE, None, 0, LANDLOCK_VERSION))
    files = (1 << RIGHTS.get(version, 16)) - 1
    network = 0b11 if version >= 4 else 0
    scopes = 0b11 if version >= 6 else 0
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    attributes = struct.pack("QQQ", files, network, scopes)[:size]
    ruleset = called(libc.syscall(LANDLOCK_CREATE, attributes, size, 0))
    readable = EXECUTE | READ_FILE | READ_DIR
    rules = [(path, readable) for path in (*SYSTEM, *wishes["read"])]
    rules += [(path, readable | WRITE_FILE | TRUNCATE) for path in wishes["write"]]
    for path, rights in rules:
        try:
            # It stays open: what the kernel has of /proc for a moment would lose its rule.
            file = os.open(path, os.O_PATH)
        except OSError:
            continue  # not on this system
        granted = rights & files if stat.S_ISDIR(os.fstat(file).st_mode) else rights & files & ON_FILES
        rule = struct.pack("=Qi", granted, file)
        called(libc.syscall(LANDLOCK_ADD, ruleset, LANDLOCK_PATH_BENEATH, rule, 0))
        os.set_inheritable(file, path == OWN)
    called(libc.syscall(LANDLOCK_RESTRICT, ruleset, 0))
    os.close(ruleset)


def seccomp(_: Wishes) -> None:
    """Open no socket, start no process, and signal or look into no other."""
    (architecture, clone, clone3), refused = CALLS[os.uname().machine]
    load, equal, bits, answer = 0x20, 0x15, 0x45, 0x06  # BPF: LD|W|ABS, JMP|JEQ|K, JMP|JSET|K, RET|K
    allow, refuse = 0x7FFF0000, 0x00050000
    program = [(load, 0, 0, 4), (equal, 1, 0, architecture), (answer, 0, 0, refuse | EPERM), (load, 0, 0, 0)]
    if os.uname().machine == "x86_64":  # the calls of x32 have this bit
        program += [(bits, 0, 1, 0x40000000), (answer, 0, 0, refuse | EPERM)]
    # glibc asks by clone(2) where there is no clone3(2), whose flags no filter sees.
    program += [(equal, 0, 1, clone3), (answer, 0, 0, refuse | ENOSYS)]
    for number in map(int, refused.split()):
        program += [(equal, 0, 1, number), (answer, 0, 0, refuse | EPERM)]
    program += [(equal, 0, 3, clone), (load, 0, 0, 16), (bits, 1, 0, CLONE_THREAD)]
    program += [(answer, 0, 0, refuse | EPERM), (answer, 0, 0, allow)]
    code = b"".join(struct.pack("HBBI", *each) for each in program)
    buffer = ctypes.create_string_buffer(code)
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program), ctypes.addressof(buffer)))
    control(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header)


#: In the order in which they are applied.
LAYERS = {"limits": limit, "namespaces": namespaces, "landlock": landlock, "seccomp": seccomp}


def main() -> None:
    """Apply the layers, and become the program."""
    wishes: Wishes = {name: [] for name in ("parent", "layer", "read", "write", "probe")}
    end = sys.argv.index("--")
    for wish in sys.argv[1:end]:
        name, _, value = wish.partition("=")
        wishes[name].append(value)
    granted = []
    for layer in wishes["layer"]:
        try:
            LAYERS[layer](wishes)
            granted.append(layer)
        except (OSError, KeyError, AttributeError, ValueError):
            if not wishes["probe"]:
                raise
    if wishes["probe"]:
        os.write(1, f"{' '.join(granted)}\n".encode())
    os.execv(sys.argv[end + 1], sys.argv[end + 1 :])


if __name__ == "__main__":
    main()
