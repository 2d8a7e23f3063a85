"""The campaigns table with its index by id, and what operators decided about campaigns."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Integer,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from mesh.data import Listing, Querier, Record, Transaction, batch, by_column, constant, keyset, statement
from svc_feed.domain.account import Account
from svc_feed.domain.campaign import Campaign, CampaignKey, Pacing, Review
from svc_feed.domain.ids import CampaignId, PostId, UserId
from svc_feed.domain.money import THOUSANDTHS
from svc_feed.domain.targeting import Targeting
from svc_feed.domain.visibility import Visibility
from svc_feed.store.tables import ALIVE, campaign_index, campaign_reviews, campaigns, posts

MOST_RUNNING = 1_000
"""Campaigns that compete for places: of more, those that pay most."""

_c, _i, _p = campaigns.c, campaign_index.c, posts.c
_PLAIN = (
    *("id", "advertiser_id", "post_id", "name", "currency", "budget", "daily_budget", "cost_per_mille", "max_bid"),
    *("frequency_cap", "start_at", "end_at", "created_at", "updated_at"),
    *("rejection", "approved_revision", "paused", "ended_at", "revision"),
)
_AIMED = ("locations", "skills", "headline_words")
_ACCOUNT = ("spent", "day", "spent_on_day", "impressions", "clicks", "reach")
_FIXED = ("advertiser_id", "id", "post_id", "currency", "created_at")
_FIELDS = [_c[name] for name in (*_PLAIN, *_AIMED, "pacing", "review", *_ACCOUNT)]
_STORED = [column.name for column in _FIELDS if column.name not in _ACCOUNT]
_CHANGED = [name for name in _STORED if name not in _FIXED]

_ONE = (_c.advertiser_id == bindparam("of_advertiser"), _c.id == bindparam("of_campaign"))
_ADVERTISER = statement(select(_i.advertiser_id).where(_i.id == bindparam("campaign_id")))
_KNOWN = statement(select(_i.id).where(_i.id == any_(bindparam("ids", type_=ARRAY(Uuid)))))
_INDEX = statement(insert(campaign_index).values(id=bindparam("id"), advertiser_id=bindparam("advertiser_id")))
_INSERT = statement(insert(campaigns).values({name: bindparam(name) for name in _STORED}))
_FIND = statement(select(*_FIELDS).where(*_ONE))
_LOCK = statement(select(*_FIELDS).where(*_ONE).with_for_update())
_SAVE = statement(update(campaigns).where(*_ONE).values({name: bindparam(name) for name in _CHANGED}))
_OF_POST = statement(
    select(*_FIELDS)
    .where(_c.advertiser_id == bindparam("of_advertiser"), _c.post_id == bindparam("of_post"), _c.ended_at.is_(None))
    .order_by(_c.id)
    .with_for_update()
)
_NEWEST = keyset(select(*_FIELDS).where(_c.advertiser_id == bindparam("of_advertiser")), _c.id.desc())
IN_REVIEW = keyset(
    select(*_FIELDS).where(_c.review == constant(Review.IN_REVIEW.value), _c.ended_at.is_(None)),
    _c.id,
    _c.advertiser_id,
    name="campaigns in review",
)
_wanted = batch(advertiser_id=Uuid(), id=Uuid())
_LOCK_ALL = statement(
    select(*_FIELDS)
    .select_from(_wanted.join(campaigns, and_(_c.advertiser_id == _wanted.c.advertiser_id, _c.id == _wanted.c.id)))
    .order_by(_c.advertiser_id, _c.id)
    .with_for_update(of=campaigns)
)
_spent = batch(
    advertiser_id=Uuid(),
    id=Uuid(),
    spent=BigInteger(),
    day=Date(),
    spent_on_day=BigInteger(),
    impressions=BigInteger(),
    clicks=BigInteger(),
    reach=BigInteger(),
)
_ACCOUNTS = statement(
    update(campaigns)
    .where(_c.advertiser_id == _spent.c.advertiser_id, _c.id == _spent.c.id)
    .values({name: _spent.c[name] for name in _ACCOUNT}),
    name="UPDATE accounts",
)
_NOW = bindparam("now", type_=DateTime(timezone=True))
RUNNING = statement(
    select(*_FIELDS)
    .select_from(campaigns.join(posts, and_(_p.author_id == _c.advertiser_id, _p.id == _c.post_id)))
    .where(
        _c.ended_at.is_(None),
        or_(_c.end_at.is_(None), _c.end_at > _NOW),
        _c.start_at <= _NOW,
        _c.review == constant(Review.APPROVED.value),
        ~_c.paused,
        _c.spent + _c.cost_per_mille <= _c.budget * constant(THOUSANDTHS),
        ALIVE,
        _p.visibility == constant(Visibility.PUBLIC.value),
        or_(_c.approved_revision.is_(None), _c.approved_revision == _p.revision),
    )
    .order_by(func.coalesce(_c.max_bid, _c.cost_per_mille).desc(), _c.id)
    .limit(constant(MOST_RUNNING)),
    name="SELECT running campaigns",
)
OVER = statement(
    select(_c.advertiser_id, _c.id)
    .where(_c.ended_at.is_(None), _c.end_at <= _NOW)
    .order_by(_c.end_at)
    .limit(bindparam("size", type_=Integer())),
    name="SELECT campaigns past their end",
)
_DECISION = {
    "advertiser_id": Uuid(),
    "campaign_id": Uuid(),
    "id": Uuid(),
    "operator": Text(),
    "approved": Boolean(),
    "reason": Text(),
    "post_revision": Integer(),
    "reviewed_at": DateTime(timezone=True),
}
_NOTE = statement(insert(campaign_reviews).values({name: bindparam(name) for name in _DECISION}))


class CampaignRepository:
    """Loads, locks and saves campaigns; their accounts change under the campaign's lock alone."""

    async def advertiser_of(self, q: Querier, campaign_id: CampaignId) -> UserId | None:
        """Who pays for a campaign."""
        return await q.fetch_value(_ADVERTISER, campaign_id=campaign_id)

    async def known(self, q: Querier, ids: Collection[CampaignId]) -> set[CampaignId]:
        """Which of these there are."""
        return {row["id"] for row in await q.fetch(_KNOWN, ids=list(ids))}

    async def find(self, q: Querier, key: CampaignKey) -> Campaign | None:
        """One campaign."""
        row = await q.fetch_one(_FIND, of_advertiser=key.advertiser_id, of_campaign=key.id)
        return _campaign(row) if row else None

    async def lock(self, tx: Transaction, key: CampaignKey) -> Campaign | None:
        """One campaign, locked until the transaction ends."""
        row = await tx.fetch_one(_LOCK, of_advertiser=key.advertiser_id, of_campaign=key.id)
        return _campaign(row) if row else None

    async def lock_all(self, tx: Transaction, keys: Collection[CampaignKey]) -> dict[CampaignKey, Campaign]:
        """Those there are, locked in one order, so that nobody waits for each other in a circle."""
        rows = await tx.fetch(_LOCK_ALL, **by_column(CampaignKey._fields, keys))
        return {found.key: found for found in map(_campaign, rows)}

    async def lock_of_post(self, tx: Transaction, author: UserId, post_id: PostId) -> list[Campaign]:
        """The campaigns of a post that were not ended, locked."""
        rows = await tx.fetch(_OF_POST, of_advertiser=author, of_post=post_id)
        return [*map(_campaign, rows)]

    def add(self, tx: Transaction, campaign: Campaign) -> None:
        """Store a new campaign and whose it is, with the commit."""
        tx.send(_INSERT, **_values(campaign, _STORED))
        tx.send(_INDEX, id=campaign.id, advertiser_id=campaign.advertiser_id)

    def save(self, tx: Transaction, campaign: Campaign) -> None:
        """Store what became of a locked campaign, other than its account."""
        key = {"of_advertiser": campaign.advertiser_id, "of_campaign": campaign.id}
        tx.send(_SAVE, **key, **_values(campaign, _CHANGED))

    def save_accounts(self, tx: Transaction, some: Collection[Campaign]) -> None:
        """Store what became of the accounts of locked campaigns."""
        names = ("advertiser_id", "id", *_ACCOUNT)
        rows = [(one.advertiser_id, one.id, *(getattr(one.account, name) for name in _ACCOUNT)) for one in some]
        tx.send(_ACCOUNTS, **by_column(names, rows))

    def note(self, tx: Transaction, **decision: Any) -> None:
        """Write down what an operator decided."""
        tx.send(_NOTE, **decision)

    async def running(self, q: Querier, now: datetime) -> list[Campaign]:
        """Those that may be shown now, and whose posts may be."""
        return [*map(_campaign, await q.fetch(RUNNING, now=now))]

    async def past_end(self, q: Querier, now: datetime, size: int) -> list[CampaignKey]:
        """Those past their end that were not ended, the earliest first."""
        rows = await q.fetch(OVER, now=now, size=size)
        return [CampaignKey(row["advertiser_id"], row["id"]) for row in rows]

    def of_advertiser(self, q: Querier, advertiser: UserId) -> Listing[Campaign]:
        """An advertiser's campaigns, newest first."""
        return _NEWEST.of(q, _campaign, of_advertiser=advertiser)

    def in_review(self, q: Querier) -> Listing[Campaign]:
        """Those that wait for a decision, whoever's they are, the oldest first."""
        return IN_REVIEW.of(q, _campaign)


def _values(campaign: Campaign, names: Sequence[str]) -> Mapping[str, Any]:
    targeting = campaign.targeting
    special = {
        **{name: list(getattr(targeting, name)) for name in _AIMED},
        "pacing": campaign.pacing.value,
        "review": campaign.review.value,
    }
    return {name: special[name] if name in special else getattr(campaign, name) for name in names}


def _campaign(row: Record) -> Campaign:
    return Campaign(
        **{name: row[name] for name in _PLAIN},
        targeting=Targeting(*(tuple(row[name]) for name in _AIMED)),
        pacing=Pacing(row["pacing"]),
        review=Review(row["review"]),
        account=Account(*(row[name] for name in _ACCOUNT)),
    )
