import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest

from guildctl.roles import ROLES
from mesh.auth import ServiceCredentials, ServiceVerifier, TokenExpired, TokenInvalid, role_keys
from mesh.auth.role_keys import TOKENS_LIVE_SECONDS
from mesh.auth.service_tokens import RENEW_SECONDS, SKEW_SECONDS
from mesh.settings import AuthSettings, SettingsError
from mesh.testing import ManualClock

NAMES = [role.name for role in ROLES]


@pytest.fixture
def settings(tmp_path: Path) -> AuthSettings:
    """Keys of all roles."""
    keys = AuthSettings(role_key_dir=tmp_path / "keys", role_public_keys_dir=tmp_path / "public")
    for name in NAMES:
        give(keys, name)
    return keys


def give(settings: AuthSettings, role: str) -> None:
    assert settings.role_key_dir is not None
    assert settings.role_public_keys_dir is not None
    role_keys.make(settings.role_key_dir, settings.role_public_keys_dir, role)


def key_of(settings: AuthSettings, role: str) -> Path:
    assert settings.role_key_dir is not None
    return settings.role_key_dir / f"{role}.key"


def forged(settings: AuthSettings, signer: str, clock: ManualClock, **claims: object) -> str:
    """Sign whatever `claims` say with a role's key; None leaves a claim out."""
    now = int(clock.now().timestamp())
    said: dict[str, object] = {"aud": "profile", "sub": f"service:{signer}", "iat": now, "exp": now + 60, **claims}
    key = role_keys.read_private(key_of(settings, signer))
    return jwt.encode({name: value for name, value in said.items() if value is not None}, key, "EdDSA")


@pytest.mark.parametrize("role", NAMES)
def test_a_role_is_recognised_by_its_key(settings: AuthSettings, clock: ManualClock, role: str) -> None:
    """The service that is called learns which role calls."""
    token = ServiceCredentials(role, settings, clock).token("profile")

    assert role == ServiceVerifier("profile", settings, clock).verify(token)


@pytest.mark.parametrize("signer", NAMES)
def test_no_role_can_be_another(settings: AuthSettings, clock: ManualClock, signer: str) -> None:
    """A token that names another role than the one whose key signed it is refused, whichever the two are."""
    verifier = ServiceVerifier("profile", settings, clock)

    assert signer == verifier.verify(forged(settings, signer, clock))
    for other in NAMES:
        if other != signer:
            with pytest.raises(TokenInvalid):
                verifier.verify(forged(settings, signer, clock, sub=f"service:{other}"))


def test_a_token_for_another_service_is_refused(settings: AuthSettings, clock: ManualClock) -> None:
    """What feed was told cannot be played on to profile."""
    token = ServiceCredentials("edge", settings, clock).token("feed")

    assert "edge" == ServiceVerifier("feed", settings, clock).verify(token)
    with pytest.raises(TokenInvalid):
        ServiceVerifier("profile", settings, clock).verify(token)


def test_an_unknown_key_is_refused(settings: AuthSettings, clock: ManualClock, tmp_path: Path) -> None:
    """A role of another mesh, and a role nobody published, are worth nothing here."""
    strange = replace(settings, role_key_dir=tmp_path / "theirs", role_public_keys_dir=tmp_path / "their-public")
    for role in ("feed", "stranger"):
        give(strange, role)
        token = ServiceCredentials(role, strange, clock).token("profile")
        with pytest.raises(TokenInvalid):
            ServiceVerifier("profile", settings, clock).verify(token)


def test_a_token_is_reused_and_renewed_in_time(settings: AuthSettings, clock: ManualClock) -> None:
    """A token is signed once a minute for each service called, and always has a minute left."""
    credentials, verifier = ServiceCredentials("feed", settings, clock), ServiceVerifier("profile", settings, clock)
    first = credentials.token("profile")

    clock.advance(TOKENS_LIVE_SECONDS - RENEW_SECONDS - 1)
    assert first == credentials.token("profile")
    assert first != credentials.token("jobs")
    clock.advance(1)
    second = credentials.token("profile")

    assert first != second
    clock.advance(RENEW_SECONDS)
    assert "feed" == verifier.verify(second)


def test_a_remembered_token_expires(settings: AuthSettings, clock: ManualClock) -> None:
    """A service token is refused when its two minutes are over, though it was good a moment ago."""
    token = ServiceCredentials("feed", settings, clock).token("profile")
    verifier = ServiceVerifier("profile", settings, clock)
    verifier.verify(token)

    clock.advance(TOKENS_LIVE_SECONDS)

    with pytest.raises(TokenExpired):
        verifier.verify(token)


def test_without_keys_nobody_is_a_service(settings: AuthSettings, clock: ManualClock) -> None:
    """No settings open nothing: no token is made, none accepted."""
    token = ServiceCredentials("feed", settings, clock).token("profile")

    assert "" == ServiceCredentials("feed", AuthSettings(), clock).token("profile")
    with pytest.raises(TokenInvalid):
        ServiceVerifier("profile", AuthSettings(), clock).verify(token)


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "feed"},
        {"sub": "service:"},
        {"sub": "service:../feed"},
        {"sub": None},
        {"aud": "guild"},
        {"aud": None},
        {"exp": "x"},
        {"exp": None},
        {"exp": 4_000_000_000},
        {"iat": None},
        {"iat": 4_000_000_000, "exp": 4_000_000_060},
        {"padding": "x" * 1_000},
    ],
    ids=str,
)
def test_wrong_claims_are_refused(settings: AuthSettings, clock: ManualClock, claims: dict[str, object]) -> None:
    """Also with the right key: a wrong subject, no audience, a life longer than ours, a beginning in the future."""
    with pytest.raises(TokenInvalid):
        ServiceVerifier("profile", settings, clock).verify(forged(settings, "feed", clock, **claims))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\0", "é"])
def test_what_is_no_token_is_refused(settings: AuthSettings, clock: ManualClock, token: str) -> None:
    """Garbage raises the error of wrong tokens and nothing else."""
    with pytest.raises(TokenInvalid):
        ServiceVerifier("profile", settings, clock).verify(token)


def test_an_unsigned_token_is_refused(settings: AuthSettings, clock: ManualClock) -> None:
    """Neither "none" nor a public key taken for a shared secret is a signature."""
    now = int(clock.now().timestamp())
    said = {"aud": "profile", "sub": "service:feed", "iat": now, "exp": now + 60}
    for token in (jwt.encode(said, None, "none"), jwt.encode(said, "s" * 32, "HS256")):
        with pytest.raises(TokenInvalid):
            ServiceVerifier("profile", settings, clock).verify(token)


def test_clocks_may_differ_a_little(settings: AuthSettings, clock: ManualClock) -> None:
    """A caller whose clock is ahead by seconds is recognised."""
    token = ServiceCredentials("feed", settings, clock).token("profile")
    clock.advance(-SKEW_SECONDS)

    assert "feed" == ServiceVerifier("profile", settings, clock).verify(token)


def test_keys_are_exchanged_without_a_restart(settings: AuthSettings, clock: ManualClock) -> None:
    """Both keys count while both are published; then the old one no longer signs."""
    assert settings.role_public_keys_dir is not None
    credentials, verifier = ServiceCredentials("feed", settings, clock), ServiceVerifier("profile", settings, clock)
    shown = settings.role_public_keys_dir / "feed.pub"
    old = shown.read_text()
    verifier.verify(credentials.token("profile"))

    key_of(settings, "feed").unlink()
    give(settings, "feed")  # publishes the new key alone
    new = shown.read_text()
    shown.write_text(old + new)
    by_old = credentials.token("profile")
    clock.advance(TOKENS_LIVE_SECONDS - RENEW_SECONDS)
    by_new = credentials.token("profile")

    assert old != new
    assert "feed" == verifier.verify(by_new)
    assert "feed" == ServiceVerifier("profile", settings, clock).verify(by_old)
    shown.write_text(new)
    with pytest.raises(TokenInvalid):
        ServiceVerifier("profile", settings, clock).verify(by_old)
    assert "feed" == ServiceVerifier("profile", settings, clock).verify(by_new)


def test_a_role_that_runs_gets_another_key(settings: AuthSettings, clock: ManualClock) -> None:
    """Its tokens are good all the while; when its old ones are over the old key may go."""
    private, public = settings.role_key_dir, settings.role_public_keys_dir
    assert private is not None
    assert public is not None
    credentials = ServiceCredentials("feed", settings, clock)
    by_old, before = credentials.token("profile"), (public / "feed.pub").read_bytes()

    role_keys.rotate(private, public, "feed")
    for _ in range(3):
        assert "feed" == ServiceVerifier("profile", settings, clock).verify(credentials.token("profile"))
        clock.advance(RENEW_SECONDS)
    with pytest.raises(role_keys.JustRotated):
        role_keys.rotate(private, public, "feed")
    os.utime(public / "feed.pub", (0, 0))  # as if its last token were over
    role_keys.rotate(private, public, "feed")

    assert before not in (public / "feed.pub").read_bytes()
    with pytest.raises(TokenInvalid):
        ServiceVerifier("profile", settings, clock).verify(by_old)
    clock.advance(RENEW_SECONDS)
    assert "feed" == ServiceVerifier("profile", settings, clock).verify(credentials.token("profile"))


def test_a_role_that_starts_has_one_key(settings: AuthSettings) -> None:
    """What it had before is published no more."""
    private, public = settings.role_key_dir, settings.role_public_keys_dir
    assert private is not None
    assert public is not None
    role_keys.rotate(private, public, "feed")
    assert 2 == len(role_keys.PublishedKeys(public).of("feed"))
    role_keys.make(private, public, "feed")
    [left] = role_keys.PublishedKeys(public).of("feed")
    assert role_keys.read_private(key_of(settings, "feed")).public_key().public_bytes_raw() == left.public_bytes_raw()


def test_a_wrong_token_is_checked_once(
    settings: AuthSettings, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sends it again and again costs no signature check each time."""
    token = forged(settings, "jobs", clock, sub="service:feed")
    verifier = ServiceVerifier("profile", settings, clock)
    checked: list[str] = []
    decode = jwt.decode

    def noted(token: str, *args: Any, **options: Any) -> Any:
        checked.append(token)
        return decode(token, *args, **options)

    monkeypatch.setattr(jwt, "decode", noted)
    for _ in range(3):
        with pytest.raises(TokenInvalid):
            verifier.verify(token)

    assert [token, token] == checked  # for the name in it, then for its signature


def test_a_key_that_is_published_makes_a_token_good_at_once(settings: AuthSettings, clock: ManualClock) -> None:
    """A token that was refused is checked anew when the keys of its role are others."""
    assert settings.role_public_keys_dir is not None
    shown = settings.role_public_keys_dir / "feed.pub"
    published = shown.read_text()
    token = ServiceCredentials("feed", settings, clock).token("profile")
    verifier = ServiceVerifier("profile", settings, clock)
    shown.unlink()
    with pytest.raises(TokenInvalid):
        verifier.verify(token)

    shown.write_text(published)

    assert "feed" == verifier.verify(token)


def test_a_key_that_became_unreadable_is_no_outage(settings: AuthSettings, clock: ManualClock) -> None:
    """A role signs on with the key it has while its file is being replaced."""
    credentials = ServiceCredentials("feed", settings, clock)
    key_of(settings, "feed").write_text("half a k")

    assert "feed" == ServiceVerifier("profile", settings, clock).verify(credentials.token("profile"))


@pytest.mark.parametrize("trouble", ["missing", "garbage", "another's"])
def test_a_wrong_key_stops_the_process(settings: AuthSettings, trouble: str) -> None:
    """A key that is not there, is none, or is not the published one is told at start, with its file."""
    path = key_of(settings, "feed")
    if trouble == "missing":
        path.unlink()
    else:
        path.write_bytes(key_of(settings, "jobs").read_bytes() if trouble == "another's" else b"garbage")

    with pytest.raises(SettingsError, match=r"GUILD_AUTH_ROLE_KEY_DIR: .*feed"):
        ServiceCredentials("feed", settings)


def test_memory_of_tokens_is_bounded(
    settings: AuthSettings, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest service token makes room for the newest."""
    monkeypatch.setattr("mesh.auth.service_tokens._MAX_REMEMBERED", 2)
    verifier = ServiceVerifier("profile", settings, clock)

    for name in ("feed", "messaging", "jobs"):
        verifier.verify(ServiceCredentials(name, settings, clock).token("profile"))

    assert ["messaging", "jobs"] == [name for name, _ in verifier._known.values()]
