"""Sends what is in the queue of mails."""

import asyncio
import contextlib
import random
from collections.abc import Mapping
from datetime import timedelta

from prometheus_client import Counter

from mesh.clock import Clock, SystemClock
from mesh.data import Database
from mesh.errors import Failure
from mesh.mail import queue
from mesh.mail.mailer import Mailer
from mesh.mail.outgoing import Channel, Transport, Undeliverable
from mesh.mail.queue import Claimed, Place
from mesh.mail.sealing import Unreadable
from mesh.telemetry import get_logger

LEASE = timedelta(minutes=2)
"""A mail whose sender was killed is sent again after this, under the same Message-ID; longer than any attempt takes."""
ATTEMPT_SECONDS = 60.0
POLL_SECONDS = 5.0
"""How long a mail waits whose process was killed before it woke the sender."""
BACK_OFF = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600))
TOGETHER = 8
"""Mails sent at once by one process."""

_log = get_logger(__name__)
_outcomes = Counter(
    "guild_mails", "Attempts to send a mail: sent, again (to be repeated), failed.", ["kind", "outcome"]
)


class MailSender:
    """One of any number of senders of a service (a Part).

    A mail is claimed for a while, sent, and marked. A crash between the last two sends it again, because nobody can
    know whether it went out: the repeat has the same Message-ID, by which those who receive mails drop it. What is
    refused for good, or is not accepted while it is worth sending, ends as `failed`, where operators find it.
    """

    name = "mail"

    def __init__(
        self,
        database: Database,
        mailer: Mailer,
        transports: Mapping[Channel, Transport],
        clock: Clock | None = None,
    ) -> None:
        self._database = database
        self._mailer = mailer
        self._transports = transports
        self._clock = clock or SystemClock()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Send from now on."""
        self._task = asyncio.create_task(self._run(), name="mail")

    async def stop(self) -> None:
        """Stop at once; what was being sent is sent again by others, after its lease."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for transport in self._transports.values():
            await transport.close()

    async def send_due(self) -> int:
        """Send what is due, as many as fit together; returns how many were due."""
        places = await queue.due(self._database, self._clock.now(), TOGETHER)
        await asyncio.gather(*map(self._deliver, places))
        return len(places)

    async def _run(self) -> None:
        ready = self._mailer.ready
        while True:
            ready.clear()
            try:
                while await self.send_due():
                    pass
            except Failure as error:
                _log.warning("mails_not_sent", reason=error.reason)
            except Exception:  # noqa: BLE001 - logged; a sender never ends on its own
                _log.exception("mails_not_sent")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS * random.uniform(0.8, 1.2)):  # noqa: S311 - senders spread out
                    await ready.wait()

    async def _deliver(self, place: Place) -> None:
        mail = await queue.claim(self._database, place, self._clock.now() + LEASE)
        if mail is None:
            return
        try:
            await self._hand_on(mail)
        except (Undeliverable, Unreadable) as refusal:
            await self._give_up(mail, str(refusal))
        except Exception as error:  # noqa: BLE001 - whatever it was, the mail is tried again
            await self._try_again(mail, _named(error))
        else:
            await queue.finish(self._database, place, queue.SENT, self._clock.now())
            _outcomes.labels(mail.kind, "sent").inc()

    async def _hand_on(self, mail: Claimed) -> None:
        if mail.expires_at <= self._clock.now():
            raise Undeliverable(f"too late, after: {mail.problem}" if mail.problem else "too late")
        outgoing = self._mailer.seal.open(mail.sealed)
        async with asyncio.timeout(ATTEMPT_SECONDS):
            await self._transports[mail.channel].send(outgoing)

    async def _try_again(self, mail: Claimed, problem: str) -> None:
        pause = BACK_OFF[min(mail.attempts, len(BACK_OFF)) - 1]
        _log.warning("mail_put_off", mail_id=str(mail.place.mail_id), kind=mail.kind, problem=problem)
        _outcomes.labels(mail.kind, "again").inc()
        at = min(self._clock.now() + pause, mail.expires_at)
        await queue.put_off(self._database, mail.place, at, problem)

    async def _give_up(self, mail: Claimed, problem: str) -> None:
        _log.error("mail_given_up", mail_id=str(mail.place.mail_id), kind=mail.kind, problem=problem)
        _outcomes.labels(mail.kind, "failed").inc()
        await queue.finish(self._database, mail.place, queue.FAILED, self._clock.now(), problem)


def _named(error: Exception) -> str:
    """What went wrong, without the address that the text of such errors may contain."""
    code = getattr(error, "code", None)
    return f"{type(error).__name__} {code}" if isinstance(code, int) else type(error).__name__
