"""What advertisers ask for: a new campaign, or another one than there is."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mesh.errors import FieldNotUpdatable, FieldViolation, InvalidArgument
from mesh.etags import check_etag
from mesh.ids import uuid7
from mesh.texts import shows_nothing
from svc_feed.domain.campaign import FREQUENCY_CAP, Campaign, CampaignStatus, Pacing, Review
from svc_feed.domain.campaign_errors import BudgetBelowSpent, CurrencyMismatch, PostNotPublic
from svc_feed.domain.ids import CampaignId, PostId, UserId
from svc_feed.domain.money import Money, thousandths
from svc_feed.domain.post import NotTheAuthor, Post
from svc_feed.domain.targeting import EVERYBODY, Targeting
from svc_feed.domain.visibility import Visibility

_AMOUNTS = frozenset({"budget", "daily_budget", "cost_per_mille", "max_bid"})
_FIELDS = _AMOUNTS | {"name", "targeting", "pacing", "frequency_cap", "start_at", "end_at"}
_NEEDED = frozenset({"name", "budget", "cost_per_mille"})
_DEFAULTS: Mapping[str, Any] = {"targeting": EVERYBODY, "pacing": Pacing.EVEN, "frequency_cap": FREQUENCY_CAP}
_REVIEWED = frozenset({"name", "targeting"})
"""What a reviewer has looked at, beside the post."""


@dataclass(frozen=True)
class Plan:
    """What an advertiser wants; amounts other than the budget are in its currency."""

    post_id: PostId
    name: str
    budget: Money
    cost_per_mille: Money
    targeting: Targeting = EVERYBODY
    daily_budget: Money | None = None
    max_bid: Money | None = None
    pacing: Pacing = Pacing.EVEN
    frequency_cap: int = FREQUENCY_CAP
    start_at: datetime | None = None
    end_at: datetime | None = None


def planned(plan: Plan, post: Post, *, by: UserId, at: datetime, reviewed: bool) -> Campaign:
    """A new campaign for a post; `reviewed` where nobody has to look at it.

    Raises NotTheAuthor, PostNotPublic, CurrencyMismatch, InvalidArgument.
    """
    if post.author_id != by:
        raise NotTheAuthor(f"post {post.id} can be promoted only by its author")
    if post.visibility is not Visibility.PUBLIC:
        raise PostNotPublic(f"post {post.id} is not for everybody")
    currency = plan.budget.currency
    campaign = Campaign(
        id=CampaignId(uuid7(at)),
        advertiser_id=by,
        post_id=post.id,
        name=plan.name,
        currency=currency,
        budget=plan.budget.minor_units,
        cost_per_mille=_units("cost_per_mille", plan.cost_per_mille, currency) or 0,
        targeting=plan.targeting,
        daily_budget=_units("daily_budget", plan.daily_budget, currency),
        max_bid=_units("max_bid", plan.max_bid, currency),
        pacing=plan.pacing,
        frequency_cap=plan.frequency_cap or FREQUENCY_CAP,
        start_at=max(plan.start_at, at) if plan.start_at else at,
        end_at=plan.end_at,
        created_at=at,
        updated_at=at,
        review=Review.APPROVED if reviewed else Review.IN_REVIEW,
    )
    _check(campaign, at)
    return campaign


def changed_fields(before: Campaign, after: Campaign) -> set[str]:
    """The names of the fields in which two states of a campaign differ, as the contract has them."""
    found = {name for name in _FIELDS if getattr(after, name) != getattr(before, name)}
    return found | ({"status"} if after.paused is not before.paused else set[str]())


def edited(campaign: Campaign, changes: Mapping[str, Any], *, at: datetime, etag: str, reviewed: bool) -> Campaign:
    """The campaign with the fields in `changes` replaced, those that are None by what they are when left out.

    Itself when that changes nothing. What a reviewer has to see is looked at again, unless `reviewed`.

    Raises:
        CampaignEnded: it is over.
        EtagMismatch: it is not the revision that `etag` names.
        FieldNotUpdatable, CurrencyMismatch, BudgetBelowSpent, InvalidArgument: the change is not possible.
    """
    campaign.check_alive(at)
    check_etag(etag, campaign.etag)
    after = dataclasses.replace(campaign, **_given(campaign, changes, at))
    if after == campaign:
        return campaign
    _check(after, at)
    if thousandths(after.budget) < campaign.account.spent:
        raise BudgetBelowSpent(f"campaign {campaign.id} has spent more than that")
    if not reviewed and changed_fields(campaign, after) & _REVIEWED:
        after = after.unreviewed()
    return after.changed(at)


def _given(campaign: Campaign, changes: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The values of fields of a campaign that `changes` stands for."""
    for name in sorted(changes.keys() - _FIELDS - {"status"}):
        raise FieldNotUpdatable(name)
    for name in sorted(_NEEDED & changes.keys()):
        if changes[name] is None:
            raise FieldNotUpdatable(name, "a campaign needs one")
    given = {name: _given_value(campaign, name, value, at) for name, value in changes.items() if name != "status"}
    if "status" in changes:
        if changes["status"] is not CampaignStatus.ACTIVE:
            raise FieldNotUpdatable("status", "is set to active, to resume the campaign; or pause it, or end it")
        given["paused"] = False
    return given


def _given_value(campaign: Campaign, name: str, value: Any, at: datetime) -> Any:
    if name in _AMOUNTS:
        return _units(name, value, campaign.currency)
    if name == "start_at":
        return _start(campaign, value, at)
    return value or _DEFAULTS.get(name)


def _start(campaign: Campaign, wanted: datetime | None, at: datetime) -> datetime:
    if campaign.start_at > at:
        return max(wanted or at, at)
    if wanted not in {None, campaign.start_at}:
        raise FieldNotUpdatable("start_at", "it has started")
    return campaign.start_at


def _check(campaign: Campaign, at: datetime) -> None:
    """Raise InvalidArgument for what no campaign may be."""
    if shows_nothing(campaign.name):
        raise _refused("name", "write something")
    for name in ("budget", "cost_per_mille", "daily_budget"):
        if getattr(campaign, name) == 0:
            raise _refused(name, "must be more than nothing")
    if campaign.max_bid is not None and campaign.max_bid < campaign.cost_per_mille:
        raise _refused("max_bid", "must not be below cost_per_mille")
    if campaign.end_at is not None and campaign.end_at <= max(campaign.start_at, at):
        raise _refused("end_at", "must be in the future, and after start_at")


def _units(name: str, amount: Money | None, currency: str) -> int | None:
    if amount is None:
        return None
    if amount.currency != currency:
        violation = FieldViolation(f"campaign.{name}", f"must be in {currency}")
        raise CurrencyMismatch(f"all amounts of a campaign are in {currency}", violations=[violation])
    return amount.minor_units


def _refused(name: str, why: str) -> InvalidArgument:
    return InvalidArgument(f"{name} {why}", violations=[FieldViolation(f"campaign.{name}", why)])
