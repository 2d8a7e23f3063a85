"""Consistency: members read what they wrote, whichever copy of the data answers."""

import contextlib
from collections.abc import Awaitable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from mesh import contract
from mesh.contract import MethodSpec
from mesh.errors import Unavailable
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed

TOKEN = "guild-consistency-token"  # noqa: S105 - the name of a header

_MOST_OF_ONE = 4
"""Tokens of one service in one token; for each caller keeps them, and sends them along."""


def merged(*tokens: str) -> str:
    """Return one token that demands what all of them do, each of which may be several, by commas.

    Where a service has too many of them it is named alone, which only its primary can satisfy.
    """
    by_service: dict[str, dict[str, None]] = {}
    for one in (part.strip() for token in tokens for part in token.split(",")):
        if one:
            by_service.setdefault(one.partition(".")[0], {})[one] = None
    return ",".join(
        one
        for service, theirs in by_service.items()
        for one in (theirs if len(theirs) <= _MOST_OF_ONE else [f"{service}."])
    )


class Tokens(Protocol):
    """Makes tokens of what was written, and reads by them."""

    def issue(self) -> Awaitable[str]:
        """Return a token of everything committed so far."""
        ...

    def honour(self, token: str, /) -> AbstractContextManager[None]:
        """Let reads of the block see at least what the token saw."""
        ...


@dataclass(frozen=True, slots=True)
class Consistency:
    """Around idempotency, so that a token is of a moment after the commit; a stored answer comes with one too.

    What the call wrote at peers is part of its token.
    """

    name: ClassVar[str] = "consistency"
    tokens: Tokens

    def applies(self, method: MethodSpec) -> bool:
        """Methods whose policy issues or honours tokens."""
        return method.required_policy.consistency != contract.Consistency.NONE

    def around(self, method: MethodSpec, proceed: Proceed) -> Proceed:
        """Read by the token of a call, or answer one after the write."""
        if method.required_policy.consistency is contract.Consistency.ISSUES:
            return lambda call: self._issued(call, proceed)

        def run(call: Call) -> Awaitable[Any]:
            if TOKEN not in call.metadata:
                return proceed(call)
            token = call.text(TOKEN)
            return self._honoured(token, call, proceed) if token else proceed(call)

        return run

    async def _honoured(self, token: str, call: Call, proceed: Proceed) -> Any:
        with self.tokens.honour(token):
            return await proceed(call)

    async def _issued(self, call: Call, proceed: Proceed) -> Any:
        reply = await proceed(call)
        token = ""
        with contextlib.suppress(Unavailable):  # the write is done, and its caller must hear so
            token = await self.tokens.issue()
        if call.written:
            token = merged(token, *call.written)
        if token:
            call.trailers.append((TOKEN, token))
        return reply
