"""Words as a tsvector keeps them."""

from hypothesis import given
from hypothesis import strategies as st

from mesh.lexemes import query, vector


def test_words_carry_their_weight_and_place() -> None:
    """Positions run on from one text to the next; the endings of English words are gone."""
    assert "'build':3C 'c++':1A 'engin':2A" == vector(a="C++ engineers", c="Building")


def test_a_question_asks_for_each_of_its_words_once() -> None:
    """In the form they are kept in."""
    assert "'engin' & 'c++'" == query("Engineer, C++! engineering")
    assert "" == query("!!! …")


@given(st.text(max_size=200))
def test_what_was_written_is_found_by_itself(text: str) -> None:
    """Every word that is asked for is one that is kept."""
    kept = vector(a=text)
    assert all(f"{word}:" in kept for word in query(text).split(" & ") if word)


def test_a_long_text_stays_within_the_limits_of_a_tsvector() -> None:
    """No more positions than a word may have, none behind the last."""
    kept = vector(a="word " * 1_000 + " ".join(f"w{number}" for number in range(20_000)))
    places = [lexeme.partition(":")[2].split(",") for lexeme in kept.split(" ")]
    assert 255 == max(map(len, places))
    assert 16_383 >= max(int(place.rstrip("A")) for found in places for place in found)
