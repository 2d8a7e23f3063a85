"""The servicers: unpack, ask, pack."""
