"""Every post counts the likes and comments it got."""

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

from guild.feed.v1 import post_pb2
from guildctl.seed.answers import comments_on, reactions_to
from guildctl.seed.audit.check import Check, settled
from guildctl.seed.plan import Post
from guildctl.seed.publishing import posts_of
from guildctl.seed.run import Run


async def check_answers(run: Run, settle: float) -> Check:
    """Read every author's posts; where more people answered than the plan knows, list who did."""
    authors = run.plan.posts_of.keys() & run.members.keys()
    posts = {post.number for author in authors for post in run.plan.posts_of[author]}
    likers, comments = _answers(run, posts)
    found: list[str] = []
    until = time.monotonic() + settle

    async def look(author: int) -> None:
        async def once() -> list[str]:
            seen = {post.id: post for post in await posts_of(run, author)}
            return [
                line
                for post in run.plan.posts_of[author]
                for line in await examine(post, seen.get(run.posts[post.number]))
            ]

        found.extend(await settled(once, until))
        phase.count(made=False)

    async def examine(post: Post, seen: post_pb2.Post | None) -> list[str]:
        if seen is None:
            return [f"post {post.number} is not among the posts of {post.author}"]
        told: list[str] = []
        if seen.like_count != len(likers[post.number]):
            reacted = await reactions_to(run, post.author, post.number)
            told += like_differences(post.number, seen.like_count, likers[post.number], reacted)
        if comments[post.number] or seen.comment_count:
            said = [(c.author_id, c.content) for c in await comments_on(run, post.author, post.number)]
            told += comment_differences(post.number, seen.comment_count, comments[post.number], said)
        return told

    with run.show.phase("audit: answers", len(authors)) as phase:
        await run.each(authors, look)
    counted = sum(map(len, likers.values())), sum(map(len, comments.values()))
    examined = f"{counted[0]:,} likes, {counted[1]:,} comments on {len(posts):,} posts"
    return Check("answers", examined, tuple(found))


def _answers(run: Run, posts: Collection[int]) -> tuple[dict[int, set[str]], dict[int, list[tuple[str, str]]]]:
    """Who likes these posts, and who said what about them."""
    likers: dict[int, set[str]] = defaultdict(set)
    comments: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for like in run.plan.likes:
        if like.post in posts:
            likers[like.post].add(run.ids[like.member])
    for comment in run.plan.comments:
        if comment.post in posts:
            comments[comment.post].append((run.ids[comment.author], comment.content))
    return likers, comments


def like_differences(post: int, count: int, planned: Collection[str], reacted: Collection[str]) -> Iterator[str]:
    """A count that is not the number of those who reacted, and who is missing among them."""
    if count != len(reacted):
        yield f"post {post} counts {count} likes, and {len(reacted)} members like it"
    if lost := len(set(planned) - set(reacted)):
        yield f"post {post} lost {lost} of {len(planned)} likes"


def comment_differences(
    post: int, count: int, planned: Collection[tuple[str, str]], said: Collection[tuple[str, str]]
) -> Iterator[str]:
    """A count that is not the number of comments, and comments that are not there exactly once."""
    if count != len(said):
        yield f"post {post} counts {count} comments, and has {len(said)}"
    there = Counter(said)
    for comment in planned:
        if there[comment] != 1:
            yield f"post {post} has the comment {comment[1]!r} {there[comment]} times"
