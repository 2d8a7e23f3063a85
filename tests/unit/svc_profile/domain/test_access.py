"""The policy of access, for every combination of what it looks at."""

import dataclasses
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from uuid import UUID

from svc_profile.domain.access import Member, Tie, Verdict, card_for, verdict
from svc_profile.domain.audience import Audience, Closeness
from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import Field, Privacy
from svc_profile.domain.standing import GOOD, Standing
from svc_profile.domain.user import Card, User

TIES = [Tie.NONE, Tie.CONNECTED, Tie.CONNECTED | Tie.FOLLOWING | Tie.MUTED, Tie.BLOCKED, Tie.BLOCKED | Tie.MUTED]
ANN, BOB = UserId(UUID(int=1)), UserId(UUID(int=2))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)
STANDINGS = [Standing(*(LATER if on else None for on in restricted)) for restricted in product((False, True), repeat=3)]
RIGHTS = [field.name for field in dataclasses.fields(Verdict) if field.name.startswith("may_")]


def rights(found: Verdict) -> set[str]:
    return {name for name in RIGHTS if getattr(found, name)}


def fields(found: Verdict) -> set[Field]:
    return {one for one in Field if found.shows(one)}


def all_set_to(audience: Audience) -> Privacy:
    """Settings in which every field has the same audience."""
    return dataclasses.replace(Privacy(), **{f"{one}_audience": audience for one in Field})


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
                (Tie.CONNECTED, Audience.MEMBERS),
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


def test_each_field_is_shown_to_its_audience() -> None:
    """For every audience and every closeness: whoever is as close as the audience asks for, nobody else."""
    viewers = {
        Closeness.PUBLIC: (None, Tie.NONE),
        Closeness.MEMBER: (Member(ANN), Tie.NONE),
        Closeness.SECOND_DEGREE: (Member(ANN), Tie.SHARING),
        Closeness.CONNECTION: (Member(ANN), Tie.CONNECTED),
        Closeness.MUTUAL: (Member(ANN), Tie.CONNECTED | Tie.SHARING),
        Closeness.SELF: (Member(BOB), Tie.NONE),
    }
    for audience, least in zip(Audience, Closeness, strict=True):
        owner = Member(BOB, privacy=all_set_to(audience))
        for closeness, (viewer, tie) in viewers.items():
            found = verdict((viewer.id, viewer) if viewer else None, BOB, owner, tie, NOW)
            assert found.closeness is closeness
            assert fields(found) == (set(Field) if closeness >= least else set())


def test_who_is_not_of_the_audience_of_a_profile_sees_what_is_public() -> None:
    """So does a viewer whom operators limited; both as if they were not signed in."""
    privacy = dataclasses.replace(Privacy(), about_audience=Audience.PUBLIC, profile_audience=Audience.CONNECTIONS)
    owner, limited = Member(BOB, privacy=privacy), Member(ANN, Standing(limited_until=LATER))
    public = fields(verdict(None, BOB, owner, Tie.NONE, NOW))
    assert {Field.HEADLINE, Field.LOCATION, Field.PICTURE, Field.ABOUT} == public
    assert public == fields(verdict((ANN, Member(ANN)), BOB, owner, Tie.SHARING, NOW))
    assert public == fields(verdict((ANN, limited), BOB, owner, Tie.CONNECTED, NOW))


def test_no_field_of_a_hidden_member_is_shown() -> None:
    """Not even what is public."""
    for viewer, owner, tie in everything():
        found = verdict((ANN, viewer), BOB, owner, tie, NOW)
        assert found.may_see_profile or not fields(found)


def test_a_user_is_given_out_without_the_texts_that_are_hidden() -> None:
    """What a viewer does not see cannot be shown by mistake; the name and what the verdict shows stays."""
    user = User(BOB, "Bob", NOW, NOW, "headline", "about", "location", "picture", "industry", "email", phone_number="1")
    for audience, tie in product(Audience, TIES):
        found = verdict((ANN, Member(ANN)), BOB, Member(BOB, privacy=all_set_to(audience)), tie, NOW)
        shown = found.of(user)
        assert shown == (user if fields(found) else User(BOB, "Bob", NOW, NOW))


def test_a_card_shows_what_the_policy_lets_be_seen() -> None:
    """To every viewer, to one who left, and to the owner, whatever both are set to."""
    user = User(BOB, "Bob", headline="baker", profile_picture_url="p", created_at=NOW, updated_at=NOW)
    settings = [Privacy(headline_audience=a, picture_audience=b) for a, b in product(Audience, repeat=2)]
    for mine, theirs, privacy, tie in product([None, *STANDINGS], STANDINGS, settings, TIES):
        owner = Member(BOB, theirs, privacy)
        for viewer in ((ANN, mine and Member(ANN, mine)), (BOB, owner)):
            found = verdict(viewer, BOB, owner, tie, NOW)
            shown = Card.of(found.of(user)) if found.may_see_profile else None
            assert shown == card_for(viewer, Card.of(user), owner, tie.value, NOW)
