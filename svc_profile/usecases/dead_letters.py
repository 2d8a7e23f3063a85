"""Events that a consumer gave up on, as operators deal with them."""

from dataclasses import dataclass
from uuid import UUID

from mesh.data import Database, PageTokens, Transaction, page_size
from mesh.events import (
    Bus,
    ConsumerState,
    DeadLetter,
    discard,
    get_dead_letter,
    list_consumers,
    list_dead_letters,
    replay,
)
from mesh.ids import uuid7
from svc_profile.domain.actions import ActionKind
from svc_profile.usecases.audit import Audit


@dataclass(frozen=True)
class DeadLetters:
    """They lie on the bus, outside of any transaction: what is done with one is on record before it is done.

    Raises BusUnavailable while the bus does not answer.
    """

    db: Database
    bus: Bus
    audit: Audit
    tokens: PageTokens

    async def page(self, consumer: str, token: str, size: int) -> tuple[list[DeadLetter], str]:
        """Those of a consumer, or all, oldest first, with the token of the next page; raises PageTokenInvalid."""
        scope, size = f"dead letters/{consumer}", page_size(size)
        after = self.tokens.decode(token, scope)["after"] if token else 0
        async with self.bus.answering():
            found = await list_dead_letters(self.bus, durable=consumer or None, after=after, limit=size + 1)
        if len(found) <= size:
            return found, ""
        return found[:size], self.tokens.encode({"after": found[size - 1].sequence}, scope)

    async def replay(self, sequence: int) -> DeadLetter:
        """Give one back to the consumer that gave it up; raises DeadLetterNotFound."""
        async with self.bus.answering():
            await self._note(ActionKind.DEAD_LETTER_REPLAYED, await get_dead_letter(self.bus, sequence))
            return await replay(self.bus, sequence)

    async def discard(self, sequence: int) -> None:
        """Forget one; raises DeadLetterNotFound."""
        async with self.bus.answering():
            await self._note(ActionKind.DEAD_LETTER_DISCARDED, await get_dead_letter(self.bus, sequence))
            await discard(self.bus, sequence)

    async def consumers(self) -> list[ConsumerState]:
        """What all consumers have before them."""
        async with self.bus.answering():
            return await list_consumers(self.bus)

    async def _note(self, kind: ActionKind, letter: DeadLetter) -> None:
        event = letter.envelope

        async def work(tx: Transaction) -> None:
            target = UUID(event.event_id) if event.event_id else uuid7()
            self.audit.note(tx, kind, target, user_id=None, note=f"{letter.durable}: {event.type} {letter.sequence}")

        await self.db.transact(work)
