"""Which route a path means."""

from typing import Any

import pytest

from edge.contract import ContractMissing, load_contract
from edge.routes import Match, MethodMismatch, Router, routes_of
from mesh.contract import HttpRule


class Method:
    """As much of a method as routing looks at."""

    def __init__(self, name: str, *rules: HttpRule) -> None:
        self.name = self.full_name = name
        self.http = rules


def router(*rules: tuple[str, str, str]) -> Router:
    methods: Any = [Method(name, HttpRule(verb, path)) for name, verb, path in rules]
    return Router(routes_of(methods))


USERS = router(
    ("Get", "GET", "/users/{user_id}"),
    ("Me", "GET", "/users/me"),
    ("Update", "PATCH", "/users/{user_id}"),
    ("Posts", "GET", "/users/{user_id}/posts"),
    ("Own", "GET", "/users/me/own"),
    ("Deep", "DELETE", "/users/{user_id}/posts/{post.id}"),
)


@pytest.mark.parametrize(
    ("verb", "path", "name", "variables"),
    [
        ("GET", b"/users/me", "Me", {}),
        ("GET", b"/users/7", "Get", {"user_id": "7"}),
        ("PATCH", b"/users/7", "Update", {"user_id": "7"}),
        ("GET", b"/users/me/posts", "Posts", {"user_id": "me"}),
        ("GET", b"/users/me/own", "Own", {}),
        ("DELETE", b"/users/a%20b/posts/%C3%A4", "Deep", {"user_id": "a b", "post.id": "ä"}),
        ("GET", b"/users/%6De", "Me", {}),
    ],
)
def test_literals_win_over_variables(verb: str, path: bytes, name: str, variables: dict[str, str]) -> None:
    """The most literal route is meant."""
    found = USERS.find(verb, path)

    assert isinstance(found, Match)
    assert (name, variables) == (found.route.method.name, found.variables)


@pytest.mark.parametrize(
    "path", [b"/", b"/users", b"/users/", b"/users//posts", b"/users/7/", b"//users/7", b"/" * 500]
)
def test_other_paths_are_unknown(path: bytes) -> None:
    """Empty segments are no values."""
    assert USERS.find("GET", path) is None


def test_a_known_path_tells_its_methods() -> None:
    """405 needs them; a literal path has its own alone."""
    found = USERS.find("DELETE", b"/users/7"), USERS.find("PATCH", b"/users/me")

    assert (MethodMismatch(("GET", "PATCH")), MethodMismatch(("GET",))) == found


@pytest.mark.parametrize("path", [b"/users/%ff", b"/users/\xff"])
def test_a_path_that_is_no_text_is_refused(path: bytes) -> None:
    """Fields hold UTF-8."""
    with pytest.raises(ValueError, match="codec can't decode"):
        USERS.find("GET", path)


def test_two_routes_cannot_mean_the_same() -> None:
    """Templates that differ in the names of variables alone clash."""
    with pytest.raises(ValueError, match="means A, B too"):
        router(("A", "GET", "/x/{a}"), ("B", "GET", "/x/{b}"))


@pytest.mark.parametrize("template", ["/x/{name=users/*}", "/x/{name=**}", "/x:verb", "x", "/x/*", "/x//y"])
def test_templates_the_edge_cannot_serve_stop_it(template: str) -> None:
    """Better no edge than one that routes wrongly."""
    with pytest.raises(ValueError, match=r"template|path"):
        router(("A", "GET", template))


def test_a_missing_contract_says_where_it_was_looked_for(tmp_path: Any) -> None:
    """The message names the setting."""
    with pytest.raises(ContractMissing, match="GUILD_EDGE_CONTRACT_DIR"):
        load_contract(tmp_path)
