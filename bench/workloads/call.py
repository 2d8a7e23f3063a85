"""call: what one call costs, over gRPC and REST: one that does nothing, one that reads a row, one that writes a row."""

import asyncio
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from bench.floors.process import serving
from bench.methods import GET_ME, GET_POST
from bench.run import Bench, Line, Side
from bench.system.accounts import Watched
from bench.system.members import publish, register
from bench.system.second import NOOP, Instance, second_instance
from bench.targets.grpc_read import GrpcRead
from bench.targets.http_read import HttpRead
from bench.targets.reactions import Fan, GrpcReactions, HttpReactions
from bench.targets.sample import sample
from bench.targets.tokens import Tokens
from guild.feed.v1 import post_service_pb2 as posts
from guild.profile.v1 import profile_service_pb2 as profile

MEMBERS = 100
"""Enough that the limit on one account's calls is not what is measured, and that no two write the same row at once."""
KINDS = ("noop", "read", "write")
_NOWHERE = UUID(int=1)


@dataclass(frozen=True)
class Ready:
    """A side with members, each of whom has a post to react to, and with a role that does nothing.

    `edge` is one whose calls to feed go to that role.
    """

    side: Side
    tokens: Tokens
    fans: tuple[Fan, ...]
    noop: Instance
    edge: Instance | None


def run(bench: Bench) -> None:
    """Measure each kind both ways, beside bare servers that answer the same bytes."""
    with ExitStack() as stack:
        ready = [stack.enter_context(_ready(side)) for side in bench.sides]
        bench.view.say(f"  {MEMBERS} new members with a post each; reactions are keyed, each changes its row")
        for kind in KINDS:
            _over_grpc(bench, kind, ready)
            if ready[0].edge is not None:
                _over_rest(bench, kind, ready)


@contextmanager
def _ready(side: Side) -> Generator[Ready]:
    system = side.system
    tokens, fans = asyncio.run(people(system.address("profile"), system.address("feed")))
    with second_instance(system, "feed", program=[str(NOOP)]) as noop:
        if not system.has("edge"):
            yield Ready(side, tokens, fans, noop, None)
            return
        with second_instance(system, "edge", feed=noop.address) as edge:
            yield Ready(side, tokens, fans, noop, edge)


async def people(profile_address: str, feed_address: str) -> tuple[Tokens, tuple[Fan, ...]]:
    """Return new members, each with the post of another to react to."""
    members = await register(profile_address, MEMBERS)
    written = await publish(feed_address, [(member, "What a call costs.") for member in members], public=True)
    fans = (Fan(member.token, post) for member, post in zip(members, written[1:] + written[:1], strict=True))
    return Tokens(tuple(member.token for member in members)), tuple(fans)


def _over_grpc(bench: Bench, kind: str, ready: Sequence[Ready]) -> None:
    lines = [_grpc(kind, each) for each in ready]
    call = lines[0][0]
    with serving("bench.floors.echo", [bench.sides[0].system.engine, call.path], asyncio.run(sample(call))) as floor:
        echo = replace(call, address=floor.address)
        bench.compare(
            f"call.{kind}.grpc",
            [
                Line.of(each.side.named(f"{kind} gRPC"), target, watched)
                for each, (target, watched) in zip(ready, lines, strict=True)
            ],
            Line.of("floor: echo", echo, Watched({"echo": floor.pid})),
        )


def _over_rest(bench: Bench, kind: str, ready: Sequence[Ready]) -> None:
    lines = [_rest(kind, each) for each in ready]
    call = lines[0][0]
    with serving("bench.floors.static_http", [], asyncio.run(sample(call))) as floor:
        static = replace(call, port=floor.port)
        bench.compare(
            f"call.{kind}.rest",
            [
                Line.of(each.side.named(f"{kind} REST"), target, watched)
                for each, (target, watched) in zip(ready, lines, strict=True)
            ],
            Line.of("floor: static JSON", static, Watched({"static": floor.pid})),
        )


def _grpc(kind: str, at: Ready) -> tuple[GrpcRead | GrpcReactions, Watched]:
    system = at.side.system
    if kind == "noop":
        request = posts.GetPostRequest(post_id=str(_NOWHERE)).SerializeToString()
        return GrpcRead(at.noop.address, GET_POST, (request,), at.tokens), _with(at, {"noop": at.noop.pid})
    if kind == "read":
        request = profile.GetMeRequest().SerializeToString()
        return GrpcRead(system.address("profile"), GET_ME, (request,), at.tokens), system.watch("profile")
    return GrpcReactions(system.address("feed"), at.fans), system.watch("feed", "profile")


def _rest(kind: str, at: Ready) -> tuple[HttpRead | HttpReactions, Watched]:
    system = at.side.system
    if kind == "noop":
        assert at.edge is not None, "asked for"  # noqa: S101
        watched = _with(at, {"noop": at.noop.pid, "edge": at.edge.pid})
        return HttpRead(at.edge.http_port, f"/api/v1/posts/{_NOWHERE}", at.tokens), watched
    if kind == "read":
        return HttpRead(system.http_port, "/api/v1/users/me", at.tokens), system.watch("profile", "edge")
    return HttpReactions(system.http_port, at.fans), system.watch("feed", "profile", "edge")


def _with(at: Ready, roles: dict[str, int]) -> Watched:
    return Watched(roles, at.side.system.stores)
