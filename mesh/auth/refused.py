"""Tokens that were found to be wrong, so that whoever sends one again and again costs no signature check each time."""

from collections.abc import Callable
from hashlib import blake2b

from mesh.cache import LocalCache

MAX_REMEMBERED = 4_096
"""About 1 MB; who sends other wrong tokens all the time costs a check for each, as before."""
REMEMBERED_SECONDS = 60.0


class RefusedTokens:
    """Remembers what a token was checked with: it is wrong for as long as that is what it would be checked with.

    So a key that is published makes its tokens good at once. Kept are digests, since wrong tokens may be long. What is
    wrong for now only, such as a token of a minute that is to come, does not belong here.
    """

    def __init__(self, keys_of: Callable[[str], object]) -> None:
        """`keys_of` gives what a token is checked with that names this key, or this signer."""
        self._keys_of = keys_of
        self._refused: LocalCache[bytes, tuple[str, object]] = LocalCache(MAX_REMEMBERED, REMEMBERED_SECONDS)

    def add(self, token: str, name: str, keys: object) -> None:
        """Remember that a token which names a key, or a signer, is wrong by these keys."""
        self._refused.put(_digest(token), (name, keys))

    def __contains__(self, token: str) -> bool:
        """Tell whether a token was found to be wrong by what it would be checked with now."""
        found = self._refused.get(_digest(token)) if len(self._refused) else None
        return found is not None and self._keys_of(found[0]) == found[1]


def _digest(token: str) -> bytes:
    return blake2b(token.encode(errors="surrogatepass"), digest_size=16).digest()
