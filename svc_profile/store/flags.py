"""The flags table: what is suspected."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ARRAY, Boolean, Text, any_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Listing, Querier, Transaction, kept, keyset, statement
from svc_profile.domain.flags import KEEP, Flag, FlagKind, Resolution
from svc_profile.domain.ids import FlagId, UserId
from svc_profile.store.content_columns import SUBJECT, columns_of, subject_of
from svc_profile.store.tables import flags

_f = flags.c
_CHANGING = (
    *("score", "report_count", "evidence", "labels", "assignee", "note", "resolved_by", "resolved_at"),
    *("signal_labels", "signal_until"),
)
_FIELDS = (
    _f.subject_id,
    _f.flag_id,
    _f.kind,
    *(_f[name] for name in SUBJECT),
    *(_f[name] for name in _CHANGING),
    _f.resolution,
    _f.created_at,
)
FOUND = statement(select(*_FIELDS).where(_f.flag_id == bindparam("flag_id")), name="SELECT a flag")
_THIS = (_f.subject_id == bindparam("of_subject"), _f.flag_id == bindparam("of_flag"))
_LOCK = statement(select(*_FIELDS).where(*_THIS).with_for_update())
_new = upsert(flags).values({column.name: bindparam(column.name) for column in _FIELDS})
_OPEN = statement(
    _new.on_conflict_do_update(
        index_elements=[_f.subject_id, _f.kind], index_where=_f.resolution.is_(None), set_={"kind": _f.kind}
    ).returning(*_FIELDS)
)
_SAVE = statement(
    update(flags)
    .where(*_THIS)
    .values(
        {name: bindparam(f"new_{name}") for name in (*_CHANGING, "user_id", "resolution")}
        | {"forget_at": bindparam("new_forget_at")}
    )
)
_matching = (
    _f.kind == any_(bindparam("kinds", type_=ARRAY(Text))),
    _f.resolution.is_(None) == any_(bindparam("open", type_=ARRAY(Boolean))),
)
_about = _f.user_id == bindparam("user_id")
_surest = (_f.score.desc(), _f.flag_id.desc(), _f.subject_id.desc())
LISTED = {
    False: keyset(select(*_FIELDS).where(*_matching), *_surest, rising=True),
    True: keyset(select(*_FIELDS).where(*_matching, _about), *_surest, rising=True),
}
"""By whether they are those about a member."""
COUNTED = {
    False: statement(select(func.count()).select_from(flags).where(*_matching)),
    True: statement(select(func.count()).select_from(flags).where(*_matching, _about)),
}
FLAGS_SWEPT = kept(_f.forget_at, timedelta())


class FlagRepository:
    """Loads and saves flags; of one kind there is one open flag about a subject, whose row is its lock."""

    async def find(self, q: Querier, flag_id: FlagId) -> Flag | None:
        """One flag, wherever it is."""
        row = await q.fetch_one(FOUND, flag_id=flag_id)
        return _flag(row) if row else None

    async def lock(self, tx: Transaction, flag: Flag) -> Flag:
        """A flag that was found, as it is now, locked until the transaction ends."""
        row = await tx.fetch_one(_LOCK, of_subject=flag.subject.id, of_flag=flag.id)
        return _flag(row) if row else flag

    async def open(self, tx: Transaction, flag: Flag) -> Flag:
        """Lock the open flag of this kind about this subject, which is the given one where there was none."""
        columns = {name: value for name, value in _columns(flag).items() if name != "forget_at"}
        columns |= {"subject_id": flag.subject.id, "flag_id": flag.id, "kind": flag.kind.value}
        return _flag(await tx.fetch_one(_OPEN, created_at=flag.created_at, **columns))

    def save(self, tx: Transaction, flag: Flag) -> None:
        """Store a locked flag, with the commit."""
        columns = {f"new_{name}": value for name, value in _columns(flag).items() if name not in SUBJECT[1:]}
        tx.send(_SAVE, of_subject=flag.subject.id, of_flag=flag.id, **columns)

    def surest(
        self, q: Querier, kinds: Sequence[FlagKind], states: Sequence[bool], user_id: UserId | None
    ) -> Listing[Flag]:
        """Flags of these kinds, open (True) or not, about a member or about all; the highest score first."""
        return LISTED[user_id is not None].of(q, _flag, **_filters(kinds, states, user_id))

    async def count(self, q: Querier, kinds: Sequence[FlagKind], states: Sequence[bool], user_id: UserId | None) -> int:
        """How many there are of them."""
        return await q.fetch_value(COUNTED[user_id is not None], **_filters(kinds, states, user_id))


def _filters(kinds: Sequence[FlagKind], states: Sequence[bool], user_id: UserId | None) -> dict[str, Any]:
    about = {} if user_id is None else {"user_id": user_id}
    return {"kinds": [kind.value for kind in kinds], "open": list(states), **about}


def _columns(flag: Flag) -> dict[str, Any]:
    return {
        **columns_of(flag.subject),
        **{name: getattr(flag, name) for name in _CHANGING},
        "labels": list(flag.labels),
        "signal_labels": list(flag.signal_labels),
        "resolution": flag.resolution.value if flag.resolution else None,
        "forget_at": flag.resolved_at + KEEP if flag.resolved_at else None,
    }


def _flag(row: Any) -> Flag:
    return Flag(
        id=row["flag_id"],
        kind=FlagKind(row["kind"]),
        subject=subject_of(row),
        created_at=row["created_at"],
        score=row["score"],
        report_count=row["report_count"],
        evidence=row["evidence"],
        labels=tuple(row["labels"]),
        assignee=row["assignee"],
        resolution=Resolution(row["resolution"]) if row["resolution"] else None,
        note=row["note"],
        resolved_by=row["resolved_by"],
        resolved_at=row["resolved_at"],
        signal_labels=tuple(row["signal_labels"]),
        signal_until=row["signal_until"],
    )
