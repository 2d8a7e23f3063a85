"""Drafts: kept as they are, published whole or not at all, at once or at their time, once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from guild.errors.v1 import reason_pb2 as reasons
from guild.events.v1.posts_pb2 import PostCreated, PostShared
from guild.feed.v1 import draft_service_pb2 as pb
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as posts
from guild.graph.v1 import audience_list_pb2 as lists
from guild.media.v1 import media_service_pb2 as media
from guild.trust.v1 import trust_service_pb2 as trust
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from mesh.clock import SystemClock
from mesh.contract import moment, timestamp
from mesh.data import Statement
from mesh.errors import Failure, Unavailable
from mesh.ids import uuid7
from mesh.limits.charges import Charges, RateLimited
from mesh.objects import Objects
from mesh.privacy import PersonalData
from svc_feed.peers.audience_lists import AudienceLists
from svc_feed.store.drafts import DraftRepository
from svc_feed.store.personal import RULES
from svc_feed.usecases import drafts as verbs
from tests.services.svc_feed.test_media import Shelf, picture

SCHEDULED = "scheduled drafts"
FALL_DUE = Statement("UPDATE drafts SET publish_at = $1 WHERE id = $2", ("at", "draft"), "fall due")
FAIL = Statement("UPDATE media SET state = 'failed', failure = 'unreadable' WHERE id = $1", ("medium",), "fail")
EXPIRY = Statement("SELECT expires_at FROM media WHERE id = $1", ("medium",), "expiry")
PUBLIC = model.VISIBILITY_PUBLIC
SOON = timedelta(hours=2)


async def reason(call: Any) -> str:
    try:
        await call
    except Failure as failure:
        return failure.reason
    return "OK"


async def create(world: Any, author: Any, **fields: Any) -> pb.Draft:
    fields = {"content": "hello", "visibility": PUBLIC} | fields
    request = pb.CreateDraftRequest(draft=pb.Draft(**fields))
    return (await world.drafts.CreateDraft(request, metadata=author.metadata)).draft


async def get(world: Any, author: Any, draft: pb.Draft) -> pb.Draft:
    return (await world.drafts.GetDraft(pb.GetDraftRequest(draft_id=draft.id), metadata=author.metadata)).draft


async def update(world: Any, author: Any, draft: pb.Draft, *mask: str, etag: str = "", **fields: Any) -> pb.Draft:
    request = pb.UpdateDraftRequest(draft=pb.Draft(id=draft.id, **fields), etag=etag)
    request.update_mask.paths.extend(mask)
    return (await world.drafts.UpdateDraft(request, metadata=author.metadata)).draft


async def publish(world: Any, author: Any, draft: pb.Draft, etag: str = "") -> model.Post:
    request = pb.PublishDraftRequest(draft_id=draft.id, etag=etag)
    return (await world.drafts.PublishDraft(request, metadata=author.metadata)).post


async def schedule(world: Any, author: Any, draft: pb.Draft, ahead: timedelta = SOON, **more: Any) -> pb.Draft:
    request = pb.ScheduleDraftRequest(draft_id=draft.id, publish_at=timestamp(SystemClock().now() + ahead), **more)
    return (await world.drafts.ScheduleDraft(request, metadata=author.metadata)).draft


async def unschedule(world: Any, author: Any, draft: pb.Draft) -> pb.Draft:
    request = pb.UnscheduleDraftRequest(draft_id=draft.id)
    return (await world.drafts.UnscheduleDraft(request, metadata=author.metadata)).draft


async def delete(world: Any, author: Any, draft: pb.Draft, etag: str = "") -> None:
    await world.drafts.DeleteDraft(pb.DeleteDraftRequest(draft_id=draft.id, etag=etag), metadata=author.metadata)


async def kept(world: Any, author: Any, **some: Any) -> list[str]:
    reply = await world.drafts.ListDrafts(pb.ListDraftsRequest(**some), metadata=author.metadata)
    return [draft.id for draft in reply.drafts]


async def published(world: Any, author: Any) -> list[str]:
    request = feeds.ListUserPostsRequest(user_id=author.id)
    return [item.post.id for item in (await world.feeds.ListUserPosts(request, metadata=author.metadata)).items]


async def fall_due(world: Any, *drafts: pb.Draft) -> None:
    """Let their time come; the worker looks at them by itself as well."""
    at = SystemClock().now() - timedelta(seconds=1)
    for draft in drafts:
        await world.database.execute(FALL_DUE, at=at, draft=UUID(draft.id))


async def a_list(world: Any, author: Any) -> str:
    request = lists.CreateAudienceListRequest(audience_list=lists.AudienceList(name="Close"))
    return (await world.graph.CreateAudienceList(request, metadata=author.metadata)).audience_list.id


async def a_medium(world: Any, author: Any) -> str:
    return (await Shelf(world, Objects(world.config.objects)).uploaded(author)).id


async def test_a_draft_keeps_all_that_a_post_has(world: Any) -> None:
    """And its post has it, findable, with the draft gone but for where it went."""
    ann = await world.member()
    medium, list_id, word = await a_medium(world, ann), await a_list(world, ann), f"w{uuid7().hex}"
    draft = await create(
        world,
        ann,
        kind=model.POST_KIND_ARTICLE,
        title="Title",
        content=f"about {word}",
        media_ids=[medium],
        visibility=model.VISIBILITY_LIST,
        list_id=list_id,
        comment_audience=model.ANSWER_AUDIENCE_CONNECTIONS,
        quote_audience=model.ANSWER_AUDIENCE_NOBODY,
        poll=pb.DraftPoll(question="tea?", options=["yes", "no"]),
    )
    assert pb.DRAFT_STATE_SAVED == draft.state
    assert draft == await get(world, ann, draft)
    assert ([draft.id], [], [draft.id]) == (
        await kept(world, ann),
        await kept(world, ann, scheduled=True),
        await kept(world, ann, scheduled=False),
    )
    used = media.DeleteMediaRequest(media_id=medium)
    assert "MEDIA_IN_USE" == await reason(world.media.DeleteMedia(used, metadata=ann.metadata))

    post = await publish(world, ann, draft)
    assert draft.id != post.id
    names = ("kind", "title", "content", "media_ids", "visibility", "list_id", "comment_audience", "quote_audience")
    assert [getattr(draft, name) for name in names] == [getattr(post, name) for name in names]
    assert ("tea?", ["yes", "no"]) == (post.poll.question, list(post.poll.options))
    assert timedelta(days=7) == moment(post.poll.ends_at) - moment(post.created_at)
    assert moment(post.created_at) > moment(draft.created_at)
    found = await world.posts.SearchPosts(posts.SearchPostsRequest(q=word), metadata=ann.metadata)
    assert [post.id] == [item.post.id for item in found.items]
    assert 1 == len(await world.events(PostCreated, post.id))

    left = await get(world, ann, draft)
    assert (pb.DRAFT_STATE_PUBLISHED, post.id, "", []) == (left.state, left.post_id, left.content, [*left.media_ids])
    assert [] == await kept(world, ann)
    assert "MEDIA_IN_USE" == await reason(world.media.DeleteMedia(used, metadata=ann.metadata))
    assert post == await publish(world, ann, draft, draft.etag)
    for refused in (
        update(world, ann, draft, content="x"),
        schedule(world, ann, draft),
        unschedule(world, ann, draft),
        delete(world, ann, draft),
    ):
        assert "DRAFT_PUBLISHED" == await reason(refused)
    await world.posts.DeletePost(posts.DeletePostRequest(post_id=post.id), metadata=ann.metadata)
    assert "POST_NOT_FOUND" == await reason(publish(world, ann, draft))


async def test_a_draft_names_members(world: Any) -> None:
    """Wherever, until it is published; who left is named no more, and is not told that they were."""
    ann, bob, gone = await world.member(), await world.member(), await world.member()
    outside = await create(world, ann, content="hi", mentions=[model.Mention(user_id=bob.id, start=3, length=3)])
    for refused in (publish(world, ann, outside), schedule(world, ann, outside)):
        assert "MENTION_INVALID" == await reason(refused)
    named = [
        model.Mention(user_id=gone.id, start=3, length=4),
        model.Mention(user_id=bob.id, start=8, length=3),
    ]
    draft = await create(world, ann, content="hi gone bob", mentions=named)
    assert named == [*(await get(world, ann, draft)).mentions]
    await PersonalData(world.database, RULES, SystemClock(), []).erase(UUID(gone.id), uuid7())
    assert named[1:] == [*(await get(world, ann, draft)).mentions]
    assert [bob.id] == [one.user_id for one in (await publish(world, ann, draft)).mentions]


async def test_a_draft_changes_and_goes(world: Any) -> None:
    """Field by field, by whoever has seen it; a named field that is not set is cleared."""
    ann = await world.member()
    medium = await a_medium(world, ann)
    draft = await create(world, ann, media_ids=[medium], poll=pb.DraftPoll(question="?"))
    assert draft == await update(world, ann, draft, content="hello")
    changed = await update(world, ann, draft, title="Title", kind=model.POST_KIND_ARTICLE, etag=draft.etag)
    assert ("hello", "Title", model.POST_KIND_ARTICLE) == (changed.content, changed.title, changed.kind)
    assert "ETAG_MISMATCH" == await reason(update(world, ann, draft, content="x", etag=draft.etag))
    cleared = await update(world, ann, draft, "content", "title", "kind", "poll", "media_ids", "visibility")
    assert ("", "", False, [], model.POST_KIND_POST, model.VISIBILITY_CONNECTIONS) == (
        cleared.content,
        cleared.title,
        cleared.HasField("poll"),
        [*cleared.media_ids],
        cleared.kind,
        cleared.visibility,
    )
    assert None is not await world.database.fetch_value(EXPIRY, medium=UUID(medium))
    for name in ("shared_post_id", "state", "publish_at", "no_such"):
        request = pb.UpdateDraftRequest(draft=pb.Draft(id=draft.id), update_mask={"paths": [name]})
        refused = await reason(world.drafts.UpdateDraft(request, metadata=ann.metadata))
        assert refused in {"FIELD_NOT_UPDATABLE", "INVALID_ARGUMENT"}, name
    assert "ETAG_MISMATCH" == await reason(delete(world, ann, draft, draft.etag))
    for _ in range(2):
        await delete(world, ann, draft)
    assert "DRAFT_NOT_FOUND" == await reason(get(world, ann, draft))
    for call in (publish(world, ann, draft), update(world, ann, draft, content="x"), schedule(world, ann, draft)):
        assert "DRAFT_NOT_FOUND" == await reason(call)


TOO_LONG = "x" * 3_001
POLLS = {
    "no question": pb.DraftPoll(options=["a", "b"]),
    "one answer": pb.DraftPoll(question="?", options=["a"]),
    "twice the same": pb.DraftPoll(question="?", options=["a", "a"]),
    "an empty answer": pb.DraftPoll(question="?", options=["a", " "]),
}
INCOMPLETE = {
    "nothing": ({"content": " "}, "CONTENT_MISSING"),
    "too long": ({"content": TOO_LONG}, "CONTENT_TOO_LONG"),
    "no title": ({"kind": model.POST_KIND_ARTICLE}, "CONTENT_MISSING"),
    "a title that shows nothing": ({"kind": model.POST_KIND_ARTICLE, "title": " "}, "CONTENT_MISSING"),
    "a title of a post": ({"title": "x"}, "CONTENT_MISSING"),
    "no list": ({"visibility": model.VISIBILITY_LIST}, "AUDIENCE_LIST_NOT_FOUND"),
    "nothing to share": ({"shared_post_id": str(uuid7())}, "POST_NOT_FOUND"),
    **{name: ({"poll": poll}, "POLL_INCOMPLETE") for name, poll in POLLS.items()},
    "a poll that is over": (
        {"poll": pb.DraftPoll(question="?", options=["a", "b"], ends_at={"seconds": 1})},
        "POLL_END_INVALID",
    ),
}


@pytest.mark.parametrize("what", INCOMPLETE)
async def test_what_is_no_post_yet_is_kept_and_not_published(world: Any, what: str) -> None:
    """The reason says what is missing; the draft is as it was, and is neither published nor scheduled."""
    ann = await world.member()
    fields, wanted = INCOMPLETE[what]
    draft = await create(world, ann, **fields)
    for refused in (publish(world, ann, draft), schedule(world, ann, draft)):
        assert wanted == await reason(refused)
    assert (draft, []) == (await get(world, ann, draft), await published(world, ann))
    whole = await create(world, ann)
    await schedule(world, ann, whole)
    if "shared_post_id" not in fields:
        assert wanted == await reason(update(world, ann, whole, **fields))
        assert pb.DRAFT_STATE_SCHEDULED == (await get(world, ann, whole)).state


async def test_what_a_draft_names_is_its_authors(world: Any) -> None:
    """Also while it is only kept: media that are uploaded, lists that are there."""
    ann, bob = await world.member(), await world.member()
    foreign, list_id = await a_medium(world, bob), await a_list(world, bob)
    shelf = Shelf(world, Objects(world.config.objects))
    begun = await shelf.begin(ann, b"x")
    draft = await create(world, ann)
    for fields, wanted in (
        ({"media_ids": [foreign]}, "MEDIA_NOT_FOUND"),
        ({"media_ids": [begun]}, "MEDIA_NOT_READY"),
        ({"list_id": list_id}, "AUDIENCE_LIST_NOT_FOUND"),
    ):
        assert wanted == await reason(create(world, ann, **fields))
        assert wanted == await reason(update(world, ann, draft, **fields))
    assert [draft.id] == await kept(world, ann)
    own = await create(world, ann, list_id=await a_list(world, ann))
    assert "" == (await publish(world, ann, own)).list_id


async def test_a_medium_stays_for_its_draft(world: Any) -> None:
    """From when its bytes are there, whatever becomes of it, until no draft names it."""
    ann = await world.member()
    shelf = Shelf(world, Objects(world.config.objects))
    medium = await shelf.begin(ann, picture()[:60])
    await shelf.complete(ann, medium)
    draft = await create(world, ann, media_ids=[medium])
    await shelf.settled(ann, medium)
    assert None is await world.database.fetch_value(EXPIRY, medium=UUID(medium))
    for refused in (publish(world, ann, draft), schedule(world, ann, draft)):
        assert "MEDIA_NOT_READY" == await reason(refused)
    await delete(world, ann, draft)
    assert None is not await world.database.fetch_value(EXPIRY, medium=UUID(medium))


async def test_drafts_are_bounded(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many are kept, and so many of them scheduled; published ones count no more."""
    monkeypatch.setattr(verbs, "MOST_DRAFTS", 3)
    monkeypatch.setattr(verbs, "MOST_SCHEDULED", 2)
    ann = await world.member()
    first, second, third = [await create(world, ann) for _ in range(3)]
    assert "TOO_MANY_DRAFTS" == await reason(create(world, ann))
    for draft in (first, second):
        await schedule(world, ann, draft)
    assert "TOO_MANY_SCHEDULED_DRAFTS" == await reason(schedule(world, ann, third))
    assert [second.id, first.id] == await kept(world, ann, scheduled=True)
    assert third == await get(world, ann, third)
    await publish(world, ann, first)
    await schedule(world, ann, third)
    page = await world.drafts.ListDrafts(pb.ListDraftsRequest(page_size=1), metadata=ann.metadata)
    assert [second.id] == await kept(world, ann, page_token=page.next_page_token)


async def test_a_time_is_set_moved_and_taken_away(world: Any) -> None:
    """From a minute to a year ahead; to set the same again changes nothing."""
    ann = await world.member()
    draft = await create(world, ann)
    for wrong in (timedelta(seconds=30), timedelta(days=366), -SOON):
        assert "PUBLISH_TIME_INVALID" == await reason(schedule(world, ann, draft, wrong))
    scheduled = await schedule(world, ann, draft)
    assert pb.DRAFT_STATE_SCHEDULED == scheduled.state
    again = pb.ScheduleDraftRequest(draft_id=draft.id, publish_at=scheduled.publish_at, etag=scheduled.etag)
    assert scheduled == (await world.drafts.ScheduleDraft(again, metadata=ann.metadata)).draft
    moved = await schedule(world, ann, draft, 2 * SOON, etag=scheduled.etag)
    assert moment(moved.publish_at) > moment(scheduled.publish_at)
    assert "ETAG_MISMATCH" == await reason(schedule(world, ann, draft, etag=scheduled.etag))
    edited = await update(world, ann, draft, content="better")
    assert (pb.DRAFT_STATE_SCHEDULED, moved.publish_at) == (edited.state, edited.publish_at)
    cancelled = await unschedule(world, ann, draft)
    assert (pb.DRAFT_STATE_SAVED, False) == (cancelled.state, cancelled.HasField("publish_at"))
    assert cancelled == await unschedule(world, ann, draft)


async def test_what_is_due_is_published_once(world: Any) -> None:
    """By however many workers; what is not due waits; a share counts once, too."""
    ann, bob = await world.member(), await world.member()
    shared = await world.post(bob, visibility=PUBLIC)
    plain, share = await create(world, ann), await create(world, ann, content="", shared_post_id=shared)
    later = await create(world, ann)
    for draft in (plain, share, later):
        await schedule(world, ann, draft)
    await fall_due(world, plain, share)
    await asyncio.gather(*(world.round(SCHEDULED) for _ in range(4)))
    assert [later.id] == await kept(world, ann)
    post_ids = [(await get(world, ann, draft)).post_id for draft in (plain, share)]
    assert sorted(post_ids) == sorted(await published(world, ann))
    assert [1, 1] == [len(await world.events(PostCreated, post_id)) for post_id in post_ids]
    assert 1 == len(await world.events(PostShared, shared))
    read = await world.posts.GetPost(posts.GetPostRequest(post_id=shared), metadata=ann.metadata)
    assert 1 == read.item.post.share_count


async def test_a_crash_between_publishes_nothing(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Post and draft are one; whoever comes next publishes it."""
    ann = await world.member()
    draft = await create(world, ann)
    await schedule(world, ann, draft)

    def crash(*_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(DraftRepository, "save", crash)
        await fall_due(world, draft)
        await world.round(SCHEDULED)
        assert [] == await published(world, ann)
    await world.round(SCHEDULED)
    assert [(await get(world, ann, draft)).post_id] == await published(world, ann)


async def test_while_others_do_not_answer_it_stays_due(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is no fault of the draft's."""
    ann = await world.member()
    draft = await create(world, ann, visibility=model.VISIBILITY_LIST, list_id=await a_list(world, ann))
    await schedule(world, ann, draft)

    async def away(*_: Any) -> None:
        raise Unavailable("away")

    with monkeypatch.context() as broken:
        broken.setattr(AudienceLists, "check", away)
        await fall_due(world, draft)
        await world.round(SCHEDULED)
        assert pb.DRAFT_STATE_SCHEDULED == (await get(world, ann, draft)).state
    await world.round(SCHEDULED)
    assert pb.DRAFT_STATE_PUBLISHED == (await get(world, ann, draft)).state


async def test_what_is_refused_at_its_time_says_why(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is a draft again, whole, until its author does something about it."""
    ann, bob, mallory = await world.member(), await world.member(), await world.member()
    list_id, medium, shared = (
        await a_list(world, ann),
        await a_medium(world, ann),
        await world.post(bob, visibility=PUBLIC),
    )
    of_list = await create(world, ann, visibility=model.VISIBILITY_LIST, list_id=list_id)
    with_medium = await create(world, ann, media_ids=[medium])
    share = await create(world, ann, shared_post_id=shared)
    poll = pb.DraftPoll(question="?", options=["a", "b"], ends_at=timestamp(SystemClock().now() + SOON + SOON))
    asking = await create(world, ann, poll=poll)
    of_suspended, too_many = await create(world, mallory), await create(world, bob)
    for author, draft in (
        (mallory, of_suspended),
        (bob, too_many),
        *((ann, it) for it in (of_list, with_medium, share)),
    ):
        await schedule(world, author, draft)
    await schedule(world, ann, asking)
    await world.graph.DeleteAudienceList(lists.DeleteAudienceListRequest(list_id=list_id), metadata=ann.metadata)
    await world.database.execute(FAIL, medium=UUID(medium))
    await world.posts.DeletePost(posts.DeletePostRequest(post_id=shared), metadata=bob.metadata)
    suspend = trust.SetRestrictionRequest(user_id=mallory.id, kind=trust.RESTRICTION_KIND_SUSPENDED, reason="spam")
    await TrustServiceStub(world.profile.channel).SetRestriction(suspend, metadata=world.admin)
    charge = Charges.charge

    async def no_more(charges: Any, bucket: str) -> None:
        if bucket == "post_create":
            raise RateLimited("too many calls", retry_after=1)
        await charge(charges, bucket)

    await fall_due(world, of_list, with_medium, share, of_suspended)
    await world.round(SCHEDULED)
    with monkeypatch.context() as limited:
        limited.setattr(Charges, "charge", no_more)
        await fall_due(world, too_many)
        await world.round(SCHEDULED)
    end = Statement("UPDATE drafts SET poll_ends_at = $1 WHERE id = $2", ("at", "draft"), "end")
    await world.database.execute(end, at=SystemClock().now(), draft=UUID(asking.id))
    await fall_due(world, asking)
    await world.round(SCHEDULED)

    for author, draft, wanted in (
        (ann, of_list, reasons.AUDIENCE_LIST_NOT_FOUND),
        (ann, with_medium, reasons.MEDIA_NOT_READY),
        (ann, share, reasons.POST_NOT_FOUND),
        (ann, asking, reasons.POLL_END_INVALID),
        (bob, too_many, reasons.RATE_LIMITED),
    ):
        refused = await get(world, author, draft)
        assert (pb.DRAFT_STATE_SAVED, wanted, draft.content) == (
            refused.state,
            refused.refusal.reason,
            refused.content,
        )
        assert refused.refusal.message
    assert [] == await published(world, ann)
    why = Statement("SELECT refused_for FROM drafts WHERE id = $1", ("draft",), "why")
    assert "ACCOUNT_RESTRICTED" == await world.database.fetch_value(why, draft=UUID(of_suspended.id))
    mended = await update(world, ann, of_list, "list_id", "visibility")
    assert not mended.HasField("refusal")
    assert (await publish(world, ann, of_list)).id
    again = await schedule(world, bob, too_many)
    assert not again.HasField("refusal")


async def test_who_comes_first_decides(world: Any) -> None:
    """Two publish it, one deletes it meanwhile, a worker's time comes: one post or none, and all answers agree."""
    for _ in range(3):
        ann = await world.member()
        twice, gone, due = [await create(world, ann) for _ in range(3)]
        first, second = await asyncio.gather(publish(world, ann, twice), publish(world, ann, twice))
        assert (first, [first.id]) == (second, await published(world, ann))

        answers = await asyncio.gather(reason(publish(world, ann, gone)), reason(delete(world, ann, gone)))
        there = len(await published(world, ann)) == 2
        assert (["OK", "DRAFT_PUBLISHED"] if there else ["DRAFT_NOT_FOUND", "OK"]) == answers

        await schedule(world, ann, due)
        await fall_due(world, due)
        before = len(await published(world, ann))
        cancelled, _ = await asyncio.gather(reason(unschedule(world, ann, due)), world.round(SCHEDULED))
        state = pb.DRAFT_STATE_SAVED if cancelled == "OK" else pb.DRAFT_STATE_PUBLISHED
        assert state == (await get(world, ann, due)).state
        assert before + (cancelled != "OK") == len(await published(world, ann))


async def test_an_edit_is_published_or_refused(world: Any) -> None:
    """What is published is what somebody saw last: never half of it, and no edit is lost in silence."""
    ann = await world.member()
    for _ in range(3):
        draft = await create(world, ann, content="before")
        answers = await asyncio.gather(
            reason(publish(world, ann, draft)), reason(update(world, ann, draft, content="after"))
        )
        assert tuple(answers) in {
            ("OK", "OK"),
            ("OK", "DRAFT_PUBLISHED"),
            ("OK", "ETAG_MISMATCH"),
            ("ETAG_MISMATCH", "OK"),
        }
        left = await get(world, ann, draft)
        if answers[0] == "OK":
            read = posts.GetPostRequest(post_id=left.post_id)
            post = (await world.posts.GetPost(read, metadata=ann.metadata)).item.post
            assert ("after" if answers[1] == "OK" else "before") == post.content
        else:
            assert "after" == left.content


async def test_a_retry_gets_the_same_draft(world: Any) -> None:
    """With an idempotency key, as with every write."""
    ann = await world.member()
    key = (("idempotency-key", str(uuid7())),)
    request = pb.CreateDraftRequest(draft=pb.Draft(content="x"))
    made = [await world.drafts.CreateDraft(request, metadata=(*ann.metadata, *key)) for _ in range(2)]
    assert made[0] == made[1]
    ask = pb.PublishDraftRequest(draft_id=made[0].draft.id)
    first, second = [await world.drafts.PublishDraft(ask, metadata=(*ann.metadata, *key)) for _ in range(2)]
    assert (first, [first.post.id]) == (second, await published(world, ann))


async def test_drafts_go_with_their_author(world: Any) -> None:
    """All of them are in the export, and none is left by an erasure."""
    ann = await world.member()
    draft = await create(world, ann, content="unsaid")
    await schedule(world, ann, draft)
    personal = PersonalData(world.database, RULES, SystemClock(), [])
    exported = [row for batch in [batch async for batch in personal.export(UUID(ann.id))] for row in batch.records]
    assert "unsaid" in str(exported)
    await personal.erase(UUID(ann.id), uuid7())
    left = Statement("SELECT count(*) FROM drafts WHERE author_id = $1", ("author",), "left")
    assert 0 == await world.database.fetch_value(left, author=UUID(ann.id))
