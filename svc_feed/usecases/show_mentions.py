"""What a reader is shown of whom texts mention."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mesh.errors import DeadlineExceeded, Unavailable
from svc_feed.domain.ids import UserId
from svc_feed.domain.mention import Mention, ShownMention
from svc_feed.domain.visibility import NOTHING, Verdict
from svc_feed.peers.authors import Authors
from svc_feed.peers.graph import Graph


class Named(NamedTuple):
    """What those are called whom a viewer may see; not `complete` while the profile service does not answer."""

    names: Mapping[UserId, str]
    complete: bool = True

    def of(self, mentions: Sequence[Mention]) -> tuple[ShownMention, ...]:
        """Mentions as the viewer sees them."""
        if not mentions:
            return ()
        return tuple(ShownMention(one, self.names[one.user_id]) for one in mentions if one.user_id in self.names)


NOBODY_NAMED = Named({})


@dataclass(frozen=True)
class ShowMentions:
    """Each reader is shown those whom they may see; of the others there are the words."""

    graph: Graph
    authors: Authors

    async def __call__(
        self, viewer: UserId, texts: Iterable[Sequence[Mention]], verdicts: Mapping[UserId, Verdict]
    ) -> Named:
        """Names of whom texts mention; `verdicts` are those about the viewer that are at hand."""
        people = {one.user_id for mentions in texts for one in mentions}
        if not people:
            return NOBODY_NAMED
        known, answered = defaultdict(lambda: NOTHING, verdicts), True
        if unknown := people - known.keys():
            try:
                known.update(await self.graph.verdicts(viewer, unknown))
            except (Unavailable, DeadlineExceeded):
                known.update(await self.graph.held(viewer, unknown))
                answered = False
        authors = await self.authors(viewer, [one for one in people if known[one].may_see_profile])
        return Named({one: author.name for one, author in authors.found.items()}, answered and authors.complete)
