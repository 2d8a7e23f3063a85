"""The connection to NATS."""

import asyncio

import pytest
from nats.aio.msg import Msg

from mesh.events import Bus, BusUnavailable
from mesh.events.streams import ALL_STREAMS
from mesh.settings import NatsSettings
from mesh.testing import wait_for


async def test_signal_reaches_who_listens(bus: Bus) -> None:
    """A signal goes to every subscriber of its subject, and to none that has stopped."""
    heard: list[tuple[str, bytes]] = []

    async def listen(message: Msg) -> None:
        heard.append((bus.names.without_prefix(message.subject), message.data))

    first = await bus.subscribe("guild.session.*", listen)
    second = await bus.subscribe("guild.session.revoked", listen)
    sent = await bus.publish("guild.session.revoked", b"1")
    await wait_for(lambda: len(heard) == 2)
    await second.stop()
    await bus.publish("guild.session.revoked", b"2")
    await wait_for(lambda: len(heard) == 3)
    await first.stop()

    assert sent
    assert [("guild.session.revoked", data) for data in (b"1", b"1", b"2")] == heard


async def test_one_of_a_queue_gets_a_signal(bus: Bus) -> None:
    """Subscribers that name the same queue share the work."""
    heard: list[bytes] = []

    async def listen(message: Msg) -> None:
        heard.append(message.data)

    subscriptions = [await bus.subscribe("guild.work", listen, queue="workers") for _ in range(3)]
    for n in range(10):
        await bus.publish("guild.work", str(n).encode())
    await wait_for(lambda: len(heard) >= 10)
    for subscription in subscriptions:
        await subscription.stop()

    assert sorted(str(n).encode() for n in range(10)) == sorted(heard)


async def test_meshes_with_other_prefixes_hear_nothing(bus: Bus, nats_settings: NatsSettings) -> None:
    """Two prefixes on one server are two meshes."""
    other = Bus(NatsSettings(url=nats_settings.url, stream_prefix=f"{nats_settings.stream_prefix}x"))
    await other.start()
    heard: list[bytes] = []

    async def listen(message: Msg) -> None:
        heard.append(message.data)

    await other.subscribe("guild.session.revoked", listen)
    await bus.publish("guild.session.revoked", b"foreign")
    await other.publish("guild.session.revoked", b"own")
    await wait_for(lambda: heard)
    for name in ALL_STREAMS:
        await other.js.delete_stream(other.names.stream(name))
    await other.stop()

    assert [b"own"] == heard


async def test_streams_are_bounded_and_made_once(bus: Bus) -> None:
    """Every stream keeps a week on disk within its bytes; making them again changes nothing."""
    await bus.ensure_streams()

    infos = [await bus.js.stream_info(bus.names.stream(name)) for name in ALL_STREAMS]

    assert 8 == len(infos)
    assert all(info.config.max_bytes and info.config.max_bytes > 0 for info in infos)
    assert all(info.config.storage == "file" and info.config.duplicate_window >= 120 for info in infos)
    assert [7 * 86_400] * 7 + [30 * 86_400] == [info.config.max_age for info in infos]


async def test_changed_configuration_is_brought_up_to_date(bus: Bus, nats_settings: NatsSettings) -> None:
    """A start with other settings changes the streams instead of failing."""
    other = Bus(NatsSettings(nats_settings.url, nats_settings.stream_prefix, stream_max_bytes=1_000_000))
    await other.start()
    changed = await bus.js.stream_info(bus.names.stream("JOBS"))
    await other.stop()
    await bus.ensure_streams("JOBS")

    assert 1_000_000 == changed.config.max_bytes
    assert 8 * 1024 * 1024 == (await bus.js.stream_info(bus.names.stream("JOBS"))).config.max_bytes


async def test_starts_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service starts while NATS is down; signals are refused, readiness says why, and stop returns."""
    monkeypatch.setattr("mesh.events.bus.START_SECONDS", 0.1)
    bus = Bus(NatsSettings("nats://127.0.0.1:1"))

    await bus.start()
    sent = await bus.publish("guild.session.revoked", b"1")
    with pytest.raises(BusUnavailable):
        await bus.check()
    await asyncio.wait_for(bus.stop(), 2)

    assert not sent


async def test_check_passes_while_connected(bus: Bus) -> None:
    """A connected bus is ready."""
    await bus.check()

    assert bus.connected
