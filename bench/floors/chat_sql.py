"""Sending a message in plain SQL: one transaction for each, with the columns of the messaging service."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg

from bench.floors.sql import SCHEMA, pool
from bench.load.target import Observe, Place

TABLES = ("conversations", "messages", "user_conversations")
_CONTENT = "Are you coming to the reunion? I would not miss it."

_BEGIN = (
    f"INSERT INTO {SCHEMA}.conversations (conversation_id, kind, participant_ids, created_at)"  # noqa: S608 - our own name
    " VALUES ($1, 'direct', $2, $3)"
)
_INDEX = f"INSERT INTO {SCHEMA}.user_conversations (user_id, conversation_id, last_activity) VALUES ($1, $2, $3)"  # noqa: S608 - our own name
_ADVANCE = (
    f"UPDATE {SCHEMA}.conversations SET last_sequence = last_sequence + 1 WHERE conversation_id = $1"  # noqa: S608 - our own name
    " RETURNING last_sequence"
)
_MESSAGE = (
    f"INSERT INTO {SCHEMA}.messages"  # noqa: S608 - our own name
    " (conversation_id, sequence, message_id, sender_id, client_message_id, content, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
)
_TOUCH = (
    f"UPDATE {SCHEMA}.user_conversations SET last_activity = $3, last_sequence = $4,"  # noqa: S608 - our own name
    " unread_count = unread_count + $5 WHERE user_id = $1 AND conversation_id = $2"
)


@dataclass(frozen=True, slots=True)
class SqlChat:
    """As many conversations of two as the workload has pairs."""

    dsn: str
    pairs: int

    async def open(self, place: Place, _: Observe, /) -> "SqlChatSession":
        """Connect, begin this worker's conversations."""
        connections = await pool(self.dsn, place.workers)
        begun = [await _begin(connections) for _ in range(max(1, self.pairs // place.workers))]
        return SqlChatSession(connections, begun)


class SqlChatSession:
    """Some connections."""

    def __init__(self, connections: asyncpg.Pool, conversations: list[tuple[UUID, list[UUID]]]) -> None:
        self._pool = connections
        self._conversations = conversations

    async def fire(self, number: int, _due: float, /) -> str:
        """Send one message."""
        conversation, members = self._conversations[number % len(self._conversations)]
        sender, receiver = members if number % 2 else members[::-1]
        now = datetime.now(UTC)
        async with self._pool.acquire() as connection, connection.transaction():
            sequence = await connection.fetchval(_ADVANCE, conversation)
            await connection.execute(_MESSAGE, conversation, sequence, uuid4(), sender, uuid4().hex, _CONTENT, now)
            await connection.execute(_TOUCH, sender, conversation, now, sequence, 0)
            await connection.execute(_TOUCH, receiver, conversation, now, sequence, 1)
        return "message"

    async def settle(self) -> int:
        """Nothing arrives later."""
        return 0

    async def close(self) -> None:
        """Disconnect."""
        await self._pool.close()


async def _begin(connections: asyncpg.Pool) -> tuple[UUID, list[UUID]]:
    conversation, members, now = uuid4(), sorted((uuid4(), uuid4())), datetime.now(UTC)
    async with connections.acquire() as connection, connection.transaction():
        await connection.execute(_BEGIN, conversation, members, now)
        for member in members:
            await connection.execute(_INDEX, member, conversation, now)
    return conversation, members
