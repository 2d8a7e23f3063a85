"""The feed service: posts, what others answer to them, ranked feeds."""
