"""Reports, what they raise, what operators make of it, and what members say against that."""

from typing import Any
from uuid import UUID

import pytest

from guild.common.v1.content_ref_pb2 import CONTENT_KIND_POST, ContentRef
from guild.trust.v1 import moderation_pb2 as moderation
from guild.trust.v1 import trust_service_pb2 as pb
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from mesh.errors import AlreadyExists, FailedPrecondition, Failure, InvalidArgument, NotFound
from mesh.ids import uuid7
from mesh.testing.identity import SignedIn
from tests.services.svc_profile.conftest import World


def stub(world: World) -> TrustServiceStub:
    return TrustServiceStub(world.channel)


async def report(world: World, by: SignedIn, user_id: Any, reason: Any = pb.REPORT_REASON_SPAM) -> pb.Report:
    request = pb.ReportUserRequest(user_id=str(user_id), reason=reason, comment="look at this")
    return (await stub(world).ReportUser(request, metadata=by.metadata)).report


async def report_post(world: World, by: SignedIn, post: str, author: str | None = None) -> pb.Report:
    content = ContentRef(kind=CONTENT_KIND_POST, id=post, author_id=author)
    request = pb.ReportContentRequest(content=content, reason=pb.REPORT_REASON_SCAM)
    return (await stub(world).ReportContent(request, metadata=by.metadata)).report


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


async def test_the_own_is_not_reported(world: World) -> None:
    """Neither oneself, nor what one says to have written."""
    ann = await world.member()
    with pytest.raises(InvalidArgument):
        await report(world, ann, ann.user_id)
    with pytest.raises(InvalidArgument) as caught:
        await report_post(world, ann, str(uuid7()), str(ann.user_id))
    assert "CANNOT_REPORT_SELF" == caught.value.reason


async def test_a_reporter_is_not_believed_about_the_author(world: World) -> None:
    """Anybody could be named; a service that knows the author tells, and the flag learns it."""
    ann, bob, post = await world.member(), await world.member(), str(uuid7())
    await report_post(world, ann, post, str(bob.user_id))
    assert [] == await flags_of(world, bob.user_id)
    content = ContentRef(kind=CONTENT_KIND_POST, id=post, author_id=str(bob.user_id))
    flag = await raised(world, content=content)
    assert (str(bob.user_id), 70) == (flag.user_id, flag.score)
    assert flag.id == (await raised(world, content=content)).id


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
    content = ContentRef(kind=CONTENT_KIND_POST, id=post, author_id=str(bob.user_id))
    flag = await raised(world, content=content)
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


async def test_ten_reports_a_day(world: World) -> None:
    """Then the bucket is empty."""
    ann, refused = await world.member(), ""
    for _ in range(11):
        try:
            await report_post(world, ann, str(uuid7()))
        except Failure as failure:
            refused = failure.reason
    assert "RATE_LIMITED" == refused
