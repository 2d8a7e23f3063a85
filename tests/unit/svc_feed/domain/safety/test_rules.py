"""Links and words are known however they are written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.ids import UserId, uuid7
from svc_feed.domain.safety.assessment import (
    ALLOWED,
    EXPLANATIONS,
    Assessment,
    Finding,
    Outcome,
    SafetyReason,
    Writing,
    assessed,
)
from svc_feed.domain.safety.links import Domains, domain_of, host_of, hosts_of
from svc_feed.domain.safety.rules import ByRules
from svc_feed.domain.safety.words import Phrases

LINK, WORDS = SafetyReason.UNWANTED_LINK, SafetyReason.UNWANTED_WORDS
LIST = ["evil.example", "bücher.example remove", "# nothing", "", "shop.example limit # a word about it"]


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://EVIL.example/a?b#c", "evil.example"),
        ("http://me:secret@evil.example:8080/", "evil.example"),
        ("https://good.example@evil.example/", "evil.example"),
        ("https:\\\\evil.example\\good.example", "evil.example"),
        ("www.evil.example.", "www.evil.example"),
        ("https://\uff45\uff56\uff49\uff4c\u3002example", "evil.example"),
        ("https://Bücher.example/", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("https://[", None),
        ("https://", None),
    ],
)
def test_a_host_is_read_as_browsers_do(link: str, host: str | None) -> None:
    """Whoever is named in front of an @, and in whatever letters."""
    assert host == host_of(link)


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    """Hosts are lower case in ASCII and normalised; the same again gives the same."""
    for host in hosts_of(text):
        assert host.isascii()
        assert host == host.lower() == domain_of(host)


def test_the_nearest_domain_counts() -> None:
    """A domain stands for those below it, not for those whose names end alike."""
    domains = Domains.read([*LIST, "safe.evil.example limit"], LINK, Outcome.REVIEW)

    def found(text: str) -> list[Outcome]:
        return [one.outcome for one in domains.look(hosts_of(text))]

    assert [Outcome.REVIEW] == found("see a.b.evil.example/x")
    assert [Outcome.LIMIT] == found("http://very.safe.evil.example")
    assert [Outcome.REMOVE] == found("https://www.BÜCHER.example")
    assert [] == found("notevil.example evil.example.com and example")


@pytest.mark.parametrize("line", ["evil.example never", "evil.example limit review", "..", "a" * 300])
def test_a_list_that_nobody_can_read_is_refused(line: str) -> None:
    """With the line it is about."""
    with pytest.raises(ValueError, match="line 2"):
        Domains.read(["good.example", line], LINK, Outcome.REVIEW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GUARANTEED   Returns!", [Outcome.REVIEW]),
        ("\uff47\uff55\uff41\uff52\uff41\uff4e\uff54\uff45\uff45\uff44 réturns", [Outcome.REVIEW]),
        ("guar\u200banteed\nreturns", [Outcome.REVIEW]),
        ("unguaranteed returns, guaranteed returnship", []),
        ("like for like and guaranteed returns", [Outcome.LIMIT, Outcome.REVIEW]),
    ],
)
def test_phrases_are_found_as_words(text: str, expected: list[Outcome]) -> None:
    """However they are written, and nowhere within other words."""
    phrases = Phrases.read(["limit like for like", "review guaranteed returns # both", "#"])
    assert [Finding(one, WORDS) for one in expected] == [*phrases.look(text)]


def test_a_phrase_without_a_severity_is_refused() -> None:
    """With the line it is about."""
    with pytest.raises(ValueError, match="line 1"):
        Phrases.read(["forbid something"])


async def test_the_lists_of_the_service_are_read(tmp_path: Path) -> None:
    """With those of its operator."""
    (tmp_path / "domains.txt").write_text("\n".join(LIST))
    rules = ByRules.read(str(tmp_path / "domains.txt"))

    async def look(text: str) -> Assessment:
        return assessed(await rules(Writing(UserId(uuid7()), text)))

    assert ALLOWED == await look("We are hiring: https://jobs.example/1, node.js and i.e. Python.")
    assert Assessment(Outcome.LIMIT, SafetyReason.SHORTENED_LINK) == await look("https://bit.ly/x")
    assert Assessment(Outcome.REVIEW, LINK) == await look("bit.ly/x evil.example")
    gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
    assert Assessment(Outcome.REMOVE, WORDS) == await look(f"a test: {gtube}")
    assert {*SafetyReason} == {*EXPLANATIONS}
