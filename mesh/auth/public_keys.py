"""Ed25519 public keys as JSON Web Keys (RFC 8037)."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MAX_KEYS = 64
"""More than any rotation leaves alive; a document with more is not ours."""


def key_id(public: Ed25519PublicKey) -> str:
    """Return the id of a key, derived from the key itself."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def to_jwk(kid: str, public: Ed25519PublicKey) -> dict[str, str]:
    """Return the key as a member of a JWKS."""
    x = base64.urlsafe_b64encode(public.public_bytes_raw()).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": x}


def from_jwks(document: object) -> dict[str, Ed25519PublicKey]:
    """Return the Ed25519 keys of a JWKS by id, leaving out what is not one; raises ValueError when it is no JWKS."""
    keys = cast("Mapping[str, Any]", document).get("keys") if isinstance(document, Mapping) else None
    if not isinstance(keys, list) or len(cast("list[object]", keys)) > MAX_KEYS:
        raise ValueError("this is no JSON Web Key Set: its member `keys` should be a short list")
    found: dict[str, Ed25519PublicKey] = {}
    for jwk in cast("list[Mapping[str, Any]]", keys):
        if jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519" and isinstance(jwk.get("kid"), str):
            try:
                x = str(jwk["x"])
                raw = base64.urlsafe_b64decode(x + "=" * (-len(x) % 4))
                found[jwk["kid"]] = Ed25519PublicKey.from_public_bytes(raw)
            except (KeyError, ValueError, binascii.Error):
                continue
    return found
