"""A first day on the network, from outside: register → connect → post → feed → like → comment → chat → apply."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect

from guild.feed.v1 import feed_service_pb2 as feed
from guild.feed.v1.feed_service_pb2_grpc import FeedServiceStub
from guild.messaging.v1 import chat_pb2 as chat
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from mesh.testing import wait_for
from mesh.testing.serving import calling

PASSWORD = "a long enough password"


class Person:
    """Somebody with a REST client of their own."""

    def __init__(self, client: httpx.AsyncClient, user_id: str, token: str) -> None:
        self.client = client
        self.id = user_id
        self.token = token

    async def post(self, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
        reply = await self.client.post(path, json=body, headers=headers)
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        reply = await self.client.get(path, params=query)
        assert reply.status_code == 200, reply.text
        return reply.json()


Join = Callable[[str], Awaitable[Person]]


@pytest_asyncio.fixture(loop_scope="module")
async def join(mesh: Any) -> AsyncIterator[Join]:
    """Registers somebody; their client is closed with the test."""
    async with AsyncExitStack() as open_clients:

        async def register(name: str) -> Person:
            async with mesh.client() as anonymous:
                reply = await anonymous.post(
                    "/api/v1/auth/register",
                    json={"email": f"{uuid4()}@example.com", "password": PASSWORD, "name": name},
                )
            assert reply.status_code == 200, reply.text
            body = reply.json()
            assert {"user", "accessToken", "refreshToken", "expiresIn"} <= body.keys()
            client = await open_clients.enter_async_context(mesh.client(body["accessToken"]))
            return Person(client, body["user"]["id"], body["accessToken"])

        yield register


async def befriend(one: Person, other: Person) -> None:
    await one.post("/api/v1/connections/request", {"userId": other.id})
    await other.post("/api/v1/connections/accept", {"userId": one.id})


async def feed_of(person: Person) -> list[dict[str, Any]]:
    return (await person.get("/api/v1/feed", limit=20, offset=0))["items"]


async def ids_in_feed(person: Person) -> list[str]:
    return [item["post"]["id"] for item in await feed_of(person)]


async def frames(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next frame of a kind; others (presence, receipts) pass by."""
    async with asyncio.timeout(10):
        while True:
            frame = orjson.loads(await socket.recv())
            if kind in frame:
                return frame[kind]


async def test_connecting_and_posting(join: Join) -> None:
    """A post reaches the feed of a connection who is active, and of nobody else."""
    ann, bob, eve = await join("Ann"), await join("Bob"), await join("Eve")
    pending = await ann.post("/api/v1/connections/request", {"userId": bob.id, "note": "hello"})
    assert (bob.id, ann.id) == (pending["connection"]["userId"], pending["connection"]["requestedBy"])
    waiting = await bob.get("/api/v1/connections/pending", direction="incoming")
    assert [ann.id] == [request["user"]["id"] for request in waiting["requests"]]
    await bob.post("/api/v1/connections/accept", {"userId": ann.id})
    listed = await bob.get(f"/api/v1/users/{bob.id}/connections", pageSize=5)
    assert ([ann.id], 1) == ([c["user"]["id"] for c in listed["connections"]], listed["totalSize"])

    assert [] == await feed_of(bob)  # warm from here on
    created = await ann.post("/api/v1/posts", {"content": "first day", "visibility": "connections"})
    post = created["post"]
    assert (ann.id, 0, 0) == (post["authorId"], post["likeCount"], post["commentCount"])
    await wait_for(lambda: _holds(bob, post["id"]))
    (item,) = await feed_of(bob)
    assert ("first day", "Ann") == (item["post"]["content"], item["author"]["name"])
    assert post["id"] not in await ids_in_feed(eve)
    assert 404 == (await eve.client.get(f"/api/v1/posts/{post['id']}")).status_code


async def _holds(person: Person, post_id: str) -> bool:
    return post_id in await ids_in_feed(person)


async def test_liking_and_commenting(join: Join) -> None:
    """A like counts once however often it is sent; comments come in order; the author sees both."""
    ann, bob = await join("Ann"), await join("Bob")
    await befriend(ann, bob)
    post = (await ann.post("/api/v1/posts", {"content": "like me", "visibility": "CONNECTIONS"}))["post"]
    path = f"/api/v1/posts/{post['id']}"
    first = await bob.post(f"{path}/like", {})
    second = await bob.post(f"{path}/like", {})
    assert [(1, False), (1, True)] == [(like["likeCount"], like["alreadyLiked"]) for like in (first, second)]
    comment = (await bob.post(f"{path}/comments", {"content": "well said"}))["comment"]
    await ann.post(f"{path}/comments", {"content": "thanks", "parentId": comment["id"]})
    listed = await ann.get(f"{path}/comments")
    assert ["well said", "thanks"] == [c["content"] for c in listed["comments"]]
    seen = (await ann.get(path))["post"]
    assert (1, 2) == (seen["likeCount"], seen["commentCount"])
    unliked = (await bob.client.delete(f"{path}/like")).json()
    assert unliked["likeCount"] == 0


async def test_a_post_is_edited_shared_and_read_from_outside(mesh: Any, join: Join) -> None:
    """Who has not signed in reads what is for everybody; a null opens nothing, a stale tag changes nothing."""
    ann, bob = await join("Ann"), await join("Bob")
    private = (await ann.post("/api/v1/posts", {"content": "mine", "visibility": "PRIVATE"}))["post"]
    public = (await ann.post("/api/v1/posts", {"content": "for all", "visibility": "PUBLIC"}))["post"]
    path = f"/api/v1/posts/{private['id']}"
    seen_before = {"if-match": f'"{private["etag"]}"'}
    assert 400 == (await ann.client.patch(path, json={"visibility": None})).status_code
    edited = await ann.client.patch(path, json={"content": "still mine"}, headers=seen_before)
    assert ("still mine", "PRIVATE", 2) == tuple(
        edited.json()["post"][name] for name in ("content", "visibility", "revision")
    )
    stale = await ann.client.patch(path, json={"content": "x"}, headers=seen_before)
    assert (412, "ETAG_MISMATCH") == (stale.status_code, stale.json()["reason"])
    share = (await bob.post(f"/api/v1/posts/{public['id']}/share", {"content": "look", "visibility": "PUBLIC"}))["post"]
    assert public["id"] == share["sharedPostId"]
    async with mesh.client() as anonymous:
        seen = (await anonymous.get(f"/api/v1/users/{ann.id}/posts")).json()["items"]
        assert 401 == (await anonymous.get("/api/v1/feed")).status_code
    assert [("for all", "Ann", 1)] == [
        (item["post"]["content"], item["author"]["name"], item["post"]["shareCount"]) for item in seen
    ]


async def test_an_ended_connection_ends_the_view_at_once(join: Join) -> None:
    """The next read after a removal shows nothing of what was for connections."""
    ann, bob = await join("Ann"), await join("Bob")
    await befriend(ann, bob)
    post = (await ann.post("/api/v1/posts", {"content": "for friends", "visibility": "CONNECTIONS"}))["post"]
    assert post["id"] in await ids_in_feed(bob)
    await ann.post("/api/v1/connections/remove", {"userId": bob.id})
    assert post["id"] not in await ids_in_feed(bob)
    assert 404 == (await bob.client.get(f"/api/v1/posts/{post['id']}")).status_code


async def test_a_block_hides_each_from_the_other_everywhere(mesh: Any, join: Join) -> None:
    """Profiles, posts, feeds, messages, lists of others: for both at once, for nobody else; lifted, it is over."""
    ann, bob, eve = await join("Ann"), await join("Bob"), await join("Eve")
    for one, other in ((ann, bob), (ann, eve), (bob, eve)):
        await befriend(one, other)
    posts = {
        one: (await one.post("/api/v1/posts", {"content": "hi", "visibility": "PUBLIC"}))["post"]["id"]
        for one in (ann, bob)
    }
    message = {"to": bob.id, "clientMessageId": str(uuid4()), "content": "hello"}
    await ann.post("/api/v1/messages", message)
    assert posts[ann] in await ids_in_feed(bob)

    await ann.post("/api/v1/blocks", {"userId": bob.id})
    for me, other in ((ann, bob), (bob, ann)):
        assert posts[other] not in await ids_in_feed(me)
        for path in (
            f"/users/{other.id}",
            f"/users/{other.id}/posts",
            f"/users/{other.id}/degree",
            f"/posts/{posts[other]}",
        ):
            reply = await me.client.get(f"/api/v1{path}")
            assert 404 == reply.status_code, (path, reply.text)
        again = message | {"to": other.id, "clientMessageId": str(uuid4())}
        assert 400 <= (await me.client.post("/api/v1/messages", json=again)).status_code < 500
        like = await me.client.post(f"/api/v1/posts/{posts[other]}/like", json={})
        assert (404, "POST_NOT_FOUND") == (like.status_code, like.json()["reason"])
        listed = await me.get(f"/api/v1/users/{eve.id}/connections")
        assert ([me.id], 1) == ([c["user"]["id"] for c in listed["connections"]], listed["totalSize"])
    assert {posts[ann], posts[bob]} <= set(await ids_in_feed(eve))

    assert 200 == (await ann.client.delete(f"/api/v1/blocks/{bob.id}")).status_code
    assert "Ann" == (await bob.get(f"/api/v1/users/{ann.id}"))["user"]["name"]
    assert [eve.id] == [c["user"]["id"] for c in (await bob.get(f"/api/v1/users/{bob.id}/connections"))["connections"]]


async def test_privacy_settings_are_set_as_resources_are(mesh: Any, join: Join) -> None:
    """A change names what it changes; its etag is that of what was read; who is not signed in sees public fields."""
    ann, bob = await join("Ann"), await join("Bob")
    read = (await ann.get("/api/v1/users/me/privacy"))["settings"]
    change = {"profileAudience": "AUDIENCE_CONNECTIONS", "discoverable": False}
    headers = {"if-match": f'"{read["etag"]}"'}
    for status in (200, 412):
        reply = await ann.client.patch("/api/v1/users/me/privacy", json=change, headers=headers)
        assert status == reply.status_code, reply.text
        change = {"discoverable": True}
    async with mesh.client() as anonymous:
        for reader in (bob.client, anonymous):
            seen = (await reader.get(f"/api/v1/users/{ann.id}")).json()["user"]
            assert ("Ann", "REDUCED") == (seen["name"], seen["visibility"])


async def test_a_write_can_be_retried(join: Join) -> None:
    """The same key gives the first answer; another body under it is refused with the same reason everywhere."""
    ann = await join("Ann")
    body = {"content": "only once", "visibility": "PUBLIC"}
    headers = {"idempotency-key": str(uuid4())}
    first = await ann.client.post("/api/v1/posts", json=body, headers=headers)
    again = await ann.client.post("/api/v1/posts", json=body, headers=headers)
    assert first.json() == again.json()
    other = await ann.client.post("/api/v1/posts", json=body | {"content": "changed"}, headers=headers)
    assert (422, "IDEMPOTENCY_KEY_REUSED") == (other.status_code, other.json()["reason"])
    assert other.headers["content-type"].startswith("application/problem+json")
    mine = await ann.get(f"/api/v1/users/{ann.id}/posts")
    assert [first.json()["post"]["id"]] == [item["post"]["id"] for item in mine["items"]]


async def test_chatting_over_websocket_and_grpc(mesh: Any, join: Join) -> None:
    """One talks over a WebSocket, one over the gRPC stream; a retry is no second message; the history agrees."""
    ann, bob = await join("Ann"), await join("Bob")
    await befriend(ann, bob)
    async with connect(mesh.websocket) as socket, calling(mesh.grpc) as channel:
        await socket.send(orjson.dumps({"auth": {"token": ann.token}}), text=True)
        await socket.send('{"hello": {}}', text=True)
        await frames(socket, "welcome")

        call = MessagingServiceStub(channel).Chat(metadata=(("authorization", f"Bearer {bob.token}"),))
        await call.write(chat.ChatRequest(hello=chat.ChatHello()))
        assert (await call.read()).HasField("welcome")

        send = orjson.dumps({"send": {"clientMessageId": "m-1", "to": bob.id, "content": "hi Bob"}})
        await socket.send(send, text=True)
        ack = await frames(socket, "ack")
        await socket.send(send, text=True)
        again = await frames(socket, "ack")
        assert (ack["messageId"], True) == (again["messageId"], again["duplicate"])

        message = await _message(call)
        assert ("hi Bob", 1) == (message.content, message.sequence)
        await call.write(
            chat.ChatRequest(
                send=chat.ChatSend(client_message_id="b-1", conversation_id=message.conversation_id, content="hi Ann")
            )
        )
        answer = await frames(socket, "message")
        assert ("hi Ann", "2") == (answer["content"], answer["sequence"])
        read = chat.ChatRead(conversation_id=message.conversation_id, up_to_sequence=1)
        await call.write(chat.ChatRequest(read=read))
        receipt = await frames(socket, "receipt")
        assert receipt["userId"] == bob.id
        call.cancel()
    history = await bob.get(f"/api/v1/conversations/{message.conversation_id}/messages")
    assert {"hi Bob", "hi Ann"} == {m["content"] for m in history["messages"]}
    assert 2 == len(history["messages"])
    listed = await ann.get("/api/v1/conversations")
    assert [message.conversation_id] == [c["id"] for c in listed["conversations"]]


async def _message(call: Any) -> Any:
    async with asyncio.timeout(10):
        while True:
            frame = await call.read()
            if frame.HasField("message"):
                return frame.message


async def test_strangers_cannot_write_to_each_other(mesh: Any, join: Join) -> None:
    """A refused send is an error frame on an open stream."""
    ann, eve = await join("Ann"), await join("Eve")
    async with connect(mesh.websocket, additional_headers={"Authorization": f"Bearer {eve.token}"}) as socket:
        await socket.send('{"hello": {}}', text=True)
        await frames(socket, "welcome")
        send = {"send": {"clientMessageId": "x", "to": ann.id, "content": "psst"}}
        await socket.send(orjson.dumps(send), text=True)
        error = await frames(socket, "error")
        assert error["clientMessageId"] == "x"
        await socket.send('{"ping": {}}', text=True)
        await frames(socket, "pong")


async def test_looking_for_work(join: Join) -> None:
    """A company posts a job, a member finds it, applies twice, has applied once."""
    ann, bob = await join("Ann"), await join("Bob")
    company = (await ann.post("/api/v1/companies", {"company": {"name": f"Works {uuid4()}"}}))["company"]
    job = (
        await ann.post(
            "/api/v1/jobs",
            {
                "job": {
                    "companyId": company["id"],
                    "title": "Glassblower",
                    "description": "Blow glass by hand.",
                    "location": "Murano",
                    "experienceLevel": "senior",
                    "salaryMin": {"currencyCode": "EUR", "minorUnits": "7000000"},
                }
            },
        )
    )["job"]
    found = await bob.get(
        "/api/v1/jobs",
        q="glass",
        location="murano",
        experienceLevel="SENIOR",
        salaryMin=6000000,
        companyId=company["id"],
    )
    assert ([job["id"]], 1) == ([j["id"] for j in found["jobs"]], found["totalSize"])
    first = await bob.post(f"/api/v1/jobs/{job['id']}/apply", {"coverLetter": "I have lungs."})
    second = await bob.post(f"/api/v1/jobs/{job['id']}/apply", {"coverLetter": "Still."})
    assert first["application"] == second["application"]
    assert [False, True] == [first["alreadyApplied"], second["alreadyApplied"]]


async def test_signing_out_is_immediate(join: Join) -> None:
    """The access token stops at once; errors are problem documents that say how to sign in."""
    ann = await join("Ann")
    await ann.post("/api/v1/auth/logout", {})
    refused = await ann.client.get("/api/v1/users/me")
    assert (401, "SESSION_REVOKED") == (refused.status_code, refused.json()["reason"])
    assert "Bearer" in refused.headers["www-authenticate"]


async def test_the_same_feed_over_grpc(mesh: Any, join: Join) -> None:
    """Public gRPC gives what REST gives; methods for services only are closed to the outside."""
    ann, bob = await join("Ann"), await join("Bob")
    await befriend(ann, bob)
    await ann.post("/api/v1/posts", {"content": "both ways", "visibility": "PUBLIC"})
    async with calling(mesh.grpc) as channel:
        reply = await FeedServiceStub(channel).GetFeed(
            feed.GetFeedRequest(limit=20), metadata=(("authorization", f"Bearer {bob.token}"),)
        )
    assert [item["post"]["id"] for item in await feed_of(bob)] == [item.post.id for item in reply.items]


async def test_operators_rebuild_a_feed(mesh: Any, join: Join) -> None:
    """With the admin token, and without it not."""
    ann = await join("Ann")
    refused = await ann.client.post("/internal/feed/rebuild", json={"userId": ann.id})
    assert 403 == refused.status_code
    async with mesh.client() as operator:
        done = await operator.post(
            "/internal/feed/rebuild", json={"userId": ann.id}, headers={"x-admin-token": mesh.admin_token}
        )
    assert done.status_code == 200, done.text
