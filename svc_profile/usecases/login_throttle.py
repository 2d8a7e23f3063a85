"""Slow guessing of passwords down, by address and network together and by address alone."""

from dataclasses import dataclass

from svc_profile.domain.login_throttling import TooManyLogins, wait
from svc_profile.store.login_failures import LoginFailures

_FREE_PER_NETWORK = 5  # typos of one person
_FREE_PER_EMAIL = 25  # higher, so that a stranger elsewhere does not easily slow the owner down


@dataclass(frozen=True)
class LoginThrottle:
    """A success from a network clears what that network failed."""

    failures: LoginFailures

    async def check(self, email: str, address: str | None) -> None:
        """Let an attempt through.

        Raises:
            TooManyLogins: it has to wait first.
        """
        by_network = wait(await self.failures.of(_pair(email, address)), free=_FREE_PER_NETWORK)
        by_email = wait(await self.failures.of(email), free=_FREE_PER_EMAIL)
        if longest := max(by_network, by_email):
            raise TooManyLogins(longest)

    async def failed(self, email: str, address: str | None) -> None:
        """Count a failure."""
        await self.failures.add(_pair(email, address))
        await self.failures.add(email)

    async def succeeded(self, email: str, address: str | None) -> None:
        """Forget the failures of this network, and those of the address."""
        await self.failures.clear(_pair(email, address))
        await self.failures.clear(email)


def _pair(email: str, address: str | None) -> str:
    return f"{email}\n{address or ''}"
