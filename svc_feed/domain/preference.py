"""What a member wants to see less of in their feed, or not at all; nobody else hears of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple, NewType, Self
from uuid import UUID

from mesh.errors import FailedPrecondition
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Kind, Post

PreferenceId = NewType("PreferenceId", UUID)

MOST_PREFERENCES = 1_000
"""Preferences of one member that hold at the same time: what a read of the feed has to know."""


class Effect(StrEnum):
    """What a preference does."""

    SEE_LESS = "see_less"
    SNOOZE = "snooze"
    HIDE = "hide"


HOLDS: Final = {Effect.SEE_LESS: None, Effect.SNOOZE: timedelta(days=30), Effect.HIDE: timedelta(days=90)}
"""How long a preference holds, None until it is taken back. A hidden post is too old for any feed by then."""


class Subject(StrEnum):
    """What a preference is about."""

    AUTHOR = "author"
    TOPIC = "topic"
    KIND = "kind"
    POST = "post"


class TooManyPreferences(FailedPrecondition):
    """As many preferences are stated as may be."""

    reason = "TOO_MANY_FEED_PREFERENCES"

    def __init__(self) -> None:
        super().__init__(f"{MOST_PREFERENCES} preferences about the feed are kept at most: take one back first")


class Wish(NamedTuple):
    """What a preference says; `name` is the id of an author or a post, a topic, or a kind."""

    effect: Effect
    subject: Subject
    name: str

    @classmethod
    def less_of_author(cls, author: UserId) -> Self:
        """Fewer posts of somebody."""
        return cls(Effect.SEE_LESS, Subject.AUTHOR, str(author))

    @classmethod
    def less_of_topic(cls, topic: str) -> Self:
        """Fewer posts about something."""
        return cls(Effect.SEE_LESS, Subject.TOPIC, topic)

    @classmethod
    def less_of_kind(cls, kind: Kind) -> Self:
        """Fewer posts of a kind."""
        return cls(Effect.SEE_LESS, Subject.KIND, kind.value)

    @classmethod
    def without_author(cls, author: UserId) -> Self:
        """No posts of somebody for a while."""
        return cls(Effect.SNOOZE, Subject.AUTHOR, str(author))

    @classmethod
    def without_post(cls, post_id: PostId) -> Self:
        """Never this post."""
        return cls(Effect.HIDE, Subject.POST, str(post_id))


@dataclass(frozen=True, slots=True)
class Preference:
    """A wish of a member, from when and until when it holds."""

    id: PreferenceId
    wish: Wish
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def stated(cls, preference_id: PreferenceId, wish: Wish, at: datetime) -> Self:
        """As it begins to hold."""
        holds = HOLDS[wish.effect]
        return cls(preference_id, wish, at, at + holds if holds else None)


class Held(NamedTuple):
    """A wish as readers of feeds keep it; `until` in seconds since the epoch, 0 for one without an end."""

    wish: Wish
    until: float


@dataclass(frozen=True, slots=True)
class Wishes:
    """All that one member wants, by what a read asks for."""

    snoozed: frozenset[UserId] = frozenset()
    hidden: frozenset[PostId] = frozenset()
    less_authors: frozenset[UserId] = frozenset()
    less_topics: frozenset[str] = frozenset()
    less_kinds: frozenset[Kind] = frozenset()

    @classmethod
    def of(cls, held: Iterable[Held], now: float) -> Self:
        """Those that hold at a moment."""
        names: dict[tuple[Effect, Subject], list[str]] = {}
        for wish, until in held:
            if not until or now < until:
                names.setdefault((wish.effect, wish.subject), []).append(wish.name)

        def of(effect: Effect, subject: Subject) -> Sequence[str]:
            return names.get((effect, subject), ())

        return cls(
            frozenset(UserId(UUID(name)) for name in of(Effect.SNOOZE, Subject.AUTHOR)),
            frozenset(PostId(UUID(name)) for name in of(Effect.HIDE, Subject.POST)),
            frozenset(UserId(UUID(name)) for name in of(Effect.SEE_LESS, Subject.AUTHOR)),
            frozenset(of(Effect.SEE_LESS, Subject.TOPIC)),
            frozenset(map(Kind, of(Effect.SEE_LESS, Subject.KIND))),
        )

    @property
    def strict(self) -> bool:
        """Whether there is anything to leave out."""
        return bool(self.snoozed or self.hidden)

    @property
    def wants_less(self) -> bool:
        """Whether there is anything to come later."""
        return bool(self.less_authors or self.less_topics or self.less_kinds)

    def leave_out(self, post: Post) -> bool:
        """Whether a post, or what it shares, is not to be shown."""
        return (
            post.id in self.hidden
            or post.author_id in self.snoozed
            or (
                post.shared_post_id is not None
                and (post.shared_post_id in self.hidden or post.shared_author_id in self.snoozed)
            )
        )

    def want_less(self, post: Post) -> bool:
        """Whether such posts are to come later."""
        return (
            post.author_id in self.less_authors
            or post.kind in self.less_kinds
            or not self.less_topics.isdisjoint(post.topics)
        )


NO_WISHES: Final = Wishes()
