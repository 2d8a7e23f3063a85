"""The policy of access, for every combination of what it looks at."""

import dataclasses
from itertools import pairwise, product
from uuid import UUID

from svc_profile.domain.access import Member, Standing, Tie, Verdict, verdict
from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import Audience, Privacy

ANN, BOB = UserId(UUID(int=1)), UserId(UUID(int=2))
RIGHTS = [field.name for field in dataclasses.fields(Verdict) if field.name.startswith("may_")]


def rights(found: Verdict) -> set[str]:
    return {name for name in RIGHTS if getattr(found, name)}


def everything() -> list[tuple[Member, Member, Tie]]:
    """Viewers and owners of every standing, with every audience for everything, and every tie."""
    settings = [Privacy(a, a, a, a) for a in Audience]
    return [
        (Member(ANN, mine), Member(BOB, theirs, privacy), tie)
        for mine, theirs, privacy, tie in product(Standing, Standing, settings, Tie)
    ]


def test_who_is_hidden_has_nothing_to_see() -> None:
    """Blocks and suspensions leave no right at all, whatever the settings are."""
    for viewer, owner, tie in everything():
        found = verdict((ANN, viewer), BOB, owner, tie)
        hidden = tie is Tie.BLOCKED or owner.standing is Standing.SUSPENDED
        assert hidden != found.may_see_profile
        assert not (hidden and rights(found))
        assert found.connected == (tie is Tie.CONNECTED and not hidden)


def test_a_wider_audience_takes_nothing_away() -> None:
    """From nobody to connections to everyone; and a connection sees what a stranger does."""
    for viewer, owner, _ in everything():
        seen = [
            rights(verdict((ANN, viewer), BOB, dataclasses.replace(owner, privacy=Privacy(a, a, a, a)), tie))
            for tie, a in (
                (Tie.NONE, Audience.ONLY_ME),
                (Tie.NONE, Audience.CONNECTIONS),
                (Tie.CONNECTED, Audience.CONNECTIONS),
                (Tie.CONNECTED, Audience.EVERYONE),
            )
        ]
        assert all(less <= more for less, more in pairwise(seen))


def test_the_public_sees_what_is_public() -> None:
    """Without signing in: the reduced profile and what is published for everybody."""
    for _, owner, _ in everything():
        expected = set[str]()
        if owner.standing is not Standing.SUSPENDED:
            expected |= {"may_see_profile"}
            expected |= {"may_see_public"} if owner.standing is not Standing.SHADOW_BAN else set()
        assert expected == rights(verdict(None, BOB, owner, Tie.NONE))


def test_what_a_shadow_banned_member_publishes_is_for_themself() -> None:
    """They see it, and notice nothing."""
    banned = Member(BOB, Standing.SHADOW_BAN)
    assert {"may_see_public", "may_see_connections_posts"} <= rights(verdict((BOB, banned), BOB, banned, Tie.NONE))
    for tie in Tie:
        others = rights(verdict((ANN, Member(ANN)), BOB, banned, tie))
        assert not others & {"may_see_public", "may_see_connections_posts"}


def test_nobody_writes_to_themself() -> None:
    """All the rest of one's own is open, whatever the standing."""
    for standing in Standing:
        me = Member(ANN, standing, Privacy(Audience.ONLY_ME, Audience.ONLY_ME, Audience.ONLY_ME, Audience.ONLY_ME))
        assert set(RIGHTS) - {"may_message"} == rights(verdict((ANN, me), ANN, me, Tie.NONE))


def test_who_left_sees_nobody_and_is_seen_by_nobody() -> None:
    """A token outlives its account by minutes."""
    assert set() == rights(verdict((ANN, None), BOB, Member(BOB), Tie.NONE))
    assert set() == rights(verdict((ANN, Member(ANN)), BOB, None, Tie.CONNECTED))
