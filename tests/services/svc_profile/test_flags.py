"""Reports, what they raise, what operators make of it, and what members say against that."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from guild.common.v1 import content_ref_pb2 as content
from guild.common.v1.content_ref_pb2 import CONTENT_KIND_POST, ContentRef
from guild.trust.v1 import moderation_pb2 as moderation
from guild.trust.v1 import trust_service_pb2 as pb
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from mesh.authorship import Authorship, content_authors
from mesh.errors import AlreadyExists, FailedPrecondition, Failure, InvalidArgument, NotFound, Unavailable
from mesh.ids import UserId, uuid7
from mesh.rpc.concerns.errors import Errors
from mesh.rpc.pipeline import Pipeline
from mesh.rpc.server import RpcServer
from mesh.testing.identity import SignedIn
from tests.services.svc_profile.conftest import NewWorld, World


@dataclass
class Keeper:
    """The services that keep content, as far as they are asked who wrote it."""

    address: str = ""
    away: bool = False
    written: dict[tuple[Any, UUID, UUID | None], Authorship] = field(default_factory=dict)

    def keeps(self, by: SignedIn | None, kind: Any = CONTENT_KIND_POST, *, told: bool = True) -> ContentRef:
        """Something that somebody wrote."""
        has_parent = kind in {content.CONTENT_KIND_COMMENT, content.CONTENT_KIND_MESSAGE}
        content_id, parent = uuid7(), uuid7() if has_parent else None
        self.written[kind, content_id, parent] = Authorship(UserId(by.user_id) if by else None, told)
        return ContentRef(kind=kind, id=str(content_id), parent_id=str(parent) if parent else None)

    def of(self, kind: Any) -> Any:
        async def author(_: UserId, content_id: UUID, parent: UUID | None) -> Authorship:
            if self.away:
                raise Unavailable("nobody is here")
            found = self.written.get((kind, content_id, parent))
            if found is None:
                raise NotFound("there is none")
            return found

        return author


KINDS = (
    content.CONTENT_KIND_POST,
    content.CONTENT_KIND_COMMENT,
    content.CONTENT_KIND_MESSAGE,
    content.CONTENT_KIND_JOB,
    content.CONTENT_KIND_COMPANY,
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def keeper(common: dict[str, Any]) -> AsyncIterator[Keeper]:
    keeper = Keeper()
    servicers = [content_authors({kind: keeper.of(kind) for kind in KINDS})]
    server = RpcServer(common["server"], servicers, Pipeline((Errors(),)), engine=common["rpc"].engine)
    await server.start()
    keeper.address = server.address
    yield keeper
    await server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(new_world: NewWorld, keeper: Keeper) -> AsyncIterator[World]:
    """The service beside those that keep content."""
    addresses = dict.fromkeys(("feed_address", "messaging_address", "jobs_address"), keeper.address)
    async with new_world(**addresses) as world:
        yield world


def stub(world: World) -> TrustServiceStub:
    return TrustServiceStub(world.channel)


async def report(world: World, by: SignedIn, user_id: Any, reason: Any = pb.REPORT_REASON_SPAM) -> pb.Report:
    request = pb.ReportUserRequest(user_id=str(user_id), reason=reason, comment="look at this")
    return (await stub(world).ReportUser(request, metadata=by.metadata)).report


async def report_content(world: World, by: SignedIn, ref: ContentRef, author: Any = None) -> pb.Report:
    request = pb.ReportContentRequest(content=ref, reason=pb.REPORT_REASON_SCAM)
    if author is not None:
        request.content.author_id = str(author)
    return (await stub(world).ReportContent(request, metadata=by.metadata)).report


async def refused(world: World, by: SignedIn, ref: ContentRef, author: Any = None) -> tuple[str, str]:
    """The reason and the words in which a report is refused, without the id of what it is about."""
    with pytest.raises(Failure) as caught:
        await report_content(world, by, ref, author)
    return caught.value.reason, caught.value.message.replace(ref.id, "it")


async def flags_of(world: World, user_id: Any) -> list[pb.Flag]:
    request = pb.ListFlagsRequest(user_id=str(user_id))
    return list((await stub(world).ListFlags(request, metadata=world.identity.admin_metadata())).flags)


async def resolve(world: World, flag_id: str, resolution: Any, **further: Any) -> pb.Flag:
    request = pb.ResolveFlagRequest(flag_id=flag_id, resolution=resolution, **further)
    return (await stub(world).ResolveFlag(request, metadata=world.identity.admin_metadata())).flag


async def mine(world: World, by: SignedIn) -> list[pb.Report]:
    reply = await stub(world).ListMyReports(pb.ListMyReportsRequest(), metadata=by.metadata)
    return list(reply.reports)


async def raised(world: World, **fields: Any) -> pb.Flag:
    request = pb.RaiseFlagRequest(kind=pb.FLAG_KIND_CONTENT, score=70, evidence="links to malware", **fields)
    return (await stub(world).RaiseFlag(request, metadata=world.identity.service_metadata("feed"))).flag


async def test_reports_of_several_raise_one_flag_that_becomes_surer(world: World) -> None:
    """A repeat of one member is their first report; operators read all, and who made them."""
    bob, reporters = await world.member(), [await world.member() for _ in range(3)]
    first = await report(world, reporters[0], bob.user_id)
    again = await report(world, reporters[0], bob.user_id, pb.REPORT_REASON_HATE)
    for one in reporters[1:]:
        await report(world, one, bob.user_id, pb.REPORT_REASON_SCAM)

    [flag] = await flags_of(world, bob.user_id)

    assert first == again
    assert (3, 49, "reported for spam\nreported for scam") == (flag.report_count, flag.score, flag.evidence)
    request = pb.GetFlagRequest(flag_id=flag.id)
    found = await stub(world).GetFlag(request, metadata=world.identity.admin_metadata())
    assert [str(one.user_id) for one in reversed(reporters)] == [one.reporter_id for one in found.reports]
    assert {"look at this"} == {one.comment for one in found.reports}
    assert ["content_reported", "flag_raised", "content_reported", "content_reported"] == await world.events(bob)


async def test_the_own_is_not_reported(world: World, keeper: Keeper) -> None:
    """Neither oneself, nor what one says to have written, nor what one has."""
    ann = await world.member()
    with pytest.raises(InvalidArgument):
        await report(world, ann, ann.user_id)
    with pytest.raises(InvalidArgument) as caught:
        await report_content(world, ann, keeper.keeps(await world.member()), ann.user_id)
    assert "CANNOT_REPORT_SELF" == caught.value.reason
    for told in (True, False):
        assert "CANNOT_REPORT_SELF" == (await refused(world, ann, keeper.keeps(ann, told=told)))[0]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_flag_is_about_who_wrote_what_is_reported(world: World, keeper: Keeper, kind: Any) -> None:
    """As its service says; the reporter is told nothing of them, and is answered again when it is gone."""
    ann, bob = await world.member(), await world.member()
    ref = keeper.keeps(bob, kind)

    made = await report_content(world, ann, ref)

    [flag] = await flags_of(world, bob.user_id)
    assert (ref, 20, 1) == (flag.content, flag.score, flag.report_count)
    assert ("", ref) == (made.user_id, made.content)
    keeper.written.clear()
    assert made == await report_content(world, ann, ref)
    assert [made] == await mine(world, ann)
    assert 1 == (await flags_of(world, bob.user_id))[0].report_count


@pytest.mark.parametrize("kind", KINDS)
async def test_what_the_reporter_may_not_see_and_what_another_wrote_is_not_there(
    world: World, keeper: Keeper, kind: Any
) -> None:
    """In the same words, and nothing is kept of it."""
    ann, bob, cat = [await world.member() for _ in range(3)]
    ref, speaking = keeper.keeps(bob, kind), keeper.keeps(bob, kind, told=False)
    nothing = ContentRef(kind=kind, id=str(uuid7()), parent_id=ref.parent_id or None)

    answers = {
        await refused(world, ann, nothing),
        await refused(world, ann, nothing, bob.user_id),
        await refused(world, ann, ref, cat.user_id),
        await refused(world, ann, speaking, cat.user_id),
        await refused(world, ann, speaking, bob.user_id),
    }

    assert {("CONTENT_NOT_FOUND", "content it does not exist")} == answers
    assert ([], []) == (await mine(world, ann), await flags_of(world, bob.user_id))
    assert ref.id == (await report_content(world, ann, ref, bob.user_id)).content.id
    assert speaking.id == (await report_content(world, ann, speaking)).content.id
    assert 2 == len(await flags_of(world, bob.user_id))


async def test_a_report_waits_for_the_service_that_keeps_the_content(world: World, keeper: Keeper) -> None:
    """Nothing is guessed while it is away; the same report is taken once it is back."""
    ann, bob = await world.member(), await world.member()
    ref = keeper.keeps(bob)
    keeper.away = True
    try:
        assert "UNAVAILABLE" == (await refused(world, ann, ref))[0]
    finally:
        keeper.away = False
    assert [] == await mine(world, ann)
    await report_content(world, ann, ref)
    assert 1 == len(await flags_of(world, bob.user_id))


async def test_a_profile_is_reported_and_what_has_no_parent_or_keeper_is_not(world: World) -> None:
    """A profile is this service's own; who is hidden is not there."""
    ann, bob, eve = [await world.member() for _ in range(3)]
    await world.block(eve, ann)
    profile = ContentRef(kind=content.CONTENT_KIND_PROFILE, id=str(bob.user_id))
    await report_content(world, ann, profile, bob.user_id)
    assert [profile] == [flag.content for flag in await flags_of(world, bob.user_id)]
    hidden = ContentRef(kind=content.CONTENT_KIND_PROFILE, id=str(eve.user_id))
    campaign = ContentRef(kind=content.CONTENT_KIND_CAMPAIGN, id=str(uuid7()))
    for missing in (hidden, campaign):
        assert "CONTENT_NOT_FOUND" == (await refused(world, ann, missing))[0]
    for kind in (content.CONTENT_KIND_COMMENT, content.CONTENT_KIND_MESSAGE):
        with pytest.raises(InvalidArgument) as caught:
            await report_content(world, ann, ContentRef(kind=kind, id=str(uuid7())))
        assert ["content.parent_id"] == [one.field for one in caught.value.violations]


async def test_an_open_flag_learns_the_author(world: World, keeper: Keeper) -> None:
    """Of content whose author nobody is left to tell, until a service does."""
    ann, bob = await world.member(), await world.member()
    ref = keeper.keeps(None)
    await report_content(world, ann, ref)
    ref.author_id = str(bob.user_id)
    [row] = await world.database.fetch("SELECT user_id FROM flags WHERE subject_id = $1", UUID(ref.id))
    assert row[0] is None
    keeper.written[CONTENT_KIND_POST, UUID(ref.id), None] = Authorship(UserId(bob.user_id))
    await report_content(world, await world.member(), ref)
    [flag] = await flags_of(world, bob.user_id)
    assert 2 == flag.report_count
    known = await raised(world, content=ref)
    assert (str(bob.user_id), 70) == (known.user_id, known.score)
    assert known.id == (await raised(world, content=ref)).id


@pytest.mark.parametrize(
    ("resolution", "outcome"),
    [
        (pb.FLAG_RESOLUTION_DISMISSED, pb.REPORT_OUTCOME_NOTHING_WRONG),
        (pb.FLAG_RESOLUTION_RESTRICTED, pb.REPORT_OUTCOME_ACTED_UPON),
    ],
)
async def test_who_reported_sees_what_became_of_it(world: World, resolution: Any, outcome: Any) -> None:
    """A later report begins anew."""
    ann, bob, cat = await world.member(), await world.member(), await world.member()
    await report(world, ann, bob.user_id)
    assert [pb.REPORT_OUTCOME_OPEN] == [one.outcome for one in await mine(world, ann)]
    [flag] = await flags_of(world, bob.user_id)
    further = {"restriction": pb.RESTRICTION_KIND_SHADOW_BAN} if resolution == pb.FLAG_RESOLUTION_RESTRICTED else {}

    closed = await resolve(world, flag.id, resolution, note="seen", **further)

    assert closed == await resolve(world, flag.id, resolution, note="again", **further)
    assert ("admin", pb.FLAG_STATE_RESOLVED) == (closed.resolved_by, closed.state)
    with pytest.raises(FailedPrecondition):
        await resolve(world, flag.id, pb.FLAG_RESOLUTION_CHALLENGE_PASSED)
    assert [outcome] == [one.outcome for one in await mine(world, ann)]
    await report(world, cat, bob.user_id)
    assert 2 == len(await flags_of(world, bob.user_id))


async def test_flags_are_given_to_operators_labelled_and_listed_by_score(world: World) -> None:
    """The surest first; filters narrow it down, and all of them are counted."""
    bob, operator = await world.member(), world.identity.admin_metadata()
    for _ in range(2):
        await report(world, await world.member(), bob.user_id)
    await raised(world, user_id=str(bob.user_id))
    sure, less = await flags_of(world, bob.user_id)
    assert (70, 36) == (sure.score, less.score)

    await stub(world).AssignFlag(pb.AssignFlagRequest(flag_id=less.id, assignee="olga"), metadata=operator)
    await stub(world).LabelFlag(pb.LabelFlagRequest(flag_id=less.id, labels=["ring", "cold-mail"]), metadata=operator)
    request = pb.ListFlagsRequest(
        user_id=str(bob.user_id), kind=[pb.FLAG_KIND_REPORTED], state=[pb.FLAG_STATE_OPEN], page_size=1
    )
    page = await stub(world).ListFlags(request, metadata=operator)

    assert 1 == page.total_size
    assert [("olga", ["cold-mail", "ring"])] == [(one.assignee, list(one.labels)) for one in page.flags]
    actions = await stub(world).ListActions(moderation.ListActionsRequest(user_id=str(bob.user_id)), metadata=operator)
    assert [moderation.ACTION_KIND_FLAG_LABELLED, moderation.ACTION_KIND_FLAG_ASSIGNED] == [
        one.kind for one in actions.actions
    ]


async def removed(world: World, bob: SignedIn) -> tuple[str, moderation.Decision]:
    """A post of Bob's that was removed, and the decision as he sees it."""
    post = str(uuid7())
    ref = ContentRef(kind=CONTENT_KIND_POST, id=post, author_id=str(bob.user_id))
    flag = await raised(world, content=ref)
    await resolve(world, flag.id, pb.FLAG_RESOLUTION_CONTENT_REMOVED, note="malware")
    request = moderation.ListMyDecisionsRequest()
    [decision] = (await stub(world).ListMyDecisions(request, metadata=bob.metadata)).decisions
    return post, decision


async def appeal(world: World, by: SignedIn, decision_id: str) -> moderation.Appeal:
    request = moderation.CreateAppealRequest(decision_id=decision_id, text="it is a joke")
    return (await stub(world).CreateAppeal(request, metadata=by.metadata)).appeal


async def decide(world: World, of: SignedIn, decision_id: str, outcome: Any) -> moderation.Appeal:
    request = moderation.ResolveAppealRequest(
        user_id=str(of.user_id), decision_id=decision_id, outcome=outcome, answer="we looked"
    )
    return (await stub(world).ResolveAppeal(request, metadata=world.identity.admin_metadata())).appeal


async def events_of(world: World, key: str) -> list[str]:
    rows = await world.database.fetch("SELECT subject FROM outbox WHERE subject LIKE $1 ORDER BY event_id", f"%.{key}")
    return [row[0].split(".")[2] for row in rows]


async def test_removed_content_is_restored_by_an_appeal(world: World) -> None:
    """Its service is told both times; the author by mail, and in the list of decisions."""
    bob = await world.member()
    post, decision = await removed(world, bob)
    assert (moderation.DECISION_KIND_CONTENT_REMOVED, post) == (decision.kind, decision.content.id)
    made = await appeal(world, bob, decision.id)
    assert moderation.APPEAL_STATE_OPEN == made.state

    lifted = await decide(world, bob, decision.id, moderation.APPEAL_STATE_LIFTED)

    assert lifted == await decide(world, bob, decision.id, moderation.APPEAL_STATE_LIFTED)
    assert ["flag_raised", "content_moderated", "flag_resolved", "content_restored"] == await events_of(world, post)
    assert "appeal_decided" in await world.events(bob)
    request = moderation.ListMyDecisionsRequest()
    [now] = (await stub(world).ListMyDecisions(request, metadata=bob.metadata)).decisions
    assert now.HasField("ended_at")
    assert (moderation.APPEAL_STATE_LIFTED, "we looked") == (now.appeal.state, now.appeal.answer)
    kinds = await world.database.fetch("SELECT kind FROM mails WHERE user_id = $1", bob.user_id)
    assert {"decision", "decision_lifted"} == {row[0] for row in kinds}


async def test_a_decision_is_appealed_against_once(world: World) -> None:
    """By whom it is about, while it holds; what was decided stays decided."""
    bob, cat = await world.member(), await world.member()
    _, decision = await removed(world, bob)
    with pytest.raises(NotFound):
        await appeal(world, cat, decision.id)
    await appeal(world, bob, decision.id)
    with pytest.raises(AlreadyExists):
        await appeal(world, bob, decision.id)
    listed = await stub(world).ListAppeals(
        moderation.ListAppealsRequest(page_size=100), metadata=world.identity.admin_metadata()
    )
    assert str(bob.user_id) in {one.user_id for one in listed.appeals}
    await decide(world, bob, decision.id, moderation.APPEAL_STATE_UPHELD)
    with pytest.raises(FailedPrecondition) as caught:
        await decide(world, bob, decision.id, moderation.APPEAL_STATE_LIFTED)
    assert "APPEAL_ALREADY_RESOLVED" == caught.value.reason


async def test_a_suspended_member_appeals_and_comes_back(world: World) -> None:
    """With the token that is left to them."""
    bob, operator = await world.member(), world.identity.admin_metadata()
    suspending = pb.SetRestrictionRequest(
        user_id=str(bob.user_id), kind=pb.RESTRICTION_KIND_SUSPENDED, reason="reported by many"
    )
    one = (await stub(world).SetRestriction(suspending, metadata=operator)).restriction
    left = (("authorization", f"Bearer {world.identity.signer.access_token(bob.user_id, uuid7(), suspended=True)}"),)
    request = moderation.CreateAppealRequest(decision_id=one.id, text="it was not me")
    await stub(world).CreateAppeal(request, metadata=left)

    await decide(world, bob, one.id, moderation.APPEAL_STATE_LIFTED)

    until = await world.database.fetchval("SELECT suspended_until FROM users WHERE user_id = $1", UUID(one.user_id))
    assert until is None
    with pytest.raises(FailedPrecondition) as caught:
        await stub(world).CreateAppeal(request, metadata=left)
    assert "DECISION_ENDED" == caught.value.reason


async def test_ten_reports_a_day(world: World, keeper: Keeper) -> None:
    """Then the bucket is empty."""
    ann, refused = await world.member(), ""
    for _ in range(11):
        try:
            await report_content(world, ann, keeper.keeps(None))
        except Failure as failure:
            refused = failure.reason
    assert "RATE_LIMITED" == refused
