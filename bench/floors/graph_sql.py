"""Questions about the graph in plain SQL on the service's own tables: what PostgreSQL alone needs for the same answers.

Each applies the rules that the service applies: who left, is suspended or blocked is not there, and a connection is
told where who is connected shows theirs.
"""

import time
from collections.abc import Sequence
from typing import Any

import asyncpg

from bench.system.accounts import cpu_seconds

_THERE = (
    "deleted_at IS NULL AND coalesce(suspended_until, '-infinity') <= now()"
    " AND NOT EXISTS (SELECT FROM blocks WHERE blocks.user_id = $1 AND other_id = users.user_id)"
)
_SHOWS = (
    "connections_audience IN ('public', 'everyone', 'connections')"
    " AND profile_audience IN ('public', 'everyone', 'connections')"
)
_MINE = "SELECT connected_user_id FROM connections WHERE user_id = $1 AND status = 'accepted'"
_SHOWN = (
    f"SELECT users.user_id FROM users JOIN ({_MINE}) AS mine ON users.user_id = mine.connected_user_id"  # noqa: S608 - all of it is above
    f" WHERE {_THERE} AND {_SHOWS}"
)
_SECOND = (
    f"WITH mine AS MATERIALIZED ({_MINE}), shown AS MATERIALIZED ({_SHOWN})"  # noqa: S608
    " SELECT {what} FROM shown JOIN connections ON connections.user_id = shown.user_id AND status = 'accepted'"
    " WHERE connected_user_id <> $1 AND connected_user_id NOT IN (SELECT connected_user_id FROM mine)"
    " AND connected_user_id NOT IN (SELECT other_id FROM blocks WHERE user_id = $1)"
)
MUTUAL = (
    f"WITH shared AS MATERIALIZED ({_SHOWN} AND users.user_id IN (SELECT connected_user_id FROM connections"  # noqa: S608
    " WHERE user_id = $2 AND status = 'accepted'))"
    " SELECT (SELECT count(*) FROM shared), user_id, name, headline, profile_picture_url FROM users"
    " WHERE user_id IN (SELECT user_id FROM shared ORDER BY user_id LIMIT 20) ORDER BY user_id"
)
"""Of a viewer and another: how many, and the first twenty."""
SECOND = _SECOND.format(what=f"count(DISTINCT connected_user_id), (SELECT count(*) FROM ({_MINE}) AS first)")  # noqa: S608
"""Of a viewer: how many are two hops away, and one."""
SUGGESTED = (
    "SELECT users.user_id, name, headline, profile_picture_url, shared FROM"  # noqa: S608
    f" ({_SECOND.format(what='connected_user_id, count(*) AS shared')} GROUP BY connected_user_id) AS found"
    f" JOIN users ON users.user_id = found.connected_user_id WHERE {_THERE} AND discoverable"
    " ORDER BY shared DESC, users.user_id LIMIT 20"
)
"""Of a viewer: the twenty who share most connections with them."""


async def cpu_of(dsn: str, sql: str, questions: Sequence[tuple[Any, ...]], seconds: float) -> float:
    """The processor time of PostgreSQL for each question, prepared, one after the other on one connection."""
    connection: Any = await asyncpg.connect(dsn, server_settings={"jit": "off"})
    try:
        asked = await connection.prepare(sql)
        pid, number = connection.get_server_pid(), 0
        for question in questions:
            await asked.fetch(*question)
        began, used = time.monotonic(), cpu_seconds(pid)
        while time.monotonic() - began < seconds:
            await asked.fetch(*questions[number % len(questions)])
            number += 1
        return (cpu_seconds(pid) - used) / number
    finally:
        await connection.close()
