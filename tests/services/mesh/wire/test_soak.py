"""The soak for a few seconds, so that it is there when an hour of it is wanted: `make soak`."""

import asyncio
import sys


async def test_a_short_soak_finds_no_fault() -> None:
    """Every call ends as it should, and nothing of it is left, in either process."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.soak", "--minutes", "0.1"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    report = output.decode()

    assert 0 == process.returncode, report
    assert "no fault" in report
