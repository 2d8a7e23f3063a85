"""What servicers register: who serves a method, and which ones nobody serves."""

from typing import Any

import pytest

from guild.graph.v1.connection_service_pb2_grpc import (
    ConnectionServiceServicer,
    add_ConnectionServiceServicer_to_server,
)
from mesh.rpc.handlers import served_by
from mesh.rpc.registry import Registry

SERVICE = "guild.graph.v1.ConnectionService"


class Half(ConnectionServiceServicer):
    async def RequestConnection(self, request: Any, context: Any) -> Any:
        return request, context


class MixedIn:
    async def AcceptConnection(self, request: Any, context: Any) -> Any:
        return request, context


class Whole(MixedIn, Half):
    pass


class Other(MixedIn, ConnectionServiceServicer):
    pass


def registry(*servicers: object) -> Registry:
    return Registry([(add_ConnectionServiceServicer_to_server, servicer) for servicer in servicers])


def test_base_methods_are_found() -> None:
    """Own methods count, inherited own ones too, generated ones do not."""
    everything = set(registry(ConnectionServiceServicer()).unimplemented[SERVICE])

    assert everything - {"RequestConnection"} == set(registry(Half()).unimplemented[SERVICE])
    assert everything - {"RequestConnection", "AcceptConnection"} == set(registry(Whole()).unimplemented[SERVICE])


@pytest.mark.parametrize("turned", [False, True])
def test_one_service_of_several_servicers(*, turned: bool) -> None:
    """Each method goes to the one that has it, in whatever order they come."""
    half, other = Half(), Other()
    both = registry(*(other, half) if turned else (half, other))

    assert [SERVICE] == both.services
    assert registry(Whole()).unimplemented == both.unimplemented
    assert half.RequestConnection == served_by(both.handlers[f"/{SERVICE}/RequestConnection"])
    assert other.AcceptConnection == served_by(both.handlers[f"/{SERVICE}/AcceptConnection"])


def test_a_method_has_one_servicer() -> None:
    with pytest.raises(ValueError, match=r"two servicers serve .*/AcceptConnection"):
        registry(Whole(), Other())
