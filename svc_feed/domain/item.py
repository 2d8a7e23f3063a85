"""A post with what is around it, as one viewer sees it."""

from typing import NamedTuple

from svc_feed.domain.author import Author
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.visibility import Verdict, Visibility


class Seen(NamedTuple):
    """A post with the viewer's reaction."""

    post: Post
    reaction: Reaction | None = None


class Item(NamedTuple):
    """`verdict` is about its author; `shared` is there when the viewer may see it; addresses are those of its media."""

    post: Post
    author: Author
    verdict: Verdict
    reaction: Reaction | None = None
    shared: Post | None = None
    shared_author: Author | None = None
    media_urls: tuple[str, ...] = ()
    shared_media_urls: tuple[str, ...] = ()

    @property
    def may_share(self) -> bool:
        """Whether the viewer may share it: what it shares, where it is a share itself."""
        original = self.shared if self.post.shared_post_id else self.post
        return original is not None and original.visibility is Visibility.PUBLIC

    @property
    def size(self) -> int:
        """Bytes of its texts and addresses."""
        texts = self.post.size + (self.shared.size if self.shared else 0)
        if not self.media_urls and not self.shared_media_urls:
            return texts
        return texts + sum(map(len, (*self.media_urls, *self.shared_media_urls)))
