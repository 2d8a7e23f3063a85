"""Impressions, what was charged for them, and who has seen a campaign."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Boolean, DateTime, Uuid, and_, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Listing, Querier, Record, Transaction, batch, batch_insert, by_column, keyset, statement
from svc_feed.domain.campaign import CampaignKey
from svc_feed.domain.ids import ImpressionId, UserId
from svc_feed.domain.impression import Charge, Impression, ImpressionKey, Viewer
from svc_feed.store.tables import campaign_viewers, charges, impressions

_m, _h, _v = impressions.c, charges.c, campaign_viewers.c
_SERVED = ("viewer_id", "id", "advertiser_id", "campaign_id", "day", "nth", "price", "served_at")
_FIELDS = [_m[name] for name in (*_SERVED, "seen_at", "charged", "clicked_at")]

_TODAY = statement(
    select(*_FIELDS).where(
        _m.viewer_id == bindparam("viewer_id"), _m.id >= bindparam("since"), _m.day == bindparam("day")
    )
)
_SERVE = statement(
    insert(impressions).values({name: bindparam(name) for name in _SERVED}).on_conflict_do_nothing().returning(_m.id)
)
_wanted = batch(viewer_id=Uuid(), id=Uuid())
_LOCK = statement(
    select(*_FIELDS)
    .select_from(_wanted.join(impressions, and_(_m.viewer_id == _wanted.c.viewer_id, _m.id == _wanted.c.id)))
    .order_by(_m.viewer_id, _m.id)
    .with_for_update(of=impressions)
)
_told = batch(
    viewer_id=Uuid(),
    id=Uuid(),
    seen_at=DateTime(timezone=True),
    charged=Boolean(),
    clicked_at=DateTime(timezone=True),
)
_TOLD = ("viewer_id", "id", "seen_at", "charged", "clicked_at")
_SAVE = statement(
    update(impressions)
    .where(_m.viewer_id == _told.c.viewer_id, _m.id == _told.c.id)
    .values(seen_at=_told.c.seen_at, charged=_told.c.charged, clicked_at=_told.c.clicked_at)
)
_CHARGED = ("advertiser_id", "campaign_id", "number", "impression_id", "amount", "spent", "charged_at")
_CHARGE = statement(batch_insert(charges, *_CHARGED))
_VIEWER = ("advertiser_id", "campaign_id", "viewer_id")
_viewers = batch(advertiser_id=Uuid(), campaign_id=Uuid(), viewer_id=Uuid())
_KNOWN = statement(
    select(*(_v[name] for name in _VIEWER)).select_from(
        _viewers.join(campaign_viewers, and_(*(_v[name] == _viewers.c[name] for name in _VIEWER)))
    )
)
_REMEMBER = statement(batch_insert(campaign_viewers, *_VIEWER))
_NEWEST = keyset(
    select(*(_h[name] for name in _CHARGED)).where(
        _h.advertiser_id == bindparam("of_advertiser"), _h.campaign_id == bindparam("of_campaign")
    ),
    _h.number.desc(),
)


class ImpressionRepository:
    """An impression lies with its viewer, what it cost with the campaign's advertiser."""

    async def of_day(self, q: Querier, viewer: UserId, day: date, since: ImpressionId) -> list[Impression]:
        """What a member was served on a day, which began at the id `since`."""
        return [*map(_impression, await q.fetch(_TODAY, viewer_id=viewer, day=day, since=since))]

    async def serve(self, q: Querier, impression: Impression) -> bool:
        """Store a new one; False where its turn was taken by another."""
        return await q.fetch_value(_SERVE, **{name: getattr(impression, name) for name in _SERVED}) is not None

    async def lock(self, tx: Transaction, keys: Collection[ImpressionKey]) -> dict[ImpressionKey, Impression]:
        """Those there are, locked in one order."""
        rows = await tx.fetch(_LOCK, **by_column(ImpressionKey._fields, keys))
        return {found.key: found for found in map(_impression, rows)}

    def save(self, tx: Transaction, told: Collection[Impression]) -> None:
        """Store what was told of locked ones."""
        rows = [tuple(getattr(one, name) for name in _TOLD) for one in told]
        tx.send(_SAVE, **by_column(_TOLD, rows))

    def charge(self, tx: Transaction, lines: Sequence[Charge]) -> None:
        """Add lines to the ledgers of locked campaigns."""
        tx.send(_CHARGE, **by_column(_CHARGED, lines))

    async def known(self, tx: Transaction, viewers: Collection[Viewer]) -> set[Viewer]:
        """Which of these have seen the campaigns, which are locked, before."""
        return {Viewer(*row) for row in await tx.fetch(_KNOWN, **by_column(_VIEWER, viewers))}

    def remember(self, tx: Transaction, viewers: Collection[Viewer]) -> None:
        """Note that members have seen campaigns, which are locked, for the first time."""
        tx.send(_REMEMBER, **by_column(_VIEWER, sorted(viewers)))

    def charges(self, q: Querier, key: CampaignKey) -> Listing[Charge]:
        """The ledger of a campaign, newest first."""
        return _NEWEST.of(q, _charge, of_advertiser=key.advertiser_id, of_campaign=key.id)


def _impression(row: Record) -> Impression:
    return Impression(**{column.name: row[column.name] for column in _FIELDS})


def _charge(row: Record) -> Charge:
    return Charge(
        advertiser_id=row["advertiser_id"],
        campaign_id=row["campaign_id"],
        number=row["number"],
        impression_id=row["impression_id"],
        amount=row["amount"],
        spent=row["spent"],
        at=row["charged_at"],
    )
