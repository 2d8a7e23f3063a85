"""Which relay publishes which buckets of an outbox: leases in the database, shared fairly among those alive."""

import math
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ARRAY, SmallInteger, Text, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from mesh.data import OUTBOX_BUCKETS, Database, statement
from mesh.data.tables import outbox_lease

LEASE_SECONDS = 3
"""A killed relay's buckets are free after this. Two relays may overlap for a moment: the stream drops repeats."""

RENEW_SECONDS = 1.5
"""One may fail. A killed relay's buckets are somebody else's after this and the lease at the latest."""

SEATS = 32_767
"""A relay announces itself by a lease on a random negative bucket, so that the others leave it a share."""

_buckets = bindparam("buckets", type_=ARRAY(SmallInteger))
_owner = bindparam("owner", type_=Text)
_expiry = func.now() + text(f"interval '{LEASE_SECONDS} seconds'")
_asked = func.unnest(_buckets).column_valued("asked")
_claim = insert(outbox_lease).from_select(
    ["bucket", "owner", "expires_at"], select(_asked, _owner, _expiry), include_defaults=False
)
_CLAIM = statement(
    _claim.on_conflict_do_update(
        index_elements=["bucket"],
        set_={"owner": _claim.excluded.owner, "expires_at": _claim.excluded.expires_at},
        where=(outbox_lease.c.owner == _claim.excluded.owner) | (outbox_lease.c.expires_at < func.now()),
    ).returning(outbox_lease.c.bucket),
    name="claim outbox_lease",
)
_LIVE = statement(
    select(outbox_lease.c.bucket, outbox_lease.c.owner).where(outbox_lease.c.expires_at > func.now()),
    name="read outbox_lease",
)
_RELEASE = statement(
    delete(outbox_lease).where(outbox_lease.c.owner == _owner, outbox_lease.c.bucket == func.any(_buckets)),
    name="release outbox_lease",
)


@dataclass(frozen=True, slots=True)
class Share:
    """The buckets to have from now on: those kept, those to ask for, those to let go."""

    keep: frozenset[int]
    claim: frozenset[int]
    release: frozenset[int]


def fair_share(owner: str, held: Collection[int], live: Mapping[int, str]) -> Share:
    """Divide the buckets among the relays that have a seat, moving as few as possible."""
    relays = {name for bucket, name in live.items() if bucket < 0} | {owner}
    most = math.ceil(OUTBOX_BUCKETS / len(relays))
    kept = sorted(held)[:most]
    taken = {bucket for bucket, name in live.items() if name != owner}
    free = [bucket for bucket in range(OUTBOX_BUCKETS) if bucket not in taken and bucket not in held]
    return Share(frozenset(kept), frozenset(free[: most - len(kept)]), frozenset(held) - frozenset(kept))


class Leases:
    """The buckets one relay holds; `renew` keeps them, and follows relays that come and go."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner
        self._seat = -random.randint(1, SEATS)  # noqa: S311 - two on one seat only share unevenly
        self.held: frozenset[int] = frozenset()

    async def renew(self) -> None:
        """Keep, take, let go; raises what the database raises, and then holds what it held."""
        rows = await self._database.fetch(_LIVE)
        share = fair_share(self._owner, self.held, {row["bucket"]: row["owner"] for row in rows})
        if share.release:
            self.held = share.keep  # publish from them no more before somebody else may
            await self._database.execute(_RELEASE, owner=self._owner, buckets=sorted(share.release))
        wanted = sorted({self._seat, *share.keep, *share.claim})
        granted = await self._database.fetch(_CLAIM, owner=self._owner, buckets=wanted)
        self.held = frozenset(row["bucket"] for row in granted if row["bucket"] >= 0)

    async def give_up(self) -> None:
        """Let everything go, so that others need not wait for the leases to end."""
        gone = sorted({self._seat, *self.held})
        self.held = frozenset()
        await self._database.execute(_RELEASE, owner=self._owner, buckets=gone)
