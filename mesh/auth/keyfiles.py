"""Read signing keys from a folder, change the folder so that readers never see half a key."""

import fcntl
import json
import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mesh.auth.public_keys import key_id

_WINDOWS = "windows.json"
_KID = re.compile(r"[A-Za-z0-9_-]{1,64}")
Window = tuple[datetime, datetime | None]

ALWAYS = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One key pair with the window in which it counts."""

    kid: str
    private: Ed25519PrivateKey
    public: Ed25519PublicKey
    not_before: datetime
    retire_at: datetime | None

    def retired(self, now: datetime) -> bool:
        """Whether the key no longer verifies anything."""
        return self.retire_at is not None and self.retire_at <= now


@contextmanager
def locked(folder: Path) -> Generator[None]:
    """Be the only process that changes the folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def stamp(folder: Path) -> tuple[object, ...]:
    """Return something that differs after the folder was changed: a change ends with a new file of windows."""
    return identity(folder), identity(folder / _WINDOWS)


def read(folder: Path) -> dict[str, StoredKey]:
    """Return the keys by id; raises ValueError for a file that is no Ed25519 key.

    Where windows are written down, a key without one is being added just now and does not count yet.
    """
    windows = _windows(folder)
    keys: dict[str, StoredKey] = {}
    for path in sorted(folder.glob("*.pem")):
        try:
            private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except FileNotFoundError:  # removed between the listing and the reading
            continue
        if not isinstance(private, Ed25519PrivateKey) or not _KID.fullmatch(path.stem):
            raise ValueError(f"{path} is no Ed25519 private key named by a key id")
        if windows and path.stem not in windows:
            continue
        not_before, retire_at = windows.get(path.stem, (ALWAYS, None))
        keys[path.stem] = StoredKey(path.stem, private, private.public_key(), not_before, retire_at)
    return keys


def create(folder: Path) -> str:
    """Make a key and return its id; it counts once it has a window. Call it inside `locked`."""
    private = Ed25519PrivateKey.generate()
    kid = key_id(private.public_key())
    replace(folder / f"{kid}.pem", encoded(private))
    return kid


def encoded(private: Ed25519PrivateKey) -> bytes:
    """Return the key as PKCS#8 PEM."""
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def write_windows(folder: Path, windows: Mapping[str, Window]) -> None:
    """Write down when each key begins to sign and when it is forgotten, remove the others; call inside `locked`."""
    stored = {kid: [begin.isoformat(), end.isoformat() if end else None] for kid, (begin, end) in windows.items()}
    replace(folder / _WINDOWS, json.dumps(stored, indent=1, sort_keys=True).encode())
    for path in folder.glob("*.pem"):
        if path.stem not in windows:
            path.unlink()


def _windows(folder: Path) -> dict[str, Window]:
    try:
        stored: dict[str, list[str | None]] = json.loads((folder / _WINDOWS).read_bytes())
    except FileNotFoundError:
        return {}
    return {
        kid: (datetime.fromisoformat(begin or ALWAYS.isoformat()), datetime.fromisoformat(end) if end else None)
        for kid, (begin, end) in stored.items()
    }


def replace(path: Path, content: bytes) -> None:
    """Write a file only we may read, so that readers see the old content or the new."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def identity(path: Path) -> tuple[int, int]:
    """Return something that differs after the file was replaced or written."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_ino, status.st_mtime_ns
