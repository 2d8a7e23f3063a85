"""Posts that a list names by their keys, as the viewer may see them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from svc_feed.domain.ids import UserId
from svc_feed.domain.item import Item
from svc_feed.domain.post import Post
from svc_feed.domain.tally import PostKey
from svc_feed.peers.graph import Graph
from svc_feed.store.hydration import Hydration
from svc_feed.usecases.show_posts import ShowPosts


@dataclass(frozen=True)
class ShowFound:
    """What was listed or found may have changed since: each post is read, and permission asked, anew."""

    hydrate: Hydration
    graph: Graph
    show: ShowPosts

    async def __call__(
        self, viewer: UserId, keys: Sequence[PostKey], still: Callable[[Post], bool]
    ) -> list[Item | None]:
        """For each key its post, if it is there, may be seen, and is `still` what was looked for."""
        verdicts, found = await asyncio.gather(
            self.graph.verdicts(viewer, {key.author for key in keys}), self.hydrate(viewer, keys)
        )
        shown = [
            seen
            for seen in found
            if seen is not None
            and verdicts[seen.post.author_id].shows(seen.post.visibility, seen.post.list_id)
            and still(seen.post)
        ]
        items = {item.post.id: item for item in (await self.show(viewer, shown, verdicts)).items} if shown else {}
        return [items.get(key.post_id) for key in keys]
