"""What shows nothing, what looks the same, what a search finds."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.texts import fold, opaque, shows_nothing, skeleton, tokens

OTHER_IGNORABLE = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0}
"""Other_Default_Ignorable_Code_Point of PropList.txt, as far as it is assigned."""
NUMBER_SIGNS = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}
"""Prepended_Concatenation_Mark: formats that show."""
SHOWN_FORMATS = NUMBER_SIGNS | {*range(0xFFF9, 0xFFFC), *range(0x13430, 0x13441)}
"""Those, annotations and the joiners of hieroglyphs are not ignorable."""
INVISIBLE = [
    " ",
    "\t\r\n",
    "\u00a0",
    "\u3000",
    "\u200b\u200d\u2060",
    "\ufeff",
    "\u202e",
    "\u2800\u2800",
    "\u3164",
    "\uffa0",
    "\u115f\u1160",
    "\ufe0f",
    "\U000e0100",
    "\u034f",
    "\u17b4",
    "\u180b",
    "\u00ad",
    "\U000e0061",
]


def test_the_ignorable_are_those_of_unicode() -> None:
    """Derived as the Unicode Character Database derives them: formats, variation selectors and the other ignorable."""
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        category = unicodedata.category(character)
        if category in {"Cn", "Cs"}:
            continue
        name = unicodedata.name(character, "")
        formats = category == "Cf" and code not in SHOWN_FORMATS
        derived = formats or "VARIATION SELECTOR" in name or code in OTHER_IGNORABLE or code == 0x2800
        assert derived == (skeleton(f"a{character}b") == "ab"), f"{code:04X} {name}"


@pytest.mark.parametrize("text", ["", *INVISIBLE, "".join(INVISIBLE)])
def test_texts_that_show_nothing(text: str) -> None:
    """Blanks of all kinds, fillers, selectors and whatever has no shape are nothing to read."""
    assert shows_nothing(text)


@pytest.mark.parametrize("text", ["a", " . ", "\u200bé", "名", "🙂", "\u0301", "\u2801", "❤\ufe0f", "한"])
def test_texts_that_show_something(text: str) -> None:
    """One character with a shape is enough."""
    assert not shows_nothing(text)


@pytest.mark.parametrize(
    "other",
    [
        "ACME  Corp",
        "Acme\u200b Corp",
        "\uff21\uff43\uff4d\uff45 Corp",
        "acme\u3164 corp\u2800",
        "acme\u00a0co\u00adrp ",
    ],
)
def test_names_that_look_the_same(other: str) -> None:
    """Case, width, blanks and invisible characters make no other name; an accent does."""
    assert skeleton("Acme Corp") == skeleton(other)
    assert skeleton("Acmé Corp") != skeleton(other)


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("İstanbul", "istanbul"),
        ("ISTANBUL", "\u0131stanbul"),
        ("Zu\u0308rich", "ZÜRICH"),
        ("Zürich", "zurich"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("\uff29\uff34", "it"),
        ("ﬁnance", "finance"),
        ("\u0401", "\u0435"),
    ],
)
def test_folded_texts_meet(stored: str, asked: str) -> None:
    """Letters are found without their accents, however they are composed, in any case and width."""
    assert fold(stored) == fold(asked)


@given(text=st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    """What was folded when it was stored is not changed by folding it again, nor are its words."""
    assert skeleton(text) == skeleton(skeleton(text))
    assert fold(text) == fold(fold(text))
    assert tokens(text) == tokens(fold(text))
    assert opaque(text) == opaque(opaque(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("C++, C# and C", ["c++", "c#", "and", "c"]),
        ("F#/.NET (IT)", ["f#", ".net", "net", "it"]),
        ("ASP.NET Core 3.5.", ["asp", ".net", "net", "core", "3", "5"]),
        ("C++17 or a+b; Google+", ["c++", "17", "or", "a", "b", "google+"]),
        ("#hiring snake_case R&D…", ["hiring", "snake", "case", "r", "d"]),
        ("हिन्दी", ["हिन्दी"]),
        ("Java工程师、人", ["java", "工程", "程师", "人"]),
        ("x" * 100, ["x" * 64]),
        ("... ++ # ", []),
    ],
)
def test_tokens(text: str, words: list[str]) -> None:
    """Symbols belong to the names of languages, nothing is too common, scripts keep their marks."""
    assert words == tokens(text)


def test_what_is_asked_for_is_in_what_is_stored() -> None:
    """Each of C, C++ and C# finds itself alone; .NET is found with and without its dot."""
    stored = {name: set(tokens(f"Engineer, {name}, remote")) for name in ("C", "C++", "C#", ".NET", "IT")}
    found = {asked: {name for name in stored if set(tokens(asked)) <= stored[name]} for asked in (*stored, "net", "it")}
    assert {name: {name} for name in stored} | {"net": {".NET"}, "it": {"IT"}} == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pa\u0308ss", "p\u00e4ss"),
        ("\uff50\uff41\uff53\uff53\uff11", "pass1"),
        ("a\u3000b", "a b"),
        ("\u1100\u1161", "가"),
    ],
)
def test_secrets_are_the_same_however_they_were_composed(one: str, other: str) -> None:
    """Two keyboards write one password; case and blanks still count."""
    assert opaque(one) == opaque(other)
    assert len({opaque("Pass"), opaque("pass"), opaque("pass ")}) == 3
