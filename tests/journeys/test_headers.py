"""What REST says in headers, through every role: etags, preconditions, consistency tokens."""

from typing import Any
from uuid import uuid4

import httpx


async def joined(mesh: Any, client: httpx.AsyncClient, name: str) -> str:
    """Register somebody and sign the client in as them; return their id."""
    account = {"email": f"{uuid4()}@example.com", "password": "a long enough password", "name": name}
    body = (await client.post("/api/v1/auth/register", json=account)).json()
    client.headers["authorization"] = f"Bearer {body['accessToken']}"
    return body["user"]["id"]


async def test_a_post_is_changed_only_as_it_was_seen(mesh: Any) -> None:
    """If-Match takes the tag of an answer, or the etag within it; somebody's reaction is no change of the post."""
    async with mesh.client() as ann, mesh.client() as bob:
        await joined(mesh, ann, "Ann")
        await joined(mesh, bob, "Bob")
        post = (await ann.post("/api/v1/posts", json={"content": "one", "visibility": "PUBLIC"})).json()["post"]
        url = f"/api/v1/posts/{post['id']}"
        seen = await ann.get(url)
        unchanged = await ann.get(url, headers={"if-none-match": seen.headers["etag"]})
        assert 200 == (await bob.post(f"{url}/like", json={})).status_code
        liked = await ann.get(url, headers={"if-none-match": seen.headers["etag"]})

        changed = await ann.patch(url, json={"content": "two"}, headers={"if-match": seen.headers["etag"]})
        late = await ann.patch(url, json={"content": "three"}, headers={"if-match": f'"{post["etag"]}"'})
        now = (await ann.get(url)).json()["post"]
        deleted = await ann.delete(url, headers={"if-match": f'"{now["etag"]}"'})

    assert [304, 200, 200, 412, 200] == [reply.status_code for reply in (unchanged, liked, changed, late, deleted)]
    assert ("two", "ETAG_MISMATCH") == (now["content"], late.json()["reason"])


async def test_who_wrote_reads_what_they_wrote(mesh: Any) -> None:
    """A write of the graph answers a token that reads honour; nonsense in its place is no fault of ours."""
    async with mesh.client() as ann, mesh.client() as bob:
        ann_id, bob_id = await joined(mesh, ann, "Ann"), await joined(mesh, bob, "Bob")
        await ann.post("/api/v1/connections/request", json={"userId": bob_id})
        accepted = await bob.post("/api/v1/connections/accept", json={"userId": ann_id})
        token = accepted.headers["guild-consistency-token"]
        read = await bob.get(f"/api/v1/users/{ann_id}/degree", headers={"guild-consistency-token": token})
        odd = await bob.get(f"/api/v1/users/{ann_id}/degree", headers={"guild-consistency-token": "nonsense"})

    assert (200, 1) == (read.status_code, read.json()["degree"])
    assert odd.status_code < 500


async def test_a_profile_can_be_read_without_signing_in(mesh: Any) -> None:
    """What it shows depends on who asks, so nobody else's cache keeps it."""
    async with mesh.client() as ann, mesh.client() as nobody:
        ann_id = await joined(mesh, ann, "Ann")
        shown = [await client.get(f"/api/v1/users/{ann_id}") for client in (ann, nobody)]

    assert ["Ann", "Ann"] == [reply.json()["user"]["name"] for reply in shown]
    assert {"private, no-cache"} == {reply.headers["cache-control"] for reply in shown}
