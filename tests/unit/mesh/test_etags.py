"""Tags of states."""

import pytest

from mesh.etags import EtagMismatch, check_etag, etag


def test_a_tag_tells_states_apart() -> None:
    """Also those that read the same one after the other, or print the same."""
    states = [("a", "bc"), ("ab", "c"), ("1", "2"), (1, 2), ("a",), ("a", None), ("a", "")]
    assert len(states) == len({etag(*state) for state in states})
    assert etag("a", 1) == etag("a", 1)


def test_only_who_names_a_state_is_held_to_it() -> None:
    """None is any."""
    check_etag("", etag("now"))
    check_etag(etag("now"), etag("now"))
    with pytest.raises(EtagMismatch):
        check_etag(etag("before"), etag("now"))
