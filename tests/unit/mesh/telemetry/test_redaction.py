from dataclasses import dataclass

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from mesh.telemetry.redaction import is_private, redact, scrub

PRIVATE = ["password", "new_password", "Authorization", "x-admin-token", "refresh_token", "cookie", "email"]
PRIVATE += ["content", "message_body", "service_key", "api-key", "client_secret", "database_dsn", "phone"]
HARMLESS = ["user_id", "method", "content_type", "content_length", "token_id", "token_count", "key", "bodyguard"]


@pytest.mark.parametrize("key", PRIVATE)
def test_private_keys_are_known_by_their_words(key: str) -> None:
    """A key that names something private is private, in any case and spelling."""
    assert is_private(key)


@pytest.mark.parametrize("key", HARMLESS)
def test_harmless_keys_are_written(key: str) -> None:
    """What only resembles a private name, or counts and types it, is written."""
    assert not is_private(key)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql://guild:s3cret@db:5432/guild", "postgresql://***@db:5432/guild"),
        ("no account for ada@example.org here", "no account for *** here"),
        ("Bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln is bad", "Bearer *** is bad"),
        ("File x.py, line 3, in f @ 0x7f", "File x.py, line 3, in f @ 0x7f"),
    ],
)
def test_texts_are_scrubbed(text: str, expected: str) -> None:
    """Tokens, addresses and passwords inside URLs do not pass even in the middle of a sentence."""
    assert expected == scrub(text)


def test_nested_values_are_redacted() -> None:
    """Dicts and lists are looked into; numbers stay what they are unless their key is private."""
    event = {
        "event": "sent to ada@example.org",
        "request": {"password": "x", "names": ["Ada", {"token": "t"}]},
        "count": 3,
        "ok": True,
        "none": None,
        "token": 7.5,
    }

    redacted = redact(None, "info", event)

    assert {
        "event": "sent to ***",
        "request": {"password": "***", "names": ["Ada", {"token": "***"}]},
        "count": 3,
        "ok": True,
        "none": None,
        "token": "***",
    } == redacted


@given(secret=st.text("abcdefgh0123456789", min_size=12), path=st.lists(st.sampled_from(["a", 0]), max_size=8))
def test_a_password_never_passes(secret: str, path: list[str | int]) -> None:
    """However deep a value with a private name lies, its text is not in the result."""
    value: object = {"password": secret}
    for step in path:
        value = [value] if step == 0 else {"inner": value}

    assert secret not in repr(redact(None, "info", {"value": value}))


def test_depth_is_bounded() -> None:
    """A structure deeper than anything we log does not exhaust the stack."""
    deep: object = "leaf"
    for _ in range(5000):
        deep = [deep]

    assert redact(None, "info", {"value": deep})


@dataclass
class Command:
    name: str
    password: str


def test_objects_are_written_without_what_is_private() -> None:
    """A dataclass shows its harmless fields, a message its type, an error its scrubbed text."""
    event = {
        "command": Command("ada", "hunter2"),
        "request": struct_pb2.Value(string_value="hunter2"),
        "error": ValueError("no account ada@example.org"),
        "kind": Command,
    }

    redacted = redact(None, "info", event)

    assert {"name": "ada", "password": "***"} == redacted["command"]
    assert "google.protobuf.Value" == redacted["request"]
    assert "no account ***" == redacted["error"]
    assert "Command" in redacted["kind"]
