"""gRPC over HTTP/2 for asyncio, both ends: a transport that knows nothing of who uses it."""
