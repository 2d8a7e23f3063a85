"""What a process remembers of answers."""

from uuid import UUID

from mesh.generations.memory import Answer, Memory

ANN, BEN, EVE = (UUID(int=number) for number in (1, 2, 3))
NOW, LATER = (b"epoch", b"now"), (b"epoch", b"later")


def of(*objects: UUID) -> dict[UUID, Answer[str]]:
    return {obj: Answer(b"generation", "yes") for obj in objects}


def test_answers_of_one_generation_gather() -> None:
    """They are found under the same only, and dropped by who asks under another."""
    memory: Memory[UUID, UUID, str] = Memory(10)
    memory.keep(ANN, NOW, of(BEN))
    memory.keep(ANN, NOW, of(BEN, EVE))

    assert of(BEN, EVE) == memory.of(ANN, NOW)
    assert ({}, 0) == (memory.of(ANN, LATER), len(memory))
    assert {} == memory.of(ANN, NOW)


def test_answers_of_another_generation_take_the_place() -> None:
    """Whichever was given later; the label tells who may use them."""
    memory: Memory[UUID, UUID, str] = Memory(10)
    memory.keep(ANN, NOW, of(BEN, EVE))
    memory.keep(ANN, LATER, of(BEN))

    assert (of(BEN), 1) == (memory.of(ANN, LATER), len(memory))


def test_who_asked_last_stays() -> None:
    """When there is no room those go of whom nobody asked about for longest; nothing is kept of no answers."""
    memory: Memory[UUID, UUID, str] = Memory(3)
    memory.keep(ANN, NOW, of(BEN))
    memory.keep(BEN, NOW, of(ANN))
    memory.keep(EVE, NOW, {})
    memory.of(ANN, NOW)
    memory.keep(EVE, NOW, of(ANN, BEN))

    assert (of(BEN), {}, of(ANN, BEN), 3) == (
        memory.of(ANN, NOW),
        memory.of(BEN, NOW),
        memory.of(EVE, NOW),
        len(memory),
    )


def test_what_has_no_room_is_not_kept() -> None:
    """More answers at once than there may be."""
    memory: Memory[UUID, UUID, str] = Memory(1)
    memory.keep(ANN, NOW, of(BEN, EVE))

    assert ({}, 0) == (memory.of(ANN, NOW), len(memory))
