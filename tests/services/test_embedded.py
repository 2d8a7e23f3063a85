"""The embedded servers: they start, keep what they have, and go with their owner."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import nats
import pytest
from redis.asyncio import Redis

from mesh.embedded import EmbeddedServers, NatsServer, PostgresServer, ServerError, ValkeyServer, postgres, started_at
from mesh.embedded import server as server_module
from mesh.embedded.process import listens


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder every user can reach, as a data folder under another uid has to be."""
    with tempfile.TemporaryDirectory(prefix="guild-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


async def test_all_three_keep_data_and_ports_after_a_crash(home: Path) -> None:
    """After all are killed, a new run has the same ports, every committed row, every acknowledged message."""
    with EmbeddedServers(home) as first:
        ports = [server.port for server in first.servers]
        connection = await asyncpg.connect(first.postgres_dsn())
        await connection.execute("CREATE TABLE kept (value int); INSERT INTO kept VALUES (7)")
        bus = await nats.connect(first.nats_url)
        await bus.jetstream().add_stream(name="KEPT", subjects=["kept"])
        await bus.jetstream().publish("kept", b"x")
        connection.terminate()
        await bus.close()
        for server in first.servers:
            server.kill()
        assert [] == [server.name for server in first.servers if server.alive]

        with EmbeddedServers(home) as second:
            connection = await asyncpg.connect(second.postgres_dsn())
            bus = await nats.connect(second.nats_url)
            kept = await connection.fetchval("SELECT value FROM kept")
            stream = await bus.jetstream().stream_info("KEPT")
            await connection.close()
            await bus.close()

            assert ports == [server.port for server in second.servers]
            assert (7, 1) == (kept, stream.state.messages)
            assert all(port < 32768 for port in ports)


async def test_redis_answers_and_bounds_its_memory(home: Path) -> None:
    """The Redis evicts only keys that expire, within 512 MB."""
    server = ValkeyServer(home / "redis")
    server.start()
    async with Redis.from_url(server.url) as client:
        config = await client.config_get("maxmemory*")
    server.stop()

    assert ("volatile-lfu", str(512 << 20)) == (config["maxmemory-policy"], config["maxmemory"])


async def test_both_stores_are_reached_through_sockets_after_a_crash(home: Path) -> None:
    """On this machine a Unix socket is the address; what a killed server left of it is in nobody's way."""
    postgres_server, redis_server = PostgresServer(home / "postgres"), ValkeyServer(home / "redis")
    for _ in range(2):
        for server in (postgres_server, redis_server):
            server.start()
        connection = await asyncpg.connect(postgres_server.local_dsn())
        address = await connection.fetchval("SELECT inet_client_addr()")
        async with Redis.from_url(redis_server.local_url) as client:
            info = await client.client_info()
        connection.terminate()
        for server in (postgres_server, redis_server):
            server.kill()

        assert address is None
        assert str(home / "redis" / "redis.sock") in str(info["addr"])


async def test_below_a_long_path_the_address_is_loopback(home: Path) -> None:
    """A path no socket can have leaves the port, on which the servers listen in any case."""
    deep = home / ("d" * 90)
    postgres_server, redis_server = PostgresServer(deep / "postgres"), ValkeyServer(deep / "redis")
    for server in (postgres_server, redis_server):
        server.start()

    assert (postgres_server.dsn(), redis_server.url) == (postgres_server.local_dsn(), redis_server.local_url)
    connection = await asyncpg.connect(postgres_server.local_dsn())
    assert 1 == await connection.fetchval("SELECT 1")
    async with Redis.from_url(redis_server.local_url) as client:
        assert await client.ping()
    await connection.close()
    for server in (postgres_server, redis_server):
        server.stop()


def test_a_port_that_is_taken_is_changed(home: Path) -> None:
    """A server whose port somebody else has takes another; the listener is our own child."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = NatsServer(home / "nats", port)
        server.start()

        assert port != server.port
        assert server.pid is not None
        assert (True, False) == (listens(server.pid, server.port), listens(server.pid, port))
        server.stop()


def test_two_servers_never_share_a_data_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second server on the same data is refused with advice; the first goes on."""
    monkeypatch.setattr(server_module, "_LOCK_SECONDS", 0.1)
    first = ValkeyServer(home / "redis")
    first.start()
    with pytest.raises(ServerError, match="in use by another redis; stop it or choose another home"):
        ValkeyServer(home / "redis").start()

    assert first.alive
    first.stop()


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    """The error has the last lines of the server's own log."""
    with pytest.raises(ServerError, match="no_such_option"):
        PostgresServer(home / "postgres", options={"no_such_option": "1"}).start()


def test_stale_files_of_a_crash_do_not_keep_postgres_down(home: Path) -> None:
    """A postmaster.pid that names a living stranger is cleared away."""
    server = PostgresServer(home / "postgres")
    server.start()
    server.kill()
    (home / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{home}\n1\n{server.port}\n")
    server.start()

    assert server.alive
    server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to be disguised")
async def test_postgres_runs_where_user_namespaces_are_blocked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under root without user namespaces it runs as uid 65534, which then owns the data."""
    monkeypatch.setattr(postgres, "_prefix", lambda: ())
    server = PostgresServer(home / "postgres")
    server.start()
    connection = await asyncpg.connect(server.dsn())
    answer = await connection.fetchval("SELECT 1")
    await connection.close()

    assert (1, 65534) == (answer, (home / "postgres").stat().st_uid)
    server.stop()


OWNER = """
import sys
from pathlib import Path
from mesh.embedded import EmbeddedServers
servers = EmbeddedServers(Path(sys.argv[1]))
servers.start()
print(*[server.pid for server in servers.servers], flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_servers_die_with_a_killed_owner(home: Path) -> None:
    """When the owner is killed with SIGKILL none of its servers outlives it."""
    command = [sys.executable, "-c", OWNER, str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        pids = [int(pid) for pid in owner.stdout.readline().split()]
        owner.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 15
    while any(started_at(pid) is not None for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)

    assert 3 == len(pids)
    assert [] == [pid for pid in pids if started_at(pid) is not None]
