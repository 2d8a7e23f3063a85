import asyncio
import errno
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mesh.auth import KeyRing, LocalKeys, TokenSigner, TokenVerifier, keyfiles
from mesh.auth.errors import KeysReadOnly
from mesh.auth.keyring import OVERLAP, PUBLISH_AHEAD
from mesh.auth.tokens import ACCESS_TTL
from mesh.ids import uuid7
from mesh.testing import ManualClock


def test_the_first_key_is_made_where_there_is_none(tmp_path: Path, clock: ManualClock) -> None:
    """A ring in an empty folder can sign at once."""
    ring = KeyRing(tmp_path / "keys", clock)

    kid, _ = ring.signing_key()

    assert [kid] == [key["kid"] for key in ring.jwks()["keys"]]


def test_the_files_are_readable_by_their_owner_only(tmp_path: Path, clock: ManualClock) -> None:
    """Private keys have mode 0600 in a folder of mode 0700."""
    folder = tmp_path / "keys"

    KeyRing(folder, clock)

    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_a_second_ring_uses_the_key_that_is_there(tmp_path: Path, clock: ManualClock) -> None:
    """A restart goes on with the same key."""
    first = KeyRing(tmp_path, clock)

    second = KeyRing(tmp_path, clock)

    assert first.signing_key()[0] == second.signing_key()[0]


def test_rings_that_start_together_make_one_key(tmp_path: Path) -> None:
    """Eight rings on one empty folder agree on the key; the lock is on the file, so threads contend like processes."""
    with ThreadPoolExecutor(8) as pool:
        kids = list(pool.map(lambda _: KeyRing(tmp_path / "keys").signing_key()[0], range(8)))

    assert 1 == len(set(kids))
    assert 1 == len(list((tmp_path / "keys").glob("*.pem")))


def test_a_new_key_is_published_before_it_signs(tmp_path: Path, clock: ManualClock) -> None:
    """After a rotation the old key signs until every verifier had time to fetch the new one."""
    ring = KeyRing(tmp_path, clock)
    old, _ = ring.signing_key()

    new = ring.rotate().kid

    assert {old, new} == {key["kid"] for key in ring.jwks()["keys"]}
    assert old == ring.signing_key()[0]
    clock.advance(PUBLISH_AHEAD)
    assert new == ring.signing_key()[0]


def test_a_retired_key_verifies_no_more(tmp_path: Path, clock: ManualClock) -> None:
    """When the overlap is over the old key is gone from the JWKS; the next rotation removes its file."""
    ring = KeyRing(tmp_path, clock)
    old, _ = ring.signing_key()
    new = ring.rotate().kid

    clock.advance(PUBLISH_AHEAD + OVERLAP)

    assert None is ring.public_key(old)
    assert [new] == [key["kid"] for key in ring.jwks()["keys"]]
    newest = ring.rotate().kid
    assert {new, newest} == {path.stem for path in tmp_path.glob("*.pem")}


def test_a_rotation_is_noticed_by_other_rings(tmp_path: Path, clock: ManualClock) -> None:
    """Two instances share a folder: one rotates, the other publishes and signs with the new key."""
    one, other = KeyRing(tmp_path, clock), KeyRing(tmp_path, clock)

    new = one.rotate(publish_ahead=timedelta(0)).kid

    assert new == other.signing_key()[0]
    assert one.jwks() == other.jwks()


def test_a_mounted_key_needs_no_windows_file(tmp_path: Path, clock: ManualClock) -> None:
    """A folder with nothing but a PEM, as a secret is mounted, is used as it is."""
    kid, _ = KeyRing(tmp_path / "made", clock).signing_key()
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    (mounted / "prod-1.pem").write_bytes((tmp_path / "made" / f"{kid}.pem").read_bytes())

    ring = KeyRing(mounted, clock)

    assert "prod-1" == ring.signing_key()[0]
    assert ["prod-1.pem"] == [path.name for path in mounted.iterdir()]


def test_a_key_without_a_window_does_not_count_yet(tmp_path: Path, clock: ManualClock) -> None:
    """Between the two files of a rotation a reader sees the old keys only."""
    ring = KeyRing(tmp_path, clock)
    kid = ring.rotate(publish_ahead=timedelta(0)).kid
    windows = tmp_path / "windows.json"
    windows.write_text(json.dumps({k: v for k, v in json.loads(windows.read_text()).items() if k != kid}))

    reader = KeyRing(tmp_path, clock)

    assert kid != reader.signing_key()[0]


@pytest.mark.parametrize("content", [b"no key", b""])
def test_a_broken_key_stops_the_process(tmp_path: Path, clock: ManualClock, content: bytes) -> None:
    """A file that is no key is an error, not a reason to make another key."""
    (tmp_path / "broken.pem").write_bytes(content)

    with pytest.raises(ValueError, match="PEM"):
        KeyRing(tmp_path, clock)


def test_of_keys_made_at_one_moment_the_last_one_signs(tmp_path: Path, clock: ManualClock) -> None:
    """The others are replaced already: what they signed would not verify for its whole life."""
    ring = KeyRing(tmp_path, clock)
    kids = [ring.rotate().kid for _ in range(8)]
    clock.advance(PUBLISH_AHEAD)

    assert kids[-1] == ring.signing_key()[0]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(st.just("rotate"), st.integers(0, 5400)), max_size=12))
def test_a_token_is_good_for_its_whole_life_whatever_is_rotated(
    steps: list[str | int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """However keys are rotated while time passes, a token verifies until it expires."""
    clock = ManualClock()
    ring = KeyRing(tmp_path_factory.mktemp("ring"), clock)
    signer, issued = TokenSigner(ring, "iss", clock), list[tuple[str, float]]()

    for step in steps:
        issued.append((signer.access_token(uuid7(), uuid7()), (clock.now() + ACCESS_TTL).timestamp()))
        if isinstance(step, int):
            clock.advance(step)
        else:
            ring.rotate()
        verifier = TokenVerifier(LocalKeys(ring), "iss", clock)
        for token, expires_at in issued:
            if clock.now().timestamp() < expires_at:
                asyncio.run(verifier.verify(token))


@pytest.mark.parametrize("trouble", [errno.EROFS, errno.EACCES])
def test_keys_that_are_mounted_are_changed_where_they_come_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: int
) -> None:
    """Who asks for another one is told so, and the ring is as it was."""
    ring = KeyRing(tmp_path / "keys")
    before = ring.jwks()

    def refuse(*_: object) -> str:
        raise OSError(trouble, "no")

    monkeypatch.setattr(keyfiles, "create", refuse)
    with pytest.raises(KeysReadOnly):
        ring.rotate()
    assert before == ring.jwks()
