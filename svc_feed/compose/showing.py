"""How posts are shown to who reads them."""

from dataclasses import dataclass

from svc_feed.compose.ground import Ground
from svc_feed.peers.authors import Authors
from svc_feed.peers.companies import Companies
from svc_feed.store.hydration import Hydration
from svc_feed.usecases.show_mentions import ShowMentions
from svc_feed.usecases.show_posts import ShowPosts


@dataclass(frozen=True, slots=True)
class Showing:
    """With who wrote them, and whom they mention."""

    authors: Authors
    companies: Companies
    hydration: Hydration
    mentions: ShowMentions
    posts: ShowPosts


def showing(ground: Ground) -> Showing:
    """Put it together."""
    base, graph = ground.base, ground.graph
    authors, hydration = Authors(ground.profile, base.bus), Hydration(base.db)
    companies = Companies(base.peer("jobs", ground.config.jobs_address).channel)
    mentions = ShowMentions(graph, authors)
    posts = ShowPosts(hydration, graph, authors, companies, ground.library, base.clock, mentions)
    return Showing(authors, companies, hydration, mentions, posts)
