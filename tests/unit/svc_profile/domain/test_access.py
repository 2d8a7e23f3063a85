"""The policy of access, for every combination of what it looks at."""

import dataclasses
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from uuid import UUID

from svc_profile.domain.access import Member, Tie, Verdict, verdict
from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import Audience, Privacy
from svc_profile.domain.standing import GOOD, Standing

TIES = [Tie.NONE, Tie.CONNECTED, Tie.CONNECTED | Tie.FOLLOWING | Tie.MUTED, Tie.BLOCKED, Tie.BLOCKED | Tie.MUTED]
ANN, BOB = UserId(UUID(int=1)), UserId(UUID(int=2))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)
STANDINGS = [Standing(*(LATER if on else None for on in restricted)) for restricted in product((False, True), repeat=3)]
RIGHTS = [field.name for field in dataclasses.fields(Verdict) if field.name.startswith("may_")]


def rights(found: Verdict) -> set[str]:
    return {name for name in RIGHTS if getattr(found, name)}


def everything() -> list[tuple[Member, Member, Tie]]:
    """Viewers and owners of every standing, with every audience for everything, and every tie."""
    settings = [Privacy(a, a, a, a) for a in Audience]
    return [
        (Member(ANN, mine), Member(BOB, theirs, privacy), tie)
        for mine, theirs, privacy, tie in product(STANDINGS, STANDINGS, settings, TIES)
    ]


def test_who_is_hidden_has_nothing_to_see() -> None:
    """Blocks and suspensions leave no right at all, whatever the settings are."""
    for viewer, owner, tie in everything():
        found = verdict((ANN, viewer), BOB, owner, tie, NOW)
        hidden = Tie.BLOCKED in tie or owner.standing.is_suspended(NOW)
        assert hidden != found.may_see_profile
        assert not (hidden and rights(found))
        assert found.connected == (Tie.CONNECTED in tie and not hidden)
        assert found.following == (Tie.FOLLOWING in tie and not hidden)
        assert found.muted == (Tie.MUTED in tie and not hidden)


def test_a_wider_audience_takes_nothing_away() -> None:
    """From nobody to connections to everyone; and a connection sees what a stranger does."""
    for viewer, owner, _ in everything():
        seen = [
            rights(verdict((ANN, viewer), BOB, dataclasses.replace(owner, privacy=Privacy(a, a, a, a)), tie, NOW))
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
        if not owner.standing.is_suspended(NOW):
            expected |= {"may_see_profile"}
            expected |= {"may_see_public"} if not owner.standing.is_shadow_banned(NOW) else set()
        assert expected == rights(verdict(None, BOB, owner, Tie.NONE, NOW))


def test_what_a_shadow_banned_member_publishes_is_for_themself() -> None:
    """They see it, and notice nothing."""
    banned = Member(BOB, Standing(shadow_ban_until=LATER))
    assert {"may_see_public", "may_see_connections_posts"} <= rights(verdict((BOB, banned), BOB, banned, Tie.NONE, NOW))
    for tie in TIES:
        others = rights(verdict((ANN, Member(ANN)), BOB, banned, tie, NOW))
        assert not others & {"may_see_public", "may_see_connections_posts"}


def test_nobody_writes_to_themself() -> None:
    """All the rest of one's own is open, whatever the standing."""
    for standing in STANDINGS:
        me = Member(ANN, standing, Privacy(Audience.ONLY_ME, Audience.ONLY_ME, Audience.ONLY_ME, Audience.ONLY_ME))
        assert set(RIGHTS) - {"may_message"} == rights(verdict((ANN, me), ANN, me, Tie.NONE, NOW))


def test_who_left_sees_nobody_and_is_seen_by_nobody() -> None:
    """A token outlives its account by minutes."""
    assert set() == rights(verdict((ANN, None), BOB, Member(BOB), Tie.NONE, NOW))
    assert set() == rights(verdict((ANN, Member(ANN)), BOB, None, Tie.CONNECTED, NOW))


def test_what_is_over_by_the_clock_counts_no_more() -> None:
    """Nothing has to run for a restriction to end."""
    restricted = Standing(LATER, LATER, LATER)
    owners = {at: verdict((ANN, Member(ANN)), BOB, Member(BOB, restricted), Tie.NONE, at) for at in (NOW, LATER)}
    viewers = {at: verdict((ANN, Member(ANN, restricted)), BOB, Member(BOB), Tie.NONE, at) for at in (NOW, LATER)}
    assert set() == rights(owners[NOW])
    assert rights(verdict((ANN, Member(ANN)), BOB, Member(BOB, GOOD), Tie.NONE, NOW)) == rights(owners[LATER])
    assert {"may_see_full_profile"} == rights(viewers[LATER]) - rights(viewers[NOW])


def test_follows_and_mutes_give_and_take_no_right() -> None:
    """They say what a viewer wants to see, not what they may."""
    for viewer, owner, tie in everything():
        more = tie | Tie.FOLLOWING | Tie.MUTED
        without = rights(verdict((ANN, viewer), BOB, owner, tie, NOW))
        assert without == rights(verdict((ANN, viewer), BOB, owner, more, NOW))
