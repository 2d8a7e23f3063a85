"""Who may see what of whom: the one policy of the network, which every service asks and none repeats."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Flag
from typing import NamedTuple

from svc_profile.domain.audience import Closeness
from svc_profile.domain.ids import ListId, UserId
from svc_profile.domain.privacy import Field, Privacy
from svc_profile.domain.standing import GOOD, Standing
from svc_profile.domain.user import Card, User

_EVERYTHING = frozenset(Field)
_KEPT_AS: Mapping[Field, str] = {
    Field.HEADLINE: "headline",
    Field.LOCATION: "location",
    Field.PICTURE: "profile_picture_url",
    Field.ABOUT: "about",
    Field.INDUSTRY: "industry",
    Field.EMAIL: "email",
    Field.PHONE: "phone_number",
}
"""The fields that are a text of the member."""


class Tie(Flag):
    """What lies between a viewer and another member, several at once; a block, whoever made it, hides the others."""

    NONE = 0
    CONNECTED = 1
    BLOCKED = 2
    FOLLOWING = 4
    MUTED = 8
    SHARING = 16  # a connection that both have

    @classmethod
    def making(cls, closeness: Closeness) -> "Tie":
        """What lies between a member and somebody who is as close to them."""
        connected = closeness in {Closeness.CONNECTION, Closeness.MUTUAL}
        sharing = closeness in {Closeness.SECOND_DEGREE, Closeness.MUTUAL}
        return (cls.CONNECTED if connected else cls.NONE) | (cls.SHARING if sharing else cls.NONE)


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
    """What a viewer may see of one member, and do to them; all false where the member does not exist for the viewer.

    `hidden` are the fields of the profile that the viewer does not see, `varies` is whether others see more or less
    of what lists show.
    """

    viewer: UserId | None
    owner: UserId
    may_see_profile: bool = False
    may_see_full_profile: bool = False
    may_see_public: bool = False
    may_see_connections_posts: bool = False
    may_message: bool = False
    connected: bool = False
    is_self: bool = False
    following: bool = False
    muted: bool = False
    lists: tuple[ListId, ...] = ()
    closeness: Closeness = Closeness.PUBLIC
    hidden: frozenset[Field] = _EVERYTHING
    varies: bool = False

    def shows(self, what: Field) -> bool:
        """Whether the viewer sees a field of the profile."""
        return what not in self.hidden

    def of(self, user: User) -> User:
        """The owner with the texts that the viewer sees; there are no others in it."""
        gone = {_KEPT_AS[one]: "" for one in self.hidden if one in _KEPT_AS and getattr(user, _KEPT_AS[one])}
        return dataclasses.replace(user, **gone) if gone else user


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
        return Verdict(
            viewer_id,
            owner_id,
            *(True, True, True, True),
            is_self=True,
            closeness=Closeness.SELF,
            hidden=owner.privacy.hidden_from(Closeness.SELF),
        )
    if Tie.BLOCKED in tie or owner.standing.is_suspended(at):
        return Verdict(viewer_id, owner_id)
    published, privacy = not owner.standing.is_shadow_banned(at), owner.privacy
    varies, public = privacy.varies_in_lists, privacy.hidden_from(Closeness.PUBLIC)
    if viewer is None:
        return Verdict(None, owner_id, may_see_profile=True, may_see_public=published, hidden=public, varies=varies)
    if viewer[1] is None:
        return Verdict(viewer_id, owner_id)
    connected = Tie.CONNECTED in tie
    closeness = Closeness.of(connected=connected, sharing=Tie.SHARING in tie)
    full = privacy.profile_audience.has(closeness) and not viewer[1].standing.is_limited(at)
    return Verdict(
        viewer_id,
        owner_id,
        may_see_profile=True,
        may_see_full_profile=full,
        may_see_public=published,
        may_see_connections_posts=published and connected,
        may_message=privacy.message_audience.has(closeness),
        connected=connected,
        following=Tie.FOLLOWING in tie,
        muted=Tie.MUTED in tie,
        lists=tuple(sorted(lists)),
        closeness=closeness,
        hidden=privacy.hidden_from(closeness) if full else public,
        varies=varies,
    )


def card_for(viewer: tuple[UserId, Member | None], card: Card, owner: Member, tie: int, at: datetime) -> Card | None:
    """A card as a viewer sees it, None where its owner is not there for them; `tie` is the number of a Tie."""
    public = viewer[1] is not None and owner.standing is GOOD and not owner.privacy.varies_in_lists
    if public and not tie & Tie.BLOCKED.value:
        return card  # as verdict would say of every viewer
    found = verdict(viewer, card.id, owner, Tie(tie), at)
    gone = {_KEPT_AS[one]: "" for one in found.hidden if _KEPT_AS.get(one) in Card._fields}
    return card._replace(**gone) if found.may_see_profile else None


def depends_on_sharing(found: Verdict, owner: Member) -> bool:
    """Whether it has to be asked if the two share a connection."""
    return found.may_see_profile and found.viewer is not None and not found.is_self and owner.privacy.by_sharing
