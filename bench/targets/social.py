"""What members do on an ordinary day: most read, some write, and what is written shows up at their friends'."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.load.target import Observe, Place
from bench.methods import CREATE_POST, GET_FEED, LIST_USER_POSTS
from bench.system.members import CALLS_AT_ONCE, Member, gather
from bench.targets.dial import bearer, dial
from bench.targets.probe import Probes
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_service_pb2 as posts
from mesh.rpc.client import Peer

FEED, POSTS, COMPOSE = "home feed", "member's posts", "compose"
_FEED_SHARE, _READ_SHARE = 0.6, 0.9
_TEXT = "What I learned on the way to the reunion, in four short paragraphs. " * 9  # about 600 characters
_PAGE = feeds.GetFeedRequest(limit=20).SerializeToString()


@dataclass(frozen=True)
class Social:
    """60 % home feeds, 30 % posts of a friend, 10 % new posts, in turn so that nobody writes more than others."""

    address: str
    members: Sequence[Member]
    friends: Mapping[int, Sequence[int]]

    async def open(self, place: Place, observe: Observe, /) -> "SocialSession":
        """Connect; each member reads their feed once, so that all feeds are warm."""
        peer = await dial(self.address)
        session = SocialSession(self, peer, list(place.share(range(len(self.members)))), observe, place.worker)
        await session.warm()
        return session


class SocialSession:
    """One worker's members."""

    def __init__(self, target: Social, peer: Peer, mine: list[int], observe: Observe, seed: int) -> None:
        self._target = target
        self._peer = peer
        self._mine = mine
        self._chance = random.Random(seed)
        self._metadata = [bearer(member.token) for member in target.members]
        self._feed: Any = peer.channel.unary_unary(GET_FEED)
        self._posts: Any = peer.channel.unary_unary(LIST_USER_POSTS)
        self._compose: Any = peer.channel.unary_unary(CREATE_POST, None, posts.CreatePostResponse.FromString)
        self._probes = Probes(self._feed, observe)
        self._written = 0

    async def warm(self) -> None:
        """Read every feed once."""
        await gather(self._mine, self._read_feed, CALLS_AT_ONCE)

    async def fire(self, _number: int, _due: float, /) -> str:
        """Do what chance says."""
        chance = self._chance.random()
        if chance < _FEED_SHARE:
            await self._read_feed(self._chance.choice(self._mine))
            return FEED
        if chance < _READ_SHARE:
            await self._read_posts(self._chance.choice(self._mine))
            return POSTS
        await self._write()
        return COMPOSE

    async def settle(self) -> int:
        """Wait for the posts that are looked for; return how many were never seen."""
        return await self._probes.settle()

    async def close(self) -> None:
        """Disconnect."""
        await self._probes.close()
        await self._peer.stop()

    async def _read_feed(self, member: int) -> None:
        await self._feed(_PAGE, metadata=self._metadata[member])

    async def _read_posts(self, member: int) -> None:
        whose = self._target.members[self._chance.choice(self._target.friends[member] or (member,))]
        request = feeds.ListUserPostsRequest(user_id=whose.id, page_size=20)
        await self._posts(request.SerializeToString(), metadata=self._metadata[member])

    async def _write(self) -> None:
        self._written += 1
        author = self._mine[self._written % len(self._mine)]
        request = posts.CreatePostRequest(content=f"{_TEXT}{self._written}")
        reply = await self._compose(request.SerializeToString(), metadata=self._metadata[author])
        friends = self._target.friends[author]
        if friends:
            self._probes.look_for(reply.post.id, self._metadata[self._chance.choice(friends)], time.monotonic())
