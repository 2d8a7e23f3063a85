"""What other services are told of a verdict: what a viewer may do, and neither fields nor how close the two are.

None of it depends on a connection that both have with somebody else, which ends without a change of the two: so it may
be kept as long as their generations stand. `tests/unit/svc_profile/domain/test_rights.py` holds the policy to that.
"""

from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from svc_profile.domain.access import Member, Tie, Verdict, verdict
from svc_profile.domain.audience import Audience
from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import Privacy
from svc_profile.domain.standing import FOREVER, GOOD, Standing

_VIEWER, _OWNER = UserId(UUID(int=1)), UserId(UUID(int=2))
_NOW = FOREVER.replace(year=2000)
_STANDINGS = {
    (banned, suspended): Standing(FOREVER if banned else None, FOREVER if suspended else None)
    for banned in (False, True)
    for suspended in (False, True)
}


class Rights(NamedTuple):
    """By the names of the contract; audience lists are told beside them."""

    may_see_profile: bool = False
    may_see_public: bool = False
    may_see_connections_posts: bool = False
    may_message: bool = False
    connected: bool = False
    is_self: bool = False
    following: bool = False
    muted: bool = False

    @classmethod
    def of(cls, found: Verdict) -> "Rights":
        """Those of a verdict."""
        return cls(*(getattr(found, name) for name in cls._fields))


NOTHING = Rights()


def may_see_second_degree(found: Rights, *, sharing: bool) -> bool:
    """Whether a viewer, who may share a connection with the owner, is of the owner's second degree or closer.

    It is told beside the rights of those who ask for it: it may end by a third member's doing, who voids what is kept
    about the owner (docs/decisions/0053).
    """
    return found.may_see_public and (found.is_self or found.connected or sharing)


class Who(NamedTuple):
    """Whose rights: a viewer who is not signed in, a member, one who left, or the owner."""

    signed_in: bool
    there: bool
    is_owner: bool


@lru_cache(maxsize=4_096)
def rights(viewer: Who, tie: int, message: Audience, banned: bool, suspended: bool) -> Rights:
    """Decide, by the one policy, for members of whom only this matters; `tie` is the number of a Tie."""
    owner = Member(_OWNER, _STANDINGS[banned, suspended], Privacy(message_audience=message))
    me = _OWNER if viewer.is_owner else _VIEWER
    known = (me, Member(me, GOOD) if viewer.there else None) if viewer.signed_in else None
    return Rights.of(verdict(known, _OWNER, owner, Tie(tie), _NOW))
