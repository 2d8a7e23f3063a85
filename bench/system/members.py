"""Members of the system, signed in and doing what a load needs to be there, through the services' own API."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bench.targets.dial import bearer, dial
from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.feed.v1 import post_pb2 as post
from guild.feed.v1 import post_service_pb2 as posts
from guild.feed.v1.post_service_pb2_grpc import PostServiceStub
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub

T = TypeVar("T")
R = TypeVar("R")

HASHES_AT_ONCE = 8
"""Sign-ins under way: each costs the service 24 ms of one core."""
CALLS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a good access token, which is kept in memory only."""

    id: str
    token: str = field(repr=False)


async def register(address: str, count: int) -> list[Member]:
    """Make new members; everyone has an address nobody had before."""
    run = secrets.token_hex(4)
    peer = await dial(address)
    stub = AuthServiceStub(peer.channel)

    async def one(number: int) -> Member:
        request = auth.RegisterRequest(
            email=f"bench-{run}-{number}@bench.example", password=secrets.token_hex(8), name=f"Bench {number}"
        )
        reply = await stub.Register(request)
        return Member(reply.user.id, reply.access_token)

    try:
        return await gather(range(count), one, HASHES_AT_ONCE)
    finally:
        await peer.stop()


async def sign_in(address: str, emails: Sequence[str], password: str) -> list[Member]:
    """Log members in, once each; raises Unauthenticated when there is one nobody knows."""
    peer = await dial(address)
    stub = AuthServiceStub(peer.channel)

    async def one(email: str) -> Member:
        reply = await stub.Login(auth.LoginRequest(email=email, password=password, device_name="guild bench"))
        return Member(reply.user.id, reply.access_token)

    try:
        return await gather(emails, one, HASHES_AT_ONCE)
    finally:
        await peer.stop()


async def ask(address: str, pairs: Sequence[tuple[Member, Member]]) -> None:
    """Let the first of each pair ask the second to connect."""
    peer = await dial(address)
    stub = ConnectionServiceStub(peer.channel)

    async def one(pair: tuple[Member, Member]) -> None:
        asker, asked = pair
        await stub.RequestConnection(graph.RequestConnectionRequest(user_id=asked.id), metadata=bearer(asker.token))

    try:
        await gather(pairs, one, CALLS_AT_ONCE)
    finally:
        await peer.stop()


async def befriend(address: str, pairs: Sequence[tuple[Member, Member]]) -> None:
    """Make each pair friends: the first asks, the second accepts."""
    await ask(address, pairs)
    peer = await dial(address)
    stub = ConnectionServiceStub(peer.channel)

    async def one(pair: tuple[Member, Member]) -> None:
        asker, asked = pair
        await stub.AcceptConnection(graph.AcceptConnectionRequest(user_id=asker.id), metadata=bearer(asked.token))

    try:
        await gather(pairs, one, CALLS_AT_ONCE)
    finally:
        await peer.stop()


async def publish(address: str, texts: Sequence[tuple[Member, str]], *, public: bool = False) -> list[str]:
    """Publish posts for the connections of their authors, or for everybody; return their ids."""
    visibility = post.VISIBILITY_PUBLIC if public else post.VISIBILITY_CONNECTIONS
    peer = await dial(address)
    stub = PostServiceStub(peer.channel)

    async def one(written: tuple[Member, str]) -> str:
        author, text = written
        request = posts.CreatePostRequest(content=text, visibility=visibility)
        return (await stub.CreatePost(request, metadata=bearer(author.token))).post.id

    try:
        return await gather(texts, one, CALLS_AT_ONCE)
    finally:
        await peer.stop()


async def gather(items: Collection[T], work: Callable[[T], Awaitable[R]], at_once: int) -> list[R]:
    """Do the work for each item, some at once; the results are in the order of the items."""
    gate = asyncio.Semaphore(at_once)

    async def one(item: T) -> R:
        async with gate:
            return await work(item)

    return await asyncio.gather(*(one(item) for item in items))
