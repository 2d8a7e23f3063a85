"""Requests of the ranked feed that were recorded, for a few days."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, keyset, statement
from svc_feed.domain.recorded import RecordedRanking
from svc_feed.store.tables import recorded_rankings

KEEP: Final = timedelta(days=3)
"""As long as a complaint about a feed needs to reach somebody who looks: nobody's reading is kept for good."""

_AT_ONCE = 50  # of up to 200 KB each
_r = recorded_rankings.c
_FIELDS = tuple(column.name for column in _r)
_WORDS = ("viewer_id", "id", "recorded_at")
_ADD = statement(insert(recorded_rankings).values({name: bindparam(name) for name in _FIELDS}))
NEWEST = keyset(select(*_r), _r.recorded_at.desc(), _r.viewer_id.desc(), _r.id.desc(), name="SELECT recorded rankings")


class RecordedRankings:
    """Written by those who serve feeds, read by operators' tools."""

    async def add(self, q: Querier, recorded: RecordedRanking) -> None:
        """Store one."""
        document = recorded.document()
        await q.execute(
            _ADD,
            viewer_id=recorded.viewer_id,
            id=recorded.id,
            scoring=recorded.scoring,
            candidates=document["candidates"],
            given=document["given"],
            recorded_at=recorded.recorded_at,
        )

    async def newest(self, q: Querier, at_most: int) -> AsyncIterator[RecordedRanking]:
        """So many of whatever members, the latest first; raises UnreadableRecord."""
        listing, place, left = NEWEST.of(q, dict), None, at_most
        while left > 0 and (rows := await listing.read(place, min(left, _AT_ONCE))):
            for row in rows:
                yield RecordedRanking.read({**row, **{name: str(row[name]) for name in _WORDS}})
            place, left = NEWEST.place(rows[-1]), left - len(rows)
