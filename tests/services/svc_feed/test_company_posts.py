"""What companies say: everybody sees it, who acts for the company changes it, and nobody learns who wrote it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from guild.events.v1.posts_pb2 import PostCreated
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from guild.feed.v1 import topic_service_pb2 as topics
from guild.graph.v1 import connection_service_pb2 as graph
from guild.jobs.v1 import company_pb2
from guild.jobs.v1 import company_service_pb2 as jobs
from guild.jobs.v1.company_service_pb2_grpc import CompanyServiceStub
from guild.media.v1 import media_service_pb2 as media
from guild.trust.v1 import trust_service_pb2 as trust
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from mesh.clock import SystemClock
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.objects import Objects
from mesh.privacy import PersonalData
from mesh.testing import TestIdentity
from mesh.testing.databases import Databases
from svc_feed.store.personal import RULES
from svc_jobs.app import build as build_jobs
from svc_jobs.config import Config as JobsConfig
from tests.services.svc_feed.conftest import Member, World
from tests.services.svc_feed.test_media import Shelf

LOGO = "https://example.com/logo.png"


class Firm:
    """A company with who made its page, and the services around it."""

    def __init__(self, world: World, companies: CompanyServiceStub, service: Any) -> None:
        self.world = world
        self.companies = companies
        self.service = service

    async def found(self) -> tuple[Member, str]:
        """A member and a company that they act for."""
        boss = await self.world.member("The Boss")
        company = company_pb2.Company(name=f"Firm {uuid7()}", logo_url=LOGO)
        made = await self.companies.CreateCompany(jobs.CreateCompanyRequest(company=company), metadata=boss.metadata)
        return boss, made.company.id

    async def say(self, boss: Member, company: str, content: str = "we grow", **more: Any) -> model.Post:
        request = pb.CreateCompanyPostRequest(company_id=company, author_id=boss.id, content=content, **more)
        return (await self.world.posts.CreateCompanyPost(request, metadata=self.service)).post

    async def read(self, reader: Member, post_id: str) -> model.PostItem:
        return (await self.world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=reader.metadata)).item

    async def said(self, reader: Member, company: str, **more: Any) -> Any:
        request = feeds.ListCompanyPostsRequest(company_id=company, **more)
        return await self.world.feeds.ListCompanyPosts(request, metadata=reader.metadata)

    async def edit(self, by: Member, post_id: str, **fields: Any) -> model.Post:
        request = pb.UpdatePostRequest(post=model.Post(id=post_id, **fields))
        return (await self.world.posts.UpdatePost(request, metadata=by.metadata)).post

    async def delete(self, by: Member, post_id: str) -> None:
        await self.world.posts.DeletePost(pb.DeletePostRequest(post_id=post_id), metadata=by.metadata)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def firm(
    common: dict[str, Any],
    database_of: Databases,
    identity: TestIdentity,
    serve: Callable[..., Any],
    new_world: Callable[..., Awaitable[World]],
) -> Any:
    async with AsyncExitStack() as stack:
        config = JobsConfig(**common, database=await database_of("svc_jobs"))
        running = await stack.enter_async_context(serve(build_jobs(config)))
        world = await new_world(jobs_address=running.address)
        yield Firm(world, CompanyServiceStub(running.channel), identity.service_metadata("jobs", to="feed"))


async def reason(call: Any) -> str:
    try:
        await call
    except Failure as failure:
        return failure.reason
    return "OK"


async def test_everybody_sees_what_a_company_says(firm: Firm) -> None:
    """Also whom its writer blocked; with the company's name, and without the writer's."""
    world, (boss, company) = firm.world, await firm.found()
    reader, blocked = await world.member(), await world.member()
    await world.graph.BlockUser(graph.BlockUserRequest(user_id=blocked.id), metadata=boss.metadata)
    word = f"w{uuid7().hex}"
    post = await firm.say(boss, company, f"we grow #{word}")
    assert (boss.id, company, model.VISIBILITY_PUBLIC) == (post.author_id, post.company_id, post.visibility)
    [created] = await world.events(PostCreated, post.id)
    assert (boss.id, company) == (created.author_id, created.company_id)

    for member in (reader, blocked, boss):
        item = await firm.read(member, post.id)
        assert ("", company, False) == (item.post.author_id, item.post.company_id, item.HasField("author"))
        assert item.company.name.startswith("Firm ")
        assert LOGO == item.company.logo_url
        assert (True, True, []) == (item.viewer.may_comment, item.viewer.may_share, [*item.contexts])
        assert [item] == [*(await firm.said(member, company)).items]
        found = await world.posts.SearchPosts(pb.SearchPostsRequest(q=word), metadata=member.metadata)
        listed = await world.topics.ListTopicPosts(topics.ListTopicPostsRequest(topic=word), metadata=member.metadata)
        assert [[item], [item]] == [[*found.items], [*listed.items]]
    by_writer = pb.SearchPostsRequest(q=word, author_id=[boss.id])
    assert [] == [*(await world.posts.SearchPosts(by_writer, metadata=reader.metadata)).items]
    assert [] == [*(await firm.said(reader, str(uuid7()))).items]


async def test_it_is_answered_as_every_post(firm: Firm) -> None:
    """With likes, comments, bookmarks and shares, which show the company."""
    world, (boss, company) = firm.world, await firm.found()
    fan = await world.member()
    post = await firm.say(boss, company)
    await world.posts.ReactToPost(pb.ReactToPostRequest(post_id=post.id), metadata=fan.metadata)
    comment = pb.CreateCommentRequest(post_id=post.id, content="nice")
    await world.posts.CreateComment(comment, metadata=fan.metadata)
    await world.posts.BookmarkPost(pb.BookmarkPostRequest(post_id=post.id), metadata=fan.metadata)
    shared = await world.posts.SharePost(pb.SharePostRequest(post_id=post.id), metadata=fan.metadata)
    item = await firm.read(fan, shared.post.id)
    assert (post.id, company, False) == (item.shared_post.id, item.shared_company.id, item.HasField("shared_author"))
    assert fan.id == item.author.id
    seen = await firm.read(fan, post.id)
    assert (1, 1, 1, True) == (
        seen.post.like_count,
        seen.post.comment_count,
        seen.post.share_count,
        seen.viewer.bookmarked,
    )
    kept = await world.posts.ListBookmarks(pb.ListBookmarksRequest(), metadata=fan.metadata)
    assert [post.id] == [item.post.id for item in kept.items]


async def test_it_is_nothing_that_its_writer_says(firm: Firm) -> None:
    """Neither their posts have it nor the feeds of their connections; who follows its topic finds it there."""
    world, (boss, company) = firm.world, await firm.found()
    friend, curious = await world.member(), await world.member()
    await world.connect(boss, friend)
    word = f"w{uuid7().hex}"
    await world.topics.FollowTopic(topics.FollowTopicRequest(topic=word), metadata=curious.metadata)
    own = await world.post(boss, "mine", visibility=model.VISIBILITY_PUBLIC)
    for member in (friend, curious):
        await world.page(member)
    post = await firm.say(boss, company, f"#{word}")
    await world.arrives(curious, post.id)
    request = feeds.ListUserPostsRequest(user_id=boss.id)
    listed = await world.feeds.ListUserPosts(request, metadata=friend.metadata)
    assert [own] == [item.post.id for item in listed.items]
    [item] = [item for item in (await world.page(curious)).items if item.post.id == post.id]
    assert ("", company) == (item.post.author_id, item.company.id)
    await world.rebuild(friend)
    assert post.id not in await world.ids(friend)
    await world.rebuild(curious)
    assert post.id in await world.ids(curious)


async def test_who_acts_for_the_company_changes_it(firm: Firm) -> None:
    """Whoever wrote it; others are told that they do not, if it is there."""
    world, (boss, company), other = firm.world, await firm.found(), await firm.world.member()
    rival, _ = await firm.found()
    post = await firm.say(boss, company)
    for stranger in (other, rival):
        assert "NOT_THE_AUTHOR" == await reason(firm.edit(stranger, post.id, content="x"))
        assert "NOT_THE_AUTHOR" == await reason(firm.delete(stranger, post.id))
    edited = await firm.edit(boss, post.id, content="we grow faster")
    assert ("we grow faster", 2) == (edited.content, edited.revision)
    for fields in (
        {"visibility": model.VISIBILITY_CONNECTIONS},
        {"comment_audience": model.ANSWER_AUDIENCE_CONNECTIONS},
        {"quote_audience": model.ANSWER_AUDIENCE_CONNECTIONS},
    ):
        assert "FIELD_NOT_UPDATABLE" == await reason(firm.edit(boss, post.id, **fields))
    await firm.edit(boss, post.id, comment_audience=model.ANSWER_AUDIENCE_NOBODY)
    comment = pb.CreateCommentRequest(post_id=post.id, content="?")
    assert "ANSWERS_CLOSED" == await reason(world.posts.CreateComment(comment, metadata=other.metadata))
    for _ in range(2):
        await firm.delete(boss, post.id)
    for gone in (firm.edit(other, post.id, content="x"), firm.delete(other, post.id), firm.read(other, post.id)):
        assert "POST_NOT_FOUND" == await reason(gone)
    assert [] == [*(await firm.said(other, company)).items]


async def test_the_writers_pictures_are_seen_by_all(firm: Firm) -> None:
    """They are the writer's own uploads; other media are not there."""
    world, (boss, company), blocked = firm.world, await firm.found(), await firm.world.member()
    await world.graph.BlockUser(graph.BlockUserRequest(user_id=blocked.id), metadata=boss.metadata)
    shelf = Shelf(world, Objects(world.config.objects))
    own, foreign, begun = (
        (await shelf.uploaded(boss)).id,
        (await shelf.uploaded(blocked)).id,
        await shelf.begin(boss, b"x"),
    )
    assert "MEDIA_NOT_FOUND" == await reason(firm.say(boss, company, media_ids=[foreign]))
    assert "MEDIA_NOT_READY" == await reason(firm.say(boss, company, media_ids=[begun]))
    post = await firm.say(boss, company, media_ids=[own])
    seen = await world.media.BatchGetMedia(media.BatchGetMediaRequest(media_ids=[own]), metadata=blocked.metadata)
    assert [own] == [one.id for one in seen.media]
    assert 1 == len((await firm.read(blocked, post.id)).post.media_urls)


@pytest.mark.parametrize("kind", [trust.RESTRICTION_KIND_SUSPENDED, trust.RESTRICTION_KIND_SHADOW_BAN])
async def test_whom_nobody_hears_says_nothing_for_a_company(firm: Firm, kind: Any) -> None:
    """Nor does whoever is no service."""
    world, (boss, company) = firm.world, await firm.found()
    request = pb.CreateCompanyPostRequest(company_id=company, author_id=boss.id, content="x")
    refused = await reason(world.posts.CreateCompanyPost(request, metadata=boss.metadata))
    assert refused in {"SERVICE_ONLY", "PERMISSION_DENIED"}
    restrict = trust.SetRestrictionRequest(user_id=boss.id, kind=kind, reason="spam")
    await TrustServiceStub(world.profile.channel).SetRestriction(restrict, metadata=world.admin)
    assert "ACCOUNT_RESTRICTED" == await reason(firm.say(boss, company))


async def test_a_retry_is_one_post(firm: Firm) -> None:
    """With the key of the call that it is made for."""
    boss, company = await firm.found()
    key = (("idempotency-key", str(uuid7())),)
    request = pb.CreateCompanyPostRequest(company_id=company, author_id=boss.id, content="x")
    calls = [firm.world.posts.CreateCompanyPost(request, metadata=(*firm.service, *key)) for _ in range(3)]
    assert 1 == len({reply.post.id for reply in await asyncio.gather(*calls)})
    first = await firm.say(boss, company)
    page = await firm.said(boss, company, page_size=1)
    assert [first.id] == [item.post.id for item in page.items]
    assert 1 == len((await firm.said(boss, company, page_token=page.next_page_token)).items)


async def test_it_stays_when_its_writer_leaves(firm: Firm) -> None:
    """It is the company's: found as before, without the writer's pictures."""
    world, (boss, company), reader = firm.world, await firm.found(), await firm.world.member()
    shelf, word = Shelf(world, Objects(world.config.objects)), f"w{uuid7().hex}"
    own = (await shelf.uploaded(boss)).id
    post = await firm.say(boss, company, f"we grow #{word}", media_ids=[own])
    private = await world.post(boss, "mine")
    personal = PersonalData(world.database, RULES, SystemClock(), [])
    exported = [batch.section for batch in [batch async for batch in personal.export(UUID(boss.id))] if batch.records]
    assert {"posts", "company_posts"} <= {*exported}
    erased = await personal.erase(UUID(boss.id), uuid7())
    while not erased.done:
        erased = await personal.erase(UUID(boss.id), uuid7())
    item = await firm.read(reader, post.id)
    assert (f"we grow #{word}", [], model.POST_STATUS_PUBLISHED) == (
        item.post.content,
        [*item.post.media_ids],
        item.post.status,
    )
    found = await world.posts.SearchPosts(pb.SearchPostsRequest(q=word), metadata=reader.metadata)
    assert [post.id] == [one.post.id for one in found.items]
    assert "POST_NOT_FOUND" == await reason(firm.read(reader, private))


async def test_without_the_jobs_service_a_post_has_no_name(
    firm: Firm, new_world: Callable[..., Awaitable[World]]
) -> None:
    """It is read all the same, and the feed says what it lacks; nobody changes it meanwhile."""
    world = await new_world()
    alone = Firm(world, firm.companies, firm.service)
    boss, reader, company, word = await world.member(), await world.member(), str(uuid7()), f"w{uuid7().hex}"
    await world.topics.FollowTopic(topics.FollowTopicRequest(topic=word), metadata=reader.metadata)
    post = await alone.say(boss, company, f"#{word}")
    item = await alone.read(reader, post.id)
    assert (company, "") == (item.company.id, item.company.name)
    page = await world.page(reader)
    assert [post.id] == [item.post.id for item in page.items]
    assert ["jobs"] == [*page.quality.missing_sources]
    assert "OK" != await reason(alone.edit(boss, post.id, content="x"))
