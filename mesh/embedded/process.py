"""Child processes that die with the one that started them."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from io import BufferedWriter
from pathlib import Path

_LISTENING = "0A"
_LOG_LIMIT = 16 * 1024 * 1024  # a log this large is set aside when its process starts again
_LOG_MODE = 0o600  # what happens in a mesh is for its operator
_TAIL = 64 * 1024

# Asks the kernel for the signal, then becomes the program. It is a program of its own because code between fork and
# exec runs in a copy of one thread of us: with gRPC or another native runtime loaded that crashes now and then.
_TIED = """
import ctypes, os, sys
number, parent, user, *command = sys.argv[1:]
if user:  # first, since the kernel forgets the signal when the user changes
    os.setgroups([])
    os.setresgid(*[int(user)] * 3)
    os.setresuid(*[int(user)] * 3)
ctypes.CDLL(None).prctl(1, int(number))  # PR_SET_PDEATHSIG
if os.getppid() == int(parent):  # else it died before we asked
    os.execvp(command[0], command)
"""


class ServerError(Exception):
    """A server did not start; the message says which one, why, and where its log is."""


def spawn(
    arguments: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    death_signal: signal.Signals = signal.SIGINT,
    user: int | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, its output appended to `log`.

    On Linux it gets `death_signal` when the thread that called this ends, however it ends: call it from the main one.
    """
    command = [str(part) for part in arguments]
    if sys.platform == "linux":
        tie = [str(int(death_signal)), str(os.getpid()), "" if user is None else str(user)]
        command, user = [sys.executable, "-I", "-S", "-c", _TIED, *tie, *command], None
    with open_log(log) as output:
        return subprocess.Popen(  # noqa: S603 - programs of our own wheels, arguments of our own making
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            user=user,
            group=user,
            extra_groups=None if user is None else (),
            pass_fds=pass_fds,
            start_new_session=True,
        )


def open_log(log: Path, *, fresh: bool = False) -> BufferedWriter:
    """Open a log that only its owner can read: its end, or a `fresh` one."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    output = open(log, "wb" if fresh else "ab", opener=lambda path, flags: os.open(path, flags, _LOG_MODE))  # noqa: SIM115
    os.fchmod(output.fileno(), _LOG_MODE)  # of an older run
    return output


def tail(log: Path, lines: int = 5) -> str:
    """Return the last lines of a log; empty when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.rstrip().splitlines()[-lines:])


def started_at(pid: int) -> int | None:
    """Return when a process started, in clock ticks since boot: with the pid it names one process for good.

    None when there is no such process; 0 where the system does not tell.
    """
    if sys.platform == "linux":
        try:
            status = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return None
        state, *fields = status.rpartition(")")[2].split()
        return None if state in "ZX" else int(fields[18])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return 0
    return 0


def listens(pid: int, port: int) -> bool:
    """Whether the process `pid` itself listens on a loopback port; elsewhere than on Linux, whether anybody does."""
    if sys.platform != "linux":
        from mesh.embedded.ports import is_free

        return not is_free(port)
    wanted = {f"socket:[{inode}]" for inode in _listeners(port)}
    if not wanted:
        return False
    try:
        descriptors = list(Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False
    return any(_target(descriptor) in wanted for descriptor in descriptors)


def _listeners(port: int) -> set[str]:
    """Return the inodes of the sockets that listen on `port`."""
    suffix = f":{port:04X}"
    rows = (line.split() for table in ("tcp", "tcp6") for line in _table(table))
    return {row[9] for row in rows if row[1].endswith(suffix) and row[3] == _LISTENING}


def _table(name: str) -> list[str]:
    try:
        return Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    except OSError:
        return []


def _target(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:
        return ""
