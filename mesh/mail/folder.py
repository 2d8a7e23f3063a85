"""Mails into a folder: what a laptop has instead of a relay, and tests read."""

import asyncio
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path
from typing import final

from mesh.mail.outgoing import Channel, Outgoing, composed
from mesh.settings import MailSettings

KEPT = 2_000
"""Files that stay; the oldest go, a hundred at a time."""
_SLACK = 100
_SUFFIX: dict[Channel, str] = {"mail": ".eml", "sms": ".sms"}


@final
class FolderTransport:
    """Writes `<id>.eml` for a mail and `<id>.sms` for a text message: one that is sent twice is there once."""

    def __init__(self, settings: MailSettings, channel: Channel) -> None:
        self._folder = settings.folder
        self._sender = settings.sender
        self._channel: Channel = channel
        self._written = 0

    async def send(self, outgoing: Outgoing) -> None:
        """Write the file, readable for this user alone."""
        await asyncio.to_thread(self._write, outgoing)

    async def close(self) -> None:
        """Nothing is held between mails."""

    def _write(self, outgoing: Outgoing) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{outgoing.id}{_SUFFIX[self._channel]}"
        fresh = path.with_suffix(".part")
        fresh.touch(mode=0o600)
        fresh.write_bytes(self._content(outgoing))
        fresh.replace(path)
        self._written += 1
        if self._written % _SLACK == 1:
            for old in list(written(self._folder))[:-KEPT]:
                old.unlink(missing_ok=True)

    def _content(self, outgoing: Outgoing) -> bytes:
        if self._channel == "mail":
            return composed(outgoing, self._sender).as_bytes()
        return f"To: {outgoing.to}\nDate: {format_datetime(outgoing.written_at)}\n\n{outgoing.text}".encode()


def written(folder: Path) -> Iterator[Path]:
    """The files of mails and text messages, the oldest first: ids sort by time."""
    return iter(sorted(path for path in folder.glob("*") if path.suffix in _SUFFIX.values()))
