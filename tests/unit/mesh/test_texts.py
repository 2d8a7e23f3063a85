"""What shows nothing."""

import pytest

from mesh.texts import blank


@pytest.mark.parametrize("text", ["", " ", "\t\r\n", "\u00a0", "\u3000", "\u200b\u200d\u2060", "\ufeff", "\u202e"])
def test_blank(text: str) -> None:
    """Spaces of all kinds and invisible characters are nothing to read."""
    assert blank(text)


@pytest.mark.parametrize("text", ["a", " . ", "\u200bé", "名", "🙂", "\u0301"])
def test_not_blank(text: str) -> None:
    """One character with a shape is enough."""
    assert not blank(text)
