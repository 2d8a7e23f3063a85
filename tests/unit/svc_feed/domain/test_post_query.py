"""What a search reads in what somebody typed."""

import pytest

from svc_feed.domain.post_query import Words, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", Words()),
        ("go  rust", Words(("go", "rust"))),
        ('"data mesh" go', Words(("data mesh", "go"))),
        ('-java -"visual basic" go', Words(("go",), no_phrases=("java", "visual basic"))),
        ("#Go -#Java C#", Words(("C#",), ("go",), no_topics=("java",))),
        ('"never closed', Words(("never closed",))),
        ("well-known - --x", Words(("well-known", "-"), no_phrases=("-x",))),
        ("#123", Words(("#123",))),
    ],
)
def test_words_phrases_topics_and_what_must_not_be_there(text: str, words: Words) -> None:
    """Each by how it is written."""
    assert words == words_of(text)
