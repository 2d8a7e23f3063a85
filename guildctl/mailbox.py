"""The folder that mails are written to, and the queue they wait in."""

import email
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from guildctl.roles import DATABASES
from guildctl.stores import Stores
from mesh.mail.folder import written


@dataclass(frozen=True, slots=True)
class Written:
    """A mail or text message as it was written."""

    id: str
    message: EmailMessage

    @property
    def to(self) -> str:
        """The address, or the number."""
        return str(self.message["To"])

    def line(self) -> str:
        """One line of a list."""
        return f"{self.id}  {self.to}  {self.message['Subject'] or self._text().strip()}"

    def whole(self) -> str:
        """Headers and text."""
        headers = "\n".join(f"{name}: {self.message[name]}" for name in ("To", "Subject", "Date") if self.message[name])
        return f"{headers}\n\n{self._text()}"

    def _text(self) -> str:
        body = self.message.get_body(("plain",))
        return str(body.get_content()).replace("\r\n", "\n") if body else ""


def letters(folder: Path) -> list[Written]:
    """All that are there, the oldest first."""
    return [letter(path) for path in written(folder)]


def letter(path: Path) -> Written:
    """The one in a file."""
    return Written(path.stem, email.message_from_bytes(path.read_bytes(), policy=default))


async def queue(stores: Stores) -> list[str]:
    """A line for each kind of mail that waits or was given up, in each database that has mails."""
    import asyncpg

    lines: list[str] = []
    for database in DATABASES:
        connection = await asyncpg.connect(stores.dsn(database))
        try:
            if await connection.fetchval("SELECT to_regclass('mails') IS NULL"):
                continue
            lines += [
                f"{database}  {row['state']}  {row['kind']}  {row['number']}  {row['problem']}".rstrip()
                for row in await connection.fetch(
                    "SELECT state, kind, problem, count(*) AS number FROM mails"
                    " WHERE state IN ('waiting', 'failed') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
                )
            ]
        finally:
            await connection.close()
    return lines or ["no mail waits, none was given up"]
