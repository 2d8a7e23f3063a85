"""Files through the edge: what a signed address allows, and nothing else."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import pytest_asyncio

from mesh.objects import Grant, Objects
from mesh.settings import ObjectSettings, Secret
from mesh.testing import TestIdentity

from .conftest import run_edge

FAR = int(datetime(2040, 1, 1, tzinfo=UTC).timestamp())
UPLOAD = "uploads/somebody/1"
KIND = {"content-type": "image/png"}


class Door(NamedTuple):
    """The edge, and the folder behind it as others see it."""

    http: httpx.AsyncClient
    objects: Objects
    folder: Path

    def address(self, method: str, key: str, *, expires: int = FAR, length: int = 0, kind: str = "") -> str:
        return f"/objects/{key}?{self.objects.signer.query(Grant(method, key, expires, length, kind))}"

    def upload(self, length: int) -> str:
        return self.address("PUT", UPLOAD, length=length, kind="image/png")

    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door(identity: TestIdentity, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Door]:
    folder = tmp_path_factory.mktemp("objects")
    settings = ObjectSettings(folder=folder, secret=Secret("signs addresses"))
    async for running in run_edge(identity, objects=settings, edge={"cors_origins": ("https://site.example",)}):
        yield Door(running.http, Objects(settings), folder)


async def test_an_upload_arrives_whole(door: Door) -> None:
    """Many times what is held of it, with and without a length ahead; a second one takes its place."""
    for data in (b"abc" * 1_000_000, b"x" * 3_000_000):

        async def parts(data: bytes = data) -> AsyncIterator[bytes]:
            for at in range(0, len(data), 100_000):
                yield data[at : at + 100_000]

        for content in (data, parts()):
            reply = await door.http.put(door.upload(len(data)), content=content, headers=KIND)
            assert 200 == reply.status_code, reply.text
        assert data == (door.folder / UPLOAD).read_bytes()


WRONG: dict[str, tuple[Any, int]] = {
    "no signature": (lambda _: f"/objects/{UPLOAD}", 403),
    "of another object": (lambda door: door.upload(3).replace("/1?", "/2?"), 403),
    "for another length": (lambda door: door.upload(3).replace("length=3", "length=4"), 403),
    "for another method": (lambda door: door.address("GET", UPLOAD, length=3, kind="image/png"), 403),
    "over": (lambda door: door.address("PUT", UPLOAD, expires=1, length=3, kind="image/png"), 403),
    "longer than announced": (lambda door: door.upload(2), 400),
    "shorter than announced": (lambda door: door.upload(4), 400),
    "out of the folder": (lambda _: "/objects/../secret?expires=9", 404),
    "out of the folder, written otherwise": (lambda _: "/objects/a/%2e%2e/%2e%2e/secret?expires=9", 404),
}


@pytest.mark.parametrize("name", WRONG)
async def test_an_address_lets_in_what_it_says(door: Door, name: str) -> None:
    """Anything else leaves no file, and the connection answers on."""
    address, status = WRONG[name]
    before = door.files()
    reply = await door.http.put(address(door), content=b"abc", headers=KIND)
    assert (status, before) == (reply.status_code, door.files()), reply.text
    assert 200 == (await door.http.get("/healthz")).status_code


async def test_bytes_that_do_not_come_to_their_end_leave_nothing(door: Door) -> None:
    """More or fewer than announced, without a length ahead; another type."""
    before = door.files()

    async def some(size: int) -> AsyncIterator[bytes]:
        yield b"x" * size

    fewer = await door.http.put(door.upload(9), content=some(5), headers=KIND)
    more = await door.http.put(door.upload(9), content=some(2_000_000), headers=KIND)
    other = await door.http.put(door.upload(3), content=b"abc", headers={"content-type": "text/html"})
    assert [(400, "UPLOAD_INCOMPLETE"), (413, "BODY_TOO_LARGE"), (415, "UNSUPPORTED_MEDIA_TYPE")] == [
        (reply.status_code, reply.json()["reason"]) for reply in (fewer, more, other)
    ]
    assert before == door.files()


async def test_a_file_is_given_to_who_has_its_address(door: Door) -> None:
    """In parts where they are asked for; as what its key says, and never as a page."""
    key, data = "media/somebody/1/original.pdf", bytes(range(256)) * 4_000
    await door.objects.put(key, data)
    address = door.address("GET", key)
    whole = await door.http.get(address)
    assert (200, data, "application/pdf", "attachment") == (
        whole.status_code,
        whole.content,
        whole.headers["content-type"],
        whole.headers["content-disposition"],
    )
    assert "sandbox" in whole.headers["content-security-policy"]
    assert whole.headers["cache-control"].startswith("private")
    head = await door.http.head(address)
    assert (str(len(data)), b"") == (head.headers["content-length"], head.content)

    async def part(asked: str, **more: str) -> tuple[int, bytes]:
        reply = await door.http.get(address, headers={"range": asked, **more})
        return reply.status_code, reply.content if reply.status_code == 206 else b""

    assert (206, data[5:8]) == await part("bytes=5-7")
    assert (206, data[-4:]) == await part("bytes=-4")
    assert (206, data[1_000_000:]) == await part("bytes=1000000-")
    assert (416, b"") == await part("bytes=9999999-")
    assert (200, b"") == await part("bytes=0-1,5-6")
    assert (200, b"") == await part("bytes=5-7", **{"if-range": '"another"'})
    assert 304 == (await door.http.get(address, headers={"if-none-match": whole.headers["etag"]})).status_code
    assert 403 == (await door.http.get(door.address("GET", key, expires=1))).status_code
    assert 404 == (await door.http.get(door.address("GET", key.replace("1/", "2/")))).status_code
    assert 405 == (await door.http.delete(address)).status_code


async def test_pages_of_the_site_may_upload(door: Door) -> None:
    """Those of others may not."""
    for origin, allowed in (("https://site.example", "https://site.example"), ("https://other.example", None)):
        reply = await door.http.options(door.upload(3), headers={"origin": origin})
        assert (204, allowed) == (reply.status_code, reply.headers.get("access-control-allow-origin")), origin


async def test_public_pictures_need_no_signature(door: Door) -> None:
    """Whoever knows the key has the picture; once it is gone, nobody."""
    key = "public/somebody/token.webp"
    await door.objects.put(key, b"RIFF")
    found = await door.http.get(f"/objects/{key}")
    assert (200, "image/webp", True) == (
        found.status_code,
        found.headers["content-type"],
        found.headers["cache-control"].startswith("public"),
    )
    await door.objects.delete([key, key])
    assert 404 == (await door.http.get(f"/objects/{key}")).status_code
