"""Page tokens cannot be read wrong, changed or moved to another list."""

import base64
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.data import PageTokenInvalid, PageTokens, page_size
from mesh.errors import InvalidArgument
from mesh.settings import Secret

TOKENS = PageTokens(Secret("a secret"))
CURSORS = st.dictionaries(
    st.text(max_size=20), st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=50), max_size=5
)


@given(cursor=CURSORS, scope=st.text(max_size=50))
def test_a_cursor_comes_back(cursor: dict[str, object], scope: str) -> None:
    """What was sealed for a list is read back for that list."""
    assert cursor == TOKENS.decode(TOKENS.encode(cursor, scope), scope)


def test_ids_come_back_as_text() -> None:
    """UUIDs are strings in a decoded cursor."""
    identifier = UUID(int=7)

    assert {"after": str(identifier)} == TOKENS.decode(TOKENS.encode({"after": identifier}, "list"), "list")


def test_another_list_refuses_it() -> None:
    """A token is good for the scope it was made for."""
    with pytest.raises(PageTokenInvalid):
        TOKENS.decode(TOKENS.encode({"after": 1}, "mine"), "yours")


def test_another_secret_refuses_it() -> None:
    """Who does not know the secret cannot make a token; an empty secret is a random one."""
    token = PageTokens(Secret("another")).encode({}, "list")

    for tokens in (TOKENS, PageTokens(Secret("")), PageTokens(Secret(""))):
        with pytest.raises(PageTokenInvalid):
            tokens.decode(token, "list")


@given(position=st.integers(0, 60), flip=st.integers(1, 255))
def test_a_changed_token_is_refused(position: int, flip: int) -> None:
    """No byte of a token can be changed."""
    sealed = bytearray(base64.urlsafe_b64decode(TOKENS.encode({"after": 12345}, "list") + "=="))
    sealed[position % len(sealed)] ^= flip

    with pytest.raises(PageTokenInvalid):
        TOKENS.decode(base64.urlsafe_b64encode(bytes(sealed)).decode().rstrip("="), "list")


@given(token=st.text(max_size=200))
def test_nonsense_is_refused(token: str) -> None:
    """Any text a client sends is refused as INVALID_ARGUMENT with the field named."""
    with pytest.raises(PageTokenInvalid) as refused:
        TOKENS.decode(token, "list")

    assert ["page_token"] == [violation.field for violation in refused.value.violations]


def test_a_huge_token_is_refused() -> None:
    """Nobody can make us hash megabytes."""
    with pytest.raises(PageTokenInvalid):
        TOKENS.decode("A" * 1_000_000, "list")


def test_page_sizes() -> None:
    """Zero is the default, too many are cut to the maximum, negative ones are refused."""
    assert [20, 1, 100, 100] == [page_size(requested) for requested in (0, 1, 100, 101)]
    assert [50, 200] == [page_size(requested, default=50, maximum=200) for requested in (0, 1000)]
    with pytest.raises(InvalidArgument) as refused:
        page_size(-1)
    assert ["page_size"] == [violation.field for violation in refused.value.violations]
