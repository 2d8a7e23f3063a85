"""Mentions: words of a text that stand for a member."""

from collections.abc import Iterable
from typing import NamedTuple

from mesh.errors import FieldViolation, InvalidArgument
from mesh.texts import shows_nothing
from svc_feed.domain.ids import UserId

MOST_MENTIONS = 30
"""Of one text: they are shown to each reader under a verdict of their own."""


class MentionInvalid(InvalidArgument):
    """A mention does not lie within the text or over another one, or names nobody whom the author may see."""

    reason = "MENTION_INVALID"

    def __init__(self, description: str) -> None:
        super().__init__(f"mentions: {description}", violations=[FieldViolation("mentions", description)])


class Mention(NamedTuple):
    """Whom the `length` code points from `start` on stand for."""

    user_id: UserId
    start: int
    length: int

    @property
    def end(self) -> int:
        """The place behind it."""
        return self.start + self.length


class ShownMention(NamedTuple):
    """A mention of somebody whom the viewer may see, with what they are called now."""

    mention: Mention
    name: str


def mentions_of(text: str, given: Iterable[Mention]) -> tuple[Mention, ...]:
    """Return the mentions of a text in their order; raises MentionInvalid where they are none of it."""
    mentions = tuple(sorted(given, key=lambda one: one.start))
    if len(mentions) > MOST_MENTIONS:
        raise MentionInvalid(f"a text has at most {MOST_MENTIONS}")
    behind = 0
    for one in mentions:
        if one.start < behind or one.length < 1:
            raise MentionInvalid(f"the one at {one.start} has to lie behind {behind}, and be a character long")
        if one.end > len(text):
            raise MentionInvalid(f"the one at {one.start} ends at {one.end}, and the text at {len(text)}")
        if shows_nothing(text[one.start : one.end]):
            raise MentionInvalid(f"there is nothing to see from {one.start} to {one.end}")
        behind = one.end
    return mentions


def unnamed(mentions: Iterable[Mention]) -> tuple[ShownMention, ...]:
    """Return mentions as who wrote them has them back, who knows whom they mean."""
    return tuple(ShownMention(one, "") for one in mentions)


def people_in(mentions: Iterable[Mention]) -> frozenset[UserId]:
    """Whom mentions name."""
    return frozenset(one.user_id for one in mentions)
