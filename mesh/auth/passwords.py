"""Passwords hashed with argon2id, off the event loop, in a pool that says no before it drowns."""

import asyncio
import base64
import os
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mesh import heap
from mesh.auth.errors import PasswordHashingBusy
from mesh.texts import opaque

T = TypeVar("T")

Profile = Literal["production", "test"]

_COSTS: dict[Profile, tuple[int, int]] = {"production": (2, 19 * 1024), "test": (1, 8)}
"""(passes, KiB): OWASP's floor for argon2id with one lane, about 24 ms; the least argon2 accepts, for tests."""

MAX_WAITING = 64
"""Jobs running or waiting; at 24 ms each the last of them waits about a second on two processors."""

QUIET_SECONDS = 5.0
"""After the last password, the memory of hashing is given back: the next one pays a fifth more for new pages."""


class Passwords:
    """Hashes and verifies passwords, however a keyboard composes them (a Part: `stop` ends its threads)."""

    name = "passwords"

    def __init__(
        self, profile: Profile = "production", *, workers: int | None = None, max_waiting: int = MAX_WAITING
    ) -> None:
        passes, memory = _COSTS[profile]
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=1)
        self._pool = ThreadPoolExecutor(workers or os.cpu_count() or 1, thread_name_prefix="argon2")
        self._places = threading.Semaphore(max_waiting)
        self._nobodys = _made_up_hash(self._hasher)
        self._quiet: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Do nothing: threads begin with the first password."""

    async def stop(self) -> None:
        """Let running jobs end, drop those that wait."""
        self._await_quiet(None)
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def hash(self, password: str) -> str:
        """Return an encoded argon2id hash; raises PasswordHashingBusy."""
        return await self._run(lambda: self._hasher.hash(opaque(password)))

    async def verify(self, encoded: str, password: str) -> bool:
        """Tell whether this is the password; raises PasswordHashingBusy."""
        return await self._run(lambda: self._matches(encoded, password))

    async def verify_dummy(self, password: str) -> bool:
        """Take as long as `verify` does and return False: for accounts that do not exist."""
        return await self._run(lambda: self._matches(self._nobodys, password))

    def useless(self) -> str:
        """Return a hash that no password has, and that takes as long to verify as any: until a new one is set."""
        return _made_up_hash(self._hasher)

    def needs_rehash(self, encoded: str) -> bool:
        """Tell whether the hash was made with other costs than today's: hash the password again after a login."""
        return self._hasher.check_needs_rehash(encoded)

    def _matches(self, encoded: str, password: str) -> bool:
        try:
            return self._hasher.verify(encoded, opaque(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise PasswordHashingBusy("too many sign-ins at this moment: try again shortly", retry_after=1.0)
        try:
            job = self._pool.submit(work)  # argon2-cffi releases the GIL while it works
        except RuntimeError:  # the pool was stopped
            self._places.release()
            raise
        job.add_done_callback(self._leave)
        try:
            return await asyncio.wrap_future(job)
        finally:
            self._await_quiet(asyncio.get_running_loop().call_later(QUIET_SECONDS, heap.give_back))

    def _await_quiet(self, timer: asyncio.TimerHandle | None) -> None:
        if self._quiet is not None:
            self._quiet.cancel()
        self._quiet = timer

    def _leave(self, _job: Future[T]) -> None:
        self._places.release()


def _made_up_hash(hasher: PasswordHasher) -> str:
    """Return a well-formed hash that no password has: random bytes where the digest belongs."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(n)).rstrip(b"=").decode() for n in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"
