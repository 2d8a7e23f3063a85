"""Vote in polls."""

from collections import Counter
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_feed.domain.facts import VoteChanged
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.poll import PollNotFound, Standing
from svc_feed.domain.tally import PostKey
from svc_feed.store.events import publish
from svc_feed.store.polls import PollRepository
from svc_feed.usecases.find_post import FindPost


@dataclass(frozen=True)
class Polls:
    """Vote and counts change together under the post's lock, so the counts are exact."""

    db: Database
    polls: PollRepository
    find: FindPost
    clock: Clock

    async def vote(self, me: UserId, post_id: PostId, option: int | None) -> Standing:
        """Set the caller's answer in place of an earlier one, None takes it back; returns how the poll stands then.

        Raises PostNotFound, PollNotFound, PollEnded, and InvalidArgument for an answer that it does not have.
        """
        place = await self.find.place(me, post_id)

        async def work(tx: Transaction) -> Standing:
            post, now = await self.find.locked(tx, place), self.clock.now()
            if post.poll is None:
                raise PollNotFound(post_id)
            post.poll.check_vote(post_id, option, now)
            key, votes = PostKey(post.author_id, post_id), Counter(dict(enumerate(post.poll_votes)))
            before = await self.polls.chosen(tx, key, me)
            if before != option:
                self.polls.change(tx, key, me, before, option, now)
                publish(tx, VoteChanged(key, me, now, retracted=option is None), by=me)
                votes.update([] if option is None else [option])
                votes.subtract([] if before is None else [before])
            counted = [votes[n] for n in range(len(post.poll.options))]
            return post.poll.standing(counted, option, now, by_author=me == post.author_id)

        return await self.db.transact(work)
