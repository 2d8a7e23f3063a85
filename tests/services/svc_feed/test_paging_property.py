"""Pages of a feed while everything in it moves: whatever happens between and during them, each item is read once."""

import asyncio
import contextlib
import random
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self
from uuid import UUID

import pytest

from guild.feed.v1 import feed_preference_service_pb2 as wishes
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.errors import NotFound, PermissionDenied
from mesh.ids import UserId
from mesh.testing import TestIdentity, wait_for
from tests.services.svc_feed.campaigns import end, launch

PUBLIC, CONNECTIONS, PRIVATE = model.VISIBILITY_PUBLIC, model.VISIBILITY_CONNECTIONS, model.VISIBILITY_PRIVATE
RANKED, RECENT = feeds.FEED_ORDER_RANKED, feeds.FEED_ORDER_RECENT
LASTING = ("post", "share", "like", "comment", "edit", "less", "rebuild", "flush")
"""After these everything is there that was there."""
ENDING = ("delete", "hide", "part", "block", "mute", "snooze", "dismiss")
MOST_PAGES = 60
PLANS = 12


class Plan(NamedTuple):
    """By which of four authors each post is, which of them are shares of one post, and what happens at each page."""

    authors: list[int]
    shares: int
    promoted: bool
    steps: list[tuple[int, list[tuple[str, int]]]]

    @classmethod
    def of(cls, seed: int) -> Self:
        """One of all that there are; half of them have only deeds that leave everything there."""
        rand = random.Random(seed)
        among = LASTING if seed % 2 else LASTING + ENDING
        return cls(
            rand.choices(range(4), k=rand.randint(1, 18)),
            rand.randint(0, 3),
            seed % 3 == 0,
            [
                (rand.randint(1, 7), [(rand.choice(among), rand.randrange(1_000)) for _ in range(rand.randint(0, 3))])
                for _ in range(8)
            ],
        )


class Author(NamedTuple):
    """Somebody signed in, as helpers of campaigns want it."""

    id: str
    metadata: Any


@dataclass
class Scene:
    """A reader, authors whom they follow, and who has what; what is lost may be read or not."""

    world: Any
    people: Any
    identity: TestIdentity
    reader: Author
    authors: list[Author]
    posts: dict[str, Author] = field(default_factory=dict[str, Author])
    close: set[str] = field(default_factory=set[str])
    originals: dict[str, str] = field(default_factory=dict[str, str])
    lost: set[str] = field(default_factory=set[str])

    async def publish(self, author: Author, visibility: Any = PUBLIC) -> str:
        request = pb.CreatePostRequest(content="x", visibility=visibility)
        made = (await self.world.posts.CreatePost(request, metadata=author.metadata)).post.id
        self.posts[made] = author
        if visibility == CONNECTIONS:
            self.close.add(made)
        return made

    async def share(self, author: Author, original: str) -> None:
        request = pb.SharePostRequest(post_id=original)
        made = (await self.world.posts.SharePost(request, metadata=author.metadata)).post.id
        self.posts[made], self.originals[made] = author, original

    async def page(self, order: Any, size: int = 100, token: str = "") -> Any:
        request = feeds.GetFeedRequest(limit=size, page_token=token, order=order)
        return await self.world.feeds.GetFeed(request, metadata=self.reader.metadata)

    async def does(self, deed: str, number: int) -> None:
        """One of the deeds, to one of the posts; what was done already cannot be done again."""
        post = [*self.posts][number % len(self.posts)]
        with contextlib.suppress(NotFound, PermissionDenied):
            await getattr(self, f"_{deed}")(post, self.posts[post])

    async def _post(self, _: str, __: Author) -> None:
        await self.publish(self._newcomer())

    async def _share(self, post: str, _: Author) -> None:
        await self.share(self._newcomer(), self.originals.get(post, post))

    def _newcomer(self) -> Author:
        author = signed(self.identity)
        self.people.connections.append(author.id)
        return author

    async def _like(self, post: str, _: Author) -> None:
        request = pb.ReactToPostRequest(post_id=post)
        await self.world.posts.ReactToPost(request, metadata=self.identity.sign_in().metadata)

    async def _comment(self, post: str, _: Author) -> None:
        request = pb.CreateCommentRequest(post_id=post, content="!")
        await self.world.posts.CreateComment(request, metadata=self.identity.sign_in().metadata)

    async def _edit(self, post: str, author: Author) -> None:
        request = pb.UpdatePostRequest(post=model.Post(id=post, content="y"))
        await self.world.posts.UpdatePost(request, metadata=author.metadata)

    async def _rebuild(self, _: str, __: Author) -> None:
        request = feeds.RebuildFeedRequest(user_id=self.reader.id)
        await self.world.feeds.RebuildFeed(request, metadata=self.world.admin)

    async def _flush(self, _: str, __: Author) -> None:
        await self.world.redis.flushdb()

    async def _delete(self, post: str, author: Author) -> None:
        self.lost.add(post)
        await self.world.posts.DeletePost(pb.DeletePostRequest(post_id=post), metadata=author.metadata)

    async def _hide(self, post: str, author: Author) -> None:
        self.lost.add(post)
        request = pb.UpdatePostRequest(post=model.Post(id=post, visibility=PRIVATE))
        await self.world.posts.UpdatePost(request, metadata=author.metadata)

    async def _part(self, _: str, __: Author) -> None:
        self.lost |= self.close
        self.people.relations[self.reader.id] = "stranger"

    async def _block(self, _: str, author: Author) -> None:
        self.lost |= {post for post, by in self.posts.items() if by == author}
        self.people.hidden.add(author.id)

    async def _less(self, _: str, author: Author) -> None:
        await self._wish(less_of_author_id=author.id)

    async def _snooze(self, _: str, author: Author) -> None:
        self.lost |= {post for post, by in self.posts.items() if by == author}
        await self._wish(snoozed_author_id=author.id)

    async def _dismiss(self, post: str, _: Author) -> None:
        self.lost.add(post)
        await self._wish(hidden_post_id=post)

    async def _wish(self, **about: str) -> None:
        request = wishes.SetFeedPreferenceRequest(**about)
        await self.world.preferences.SetFeedPreference(request, metadata=self.reader.metadata)

    async def _mute(self, _: str, author: Author) -> None:
        self.lost |= {post for post, by in self.posts.items() if by == author}
        self.people.muted.add(author.id)


def signed(identity: TestIdentity) -> Author:
    member = identity.sign_in()
    return Author(str(member.user_id), member.metadata)


async def staged_for(world: Any, people: Any, identity: TestIdentity, plan: Plan) -> Scene:
    """The posts of a plan; of the first author's, with whom the reader is connected, some are for connections."""
    reader, *authors = [signed(identity) for _ in range(5)]
    people.owner, people.relations = authors[0].id, {reader.id: "1st"}
    people.connections = [reader.id, *(one.id for one in authors)]
    people.hidden, people.muted = set[str](), set[str]()
    scene = Scene(world, people, identity, reader, authors)
    for at, author in enumerate(plan.authors):
        close = author == 0 and at % 2
        await scene.publish(authors[author], CONNECTIONS if close else PUBLIC)
    shared = next((post for post in scene.posts if post not in scene.close), "")
    for author in authors[: plan.shares if shared else 0]:
        await scene.share(author, shared)
    return scene


@pytest.mark.parametrize("order", [RANKED, RECENT], ids=["ranked", "recent"])
@pytest.mark.parametrize("seed", range(PLANS))
async def test_each_item_is_read_once(staged: Any, people: Any, identity: TestIdentity, seed: int, order: Any) -> None:
    """What the feed had when its first page was read, in that order, but for what its reader may see no longer."""
    plan = Plan.of(seed)
    scene = await staged_for(staged, people, identity, plan)
    campaign = await advertise(scene) if plan.promoted else None
    try:
        await scroll(scene, plan, order)
    finally:
        people.connections, people.hidden, people.muted = [], set[str](), set[str]()
        if campaign is not None:
            await end(staged, *campaign)


async def advertise(scene: Scene) -> tuple[Author, Any]:
    """Promote a post that is in the feed anyway, and wait until it is on offer."""
    post, author = next((post, by) for post, by in scene.posts.items() if post not in scene.close)
    campaign = await launch(scene.world, author, post)

    async def ready() -> bool:
        await scene.page(RANKED, 10)
        return scene.world.offers.of(UserId(UUID(scene.reader.id))) is not None

    await wait_for(ready, timeout=10)
    return author, campaign


async def scroll(scene: Scene, plan: Plan, order: Any) -> None:
    """Read to the end by the sizes of a plan, while what it has for each page happens."""
    expected = [item.post.id for item in (await scene.page(order)).items if not item.promoted]
    assert {post for post in scene.posts if post not in scene.originals} <= set(expected)
    there = {*scene.posts}
    turns = iter(plan.steps)
    size, happening = next(turns, (3, []))
    page = await scene.page(order, size)
    items = [*page.items]
    for _ in range(MOST_PAGES):
        if not page.next_page_token:
            break
        page, *_ = await asyncio.gather(
            scene.page(order, size, page.next_page_token), *(scene.does(*deed) for deed in happening)
        )
        items += page.items
        size, happening = next(turns, (3, []))
    assert not page.next_page_token
    read = [item.post.id for item in items]
    assert len(set(read)) == len(read)
    organic = [item.post.id for item in items if not item.promoted]
    paid = {*read} - {*organic}
    stayed = {*expected} - scene.lost - paid
    assert [post for post in expected if post in stayed] == [post for post in organic if post in stayed]
    assert {*organic} <= there
    shared = [scene.originals[post] for post in organic if post in scene.originals]
    assert len(set(shared)) == len(shared)
