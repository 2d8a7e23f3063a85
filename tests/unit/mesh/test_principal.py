"""Who acts is known inside the block and nowhere else."""

import asyncio
from uuid import UUID

import pytest

from mesh.errors import Unauthenticated
from mesh.principal import ANONYMOUS, Principal, acting_as, current, current_user

ALICE = UUID(int=1)


def test_nobody_acts_outside_a_call() -> None:
    """Outside any block the principal is anonymous, and asking for the member fails."""
    assert ANONYMOUS == current()
    with pytest.raises(Unauthenticated):
        current_user()


async def test_tasks_started_inside_act_as_the_same_principal() -> None:
    """A task inherits who acts, and the block ends with itself."""

    async def who() -> UUID:
        return current_user()

    with acting_as(Principal(user_id=ALICE)):
        seen = await asyncio.create_task(who())

    assert (ALICE, ANONYMOUS) == (seen, current())
