"""The last error a log tells of."""

import json
import re
from pathlib import Path

_LEVELS = ('"level":"error"', '"level":"critical"')
_TRACEBACK_END = re.compile(r"^(?:[A-Za-z_][\w.]*(?:Error|Exception|Exit|Failure)\b.*|.*: error: .*)$")
_CHUNK = 1024 * 1024
_WIDTH = 300


class LogWatch:
    """Follows one log; `last_error` is of what was written since `begin`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0
        self._rest = b""
        self.last_error = ""

    def begin(self) -> None:
        """Forget what is there already."""
        self._offset = self.path.stat().st_size if self.path.exists() else 0
        self._rest = b""

    def update(self) -> None:
        """Read what is new."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, 2)
                self._offset = max(self._offset if size >= self._offset else 0, size - _CHUNK)
                file.seek(self._offset)
                fresh = self._rest + file.read()
        except OSError:
            return
        self._offset = size
        *lines, self._rest = fresh.split(b"\n")
        for line in lines:
            self.last_error = error_of(line.decode(errors="replace")) or self.last_error


def error_of(line: str) -> str:
    """Return what a log line says when it is an error, else an empty string."""
    if not line.startswith("{"):
        return line.strip()[:_WIDTH] if _TRACEBACK_END.match(line) else ""
    if not any(level in line for level in _LEVELS):
        return ""
    try:
        event = json.loads(line)
    except ValueError:
        return ""
    detail = event.get("error") or str(event.get("exception", "")).strip().rpartition("\n")[2]
    return (f"{event.get('event', '')}: {detail}" if detail else str(event.get("event", "")))[:_WIDTH]


def last_error(path: Path) -> str:
    """Return the last error in the last megabyte of a log."""
    watch = LogWatch(path)
    watch.update()
    return watch.last_error
