"""The public gRPC port, as the stubs a member's client would use."""

from collections.abc import Mapping
from typing import Self

import grpc

from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.feed.v1.feed_service_pb2_grpc import FeedServiceStub
from guild.feed.v1.post_service_pb2_grpc import PostServiceStub
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.jobs.v1.company_service_pb2_grpc import CompanyServiceStub
from guild.jobs.v1.job_service_pb2_grpc import JobServiceStub
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.rpc.client import Peer

ROLES = ("profile", "feed", "messaging", "jobs")


class Network:
    """Opened by `async with`; a role with an address of its own is called there, the others at the public port."""

    def __init__(self, address: str, own: Mapping[str, str] | None = None) -> None:
        addresses = {role: (own or {}).get(role, address) for role in ROLES}
        self._peers = {where: Peer(where, name="seed", connections=2) for where in dict.fromkeys(addresses.values())}

        def channel(role: str) -> grpc.aio.Channel:
            return self._peers[addresses[role]].channel

        self.auth = AuthServiceStub(channel("profile"))
        self.profiles = ProfileServiceStub(channel("profile"))
        self.connections = ConnectionServiceStub(channel("profile"))
        self.feeds = FeedServiceStub(channel("feed"))
        self.posts = PostServiceStub(channel("feed"))
        self.messaging = MessagingServiceStub(channel("messaging"))
        self.companies = CompanyServiceStub(channel("jobs"))
        self.jobs = JobServiceStub(channel("jobs"))

    async def __aenter__(self) -> Self:
        for peer in self._peers.values():
            await peer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for peer in self._peers.values():
            await peer.stop()
