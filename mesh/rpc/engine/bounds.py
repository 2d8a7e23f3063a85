"""What both transports keep to, so that it makes no difference which of them carries a call."""

METADATA_BYTES = 16 * 1024
"""Of one call, as RFC 9113 counts them."""
SILENCE_SECONDS = 30.0
"""A connection that was silent for so long is asked whether it lives."""
PING_SECONDS = 20.0
"""How long it may take to say so: a dead one is noticed within a minute."""
BETWEEN_PINGS_SECONDS = 10.0
PING_STRIKES = 2
"""Clients may ask us more often than this so many times."""
AGE_GRACE_SECONDS = 30.0
"""How long calls of a connection that is too old may take: longer than any unary deadline."""
CLIENT_PING_SECONDS = 10.0
"""The same, where it is we who called."""
CONNECT_SECONDS = 1.0
"""How long one attempt to connect may take, TLS included, where nobody says no."""
FIRST_RECONNECT_SECONDS = 0.05
LAST_RECONNECT_SECONDS = 0.2
"""A role that comes back is connected to again within this, give or take the transport's jitter."""
