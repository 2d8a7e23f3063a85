"""Failures know their code and reason, and can be rebuilt from what crosses the wire."""

import pytest

from mesh.errors import Code, FieldViolation, Internal, NotFound, Unknown, restore


class TeapotNotFound(NotFound):
    reason = "TEAPOT_NOT_FOUND"

    def __init__(self, teapot: str) -> None:
        super().__init__(f"there is no teapot {teapot}", metadata={"teapot": teapot})


def test_a_failure_carries_what_its_class_and_its_raiser_said() -> None:
    """A domain failure has the code of its parent, its own reason, its message and metadata."""
    failure = TeapotNotFound("blue")

    assert (Code.NOT_FOUND, "TEAPOT_NOT_FOUND") == (failure.code, failure.reason)
    assert "there is no teapot blue" == failure.message == str(failure)
    assert {"teapot": "blue"} == failure.metadata


def test_a_known_reason_restores_its_class() -> None:
    """The class registered for a reason comes back, whatever its constructor takes."""
    restored = restore(5, "TEAPOT_NOT_FOUND", "gone", {"teapot": "red"}, [FieldViolation("a", "b")], 1.5)

    assert TeapotNotFound is type(restored)
    assert ("gone", {"teapot": "red"}, 1.5) == (restored.message, restored.metadata, restored.retry_after)
    assert (FieldViolation("a", "b"),) == restored.violations


def test_an_unknown_reason_restores_the_generic_of_the_code() -> None:
    """A reason nobody here knows is kept on an instance of the generic class, which itself does not change."""
    restored = restore(5, "SAMOVAR_NOT_FOUND", "gone")

    assert NotFound is type(restored)
    assert ("SAMOVAR_NOT_FOUND", "NOT_FOUND") == (restored.reason, NotFound.reason)


def test_a_code_out_of_the_list_is_unknown() -> None:
    """A number that is no status code becomes UNKNOWN."""
    assert Unknown is type(restore(99, "", "?"))


def test_a_reason_under_another_code_is_not_mistaken() -> None:
    """The same reason with another code is another failure."""
    assert Internal is type(restore(13, "TEAPOT_NOT_FOUND", "?"))


def test_two_classes_of_one_package_cannot_share_a_reason() -> None:
    """A reason names one class within a service, or an `except` would miss it."""
    with pytest.raises(TypeError, match="TEAPOT_NOT_FOUND"):
        type("OtherTeapot", (NotFound,), {"reason": "TEAPOT_NOT_FOUND", "__module__": __name__})


@pytest.mark.parametrize("code", [code for code in Code if code is not Code.OK])
def test_every_code_has_a_generic(code: Code) -> None:
    """Whatever another service answers, there is a class for it."""
    assert code is restore(code, "", "?").code
