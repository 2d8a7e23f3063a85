"""Events that take effect once, however often the bus delivers them."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from mesh.data.querier import Querier
from mesh.data.statements import statement
from mesh.data.tables import inbox

_RECEIVE = statement(
    insert(inbox).values(consumer=bindparam("consumer"), event_id=bindparam("event_id")).on_conflict_do_nothing()
)


async def inbox_once(transaction: Querier, consumer: str, event_id: UUID) -> bool:
    """Tell whether this transaction is the first to handle the event for this consumer.

    It counts as handled when the transaction commits; a concurrent delivery waits until then.
    """
    return await transaction.execute(_RECEIVE, consumer=consumer, event_id=event_id) == 1
