"""The record of a keyed call: who called what under which key, with what request, and what was answered."""

from dataclasses import dataclass

from sqlalchemy import Text, bindparam, insert, select, update

from mesh.data.querier import Querier
from mesh.data.statements import statement
from mesh.data.tables import idempotency_keys as keys
from mesh.data.transaction import Transaction
from mesh.errors import FailedPrecondition

_THIS = (
    (keys.c.caller == bindparam("caller", type_=Text))
    & (keys.c.method == bindparam("method", type_=Text))
    & (keys.c.key == bindparam("key", type_=Text))
)
_FIND = statement(select(keys.c.request_hash, keys.c.reply).where(_THIS))
_TAKE = statement(insert(keys).values({name: bindparam(name) for name in ("caller", "method", "key", "request_hash")}))
_ANSWER = statement(update(keys).values(reply=bindparam("reply")).where(_THIS))


class IdempotencyKeyReused(FailedPrecondition):
    """The key was used for another request; a key stands for one request and its repeats."""

    reason = "IDEMPOTENCY_KEY_REUSED"


@dataclass(frozen=True, slots=True)
class Claim:
    """One caller's use of one key on one method."""

    caller: str
    method: str
    key: str
    request_hash: bytes

    def take(self, transaction: Transaction) -> None:
        """Claim the key with the next statement of a transaction; it raises KeyTaken for a call that was made before.

        A call that is still under way elsewhere is waited for.
        """
        transaction.send(_TAKE, request_hash=self.request_hash, **self._names())

    async def find(self, querier: Querier) -> bytes | None:
        """Return the stored reply of an earlier call; raises IdempotencyKeyReused when its request was another."""
        row = await querier.fetch_one(_FIND, **self._names())
        if row is None:
            return None
        if row["request_hash"] != self.request_hash:
            raise IdempotencyKeyReused("this idempotency key was used for another request, take a new one")
        return row["reply"]

    def answer(self, transaction: Transaction, reply: bytes) -> None:
        """Store the reply under the claim, with the commit."""
        transaction.send(_ANSWER, reply=reply, **self._names())

    def _names(self) -> dict[str, str]:
        return {"caller": self.caller, "method": self.method, "key": self.key}
