"""Who may see what of whom: the one policy of the network, which every service asks and none repeats."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Flag
from typing import NamedTuple

from svc_profile.domain.ids import ListId, UserId
from svc_profile.domain.privacy import Privacy
from svc_profile.domain.standing import GOOD, Standing


class Tie(Flag):
    """What lies between a viewer and another member, several at once; a block, whoever made it, hides the others."""

    NONE = 0
    CONNECTED = 1
    BLOCKED = 2
    FOLLOWING = 4
    MUTED = 8


class Between(NamedTuple):
    """What lies between a viewer and an owner, with those lists of the owner that the viewer is on."""

    tie: Tie = Tie.NONE
    lists: tuple[ListId, ...] = ()


NOTHING = Between()


@dataclass(frozen=True, slots=True)
class Member:
    """What the policy looks at in a member."""

    id: UserId
    standing: Standing = GOOD
    privacy: Privacy = field(default_factory=Privacy)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a viewer may see of one member, and do to them; all false where the member does not exist for the viewer."""

    viewer: UserId | None
    owner: UserId
    may_see_profile: bool = False
    may_see_full_profile: bool = False
    may_see_public: bool = False
    may_see_connections_posts: bool = False
    may_see_connections: bool = False
    may_see_email: bool = False
    may_message: bool = False
    connected: bool = False
    is_self: bool = False
    following: bool = False
    muted: bool = False
    lists: tuple[ListId, ...] = ()


def verdict(
    viewer: tuple[UserId, Member | None] | None,
    owner_id: UserId,
    owner: Member | None,
    tie: Tie,
    at: datetime,
    lists: tuple[ListId, ...] = (),
) -> Verdict:
    """Decide for a viewer, None for somebody who is not signed in; a member who is unknown or left is None."""
    viewer_id = viewer[0] if viewer else None
    if owner is None:
        return Verdict(viewer_id, owner_id)
    if viewer_id == owner_id:
        return Verdict(viewer_id, owner_id, True, True, True, True, True, True, is_self=True)
    if Tie.BLOCKED in tie or owner.standing.is_suspended(at):
        return Verdict(viewer_id, owner_id)
    published = not owner.standing.is_shadow_banned(at)
    if viewer is None:
        return Verdict(None, owner_id, may_see_profile=True, may_see_public=published)
    if viewer[1] is None:
        return Verdict(viewer_id, owner_id)
    connected, privacy = Tie.CONNECTED in tie, owner.privacy
    shown = privacy.profile_audience.has(connected=connected)
    return Verdict(
        viewer_id,
        owner_id,
        may_see_profile=True,
        may_see_full_profile=shown and not viewer[1].standing.is_limited(at),
        may_see_public=published,
        may_see_connections_posts=published and connected,
        may_see_connections=privacy.connections_audience.has(connected=connected),
        may_see_email=privacy.email_audience.has(connected=connected),
        may_message=privacy.message_audience.has(connected=connected),
        connected=connected,
        following=Tie.FOLLOWING in tie,
        muted=Tie.MUTED in tie,
        lists=tuple(sorted(lists)),
    )
