"""A floor's server in a process of its own, as the service it stands for has one."""

import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO


class FloorBroken(Exception):  # noqa: N818 - says what happened
    """A floor's server did not start."""


@dataclass(frozen=True, slots=True)
class FloorServer:
    """Where it listens, and which process it is."""

    port: int
    pid: int

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"


@contextmanager
def serving(module: str, arguments: Sequence[str], reply: bytes) -> Generator[FloorServer]:
    """Run `module` with `arguments` and a file that holds `reply` until the block is left."""
    with tempfile.NamedTemporaryFile(prefix="guild-bench-") as file:
        Path(file.name).write_bytes(reply)
        command = [sys.executable, "-m", module, *arguments, file.name]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert child.stdin is not None, "asked for"  # noqa: S101
        assert child.stdout is not None, "asked for"  # noqa: S101
        try:
            yield FloorServer(_port(child.stdout, module), child.pid)
        finally:
            child.stdin.close()  # which it takes as the end
            child.stdout.close()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _port(output: IO[bytes], module: str) -> int:
    for line in output:  # log lines may come before
        if line.startswith(b"port "):
            return int(line.split()[1])
    raise FloorBroken(f"{module} did not start")
