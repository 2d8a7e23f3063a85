"""Members of a running network: profile, feed and its worker in process, on servers that a test may take away."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from redis.asyncio import Redis

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_service_pb2 as posts
from guild.feed.v1.feed_service_pb2_grpc import FeedServiceStub
from guild.feed.v1.post_service_pb2_grpc import PostServiceStub
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.ids import uuid7
from mesh.testing import wait_for
from mesh.testing.serving import serving
from svc_feed.app import build_api, build_worker
from svc_feed.config import Config as FeedConfig
from svc_feed.domain.scoring import DEFAULT
from svc_profile.app import build as build_profile
from svc_profile.config import Config as ProfileConfig

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Member:
    """Somebody signed in."""

    id: str
    email: str
    access_token: str
    refresh_token: str

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The metadata of this member's calls."""
        return (("authorization", f"Bearer {self.access_token}"),)


class Network:
    """What members do."""

    def __init__(self, profile: Any, feed: Any, redis_url: str, profile_dsn: str) -> None:
        self.accounts = AuthServiceStub(profile)
        self.profiles = ProfileServiceStub(profile)
        self.graph = ConnectionServiceStub(profile)
        self.posts = PostServiceStub(feed)
        self.feeds = FeedServiceStub(feed)
        self.profile_channel = profile
        self.profile_dsn = profile_dsn
        self._redis_url = redis_url

    async def join(self, name: str = "Some One") -> Member:
        email = f"{uuid7()}@example.com"
        request = auth.RegisterRequest(email=email, password=PASSWORD, name=name)
        return _member(email, await self.accounts.Register(request))

    async def login(self, member: Member, password: str = PASSWORD) -> Member:
        request = auth.LoginRequest(email=member.email, password=password)
        return _member(member.email, await self.accounts.Login(request))

    async def refresh(self, member: Member) -> Member:
        request = auth.RefreshTokenRequest(refresh_token=member.refresh_token)
        return _member(member.email, await self.accounts.RefreshToken(request))

    async def logout(self, member: Member) -> None:
        await self.accounts.Logout(auth.LogoutRequest(), metadata=member.metadata)

    async def me(self, member: Member) -> str:
        return (await self.profiles.GetMe(profiles.GetMeRequest(), metadata=member.metadata)).user.id

    async def connect(self, one: Member, others: Iterable[Member]) -> None:
        """Connect one with others, and wait until the worker has dropped their feeds because of it."""
        everybody = [one, *others]
        for other in everybody[1:]:
            await self.graph.RequestConnection(graph.RequestConnectionRequest(user_id=other.id), metadata=one.metadata)
            async with Redis.from_url(self._redis_url) as redis:
                marks = [_feed_key(member) for member in (one, other)]
                for mark in marks:
                    await redis.zadd(mark, {b"mark": "-inf"})
                request = graph.AcceptConnectionRequest(user_id=one.id)
                await self.graph.AcceptConnection(request, metadata=other.metadata)
                await wait_for(lambda redis=redis, marks=marks: _gone(redis, marks), timeout=20)

    async def connections(self, member: Member) -> list[str]:
        request = graph.ListConnectionsRequest(user_id=member.id)
        reply = await self.graph.ListConnections(request, metadata=member.metadata)
        return [found.user.id for found in reply.connections]

    async def post(self, author: Member, content: str = "hello", visibility: Any = None) -> str:
        request = posts.CreatePostRequest(content=content, visibility=visibility)
        return (await self.posts.CreatePost(request, metadata=author.metadata)).post.id

    async def react(self, member: Member, post: str, reaction: Any) -> None:
        request = posts.ReactToPostRequest(post_id=post, reaction=reaction)
        await self.posts.ReactToPost(request, metadata=member.metadata)

    async def reactions(self, member: Member, post: str) -> dict[str, Any]:
        """How members reacted to a post, as one of them is told."""
        reply = await self.posts.ListReactions(posts.ListReactionsRequest(post_id=post), metadata=member.metadata)
        return {one.user.id: one.reaction for one in reply.reactions}

    async def likes(self, member: Member, post: str) -> int:
        """The count that a post shows."""
        reply = await self.posts.GetPost(posts.GetPostRequest(post_id=post), metadata=member.metadata)
        return reply.item.post.like_count

    async def feed(self, member: Member) -> list[str]:
        """The ids of the posts in a member's feed, best first."""
        reply = await self.feeds.GetFeed(feeds.GetFeedRequest(limit=100), metadata=member.metadata)
        return [item.post.id for item in reply.items]

    async def warm(self, member: Member) -> list[str]:
        """The same as Redis has it; empty when the feed is cold."""
        async with Redis.from_url(self._redis_url) as redis:
            stored = await redis.zrange(_feed_key(member), 0, -1, desc=True)
        return [str(UUID(bytes=entry[16:])) for entry in stored if len(entry) == 32]


@asynccontextmanager
async def running(ground: Any) -> AsyncIterator[Network]:
    """Run the services."""
    profile_db, feed_db = await ground.database("svc_profile"), await ground.database("svc_feed")
    async with serving(build_profile(ProfileConfig(**ground.profile, database=profile_db))) as profile:
        config = FeedConfig(**ground.common, database=feed_db, profile_address=profile.address)
        async with serving(build_api(config)) as feed, build_worker(config):
            yield Network(profile.channel, feed.channel, ground.servers.redis_url, profile_db.dsn)


def _member(email: str, reply: Any) -> Member:
    return Member(reply.user.id, email, reply.access_token, reply.refresh_token)


def _feed_key(member: Member) -> str:
    return f"feed:v{DEFAULT.version}:{{{member.id}}}"


async def _gone(redis: Any, keys: list[str]) -> bool:
    return await redis.exists(*keys) == 0
