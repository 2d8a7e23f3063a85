"""HTTP/2 as h2spec understands it: its generic, http2 and hpack sections against a server that speaks gRPC."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.interop.engines import serving
from tests.interop.matrix import UNDER_TEST
from tests.interop.peers import run
from tests.interop.toolchains import go_tools

pytestmark = pytest.mark.timeout(600)  # whoever comes first builds the peers
SECTIONS = ("generic", "http2", "hpack")
CASES = 145
PATIENCE = 2  # seconds that it waits for a frame

DIFFERENCES: dict[str, str] = {}
"""What the server does otherwise, each with its reason."""


async def test_h2spec_finds_nothing_but_the_known_differences(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Every case passes, except for those that are explained."""
    report = tmp_path / "h2spec.xml"
    async with serving(UNDER_TEST) as server:
        host, _, port = server.address.rpartition(":")
        options = ["-h", host, "-p", port, "-o", str(PATIENCE), "-j", str(report)]
        await run(str(go_tools().h2spec), *SECTIONS, *options)  # fails when a case does; the report says which
    cases = ET.parse(report).findall(".//testcase")  # noqa: S314 - our own tool wrote it
    found = {_name(case): _complaint(case) for case in cases if len(case)}
    record_property("h2spec", f"{len(cases)} cases, {len(cases) - len(found)} passed, not: {sorted(found) or 'none'}")
    assert CASES == len(cases)
    assert not {name: words for name, words in found.items() if name not in DIFFERENCES}
    assert found.keys() == DIFFERENCES.keys(), "a difference is gone: strike it from the list"


def _name(case: ET.Element) -> str:
    return f"{case.get('package')}: {case.get('classname')}"


def _complaint(case: ET.Element) -> str:
    return f"{case[0].tag}: {case[0].text}"
