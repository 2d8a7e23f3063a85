"""Who is charged by a use case, to which bucket."""

from typing import Any
from uuid import UUID

import pytest

from mesh.contract import RateLimit
from mesh.ids import UserId
from mesh.limits.charges import Charges, RateLimited
from mesh.limits.token_bucket import Decision
from mesh.principal import Principal, acting_as

ANN = UserId(UUID(int=1))


class Noted:
    """Says yes as long as it is told to, notes what is taken."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, int]] = []
        self.full = True

    async def take(self, limit: RateLimit, owner: str, cost: int = 1, /) -> Decision:
        self.taken.append((limit.bucket, owner, cost))
        return Decision(allowed=self.full, limit=limit.capacity, remaining=0, retry_after=0.0 if self.full else 6.5)


@pytest.mark.parametrize(
    ("caller", "taken"),
    [
        (Principal(user_id=ANN), [("message_stranger", str(ANN), 2)]),
        (Principal(user_id=ANN, service="edge"), [("message_stranger", str(ANN), 2)]),
        (Principal(address="192.0.2.7"), [("message_stranger", "192.0.2.7", 2)]),
        (Principal(user_id=ANN, service="feed"), []),
        (Principal(user_id=ANN, limited=True), [("message_stranger", str(ANN), 20)]),
    ],
)
async def test_whoever_acts_is_charged(caller: Principal, taken: Any) -> None:
    """The member, or an address; a service was charged where its call came in. Who is limited pays for ten."""
    limiter = Noted()

    with acting_as(caller):
        await Charges(limiter).charge("message_stranger", cost=2)

    assert taken == limiter.taken


async def test_an_empty_bucket_refuses() -> None:
    """The refusal names the bucket and the wait."""
    limiter = Noted()
    limiter.full = False

    with acting_as(Principal(user_id=ANN)), pytest.raises(RateLimited) as caught:
        await Charges(limiter).charge("message_stranger")

    assert ({"bucket": "message_stranger"}, 6.5) == (caught.value.metadata, caught.value.retry_after)


async def test_a_bucket_that_is_none_of_the_contracts_is_a_mistake() -> None:
    """Buckets are not made up in code."""
    with acting_as(Principal(user_id=ANN)), pytest.raises(LookupError, match="no_such_bucket"):
        await Charges(Noted()).charge("no_such_bucket")
