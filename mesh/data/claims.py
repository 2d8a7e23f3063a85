"""The record of a keyed call: who called what under which key, with what request, and what was answered."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from asyncpg import Record
from sqlalchemy import Text, bindparam, insert, select, update

from mesh.data.batches import batch, batch_insert, by_column
from mesh.data.statements import statement
from mesh.data.tables import idempotency_keys as keys
from mesh.data.transaction import Transaction
from mesh.errors import FailedPrecondition

_THIS = (
    (keys.c.caller == bindparam("caller", type_=Text))
    & (keys.c.method == bindparam("method", type_=Text))
    & (keys.c.key == bindparam("key", type_=Text))
)
_NAMES = ("caller", "method", "key")
_KEPT = (*_NAMES, "request_hash", "reply")
_asked = batch(caller=Text(), method=Text(), key=Text())
FIND = statement(
    select(*(keys.c[name] for name in _KEPT)).where(*(keys.c[name] == _asked.c[name] for name in _NAMES)),
    name="SELECT idempotency_keys",
)
"""The records of many uses; one list for each part of their names."""
_TAKE = statement(insert(keys).values({name: bindparam(name) for name in (*_NAMES, "request_hash")}))
_ANSWER = statement(update(keys).values(reply=bindparam("reply")).where(_THIS))
_KEEP = statement(batch_insert(keys, *_KEPT))


class IdempotencyKeyReused(FailedPrecondition):
    """The key was used for another request; a key stands for one request and its repeats."""

    reason = "IDEMPOTENCY_KEY_REUSED"


class Use(NamedTuple):
    """What names the record."""

    caller: str
    method: str
    key: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One caller's use of one key on one method."""

    use: Use
    request_hash: bytes

    def take(self, transaction: Transaction) -> None:
        """Claim the key with the next statement of a transaction; it raises KeyTaken for a call that was made before.

        A call that is still under way elsewhere is waited for.
        """
        transaction.send(_TAKE, request_hash=self.request_hash, **self.use._asdict())

    def reply_in(self, record: Record | None) -> bytes | None:
        """Return the reply that a record holds, None without one; raises IdempotencyKeyReused for another request."""
        if record is None:
            return None
        if record["request_hash"] != self.request_hash:
            raise IdempotencyKeyReused("this idempotency key was used for another request, take a new one")
        return record["reply"]

    def answer(self, transaction: Transaction, reply: bytes) -> None:
        """Store the reply under the claim, with the commit."""
        transaction.send(_ANSWER, reply=reply, **self.use._asdict())


def keep(transaction: Transaction, answered: Collection[tuple[Claim, bytes]]) -> None:
    """Store claims together with their replies, with the commit; it raises KeyTaken when one was claimed before.

    In one order everywhere, so that transactions which wait for each other's keys never wait in a circle.
    """
    rows = sorted((*claim.use, claim.request_hash, reply) for claim, reply in answered)
    if rows:
        transaction.send(_KEEP, **by_column(_KEPT, rows))
