"""Posts with what is around them: authors, what they share, what the viewer did and may do."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mesh.clock import Clock
from mesh.errors import DeadlineExceeded, Unavailable
from svc_feed.domain.author import Company
from svc_feed.domain.ids import CompanyId, MediaId, PostId, UserId
from svc_feed.domain.item import Item, Seen
from svc_feed.domain.post import Post
from svc_feed.domain.tally import PostKey
from svc_feed.domain.visibility import NOTHING, OF_COMPANY, Verdict
from svc_feed.peers.authors import Authors
from svc_feed.peers.companies import Companies
from svc_feed.peers.graph import Graph
from svc_feed.store.hydration import Hydration
from svc_feed.usecases.media_library import MediaLibrary
from svc_feed.usecases.show_mentions import NOBODY_NAMED, ShowMentions


class Shown(NamedTuple):
    """Items in the order of the posts; `missing` are the sources that did not answer for names, shares or media."""

    items: list[Item]
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ShowPosts:
    """For posts that the viewer may see; what they share is checked here."""

    hydrate: Hydration
    graph: Graph
    authors: Authors
    companies: Companies
    media: MediaLibrary
    clock: Clock
    show_mentions: ShowMentions

    async def __call__(self, viewer: UserId | None, found: Sequence[Seen], verdicts: Mapping[UserId, Verdict]) -> Shown:
        """The posts as items. Somebody who is not signed in is not shown what posts share."""
        missing = set[str]()
        try:
            shares = [post for post, _ in found if post.shared_post_id]
            originals = await self._originals(viewer, shares) if viewer and shares else {}
        except (Unavailable, DeadlineExceeded):
            originals = dict[PostId, _Original]()  # nobody says who may see them
            missing.add("profile")
        posts = [seen.post for seen in found] + [original.post for original in originals.values()]
        asked = self.authors(viewer, {post.author_id for post in posts if post.company_id is None})
        if any(post.media_ids for post in posts):
            authors, urls = await asyncio.gather(asked, self._addresses(posts, missing))
        else:  # without the two tasks, which cost a feed as much as ten of its posts
            authors, urls = await asked, dict[MediaId, str]()
        named = NOBODY_NAMED
        if viewer and (mentions := [post.mentions for post in posts if post.mentions]):
            named = await self.show_mentions(viewer, mentions, verdicts)
        companies = await self._companies(posts, missing)
        items, now = list[Item](), self.clock.now()
        for post, own in found:
            shared, of_shared = originals.get(post.shared_post_id, _NONE) if post.shared_post_id else _NONE
            items.append(
                Item(
                    post,
                    companies[post.company_id] if post.company_id else authors.found[post.author_id],
                    OF_COMPANY if post.company_id else verdicts[post.author_id],
                    own,
                    shared,
                    (companies[shared.company_id] if shared.company_id else authors.found[shared.author_id])
                    if shared
                    else None,
                    _urls(post, urls),
                    _urls(shared, urls) if shared else (),
                    of_shared,
                    viewer,
                    standing=post.poll
                    and post.poll.standing(post.poll_votes, own.chosen, now, by_author=viewer == post.author_id),
                    mentions=named.of(post.mentions),
                    shared_mentions=named.of(shared.mentions) if shared else (),
                )
            )
        if not (authors.complete and named.complete):
            missing.add("profile")
        return Shown(items, frozenset(missing))

    async def named(
        self, viewer: UserId, keys: Sequence[PostKey], still: Callable[[Post], bool] = lambda _: True
    ) -> list[Item | None]:
        """For each key the post as an item; None where there is none that the viewer may see, or not `still`."""
        authors = {author for author, _ in keys}
        verdicts, found = await asyncio.gather(self.graph.verdicts(viewer, authors), self.hydrate(viewer, keys))
        return await self.judged(viewer, [one if one and still(one.post) else None for one in found], verdicts)

    async def judged(
        self, viewer: UserId, found: Sequence[Seen | None], verdicts: Mapping[UserId, Verdict]
    ) -> list[Item | None]:
        """For each post the item; None where there is none, or the verdict about its author does not show it."""
        seen = [one if one and _shows(one.post, verdicts) else None for one in found]
        items = iter((await self(viewer, [one for one in seen if one], verdicts)).items)
        return [one and next(items) for one in seen]

    async def _addresses(self, posts: Sequence[Post], missing: set[str]) -> dict[MediaId, str]:
        try:
            return await self.media.urls(posts)
        except (Unavailable, DeadlineExceeded):
            missing.add("media")  # a post without its picture is better than none
            return {}

    async def _companies(self, posts: Sequence[Post], missing: set[str]) -> Mapping[CompanyId, Company]:
        """The companies in whose names some of them are written."""
        ids = {post.company_id for post in posts if post.company_id}
        if not ids:
            return {}
        companies = await self.companies(ids)
        if not companies.complete:
            missing.add("jobs")
        return companies.found

    async def _originals(self, viewer: UserId, posts: Sequence[Post]) -> "dict[PostId, _Original]":
        keys = {
            PostKey(post.shared_author_id, post.shared_post_id)
            for post in posts
            if post.shared_author_id and post.shared_post_id
        }
        authors = {author for author, _ in keys}
        verdicts, found = await asyncio.gather(self.graph.verdicts(viewer, authors), self.hydrate(viewer, [*keys]))
        return {
            seen.post.id: _Original(seen.post, seen.post.under(verdicts[seen.post.author_id]))
            for seen in found
            if seen is not None and _shows(seen.post, verdicts)
        }


class _Original(NamedTuple):
    """What a share carries, with the verdict about its author."""

    post: Post
    verdict: Verdict


_NONE = None, NOTHING


def _shows(post: Post, verdicts: Mapping[UserId, Verdict]) -> bool:
    return post.under(verdicts[post.author_id]).shows(post.visibility, post.list_id)


def _urls(post: Post, known: Mapping[MediaId, str]) -> tuple[str, ...]:
    return tuple(known.get(one, "") for one in post.media_ids) if known else ()
