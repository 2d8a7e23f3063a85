"""What somebody searches posts for, read from what they typed."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from svc_feed.domain.hashtags import hashtags_of
from svc_feed.domain.ids import UserId
from svc_feed.domain.post import Kind

SEARCHABLE_BY = 2
"""The version of the rules by which posts are found: raised with them, so that all posts are read again."""

_PART = re.compile(r'(?<!\S)(-?)(?:"([^"]*)"?|(\S+))')


class PostOrder(StrEnum):
    """How found posts are ordered."""

    RELEVANT = "relevant"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class PostQuestion:
    """What somebody searches for; of each filter any value will do."""

    text: str
    authors: tuple[UserId, ...] = ()
    topics: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    since: datetime | None = None
    order: PostOrder = PostOrder.RELEVANT


@dataclass(frozen=True, slots=True)
class Words:
    """What a text asks for: words, phrases and topics that must be there, and such that must not."""

    phrases: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    no_phrases: tuple[str, ...] = ()
    no_topics: tuple[str, ...] = ()


def words_of(text: str) -> Words:
    """Read `word`, `"some words"` and `#topic`, each also behind a minus; a quote may end with the text."""
    found: dict[tuple[bool, bool], list[str]] = {(a, b): [] for a in (False, True) for b in (False, True)}
    for minus, phrase, word in _PART.findall(text):
        topics = hashtags_of(word) if word.startswith(("#", "＃")) else ()  # noqa: RUF001 - as hashtags are written
        if topics:
            found[True, bool(minus)] += topics
        elif phrase or word:
            found[False, bool(minus)].append(phrase or word)
    return Words(
        phrases=tuple(found[False, False]),
        topics=tuple(found[True, False]),
        no_phrases=tuple(found[False, True]),
        no_topics=tuple(found[True, True]),
    )
