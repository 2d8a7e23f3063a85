"""What ends with a connection."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Transaction
from svc_profile.domain.connection import Pair
from svc_profile.domain.facts import RecommendationStep, Recommended, SkillUnendorsed
from svc_profile.store.audience_lists import AudienceListRepository
from svc_profile.store.endorsements import EndorsementRepository
from svc_profile.store.recommendations import RecommendationRepository


@dataclass(frozen=True)
class Partings:
    """Endorsements are the word of a connection: they end with it, and do not come back with another one.

    So does a place on a list of connections.
    Recommendations are texts with an author, who can withdraw them: they end with a block alone.
    """

    endorsements: EndorsementRepository
    recommendations: RecommendationRepository
    lists: AudienceListRepository
    clock: Clock

    async def end(self, tx: Transaction, parted: Mapping[Pair, Callable[[SkillUnendorsed], None]]) -> None:
        """End what stood between locked pairs; each with what tells of it in the name of who parted."""
        if not parted:
            return
        for pair in parted:
            self.lists.part(tx, pair)
        ended, now = await self.endorsements.drop_between(tx, parted), self.clock.now()
        for user_id, skill_id, endorser in ended:
            parted[Pair.of(user_id, endorser)](SkillUnendorsed(user_id, endorser, skill_id, now))
        if ended:
            self.endorsements.count_again(tx, [one[0] for one in ended], [one[1] for one in ended])

    async def estrange(self, tx: Transaction, pair: Pair, tell: Callable[[Recommended], None]) -> None:
        """End what a block ends beside the connection, of a locked pair."""
        for recipient, author in await self.recommendations.drop_between(tx, pair):
            tell(Recommended(RecommendationStep.HIDDEN, recipient, author, self.clock.now()))
