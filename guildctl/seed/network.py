"""The public gRPC port, as the stubs a member's client would use."""

from typing import Self

from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.feed.v1.feed_service_pb2_grpc import FeedServiceStub
from guild.feed.v1.post_service_pb2_grpc import PostServiceStub
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.jobs.v1.company_service_pb2_grpc import CompanyServiceStub
from guild.jobs.v1.job_service_pb2_grpc import JobServiceStub
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guildctl.dial import dial


class Network:
    """Opened by `async with`."""

    def __init__(self, address: str) -> None:
        self._peer = dial(address, "seed", connections=2)
        channel = self._peer.channel
        self.auth = AuthServiceStub(channel)
        self.profiles = ProfileServiceStub(channel)
        self.connections = ConnectionServiceStub(channel)
        self.feeds = FeedServiceStub(channel)
        self.posts = PostServiceStub(channel)
        self.messaging = MessagingServiceStub(channel)
        self.companies = CompanyServiceStub(channel)
        self.jobs = JobServiceStub(channel)

    async def __aenter__(self) -> Self:
        await self._peer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._peer.stop()
