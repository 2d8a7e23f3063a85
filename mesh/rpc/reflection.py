"""The standard reflection service: what tools such as grpcurl learn the contract from."""

from collections.abc import Iterable

import grpc
from grpc_health.v1 import health
from grpc_reflection.v1alpha import reflection, reflection_pb2_grpc


def register(server: grpc.aio.Server, services: Iterable[str]) -> None:
    """Serve grpc.reflection on `server` for these services, health, itself."""
    servicer = reflection.aio.ReflectionServicer((*services, health.SERVICE_NAME, reflection.SERVICE_NAME))
    reflection_pb2_grpc.add_ServerReflectionServicer_to_server(servicer, server)
