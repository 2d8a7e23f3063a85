"""Open profiles, as many in a day as a person does."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mesh.cache import LocalCache
from mesh.principal import Principal
from svc_profile.domain.browsing import Oddity
from svc_profile.domain.challenge import ChallengeRequired
from svc_profile.domain.flags import FlagKind, Subject
from svc_profile.domain.ids import UserId
from svc_profile.domain.signals import Doing
from svc_profile.domain.user import Profile
from svc_profile.store.profile_looks import ProfileLooks
from svc_profile.usecases.canaries import CurrentCanaries
from svc_profile.usecases.challenges import Challenges
from svc_profile.usecases.flags import Flags
from svc_profile.usecases.signals import Signals
from svc_profile.usecases.users import Users

_TOLD_SECONDS = 3600.0


def _told() -> LocalCache[tuple[UserId, Oddity], bool]:
    return LocalCache(10_000, _TOLD_SECONDS)


@dataclass(frozen=True)
class Browsing:
    """Who opens more than `most` different profiles a day, opens them like a clock, or canaries, needs challenges.

    Each opens more, and after the last one public fields are all there is. Nobody is shown anything false: what is said
    of people is true or not said. Without a limit nothing is counted.
    """

    users: Users
    looks: ProfileLooks
    challenges: Challenges
    flags: Flags
    canaries: CurrentCanaries
    signals: Signals
    most: int
    _told: LocalCache[tuple[UserId, Oddity], bool] = field(default_factory=_told, init=False)

    async def open(self, caller: Principal, user_id: UserId, surface: str, token: str) -> Profile:
        """A member as the caller sees them, who sees who opened it; raises UserNotFound, ChallengeRequired."""
        viewer = caller.user_id
        if viewer is None or viewer == user_id or not self.most:
            return await self.users.open(viewer, user_id, surface)
        looked = await self.looks.count(UserId(viewer), user_id, canary=user_id in self.canaries.now)
        if odd := looked.oddities(self.most):
            await self._suspect(UserId(viewer), odd)
            if not looked.may_pass:
                await self.users.get(viewer, user_id)  # who is hidden from the viewer is not there for them here either
                return await self.users.get(None, user_id)
            if not await self.challenges.redeem(caller, token):
                raise ChallengeRequired(self.challenges.kind)
            await self.looks.allow(UserId(viewer))
        self.signals.note(UserId(viewer), Doing.OPENED)
        return await self.users.open(viewer, user_id, surface)

    async def _suspect(self, viewer: UserId, odd: Mapping[Oddity, str]) -> None:
        """Raise a flag, not with every profile: what it shows is the same for an hour."""
        for oddity, evidence in odd.items():
            if self._told.get((viewer, oddity)) is None:
                await self.flags.raise_apart(FlagKind.SCRAPING, Subject(viewer), oddity.score, evidence)
                self._told.put((viewer, oddity), value=True)
