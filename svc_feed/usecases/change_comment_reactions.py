"""Set reactions to comments and take them back: what members do at once is one transaction."""

from collections.abc import Sequence
from typing import NamedTuple

from mesh.clock import Clock
from mesh.data import Call, Database, SharedWrites, Transaction
from mesh.errors import Failure
from svc_feed.domain.facts import CommentReactionChanged
from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.domain.post import PostNotFound
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.tally import CommentKey, Tally, WhoseOnComment
from svc_feed.store.comment_reactions import Answered, CommentReactionRepository
from svc_feed.store.events import publish
from svc_feed.usecases.find_comment import FindComment
from svc_feed.usecases.find_post import FindPost, Place


class _Change(NamedTuple):
    place: Place
    comment_id: CommentId
    wanted: Reaction | None

    @property
    def whose(self) -> WhoseOnComment:
        key = CommentKey(self.place.author, self.place.post_id, self.comment_id)
        return WhoseOnComment(key, self.place.viewer)


class ChangeCommentReactions:
    """Rows and counts change together under the comments' locks, so the counts are exact; the same again is nothing.

    A comment that everybody reacts to is locked once for all who wait for it, behind its post.
    """

    def __init__(
        self,
        db: Database,
        reactions: CommentReactionRepository,
        find: FindPost,
        find_comment: FindComment,
        clock: Clock,
    ) -> None:
        self._reactions = reactions
        self._find = find
        self._find_comment = find_comment
        self._clock = clock
        self._changes: SharedWrites[_Change, int] = SharedWrites(db, self._write, name="comment_reactions")

    async def __call__(self, me: UserId, post_id: PostId, comment_id: CommentId, wanted: Reaction | None) -> int:
        """Set the caller's reaction in place of an earlier one, None takes it back; returns how many reacted.

        Raises PostNotFound, CommentNotFound (also where a text to react to is not shown).
        """
        await self._find_comment(me, post_id, comment_id)
        return await self._changes.submit(_Change(await self._find.place(me, post_id), comment_id, wanted))

    async def _write(self, tx: Transaction, calls: Sequence[Call[_Change]]) -> Sequence[int | Exception]:
        tally = await self._reactions.lock(tx, {call.item.whose for call in calls})
        outcomes: list[int | Exception] = []
        for call in calls:
            try:
                outcomes.append(self._change(tx, tally, call))
            except Failure as refused:
                outcomes.append(refused)
        self._reactions.save(tx, tally)
        return outcomes

    def _change(self, tx: Transaction, tally: Tally[CommentKey, Answered], call: Call[_Change]) -> int:
        (place, _, wanted), whose, now = call.item, call.item.whose, self._clock.now()
        answered = tally.found.get(whose.comment)
        if answered is None or not place.verdict.shows(answered.visibility, answered.list_id):
            raise PostNotFound(place.post_id)
        self._find.remember(place)
        if wanted is not None:
            answered.comment.check_shown_to(place.viewer)
        previous, reacted = tally.change(whose, wanted, now)
        if wanted is not previous:
            fact = CommentReactionChanged(answered.comment, place.viewer, previous, wanted, now)
            call.run(publish, tx, fact, by=place.viewer)
        return reacted.like_count
