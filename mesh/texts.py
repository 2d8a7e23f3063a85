"""What people write, as far as every domain cares."""

import unicodedata

_SHAPELESS = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Categories of Unicode whose characters leave nothing to be seen."""


def blank(text: str) -> bool:
    """Tell whether a text shows nothing: it is empty or made of blanks and of characters without a shape."""
    return all(unicodedata.category(character) in _SHAPELESS for character in text)
