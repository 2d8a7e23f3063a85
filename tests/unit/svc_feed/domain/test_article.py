"""What is told of an article where it is not shown whole."""

import pytest

from svc_feed.domain.article import EXCERPT, excerpt_of, minutes_to_read, searched


@pytest.mark.parametrize(
    ("markdown", "excerpt"),
    [
        ("# Title\n\nSome *words* and a [link](https://example.com).", "Title Some words and a link."),
        ("> quoted\n\n- one\n- `two`\n\n```\ncode\n```\n", "quoted one two code"),
        ("first  \nsecond\nthird", "first second third"),
        ("<b>raw</b> &amp; ![alt](https://example.com/x.png)", "<b>raw</b> & !alt"),
        ("", ""),
    ],
)
def test_an_excerpt_is_without_marks(markdown: str, excerpt: str) -> None:
    """The text as it reads, in one line."""
    assert excerpt == excerpt_of(markdown)


def test_a_long_text_is_cut_between_words() -> None:
    """Where there are such; it says that it goes on."""
    words, letters = excerpt_of("word " * 1_000), excerpt_of("x" * 120_000)
    assert ("word…", True) == (words[-5:], len(words) <= EXCERPT)
    assert "x" * (EXCERPT - 1) + "…" == letters


@pytest.mark.parametrize(("markdown", "minutes"), [("", 1), ("word " * 239, 2), ("don't " * 238, 1), ("你好" * 500, 2)])
def test_reading_takes_time(markdown: str, minutes: int) -> None:
    """By words, and by ideographs where there are no spaces between words."""
    assert minutes == minutes_to_read(markdown)


def test_a_search_reads_no_addresses() -> None:
    """Those behind words; those that are shown are words themselves."""
    text = "[word](https://hidden.example/one) **bold** https://shown.example\n\n[r]: https://hidden.example/two\n"
    assert "[word] **bold** https://shown.example" == searched(text).replace("]\n", "").strip()
