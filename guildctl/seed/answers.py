"""Posts are liked, commented."""

from collections import defaultdict

from guild.feed.v1 import post_pb2
from guild.feed.v1 import post_service_pb2 as pb
from guildctl.seed.plan import Comment, Like
from guildctl.seed.run import Run

_PAGE = 100


async def like(run: Run) -> None:
    """React to posts in the order of time, so that few wait for the same post; a second reaction changes nothing."""

    async def react(liked: Like) -> None:
        reaction = post_pb2.Reaction.Value(f"REACTION_{liked.reaction}")
        request = pb.ReactToPostRequest(post_id=run.posts[liked.post], reaction=reaction)
        reply = await run.ask(liked.member, run.network.posts.ReactToPost, request)
        phase.count(made=not reply.already_liked)

    with run.show.phase("likes", len(run.plan.likes)) as phase:
        await run.each(sorted(run.plan.likes, key=lambda like: like.at), react)


async def comment(run: Run) -> None:
    """Write the comments that are not there yet; those of one post in their order."""
    by_post: dict[int, list[Comment]] = defaultdict(list)
    for said in run.plan.comments:
        by_post[said.post].append(said)
    authors = {post.number: post.author for post in run.plan.posts}

    async def write(post: int) -> None:
        fresh = all(run.members[said.author].new for said in by_post[post])
        there = set() if fresh else {(c.author_id, c.content) for c in await comments_on(run, authors[post], post)}
        for said in by_post[post]:
            missing = (run.ids[said.author], said.content) not in there
            if missing:
                request = pb.CreateCommentRequest(post_id=run.posts[post], content=said.content)
                key = run.key("comment", said.number)
                await run.ask(said.author, run.network.posts.CreateComment, request, key)
            phase.count(made=missing)

    with run.show.phase("comments", len(run.plan.comments)) as phase:
        await run.each(by_post.keys(), write)


async def comments_on(run: Run, who: int, post: int) -> list[post_pb2.Comment]:
    """All comments on a post as a member sees them."""
    found: list[post_pb2.Comment] = []
    token = ""
    while True:
        request = pb.ListCommentsRequest(post_id=run.posts[post], page_size=_PAGE, page_token=token)
        page = await run.ask(who, run.network.posts.ListComments, request)
        found += page.comments
        token = page.next_page_token
        if not token:
            return found


async def reactions_to(run: Run, who: int, post: int) -> list[str]:
    """The ids of all who reacted to a post, as a member sees them."""
    found: list[str] = []
    token = ""
    while True:
        request = pb.ListReactionsRequest(post_id=run.posts[post], page_size=_PAGE, page_token=token)
        page = await run.ask(who, run.network.posts.ListReactions, request)
        found += [reaction.user.id for reaction in page.reactions]
        token = page.next_page_token
        if not token:
            return found
