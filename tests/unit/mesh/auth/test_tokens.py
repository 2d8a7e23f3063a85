import base64
import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mesh.auth import KeyRing, KeysUnavailable, LocalKeys, TokenExpired, TokenInvalid, TokenSigner, TokenVerifier
from mesh.ids import uuid7
from mesh.testing import ManualClock

ISSUER = "https://guild.test"
USER, SESSION = uuid7(), uuid7()


class Keys:
    """A key source that counts how often it is asked to look again."""

    def __init__(self, keys: dict[str, Ed25519PublicKey], later: dict[str, Ed25519PublicKey] | None = None) -> None:
        self.generation = 0
        self.refreshed = 0
        self.keys = keys
        self._later = later or {}

    def find(self, kid: str) -> Ed25519PublicKey | None:
        """Return a key known now."""
        return self.keys.get(kid)

    def available(self) -> bool:
        """Tell whether any key is known."""
        return bool(self.keys)

    async def refresh(self) -> None:
        """Learn the later keys."""
        self.refreshed += 1
        self.keys = self.keys | self._later


@pytest.fixture
def ring(tmp_path: Path, clock: ManualClock) -> KeyRing:
    return KeyRing(tmp_path / "keys", clock)


@pytest.fixture
def signer(ring: KeyRing, clock: ManualClock) -> TokenSigner:
    return TokenSigner(ring, ISSUER, clock)


@pytest.fixture
def verifier(ring: KeyRing, clock: ManualClock) -> TokenVerifier:
    return TokenVerifier(LocalKeys(ring), ISSUER, clock)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the tokens whose signatures are checked from now on."""
    checked: list[str] = []
    decode = jwt.decode

    def noted(token: str, *args: Any, **options: Any) -> Any:
        checked.append(token)
        return decode(token, *args, **options)

    monkeypatch.setattr(jwt, "decode", noted)
    return checked


def _signed(ring: KeyRing, clock: ManualClock, **changes: object) -> str:
    now = int(clock.now().timestamp())
    payload: dict[str, object] = {
        "iss": ISSUER,
        "aud": "guild",
        "sub": str(USER),
        "sid": str(SESSION),
        "iat": now,
        "exp": now + 900,
        "jti": "1",
    }
    kid, key = ring.signing_key()
    payload = {name: value for name, value in (payload | changes).items() if value is not None}
    return jwt.encode(payload, key, algorithm="EdDSA", headers={"kid": kid})


async def test_a_signed_token_tells_who_and_which_session(signer: TokenSigner, verifier: TokenVerifier) -> None:
    """What was signed is what is read."""
    token = signer.access_token(USER, SESSION)

    claims = await verifier.verify(token)

    assert (USER, SESSION) == (claims.user_id, claims.session_id)
    assert 900 == claims.expires_at - claims.issued_at
    assert 7 == UUID(claims.token_id).version


async def test_a_token_says_nothing_secret_and_names_its_key(signer: TokenSigner, ring: KeyRing) -> None:
    """The header pins EdDSA and the key; the claims are those of the contract."""
    token = signer.access_token(USER, SESSION, scope="chat")

    header, payload = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])

    assert {"alg": "EdDSA", "kid": ring.signing_key()[0], "typ": "at+jwt"} == header
    assert {"iss", "aud", "sub", "sid", "iat", "exp", "jti", "scope"} == set(payload)
    assert ("guild", ISSUER, "chat") == (payload["aud"], payload["iss"], payload["scope"])


async def test_extra_claims_cannot_replace_the_member(signer: TokenSigner, verifier: TokenVerifier) -> None:
    """A claim named like one of ours is overruled."""
    token = signer.access_token(USER, SESSION, sub=str(uuid7()), aud="else")

    claims = await verifier.verify(token)

    assert USER == claims.user_id


async def test_a_remembered_token_expires_too(signer: TokenSigner, verifier: TokenVerifier, clock: ManualClock) -> None:
    """A token that was verified before is refused from the second it expires."""
    token = signer.access_token(USER, SESSION, timedelta(seconds=10))
    await verifier.verify(token)

    clock.advance(9.9)
    await verifier.verify(token)
    clock.advance(0.1)

    with pytest.raises(TokenExpired) as caught:
        await verifier.verify(token)
    assert "TOKEN_EXPIRED" == caught.value.reason


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.test"},
        {"aud": "guild-mesh"},
        {"aud": None},
        {"sub": "someone"},
        {"sub": None},
        {"sid": None},
        {"exp": None},
        {"exp": "soon"},
        {"jti": None},
        {"iat": 4_000_000_000},
        {"nbf": 3_999_999_999},
        {"nbf": "soon"},
    ],
)
async def test_wrong_claims_are_refused(
    ring: KeyRing, verifier: TokenVerifier, clock: ManualClock, changes: dict[str, object]
) -> None:
    """A token signed with our key still needs every claim to be ours."""
    token = _signed(ring, clock, **changes)

    with pytest.raises(TokenInvalid):
        await verifier.verify(token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", "A" * 5000, "eyJhbGciOiJFZERTQSJ9.e30.", "\x00"])
async def test_nonsense_is_refused(verifier: TokenVerifier, token: str) -> None:
    """Text of any shape is TOKEN_INVALID and never another error."""
    with pytest.raises(TokenInvalid) as caught:
        await verifier.verify(token)
    assert "TOKEN_INVALID" == caught.value.reason


async def test_a_changed_token_is_refused(signer: TokenSigner, verifier: TokenVerifier) -> None:
    """One other character in the claims breaks the signature."""
    head, body, signature = signer.access_token(USER, SESSION).split(".")
    changed = body[:-2] + ("A" if body[-2] != "A" else "B") + body[-1]

    with pytest.raises(TokenInvalid):
        await verifier.verify(f"{head}.{changed}.{signature}")


async def test_a_foreign_key_with_our_key_id_is_refused(
    ring: KeyRing, verifier: TokenVerifier, clock: ManualClock
) -> None:
    """The key id names the key to check with; it proves nothing."""
    body = jwt.decode(_signed(ring, clock), options={"verify_signature": False})
    forged = jwt.encode(body, Ed25519PrivateKey.generate(), "EdDSA", {"kid": ring.signing_key()[0]})

    with pytest.raises(TokenInvalid):
        await verifier.verify(forged)


async def test_a_wrong_token_is_checked_once(
    ring: KeyRing, verifier: TokenVerifier, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sends it again and again costs no signature check each time; others are still checked."""
    checked = counted(monkeypatch)
    body = jwt.decode(_signed(ring, clock), options={"verify_signature": False})
    forged = [jwt.encode(body, Ed25519PrivateKey.generate(), "EdDSA", {"kid": ring.signing_key()[0]}) for _ in "ab"]
    checked.clear()

    for token in (*forged, *forged, *forged):
        with pytest.raises(TokenInvalid, match="not valid"):
            await verifier.verify(token)

    assert forged == checked


async def test_an_expired_token_is_checked_once(
    signer: TokenSigner, verifier: TokenVerifier, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays expired."""
    token = signer.access_token(USER, SESSION)
    clock.advance(timedelta(hours=1).total_seconds())
    checked = counted(monkeypatch)

    for _ in range(3):
        with pytest.raises(TokenExpired):
            await verifier.verify(token)

    assert [token] == checked


async def test_a_key_that_is_exchanged_makes_a_token_good_at_once(
    ring: KeyRing, signer: TokenSigner, clock: ManualClock
) -> None:
    """A token that was refused is checked anew with another key of that name, however it came to be known."""
    kid, key = ring.signing_key()
    keys = Keys({kid: Ed25519PrivateKey.generate().public_key()})
    verifier, token = TokenVerifier(keys, ISSUER, clock), signer.access_token(USER, SESSION)
    with pytest.raises(TokenInvalid):
        await verifier.verify(token)

    keys.keys = {kid: key.public_key()}

    assert USER == (await verifier.verify(token)).user_id


async def test_a_token_of_a_minute_to_come_is_good_when_that_has_come(
    ring: KeyRing, verifier: TokenVerifier, clock: ManualClock
) -> None:
    """What is wrong for now only is not remembered as wrong."""
    token = _signed(ring, clock, iat=int(clock.now().timestamp()) + 120)
    with pytest.raises(TokenInvalid):
        await verifier.verify(token)

    clock.advance(120)

    assert USER == (await verifier.verify(token)).user_id


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_other_algorithms_are_refused(
    ring: KeyRing, verifier: TokenVerifier, clock: ManualClock, algorithm: str
) -> None:
    """Neither an unsigned token nor one "signed" with the public key as a shared secret gets in."""
    kid, key = ring.signing_key()
    _, body, _ = _signed(ring, clock).split(".")
    head = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "kid": kid, "typ": "JWT"}).encode()).rstrip(b"=")
    secret = key.public_key().public_bytes_raw()
    mac = hmac.digest(secret, head + b"." + body.encode(), hashlib.sha256) if algorithm == "HS256" else b""
    forged = f"{head.decode()}.{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    with pytest.raises(TokenInvalid):
        await verifier.verify(forged)


async def test_an_unknown_key_id_is_looked_up_once(ring: KeyRing, signer: TokenSigner, clock: ManualClock) -> None:
    """A verifier that does not know the key asks for the keys again, then recognises the token."""
    kid, key = ring.signing_key()
    keys = Keys({"old": Ed25519PrivateKey.generate().public_key()}, later={kid: key.public_key()})
    verifier, token = TokenVerifier(keys, ISSUER, clock), signer.access_token(USER, SESSION)

    await verifier.verify(token)
    await verifier.verify(token)

    assert 1 == keys.refreshed


async def test_without_any_key_the_caller_is_told_to_wait(signer: TokenSigner, clock: ManualClock) -> None:
    """A verifier that could not fetch keys yet does not call a good token bad."""
    verifier = TokenVerifier(Keys({}), ISSUER, clock)

    with pytest.raises(KeysUnavailable) as caught:
        await verifier.verify(signer.access_token(USER, SESSION))

    assert 1.0 == caught.value.retry_after


async def test_a_withdrawn_key_ends_remembered_tokens(ring: KeyRing, signer: TokenSigner, clock: ManualClock) -> None:
    """When the set of keys changes, tokens verified before are checked again."""
    kid, key = ring.signing_key()
    keys = Keys({kid: key.public_key()})
    verifier, token = TokenVerifier(keys, ISSUER, clock), signer.access_token(USER, SESSION)
    await verifier.verify(token)

    keys.keys = {"new": Ed25519PrivateKey.generate().public_key()}
    keys.generation += 1

    with pytest.raises(TokenInvalid):
        await verifier.verify(token)


async def test_memory_of_tokens_is_bounded(
    signer: TokenSigner, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest verified token makes room for the newest."""
    monkeypatch.setattr("mesh.auth.tokens.MAX_REMEMBERED", 3)
    tokens = [signer.access_token(uuid7(), uuid7()) for _ in range(5)]

    for token in tokens:
        await verifier.verify(token)

    assert tokens[2:] == list(verifier._known)


async def test_an_old_token_of_a_forgotten_key_has_expired(signer: TokenSigner, clock: ManualClock) -> None:
    """Its key is no longer published, and its time is over too: that is what its holder needs to hear."""
    verifier = TokenVerifier(Keys({"new": Ed25519PrivateKey.generate().public_key()}), ISSUER, clock)
    token = signer.access_token(USER, SESSION)

    with pytest.raises(TokenInvalid):
        await verifier.verify(token)
    clock.advance(3600)
    with pytest.raises(TokenExpired):
        await verifier.verify(token)
