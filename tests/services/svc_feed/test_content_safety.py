"""What is found in posts and comments: limited, held and removed, told to the author, decided by operators."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from guild.events.v1 import posts_pb2 as events
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from guild.trust.v1 import moderation_pb2 as moderation
from guild.trust.v1 import trust_service_pb2 as trust
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from mesh.clock import SystemClock
from mesh.data import Statement
from mesh.errors import Failure
from mesh.testing import wait_for
from svc_feed.domain.safety.rules import ByRules
from svc_feed.store.content_reviews import ReviewRepository
from svc_feed.store.fingerprints import FingerprintRepository
from svc_feed.store.unlooked import UnlookedRepository
from svc_feed.usecases.look_again import LookAgain

PUBLIC = model.VISIBILITY_PUBLIC
HOLD = "guaranteed returns for everybody"
REMOVE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
SETTLED = Statement(
    "SELECT count(*) FROM content_reviews WHERE author_id = $1 AND told_at IS NOT NULL", ("author",), "settled"
)
OLDER_POSTS = Statement(
    "UPDATE posts SET looked_by = 0, content = CASE id WHEN $2 THEN $3 ELSE content END WHERE author_id = $1",
    ("author", "old", "text"),
    "older posts",
)
OLDER_COMMENTS = Statement(
    "UPDATE comments SET looked_by = 0, content = $3 WHERE post_author_id = $1 AND post_id <> $2",
    ("author", "old", "text"),
    "older comments",
)
WAITING = Statement(
    "SELECT count(*) FROM content_reviews WHERE author_id = $1 AND outcome = 2 AND known", ("author",), "waiting"
)
UNLOOKED = Statement(
    "SELECT (SELECT count(*) FROM posts WHERE author_id = $1 AND looked_by = 0)"
    " + (SELECT count(*) FROM comments WHERE post_author_id = $1 AND looked_by = 0)",
    ("author",),
    "unlooked",
)
LONG_AGO = Statement(
    "UPDATE content_reviews SET created_at = created_at - interval '31 days' WHERE author_id = $1", ("author",), "age"
)
HELD, REMOVED, SHOWN = model.POST_STATUS_HELD, model.POST_STATUS_REMOVED, model.POST_STATUS_PUBLISHED


async def create(world: Any, author: Any, content: str, **more: Any) -> model.Post:
    request = pb.CreatePostRequest(content=content, visibility=PUBLIC, **more)
    return (await world.posts.CreatePost(request, metadata=author.metadata)).post


async def seen(world: Any, reader: Any, post_id: str) -> model.Post | None:
    try:
        request = pb.GetPostRequest(post_id=post_id)
        return (await world.posts.GetPost(request, metadata=reader.metadata)).item.post
    except Failure:
        return None


async def waiting(world: Any, content_id: str) -> pb.HeldContent | None:
    reply = await world.posts.ListHeldContent(pb.ListHeldContentRequest(page_size=100), metadata=world.admin)
    return next((one for one in reply.contents if one.content.id == content_id), None)


async def decide(world: Any, author: Any, content_id: str, *, removed: bool) -> str:
    request = pb.DecideHeldContentRequest(content_id=content_id, author_id=author.id, removed=removed)
    return (await world.posts.DecideHeldContent(request, metadata=world.admin)).decision_id


async def test_held_posts_are_shown_when_an_operator_says_so(world: Any) -> None:
    """Until then they are the author's, who is told why; what is announced then is announced once."""
    ann, bob = await world.member(), await world.member()
    post = await create(world, ann, f"#gold {HOLD}")
    mine = await seen(world, ann, post.id)

    assert mine is not None
    told = mine.safety
    assert (HELD, HELD, "unwanted_words") == (post.status, mine.status, mine.held_for)
    assert (model.SAFETY_OUTCOME_HELD, model.SAFETY_REASON_UNWANTED_WORDS) == (told.outcome, told.reason)
    assert told.text
    assert await seen(world, bob, post.id) is None
    assert [] == await world.events(events.PostCreated, post.id)
    held = await waiting(world, post.id)
    assert held is not None
    assert (ann.id, f"#gold {HOLD}") == (held.content.author_id, held.text)

    assert ["", ""] == [await decide(world, ann, post.id, removed=False) for _ in range(2)]
    shown = await seen(world, bob, post.id)
    assert shown is not None
    assert (SHOWN, False) == (shown.status, shown.HasField("safety"))
    assert 1 == len(await world.events(events.PostCreated, post.id))
    assert await waiting(world, post.id) is None
    with pytest.raises(Failure, match="not held"):
        await decide(world, ann, post.id, removed=True)
    found = await world.posts.SearchPosts(pb.SearchPostsRequest(q="#gold"), metadata=bob.metadata)
    assert post.id in [item.post.id for item in found.items]


async def test_a_removal_is_a_decision_that_is_appealed(world: Any) -> None:
    """By the rules or by an operator: trust tells the author, and shows it again when it is undone."""
    ann, bob = await world.member(), await world.member()
    by_rules = await create(world, ann, REMOVE)
    held = await create(world, ann, HOLD)
    decision = await decide(world, ann, held.id, removed=True)
    stub = TrustServiceStub(world.profile.channel)

    async def decisions() -> list[str] | None:
        reply = await stub.ListMyDecisions(moderation.ListMyDecisionsRequest(), metadata=ann.metadata)
        found = [one.id for one in reply.decisions if one.content.id in {by_rules.id, held.id}]
        return found if len(found) == 2 else None

    assert REMOVED == by_rules.status
    assert {by_rules.decision_id, decision} == {*await wait_for(decisions, timeout=60)}
    assert [None, None] == [await seen(world, bob, one.id) for one in (by_rules, held)]

    appeal = moderation.CreateAppealRequest(decision_id=by_rules.decision_id, text="it was a test")
    await stub.CreateAppeal(appeal, metadata=ann.metadata)
    lift = moderation.ResolveAppealRequest(
        user_id=ann.id, decision_id=by_rules.decision_id, outcome=moderation.APPEAL_STATE_LIFTED, answer="it was"
    )
    await stub.ResolveAppeal(lift, metadata=world.admin)

    async def back() -> bool:
        return await seen(world, bob, by_rules.id) is not None

    await wait_for(back, timeout=20)
    assert 1 == len(await world.events(events.PostCreated, by_rules.id))
    flags = await stub.ListFlags(trust.ListFlagsRequest(user_id=ann.id), metadata=world.admin)
    assert {trust.FLAG_STATE_RESOLVED} == {flag.state for flag in flags.flags if flag.content.id}


async def test_limited_posts_are_not_recommended(world: Any) -> None:
    """Who opens one sees it; searches and topics do not have it until an edit takes out what was found."""
    ann, bob = await world.member(), await world.member()
    post = await create(world, ann, "#limits see https://bit.ly/abc")

    async def found() -> list[str]:
        reply = await world.posts.SearchPosts(pb.SearchPostsRequest(q="#limits"), metadata=bob.metadata)
        return [item.post.id for item in reply.items]

    assert (SHOWN, model.SAFETY_REASON_SHORTENED_LINK) == (post.status, post.safety.reason)
    read = await seen(world, bob, post.id)
    assert read is not None
    assert not read.HasField("safety")
    assert [] == await found()
    edited = pb.UpdatePostRequest(post=model.Post(id=post.id, content="#limits see https://jobs.example"))
    after = (await world.posts.UpdatePost(edited, metadata=ann.metadata)).post
    assert not after.HasField("safety")
    assert [post.id] == await found()
    worse = pb.UpdatePostRequest(post=model.Post(id=post.id, content=f"#limits {HOLD}"))
    assert HELD == (await world.posts.UpdatePost(worse, metadata=ann.metadata)).post.status
    assert ([], None) == (await found(), await seen(world, bob, post.id))


async def test_held_comments_count_when_they_are_shown(world: Any) -> None:
    """Their author reads them; an operator shows them."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, visibility=PUBLIC)
    said = pb.CreateCommentRequest(post_id=post_id, content=HOLD)
    comment = (await world.posts.CreateComment(said, metadata=bob.metadata)).comment

    async def count() -> int:
        post = await seen(world, ann, post_id)
        return post.comment_count if post else -1

    assert (model.COMMENT_STATE_HELD, HOLD, 0) == (comment.state, comment.content, await count())
    assert model.SAFETY_OUTCOME_HELD == comment.safety.outcome
    await decide(world, bob, comment.id, removed=False)
    (shown,) = (await world.posts.ListComments(pb.ListCommentsRequest(post_id=post_id), metadata=ann.metadata)).comments
    assert (model.COMMENT_STATE_VISIBLE, HOLD, 1) == (shown.state, shown.content, await count())
    assert 1 == len(await world.events(events.CommentCreated, post_id))


async def test_the_same_again_and_again_is_limited(world: Any) -> None:
    """Whatever links and numbers are in it."""
    ann = await world.member()
    words = "alpine beekeepers carefully describe every flowering garden hedge in june"
    posts = [await create(world, ann, f"{words} {number} https://x{number}.example") for number in range(5)]

    assert [False] * 4 + [True] == [post.HasField("safety") for post in posts]
    assert model.SAFETY_REASON_REPEATED == posts[-1].safety.reason


async def test_a_classifier_that_fails_fails_no_post(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it did not look at is looked at later."""
    ann = await world.member()

    async def hangs(*_: Any, **__: Any) -> Any:
        await asyncio.sleep(60)

    with monkeypatch.context() as patched:
        patched.setattr(FingerprintRepository, "lately", hangs)
        post = await create(world, ann, f"many words that say at some length: {HOLD}")
    assert SHOWN == post.status

    async def looked_at() -> bool:
        found = await seen(world, ann, post.id)
        return found is not None and found.status == HELD

    await wait_for(looked_at, timeout=40)


async def test_mentions_are_told_when_what_held_them_is_over(world: Any) -> None:
    """Of a post and a comment that an edit had held, and of a comment held from the beginning; nobody before."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, visibility=PUBLIC)
    words: dict[str, Any] = {
        "content": f"Bob: {HOLD}",
        "mentions": [model.Mention(user_id=bob.id, start=0, length=3)],
    }

    async def say(content: str, **more: Any) -> str:
        said = pb.CreateCommentRequest(post_id=post_id, content=content, **more)
        return (await world.posts.CreateComment(said, metadata=ann.metadata)).comment.id

    async def told(kind: Any) -> list[list[str]]:
        return [[*one.mentioned_user_ids] for one in await world.events(kind, post_id)]

    begun, changed = await say(**words), await say("well said")
    edit = pb.EditCommentRequest(post_id=post_id, comment_id=changed, **words)
    await world.posts.EditComment(edit, metadata=ann.metadata)
    await world.posts.UpdatePost(pb.UpdatePostRequest(post=model.Post(id=post_id, **words)), metadata=ann.metadata)
    kinds = (events.CommentCreated, events.CommentEdited, events.PostUpdated)
    before = [await told(kind) for kind in kinds]
    for content_id in (post_id, begun, changed):
        await decide(world, ann, content_id, removed=False)
        await decide(world, ann, content_id, removed=False)

    assert [[[]], [[]], [[]]] == before
    assert [[[], [bob.id]], [[], [bob.id]], [[], [bob.id]]] == [await told(kind) for kind in kinds]
    assert 1 == len(await world.events(events.PostCreated, post_id))


async def test_who_offends_three_times_in_thirty_days_is_flagged(world: Any) -> None:
    """Two are not enough, nor is what is older; posts and comments count alike."""
    ann, once = await world.member(), await world.member()
    post_id = await world.post(once, visibility=PUBLIC)
    stub = TrustServiceStub(world.profile.channel)

    async def flagged(member: Any) -> list[trust.Flag]:
        reply = await stub.ListFlags(trust.ListFlagsRequest(user_id=member.id), metadata=world.admin)
        return [one for one in reply.flags if one.kind == trust.FLAG_KIND_SPAM]

    async def settled(member: Any, number: int) -> bool:
        return number == await world.database.fetch_value(SETTLED, author=UUID(member.id))

    async def offend(member: Any) -> None:
        said = pb.CreateCommentRequest(post_id=post_id, content=HOLD)
        await world.posts.CreateComment(said, metadata=member.metadata)
        await create(world, member, HOLD)

    for member in (ann, once):
        await offend(member)
        await wait_for(lambda member=member: settled(member, 2), timeout=40)
    assert [[], []] == [await flagged(ann), await flagged(once)]
    await world.database.execute(LONG_AGO, author=UUID(once.id))
    for member in (ann, once):
        await create(world, member, HOLD)
        await wait_for(lambda member=member: settled(member, 3), timeout=40)

    (flag,) = await flagged(ann)
    assert [] == await flagged(once)
    assert "3 posts or comments were held or removed within 30 days." in flag.evidence


async def test_what_is_older_than_a_rule_is_looked_at_when_it_comes(world: Any) -> None:
    """Posts and comments alike, once; what an operator decided about is left alone, and so is what is harmless."""
    ann = await world.member()
    old, kept, decided = [await create(world, ann, text) for text in ("old", "harmless", HOLD)]
    await decide(world, ann, decided.id, removed=False)
    said = pb.CreateCommentRequest(post_id=kept.id, content="well said")
    comment = (await world.posts.CreateComment(said, metadata=ann.metadata)).comment
    for statement in (OLDER_POSTS, OLDER_COMMENTS):
        await world.database.execute(statement, author=UUID(ann.id), old=UUID(old.id), text=HOLD)
    look = LookAgain(world.database, UnlookedRepository(), ReviewRepository(), ByRules.read(""), SystemClock())

    for _ in range(2):
        await look()

    async def both_held() -> bool:
        return 2 == await world.database.fetch_value(WAITING, author=UUID(ann.id))

    await wait_for(both_held, timeout=40)
    posts = [await seen(world, ann, one.id) for one in (old, kept, decided)]
    assert [HELD, SHOWN, SHOWN] == [post.status for post in posts if post]
    for content_id in (old.id, comment.id):
        assert await waiting(world, content_id)
    assert 0 == await world.database.fetch_value(UNLOOKED, author=UUID(ann.id))
