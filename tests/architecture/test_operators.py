"""What operators do is on record: every method of theirs that changes something comes by the audit log."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from mesh.contract import Access, Idempotency, specs_of
from tests.unit.mesh.test_contract_policies import services

ROOT = Path(__file__).parents[2]
METHODS = sorted(
    name
    for service in services()
    for name, spec in specs_of(service).items()
    if spec.policy and spec.policy.access is Access.ADMIN and spec.policy.idempotency is not Idempotency.NO_SIDE_EFFECTS
)
_LOG = "audit"
"""What each service calls the log, as a field of its use cases."""


def functions(service: Path, room: str) -> Iterator[tuple[str, ast.AST]]:
    """The functions in a room of a service, by name."""
    for path in sorted((service / room).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, node


def called(node: ast.AST) -> set[tuple[str, str]]:
    """What a function calls of its fields: (field, method); the field is empty for its own methods."""
    found = set[tuple[str, str]]()
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            match call.func.value:
                case ast.Name(id="self"):
                    found.add(("", call.func.attr))
                case ast.Attribute(value=ast.Name(id="self"), attr=field):
                    found.add((field, call.func.attr))
                case _:
                    pass
    return found


def notes(service: Path, method: str) -> bool:
    """Whether a method reaches the log through what it calls, by names."""
    verbs = dict[str, list[ast.AST]]()
    for name, node in functions(service, "usecases"):
        verbs.setdefault(name, []).append(node)
    waiting = [node for name, node in functions(service, "rpc") if name == method]
    seen = set[str]()
    while waiting:
        for field, name in called(waiting.pop()):
            if field == _LOG and name.startswith("note"):
                return True
            if name not in seen:
                seen.add(name)
                waiting += verbs.get(name, [])
    return False


def test_there_are_such_methods() -> None:
    """Of several services."""
    assert {"RotateSigningKey", "RebuildFeed", "SetRestriction"} <= set(METHODS)


@pytest.mark.parametrize("method", METHODS)
def test_operators_leave_a_line(method: str) -> None:
    """Whichever service serves the method; one that none serves yet changes nothing."""
    servers = [service for service in ROOT.glob("svc_*") if method in {name for name, _ in functions(service, "rpc")}]
    assert all(notes(service, method) for service in servers)


def test_who_leaves_none_is_found(tmp_path: Path) -> None:
    """The rule can fail."""
    for room, text in (
        ("rpc", "class S:\n    async def Drop(self, r, c):\n        await self.things.drop(r.id)\n"),
        ("usecases", "class Things:\n    async def drop(self, id_):\n        self.rows.delete(id_)\n"),
    ):
        (tmp_path / room).mkdir()
        (tmp_path / room / "things.py").write_text(text)
    assert not notes(tmp_path, "Drop")
    (tmp_path / "usecases" / "things.py").write_text(
        "class Things:\n    async def drop(self, id_):\n        self.audit.note(id_)\n"
    )
    assert notes(tmp_path, "Drop")
