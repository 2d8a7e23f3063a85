"""Requests put together from path, query and body."""

from typing import Any
from uuid import UUID

import orjson
import pytest

from edge.bindings import Bindings
from edge.config import Config
from edge.contract import load_contract
from edge.faults import MalformedRequest
from edge.transcode import Transcoder
from edge.upstreams import Upstreams
from guild.feed.v1 import feed_service_pb2, post_pb2, post_service_pb2
from guild.graph.v1 import connection_service_pb2 as graph
from guild.jobs.v1 import job_service_pb2
from guild.messaging.v1 import messaging_service_pb2
from guild.profile.v1 import profile_service_pb2
from mesh.auth import ServiceCredentials
from mesh.settings import AuthSettings

USER = "0190f5e4-7b1c-7def-8abc-0123456789ab"


@pytest.fixture(scope="module")
def bindings() -> Bindings:
    """The bindings of the whole contract."""
    return Bindings(load_contract().public, Upstreams(Config(), ServiceCredentials("edge", AuthSettings())))


def request(bindings: Bindings, verb: str, path: str, query: bytes = b"", body: Any = None) -> bytes:
    found: Any = bindings.find(verb, path.encode())
    text = b"" if body is None else orjson.dumps(body)
    return found.binding.transcoder.request(found.variables, query, text)


def test_a_body_is_the_whole_request(bindings: Bindings) -> None:
    """Enums in their short form, in any case."""
    sent = request(bindings, "POST", "/api/v1/posts", body={"content": "hello", "visibility": "public"})

    expected = post_service_pb2.CreatePostRequest(content="hello", visibility=post_pb2.VISIBILITY_PUBLIC)
    assert expected == post_service_pb2.CreatePostRequest.FromString(sent)


def test_a_query_fills_fields(bindings: Bindings) -> None:
    """Names in either spelling; what was left empty counts as not given."""
    sent = request(bindings, "GET", "/api/v1/feed", b"limit=20&offset=0&page_token=")

    assert feed_service_pb2.GetFeedRequest(limit=20) == feed_service_pb2.GetFeedRequest.FromString(sent)


def test_a_query_has_every_kind_of_value(bindings: Bindings) -> None:
    """Enums in any case, booleans, 64-bit integers, times."""
    query = b"q=python%20dev&remote=true&experienceLevel=senior&salaryMin=7000000&postedAfter=2026-01-31T12:00:00Z"

    sent = job_service_pb2.SearchJobsRequest.FromString(request(bindings, "GET", "/api/v1/jobs", query))

    assert ("python dev", True, 7000000, 1769860800) == (
        sent.q,
        sent.remote,
        sent.salary_min,
        sent.posted_after.seconds,
    )


def test_a_query_repeats(bindings: Bindings) -> None:
    """A list is its parameter given several times."""
    sent = request(bindings, "GET", "/api/v1/users/batch", b"userIds=a&user_ids=b")

    assert ["a", "b"] == profile_service_pb2.BatchGetUsersRequest.FromString(sent).user_ids


def test_the_path_wins_over_the_body(bindings: Bindings) -> None:
    """What a path names cannot be something else in the body."""
    body = {"conversationId": "other", "clientMessageId": "1", "content": "hi"}

    sent = request(bindings, "POST", f"/api/v1/conversations/{USER}/messages", body=body)

    assert USER == messaging_service_pb2.SendMessageRequest.FromString(sent).conversation_id


def test_a_path_variable_can_lie_within_the_body(bindings: Bindings) -> None:
    """`/posts/{post.id}` with `body: "post"`."""
    sent = request(bindings, "PATCH", f"/api/v1/posts/{USER}", body={"content": "new"})

    expected = post_service_pb2.UpdatePostRequest(post=post_pb2.Post(id=USER, content="new"))
    expected.update_mask.paths.append("content")
    assert expected == post_service_pb2.UpdatePostRequest.FromString(sent)


def test_a_patch_changes_what_it_names(bindings: Bindings) -> None:
    """Empty texts and null are changes too."""
    body = {"headline": "", "profilePictureUrl": None, "about": "me"}

    sent = profile_service_pb2.UpdateUserRequest.FromString(request(bindings, "PATCH", "/api/v1/users/me", body=body))

    assert (["headline", "profile_picture_url", "about"], "me") == (sent.update_mask.paths, sent.user.about)


def test_a_mask_of_the_query_counts_alone(bindings: Bindings) -> None:
    """Who names the fields means them."""
    body = {"headline": "x", "name": "y"}

    sent = request(bindings, "PATCH", "/api/v1/users/me", b"updateMask=headline", body)

    assert ["headline"] == profile_service_pb2.UpdateUserRequest.FromString(sent).update_mask.paths


def test_no_body_is_an_empty_one(bindings: Bindings) -> None:
    """`POST …/logout` needs no braces."""
    assert b"" == request(bindings, "POST", "/api/v1/auth/logout")


def test_a_patch_says_what_it_changes(bindings: Bindings) -> None:
    """No body is a mistake there."""
    with pytest.raises(MalformedRequest, match="the body is missing"):
        request(bindings, "PATCH", "/api/v1/users/me")


def test_a_query_holds_as_many_values_as_the_contract_allows(bindings: Bindings) -> None:
    """Two hundred ids of a batch; many more are not even read."""
    ids = [str(UUID(int=number)) for number in range(200)]

    def batch(values: list[str]) -> bytes:
        return request(bindings, "GET", "/api/v1/users/batch", "&".join(f"userIds={one}" for one in values).encode())

    assert ids == profile_service_pb2.BatchGetUsersRequest.FromString(batch(ids)).user_ids
    with pytest.raises(MalformedRequest, match="the query has more than"):
        batch(ids * 2)


def test_what_is_expected_of_a_resource_travels_along(bindings: Bindings) -> None:
    """The etag of If-Match where the method has one; elsewhere it must not be dropped without a word."""
    deleting: Any = bindings.find("DELETE", f"/api/v1/posts/{USER}".encode())
    liking: Any = bindings.find("POST", f"/api/v1/posts/{USER}/like".encode())

    sent = deleting.binding.transcoder.request(deleting.variables, b"", b"", etag="v1")

    assert "v1" == post_service_pb2.DeletePostRequest.FromString(sent).etag
    with pytest.raises(MalformedRequest, match="if-match is not taken"):
        liking.binding.transcoder.request(liking.variables, b"", b"", etag="v1")
    with pytest.raises(MalformedRequest, match="etag is not a query parameter"):
        deleting.binding.transcoder.request(deleting.variables, b"etag=v2", b"")


def test_a_reply_shows_the_etag_of_its_resource(bindings: Bindings) -> None:
    """However deep within it the resource is; a list of them has none."""
    item: Any = bindings.find("GET", f"/api/v1/posts/{USER}".encode())
    feed: Any = bindings.find("GET", b"/api/v1/feed")
    shown = post_service_pb2.GetPostResponse(item=post_pb2.PostItem(post=post_pb2.Post(etag="v1")))

    assert "v1" == item.binding.transcoder.reply(shown.SerializeToString())[1]
    assert "" == feed.binding.transcoder.reply(feed_service_pb2.GetFeedResponse().SerializeToString())[1]


def test_percent_signs_are_undone_within_a_segment(bindings: Bindings) -> None:
    """An escaped slash does not make a new segment."""
    sent = request(bindings, "GET", "/api/v1/users/a%2Fb%C3%A4")

    assert "a/bä" == profile_service_pb2.GetUserRequest.FromString(sent).user_id


@pytest.mark.parametrize(
    ("verb", "path", "query", "body", "field", "advice"),
    [
        ("GET", "/api/v1/feed", b"limit=many", None, "limit", "must be a whole number"),
        ("GET", "/api/v1/feed", b"limit=1&limit=2", None, "limit", "must be given once"),
        ("GET", "/api/v1/feed", b"colour=red", None, "colour", "is not a query parameter of this method"),
        ("GET", "/api/v1/jobs", b"remote=perhaps", None, "remote", "must be true or false"),
        ("GET", "/api/v1/users/x", b"user_id=y", None, "user_id", "is not a query parameter of this method"),
        ("PATCH", "/api/v1/posts/x", b"post.content=y", {}, "post.content", "is not a query parameter of this method"),
        ("PATCH", "/api/v1/posts/x", b"", {"colour": 1}, "post.colour", "is not a field of Post"),
    ],
)
def test_what_cannot_be_read_is_named(
    verb: str, path: str, query: bytes, body: Any, field: str, advice: str, bindings: Bindings
) -> None:
    """Query parameters are as strict as bodies: a mistyped filter must not show everything."""
    with pytest.raises(MalformedRequest) as caught:
        request(bindings, verb, path, query, body)

    assert [(field, advice)] == [(one.field, one.description) for one in caught.value.violations]


@pytest.mark.parametrize(
    ("verb", "path", "query", "body"),
    [
        ("POST", "/api/v1/posts", b"content=x", {}),
        ("POST", "/api/v1/posts", b"", [1]),
        ("POST", "/api/v1/posts", b"", 5),
        ("PATCH", "/api/v1/posts/x", b"", [1]),
        ("GET", "/api/v1/feed", b"%ff=1", None),
        ("GET", "/api/v1/feed", b"limit=%ff", None),
        ("GET", "/api/v1/feed", b"&".join([b"limit=1"] * 200), None),
    ],
)
def test_what_makes_no_sense_is_refused(verb: str, path: str, query: bytes, body: Any, bindings: Bindings) -> None:
    """Whatever the shape of a request, the answer is a refusal."""
    with pytest.raises(MalformedRequest):
        request(bindings, verb, path, query, body)


def test_replies_have_one_shape(bindings: Bindings) -> None:
    """Zero counts, empty lists and empty page tokens are there; what is unset is not."""
    found: Any = bindings.find("GET", b"/api/v1/feed")
    reply = feed_service_pb2.GetFeedResponse()
    reply.items.add().post.visibility = post_pb2.VISIBILITY_PUBLIC

    shown = orjson.loads(found.binding.transcoder.reply(reply.SerializeToString())[0])

    post = shown["items"][0]["post"]
    assert ("", "PUBLIC", 0, []) == (shown["nextPageToken"], post["visibility"], post["likeCount"], post["mediaIds"])
    assert {"createdAt", "title"}.isdisjoint(post)


def test_wide_integers_are_text(bindings: Bindings) -> None:
    """JavaScript would round them."""
    found: Any = bindings.find("POST", b"/api/v1/conversations/x/read")
    reply = messaging_service_pb2.MarkConversationReadResponse(last_read_sequence=2**60)

    assert str(2**60) == orjson.loads(found.binding.transcoder.reply(reply.SerializeToString())[0])["lastReadSequence"]


@pytest.mark.parametrize(
    ("method", "tagged"), [("/api/v1/users/me", True), ("/api/v1/feed", False), ("/api/v1/conversations", False)]
)
def test_single_resources_have_an_etag(method: str, tagged: bool, bindings: Bindings) -> None:
    """Pages of lists have none: they change with every look."""
    found: Any = bindings.find("GET", method.encode())

    assert tagged == found.binding.tagged


def test_a_binding_that_cannot_work_stops_the_edge() -> None:
    """A path variable must be a field of the request that takes a text."""
    from edge.decode import Decoders
    from edge.encode import Encoders
    from mesh.contract import HttpRule, spec

    method = spec("/guild.graph.v1.ConnectionService/ListConnections")
    assert graph.ListConnectionsRequest is method.input
    with pytest.raises(ValueError, match="no field colour"):
        Transcoder(method, HttpRule("GET", "/x/{colour}"), ("colour",), Encoders(), Decoders())
