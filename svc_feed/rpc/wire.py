"""A page of the feed as bytes: posts are serialised once and put together by concatenation.

In protobuf's encoding a message is its fields one after the other, so the counts of a post can follow its kept bytes,
and a reply is tag, length and bytes of each item.
"""

import struct
from collections.abc import Mapping
from datetime import datetime
from functools import cache

from cachetools import LRUCache

from svc_feed.domain.author import Author
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.visibility import Verdict, Visibility
from svc_feed.rpc import messages
from svc_feed.usecases.get_feed import FeedPage, Item

_KEPT_BYTES = 32 * 1024 * 1024
_LENGTH, _DOUBLE, _VARINT = 2, 1, 0


def _tag(field: int, kind: int) -> bytes:
    return bytes((field << 3 | kind,))


_ITEMS, _NEXT_PAGE_TOKEN = _tag(1, _LENGTH), _tag(2, _LENGTH)
_POST, _AUTHOR, _SCORE = _tag(1, _LENGTH), _tag(2, _LENGTH), _tag(3, _DOUBLE)
_LIKES, _COMMENTS, _SHARES = _tag(8, _VARINT), _tag(9, _VARINT), _tag(10, _VARINT)
_pack_double = struct.Struct("<d").pack


class FeedWriter:
    """Keeps the bytes of posts (by id and time of their last change) and of authors."""

    def __init__(self) -> None:
        self._posts: LRUCache[tuple[PostId, datetime], bytes] = LRUCache(_KEPT_BYTES, getsizeof=len)
        self._authors: LRUCache[Author, bytes] = LRUCache(_KEPT_BYTES, getsizeof=len)

    def __call__(self, page: FeedPage) -> bytes:
        """The bytes of a GetFeedResponse."""
        parts: list[bytes] = []
        for item in page.items:
            written = self._item(item, page.authors)
            parts += (_ITEMS, _varint(len(written)), written)
        if page.next_page_token:
            token = page.next_page_token.encode()
            parts += (_NEXT_PAGE_TOKEN, _varint(len(token)), token)
        return b"".join(parts)

    def _item(self, item: Item, authors: Mapping[UserId, Author]) -> bytes:
        post = self._post(item.post)
        author = self._author(authors[item.post.author_id])
        parts = [
            _POST,
            _varint(len(post)),
            post,
            _AUTHOR,
            _varint(len(author)),
            author,
            _SCORE,
            _pack_double(item.entry.score),
        ]
        parts.append(_surroundings(item.verdict, item.reaction, item.post.visibility))
        return b"".join(parts)

    def _post(self, post: Post) -> bytes:
        key = post.id, post.updated_at
        kept = self._posts.get(key)
        if kept is None:
            kept = messages.body(post).SerializeToString()
            if len(kept) < _KEPT_BYTES:
                self._posts[key] = kept
        counts = (_LIKES, post.like_count), (_COMMENTS, post.comment_count), (_SHARES, post.share_count)
        return kept + b"".join(tag + _varint(count) for tag, count in counts if count)

    def _author(self, author: Author) -> bytes:
        kept = self._authors.get(author)
        if kept is None:
            kept = self._authors[author] = messages.author(author).SerializeToString()
        return kept


@cache
def _surroundings(verdict: Verdict, reaction: Reaction | None, visibility: Visibility) -> bytes:
    return messages.surroundings(verdict, reaction, visibility).SerializeToString()


def _varint(value: int) -> bytes:
    if value < 0x80:  # noqa: PLR2004 - seven bits to a byte
        return bytes((value,))
    written = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - as above
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
