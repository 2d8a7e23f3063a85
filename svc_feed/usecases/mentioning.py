"""Whom a text may mention, and who of them is told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from svc_feed.domain.comment import Comment
from svc_feed.domain.ids import UserId
from svc_feed.domain.mention import Mention, MentionInvalid, people_in
from svc_feed.domain.post import Post
from svc_feed.domain.visibility import NOTHING, Verdict
from svc_feed.peers.graph import Graph


class Told(NamedTuple):
    """Who is told of a text that mentions them; `knows` holds the verdicts of each about those who wrote."""

    knows: Mapping[UserId, Mapping[UserId, Verdict]]

    def of_post(self, post: Post) -> list[UserId]:
        """Who may see the post that mentions them and did not mute its author."""
        return [one for one in sorted(post.people - {post.author_id}) if self._sees(one, post)]

    def of_comment(self, comment: Comment, post: Post) -> list[UserId]:
        """Who may see the post with the comment that mentions them, and muted neither author.

        The post's author is told of each comment anyway.
        """
        others = sorted(people_in(comment.mentions) - {comment.author_id, post.author_id})
        return [one for one in others if self._sees(one, post) and self._hears(one, comment.author_id)]

    def _sees(self, reader: UserId, post: Post) -> bool:
        return self._of(reader, post.author_id).feeds(post.visibility, post.list_id)

    def _hears(self, reader: UserId, author: UserId) -> bool:
        verdict = self._of(reader, author)
        return verdict.shows_answers and not verdict.muted

    def _of(self, reader: UserId, author: UserId) -> Verdict:
        return self.knows.get(reader, {}).get(author, NOTHING)


@dataclass(frozen=True)
class Mentioning:
    """A mention never widens an audience: it is a name for those who see the text and may see the member."""

    graph: Graph

    async def check(self, me: UserId, mentions: Sequence[Mention], *, known: Collection[UserId] = ()) -> None:
        """Refuse mentions of those whom the author may not see, but for `known` ones; raises MentionInvalid."""
        people = people_in(mentions) - {*known}
        verdicts = await self.graph.verdicts(me, people) if people else {}
        if not all(verdicts[one].may_see_profile for one in people):
            raise MentionInvalid("there is nobody to mention: name members whom you may see")

    async def told(self, people: Collection[UserId], *authors: UserId) -> Told:
        """What those who are mentioned may see of who writes, asked for at once."""
        return Told(await self.graph.of_viewers(people, authors) if people else {})
