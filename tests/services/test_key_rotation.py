"""New signing keys while members are signed in: one process signs, one verifies, and a command changes the keys."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from guildctl.home import Home
from guildctl.roles import ROLES
from mesh.auth.keyfiles import ALWAYS
from mesh.auth.role_keys import PublishedKeys
from mesh.testing import TestIdentity

VERIFY = """
import asyncio, sys
from mesh.auth import JwksSource, TokenVerifier
from mesh.errors import Failure

async def main():
    keys = JwksSource(sys.argv[1], min_interval=0.0)
    await keys.start()
    verifier = TokenVerifier(keys, sys.argv[2])
    for line in iter(sys.stdin.readline, ""):
        try:
            await verifier.verify(line.strip())
            print("good", flush=True)
        except Failure as failure:
            print(failure.reason, flush=True)

asyncio.run(main())
"""


class Verifier:
    """A role in a process of its own, as far as it verifies tokens."""

    def __init__(self, identity: TestIdentity) -> None:
        command = [sys.executable, "-c", VERIFY, identity.settings.jwks_url, identity.settings.issuer]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def says(self, token: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{token}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def signer(home: Home) -> Iterator[TestIdentity]:
    identity = TestIdentity(home.keys / "signing")
    yield identity
    identity.close()


@pytest.fixture
def verifier(signer: TestIdentity) -> Iterator[Verifier]:
    started = Verifier(signer)
    yield started
    started.process.kill()
    started.process.communicate()


def rotate(home: Home) -> str:
    """The id of the new key."""
    command = [sys.executable, "-m", "guildctl", "keys", "rotate", "--home", str(home.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.split()[1]


def let_pass(home: Home, by: timedelta) -> None:
    """Move the times that are written down into the past: the clocks of processes cannot be moved."""
    path = home.keys / "signing" / "windows.json"
    windows: dict[str, list[str | None]] = json.loads(path.read_text())
    moved = {kid: [_earlier(begin, by), _earlier(end, by)] for kid, (begin, end) in windows.items()}
    path.with_suffix(".new").write_text(json.dumps(moved))
    path.with_suffix(".new").replace(path)


def _earlier(at: str | None, by: timedelta) -> str | None:
    if at is None or at == ALWAYS.isoformat():
        return at
    return (datetime.fromisoformat(at) - by).isoformat()


def kids(identity: TestIdentity) -> set[str]:
    return {key["kid"] for key in identity.ring.jwks()["keys"]}


def test_a_new_key_signs_nobody_out(home: Home, signer: TestIdentity, verifier: Verifier) -> None:
    """It is published before it signs, and the old one until its last token is over; a running verifier takes both."""
    first = signer.ring.signing_key()[0]
    old = signer.sign_in(uuid4()).token
    assert "good" == verifier.says(old)

    new = rotate(home)
    assert {first, new} == kids(signer)
    assert first == signer.ring.signing_key()[0]
    assert "good" == verifier.says(signer.sign_in(uuid4()).token)

    let_pass(home, timedelta(minutes=10))
    assert new == signer.ring.signing_key()[0]
    assert {first, new} == kids(signer)
    assert ["good", "good"] == [verifier.says(signer.sign_in(uuid4()).token), verifier.says(old)]

    let_pass(home, timedelta(hours=1))
    assert {new} == kids(signer)
    assert "good" == verifier.says(signer.sign_in(uuid4()).token)


def test_keys_of_roles_wait_for_each_other(home: Home) -> None:
    """A second change within the life of a token would refuse calls that are under way: it has to wait."""
    command = [sys.executable, "-m", "guildctl", "keys", "rotate", "--roles", "--home", str(home.path)]
    for role in ROLES:
        home.make_role_key(role.name)
    codes = [subprocess.run(command, capture_output=True, check=False).returncode for _ in range(2)]
    assert [0, 1] == codes
    assert {2} == {len(PublishedKeys(home.role_public_keys).of(role.name)) for role in ROLES}
