"""Write log lines to a stream without making the event loop wait for it."""

import sys
import threading
import time
from collections import deque
from typing import BinaryIO

from prometheus_client import Counter

MAX_PENDING_LINES = 20_000
"""About ten megabytes: when whoever reads our output is slower than that, lines are dropped, never requests."""

GATHER_SECONDS = 0.02
"""How long lines are gathered into one write; also what a SIGKILL can lose."""

_dropped = Counter("guild_log_lines_dropped_total", "Log lines dropped because the output was too slow.")


class LineWriter:
    """A bounded buffer in front of a binary stream, emptied by one daemon thread."""

    def __init__(self, stream: BinaryIO | None = None) -> None:
        """Write to `stream`, or to whatever standard output is at the time of writing."""
        self._stream = stream
        self._lines: deque[bytes] = deque()
        self._pending = threading.Event()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None

    def write(self, line: bytes) -> None:
        """Add one line (without its line feed)."""
        if len(self._lines) >= MAX_PENDING_LINES:
            _dropped.inc()
            return
        self._lines.append(line)
        if not self._pending.is_set():
            self._wake()

    def flush(self) -> None:
        """Write everything added so far before returning."""
        with self._writing:
            lines = [self._lines.popleft() for _ in range(len(self._lines))]
            if not lines:
                return
            stream = self._stream or getattr(sys.stdout, "buffer", None)
            try:
                if stream is None:
                    sys.stdout.write(b"\n".join(lines).decode() + "\n")
                    sys.stdout.flush()
                else:
                    stream.write(b"\n".join(lines) + b"\n")
                    stream.flush()
            except (OSError, ValueError):  # nobody reads any more, or the stream was closed under us
                _dropped.inc(len(lines))

    def _wake(self) -> None:
        self._pending.set()
        if self._thread is None or not self._thread.is_alive():  # not alive: we are a fork of the process that began it
            self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while self._pending.wait():
            time.sleep(GATHER_SECONDS)
            self._pending.clear()
            self.flush()
