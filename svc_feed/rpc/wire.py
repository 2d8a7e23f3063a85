"""A page of the feed as bytes: posts are serialised once and put together by concatenation.

In protobuf's encoding a message is its fields one after the other, so the counts of a post can follow its kept bytes,
and a reply is tag, length and bytes of each item.
"""

import struct
from functools import cache

from cachetools import LRUCache

from svc_feed.domain.author import Author
from svc_feed.domain.ids import PostId
from svc_feed.domain.item import Item
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.visibility import Verdict
from svc_feed.rpc import messages
from svc_feed.usecases.get_feed import FeedPage

_KEPT_BYTES = 32 * 1024 * 1024
_LENGTH, _DOUBLE, _VARINT = 2, 1, 0


def _tag(field: int, kind: int) -> bytes:
    return bytes((field << 3 | kind,))


_ITEMS, _NEXT_PAGE_TOKEN, _QUALITY = _tag(1, _LENGTH), _tag(2, _LENGTH), _tag(3, _LENGTH)
_POST, _AUTHOR, _SCORE = _tag(1, _LENGTH), _tag(2, _LENGTH), _tag(3, _DOUBLE)
_SHARED_POST, _SHARED_AUTHOR = _tag(8, _LENGTH), _tag(9, _LENGTH)
_LIKES, _COMMENTS, _SHARES = _tag(8, _VARINT), _tag(9, _VARINT), _tag(10, _VARINT)
_pack_double = struct.Struct("<d").pack


class FeedWriter:
    """Keeps the bytes of posts (by id and revision) and of authors."""

    def __init__(self) -> None:
        self._posts: LRUCache[tuple[PostId, int], bytes] = LRUCache(_KEPT_BYTES, getsizeof=len)
        self._authors: LRUCache[Author, bytes] = LRUCache(_KEPT_BYTES, getsizeof=len)

    def __call__(self, page: FeedPage) -> bytes:
        """The bytes of a GetFeedResponse."""
        parts: list[bytes] = []
        for score, item in page.items:
            _add(parts, _ITEMS, self._item(score, item))
        if page.next_page_token:
            _add(parts, _NEXT_PAGE_TOKEN, page.next_page_token.encode())
        _add(parts, _QUALITY, messages.quality(page).SerializeToString())
        return b"".join(parts)

    def _item(self, score: float, item: Item) -> bytes:
        parts: list[bytes] = []
        _add(parts, _POST, self._post(item.post))
        _add(parts, _AUTHOR, self._author(item.author))
        parts += (_SCORE, _pack_double(score))
        if item.shared is not None and item.shared_author is not None:
            _add(parts, _SHARED_POST, self._post(item.shared))
            _add(parts, _SHARED_AUTHOR, self._author(item.shared_author))
        parts.append(_around(item.verdict, item.reaction, item.may_share))
        return b"".join(parts)

    def _post(self, post: Post) -> bytes:
        key = post.id, post.revision
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


def _add(parts: list[bytes], tag: bytes, value: bytes) -> None:
    parts += (tag, _varint(len(value)), value)


@cache
def _around(verdict: Verdict, reaction: Reaction | None, may_share: bool) -> bytes:
    return messages.around(verdict, reaction, may_share).SerializeToString()


def _varint(value: int) -> bytes:
    if value < 0x80:  # noqa: PLR2004 - seven bits to a byte
        return bytes((value,))
    written = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - as above
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
