"""What people write: when it shows nothing, when two names look the same, what a search finds in it.

A text that is searched or compared is folded here on both sides, when it is stored and when it is asked for; a database
that folds by rules of its own disagrees about İ, ß and decomposed letters.
"""

import re
import unicodedata

_IGNORABLE = re.compile(
    # Default_Ignorable_Code_Point, https://www.unicode.org/Public/16.0.0/ucd/DerivedCoreProperties.txt, as since 14.0,
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\u2800]"  # and the Braille pattern without dots
)
_SHAPELESS = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Categories of Unicode whose characters leave nothing to be seen."""
_ACCENTS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
)  # marks any letter may carry, not vowels
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_KEPT = frozenset("+#.")
_CJK = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_WORD = re.compile(rf"(\.?)([{_CJK}]+|[^ .+#{_CJK}]+)(\+\+|[+#](?![^ .+#]))?")
_ONE_CJK = re.compile(f"[{_CJK}]")
_LONGEST_TOKEN = 64  # characters, more than words have; a tsvector takes 2,046 bytes


def shows_nothing(text: str) -> bool:
    """Tell whether there is nothing to see: no text, or only blanks and characters that are displayed as nothing."""
    return all(unicodedata.category(character) in _SHAPELESS for character in _IGNORABLE.sub("", text))


def skeleton(name: str) -> str:
    """Return what two names have in common that differ in case, width, spaces or invisible characters alone."""
    text = unicodedata.normalize("NFKC", _IGNORABLE.sub("", name)).casefold()
    return " ".join(unicodedata.normalize("NFKC", _IGNORABLE.sub("", text)).split())


def fold(text: str) -> str:
    """Return a text as searches compare it: a skeleton whose letters have lost their accents; symbols stay."""
    folded = skeleton(text)
    if folded.isascii():
        return folded
    return skeleton(_ACCENTS.sub("", unicodedata.normalize("NFKD", folded)).translate(_STROKES))


def tokens(text: str) -> list[str]:
    """Return the words of a text as a search compares them, in their order, none left out as too common.

    "C", "C++", "C#" and ".NET" are words of their own; ".NET" is found by "net" too. Chinese and Japanese, which put no
    spaces between words, come as pairs of characters. What was asked for is found where all its tokens are.
    """
    found: list[str] = []
    for dot, word, symbols in _WORD.findall(_only_words(fold(text))):
        if _ONE_CJK.match(word):
            found += [word[at : at + 2] for at in range(max(len(word) - 1, 1))]
            continue
        whole = f"{word}{symbols}"[:_LONGEST_TOKEN]
        if dot and word[0].isalpha():
            found.append(f".{whole}")
        found.append(whole)
    return found


def _only_words(folded: str) -> str:
    """Blank out what is neither of a word nor a symbol that some words end or begin with."""
    return "".join(
        one if one.isalnum() or one in _KEPT or unicodedata.category(one)[0] == "M" else " " for one in folded
    )


def opaque(secret: str) -> str:
    """Return a secret as it is hashed and compared, however a keyboard composes it.

    The OpaqueString profile of RFC 8265 (case and inner spaces count), by NFKC as NIST SP 800-63B has it: letters of
    another width, which input methods write, are the same.
    """
    return unicodedata.normalize("NFKC", secret)
