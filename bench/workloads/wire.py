"""wire: transports under the same load in turn, each process's processor time apart; no system is needed."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.run import ROUNDS, Options
from bench.show.table import Sheet
from bench.show.view import View
from bench.show.words import micros
from bench.transports import go
from bench.transports.budgets import HEADINGS, rows
from bench.transports.cases import CASES, ENDS, HELD, IN_FLIGHT, LOW_RATE, Case, End
from bench.transports.contract import IN_PYTHON, Engine
from bench.transports.figures import Figures
from bench.transports.lab import Lab, checked, lab
from bench.transports.process import Client, Server, TransportBroken

_UNARY = CASES[0]
_ALONE = Case("loop", "the load loop alone", "nothing")
_LEAST_SECONDS = 0.5


def run(view: View, options: Options) -> Sheet:
    """Measure every engine that is there; raises TransportBroken when one does not answer at all."""
    program = _go(view)
    engines: tuple[Engine, ...] = (*IN_PYTHON, "grpc-go") if program else IN_PYTHON
    peer: Engine = "grpc-go" if program else IN_PYTHON[0]
    view.say(f"  servers are measured under the load client of {peer}, clients against the server of {peer}")
    figures = Figures()
    seconds = max(_LEAST_SECONDS, options.seconds / ROUNDS)
    with lab(engines, peer, program) as laboratory:
        for case in CASES:
            for end in ENDS:
                _in_turn(view, laboratory, figures, case, end, seconds)
        _hops(view, laboratory, figures, seconds)
        _latencies(view, laboratory, figures, seconds)
        _idle(view, laboratory, figures)
        _calibrate(view, laboratory, figures, seconds)
    return Sheet("transports", HEADINGS, rows(figures))


def _go(view: View) -> Path | None:
    try:
        program = go.built()
    except RuntimeError as error:
        view.say(f"  NO GRPC-GO IN THIS RUN: {error}")
        return None
    if program is None:
        view.say("  NO GRPC-GO IN THIS RUN: there is no Go toolchain on the PATH")
    return program


def _in_turn(view: View, at: Lab, figures: Figures, case: Case, end: End, seconds: float) -> None:
    """Let the engines take turns, so that a noisy neighbour meets all of them."""
    key = f"{case.key}.{end}"
    view.begin(f"{case.what}, {end}")
    for _ in range(ROUNDS):
        for engine in at.engines:
            try:
                sample = at.measure(case, end, engine, seconds)
            except TransportBroken as problem:  # the others are measured all the same
                view.say(f"  {case.what}, {end}: {problem}")
                continue
            figures.add(key, engine, sample.cpu(end))
            if key == "unary.server":
                figures.add("unary.rate", engine, sample.answer.rate)
    said = (f"{engine} {_rounds(figures.rounds(key, engine))}" for engine in at.engines)
    view.say(f"  {f'{case.what}, {end}':<46} " + "  ".join(said))


def _hops(view: View, at: Lab, figures: Figures, seconds: float) -> None:
    """Measure what a call costs where both ends are of one kind, as they are within a mesh."""
    view.begin("both ends of one kind")
    for _ in range(ROUNDS):
        for engine in at.engines:
            sample = at.load(_UNARY, at.servers[engine], at.clients[engine], seconds)
            figures.add("hop.server", engine, sample.server)
            figures.add("hop.client", engine, sample.client)


def _rounds(values: Sequence[float]) -> str:
    return "/".join(f"{value * 1e6:.1f}" for value in values) + " µs"


def _latencies(view: View, at: Lab, figures: Figures, seconds: float) -> None:
    """Measure latencies against when a call was due, at half of what each server and grpcio's can do."""
    capacity = {engine: figures.median("unary.rate", engine) or 1.0 for engine in at.engines}
    for name in ("own", "grpcio"):
        view.begin(f"latency at half of {name} capacity")
        for _ in range(ROUNDS):
            for engine in at.engines:
                rate = capacity[engine if name == "own" else "grpcio"] / 2
                answer = at.measure(_UNARY, "server", engine, seconds, rate=rate).answer
                figures.add(f"half.{name}.p50", engine, answer.p50)
                figures.add(f"half.{name}.p99", engine, answer.p99)
    said = (f"{engine} {rate / 2:,.0f}/s" for engine, rate in capacity.items())
    view.say("  half of capacity is " + "  ".join(said))


def _idle(view: View, at: Lab, figures: Figures) -> None:
    view.begin("idle streams")
    for engine in at.engines:
        figures.add("idle", engine, at.held(engine, HELD))
    view.say(f"  {HELD:,} streams were open on each server")


def _calibrate(view: View, at: Lab, figures: Figures, seconds: float) -> None:
    """Say what of the figures is the load's own doing."""
    first = at.engines[0]
    one = figures.median("unary.server", first) or 0.0
    two, rate = _two_clients(at, first, seconds)
    view.say(
        f"  {first}'s server: {micros(one)} a call under one load client of {IN_FLIGHT},"
        f" {micros(two)} under two of {IN_FLIGHT // 2} ({rate:,.0f}/s)"
    )
    if at.go:
        cores = os.cpu_count() or 1
        with Server("grpc-go", at.secrets, at.go, cores) as server:
            sample = at.load(_UNARY, server, at.clients[at.peer], seconds)
        view.say(f"  grpc-go's server has one core; with all {cores}: {micros(sample.server)} a call")
    spinning = at.measure(_ALONE, "client", first, seconds)
    waking = at.measure(_ALONE, "client", first, seconds, rate=LOW_RATE)
    view.say(
        f"  client figures include the load loop in Python: {micros(spinning.client)} saturated,"
        f" {micros(waking.client)} at {LOW_RATE:g}/s"
    )


def _two_clients(at: Lab, engine: Engine, seconds: float) -> tuple[float, float]:
    """Return the processor time of a call, and the rate, of a server that two load clients share."""
    server = at.servers[engine]
    order = at.order(replace(_UNARY, in_flight=IN_FLIGHT // 2), server, seconds)
    with Client(at.peer, at.go) as second:
        clients = (at.clients[at.peer], second)
        before = server.cpu
        for client in clients:
            client.send(order)
        answers = [checked(client.answer(order), engine) for client in clients]
        return (server.cpu - before) / sum(each.done for each in answers), sum(each.rate for each in answers)
