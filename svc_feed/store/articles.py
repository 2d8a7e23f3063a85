"""The article_pages table: articles as HTML, made once for each revision."""

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Transaction, statement
from svc_feed.domain.post import Post
from svc_feed.store.tables import article_pages

_a = article_pages.c
_OF_POST = (_a.author_id == bindparam("of_author"), _a.post_id == bindparam("of_post"))
_FIND = statement(
    select(_a.html).where(*_OF_POST, _a.revision == bindparam("revision"), _a.rules == bindparam("rules"))
)
_written = insert(article_pages).values({column: bindparam(column.name) for column in _a})
_PUT = statement(
    _written.on_conflict_do_update(
        index_elements=[*article_pages.primary_key],
        set_={name: _written.excluded[name] for name in ("revision", "rules", "html")},
        where=_a.revision <= _written.excluded.revision,
    )
)
_FORGET = statement(delete(article_pages).where(*_OF_POST))


class ArticleRepository:
    """What of it is not of the present revision is as good as not there."""

    async def find(self, q: Querier, post: Post, rules: int) -> str | None:
        """The HTML of an article by these rules; None where it is not made yet."""
        here = {"of_author": post.author_id, "of_post": post.id}
        return await q.fetch_value(_FIND, **here, revision=post.revision, rules=rules)

    def put(self, tx: Transaction, post: Post, rules: int, html: str) -> None:
        """Keep the HTML of an article, unless there is that of a later revision; with the commit."""
        here = {"author_id": post.author_id, "post_id": post.id}
        tx.send(_PUT, **here, revision=post.revision, rules=rules, html=html)

    def forget(self, tx: Transaction, post: Post) -> None:
        """Forget the HTML of a post that is deleted; with the commit."""
        tx.send(_FORGET, of_author=post.author_id, of_post=post.id)
