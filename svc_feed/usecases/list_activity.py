"""What a member did, of all kinds in one order."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from heapq import merge
from typing import Any, NamedTuple

from mesh.data import PAGE_BYTES, Database, Page, PageTokens, page_size
from mesh.data.keyset import Place
from svc_feed.domain.activity import Activity, ActivityKind
from svc_feed.domain.ids import UserId
from svc_feed.domain.item import Item
from svc_feed.store.activity import LISTS, ActivityRepository
from svc_feed.usecases.show_mentions import Named, ShowMentions
from svc_feed.usecases.show_posts import ShowPosts


class ShownActivity(NamedTuple):
    """An activity with the post as its member sees it now, None where they do not."""

    activity: Activity
    item: Item | None

    @property
    def size(self) -> int:
        """Bytes of its texts."""
        said = len(self.activity.comment.comment.content.encode()) if self.activity.comment else 0
        return said + (self.item.size if self.item else 0)


@dataclass(frozen=True)
class ListActivity:
    """Reads the lists of the kinds side by side; goes on in each behind what it showed of it: a stable order."""

    db: Database
    activity: ActivityRepository
    show: ShowPosts
    tokens: PageTokens
    show_mentions: ShowMentions

    async def __call__(
        self, me: UserId, *, kinds: Collection[ActivityKind], size: int, token: str
    ) -> Page[ShownActivity]:
        """What the caller did in some ways, latest first; raises PageTokenInvalid."""
        size, scope = page_size(size), f"activity/{me}/{','.join(sorted(kinds))}"
        known: dict[str, Any] = dict(self.tokens.decode(token, scope)) if token else {}
        places = {kind: LISTS[kind].restored(known[kind]) for kind in kinds if kind in known}
        read = [self.activity.read(self.db, me, kind, places.get(kind), size + 1) for kind in sorted(kinds)]
        found = [*merge(*await asyncio.gather(*read), key=lambda one: one[1].at, reverse=True)]
        shown = await self._page(me, found[:size])
        if len(shown) == len(found):
            return Page(shown, "")
        for place, activity in found[: len(shown)]:
            places[activity.kind] = place
        return Page(shown, self.tokens.encode({kind.value: place for kind, place in places.items()}, scope))

    async def _page(self, me: UserId, found: list[tuple[Place, Activity]]) -> list[ShownActivity]:
        items = await self.show.named(me, [activity.post for _, activity in found])
        named = await self.show_mentions(
            me, [activity.comment.comment.mentions for _, activity in found if activity.comment], {}
        )
        shown, weight = list[ShownActivity](), 0
        for (_, activity), item in zip(found, items, strict=True):
            one = ShownActivity(_dressed(activity, named), item)
            weight += one.size
            if shown and weight > PAGE_BYTES:
                break
            shown.append(one)
        return shown


def _dressed(activity: Activity, named: Named) -> Activity:
    if (said := activity.comment) is None:
        return activity
    return activity._replace(comment=said._replace(mentions=named.of(said.comment.mentions)))
