"""The private Ed25519 keys that sign access tokens, as files in one folder."""

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mesh.auth import keyfiles
from mesh.auth.errors import KeysReadOnly
from mesh.auth.keyfiles import StoredKey
from mesh.auth.public_keys import to_jwk
from mesh.auth.revocation import LONGEST_ACCESS
from mesh.clock import Clock, SystemClock

PUBLISH_AHEAD = timedelta(minutes=10)
"""A new key is in the JWKS this long before it signs: longer than any verifier's refresh interval."""

OVERLAP = LONGEST_ACCESS
"""A replaced key stays in the JWKS this long: no access token lives longer."""

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rotation:
    """A new key, when it begins to sign, when those until now are forgotten."""

    kid: str
    signs_from: datetime
    others_retire_at: datetime


class KeyRing:
    """The keys in `folder`; the first one is made when there is none, however many processes start at once.

    Files: `<kid>.pem` (PKCS#8, mode 0600), `windows.json` with the time each key begins to sign and the time it is
    forgotten. Without that file every key is valid always, so that a mounted secret needs nothing but the PEM.
    """

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self._folder = folder
        self._clock = clock or SystemClock()
        self._keys: Mapping[str, StoredKey] = {}
        self._stamp: object = None
        self.reload()
        if not self._usable(self._clock.now()):
            with keyfiles.locked(folder):
                self.reload()
                if not self._usable(self._clock.now()):
                    keyfiles.write_windows(folder, {keyfiles.create(folder): (keyfiles.ALWAYS, None)})
            self.reload()

    def signing_key(self) -> tuple[str, Ed25519PrivateKey]:
        """Return (kid, key) to sign with now: of the newest whose time has come the longest verified."""
        self.reload_if_changed()
        now = self._clock.now()
        best = max(self._usable(now), key=lambda key: (key.not_before, key.retire_at or _NEVER, key.kid))
        return best.kid, best.private

    def public_key(self, kid: str) -> Ed25519PublicKey | None:
        """Return the public key with this id while it may verify."""
        key = self._keys.get(kid)
        return key.public if key and not key.retired(self._clock.now()) else None

    def jwks(self) -> dict[str, Any]:
        """Return the JSON Web Key Set to publish (RFC 7517): every key that signs, will sign or lately signed."""
        self.reload_if_changed()
        now = self._clock.now()
        live = sorted(self._keys.values(), key=lambda key: (key.not_before, key.kid))
        return {"keys": [to_jwk(key.kid, key.public) for key in live if not key.retired(now)]}

    def rotate(self, *, publish_ahead: timedelta = PUBLISH_AHEAD, overlap: timedelta = OVERLAP) -> Rotation:
        """Add a key that signs after `publish_ahead`, retire the others `overlap` later.

        Forgets keys that are retired already. Safe while other processes sign: they notice the change. Raises
        KeysReadOnly where the folder is not ours to write.
        """
        now = self._clock.now()
        begin, end = now + publish_ahead, now + publish_ahead + overlap
        try:
            with keyfiles.locked(self._folder):
                self.reload()
                live = [key for key in self._keys.values() if not key.retired(now)]
                kid = keyfiles.create(self._folder)
                windows = {key.kid: (key.not_before, key.retire_at or end) for key in live}
                keyfiles.write_windows(self._folder, {**windows, kid: (begin, None)})
        except OSError as error:
            if error.errno not in {errno.EROFS, errno.EACCES, errno.EPERM}:
                raise
            raise KeysReadOnly("the signing keys are mounted from elsewhere: change them there") from error
        self.reload()
        return Rotation(kid, begin, end)

    def reload(self) -> None:
        """Read the folder again."""
        self._stamp = keyfiles.stamp(self._folder)
        self._keys = keyfiles.read(self._folder)

    def reload_if_changed(self) -> None:
        """Read the folder again if another process changed it; costs two `stat` calls otherwise."""
        if keyfiles.stamp(self._folder) != self._stamp:
            self.reload()

    def _usable(self, now: datetime) -> list[StoredKey]:
        return [key for key in self._keys.values() if key.not_before <= now and not key.retired(now)]
