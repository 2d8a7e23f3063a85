"""hot-post: members react to one post as fast as they are answered; then others read feeds, alone and beside them."""

import asyncio

from bench.methods import REACT_TO_POST
from bench.run import Bench, Line, Side
from bench.system.members import Member, publish
from bench.targets.hot_post import READ, HotPost
from bench.targets.reactions import Fan, GrpcReactions
from bench.workloads.feed_read import crowd_of

READERS = 200
READS = 200.0
"""A second: enough for a percentile, few enough for two cores beside the reactions."""
TURN = 5
"""Of as many calls one is a read while members react."""


def run(bench: Bench) -> None:
    """Measure reactions in a closed loop; then reads at a rate alone, and beside four times as many reactions."""
    crowds = [(side, asyncio.run(_crowd(side))) for side in bench.sides]
    bench.view.say(f"  {READERS} members react to one post, and read their feeds")
    bench.compare(
        "hot-post",
        [
            Line.of(
                side.named("reactions to one post"),
                GrpcReactions(side.system.address("feed"), fans),
                side.system.watch("feed", "profile"),
            )
            for side, (fans, _) in crowds
        ],
    )
    for side, (fans, readers) in crowds:
        address, watched = side.system.address("feed"), side.system.watch("feed", "profile")
        for turn, key, said in ((1, "hot-post.calm.p99", "alone"), (TURN, "hot-post.reads.p99", "beside reactions")):
            target = HotPost(address, REACT_TO_POST, fans, readers, turn)
            result = bench.at_rate(side.named(f"feed reads {said}"), target, READS * turn, watched=watched)
            if READ in result.kinds:
                side.found(key, result.kinds[READ].percentile(99), unit="s")


async def _crowd(side: Side) -> tuple[tuple[Fan, ...], list[Member]]:
    """Members with hot feeds, who all react to the post of the first of them."""
    crowd = await crowd_of(side, READERS)
    members = list(crowd.readers)
    (post_id,) = await publish(side.system.address("feed"), [(members[0], "Everybody likes this.")], public=True)
    return tuple(Fan(member.token, post_id) for member in members), members
