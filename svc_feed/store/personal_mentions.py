"""What becomes of mentions of a member: their words stay as text, and stand for nobody."""

from sqlalchemy import ColumnElement, Table, func
from sqlalchemy.dialects.postgresql import array

from mesh.privacy import ME, NOBODY, Blank, Personal
from svc_feed.store.tables import comments, drafts, posts

_OTHERS = "what somebody else wrote"


def _naming(table: Table) -> ColumnElement[bool]:
    return table.c.mentioned_ids.op("@>", is_comparison=True)(array([ME]))


def _unnamed(table: Table) -> Blank:
    names = [column.name for column in table.columns]
    return Blank(
        {"mentioned_ids": func.array_replace(table.c.mentioned_ids, ME, NOBODY)},
        {" ".join(name for name in names if name != "mentioned_ids"): _OTHERS},
        ~_naming(table),
        "what somebody else wrote: words that stood for the member stand for nobody",
    )


def _rule(table: Table, section: str, shows: str) -> Personal:
    names = [column.name for column in table.columns]
    return Personal(
        table,
        _naming(table),
        _unnamed(table),
        section=section,
        shows=shows,
        hides={" ".join(name for name in names if name not in shows.split()): _OTHERS},
    )


MENTIONED = (
    _rule(posts, "mentions", "author_id id created_at"),
    Personal(
        drafts,
        _naming(drafts),
        _unnamed(drafts),
        unseen="what others have not said yet",
    ),
    _rule(comments, "comment_mentions", "post_author_id post_id id author_id created_at"),
)
