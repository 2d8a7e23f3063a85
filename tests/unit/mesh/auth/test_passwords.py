import asyncio
import platform
import subprocess
import sys
import threading
from collections.abc import AsyncIterator

import pytest

from mesh.auth import PasswordHashingBusy, Passwords


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    pool = Passwords("test", workers=2)
    await pool.start()
    yield pool
    await pool.stop()


async def test_a_password_is_recognised(passwords: Passwords) -> None:
    """The right password matches its hash, another does not; the hash tells nothing."""
    encoded = await passwords.hash("correct horse")

    assert [True, False] == [
        await passwords.verify(encoded, "correct horse"),
        await passwords.verify(encoded, "battery staple"),
    ]
    assert "horse" not in encoded
    assert encoded != await passwords.hash("correct horse")


async def test_production_costs_are_owasps_floor() -> None:
    """New hashes are argon2id with 19 MiB, two passes, one lane."""
    encoded = await Passwords(workers=1).hash("x")

    assert encoded.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_a_hash_of_other_costs_wants_to_be_made_again(passwords: Passwords) -> None:
    """When the costs are raised, old hashes are recognised and known as old."""
    cheap = await passwords.hash("x")

    assert not passwords.needs_rehash(cheap)
    assert Passwords("production").needs_rehash(cheap)


async def test_nobodys_password_is_never_right(passwords: Passwords) -> None:
    """The check for accounts that do not exist says no, with a hash of today's costs."""
    assert not await passwords.verify_dummy("")
    assert not passwords.needs_rehash(passwords._nobodys)


@pytest.mark.parametrize("encoded", ["", "x", "$2b$12$abc", "$argon2id$v=19$m=8,t=1,p=1$broken"])
async def test_a_broken_hash_matches_nothing(passwords: Passwords, encoded: str) -> None:
    """A row that holds no argon2 hash is a wrong password, not an error."""
    assert not await passwords.verify(encoded, "x")


async def test_too_many_at_once_are_sent_away() -> None:
    """When all places are taken the next caller is told when to come back; places are free again afterwards."""
    passwords, gate = Passwords("test", workers=1, max_waiting=2), threading.Event()
    held = [asyncio.create_task(passwords._run(gate.wait)) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(PasswordHashingBusy) as caught:
        await passwords.hash("x")
    gate.set()
    await asyncio.gather(*held)

    assert ("PASSWORD_HASHING_BUSY", 1.0) == (caught.value.reason, caught.value.retry_after)
    assert (await passwords.hash("x")).startswith("$argon2id$")
    await passwords.stop()


async def test_a_caller_who_leaves_frees_the_place() -> None:
    """A cancelled call that still waits in line does not count against the bound."""
    passwords, gate = Passwords("test", workers=1, max_waiting=2), threading.Event()
    running = asyncio.create_task(passwords._run(gate.wait))
    waiting = asyncio.create_task(passwords.hash("x"))
    await asyncio.sleep(0)

    waiting.cancel()
    await asyncio.wait([waiting])
    next_one = asyncio.create_task(passwords.hash("y"))
    await asyncio.sleep(0)
    gate.set()

    assert (await next_one).startswith("$argon2id$")
    await running
    await passwords.stop()


async def test_after_the_stop_nothing_is_hashed(passwords: Passwords) -> None:
    """A stopped pool refuses work and loses no place over it."""
    await passwords.stop()

    for _ in range(3):
        with pytest.raises(RuntimeError):
            await passwords.hash("x")


_HASHING = """
import asyncio
import platform
import subprocess
import sys
from pathlib import Path

from mesh import heap
from mesh.auth import Passwords, passwords
from mesh.testing import wait_for

passwords.QUIET_SECONDS = 0.2

def megabytes():
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("RssAnon:"))
    return int(line.split()[1]) / 1024

async def main():
    heap.share()
    pool = Passwords(workers=1)
    before = megabytes()
    await asyncio.gather(*(pool.hash("x") for _ in range(4)))
    print(megabytes() - before > 15)
    await wait_for(lambda: megabytes() - before < 8, 20.0)
    await pool.stop()

asyncio.run(main())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries give it back by themselves")
def test_the_memory_of_hashing_is_given_back() -> None:
    """A thread that hashes holds twenty megabytes, and none of it a moment after the last password."""
    done = subprocess.run([sys.executable, "-c", _HASHING], capture_output=True, check=True, timeout=60, text=True)

    assert "True" == done.stdout.strip()
