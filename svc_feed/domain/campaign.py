"""A campaign: a public post that its author pays to have shown, within budgets and for a time."""

import dataclasses
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Self

from mesh.etags import etag
from svc_feed.domain.account import NOTHING_SPENT, Account, day_of
from svc_feed.domain.campaign_errors import CampaignEnded
from svc_feed.domain.ids import CampaignId, PostId, UserId
from svc_feed.domain.money import thousandths
from svc_feed.domain.post import Post
from svc_feed.domain.targeting import EVERYBODY, Targeting
from svc_feed.domain.visibility import Visibility

FREQUENCY_CAP = 3
"""How often a day one member is shown a campaign that does not say."""


class CampaignStatus(StrEnum):
    """Where a campaign is in its life, by the names of the contract."""

    ACTIVE = "active"
    PAUSED = "paused"
    EXHAUSTED = "exhausted"
    ENDED = "ended"
    IN_REVIEW = "in_review"
    REJECTED = "rejected"


class Pacing(StrEnum):
    """How a budget is spent over the day."""

    EVEN = "even"
    ACCELERATED = "accelerated"


class Review(StrEnum):
    """What was decided about what is shown and whom it is aimed at."""

    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"


class CampaignKey(NamedTuple):
    """Whose campaign, and which: together they find it on one shard."""

    advertiser_id: UserId
    id: CampaignId


@dataclass(frozen=True, slots=True)
class Campaign:
    """As stored. Amounts are in units of its currency; `revision` moves with all but the account.

    `approved_revision` is the post's when it was looked at: what its author changed since was seen by nobody. None
    where nobody looks at posts.
    """

    id: CampaignId
    advertiser_id: UserId
    post_id: PostId
    name: str
    currency: str
    budget: int
    cost_per_mille: int
    start_at: datetime
    created_at: datetime
    updated_at: datetime
    targeting: Targeting = EVERYBODY
    daily_budget: int | None = None
    max_bid: int | None = None
    pacing: Pacing = Pacing.EVEN
    frequency_cap: int = FREQUENCY_CAP
    end_at: datetime | None = None
    review: Review = Review.IN_REVIEW
    rejection: str = ""
    approved_revision: int | None = None
    paused: bool = False
    ended_at: datetime | None = None
    revision: int = 1
    account: Account = field(default=NOTHING_SPENT, compare=False)

    @property
    def key(self) -> CampaignKey:
        """Where it is."""
        return CampaignKey(self.advertiser_id, self.id)

    @property
    def etag(self) -> str:
        """Changes with every change other than what it spends."""
        return etag(self.id, self.revision)

    @property
    def bid(self) -> int:
        """The most it pays for a thousand impressions."""
        return self.cost_per_mille if self.max_bid is None else self.max_bid

    def status(self, at: datetime) -> CampaignStatus:
        """Where it is in its life, by the clock: nothing has to happen for it to be over."""
        if self.ended_at is not None or (self.end_at is not None and at >= self.end_at):
            return CampaignStatus.ENDED
        if self.account.spent + self.cost_per_mille > thousandths(self.budget):
            return CampaignStatus.EXHAUSTED
        if self.review is not Review.APPROVED:
            return CampaignStatus(self.review.value)
        return CampaignStatus.PAUSED if self.paused else CampaignStatus.ACTIVE

    def runs(self, at: datetime) -> bool:
        """Whether it may be shown."""
        return self.start_at <= at and self.status(at) is CampaignStatus.ACTIVE

    def awaits_review(self, at: datetime) -> bool:
        """Whether somebody has to look at it before it is shown."""
        return self.review is Review.IN_REVIEW and self.status(at) is not CampaignStatus.ENDED

    def pays(self, price: int, at: datetime) -> bool:
        """Whether it has what an impression costs, and is not kept from spending it; pausing ends no impression."""
        if self.status(at) not in {CampaignStatus.ACTIVE, CampaignStatus.PAUSED}:
            return False
        daily = None if self.daily_budget is None else thousandths(self.daily_budget)
        return self.account.pays(price, day_of(at), budget=thousandths(self.budget), daily_budget=daily)

    def with_paused(self, *, paused: bool, at: datetime) -> Self:
        """Out of the feed, or back in it; itself when it is so already. Raises CampaignEnded."""
        self.check_alive(at)
        return self if self.paused is paused else self.changed(at, paused=paused)

    def ended(self, *, at: datetime) -> Self:
        """Over for good since `at`, or since its own end; itself when it was ended before."""
        if self.ended_at is not None:
            return self
        over = min(self.end_at, at) if self.end_at else at
        return self.changed(at, ended_at=over)

    def decided(self, *, approved: bool, reason: str, post_revision: int, at: datetime) -> Self:
        """As a reviewer of a revision of its post decides; itself when that was decided before.

        Raises CampaignEnded.
        """
        self.check_alive(at)
        review, reason = (Review.APPROVED, "") if approved else (Review.REJECTED, reason)
        if (self.review, self.rejection, self.approved_revision) == (review, reason, post_revision):
            return self
        return self.changed(at, review=review, rejection=reason, approved_revision=post_revision)

    def reopened(self, *, post_revision: int, at: datetime) -> Self:
        """To be looked at again, as its post is another than the one that was; itself when nobody has looked at it."""
        if self.approved_revision in {None, post_revision}:
            return self
        return self.unreviewed().changed(at)

    def shows(self, post: Post) -> bool:
        """Whether a post is as it was when it was approved, and still for everybody."""
        return (
            post.id == self.post_id
            and post.visibility is Visibility.PUBLIC
            and self.approved_revision in {None, post.revision}
        )

    def check_alive(self, at: datetime) -> None:
        """Raise CampaignEnded when it is over."""
        if self.status(at) is CampaignStatus.ENDED:
            raise CampaignEnded(self.id)

    def unreviewed(self) -> Self:
        """As nobody has looked at it."""
        return dataclasses.replace(self, review=Review.IN_REVIEW, rejection="", approved_revision=None)

    def changed(self, at: datetime, **values: Any) -> Self:
        """With other values, as the next revision."""
        return dataclasses.replace(self, **values, updated_at=at, revision=self.revision + 1)
