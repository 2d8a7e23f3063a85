"""Proofs that can be guessed at: each counts before it is looked at."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from mesh.errors import Aborted, DeadlineExceeded, Failure, ResourceExhausted, Unavailable
from svc_profile.domain.login_throttling import TooManyLogins, asks_proof, wait
from svc_profile.domain.networks import network
from svc_profile.store.login_attempts import LoginAttempts

_NOT_LOOKED_AT = (Aborted, DeadlineExceeded, ResourceExhausted, Unavailable)
"""Nobody is told by these whether the guess was right: hashing was busy, a database away or in conflict."""


@dataclass(frozen=True)
class Guesses:
    """What is guessed at has a name of its own: an address for passwords, a member for second factors."""

    attempts: LoginAttempts

    @asynccontextmanager
    async def one(
        self,
        at: str,
        address: str | None,
        most: int | None = None,
        *,
        prove: Callable[[], Awaitable[None]] | None = None,
    ) -> AsyncGenerator[None]:
        """Count a guess from an address: the block looks at it, and raises when it is wrong.

        A block that ends proves that the account is theirs: guesses from there are forgotten. What could not be looked
        at does not count. Raises TooManyLogins instead of running the block after too many lately from there, or `most`
        from everywhere. After some of them `prove` has to let the next one pass, where it is given; what it raises
        counts for nothing.
        """
        reserve = self.attempts.reserve_of_network if prove else self.attempts.reserve
        attempt = await reserve(at, network(address))
        if delay := wait(attempt.before, most):
            await self.attempts.release(attempt)
            raise TooManyLogins(delay)
        if prove and asks_proof(attempt.before):
            try:
                await prove()
            except Failure:
                await self.attempts.release(attempt)
                raise
        try:
            yield
        except _NOT_LOOKED_AT:
            await self.attempts.release(attempt)
            raise
        await self.attempts.clear(attempt)

    async def forget(self, at: str, address: str | None) -> None:
        """Forget the guesses of somebody who proved in another way that the account is theirs."""
        await self.attempts.forget(at, network(address))
