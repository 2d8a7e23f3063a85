"""What the graph in memory holds of members, read whole."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import ARRAY, Column, Table, Uuid, any_, bindparam, func, select

from mesh.data import Querier, constant, statement
from svc_profile.domain.connection import Status
from svc_profile.domain.graph import GONE, Node
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import blocks, connections, users
from svc_profile.store.users import ALIVE, PRIVACY, STANDING, privacy_of, standing_of

_u, _c, _b = users.c, connections.c, blocks.c


def _joined(table: Table, ids: "Column[Any]", *further: Any) -> Any:
    """The ids of one member's rows, octet behind octet: an array of UUIDs costs the driver five times as much."""
    joined = func.string_agg(func.uuid_send(ids), constant(""))
    return select(joined).select_from(table).where(table.c.user_id == _u.user_id, *further).scalar_subquery()


_NODES = statement(
    select(
        _u.user_id,
        _joined(connections, _c.connected_user_id, _c.status == constant(Status.ACCEPTED.value)),
        _joined(blocks, _b.other_id),
        *STANDING,
        *PRIVACY,
    ).where(_u.user_id == any_(bindparam("user_ids", type_=ARRAY(Uuid))), ALIVE),
    name="SELECT nodes",
)

Pack = Callable[[bytes | None], bytes]


class NodeRepository:
    """Reads members with all their connections and blocks, as of one moment."""

    async def of(self, q: Querier, user_ids: Iterable[UserId], pack: Pack) -> Mapping[UserId, Node]:
        """A node for each id; GONE for those who left or never were."""
        found = dict.fromkeys(user_ids, GONE)
        for row in await q.fetch(_NODES, user_ids=list(found)):
            user_id, friends, blocked, hidden, suspended, limited, *settings = row
            found[user_id] = Node(
                pack(friends), pack(blocked), standing_of(hidden, suspended, limited), privacy_of(*settings)
            )
        return found
