"""What counts as a hashtag, and what it becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_feed.domain.hashtags import MOST_HASHTAGS, TopicInvalid, hashtags_of, topic_of


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Learning #Go and #go", ("go",)),
        ("(#web_dev), #web3!", ("web_dev", "web3")),
        ("#2024 #_ # ## a#b &#39; x/#y", ()),
        ("#Café #हिन्दी #日本語 ＃東京", ("cafe", "हिन्दी", "日本語", "東京")),  # noqa: RUF001
        ("#C++ #user's", ("c", "user")),
        ("see https://example.com/a#frag or www.example.com/#x", ()),
        ("`#code` ``` #more ``` #said", ("said",)),
        ("#before\n```py\n#comment\n```\n#after", ("before", "after")),
        ("```\n#open to its end", ()),
        (f"#{'a' * 100} #{'b' * 101} #{'c' * 500}", ("a" * 100,)),
        ("#½ #a½", ("a",)),
    ],
)
def test_a_hashtag_is_a_word_of_letters_digits_and_underscores(text: str, topics: tuple[str, ...]) -> None:
    """In any script, folded, each once; not digits alone, nor what stands in code or in an address."""
    assert topics == hashtags_of(text)


def test_a_post_has_some_topics() -> None:
    """Those named first count, of all its texts."""
    many = " ".join(f"#t{n}" for n in range(50))
    assert tuple(f"t{n}" for n in range(MOST_HASHTAGS)) == hashtags_of(None, "", many)
    assert ("title", "text") == hashtags_of("#title", "#text #title")


@pytest.mark.parametrize("name", ["Go", "#go", "GO"])
def test_a_topic_is_asked_for_in_any_case(name: str) -> None:
    """With its sign or without."""
    assert topic_of(name) == "go"


@pytest.mark.parametrize("name", ["", "#", "123", "a b", "a-b", "##a", "\u200b", "a" * 101, "½"])
def test_what_no_post_can_name_is_no_topic(name: str) -> None:
    """Precisely refused."""
    with pytest.raises(TopicInvalid):
        topic_of(name)


@given(st.text(max_size=80))
def test_what_a_text_names_is_a_topic(text: str) -> None:
    """Which folds to itself, so that what is stored is what is asked for."""
    for topic in hashtags_of(text, f"#{text}"):
        assert topic == topic_of(topic)
