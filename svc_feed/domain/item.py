"""A post with what is around it, as one viewer sees it."""

from typing import NamedTuple

from svc_feed.domain.author import Author, Company
from svc_feed.domain.ids import UserId
from svc_feed.domain.mention import ShownMention
from svc_feed.domain.poll import Standing
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.visibility import NOTHING, Verdict


class Own(NamedTuple):
    """What the viewer did with a post."""

    reaction: Reaction | None = None
    bookmarked: bool = False
    chosen: int | None = None
    """The place of the answer to its poll."""


NOTHING_OWN = Own()


class Seen(NamedTuple):
    """A post with what the viewer did with it."""

    post: Post
    own: Own = NOTHING_OWN


POPULAR = 50
"""Answers, a comment counted twice and a share three times, that make a post popular."""


def is_popular(likes: int, comments: int, shares: int) -> bool:
    """Whether many answered a post."""
    return likes + 2 * comments + 3 * shares >= POPULAR


class Reasons(NamedTuple):
    """Why a post is shown, besides who wrote it."""

    is_share: bool = False
    often_answered: bool = False
    popular: bool = False
    of_topic: bool = False


class Item(NamedTuple):
    """`verdict` is about its author; `shared` is there when the viewer may see it; addresses are those of its media."""

    post: Post
    author: Author | Company
    verdict: Verdict
    own: Own = NOTHING_OWN
    shared: Post | None = None
    shared_author: Author | Company | None = None
    media_urls: tuple[str, ...] = ()
    shared_media_urls: tuple[str, ...] = ()
    shared_verdict: Verdict = NOTHING
    viewer: UserId | None = None
    """None for somebody who is not signed in."""
    often: bool = False
    """Whether the viewer often answers its author, as far as the feed it stands in knows."""
    of_topic: bool = False
    """Whether it came into the feed it stands in by a topic that the viewer follows, and not by its author."""
    standing: Standing | None = None
    """How its poll stands."""
    mentions: tuple[ShownMention, ...] = ()
    """Those of its mentions that the viewer may see, and of what it shares below."""
    shared_mentions: tuple[ShownMention, ...] = ()

    @property
    def may_comment(self) -> bool:
        """Whether the viewer may comment it."""
        return self.viewer is not None and self.post.may_be_commented(self.verdict, self.viewer)

    @property
    def may_share(self) -> bool:
        """Whether the viewer may share it: what it shares, where it is a share itself."""
        if self.viewer is None:
            return False
        if self.post.shared_post_id:
            return self.shared is not None and self.shared.may_be_shared(self.shared_verdict, self.viewer)
        return self.post.may_be_shared(self.verdict, self.viewer)

    @property
    def reasons(self) -> Reasons:
        """Why it is shown, besides who wrote it."""
        post = self.post
        popular = is_popular(post.like_count, post.comment_count, post.share_count)
        return Reasons(post.shared_post_id is not None, self.often, popular, self.of_topic)

    @property
    def size(self) -> int:
        """Bytes of its texts and addresses."""
        texts = self.post.listed_size + (self.shared.listed_size if self.shared else 0)
        if not self.media_urls and not self.shared_media_urls:
            return texts
        return texts + sum(map(len, (*self.media_urls, *self.shared_media_urls)))


def size_of(item: Item) -> int:
    """What an item weighs in a page."""
    return item.size
