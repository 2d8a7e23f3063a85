"""The port to the object store: the same in a folder and behind an S3 API."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from obstore.store import MemoryStore

from mesh.objects import (
    AddressInvalid,
    Grant,
    ObjectMissing,
    Objects,
    ObjectsUnavailable,
    Signer,
    Span,
    is_key,
    open_objects,
)
from mesh.settings import ObjectSettings, Secret, SettingsError
from mesh.testing import ManualClock

S3 = ObjectSettings(
    url="s3://bucket/prefix",
    region="eu-central-1",
    endpoint="http://127.0.0.1:1",
    access_key="AKIA",
    secret_key=Secret("s3 secret"),
)


@pytest.fixture(params=["folder", "memory"])
def objects(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Objects:
    settings = ObjectSettings(folder=tmp_path / "objects", secret=Secret("signs"))
    return Objects(settings, clock=clock, store=MemoryStore() if request.param == "memory" else None)


async def content(objects: Objects, key: str, span: Span | None = None) -> bytes:
    return b"".join([part async for part in (await objects.get(key, span)).parts])


async def test_objects_are_put_read_listed_and_deleted(objects: Objects, tmp_path: Path) -> None:
    """From bytes, a file, a stream; whole or in part. What is gone already is deleted without a word."""
    file = tmp_path / "file"
    file.write_bytes(b"from a file")

    async def stream() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"part" * 100_000

    await objects.put("a/b/one", b"bytes")
    await objects.put("a/b/two.webp", file)
    await objects.put("a/c/three", stream())
    assert [b"bytes", b"from a file", b"part" * 300_000] == [
        await content(objects, key) for key in ("a/b/one", "a/b/two.webp", "a/c/three")
    ]
    assert (b"yte", b"tes") == (
        await content(objects, "a/b/one", Span(1, 4)),
        await content(objects, "a/b/one", Span(2, 99)),
    )
    assert {"a/b/one": 5, "a/b/two.webp": 11} == {one.key: one.size async for one in objects.list("a/b")}
    head = await objects.head("a/b/one")
    assert head is not None
    assert (5, None) == (head.size, await objects.head("a/b/none"))
    assert 2 == await objects.delete_all("a/b")
    await objects.delete(["a/b/one", "a/c/three"])
    assert [] == [one async for one in objects.list("a")]
    with pytest.raises(ObjectMissing):
        await objects.get("a/b/one")


async def test_a_body_that_breaks_off_leaves_what_was_there(objects: Objects) -> None:
    """Also nothing, where nothing was."""

    async def breaks() -> AsyncIterator[bytes]:
        yield b"x" * 1_000_000
        raise KeyError

    await objects.put("a/kept", b"before")
    for key in ("a/kept", "a/new"):
        with pytest.raises(KeyError):
            await objects.put(key, breaks())
    assert (b"before", ["a/kept"]) == (await content(objects, "a/kept"), [one.key async for one in objects.list("a")])


async def test_a_store_that_is_away_says_so(clock: ManualClock) -> None:
    """With when to try again; an S3 API is asked by what the settings say."""
    objects = Objects(S3, clock=clock)
    with pytest.raises(ObjectsUnavailable):
        await objects.head("a/b")


async def test_addresses_of_an_s3_api_lead_there(clock: ManualClock) -> None:
    """Signed for one object, one method, a while; the same for everybody within half an hour."""
    objects = Objects(S3, clock=clock)
    upload = await objects.upload_address("uploads/a/b", length=3, content_type="image/png")
    found = urlsplit(upload.url)
    query = parse_qs(found.query)
    assert ("127.0.0.1:1", "/bucket/prefix/uploads/a/b") == (found.netloc, found.path)
    assert (["3600"], True) == (query["X-Amz-Expires"], query["X-Amz-Credential"][0].startswith("AKIA/"))
    assert "s3 secret" not in upload.url
    assert {"content-type": "image/png"} == upload.headers

    [first] = (await objects.addresses(["media/a/b/large.webp"])).values()
    assert ["3600"] == parse_qs(urlsplit(first).query)["X-Amz-Expires"]
    clock.advance(60)
    assert [first] == [*(await objects.addresses(["media/a/b/large.webp"])).values()]


async def test_addresses_into_the_folder_are_the_same_within_a_window(objects: Objects, clock: ManualClock) -> None:
    """So that browsers keep what they lead to; each works for half an hour at the least."""
    seen = set[str]()
    for _ in range(60):
        [url] = (await objects.addresses(["media/a/b/large.webp"])).values()
        query = dict(parse_qsl(urlsplit(url).query))
        left = int(query["expires"]) - clock.now().timestamp()
        assert 1_800 <= left <= 3_600
        objects.signer.granted("GET", "media/a/b/large.webp", query)
        seen.add(url)
        clock.advance(timedelta(minutes=1))
    assert len(seen) in {2, 3}


CHANGES: dict[str, Callable[[Grant, dict[str, str]], tuple[str, str, dict[str, str]]]] = {
    "method": lambda grant, query: ("GET", grant.key, query),
    "key": lambda grant, query: ("PUT", grant.key + "1", query),
    "length": lambda grant, query: ("PUT", grant.key, query | {"length": "99"}),
    "type": lambda grant, query: ("PUT", grant.key, query | {"type": "text/html"}),
    "end": lambda grant, query: ("PUT", grant.key, query | {"expires": str(grant.expires + 1)}),
    "no end": lambda grant, query: ("PUT", grant.key, {"signature": query["signature"]}),
    "signature": lambda grant, query: ("PUT", grant.key, query | {"signature": ""}),
    "no number": lambda grant, query: ("PUT", grant.key, query | {"length": "x"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_address_is_refused(change: str, clock: ManualClock) -> None:
    """Whatever of it is changed, and after its end; one of another key is as well."""
    grant = Grant("PUT", "uploads/a", int(clock.now().timestamp()) + 60, 5, "image/png")
    signer = Signer(Secret("signs"), clock)
    query = dict(parse_qsl(signer.query(grant)))
    assert grant == signer.granted("PUT", "uploads/a", query)
    with pytest.raises(AddressInvalid):
        signer.granted(*CHANGES[change](grant, query))
    with pytest.raises(AddressInvalid):
        Signer(Secret(""), clock).granted("PUT", "uploads/a", query)
    clock.advance(60)
    with pytest.raises(AddressInvalid):
        signer.granted("PUT", "uploads/a", query)


def test_keys_lead_nowhere_else() -> None:
    """No dots but that of the ending, no empty segments, nothing a file system reads otherwise."""
    assert all(map(is_key, ("media/0190-ab/x.webp", "uploads/a/b", "pictures/a/Z_-9.webp")))
    assert not any(map(is_key, ("", "/a", "a/", "a//b", "../a", "a/../b", "a/.b", "a\\b", "a\0", "a/b.c.d", "a" * 201)))


def test_production_needs_a_key(tmp_path: Path) -> None:
    """A folder whose addresses anybody can sign, or nobody can check, is for a laptop alone."""
    with pytest.raises(SettingsError, match="GUILD_OBJECTS_SECRET"):
        open_objects(ObjectSettings(folder=tmp_path), production=True)
    assert open_objects(S3, production=True).is_folder is False
    assert open_objects(ObjectSettings(folder=tmp_path), production=False).is_folder
    with pytest.raises(ValueError, match="s3://"):
        ObjectSettings(url="https://bucket.example")
