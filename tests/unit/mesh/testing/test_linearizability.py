"""The judge of concurrent histories accepts what an order explains and nothing else."""

import dataclasses
from collections.abc import Sequence
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.testing.linearizability import UNKNOWN, History, Operation, SearchTooLarge, linearization

Call = tuple[str, int]
Op = Operation[Call, int]


def ticket(state: int, _call: str) -> tuple[int, int]:
    """Draw the next number; no two draw the same."""
    return state + 1, state


def register(state: int, call: Call) -> tuple[int, int]:
    """Read the register, or swap a value in; both answer what was there."""
    verb, value = call
    return (value if verb == "swap" else state), state


def explained_by_trying_all(operations: Sequence[Op]) -> bool:
    """Try every order of every choice of unknown operations: slow, plainly right."""
    known = [op for op in operations if op.result is not UNKNOWN]
    unknown = [op for op in operations if op.result is UNKNOWN]
    chosen = (choice for size in range(len(unknown) + 1) for choice in combinations(unknown, size))
    return any(explains(order) for extra in chosen for order in permutations([*known, *extra]))


def explains(order: Sequence[Op]) -> bool:
    state = 0
    for place, op in enumerate(order):
        late = any(other.returned < op.invoked for other in order[place + 1 :] if other.result is not UNKNOWN)
        state, result = register(state, op.call)
        if late or op.result not in {result, UNKNOWN}:
            return False
    return True


@st.composite
def overlapping_draws(draw: st.DrawFn) -> list[Operation[str, int]]:
    """Tickets drawn one by one, at the moments 0, 1, 2…, by calls that last longer than that moment."""
    around = st.tuples(st.floats(0, 3), st.floats(0, 3))
    jitter = draw(st.lists(around, min_size=2, max_size=12))
    drawn = [Operation("draw", n, n - before, n + after) for n, (before, after) in enumerate(jitter)]
    return draw(st.permutations(drawn))


operations = st.builds(
    lambda call, result, times: Operation(call, result, float(min(times)), float(max(times))),
    call=st.tuples(st.sampled_from(["read", "swap"]), st.integers(0, 2)),
    result=st.integers(0, 2) | st.just(UNKNOWN),
    times=st.tuples(st.integers(0, 9), st.integers(0, 9)),
)


@given(overlapping_draws())
def test_an_order_that_was_there_is_found(history: list[Operation[str, int]]) -> None:
    """Calls that took effect one by one are accepted, in an order that gives the same results."""
    order = linearization(history, 0, ticket)
    assert order is not None
    assert list(range(len(history))) == [op.result for op in order]


@given(overlapping_draws(), st.data())
def test_a_result_nobody_can_have_is_noticed(history: list[Operation[str, int]], data: st.DataObject) -> None:
    """One ticket drawn twice is rejected, wherever it is."""
    one, other = data.draw(st.permutations(range(len(history))))[:2]
    history[one] = dataclasses.replace(history[one], result=history[other].result)
    assert linearization(history, 0, ticket) is None


@given(overlapping_draws(), st.data())
def test_an_effect_without_a_cause_is_noticed(history: list[Operation[str, int]], data: st.DataObject) -> None:
    """Without the call that drew one, later tickets have no explanation; as an unknown call it explains them again."""
    lost = data.draw(st.sampled_from([op for op in history if op.result != len(history) - 1]))
    rest = [op for op in history if op is not lost]
    assert linearization(rest, 0, ticket) is None
    assert linearization([*rest, dataclasses.replace(lost, result=UNKNOWN)], 0, ticket) is not None


@given(st.lists(operations, max_size=5))
def test_the_search_agrees_with_trying_all_orders(history: list[Op]) -> None:
    """On any small history, sound or not, with unknown results or without."""
    assert explained_by_trying_all(history) == (linearization(history, 0, register) is not None)


@pytest.mark.parametrize(("gap", "accepted"), [(-1.0, True), (1.0, False)])
def test_what_was_over_before_comes_before(gap: float, accepted: bool) -> None:
    """A read of the old value is fine while the swap runs, stale once it has returned."""
    swap = Operation(("swap", 7), 0, 0.0, 5.0)
    read = Operation(("read", 0), 0, 5.0 + gap, 9.0)
    assert accepted == (linearization([swap, read], 0, register) is not None)


def test_a_search_is_bounded() -> None:
    """Twelve overlapping appends with no explanation end in an error instead of hours."""

    def log(state: tuple[int, ...], call: int) -> tuple[tuple[int, ...], int]:
        return (*state, call), 0

    appends = [Operation(n, 0, 0.0, 1.0) for n in range(12)]
    with pytest.raises(SearchTooLarge):
        linearization([*appends, Operation(12, 1, 0.0, 1.0)], (), log, max_states=1_000)


async def test_a_history_has_the_times_of_its_calls() -> None:
    """A call is kept with the moments around it."""
    moments = iter([1.0, 2.0])
    history = History[str, int](timer=lambda: next(moments))

    async def answer() -> int:
        return 7

    assert 7 == await history.record("ask", answer())
    assert [Operation("ask", 7, 1.0, 2.0)] == history.operations
