"""Feeds are read, then posts are published."""

from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2
from guild.feed.v1 import post_service_pb2 as pb
from guildctl.seed.plan import Post
from guildctl.seed.run import Run

_PAGE = 100


async def warm(run: Run) -> None:
    """Some read their feeds before anything is published: those feeds are filled by fan-out."""

    async def read(number: int) -> None:
        await run.ask(number, run.network.feeds.GetFeed, feeds.GetFeedRequest(limit=1))
        phase.count(made=False)

    with run.show.phase("warm feeds", len(run.plan.warm)) as phase:
        await run.each(sorted(run.plan.warm), read)


async def publish(run: Run) -> None:
    """Publish the posts that are not there yet; an author's own in their order."""

    async def write(author: int) -> None:
        there = {} if run.members[author].new else {post.content: post.id for post in await posts_of(run, author)}
        for post in run.plan.posts_of[author]:
            found = there.get(post.content)
            run.posts[post.number] = found or await _create(run, post)
            phase.count(made=found is None)

    with run.show.phase("posts", len(run.plan.posts)) as phase:
        await run.each(run.plan.posts_of.keys(), write)


async def posts_of(run: Run, author: int) -> list[post_pb2.Post]:
    """All posts of a member as the member sees them, newest first."""
    found: list[post_pb2.Post] = []
    token = ""
    while True:
        request = feeds.ListUserPostsRequest(user_id=run.ids[author], page_size=_PAGE, page_token=token)
        page = await run.ask(author, run.network.feeds.ListUserPosts, request)
        found += [item.post for item in page.items]
        token = page.next_page_token
        if not token:
            return found


async def _create(run: Run, post: Post) -> str:
    visibility = post_pb2.Visibility.Value(f"VISIBILITY_{post.visibility}")
    request = pb.CreatePostRequest(content=post.content, visibility=visibility)
    reply = await run.ask(post.author, run.network.posts.CreatePost, request, run.key("post", post.number))
    return reply.post.id
