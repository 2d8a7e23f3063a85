"""Posts that are kept, beside the rows as they are."""

import dataclasses
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from mesh.data import Database, Transaction
from mesh.ids import UserId, uuid7
from svc_feed.domain.post import Kind, Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.tally import PostKey, Whose
from svc_feed.domain.visibility import OWN, Visibility
from svc_feed.store.engagement import EngagementRepository
from svc_feed.store.hydration import Hydration
from svc_feed.store.posts import PostRepository

POSTS, ENGAGEMENT = PostRepository(), EngagementRepository()


class Noting:
    """A database that remembers what came back last."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.rows: list[Any] = []

    async def fetch(self, *args: Any, **parameters: Any) -> list[Any]:
        self.rows = await self._db.fetch(*args, **parameters)
        return self.rows


async def published(db: Database, author: UserId) -> Post:
    """A post that has something in every column; its medium is none that anybody could upload yet."""
    at, original = datetime.now(UTC), uuid7()
    post = Post(
        id=uuid7(at),  # pyright: ignore[reportArgumentType]
        author_id=author,
        kind=Kind.ARTICLE,
        title="title",
        content="text",
        visibility=Visibility.PUBLIC,
        media_ids=(uuid7(),),
        created_at=at,
        updated_at=at,
        shared_post_id=original,  # pyright: ignore[reportArgumentType]
        shared_author_id=author,
    )

    async def work(tx: Transaction) -> None:
        POSTS.add(tx, post)

    await db.transact(work)
    return post


async def saved(db: Database, post: Post) -> None:
    async def work(tx: Transaction) -> None:
        POSTS.save(tx, post)

    await db.transact(work)


async def change(db: Database, post: Post, viewer: UserId, rand: random.Random) -> None:
    """Something that happens to a post, if it is still there."""

    async def work(tx: Transaction) -> None:
        now = await POSTS.lock(tx, post.author_id, post.id, shown=OWN.shown)
        if now is None:
            return
        match rand.randrange(10):
            case 0:
                POSTS.delete(tx, now, datetime.now(UTC))
            case 1 | 2:
                later = {"content": f"{rand.random()}", "visibility": rand.choice([*Visibility]), "media_ids": ()}
                POSTS.save(tx, dataclasses.replace(now, **later, revision=now.revision + 1))
            case 3:
                await POSTS.next_comment(tx, now)
            case 4:
                POSTS.count(tx, "share_count", now.author_id, now.id, 1)
            case _:
                reaction = rand.choice([None, *Reaction])
                whose = Whose(PostKey(now.author_id, now.id), viewer)
                tally = await ENGAGEMENT.lock(tx, [whose])
                tally.change(whose, reaction, datetime.now(UTC))
                ENGAGEMENT.save(tx, tally)

    await db.transact(work)


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_kept_is_what_is_stored(world: Any, seed: int) -> None:
    """For two processes and two viewers, whatever happens between their reads."""
    rand, db = random.Random(seed), world.database
    author, *viewers = [UserId(uuid7()) for _ in range(3)]
    made = [await published(db, author) for _ in range(4)]
    processes = [Hydration(db), Hydration(db)]
    keys = [*(PostKey(post.author_id, post.id) for post in made), PostKey(viewers[0], made[0].id)]
    for _ in range(60):
        await change(db, rand.choice(made), rand.choice(viewers), rand)
        viewer = rand.choice(viewers)
        found = await rand.choice(processes)(viewer, keys)
        stored = [await POSTS.find(db, *key, shown=OWN.shown, viewer=viewer) for key in keys]

        assert stored == found


async def test_a_kept_post_does_not_travel_again(world: Any) -> None:
    """The database is told which revision is kept, and sends texts of another one only."""
    author = UserId(uuid7())
    post = await published(world.database, author)
    noting = Noting(world.database)
    hydrate = Hydration(noting)  # pyright: ignore[reportArgumentType]
    sent: list[list[str | None]] = []
    for revision in (1, 1, 2, 2):
        if revision > post.revision:
            post = dataclasses.replace(post, content="later", revision=revision)
            await saved(world.database, post)
        await hydrate(author, [PostKey(author, post.id)])
        sent.append([row["content"] for row in noting.rows])

    assert [["text"], [None], ["later"], [None]] == sent
