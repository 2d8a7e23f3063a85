"""The standard interoperability cases between our transport, at both ends, and everybody else's."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from tests.interop.matrix import MATRIX, Pair
from tests.interop.peers import Peers

pytestmark = pytest.mark.timeout(600)  # whoever comes first builds the peers
SETTLED_SECONDS = 10.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def peers() -> AsyncIterator[Peers]:
    async with Peers() as peers:
        yield peers


@pytest.mark.parametrize(("case", "pair"), MATRIX, ids=str)
async def test_both_ends_agree(
    peers: Peers, case: str, pair: Pair, record_property: Callable[[str, object], None]
) -> None:
    """The case passes, and the server has nothing left of its calls."""
    record_property("interop", [case, pair.client, pair.server])
    client, server = await peers.client(pair.client), await peers.server(pair.server)
    await client.run(case, server)
    if server.service is not None:
        await asyncio.wait_for(server.service.idle(), SETTLED_SECONDS)
