"""REST in front of the real profile service."""

from typing import Any

import pytest

from mesh.ids import uuid7

PASSWORD = "correct horse battery"


async def register(edge: Any, name: str = "Ann Example") -> dict[str, Any]:
    body = {"email": f"{uuid7()}@example.com", "password": PASSWORD, "name": name}
    reply = await edge.http.post("/api/v1/auth/register", json=body)
    assert reply.status_code == 200, reply.text
    return reply.json() | {"email": body["email"]}


def bearer(member: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {member['accessToken']}"}


async def test_register_then_look_at_oneself(edge: Any) -> None:
    """The answers have the shape the contract fixes."""
    member = await register(edge)

    me = await edge.http.get("/api/v1/users/me", headers=bearer(member))

    assert {"user", "accessToken", "refreshToken", "expiresIn", "email"} == member.keys()
    user = me.json()["user"]
    assert ("Ann Example", [], False) == (user["name"], user["positions"], "degree" in user)


async def test_two_members_connect(edge: Any) -> None:
    """Request, accept, list: the whole way over HTTP."""
    ann, bob = await register(edge, "Ann"), await register(edge, "Bob")

    sent = await edge.http.post(
        "/api/v1/connections/request", json={"userId": bob["user"]["id"], "note": "hi"}, headers=bearer(ann)
    )
    accepted = await edge.http.post(
        "/api/v1/connections/accept", json={"userId": ann["user"]["id"]}, headers=bearer(bob)
    )
    listed = await edge.http.get(f"/api/v1/users/{ann['user']['id']}/connections?pageSize=5", headers=bearer(ann))

    assert ("PENDING", "ACCEPTED") == (sent.json()["connection"]["status"], accepted.json()["connection"]["status"])
    assert ([bob["user"]["id"]], 1, "") == (
        [one["user"]["id"] for one in listed.json()["connections"]],
        listed.json()["totalSize"],
        listed.json()["nextPageToken"],
    )


async def test_wrong_credentials_are_401(edge: Any) -> None:
    """As a problem document, with what HTTP asks for beside it."""
    reply = await edge.http.post("/api/v1/auth/login", json={"email": "x@example.com", "password": "wrong"})

    problem = reply.json()
    assert (401, "INVALID_CREDENTIALS", reply.headers["x-request-id"]) == (
        reply.status_code,
        problem["reason"],
        problem["requestId"],
    )
    assert reply.headers["www-authenticate"].startswith("Bearer")


async def test_rules_of_the_contract_are_told_in_json_names(edge: Any) -> None:
    """Violations that the service finds carry the fields' names as the client knows them."""
    member = await register(edge)

    reply = await edge.http.patch("/api/v1/users/me", json={"profilePictureUrl": "no url"}, headers=bearer(member))

    assert (400, ["user.profilePictureUrl"]) == (
        reply.status_code,
        [one["field"] for one in reply.json()["violations"]],
    )


async def test_a_patch_clears_what_it_names(edge: Any) -> None:
    """An empty text is a value."""
    member = await register(edge)
    await edge.http.patch("/api/v1/users/me", json={"headline": "Engineer"}, headers=bearer(member))

    cleared = await edge.http.patch("/api/v1/users/me", json={"headline": ""}, headers=bearer(member))

    assert (200, "") == (cleared.status_code, cleared.json()["user"]["headline"])


async def test_an_unchanged_resource_is_not_sent_again(edge: Any) -> None:
    """Until it changes."""
    member = await register(edge)
    first = await edge.http.get("/api/v1/users/me", headers=bearer(member))
    condition = bearer(member) | {"if-none-match": first.headers["etag"]}

    again = await edge.http.get("/api/v1/users/me", headers=condition)
    await edge.http.patch("/api/v1/users/me", json={"headline": "Engineer"}, headers=bearer(member))
    changed = await edge.http.get("/api/v1/users/me", headers=condition)

    assert (304, b"", 200) == (again.status_code, again.content, changed.status_code)


async def test_a_key_makes_a_retry_one_effect(edge: Any) -> None:
    """The same key gives the first answer, with another body 422."""
    ann, bob, eve = await register(edge), await register(edge), await register(edge)
    headers = bearer(ann) | {"idempotency-key": str(uuid7())}

    async def request(member: dict[str, Any]) -> Any:
        body = {"userId": member["user"]["id"]}
        return await edge.http.post("/api/v1/connections/request", json=body, headers=headers)

    first, again, other = await request(bob), await request(bob), await request(eve)

    assert (first.content, "true") == (again.content, again.headers["idempotency-replayed"])
    assert (422, "IDEMPOTENCY_KEY_REUSED") == (other.status_code, other.json()["reason"])


async def test_who_wrote_can_read_what_they_wrote(edge: Any) -> None:
    """A write of the graph answers a token, which reads take, through the edge and back."""
    ann, bob = await register(edge), await register(edge)
    body = {"userId": bob["user"]["id"]}

    wrote = await edge.http.post("/api/v1/connections/request", json=body, headers=bearer(ann))
    token = {"guild-consistency-token": wrote.headers["guild-consistency-token"]}
    read = await edge.http.get("/api/v1/connections/pending", headers=bearer(bob) | token)

    assert token["guild-consistency-token"].startswith("profile.")
    assert (200, 1) == (read.status_code, len(read.json()["requests"]))
    assert "guild-consistency-token" not in read.headers


async def test_limits_are_told(edge: Any) -> None:
    """Each answer says how much is left."""
    member = await register(edge)

    reply = await edge.http.get("/api/v1/users/me", headers=bearer(member))

    assert ["1000", "999"] == [reply.headers[f"ratelimit-{name}"] for name in ("limit", "remaining")]


async def test_the_keys_are_public(edge: Any) -> None:
    """Whoever verifies tokens finds the keys where RFC 8615 puts such things, and may keep them a minute."""
    reply = await edge.http.get("/.well-known/jwks.json")

    assert ("OKP", "public, max-age=60") == (reply.json()["keys"][0]["kty"], reply.headers["cache-control"])


async def test_a_service_that_is_down_is_503(edge: Any) -> None:
    """The others go on; the answer says when to come back."""
    reply = await edge.http.get("/api/v1/conversations")

    assert (503, "UNAVAILABLE", "1") == (reply.status_code, reply.json()["reason"], reply.headers["retry-after"])


@pytest.mark.parametrize(
    ("path", "kind", "start"),
    [
        ("/openapi.yaml", "application/yaml", b"# Generated"),
        ("/docs", "text/html; charset=utf-8", b"<!doctype html>"),
        ("/healthz", "application/json", b'{"status":"alive"'),
        ("/readyz", "application/json", b'{"status":"ready"'),
    ],
)
async def test_pages(path: str, kind: str, start: bytes, edge: Any) -> None:
    """The edge's own pages, on GET and HEAD alone."""
    reply = await edge.http.get(path)
    wrong = await edge.http.post(path)

    assert (200, kind, 405) == (reply.status_code, reply.headers["content-type"], wrong.status_code)
    assert reply.content.startswith(start)


async def test_metrics_stay_inside(edge: Any) -> None:
    """They are on the admin port alone."""
    assert 404 == (await edge.http.get("/metrics")).status_code
