"""What lies between members: each row has its mirror with the other, which is erased ahead of it."""

from collections.abc import Sequence

from sqlalchemy import case, func, select

from guild.events.v1.graph_pb2 import ConnectionRemoved
from mesh.contract import timestamp
from mesh.data import Record, Transaction, constant
from mesh.privacy import ME, Delete, Personal, through
from svc_profile.domain.connection import Status
from svc_profile.store.endorsements import EndorsementRepository
from svc_profile.store.tables import (
    audience_list_members,
    audience_lists,
    blocks,
    connection_history,
    connections,
    contact_holders,
    contact_matches,
    endorsements,
    follows,
    mutes,
    suggestion_dismissals,
)

_c, _h, _b, _f = connections.c, connection_history.c, blocks.c, follows.c
_mine, _ours, _blocked, _followed = connections.alias(), connection_history.alias(), blocks.alias(), follows.alias()
_l, _listed = audience_list_members.c, audience_list_members.alias()
_connected = select(_mine.c.connected_user_id).where(
    _mine.c.user_id == ME, _mine.c.status == constant(Status.ACCEPTED.value)
)
_IGNORED, _REJECTED = constant(Status.IGNORED.value), constant(Status.REJECTED.value)
_UNTOLD = (_IGNORED, _REJECTED)
_asked = _c.requested_by.is_not_distinct_from(ME)
_follows_untold = func.coalesce(_h.asked_by, ME) == ME
_SELF = {"user_id": "the member"}


async def _count_again(tx: Transaction, gone: Sequence[Record]) -> None:
    EndorsementRepository().count_again(tx, [row["user_id"] for row in gone], [row["skill_id"] for row in gone])


async def _tell_parted(tx: Transaction, gone: Sequence[Record]) -> None:
    """Let other services forget what they made of connections."""
    for row in gone:
        if row["status"] == Status.ACCEPTED.value:
            left, other = str(row["connected_user_id"]), str(row["user_id"])
            tx.emit(ConnectionRemoved(remover_id=left, removed_id=other, removed_at=timestamp(row["at"])))


GRAPH = [
    Personal(  # they end with the connection, so that connections lead to all of them
        endorsements,
        endorsements.c.user_id.in_(_connected) & (endorsements.c.endorser_id == ME),
        Delete(_count_again),
        section="endorsements_given",
        shows="user_id skill_id created_at",
        hides={"endorser_id": "the member", "weight in_ring": "how the service weighs it"},
    ),
    Personal(
        connections,
        through(
            connections,
            (_c.user_id, _c.connected_user_id),
            (_mine.c.connected_user_id, _mine.c.user_id),
            _mine.c.user_id == ME,
        ),
        Delete(_tell_parted, (_c.status, func.now().label("at"))),
    ),
    Personal(
        connections,
        (_c.user_id == ME) & ~(_asked & (_c.status == _REJECTED)),
        Delete(),
        section="connections",
        shows="connected_user_id status requested_by note created_at updated_at accepted_at",
        hides=_SELF,
        told={  # nobody hears that they are ignored
            "status": case((_asked & (_c.status == _IGNORED), constant(Status.PENDING.value)), else_=_c.status),
            "updated_at": case((_asked & (_c.status == _IGNORED), _c.created_at), else_=_c.updated_at),
        },
    ),
    Personal(connections, _c.user_id == ME, Delete()),  # that a request was refused is not told
    Personal(
        connection_history,
        through(
            connection_history,
            (_h.user_id, _h.connected_user_id, _h.change_id),
            (_ours.c.connected_user_id, _ours.c.user_id, _ours.c.change_id),
            _ours.c.user_id == ME,
        ),
        Delete(),
    ),
    Personal(
        connection_history,
        (_h.user_id == ME) & ~(_h.to_status.in_(_UNTOLD) & (_h.actor_id != ME)),
        Delete(),
        section="connection_history",
        shows="connected_user_id from_status to_status actor_id changed_at",
        hides={**_SELF, "change_id asked_by": "where it lies, and what it is told by"},
        told={  # as lists of it do: `svc_profile.domain.transition`
            "from_status": case(
                (_follows_untold & (_h.from_status == _IGNORED), constant(Status.PENDING.value)),
                (_follows_untold & (_h.from_status == _REJECTED), constant(Status.NONE.value)),
                else_=_h.from_status,
            )
        },
    ),
    Personal(connection_history, _h.user_id == ME, Delete()),  # nor that, nor that it was ignored
    Personal(
        blocks,
        through(
            blocks,
            (_b.user_id, _b.other_id),
            (_blocked.c.other_id, _blocked.c.user_id),
            _blocked.c.user_id == ME,
        ),
        Delete(),
    ),
    Personal(
        blocks,
        (_b.user_id == ME) & (_b.blocked_by == ME),
        Delete(),
        section="blocks",
        shows="other_id blocked_at",
        hides={"user_id blocked_by": "the member"},
    ),
    Personal(blocks, _b.user_id == ME, Delete()),  # who blocked the member is not told
    Personal(
        follows,
        through(
            follows,
            (_f.user_id, _f.other_id, _f.outgoing),
            (_followed.c.other_id, _followed.c.user_id, ~_followed.c.outgoing),
            _followed.c.user_id == ME,
        ),
        Delete(),
    ),
    Personal(
        follows,
        _f.user_id == ME,
        Delete(),
        section="follows",
        shows="other_id outgoing chosen followed_at",
        hides=_SELF,
    ),
    Personal(
        audience_list_members,
        through(
            audience_list_members,
            (_l.user_id, _l.other_id, _l.list_id),
            (_listed.c.other_id, _listed.c.user_id, _listed.c.list_id),
            _listed.c.user_id == ME,
        ),
        Delete(),
    ),
    Personal(
        audience_list_members,
        (_l.user_id == ME) & _l.owned,
        Delete(),
        section="audience_list_members",
        shows="other_id list_id added_at",
        hides={**_SELF, "owned": "all of these are"},
    ),
    Personal(audience_list_members, _l.user_id == ME, Delete()),  # on whose lists the member is is not told
    Personal(
        audience_lists,
        audience_lists.c.user_id == ME,
        Delete(),
        section="audience_lists",
        shows="list_id name created_at",
        hides=_SELF,
    ),
    Personal(
        mutes,
        mutes.c.user_id == ME,
        Delete(),
        section="mutes",
        shows="muted_id muted_at",
        hides=_SELF,
    ),
    Personal(
        suggestion_dismissals,
        suggestion_dismissals.c.user_id == ME,
        Delete(),
        section="suggestion_dismissals",
        shows="dismissed_id dismissed_at",
        hides=_SELF,
    ),
    Personal(suggestion_dismissals, suggestion_dismissals.c.dismissed_id == ME, Delete()),  # as of mutes
    Personal(
        contact_matches,
        contact_matches.c.user_id == ME,
        Delete(),
        section="contact_matches",
        shows="other_id expires_at",
        hides=_SELF,
    ),
    Personal(contact_matches, contact_matches.c.other_id == ME, Delete()),  # whose book the member is in is not told
    Personal(contact_holders, contact_holders.c.user_id == ME, Delete(), unseen="whose book the member is in"),
    Personal(contact_holders, contact_holders.c.other_id == ME, Delete()),  # told as contact_matches
    Personal(mutes, mutes.c.muted_id == ME, Delete()),  # who muted the member is not told
]
