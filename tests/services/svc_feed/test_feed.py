"""The feed over the wire: what arrives, what is shown, how it is paged."""

import contextlib
from typing import Any

import pytest

from guild.common.v1 import answer_quality_pb2 as quality
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from guild.graph.v1 import mute_pb2
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import User
from guild.trust.v1 import moderation_pb2 as moderation
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from mesh.errors import InvalidArgument, NotFound, PermissionDenied, Unavailable
from mesh.ids import uuid7
from mesh.testing import TestIdentity, wait_for
from svc_feed.domain.scoring import DEFAULT

PUBLIC, CONNECTIONS, PRIVATE = model.VISIBILITY_PUBLIC, model.VISIBILITY_CONNECTIONS, model.VISIBILITY_PRIVATE


async def change_visibility(world: Any, author: Any, post_id: str, visibility: model.Visibility.ValueType) -> None:
    request = pb.UpdatePostRequest(post=model.Post(id=post_id, visibility=visibility))
    await world.posts.UpdatePost(request, metadata=author.metadata)


async def test_a_post_arrives_in_a_warm_feed(world: Any) -> None:
    """With its author, its counts and the reader's reaction; strangers get nothing."""
    ann, bob, stranger = await world.member("Ann"), await world.member(), await world.member()
    await world.connect(ann, bob)
    for member in (ann, bob, stranger):
        assert [] == await world.ids(member)
    post_id = await world.post(ann, "news")
    for member in (ann, bob):
        await world.arrives(member, post_id)
    await world.posts.ReactToPost(
        pb.ReactToPostRequest(post_id=post_id, reaction=model.REACTION_LOVE), metadata=bob.metadata
    )
    (item,) = (await world.page(bob)).items
    assert ("news", ann.id, "Ann", 1, model.REACTION_LOVE, False) == (
        item.post.content,
        item.author.id,
        item.author.name,
        item.post.like_count,
        item.viewer_reaction,
        item.promoted,
    )
    assert item.score > 0
    assert ([post_id], []) == (await world.ids(ann), await world.stored(stranger))


async def test_a_cold_feed_is_not_a_feed_of_one(world: Any) -> None:
    """Fan-out leaves a cold feed cold, and its first read finds everything, the newest first."""
    ann, bob, warm = await world.member(), await world.member(), await world.member()
    await world.connect(ann, bob)
    await world.connect(ann, warm)
    await world.ids(warm)
    made = [await world.post(ann, str(number)) for number in range(3)]
    await world.arrives(warm, made[-1])
    assert not await world.is_warm(bob)
    assert made[::-1] == await world.ids(bob)
    assert made[::-1] == await world.stored(bob)


async def test_a_disconnected_member_sees_nothing_more(world: Any) -> None:
    """With the very next read, whatever the stored feed still holds; public posts stay visible on their own."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    hidden, public = await world.post(ann), await world.post(ann, visibility=PUBLIC)
    assert [public, hidden] == await world.ids(bob)
    await world.disconnect(ann, bob)
    assert hidden not in await world.ids(bob)
    shown = await world.posts.GetPost(pb.GetPostRequest(post_id=public), metadata=bob.metadata)
    assert public == shown.item.post.id


async def test_a_muted_member_is_in_no_feed(world: Any) -> None:
    """From the next read until the mute is lifted; their posts are there for whoever looks for them."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    post_id = await world.post(ann)
    assert [post_id] == await world.ids(bob)
    await world.graph.MuteUser(mute_pb2.MuteUserRequest(user_id=ann.id), metadata=bob.metadata)
    assert [] == await world.ids(bob)
    shown = await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=bob.metadata)
    assert post_id == shown.item.post.id
    await world.graph.UnmuteUser(mute_pb2.UnmuteUserRequest(user_id=ann.id), metadata=bob.metadata)
    assert [post_id] == await world.ids(bob)


async def test_a_new_connection_brings_its_posts(world: Any) -> None:
    """A warm feed is dropped when its reader connects with somebody."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann)
    assert [] == await world.ids(bob)
    await world.connect(ann, bob)
    assert [post_id] == await world.ids(bob)


async def test_hidden_and_deleted_posts_leave_at_once(world: Any) -> None:
    """A post made private is skipped, a deleted one also taken out of the stored feed."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    made = [await world.post(ann, str(number)) for number in range(3)]
    assert made[::-1] == await world.ids(bob)
    await change_visibility(world, ann, made[1], PRIVATE)
    assert [made[2], made[0]] == await world.ids(bob)
    await world.posts.DeletePost(pb.DeletePostRequest(post_id=made[2]), metadata=ann.metadata)
    assert [made[0]] == await world.ids(bob)
    assert [made[1], made[0]] == await world.stored(bob)
    assert [made[1], made[0]] == await world.ids(ann)


async def test_a_private_post_reaches_its_author_alone(world: Any) -> None:
    """Until it is made visible: then it is fanned out."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    for member in (ann, bob):
        await world.ids(member)
    post_id = await world.post(ann, visibility=PRIVATE)
    await world.arrives(ann, post_id)
    assert [] == await world.stored(bob)
    await change_visibility(world, ann, post_id, CONNECTIONS)
    await world.arrives(bob, post_id)
    assert [post_id] == await world.ids(bob)


async def test_pages_neither_repeat_nor_skip(world: Any) -> None:
    """While new posts arrive on top and the feed is built anew between two pages."""
    ann, bob, cat = await world.member(), await world.member(), await world.member()
    await world.connect(ann, bob)
    await world.connect(cat, bob)
    made = [await world.post(ann, str(number)) for number in range(9)]
    await world.ids(bob)
    seen: list[str] = []
    token = ""
    for number in range(3):
        page = await world.page(bob, 3, token=token)
        seen += [item.post.id for item in page.items]
        token = page.next_page_token
        newer = await world.post(cat, f"newer {number}")
        await world.arrives(bob, newer)
        # Answers lift an older post far up, and a new build knows it; the pages go on in the old one.
        answer = pb.CreateCommentRequest(post_id=made[number], content="!")
        for _ in range(3):
            await world.posts.CreateComment(answer, metadata=ann.metadata)
        assert 9 + number + 1 == await world.rebuild(bob)
    assert (made[::-1], "") == (seen, token)


async def test_an_offset_reads_the_feed_as_it_is(world: Any) -> None:
    """Limit and offset cut the ranked list; an offset with a token is refused."""
    ann = await world.member()
    made = [await world.post(ann, str(number)) for number in range(5)]
    page = await world.page(ann, limit=2, offset=1)
    assert [made[3], made[2]] == [item.post.id for item in page.items]
    rest = await world.page(ann, limit=2, token=page.next_page_token)
    assert [made[1], made[0]] == [item.post.id for item in rest.items]
    with pytest.raises(InvalidArgument):
        await world.page(ann, offset=1, token=page.next_page_token)


async def test_a_token_of_another_reader_is_refused(world: Any) -> None:
    """PAGE_TOKEN_INVALID."""
    ann, bob = await world.member(), await world.member()
    for _ in range(2):
        await world.post(ann)
    page = await world.page(ann, limit=1)
    with pytest.raises(InvalidArgument) as caught:
        await world.page(bob, token=page.next_page_token)
    assert caught.value.reason == "PAGE_TOKEN_INVALID"


async def test_a_flushed_redis_costs_nothing_but_time(world: Any) -> None:
    """The same feed comes back, and a reader on the second page goes on."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    made = [await world.post(ann, str(number)) for number in range(6)]
    before = await world.page(bob, 3)
    await world.redis.flushdb()
    assert made[::-1] == await world.ids(bob)
    await world.redis.flushdb()
    rest = await world.page(bob, 3, token=before.next_page_token)
    assert made[::-1] == [item.post.id for item in (*before.items, *rest.items)]


async def test_answers_and_affinity_lift_a_post(world: Any) -> None:
    """An older post with many answers ranks above a newer one without."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    older, newer = await world.post(ann), await world.post(ann)
    assert [newer, older] == await world.ids(bob)
    for text in ("a", "b"):
        await world.posts.CreateComment(pb.CreateCommentRequest(post_id=older, content=text), metadata=bob.metadata)
    await world.redis.flushdb()
    assert [older, newer] == await world.ids(bob)


async def test_a_read_takes_three_statements_at_most(world: Any, statements: list[str]) -> None:
    """Cold: candidates, wide authors, posts; hot: posts; with a post gone, a second look at the spare entries."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    made = [await world.post(ann, str(number)) for number in range(8)]
    spent: list[int] = []
    for gone in ("", "", made[7]):
        if gone:
            await world.posts.DeletePost(pb.DeletePostRequest(post_id=gone), metadata=ann.metadata)
        statements.clear()
        page = await world.page(bob, 5)
        assert len(page.items) == 5
        spent.append(len(statements))
    assert [3, 1, 2] == spent


async def test_an_operator_rebuilds_a_feed(world: Any, identity: TestIdentity) -> None:
    """It answers with the number of entries; members may not, and unknown members are not found."""
    ann = await world.member()
    await world.post(ann)
    request = feeds.RebuildFeedRequest(user_id=ann.id)
    assert (1, True) == (await world.rebuild(ann), await world.is_warm(ann))
    with pytest.raises(PermissionDenied):
        await world.feeds.RebuildFeed(request, metadata=ann.metadata)
    with pytest.raises(NotFound) as caught:
        await world.feeds.RebuildFeed(
            feeds.RebuildFeedRequest(user_id=str(uuid7())), metadata=identity.admin_metadata()
        )
    assert caught.value.reason == "USER_NOT_FOUND"
    log = await TrustServiceStub(world.profile.channel).ListActions(
        moderation.ListActionsRequest(user_id=ann.id), metadata=identity.admin_metadata()
    )
    assert [("admin", moderation.ACTION_KIND_FEED_REBUILT)] == [(one.operator, one.kind) for one in log.actions]


async def test_an_operator_sees_why(world: Any, identity: TestIdentity) -> None:
    """Each score with its terms, how the post came in, and whether the member may see it."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    built = await world.post(ann)
    request = feeds.ExplainFeedRequest(user_id=bob.id)
    cold = await world.feeds.ExplainFeed(request, metadata=identity.admin_metadata())
    assert (False, 1, DEFAULT.version) == (cold.HasField("built_at"), cold.item_count, cold.scoring_version)
    added = await world.post(ann)
    await world.arrives(bob, added)
    await change_visibility(world, ann, built, PRIVATE)
    warm = await world.feeds.ExplainFeed(request, metadata=identity.admin_metadata())
    assert [(added, feeds.FEED_SOURCE_FAN_OUT, True), (built, feeds.FEED_SOURCE_BUILD, False)] == [
        (item.post_id, item.source, item.visible) for item in warm.items
    ]
    assert warm.HasField("built_at")
    assert warm.items[0].score == sum(term.contribution for term in warm.items[0].terms)


async def test_a_changed_name_is_shown_soon(world: Any) -> None:
    """The kept author is dropped by the event, not after its minute."""
    ann = await world.member("Ann Before")
    await world.post(ann)
    assert ["Ann Before"] == [item.author.name for item in (await world.page(ann)).items]
    await ProfileServiceStub(world.profile.channel).UpdateUser(
        profiles.UpdateUserRequest(user=User(id=ann.id, name="Ann After")), metadata=ann.metadata
    )

    async def renamed() -> bool:
        return [item.author.name for item in (await world.page(ann)).items] == ["Ann After"]

    await wait_for(renamed, timeout=10)


async def test_a_deleted_post_takes_its_answers_along(world: Any) -> None:
    """The worker erases comments, reactions."""
    ann = await world.member()
    post_id = await world.post(ann)
    await world.posts.ReactToPost(pb.ReactToPostRequest(post_id=post_id), metadata=ann.metadata)
    await world.posts.CreateComment(pb.CreateCommentRequest(post_id=post_id, content="x"), metadata=ann.metadata)
    assert (1, 1) == await world.answers(ann, post_id)
    await world.posts.DeletePost(pb.DeletePostRequest(post_id=post_id), metadata=ann.metadata)

    async def erased() -> bool:
        return await world.answers(ann, post_id) == (0, 0)

    await wait_for(erased, timeout=10)


async def test_a_warm_feed_without_profiles_shows_the_own_posts(world: Any) -> None:
    """Whoever is on a later page is asked to wait: the place to go on from stays good."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    shared = await world.post(bob, visibility=PUBLIC)
    own = (await world.posts.SharePost(pb.SharePostRequest(post_id=shared), metadata=ann.metadata)).post.id
    await world.posts.ReactToPost(pb.ReactToPostRequest(post_id=shared), metadata=ann.metadata)
    other = await world.post(bob)
    first = await world.page(ann, 1)
    assert ([shared], quality.COMPLETENESS_FULL, True) == (
        [item.post.id for item in first.items],
        first.quality.completeness,
        bool(first.next_page_token),
    )
    warm = await world.page(ann, 1)
    assert warm.quality.HasField("built_at")
    async with world.line.cut():
        await world.forget_verdicts(ann)
        blind = await world.page(ann, 5)
        assert not blind.items[0].HasField("shared_post")
        assert ([own], ["profile"]) == ([item.post.id for item in blind.items], list(blind.quality.missing_sources))
        with pytest.raises(Unavailable):
            await world.page(ann, 1, token=first.next_page_token)

    async def go_on() -> Any:
        with contextlib.suppress(Unavailable):  # until the line is taken up again
            return await world.page(ann, 1, token=first.next_page_token)

    rest = await wait_for(go_on)
    assert [other] == [item.post.id for item in rest.items]
