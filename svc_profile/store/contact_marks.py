"""The contact_marks table: by which proven address and number members are found."""

from collections.abc import Iterable

from sqlalchemy import ARRAY, LargeBinary, Text, any_, bindparam, delete, insert, select

from mesh.data import Querier, Transaction, statement
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import contact_marks, users
from svc_profile.store.users import ALIVE

_m, _u = contact_marks.c, users.c
_READ = statement(
    select(_u.email, _u.email_verified_at.is_not(None), _u.phone_number, _u.findable_by_contact)
    .where(_u.user_id == bindparam("user_id"))
    .with_for_update(),
    name="SELECT contacts of a member",
)
_DROP = statement(delete(contact_marks).where(_m.user_id == bindparam("user_id")))
_PUT = statement(
    insert(contact_marks).values(user_id=bindparam("user_id"), mark=bindparam("mark"), salt_id=bindparam("salt_id"))
)
_FOUND = statement(
    select(_m.user_id)
    .join(users, _u.user_id == _m.user_id)
    .where(
        _m.mark == any_(bindparam("marks", type_=ARRAY(LargeBinary))), _u.findable_by_contact, _u.discoverable, ALIVE
    )
    .distinct()
    .order_by(_m.user_id)
    .limit(bindparam("most")),
    name="SELECT members by contacts",
)
_MADE_BY = statement(
    select(_m.user_id)
    .where(_m.salt_id == any_(bindparam("salt_ids", type_=ARRAY(Text))))
    .distinct()
    .limit(bindparam("most")),
    name="SELECT members by the salt of their contacts",
)


class ContactMarks:
    """Rows are written under the lock of the member."""

    async def read(self, tx: Transaction, user_id: UserId) -> list[str]:
        """By which proven contacts a member wants to be found, locked; of those who left, too: they may come back."""
        row = await tx.fetch_one(_READ, user_id=user_id)
        if row is None:
            return []
        email, verified, number, findable = row
        proven = [*([email] if verified else []), *([number] if number else [])]
        return proven if findable else []

    def put(self, tx: Transaction, user_id: UserId, marks: Iterable[bytes], salt_id: str) -> None:
        """Find a locked member by these and no others, with the commit."""
        tx.send(_DROP, user_id=user_id)
        for mark in marks:
            tx.send(_PUT, user_id=user_id, mark=mark, salt_id=salt_id)

    async def found(self, q: Querier, marks: Iterable[bytes], most: int) -> list[UserId]:
        """Who wants to be found by any of them, of those who are there."""
        return [row[0] for row in await q.fetch(_FOUND, marks=list(marks), most=most)]

    async def made_by(self, q: Querier, salt_ids: Iterable[str], most: int) -> list[UserId]:
        """Some of the members who are found with these salts."""
        return [row[0] for row in await q.fetch(_MADE_BY, salt_ids=list(salt_ids), most=most)]
