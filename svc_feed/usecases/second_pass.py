"""What the second pass of the ranking takes from posts for one reader, by what they said and did."""

from collections.abc import Sequence
from dataclasses import dataclass

from svc_feed.domain.feed import Entry
from svc_feed.domain.ids import UserId
from svc_feed.domain.preference import Wishes
from svc_feed.domain.scoring import Scoring, Term
from svc_feed.store.hydration import Hydration
from svc_feed.usecases.ranked_feed import Ranked

_NONE: dict[bytes, Sequence[Term]] = {}


@dataclass(frozen=True)
class SecondPass:
    """Nothing for most readers, at no cost; posts are read only for those who want less of a topic or a kind."""

    hydrate: Hydration
    scoring: Scoring

    async def __call__(self, me: UserId, read: Ranked, entries: Sequence[Entry]) -> dict[bytes, Sequence[Term]]:
        """The terms of those entries that lose something, by what names the entry."""
        wishes = read.wishes
        if not wishes.less_authors and not wishes.less_kinds and not wishes.less_topics:
            return _NONE
        return dict.fromkeys(
            await self._unwanted(me, wishes, entries), (Term("see_less", 1.0, -self.scoring.see_less),)
        )

    async def _unwanted(self, me: UserId, wishes: Wishes, entries: Sequence[Entry]) -> list[bytes]:
        if not wishes.less_kinds and not wishes.less_topics:
            return [entry.member for entry in entries if entry.author_id in wishes.less_authors]
        posts = await self.hydrate(me, [entry.key for entry in entries])
        return [
            entry.member for entry, seen in zip(entries, posts, strict=True) if seen and wishes.want_less(seen.post)
        ]
