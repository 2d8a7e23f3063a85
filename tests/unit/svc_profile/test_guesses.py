"""Guesses that count, and those that nobody looked at."""

from datetime import timedelta
from typing import cast

import pytest

from mesh.auth import PasswordHashingBusy
from mesh.data import DatabaseUnavailable, StatementTimeout, TransactionConflict
from mesh.errors import Failure
from svc_profile.domain.login_throttling import Attempts
from svc_profile.domain.passwords import PasswordMismatch
from svc_profile.domain.second_factors import SecondFactorInvalid
from svc_profile.domain.session import InvalidCredentials
from svc_profile.store.login_attempts import LoginAttempts, Reserved
from svc_profile.usecases.guesses import Guesses


class Counted:
    """Counts for one account from one network."""

    def __init__(self) -> None:
        self.guesses = set[str]()

    async def reserve(self, email: str, network: str) -> Reserved:
        self.guesses.add("a guess")
        return Reserved((email, network), "a guess", Attempts(0, timedelta(), 0))

    async def release(self, attempt: Reserved) -> None:
        self.guesses.remove(attempt.name)


@pytest.mark.parametrize(
    ("error", "counts"),
    [
        (InvalidCredentials(), True),
        (PasswordMismatch(), True),
        (SecondFactorInvalid(), True),
        (PasswordHashingBusy("busy"), False),
        (DatabaseUnavailable("away"), False),
        (TransactionConflict("again"), False),
        (StatementTimeout("slow"), False),
    ],
)
async def test_what_could_not_be_looked_at_does_not_count(error: Failure, counts: bool) -> None:
    """A database that is away shuts nobody out for a quarter of an hour."""
    counted = Counted()
    guesses = Guesses(cast("LoginAttempts", counted))
    with pytest.raises(type(error)):
        async with guesses.one("ann@example.com", "192.0.2.1"):
            raise error
    assert counts == bool(counted.guesses)
