"""Vote in polls: what members do at once is one transaction."""

from collections.abc import Sequence
from typing import NamedTuple

from mesh.clock import Clock
from mesh.data import Call, Database, SharedWrites, Transaction
from mesh.errors import Failure
from svc_feed.domain.ballot import Ballot
from svc_feed.domain.facts import VoteChanged
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.poll import PollNotFound, Standing
from svc_feed.domain.post import PostNotFound
from svc_feed.domain.tally import PostKey, Whose
from svc_feed.store.events import publish
from svc_feed.store.polls import PollRepository
from svc_feed.usecases.find_post import FindPost, Place


class _Vote(NamedTuple):
    place: Place
    option: int | None

    @property
    def whose(self) -> Whose:
        return Whose(PostKey(self.place.author, self.place.post_id), self.place.viewer)


class Polls:
    """Votes and counts change together under the posts' locks, so the counts are exact; the same again changes nothing.

    A poll in which everybody votes is locked once for all who wait for it.
    """

    def __init__(self, db: Database, polls: PollRepository, find: FindPost, clock: Clock) -> None:
        self._polls = polls
        self._find = find
        self._clock = clock
        self._votes: SharedWrites[_Vote, Standing] = SharedWrites(db, self._write, name="votes")

    async def vote(self, me: UserId, post_id: PostId, option: int | None) -> Standing:
        """Set the caller's answer in place of an earlier one, None takes it back; returns how the poll stands then.

        Raises PostNotFound, PollNotFound, PollEnded, and InvalidArgument for an answer that it does not have.
        """
        return await self._votes.submit(_Vote(await self._find.place(me, post_id), option))

    async def _write(self, tx: Transaction, calls: Sequence[Call[_Vote]]) -> Sequence[Standing | Exception]:
        ballot = await self._polls.lock(tx, {call.item.whose for call in calls})
        outcomes: list[Standing | Exception] = []
        for call in calls:
            try:
                outcomes.append(self._vote(tx, ballot, call))
            except Failure as refused:
                outcomes.append(refused)
        self._polls.save(tx, ballot)
        return outcomes

    def _vote(self, tx: Transaction, ballot: Ballot, call: Call[_Vote]) -> Standing:
        (place, option), whose, now = call.item, call.item.whose, self._clock.now()
        asked = ballot.asked.get(whose.post)
        if asked is None or not place.verdict.shows(asked.visibility, asked.list_id):
            raise PostNotFound(place.post_id)
        self._find.remember(place)
        if asked.poll is None:
            raise PollNotFound(place.post_id)
        asked.poll.check_vote(place.post_id, option, now)
        if ballot.vote(whose, option, now):
            call.run(publish, tx, VoteChanged(whose.post, place.viewer, now, retracted=option is None), by=place.viewer)
        by_author = place.viewer == place.author
        return asked.poll.standing(ballot.votes(whose.post), option, now, by_author=by_author)
