"""Secrets of the contract are kept nowhere but where they are checked."""

from google.protobuf.descriptor import FieldDescriptor

from guild.auth.v1 import auth_service_pb2 as auth
from guild.feed.v1 import post_service_pb2 as posts
from mesh.contract.secrets import without_secrets
from mesh.rpc.concerns.idempotency import _hash
from mesh.telemetry.redaction import is_private
from tests.wire.test_contract import FIELDS


def test_a_secret_is_left_out_of_a_copy() -> None:
    """The message itself keeps it; a message that can hold none is not copied."""
    login = auth.LoginRequest(email="ann@example.com", password="correct horse", device_name="laptop")
    assert auth.LoginRequest(email="ann@example.com", device_name="laptop") == without_secrets(login)
    assert "correct horse" == login.password
    post = posts.CreatePostRequest(content="Hello")
    assert without_secrets(post) is post


def test_what_is_stored_of_a_request_tells_nothing_of_its_secrets() -> None:
    """Two guesses of a password have one hash, so that nobody can try guesses on what is stored."""
    first, second = (
        auth.ChangePasswordRequest(current_password=guess, new_password=f"new {guess}") for guess in ("one", "two")
    )
    assert _hash(first) == _hash(second)
    assert _hash(posts.CreatePostRequest(content="one")) != _hash(posts.CreatePostRequest(content="two"))


def test_no_log_line_shows_a_secret_under_its_name() -> None:
    """Whatever the contract calls a secret, a log line with that key is masked."""

    def told(field: FieldDescriptor) -> bool:
        return field.GetOptions().debug_redact and not is_private(field.name)

    assert [] == [field.full_name for field in FIELDS if told(field)]
