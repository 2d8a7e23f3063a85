"""JSON of resources, kept by their bytes: a post that many feeds show is converted once.

The key is the whole serialised message, so what is kept can never be out of date.
"""

from typing import Any

import orjson

from edge.encode import ToJson

MAX_BYTES = 16 * 1024 * 1024
"""Bytes of all keys in one of the two generations; their JSON is about as long."""
MAX_RESOURCE_BYTES = 8 * 1024
"""A longer message, an article say, is rare and is converted each time."""


class Fragments:
    """Two generations: when the young one is full the old one is forgotten, so what is asked for stays."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._young: dict[tuple[ToJson, bytes], orjson.Fragment] = {}
        self._old: dict[tuple[ToJson, bytes], orjson.Fragment] = {}
        self._bytes = 0

    def remember(self, encode: ToJson) -> ToJson:
        """Return an encoder that gives the JSON itself, the same for the same bytes."""

        def encode_once(message: Any) -> Any:
            serialized = message.SerializeToString()
            key = encode, serialized
            known = self._young.get(key)
            if known is not None:
                return known
            if len(serialized) > MAX_RESOURCE_BYTES:
                return encode(message)
            fragment = self._old.get(key) or orjson.Fragment(orjson.dumps(encode(message)))
            self._keep(key, fragment)
            return fragment

        return encode_once

    def _keep(self, key: tuple[ToJson, bytes], fragment: orjson.Fragment) -> None:
        self._bytes += len(key[1])
        if self._bytes > self._max_bytes:
            self._old, self._young, self._bytes = self._young, {}, len(key[1])
        self._young[key] = fragment
