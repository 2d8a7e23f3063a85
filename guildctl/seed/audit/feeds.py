"""Every post is in exactly the feeds it should be in."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from guild.feed.v1 import feed_service_pb2 as pb
from guildctl.seed.audit.check import Check, settled
from guildctl.seed.plan import Plan
from guildctl.seed.run import Run
from mesh.ids import timestamp_of

_PAGE = 100
_HOLDS = 1_000  # entries of a feed: of a fuller one nothing in particular is due
_DUE_DAYS = 6
"""A feed that is built anew reaches back seven days: older posts may have left it, or may still be there."""


@dataclass(frozen=True)
class Names:
    """The numbers of the plan by the ids of the system."""

    people: Mapping[str, int]
    posts: Mapping[str, int]


async def check_feeds(run: Run, kind: str, members: Iterable[int], settle: float) -> Check:
    """Read these feeds to the end, again while something is missing that may be under way."""
    names = Names({id_: who for who, id_ in run.ids.items()}, {id_: post for post, id_ in run.posts.items()})
    oldest = datetime.now(UTC) - timedelta(days=_DUE_DAYS)
    due = frozenset(post for post, id_ in run.posts.items() if timestamp_of(UUID(id_)) > oldest)
    found: list[str] = []
    entries = 0
    until = time.monotonic() + settle

    async def look(member: int) -> None:
        async def once() -> list[str]:
            return list(differences(run.plan, names, member, await feed_of(run, member), wanted))

        nonlocal entries
        wanted = run.plan.feed(member) & due
        wanted = wanted if len(wanted) <= _HOLDS else frozenset()
        found.extend(await settled(once, until))
        entries += len(wanted)
        phase.count(made=False)

    wanted = sorted(members)
    with run.show.phase(f"audit: {kind}", len(wanted)) as phase:
        await run.each(wanted, look)
    return Check(kind, f"{entries:,} entries in {len(wanted):,} feeds", tuple(found))


async def feed_of(run: Run, member: int) -> list[tuple[str, str]]:
    """The (author id, post id) of a member's whole feed, best first."""
    found: list[tuple[str, str]] = []
    token = ""
    while True:
        page = await run.ask(member, run.network.feeds.GetFeed, pb.GetFeedRequest(limit=_PAGE, page_token=token))
        found += [(item.author.id, item.post.id) for item in page.items if not item.promoted]
        token = page.next_page_token
        if not token:
            return found


def differences(
    plan: Plan, names: Names, member: int, feed: Sequence[tuple[str, str]], due: frozenset[int]
) -> Iterator[str]:
    """What is missing in a feed of the posts that are due, what should not be in it, what is in it twice.

    Posts that members published by themselves are fine as long as the author is a friend.
    """
    voices = plan.friends(member) | {member}
    wanted = plan.feed(member)
    counted = Counter(feed)
    there = {names.posts[post] for _, post in counted if post in names.posts}
    for post in sorted((wanted & due) - there):
        yield f"the feed of {member} lacks post {post}"
    for post in sorted(there - wanted):
        yield f"the feed of {member} has post {post}, which is not for them"
    for author, post in counted:
        if post not in names.posts and names.people.get(author, member) not in voices:
            yield f"the feed of {member} has a post {post} of {names.people[author]}, who is no friend"
    for (_, post), times in counted.items():
        if times > 1:
            yield f"the feed of {member} has post {names.posts.get(post, post)} {times} times"
