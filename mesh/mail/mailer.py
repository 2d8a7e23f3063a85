"""Writes mails into the transaction of what they tell of."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import final
from uuid import UUID

from mesh.clock import Clock, SystemClock
from mesh.data import Transaction
from mesh.ids import uuid7
from mesh.mail import queue
from mesh.mail.letter import Letter
from mesh.mail.outgoing import Channel, Outgoing
from mesh.mail.sealing import Seal
from mesh.settings import Secret

WORTH_SENDING = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Notice:
    """One letter to one address. `kind` is what operators count; `worth` is how long it is any use to send it.

    `decoy` costs what a letter costs, and nobody gets it: for answers that must not tell whether there is a reader.
    """

    kind: str
    to: str
    letter: Letter
    about: UUID | None = None
    channel: Channel = "mail"
    worth: timedelta = WORTH_SENDING
    unsubscribe_url: str = ""
    decoy: bool = False


@final
class Mailer:
    """Puts letters into the queue of the service's database; `ready` is set after a commit that wrote some."""

    def __init__(self, secret: Secret, clock: Clock | None = None) -> None:
        self.seal = Seal(secret)
        self.ready = asyncio.Event()
        self._clock = clock or SystemClock()

    def post(self, tx: Transaction, notice: Notice) -> UUID:
        """Send a letter if, and only if, the transaction commits; returns its id."""
        mail_id, now, letter = uuid7(), self._clock.now(), notice.letter
        outgoing = Outgoing(
            str(mail_id), notice.to, letter.heading, letter.text(), letter.html(), now, notice.unsubscribe_url
        )
        queue.add(
            tx,
            mail_id,
            at=now,
            decoy=notice.decoy,
            user_id=notice.about,
            kind=notice.kind,
            channel=notice.channel,
            sealed=self.seal.seal(outgoing),
            expires_at=now + notice.worth,
        )
        tx.on_commit(self._wake)
        return mail_id

    async def _wake(self) -> None:
        self.ready.set()
