"""Articles as HTML: what members may not write does not come through."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_feed.rendering import articles
from svc_feed.rendering.articles import lay_out
from svc_feed.rendering.renderer import Renderer

REL = 'rel="nofollow ugc noopener noreferrer"'


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# One\n\ntwo **three**", "<h1>One</h1>\n<p>two <strong>three</strong></p>\n"),
        ("[a](https://example.com 'b')", f'<p><a href="https://example.com" title="b" {REL}>a</a></p>\n'),
        ("[a](mailto:a@example.com)", f'<p><a href="mailto:a@example.com" {REL}>a</a></p>\n'),
        ("3. three\n4. four", '<ol start="3">\n<li>three</li>\n<li>four</li>\n</ol>\n'),
        ("~~gone~~", "<p><s>gone</s></p>\n"),
        ("```evil\nx < 1\n```", "<pre><code>x &lt; 1\n</code></pre>\n"),
    ],
)
def test_markdown_becomes_html(markdown: str, html: str) -> None:
    """Elements of text, and links that vouch for nothing."""
    assert html == lay_out(markdown)


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt&#58;alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](vbscript:x)",
        "![a](https://example.com/tracks.png)",
        '<https://example.com/"onmouseover=alert(1)>',
        '[a](https://example.com "\\" onclick=alert(1) x=\\"")',
        "<iframe src=https://example.com></iframe>",
        "[a]: javascript:alert(1)\n\n[a]",
        "<style>*{display:none}</style>",
        '<a href="//example.com" style="position:fixed">x</a>',
    ],
)
def test_nothing_of_it_runs(markdown: str) -> None:
    """Raw HTML is text; no elements, attributes or schemes come through but those of texts."""
    html = lay_out(markdown)
    assert_harmless(html)


@given(st.text(st.sampled_from("<>[]()!\"'`*_~#:/&;= \njavscriptonehl"), max_size=200))
def test_whatever_is_written_is_harmless(markdown: str) -> None:
    """Of marks in any order."""
    assert_harmless(lay_out(markdown))


def assert_harmless(html: str) -> None:
    for tag, attributes in re.findall(r"<(\w+)([^>]*)>", html):
        names = set(re.findall(r'([\w-]+)="[^"]*"', attributes))
        assert tag not in {"script", "img", "iframe", "style", "object", "svg"}, html
        assert names <= {"href", "title", "rel", "start"}, html
        for href in re.findall(r'href="([^"]*)"', attributes):
            assert not re.match(r"\s*(?:javascript|data|vbscript)", href, re.IGNORECASE), html


def test_what_takes_too_long_is_told_as_it_was_written() -> None:
    """By the processor's time, of which this has next to none."""
    text = "[\n" * 20_000 + "\n\n<b>&"
    html = lay_out(text, seconds=0.001)
    assert "<p>&lt;b&gt;&amp;</p>\n" == html[-len("<p>&lt;b&gt;&amp;</p>\n") :]
    assert 2 == html.count("<p>")


def test_what_becomes_too_large_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer has room for it."""
    monkeypatch.setattr(articles, "MOST_BYTES", 20)
    assert "<p># One</p>\n<p>two **three**</p>\n" == lay_out("# One\n\ntwo **three**")


@pytest.mark.parametrize("text", ["[\n" * 60_000, "- " * 60_000, "[a](" * 30_000, "𠮷" * 120_000])
async def test_the_longest_texts_come_back(text: str) -> None:
    """From a process of their own, one way or the other."""
    assert (await Renderer(1).article(text)).startswith("<")
