"""What becomes of mentions of a member: their words stay as text, and stand for nobody."""

from sqlalchemy import ColumnElement, Table, func
from sqlalchemy.dialects.postgresql import array

from mesh.privacy import ME, NOBODY, Blank, Personal
from svc_feed.store.tables import comments, posts

_OTHERS = "what somebody else wrote"


def _rule(table: Table, section: str, shows: str) -> Personal:
    mentions: ColumnElement[bool] = table.c.mentioned_ids.op("@>", is_comparison=True)(array([ME]))
    names = [column.name for column in table.columns]
    return Personal(
        table,
        mentions,
        Blank(
            {"mentioned_ids": func.array_replace(table.c.mentioned_ids, ME, NOBODY)},
            {" ".join(name for name in names if name != "mentioned_ids"): _OTHERS},
            ~mentions,
            "what somebody else wrote: words that stood for the member stand for nobody",
        ),
        section=section,
        shows=shows,
        hides={" ".join(name for name in names if name not in shows.split()): _OTHERS},
    )


MENTIONED = (
    _rule(posts, "mentions", "author_id id created_at"),
    _rule(comments, "comment_mentions", "post_author_id post_id id author_id created_at"),
)
