"""The Ed25519 key each role signs with, the public keys of all roles, as files."""

import time
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mesh.auth import keyfiles

_END = b"-----END PUBLIC KEY-----"
_MAX_KEYS = 4  # of one role: more than a change of keys needs
TOKENS_LIVE_SECONDS = 120
"""A key that was withdrawn is honoured this long at most."""


class JustRotated(Exception):  # noqa: N818 - it says what the key is
    """Tokens of the key before the last one may still be under way."""


def make(private: Path, public: Path, role: str) -> None:
    """Give a role its key, once: `<private>/<role>.key` for itself (mode 0600), `<public>/<role>.pub` for everybody.

    For a role that does not run: a key it had before is published no more.
    """
    path = private / f"{role}.key"
    private.mkdir(mode=0o700, parents=True, exist_ok=True)
    public.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not path.exists():
        keyfiles.replace(path, keyfiles.encoded(Ed25519PrivateKey.generate()))
    shown = read_private(path).public_key()
    if [shown.public_bytes_raw()] != [key.public_bytes_raw() for key in _read_public(public / f"{role}.pub")]:
        _publish(public, role, shown)


def rotate(private: Path, public: Path, role: str) -> None:
    """Give a role that may be running another key; the one until now is published beside it.

    The role reads its key again within a minute, the others read what is published at once. Raises JustRotated while
    tokens of the key before may be under way, which is published no more afterwards.
    """
    path, published = private / f"{role}.key", public / f"{role}.pub"
    old, fresh = read_private(path).public_key(), Ed25519PrivateKey.generate()
    age = time.time() - published.stat().st_mtime
    if len(_read_public(published)) > 1 and age < TOKENS_LIVE_SECONDS:
        raise JustRotated(f"{role} has a new key already: the next one in {TOKENS_LIVE_SECONDS - age:.0f} seconds")
    _publish(public, role, fresh.public_key(), old)
    keyfiles.replace(path, keyfiles.encoded(fresh))


def _publish(public: Path, role: str, *keys: Ed25519PublicKey) -> None:
    form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    keyfiles.replace(public / f"{role}.pub", b"".join(key.public_bytes(*form) for key in keys))


def read_private(path: Path) -> Ed25519PrivateKey:
    """Return the key in a PKCS#8 file; raises ValueError for another kind of key, OSError without a file."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} is no Ed25519 private key")  # noqa: TRY004 - what is wrong is a file, not a type
    return key


class PublishedKeys:
    """The public keys in a folder; a file is read again when it changed, so that keys are exchanged without a restart.

    `<role>.pub` holds PEM blocks: one, and two while a key is being exchanged.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, tuple[object, tuple[Ed25519PublicKey, ...]]] = {}

    def of(self, role: str) -> tuple[Ed25519PublicKey, ...]:
        """Return the keys a role may sign with, none for a role nobody published; raises ValueError for a bad file."""
        path = self._folder / f"{role}.pub"
        stamp = keyfiles.identity(path)
        known = self._read.get(role)
        if known is not None and known[0] == stamp:
            return known[1]
        keys = _read_public(path)
        if keys:
            self._read[role] = stamp, keys
        else:
            self._read.pop(role, None)
        return keys


def _read_public(path: Path) -> tuple[Ed25519PublicKey, ...]:
    try:
        blocks = path.read_bytes().split(_END)[:-1]
    except FileNotFoundError:
        return ()
    keys = [serialization.load_pem_public_key(block.lstrip() + _END + b"\n") for block in blocks]
    found = tuple(key for key in keys if isinstance(key, Ed25519PublicKey))
    if not found or len(found) != len(keys) or len(keys) > _MAX_KEYS:
        raise ValueError(f"{path} holds no Ed25519 public keys, or more than {_MAX_KEYS}")
    return found
