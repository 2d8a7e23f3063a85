"""A ZIP archive that is handed on while it is made: never more of it is held than a piece."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO

PIECE = 64 * 1024
"""Bytes that are gathered before they are handed on."""

_README = """Everything the network holds about you, as of {at}.

Each folder is a service, each file in it one kind of record: one record a line, as JSON. index.json says how many
there are of each. Times are in UTC. Ids stand for members, posts, messages and so on; other people's names are theirs,
and not here. Not told even to you: passwords and codes (only their hashes are stored), what operators noted, and what
others decided about you without a word.
"""


class Archive:
    """Takes records file by file, gives pieces."""

    def __init__(self, at: datetime) -> None:
        self._written = _Written()
        self._zip = zipfile.ZipFile(self._written, "w", zipfile.ZIP_DEFLATED)  # type: ignore[arg-type]
        self._at = at.timetuple()[:6]
        self._counts: dict[str, int] = {}
        self._name, self._within = "", ""
        self._file: IO[bytes] | None = None
        self._whole("README.txt", _README.format(at=at.isoformat(timespec="seconds")))

    def add(self, name: str, records: Iterable[str]) -> Iterator[bytes]:
        """Append records to a file, which is begun where the last ones were of another."""
        if name != self._name or self._file is None:
            self._end()
            self._name, self._within = name, self._unused(name)
            self._file = self._zip.open(self._info(f"{self._within}.jsonl"), "w", force_zip64=True)
        for record in records:
            self._file.write(record.encode() + b"\n")
            self._counts[self._within] += 1
        yield from self._written.pieces(PIECE)

    def close(self) -> Iterator[bytes]:
        """The index and the end."""
        self._end()
        self._whole("index.json", json.dumps(self._counts, indent=1))
        self._zip.close()
        yield from self._written.pieces(1)

    def drop(self) -> None:
        """Let go of what nobody fetches any more; after `close` there is nothing to let go of."""
        self._end()
        self._zip.close()

    def _end(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _unused(self, name: str) -> str:
        unused = name if name not in self._counts else f"{name}-{len(self._counts)}"
        self._counts[unused] = 0
        return unused

    def _whole(self, name: str, text: str) -> None:
        self._zip.writestr(self._info(name), text)

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._at)  # type: ignore[arg-type]
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        return info


class _Written(io.RawIOBase):
    """What was written and not handed on; it cannot be sought in, so that sizes stand behind each file."""

    def __init__(self) -> None:
        super().__init__()
        self._buffer = bytearray()
        self._before = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._buffer += piece
        return len(piece)

    def tell(self) -> int:
        return self._before + len(self._buffer)

    def pieces(self, at_least: int) -> Iterator[bytes]:
        if len(self._buffer) >= at_least:
            piece = bytes(self._buffer)
            self._before += len(piece)
            self._buffer.clear()
            yield piece
