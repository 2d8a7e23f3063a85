"""The keys that sign access tokens, as operators change them and everybody verifies by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mesh.auth import KeyRing
from mesh.auth.keyring import Rotation
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from svc_profile.domain.actions import ActionKind
from svc_profile.usecases.audit import Audit


@dataclass(frozen=True)
class SigningKeys:
    """They lie in a folder, outside of any transaction: a change is on record before it is made."""

    db: Database
    keys: KeyRing
    audit: Audit

    async def rotate(self) -> Rotation:
        """A new key, and when the others go."""

        async def work(tx: Transaction) -> None:
            self.audit.note(tx, ActionKind.SIGNING_KEY_ROTATED, uuid7(), user_id=None)

        await self.db.transact(work)
        return self.keys.rotate()

    def public(self) -> Sequence[dict[str, Any]]:
        """What verifies tokens, as JSON Web Keys."""
        return self.keys.jwks()["keys"]
