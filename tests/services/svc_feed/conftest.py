"""The feed service with its worker, beside the real profile service."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import pytest
import pytest_asyncio
from google.protobuf.message import Message
from redis.asyncio import Redis

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.events.v1.envelope_pb2 import Envelope
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as posts
from guild.feed.v1.analytics_service_pb2_grpc import AnalyticsServiceStub
from guild.feed.v1.draft_service_pb2_grpc import DraftServiceStub
from guild.feed.v1.feed_preference_service_pb2_grpc import FeedPreferenceServiceStub
from guild.feed.v1.feed_service_pb2_grpc import FeedServiceStub
from guild.feed.v1.post_service_pb2_grpc import PostServiceStub
from guild.feed.v1.promotion_service_pb2_grpc import PromotionServiceStub
from guild.feed.v1.topic_service_pb2_grpc import TopicServiceStub
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.media.v1.media_service_pb2_grpc import MediaServiceStub
from mesh.data import Database, Statement
from mesh.data.connection import Connection
from mesh.ids import uuid7
from mesh.lifecycle import App, Rounds
from mesh.service import ACCESS
from mesh.settings import ObjectSettings, RedisSettings, Secret
from mesh.testing import TestIdentity, wait_for
from mesh.testing.databases import Databases
from svc_feed.app import build_api, build_worker
from svc_feed.config import Config
from svc_feed.domain.scoring import DEFAULT
from svc_feed.usecases.offers import Offers
from tests.services.svc_feed.line import TcpLine
from tests.services.svc_feed.people import People, serve_people

Metadata = tuple[tuple[str, str], ...]


E = TypeVar("E", bound=Message)
OUTBOX = Statement("SELECT envelope FROM outbox ORDER BY event_id", (), "outbox")
COUNT_COMMENTS = Statement(
    "SELECT count(*) FROM comments WHERE post_author_id = $1 AND post_id = $2", ("author", "post"), "count"
)
COUNT_REACTIONS = Statement(
    "SELECT count(*) FROM engagement WHERE post_author_id = $1 AND post_id = $2", ("author", "post"), "count"
)


@dataclass(frozen=True)
class Member:
    """Somebody signed in."""

    id: str
    metadata: Metadata


class World:
    """The two services as their members use them, and a look into Redis."""

    def __init__(
        self, profile: Any, feed: Any, worker: App, redis: Any, admin: Metadata, line: TcpLine, config: Config
    ) -> None:
        self.profile = profile
        self.worker = worker
        self.line = line
        self.config = config
        self.admin = admin
        self.feed = feed
        self.redis = redis
        self.accounts = AuthServiceStub(profile.channel)
        self.graph = ConnectionServiceStub(profile.channel)
        self.posts = PostServiceStub(feed.channel)
        self.drafts = DraftServiceStub(feed.channel)
        self.feeds = FeedServiceStub(feed.channel)
        self.media = MediaServiceStub(feed.channel)
        self.topics = TopicServiceStub(feed.channel)
        self.analytics = AnalyticsServiceStub(feed.channel)
        self.preferences = FeedPreferenceServiceStub(feed.channel)
        self.promotions = PromotionServiceStub(feed.channel)

    @property
    def database(self) -> Database:
        """The feed service's own."""
        return next(part for part in self.feed.app.parts if isinstance(part, Database))

    @property
    def offers(self) -> Offers:
        """What its instance has ready to be promoted."""
        return next(part for part in self.feed.app.parts if isinstance(part, Offers))

    async def round(self, name: str) -> None:
        """What its worker does again and again, now."""
        await next(part for part in self.worker.parts if isinstance(part, Rounds) and part.name == name).work()

    async def reader(self, posts: int = 5) -> Member:
        """Somebody whose feed has so many posts of their own."""
        member = await self.member()
        for number in range(posts):
            await self.post(member, str(number))
        return member

    async def member(self, name: str = "Some One") -> Member:
        request = auth.RegisterRequest(email=f"{uuid7()}@example.com", password="correct horse", name=name)
        reply = await self.accounts.Register(request)
        return Member(reply.user.id, (("authorization", f"Bearer {reply.access_token}"),))

    async def connect(self, one: Member, other: Member) -> None:
        """Connect two, and wait until the worker has dropped their feeds."""
        await self.graph.RequestConnection(graph.RequestConnectionRequest(user_id=other.id), metadata=one.metadata)
        marks = [f"feed:v{DEFAULT.version}:{{{member.id}}}" for member in (one, other)]
        for mark in marks:
            await self.redis.zadd(mark, {b"mark": "-inf"})
        await self.graph.AcceptConnection(graph.AcceptConnectionRequest(user_id=one.id), metadata=other.metadata)

        async def dropped() -> bool:
            return await self.redis.exists(*marks) == 0

        await wait_for(dropped, timeout=10)

    async def disconnect(self, one: Member, other: Member) -> None:
        await self.graph.RemoveConnection(graph.RemoveConnectionRequest(user_id=other.id), metadata=one.metadata)

    async def post(
        self, author: Member, content: str = "hello", visibility: model.Visibility.ValueType | None = None, **more: Any
    ) -> str:
        request = posts.CreatePostRequest(content=content, visibility=visibility, **more)
        return (await self.posts.CreatePost(request, metadata=author.metadata)).post.id

    async def page(self, member: Member, limit: int = 20, offset: int = 0, token: str = "") -> Any:
        request = feeds.GetFeedRequest(limit=limit, offset=offset, page_token=token)
        return await self.feeds.GetFeed(request, metadata=member.metadata)

    async def ids(self, member: Member, limit: int = 100) -> list[str]:
        return [item.post.id for item in (await self.page(member, limit)).items]

    async def stored(self, member: Member) -> list[str]:
        """The posts in the member's warm feed as Redis has it, best first."""
        members = await self.redis.zrange(f"feed:v{DEFAULT.version}:{{{member.id}}}", 0, -1, desc=True)
        return [str(UUID(bytes=found[16:])) for found in members if len(found) == 32]

    async def rebuild(self, member: Member) -> int:
        """Build a feed anew as an operator; gives the number of its entries."""
        request = feeds.RebuildFeedRequest(user_id=member.id)
        return (await self.feeds.RebuildFeed(request, metadata=self.admin)).item_count

    async def answers(self, author: Member, post_id: str) -> tuple[int, int]:
        """How many comments and reactions of a post are stored."""
        key = {"author": UUID(author.id), "post": UUID(post_id)}
        return (
            await self.database.fetch_value(COUNT_COMMENTS, **key),
            await self.database.fetch_value(COUNT_REACTIONS, **key),
        )

    async def events(self, kind: type[E], key: str) -> list[E]:
        """The events of one kind about a post, as the outbox keeps them."""
        found: list[E] = []
        for row in await self.database.fetch(OUTBOX):
            envelope = Envelope.FromString(row["envelope"])
            if envelope.type == kind.DESCRIPTOR.full_name and envelope.key == key:
                found.append(kind.FromString(envelope.payload))
        return found

    async def forget_verdicts(self, member: Member) -> None:
        """Let the service ask again what the member may see."""
        await self.redis.delete("mesh:" + ACCESS.subject(UUID(member.id)))

    async def is_warm(self, member: Member) -> bool:
        return await self.redis.exists(f"feed:v{DEFAULT.version}:{{{member.id}}}") == 1

    async def arrives(self, member: Member, post_id: str) -> None:
        """Wait for the worker to bring a post into a warm feed."""

        async def there() -> bool:
            return post_id in await self.stored(member)

        await wait_for(there, timeout=10)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def new_world(
    common: dict[str, Any],
    database_of: Databases,
    profile: Any,
    identity: TestIdentity,
    serve: Callable[[App], Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Callable[..., Awaitable[World]]]:
    """What starts a feed service with a worker and settings of its own."""
    async with AsyncExitStack() as stack:

        async def start(**settings: Any) -> World:
            line = TcpLine(profile.address)
            objects = ObjectSettings(folder=tmp_path_factory.mktemp("objects"), secret=Secret("signs addresses"))
            own = {"database": await database_of("svc_feed"), "profile_address": await line.start(), "objects": objects}
            own["build_ahead"] = False  # tests say when feeds are built
            stack.push_async_callback(line.stop)
            config = Config(**{**common, **own, **settings})
            redis = await stack.enter_async_context(Redis.from_url(config.redis.url))
            feed = await stack.enter_async_context(serve(build_api(config)))
            worker = build_worker(config)
            await stack.enter_async_context(worker)
            return World(profile, feed, worker, redis, identity.admin_metadata(), line, config)

        yield start


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(new_world: Callable[..., Awaitable[World]]) -> World:
    """The feed service with its defaults."""
    return await new_world()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people(identity: TestIdentity, serve: Callable[[App], Any]) -> AsyncIterator[People]:
    """The stand-in of the profile service."""
    people = People()
    async with serve(serve_people(people, identity)) as running:
        people.address = running.address
        yield people


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def staged(
    new_world: Callable[..., Awaitable[World]], people: People, other_redis_settings: RedisSettings
) -> World:
    """The feed service in front of the stand-in, which vouches for nothing that it says."""
    return await new_world(profile_address=people.address, redis=other_redis_settings)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the statements the feed service asks about posts and answers to them, also in transactions."""
    seen: list[str] = []
    run = Connection.run

    async def noted(self: Connection, read: Any, statement: Any, parameters: Any) -> Any:
        if any(table in statement.name for table in ("post", "comments", "engagement", "wide")):
            seen.append(statement.name)
        return await run(self, read, statement, parameters)

    monkeypatch.setattr(Connection, "run", noted)
    return seen


@pytest.fixture
def statements(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the statements the feed service asks about posts, as they come."""
    seen: list[str] = []
    database, run = world.database, world.database.run

    async def counted(read: Any, statement: Any, parameters: Any) -> Any:
        if "posts" in statement.name or "wide" in statement.name or "engagement" in statement.name:
            seen.append(statement.name)
        return await run(read, statement, parameters)

    monkeypatch.setattr(database, "run", counted)
    return seen
