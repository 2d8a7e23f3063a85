"""Rules about imports that import-linter cannot say."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACT_OF_THE_MESH = (
    "guild.options",
    "guild.errors",
    "guild.common",
    "guild.events.v1.envelope_pb2",
    "guild.trust.v1.content_author_service",  # every service that keeps content serves it
    "guild.privacy.v1.personal_data_service",  # every service serves it, by its own rules
)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_mesh_knows_no_domain_of_the_contract() -> None:
    """The mesh imports options, reasons, shared messages and the envelope, nothing of a service's package."""
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "mesh").rglob("*.py")
        for name in imports(path)
        if name.startswith("guild.") and not name.startswith(CONTRACT_OF_THE_MESH)
    }
    assert set() == found


def test_transport_server_and_channel_are_made_in_one_place() -> None:
    """Nothing outside mesh.rpc builds a gRPC server or channel, so that the transport can be replaced."""
    makers = ("grpc.aio.server", "grpc.aio.insecure_channel", "grpc.aio.secure_channel", "mesh.wire")
    found = {
        f"{path.relative_to(ROOT)}: {maker}"
        for package in ("mesh", "edge", "guildctl", "svc_profile", "svc_feed", "svc_messaging", "svc_jobs")
        for path in (ROOT / package).rglob("*.py")
        if "mesh/rpc" not in path.as_posix() and "mesh/wire" not in path.as_posix()
        for maker in makers
        if maker in path.read_text()
    }
    assert set() == found


def test_times_of_messages_are_read_in_one_place() -> None:
    """By `mesh.contract.moment`: what ToDatetime makes of the ends of the calendar the database keeps as infinities."""
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in ("mesh", "edge", "guildctl", "svc_profile", "svc_feed", "svc_messaging", "svc_jobs")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "ToDatetime"
    }
    assert set() == found


def test_packages_say_in_one_sentence_what_they_are() -> None:
    """A package's first line is a docstring of one sentence; with an "and" in it there would be two packages."""
    for package in ("mesh",):
        for path in (ROOT / package).rglob("__init__.py"):
            sentence = ast.get_docstring(ast.parse(path.read_text())) or ""
            assert sentence, f"{path.relative_to(ROOT)} says nothing"
            assert " and " not in sentence.splitlines()[0], f"{path.relative_to(ROOT)}: {sentence}"


def test_duplicates_are_no_errors_of_the_database() -> None:
    """A service finds a duplicate by ON CONFLICT: a violation would put the row's values into the database's log."""
    found = {
        str(path.relative_to(ROOT))
        for package in ("svc_profile", "svc_feed", "svc_messaging", "svc_jobs")
        for path in (ROOT / package).rglob("*.py")
        if "UniqueViolation" in path.read_text()
    }
    assert set() == found
