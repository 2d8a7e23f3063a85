"""The phone numbers of accounts."""

from dataclasses import dataclass
from datetime import datetime

from mesh.auth import Passwords
from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.mail import Mailer, Notice
from svc_profile.domain.facts import ProfileChanged
from svc_profile.domain.ids import UserId
from svc_profile.domain.phone import (
    GOOD_FOR,
    MOST_CODES,
    EmailNotVerified,
    PhoneCodeInvalid,
    PhoneCodeThrottled,
    SentCode,
    new_code,
)
from svc_profile.store.events import publish
from svc_profile.store.phone_codes import PhoneCodes
from svc_profile.store.users import UserRepository
from svc_profile.usecases import letters
from svc_profile.usecases.contact_index import ContactIndex


@dataclass(frozen=True)
class Phones:
    """A number is the member's once they typed the code that was sent to it.

    Codes are short, so they are hashed as passwords are, and each guess counts before it is looked at.
    """

    db: Database
    users: UserRepository
    codes: PhoneCodes
    mailer: Mailer
    passwords: Passwords
    contacts: ContactIndex
    clock: Clock

    async def start(self, me: UserId, number: str) -> datetime:
        """Send a code; returns when it stops working.

        Raises:
            EmailNotVerified: the member did not prove that their address is theirs.
            PhoneCodeThrottled: the number got several lately, whoever asked.
        """
        found = await self.users.find(self.db, me)
        if found is None or not found[0].email_verified:
            raise EmailNotVerified
        code = new_code()
        code_hash, now = await self.passwords.hash(code), self.clock.now()

        async def work(tx: Transaction) -> datetime:
            end = now + GOOD_FOR
            if await self.codes.add(tx, number, me, code_hash, now, end) > MOST_CODES:
                raise PhoneCodeThrottled
            letter = letters.phone_code(code)
            self.mailer.post(tx, Notice("phone_code", number, letter, about=me, channel="sms", worth=GOOD_FOR))
            return end

        return await self.db.transact(work)

    async def confirm(self, me: UserId, number: str, code: str) -> None:
        """Make the number the one of the account; raises PhoneCodeInvalid."""

        async def count(tx: Transaction) -> SentCode | None:
            return await self.codes.guess(tx, number, me)

        sent, now = await self.db.transact_apart(count), self.clock.now()
        if sent is None or not sent.may_be_tried(now) or not await self.passwords.verify(sent.code_hash, code):
            raise PhoneCodeInvalid

        async def work(tx: Transaction) -> None:
            self.codes.expire(tx, number, me, now)
            await self._set(tx, me, number)

        await self.db.transact(work)

    async def remove(self, me: UserId) -> None:
        """Let the account have no number."""

        async def work(tx: Transaction) -> None:
            await self._set(tx, me, "")

        await self.db.transact(work)

    async def _set(self, tx: Transaction, me: UserId, number: str) -> None:
        user = await self.users.lock(tx, me)
        if user is not None and user.phone_number != number:
            self.users.set_phone(tx, me, number or None)
            await self.contacts.refresh(tx, me)
            publish(tx, ProfileChanged(me, ("phone_number",), self.clock.now()), by=me)
