"""A public port that is full."""

from typing import Any

import grpc
import pytest

from guild.feed.v1 import feed_service_pb2
from guild.feed.v1.feed_service_pb2_grpc import FeedServiceStub
from mesh.settings import Engine, ServerSettings

from .conftest import staged


async def test_a_full_port_refuses_at_once(identity: Any, engine: Engine) -> None:
    """With a status that says to try another instance."""
    full = ServerSettings(max_calls=0)
    async with (
        staged(identity, engine, server=full) as stage,
        grpc.aio.insecure_channel(stage.edge.grpc_address) as channel,
    ):
        call = FeedServiceStub(channel).GetFeed(feed_service_pb2.GetFeedRequest(), metadata=identity.sign_in().metadata)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call

    assert (grpc.StatusCode.UNAVAILABLE, True) == (caught.value.code(), "busy" in (caught.value.details() or ""))
