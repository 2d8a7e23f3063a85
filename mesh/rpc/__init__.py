"""Calls over gRPC, as server or as client."""
