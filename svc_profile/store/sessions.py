"""The sessions table with the refresh tokens of each session."""

from datetime import datetime
from typing import Any

from sqlalchemy import Uuid, bindparam, insert, select, update

from mesh.data import Listing, Querier, Transaction, kept, keyset, statement
from svc_profile.domain.devices import Client
from svc_profile.domain.ids import SessionId, UserId
from svc_profile.domain.session import LIFETIME, RefreshToken, Session, Trade
from svc_profile.store.tables import refresh_tokens, sessions

_s, _t = sessions.c, refresh_tokens.c
_ONE = (_s.user_id == bindparam("of_user"), _s.session_id == bindparam("of_session"))
_THIS_TOKEN = (
    _t.user_id == bindparam("of_user"),
    _t.session_id == bindparam("of_session"),
    _t.token_hash == bindparam("digest"),
)

_SESSION = select(
    _s.user_id,
    _s.session_id,
    _s.created_at,
    _s.last_used_at,
    _s.expires_at,
    _s.revoked_at,
    _s.device_name,
    _s.agent,
    _s.network,
)
_OPEN = (_s.user_id == bindparam("of_user"), _s.revoked_at.is_(None), _s.expires_at > bindparam("now"))
LISTED = keyset(_SESSION.where(*_OPEN), _s.last_used_at.desc(), _s.session_id.desc(), rising=True, name="list sessions")
_LOCK = statement(_SESSION.where(*_ONE).with_for_update())
_INSERT = statement(
    insert(sessions).values(
        user_id=bindparam("user_id"),
        session_id=bindparam("session_id"),
        created_at=bindparam("created_at"),
        last_used_at=bindparam("last_used_at"),
        expires_at=bindparam("expires_at"),
        device_name=bindparam("device_name"),
        agent=bindparam("agent"),
        network=bindparam("network"),
    )
)
_PROLONG = statement(
    update(sessions)
    .where(*_ONE)
    .values(last_used_at=bindparam("at"), expires_at=bindparam("expires_at"), network=bindparam("new_network"))
)
_REVOKE_ALL = statement(
    update(sessions)
    .where(*_OPEN, _s.session_id.is_distinct_from(bindparam("but", type_=Uuid)))
    .values(revoked_at=bindparam("now"))
    .returning(_s.session_id)
)
_REVOKE = statement(update(sessions).where(*_ONE, _s.revoked_at.is_(None)).values(revoked_at=bindparam("at")))
_ADD_TOKEN = statement(
    insert(refresh_tokens).values(
        user_id=bindparam("user_id"),
        session_id=bindparam("session_id"),
        token_hash=bindparam("digest"),
        created_at=bindparam("at"),
    )
)
_TOKEN = statement(select(_t.used_at, _t.used_from, _t.successor).where(*_THIS_TOKEN))
_USE_TOKEN = statement(
    update(refresh_tokens)
    .where(*_THIS_TOKEN)
    .values(used_at=bindparam("at"), used_from=bindparam("client"), successor=bindparam("sealed"))
)
SWEPT = (kept(_s.expires_at, LIFETIME), kept(_t.created_at, 2 * LIFETIME))
"""Sessions that ended long ago; tokens that were traded long ago, or whose session did: they are unknown then."""


class SessionRepository:
    """Loads and saves sessions; a session's row is the lock of its token family."""

    async def add(self, tx: Transaction, session: Session, token: RefreshToken) -> None:
        """Store a new session with its first refresh token."""
        await tx.execute(
            _INSERT,
            user_id=session.user_id,
            session_id=session.id,
            created_at=session.created_at,
            last_used_at=session.last_used_at,
            expires_at=session.expires_at,
            device_name=session.client.name,
            agent=session.client.agent,
            network=session.network,
        )
        await self._add_token(tx, token, session.created_at)

    async def lock(self, tx: Transaction, user_id: UserId, session_id: SessionId) -> Session | None:
        """One session, locked until the transaction ends."""
        row = await tx.fetch_one(_LOCK, of_user=user_id, of_session=session_id)
        return _session(row) if row else None

    async def trade_of(self, tx: Transaction, token: RefreshToken) -> Trade | None:
        """What the token was traded for, if it was already; None for one that the session never gave out."""
        row = await tx.fetch_one(_TOKEN, of_user=token.user_id, of_session=token.session_id, digest=token.digest)
        return Trade(row["used_at"], row["used_from"], row["successor"]) if row else None

    async def rotate(
        self, tx: Transaction, session: Session, old: RefreshToken, new: RefreshToken, client: bytes
    ) -> None:
        """Trade a token for its successor; `session` carries the new times."""
        await tx.execute(
            _USE_TOKEN,
            of_user=old.user_id,
            of_session=old.session_id,
            digest=old.digest,
            at=session.last_used_at,
            client=client,
            sealed=old.seal(new),
        )
        await tx.execute(
            _PROLONG,
            of_user=session.user_id,
            of_session=session.id,
            at=session.last_used_at,
            expires_at=session.expires_at,
            new_network=session.network,
        )
        await self._add_token(tx, new, session.last_used_at)

    async def revoke(self, tx: Transaction, user_id: UserId, session_id: SessionId, at: datetime) -> None:
        """End a session; its first end stays on record."""
        await tx.execute(_REVOKE, of_user=user_id, of_session=session_id, at=at)

    async def revoke_all(
        self, tx: Transaction, user_id: UserId, at: datetime, *, but: SessionId | None = None
    ) -> list[SessionId]:
        """End all open sessions of a member, or all but one; returns those that were open."""
        rows = await tx.fetch(_REVOKE_ALL, of_user=user_id, now=at, but=but)
        return [SessionId(row["session_id"]) for row in rows]

    def open_of(self, q: Querier, user_id: UserId, now: datetime) -> Listing[Session]:
        """The open sessions of a member, the most recently used first."""
        return LISTED.of(q, _session, of_user=user_id, now=now)

    async def _add_token(self, tx: Transaction, token: RefreshToken, at: datetime) -> None:
        await tx.execute(_ADD_TOKEN, user_id=token.user_id, session_id=token.session_id, digest=token.digest, at=at)


def _session(row: Any) -> Session:
    return Session(
        user_id=row["user_id"],
        id=row["session_id"],
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        client=Client(agent=row["agent"], name=row["device_name"]),
        network=row["network"],
    )
