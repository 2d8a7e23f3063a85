"""How near a viewer others are, as far as a search is told: conditions of its statements."""

from typing import Any

from sqlalchemy import ARRAY, ColumnElement, FromClause, Select, Uuid, and_, any_, bindparam, func, or_, select

from mesh.data import constant, statement
from svc_profile.domain.audience import Audience, Closeness
from svc_profile.domain.connection import Status
from svc_profile.store.tables import blocks, connections, users

_u, _c = users.c, connections.c
_NOW, VIEWER = bindparam("now"), bindparam("viewer", type_=Uuid)
_GIVEN = bindparam("friends", type_=ARRAY(Uuid))
FRIENDS = select(func.unnest(_GIVEN).label("id")).cte("friends").prefix_with("MATERIALIZED")
_accepted = _c.status == constant(Status.ACCEPTED.value)


def _shown_to(closeness: Closeness, whose: FromClause) -> ColumnElement[bool]:
    """Whether members show their connections to who is so close; none of these audiences asks for a shared one."""
    enough = [constant(one.value) for one in Audience if one.has(closeness)]
    return and_(whose.c.connections_audience.in_(enough), whose.c.profile_audience.in_(enough))


def _is_there(whose: FromClause) -> ColumnElement[bool]:
    until = whose.c.suspended_until
    return and_(whose.c.deleted_at.is_(None), or_(until.is_(None), until <= _NOW))


THERE = _is_there(users)
_other = users.alias("other")
_other_shows = (
    select(_shown_to(Closeness.MEMBER, _other)).where(_other.c.user_id == _c.connected_user_id).scalar_subquery()
)
_WAYS = (
    select(_u.user_id.label("id"), _shown_to(Closeness.CONNECTION, users).label("shown"))
    .where(_u.user_id == any_(_GIVEN), THERE)
    .cte("ways")
    .prefix_with("MATERIALIZED")
)
SECOND = (
    select(_c.connected_user_id.label("id"))
    .distinct()
    .join_from(_WAYS, connections, _c.user_id == _WAYS.c.id)
    .where(_accepted, or_(_WAYS.c.id == VIEWER, _WAYS.c.shown, _other_shows))
    .cte("second")
    .prefix_with("MATERIALIZED")
)
"""Connections of connections, through those who are there: degrees count what is no secret, as `domain.graph` says.

Whoever it leads through is read by their ids first, and the others one by one where it depends on them: nothing here
may make a plan read all members.
"""
BLOCKED = select(blocks.c.other_id).where(blocks.c.user_id == VIEWER).scalar_subquery()


def _in_third(*whose: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Those of some members who are connected with one of the second degree, when one of the two shows it to all."""
    through, them = users.alias("through"), users.alias("them")
    return (
        select(_c.user_id)
        .join_from(connections, through, through.c.user_id == _c.connected_user_id)
        .join(them, them.c.user_id == _c.user_id)
        .where(
            *whose,
            _accepted,
            _c.connected_user_id.in_(select(SECOND.c.id).scalar_subquery()),
            _c.connected_user_id.not_in(BLOCKED),
            _is_there(through),
            or_(_shown_to(Closeness.MEMBER, through), _shown_to(Closeness.MEMBER, them)),
        )
    )


THIRD = statement(
    _in_third(_c.user_id == any_(bindparam("user_ids", type_=ARRAY(Uuid)))).distinct(), name="SELECT third degree"
)


def degrees(who: FromClause) -> dict[int, ColumnElement[bool]]:
    """The conditions under which somebody is so near."""
    is_friend, is_second = FRIENDS.c.id.is_not(None), SECOND.c.id.is_not(None)
    third = _in_third(_c.user_id == who.c.user_id).exists()
    return {
        1: and_(is_friend, who.c.user_id != VIEWER),
        2: and_(~is_friend, is_second),
        3: and_(~is_friend, ~is_second, third),
    }
