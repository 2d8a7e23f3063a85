"""The comparison of transports."""

import os
import re
import time
from pathlib import Path

import pytest

from bench.system.accounts import cpu_seconds
from bench.transports import contract
from bench.transports.budgets import BUDGETS, HEADINGS, rows
from bench.transports.figures import Figures
from bench.transports.lab import MEMBERS, TOKEN_OCTETS, checked, tokens
from bench.transports.orders import Answer, Order
from bench.transports.process import TransportBroken

GO = Path(contract.__file__).parents[1] / "floors" / "go" / "contract.go"
US = 1e-6


def line(figures: Figures, what: str) -> tuple[str, ...]:
    """Return one line of the table."""
    return next(row for row in rows(figures) if row[0] == what)


def test_go_serves_the_same_contract() -> None:
    """Octets, counts and names that Go repeats are those of Python."""
    text = GO.read_text()
    found = re.findall(r"^\t(\w+) += ([\d_]+)$", text, re.MULTILINE)
    numbers = {name: int(value.replace("_", "")) for name, value in found}

    assert {
        "smallOctets": contract.SMALL_OCTETS,
        "largeOctets": contract.LARGE_OCTETS,
        "streamMessages": contract.STREAM_MESSAGES,
    } == numbers
    assert [contract.SERVICE] == re.findall(r'service += "(.+)"', text)
    assert [contract.UNARY, contract.LARGE, contract.STREAM, contract.CHAT] == re.findall(r'service \+ "/(\w+)"', text)


def test_go_reads_the_fields_of_an_order_and_writes_those_of_an_answer() -> None:
    """A field that one side renames would be zero on the other."""
    go = {name: (GO.parent / f"{name}.go").read_text() for name in ("load", "tally")}

    assert set(Order.__slots__) == set(re.findall(r'json:"(\w+)"', go["load"]))
    assert set(Answer.__slots__) == set(re.findall(r'json:"(\w+)"', go["tally"]))


def test_orders_and_answers_survive_their_way() -> None:
    """What is read is what was written."""
    order = Order("127.0.0.1:1", "/tokens", "chat", 1.5, 100, ca="/ca")
    answer = Answer(10, 1, 0.5, 0.001, 0.002, "broken")

    assert order == Order.of(order.line())
    assert answer == Answer.of(answer.line())
    assert 20.0 == answer.rate


def test_the_median_of_the_rounds_counts() -> None:
    """One round that a neighbour disturbed changes nothing."""
    figures = Figures()
    for value in (20 * US, 900 * US, 21 * US):
        figures.add("unary.server", "wire", value)

    assert "21.0 µs" == line(figures, "unary 300 B, server CPU")[HEADINGS.index("wire")]


@pytest.mark.parametrize(
    ("wire", "go", "verdict"),
    [(29, 25, "reaches the aim"), (29, 20, "good to ship"), (40, 40, "good to ship"), (46, 46, "below ship")],
)
def test_the_aim_is_to_be_near_grpc_go_too(wire: float, go: float, verdict: str) -> None:
    """Thirty microseconds are no aim where Go needs twenty."""
    figures = Figures()
    figures.add("unary.server", "wire", wire * US)
    figures.add("unary.server", "grpc-go", go * US)

    assert verdict == line(figures, "unary 300 B, server CPU")[-1]


@pytest.mark.parametrize(
    ("wire", "verdict"), [(0.004, "reaches the aim"), (0.009, "good to ship"), (0.02, "below ship")]
)
def test_latencies_are_judged_by_those_of_grpcio(wire: float, verdict: str) -> None:
    """They have no budget of their own: the machine decides what a millisecond is."""
    figures = Figures()
    figures.add("half.own.p99", "wire", wire)
    figures.add("half.own.p99", "grpcio", 0.01)

    assert verdict == line(figures, "p99 at half of its own capacity")[-1]


def test_both_ends_are_needed_for_their_sum() -> None:
    """Half a figure is none."""
    figures = Figures()
    figures.add("large.server", "wire", 50 * US)
    assert "not measured" == line(figures, "unary 20 KB, CPU of both ends")[-1]

    figures.add("large.client", "wire", 60 * US)
    assert "110 µs" == line(figures, "unary 20 KB, CPU of both ends")[HEADINGS.index("wire")]


def test_every_budget_of_a_transport_has_a_line() -> None:
    """Nothing is hidden when nothing was measured."""
    table = rows(Figures())

    assert ["not measured"] * len(BUDGETS) == [row[-1] for row in table[: len(BUDGETS)]]
    assert len(table) == len({row[0] for row in table})


@pytest.mark.parametrize("answer", [Answer(10, 1, 1.0, error="reset"), Answer(0, 0, 1.0)])
def test_a_load_with_a_failure_measures_nothing(answer: Answer) -> None:
    """A transport that refuses calls would be the cheapest."""
    with pytest.raises(TransportBroken, match="wire"):
        checked(answer, "wire")


def test_members_have_tokens_of_their_own() -> None:
    """Each is as long as a signed one."""
    made = tokens()

    assert MEMBERS == len(set(made))
    assert {TOKEN_OCTETS} == {len(token) for token in made}


def test_processor_time_is_counted_finer_than_in_ticks() -> None:
    """A load of a second with 240 calls uses few ticks of ten milliseconds."""
    before, begun = cpu_seconds(os.getpid()), time.process_time()
    while time.process_time() - begun < 0.004:
        pass

    assert 0.004 <= cpu_seconds(os.getpid()) - before < 0.5
