"""Mentions as columns of the row whose text they are in: whom, and from where how far; null where there are none."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from svc_feed.domain.ids import UserId
from svc_feed.domain.mention import Mention

NAMES = ("mentioned_ids", "mention_spans")


def columns_of(mentions: Sequence[Mention]) -> Mapping[str, Any]:
    """The values of the columns."""
    if not mentions:
        return dict.fromkeys(NAMES)
    spans = [place for one in mentions for place in (one.start, one.length)]
    return {"mentioned_ids": [one.user_id for one in mentions], "mention_spans": spans}


def mentions_in(ids: Sequence[UUID] | None, spans: Sequence[int] | None) -> tuple[Mention, ...]:
    """The mentions of a row; without those of members who left, for whom nobody stands."""
    if ids is None or spans is None:
        return ()
    found = zip(map(UserId, ids), spans[::2], spans[1::2], strict=True)
    return tuple(Mention(*one) for one in found if one[0].int)
