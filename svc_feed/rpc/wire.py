"""A page of the feed as bytes: what an item says to everybody is serialised once, and a reply is put together.

In protobuf's encoding a message is its fields one after the other, and two messages of a type, one after the other, are
the two merged. So the bytes of an item are those that are kept, its score, and what it says of its viewer; and a reply
is tag, length and bytes of each item. `messages.item` merges the same two.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from guild.feed.v1.post_pb2 import PostItem
from mesh.cache import HotCache
from svc_feed.domain.author import Author, Company
from svc_feed.domain.ids import PostId
from svc_feed.domain.item import Item, Own, Reasons
from svc_feed.domain.offer import POSITION, Promoted
from svc_feed.domain.post import Post
from svc_feed.domain.visibility import Relation, Verdict
from svc_feed.rpc import messages
from svc_feed.usecases.get_feed import FeedPage

_KEPT_BYTES = 32 * 1024 * 1024
_LENGTH, _DOUBLE = 2, 1


def _tag(field: int, kind: int) -> bytes:
    return bytes((field << 3 | kind,))


_ITEMS, _NEXT_PAGE_TOKEN, _QUALITY, _SCORING = (_tag(field, _LENGTH) for field in range(1, 5))
_pack_score = struct.Struct("<cd").pack
_SCORE = _tag(3, _DOUBLE)
_SCORE_BYTES = 9
_PARTS = 4  # of the bytes of an item


class _Around(NamedTuple):
    """The bytes of what an item says of its viewer, with what they were made of."""

    verdict: Verdict
    own: Own
    shared_verdict: Verdict
    often: bool
    of_topic: bool
    as_bytes: bytes


@dataclass(slots=True)
class _Written:
    """The bytes of what an item says to everybody, with what they were made of.

    `around` is what it said last of somebody: most viewers of a post are connected with its author and did nothing with
    it, and share verdict and marks. It is kept where nothing else of the viewer counts.
    """

    post: Post
    author: Author | Company
    shared: Post | None
    shared_author: Author | Company | None
    media_urls: tuple[str, ...]
    shared_media_urls: tuple[str, ...]
    as_bytes: bytes
    around: _Around | None = None

    def about(self, item: Item) -> bytes:
        """The bytes of what the item says of its viewer."""
        last = self.around
        if (
            last is not None
            and item.viewer is not None
            and last.verdict is item.verdict
            and last.own is item.own
            and last.shared_verdict is item.shared_verdict
            and last.often is item.often
            and last.of_topic is item.of_topic
        ):
            return last.as_bytes
        as_bytes = _around(item)
        if _is_alike(item):
            self.around = _Around(item.verdict, item.own, item.shared_verdict, item.often, item.of_topic, as_bytes)
        return as_bytes


def _is_alike(item: Item) -> bool:
    """Whether it says the same to all of one verdict and the same marks: who they are does not count."""
    posts = (item.post,) if item.shared is None else (item.post, item.shared)
    return (
        item.viewer is not None
        and not item.verdict.is_self
        and all(not post.mentions and post.poll is None and post.company_id is None for post in posts)
    )


class FeedWriter:
    """Keeps the bytes of posts with their authors, until one of what they are made of is another."""

    def __init__(self) -> None:
        self._kept: HotCache[tuple[PostId, bool], _Written] = HotCache(_KEPT_BYTES, lambda one: len(one.as_bytes))

    def __call__(self, page: FeedPage) -> bytes:
        """The bytes of a GetFeedResponse."""
        parts: list[bytes] = []
        for score, item in page.items:
            written = self._written(item)
            shown, around = written.as_bytes, written.about(item)
            length = len(shown) + _SCORE_BYTES + len(around)
            parts += (_head(_ITEMS, length), shown, _pack_score(_SCORE, score), around)
        if page.promoted is not None:
            at = POSITION * _PARTS
            parts[at:at] = self._promoted(page.promoted)
        if page.next_page_token:
            token = page.next_page_token.encode()
            parts += (_head(_NEXT_PAGE_TOKEN, len(token)), token)
        quality = _quality(page.missing, page.built_at)
        parts += (_head(_QUALITY, len(quality)), quality)
        if page.scoring:
            scoring = page.scoring.encode()
            parts += (_head(_SCORING, len(scoring)), scoring)
        return b"".join(parts)

    def _promoted(self, promoted: Promoted) -> Sequence[bytes]:
        """What the bytes of a promoted item are put together from."""
        item = promoted.item
        written = self._written(item)
        shown, around = written.as_bytes, written.about(item)
        paid = messages.paid(promoted.offer).SerializeToString()
        return _head(_ITEMS, len(shown) + len(around) + len(paid)), shown, around, paid

    def _written(self, item: Item) -> _Written:
        post, author, _, _, shared, shared_author, media_urls, shared_media_urls, *_ = item
        key = post.id, shared is not None
        kept = self._kept.get(key)
        if (
            kept is None
            or kept.post is not post
            or kept.author is not author
            or kept.shared is not shared
            or kept.shared_author is not shared_author
            or kept.media_urls != media_urls
            or kept.shared_media_urls != shared_media_urls
        ):
            as_bytes = messages.shown(item).SerializeToString()
            kept = _Written(post, author, shared, shared_author, media_urls, shared_media_urls, as_bytes)
            self._kept.put(key, kept)
        return kept


def _around(item: Item) -> bytes:
    around = _of_viewer(item.verdict.relation, item.own, item.may_comment, item.may_share, item.reasons)
    if item.verdict.is_self:
        around += PostItem(post=messages.of_own(item.post)).SerializeToString()
    if item.mentions or item.shared_mentions:
        around += messages.mentioning(item).SerializeToString()
    if item.standing is not None:
        around += PostItem(poll_result=messages.poll_result(item.standing)).SerializeToString()
    return around


@cache
def _of_viewer(relation: Relation, own: Own, may_comment: bool, may_share: bool, reasons: Reasons) -> bytes:
    return messages.around(relation, own, may_comment, may_share, reasons).SerializeToString()


@lru_cache(maxsize=8_192)  # a list is read more than once
def _quality(missing: frozenset[str], built_at: float | None) -> bytes:
    return messages.quality(missing, built_at).SerializeToString()


@lru_cache(maxsize=8_192)  # lengths repeat
def _head(tag: bytes, length: int) -> bytes:
    """What comes before a field of so many bytes."""
    written = bytearray(tag)
    while length > 0x7F:  # noqa: PLR2004 - seven bits to a byte
        written.append(length & 0x7F | 0x80)
        length >>= 7
    written.append(length)
    return bytes(written)
