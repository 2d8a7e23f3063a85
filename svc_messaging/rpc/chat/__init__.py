"""The chat stream: its frames, their order, their buffers."""
