"""Keyed calls that take effect once: the claim, the writes and the reply are one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from asyncpg import Record
from google.protobuf.message import Message

from mesh.data.batches import by_column
from mesh.data.claims import FIND, Claim, Use
from mesh.data.database import Database
from mesh.data.failures import CONFLICTS, KeyTaken
from mesh.data.loader import Loader
from mesh.data.retry import ATTEMPTS, pause, too_many_conflicts
from mesh.data.scope import CallScope, entered
from mesh.errors import AlreadyExists, FailedPrecondition, NotFound, PermissionDenied

R = TypeVar("R", bound=Message)

_ABOUT_STATE = (AlreadyExists, FailedPrecondition, NotFound, PermissionDenied)
"""Refusals the first call itself may have caused, when its repeat arrives while it is being committed."""


class IdempotencyStore:
    """Runs a handler once for a (caller, method, key) and answers repeats with the first reply."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records: Loader[Use, Record] = Loader(self._load)
        self._under_way: dict[Use, asyncio.Future[None]] = {}

    async def find(self, caller: str, method: str, key: str, request_hash: bytes) -> bytes | None:
        """Return the reply of an earlier call, None when there is none; raises IdempotencyKeyReused.

        What is asked in one tick, by whomever, is one statement.
        """
        return await self._find(Claim(Use(caller, method, key), request_hash))

    async def run(
        self,
        caller: str,
        method: str,
        key: str,
        request_hash: bytes,
        handler: Callable[[], Awaitable[R]],
        *,
        looked_up: bool = False,
    ) -> tuple[bytes, None] | tuple[None, R]:
        """Return (the stored reply, None) for a repeat, else (None, the handler's reply).

        Every `transact` of the handler joins one transaction, committed with the reply once the handler returns; an
        error rolls all of it back. A repeat of a call under way waits for it. After a deadlock or a serialization
        failure the handler runs again. Raises IdempotencyKeyReused when the key was used for another request.
        With `looked_up` the caller has just found nothing, so the first attempt does not ask again.
        """
        claim = Claim(Use(caller, method, key), request_hash)
        while (ahead := self._under_way.get(claim.use)) is not None:  # in this process: waiting takes no connection
            await asyncio.wait([ahead])
            looked_up = False
        ended = self._under_way[claim.use] = asyncio.get_running_loop().create_future()
        try:
            return await self._run(claim, handler, looked_up=looked_up)
        finally:
            del self._under_way[claim.use]
            ended.set_result(None)

    async def _run(
        self, claim: Claim, handler: Callable[[], Awaitable[R]], *, looked_up: bool
    ) -> tuple[bytes, None] | tuple[None, R]:
        for attempt in range(ATTEMPTS):
            answer = await self._attempt(claim, handler, first=attempt == 0, looked_up=looked_up)
            if answer is not None:
                return answer
            await pause(attempt)
        raise too_many_conflicts()

    async def _attempt(
        self, claim: Claim, handler: Callable[[], Awaitable[R]], *, first: bool, looked_up: bool
    ) -> tuple[bytes, None] | tuple[None, R] | None:
        """Run the handler in a new scope; None means that a concurrent transaction won and it has to run again."""
        if not (first and looked_up) and (stored := await self._find(claim)) is not None:
            return stored, None
        scope = CallScope(self._database, self._database.unit_of_work, claim, may_share=first)
        try:
            with entered(scope):
                reply = await handler()
            if not (scope.conflicted or scope.taken):
                await scope.complete(reply.SerializeToString())
                return None, reply
            await scope.rollback()
        except Exception as error:  # noqa: BLE001 - raised again below unless the call was answered before
            await scope.rollback()
            if not (scope.conflicted or scope.taken or isinstance(error, (*CONFLICTS, KeyTaken))):
                return await self._replay_or_raise(claim, error)
        except asyncio.CancelledError:
            scope.abandon()
            raise
        stored = None if scope.conflicted else await self._find(claim)
        return None if stored is None else (stored, None)

    async def _replay_or_raise(self, claim: Claim, error: Exception) -> tuple[bytes, None]:
        stored = await self._find(claim) if isinstance(error, _ABOUT_STATE) else None
        if stored is None:
            raise error
        return stored, None

    async def _find(self, claim: Claim) -> bytes | None:
        return claim.reply_in(await self._records.load(claim.use))

    async def _load(self, uses: Sequence[Use]) -> Mapping[Use, Record]:
        rows = await self._database.fetch(FIND, **by_column(Use._fields, uses))
        return {Use(row["caller"], row["method"], row["key"]): row for row in rows}
