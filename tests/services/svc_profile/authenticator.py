"""A device that keeps passkeys, as browsers and security keys do it (WebAuthn, 6), with every way to do it wrong."""

import base64
import hashlib
import json
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN = "http://localhost:8080"
RELYING_PARTY = "localhost"
PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """It has one key, of the member whom its options name; what it says can be set before it says it."""

    origin: str = ORIGIN
    relying_party: str = RELYING_PARTY
    flags: int = PRESENT | VERIFIED
    count: int = 0
    counts: bool = True
    transports: tuple[str, ...] = ("internal", "hybrid")
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: str = ""
    said: dict[str, Any] = field(default_factory=dict)

    def makes(self, options_json: str) -> str:
        """The answer to options for a new passkey."""
        options = json.loads(options_json)
        self.handle = options["user"]["id"]
        id_ = struct.pack(">H", len(self.credential_id)) + self.credential_id
        data = self._data(ATTESTED) + bytes(16) + id_ + self._public_key()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        return self._answer(
            clientDataJSON=text_of(client), attestationObject=text_of(attestation), transports=self.transports
        )

    def signs(self, options_json: str, **instead: str) -> str:
        """The answer to options for a proof; `instead` takes the place of its parts."""
        options = json.loads(options_json)
        self.count += self.counts
        data, client = self._data(), self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        given = {
            "clientDataJSON": text_of(client),
            "authenticatorData": text_of(data),
            "signature": text_of(signature),
            "userHandle": self.handle,
        }
        return self._answer(**given | instead)

    def _answer(self, **response: Any) -> str:
        id_ = text_of(self.credential_id)
        return json.dumps({"id": id_, "rawId": id_, "type": "public-key", "response": response})

    def _client(self, type_: str, challenge: str) -> bytes:
        said: Mapping[str, Any] = {"type": type_, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps({**said, **self.said}).encode()

    def _data(self, more: int = 0) -> bytes:
        about = hashlib.sha256(self.relying_party.encode()).digest()
        return about + struct.pack(">BI", self.flags | more, self.count)

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (one.to_bytes(32, "big") for one in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
