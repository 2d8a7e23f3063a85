"""What the edge serves, against a golden file: `HTTP method, path → rpc`."""

import os
from pathlib import Path

from edge.bindings import Bindings
from edge.config import Config
from edge.contract import load_contract
from edge.routes import Match, Router, routes_of
from edge.upstreams import SERVICES, Upstreams
from mesh.auth import ServiceCredentials
from mesh.contract import Access
from mesh.settings import AuthSettings

GOLDEN = Path(__file__).parent / "goldens" / "routes.txt"


def served() -> list[str]:
    """One line for each route of the edge."""
    lines = [
        f"{route.rule.verb:6} {route.rule.path} → {route.method.full_name.removeprefix('/guild.')}"
        for route in routes_of(load_contract().public)
    ]
    return sorted(lines, key=lambda line: line.split()[1::-1])


def test_routes_are_golden() -> None:
    """Paths are what clients hold on to: they change on purpose only."""
    if os.environ.get("UPDATE_GOLDENS"):
        GOLDEN.write_text("\n".join(served()) + "\n", encoding="utf-8")

    assert GOLDEN.read_text(encoding="utf-8").splitlines() == served()


def test_every_route_is_found_by_its_own_path() -> None:
    """No route hides another one."""
    router = Router(routes_of(load_contract().public))
    for route in router.routes:
        path = "/" + "/".join(segment or "v" for segment in route.segments)
        found = router.find(route.rule.verb, path.encode())
        assert isinstance(found, Match)
        assert route is found.route


def test_every_method_has_a_service_behind_it() -> None:
    """A new package needs a line in edge.upstreams; a new binding must be one the edge can serve."""
    contract = load_contract()
    Bindings(contract.public, Upstreams(Config(), ServiceCredentials("edge", AuthSettings())))
    packages = {method.full_name.split(".")[1] for method in contract.methods}

    assert packages == {package for packages in SERVICES.values() for package in packages}


def test_methods_between_services_are_not_reachable() -> None:
    """Whatever the contract binds, the edge serves nothing that is for services."""
    contract = load_contract()
    inner = {method.full_name for method in contract.methods if method.required_policy.access == Access.SERVICE}

    assert inner
    assert inner.isdisjoint(method.full_name for method in contract.public)
