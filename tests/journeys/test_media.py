"""A picture from a member's disk to another's feed, through the edge alone."""

import hashlib
import io
from typing import Any

import httpx
import pytest
from PIL import Image

from mesh.testing import wait_for


def photo(width: int = 1000, height: int = 500) -> bytes:
    """A JPEG with the place where it was taken, lying on its side."""
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by ninety degrees
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "made at home"
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif)
    return file.getvalue()


async def join(mesh: Any) -> httpx.AsyncClient:
    async with mesh.client() as nobody:
        address = hashlib.sha256(str(id(nobody)).encode()).hexdigest()[:16]
        body = {"email": f"{address}@example.com", "password": "a long enough password", "name": "Some One"}
        joined = (await nobody.post("/api/v1/auth/register", json=body)).json()
    return mesh.client(joined["accessToken"])


async def upload(member: httpx.AsyncClient, data: bytes, content_type: str = "image/jpeg") -> dict[str, Any]:
    """Upload and wait until it is settled."""
    body = {
        "contentType": content_type,
        "sizeBytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "altText": "grey",
    }
    made = (await member.post("/api/v1/media/uploads", json=body)).json()
    async with httpx.AsyncClient() as anybody:
        put = await anybody.put(made["uploadUrl"], content=data, headers=made["uploadHeaders"])
    assert put.status_code == 200, put.text
    done = await member.post(f"/api/v1/media/{made['media']['id']}/complete", json={})
    assert done.json()["media"]["status"] in {"PROCESSING", "READY"}, done.text
    found: dict[str, Any] = {}

    async def settled() -> bool:
        found.update((await member.get(f"/api/v1/media/{made['media']['id']}")).json()["media"])
        return found["status"] in {"READY", "FAILED"}

    await wait_for(settled, timeout=20)
    return found


async def test_a_picture_is_uploaded_and_seen_with_its_post(mesh: Any) -> None:
    """Its reader fetches a form of it that tells nothing of where it was taken; strangers to a private post do not."""
    async with await join(mesh) as ann, await join(mesh) as bob, httpx.AsyncClient() as anybody:
        medium = await upload(ann, photo())
        assert "READY" == medium["status"]
        assert [("thumbnail", 100, 200), ("small", 400, 800), ("large", 500, 1000)] == [
            (one["name"], one["width"], one["height"]) for one in medium["variants"]
        ]
        refused = await bob.get(f"/api/v1/media/{medium['id']}")
        assert (404, "MEDIA_NOT_FOUND") == (refused.status_code, refused.json()["reason"])

        post = {"content": "", "media": [medium["id"]], "visibility": "public"}
        made = await ann.post("/api/v1/posts", json=post)
        assert made.status_code == 200, made.text
        seen = (await bob.get(f"/api/v1/posts/{made.json()['post']['id']}")).json()["post"]
        assert [medium["id"]] == seen["mediaIds"]
        assert "grey" == (await bob.get(f"/api/v1/media/{medium['id']}")).json()["media"]["altText"]

        [url] = seen["mediaUrls"]
        fetched = await anybody.get(url)
        assert (200, "image/webp", "nosniff") == (
            fetched.status_code,
            fetched.headers["content-type"],
            fetched.headers["x-content-type-options"],
        )
        with Image.open(io.BytesIO(fetched.content)) as picture:
            assert ((500, 1000), 0, None) == (picture.size, len(picture.getexif()), picture.info.get("exif"))
        part = await anybody.get(url, headers={"range": "bytes=8-11"})
        assert (206, b"WEBP") == (part.status_code, part.content)
        assert 304 == (await anybody.get(url, headers={"if-none-match": fetched.headers["etag"]})).status_code
        assert 403 == (await anybody.get(url + "x")).status_code


@pytest.mark.parametrize("data", [b"", b"<html><script>alert(1)</script>", b"\xff\xd8\xff not a picture at all"])
async def test_bytes_that_are_no_picture_are_refused(mesh: Any, data: bytes) -> None:
    """At once where their beginning tells, else when they are looked at."""
    async with await join(mesh) as ann:
        size = max(len(data), 1)
        body = {"contentType": "image/jpeg", "sizeBytes": size}
        made = (await ann.post("/api/v1/media/uploads", json=body)).json()
        async with httpx.AsyncClient() as anybody:
            if data:
                await anybody.put(made["uploadUrl"], content=data, headers=made["uploadHeaders"])
        path = f"/api/v1/media/{made['media']['id']}"
        done = (await ann.post(f"{path}/complete", json={})).json()
        if data.startswith(b"\xff"):

            async def failed() -> bool:
                return (await ann.get(path)).json()["media"]["status"] == "FAILED"

            await wait_for(failed, timeout=20)
            assert "UNREADABLE" == (await ann.get(path)).json()["media"]["failure"]
        else:
            assert ("UPLOAD_MISMATCH" if data else "UPLOAD_INCOMPLETE") == done["reason"]


async def test_a_picture_becomes_that_of_the_profile(mesh: Any) -> None:
    """Its address holds for everybody while it is shown; that of one before, or taken away, leads nowhere."""
    async with await join(mesh) as ann, await join(mesh) as bob, httpx.AsyncClient() as anybody:
        one, two = (await upload(ann, photo()))["id"], (await upload(ann, photo(300, 300)))["id"]
        addresses: list[str] = []
        for medium in (one, one, two):
            reply = await ann.put("/api/v1/users/me/picture", json={"mediaId": medium})
            assert reply.status_code == 200, reply.text
            addresses.append(reply.json()["user"]["profilePictureUrl"])
        me = (await ann.get("/api/v1/users/me")).json()["user"]
        first, again, second = addresses
        assert (first, second) == (
            again,
            (await bob.get(f"/api/v1/users/{me['id']}")).json()["user"]["profilePictureUrl"],
        )
        shown = await anybody.get(second)
        assert (200, "image/webp") == (shown.status_code, shown.headers["content-type"])
        stolen = await bob.put("/api/v1/users/me/picture", json={"mediaId": one})
        assert (404, "MEDIA_NOT_FOUND") == (stolen.status_code, stolen.json()["reason"])

        async def gone(address: str) -> bool:
            return (await anybody.get(address)).status_code == 404

        await wait_for(lambda: gone(first), timeout=10)
        cleared = await ann.patch("/api/v1/users/me", json={"profilePictureUrl": ""})
        assert cleared.status_code == 200, cleared.text
        await wait_for(lambda: gone(second), timeout=10)
