"""wide-author: what a post costs the worker whose author has millions of followers, few of whom read."""

import asyncio
import json
import subprocess
from pathlib import Path

from bench.run import Bench, Side
from bench.show.table import Sheet
from bench.show.words import duration, mebibytes
from bench.system.members import publish, register
from bench.system.running import NotRunning

WARM = 5_000
"""Followers whose feeds are warm, unless there are fewer followers than four times as many."""
HEADINGS = ("followers", "warm", "in all their feeds after", "CPU of the worker", "memory at most", "more than before")
_PROGRAM = Path(__file__).parents[1] / "wide" / "__main__.py"
_SECONDS = 600.0


def run(bench: Bench) -> None:
    """Write a post on a system of the bench's own, and fan it out to followers whom a generator makes."""
    if not all(side.system.own for side in bench.sides):
        raise NotRunning("feeds of made followers are written into a system of the bench's own only")
    followers = bench.options.followers
    warm, rows = min(WARM, followers // 4), list[tuple[str, ...]]()
    for side in bench.sides:
        spent = _spent(side, followers, warm)
        side.found("wide-author.seconds", spent["seconds"], unit="s")
        side.found("wide-author.cpu", spent["cpu"], unit="s")
        side.found("wide-author.memory", spent["peak_bytes"], unit="bytes")
        figures = (duration(spent["seconds"]), duration(spent["cpu"]))
        memory = (mebibytes(spent["peak_bytes"]), mebibytes(spent["grown_bytes"]))
        rows.append((side.named(f"{followers:,}"), f"{spent['reached']:,.0f}", *figures, *memory))
        bench.view.say(f"  {side.named(f'a post for {followers:,} followers')}: {figures[0]}, {figures[1]} of CPU")
    bench.sheets.append(Sheet("wide-author", HEADINGS, rows))


def _spent(side: Side, followers: int, warm: int) -> dict[str, float]:
    author, post = asyncio.run(_published(side))
    env = side.system.environment("feed-worker")
    if env is None:
        raise NotRunning("the settings of the feed worker are told on Linux only")
    ended = subprocess.run(
        [side.system.python, str(_PROGRAM), author, post, str(followers), str(warm)],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=_SECONDS,
        env=env,
    )
    if ended.returncode:
        raise NotRunning(f"the post was not fanned out: {(ended.stderr.strip().splitlines() or ['no word'])[-1]}")
    return json.loads(ended.stdout.splitlines()[-1])


async def _published(side: Side) -> tuple[str, str]:
    [author] = await register(side.system.address("profile"), 1)
    [post] = await publish(side.system.address("feed"), [(author, "Millions may read this.")], public=True)
    return author.id, post
