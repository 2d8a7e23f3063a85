"""Which methods a servicer left to its generated base class."""

from typing import Any

from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceServicer
from mesh.rpc.unimplemented import unimplemented_methods


class Half(ConnectionServiceServicer):
    async def RequestConnection(self, request: Any, context: Any) -> Any:
        return request, context


class MixedIn:
    async def AcceptConnection(self, request: Any, context: Any) -> Any:
        return request, context


class Whole(MixedIn, Half):
    pass


def test_base_methods_are_found() -> None:
    """Own methods count, inherited own ones too, generated ones do not."""
    everything = set(unimplemented_methods(ConnectionServiceServicer()))

    assert everything - {"RequestConnection"} == set(unimplemented_methods(Half()))
    assert everything - {"RequestConnection", "AcceptConnection"} == set(unimplemented_methods(Whole()))
